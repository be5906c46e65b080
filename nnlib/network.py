"""The network: forward pass, cost, and backpropagation, which is the question's six formulas as matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib import arrays, checks, costs
from nnlib.arrays import Layers, Names, Numbers
from nnlib.functions import per_layer

# Python counts from 0 and so do our lists: A[0] is X (layer 0), but weights[0], biases[0] and Z[0] belong to layer 1.
# So A[l + 1] = f(Z[l]). Rows are samples: A[l][i, x] is the activation of neuron x for sample i.

# A network whose numbers overflow shows it in its cost, infinite or NaN, so NumPy's warnings add nothing.
quiet = np.errstate(over="ignore", invalid="ignore")

sum_over_samples = np.add.reduce  # dZ.sum(axis=0), a little faster on small networks


def init(
    sizes: Sequence[int], rng: np.random.Generator, scale: float | str = 1.0
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Random weights and zero biases for a network with `sizes` neurons, input layer first (lesson 0).

    Each weight is scale * N(0, 1); scale="fan_in" stands for 1/sqrt(n_prev), which keeps wide layers out of saturation.
    Returns (weights, biases): weights[l] of shape (sizes[l], sizes[l+1]), biases[l] of shape (sizes[l+1],).
    Raises ValueError for fewer than two layers or an empty one, or a scale that is not finite.
    Source of fan_in: LeCun, Bottou, Orr and Müller, Efficient BackProp (1998).
    """
    if not isinstance(sizes, (list, tuple, np.ndarray)) or np.ndim(sizes) != 1 or len(sizes) < 2:
        raise ValueError(f"sizes: expected at least an input and an output layer, as in [2, 3, 1], got {sizes!r}")
    sizes = [checks.argument("sizes", n) for n in sizes]
    rng = checks.argument("rng", rng)
    if isinstance(scale, str):
        if scale != "fan_in":
            raise ValueError(f"scale: expected a number or 'fan_in', got {scale!r}")
        scales = [n**-0.5 for n in sizes[:-1]]
    else:
        scales = [checks.argument("scale", scale)] * (len(sizes) - 1)
    weights = [s * rng.standard_normal(pair) for s, pair in zip(scales, zip(sizes, sizes[1:]))]
    return weights, [np.zeros(n) for n in sizes[1:]]


