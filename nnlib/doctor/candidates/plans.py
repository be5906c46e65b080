"""Plans of a step: how often, on which samples, from which weights, and to what the gradient is applied."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.candidates.edits import ALL, HID, OUT, SCOPES, SECOND, edits_of
from nnlib.doctor.candidates.expressions import parse
from nnlib.doctor.candidates.passes import Candidate

REPEATED, SAMPLES, ASSIGNED, UPDATED, SINGLE, INTEGER = (
    "repeated-update", "per-sample-updates", "assigned-instead-of-subtracted", "used-updated-weights", "single-sample-step",
    "integer-truncation",
)  # fmt: skip


def _step(weights, biases, gradients, rate):
    dW, db = gradients
    return [W - rate * g for W, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]


def times(k):
    """The whole step, k times; k may be a function of the problem."""

    def update(gradient, p):
        weights, biases = p.weights, p.biases
        for _ in range(k(p) if callable(k) else k):
            weights, biases = _step(weights, biases, gradient(weights, biases), p.rate)
        return weights, biases

    return update


def by_samples(order=range, scale=lambda T: 1.0, size=1):
    """A step after every batch of `size` samples."""

    def update(gradient, p):
        weights, biases, T = p.weights, p.biases, len(p.X)
        for i in order(T):
            rows = slice(i, i + size)
            weights, biases = _step(weights, biases, gradient(weights, biases, p.X[rows], p.E[rows]), p.rate * scale(T))
        return weights, biases

    return update


def _in_layer_loop(downward: bool, only_this_layer: bool):
    """A new gradient and a step in every turn of the loop over the layers."""

    def update(gradient, p):
        weights, biases = list(p.weights), list(p.biases)
        layers = range(len(weights))
        for l in reversed(layers) if downward else layers:
            new = _step(weights, biases, gradient(weights, biases), p.rate)
            if only_this_layer:
                weights[l], biases[l] = new[0][l], new[1][l]
            else:
                weights, biases = map(list, new)
        return weights, biases

    return update


def _one_after_the_other(weights_first: bool):
    def update(gradient, p):
        first = _step(p.weights, p.biases, gradient(p.weights, p.biases), p.rate)
        weights, biases = (first[0], p.biases) if weights_first else (p.weights, first[1])
        second = _step(weights, biases, gradient(weights, biases), p.rate)
        return (weights, second[1]) if weights_first else (second[0], biases)

    return update


def _changed(change):
    """Each new value from the old one, the gradient and the rate."""

    def update(gradient, p):
        dW, db = gradient(p.weights, p.biases)
        return [change(W, g, p.rate) for W, g in zip(p.weights, dW)], [
            change(b, g, p.rate) for b, g in zip(p.biases, db)
        ]

    return update


def _mixed(change, weights_too=True, biases_too=True, inside=lambda l, L: True):
    """`_changed` in some arrays, an ordinary step in the others."""
    plain = lambda v, g, rate: v - rate * g

    def update(gradient, p):
        dW, db = gradient(p.weights, p.biases)
        L = len(dW)
        pick = lambda too, l: change if too and inside(l, L) else plain
        return (
            [pick(weights_too, l)(W, g, p.rate) for l, (W, g) in enumerate(zip(p.weights, dW))],
            [pick(biases_too, l)(b, g, p.rate) for l, (b, g) in enumerate(zip(p.biases, db))],
        )

    return update


ONCE, FOR_EACH, STEP, PLUS = (
    "W_new = W - rate · dW  «(once)»", "W = W - rate · «g_i»  for every i", "W_new = «W -» rate · dW", "W_new = «int»(W - rate · dW)",
)  # fmt: skip
BACKWARDS = lambda T: reversed(range(T))
ASSIGN = (
    ("the step itself becomes the new", lambda v, g, r: r * g), ("the negative step becomes the new", lambda v, g, r: -r * g),
    ("the gradient itself becomes the new", lambda v, g, r: g), ("the negative gradient becomes the new", lambda v, g, r: -g),
)  # fmt: skip
SIMPLE = (  # category, words, line, update, also, cost
    (REPEATED, "the whole step is taken once for each layer", ONCE, times(lambda p: p.layers), (), 0),
    (REPEATED, "the whole step is taken once for each sample", ONCE, times(lambda p: len(p.X)), (SAMPLES,), 0),
    (REPEATED, "a new gradient and a step in every turn of the layer loop", ONCE, _in_layer_loop(True, False), (), 0),
    (UPDATED, "each layer is stepped with a gradient that is taken after the step of the layer above", "dW from «the old weights»", _in_layer_loop(True, True), (REPEATED,), 0),
    (UPDATED, "each layer is stepped with a gradient that is taken after the step of the layer below", "dW from «the old weights»", _in_layer_loop(False, True), (REPEATED,), 0),
    (UPDATED, "the bias gradients are taken after the step of the weights", "db from «the old weights»", _one_after_the_other(True), (), 0),
    (UPDATED, "the weight gradients are taken after the step of the biases", "dW from «the old biases»", _one_after_the_other(False), (), 0),
    (SAMPLES, "a step uphill after every sample", "W = W «+» rate · g_i  for every i", by_samples(range, lambda T: -1.0), ("sign",), 0.5),
    (ASSIGNED, "rate · dW - W: the difference the wrong way round", "W_new = «rate · dW - W»", _changed(lambda v, g, r: r * g - v), ("sign",), 0.1),
    (ASSIGNED, "the rate multiplies the weight as well", "W_new = «rate ·» (W - dW)", _changed(lambda v, g, r: r * (v - g)), ("learning-rate-in-gradient",), 0.1),
    (ASSIGNED, "the weight is multiplied by 1 - step, not diminished", "W_new = W «·» (1 - rate · dW)", _changed(lambda v, g, r: v * (1 - r * g)), (), 0.1),
    (ASSIGNED, "the weight is multiplied by the step", "W_new = W «·» rate · dW", _changed(lambda v, g, r: v * r * g), (), 0.2),
    (ASSIGNED, "the weight is divided by the step", "W_new = W «/» (rate · dW)", _changed(lambda v, g, r: v / (r * g)), (), 0.2),
    ("regularisation-term", "the weight shrinks by the rate besides the step", "W_new = «(1 - rate)» W - rate · dW", _mixed(lambda v, g, r: (1 - r) * v - r * g, biases_too=False), (), 0.1),
    ("learning-rate-in-gradient", "the rate is subtracted beside the gradient", "W_new = W - «(rate + dW)»", _changed(lambda v, g, r: v - (r + g)), (), 0.3),
    ("learning-rate-in-gradient", "the gradient is divided by the rate", "W_new = W - dW «/ rate»", _changed(lambda v, g, r: v - g / r), (), 0.1),
    ("unknown", "the step changes nothing: the old weights come back", "W_new = «W»", _changed(lambda v, g, r: v + 0 * g), ("learning-rate-ignored", INTEGER), 0.2),
)  # fmt: skip


def _edited_steps():
    """Every single edit of V - rate * G, as a plan: V is a weight or a bias, G its gradient."""
    seen = set()
    for edit in edits_of("update", parse("V - rate * G")):
        if edit.kind in ("drop", "op", "twice", "swap", "regroup", "const") and edit.wrong not in seen:
            seen.add(edit.wrong)
            change = lambda v, g, r, e=edit.wrong: _evaluated(e, {"V": v, "G": g, "rate": r})
            yield (
                ASSIGNED,
                f"the step is {edit.formula(None)}",
                edit.formula(None),
                _changed(change),
                ("learning-rate-in-gradient",),
                0.3,
            )


def _evaluated(e, given):
    if e[0] == "leaf":
        return given[e[1]]
    x, y = (_evaluated(part, given) for part in e[1:3])
    return (
        x @ y
        if e[0] == "@"
        else {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide}[e[0]](x, y)
    )


def _rows():
    yield from SIMPLE
    yield from _edited_steps()
    for k in (2, 3, 4, 5, 10, 20, 50, 60, 100):
        yield REPEATED, f"the whole step is taken {k} times", ONCE, times(k), (), 0.0 if k <= 10 else 0.5
    scales = {
        "the full rate": lambda T: 1.0,
        "rate / T": lambda T: 1 / T,
        "half the rate": lambda T: 0.5,
        "half of rate / T": lambda T: 0.5 / T,
    }
    for after, order in (("", range), (", from the last to the first", BACKWARDS)):
        for rate, scale in scales.items():
            half = ("missing-factor-two",) if rate.startswith("half") else ()
            yield (
                SAMPLES,
                f"a step with {rate} after every sample{after}",
                FOR_EACH,
                by_samples(order, scale),
                half,
                0.5 * bool(half) + 0.05 * bool(after),
            )
    for size in (2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100):
        plan = by_samples(lambda T, s=size: range(0, T, s), size=size)
        yield (
            SAMPLES,
            f"a step after every batch of {size} samples inside the step",
            FOR_EACH,
            plan,
            ("batch-remainder", REPEATED),
            0.2,
        )
    for words, change in ASSIGN:
        yield ASSIGNED, f"{words} weight", STEP, _changed(change), (), 0.0
        yield ASSIGNED, f"{words} weights; the biases are stepped", STEP, _mixed(change, biases_too=False), (), 0.0
        yield ASSIGNED, f"{words} biases; the weights are stepped", STEP, _mixed(change, weights_too=False), (), 0.0
        for scope, inside in SCOPES.items():
            yield ASSIGNED, f"{words} value in the {scope}", STEP, _mixed(change, inside=inside), (), 0.1
    for word, cut in (("cut to", np.trunc), ("rounded to", np.round), ("floored to", np.floor)):
        whole = lambda v, g, r, cut=cut: cut(v - r * g)
        yield INTEGER, f"the new weights and biases are {word} integers", PLUS, _changed(whole), (), 0.0
        yield INTEGER, f"the new weights are {word} integers", PLUS, _mixed(whole, biases_too=False), (), 0.0
        yield INTEGER, f"the new biases are {word} integers", PLUS, _mixed(whole, weights_too=False), (), 0.0


PLANS = tuple(
    Candidate(category, {}, "everywhere", also, cost, words, line, update=update)
    for category, words, line, update, also, cost in _rows()
)


def stepped():
    """Of a step: the way down through weights that have been stepped already."""
    line = "dA_prev = dZ @ («W - rate · dW»).T"
    for scope in (ALL, OUT, HID, SECOND):
        words = "the weights that carry the error are already updated"
        yield Candidate(
            UPDATED, {"carry": lambda c, l: c.dZ[l] @ (c.W[l] - c.rate * c.dW[l]).T}, scope, (), 0.0, words, line
        )
        words = "the error goes down through the old weights and through the updated ones as well"
        both = {"carry": lambda c, l: c.dZ[l] @ (2 * c.W[l] - c.rate * c.dW[l]).T}
        yield Candidate(UPDATED, both, scope, ("wrong-quantity-propagated",), 0.3, words, line)
