"""Five small runs that do not learn, each cured by one change: checkup(**example("pixels"))."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.data import digits, xor
from nnlib.network import forward, gradients, init

EXAMPLES = {
    "zeros": "XOR from weights of 0 (symmetry)",
    "slow": "XOR at a rate of 0.01 (rate-too-small)",
    "narrow": "XOR by one hidden neuron (capacity)",
    "pixels": "300 digits with ink from 0 to 255 (scale-of-inputs)",
    "uphill": "XOR with the gradient added (gradient)",
}


def example(name: str) -> dict:
    """The arguments of `checkup` for one run of EXAMPLES. Raises ValueError for a name that is not there."""
    rng = np.random.default_rng(1)
    X, E = xor()
    if name == "zeros":
        weights, biases = init([2, 3, 1], rng, scale=0.0)
        return _run(weights, biases, X, E, 5.0, 1500)
    if name == "slow":
        return _run(*init([2, 4, 1], rng), X, E, 0.01, 1500)
    if name == "narrow":
        return _run(*init([2, 1, 1], rng), X, E, 5.0, 1500)
    if name == "pixels":
        X, E, *_ = digits()
        return _run(*init([64, 12, 10], rng, scale="fan_in"), 255 * X[:300], E[:300], 2.0, 300)
    if name == "uphill":
        return _run(*init([2, 4, 1], rng), X, E, -5.0, 1500)
    raise ValueError(f"name: expected one of {', '.join(EXAMPLES)}, got {name!r}")


def _run(weights: list, biases: list, X, E, rate: float, steps: int) -> dict:
    """Plain descent of one network of the series, as a learner would bring it."""

    def step(X, E) -> None:
        dW, db = gradients(weights, biases, X, E)
        for l in range(len(weights)):
            weights[l] = weights[l] - rate * dW[l]
            biases[l] = biases[l] - rate * db[l]

    output: Callable = lambda X: forward(weights, biases, X)[1][-1]
    net = {"weights": weights, "biases": biases}
    return {"net": net, "X": X, "Y": E, "step": step, "output": output, "cost": "squared", "steps": steps}
