"""Named factors in scopes, by numbers made up for the purpose: signs, zeros, one factor or two, or one constant."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import warnings
from unittest.mock import patch

import numpy as np
import pytest

from nnlib.doctor.factors import NAMED, POWERS, SCOPES, Named
from nnlib.doctor.patterns import Pattern, _patterns, _predicted, constant, explain, signs, zeros
from nnlib.doctor.probes import probe

NAMES, TIGHT = ("main", "three", "four layers"), 1e-7
PLACES = [(probe(n), k, l) for n in NAMES for k in "Wb" for l in range(len(probe(n).weights))]


def of(factor, scope="everywhere"):
    """The numbers factor(p, l), as often as the scope or power says, for every array of the three problems."""
    times = (SCOPES | POWERS)[scope]
    return np.array([factor(p, l) ** float(times(k, l, len(p.weights))) for p, k, l in PLACES])


def named(name, kind="gradients"):
    return next(n.value for n in NAMED if n.name == name and n.kind in ("both", kind))


def told(values, kind="gradients", tolerance=TIGHT, two=True):
    return [sorted((q.named.name, q.scope) for q in found) for found in explain(values, NAMES, kind, tolerance, two)]


def test_how_simple_a_pattern_is():
    for kind in ("gradients", "train_step"):
        for q in _patterns(kind):
            assert q.named.kind in ("both", kind)
            dearer = 0.3 if q.scope in POWERS else 0 if q.scope == "everywhere" else 0.1
            assert q.cost == pytest.approx(q.named.cost + dearer)
        seen = [(id(q.named), q.scope) for q in _patterns(kind)]
        mine = [n for n in NAMED if n.kind in ("both", kind)]
        assert seen.count((id(mine[0]), "everywhere")) == 1
        assert len(seen) == len(mine) * len(SCOPES) + sum(n.cost <= 1.2 for n in mine) * len(POWERS)


# ------------------------------------------------------------------------------------------------- signs and zeros


@pytest.mark.parametrize("scope", SCOPES)
def test_negative_and_zero_in_a_scope(scope):
    inside = of(lambda p, l: -1.0, scope) < 0
    word, same = (
        signs(np.where(inside, -0.3, 2.5), NAMES),
        [s for s in SCOPES | POWERS if ((of(lambda p, l: -1.0, s) < 0) == inside).all()],
    )
    assert word == same[0] and zeros(np.where(inside, 0, 2.5), NAMES) == word
    some = np.where(np.arange(len(inside)) % 5 == 4, np.nan, np.where(inside, -1.0, 1.0))
    assert signs(some, NAMES) is not None and signs(np.where(np.isnan(some), np.nan, 1.0), NAMES) == ""


def test_signs_of_no_scope():
    odd = np.ones(len(PLACES))
    odd[2] = -1
    assert signs(odd, NAMES) is None and zeros(np.maximum(odd, 0), NAMES) is None
    assert signs(0 * odd, NAMES) == "" and zeros(np.full(len(odd), -1.0), NAMES) == "" and zeros(odd, NAMES) == ""
    assert signs(-np.abs(odd) * 1e-9, NAMES) == "everywhere", "however small"


def test_a_sign_for_each_layer_on_the_way_down():
    scope = next(s for s in POWERS if len(set(of(lambda p, l: -1.0, s))) == 2 and (of(lambda p, l: 2.0, s) > 2).any())
    assert signs(of(lambda p, l: -1.0, scope), NAMES) is not None


# --------------------------------------------------------------------------------------------------- named factors


def test_nothing_to_explain_and_nothing_that_explains():
    ones = np.ones(len(PLACES))
    assert told(ones) == told(ones * (1 + 0.9e-7)) == [[]]
    assert told(ones * (1 + 2e-7)) == told(ones * (1 - 2e-7)) == []
    last = ones.copy()
    last[-1] = 3.3
    assert told(last) == [] and told(np.where(last > 1, np.nan, 1.0)) == [[]], "an unknown number is no number"


@pytest.mark.parametrize("name", ["2", "T", "1/T", "1/n_out", "T/n_prev", "T/(T+1)"])
@pytest.mark.parametrize("scope", ["everywhere", "biases", "output weights", "hidden layers"])
def test_one_factor_in_one_scope(name, scope):
    if scope not in SCOPES:
        scope = next(s for s in SCOPES if s.endswith("weights"))
    values = of(named(name), scope)
    assert [(name, scope)] in told(values) and [(name, scope)] in told(values, two=False)
    assert all(len(found) == 1 for found in told(values))
    assert [(name, scope)] in told(values * (1 + 0.9e-7)) and [(name, scope)] not in told(values * (1 + 1.2e-7))
    assert [(name, scope)] not in told(values * (1 - 1.2e-7))
    first, last = values.copy(), values.copy()
    first[0], last[-1] = first[0] * 1.5, last[-1] * 1.5
    assert told(first, two=False) == told(last, two=False) == []
    middle = values.copy()
    middle[7] *= 1.5
    assert told(middle, two=False) == []


def test_two_factors():
    values = of(named("T"), "biases") * of(named("1/n_out"), "hidden layers")
    assert [("1/n_out", "hidden layers"), ("T", "biases")] in told(values) and told(values, two=False) == []
    twice = of(named("T/(T+1)")) * of(named("T/(T+1)"))
    assert [("T/(T+1)", "everywhere")] * 2 in told(twice), "the same one twice"
    assert told(values * (1 + 0.5e-7)) == told(values) and told(values * (1 + 3e-7)) == []
    assert told(values) == [sorted(found) for found in told(values)] and all(len(found) == 2 for found in told(values))
    one = values * np.where(np.arange(len(values)) == 9, 1 + 2e-7, 1)
    assert told(one) == [], "each number counts"
    rng = np.random.default_rng(0)
    for _ in range(5):
        assert told(values * (1 + 0.9e-7 * rng.choice([-1, 1], len(values)))) == told(values)
    some = np.where(np.arange(len(values)) == 3, np.nan, values)
    assert [("1/n_out", "hidden layers"), ("T", "biases")] in told(some)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told(values, "train_step")


def test_pairs_come_in_the_order_of_the_table():
    values = of(named("T"), "hidden layers") * of(named("T/n_in"), "first layer")
    place = {id(q.named): {} for q in _patterns("gradients")}
    for i, q in enumerate(_patterns("gradients")):
        place[id(q.named)][q.scope] = i
    pairs = [
        tuple(place[id(q.named)][q.scope] for q in found) for found in explain(values, NAMES, "gradients", TIGHT, True)
    ]
    assert len(pairs) > 1 and pairs == sorted(pairs) and all(n <= m for n, m in pairs)


def test_a_factor_that_is_infinite_for_one_sample():
    """T / (T - 1) stands in no pair there; the others do, and nothing is said aloud."""
    names = ("main", "one sample")
    times = lambda scope: np.array(
        [(SCOPES | POWERS)[scope](k, l, 3) for n in names for k in "Wb" for l in range(3)], float
    )
    factors = np.repeat([1 / 4, 1 / 2], 6) ** times("hidden layers") * np.repeat([7.0, 1.0], 6) ** times("biases")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pairs = explain(factors, names, "gradients", TIGHT, True)
    found = [sorted((q.named.name, q.scope) for q in pair) for pair in pairs]
    assert [("1/n_out", "hidden layers"), ("T", "biases")] in found and not any(
        "(T-1)" in name for pair in found for name, _ in pair
    )


def test_costly_factors_make_no_pair():
    values = of(named("T/n_last_hidden"), "biases") * of(named("1/n_out"), "hidden layers")
    assert any(("T/n_last_hidden", "biases") in found for found in told(values)), "1.1 is not too dear"
    dear = of(named("T/weights"), "biases") * of(named("1/n_out"), "hidden layers")
    assert not any("T/weights" in name for found in told(dear) for name, _ in found), "1.2 is"


# ----------------------------------------------------------------------------------------------------- one constant


def fixed(values, kind="gradients", tolerance=TIGHT):
    found = constant(values, NAMES, kind, tolerance)
    return None if found is None else (found[0], pytest.approx(found[1], rel=1e-6), found[2])


def test_one_number_times_one_t_or_the_rate():
    assert fixed(of(lambda p, l: 0.37)) == ("everywhere", 0.37, "1") and fixed(of(lambda p, l: 0.37, "biases")) == (
        "biases",
        0.37,
        "1",
    )
    assert fixed(of(lambda p, l: 0.37 * len(p.X))) == ("everywhere", 0.37, "T")
    for word, factor in (
        ("1/rate", lambda p, l: 0.37 / p.rate),
        ("T/rate", lambda p, l: 0.37 * len(p.X) / p.rate),
        ("rate", lambda p, l: 0.37 * p.rate),
    ):
        assert fixed(of(factor), "train_step") == ("everywhere", 0.37, word) and fixed(of(factor)) is None
    assert fixed(of(lambda p, l: 0.37 * len(p.X), "hidden layers")) == ("hidden layers", 0.37, "T")


def test_numbers_that_are_no_constant():
    values = of(lambda p, l: 0.37)
    bent = values.copy()
    bent[5] *= 1 + 1.5e-7
    assert fixed(bent) is None
    bent[5] = values[5] * (1 + 0.7e-7)
    assert fixed(bent) is not None
    assert fixed(np.linspace(1.1, 2, len(values))) is None
    unknown = np.where(np.arange(len(values)) % 4 == 0, np.nan, values)
    assert fixed(unknown) == ("everywhere", 0.37, "1")
    beside = np.where(of(lambda p, l: 2.0, "biases") > 1, 0.37, 1 + 0.9e-7)
    assert fixed(beside) == ("biases", 0.37, "1"), "1 elsewhere, to seven digits"
    assert fixed(np.where(of(lambda p, l: 2.0, "biases") > 1, 0.37, 1 + 2e-7)) is None
    large = of(lambda p, l: 5e4)
    large[2] *= 1 + 0.7e-7
    assert fixed(large) == ("everywhere", 5e4, "1")
    large[2] *= 1 + 2e-7
    assert fixed(large) is None


def test_powers_of_one_number_to_ten_times_the_tolerance():
    values = of(lambda p, l: 0.37, "in every layer going up")
    for h, found in ((0.97e-6, True), (1.03e-6, False)):
        bent = values * np.where(np.arange(len(values)) == 0, 1 + h, 1)
        assert (constant(bent, NAMES, "gradients", TIGHT) is not None) == found


def test_numbers_at_the_tolerance_itself():
    hair, odd = 2.0**-20, np.arange(len(PLACES)) % 2
    assert told(1 + hair * odd, tolerance=hair) == [[]] and fixed(4 + 4 * hair * odd, tolerance=hair) == (
        "everywhere",
        4,
        "1",
    )
    beside = np.where(of(lambda p, l: 2.0, "biases") > 1, 4.0, 1 + hair)
    assert fixed(beside, tolerance=hair) == ("biases", 4, "1")


def test_one_number_in_one_array():
    values = np.array([0.37, 1, 1, 1, 1, 1])
    assert constant(values, ("main",), "gradients", TIGHT) == ("first weights", 0.37, "1")


@pytest.mark.parametrize("scope", POWERS)
def test_one_number_for_each_layer(scope):
    values = of(lambda p, l: 0.37, scope)
    word, number, base = constant(values, NAMES, "gradients", TIGHT)
    again = of(lambda p, l: number, word) if base == "1" else values
    assert np.allclose(again, values) and base == "1"
    if word == scope:
        assert number == pytest.approx(0.37)
        bent = values * np.where(np.arange(len(values)) == 0, 1 + 4e-6, 1)
        assert constant(bent, NAMES, "gradients", TIGHT) is None
        slightly = values * np.where(np.arange(len(values)) == 0, 1 + 0.6e-6, 1)
        assert constant(slightly, NAMES, "gradients", TIGHT) is not None, "ten times the tolerance"
        small = of(lambda p, l: 1e-4, scope)
        assert constant(small, NAMES, "gradients", TIGHT) is not None
        assert constant(small * (bent / values), NAMES, "gradients", TIGHT) is None, "of their own size"


def test_a_factor_of_the_rate_that_was_handed():
    """Where a step is handed another rate than the problem's, its factors are told by that one."""
    rates = tuple(probe(n).rate * c for n, c in zip(NAMES, (2, 3, 0.5)))
    handed = np.array([rate for n, rate in zip(NAMES, rates) for _ in range(2 * len(probe(n).weights))])
    for name, values in (("rate", handed), ("1/rate", 1 / handed)):
        found = explain(values, NAMES, "train_step", TIGHT, False, rates)
        assert [(q.named.name, q.scope) for (q,) in found] == [(name, "everywhere")]
        assert explain(values, NAMES, "train_step", TIGHT, False) == []
    assert constant(0.03 / handed, NAMES, "train_step", TIGHT, rates) == ("everywhere", pytest.approx(0.03), "1/rate")
    assert constant(0.03 / handed, NAMES, "train_step", TIGHT) is None
    twice = explain(2 * handed, NAMES, "train_step", TIGHT, True, rates)
    assert "rate·2" in [q.named.name for (q,) in twice]


def test_a_factor_is_computed_once_for_all_its_scopes():
    """Two dozen scopes, and the verdict that is first in a process waits for all of them."""
    asked = []
    mine = [Named(name, lambda p, l, c=c: asked.append(c) or c * len(p.X), ()) for name, c in (("T", 1), ("2T", 2))]
    patterns = tuple(Pattern(named, scope, 1.0) for scope in SCOPES for named in mine)
    with patch("nnlib.doctor.patterns._patterns", lambda kind: patterns):
        table = _predicted.__wrapped__(NAMES, "gradients", ())
    assert len(asked) == 2 * len(PLACES) and table.shape == (len(patterns), len(PLACES))
    for row, q in zip(table, patterns):
        assert np.array_equal(row, of(q.named.value, q.scope))
