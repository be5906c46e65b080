"""The named factors: each is what its name says, stands where its scope says, and is told when it is planted."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import nnlib
from nnlib.doctor.factors import NAMED, POWERS, SCOPES
from nnlib.doctor.leftovers import Evidence, _constant_parts
from nnlib.doctor.matching import explain
from nnlib.doctor.probes import TABLE, probe
from nnlib.doctor.references import right


def by_its_name(name: str, p, l: int) -> float:
    """The name read as a formula."""
    T, sizes, L = len(p.X), p.sizes, len(p.weights)
    batched = re.search(r"\((\d+) · (whole )?batches\)|batches of (\d+)", name)
    size = int(batched[1] or batched[3]) if batched else 1
    some = max(T // size, 1) if batched and batched[2] else math.ceil(T / size)
    text = re.sub(r"\((\d+) · (whole )?batches\)", r"(\1 · batches)", name)
    text = re.sub(r"batches of \d+", "batches", text).replace("^", "**").replace("·", "*").replace("1-l", "1-row")
    text = re.sub(r"(?<=\w) (?=\w)", " * ", re.sub(r" (?=\*)|(?<=\*) ", "", text))
    words = {
        "T": T, "L": L, "l": l + 1, "row": l + 1, "rate": p.rate, "sqrt": math.sqrt, "batches": some,
        "n_in": sizes[0], "n_out": sizes[-1], "n_prev": sizes[l], "n_this": sizes[l + 1],
        "n_next": sizes[min(l + 2, L)], "n_hidden": sizes[1], "n_last_hidden": sizes[-2],
        "weights": sum(W.size for W in p.weights), "neurons": sum(sizes),
        "parameters": sum(W.size for W in p.weights) + sum(b.size for b in p.biases),
    }  # fmt: skip
    return eval(text, {"__builtins__": {}}, words)


@pytest.mark.parametrize("name", [n for n in TABLE if len(probe(n).X) > 1])
def test_each_factor_is_what_its_name_says(name):
    p = probe(name)
    for named in NAMED:
        for l in range(len(p.weights)):
            assert named.value(p, l) == pytest.approx(by_its_name(named.name, p, l), rel=1e-12), (named.name, l)


def test_one_sample_has_no_variance_by_t_minus_one():
    values = lambda p: [named.value(p, 0) for named in NAMED if named.name == "T/(T-1)"]
    assert values(probe("one sample")) == [np.inf, 1.0]  # divided by nothing, or by 1 instead
    assert values(probe("three")._replace(X=probe("three").X[:2])) == [2.0, 2.0]


def inside(scope: str, kind: str, l: int, L: int) -> bool:
    """The scope's name in plain words, read."""
    layers = {
        "output": {L - 1}, "hidden": set(range(L - 1)), "first": {0}, "second": {1}, "middle": set(range(1, L - 1)),
        "all but": set(range(1, L)),
    }  # fmt: skip
    which = next((members for word, members in layers.items() if scope.startswith(word)), set(range(L)))
    return (
        l in which
        and not (scope.endswith("weights") and kind == "b")
        and not (scope.endswith("biases") and kind == "W")
    )


@pytest.mark.parametrize("L", [1, 2, 3, 4, 5])
def test_each_scope_is_what_its_name_says(L):
    for scope, stands in SCOPES.items():
        assert [bool(stands(k, l, L)) for k in "Wb" for l in range(L)] == [
            inside(scope, k, l, L) for k in "Wb" for l in range(L)
        ], scope
    rows = {scope: [[power(k, l, L) for l in range(L)] for k in "Wb"] for scope, power in POWERS.items()}
    down, up = list(range(L - 1, -1, -1)), list(range(L))
    assert rows == {
        "once more in each layer on the way down": [down, down],
        "in every layer": [[n + 1 for n in down]] * 2,
        "once more in each layer on the way down, weights only": [down, [0] * L],
        "in every layer going up": [up, up],
    }


# ------------------------------------------------------------------------------------------ one slip, and two at once

ONE = [n for n in NAMED if not n.pair]
STEPS = {"T rate": ("T", "rate"), "T/rate": ("T", "1/rate"), "rate/T": ("rate", "1/T"), "1/(T rate)": ("1/T", "1/rate")}
AGAIN = ("1/2", "2", "4", "1/4", "T^2", "1/T^2")  # one slip made twice, or the 2 itself: another 2 has a name already


