"""The named factors: each is what its name says, stands where its scope says, and is told when it is planted."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import nnlib
from nnlib.doctor.factors import NAMED, POWERS, SCOPES
from nnlib.doctor.leftovers import _constant_parts
from nnlib.doctor.probes import TABLE, probe


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
    values = [named.value(probe("one sample"), 0) for named in NAMED if named.name == "T/(T-1)"]
    assert values == [np.inf, 1.0]  # divided by nothing, or by 1 instead


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
