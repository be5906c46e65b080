"""Questions put to the learner's function where no row of the table fits: no error at all, multiples, biases without effect."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import Evidence, Explanation
from nnlib.doctor.matching import explain
from nnlib.functions import sigmoid

PROBES = ("main", "three", "equal widths")
NAMES = {
    2: ("extra-factor-two", "2"), 4: ("extra-factor-two", "4"), 0.5: ("missing-factor-two", "1/2"), -1: ("sign", "-1"),
}  # fmt: skip


def asked(exam, ask) -> list[Explanation]:
    """What the answers to the questions say, the first that says something; the sigmoid network only."""
    if exam.activations != "sigmoid" or exam.slow or not all(exam.usable(n) for n in PROBES):
        return []
    return _without_error(exam, ask) or _dead_biases(exam, ask)


def _whole(arrays, p) -> bool:
    shapes = [v.shape for v in (*p.weights, *p.biases)]
    return [None if a is None else a.shape for a in arrays] == shapes and all(np.isfinite(a).all() for a in arrays)


def _multiple(v, u):
    """c with v = c u; None where there is none."""
    c = float(np.vdot(v, u) / max(np.vdot(u, u), 1e-300))
    return c if np.linalg.norm(v - c * u) <= 1e-8 * max(np.linalg.norm(v), 1e-12) else None


def multiples(exam) -> list[Explanation]:
    """Every array is its own multiple of the right one, the same in every problem."""
    rows = []
    if not all(exam.usable(n) for n in PROBES):
        return []
    for n in PROBES:
        arrays, p = exam.answers[n].arrays, exam.problem(n)
        if not _whole(arrays, p):
            return []
        rows.append([_multiple(a, t) for a, t in zip(arrays, exam.truth(n))])
    if any(c is None for row in rows for c in row) or not np.allclose(rows, rows[0], rtol=1e-7, atol=1e-9):
        return []
    L, parts = len(rows[0]) // 2, []
    for k, c in enumerate(rows[0]):
        name = f"dW[{k}]" if k < L else f"db[{k - L}]"
        slug = next((slug for value, (slug, _) in NAMES.items() if abs(c - value) < 1e-7), "unknown")
        if abs(c) < 1e-9:
            slug = "off-by-one-layer" if k < L else "bias-gradient-zero"
        if abs(c - 1) > 1e-7:
            parts.append((slug, f"{name} is {c:.6g} times the right one", VOCABULARY[slug].formula))
    return [Explanation(3, parts)] if parts and any(slug != "unknown" for slug, _, _ in parts) else []


def _without_error(exam, ask) -> list[Explanation]:
    """With the network's own output as target the gradient is 0: what is left is decay, and without it a row may fit."""
    arrays, tolerances = {}, {}
    for n in PROBES:
        p = exam.problem(n)
        A = p.X
        for W, b in zip(p.weights, p.biases):
            A = sigmoid(A @ W + b)
        answer = ask(p._replace(E=A))
        if answer is None or not _whole(answer.arrays, p) or not _whole(exam.answers[n].arrays, p):
            return []
        rest, L = answer.arrays, len(p.weights)
        shares = [_multiple(r, W) for r, W in zip(rest, p.weights)]
        shifts = [
            _multiple(r, b) is not None or np.ptp(r) <= 1e-9 * np.abs(r).max() for r, b in zip(rest[L:], p.biases)
        ]
        if None in shares or not all(shifts) or max(map(abs, shares)) < 1e-9:
            return []
        arrays[n] = [a - r for a, r in zip(exam.answers[n].arrays, rest)]
        tolerances[n] = [1e-7] * len(rest)
    what = "without any error the weight gradients are multiples of the weights: a decay term"
    part = ("regularisation-term", what, VOCABULARY["regularisation-term"].formula)
    if all(_multiple(a, t) is not None and np.allclose(a, t) for n in PROBES for a, t in zip(arrays[n], exam.truth(n))):
        return [Explanation(3, [part])]
    found = explain(Evidence("gradients", exam.activations, arrays, tolerances))
    return [Explanation(2 + e.cost, [part, *e.parts], e.also) for e in found[:1]] or [Explanation(3, [part])]


def _dead_biases(exam, ask) -> list[Explanation]:
    """Biases that can change without any effect: the forward pass does not use them, or not as it should."""
    p, dead = exam.problem("main"), []
    before = exam.answers["main"].arrays
    if not _whole(before, p) or not exam.wrong("main"):
        return []
    for l, b in enumerate(p.biases):
        for i in range(len(b)):
            biases = [v.copy() for v in p.biases]
            biases[l][i] += 0.3
            answer = ask(p._replace(biases=biases))
            if answer is None or not _whole(answer.arrays, p):
                return []
            # a step's arrays are differences of weights: the last digits move with the bias itself
            if all(np.allclose(a, t, rtol=1e-9, atol=1e-13) for a, t in zip(answer.arrays, before)):
                dead.append(f"b[{l}][{i}]")
    if not dead:
        return []
    shown = ", ".join(dead[:6]) + (" and others" if len(dead) > 6 else "")
    what = f"changing {shown} changes no gradient: the forward pass does not use every bias"
    part = ("wrong-forward-pass", what, "Z = A @ W + «b»")
    zero = not any(a.any() for a in before[len(p.weights) :])
    return [Explanation(3, [part], ("bias-gradient-zero",) if zero else ())]
