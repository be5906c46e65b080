"""Exact products of the Hessian of C with a vector: the gradient's own lines, each differentiated along a direction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib import arrays, costs
from nnlib.arrays import Layers, Names, Numbers
from nnlib.network import checked_forward, quiet, sum_over_samples


def hessian_product(
    weights: Layers,
    biases: Layers,
    X: Numbers,
    E: Numbers,
    dweights: Layers,
    dbiases: Layers,
    activations: Names = "sigmoid",
    cost: str = "squared",
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """H v, how the gradient of C changes along v = (dweights, dbiases): exact, and no Hessian is ever formed (lesson 8).

    Arguments as network.gradients; dweights and dbiases have the shapes of weights and biases. Returns (HW, Hb) in the
    same shapes. Raises ValueError or TypeError for bad input. Source: Pearlmutter 1994, forward over reverse.
    """
    product = products_at(weights, biases, X, E, activations, cost)
    way = arrays.arrays("dweights", dweights, like=weights), arrays.arrays("dbiases", dbiases, like=biases)
    if not arrays.seem_finite([*way[0], *way[1]]):  # then each is asked for, and the bad number is named
        arrays.arrays("dweights", way[0], finite=True), arrays.arrays("dbiases", way[1], finite=True)
    return product(*way)


@quiet
def products_at(
    weights: Layers, biases: Layers, X: Numbers, E: Numbers, activations: Names = "sigmoid", cost: str = "squared"
) -> Callable:
    """The function v -> H v at one point, for many directions: what does not depend on v is done once (lesson 8).

    Arguments and errors as hessian_product; call the result with (dweights, dbiases), which it does not check.
    """
    return _products(*checked_forward(weights, biases, X, E, activations, cost))


def _products(weights, Z, A, E, rows, cost: costs.Cost = costs.SQUARED) -> Callable:
    """products_at without a look at its input: the gradient's own lines, and then each of them along a direction.

    R<name> is the derivative of <name> along the direction: each line is the product rule on a line of network.py.
    """
    layers = range(len(weights))
    up, down, bend, dZ = _rows(len(layers), 4)
    w = costs.weight(len(E))
    dA = cost.slope(A[-1], E, w)
    for l in reversed(layers):
        up[l], down[l], bend[l] = rows[l].around(dA, Z[l], A[l + 1])
        dZ[l] = down[l] * dA
        if l:
            dA = dZ[l].dot(weights[l].T)

    def product(dweights, dbiases):
        HW, Hb, RZ = _rows(len(layers), 3)
        (RA,) = _rows(len(layers) + 1, 1)
        for l in layers:
            RZ[l] = A[l].dot(dweights[l]) + dbiases[l]
            if l:
                RZ[l] += RA[l].dot(weights[l])
            RA[l + 1] = up[l] * RZ[l]
        RdA = cost.bend(RA[-1], E, w)
        for l in reversed(layers):
            RdZ = down[l] * RdA + bend[l] * RZ[l]
            HW[l] = A[l].T.dot(RdZ)
            Hb[l] = sum_over_samples(RdZ)
            if l:
                HW[l] += RA[l].T.dot(dZ[l])
                RdA = RdZ.dot(weights[l].T) + dZ[l].dot(dweights[l].T)
        return HW, Hb

    return product


def _rows(layers: int, count: int) -> list[list[Any]]:
    """`count` lists with a place for each layer."""
    return [[None] * layers for _ in range(count)]
