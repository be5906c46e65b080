"""What came back is read as arrays: each kind of container, each oddity in words, numbers of every type."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from nnlib.doctor.answers import _array, _as_list, _effective, read, whole
from nnlib.doctor.observe import Answer, Call
from nnlib.doctor.stages import Problem


def problem(*sizes, rate=0.5):
    rng = np.random.default_rng(5)
    weights, biases = [rng.normal(size=pair) for pair in zip(sizes, sizes[1:])], [rng.normal(size=n) for n in sizes[1:]]
    return Problem("small", weights, biases, np.ones((3, sizes[0])), np.ones((3, sizes[-1])), rate)


P = problem(2, 3, 4, 2)  # three layers: 6 arrays
dW, db = [W + 1 for W in P.weights], [b + 1 for b in P.biases]
AS_GIVEN = [*dW, *db]


def came_back(value, kind="gradients", p=P):
    return read(Call(p, value), kind)


def same(arrays, expected):
    return len(arrays) == len(expected) and all(
        (a is None and e is None) or (a is not None and e is not None and np.array_equal(a, e))
        for a, e in zip(arrays, expected)
    )


# ------------------------------------------------------------------------------------------------------------- one array


def test_numbers_of_every_kind_become_floats():
    class Tensor:
        def detach(self):
            return [1, 2]

    for value in ([1, 2], np.array([1, 2], dtype=np.uint8), [1.0, 2.0], Tensor(), [1 + 0j, 2.0]):
        array = _array(value)
        assert array.dtype == float and array.tolist() == [1, 2], value
    assert _array([True, False]).tolist() == [1, 0]
    assert _array(np.array([1.5, 2 + 0j], dtype=object)).tolist() == [1.5, 2], "one complex number among others"
    assert _array(np.array([1.5, 2], dtype=object)).tolist() == [1.5, 2]
    assert _array(np.zeros(2, np.float32)).dtype == np.float32
    assert _array(np.zeros((0, 2), complex)).shape == (0, 2)


@pytest.mark.parametrize("value", [None, "words", ["a", "b"], [[1, 2], [3]], object(), np.array([{}, 1], dtype=object)])
def test_what_holds_no_numbers_is_no_array(value):
    assert _array(value) is None


def test_an_imaginary_part_of_rounding_size_is_dropped_and_a_larger_one_is_none():
    assert _array([0j, 0j]).tolist() == [0, 0]
    assert _array([1 + 1e-9j, 0]).tolist() == [1, 0] and _array([1 + 1.5e-9j, 0]) is None
    assert _array([1 - 1.5e-9j, 0]) is None and _array([-1 + 1e-9j, 0]).tolist() == [-1, 0]
    assert _array([100 + 5e-8j, 0]).tolist() == [100, 0], "measured by the largest number"
    assert _array([1e-2 + 1e-10j]) is None and _array([1, 1 + 1j]) is None
    assert _array([0.9e-30j]).tolist() == [0] and _array([1.5e-30j]) is None


def test_entries_of_a_container():
    assert _as_list(None) is None and _as_list(3.0) is None
    assert _as_list((1, 2)) == [1, 2] and _as_list(iter("ab")) == ["a", "b"]
    assert _as_list({"b": 1, "a": 2}) == [2, 1] and _as_list({"a": 1, 2: 3}) == [3, 1], "by the names of the keys"


# ---------------------------------------------------------------------------------------------------------- what came back


def test_two_lists_are_read_without_a_word():
    for value in ((dW, db), [tuple(dW), tuple(db)], (iter(dW), iter(db)), (dict(enumerate(dW)), dict(enumerate(db)))):
        answer = came_back(value)
        assert same(answer.arrays, AS_GIVEN) and answer.unpacked and not answer.shape_note and not answer.single
        assert same(answer.entries[0], dW) and same(answer.entries[1], db) and len(answer.entries) == 2
    assert came_back(None) is None


def refused(value, words, p=P):
    """An answer without arrays, with these words."""
    answer = came_back(value, p=p)
    assert answer.arrays == [None] * 2 * len(p.weights) and not answer.unpacked, value
    assert words in answer.shape_note, answer.shape_note


def test_what_is_no_pair_is_said():
    refused(3.5, "one float came back, not (dW, db)")
    refused([dW], "1 value came back, not two (dW, db)")
    refused([], "0 value came back")
    refused(dW, "one list of 3 arrays came back, not two lists: return dW and db")
    refused([W.ravel() for W in dW] and dW, "one list of 3 arrays")

    class Closed:
        def __iter__(self):
            raise RuntimeError("not for you")

    refused(Closed(), "what came back cannot be read: RuntimeError: not for you")


def test_one_flat_list():
    for value in (AS_GIVEN, [*dW, None, *db[1:]]):
        answer = came_back(value)
        assert same(answer.arrays, value) and answer.unpacked, "it is judged as two lists"
        assert answer.packed == "one flat list of 6 arrays came back, not two lists of 3"
    strange = [np.ones((2, 9))] * 6
    answer = came_back(strange)
    assert same(answer.arrays, strange) and not answer.unpacked and "one flat list of 6" in answer.shape_note
    assert same(came_back([v.tolist() for v in AS_GIVEN]).arrays, AS_GIVEN), "lists of numbers too"
    deep = [*dW, *db[:2], np.ones((2, 2, 2))]
    assert came_back(deep).packed.startswith("one flat list") and same(came_back(deep).arrays, deep)
    deep = [*dW, *[np.ones((2, 2, 2))] * 3]
    assert came_back([*deep[3:], *deep[:3]]).shape_note == "6 values came back, not two (dW, db)"
    assert came_back(AS_GIVEN[:5]).shape_note == "5 values came back, not two (dW, db)"
    one = problem(2, 3)
    assert came_back(([one.weights[0]], [one.biases[0]]), p=one).unpacked
    assert "flat" not in came_back((one.weights[0], one.biases[0]), p=one).shape_note, (
        "two are a pair, in one layer too"
    )


def test_two_layers_two_lists():
    """Two matrices for two layers are read as the pair that was asked for."""
    two = problem(2, 3, 2)
    assert "one list" not in came_back(two.weights, p=two).shape_note
    assert same(came_back((two.weights, two.biases), p=two).arrays, [*two.weights, *two.biases])
    assert came_back([dW[0], db[1], dW[2]]).shape_note == "3 values came back, not two (dW, db)"


def test_more_values_than_two():
    for value in ((dW, db, 0.5), (0.5, dW, db), (dW, db, db), ("cost", dW, db, None)):
        answer = came_back(value)
        assert same(answer.arrays, AS_GIVEN) and not answer.unpacked, "the two lists among them are found"
        assert answer.shape_note == f"{len(value)} values came back, not two (dW, db)"
    answer = came_back((dW, [1.0, 2.0], 0.5))
    assert same(answer.arrays[:3], dW) and answer.shape_note == "3 values came back, not two (dW, db)"


def test_a_dict():
    answer = came_back({"db": db, "dW": dW})
    assert same(answer.arrays, AS_GIVEN) and not answer.unpacked
    assert answer.shape_note == "a dict with the keys db, dW came back, not (dW, db)"
    assert "db, dW, cost came back" in came_back({"db": db, "dW": dW, "cost": 1}).shape_note
    many = came_back({name: 1 for name in "abcdef"}).shape_note
    assert many.startswith("a dict with the keys a, b, c, d came back")


def test_lists_of_another_length():
    answer = came_back((dW[:2], db))
    assert same(answer.arrays, [*dW[:2], None, *db]) and answer.unpacked
    assert answer.shape_note == "dW has 2 entries for 3 layers"
    answer = came_back((dW, [*db, db[0]]))
    assert same(answer.arrays, AS_GIVEN) and answer.shape_note == "db has 4 entries for 3 layers"
    assert len(answer.entries[1]) == 4
    answer = came_back((dW, 0.5))
    assert same(answer.arrays, [*dW, None, None, None]) and answer.shape_note == "db is no list of arrays"
    assert came_back((0.5, db[:2])).shape_note == "dW is no list of arrays", "the first is told"
    assert came_back((dW[:1], db[:2])).shape_note == "dW has 1 entries for 3 layers"


def test_arrays_that_are_none_and_single_precision():
    answer = came_back(([dW[0], None, "?"], db))
    assert same(answer.arrays, [dW[0], None, None, *db]) and not answer.single
    for dtype in (np.float32, np.float16):
        answer = came_back(([dW[0].astype(dtype), *dW[1:]], db))
        assert answer.single and answer.arrays[0].dtype == float
    assert came_back((dW, [None, *(b.astype(np.float32) for b in db[1:])])).single


def test_objects_that_warn_are_read_in_silence():
    class Loud:
        def __init__(self, values):
            self.values = values

        def __iter__(self):
            warnings.warn("old-fashioned", DeprecationWarning, stacklevel=2)
            return iter(self.values)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert same(came_back((Loud(dW), db)).arrays, AS_GIVEN)


# ------------------------------------------------------------------------------------------------------------------- steps


def test_a_step_is_read_as_the_gradient_that_it_used():
    new = [v - P.rate * g for v, g in zip([*P.weights, *P.biases], AS_GIVEN)]
    answer = came_back((new[:3], new[3:]), kind="train_step")
    for mine, theirs in zip(answer.arrays, AS_GIVEN):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-12)
    assert same(answer.entries[0], new[:3]), "the entries are what came back"


def test_a_step_in_another_shape():
    old = np.array([1.0, 2.0, 4.0])
    assert _effective(None, old, 0.5) is None and _effective(np.ones(2), old, 0.5) is None
    assert _effective(old - 1, old, 0.5).tolist() == [2, 2, 2]
    assert _effective((old - 1)[:, None], old, 0.5).tolist() == [[2], [2], [2]], "the right numbers as a column"
    assert _effective(np.ones(1), old, 0.5).tolist() == [0, 2, 6], "one number for all"


def test_whole_answers_have_every_array_finite_and_in_shape():
    arrays = [v.copy() for v in AS_GIVEN]
    assert whole(Answer(arrays), P) is arrays
    assert whole(None, P) is None and whole(Answer(None), P) is None
    for spoil in (None, np.ones(7), np.full_like(arrays[1], np.nan)):
        assert whole(Answer([arrays[0], spoil, *arrays[2:]]), P) is None
    arrays[4][1] = np.inf
    assert whole(Answer(arrays), P) is None, "one entry is enough"
    assert whole(Answer(arrays[:5]), P) is None
