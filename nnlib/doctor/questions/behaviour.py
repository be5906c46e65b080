"""What needs no formula: crashes, wrong packages, what is kept from call to call, and what holds in special cases only."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Told, told
from nnlib.doctor.questions.exam import CLOSE, Exam, Observation, differ, multiple, relative
from nnlib.doctor.questions.problems import Problem

ARITHMETIC = (OverflowError, ZeroDivisionError, FloatingPointError)
BEFORE_NUMBERS = (NameError, RecursionError, SystemExit, ImportError)


def raised_words(o: Observation) -> str:
    """Which call raised what, and the learner's own line."""
    return f"the call with {o.problem.spoken()} raised {o.raised}" + (f" ({o.line})" if o.line else "")


def shapes_of(exam: Exam, p: Problem) -> str:
    """The shapes that a call was given, in the learner's layout, in a sentence."""
    W, b = ([exam.setting.shape(k, v.shape) for v in vs] for k, vs in (("weights", p.weights), ("biases", p.biases)))
    X, E = (exam.setting.shape("data", v.shape) for v in (p.X, p.E))
    return f"It was called with weights of shapes {W}, biases of shapes {b}, X of shape {X}, E of shape {E}."


# --- before any number is looked at ---


def no_verdict(exam: Exam) -> Told | None:
    """The first call did not come back."""
    o = exam.ask("main")
    if not o.slow:
        return None
    words = f"the first call had not come back after {o.seconds:.0f} seconds and was stopped"
    return told("no-verdict", words + (f" ({o.line})" if o.line else ""), correct=None)


def nothing_back(exam: Exam) -> Told | None:
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


CALLED = {"gradients": "f(weights, biases, X, E)", "train_step": "f(weights, biases, X, E, learning_rate)"}


def crashed(exam: Exam) -> Told | None:
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


# --- what is kept from call to call ---


def state(exam: Exam) -> Told | None:
    """Answers that change from call to call, or results that a later call overwrites."""
    first, again, other = exam.ask("main"), exam.ask("main", turn=1), exam.ask("other data")
    if first.answer is None or again.answer is None:
        return None
    moved = [
        k
        for k, (a, b) in enumerate(zip(first.arrays, again.arrays))
        if a is not None and b is not None and differ(a, b)
    ]
    if moved:
        return _moved(exam, first, again, other, moved)
    if overwritten(exam):
        return told("stale-or-aliased-buffers", "a later call writes into the arrays that an earlier call returned")
    if not any(exam.wrong(o) for o in exam.answers().values() if o.answer is not None and o.answer.finite()):
        return stored(exam)
    return None


def overwritten(exam: Exam) -> list[int]:
    """The arrays of the second answer that later calls have changed."""
    from nnlib.doctor.questions.answers import read

    o = exam.ask("main", turn=1)
    if o.answer is None or o.returned is None or exam.setting.kind != "gradients":
        return []
    now = read(o.returned, o.problem, exam.setting)
    return [
        k
        for k, (a, b) in enumerate(zip(o.arrays, now.arrays))
        if a is not None and (b is None or a.shape != b.shape or not np.array_equal(a, b, equal_nan=True))
    ]


def stored(exam: Exam) -> Told | None:
    """Right at first, wrong for other data of the same shapes: values of the first call are kept."""
    if not exam.right(exam.ask("main")) or not exam.wrong(exam.ask("other data")):
        return None
    words = "a second problem of the same shapes gets values of the first: something is stored at the first call"
    return told("stale-or-aliased-buffers", words, ("accumulator-not-reset",))


