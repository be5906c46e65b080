"""Lesson 10: a region of good rates, the winner's curvature, Adam at 0.001, flat ends, and neurons that share the work."""

from functools import lru_cache

import numpy as np
import pytest

from nnlib import rules
from nnlib.curvature import sharpness
from nnlib.data import digits as data
from nnlib.descent import accuracy, batches, step, train
from nnlib.lessons import Lesson
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.network import cost, forward, gradients, init
from nnlib.show import digits

X_train, E_train, X_test, E_test = data(seed=0)


def start(seed=1, scale="fan_in"):
    return init([64, 30, 10], np.random.default_rng(seed), scale=scale)


def score(weights, biases):
    return accuracy(forward(weights, biases, X_test)[1][-1], E_test)


@lru_cache
def run(rate, epochs, seed=1, scale="fan_in", rule="plain"):
    made = {"plain": rules.plain, "adam": rules.adam()}[rule]
    more = dict(batch_size=10, rng=np.random.default_rng(0), rule=made, record=score)
    return train(*start(seed, scale), X_train, E_train, rate, epochs=epochs, **more)


@pytest.mark.parametrize("seed", [0, 2])
def test_the_winning_rates_are_a_region(seed):
    assert all(run(rate, 10, seed).records[-1] > 0.96 for rate in (1, 3, 6))
    assert run(10, 10, seed).records[-1] < 0.5


def test_the_winner_begins_beyond_its_limit_and_is_flat_after_one_step():
    w, b = start()
    products, costs, order = [], [], np.random.default_rng(0)
    for rows, _ in zip(batches(len(X_train), 10, order), range(5)):
        products.append(3 * sharpness(w, b, X_train, E_train, tolerance=1e-2).value)
        costs.append(cost(w, b, X_train, E_train))
        w, b = step(w, b, *gradients(w, b, X_train[rows], E_train[rows]), 3)
    assert products[0] > 4 and max(products[1:]) < 0.5 and costs[0] == max(costs)
    for seed in range(4):
        w, b = start(seed)
        assert 3 * sharpness(w, b, X_train, E_train, tolerance=1e-2).value > 3.5
        ended = run(3, 10, seed)
        late = 3 * sharpness(ended.weights, ended.biases, X_train, E_train, tolerance=1e-2).value
        assert late < 1 and ended.records[-1] > 0.97


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 5])
def test_other_starts_lie_beyond_the_limit_too_and_are_flat_within_three_steps(seed):
    weights, biases = start(seed)
    steep = lambda: 3 * sharpness(weights, biases, X_train, E_train, tolerance=1e-2).value
    assert 3.5 < steep() < 5
    for rows, _ in zip(batches(len(X_train), 10, np.random.default_rng(0)), range(3)):
        weights, biases = step(weights, biases, *gradients(weights, biases, X_train[rows], E_train[rows]), 3)
    assert steep() < 1


def test_what_a_rate_of_100_saturates_thirty_more_epochs_do_not_bring_back():
    records = run(100, 40).records
    assert max(records[k] for k in (10, 20, 40)) < 0.15


def test_a_thousandth_is_enough_for_adam_in_thirty_epochs_and_not_for_plain_descent():
    for seed in (0, 1):
        slow = run(0.001, 30, seed, rule="adam")
        assert 0.75 < slow.records[10] < 0.92 and slow.records[30] > 0.95
    assert run(0.01, 10, rule="adam").records[10] > 0.97 and run(0.001, 10).records[-1] < 0.2


def on_flat_ends(values):
    return np.mean((values < 0.02) | (values > 0.98))


def test_flat_ends_at_the_start_are_a_handicap_and_no_disaster():
    without, divided = (forward(*start(scale=scale), X_train)[1][1] for scale in (1.0, "fan_in"))
    assert 0.25 < on_flat_ends(without) < 0.35 and on_flat_ends(divided) == 0
    assert run(3, 10, scale=1.0).records[-1] > 0.97


def test_the_histogram_shows_the_shares(monkeypatch):
    kept = []
    monkeypatch.setattr(digits, "picture", lambda ax, alt: kept.append((ax, alt)))
    values = np.array([0.0, 0.01, 0.5, 0.99])
    digits.activation_picture({"a": values, "b": np.full(8, 0.5)})
    made, alt = kept[0]
    heights = [[patch.get_height() for patch in ax.patches] for ax in made]
    assert sum(heights[0]) == pytest.approx(1) and heights[0][0] == pytest.approx(0.5) and max(heights[1]) == 1
    assert "a 75%; b 0%" in alt


def test_no_neuron_is_a_digit_and_none_is_missed_much():
    best = run(3, 30)
    active, labels = forward(best.weights, best.biases, X_train)[1][1], E_train.argmax(axis=1)
    counts = (np.array([active[labels == d].mean(axis=0) for d in range(10)]) > 0.5).sum(axis=0)
    assert (counts == 1).sum() <= 4 and counts.max() >= 6
    for k in range(30):
        W = best.weights[1].copy()
        W[k] = 0
        assert best.records[-1] - score([best.weights[0], W], best.biases) < 0.03


def test_the_sheet_of_neurons_has_a_word_under_each():
    ax = digits.neuron_sheet(np.random.default_rng(0).normal(size=(64, 30)), [str(k) for k in range(30)])
    assert [text.get_text() for text in ax.texts] == [str(k) for k in range(30)]
    assert [text.get_position()[1] for text in ax.texts[:11]][9] < ax.texts[10].get_position()[1]
    assert not digits.neuron_sheet(np.ones((64, 30))).texts


def by_index(outputs, E):
    table = np.zeros((10, 10), int)
    np.add.at(table, (E.argmax(axis=1), outputs.argmax(axis=1)), 1)
    return table


def all_rows(labels):
    Z = np.zeros((len(labels), 10))
    Z[:, labels] = 1
    return Z


WAYS = {
    "accuracy": {
        "never-equal": lambda outputs, E: (outputs == E).mean(),
        "count": lambda outputs, E: sum(outputs.argmax(axis=1) == E.argmax(axis=1)),
    },
    "one-hot": {"all-rows": all_rows, "label-for-one": lambda labels: np.eye(10)[labels] * labels[:, None]},
    "confusion": {"transposed": lambda outputs, E: by_index(outputs, E).T},
}


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_a_plausible_slip_is_named(name, way):
    outcome = Lesson(10).check(name, WAYS[name][way])
    assert (outcome.kind, outcome.mistake) == (NOT_YET, way)


def test_right_answers_of_any_form_pass():
    lesson = Lesson(10)
    assert lesson.check("confusion", by_index).kind == CORRECT
    row_by_row = lambda outputs, E: np.mean([np.argmax(a) == np.argmax(e) for a, e in zip(outputs, E)])
    assert lesson.check("accuracy", row_by_row).kind == CORRECT
    assert lesson.check("one-hot", lambda labels: (labels[:, None] == np.arange(10)).astype(int)).kind == CORRECT