def test_every_number_that_people_write_has_a_name():
    """Each once, or once for gradients and once for steps; T/(T-1) once for each answer to one sample."""
    words = """
        1/2 4 1/4 1/T 1/T^2 T^2 1/n_out n_out T/n_out T/n_in 1/n_in T/n_prev T/n_this 1/n_prev 1/n_this 1/n_next
        T/n_next T/n_hidden T/n_last_hidden 1/n_last_hidden T/L T/(L+1) 1/L T/parameters T/neurons T/weights T/(T+1)
        T/(T+n_in) 1/sqrt(T) sqrt(T) L l (L+1-l) rate 1/rate rate^2 sqrt(rate) 1/rate^2 2 2 T T T/(T-1) T/(T-1)
    """.split()
    words += ["1/(n_prev n_this)", "T/(n_prev n_this)", "T/(T n_in n_out)"]
    assert sorted(n.name for n in ONE if "batches" not in n.name) == sorted(words)


def test_every_place_where_a_factor_is_forgotten_has_a_name():
    kinds = ["", "first ", "second ", "middle ", "hidden ", "output "]
    parts = {f"{layer}{arrays}" for layer in kinds for arrays in ("weights", "biases")}
    layers = {
        "first layer",
        "second layer",
        "middle layers",
        "hidden layers",
        "output layer",
        "all but the first layer",
    }
    assert set(SCOPES) == {"everywhere", *layers, *parts}


def test_one_slip_is_simpler_than_two_and_the_commonest_are_the_simplest():
    assert all(1 <= n.cost < 1.5 for n in ONE) and all(2 <= n.cost < 2.5 for n in NAMED if n.pair and n.cost != 3)
    for name in ("1/2", "2", "T", "1/T", "1/n_out", "rate", "1/rate"):
        assert min(n.cost for n in ONE if n.name == name) == 1, name


def test_which_two_slips_have_a_name_together():
    batched = [n.name for n in ONE if "batches" in n.name]
    singles = [n for n in ONE if n.name not in (*AGAIN, *batched)]
    words = [n.name + end for n in singles for end in ("/2", "·2")]
    words += [n.name + "/T" for n in singles if n.categories[0] == "divided-by-wrong-count"]
    words += [name + end for name in STEPS for end in ("", "/2", "·2")]
    assert sorted(n.name for n in NAMED if n.pair) == sorted(words)


def test_several_slips_cost_as_much_as_each_and_are_what_each_is():
    ends, of_name = {"/2": "1/2", "·2": "2", "/T": "1/T"}, lambda name: [n for n in NAMED if n.name == name]
    for named in (n for n in NAMED if n.pair):
        parts = STEPS.get(named.name) or (named.name[:-2], ends[named.name[-2:]])
        assert any(
            named.cost == pytest.approx(a.cost + b.cost)
            and set(named.categories) == {*(a.categories if a.pair else a.categories[:1]), b.categories[0]}
            and named.kind in (a.kind, b.kind)
            for a in of_name(parts[0])
            for b in of_name(parts[1])
        ), named.name


def test_what_has_to_do_with_the_rate_belongs_to_steps():
    assert {n.kind for n in NAMED if "rate" in n.name} == {"train_step"}
    assert {n.kind for n in NAMED if "rate" not in n.name and n.name not in ("2", "T", "T/2", "T·2")} == {"both"}


def told(factor, kind, stands=lambda k: True):
    """The categories of each explanation of right gradients times a number."""
    arrays = {n: [factor(probe(n)) * g if stands(k) else g for k, g in enumerate(right(n))] for n in ("main", "three")}
    found = explain(Evidence(kind, "sigmoid", arrays, {n: [1e-8] * 6 for n in arrays}))
    return [e.categories for e in found]


def test_a_2_in_a_step_may_be_a_second_step():
    two = lambda p: 2
    assert told(two, "gradients") == [("extra-factor-two",)]
    assert told(two, "train_step") == [("extra-factor-two", "repeated-update")]
    assert told(two, "train_step", lambda k: k > 2)[0] == ("repeated-update", "extra-factor-two"), "of the biases alone"
    assert told(two, "gradients", lambda k: k > 2)[0] == ("extra-factor-two",)
    assert ("sum-instead-of-mean", "repeated-update") in told(lambda p: len(p.X), "train_step")
    assert told(lambda p: len(p.X), "gradients") == [("sum-instead-of-mean",)]


