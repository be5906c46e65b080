"""Lesson 0's claims: the fates of its rates, the twenty starts, and a film whose frames differ."""

import numpy as np
import pytest
from conftest import ROOT
from films import places

from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.lessons import Lesson
from nnlib.lessons.claims import CLAIMS
from nnlib.lessons.exercises import CORRECT, NOT_ATTEMPTED, NOT_YET
from nnlib.network import init
from nnlib.publish import notebooks
from nnlib.show import maps
from nnlib.surfaces import SIDE, decision_map
from nnlib.sweep import sweep

STEPS = 300


@pytest.fixture(scope="module")
def runs():
    rates = [0.001, 1, 10, 100, 1000]
    start = init([2, 3, 1], np.random.default_rng(3))
    return {rate: train(*start, *xor(), rate, epochs=STEPS) for rate in rates}


def test_the_fates_of_the_lesson(runs):
    fates = {rate: fate(run) for rate, run in runs.items()}
    assert fates == {0.001: "still moving", 1: "still moving", 10: "learned", 100: "saturated", 1000: "saturated"}


def test_nothing_is_infinite_and_no_cost_passes_one(runs):
    costs = np.concatenate([run.costs for run in runs.values()])
    assert np.isfinite(costs).all() and costs.max() <= 1


def test_twenty_starts():
    rates, starts = [0.001, 0.01, 0.1, 0.3, 1, 3, 10, 30, 100], 20
    begun = [init([2, 3, 1], np.random.default_rng(seed)) for _ in rates for seed in range(starts)]
    W = [np.stack([w[l] for w, _ in begun]) for l in range(2)]
    b = [np.stack([b[l] for _, b in begun]) for l in range(2)]
    ends = sweep(W, b, *xor(), np.repeat(rates, starts), steps=3000, record_every=3000, progress=None).costs[-1]
    solved = (ends.reshape(len(rates), starts) < 0.01).sum(axis=1).tolist()
    assert solved[:3] == [0, 0, 0] and solved[4:6] == [20, 20] and solved[8] == 0
    assert solved[3] == 6 and abs(solved[6] - 19) <= 1 and abs(solved[7] - 17) <= 1  # rounding decides the wild ones


def test_the_film_has_a_frame_and_a_sentence_for_each_rate(runs):
    fates = [fate(run) for run in runs.values()]
    film = maps.rate_film(list(runs), list(runs.values()), fates, {"good": 2}, start=2)
    cells = places(film)
    assert len(cells) == len(set(cells)) == 5
    assert sum(map(len, cells)) < 2e6 / 61 * 5
    assert "Learning rate 1000: saturated." in cells[-1] and "e+" not in cells[-1].split("aria-label")[1][:200]


def test_decision_map_is_the_networks_answer():
    weights, biases = init([2, 3, 1], np.random.default_rng(0))
    answers = decision_map(weights, biases)
    assert answers.shape == (SIDE, SIDE)
    weights[0] = weights[0][::-1]  # planted: inputs exchanged turn the map over its diagonal
    np.testing.assert_allclose(decision_map(weights, biases), answers.T)


def test_the_answer_maps_are_those_of_their_steps():
    start = init([2, 3, 1], np.random.default_rng(3))
    run = train(*start, *xor(), 10, epochs=STEPS, record=decision_map)
    first, last = maps.answer_maps([0, STEPS], run)
    np.testing.assert_allclose(first.images[0].get_array(), decision_map(*start))
    np.testing.assert_allclose(last.images[0].get_array(), decision_map(run.weights, run.biases))
    assert last.get_title(loc="left") == "after 300 steps" and last.get_xlabel() == f"C = {run.costs[-1]:.3f}"


def test_saturated_creeps_back_and_is_thrown_out_again(runs):
    """The twitch of lesson 0's dotted curve: long flat, then steep for a few steps, then further out than before."""
    costs, norms = runs[100].costs, runs[100].gradient_norms
    assert (costs[1:110] > 0.49).all() and costs[110:120].min() < 0.4 and (costs[120:] > 0.49).all()
    assert norms[120] < norms[1] < norms[100] < norms[119]


@pytest.mark.parametrize(
    ("answer", "kind"), [(..., NOT_ATTEMPTED), (0.001, NOT_YET), (1000, NOT_YET), (15, CORRECT), (-1, NOT_YET)]
)
def test_the_challenge_trains_at_the_learners_rate(answer, kind):
    assert Lesson(0).check("challenge", answer).kind == kind


def test_the_six_claims_are_those_of_the_verdict_board():
    text = "".join(cell.source for cell in notebooks.read(ROOT / "notebooks" / "00_win_and_break.ipynb").cells)
    assert len(CLAIMS) == 6
    for row in CLAIMS:
        assert f"- **{row.name}.** {row.claim}\n" in text