@quiet
def forward(
    weights: Layers, biases: Layers, X: Numbers, activations: Names = "sigmoid"
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Every pre-activation and every activation of a batch (lesson 2).

    z_iy^(L) = b_y^(L) + sum_x a_ix^(L-1) w_xy^(L),  a = f(z).  As matrices: Z = A_prev @ W + b.

    X has shape (T, n_0), a row for each sample. `activations` is a name of the table in functions.py, or one for each
    layer. Returns (Z, A): Z[l] of shape (T, n_{l+1}), A[0] = X and A[l+1] = f(Z[l]). Raises ValueError where shapes do
    not fit, or where data are not finite.
    """
    weights, biases = arrays.parameters(weights, biases)
    X = arrays.samples("X", X, len(weights[0]))
    return run_forward(weights, biases, X, per_layer(activations, len(weights)))


def sample_costs(output: Numbers, E: Numbers, cost: str = "squared") -> np.ndarray:
    """C_i = sum_j (a_ij - e_ij)^2 for each sample i: shape (T,) from two arrays of shape (T, n_last) (lesson 2).

    `cost` names another row of costs.py. From the outputs alone, a cross-entropy is infinite where a has been rounded to 0.
    Outputs may be infinite or NaN, and so is their cost. Raises ValueError unless both have one shape with two axes.
    """
    row, output, E = costs.named(cost), arrays.numbers("output", output), arrays.numbers("E", E)
    arrays.same_table("output", output, "E", E)
    return row.terms(output, E).sum(axis=1)


@quiet
def cost(
    weights: Layers, biases: Layers, X: Numbers, E: Numbers, activations: Names = "sigmoid", cost: str = "squared"
) -> Any:
    """C = (1/T) sum_i C_i, with C_i = sum_j (a_ij - e_ij)^2 for the squared error (lesson 2).

    A mean over the samples and a sum over the outputs, without a factor 1/2; its units are those of the targets squared.
    Arguments and errors as `gradients`.
    """
    _, Z, A, E, _, row = checked_forward(weights, biases, X, E, activations, cost)
    return row.mean(Z[-1], A[-1], E)


@quiet
def gradients(
    weights: Layers, biases: Layers, X: Numbers, E: Numbers, activations: Names = "sigmoid", cost: str = "squared"
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The gradient of C by backpropagation (lesson 4): (dW, db), two lists with the shapes of weights and biases.

    X has shape (T, n_0), E has shape (T, n_last). `activations` is a name of the table in functions.py or one for each
    layer, `cost` a name of the table in costs.py: "squared", "bce" (sigmoid outputs) or "cross-entropy" (softmax outputs).
    dW and db have the units of C over those of a parameter. The arguments are not changed; integers become floats. Raises
    ValueError or TypeError naming the array, the shape expected and the shape that came.
    Source: the six formulas of the question, proved in lesson 4 and checked in lesson 5.
    """
    return run_backward(*checked_forward(weights, biases, X, E, activations, cost))


@quiet
def cost_and_gradients(
    weights: Layers, biases: Layers, X: Numbers, E: Numbers, activations: Names = "sigmoid", cost: str = "squared"
) -> tuple[Any, list[np.ndarray], list[np.ndarray]]:
    """(C, dW, db) from one forward and one backward pass; C as `cost`, arguments and errors as `gradients` (lesson 4)."""
    W, Z, A, E, rows, row = checked_forward(weights, biases, X, E, activations, cost)
    return row.mean(Z[-1], A[-1], E), *run_backward(W, Z, A, E, rows, row)


def checked_forward(weights, biases, X, E, activations, cost):
    """(weights, Z, A, E, rows, cost): what the backward pass needs, from checked arguments, for callers that are `quiet`."""
    if not arrays.fit(weights, biases, X, E):
        weights, biases, X, E = arrays.problem(weights, biases, X, E)
    rows, cost = costs.layers_and_cost(activations, len(weights), cost)
    costs.check_targets(cost, E)
    Z, A = run_forward(weights, biases, X, rows)
    arrays.ran_finite(weights, biases, X, E, Z)
    return weights, Z, A, E, rows, cost


def run_forward(weights, biases, X, rows):
    """`forward` without a check of its input, for callers that are `quiet`; `rows` as in costs.layers_and_cost."""
    Z, A, a = [], [X], X
    for W, b, row in zip(weights, biases, rows):
        z = a.dot(W) + b  # a.dot(W) is a @ W, a little faster on small networks
        a = row.f(z)
        Z.append(z)
        A.append(a)
    return Z, A


def run_backward(weights, Z, A, E, rows, cost=costs.SQUARED, T=None):
    """(dW, db) from what the forward pass kept: the six formulas, from the output down to layer 1 (lesson 4).

    `rows` and `cost` as in costs.layers_and_cost. T is the number of samples in the mean where A and E hold only some of them.
    """
    layers = len(weights)
    dW, db = [None] * layers, [None] * layers
    # fmt: off
    dA = cost.slope(A[-1], E, costs.weight(T or len(E)))    # dC/da_iy  = 2 (a_iy - e_iy) / T, for the squared error
    for l in reversed(range(layers)):
        dZ = rows[l].back(dA, Z[l], A[l + 1])               # dC/dz_iy  = dC/da_iy f'(z_iy)
        dW[l] = A[l].T.dot(dZ)                              # dC/dw_xy  = sum_i a_ix dC/dz_iy
        db[l] = sum_over_samples(dZ)                        # dC/db_y   = sum_i dC/dz_iy
        if l:
            dA = dZ.dot(weights[l].T)                       # dC/da_ix  = sum_y dC/dz_iy w_xy, every path out of x
    # fmt: on
    return dW, db
