"""Other conventions: no mistake where they are declared, a mistake with a friendly word where they are not."""

from dataclasses import dataclass

import numpy as np
import pytest

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.conventions import NAMES, Convention, named, scale
from nnlib.notation import SOURCES, source


def with_cost(factor):
    """The gradient of a cost that is `factor(T, n_out)` times ours."""

    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        c = factor(len(X), E.shape[1])
        return [c * g for g in dW], [c * g for g in db]

    return gradients


COSTS = {
    "half": lambda T, n: 0.5,
    "sum": lambda T, n: T,
    "half sum": lambda T, n: T / 2,
    "mean over outputs": lambda T, n: 1 / n,
    "half mean over outputs": lambda T, n: 0.5 / n,
}


@pytest.mark.parametrize("name", COSTS)
def test_a_declared_cost_is_right_and_an_undeclared_one_is_recognised(name):
    function = with_cost(COSTS[name])
    assert diagnose(function, convention=name).correct
    plain = diagnose(function)
    assert not plain.correct and plain.convention and plain.convention in str(plain)
    assert "exactly the gradient" in str(plain)
    assert not diagnose(nnlib.gradients, convention=name).correct


@pytest.mark.parametrize("activations", ["tanh", ("sigmoid", "identity"), ("tanh", "identity"), ("relu", "sigmoid")])
def test_declared_activations_are_right(activations):
    def gradients(weights, biases, X, E):
        L = len(weights)
        names = [activations] * L if isinstance(activations, str) else [activations[0]] * (L - 1) + [activations[1]]
        return nnlib.gradients(weights, biases, X, E, names)

    assert diagnose(gradients, convention={"activations": activations}).correct
    assert not diagnose(gradients).correct


def test_a_slip_under_a_declared_activation_is_named():
    def gradients(weights, biases, X, E):
        names = ["tanh"] * (len(weights) - 1) + ["identity"]
        dW, db = nnlib.gradients(weights, biases, X, E, names)
        return [g.T for g in dW], db

    diagnosis = diagnose(gradients, convention="tanh, linear output")
    assert diagnosis.category == "transposed-gradient" and len(diagnosis.where) == 3


def columns(weights, biases, X, E):
    """Andrew Ng's layout: W (n_this, n_prev), b (n, 1), samples as columns, and our cost."""
    dW, db = nnlib.gradients([W.T for W in weights], [b.ravel() for b in biases], X.T, E.T)
    return [g.T for g in dW], [g[:, None] for g in db]


def test_layouts():
    assert diagnose(columns, convention="samples as columns").correct
    assert diagnose(columns, convention={"columns": True, "transposed": True}).correct
    assert not diagnose(columns).correct
    transposed = lambda w, b, X, E: (
        [g.T for g in nnlib.gradients([W.T for W in w], b, X, E)[0]],
        nnlib.gradients([W.T for W in w], b, X, E)[1],
    )
    assert diagnose(transposed, convention="W transposed").correct


@pytest.mark.parametrize("slug", SOURCES)
def test_every_source_is_accepted_by_name(slug):
    """The gradient of a source's cost in its layout, made from ours by the source's own facts, is right in its terms."""
    row = source(slug)
    shape = {"vector": lambda b: b, "row": lambda b: b[None], "column": lambda b: b[:, None]}[row.bias_axis]

    def gradients(weights, biases, X, E):
        if row.columns:
            X, E = X.T, E.T
        ours = [W.T if row.transposed else W for W in weights]
        dW, db = nnlib.gradients(ours, [np.ravel(b) for b in biases], X, E)
        c = row.factor(len(X), E.shape[1]) if row.squared else 1.0
        return [(g.T if row.transposed else g) / c for g in dW], [shape(g) / c for g in db]

    assert diagnose(gradients, convention=slug).correct
    half = lambda *given: tuple([0.5 * g for g in part] for part in gradients(*given))
    assert diagnose(half, convention=slug).category == "missing-factor-two"


def test_a_declared_step_is_right():
    def train_step(weights, biases, X, E, learning_rate):  # a step down C / 2
        dW, db = nnlib.gradients(weights, biases, X, E)
        move = lambda v, g: v - learning_rate * g / 2
        return [move(v, g) for v, g in zip(weights, dW)], [move(v, g) for v, g in zip(biases, db)]

    assert diagnose(train_step, "train_step", convention="half").correct
    assert not diagnose(train_step, "train_step").correct


SLIPS_OF_THE_RATE = {
    "the learning rate is already inside the gradient: a factor rate": lambda rate: rate**2,
    "the step does not use the learning rate it was given: a factor 1/rate": lambda rate: 1.0,
    "the step uses a rate of its own, 0.01": lambda rate: 0.01,
    "the rate is applied twice, with a factor 0.01": lambda rate: 0.01 * rate**2,
}


@pytest.mark.parametrize("what", SLIPS_OF_THE_RATE)
@pytest.mark.parametrize("convention", ["half", "sum", "half sum", "mean over outputs", {"factor": 3.0}])
def test_a_slip_of_the_rate_is_said_of_the_rate_that_the_step_was_handed(convention, what):
    """The cost has its own factor, and the rate that is handed with it makes up for that: no second slip beside this one."""

    def train_step(weights, biases, X, E, learning_rate):
        used = SLIPS_OF_THE_RATE[what](learning_rate) / scale(convention, X, E)
        move = lambda v, g: v - used * g
        return [
            [move(v, g) for v, g in zip(*part)]
            for part in zip((weights, biases), nnlib.gradients(weights, biases, X, E))
        ]

    d = diagnose(train_step, "train_step", convention=convention)
    assert (d.what, d.second, d.details, len(d.candidates)) == (what, (), (), 1)


def test_a_convention_may_be_a_dataclass_or_a_dict():
    @dataclass
    class Mine:
        half: bool = True
        name: str = "my course"

    assert named(Mine()) == Convention(half=True)
    assert named({"half": True, "over_samples": "sum"}) == NAMES["half sum"]
    assert diagnose(with_cost(lambda T, n: 3.0 * n), convention={"factor": lambda T, n: 1 / (3.0 * n)}).correct
    with pytest.raises(ValueError, match="expected keys out of"):
        named({"halves": True})
    with pytest.raises(TypeError, match="convention: expected a name"):
        named(3)
    with pytest.raises(ValueError, match="activations: expected"):
        diagnose(nnlib.gradients, convention={"activations": "swish"})
