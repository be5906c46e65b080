"""Questions put to the learner's function where no row of the table fits: multiples, no error at all, idle biases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.examine import relative
from nnlib.doctor.facts import dead_biases, label, shown
from nnlib.doctor.leftovers import Evidence, Explanation
from nnlib.doctor.matching import explain
from nnlib.doctor.readings import near
from nnlib.doctor.references import multiple, right
from nnlib.doctor.stages import backpropagate, forward

PROBES = ("main", "three", "equal widths")
NAMES = {
    2: ("extra-factor-two", "2"), 4: ("extra-factor-two", "4"), 0.5: ("missing-factor-two", "1/2"), -1: ("sign", "-1"),
}  # fmt: skip


def asked(exam, ask) -> list[Explanation]:
    """What the answers to the questions say, the first that says something; the sigmoid network only."""
    if exam.activations != "sigmoid" or exam.slow or not all(exam.usable(n) for n in PROBES):
        return []
    return _without_error(exam, ask) or _idle_biases(exam, ask) or _steps_of_a_stair(exam, ask)


def _multiple(v, u):
    """c with v = c u; None where there is none."""
    c = multiple(v, u, 1e-8)
    return None if np.isnan(c) else 0.0 if np.isinf(c) else c


def multiples(exam) -> list[Explanation]:
    """Every array is a multiple of the right one: each its own, or one number for all that changes with the data."""
    rows = []
    for n in PROBES:
        arrays = whole(exam.answers.get(n), exam.problem(n))
        rows.append([None] if arrays is None else [_multiple(a, t) for a, t in zip(arrays, exam.truth(n))])
    if any(c is None for row in rows for c in row):
        return []
    if not np.allclose(rows, rows[0], rtol=1e-7, atol=1e-9):
        what = "every array is a multiple of the right one, by numbers that change with the data"
        return [Explanation(3, [("unknown", what, "")])]
    L, parts = len(rows[0]) // 2, []
    for k, c in enumerate(rows[0]):
        slug = next((slug for value, (slug, _) in NAMES.items() if abs(c - value) < 1e-7), "unknown")
        if abs(c) < 1e-9:
            slug = "off-by-one-layer" if k < L else "bias-gradient-zero"
        if abs(c - 1) > 1e-7:
            parts.append((slug, f"{label(k, L)} is {c:.6g} times the right one", VOCABULARY[slug].formula))
    if all(slug == "unknown" for slug, _, _ in parts):
        parts = [("unknown", "; ".join(what for _, what, _ in parts), "")] if parts else []
    return [Explanation(3, parts)] if parts else []


def follows_the_error(exam, ask) -> bool:
    """One number multiplies the whole gradient: is it a smooth function of the size of the error, all else equal?"""
    p, size = exam.problem("main"), np.linspace(0.6, 1.4, 9)
    output, numbers = forward(p)[1][-1], []
    for t in size:
        q = p._replace(E=output + t * (p.E - output))
        arrays = whole(ask(q), q)
        c = None if arrays is None else _multiple(arrays[0], backpropagate(q)[0][0])
        if c is None:
            return False
        numbers.append(c)
    rest = np.array(numbers) - np.polyval(np.polyfit(size, numbers, 4), size)
    return bool(np.ptp(numbers) > 1e-6 and np.abs(rest).max() < 0.01 * np.abs(numbers).max())


# "relu" stands before "relu, linear output": handed the linear outputs as targets, relu has an error only where z < 0, and
# no slope there, so that it would pass for linear. A linear output, handed the targets of relu, keeps its error.
OTHERS = {
    "linear output": ("sigmoid", "identity"), "tanh, linear output": ("tanh", "identity"), "relu": "relu",
    "relu, linear output": ("relu", "identity"), "tanh, sigmoid output": ("tanh", "sigmoid"),
    "relu, sigmoid output": ("relu", "sigmoid"), "tanh": "tanh", "identity": "identity",
}  # fmt: skip


def exactly_another(evidence) -> list[Explanation]:
    """Where other activations are declared: the whole answer is the right gradient of a network with others still."""
    declared = evidence.activations
    for name, activations in {**OTHERS, "sigmoid": "sigmoid"}.items() if declared != "sigmoid" else ():
        if activations == declared or not all(
            a is not None and np.shape(a) == t.shape and np.linalg.norm(a - t) <= tolerance * np.linalg.norm(t)
            for n, arrays in evidence.arrays.items()
            for a, t, tolerance in zip(arrays, right(n, activations), evidence.tolerances[n])
        ):
            continue
        part = ("wrong-forward-pass", f'the forward pass is that of the convention "{name}"', "A = «f»(Z)")
        return [Explanation(1, [part], ("wrong-activation-derivative",), name if name != "sigmoid" else "ours")]
    return []


def another_network(exam, ask, evidence) -> list[Explanation]:
    """The gradient vanishes where the targets are the output of a network with other activations: that one is computed."""
    if exam.activations != "sigmoid" or exam.slow:
        return []
    p, before = exam.problem("main"), whole(exam.answers["main"], exam.problem("main"))
    for name, activations in OTHERS.items() if before is not None else ():
        none = whole(ask(p._replace(E=forward(p, activations)[1][-1])), p)
        if none is None or any(np.linalg.norm(n) > 1e-9 * np.linalg.norm(b) for n, b in zip(none, before)):
            continue
        exact = all(
            relative(a, t) < 1e-7 for n in evidence.arrays for a, t in zip(evidence.arrays[n], right(n, activations))
        )
        part = ("wrong-forward-pass", f'the forward pass is that of the convention "{name}"', "A = «f»(Z)")
        found = [] if exact else explain(replace(evidence, activations=activations))
        parts = [part, *(found[0].parts if found else ())]
        return [Explanation(1.2 * len(parts), parts, found[0].also if found else (), name)] if exact or found else []
    return []


def _without_error(exam, ask) -> list[Explanation]:
    """With the network's own output as target the gradient is 0: what is left is decay, and without it a row may fit."""
    arrays, tolerances = {}, {}
    for n in PROBES:
        p = exam.problem(n)
        rest, made = whole(ask(p._replace(E=forward(p)[1][-1])), p), whole(exam.answers[n], p)
        if rest is None or made is None:
            return []
        L = len(p.weights)
        rest = [np.where(np.linalg.norm(r) < 1e-12 * np.linalg.norm(a), 0, r) for r, a in zip(rest, made)]  # rounding
        shares = [_multiple(r, W) for r, W in zip(rest, p.weights)]
        shifts = [
            _multiple(r, b) is not None or np.ptp(r) <= 1e-9 * np.abs(r).max() for r, b in zip(rest[L:], p.biases)
        ]
        if None in shares or not all(shifts) or max(map(abs, shares)) < 1e-9:
            return []
        arrays[n] = [a - r for a, r in zip(made, rest)]
        tolerances[n] = [1e-7] * len(rest)
    what = "without any error the weight gradients are multiples of the weights: a decay term"
    part = ("regularisation-term", what, VOCABULARY["regularisation-term"].formula)
    found = explain(Evidence("gradients", exam.activations, arrays, tolerances))
    return [Explanation(2 + e.cost, [part, *e.parts], e.also) for e in found[:1]] or [Explanation(3, [part])]


