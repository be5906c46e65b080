"""Code in another layout and cost than it is judged by: told under which convention it is right, as it can be typed."""

import pytest

import nnlib
from nnlib.doctor.conventions import Convention, named

SAID = "Every gradient is right under another layout or cost. If you meant it, say so: diagnose(f, convention="


def torch_shaped(weights, biases, X, E):
    dW, db = nnlib.gradients([W.T for W in weights], biases, X, E)
    return [g.T / E.shape[1] for g in dW], [g / E.shape[1] for g in db]


def in_columns(factor):
    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients([W.T for W in weights], [b.ravel() for b in biases], X.T, E.T)
        return [factor(E) * g.T for g in dW], [factor(E) * g.reshape(-1, 1) for g in db]

    return gradients


nielsen, summed = in_columns(lambda E: 0.5), in_columns(lambda E: E.shape[1])


def half_summed(weights, biases, X, E):
    dW, db = nnlib.gradients(weights, biases, X, E)
    return [len(X) / 2 * g for g in dW], [len(X) / 2 * g for g in db]


@pytest.mark.parametrize("function, declared, typed", [
    (torch_shaped, None, '"pytorch"'),
    (torch_shaped, "mean over outputs", '"pytorch"'),
    (torch_shaped, "half", '"pytorch"'),
    (nielsen, None, '"nielsen"'),
    (nielsen, "columns", '"nielsen"'),
    (in_columns(lambda E: 1), None, '"columns"'),
    (summed, None, "dict(transposed=True, columns=True, over_samples='sum')"),
    (half_summed, "half", '"half sum"'),
])  # fmt: skip
def test_the_convention_is_told_as_it_can_be_typed(function, declared, typed):
    found = nnlib.diagnose(function, convention=declared)
    told = [text for text in found.details if text.startswith(SAID)]
    assert not found.correct and told == [f"{SAID}{typed})."]
    assert not found.convention  # a part of it is no advice beside the whole
    assert nnlib.diagnose(function, convention=eval(typed, {"dict": dict})).correct  # and it is true


def wrong_in_columns(weights, biases, X, E):
    dW, db = nielsen(weights, biases, X, E)
    return [*dW[:-1], 2 * dW[-1]], db


def transposed(weights, biases, X, E):
    dW, db = nnlib.gradients([W.T for W in weights], biases, X, E)
    return [g.T for g in dW], db


@pytest.mark.parametrize("function, declared", [
    (transposed, None),  # its verdict names "transposed weights" as it is
    (wrong_in_columns, None),
    (wrong_in_columns, "columns"),
    (half_summed, None),
    (nnlib.gradients, None),
    (torch_shaped, "pytorch"),
])  # fmt: skip
def test_nothing_is_told_where_no_convention_makes_it_right_or_a_factor_says_it(function, declared):
    assert not [text for text in nnlib.diagnose(function, convention=declared).details if text.startswith(SAID)]


def test_columns_that_are_wrong_are_still_told_to_run():
    assert any("It runs with samples as columns" in text for text in nnlib.diagnose(wrong_in_columns).details)


def test_a_step_is_not_asked():
    def step(weights, biases, X, E, rate):
        dW, db = torch_shaped(weights, biases, X, E)
        return [W - rate * g for W, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]

    assert not [text for text in nnlib.diagnose(step, kind="train_step").details if text.startswith(SAID)]


def test_a_convention_that_is_declared_is_not_offered_again():
    assert named("columns") == Convention(transposed=True, columns=True)
    found = nnlib.diagnose(wrong_in_columns, convention=Convention(transposed=True, columns=True, half=True))
    assert not [text for text in found.details if text.startswith(SAID)]
