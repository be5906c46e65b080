"""The plan of a step, replayed: its limit, its order, its repetitions, and what is said where no plan fits."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from doctor_patients.exams import THREE, asking, exam_of, other, ours

from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.references import FORMULAS, FREE
from nnlib.doctor.stages import Change, backpropagate
from nnlib.doctor.steps import _finite, _in_order, _in_turn, _left_over, _plan, _replayed, _same, behind, limit, smooth

NAMES = (*THREE, "one sample", "two layers")


def examined(gradients, names=NAMES):
    """An exam of steps in which every problem was answered by `gradients(problem)`, (old - new) / rate, and what asks."""
    exam = exam_of(lambda a, name: gradients(exam_of().problem(name)), names=names, kind="train_step")
    return exam, asking(gradients)


def categories(gradients, names=NAMES):
    return [[slug for slug, _, _ in e.parts] for e in behind(*examined(gradients, names))]


def words(gradients):
    return [what for e in behind(*examined(gradients)) for _, what, _ in e.parts]


def one_by_one(p, rate=1.0, backward=False, of=ours):
    """(old - new) / rate of a step after every sample, with `rate` times the rate."""
    weights, biases = list(p.weights), list(p.biases)
    L = len(weights)
    for i in range(len(p.X))[:: -1 if backward else 1]:
        g = of(p._replace(weights=weights, biases=biases, X=p.X[[i]], E=p.E[[i]]))
        weights = [w - rate * p.rate * d for w, d in zip(weights, g[:L])]
        biases = [b - rate * p.rate * d for b, d in zip(biases, g[L:])]
    return [(v - w) / p.rate for v, w in zip((*p.weights, *p.biases), (*weights, *biases))]


def repeated(p, times, of=ours):
    values, L = [*p.weights, *p.biases], len(p.weights)
    for _ in range(times):
        g = of(p._replace(weights=values[:L], biases=values[L:]))
        values = [v - p.rate * d for v, d in zip(values, g)]
    return [(v - w) / p.rate for v, w in zip((*p.weights, *p.biases), values)]


# --------------------------------------------------------------------------------------------------------- the limit


def test_the_limit_removes_three_powers_of_the_rate():
    p = exam_of().problem("main")
    wave = [np.cos(np.arange(g.size)).reshape(g.shape) for g in ours(p)]
    bent = asking(lambda q: [g + w * (5 * q.rate + 70 * q.rate**2 - 900 * q.rate**3) for g, w in zip(ours(q), wave)])
    assert all(np.abs(a - t).max() < 1e-12 for a, t in zip(limit(bent, p), ours(p)))
    fourth = limit(asking(lambda q: [g + q.rate**4 * 1e9 for g in ours(q)]), p)
    assert 1e-6 < np.abs(fourth[0] - ours(p)[0]).max() < 1e-3, "the fourth power is what remains"
    rates = []
    limit(asking(lambda q: rates.append(q.rate) or ours(q)), p)
    assert rates == [1e-3, 5e-4, 2.5e-4, 1.25e-4]
    assert limit(asking(lambda q: None), p) is None and smooth(asking(lambda q: None))(p) is None
    assert all(np.allclose(a, t, rtol=1e-9) for a, t in zip(smooth(bent)(p).arrays, ours(p)))


def test_the_same_to_seven_digits():
    t = [np.ones(4), np.zeros(2)]
    hair = lambda h, z=0.0: [np.ones(4) * (1 + h), np.zeros(2) + z]
    assert _same(hair(0.9e-7), t) and not _same(hair(1.3e-7), t) and _same(hair(0.9e-3), t, 1e-3)
    assert _same(hair(0, 0.6e-12), t) and not _same(hair(0, 1.1e-12), t)
    assert not _same(t[:1], t) and not _same(t, t[:1]) and not _same(hair(1), t)


# --------------------------------------------------------------------------------------- one after another, in order


def test_steps_on_single_samples_in_turn():
    p = exam_of().problem("three")
    mine = _in_turn(asking(ours), p, range(3), p.rate)
    assert _same(mine, one_by_one(p), 1e-12) and not _same(mine, one_by_one(p, backward=True), 1e-6)
    assert _same(_in_turn(asking(ours), p, [2, 1, 0], p.rate / 3), one_by_one(p, 1 / 3, True), 1e-12)
    assert _in_turn(asking(lambda q: None), p, range(3), p.rate) is None
    by_rate = asking(lambda q: [q.rate * g for g in ours(q)])
    mine = _in_turn(by_rate, p, range(3), p.rate / 3)
    assert _same(mine, one_by_one(p, 1 / 3, of=lambda q: [p.rate / 3 * g for g in ours(q)]), 1e-12), (
        "asked at that rate"
    )


@pytest.mark.parametrize(("rate", "word"), [(1, "the full rate"), (None, "rate / T")])
@pytest.mark.parametrize("backward", [False, True])
def test_a_step_after_every_sample(rate, word, backward):
    (slug, what, _), in_words = _in_order(*examined(lambda p: one_by_one(p, rate or 1 / len(p.X), backward)))
    assert slug == "per-sample-updates" and what == f"a step with {word} after every sample" + (
        ", from the last to the first" if backward else ""
    )
    assert in_words == ("rate" if rate else "rate / T")


def test_no_order():
    assert _in_order(*examined(ours)) is None
    fixed = {p.name: other(ours(p), 3) for p in map(exam_of().problem, NAMES)}
    assert _in_order(*examined(lambda p: fixed[p.name])) is None, "samples in turn would add up to T times as much"
    assert _in_order(*examined(lambda p: [0 * g for g in ours(p)])) is None, "no step depends on the samples"
    assert _in_order(examined(one_by_one)[0], asking(lambda q: None)) is None
    mixed = lambda p: one_by_one(p) if p.name == "main" else ours(p)
    assert _in_order(*examined(mixed)) is None, "in order on one problem only"


# ------------------------------------------------------------------------------------------------ slips behind a step


def test_one_by_one_with_and_without_a_slip_in_the_gradient():
    assert categories(one_by_one) == [["per-sample-updates"]] and categories(lambda p: one_by_one(p, 1 / len(p.X))) == [
        ["per-sample-updates"]
    ]
    assert [e.cost for e in behind(*examined(one_by_one))] == [1]
    halved = lambda p: [g / 2 for g in ours(p)]
    (first, *_) = categories(lambda p: one_by_one(p, of=halved))
    assert first == ["per-sample-updates", "missing-factor-two"]


def test_a_repeated_step_of_a_wrong_gradient(times=3):
    turned = lambda p: [-g for g in ours(p)]
    (first, *_) = categories(lambda p: repeated(p, times, turned))
    assert "repeated-update" in first
    assert any(w == f"the whole step is taken {times} times" for w in words(lambda p: repeated(p, times, turned)))


@pytest.fixture
def nameless(monkeypatch):
    """No mistake is found in the gradient behind the step."""
    for name in ("explain", "explain_pairs"):
        monkeypatch.setattr(f"nnlib.doctor.steps.{name}", lambda evidence: [])


def test_what_fades_faster_than_the_rate(nameless):
    twice = lambda p: [p.rate * np.cbrt(g) for g in ours(p)]
    (e,) = behind(*examined(lambda p: [p.rate * np.cbrt(g) if k == 1 else np.cbrt(g) for k, g in enumerate(ours(p))]))
    assert e.cost == 3 and e.also == ("used-updated-weights",) and "fade faster" in e.parts[0][1]
    (e,) = behind(*examined(twice))
    assert e.also == () and [slug for slug, _, _ in e.parts] == ["learning-rate-in-gradient"]


def test_a_millionth_of_the_right_update_counts_as_faded(nameless):
    left = lambda c, k=1, where=np.ones_like: (
        lambda p: [c * g + p.rate * where(g) * np.cbrt(g) if i == k else np.cbrt(g) for i, g in enumerate(ours(p))]
    )
    for k in (1, 5):
        assert behind(*examined(left(0.9e-6, k)))[0].also == ("used-updated-weights",)
        assert behind(*examined(left(1.1e-6, k))) == []
    assert behind(*examined(left(0, 1, lambda g: g > 0)))[0].cost == 3, "some of its entries move at the full rate"
    assert behind(*examined(left(0, 1, np.zeros_like))) == [], "what never moves does not fade"


def test_right_behind_and_wrong_in_front():
    bent = lambda where: (
        lambda p: [
            g * (1 + p.rate * np.sin(np.arange(g.size)).reshape(g.shape)) if where(k, len(p.weights)) else g
            for k, g in enumerate(ours(p))
        ]
    )
    assert categories(bent(lambda k, L: True))[0] == ["unknown"]
    assert categories(bent(lambda k, L: k < L - 1))[0] == ["used-updated-weights"]
    assert categories(lambda p: [(1 + p.rate) * g for g in ours(p)])[0] == ["learning-rate-in-gradient"]
    assert "the step is 1.7 times the right one" in words(lambda p: [(1 + p.rate) * g for g in ours(p)])[0]


@pytest.mark.parametrize("name", NAMES[2:])
def test_right_behind_on_every_problem_or_not_right(nameless, name):
    turned = lambda p: [-g if p.name == name else g * (1 + p.rate) for g in ours(p)]
    assert behind(*examined(turned)) == []
    exam, ask = examined(lambda p: [g * (1 + p.rate) for g in ours(p)])
    assert behind(exam, ask) != []
    assert behind(exam, lambda p: None if p.name == name else ask(p)) == [], "one problem without arrays"


def test_nothing_behind():
    assert behind(*examined(lambda p: [np.cbrt(g) for g in ours(p)])) == []
    assert (
        behind(*examined(one_by_one, names=("main", "main, again"))) == []
        and behind(*examined(one_by_one, names=("three",))) == []
    )
    exam, ask = examined(one_by_one)
    assert behind(exam, asking(lambda p: None)) == []
    for call in exam.calls.values():
        call.seconds = 1.0
    assert behind(exam, ask) == []


def test_samples_that_count_by_their_place_at_the_full_rate(nameless, monkeypatch):
    said = [Explanation(1, [("batch-remainder", "they do not count alike", ""), ("sign", "", "")]), None]
    monkeypatch.setattr("nnlib.doctor.steps.sample_weights", lambda arrays, kind: said)
    bent = lambda h: lambda p: [np.cbrt(g) * (1 + h * p.rate / 0.7) for g in ours(p)]
    (e,) = behind(*examined(bent(1.2e-4)))
    assert (e.cost, e.also, e.parts[0][0]) == (3, ("batch-remainder",), "per-sample-updates")
    assert e.parts[0][1] == "one step after another: for a small rate they do not count alike"
    assert behind(*examined(bent(0.9e-4))) == [], "the same at the full rate"
    (e,) = behind(*examined(lambda p: [p.rate * np.cbrt(g) for g in ours(p)]))
    assert e.parts[0][0] == "learning-rate-in-gradient", "something has been said already"
    for said[:] in ([Explanation(1, [("only-last-sample", "", ""), ("batch-remainder", "", "")]), None], []):
        assert behind(*examined(bent(1))) == []


SUM = [("sum-instead-of-mean", "a sum", "")]


@pytest.fixture
def known(monkeypatch):
    """What is found in the gradient behind the step, and the plan."""
    said = {"found": [Explanation(c, SUM, ("nan",)) for c in (1, 1.15, 1.16, 1.3)], "plan": []}
    monkeypatch.setattr("nnlib.doctor.steps.explain", lambda evidence: said["found"])
    monkeypatch.setattr("nnlib.doctor.steps._plan", lambda *given: said.update(one_by_one=given[3]) or said["plan"])
    return said


def test_the_plan_comes_before_the_slip_in_the_gradient(known):
    cube = lambda p: [np.cbrt(g) for g in ours(p)]
    told = lambda gradients: [(e.cost, [slug for slug, _, _ in e.parts], e.also) for e in behind(*examined(gradients))]
    assert told(cube) == [(c, ["sum-instead-of-mean"], ("nan",)) for c in (1, 1.15)], "no plan is needed"
    known["plan"] = [("repeated-update", "", "")]
    assert told(cube) == [(c + 1, ["repeated-update", "sum-instead-of-mean"], ("nan",)) for c in (1, 1.15)]
    known["plan"] = None
    assert told(cube) == [(c, ["per-sample-updates"], ("nan",)) for c in (1, 1.15)], (
        "no plan: the factor has another name"
    )
    assert not known["one_by_one"]
    turn = lambda p: one_by_one(p, of=cube)
    assert told(turn)[0][:2] == (2, ["per-sample-updates", "sum-instead-of-mean"]), "but where the order is known"
    assert known["one_by_one"], "and the plan is sought for one sample"
    assert told(lambda p: [g * (1 + p.rate) for g in ours(p)])[0][:2] == (1, ["learning-rate-in-gradient"])


def updated(p, sign=1.0):
    """The gradient where the error goes down through weights that have been stepped already."""

    def step(c, l):
        c.W[l] = c.W[l] - p.rate * sign * c.dW[l]

    dW, db = backpropagate(p, [Change({"before carry": step})])
    return [sign * g for g in (*dW, *db)]


def planned(gradients, mistakes=(), one_by_one=False):
    exam, ask = examined(gradients)
    plan = _plan(exam, ask, Explanation(1, [], mistakes=mistakes), one_by_one)
    return plan if not plan else plan[0][0]


def test_the_plan_of_a_step():
    assert planned(ours) == [] and planned(lambda p: None) == [] and planned(updated) == "used-updated-weights"
    assert planned(lambda p: updated(p, -0.5)) == "used-updated-weights", "the factor is part of the step"
    for times in (2, 3, 4, 5, 10):
        exam, ask = examined(lambda p, times=times: repeated(p, times))
        ((slug, what, _),) = _plan(exam, ask, Explanation(1, []), False)
        assert (slug, what) == ("repeated-update", f"the whole step is taken {times} times")
    assert planned(lambda p: repeated(p, 6)) is None
    assert planned(lambda p: updated(p) if p.name == "main" else repeated(p, 2)) is None, "one plan for all problems"
    assert planned(lambda p: updated(p) if p.name == "main" else None) == []
    hair = lambda h: lambda p: [g * (1 + h * p.rate / 0.7) for g in repeated(p, 2)]
    assert planned(hair(0.8e-6 * 0.7 / 1.3)) == "repeated-update" and planned(hair(0.9e-6)) is None
    alone = lambda p: repeated(p, 2) if len(p.X) == 1 else other(ours(p))
    assert planned(alone, one_by_one=True) == "repeated-update" and planned(alone) == []


def test_mistakes_are_made_again_in_the_plan():
    linear = next(m for m in FORMULAS if m.row.category == "missing-activation-derivative" and m.scope == "everywhere")
    mine = lambda p: [np.asarray(g) for part in backpropagate(p, [linear.change]) for g in part]
    assert planned(lambda p: repeated(p, 3, mine), (linear,)) == "repeated-update"
    assert planned(lambda p: repeated(p, 3, mine)) is None
    assert planned(lambda p: repeated(p, 3), (FREE[0],)) == "repeated-update", "a mistake with a number is left out"
    bad = SimpleNamespace(row=SimpleNamespace(free=False), change=Change({"weight": lambda c, l: c.A[l] @ c.dZ[l]}))
    assert planned(lambda p: repeated(p, 3), (bad,)) is None, "shapes that do not fit"
    bad.change = Change({"weight": lambda c, l: c.A[l].T @ c.dZ[l] / np.zeros(1)})
    with np.errstate(divide="raise", invalid="ignore"):
        assert planned(lambda p: repeated(p, 3), (bad,)) is None, "a mistake that divides by nothing"


# ----------------------------------------------------------------------------------------- words for what is left over


def test_a_factor_of_the_limit_that_the_full_rate_does_not_keep():
    exam = exam_of(kind="train_step")
    times = lambda c: {"main": [c * g for g in exam.truth("main")]}
    rate, count, sign = (("learning-rate-in-gradient", "", "f"), ("sum-instead-of-mean", "", ""), ("sign", "x", "f"))
    assert _finite(rate, times(3), exam)[:2] == ("repeated-update", "for a small rate the step is taken 3 times")
    assert _finite(rate, times(2), exam)[0] == "repeated-update" and _finite(rate, times(1), exam) == rate
    assert _finite(rate, times(2.7), exam) == rate, "a little less than a whole number"
    assert _finite(rate, times(2.5), exam) == rate and _finite(rate, times(0), exam) == rate
    assert (
        _finite(rate, times(3 * (1 + 0.9e-6)), exam)[0] == "repeated-update"
        and _finite(rate, times(3 * (1 + 1.2e-6)), exam) == rate
    )
    assert _finite(count, times(7), exam)[0] == "per-sample-updates" and _finite(sign, times(3), exam) == sign


def test_what_the_full_rate_says():
    said = lambda change: _left_over(exam_of(lambda a, n: change(a), kind="train_step"))[:2]
    assert said(lambda a: [1.5 * g for g in a]) == (
        "learning-rate-in-gradient",
        "the step is 1.5 times the right one, for this rate alone",
    )
    assert said(lambda a: [a[0] * 3, a[1] * 2, *a[2:]])[0] == "used-updated-weights"
    assert (
        said(lambda a: [a[0] * 3, a[1] * 2, a[2] * 3, *a[3:]])[0] == "unknown"
        and said(lambda a: [*a[:2], a[2] * 2, *a[3:]])[0] == "unknown"
    )


def test_a_plan_replayed():
    p = exam_of().problem("main")
    of = lambda q, more=(): [2 * g for g in ours(q)]
    half = [0.5] * 6
    assert _same(_replayed(("times", 1), p, of, half), ours(p), 1e-12)
    three = repeated(p, 3, lambda q: [g / 3 for g in ours(q)])
    assert _same(_replayed(("times", 3), p, of, half), three, 1e-12) and not _same(three, ours(p), 1e-6)
