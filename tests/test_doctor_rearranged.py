"""Right gradients in another order or measure: what counts as clipped, centred, borrowed, of half precision, or uneven."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from doctor_patients.exams import exam_of, other

from nnlib.doctor.probes import probe
from nnlib.doctor.rearranged import _stands_in, afterwards, borrowed, half_precision, sample_weights
from nnlib.doctor.references import right
from nnlib.doctor.stages import backpropagate

TRUTH = right("main")
RANK, CENTRED = "each entry keeps its rank", "one number is added to every entry"


# ---------------------------------------------------------------------------------------------------- done at the end


def test_clipped_and_squashed_numbers_keep_their_rank():
    assert afterwards([np.clip(t, -0.01, 0.01) for t in TRUTH], TRUTH).startswith(RANK)
    assert afterwards([np.tanh(30 * t) for t in TRUTH], TRUTH).startswith(RANK)
    assert afterwards([TRUTH[0], np.cbrt(TRUTH[1]), *TRUTH[2:]], TRUTH).startswith(RANK), "one array is enough"
    assert (
        afterwards([t - 0.2 * np.abs(t).max() * np.sin(9 * np.arange(t.size).reshape(t.shape)) for t in TRUTH], TRUTH)
        == ""
    )
    assert afterwards(other(TRUTH), TRUTH) == "" and afterwards([-t for t in TRUTH], TRUTH) == ""


def test_rank_needs_sixteen_numbers_that_are_not_all_zero():
    few, more = np.linspace(-1, 1, 15), np.linspace(-1, 1, 16)
    assert afterwards([few**3], [few]) == "" and afterwards([more**3], [more]).startswith(RANK)
    assert afterwards([more * 0], [more]) == ""
    dip = np.sort(more**3)
    dip[8] = dip[7] - 5e-13
    assert afterwards([dip], [more]).startswith(RANK), "rounding is no dip"
    dip[8] = dip[7] - 1.5e-12
    assert afterwards([dip], [more]) == ""
    assert afterwards([-10 * dip], [-more]) == "", "the measure is the largest entry, of either sign"
    far = np.array([0.0, 1, 2, 3, 5, 4, *range(6, 15), 1e12])  # one step back, by a trillionth of the largest
    assert afterwards([far], [np.arange(16.0)]).startswith(RANK)
    assert afterwards([-far[::-1]], [np.arange(16.0)]).startswith(RANK), "of either sign"
    assert afterwards([np.maximum(t, 0) for t in TRUTH], TRUTH).startswith(RANK), "half of them are 0"


def test_what_counts_as_changed_is_nine_digits():
    t = np.linspace(1, 2, 20)
    bumped = t.copy()
    bumped[3:5] = bumped[4], bumped[3]  # the same numbers, two of them exchanged
    assert afterwards([bumped, t**3], [t, t]) == ""
    hair = t + 0.8e-9 * t * np.where(np.arange(20) % 2, 1, -1)
    assert afterwards([hair, t**3], [t, t]).startswith(RANK)
    assert afterwards([t + 2 * (hair - t), t**3], [t, t]) == ""


def test_a_right_array_of_zeros():
    zero, t = np.zeros(20), np.linspace(-1, 1, 10)
    assert afterwards([zero, t**3], [zero, t]) == "", "ten numbers were changed, not thirty"
    assert afterwards([zero, t + 0.3], [zero, t]).startswith(CENTRED), "by 0, and by 0.3"
    assert "float16" in half_precision([zero, np.full(3, 0.5)], [zero, np.full(3, 0.501)])
    assert _stands_in(zero, zero) and not _stands_in(t, zero)


def test_one_number_for_an_array_a_row_or_a_column():
    for axis in (None, 0, 1):
        moved = [t + (0.3 if t.ndim < 2 or axis is None else 1e3 * t.mean(axis=axis, keepdims=True)) for t in TRUTH]
        assert afterwards(moved, TRUTH).startswith((CENTRED, RANK) if axis is None else CENTRED)
    uneven = [t + 0.05 * np.cos(3 * np.arange(t.size).reshape(t.shape)) for t in TRUTH]
    assert afterwards(uneven, TRUTH) == "" and afterwards([moved[0], *uneven[1:]], TRUTH) == ""
    t = np.array([[1.0, 2.0, -4.0], [0.5, 0.1, 3.0]])
    assert afterwards([t + 7 + 3e-9 * np.eye(2, 3)], [t]).startswith(CENTRED), "4e-9 is a billionth of the largest, 4"
    assert afterwards([t + 7 + 5e-9 * np.array([[1, 0, 0], [0, 0, 1]])], [t]) == ""


def test_missing_or_misshapen_arrays_say_nothing():
    cut = [np.tanh(9 * t) for t in TRUTH]
    assert afterwards(cut, TRUTH) and not afterwards([None, *cut[1:]], TRUTH)
    assert not afterwards([*cut[:5], cut[5][:, None]], TRUTH) and not half_precision([None, *cut[1:]], TRUTH)


def test_half_precision_is_every_number_and_near():
    short = [t.astype(np.float16).astype(float) for t in TRUTH]
    assert "float16" in half_precision(short, TRUTH)
    assert not half_precision([TRUTH[0], *short[1:]], TRUTH), "one array of more digits"
    mixed = short[0].copy()
    mixed[0, 0] *= 1 + 1e-6
    assert not half_precision([mixed, *short[1:]], TRUTH), "one number of more digits"
    for factor, near in ((1.015, True), (1.03, False), (0.97, False)):
        last = (factor * TRUTH[5]).astype(np.float16).astype(float)
        assert bool(half_precision([*short[:5], last], TRUTH)) is near
    assert not half_precision([*short[:5], short[5][:, None]], TRUTH)
    assert not half_precision([*short[:5], short[5][None]], TRUTH)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not half_precision([1e9 * t for t in TRUTH], TRUTH), "beyond the largest of them"


# ---------------------------------------------------------------------------------------- borrowed from another layer

BORROWS = ("main", "three", "equal widths")


def lends(l, m):
    """db[l] holds numbers of db[m]."""

    def change(arrays, name):
        theirs = arrays[3 + m]
        return [*arrays[: 3 + l], np.resize(theirs, arrays[3 + l].shape), *arrays[4 + l :]]

    return change


@pytest.mark.parametrize(("l", "m"), [(0, 2), (2, 0), (1, 0), (1, 2)])
def test_a_bias_gradient_of_another_layer(l, m):
    (e,) = borrowed(exam_of(lends(l, m)), BORROWS)
    assert e.parts[0][:2] == ("bias-wrong-formula", f"db[{l}] holds numbers of db[{m}]") and e.cost == 3
    assert e.also == ("stale-or-aliased-buffers",) and e.parts[0][2].startswith("db")


def test_two_layers_borrow():
    (e,) = borrowed(exam_of(lambda a, n: lends(1, 2)(lends(0, 2)(a, n), n)), BORROWS)
    assert e.parts[0][1] == "db[0] holds numbers of db[2]; db[1] holds numbers of db[2]"
    (e,) = borrowed(exam_of(lambda a, n: [*a[:3], lends(0, 2)(a, n)[3], lends(1, 0)(a, n)[4], a[5]]), BORROWS)
    assert e.parts[0][1] == "db[0] holds numbers of db[2]; db[1] holds numbers of db[0]"


def test_what_is_not_borrowed():
    none = lambda change: borrowed(exam_of(change), BORROWS) == []
    assert none(lambda a, n: a), "all right"
    assert none(lambda a, n: [*a[:2], 2 * a[2], *lends(0, 2)(a, n)[3:]]), "a weight gradient is wrong as well"
    assert none(lambda a, n: [*a[:3], a[3] + 1, *a[4:]]), "numbers of nobody"
    assert none(lambda a, n: lends(0, 2 if n == "main" else 1)(a, n)), "another lender for each problem"
    assert none(lambda a, n: [*a[:3], a[3] + 1, *lends(1, 2)(a, n)[4:]]), "one is borrowed, another one is not"
    assert none(lambda a, n: [np.resize(a[5], a[0].shape), *lends(0, 2)(a, n)[1:]]), "a weight gradient holds them too"
    assert none(lambda a, n: [*lends(0, 2)(a, n)[:5], None]), "another array is missing"
    assert none(lambda a, n: [*a[:3], lends(0, 2)(a, n)[3][None], *a[4:]]), "in another shape"
    assert none(lambda a, n: [*a[:5], None]) and none(lambda a, n: [*a[:5], a[5][:, None]])
    assert none(lambda a, n: [*a[:5], a[5][::-1]]), "its own numbers, turned round"
    assert borrowed(exam_of(), ()) == []


@pytest.mark.parametrize(("hair", "found"), [(0.8e-9, True), (1.6e-9, False)])
def test_numbers_are_the_same_to_nine_digits(hair, found):
    def change(arrays, name):
        changed = lends(0, 2)(arrays, name)
        changed[3] = changed[3] + hair * np.abs(arrays[5]).max() * (np.arange(changed[3].size) == 0)
        return changed

    assert bool(borrowed(exam_of(change), BORROWS)) is found


# ------------------------------------------------------------------------------------------- samples weighed unequally


def weighed(weights):
    """sum_i weights[i] times the right gradient of sample i, on "main"."""
    p, total = probe("main"), [0 * t for t in TRUTH]
    for i, w in enumerate(weights):
        dW, db = backpropagate(p._replace(X=p.X[[i]], E=p.E[[i]]))
        total = [t + w * g for t, g in zip(total, [*dW, *db])]
    return total


def test_uneven_weights_are_told_times_T():
    (e,) = sample_weights(weighed(np.arange(1, 8) / 7), "gradients")
    assert e.parts[0][0] == "batch-remainder" and e.also == ("only-last-sample", "accumulator-not-reset")
    assert e.parts[0][1].endswith("are 1, 2, 3, 4, 5, 6, 7")
    (e,) = sample_weights(weighed(np.array([0, 1, 2, 1, 1, 1, 1]) / 7), "gradients")
    assert e.also == ("only-last-sample",) and e.parts[0][1].endswith(", 1, 2, 1, 1, 1, 1")


def test_one_sample_alone_and_its_two_names():
    one = weighed([0, 0, 0, 1, 0, 0, 0])
    (e,), (s,) = sample_weights(one, "gradients"), sample_weights(one, "train_step")
    assert (e.parts[0][0], e.also) == ("only-last-sample", ("single-sample-step",))
    assert (s.parts[0][0], s.also) == ("single-sample-step", ("only-last-sample",))
    assert "only one sample counts" in e.parts[0][1]
    assert sample_weights([-t for t in one], "gradients")[0].parts[0][0] == "only-last-sample", "with a sign, too"
    for two in ([0, 0, 0, 1, 0, 1, 0], [0, 0, 0, 1, 0, -1, 0]):
        assert sample_weights(weighed(two), "gradients")[0].parts[0][0] == "batch-remainder", "two are not one"


def test_even_weights_and_no_weights_say_nothing():
    assert sample_weights(TRUTH, "gradients") == [] and sample_weights([3 * t for t in TRUTH], "gradients") == []
    assert sample_weights(other(TRUTH), "gradients") == []
    uneven = weighed(np.arange(1, 8) / 7)
    assert sample_weights([None, *uneven[1:]], "gradients") == []
    assert sample_weights([*uneven[:5], uneven[5][:, None]], "gradients") == []
    several = weighed(np.arange(7, 0, -1) / 7)
    assert sample_weights([uneven[0], several[1], *uneven[2:]], "gradients") == [], "other weights in another array"
    assert sample_weights([TRUTH[0], *uneven[1:]], "gradients")[0].parts[0][0] == "batch-remainder", (
        "one array is right"
    )
    off = [u * (1 + 1e-6 * np.sin(np.arange(u.size)).reshape(u.shape)) for u in uneven]
    assert sample_weights(off, "gradients") == []


def test_one_array_may_tell_alone_and_zeros_tell_nothing():
    uneven = weighed(np.arange(1, 8) / 7)
    (e,) = sample_weights([uneven[0], *TRUTH[1:]], "gradients")
    assert e.parts[0][1].endswith("are 1, 2, 3, 4, 5, 6, 7")
    zeros = [0 * t for t in TRUTH]
    assert sample_weights(zeros, "gradients") == [] and sample_weights([-3 * t for t in TRUTH], "gradients") == []
    assert sample_weights([*zeros[:3], *other(TRUTH)[3:]], "gradients") == [], "samples of which none counts"


@pytest.mark.parametrize(("hair", "found"), [(3e-6, True), (1.75e-7, True), (1.2e-7, False), (1e-7, False)])
def test_weights_differ_where_the_seventh_digit_shows(hair, found):
    assert bool(sample_weights(weighed((1 + hair * np.arange(7)) / 7), "gradients")) is found


@pytest.mark.parametrize(("hair", "found"), [(1.2e-6, True), (0.8e-6, False)])
@pytest.mark.parametrize("size", [-30, 0.01, 3])
def test_weights_far_from_1_over_T_differ_where_a_millionth_of_them_shows(hair, found, size):
    weights = size * (1 + hair * np.array([0, 1, 0, 1, 1, 0, 0]))
    assert bool(sample_weights(weighed(weights), "gradients")) is found


@pytest.mark.parametrize(("hair", "found"), [(0.8e-6, True), (1.3e-6, False), (-1.3e-6, False)])
@pytest.mark.parametrize("size", [1e-3, 1, 1e3])
def test_every_array_has_the_same_weights_to_a_millionth_of_the_largest(hair, found, size):
    weights = size * np.arange(1, 8) / 7
    uneven, moved = weighed(weights), weighed(weights + hair * size * np.eye(7)[6])
    assert bool(sample_weights([uneven[0], moved[1], *uneven[2:]], "gradients")) is found


@pytest.mark.parametrize(("hair", "found"), [(1.0e-7, True), (1.2e-7, False)])
@pytest.mark.parametrize("size", [1e-3, 1, 1e3])
def test_a_weighted_sum_holds_to_seven_digits(hair, found, size):
    uneven = weighed(size * np.arange(1, 8) / 7)[0]
    noise = np.sin(5 * np.arange(uneven.size) + 1).reshape(uneven.shape)  # nine tenths of it are no weighted sum
    off = uneven + hair * np.linalg.norm(uneven) * noise / np.linalg.norm(noise)
    assert bool(sample_weights([off, *TRUTH[1:]], "gradients")) is found


def test_a_weight_is_none_in_the_measure_of_the_largest():
    for most in (1e-3, 1.0, 1e3):
        few = lambda least, most=most: sample_weights(weighed(most * np.array([0, 0, least, 1, 0, 0, 0])), "gradients")
        assert few(0.8e-7)[0].parts[0][0] == "only-last-sample" and few(1.5e-7)[0].parts[0][0] == "batch-remainder"
