"""What comes back and is no answer: nothing, an exception, or the right arrays in a wrong package.

The package: one list twice, too few or too many arrays, from the last layer to the first, new weights.
"""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Explanation, told
from nnlib.doctor.questions.exam import Exam, Observation, multiple
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.running.opening import entries_of

ARITHMETIC = (OverflowError, ZeroDivisionError, FloatingPointError)
BEFORE_NUMBERS = (NameError, RecursionError, SystemExit, ImportError)
CALLED = {"gradients": "f(weights, biases, X, E)", "train_step": "f(weights, biases, X, E, learning_rate)"}


def raised_words(o: Observation) -> str:
    """Which call raised what, and the learner's own line."""
    return f"the call with {o.problem.spoken()} raised {o.raised}" + (f" ({o.line})" if o.line else "")


def shapes_of(exam: Exam, p: Problem) -> str:
    """The shapes that a call was given, in the learner's layout, in a sentence."""
    W, b = ([exam.setting.shape(k, v.shape) for v in vs] for k, vs in (("weights", p.weights), ("biases", p.biases)))
    X, E = (exam.setting.shape("data", v.shape) for v in (p.X, p.E))
    return f"It was called with weights of shapes {W}, biases of shapes {b}, X of shape {X}, E of shape {E}."


def no_verdict(exam: Exam) -> Explanation | None:
    """The first call did not come back."""
    o = exam.ask("main")
    if not o.slow:
        return None
    words = f"the first call had not come back after {o.seconds:.0f} seconds and was stopped"
    return told("no-verdict", words + (f" ({o.line})" if o.line else ""), correct=None)


def nothing_back(exam: Exam) -> Explanation | None:
    """No call gave anything, and none raised."""
    seen = exam.answers().values()
    if any(o.answer is not None or o.raised for o in seen):
        return None
    words, changed = "nothing came back: is there a return at the end?", exam.ask("main").changed
    if changed:
        return told(
            "mutates-inputs", f"{words} Instead the caller's {', '.join(changed)} changed in place", ("shape-error",)
        )
    return told("shape-error", words)


def crashed(exam: Exam) -> Explanation | None:
    """Every call raised, or what came back holds no arrays at all."""
    seen = list(exam.answers().values())
    if any(a is not None for o in seen for a in o.arrays):
        return None
    o = next((o for o in seen if o.raised), None)
    if o is None:
        found = next(o.answer for o in seen if o.answer is not None)
        return told("shape-error", found.unread or found.packed or "no arrays of numbers came back")
    if miscalled(exam, o):
        other = 'diagnose(f, kind="train_step")' if exam.setting.kind == "gradients" else "diagnose(f)"
        what = "a training step" if exam.setting.kind == "gradients" else "a gradient function"
        hint = f"It was called {CALLED[exam.setting.kind]}. If it is {what}, call {other}; else change its arguments."
        return told("shape-error", raised_words(o), hint=hint)
    if isinstance(o.error, BEFORE_NUMBERS):
        hint = "No shape is at fault: follow the exception above; the code stops before it computes."
        return told("shape-error", raised_words(o), formula="", hint=hint)
    category, also = of_error(o.error)
    return told(category, raised_words(o), also, details=(shapes_of(exam, o.problem),))


def miscalled(exam: Exam, o: Observation) -> bool:
    """Did the call itself fail, before a line of the function ran?"""
    return isinstance(o.error, TypeError) and not o.line


def of_error(error) -> tuple[str, tuple[str, ...]]:
    """The category of an exception, and what else it may be."""
    if isinstance(error, ARITHMETIC):
        return "nan", ("shape-error",)
    return "shape-error", ("elementwise-matmul-confusion", "transposed-weights") if isinstance(
        error, ValueError
    ) else ()


def one_list(exam: Exam) -> Explanation | None:
    """dW and db are one and the same list."""
    value = exam.ask("main").returned
    if isinstance(value, tuple | list) and len(value) == 2 and value[0] is value[1] and isinstance(value[0], list):
        words = "dW and db are one list with two names: what is written into one stands in the other"
        return told("stale-or-aliased-buffers", words)
    return None


