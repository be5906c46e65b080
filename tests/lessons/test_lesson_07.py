"""Lessons 7 and 7b: clouds and races of batches, momentum's two sums, and the ravine."""

import re

import numpy as np
import pytest
from films import drawn, places, reels

from nnlib import rules
from nnlib.data.example import noisy_line
from nnlib.descent import batches, step
from nnlib.lessons import Lesson, lesson_07
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.network import gradients
from nnlib.show import bowl, curves, ravine
from nnlib.show.style import INKS
from nnlib.surfaces import bowl_cost
from nnlib.toys import spread

X, E = noisy_line()
BEST = np.linalg.lstsq(np.hstack([X, np.ones((24, 1))]), E, rcond=None)[0].ravel()


def walk(size, seed):
    rng, w, b, path = np.random.default_rng(seed), [np.array([[-1.5]])], [np.array([2.0])], [(-1.5, 2.0)]
    for _ in range(8):
        for rows in batches(24, size, rng):
            w, b = step(w, b, *gradients(w, b, X[rows], E[rows], "identity"), 0.2)
            path.append((w[0].item(), b[0].item()))
    return np.array(path)


@pytest.fixture(scope="module")
def clouds():
    return {size: [walk(size, seed) for seed in range(12)] for size in (1, 4, 24)}


def test_the_cloud_narrows_as_the_batch_grows(clouds):
    wide = [spread(paths, BEST) for paths in clouds.values()]
    assert wide[0] > wide[1] > wide[2]
    ends = np.array([path[-1] for path in clouds[24]])
    np.testing.assert_allclose(ends, np.tile(ends[0], (12, 1)), rtol=1e-12)  # the full batch has one path


def test_the_film_says_how_wide_each_cloud_is(clouds):
    film = bowl.cloud_scene(X, E, BEST, clouds).film({"one": 1}, start=4)
    cells = places(film)
    assert len(set(cells)) == 3 and "Batch size 24: 8 steps" in cells[2]


def test_the_enlarged_window_holds_every_end(clouds):
    near = bowl.cloud_scene(X, E, BEST, clouds).ax[1]
    (left, right), (low, high) = near.get_xlim(), near.get_ylim()
    ends = np.array([path[-1] for paths in clouds.values() for path in paths])
    assert ((left, low) < ends.min(axis=0)).all() and (ends.max(axis=0) < (right, high)).all()


def test_the_lines_of_the_race_differ_without_their_colours():
    assert len({INKS[concept].dash for concept in curves.RULE_INK.values()}) == 6


def test_words_of_the_race_group_the_rules_by_fate():
    fates = {"plain": "still moving", "adam": "learned", "rmsprop": "learned"}
    film = curves.rule_scene([0.1], [dict.fromkeys(fates, np.zeros(4))], [fates]).film()
    assert film.text.endswith(": Rate 0.1. still moving: plain; learned: adam, rmsprop.")


def test_the_race_draws_every_rule():
    costs = {rule: np.linspace(0.5, 0.1, 4) for rule in curves.RULE_INK}
    (cell,) = places(curves.rule_scene([1.0], [costs], [dict.fromkeys(costs, "learned")]).film())
    assert cell.count("<polyline") == 6
    with pytest.raises(KeyError):  # planted: a rule without an ink
        curves.rule_scene([1.0], [{"sign": np.zeros(4)}], [{"sign": "learned"}]).film()


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


def about_a_line(low, high, T, seed):
    """Samples like those of the lesson, drawn by another seed."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(low, high, T)
    return x, 1.2 * x + 0.3 + 0.5 * rng.standard_normal(T)


@pytest.mark.filterwarnings("ignore")
def test_the_full_batch_of_few_samples_wins_after_some_epochs_for_other_samples_too():
    data = about_a_line(-1.5, 1.5, 24, seed=77)
    one, full = (misses(*data, size, 12, 3) for size in (1, 24))
    assert full[0] > one[0] and full[2] < one[2]


@pytest.mark.filterwarnings("ignore")
def test_small_batches_win_where_there_are_many_samples_most_of_all_in_a_long_bowl():
    for low, high, last in ((-1.5, 1.5, 0), (-0.5, 2.5, 20)):
        x, e = about_a_line(low, high, 2400, seed=2)
        small, full = (misses(x, e, size, 3, 4) for size in (24, 2400))
        assert full[0] > 8 * small[0] and full[3] > last * small[3]
    columns = np.column_stack([x, np.ones(2400)])
    values = np.linalg.eigvalsh(columns.T @ columns)
    assert values[1] / values[0] == pytest.approx(8, rel=0.05)


def test_the_race_of_the_batches_draws_its_numbers(monkeypatch):
    panels = {"few": {1: [0.5, 0.25], 24: [0.8, 0.01]}, "many": {24: [0.1, 0.05], 2400: [2.0, 1.5]}}
    made, alt = drawn(monkeypatch, curves.distance_picture, panels)
    shown = [line.get_ydata().tolist() for ax in made for line in ax.lines]
    assert shown == [distances for found in panels.values() for distances in found.values()]
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


def test_the_film_of_the_ravine_shows_what_each_path_does():
    betas, names = [0.0, 0.4, 0.6], ("rate·λ = 1", "rate·λ = 3")
    paths = {name: [roll(p / 30, rules.momentum(beta)) for beta in betas] for name, p in zip(names, (1, 3))}
    film = ravine.beta_scene(CURVATURES, betas, paths).film({"plain": 0})
    gentle, large = reels(film)
    assert ["grows without end" in cell for cell in gentle] == [False] * 3
    assert ["grows without end" in cell for cell in large] == [True, True, False]  # 2 (1 + beta) = 3 at one half
    end = bowl_cost(CURVATURES, paths[names[0]][1])[-1]
    assert f"β = 0.40, rate·λ = 1: after 60 steps C is {end:.1e}" in gentle[1]


def test_the_height_is_the_cost_of_the_ravine():
    assert bowl_cost(CURVATURES, [(2.0, 0.5), (0.0, 0.0)]).tolist() == [(4 + 30 * 0.25) / 2, 0.0]


def test_the_counts_picture_shows_the_counts(monkeypatch):
    counts = {"plain": [0, 2, 5], "adam": [3, 0, 0]}
    ax, alt = drawn(monkeypatch, ravine.counts_picture, [0.1, 1.0, 10.0], counts, 5)
    assert [text.get_text() for text in ax.texts] == ["·", "2", "5", "3", "·", "·"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["plain", "adam"]
    assert "plain 5 at rate 10; adam 3 at rate 0.1" in alt


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
