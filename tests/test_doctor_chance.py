"""Orders and choices of samples that chance makes, each found by its numbers; and pairs of mistakes in their order."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import exam_of, other, ours

from nnlib.doctor.leftovers import Evidence
from nnlib.doctor.pairs import _overlap, _possible, _ranks, explain_pairs
from nnlib.doctor.probes import probe
from nnlib.doctor.randomness import by_chance
from nnlib.doctor.references import FORMULAS, compute, shelf

q = probe("three")


def found(arrays, kind="gradients", name="three"):
    return by_chance(Evidence(kind, "sigmoid", {name: arrays}, {name: [1e-8] * 6}))


def rows(*which):
    return q._replace(X=q.X[list(which)], E=q.E[list(which)])


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_targets_in_another_order(order):
    (e, *_) = found(ours(q._replace(E=q.E[list(order)])))
    assert (
        e.parts[0][:2] == ("shuffled-labels", "inputs and targets are shuffled apart")
        and e.cost == pytest.approx(1.2)
        and e.also == ()
    )


@pytest.mark.parametrize("i", range(3))
def test_one_sample(i):
    (e, *_), (s, *_) = found(ours(rows(i))), found(ours(rows(i)), "train_step")
    assert (e.parts[0][0], e.also) == ("only-last-sample", ("single-sample-step",)) and e.parts[0][1].startswith(
        "only one sample"
    )
    assert (s.parts[0][0], s.also) == ("single-sample-step", ("only-last-sample",))


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_two_samples(pair):
    (e, *_) = found(ours(rows(*pair)))
    assert e.parts[0][:2] == ("batch-remainder", "only some of the samples count") and e.also == ()


@pytest.mark.parametrize("drawn", [(0, 0, 1), (2, 1, 2), (0, 2, 2)])
def test_samples_drawn_with_replacement(drawn):
    (e, *_), (s, *_) = found(ours(rows(*drawn))), found(ours(rows(*drawn)), "train_step")
    assert (
        e.parts[0][0] == "unknown" and e.parts[0][1].startswith("samples are drawn") and e.also == ("only-last-sample",)
    )
    assert s.also == ("single-sample-step",)


def stepped(order, scale):
    weights, biases = list(q.weights), list(q.biases)
    for i in order:
        g = ours(rows(i)._replace(weights=weights, biases=biases))
        weights = [w - q.rate * scale * d for w, d in zip(weights, g[:3])]
        biases = [b - q.rate * scale * d for b, d in zip(biases, g[3:])]
    return [(v - w) / q.rate for v, w in zip((*q.weights, *q.biases), (*weights, *biases))]


@pytest.mark.parametrize("scale", [1, 1 / 3])
@pytest.mark.parametrize("order", [(2, 0, 1), (1, 1, 0), (0, 0, 0)])
def test_steps_in_an_order_left_to_chance(order, scale):
    steps = found(stepped(order, scale), "train_step")
    assert "per-sample-updates" in [e.parts[0][0] for e in steps] and steps[0].cost == pytest.approx(1.2)
    assert found(stepped(order, scale)) == [], "a gradient takes no steps"


def test_a_factor_beside_the_choice_costs_more():
    (e, *_) = found([g / 2 for g in ours(rows(0, 2))])
    assert [p[0] for p in e.parts] == ["batch-remainder", "missing-factor-two"] and e.cost == pytest.approx(2.2)
    costs = [e.cost for e in found([3 * g for g in ours(rows(1))])]
    assert costs == sorted(costs) and costs[0] > 1.2
    assert "extra-factor-two" in found([g / 2 for g in ours(rows(0, 2))])[0].also


def test_no_choice_of_samples():
    assert found(other(ours(q))) == [] and found(ours(probe("main")), name="main") == []


# ------------------------------------------------------------------------------------------------------------ pairs


def test_ranks_count_within_each_category():
    ranks = _ranks(FORMULAS)
    for category in {m.row.category for m in FORMULAS}:
        assert [r for m, r in zip(FORMULAS, ranks) if m.row.category == category] == list(
            range(sum(m.row.category == category for m in FORMULAS))
        )


def test_which_two_may_be_a_pair():
    class Stock:
        as_right = np.array([[True, False, False], [False, True, False], [False, False, True]])

    fits = np.array([[False, True, False], [True, False, False], [False, False, False]])
    # 0 leaves array 0 right, so 1 must fit there, and it does; 1 leaves array 1 right, so 0 must fit there
    assert _possible(Stock, fits, 0, [1, 2]).tolist() == [True, False]
    assert _possible(Stock, fits, 1, [0, 2]).tolist() == [True, False] and _possible(
        Stock, fits, 2, [0, 1]
    ).tolist() == [False, False]


def test_pairs_overlap_where_they_change_one_stage():
    by = {tuple(m.row.stages): m for m in FORMULAS}
    cost, bias = by[("cost",)], by[("bias",)]
    assert _overlap(cost, cost) is True and _overlap(cost, bias) is False


def pair_of(a, b, kind="gradients"):
    stock = shelf("gradients", "main").mistakes
    first, second = (
        next(m for m in stock if m.row.category == c and m.row.what.startswith(w) and m.scope == "everywhere")
        for c, w in (a, b)
    )
    names = ("main", "three", "equal widths")
    exam = exam_of(lambda arrays, n: compute((first, second), n.removesuffix(", again")))
    evidence = Evidence(kind, "sigmoid", {n: exam.answers[n].arrays for n in names}, {n: [1e-8] * 6 for n in names})
    return explain_pairs(evidence), {first.row.category, second.row.category}


def test_two_mistakes_are_found_together():
    for b in ("bias-wrong-axis", "transposed-gradient"):
        some = [m for m in shelf("gradients", "main").mistakes if m.row.category == b and m.scope == "everywhere"]
        if not some:
            continue
        found, both = pair_of(("missing-activation-derivative", ""), (b, some[0].row.what))
        assert found and set(found[0].categories) >= both and [e.cost for e in found] == sorted(e.cost for e in found)
        assert len(found[0].mistakes) == 2
        break


def test_no_pair_for_noise():
    names = ("main", "three", "equal widths")
    noise = exam_of(lambda arrays, n: other(arrays))
    assert (
        explain_pairs(
            Evidence(
                "gradients", "sigmoid", {n: noise.answers[n].arrays for n in names}, {n: [1e-8] * 6 for n in names}
            )
        )
        == []
    )
