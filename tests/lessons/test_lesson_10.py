"""Lesson 10: the verdict board and its sections, the digits' film, the winner's curvature, and Adam at 0.001."""

import numpy as np
import pytest
from films import drawn
from written import sections

from nnlib import rules
from nnlib.curvature import sharpness
from nnlib.data import digits as data
from nnlib.descent import accuracy, train
from nnlib.lessons.claims import CLAIMS, COLOURS, VerdictBoard
from nnlib.network import forward, init
from nnlib.show import digits

VALUES = dict(R1=True, R2=10.0, R3=20, R4=(1.5, 0.5), R5=(0, 0.96), R6=(4.0, 0.4))


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row.name)
def test_each_claim_names_a_section_that_exists(row):
    assert row.heading in sections(row.lesson)
    assert row.verdict in COLOURS


def test_the_board_puts_each_number_in_its_row():
    lines = repr(VerdictBoard(**VALUES)).splitlines()
    assert len(lines) == 6 and "20 of 20" in lines[2] and "1.5 a step" in lines[3]
    assert VerdictBoard(**VALUES)._repr_html_().count("<tr>") == 7
    with pytest.raises(ValueError, match="R6"):
        VerdictBoard(R1=True)


def test_frames_mark_wrong_readings():
    scene = digits.reading_scene(np.zeros((24, 64)), [1, 2], [3.0], [[0.1, 0.5, 0.9]], [[1, 2]], ["learned"])
    right = scene.frame((3.0, [0.1, 0.5, 0.9], [1, 2], "learned"))
    wrong = scene.frame((3.0, [0.1, 0.5, 0.9], [1, 3], "learned"))
    assert "✗" not in right and wrong.count("✗") == 1
    assert right.count('text-anchor="middle"') == 2  # each answer is centred under its digit


X_train, E_train, X_test, E_test = data(seed=0)


def start(seed):
    return init([64, 30, 10], np.random.default_rng(seed), scale="fan_in")


def score(weights, biases):
    return accuracy(forward(weights, biases, X_test)[1][-1], E_test)


def run(rate, epochs, seed=1, rule="plain"):
    made = {"plain": rules.plain, "adam": rules.adam()}[rule]
    more = dict(batch_size=10, rng=np.random.default_rng(0), rule=made, record=score)
    return train(*start(seed), X_train, E_train, rate, epochs=epochs, **more)


def test_the_winner_begins_beyond_its_limit_and_ends_within_it():
    """The first steps are printed by the lesson, and not what follows ten epochs later."""
    steep = lambda w, b: 3 * sharpness(w, b, X_train, E_train, tolerance=1e-2).value
    for seed in range(4):
        ended = run(3, 10, seed)
        assert steep(*start(seed)) > 3.5 and steep(ended.weights, ended.biases) < 1 and ended.records[-1] > 0.97


def test_what_a_rate_of_100_saturates_thirty_more_epochs_do_not_bring_back():
    records = run(100, 40).records
    assert max(records[k] for k in (10, 20, 40)) < 0.15


def test_a_thousandth_is_enough_for_adam_in_thirty_epochs_from_another_start_too():
    slow = run(0.001, 30, 0, rule="adam")
    assert 0.75 < slow.records[10] < 0.92 and slow.records[30] > 0.95


def test_the_histogram_shows_the_shares(monkeypatch):
    values = {"a": np.array([0.0, 0.01, 0.5, 0.99]), "b": np.full(8, 0.5)}
    made, alt = drawn(monkeypatch, digits.activation_picture, values)
    heights = [[patch.get_height() for patch in ax.patches] for ax in made]
    assert sum(heights[0]) == pytest.approx(1) and heights[0][0] == pytest.approx(0.5) and max(heights[1]) == 1
    assert "a 75%; b 0%" in alt


def test_the_sheet_of_neurons_has_a_word_under_each():
    ax = digits.neuron_sheet(np.random.default_rng(0).normal(size=(64, 30)), [str(k) for k in range(30)])
    assert [text.get_text() for text in ax.texts] == [str(k) for k in range(30)]
    assert [text.xy[1] for text in ax.texts[:11]][9] < ax.texts[10].xy[1]
    assert not digits.neuron_sheet(np.ones((64, 30))).texts