def _steps_of_a_stair(exam, ask) -> list[Explanation]:
    """Targets moved by a hair change nothing, and moved by much they do: something on the way is cut or rounded."""
    p, before = exam.problem("main"), whole(exam.answers["main"], exam.problem("main"))
    hair, much = (whole(ask(p._replace(E=p.E + d)), p) for d in (1e-7, 0.37))
    if before is None or hair is None or much is None:
        return []
    wrong = exam.wrong("main")
    if not all(np.array_equal(hair[k], before[k]) and not np.allclose(much[k], before[k]) for k in wrong):
        return []
    what = "targets moved by a hair change nothing, and moved by much they do: the error is cut or rounded on the way"
    if max(exam.errors["main"]) < 5e-3:  # numbers of few digits, float16 perhaps
        return []
    return [Explanation(3, [("integer-truncation", what, "dA = 2 «cut»(A - E) / T")])] if wrong else []


def _idle_biases(exam, ask) -> list[Explanation]:
    """Biases that can change without any effect; the forward pass without them, or with the first for all, must fit."""
    p = exam.problem("main")
    before = whole(exam.answers["main"], p)
    dead = dead_biases(p, before, ask) if before is not None else []
    layers = {l for l, _ in dead}
    if not dead:
        return []
    zero = [np.zeros_like(b) if l in layers else b for l, b in enumerate(p.biases)]
    first = [np.full_like(b, b[0]) if l in layers else b for l, b in enumerate(p.biases)]
    L = len(p.weights)
    for biases in (zero, first):
        dW, db = backpropagate(p._replace(biases=biases))
        if all(near(a, g) for a, g in zip(before, dW)):
            break
    else:
        return []
    what = f"changing {shown(dead)} changes no gradient: the forward pass does not use every bias"
    parts = [("wrong-forward-pass", what, "Z = A @ W + «b»")]
    rest = [a for a, g in zip(before[L:], db) if not near(a, g)]
    if rest:
        slug = "bias-wrong-formula" if any(a.any() for a in rest) else "bias-gradient-zero"
        parts.append((slug, VOCABULARY[slug].mistake, VOCABULARY[slug].formula))
    return [Explanation(3, parts[:1], tuple(slug for slug, _, _ in parts[1:]))]
