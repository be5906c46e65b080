"""The door: what it lets in unchanged, what it converts, and that it misses nothing that is not finite."""

import warnings

import numpy as np
import pytest

from nnlib import checks


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, complex])
def test_one_bad_number_anywhere_is_found_and_placed(bad, dtype):
    for place in ((0, 0), (2, 1), (4, 2)):
        for order in "CF":
            array = np.ones((5, 3), dtype, order=order)
            array[place] = bad
            with pytest.raises(
                ValueError, match=rf"X: expected finite numbers, got .* at index \({place[0]}, {place[1]}\)"
            ):
                checks.number_array("X", array)


def test_infinities_of_both_signs_do_not_cancel():
    with pytest.raises(ValueError, match="expected finite"):
        checks.number_array("X", [np.inf, -np.inf])
    with pytest.raises(ValueError, match="expected finite"):
        checks.number_array("X", np.array([complex(1, np.inf), complex(np.inf, 1)]))


def test_large_but_finite_numbers_pass_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for array in (np.full(3, 1e300), np.full(3, 3e38, np.float32), np.array([1e200, 1e200j]), np.zeros((0, 2))):
            assert checks.number_array("X", array) is array


def test_views_and_odd_strides_are_looked_at_whole():
    table = np.ones((6, 6))
    table[4, 5] = np.nan
    assert checks.number_array("X", table[::2, ::2]).shape == (3, 3)  # the bad number is not in this view
    with pytest.raises(ValueError, match=r"index \(2, 2\)"):
        checks.number_array("X", table[::2, 1::2])
    with pytest.raises(ValueError, match="expected finite"):
        checks.number_array("X", np.broadcast_to(np.nan, (3, 2)))


def test_integers_booleans_and_lists_become_floats():
    for value in ([[1, 2]], np.array([[1, 2]], np.uint8), [[True, False]]):
        assert checks.number_array("X", value).dtype == float


@pytest.mark.parametrize("value", [None, "text", [object()], np.array(["2024-01-01"], "datetime64[D]")])
def test_what_holds_no_numbers_is_refused(value):
    with pytest.raises(TypeError, match="X: expected numbers, got"):
        checks.number_array("X", value)


@pytest.mark.parametrize("value", [0, -1, 2.5, True, float("nan"), float("inf"), 1j])
def test_not_a_positive_whole_number(value):
    with pytest.raises(ValueError, match="epochs: expected a whole number of at least 1, got"):
        checks.positive_whole("epochs", value)


def test_positive_whole_numbers_in_any_dress():
    assert [checks.positive_whole("epochs", v) for v in (1, 3.0, np.int64(7))] == [1, 3, 7]
