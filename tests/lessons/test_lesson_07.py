"""Lesson 7's claims: the cloud narrows with the batch, all rules learn somewhere, and Adam's step has no units."""

import numpy as np
import pytest
from films import places

from nnlib import rules
from nnlib.data import xor
from nnlib.data.example import noisy_line
from nnlib.descent import batches, step, train
from nnlib.fates import fate
from nnlib.lessons import Lesson
from nnlib.lessons.exercises import NOT_YET
from nnlib.network import gradients, init
from nnlib.show import bowl, curves
from nnlib.show.style import INKS
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
    film = bowl.cloud_film(bowl.cloud_stage(X, E, BEST), clouds, BEST, {"one": 0}, 1)
    cells = places(film)
    assert len(set(cells)) == 3 and "Batch size 24: 8 steps" in cells[2]


def test_the_enlarged_window_holds_every_end(clouds):
    near = bowl.cloud_stage(X, E, BEST)[1]
    (left, right), (low, high) = near.get_xlim(), near.get_ylim()
    ends = np.array([path[-1] for paths in clouds.values() for path in paths])
    assert ((left, low) < ends.min(axis=0)).all() and (ends.max(axis=0) < (right, high)).all()


def test_the_lines_of_the_race_differ_without_their_colours():
    assert len({INKS[concept].dash for concept in curves.RULE_INK.values()}) == 6


def test_every_rule_of_the_race_learns_somewhere_and_nowhere_near_each_other():
    first, rates = init([2, 3, 1], np.random.default_rng(4)), {"plain": 10, "adam": 0.1}
    made = {"plain": rules.plain, "adam": rules.adam()}
    for name, rate in rates.items():
        assert fate(train(*first, *xor(), rate, epochs=300, rule=made[name])) == "learned"
    assert fate(train(*first, *xor(), 10, epochs=300, rule=made["adam"])) != "learned"
    assert fate(train(*first, *xor(), 0.001, epochs=300, rule=made["adam"])) == "still moving"


def test_words_of_the_race_group_the_rules_by_fate():
    fates = {"plain": "still moving", "adam": "learned", "rmsprop": "learned"}
    film = curves.rule_film([0.1], [dict.fromkeys(fates, np.zeros(4))], [fates], {}, 0)
    assert film.text.endswith(": Rate 0.1. still moving: plain; learned: adam, rmsprop.")


def test_the_race_draws_every_rule():
    costs = {rule: np.linspace(0.5, 0.1, 4) for rule in curves.RULE_INK}
    (cell,) = places(curves.rule_film([1.0], [costs], [dict.fromkeys(costs, "learned")], {}, 0))
    assert cell.count("<polyline") == 6
    with pytest.raises(KeyError):  # planted: a rule without an ink
        curves.rule_film([1.0], [{"sign": np.zeros(4)}], [{"sign": "learned"}], {}, 0)


def test_a_steep_curve_is_not_the_sign():
    assert Lesson(7).check("sign", lambda g: np.tanh(100 * g)).kind == NOT_YET
