"""Networks and data drawn at random, none of their numbers zero, and how far two gradients are apart."""

import inspect

import numpy as np

from nnlib.derivatives import worst_relative_error
from nnlib.network import cost, cost_and_gradients, gradients, init


def problem(sizes, T, seed=0):
    """(weights, biases, X, E): random weights and biases, normal inputs, targets between 0 and 1."""
    rng = np.random.default_rng(seed)
    weights, _ = init(sizes, rng, "fan_in")
    biases = [rng.standard_normal(n) for n in sizes[1:]]
    return weights, biases, rng.standard_normal((T, sizes[0])), rng.random((T, sizes[-1]))


def direction(weights, biases, seed=1):
    """A random direction in which the parameters may move: two lists with their shapes."""
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(W.shape) for W in weights], [rng.standard_normal(b.shape) for b in biases]


def change_of_gradient(case, way, *names):
    """How the gradient changes along a direction, by a complex step: the Hessian times the direction."""
    moved = [[v + 1e-20j * d for v, d in zip(*pair)] for pair in zip(case[:2], way)]
    return [[g.imag / 1e-20 for g in part] for part in gradients(*moved, *case[2:], *names)]


def worst(first, second):
    """The worst normwise error of two gradients (dW, db), array by array."""
    return max(worst_relative_error(a, b) for a, b in zip(first, second))


def with_slip(function, right, wrong):
    """The function of its module with one text of its source replaced."""
    source, namespace = inspect.getsource(function), dict(vars(inspect.getmodule(function)))
    assert source.count(right) == 1, "the planted bug no longer fits the code: write it again"
    exec(source.replace(right, wrong), namespace)
    return namespace[function.__name__]


def steps_of(rule, gs):
    """The steps m of a rule for the gradients of a few steps."""
    memory, steps = None, []
    for g in gs:
        m, memory = rule(g, memory)
        steps.append(m)
    return steps


def one_by_one(weights, biases, X, E, rates, steps, activations):
    """(costs, weights, biases) of plain steps with a rate for each layer, on the core's own gradients."""
    costs = []
    for _ in range(steps):
        C, dW, db = cost_and_gradients(weights, biases, X, E, activations)
        costs.append(C)
        weights = [W - r * g for W, r, g in zip(weights, rates, dW)]
        biases = [b - r * g for b, r, g in zip(biases, rates, db)]
    return np.array([*costs, cost(weights, biases, X, E, activations)]), weights, biases
