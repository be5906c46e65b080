"""What one step does: how far it goes against the curvature, what the rule remembers, whether order or chance matter."""

from __future__ import annotations

import copy

import numpy as np

from nnlib.doctor.running.calling import quiet
from nnlib.experiments.data_looks import missing
from nnlib.experiments.values import Finding, Study
from nnlib.flat import flat, like

HELD = 30  # steps from one and the same place that show what a rule remembers


def move(s: Study, X, Y, at=None) -> list[np.ndarray]:
    """By how much one step from `at` moves each parameter; the code's state is that of the start."""
    s.bench.reset()
    values = s.bench.start if at is None else at
    s.bench.put(values)
    s.bench.step(copy.deepcopy(X), copy.deepcopy(Y))
    after = s.bench.values()
    s.bench.reset()
    return [a - v for a, v in zip(after, values)]


def rows_of(s: Study, rows, standard: bool):
    """Some samples in the learner's layout: the inputs as they are, or standardised."""
    x, y = s.bench.part(rows)
    return (s.bench.back(s.bench.rows(s.bench.standardised(s.bench.X))[rows], x) if standard else x), y


def memory(s: Study) -> Finding | None:
    """Steps from one place, the weights put back each time: what the rule remembers shows in how the moves change."""
    b = s.bench
    x, y = rows_of(s, [0] * b.T, missing(s) is not None)  # equal samples: any batch and any order is the same
    ratios, first = [], None
    with quiet():
        b.reset()
        for _ in range(HELD):
            b.put(b.start)
            b.step(x, y)
            m = _row(a - v for a, v in zip(b.values(), b.start))
            first = m if first is None else first
            ratios.append(float(m @ first / max(first @ first, 1e-300)))
        b.reset()
    r = np.array(ratios)
    if not np.isfinite(r).all() or np.ptp(r) < 1e-6:
        return None
    s.remembers = True
    if r.min() < 0:
        said = f"with the weights held, the step turns round: {r.min():.2g} times the first one"
        return Finding("rule", said, r.min(), 0, "a velocity sums up moves of one direction")
    if r[-1] > 1.6 * r[HELD // 2]:
        return Finding("rule", f"with the weights held, the step grows without end ({r[-1]:.2g} times)", r[-1], 1.6)
    if r.max() < 1.05:
        return Finding(
            "rule", f"the momentum acts as {1 - 1 / r.max():.2g}: {HELD} steps make the move {r.max():.3f} times", 1.05
        )
    if r[-1] < 0.9 * r.max() and r.max() > 1.5:
        said = f"with the weights held, the step grows {r.max():.2g} times and shrinks again: its correction is off"
        return Finding("rule", said, r.max(), 1.5, "m / (1 - beta^t) makes the first step as long as the later ones")
    if r[-1] < 0.25:
        return Finding("rule", f"with the weights held, the step shrinks to {r[-1]:.2g} of the first one", r[-1], 0.25)
    return None


def sharpness(s: Study, at=None) -> float:
    """Rate times the largest curvature where `at` is (the start): how the move of one step changes with the place."""
    at = s.bench.start if at is None else at
    with quiet():
        return curvature(lambda values: [-m for m in move(s, s.bench.X, s.bench.Y, values)], at)


def rate(s: Study) -> Finding | None:
    """Rate times curvature at the start against the limit of plain descent, 2, and against no progress at all."""
    first, again = (_row(move(s, s.bench.X, s.bench.Y)) for _ in range(2))
    if not np.array_equal(first, again):  # chance that cannot be put back: differences would measure nothing else
        return None
    s.sharp = sharpness(s)
    if s.remembers or s.by_sign or not np.isfinite(s.sharp):
        return None
    if s.sharp > 2:
        said = f"rate times the largest curvature is {s.sharp:.3g} at the start: a step overshoots there"
        return Finding("rate-too-large", said, s.sharp, 2, "lesson 8: descent settles below 2 / curvature")
    if 0 < s.sharp < 0.02:
        longer = float(f"{1 / s.sharp:.2g}")
        said = f"rate times the largest curvature is {s.sharp:.2g}: a step could be {longer:g} times as long"
        return Finding("rate-too-small", said, s.sharp, 0.02, "a hundredth of the limit 2")
    return None


def rate_for(gradient, values) -> float:
    """1/lambda, half the rate that the largest curvature allows at these parameters."""
    with quiet():
        bend = curvature(gradient, values)
    return 1 / bend if bend > 0 else 1.0


def curvature(gradient, at, rounds: int = 12) -> float:
    """The largest eigenvalue of the change of a gradient, by power iteration on differences."""
    rng = np.random.default_rng(0)
    base = _row(gradient(at))
    v = rng.standard_normal(base.size)
    v /= np.linalg.norm(v)
    size = 1e-4 * max(1.0, float(np.sqrt(sum((a**2).sum() for a in at))))
    shift, value = 0.0, np.nan
    for _ in range(rounds):
        there = _row(gradient([a + size * p for a, p in zip(at, like(v, at, ())[0])]))
        product = (there - base) / size + shift * v
        value, length = float(v @ product) - shift, np.linalg.norm(product)
        if not np.isfinite(length) or length == 0:
            return np.nan
        if value < 0:  # the largest in size bends downward: move the others above it
            shift = max(shift, -1.5 * value)
        v = product / length
    return value


def order(s: Study) -> tuple[bool, bool]:
    """(does a step depend on the order of the rows, do two steps from one place differ by chance?)"""
    b, rng = s.bench, np.random.default_rng(0)
    with quiet():
        first = _row(move(s, b.X, b.Y))
        mixed = _row(move(s, *rows_of(s, rng.permutation(b.T), False)))
        b.reset()
        x, y = copy.deepcopy(b.X), copy.deepcopy(b.Y)
        b.step(x, y)
        b.put(b.start)
        b.step(x, y)
        again = _row(a - v for a, v in zip(b.values(), b.start))
        b.reset()
    size = 1e-6 * max(np.linalg.norm(first), 1e-300)
    return bool(np.linalg.norm(mixed - first) > size), bool(not s.remembers and np.linalg.norm(again - first) > size)


def rates(s: Study) -> list[float]:
    """Rates for plain descent along the right slope: the length of the learner's own step, and 1/lambda, 10/lambda."""
    b, found = s.bench, []
    with quiet():
        b.reset()
        g, m = _row(s.slopes.gradient(b.X, b.Y)), _row(move(s, b.X, b.Y))

        def slope(values):
            b.put(values)
            return s.slopes.gradient(b.X, b.Y)

        bend = rate_for(slope, b.start)
        b.reset()
    for r in (float(np.linalg.norm(m) / max(np.linalg.norm(g), 1e-300)), bend, 10 * bend):
        if np.isfinite(r) and r > 0 and all(abs(np.log(r / f)) > 0.3 for f in found):
            found.append(r)
    return found


def _row(arrays) -> np.ndarray:
    return flat([arrays])
