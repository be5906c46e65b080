"""A network as a list of layers: small objects with a forward and a backward, the loss as the last one (lesson 13).

`forward` takes the layer's input, of shape (T, n_in) with a row for each sample, returns its output and keeps what the
backward pass needs; `backward` takes dC/d(output) and returns dC/d(input), each of the shape of the array it belongs to.
Of the six formulas Dense holds three, an activation one and a loss one; `backpropagate` calls the layers in reverse order.

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
    """Z = A W + b, with W of shape (n_in, n_out) and b of shape (n_out,): every neuron is connected to every input.

    The weights are drawn from `rng` as N(0, 1)/sqrt(n_in), the biases are 0. After `backward`, dW and db hold the gradient,
    with the shapes of W and b. Raises ValueError where n_in or n_out is no whole number of at least 1, or rng no generator.
    """

    def __init__(self, n_in: int, n_out: int, rng: np.random.Generator):
        n_in, n_out = checks.argument("sizes", n_in), checks.argument("sizes", n_out)
        self.W = checks.argument("rng", rng).standard_normal((n_in, n_out)) / np.sqrt(n_in)
        self.b = np.zeros(n_out)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, A):
        """z_iy = b_y + sum_x a_ix w_xy: Z of shape (T, n_out) from A of shape (T, n_in); ValueError for another shape."""
        self.A = arrays.samples("A", A, len(self.W), finite=False)
        return self.A @ self.W + self.b

    def backward(self, dZ):
        """Returns dC/da_ix = sum_y dC/dz_iy w_xy, of shape (T, n_in), from dZ of shape (T, n_out).

        Keeps dW, dC/dw_xy = sum_i a_ix dC/dz_iy, and db, dC/db_y = sum_i dC/dz_iy.
        """
        self.dW, self.db = self.A.T @ dZ, dZ.sum(axis=0)
        return dZ @ self.W.T


class Activation:
    """a = f(z) and dC/dz = dC/da f'(z), with f a row of the table in functions.py; shapes stay as they are.

    Raises ValueError for a name that the table does not hold.
    """

    def __init__(self, name: str):
        (self.row,) = per_layer(name, 1)

    def forward(self, Z):
        """a = f(z), kept with z for `backward`."""
        self.Z, self.A = Z, self.row.f(Z)
        return self.A

    def backward(self, dA):
        """dC/dz from dC/da, both of shape (T, n)."""
        return self.row.back(dA, self.Z, self.A)


Sigmoid, Tanh, Relu = partial(Activation, "sigmoid"), partial(Activation, "tanh"), partial(Activation, "relu")
Softplus, Softmax = partial(Activation, "softplus"), partial(Activation, "softmax")


class Loss:
    """C = (1/T) sum_i C_i, a row of the table in costs.py: forward(output, E) -> C, backward() -> dC/d(output).

    "squared" takes the activations of the last layer. "bce" and "cross-entropy" include their sigmoid or softmax: the list
    of layers ends with a Dense, and backward() returns dC/dz = (a - e) / T. Raises ValueError for a name that is not there.
    """

    def __init__(self, name: str = "squared"):
        self.row = costs.named(name)

    def forward(self, output, E) -> float:
        """C, a number, from output and E of shape (T, n); ValueError for other shapes or targets that the cost excludes."""
        output = arrays.numbers("output", output)
        self.E = arrays.samples("E", E, output.shape[1], T=len(output))
        costs.check_targets(self.row, self.E)
        self.A = ACTIVATIONS[self.row.output].f(output) if self.row.output else output
        return self.row.mean(output, self.A, self.E)

    def backward(self) -> np.ndarray:
        """dC/da, or dC/dz where the loss includes the output activation, of shape (T, n)."""
        return self.row.slope(self.A, self.E, costs.weight(len(self.E)))


SquaredError = partial(Loss, "squared")
SigmoidCrossEntropy, SoftmaxCrossEntropy = partial(Loss, "bce"), partial(Loss, "cross-entropy")


@quiet
def run(network: Sequence, X: Numbers) -> np.ndarray:
    """The output of the network for X of shape (T, n_0): shape (T, n_last). Raises ValueError where X does not fit."""
    for layer in network:
        X = layer.forward(X)
    return X


@quiet
def backpropagate(network: Sequence, loss: Loss, X: Numbers, E: Numbers) -> float:
    """C on (X, E), by one forward and one backward pass; every Dense in the list then holds its dW and db.

    X has shape (T, n_0), E (T, n_last). Raises ValueError where X or E does not fit the network or the loss.
    """
    C, slope = loss.forward(run(network, X), E), loss.backward()
    for layer in reversed(network):
        slope = layer.backward(slope)
    return C


def descend(network: Sequence, learning_rate: float) -> None:
    """One step v' = v - r dC/dv: every Dense in the list gets new parameters W and b.

    learning_rate is r, a finite number of at least 0; otherwise ValueError.
    """
    r = checks.argument("learning_rate", learning_rate)
    for layer in network:
        if isinstance(layer, Dense):
            layer.W, layer.b = layer.W - r * layer.dW, layer.b - r * layer.db
