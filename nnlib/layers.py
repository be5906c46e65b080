"""A network as a list of layers: small objects with a forward and a backward, the loss as the last one (lesson 13).

Each layer keeps what its way back needs. forward takes the layer's input, a row for each sample, and returns its output;
backward takes dC/d(output) and returns dC/d(input). So the six formulas become: Dense holds three of them, an activation
one, a loss one, and `backpropagate` asks the layers in reverse order.

    network = [Dense(2, 3, rng), Sigmoid(), Dense(3, 2, rng)]
    C = backpropagate(network, SoftmaxCrossEntropy(), X, E)      # leaves dW and db in each Dense
    descend(network, learning_rate=0.5)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from nnlib import arrays, checks, costs
from nnlib.arrays import Numbers
from nnlib.functions import ACTIVATIONS, per_layer
from nnlib.network import quiet


class Dense:
    """Z = A W + b, every neuron joined to every input: W of shape (n_in, n_out), b of shape (n_out,), drawn from `rng`.

    Weights are N(0, 1)/sqrt(n_in), biases 0. After backward, dW and db hold the gradient. Raises ValueError for bad input.
    """

    def __init__(self, n_in: int, n_out: int, rng: np.random.Generator):
        n_in, n_out = checks.argument("sizes", n_in), checks.argument("sizes", n_out)
        self.W = checks.argument("rng", rng).standard_normal((n_in, n_out)) / np.sqrt(n_in)
        self.b = np.zeros(n_out)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, A):
        """z_iy = b_y + sum_x a_ix w_xy."""
        self.A = arrays.samples("A", A, len(self.W), look=arrays.numbers)
        return self.A @ self.W + self.b

    def backward(self, dZ):
        """dC/dw_xy = sum_i a_ix dC/dz_iy and dC/db_y = sum_i dC/dz_iy are kept; dC/da_ix = sum_y dC/dz_iy w_xy returned."""
        self.dW, self.db = self.A.T @ dZ, dZ.sum(axis=0)
        return dZ @ self.W.T


class Activation:
    """a = f(z), a row of the table in functions.py: its way back is dC/dz = dC/da f'(z)."""

    def __init__(self, name: str):
        (self.row,) = per_layer(name, 1)

    def forward(self, Z):
        """a = f(z)."""
        self.Z, self.A = Z, self.row.f(Z)
        return self.A

    def backward(self, dA):
        """dC/dz from dC/da."""
        return self.row.back(dA, self.Z, self.A)


Sigmoid, Tanh, Relu = partial(Activation, "sigmoid"), partial(Activation, "tanh"), partial(Activation, "relu")
Softplus, Softmax = partial(Activation, "softplus"), partial(Activation, "softmax")


class Loss:
    """The cost at the end of the list, a row of the table in costs.py: forward(output, E) -> C, backward() -> dC/d(output).

    A cost that belongs to an output activation (costs.py) holds it: the list before it ends with a Dense, and its slope is
    dC/dz = (a - e) / T.
    """

    def __init__(self, name: str = "squared"):
        self.row = costs.named(name)

    def forward(self, output, E) -> float:
        """C = (1/T) sum_i C_i."""
        output = arrays.numbers("output", output)
        self.E = arrays.samples("E", E, output.shape[1], T=len(output))
        costs.check_targets(self.row, self.E)
        self.A = ACTIVATIONS[self.row.output].f(output) if self.row.output else output
        return self.row.samples(output, self.A, self.E).mean()

    def backward(self) -> np.ndarray:
        """dC/da, or dC/dz where the loss holds its output activation."""
        return self.row.slope(self.A, self.E, costs.weight(len(self.E)))


SquaredError = partial(Loss, "squared")
SigmoidCrossEntropy, SoftmaxCrossEntropy = partial(Loss, "bce"), partial(Loss, "cross-entropy")


@quiet
def run(network: Sequence, X: Numbers) -> np.ndarray:
    """The output of the list of layers for the samples X, a row for each."""
    for layer in network:
        X = layer.forward(X)
    return X


@quiet
def backpropagate(network: Sequence, loss: Loss, X: Numbers, E: Numbers) -> float:
    """C on (X, E); every Dense in the list then holds its dW and db."""
    C, slope = loss.forward(run(network, X), E), loss.backward()
    for layer in reversed(network):
        slope = layer.backward(slope)
    return C


def descend(network: Sequence, learning_rate: float) -> None:
    """One step v' = v - r dC/dv of every Dense in the list, in place of its old parameters."""
    r = checks.argument("learning_rate", learning_rate)
    for layer in network:
        if isinstance(layer, Dense):
            layer.W, layer.b = layer.W - r * layer.dW, layer.b - r * layer.db