def test_three_slips_of_a_step_are_all_told():
    (categories, *_) = told(lambda p: len(p.X) * p.rate / 2, "train_step")
    assert set(categories) == {"sum-instead-of-mean", "learning-rate-in-gradient", "missing-factor-two"}


@pytest.mark.parametrize("size", [2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100])
def test_batches_of_the_sizes_that_people_write(size):
    p, names = probe("many samples"), {n.name: n for n in NAMED}
    whole, some = 131 // size, -(-131 // size)
    for name, value in (
        (f"T/({size} · batches)", 131 / (size * some)),
        (f"batches of {size}", some),
        (f"T/({size} · whole batches)", 131 / (size * whole)),
    ):
        assert names[name].value(p, 0) == pytest.approx(value) and names[name].categories[0] == "batch-remainder"


def scaled(value, stands):
    """The right gradient, with a factor in the arrays where it stands, as often as it stands there."""

    def gradients(weights, biases, X, E):
        parts, L = nnlib.gradients(weights, biases, X, E), len(weights)
        p = probe("main")._replace(weights=weights, biases=biases, X=X, E=E)
        return tuple(
            [g * float(value(p, l)) ** float(stands(k, l, L)) for l, g in enumerate(part)]
            for k, part in zip("Wb", parts)
        )

    return gradients


PLANTED = [n for n in NAMED if n.kind != "train_step" and n.cost <= 1.2 and n.name not in ("T/(T-1)", "T/(T+1)")]


@pytest.mark.parametrize("named", PLANTED, ids=lambda n: n.name)
def test_a_planted_factor_is_told_by_its_name(named):
    d = nnlib.diagnose(scaled(named.value, SCOPES["everywhere"]))
    assert d.category in named.categories and set(d.candidates) >= {named.categories[0]}, str(d)
    assert f"a factor {named.name}" in d.what, str(d)


@pytest.mark.parametrize("scope", [*SCOPES, *POWERS])
def test_a_planted_factor_is_told_where_it_stands(scope):
    stands = (SCOPES | POWERS)[scope]
    d = nnlib.diagnose(scaled(lambda p, l: 1 / len(p.X), stands))
    assert d.category == "divided-twice", str(d)
    assert d.where == {(k, l) for k in "Wb" for l in range(3) if stands(k, l, 3)}
    assert {"everywhere": "a factor 1/T"}.get(scope, f"a factor 1/T, {scope}") in d.what, str(d)
    sign = nnlib.diagnose(scaled(lambda p, l: -1, stands))
    assert sign.category == "sign" and sign.where == {(k, l) for k in "Wb" for l in range(3) if stands(k, l, 3) % 2}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_number_of_no_name_is_told(scope):
    d = nnlib.diagnose(scaled(lambda p, l: 0.37, SCOPES[scope]))
    assert "0.37" in d.what and d.category == "learning-rate-in-gradient", str(d)
    assert d.where == {(k, l) for k in "Wb" for l in range(3) if SCOPES[scope](k, l, 3)}
    sums = nnlib.diagnose(scaled(lambda p, l: len(p.X) / 9, SCOPES[scope]))
    assert sums.category == "divided-by-wrong-count" and "divided by 9" in sums.what, str(sums)


def test_words_for_a_constant():
    parts, also = _constant_parts("everywhere", 1 / 1000, "T")
    assert parts[0][0] == "divided-by-wrong-count" and also == ("learning-rate-in-gradient", "sum-instead-of-mean")
    assert _constant_parts("everywhere", 1 / 9, "T")[1] == ("batch-remainder", "sum-instead-of-mean")
    assert _constant_parts("everywhere", 1e-10, "1")[0][0][0] == "finite-difference-error"
    assert _constant_parts("biases", 0.03, "1")[0][0][1].endswith("0.03 stands in the gradient (biases)")
    slugs = lambda base: [slug for slug, *_ in _constant_parts("everywhere", 0.03, base)[0]]
    assert slugs("1/rate") == ["learning-rate-ignored"] and slugs("rate") == ["learning-rate-in-gradient"]
    assert slugs("T/rate") == ["learning-rate-ignored", "sum-instead-of-mean"]
