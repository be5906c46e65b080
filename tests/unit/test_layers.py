"""Layers as objects: the same gradient as the matrices, the complex step and the central difference, and planted mistakes."""

import numpy as np
import pytest
from networks import worst

import nnlib
from nnlib import layers
from nnlib.layers import (
    Dense,
    Relu,
    Sigmoid,
    SigmoidCrossEntropy,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    SquaredError,
    Tanh,
    backpropagate,
    descend,
    run,
)

# activations of each layer, the loss, and the names that the rest of nnlib calls them by
LISTS = {
    "squared": ([Tanh, Sigmoid], SquaredError, (["tanh", "sigmoid"], "squared")),
    "softmax with the squared error": ([Relu, Softmax], SquaredError, (["relu", "softmax"], "squared")),
    "cross-entropy": ([Softplus, None], SoftmaxCrossEntropy, (["softplus", "softmax"], "cross-entropy")),
    "binary cross-entropy": ([Softmax, None], SigmoidCrossEntropy, (["softmax", "sigmoid"], "bce")),
    "three layers": ([Sigmoid, Relu, None], SoftmaxCrossEntropy, (["sigmoid", "relu", "softmax"], "cross-entropy")),
}


def build(what, seed=0):
    rng = np.random.default_rng(seed)
    kinds, loss, named = LISTS[what]
    sizes = [3, 5, 4, 4][: len(kinds)] + [4]
    network = []
    for n_in, n_out, kind in zip(sizes, sizes[1:], kinds):
        network += [Dense(n_in, n_out, rng), *([kind()] if kind else [])]
        network[-2 if kind else -1].b = rng.standard_normal(n_out)
    return network, loss(), rng.standard_normal((6, 3)), rng.dirichlet(np.ones(4), 6), named


def dense(network):
    return [layer for layer in network if isinstance(layer, Dense)]


def parameters(network):
    return [layer.W for layer in dense(network)], [layer.b for layer in dense(network)]


def cost_of(network, loss, X, E):
    """The cost as a function of weights and biases, as derivatives.py wants it."""

    def cost(weights, biases):
        for layer, W, b in zip(dense(network), weights, biases):
            layer.W, layer.b = W, b
        return loss.forward(run(network, X), E)

    return cost


def found(network):
    return [layer.dW for layer in dense(network)], [layer.db for layer in dense(network)]


@pytest.mark.parametrize("what", LISTS)
def test_the_gradient_is_the_complex_step_and_the_central_difference(what):
    network, loss, X, E, _ = build(what)
    at = parameters(network)
    backpropagate(network, loss, X, E)
    gradient = found(network)
    assert worst(gradient, nnlib.complex_step(cost_of(network, loss, X, E), *at)) < 1e-14
    assert worst(gradient, nnlib.central_difference(cost_of(network, loss, X, E), *at)) < 1e-7


@pytest.mark.parametrize("what", LISTS)
def test_it_is_the_cost_the_gradient_and_the_path_of_the_matrices(what):
    network, loss, X, E, (names, cost) = build(what)
    weights, biases = parameters(network)
    for _ in range(3):
        C, dW, db = nnlib.cost_and_gradients(weights, biases, X, E, names, cost)
        assert backpropagate(network, loss, X, E) == pytest.approx(C, rel=1e-14)
        assert worst(found(network), (dW, db)) < 1e-14
        weights, biases = nnlib.step(weights, biases, dW, db, 0.3)
        descend(network, 0.3)
        assert worst(parameters(network), (weights, biases)) < 1e-14


def kept(layer, dZ, db):
    """Dense.backward with another bias gradient."""
    layer.dW, layer.db = layer.A.T @ dZ, db
    return dZ @ layer.W.T


@pytest.mark.parametrize(
    "cls, method, wrong",
    [
        (Dense, "backward", lambda self, dZ: kept(self, dZ, dZ.mean(axis=0))),
        (Dense, "backward", lambda self, dZ: kept(self, dZ, dZ.sum(axis=0)) * 0.5),
        (layers.Activation, "backward", lambda self, dA: dA),
        (layers.Loss, "backward", lambda self: self.A - self.E),
    ],
)
def test_a_planted_mistake_is_seen(cls, method, wrong, monkeypatch):
    monkeypatch.setattr(cls, method, wrong)
    with pytest.raises(AssertionError):
        test_the_gradient_is_the_complex_step_and_the_central_difference("three layers")
