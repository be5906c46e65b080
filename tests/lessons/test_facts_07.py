"""Lessons 7 and 7b: each batch size at its best rate, momentum's two sums, and which rates suit Adam."""

import re
from functools import lru_cache

import numpy as np
import pytest
from films import reels

from nnlib import rules
from nnlib.data import digits, xor
from nnlib.data.example import noisy_line
from nnlib.descent import accuracy, batches, train
from nnlib.fates import fate
from nnlib.lessons import Lesson, lesson_07
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.network import forward, init
from nnlib.show import curves, ravine

CURVATURES = np.array([1.0, 30.0])
RATES = np.geomspace(0.001, 1, 61)


def misses(x, e, size, orders, epochs):
    """The root mean square distance from the lowest point by epoch, at the best of 61 rates for each."""
    found, goal = [], np.polyfit(x, e, 1)
    for seed in range(orders):
        rng, v, seen = np.random.default_rng(seed), np.array([[-1.5], [2.0]]) * np.ones(61), []
        for _ in range(epochs):
            for rows in batches(len(x), size, rng):
                A = np.column_stack([x[rows], np.ones(len(rows))])
                v = v - RATES * (2 * A.T @ (A @ v - e[rows, None]) / len(rows))
            seen.append(((v - goal[:, None]) ** 2).sum(axis=0))
        found.append(seen)
    return np.sqrt(np.nan_to_num(np.mean(found, axis=0), nan=np.inf)).min(axis=1)


@pytest.mark.filterwarnings("ignore")
def test_the_full_batch_of_few_samples_wins_from_the_second_epoch_on():
    X, E = noisy_line()
    one, four, full = (misses(X.ravel(), E.ravel(), size, 24, 4) for size in (1, 4, 24))
    assert full[0] > max(one[0], four[0]) and (full[1:] < np.minimum(one, four)[1:] / 2).all()
    other = np.random.default_rng(77)  # not a matter of these 24 samples alone
    x = other.uniform(-1.5, 1.5, 24)
    e = 1.2 * x + 0.3 + 0.5 * other.standard_normal(24)
    one, full = (misses(x, e, size, 12, 3) for size in (1, 24))
    assert full[0] > one[0] and full[2] < one[2]


@pytest.mark.filterwarnings("ignore")
def test_small_batches_win_where_there_are_many_samples_most_of_all_in_a_long_bowl():
    for low, high, last in ((-1.5, 1.5, 1 / 2), (-0.5, 2.5, 20)):
        rng = np.random.default_rng(1)
        x = rng.uniform(low, high, 2400)
        e = 1.2 * x + 0.3 + 0.5 * rng.standard_normal(2400)
        small, full = (misses(x, e, size, 3, 4) for size in (24, 2400))
        assert full[0] > 8 * small[0] and (full[3] > last * small[3] if last > 1 else full[3] < small[3])
    columns = np.column_stack([x, np.ones(2400)])
    values = np.linalg.eigvalsh(columns.T @ columns)
    assert values[1] / values[0] == pytest.approx(8, rel=0.05)


def test_the_race_of_the_batches_draws_its_numbers(monkeypatch):
    kept = []
    monkeypatch.setattr(curves, "picture", lambda ax, alt: kept.append((ax, alt)))
    curves.distance_picture({"few": {1: [0.5, 0.25], 24: [0.8, 0.01]}, "many": {24: [0.1, 0.05], 2400: [2.0, 1.5]}})
    made, alt = kept[0]
    assert [line.get_ydata().tolist() for ax in made for line in ax.lines] == [
        [0.5, 0.25],
        [0.8, 0.01],
        [0.1, 0.05],
        [2.0, 1.5],
    ]
    names = [[text.get_text() for text in ax.get_legend().get_texts()] for ax in made]
    assert names == [["one sample", "24 samples"], ["24 samples", "2,400 samples"]]
    assert "few: one sample 0.5 and 0.25, 24 samples 0.8 and 0.01" in alt


# ------------------------------------------------------------------ momentum and its ravine


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_steady_slopes_add_up_and_slopes_that_change_sign_cancel(beta):
    rule = rules.momentum(beta)
    for slopes, end in (([1.0] * 400, 1 / (1 - beta)), ([1.0, -1.0] * 200, 1 / (1 + beta))):
        memory = None
        for slope in slopes:
            (m,), memory = rule([slope], memory)
        assert abs(m) == pytest.approx(end)


def roll(rate, rule, steps=60):
    v, memory, path = np.array([9.0, 1.0]), None, [(9.0, 1.0)]
    for _ in range(steps):
        (m,), memory = rule([CURVATURES * v], memory)
        v = v - rate * m
        path.append(v)
    return np.array(path)


def test_the_best_share_lies_between_and_moves_with_the_rate():
    betas = np.arange(20) / 20
    for product, best in ((1, 0.70), (1.9, 0.60), (3, 0.55)):
        ends = [ravine.heights(CURVATURES, roll(product / 30, rules.momentum(beta)))[-1] for beta in betas]
        assert betas[np.argmin(ends)] == pytest.approx(best) and min(ends) < ends[18] / 100


def test_the_film_of_the_ravine_shows_what_each_path_does():
    betas, names = [0.0, 0.4, 0.6], ("rate·λ = 1", "rate·λ = 3")
    paths = {name: [roll(p / 30, rules.momentum(beta)) for beta in betas] for name, p in zip(names, (1, 3))}
    film = ravine.beta_film(CURVATURES, betas, paths, {"plain": 0}, 0)
    gentle, large = reels(film)
    assert ["grows without end" in cell for cell in gentle] == [False] * 3
    assert ["grows without end" in cell for cell in large] == [True, True, False]  # 2 (1 + beta) = 3 at one half
    end = ravine.heights(CURVATURES, paths[names[0]][1])[-1]
    assert f"β = 0.40, rate·λ = 1: after 60 steps C is {end:.1e}" in gentle[1]


