"""The matcher: how simple an explanation is, which problem decides, and the number that fits a mistake of one number."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib.doctor import matching
from nnlib.doctor.leftovers import Evidence
from nnlib.doctor.probes import probe
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


def test_a_mistake_with_a_convention_of_its_own():
    """It is told where the mistake is the whole difference: no factor is left, and no second mistake."""
    tanh = next(m for m in FORMULAS if m.convention == "tanh")
    assert judged((tanh,))[0].convention == "tanh" and judged((tanh,), by=2.0)[0].convention == ""
    both = judged((tanh, mistake("cross-entropy-delta")))
    assert both[0].convention == "" and len(both[0].parts) == 2


def test_two_factors_are_tried_where_two_are_asked_for():
    m = mistake("missing-activation-derivative")
    change = lambda n: [
        g * len(probe(n).X) ** (g.ndim == 1) / probe(n).sizes[-1] ** (g.ndim == 2) for g in compute((m,), n)
    ]
    few = lambda **more: matching.judged((m,), lambda n: compute((m,), n), evidence(change), NAMES, **more)
    assert few() == [] and [len(e.parts) for e in few(two=True)][0] == 3


def test_the_right_gradient_times_a_number_is_explained_at_once():
    (best, *_) = matching.explain(evidence(lambda n: [g / 2 for g in right(n)]))
    assert best.categories == ("missing-factor-two", "extra-factor-two") and best.cost == 1 and best.mistakes == ()
    assert matching.explain(evidence(right)) == [], "nothing to explain"
    assert matching.explain(Evidence("gradients", "sigmoid", {}, {})) == []
    own = np.random.default_rng(0)
    assert matching.explain(evidence(lambda n: [own.normal(size=g.shape) for g in right(n)])) == []


def test_one_pure_factor_is_the_simplest_and_nobody_looks_behind_it():
    for by in (lambda p: 1 / 2, lambda p: 1 / p.sizes[-1], lambda p: len(p.X) / (2 * -(-len(p.X) // 2))):
        found = matching.explain(evidence(lambda n, by=by: [by(probe(n)) * g for g in right(n)]))
        assert found and all(e.mistakes == () for e in found)
    averaged = next(
        m for m in FORMULAS if m.row.what.startswith("the paths are averaged") and m.scope == "output layer"
    )
    found = matching.explain(evidence(lambda n: compute((averaged,), n)))
    assert all(e.mistakes == () for e in found) and found[0].categories[0] == "mean-over-outputs"


@pytest.mark.parametrize(
    "words", ["an extra factor C", "the slope of the root of C", "the slope of the root mean square"]
)
def test_a_number_that_changes_with_the_data_is_told_by_its_formula(words):
    m = next(m for m in FORMULAS if m.row.what.startswith(words))
    best, *rest = matching.explain(evidence(lambda n: compute((m,), n)))
    assert best.mistakes == (m,) and best.cost == 1 and best.categories == ("wrong-cost-derivative",)
    assert min(e.cost for e in rest) > 2


def test_two_factors_where_nothing_else_fits():
    both = lambda n: [g * len(probe(n).X) ** (g.ndim == 1) / probe(n).sizes[-1] ** (g.ndim == 2) for g in right(n)]
    found = matching.explain(evidence(both))
    assert found[0].mistakes == () and {slug for slug, *_ in found[0].parts} == {
        "sum-instead-of-mean",
        "mean-over-outputs",
    }


def test_zeros_show_nothing_of_a_mistake():
    """Biases of 0 beside the weights of a mistake that is in them too: whether the mistake is there nobody knows."""
    zero = lambda arrays: [g * (g.ndim == 2) for g in arrays]
    m = mistake("cross-entropy-delta")
    assert matching.explain(evidence(lambda n: zero(compute((m,), n)))) == []
    in_weights = mistake("missing-input-activation")
    found = matching.explain(evidence(lambda n: zero(compute((in_weights,), n))))
    assert found[0].mistakes == (in_weights,) and [slug for slug, *_ in found[0].parts][1] == "bias-gradient-zero"


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


PROBLEMS = ("main", "one output", "two layers", "many samples")


@pytest.mark.parametrize("m", [m for m in FREE if m.row.cost < 0.1], ids=lambda m: f"{m.row.what} {m.scope}")
def test_the_number_of_a_mistake(m):
    """Read from the first array that it changes, from the output down: further down it may enter more than once."""
    for number in (0.01, -0.3):
        known = evidence(lambda n, c=number: [3 * g for g in compute((m,), n, "sigmoid", c)], PROBLEMS)
        for name in PROBLEMS:
            if not all(np.allclose(a, 3 * t) for a, t in zip(known.arrays[name], right(name))):
                assert matching._fit(m, known, name) == pytest.approx(number, rel=1e-6), name


DECAY = next(m for m in FREE if m.row.category == "regularisation-term")
OF_BIASES = next(m for m in FREE if m.row.what.endswith("added to the bias gradients"))


def test_no_number():
    m = DECAY
    assert matching._fit(m, evidence(right), "main") is None, "no mistake at all"
    own = np.random.default_rng(0)
    noise = evidence(lambda n: [own.normal(size=g.shape) for g in right(n)])
    assert matching._fit(m, noise, "main") is None
    assert matching._fit(m, evidence(lambda n: [0 * g for g in right(n)]), "main") is None
    missing = evidence(lambda n: compute((m,), n, "sigmoid", 0.1))
    missing.arrays["main"] = [None] * 6
    assert matching._fit(m, missing, "main") is None


def test_biases_have_a_number_without_the_weights_where_they_are_enough():
    """Three of them are: the weights of the layer may then bear another factor."""
    twice = lambda n: [g * (1 + (g.ndim == 2)) for g in compute((OF_BIASES,), n, "sigmoid", 0.1)]
    assert matching._fit(OF_BIASES, evidence(twice, PROBLEMS), "many samples") == pytest.approx(0.1, rel=1e-6)


def spoiled(number, h=0.0, by=1.0, m=DECAY):
    """Gradients with this mistake, the first array h of its length off in a direction of its own."""

    def gradients(n):
        arrays, truth = compute((m,), n, "sigmoid", number), right(n)
        k = len(arrays) // 2 - 1
        w = np.random.default_rng(1).normal(size=truth[k].size)
        basis = np.linalg.qr(np.stack([truth[k].ravel(), (arrays[k] - truth[k]).ravel()], axis=1))[0]
        w -= basis @ (basis.T @ w)
        arrays[k] = arrays[k] + h * np.linalg.norm(arrays[k]) * (w / np.linalg.norm(w)).reshape(arrays[k].shape)
        return [by * g for g in arrays]

    return gradients


@pytest.mark.parametrize("tolerance, h, found", [
    (1e-8, 1.98e-7, True), (1e-8, 2.02e-7, False), (1e-9, 0.95e-7, True), (1e-9, 1.05e-7, False),
])  # fmt: skip
@pytest.mark.parametrize("by", [1e-3, 1.0, 1e3])
def test_how_well_the_number_has_to_fit(tolerance, h, found, by):
    """Twenty times the tolerance, or seven digits, of the length of the array, however long that is."""
    known = evidence(spoiled(0.1, h, by), tolerance=tolerance)
    assert (matching._fit(DECAY, known, "main") is not None) == found


@pytest.mark.parametrize("share, found", [(0.9e-10, False), (1.1e-10, True)])
@pytest.mark.parametrize("by", [0.3, 3.0])
def test_a_number_of_nothing_is_none(share, found, by):
    moved, truth = compute((DECAY,), "main", "sigmoid", 1.0)[2], right("main")[2]
    number = share * np.linalg.norm(truth) / np.linalg.norm(moved - truth)
    known = evidence(spoiled(number, by=by), tolerance=1e-12)
    assert (matching._fit(DECAY, known, "main") is not None) == found


def test_a_mistake_with_a_number_is_told_with_it():
    m = DECAY
    for found in (matching.explain, matching.explain_small):
        e = found(evidence(lambda n: compute((m,), n, "sigmoid", 0.1)))[0]
        assert e.cost == pytest.approx(1.4 + m.row.cost) and e.parts[0][1].endswith("here the number is 0.1")
        assert found(evidence(lambda n: compute((m,), n, "sigmoid", 0.1) if n != "three" else right(n))) == []
    found = matching.explain_small(evidence(lambda n: compute((m,), n, "sigmoid", 1e-4)))
    assert found[0].categories[0] == "regularisation-term" and found[0].parts[0][1].endswith(
        "here the number is 0.0001"
    )
    updated = next(m for m in FREE if m.row.category == "used-updated-weights")
    found = matching.explain_small(evidence(lambda n: compute((updated,), n, "sigmoid", 0.1), ("two layers",)))
    assert len(found) > 1 and [e.cost for e in found] == sorted(e.cost for e in found)


def test_a_number_is_looked_for_where_no_mistake_without_one_is_as_simple():
    def numbers(words, by=1.0, **more):
        m = next(m for m in (*FORMULAS, *UPDATES) if m.row.what == words)
        found = matching.explain(evidence(lambda n: [by * g for g in compute((m,), n)], kind="train_step", **more))
        return [e for e in found if "here the number is" in e.parts[0][1]]

    updated, shrinks = (
        "the weights that carry the error are already updated",
        "the weight shrinks by the rate besides the step",
    )
    assert numbers(updated) == numbers(updated, raised=("main",)) == numbers(shrinks) == []
    assert numbers(updated, by=0.5) != []


def test_steps_have_mistakes_of_their_own():
    m = UPDATES[0]
    made = lambda kind: matching.explain(evidence(lambda n: compute((m,), n), kind=kind))
    assert m.row.category in made("train_step")[0].categories
