"""Conventions by their names, the hints in their words, and what is checked of the activations that they declare."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.conventions import (
    DECLARED,
    NAMES,
    Convention,
    _checked,
    _scaled,
    hint_for,
    in_our_terms,
    named,
    numbers_of_ours,
    own_finding,
    row_of,
    scale,
)
from nnlib.doctor.diagnosis import Diagnosis, Finding
from nnlib.doctor.factors import NAMED
from nnlib.doctor.leftovers import CONVENTIONS
from nnlib.doctor.probes import probe
from nnlib.doctor.references import FORMULAS
from nnlib.functions import ELEMENTWISE
from nnlib.notation import source

X, E = np.ones((7, 3)), np.ones((7, 4))
COLUMNS = Convention(transposed=True, columns=True)


def test_each_name_is_what_it_says():
    facts = {
        "half": {"half": True}, "sum": {"over_samples": "sum"}, "half sum": {"half": True, "over_samples": "sum"},
        "mean over outputs": {"over_outputs": "mean"}, "transposed weights": {"transposed": True},
        "half mean over outputs": {"half": True, "over_outputs": "mean"},
        "columns": {"transposed": True, "columns": True}, "samples as columns": {"transposed": True, "columns": True},
        "ours": {}, "linear output": {"activations": ("sigmoid", "identity")},
        **{f"{hidden}, {word} output": {"activations": (hidden, output)}
           for hidden in ("tanh", "relu") for word, output in (("linear", "identity"), ("sigmoid", "sigmoid"))},
        **{name: {"activations": name} for name in ELEMENTWISE if name != "sigmoid"},
    }  # fmt: skip
    assert {name: Convention(**given) for name, given in facts.items()} == NAMES
    ours = Convention()
    assert (ours.half, ours.transposed, ours.columns, ours.bias_axis, ours.factor) == (False, False, False, "", 1.0)


def test_names_are_read_generously():
    for name in ("1/2", "One Half", "one-half", "half", " HALF ", "0.5"):
        assert named(name) == NAMES["half"]
    assert named("W_transposed") == named("transposed") == NAMES["transposed weights"]
    assert (
        named("linear") == NAMES["identity"]
        and named("sse") == NAMES["sum"]
        and named("half_SSE") == NAMES["half sum"]
        and named("MSE") == NAMES["mean over outputs"]
    )
    assert named("nielsen") == named(source("nielsen")) == source("nielsen") and named(COLUMNS) is COLUMNS
    with pytest.raises(ValueError, match="expected one of ours, half"):
        named("no such convention")
    with pytest.raises(TypeError, match="got type"):
        named(Convention)
    with pytest.raises(ValueError, match="got a, b"):
        named({"b": 1, "a": 2})


def test_the_layout_as_a_row():
    row = row_of({"transposed": True, "half": True, "over_samples": "sum", "over_outputs": "mean"})
    assert (row.transposed, row.columns, row.bias_axis, row.half) == (True, False, "vector", True)
    assert (row.over_samples, row.over_outputs) == ("sum", "mean")
    assert row_of("columns").bias_axis == "column" and row_of("columns").columns
    assert row_of({"columns": True, "bias_axis": "row"}).bias_axis == "row" and row_of("nielsen") == source("nielsen")


def test_the_scale_of_the_declared_cost():
    """c of our gradient = c times theirs."""
    values = {"ours": 1, "half": 2, "sum": 1 / 7, "half sum": 2 / 7, "mean over outputs": 4}
    assert {name: scale(name, X, E) for name in values} == pytest.approx(values)
    assert scale("nielsen", X, E) == 2 and scale("bishop", X, E) == 2 / 7 and scale("cs231n", X, E) == 1
    assert scale({"factor": 3.0}, X, E) == 3 and scale({"factor": lambda T, n: T / n, "half": True}, X, E) == 2 * 7 / 4


def test_a_finding_in_the_learners_places():
    problem, at = SimpleNamespace(X=X, E=E), lambda array, index: Finding(array, index, 10.0, 6.0, 0.3)
    told = lambda convention, array, index: own_finding(convention, at(array, index), problem)
    assert told("half", "dW[0]", (1, 2)) == Finding("dW[0]", (1, 2), 5.0, 3.0, 0.3)
    assert told("columns", "dW[0]", (1, 2)).index == (2, 1) and told("columns", "db[0]", (1,)).index == (1, 0)
    assert told({"bias_axis": "row"}, "db[0]", (1,)).index == (0, 1) and told("ours", "db[0]", (1,)).index == (1,)


def test_hints_in_the_words_of_a_convention():
    plain = {slug: row.hint for slug, row in VOCABULARY.items()}
    for slug, hint in plain.items():
        assert hint_for("ours", slug, hint) == hint_for("half", slug, hint) == hint
    other = hint_for("tanh", "wrong-activation-derivative", plain["wrong-activation-derivative"])
    assert other == "Use the slope of the activation that you declared for this layer."
    assert hint_for("tanh", "sign", plain["sign"]) == plain["sign"]
    for source_of_columns in ("nielsen", "columns"):
        assert "X.shape[1]" in hint_for(source_of_columns, "sum-instead-of-mean", plain["sum-instead-of-mean"])
    slope = "wrong-activation-derivative"
    assert hint_for("nielsen", slope, plain[slope]) == plain[slope], "a source has the sigmoid, as we do"


def test_hints_where_samples_are_columns():
    said = {slug: hint_for("columns", slug, row.hint) for slug, row in VOCABULARY.items()}
    assert {slug: hint for slug, hint in said.items() if hint != VOCABULARY[slug].hint} == {
        "sum-instead-of-mean": "C is a mean over T samples: divide once by X.shape[1].",
        "mean-over-outputs": (
            "np.mean over a (n_out, T) array divides by T·n_out. C sums over the outputs: divide by T alone."
        ),
        "divided-by-wrong-count": "Divide by the number of samples, X.shape[1], never by a width or a fixed number.",
        "transposed-weights": "Forward W @ A, backward W.T @ dZ. Test with layers of different widths.",
        "transposed-gradient": "dW has the shape of W, (n_this, n_prev): dZ @ A_prev.T.",
        "averaged-before-product": (
            "The mean of products is not the product of means: sum dZ @ A_prev.T over the samples."
        ),
        "bias-not-summed": "Use dZ.sum(axis=1, keepdims=True).",
        "bias-summed-over-neurons": "Keep one number for each neuron: dZ.sum(axis=1, keepdims=True).",
        "bias-wrong-axis": "Samples are columns here: sum over axis 1.",
        "bias-gradient-zero": "dz/db = 1, so db = dZ.sum(axis=1, keepdims=True): compute and return it.",
        "single-sample-step": "Use every column of X, not X[:, 0] or a random column.",
    }


def test_hints_under_another_activation_leave_the_sigmoid_out():
    said = {slug: hint_for("tanh", slug, row.hint) for slug, row in VOCABULARY.items()}
    assert {slug: hint for slug, hint in said.items() if hint != VOCABULARY[slug].hint} == {
        "missing-activation-derivative": (
            "Multiply the error by f'(z) of the declared activation on the way through each layer."
        ),
        "derivative-at-wrong-point": (
            "f' wants z, the value before the activation: do not pass a through f once more."
        ),
        "wrong-activation-derivative": "Use the slope of the activation that you declared for this layer.",
        "nan": "Look for 0/0, inf/inf or a logarithm of 0.",
    }
    assert not [slug for slug, hint in said.items() if re.search(r"sigmoid|a \(1 - a\)|e\^z", hint)]


def test_a_convention_that_is_recognised_has_the_name_that_declares_it():
    p = probe("main")
    for factor, phrase in CONVENTIONS.items():
        value = next(n.value(p, 0) for n in NAMED if n.name == factor)
        if phrase in DECLARED:
            assert scale(DECLARED[phrase], p.X, p.E) * value == pytest.approx(1), "ours = scale x theirs"
    layouts = [phrase for phrase in DECLARED if phrase not in CONVENTIONS.values()]
    assert [DECLARED[phrase] for phrase in layouts] == ["transposed weights"]
    assert layouts[0] in {m.convention for m in FORMULAS}
    assert set(CONVENTIONS.values()) - set(DECLARED) == {"the sum over the samples of the mean over the outputs"}


def test_a_sentence_about_numbers_where_the_cost_is_another():
    numbers, none = (Diagnosis(False, "sign", what=what) for what in ("a factor 0.3", "the sign is turned round"))
    second = Diagnosis(False, "sign", second=(("sign", "divided by T", ""),))
    others = [Diagnosis(False, "sign", what=what) for what in ("the rate is applied", "multiplied in twice")]
    for convention in ("half", "sum", "mean over outputs", {"factor": 2.0}):
        for d in (numbers, second, *others):
            (sentence,) = numbers_of_ours(convention, d)
            assert sentence.startswith("The words and the formula speak of this series' cost, C = (1/T) sum_i")
        assert numbers_of_ours(convention, none) == ()
        raised = Diagnosis(False, "shape-error", what="the call with a network 3-5-6-4 raised (line 8)")
        assert numbers_of_ours(convention, raised) == (), "these numbers are no slopes"
    assert len(numbers_of_ours("nielsen", numbers)) == 1
    other_cost = replace(source("cs231n"), over_samples="sum")  # no squared error: there is no factor between the two
    for convention in ("ours", "columns", "tanh", "3blue1brown", "cs231n", other_cost):
        assert numbers_of_ours(convention, numbers) == ()


def test_declared_activations():
    assert _checked("tanh") == _checked(("tanh",)) == "tanh" and _checked(["tanh", "relu"]) == ("tanh", "relu")
    for wrong in ("swish", (), ("tanh",) * 3, ("tanh", "swish"), {"tanh"}):
        with pytest.raises(ValueError, match="activations: expected one name"):
            _checked(wrong)


def test_a_factor_of_its_own():
    given = lambda weights, biases, X, E: ([W + 1 for W in weights], [b + 1 for b in biases])
    W, b = [np.ones((3, 4))], [np.ones(4)]
    gradients, activations = in_our_terms(given, {"factor": lambda T, n: T / n}, "gradients")
    dW, db = gradients(W, b, X, E)
    assert activations == "sigmoid" and (dW[0] == 3.5).all() and (db[0] == 3.5).all() and dW[0].shape == (3, 4)
    for factor in (0.5, 2.0):
        dW, db = in_our_terms(given, {"factor": factor}, "gradients")[0](W, b, X, E)
        assert (dW[0] == 2 * factor).all() and (db[0] == 2 * factor).all()
    step = lambda weights, biases, X, E, rate: (weights, biases, X, E, rate)
    assert _scaled(step, 3.0, "train_step")(W, b, X, E, 0.5) == (W, b, X, E, 1.5)
    assert in_our_terms(step, {"factor": lambda T, n: T / n}, "train_step")[0](W, b, X, E, 0.5)[-1] == 7 / 8
    assert in_our_terms(step, {"half": True, "factor": 3.0}, "train_step")[0](W, b, X, E, 0.5)[-1] == 3
    assert list(in_our_terms(lambda *_: iter("?!"), "ours", "gradients")[0](W, b, X, E)) == ["?", "!"], "as it came"
    for odd in (None, 3.0, (1, 2, 3), ([None], [None])):
        assert _scaled(lambda *_, odd=odd: odd, 2.0, "gradients")(W, b, X, E) is odd
    assert in_our_terms(given, "tanh", "gradients")[1] == in_our_terms(given, {"activations": ["tanh"]}, "gradients")[1]
    assert in_our_terms(given, "tanh", "gradients")[1] == "tanh"
    assert in_our_terms(given, "nielsen", "gradients")[1] == "sigmoid"
    assert in_our_terms(given, "ours", "gradients")[0](W, b, X, E)[0][0].tolist() == (W[0] + 1).tolist()
