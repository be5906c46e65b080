"""Lesson 0: its pictures before the words, its films, and the exercises that take no wrong answer."""

import numpy as np
import pytest
from films import drawn, places
from written import STORED

from nnlib import init, train
from nnlib.data import xor
from nnlib.fates import fate
from nnlib.lessons import Lesson, lesson_00
from nnlib.lessons.claims import CLAIMS
from nnlib.lessons.exercises import CORRECT
from nnlib.lessons.random_starts import final_costs
from nnlib.show import maps, network, slopes
from nnlib.surfaces import decision_map

STEPS = 300


def test_the_film_of_rates_says_what_became_of_each_run():
    start = init([2, 3, 1], np.random.default_rng(3))
    runs = {rate: train(*start, *xor(), rate, epochs=STEPS) for rate in (10, 1000)}
    film = maps.rate_scene(list(runs), list(runs.values()), [fate(run) for run in runs.values()]).film(start=1000)
    assert "Learning rate 1000: saturated." in places(film)[-1] and "e+" not in film.text


def test_the_answer_maps_are_those_of_their_steps():
    start = init([2, 3, 1], np.random.default_rng(3))
    run = train(*start, *xor(), 10, epochs=STEPS, record=decision_map)
    first, last = maps.answer_maps([0, STEPS], run)
    np.testing.assert_allclose(first.images[0].get_array(), decision_map(*start))
    np.testing.assert_allclose(last.images[0].get_array(), decision_map(run.weights, run.biases))
    assert last.get_title(loc="left") == "after 300 steps" and last.get_xlabel() == f"C = {run.costs[-1]:.3f}"


def test_the_six_claims_are_those_of_the_verdict_board():
    text = "".join(cell.source for cell in STORED["00_win_and_break"].cells)
    assert len(CLAIMS) == 6
    for row in CLAIMS:
        assert f"- **{row.name}.** {row.claim}\n" in text


def test_each_arrow_of_the_hill_is_one_step(monkeypatch):
    ax, alt = drawn(monkeypatch, slopes.hill_picture, 3, (0.1, 0.5, 1.1))
    arrows = [note for note in ax.texts if getattr(note, "arrow_patch", None)]
    for arrow, rate in zip(arrows, (0.1, 0.5, 1.1)):
        place = 3 - rate * 2 * 3
        assert np.allclose(arrow.xyann, (3, 9)) and np.allclose(arrow.xy, (place, place**2)), (
            "it points to where the step ends"
        )
        assert f"rate {rate:g} to x = {place:.1f}, height {place**2:.2f}" in alt
    hill = ax.lines[0].get_xydata()
    assert np.allclose(hill[:, 1], hill[:, 0] ** 2) and "x²" in ax.get_ylabel()


def test_the_sigmoid_is_steep_in_its_middle_and_flat_where_it_says_so(monkeypatch):
    ax, alt = drawn(monkeypatch, slopes.sigmoid_picture)
    z, a = ax.lines[0].get_data()
    slope = np.gradient(a, z)
    words = {text.get_text(): text.xy for text in ax.texts}
    assert abs(z[slope.argmax()]) < 0.05 and "0.25" in alt and f"{slope.max():.2f}" == "0.25"
    for text in ax.texts:
        here = slope[np.argmin(abs(z - text.xy[0]))]
        assert here < 0.02 if text.get_text() == "flat" else here > 0.2
    assert set(words) == {"steep", "flat"} and ax.get_xlabel() == "the sum"


def test_the_network_drawing_holds_all_thirteen_numbers(monkeypatch):
    weights, biases = init([2, 3, 1], np.random.default_rng(3))
    given = weights, [b + 0.5 for b in biases]
    svg, alt = drawn(monkeypatch, network.weights_picture, *given, by="svg_picture")
    assert all(f">{value:.1f}<" in svg for W in weights for value in W.ravel()) and svg.count(">bias 0.5<") == 4
    assert "9 lines" in alt and "4 neurons" in alt and "13 numbers" in alt


def test_the_first_film_shows_the_run_it_was_given():
    start = init([2, 3, 1], np.random.default_rng(3))
    run = train(*start, *xor(), 10, epochs=300, record=decision_map)
    cells = places(maps.training_scene(run, every=10).film())
    assert len(cells) == len(set(cells)) == 31
    assert f"After 50 steps the cost is {run.costs[50]:.3f}." in cells[5] and "0.001: solved." in cells[30]
    assert "solved" not in cells[0]


def test_one_neuron_never_does_better_than_one_half_for_everything():
    costs = final_costs([1, 3], range(10), 3000, sizes=(2, 1))
    assert costs.min() > 0.2499


def test_most_rates_from_3_to_50_solve_it():
    """The solution's sentence, and what the challenge says at its ends."""
    solved = [lesson_00.final_cost_and_fate(rate)[0] < 0.01 for rate in range(3, 51)]
    assert sum(solved) >= 45


@pytest.mark.parametrize("sign", [1, -1])
def test_the_step_is_tried_on_slopes_and_values_of_both_signs(sign):
    exercise = Lesson(0).exercises["step"]
    drawn = [exercise.inputs(np.random.default_rng(seed)) for seed in range(exercise.trials)]
    assert any(np.sign(v) == sign for v, _, _ in drawn) and any(np.sign(g) == sign for _, g, _ in drawn)
    assert exercise.check(lambda v, g, r: v - abs(r * g)).mistake == "always-smaller"
    assert exercise.check(lambda v, g, r: np.array([v - r * g])).kind == CORRECT


def test_the_challenge_remembers_the_largest_rate(monkeypatch):
    exercise = Lesson(0).exercises["challenge"]
    monkeypatch.setattr(exercise, "largest", 0.0)
    assert "largest so far: 50" in exercise.check(50).says and "largest so far: 50" in exercise.check(5).says
    assert exercise.check(63).kind == CORRECT, "above a rate that fails there is one that does not"


BESIDE = {  # what is said of rates that do not do it
    "the lesson's own": [10],
    "Expected one number of at least 0": ["20", -1],
    "larger rate": [0, 0.001, 0.1, 1, 2.8],
    "Try a smaller one": np.geomspace(lesson_00.BROKEN, 10_000, 25),
    "close together": [60, 79.4],
}


@pytest.mark.parametrize("said", BESIDE)
def test_a_rate_that_does_not_do_it_is_told_where_to_look(said):
    for rate in BESIDE[said]:
        assert said in repr(Lesson(0).check("challenge", rate)), rate


def test_what_comes_before_the_prediction_does_not_answer_it():
    cells = STORED["00_win_and_break"].cells
    place = next(
        k for k, cell in enumerate(cells) if 'lesson.predict("rate-100")' in cell.source and cell.cell_type == "code"
    )
    before = " ".join(str(cell.get("outputs", "")) + cell.source for cell in cells[:place])
    assert "saturated" not in before and "learning_rate=100" not in before