def _moved(exam: Exam, first, again, other, moved) -> Told | None:
    """Which state? Sums grow by the right gradient from call to call; stale values are those of another call; else chance."""
    truth, later = exam.truth("main"), exam.truth("other data")
    if any(a is not None and relative(a, t) < CLOSE for a, t in zip(other.arrays, truth)):
        return told("stale-or-aliased-buffers", "values of an earlier call come back", ("accumulator-not-reset",))

    def grows(new, old, t) -> float:
        if new is None or old is None or new.shape != t.shape or old.shape != t.shape:
            return np.nan
        return multiple(new - old, t, 1e-6)

    by_main = [grows(again.arrays[k], first.arrays[k], truth[k]) for k in moved]
    by_second = [grows(other.arrays[k], again.arrays[k], later[k]) for k in moved]
    began = [
        multiple(first.arrays[k], truth[k], 1e-6) if first.arrays[k].shape == truth[k].shape else np.nan for k in moved
    ]
    if any(_one_number(by, began) for by in (by_main, by_second)):
        return told(
            "accumulator-not-reset", "the second call adds to the sums of the first", ("stale-or-aliased-buffers",)
        )
    if all(relative(first.arrays[k], truth[k]) < CLOSE for k in moved):
        words = "the first call is right, and the second call with the same arguments is not: something is kept between calls"
        pairs = [(first.arrays[k].ravel(), again.arrays[k].ravel()) for k in moved]
        alike = min(float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-300)) for a, b in pairs) > 0.99
        grown = all(np.linalg.norm(b) > np.linalg.norm(a) for a, b in pairs)
        order = ("accumulator-not-reset", "stale-or-aliased-buffers")
        order = order if alike and grown and exam.setting.kind == "gradients" else order[::-1]
        return told(order[0], words, order[1:])
    return None  # chance, perhaps: the numbers decide


def _one_number(growth, began) -> bool:
    """Do the sums grow alike in every array, or each as it began? Chance makes another number for each."""
    return bool(np.ptp(growth) < 1e-6 * np.abs(growth).max() or np.allclose(growth, began, rtol=1e-6))


def kept_later(exam: Exam) -> Told | None:
    """Right at the first call, other numbers for the same arguments after many calls: something is kept."""
    if not exam.right(exam.ask("main")) or exam.slow:
        return None
    first, late = exam.ask("main"), exam.ask("main", turn=2)
    if late.answer is None or not any(
        differ(a, b) for a, b in zip(first.arrays, late.arrays) if a is not None and b is not None
    ):
        return None
    words = "the first call is right, and a later call with the same arguments is not: something is kept between calls"
    return told("accumulator-not-reset", words, ("stale-or-aliased-buffers",))


# --- the numbers are right: the caller's arrays, integers, saturation ---


def mutations(exam: Exam) -> Told | None:
    """The caller's arrays are changed."""
    changed = sorted({v for o in exam.seen.values() for v in o.changed})
    if not changed:
        return None
    verb = "is" if changed in (["E"], ["X"]) else "are"
    words = f"the results are right, but the caller's {' and '.join(changed)} {verb} changed"
    hint, line = "", None
    if not set(changed) & {"weights", "biases"}:
        hint, line = f"Work on a copy, {changed[0]}.copy(): the caller goes on using the array.", ""
    return told(
        "mutates-inputs",
        words,
        formula=line,
        hint=hint,
        opening="The results are right, but the caller's arrays are changed.",
    )


def integers(exam: Exam) -> Told | None:
    """Integer data are cut, or refused."""
    o = exam.ask("integer data") if exam.patience else None
    if o is not None and (exam.wrong(o) or o.raised and not isinstance(o.error, ARITHMETIC)):
        return told("integer-truncation", "right with floats, wrong as soon as X and E hold integers")
    return None


def saturation(exam: Exam) -> Told | None:
    """NaN or an exception where a neuron is saturated."""
    o = exam.ask("saturated") if exam.patience else None
    if o is None:
        return None
    if any(
        a is not None and not np.isfinite(a).all()
        for k, a in enumerate(o.arrays)
        if np.isfinite(exam.truth(o.problem)[k]).all()
    ):
        if exam.setting.activations[-1] == "softmax":
            words = "NaN or infinity where z = 800: e^z overflows, since the largest z is not taken off first"
            return told("wrong-forward-pass", words, ("nan",), "A = e^(Z «- max(Z)») / sum e^(Z «- max(Z)»)")
        return told("nan", "NaN or infinity where a neuron is saturated, z = 800")
    if isinstance(o.error, (OverflowError, ZeroDivisionError)):
        return told("nan", raised_words(o))
    return None


LATE = (mutations, integers, saturation)
