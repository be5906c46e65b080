"""Mistakes in the step: the rate, how often it is applied, from which gradient, and to what."""

# ruff: noqa: E501  (a row of the table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.stages import SCOPES
from nnlib.doctor.table.row import Row

REPEATED, SAMPLES, ASSIGNED, UPDATED, SINGLE = (
    "repeated-update", "per-sample-updates", "assigned-instead-of-subtracted", "used-updated-weights", "single-sample-step",
)  # fmt: skip


def _step(weights, biases, dW, db, rate):
    return [W - rate * g for W, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


def _update(category, what, formula, update, **more):
    return Row(category, what, formula, {}, update=update, **more)


def _times(k):
    def update(gradient, weights, biases, p):
        for _ in range(k(p)):
            weights, biases = _step(weights, biases, *gradient(weights, biases, p.X, p.E), p.rate)
        return weights, biases

    return update


def _by_sample(order=lambda T: range(T), scale=lambda T: 1, size=1):
    def update(gradient, weights, biases, p):
        T = len(p.X)
        for i in order(T):
            rows = slice(i, i + size)
            weights, biases = _step(
                weights, biases, *gradient(weights, biases, p.X[rows], p.E[rows]), p.rate * scale(T)
            )
        return weights, biases

    return update


def _inside_layer_loop(downward: bool, only_this_layer: bool):
    """A new gradient and a step in every turn of the loop over the layers."""

    def update(gradient, weights, biases, p):
        weights, biases = list(weights), list(biases)
        layers = range(len(weights))
        for l in reversed(layers) if downward else layers:
            new = _step(weights, biases, *gradient(weights, biases, p.X, p.E), p.rate)
            if only_this_layer:
                weights[l], biases[l] = new[0][l], new[1][l]
            else:
                weights, biases = map(list, new)
        return weights, biases

    return update


def _weights_then_biases(gradient, weights, biases, p):
    dW, _ = gradient(weights, biases, p.X, p.E)
    weights = [W - p.rate * g for W, g in zip(weights, dW)]
    _, db = gradient(weights, biases, p.X, p.E)
    return weights, [b - p.rate * g for b, g in zip(biases, db)]


def _biases_then_weights(gradient, weights, biases, p):
    _, db = gradient(weights, biases, p.X, p.E)
    biases = [b - p.rate * g for b, g in zip(biases, db)]
    dW, _ = gradient(weights, biases, p.X, p.E)
    return [W - p.rate * g for W, g in zip(weights, dW)], biases


def _assigned(sign, use_rate=True, weights_too=True, biases_too=True):
    def update(gradient, weights, biases, p):
        dW, db = gradient(weights, biases, p.X, p.E)
        factor = sign * (p.rate if use_rate else 1)
        new = _step(weights, biases, dW, db, p.rate)
        return (
            [factor * g for g in dW] if weights_too else new[0],
            [factor * g for g in db] if biases_too else new[1],
        )

    return update


def _in_layers(inside, sign):
    """The step becomes the new value in some layers only."""

    def update(gradient, weights, biases, p):
        dW, db = gradient(weights, biases, p.X, p.E)
        keep = [0 if inside(l, len(weights)) else 1 for l in range(len(weights))]
        move = [p.rate if k else sign * p.rate for k in keep]
        return (
            [k * W - m * g for k, m, W, g in zip(keep, move, weights, dW)],
            [k * b - m * g for k, m, b, g in zip(keep, move, biases, db)],
        )

    return update


def _whole(cut, weights_too=True, biases_too=True):
    def update(gradient, weights, biases, p):
        new = _step(weights, biases, *gradient(weights, biases, p.X, p.E), p.rate)
        return [cut(W) if weights_too else W for W in new[0]], [cut(b) if biases_too else b for b in new[1]]

    return update


def _decayed(gradient, weights, biases, p):
    dW, db = gradient(weights, biases, p.X, p.E)
    return [(1 - p.rate) * W - p.rate * g for W, g in zip(weights, dW)], [b - p.rate * g for b, g in zip(biases, db)]


def _scaled(gradient, weights, biases, p):
    """(W - g) * rate: the rate multiplies the weight too."""
    dW, db = gradient(weights, biases, p.X, p.E)
    return [p.rate * (W - g) for W, g in zip(weights, dW)], [p.rate * (b - g) for b, g in zip(biases, db)]


def _turned(gradient, weights, biases, p):
    """rate * g - W: the difference the wrong way round."""
    dW, db = gradient(weights, biases, p.X, p.E)
    return [p.rate * g - W for W, g in zip(weights, dW)], [p.rate * g - b for b, g in zip(biases, db)]


def _multiplied(gradient, weights, biases, p):
    dW, db = gradient(weights, biases, p.X, p.E)
    return [W * (1 - p.rate * g) for W, g in zip(weights, dW)], [b * (1 - p.rate * g) for b, g in zip(biases, db)]


def _nothing(gradient, weights, biases, p):
    return list(weights), list(biases)


W_NEW = "W_new = W - rate · dW"

ROWS = (
    *(_update(REPEATED, f"the whole step is taken {k} times", W_NEW + "  «(once)»", _times(lambda p, k=k: k)) for k in (2, 3, 4, 5, 10)),
    *(_update(REPEATED, f"the whole step is taken {k} times", W_NEW + "  «(once)»", _times(lambda p, k=k: k), cost=.5) for k in (20, 50, 100)),
    _update(REPEATED, "the whole step is taken once for each layer", W_NEW + "  «(once)»", _times(lambda p: len(p.weights))),
    _update(REPEATED, "the whole step is taken once for each sample", W_NEW + "  «(once)»", _times(lambda p: len(p.X)), also=(SAMPLES,)),
    _update(REPEATED, "a new gradient and a step in every turn of the layer loop", W_NEW + "  «(after the loop)»", _inside_layer_loop(True, False)),
    _update(UPDATED, "each layer is stepped with a gradient that is taken after the step of the layer above", "dW from «the old weights»", _inside_layer_loop(True, True), also=(REPEATED,)),
    _update(UPDATED, "each layer is stepped with a gradient that is taken after the step of the layer below", "dW from «the old weights»", _inside_layer_loop(False, True), also=(REPEATED,)),
    _update(UPDATED, "the bias gradients are taken after the step of the weights", "db from «the old weights»", _weights_then_biases),
    _update(UPDATED, "the weight gradients are taken after the step of the biases", "dW from «the old biases»", _biases_then_weights),
    _update(SAMPLES, "a step with the full rate after every sample", "W = W - rate · «g_i»  for every i", _by_sample()),
    _update(SAMPLES, "a step with rate / T after every sample", "W = W - (rate / T) · «g_i»  for every i", _by_sample(scale=lambda T: 1 / T)),
    _update(SAMPLES, "a step with the full rate after every sample, from the last to the first", "W = W - rate · «g_i»  for every i", _by_sample(lambda T: reversed(range(T)))),
    _update(SAMPLES, "a step with rate / T after every sample, from the last to the first", "W = W - (rate / T) · «g_i»  for every i", _by_sample(lambda T: reversed(range(T)), lambda T: 1 / T)),
    _update(SAMPLES, "a step after every sample with twice the rate", "W = W - 2 rate · «g_i»  for every i", _by_sample(scale=lambda T: 2), cost=.5),
    _update(SAMPLES, "a step after every sample with half the gradient", "W = W - rate · «g_i» / 2  for every i", _by_sample(scale=lambda T: .5), cost=.5, also=("missing-factor-two",)),
    _update(SAMPLES, "a step after every sample with half the gradient over T", "W = W - rate / T · «g_i» / 2  for every i", _by_sample(scale=lambda T: .5 / T), cost=.5, also=("missing-factor-two",)),
    _update(SAMPLES, "a step uphill after every sample", "W = W «+» rate · «g_i»  for every i", _by_sample(scale=lambda T: -1), cost=.5, also=("sign",)),
    *(_update(SAMPLES, f"a step after every batch of {size} samples inside the step", "W = W - rate · «g_batch»  for every batch", _by_sample(lambda T, s=size: range(0, T, s), size=size), also=("batch-remainder", REPEATED), cost=.2) for size in (2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100)),
    _update(ASSIGNED, "the step itself becomes the new weight", "W_new = «W -» rate · dW", _assigned(1)),
    _update(ASSIGNED, "the negative step becomes the new weight", "W_new = «W» - rate · dW", _assigned(-1)),
    _update(ASSIGNED, "the gradient itself becomes the new weight", "W_new = «W - rate ·» dW", _assigned(1, use_rate=False)),
    _update(ASSIGNED, "the negative gradient becomes the new weight", "W_new = «W - rate ·» dW", _assigned(-1, use_rate=False)),
    _update(ASSIGNED, "the step becomes the new weights; the biases are stepped", "W_new = «W -» rate · dW", _assigned(1, biases_too=False)),
    _update(ASSIGNED, "the negative step becomes the new weights; the biases are stepped", "W_new = «W» - rate · dW", _assigned(-1, biases_too=False)),
    _update(ASSIGNED, "the gradient becomes the new weights; the biases are stepped", "W_new = «W - rate ·» dW", _assigned(1, False, biases_too=False)),
    _update(ASSIGNED, "the negative gradient becomes the new weights; the biases are stepped", "W_new = «W - rate ·» dW", _assigned(-1, False, biases_too=False)),
    _update(ASSIGNED, "the gradient becomes the new biases; the weights are stepped", "b_new = «b - rate ·» db", _assigned(1, False, weights_too=False)),
    _update(ASSIGNED, "the step becomes the new biases; the weights are stepped", "b_new = «b -» rate · db", _assigned(1, weights_too=False)),
    _update(ASSIGNED, "the negative step becomes the new biases; the weights are stepped", "b_new = «b» - rate · db", _assigned(-1, weights_too=False)),
    *(
        _update(ASSIGNED, f"the {word}step becomes the new value in the {scope}", "W_new = «W -» rate · dW", _in_layers(inside, sign))
        for scope, inside in SCOPES.items()
        if scope != "everywhere"
        for word, sign in (("", -1), ("negative ", 1))
    ),
    *(
        _update("integer-truncation", f"the new {what} are {word} integers", "W_new = «int»(W - rate · dW)", _whole(cut, w, b))
        for what, w, b in (("weights and biases", True, True), ("weights", True, False), ("biases", False, True))
        for word, cut in (("cut to", np.trunc), ("rounded to", np.round), ("floored to", np.floor))
    ),
    _update(ASSIGNED, "rate · dW - W: the difference the wrong way round", "W_new = «rate · dW - W»", _turned, also=("sign",), cost=.1),
    _update(ASSIGNED, "the rate multiplies the weight as well", "W_new = «rate ·» (W - dW)", _scaled, also=("learning-rate-in-gradient",), cost=.1),
    _update(ASSIGNED, "the weight is multiplied by 1 - step, not diminished", "W_new = W «·» (1 - rate · dW)", _multiplied, cost=.1),
    _update("regularisation-term", "the weight shrinks by the rate besides the step", "W_new = «(1 - rate)» W - rate · dW", _decayed, cost=.1),
    _update("unknown", "the step changes nothing", "W_new = «W»", _nothing, cost=.2, also=("learning-rate-ignored",)),
)  # fmt: skip
