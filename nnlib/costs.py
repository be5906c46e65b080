"""Cost functions: C_i of one sample, its slope dC_i/da, and the slope dC_i/dz where the cost belongs to an output activation.

The cost of a batch is the mean over its samples, C = (1/T) sum_i C_i, and C_i = sum_j C_ij a sum over the outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nnlib import arrays
from nnlib.functions import ACTIVATIONS, Activation, log_sum_exp, per_layer


class Cost(NamedTuple):
    """One row of the table. A is the output a_ij, E the target e_ij, Z the output layer's z, each of shape (T, n_last).

    terms(A, E)     C_ij: C_i is their sum over the outputs j
    slope(A, E, w)  dC_i/da_ij times the weight w of the sample in a mean; for a cost with an `output` dC_i/dz_ij instead
    bend(RA, E, w)  how the slope changes where A changes by RA, for second derivatives
    targets         what E must hold: "any", "0 to 1", or "shares", which are at least 0 and sum to 1 for each sample
    output          the name of the output activation that the cost belongs to; None if it takes any
    terms_z(Z, E)   C_ij as a function of Z, right where a has been rounded to 0 or 1; None without an `output`
    """

    name: str
    terms: Callable
    slope: Callable
    bend: Callable
    targets: str = "any"
    output: str | None = None
    terms_z: Callable | None = None

    def samples(self, Z, A, E) -> np.ndarray:
        """C_i for each sample, shape (T,)."""
        return (self.terms_z(Z, E) if self.terms_z else self.terms(A, E)).sum(axis=-1)

    def mean(self, Z, A, E):
        """C, the mean of the C_i over the samples."""
        return self.samples(Z, A, E).mean()

    def total(self, Z, A, E):
        """sum_i C_i, a number; for the squared error, which `train` asks at each step, a little faster than the terms."""
        if self is SQUARED:
            error = A - E
            return np.vdot(error, error)
        return self.samples(Z, A, E).sum()


class Fused(NamedTuple):
    """An output layer whose cost has dC_i/dz ready: f in the forward pass, nothing left to do in the backward pass."""

    name: str
    f: Callable
    around: Callable
    back: Callable = lambda dZ, z, a: dZ


def _fused(row: Activation) -> Fused:
    return Fused(row.name, row.f, around=lambda dZ, z, a: (row.around(dZ, z, a)[0], 1.0, 0.0))


def weight(T: int) -> float:
    """What one of T samples weighs in their mean. The 1/T of C = (1/T) sum_i C_i stands here and nowhere else."""
    return 1 / T


def _times_log(e, a):
    """e log a, with 0 log 0 = 0."""
    return np.where(e == 0, 0.0, e * np.log(np.where(e == 0, 1.0, a)))


def _binary_terms(Z, E):
    """-e log S(z) - (1 - e) log(1 - S(z)) = log(1 + e^z) - e z, without overflow or cancellation."""
    on = np.real(Z) > 0
    return Z * (on - E) + np.log1p(np.exp(np.where(on, -Z, Z)))


def _sum(E):
    return E.sum(axis=-1, keepdims=True)  # 1 for targets that are shares, up to rounding


# fmt: off
COSTS = {row.name: row for row in (
    Cost(
        "squared",                                                     # C_i = sum_j (a_ij - e_ij)^2, without a 1/2
        terms=lambda A, E: (A - E) ** 2,
        slope=lambda A, E, w=1.0: 2 * w * (A - E),
        bend=lambda RA, E, w=1.0: 2 * w * RA,
    ),
    Cost(
        "bce",                                                         # binary cross-entropy, for sigmoid outputs
        terms=lambda A, E: -_times_log(E, A) - _times_log(1 - E, 1 - A),
        slope=lambda A, E, w=1.0: w * (A - E),                         # of z: (a - e) / (a (1 - a)) times a (1 - a)
        bend=lambda RA, E, w=1.0: w * RA,
        targets="0 to 1",
        output="sigmoid",
        terms_z=_binary_terms,
    ),
    Cost(
        "cross-entropy",                                               # C_i = -sum_j e_ij log a_ij, for softmax outputs
        terms=lambda A, E: -_times_log(E, A),
        slope=lambda A, E, w=1.0: w * (A * _sum(E) - E),               # of z: a - e, since the targets sum to 1
        bend=lambda RA, E, w=1.0: w * (RA * _sum(E)),
        targets="shares",
        output="softmax",
        terms_z=lambda Z, E: E * (log_sum_exp(Z) - Z),
    ),
)}
# fmt: on
SQUARED = COSTS["squared"]
_FUSED = {row.output: _fused(ACTIVATIONS[row.output]) for row in COSTS.values() if row.output}


def named(cost: str) -> Cost:
    """The row of the table with this name; raises ValueError for a name that the table does not hold."""
    if not isinstance(cost, str) or cost not in COSTS:
        raise ValueError(f"cost: expected one of {', '.join(map(repr, COSTS))}, got {cost!r}")
    return COSTS[cost]


def layers_and_cost(activations: str | Sequence[str], layers: int, cost: str) -> tuple[list, Cost]:
    """One activation row for each layer and the row of the cost, the output layer fused with its cost where they belong.

    Raises ValueError for a name that is not in its table, and where the cost does not fit the output activation.
    """
    rows = per_layer(activations, layers)
    if type(cost) is str and cost == "squared":
        return rows, SQUARED
    row = named(cost)
    if rows[-1].name != row.output:
        raise ValueError(
            f"cost: {cost!r} needs {row.output} outputs, got activation {rows[-1].name!r} in the output layer; "
            f"use activations=[..., {row.output!r}], or cost='squared'"
        )
    return [*rows[:-1], _FUSED[row.output]], row


def check_targets(row: Cost, E: np.ndarray) -> None:
    """Raises ValueError where E does not hold what the cost is defined for."""
    if row.targets == "any":
        return
    arrays.refuse_where(~((E >= 0) & (E <= 1)), "E", f"targets from 0 to 1 for the cost {row.name!r}", E)
    sums = E.sum(axis=-1)
    if row.targets == "shares" and (np.abs(sums - 1) > 1e-5).any():
        i = int(np.argmax(np.abs(sums - 1) > 1e-5))
        raise ValueError(
            f"E: expected rows that sum to 1 for the cost {row.name!r}, a share or a 0 and 1 for each class, "
            f"got the sum {sums[i]} in row {i}"
        )