def test_the_height_is_the_cost_of_the_ravine():
    assert ravine.heights(CURVATURES, [(2.0, 0.5), (0.0, 0.0)]).tolist() == [(4 + 30 * 0.25) / 2, 0.0]


def test_first_steps_of_rmsprop_and_adam():
    for rule, length in ((rules.rmsprop(), 2.0), (rules.adam(), 0.2)):
        np.testing.assert_allclose(np.abs(np.subtract(*roll(0.2, rule)[:2])), length, rtol=1e-6)
    (m,), _ = rules.adam()([np.array([300.0, -0.2, 1e-5, 1e-8, 0.0])], None)
    np.testing.assert_allclose(m, [1, -1, 0.999, 0.5, 0], atol=1e-3)


# ------------------------------------------------------------------ which rates suit which rule


@lru_cache
def solved(name, rate, epochs=300):
    rule = {"plain": rules.plain, "momentum": rules.momentum(), "adam": rules.adam()}[name]
    starts = (init([2, 3, 1], np.random.default_rng(seed)) for seed in range(5))
    words = [fate(train(*start, *xor(), rate, epochs=epochs, rule=rule)) for start in starts]
    return words.count("learned"), words


def test_each_rule_has_rates_of_its_own_over_five_starts():
    assert solved("plain", 10.0)[0] == solved("momentum", 1.0)[0] == 5 and solved("adam", 10**-1.5)[0] == 3
    assert solved("plain", 1.0)[0] == solved("adam", 0.001)[0] == solved("adam", 1.0)[0] == 0
    assert solved("momentum", 10**1.5)[1] == ["saturated"] * 5 and solved("plain", 10**1.5)[0] == 5


def test_the_counts_picture_shows_the_counts(monkeypatch):
    kept = []
    monkeypatch.setattr(ravine, "picture", lambda ax, alt: kept.append((ax, alt)))
    ravine.counts_picture([0.1, 1.0, 10.0], {"plain": [0, 2, 5], "adam": [3, 0, 0]}, 5)
    ax, alt = kept[0]
    assert [text.get_text() for text in ax.texts] == ["·", "2", "5", "3", "·", "·"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["plain", "adam"]
    assert "plain 5 at rate 10; adam 3 at rate 0.1" in alt


@lru_cache
def read(width, rate, epochs=8):
    X_train, E_train, X_test, E_test = digits(seed=0)
    start, order = init([64, width, 10], np.random.default_rng(0), scale="fan_in"), np.random.default_rng(0)
    run = train(*start, X_train, E_train, rate, epochs=epochs, batch_size=32, rng=order, rule=rules.adam())
    return accuracy(forward(run.weights, run.biases, X_test)[1][-1], E_test)


def test_a_thousandth_is_right_for_wide_layers_and_timid_for_narrow_ones():
    wide, narrow = [read(1000, rate) for rate in (1e-4, 1e-3, 1e-2)], [read(30, rate) for rate in (1e-4, 1e-3, 1e-2)]
    assert wide[1] > 0.9 > 0.8 > max(wide[0], wide[2]) and narrow[2] > 0.9 > 0.7 > narrow[1]


# ------------------------------------------------------------------ the exercises

WAYS = {
    "momentum": {
        "share-forgotten": lambda g, u, beta: (1 - beta) * u + g,
        "beta-fixed": lambda g, u, beta: 0.9 * u + g,
        "no-gradient": lambda g, u, beta: beta * u,
    },
    "clip": {
        "ratio-upside-down": lambda g, longest: g * min(1, np.linalg.norm(g) / longest),
        "only-from-above": lambda g, longest: np.minimum(g, longest),
    },
    "epoch-cost": {
        "ten": lambda costs, sizes: (costs * sizes).sum() / 10,
        "divided-each": lambda costs, sizes: (costs / sizes).sum(),
    },
    "steps": {"short-batch-left-out": lambda T, size: T // size, "one-too-many": lambda T, size: T // size + 1},
    "batch-rate": {"unchanged": lambda r, k, K: r, "root": lambda r, k, K: r * (K / k) ** 0.5},
    "sign": {"two-way": lambda g: np.where(g >= 0, 1, -1), "unit-length": lambda g: g / np.linalg.norm(g)},
}


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_a_plausible_slip_is_named(name, way):
    outcome = Lesson(7).check(name, WAYS[name][way])
    assert (outcome.kind, outcome.mistake) == (NOT_YET, way)


def test_a_rate_for_sign_descent_is_tried():
    lesson = Lesson(7)
    assert lesson.check("sign-rate", ...).kind == "Not attempted"
    assert "expected a rate" in lesson.check("sign-rate", "fast").says.lower()
    for rate, kind, mistake in ((0.05, CORRECT, None), (0.001, NOT_YET, "too-small"), (0.5, NOT_YET, "too-large")):
        outcome = lesson.check("sign-rate", rate)
        assert (outcome.kind, outcome.mistake) == (kind, mistake)
        assert re.search(rf"from {lesson_07.solved_by_sign(rate)} of 10 starts", outcome.says)


def test_steps_are_the_batches_that_are_made():
    for T, size in ((10, 4), (12, 4), (7, 9), (1, 1), (25, 24)):
        assert lesson_07.steps(T, size) == len(list(batches(T, size, None)))
