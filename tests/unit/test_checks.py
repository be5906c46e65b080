"""Checks of arguments: what passes unchanged, what is converted, and that every value that is not finite is refused."""

import warnings

import numpy as np
import pytest
from networks import problem

from nnlib import arrays, checks
from nnlib.network import gradients


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, complex])
@pytest.mark.parametrize("shape", [(5, 3), (40, 100), (300, 100)])
def test_one_bad_number_anywhere_is_found_and_placed(shape, dtype, bad):
    rows, columns = shape
    for place in ((0, 0), (rows // 2, 1), (rows - 1, columns - 1)):
        for order in "CF":
            array = np.ones(shape, dtype, order=order)
            array[place] = bad
            at = rf"\({place[0]}, {place[1]}\)"
            with pytest.raises(ValueError, match=f"X: expected finite numbers, got .* at index {at}"):
                arrays.number_array("X", array)


def test_infinities_of_both_signs_do_not_cancel():
    with pytest.raises(ValueError, match="expected finite"):
        arrays.number_array("X", [np.inf, -np.inf])
    with pytest.raises(ValueError, match="expected finite"):
        arrays.number_array("X", np.array([complex(1, np.inf), complex(np.inf, 1)]))


def test_large_but_finite_numbers_pass_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for array in (
            np.full(3, 1e300),
            np.full(3, 3e38, np.float32),
            np.array([1e200, 1e200j]),
            np.zeros((0, 2)),
            np.ones((300, 100)),
        ):
            assert arrays.number_array("X", array) is array


def test_views_and_odd_strides_are_looked_at_whole():
    table = np.ones((6, 6))
    table[4, 5] = np.nan
    assert arrays.number_array("X", table[::2, ::2]).shape == (3, 3)  # the bad number is not in this view
    with pytest.raises(ValueError, match=r"index \(2, 2\)"):
        arrays.number_array("X", table[::2, 1::2])
    with pytest.raises(ValueError, match="expected finite"):
        arrays.number_array("X", np.broadcast_to(np.nan, (3, 2)))


def sound():
    """float64 arrays that fit: the gate of `problem` that asks least."""
    return problem([3, 4, 2], 5)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda w, b, X, E: (w, b, X[None], E),
        lambda w, b, X, E: ([w[0][..., None], w[1]], [b[0][:, None], b[1]], X, E),
        lambda w, b, X, E: (w, b[:1], X, X @ w[0]),
        lambda w, b, X, E: (w[:1], b, X, X @ w[0]),
        lambda w, b, X, E: ([], [], X, X),
        lambda w, b, X, E: ([w[0], w[1][:3]], b, X, E),
        lambda w, b, X, E: (w, [b[0][:3], b[1]], X, E),
        lambda w, b, X, E: (w, [b[0], b[1].astype("M8[s]")], X, E),
        lambda w, b, X, E: (w, b, X, E.astype(str)),
    ],
)
def test_what_does_not_fit_is_refused(spoil):
    """Beside the rows of test_refusals.py: what a quick look at shapes might let through."""
    with pytest.raises((ValueError, TypeError), match="^(weights|biases|X|E)"):
        arrays.problem(*spoil(*sound()))


@pytest.mark.parametrize("T", [1, 5])
@pytest.mark.parametrize("layers", [1, 2])
def test_float64_arrays_that_fit_are_let_through_as_they_are(T, layers):
    """The quick yes: not even the lists are made again."""
    weights, biases, X, E = sound()
    case = (weights[:layers], biases[:layers], X[:T], E[:T] if layers == 2 else X[:T] @ weights[0])
    assert all(got is given for got, given in zip(arrays.problem(*case), case))


class Dressed(np.ndarray):
    """An array of another class, as a library may hand over."""


def test_what_fits_comes_back_as_arrays_of_floats():
    weights, biases, X, E = sound()
    for dressed in (
        (weights, biases, X, E),
        (tuple(weights), tuple(biases), X, E),
        ([W.tolist() for W in weights], biases, X, E),
        (weights, [b.tolist() for b in biases], X, E),
        (weights, biases, X.tolist(), E),
        (weights, biases, X, E.tolist()),
        (weights, biases, X.astype(np.float32), E),
        (weights, biases, X.view(Dressed), E),
        ([weights[0].view(Dressed), weights[1]], biases, X, E),
    ):
        w, b, x, e = arrays.problem(*dressed)
        assert all(type(v) is np.ndarray for v in (*w, *b, x, e))
        for got, right in zip((*w, *b, x, e), (*weights, *biases, X, E)):
            np.testing.assert_allclose(got, right, rtol=1e-6)


def test_positive_integers_of_any_type():
    assert [checks.argument("epochs", v) for v in (1, 3.0, np.int64(7))] == [1, 3, 7]


def test_finite_numbers_that_overflow_on_the_way_are_a_result():
    weights, biases, X, E = sound()
    weights[0][0, 0] = 1e308
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dW, _ = gradients(weights, biases, 10 * X, E)
    assert dW[0].shape == (3, 4)
