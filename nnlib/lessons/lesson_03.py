"""The exercises of lesson 3 as functions: the chain rule along one path, and the factors that are so easily forgotten."""

from __future__ import annotations

from nnlib.functions import sigmoid as S
from nnlib.lessons.exercises import Task


def S_slope(z):
    """S'(z) = S(z) (1 - S(z))."""
    return S(z) * (1 - S(z))


def output_weight(a_prev, z, e):
    """dC/dw = a_prev S'(z) 2 (a - e), with a = S(z)."""
    return a_prev * S_slope(z) * 2 * (S(z) - e)


def one_path(x, z1, w2, z2, e):
    """dC/dw = x S'(z1) w2 S'(z2) 2 (a - e), with a = S(z2)."""
    return x * S_slope(z1) * w2 * S_slope(z2) * 2 * (S(z2) - e)


def _at_a(z):
    """The slope taken at a = S(z) in place of z: a sigmoid of a sigmoid."""
    return S_slope(S(z))


def _z(rng):
    return (rng.normal(size=6) * 2,)


def _output(rng):
    return rng.uniform(0.2, 0.9), rng.normal(), rng.uniform(0.1, 0.9)


def _path(rng):
    """An input and a weight of either sign."""
    x, w2 = rng.choice([-1, 1], size=2) * rng.uniform(0.5, 2, size=2)
    return x, rng.normal(), w2, rng.normal(), rng.uniform(0.1, 0.9)


TASKS = {
    "slope": Task(
        solution=S_slope,
        inputs=_z,
        wrong_ways={
            "value-not-slope": S,
            "slope-at-a": _at_a,
            "z-times": lambda z: z * (1 - z),
            "brackets": lambda z: 0 * z,
            "rest-alone": lambda z: 1 - S(z),
            "z-in-the-rest": lambda z: S(z) * (1 - z),
            "tanh-slope": lambda z: 1 - S(z) ** 2,
            "sign": lambda z: -S_slope(z),
        },
    ),
    "output-weight": Task(
        solution=output_weight,
        inputs=_output,
        wrong_ways={
            "missing-two": lambda p, z, e: output_weight(p, z, e) / 2,
            "missing-slope": lambda p, z, e: p * 2 * (S(z) - e),
            "missing-two-and-slope": lambda p, z, e: p * (S(z) - e),
            "missing-input": lambda p, z, e: output_weight(1, z, e),
            "slope-at-a": lambda p, z, e: p * _at_a(z) * 2 * (S(z) - e),
            "z-for-a": lambda p, z, e: p * S_slope(z) * 2 * (z - e),
            "squared": lambda p, z, e: p * S_slope(z) * (S(z) - e) ** 2,
            "twice-squared": lambda p, z, e: p * S_slope(z) * 2 * (S(z) - e) ** 2,
            "no-target": lambda p, z, e: output_weight(p, z, 0),
            "brackets": lambda p, z, e: output_weight(p, z, 0) - e,
            "bracket-inside": lambda p, z, e: p * S_slope(z) * (2 * S(z) - e),
            "only-the-error": lambda p, z, e: 2 * (S(z) - e),
            "missing-slope-and-input": lambda p, z, e: S(z) - e,
            "slope-of-the-sender": lambda p, z, e: p * (1 - p) * 2 * (S(z) - e),
            "added": lambda p, z, e: p + S_slope(z) + 2 * (S(z) - e),
            "two-twice": lambda p, z, e: 2 * output_weight(p, z, e),
            "error-of-z-slope": lambda p, z, e: p * z * (1 - z) * 2 * (S(z) - e),
            "value-for-slope": lambda p, z, e: p * S(z) * 2 * (S(z) - e),
            "sign": lambda p, z, e: -output_weight(p, z, e),
        },
    ),
    "one-path": Task(
        solution=one_path,
        inputs=_path,
        wrong_ways={
            "missing-two": lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) / 2,
            "missing-hidden-slope": lambda x, z1, w, z2, e: x * w * S_slope(z2) * 2 * (S(z2) - e),
            "missing-output-slope": lambda x, z1, w, z2, e: x * S_slope(z1) * w * 2 * (S(z2) - e),
            "missing-both-slopes": lambda x, z1, w, z2, e: x * w * 2 * (S(z2) - e),
            "missing-weight": lambda x, z1, w, z2, e: one_path(x, z1, 1, z2, e),
            "missing-input": lambda x, z1, w, z2, e: one_path(1, z1, w, z2, e),
            "slope-at-a": lambda x, z1, w, z2, e: x * _at_a(z1) * w * _at_a(z2) * 2 * (S(z2) - e),
            "squared": lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) * (S(z2) - e) / 2,
            "twice-squared": lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) * (S(z2) - e),
            "no-target": lambda x, z1, w, z2, e: one_path(x, z1, w, z2, 0),
            "brackets": lambda x, z1, w, z2, e: one_path(x, z1, w, z2, 0) - e,
            "value-for-slope": lambda x, z1, w, z2, e: x * S(z1) * w * S(z2) * 2 * (S(z2) - e),
            "hidden-value": lambda x, z1, w, z2, e: x * S(z1) * w * S_slope(z2) * 2 * (S(z2) - e),
            "z-for-a": lambda x, z1, w, z2, e: x * S_slope(z1) * w * S_slope(z2) * 2 * (z2 - e),
            "bracket-inside": lambda x, z1, w, z2, e: x * S_slope(z1) * w * S_slope(z2) * (2 * S(z2) - e),
            "hidden-slope-at-a": lambda x, z1, w, z2, e: x * _at_a(z1) * w * S_slope(z2) * 2 * (S(z2) - e),
            "output-slope-at-a": lambda x, z1, w, z2, e: x * S_slope(z1) * w * _at_a(z2) * 2 * (S(z2) - e),
            "hidden-for-input": lambda x, z1, w, z2, e: one_path(S(z1), z1, w, z2, e),
            "hidden-for-weight": lambda x, z1, w, z2, e: one_path(x, z1, S(z1), z2, e),
            "both-at-the-output": lambda x, z1, w, z2, e: one_path(x, z2, w, z2, e),
            "both-at-the-hidden": lambda x, z1, w, z2, e: x * S_slope(z1) ** 2 * w * 2 * (S(z2) - e),
            "missing-two-and-output-slope": lambda x, z1, w, z2, e: x * S_slope(z1) * w * (S(z2) - e),
            "missing-two-and-hidden-slope": lambda x, z1, w, z2, e: x * w * S_slope(z2) * (S(z2) - e),
            "weight-of-the-output": lambda x, z1, w, z2, e: output_weight(S(z1), z2, e),
            "two-twice": lambda x, z1, w, z2, e: 2 * one_path(x, z1, w, z2, e),
            "activation-too-many": lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) * S(z1),
            "sign": lambda x, z1, w, z2, e: -one_path(x, z1, w, z2, e),
            "added": lambda x, z1, w, z2, e: x + S_slope(z1) + w + S_slope(z2) + 2 * (S(z2) - e),
        },
    ),
}