def miscounted(exam: Exam) -> Explanation | None:
    """Too few or too many arrays: which layers are they?"""
    o = exam.ask("main")
    if o.answer is None or exam.setting.kind != "gradients" or exam.setting.bias == "none":
        return None
    L, counts = o.problem.layers, o.answer.counts
    if counts in ((L, L), (L, 0)):
        return None
    if counts == (0, 0):
        return told("shape-error", o.answer.packed or "no arrays of numbers came back") if o.answer.packed else None
    words = f"{counts[0]} weight and {counts[1]} bias gradients came back for {L} layers"
    layers = _layers_of(o, exam.truth("main"))
    weights, biases = ([l for l in part if l is not None] for part in layers)
    if not weights:
        return told("shape-error", words)
    if len(weights) < min(counts[0], L) or len(biases) < min(counts[1], L):
        return None if max(counts) <= L else told("shape-error", words)
    return _of_layers(words, layers[0], weights, counts, L)


def _of_layers(words: str, first, weights: list[int], counts, L: int) -> Explanation:
    """What it means that weight gradients of just these layers came back."""
    if counts[0] == L + 1 and first[1:] == list(range(L)):
        return told("shape-error", f"{words}: one array too many, before those of the weights")
    if weights == [L - 1]:
        return told("shape-error", words + ": those of the output layer", ("only-last-layer", "off-by-one-layer"))
    if weights == sorted(weights, reverse=True) and len(weights) == L:
        return told("wrong-order", words + ", in reverse order", ("shape-error",))
    return told(
        "off-by-one-layer", f"{words}: they belong to the layers {', '.join(map(str, weights))}", ("shape-error",)
    )


def _layers_of(o, truth) -> list[list[int | None]]:
    """The layer of each weight and each bias gradient that came back."""
    L, two = o.problem.layers, isinstance(o.returned, tuple | list) and len(o.returned) == 2
    lists = [entries_of(v) or [] for v in o.returned] if two else [[], []]
    return [[_layer_of(v, group) for v in part] for part, group in zip(lists, (truth[:L], truth[L:]))]


def _layer_of(v, truth):
    """The layer whose right gradient v is, up to a factor; None where it is none."""
    v = np.asarray(v)
    for l, t in enumerate(truth):
        if v.shape == t.shape and v.dtype.kind in "iuf" and np.isfinite(multiple(v, t, 1e-6)) and v.any():
            return l
    return None


def reversed_step(exam: Exam) -> Explanation | None:
    """The new weights come back from the last layer to the first: turned round, each is the old one less a multiple."""
    if exam.setting.kind != "train_step":
        return None
    for turns, words in (((-1, -1), "weights and biases"), ((-1, 1), "weights"), ((1, -1), "biases")):
        if all(_steps_fit(exam, name, turns) for name in ("main", "three")):
            line = "return «weights[::-1], biases[::-1]»"
            return told("wrong-order", f"the new {words} come back from the last layer to the first", formula=line)
    return None


def _steps_fit(exam: Exam, name: str, turns) -> bool:
    o = exam.ask(name)
    values = o.answer.values if o.answer is not None else ()
    p, L = o.problem, o.problem.layers
    if len(values) != 2 * L:
        return False
    turned = [*values[:L][:: turns[0]], *values[L:][:: turns[1]]]
    old = (*p.weights, *p.biases)
    if any(v is None or v.shape != w.shape for v, w in zip(turned, old)):
        return False
    return not any(np.isnan(multiple(w - v, t, 1e-6)) for w, v, t in zip(old, turned, exam.truth(name)))


def new_weights(exam: Exam) -> Explanation | None:
    """A gradient function that gives back weights: the old ones, or these less one multiple of the gradient."""
    if exam.setting.kind != "gradients":
        return None
    for name in ("main", "three") if exam.setting.sizes is None else ("main",):
        o = exam.ask(name)
        p = o.problem
        pairs = list(zip((*p.weights, *p.biases), o.arrays, exam.truth(name)))
        if o.answer is None or any(a is None or a.shape != v.shape for v, a, _ in pairs):
            return None
        if all(np.array_equal(a, v) for v, a, _ in pairs):
            continue
        c = [multiple(v - a, t, 1e-6) for v, a, t in pairs]
        if np.isnan(c).any() or np.isinf(c).any() or np.ptp(c) >= 1e-6 * abs(c[0]):
            return None
        words = f"new weights come back, the old ones less {c[0]:.4g} times the gradient, in place of the gradient"
        hint = 'Return dW and db. A function that steps takes the rate too: diagnose(f, kind="train_step").'
        return told(
            "assigned-instead-of-subtracted", words, ("learning-rate-in-gradient",), "return «dW, db»", hint=hint
        )
    words = "the weights and biases themselves come back, in place of their gradients"
    return told(
        "wrong-quantity-propagated",
        words,
        ("assigned-instead-of-subtracted",),
        "return «dW, db»",
        hint="Return the gradients, two lists of arrays: where an object holds both, its .grad, not its values.",
    )
