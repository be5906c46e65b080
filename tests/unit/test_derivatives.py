"""Numerical derivatives and error measures: right on known functions, and rejecting what they must reject."""

import inspect

import numpy as np
import pytest

from nnlib.derivatives import central_difference, complex_step, directional, relative_error, worst_relative_error

W, B = [np.array([[0.3, -0.7], [1.1, 0.2]])], [np.array([0.5, -0.4])]


def function(weights, biases):
    return (weights[0] ** 3).sum() + np.sin(biases[0]).sum() * weights[0][0, 1]


def right():
    dW = 3 * W[0] ** 2
    dW[0, 1] += np.sin(B[0]).sum()
    return [dW], [np.cos(B[0]) * W[0][0, 1]]


def test_complex_step_is_exact_at_any_small_step():
    for h in (1e-8, 1e-20, 1e-100):
        for got, exact in zip(complex_step(function, W, B, h), right()):
            assert worst_relative_error(got, exact) < 1e-15


def test_central_difference_has_its_best_step_in_the_middle():
    errors = [worst_relative_error(central_difference(function, W, B, h)[0], right()[0]) for h in (1e-1, 1e-5, 1e-12)]
    assert errors[1] < 1e-9 and errors[0] > 1e-3 and errors[2] > 1e-6


def test_one_direction_is_gradient_times_direction():
    rng = np.random.default_rng(0)
    dw, db = [rng.standard_normal((2, 2))], [rng.standard_normal(2)]
    exact = sum((g * d).sum() for g, d in zip((*right()[0], *right()[1]), (*dw, *db)))
    assert directional(function, W, B, dw, db) == pytest.approx(exact, rel=1e-14)
    wrong = sum((g * d).sum() for g, d in zip((1.001 * right()[0][0], *right()[1]), (*dw, *db)))
    assert wrong != pytest.approx(exact, rel=1e-6)


def test_inputs_are_kept_and_integers_converted():
    weights, biases = [np.array([[1, 2]])], [np.array([3.0, 4.0])]
    kept = weights[0].copy(), biases[0].copy()
    for check in (complex_step, central_difference):
        dW, _ = check(lambda w, b: (w[0] ** 2).sum() + b[0].sum(), weights, biases)
        assert np.allclose(dW[0], [[2, 4]], rtol=1e-9)
    assert (weights[0] == kept[0]).all() and (biases[0] == kept[1]).all()


@pytest.mark.parametrize(
    "first, second, error",
    [
        ([3.0, 4.0], [3.0, 4.0], 0),
        ([0.0, 0.0], [0.0, 0.0], 0),
        (np.zeros((0, 2)), np.zeros((0, 2)), 0),
        ([0.0], [1.0], 1),
        ([1.0], [2.0], 0.5),
        ([0.0, 1e-300], [0.0, 2e-300], 0.5),  # squares vanish below 1e-162
        ([0.0, 2e300], [0.0, 1e300], 0.5),
        ([1.0, 1e-17], [1.0, 0.0], 1e-17),  # element by element this would be 1
    ],
)
def test_relative_error_is_normwise(first, second, error):
    found = relative_error(first, second)
    assert found == relative_error(second, first) == pytest.approx(error, rel=1e-15) and isinstance(found, float)


def test_the_steps_are_those_that_lesson_5_finds():
    defaults = [inspect.signature(f).parameters["h"].default for f in (central_difference, complex_step, directional)]
    assert defaults == [1e-5, 1e-20, 1e-20]


def test_a_small_wrong_array_cannot_hide_behind_a_large_right_one():
    large, small = np.full(100, 1e6), np.array([1e-3])
    assert relative_error(np.r_[large, small], np.r_[large, 2 * small]) < 1e-9  # this is how it would hide
    assert worst_relative_error([large, small], [large, 2 * small]) == 0.5
