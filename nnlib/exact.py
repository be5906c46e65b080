"""The six formulas proved as identities of polynomials: exact whole numbers for every symbol, no activation function chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

PRIME = 2**61 - 1  # the finite field is the whole numbers modulo this prime; Python computes with them exactly


class Symbols(NamedTuple):
    """One sample of a network in which everything is free: weights, activations, the slopes f'(z), expected outputs."""

    weights: list  # weights[l][x][y]
    a: list  # a[0] is the input; a[l][y] stands for f(z), whatever f is
    slopes: list  # slopes[l][y] stands for f'(z) of the neuron whose activation is a[l + 1][y]
    e: list


class Proof(NamedTuple):
    """Whether two sets of polynomials agreed at every point, and the chance that they agreed there by accident."""

    agree: bool
    chance: float
    entries: int


def symbols(sizes: Sequence[int], rng: np.random.Generator) -> Symbols:
    """A random element of the field for each symbol of a network with `sizes` neurons, input layer first."""

    def draw(*shape):
        return rng.integers(0, PRIME, size=shape).astype(object).tolist()

    pairs = list(zip(sizes, sizes[1:]))
    return Symbols([draw(*p) for p in pairs], [draw(n) for n in sizes], [draw(n) for _, n in pairs], draw(sizes[-1]))


def forward_derivatives(at: Symbols) -> tuple[list, list]:
    """dC/dw and dC/db of one sample, moved forward from each parameter by the rules for sums, products and f alone.

    A parameter that grows at speed 1 moves z at the speed dz, a at f'(z) dz, the next z at the sum of da w, and
    C = sum (a - e)^2 at the sum of 2 (a - e) da. Nothing is carried back. Returns nested lists shaped like the parameters.
    """

    def cost_speed(l, y, dz):
        da = [at.slopes[l][k] * dz if k == y else 0 for k in range(len(at.slopes[l]))]
        for w, slopes in zip(at.weights[l + 1 :], at.slopes[l + 1 :]):
            da = [s * sum(d * row[k] for d, row in zip(da, w)) % PRIME for k, s in enumerate(slopes)]
        return sum(2 * (a - e) * d for a, e, d in zip(at.a[-1], at.e, da)) % PRIME

    dw = [
        [[cost_speed(l, y, at.a[l][x]) for y in range(len(w[x]))] for x in range(len(w))]
        for l, w in enumerate(at.weights)
    ]
    return dw, [[cost_speed(l, y, 1) for y in range(len(s))] for l, s in enumerate(at.slopes)]


def prove(formulas: Callable, sizes: Sequence[int], rng: np.random.Generator, points: int = 1) -> Proof:
    """Are `formulas(weights, a, slopes, e) -> (dw, db)` the derivatives of C, as polynomials in all the symbols?

    Both sides are polynomials of degree 2 L + 1 at most, for L weight layers. Two different ones agree at a random point
    with a chance of at most degree / PRIME (Schwartz 1980, Zippel 1979); `chance` adds this up over all entries.
    """
    agree, entries = True, 0
    for _ in range(points):
        at = symbols(sizes, rng)
        ours, exact = (
            [v for group in sides for v in _flat(group)] for sides in (formulas(*at), forward_derivatives(at))
        )
        entries = len(exact)
        agree &= len(ours) == entries and all((mine - true) % PRIME == 0 for mine, true in zip(ours, exact))
    return Proof(agree, min(1.0, entries * (2 * len(sizes) - 1) / PRIME) ** points, entries)


def _flat(nested) -> list:
    return [v for part in nested for v in _flat(part)] if isinstance(nested, (list, tuple)) else [nested]
