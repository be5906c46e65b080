"""Orders and choices of samples that chance makes, each found by its numbers."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import pytest
from doctor_patients.exams import other, ours

from nnlib.doctor.leftovers import Evidence
from nnlib.doctor.probes import probe
from nnlib.doctor.randomness import by_chance

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
    assert found(ours(q)) == [] == found(ours(q), "train_step"), "all samples, each once and in their order"
    assert found(other(ours(q))) == [] and found(ours(probe("main")), name="main") == []
