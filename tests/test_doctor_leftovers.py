"""Factors that are left over, told in words: zeros, signs, named numbers, constants, and numbers that hang on the data."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import (
    BY_THE_DATA,
    Evidence,
    Explanation,
    _any_scalar,
    _constant_parts,
    explain_factors,
    factors_of,
)
from nnlib.doctor.probes import probe

NAMES = ("main", "three", "two layers")


def evidence(kind="gradients", tolerance=1e-8):
    return Evidence(kind, "sigmoid", {}, {n: [tolerance] * 6 for n in NAMES})


def left(factor, kind="gradients", two=False, tolerance=1e-8):
    """What is said of the factor(problem, "W" or "b", l) that every array of three problems has."""
    values = [factor(p, k, l) for p in map(probe, NAMES) for k in "Wb" for l in range(len(p.weights))]
    return explain_factors(np.array(values, float), evidence(kind, tolerance), NAMES, two)


def test_factors_of_a_reference():
    u = [np.array([[1.0, 2.0]]), np.array([3.0]), np.zeros(2), np.zeros(2)]
    v = [2 * u[0], None, np.zeros(2), np.ones(2)]
    known = Evidence("gradients", "sigmoid", {"x": v[:3]}, {"x": [1e-9, 1e-9, 1e-9, 1e-9]})
    np.testing.assert_array_equal(factors_of(u[:3], known, "x"), [2, np.nan, np.nan])
    known.arrays["x"] = v
    assert factors_of(u, known, "x") is None, "one that is no multiple"
    assert factors_of(None, known, "x") is None and factors_of(u[:3], known, "x") is None
    known.arrays["x"] = [2 * u[0], u[1], np.zeros(2), np.zeros(3)]
    assert factors_of(u, known, "x") is None, "another shape"
    known.arrays["x"] = [-u[0], 0 * u[1], np.zeros(2), np.zeros(2)]
    assert factors_of(u, known, "x")[:2].tolist() == [-1, 0]
    known.arrays["x"], known.tolerances["x"] = [u[0] * [1, 1 + 1e-6], *u[1:]], [1e-5, 0, 0, 0]
    assert factors_of(u, known, "x")[0] == pytest.approx(1), "each array has its own tolerance"


def test_nothing_left():
    assert left(lambda p, k, l: 1) == [(0.0, [], (), "")]
    assert left(lambda p, k, l: np.nan) == [] == left(lambda p, k, l: 0)


@pytest.mark.parametrize("inside, scope, words, slug", [
    (lambda p, k, l: k == "b", "biases", "the biases get no gradient", "bias-gradient-zero"),
    (lambda p, k, l: k == "W", "weights", "the weights get no gradient", "off-by-one-layer"),
    (lambda p, k, l: l < len(p.weights) - 1, "hidden layers", "the hidden layers get nothing", "only-last-layer"),
    (lambda p, k, l: k == "W" and l < len(p.weights) - 1, "", "the hidden weights get nothing", "only-last-layer"),
    (lambda p, k, l: k == "b" and l == 0, "", "the biases get no gradient (first biases)", "bias-gradient-zero"),
    (lambda p, k, l: l == 0, "", "the gradients are zero (first layer)", "off-by-one-layer"),
])  # fmt: skip
def test_zeros_stand_in_a_scope(inside, scope, words, slug):
    ((cost, parts, also, convention),) = left(lambda p, k, l: 0 if inside(p, k, l) else 1)
    assert parts == [(slug, words, VOCABULARY[slug].formula)] and cost == 1 and also == () and convention == ""


@pytest.mark.parametrize("inside, scope", [
    (lambda l, L: l < L - 1, "hidden biases"),
    (lambda l, L: l == L - 1, "output biases"),
    (lambda l, L: l == 1, "second biases"),
    (lambda l, L: 0 < l < L - 1, "middle biases"),
])  # fmt: skip
def test_some_biases_without_a_gradient(inside, scope):
    names = ("main", "four layers")
    known = Evidence("gradients", "sigmoid", {}, {n: [1e-8] * 8 for n in names})
    depth = {n: len(probe(n).weights) for n in names}
    values = [0.0 if k == "b" and inside(l, depth[n]) else 1 for n in names for k in "Wb" for l in range(depth[n])]
    ((_, ((slug, what, _),), *_),) = explain_factors(np.array(values, float), known, names)
    assert slug == "bias-gradient-zero" and what == f"the biases get no gradient ({scope})"


@pytest.mark.parametrize("factor, words", [
    (lambda T, n: 1 / 2, "the cost with a factor 1/2"),
    (lambda T, n: T, "the sum over the samples in place of the mean"),
    (lambda T, n: T / 2, "the sum over the samples with a factor 1/2"),
    (lambda T, n: 1 / n, "the mean over the outputs as well"),
    (lambda T, n: 1 / n / 2, "the mean over the outputs as well, with a factor 1/2"),
    (lambda T, n: T / n, "the sum over the samples of the mean over the outputs"),
])  # fmt: skip
def test_a_factor_that_is_a_convention_is_told_as_one(factor, words):
    assert simplest(lambda p, k, l: factor(len(p.X), p.sizes[-1]))[3] == words


def test_zeros_and_signs_of_no_scope_have_no_name():
    assert left(lambda p, k, l: 0 if len(p.X) == 3 else 1) == []
    assert left(lambda p, k, l: -1 if len(p.X) == 3 else 1) == []


def test_signs():
    sign = ("sign", "the sign is turned round", VOCABULARY["sign"].formula)
    assert left(lambda p, k, l: -1) == [(1, [sign], (), "")]
    ((cost, ((slug, what, _),), *_),) = left(lambda p, k, l: -1 if k == "b" else 1)
    assert (cost, slug, what) == (1.1, "sign", "the sign is turned round (biases)")
    ((cost, parts, *_),) = left(lambda p, k, l: 0 if k == "b" else -1)
    assert [slug for slug, *_ in parts] == ["bias-gradient-zero", "sign"] and cost == 2


def simplest(*arguments, **options):
    return min(left(*arguments, **options), key=lambda e: e[0])


def test_a_named_factor():
    cost, ((slug, what, formula),), also, convention = simplest(lambda p, k, l: 0.5)
    assert (slug, also, cost) == ("missing-factor-two", ("extra-factor-two",), 1)
    assert what == "the 2 of the squared error is dropped: a factor 1/2" and formula == VOCABULARY[slug].formula
    assert convention == "the cost with a factor 1/2"
    cost, ((slug, what, formula),), also, convention = simplest(lambda p, k, l: 1 / len(p.X) if k == "b" else 1)
    assert what.endswith(": a factor 1/T, biases") and formula == "db = sum_i dZ_i «/ T»" and convention == ""
    assert cost == pytest.approx(1.1) and also == ()
    formula = simplest(lambda p, k, l: len(p.X) if k == "W" else 1)[1][0][2]
    assert formula == "dW = A_prev.T @ dZ «· T»"
    what = simplest(lambda p, k, l: len(p.weights))[1][0][1]
    assert what.endswith("a factor L (L layers, l counts them from 1)")
    assert "counts" not in simplest(lambda p, k, l: len(p.X))[1][0][1]
    half = [e for e in left(lambda p, k, l: -0.5) if e[1][1][0] == "missing-factor-two"]
    assert half[0][0] == 2 and half[0][3] == "", "a turned sign is no convention"
    first = simplest(lambda p, k, l: 0.5 if k == "W" else 0)
    assert first[3] == "" and [slug for slug, *_ in first[1]] == ["bias-gradient-zero", "missing-factor-two"]


def test_factors_of_two_slips_are_both_told():
    cost, parts, also, convention = simplest(lambda p, k, l: len(p.X) / 2)
    assert {slug for slug, *_ in parts} == {"sum-instead-of-mean", "missing-factor-two"} and also == ()
    assert cost == 2 and convention == "the sum over the samples with a factor 1/2"
    two = left(lambda p, k, l: (0.5 if k == "b" else 1) * (len(p.X) if l == 0 else 1), two=True)
    best = min(two, key=lambda e: e[0])
    assert {slug for slug, *_ in best[1]} == {"sum-instead-of-mean", "missing-factor-two"} and best[3] == ""
    assert best[0] == pytest.approx(2.2)
    twice = simplest(lambda p, k, l: len(p.X) ** 2 / p.sizes[-1], two=True)
    assert [what.rpartition(": ")[2] for _, what, _ in twice[1]] == ["a factor T", "a factor T/n_out"]
    assert twice[3] == "", "of two slips neither is a convention"
    assert not [e for e in left(lambda p, k, l: (0.5 if k == "b" else 1) * (len(p.X) if l == 0 else 1))]


def test_a_step_in_parts_of_the_arrays_is_taken_again():
    everywhere, weights = (
        simplest(lambda p, k, l: 2 if inside(k) else 1, kind="train_step") for inside in (bool, lambda k: k == "W")
    )
    assert everywhere[1][0][0] == "extra-factor-two" and everywhere[2] == ("repeated-update",)
    assert weights[1][0][0] == "repeated-update" and weights[2] == ("extra-factor-two",)


def test_a_constant_of_no_name():
    ((cost, ((slug, what, _),), also, convention),) = left(lambda p, k, l: 0.37)
    assert slug == "learning-rate-in-gradient" and what == "a constant factor 0.37 stands in the gradient"
    assert (cost, also, convention) == (1.5, (), "")
    ((cost, parts, *_),) = left(lambda p, k, l: 0.37 * len(p.X))
    assert [slug for slug, *_ in parts] == ["learning-rate-in-gradient", "sum-instead-of-mean"]
    assert cost == pytest.approx(1.7)
    ((cost, parts, *_),) = left(lambda p, k, l: -0.37)
    assert cost == 2.5 and [slug for slug, *_ in parts] == ["sign", "learning-rate-in-gradient"]


def test_the_tolerance_is_ten_times_that_of_the_arrays():
    near = lambda p, k, l: 0.5 * (1 + 5e-5 * (k == "b"))
    assert simplest(near, tolerance=1e-5)[1][0][0] == "missing-factor-two"
    assert not [e for e in left(near) if "a factor 1/2" in str(e[1])]
    assert "a factor 1/2" in str(left(lambda p, k, l: 0.5 * (1 + 1.9e-7))[0][1]), "2e-7 at least"
    assert "a factor 1/2" not in str(left(lambda p, k, l: 0.5 * (1 + 3e-7))[0][1])
    own = evidence()
    own.tolerances["three"] = [1e-8, 1e-5, 1e-8]  # the largest of all counts, ten times
    halves = lambda off: np.array([*[0.5] * 8, 0.5 * (1 + off), *[0.5] * 7])
    assert "a factor 1/2" in str(explain_factors(halves(9.5e-5), own, NAMES))
    assert "a factor 1/2" not in str(explain_factors(halves(10.5e-5), own, NAMES))


def test_two_factors_are_looked_for_only_where_they_are_asked_for():
    values = np.concatenate([[len(p.X) ** 2 / p.sizes[-1]] * 2 * len(p.weights) for p in map(probe, NAMES)])
    assert "a factor T/n_out" in str(explain_factors(values, evidence(), NAMES, True))
    assert "a factor T/n_out" not in str(explain_factors(values, evidence(), NAMES))


def test_words_for_a_count_and_for_differences():
    told = lambda c, base, scope="everywhere": _constant_parts(scope, c, base)
    for n in (10, 100, 1000, 10000):
        assert (
            told(1 / n, "T")[1][0] == "learning-rate-in-gradient" and told(1 / (n + 1), "T")[1][0] == "batch-remainder"
        )
    for c in (1 / 2.00001, 1.0, 3.0):
        assert told(c, "T")[0][0][0] == "learning-rate-in-gradient", "no whole number above 1"
    assert told(1 / (2 + 1.5e-6), "T")[0][0][0] == "learning-rate-in-gradient"
    assert told(1 / (2 + 0.5e-6), "T")[0][0][0] == "divided-by-wrong-count"
    assert told(1 / 2, "T")[0] == [
        (
            "divided-by-wrong-count",
            "the sum is divided by 2, whatever T is",
            VOCABULARY["divided-by-wrong-count"].formula,
        )
    ]
    assert told(1 / 9, "1")[0][0][0] == "learning-rate-in-gradient"
    ((slug, what, formula),), also = told(0.9e-7, "1", "biases")
    assert formula == "(C(w + h) - C(w - h)) / «(2 h)»"
    assert (
        slug == "finite-difference-error" and what.endswith("9e-08 (biases)") and also == ("learning-rate-in-gradient",)
    )
    assert (
        told(1e-7, "1")[0][0][0]
        == told(1.1e-7, "1")[0][0][0]
        == "learning-rate-in-gradient"
        == told(0.9e-7, "rate")[0][0][0]
    )
    assert told(0.3, "1/rate")[0][0][1] == "the step uses a rate of its own, 0.3"
    assert told(0.3, "rate")[0][0][1] == "the rate is applied twice, with a factor 0.3"
    assert told(0.3, "1", "biases")[0][0][1].endswith("0.3 stands in the gradient (biases)")


def test_a_number_that_changes_with_the_data():
    """One number for all arrays of a problem: 6, 6 and 4 arrays here."""
    row = lambda *numbers: np.repeat(np.array(numbers, float), [6, 6, 4])
    ((cost, ((slug, what, formula),), also, _),) = _any_scalar(row(0.3, 0.51234, 0.7), NAMES, 1.0, [])
    assert (cost, slug, also) == (3.5, "wrong-cost-derivative", ("divided-by-wrong-count",))
    assert what == f"{BY_THE_DATA}: 0.3, 0.5123, 0.7" and formula == VOCABULARY[slug].formula
    for clipped in (1.0, 1 + 0.9e-6, 1 - 0.9e-6):
        ((cost, ((slug, what, _),), also, _),) = _any_scalar(row(0.3, clipped, 0.7), NAMES, 1.0, [])
        assert (cost, slug, also) == (3.5, "unknown", ()) and what.startswith(BY_THE_DATA)
    assert _any_scalar(row(0.3, 1 + 1.5e-6, 0.7), NAMES, 0.0, ["first"])[0][1][0] == "first"
    assert _any_scalar(row(0.3, 1 + 1.5e-6, 0.7), NAMES, 0.0, [])[0][1][0][0] == "wrong-cost-derivative"
    for place, step, fits in ((3, 0.9e-6, True), (9, 1.5e-6, False), (15, 3e-6, False), (0, np.nan, True)):
        values = row(100, 200, 300)
        values[place] *= 1 + step
        assert bool(_any_scalar(values, NAMES, 0.0, [])) == fits
    values = row(2, np.nan, 5)
    assert _any_scalar(values, NAMES, 0.0, [])[0][1][0][1].endswith(": 2, 5"), "a problem of which nothing is known"
    values[:5] = np.nan
    assert _any_scalar(values, NAMES, 0.0, [])[0][1][0][1].endswith(": 2, 5"), "and one of which one number is known"
    assert _any_scalar(np.repeat([2.0, 3, 4, 5], [6, 6, 6, 6]), (*NAMES[:2], *NAMES[:2]), 0.0, [])[0][1][0][1].endswith(
        ": 2, 3, 4"
    )
    assert left(lambda p, k, l: {7: 0.3, 3: 0.51}.get(len(p.X), 0.7))[0][1][0][0] == "wrong-cost-derivative"


def test_categories_stand_in_the_order_of_the_computation():
    e = Explanation(1.0, [("sign", "", ""), ("bias-not-summed", "", ""), ("sign", "", "")], ("nan", "sign"))
    assert e.categories == ("bias-not-summed", "sign", "nan")
    e = Explanation(1.0, [("averaged-before-product", "", ""), ("missing-factor-two", "", ""), ("nan", "", "")])
    assert e.categories == ("nan", "averaged-before-product", "missing-factor-two"), "not that of the alphabet"
