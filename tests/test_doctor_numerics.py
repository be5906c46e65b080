"""Gradients by differences: one-sided, too large a step, or lost in rounding; and numbers that are cut or rounded."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib import cost
from nnlib.doctor.numerics import _quantum, curvatures, difference_fault, lattice, near, rounded
from nnlib.doctor.probes import probe
from nnlib.doctor.references import right
from nnlib.doctor.stages import backpropagate


def differences(name, minus, plus, over):
    """(C(w + plus) - C(w - minus)) / over for every parameter: a list of 2L arrays."""
    p = probe(name)
    parameters, L, result = [*p.weights, *p.biases], len(p.weights), []
    for k, v in enumerate(parameters):
        result.append(np.zeros_like(v))
        for index in np.ndindex(v.shape):
            ends = []
            for d in (plus, -minus):
                moved = [w.copy() for w in parameters]
                moved[k][index] += d
                ends.append(cost(moved[:L], moved[L:], p.X, p.E))
            result[-1][index] = (ends[0] - ends[1]) / over
    return result


def flat(arrays):
    return np.concatenate([a.ravel() for a in arrays])


def split(v, like):
    return [part.reshape(t.shape) for part, t in zip(np.split(v, np.cumsum([t.size for t in like])[:-1]), like)]


def test_the_second_and_third_derivatives_are_those_of_the_cost():
    p = probe("one sample")
    second, third = curvatures("one sample")
    parameters, L = [*p.weights, *p.biases], len(p.weights)

    def gradient(k, index, d):
        moved = [w.copy() for w in parameters]
        moved[k][index] += d
        return flat([g[k][index] for g in [sum(backpropagate(p._replace(weights=moved[:L], biases=moved[L:])), [])]])[0]

    places = [(k, index) for k, v in enumerate(parameters) for index in np.ndindex(v.shape)]
    assert len(second) == len(third) == len(places)
    h, two, three = 1e-2, [], []
    for k, index in places:  # differences of the fourth order, by a step that is a hundred times theirs
        g = {m: gradient(k, index, m * h) for m in range(-2, 3)}
        two.append((8 * (g[1] - g[-1]) - (g[2] - g[-2])) / (12 * h))
        three.append((16 * (g[1] + g[-1]) - (g[2] + g[-2]) - 30 * g[0]) / (12 * h * h))
    assert np.abs(second - two).max() < 1e-7 * np.abs(two).max()
    assert np.abs(third - three).max() < 1e-5 * np.abs(three).max()


@pytest.mark.parametrize("name", ["main", "three"])
def test_each_fault_of_differences_is_named_with_its_step(name):
    h = 1e-3
    what, step = difference_fault(differences(name, 0, h, h), name)
    assert what == "one-sided differences" and step == pytest.approx(h, rel=0.01)
    what, step = difference_fault(differences(name, h, 0, h), name)
    assert what == "one-sided differences (backward)" and step == pytest.approx(h, rel=0.01)
    what, step = difference_fault(differences(name, 0.1, 0.1, 0.2), name)
    assert what == "central differences with a large step" and step == pytest.approx(0.1, rel=0.05)
    what, step = difference_fault(differences(name, 1e-13, 1e-13, 2e-13), name)
    assert what.startswith("differences with a step so small") and 1e-14 < step < 1e-9
    complex_step = split(flat(right(name)) - curvatures(name)[1] * 0.1**2 / 6, right(name))
    what, step = difference_fault(complex_step, name)
    assert what == "central differences with a large step" and step == pytest.approx(0.1), "an error of the other sign"
    assert difference_fault(right(name), name) is None
    assert difference_fault(differences(name, 1e-5, 1e-5, 2e-5), name) is None


def test_no_fault_of_differences_where_arrays_are_missing_misshapen_or_not_finite():
    off = split(flat(right("main")) + curvatures("main")[0] / 2e3, right("main"))
    assert difference_fault(off, "main") is not None
    one = off[5] * np.where(np.arange(off[5].size), 1, np.nan)
    for k, bad in ((0, None), (3, off[3][:, None]), (5, off[5] * np.nan), (5, one), (2, off[2] * np.inf)):
        assert difference_fault([*off[:k], bad, *off[k + 1 :]], "main") is None


def off_by(indices, along, beside, size=None):
    """The right arrays of "main", those of these numbers moved along `along`, with `beside` of it at right angles."""
    truth = right("main")
    mask = np.concatenate([np.full(t.size, k in indices) for k, t in enumerate(truth)])
    shape = along[mask]
    noise = np.random.default_rng(8).normal(size=shape.size)
    others = np.array([c[mask] for c in curvatures("main")])  # at right angles to both derivatives
    noise -= others.T @ np.linalg.lstsq(others.T, noise, rcond=None)[0]
    unit, side = shape / np.linalg.norm(shape), noise / np.linalg.norm(noise)
    error = unit * np.sqrt(1 - beside**2) + side * beside
    v = flat(truth)
    v[mask] += error * (0.01 * np.linalg.norm(v[mask]) if size is None else size * np.linalg.norm(v[mask]))
    return split(v, truth)


def test_few_numbers_have_to_fit_better_than_many():
    second, third = curvatures("main")
    sizes = [t.size for t in right("main")]
    forty, more = (1, 4, 5), (1, 3, 4)  # 30 + 6 + 4 numbers, and 30 + 5 + 6
    assert (sum(sizes[k] for k in forty), sum(sizes[k] for k in more)) == (40, 41)
    for along, what in ((second, "one-sided"), (third, "central")):
        assert difference_fault(off_by(forty, along, 0.09), "main")[0].startswith(what)
        assert difference_fault(off_by(forty, along, 0.15), "main") is None
        assert difference_fault(off_by(more, along, 0.34), "main")[0].startswith(what)
        assert difference_fault(off_by(more, along, 0.36), "main") is None


def test_the_error_is_smaller_than_half_and_larger_than_rounding():
    second, _ = curvatures("main")
    every = range(6)
    assert difference_fault(off_by(every, second, 0, 0.49), "main") is not None
    assert difference_fault(off_by(every, second, 0, 0.51), "main") is None
    # dW[0] is 0.03 long: 1.5e-9 of it is more than nothing, but still 4e-11; what is 0.7e-9 of it counts as right
    assert difference_fault(off_by((0,), second, 0, 1.5e-9), "main") is not None
    assert difference_fault(off_by((0,), second, 0, 0.7e-9), "main") is None


def test_a_rounding_step_is_found_only_where_it_shows():
    k = np.array([150_001, *np.random.default_rng(2).integers(1, 70_000, 50) * 2 + 1])  # so many that no larger h fits
    exactly = lambda h: pytest.approx(h, rel=1e-9, abs=0)
    for lead in (1, 2, 5):
        for power in (9, 18):
            for unit in (2.0**-51,) if lead == 5 else (2.0**-51, 2.0**-52, 2.0**-53, 2.0**-54):
                h = lead * 10.0**-power
                assert _quantum(k * unit / h) == exactly(h / 2 if lead == 2 else h)
    assert not _quantum(k * 2.0**-53 / 2e-8) and not _quantum(k * 2.0**-53 / 2e-19), "no step larger or smaller"
    assert not _quantum((k + 0.4 * np.random.default_rng(3).random(51)) * 2.0**-53 / 1e-12)
    assert _quantum((k + 5e-4) * 2.0**-53 / 1e-12) == exactly(1e-12) and not _quantum((k + 1.5e-3) * 2.0**-53 / 1e-12)
    assert _quantum(np.array([2e5, 1, 3, 7]) * 2.0**-51 / 1e-9) == exactly(1e-9)
    assert not _quantum(np.array([2.01e5 + 0.5, 1, 3, 7]) * 2.0**-51 / 1e-9), "too many steps to tell"
    assert not _quantum(np.array([0.0, 0.0])), "zeros are multiples of anything"
    assert _quantum(np.array([1.0, 0, -1]) * 2.0**-54 / 5e-9) == exactly(5e-9), "one step is a multiple"


def test_near_is_nine_digits():
    t = np.array([3.0, 4.0])
    assert near(t * (1 + 0.9e-9), t) and not near(t * (1 + 1.1e-9), t) and near(np.zeros(2), np.zeros(2)) is True


def wrong_ones(change, count=6):
    return [change(t) if k < count else t for k, t in enumerate(right("main"))]


def test_a_lattice_is_coarser_than_the_error_and_exact():
    q = 0.01
    cut = wrong_ones(lambda t: np.trunc(t / q) * q)
    assert lattice(cut, "main") == q and rounded(cut, "main", q)
    assert lattice([c if k else t for k, (c, t) in enumerate(zip(cut, right("main")))], "main") == q, "right ones aside"
    assert lattice(wrong_ones(lambda t: 0 * t), "main") == 0, "zeros are on every lattice"
    assert lattice(wrong_ones(lambda t: (np.trunc(t / q) + 1e-6) * q), "main") == 0, "a millionth beside it"
    beside = lambda off: wrong_ones(lambda t: (np.trunc(t / q) + off) * q)
    assert lattice(beside(0.9e-7), "main") == q and lattice(beside(1.1e-7), "main") == 0
    assert rounded(beside(0.9e-6), "main", q) and not rounded(beside(1.1e-6), "main", q)
    assert lattice(wrong_ones(lambda t: (np.floor(t / q) + 2) * q), "main") == 0, "more than a step away, less than two"
    one_away = [c.copy() for c in cut]
    one_away[5][0] += 2 * q
    assert lattice(one_away, "main") == 0, "a single entry"
    one_nan = cut[5] * np.where(np.arange(cut[5].size), 1, np.nan)
    for bad in (None, cut[5][:, None], cut[5] * np.nan, one_nan):
        assert lattice([*cut[:5], bad], "main") == 0


@pytest.mark.parametrize("way", [np.trunc, np.floor, np.ceil, np.round])
def test_rounded_in_each_way_and_in_none(way):
    q = 0.01
    assert rounded(wrong_ones(lambda t: way(t / q) * q), "main", q)
    assert not rounded(wrong_ones(lambda t: (way(t / q) + (np.arange(t.size).reshape(t.shape) % 2)) * q), "main", q)


@pytest.mark.parametrize("q", [1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 5e-4, 1e-4, 5e-5, 1e-5, 1 / 255, 1 / 256])
def test_each_common_step_is_known_by_its_own_number(q):
    arrays = [(np.round(t / q) + (1 if abs(q) < 0.3 else 0) + np.sign(t)) * q for t in right("main")]
    near_ones = [np.where(np.abs(a - t) < q, a, np.round(t / q) * q) for a, t in zip(arrays, right("main"))]
    if not any(a.any() for a in near_ones):
        near_ones = [np.sign(t) * q for t in right("main")]  # one step away, and less than that from the right one
    found = lattice(near_ones, "main")
    assert found == q or (found > q and abs(found / q - round(found / q)) < 1e-9)
