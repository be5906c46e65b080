"""The matcher: how simple an explanation is, which problem decides, and the number that fits a mistake of one number."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib.doctor import matching
from nnlib.doctor.leftovers import Evidence
from nnlib.doctor.references import FORMULAS, FREE, UPDATES, answer, compute, right

NAMES = ("main", "three", "two layers")


def evidence(arrays_of, names=NAMES, kind="gradients", raised=(), tolerance=1e-8):
    arrays = {n: list(arrays_of(n)) for n in names}
    return Evidence(kind, "sigmoid", arrays, {n: [tolerance] * len(v) for n, v in arrays.items()}, raised)


def mistake(slug, scope="everywhere", among=FORMULAS):
    return next(m for m in among if m.row.category == slug and m.scope == scope)


def judged(mistakes, made=None, by=1.0, **more):
    made = made or mistakes
    known = evidence(lambda n: [by * g for g in compute(made, n)])
    return matching.judged(mistakes, lambda n: compute(mistakes, n), known, NAMES, **more)


def test_a_mistake_is_dearer_the_less_common_its_scope():
    m = mistake("missing-activation-derivative")
    (e,) = judged((m,))
    assert e.cost == pytest.approx(1 + m.row.cost) and e.mistakes == (m,) and e.also == m.row.also
    assert e.parts == [(m.row.category, m.describe(), m.row.formula)]
    out = mistake("missing-activation-derivative", "output layer")
    assert judged((out,))[0].cost == pytest.approx(1.01 + out.row.cost)
    assert judged((out,), extra=0.3)[0].cost == pytest.approx(1.31 + out.row.cost)
    assert matching._SCOPE_COST == {
        "everywhere": 0.0, "output layer": 0.01, "hidden layers": 0.01, "all but the first layer": 0.03,
    }  # fmt: skip
    other = mistake("missing-activation-derivative", "second layer")
    assert judged((other,))[0].cost == pytest.approx(1.05 + other.row.cost)
    assert judged((m,), made=(other,)) == [], "of which it gives no multiple"
    both = judged((mistake("transposed-gradient"),), by=-1.0) or judged((m,), by=-1.0)
    assert [slug for slug, *_ in both[0].parts][1:] == ["sign"]
    assert both[0].cost == pytest.approx(2 + both[0].mistakes[0].row.cost)


def test_the_right_gradient_times_a_number_is_explained_at_once():
    (best, *_) = matching.explain(evidence(lambda n: [g / 2 for g in right(n)]))
    assert best.categories == ("missing-factor-two", "extra-factor-two") and best.cost == 1 and best.mistakes == ()
    assert matching.explain(evidence(right)) == [], "nothing to explain"
    assert matching.explain(Evidence("gradients", "sigmoid", {}, {})) == []
    own = np.random.default_rng(0)
    assert matching.explain(evidence(lambda n: [own.normal(size=g.shape) for g in right(n)])) == []


@pytest.mark.parametrize("slug", ["missing-activation-derivative", "cross-entropy-delta", "transposed-weights"])
def test_a_row_of_the_table_is_found_and_the_simplest_stands_first(slug):
    m = next(m for m in FORMULAS if m.row.category == slug and all(compute((m,), n) for n in NAMES[:1]))
    names = [n for n in NAMES if compute((m,), n)]
    found = matching.explain(evidence(lambda n: compute((m,), n), names))
    assert slug in found[0].categories and [e.cost for e in found] == sorted(e.cost for e in found)


def test_the_problem_that_decides():
    """The one with the fewest unknown arrays; the first of those."""
    some = evidence(right)
    assert matching._primary(some) == "main"
    some.arrays["main"][2] = None
    assert matching._primary(some) == "three"
    some.arrays["three"][:2] = [None, None]
    some.arrays["two layers"][0] = None
    assert matching._primary(some) == "main"


def test_dearer_where_the_code_raises_and_the_mistake_would_not():
    square = next(m for m in FORMULAS if answer(m, "main") is None and answer(m, "equal widths") is not None)
    for raised, dearer in (((), 0.0), (("main",), 0.0), (("equal widths",), 0.3), (("main", "equal widths"), 0.0)):
        assert matching._raises_otherwise(square, evidence(right, raised=raised)) == dearer


def test_the_number_of_a_mistake():
    m = next(m for m in FREE if m.row.category == "regularisation-term")
    for number in (0.01, -0.3, 2.0):
        known = evidence(lambda n, c=number: [3 * g for g in compute((m,), n, "sigmoid", c)])
        assert matching._fit(m, known, "main") == pytest.approx(number, rel=1e-6)
        assert matching._fit(m, known, "two layers") == pytest.approx(number, rel=1e-6)
    assert matching._fit(m, evidence(right), "main") is None, "no mistake at all"
    own = np.random.default_rng(0)
    assert matching._fit(m, evidence(lambda n: [own.normal(size=g.shape) for g in right(n)]), "main") is None
    missing = evidence(lambda n: compute((m,), n, "sigmoid", 0.1))
    missing.arrays["main"] = [None] * 6
    assert matching._fit(m, missing, "main") is None
    found = matching.explain_small(evidence(lambda n: compute((m,), n, "sigmoid", 1e-4)))
    assert found[0].categories[0] == "regularisation-term" and found[0].parts[0][1].endswith(
        "here the number is 0.0001"
    )
    assert [e.cost for e in found] == sorted(e.cost for e in found)


def test_steps_have_mistakes_of_their_own():
    m = UPDATES[0]
    made = lambda kind: matching.explain(evidence(lambda n: compute((m,), n), kind=kind))
    assert m.row.category in made("train_step")[0].categories
