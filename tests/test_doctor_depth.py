"""Code that is written for one depth: its numbers are judged on networks of that depth, and the depth is told."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib
from nnlib.doctor import probes, references
from nnlib.doctor.depth import LOOP, written_depth
from nnlib.doctor.examine import examine


def for_depth(layers, function=nnlib.gradients, one_output=False):
    """The function as one that raises for every other depth, as `W1, W2 = weights` does, and for several outputs."""

    def mine(weights, biases, X, E, *rate):
        if len(weights) != layers:
            raise ValueError(f"too many values to unpack (expected {layers})")
        if one_output and E.shape[1] > 1:
            raise ValueError("operands could not be broadcast together")
        return function(weights, biases, X, E, *rate)

    return mine


def scaled(factor):
    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        c = factor(weights, X, E)
        return [c * g for g in dW], [c * g for g in db]

    return gradients


@pytest.mark.parametrize("layers", [1, 2, 4])
def test_right_numbers_for_one_depth(layers):
    d = nnlib.diagnose(for_depth(layers))
    assert not d.correct and d.category == "shape-error" and d.hint == LOOP, str(d)
    assert "the numbers are right, but only for one depth" in str(d) and "values to unpack" in d.what
    assert d.where == frozenset() and not d.evidence


FACTORS = {
    "sum-instead-of-mean missing-factor-two": lambda weights, X, E: len(X) / 2,  # T/L with two layers, too
    "missing-factor-two": lambda weights, X, E: 0.5,
    "extra-factor-two": lambda weights, X, E: 2,
    "mean-over-outputs": lambda weights, X, E: 1 / E.shape[1],
    "divided-by-wrong-count": lambda weights, X, E: len(X) / X.shape[1],
}


@pytest.mark.parametrize("layers", [2, 4])
@pytest.mark.parametrize("slugs", FACTORS)
def test_a_factor_of_one_depth_is_told_from_its_neighbours(slugs, layers):
    """One problem of this depth has one T and one width: T/2 is a width, 1/n_out a quarter, and L is 2."""
    d = nnlib.diagnose(for_depth(layers, scaled(FACTORS[slugs])))
    assert [d.category, *(s for s, _, _ in d.second)] == slugs.split(), str(d)
    assert f"It runs with {layers} weight layers" in str(d) and f"In a network of {layers} layers: dW[0]" in str(d)
    if slugs.startswith("sum"):
        assert 'convention="half sum"' in str(d)


def test_what_needs_questions_is_found_for_one_depth():
    def carries_the_error(weights, biases, X, E):
        acts = [X]
        for w, b in zip(weights, biases):
            acts.append(1 / (1 + np.exp(-(acts[-1] @ w + b))))
        e, dW, db = 2 * (acts[-1] - E) / len(X), [], []
        for l in reversed(range(len(weights))):
            d = e * acts[l + 1] * (1 - acts[l + 1])
            dW.insert(0, acts[l].T @ d)
            db.insert(0, d.sum(axis=0))
            e = e @ weights[l].T
        return dW, db

    assert nnlib.diagnose(for_depth(2, carries_the_error)).category == "error-propagated-without-derivative"


def test_one_sample_after_the_other_for_one_depth():
    def step(weights, biases, X, E, rate):
        for x, e in zip(X, E):
            dW, db = nnlib.gradients(weights, biases, x[None], e[None])
            weights = [w - rate * g for w, g in zip(weights, dW)]
            biases = [b - rate * g for b, g in zip(biases, db)]
        return weights, biases

    d = nnlib.diagnose(for_depth(2, step), kind="train_step")
    assert d.category == "per-sample-updates", str(d)


def test_state_and_changed_inputs_are_seen_for_one_depth():
    sums = {}

    def grows(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        kept = sums.setdefault(tuple(w.shape for w in weights), [np.zeros_like(g) for g in (*dW, *db)])
        for total, g in zip(kept, (*dW, *db)):
            total += g
        return [t.copy() for t in kept[: len(dW)]], [t.copy() for t in kept[len(dW) :]]

    def steps_in_place(weights, biases, X, E, rate):
        dW, db = nnlib.gradients(weights, biases, X, E)
        for v, g in zip((*weights, *biases), (*dW, *db)):
            v -= rate * g
        return weights, biases

    assert nnlib.diagnose(for_depth(2, grows)).category == "accumulator-not-reset"
    assert nnlib.diagnose(for_depth(2, steps_in_place), kind="train_step").category == "mutates-inputs"


def test_code_for_one_depth_that_fails_there_too():
    """What it raises for its own depth is told, not that W1, W2 = weights does not go for three."""

    def adds_shapes(weights, biases, X, E):
        return nnlib.gradients(weights, biases, X + np.zeros((99, 1)), E)

    for function in (for_depth(2, adds_shapes), for_depth(2, one_output=True)):
        d = nnlib.diagnose(function)
        assert d.category == "shape-error" and "could not be broadcast" in d.what, str(d)
        assert "It is written for 2 weight layers" in str(d) and LOOP in str(d)


def test_other_code_is_examined_once():
    def examined(function):
        exam, more = examine(function, "gradients"), []
        return written_depth(exam, lambda: more.append(0) or exam), len(more)

    assert examined(nnlib.gradients) == (0, 0)
    assert examined(for_depth(3)) == (0, 0), "most problems have three layers"
    assert examined(for_depth(2)) == (2, 0)

    def two_and_three(weights, biases, X, E):
        if len(weights) == 4:
            raise ValueError("no")
        return nnlib.gradients(weights, biases, X, E)

    assert examined(two_and_three) == (0, 0)
    assert examined(lambda weights, biases, X, E: 1 / 0) == (0, 0), "it raises whatever the depth"
    assert examined(for_depth(7)) == (0, 2)


def test_the_depth_of_the_probes():
    usual = probes.probe("main")
    with probes.of_depth(2):
        assert probes.probe("main").sizes == (3, 5, 4) and len(references.right("main")) == 4
        assert probes.probe("four layers").sizes == (3, 4, 2) and probes.probe("two layers").sizes == (3, 5, 4)
        with probes.of_depth(4):
            assert probes.probe("main").sizes == (3, 5, 6, 5, 4) and set(probes.probe("equal widths").sizes) == {4}
    with probes.of_depth(1):
        assert probes.probe("one output").sizes == (3, 1)
    with probes.of_depth(0):
        assert probes.probe("main") is usual
    assert probes.probe("main") is usual and len(references.right("main")) == 6
    with pytest.raises(KeyError), probes.of_depth(2):
        raise KeyError
    assert probes.probe("main") is usual, "back to the table after an exception"


def test_layers_taken_by_number():
    """weights[0] and weights[1] run on deeper networks too, where they return two layers or do not fit."""

    def by_number(weights, biases, X, E):
        return nnlib.gradients(weights[:2], biases[:2], X, E)

    d = nnlib.diagnose(by_number)
    assert d.category == "shape-error" and d.hint == LOOP and "numbers are right" in d.what, str(d)
    assert "It is written for 2 weight layers" in str(d)


def test_a_width_that_is_written_into_the_code_is_no_depth():
    """With one layer nothing goes down, so that this would be right there."""

    def picks(weights, biases, X, E):
        if len(weights) > 1:
            weights[0][:, 200]
        return nnlib.gradients(weights, biases, X, E)

    d = nnlib.diagnose(picks)
    assert "index 200" in d.what and "depth" not in str(d), str(d)


def test_two_arrays_of_no_size_are_no_two_layers():
    odd = lambda weights, biases, X, E: (
        [np.ones((9, 9)), np.ones((9, 9))],
        nnlib.gradients(weights, biases, X, E)[1][:2],
    )
    d = nnlib.diagnose(odd)
    assert d.category == "shape-error" and "2 weight and 2 bias gradients came back for 3 layers" in d.what, str(d)
