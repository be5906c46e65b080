"""How sharply the cost bends: the largest eigenvalue of the Hessian, and the limit that it sets the learning rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib import arrays, checks
from nnlib.arrays import Layers, Names, Numbers
from nnlib.descent import train
from nnlib.fates import stays_below
from nnlib.flat import flat, like, nearby
from nnlib.hessian import hessian_product, products_at
from nnlib.network import quiet

__all__ = ["Sharpness", "hessian_product", "measured_limit", "predicted_limit", "products_at", "sharpness"]


class Sharpness(NamedTuple):
    """The largest eigenvalue of the Hessian of C, with its direction (two lists of arrays, length 1 in all).

    `value` has the units of C over those of a parameter squared. dweights and dbiases have the shapes of weights and biases.
    `products` counts the Hessian-vector products that it took. `residual` is |H v - value v|: an eigenvalue lies within it
    of `value`, whose own error is about the residual squared over the gap to the next eigenvalue.
    """

    value: float
    dweights: list
    dbiases: list
    products: int
    residual: float


@quiet
def sharpness(
    weights: Layers,
    biases: Layers,
    X: Numbers,
    E: Numbers,
    activations: Names = "sigmoid",
    *,
    cost: str = "squared",
    rng: np.random.Generator | None = None,
    tolerance: float = 1e-10,
    most: int = 300,
) -> Sharpness:
    """lambda_max, the largest eigenvalue of the Hessian of C: the largest in value, not in size (lesson 8).

    Lanczos with full reorthogonalisation, from a random start drawn from `rng` (seed 0 where left out). Ends when the
    error, estimated as residual^2 over the gap, is below `tolerance` times the value, or after `most` products. Power
    iteration would return the eigenvalue of largest size, often a negative one. Arguments and errors as network.gradients;
    also a ValueError where the products overflow. Source: Golub and Van Loan, Matrix Computations, chapter 10.
    """
    weights, biases, X, E = arrays.problem(weights, biases, X, E, real=True)
    tolerance, most = checks.argument("tolerance", tolerance), checks.argument("most", most)
    product = products_at(weights, biases, X, E, activations, cost)
    n = sum(v.size for v in (*weights, *biases))
    rng = np.random.default_rng(0) if rng is None else checks.argument("rng", rng)
    q, most = rng.standard_normal(n), min(n, most)
    basis, small = np.empty((most, n)), np.zeros((most, most))  # rows of length 1, and the Hessian as they see it
    basis[0] = q / np.linalg.norm(q)
    for products in range(1, most + 1):
        k = products - 1
        Q, w = basis[:products], flat(product(*like(basis[k], weights, biases)))
        small[k, k] = w @ basis[k]
        for _ in range(2):  # twice is enough: rounding leaves no trace of the directions that are already there
            w = w - Q.T @ (Q @ w)
        length = np.linalg.norm(w)
        if not np.isfinite(length):
            raise ValueError("weights: expected a point where H v is finite; it overflows at these weights and data")
        values, vectors = np.linalg.eigh(small[:products, :products])
        residual = abs(length * vectors[-1, -1])
        gap = values[-1] - values[-2] - residual if products > 1 else 0.0
        error = min(residual, residual**2 / gap) if gap > 0 else residual
        size = np.abs(values).max()
        if length <= 1e-14 * size or (products > 2 and error <= tolerance * abs(values[-1])):
            break
        if products < most:
            basis[products] = w / length
            small[k, products] = small[products, k] = length
    dweights, dbiases = like(Q.T @ vectors[:, -1], weights, biases)
    return Sharpness(float(values[-1]), dweights, dbiases, products, float(residual))


def predicted_limit(
    weights: Layers, biases: Layers, X: Numbers, E: Numbers, activations: Names = "sigmoid", **more
) -> float:
    """2/lambda_max, the rate above which plain descent leaves a minimum at this point along its steepest direction (lesson 8).

    A step multiplies the distance along an eigenvector by 1 - r lambda, which is below 1 in size for r < 2/lambda. Exact for
    a quadratic cost; elsewhere a local statement. Infinite where no eigenvalue is positive. Its units are those of a
    parameter squared over those of C. `more` and errors as sharpness. Source: LeCun, Bottou, Orr and Müller,
    Efficient BackProp (1998).
    """
    value = sharpness(weights, biases, X, E, activations, **more).value
    return 2 / value if value > 0 else float("inf")


def measured_limit(
    weights: Layers,
    biases: Layers,
    X: Numbers,
    E: Numbers,
    activations: Names = "sigmoid",
    *,
    cost: str = "squared",
    rng: np.random.Generator,
    distance: float = 0.01,
    steps: int = 2000,
    precision: float = 2e-4,
    highest: float = 64.0,
) -> float:
    """The rate above which descent from a start `distance` away from this minimum leaves it (lesson 8).

    The start lies in a random direction, drawn from `rng`. From half the predicted limit the rate grows by a quarter until
    descent fails, as fates.stays_below says (infinite if it still holds at `highest` times the predicted limit); bisection
    then narrows the gap to a relative `precision`. Descent may go elsewhere: a flatter minimum counts. `steps` must be
    enough for a growth of 1 + precision a step to show.

    `distance` has the units of the parameters, the result those of predicted_limit.
    Arguments as network.gradients. Raises ValueError where no rate works, or where no eigenvalue is positive.
    """
    rng, distance, steps = (checks.argument(*pair) for pair in (("rng", rng), ("distance", distance), ("steps", steps)))
    precision, highest = checks.argument("precision", precision), checks.argument("highest", highest)
    weights, biases, X, E = arrays.problem(weights, biases, X, E, real=True)
    unit = predicted_limit(weights, biases, X, E, activations, cost=cost)
    if not np.isfinite(unit):
        raise ValueError("weights: expected a minimum, where the cost bends upward; no eigenvalue is positive here")
    start = nearby(weights, biases, distance, rng)

    def works(rate):
        return stays_below(train(*start, X, E, rate, epochs=steps, activations=activations, cost=cost).costs)

    low, high = unit / 2, 1.25 * unit / 2
    if not works(low):
        raise ValueError(
            "weights: expected a minimum; descent from beside it fails at half the predicted limit already"
        )
    while works(high):
        low, high = high, 1.25 * high
        if high > highest * unit:
            return float("inf")
    while high - low > precision * low:
        middle = (low + high) / 2
        low, high = (middle, high) if works(middle) else (low, middle)
    return (low + high) / 2
