"""The plan of a step, replayed: its limit, its order, its repetitions, and what is said where no plan fits."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, asking, exam_of, other, ours

from nnlib.doctor.steps import _finite, _in_order, _in_turn, _left_over, _replayed, _same, behind, limit, smooth

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
    halved = lambda p: [g / 2 for g in ours(p)]
    (first, *_) = categories(lambda p: one_by_one(p, of=halved))
    assert first == ["per-sample-updates", "missing-factor-two"]


@pytest.mark.parametrize("times", [2, 3, 4, 5, 10])
def test_a_repeated_step_of_a_wrong_gradient(times):
    turned = lambda p: [-g for g in ours(p)]
    (first, *_) = categories(lambda p: repeated(p, times, turned))
    assert "repeated-update" in first
    assert any(w == f"the whole step is taken {times} times" for w in words(lambda p: repeated(p, times, turned)))


def test_what_fades_faster_than_the_rate():
    twice = lambda p: [p.rate * np.cbrt(g) for g in ours(p)]
    (e,) = behind(*examined(lambda p: [p.rate * np.cbrt(g) if k == 1 else np.cbrt(g) for k, g in enumerate(ours(p))]))
    assert e.cost == 3 and e.also == ("used-updated-weights",) and "fade faster" in e.parts[0][1]
    (e,) = behind(*examined(twice))
    assert e.also == () and [slug for slug, _, _ in e.parts] == ["learning-rate-in-gradient"]


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


# ----------------------------------------------------------------------------------------- words for what is left over


def test_a_factor_of_the_limit_that_the_full_rate_does_not_keep():
    exam = exam_of(kind="train_step")
    times = lambda c: {"main": [c * g for g in exam.truth("main")]}
    rate, count, sign = (("learning-rate-in-gradient", "", "f"), ("sum-instead-of-mean", "", ""), ("sign", "x", "f"))
    assert _finite(rate, times(3), exam)[:2] == ("repeated-update", "for a small rate the step is taken 3 times")
    assert _finite(rate, times(2), exam)[0] == "repeated-update" and _finite(rate, times(1), exam) == rate
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
