"""Lessons 5 and 5b: the V of the step, the patients, and a wrong gradient that trains."""

import re

import numpy as np
import pytest
from films import drawn
from written import STORED, written_in

from nnlib import complex_step, cost, diagnose, gradients, init, relative_error
from nnlib.data.example import half_adder, half_adder_network
from nnlib.derivatives import STEPS, errors_by_step, microscope, one_sided
from nnlib.lessons import Lesson, lesson_05
from nnlib.lessons.exercises import CORRECT
from nnlib.lessons.lesson_04 import _network
from nnlib.lessons.wrong_gradient import descend
from nnlib.show import curves
from nnlib.show.slopes import error_picture, microscope_sentence

LESSON = Lesson(5)
WEIGHTS, BIASES = half_adder_network()
X, E = half_adder()


def cost_of(weights, biases):
    return cost(weights, biases, X, E)


@pytest.fixture(scope="module")
def errors():
    return errors_by_step(cost_of, WEIGHTS, BIASES, gradients(WEIGHTS, BIASES, X, E))


def test_the_v(errors):
    rough, central, imaginary = errors
    at = {h: int(np.argmin(np.abs(np.log(STEPS / h)))) for h in (1e-1, 1e-2, 1e-5, 1e-12)}
    assert 8 < rough[at[1e-1]] / rough[at[1e-2]] < 12 and 80 < central[at[1e-1]] / central[at[1e-2]] < 120
    assert central[at[1e-12]] > 1000 * central[at[1e-5]], "the smaller step is the worse one"
    assert 1e-6 <= STEPS[central.argmin()] <= 1e-4
    assert imaginary[STEPS < 1e-8].max() < 1e-14, "the complex step has no V"
    assert "is worse" in repr(error_picture(errors))


def test_a_v_that_is_none_is_not_called_worse(errors):
    flat = np.full_like(errors, 1e-6)
    assert "not much worse" in repr(error_picture(flat))


def first_weight(w):
    moved = WEIGHTS[0].astype(type(w))
    moved[0, 0] = w
    return cost([moved, WEIGHTS[1]], BIASES, X, E)


def test_under_the_microscope_there_is_a_line_and_then_stairs():
    slope = gradients(WEIGHTS, BIASES, X, E)[0][0][0, 0]
    line, stairs = (microscope(first_weight, 1.0, slope, h) for h in (1e-5, 1e-14))
    assert np.allclose(line.change, line.offsets, atol=1e-3) and abs(line.secant - 1) < 1e-6
    assert len(set(stairs.change)) < 20


def test_the_sentences_of_the_film_say_what_is_seen_at_each_nudge(errors):
    slope = gradients(WEIGHTS, BIASES, X, E)[0][0][0, 0]
    for h, seen in ((1e-5, "a smooth line"), (1e-12, "still a line to the eye"), (1e-14, "stairs: "), (1e-16, "flat")):
        place = int(np.argmin(np.abs(np.log(STEPS / h))))
        look = microscope(first_weight, 1.0, slope, STEPS[place])
        assert f"the cost is {seen}" in microscope_sentence(STEPS[place], errors[:, place], look)


def test_updated_weights_vanish_with_the_rate_and_spare_the_output_layer():
    given = _network(np.random.default_rng(4))
    exact = gradients(*given)
    far, near = (lesson_05.updated_weights(*given, rate=rate) for rate in (0.1, 0.001))
    assert relative_error(far[0][2], exact[0][2]) < 1e-14
    assert 50 < relative_error(far[0][0], exact[0][0]) / relative_error(near[0][0], exact[0][0]) < 200


def test_one_sided_matches_the_complex_step_to_the_size_of_h():
    exact = complex_step(cost_of, WEIGHTS, BIASES)
    rough = one_sided(cost_of, WEIGHTS, BIASES, 1e-6)
    assert all(1e-9 < relative_error(a, b) < 1e-4 for a, b in zip(sum(rough, []), sum(exact, [])))


@pytest.fixture(scope="module")
def clinic():
    return written_in(5)


def test_the_patient_whose_diagnosis_the_lesson_does_not_print(clinic):
    assert diagnose(clinic["patient_4"]).category == "missing-sum-over-downstream"


def test_the_public_patient_is_what_the_lesson_says(clinic):
    weights, biases = init([3, 6, 2], np.random.default_rng(8))
    x, e = np.random.default_rng(9).standard_normal((5, 3)), np.random.default_rng(10).uniform(size=(5, 2))
    found, corrected = clinic["tutorial"](weights, biases, x, e), clinic["corrected"](weights, biases, x, e)
    true = gradients(weights, biases, x, e, activations=["relu", "identity"])
    assert relative_error(2 * found[0][1], true[0][1]) < 1e-14 and relative_error(2 * found[0][0], true[0][0]) > 0.5
    assert all(relative_error(a, b) < 1e-14 for a, b in zip(sum(corrected, []), sum(true, [])))


# ------------------------------------------------------------------ "it trains"


def test_the_answer_and_the_prose_quote_the_counts_that_are_printed():
    cells = STORED["05_trust_your_gradient"].cells
    printed = "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", ()))
    right, wrong = re.search(r"solved: {'the right gradient': (\d+), 'without the weights': (\d+)}", printed).groups()
    answer = LESSON.questions["it-trains"].right
    assert answer.words.startswith("From most of them, but from fewer") and 10 < int(wrong) < int(right)
    assert answer.feedback.startswith(f"From {wrong}, where the right gradient learns it from {right}.")
    prose = "".join(cell.source for cell in cells)
    assert f"{wrong} of 20 starts" in prose and f"from {right} of them" in prose


def test_the_wrong_gradient_leads_uphill_at_few_steps_and_the_right_one_at_none(clinic):
    """Option a says: downhill at nearly every step. From other starts than those of the lesson."""
    starts = [init([2, 3, 1], np.random.default_rng(seed)) for seed in range(20, 30)]
    wrong = [descend(clinic["without_weights"], start, 300, 5) for start in starts]
    assert np.mean([value < 0 for run in wrong for value in run.whole]) < 0.05
    assert min(min(descend(gradients, start, 100, 5).whole) for start in starts[:3]) > 1 - 1e-9


def test_the_picture_counts_what_it_draws(monkeypatch):
    costs = {"one": [[0.3, 0.005], [0.3, 0.2]], "two": [[0.3, 0.2], [0.3, 0.3]]}
    panels, alt = drawn(monkeypatch, curves.starts_picture, costs, 0.01)
    assert [ax.texts[0].get_text() for ax in panels] == ["1 of 2 learned", "0 of 2 learned"]
    assert panels[0].lines[0].get_color() == curves.INKS["learned"].colour != panels[0].lines[1].get_color()
    assert [ax.get_title(loc="left") for ax in panels] == ["one", "two"] and "1 of 2 end below 0.01 (one)" in alt


def test_a_smaller_nudge_misses_the_kink(clinic):
    relu = clinic["relu"]
    slopes = {h: (relu(1e-6 + h) - relu(1e-6 - h)) / (2 * h) for h in (1e-5, 1e-7)}
    assert slopes[1e-5] < 0.6 and slopes[1e-7] == pytest.approx(1)


def test_the_longer_of_the_two_is_sometimes_the_first_and_sometimes_the_second():
    exercise = LESSON.exercises["normwise"]
    pairs = [exercise.inputs(np.random.default_rng(seed)) for seed in range(exercise.trials)]
    assert {bool(np.linalg.norm(a) > np.linalg.norm(b)) for a, b in pairs} == {True, False}
    assert exercise.check(exercise.solution).kind == CORRECT


def test_a_factor_of_two_is_an_error_of_one_half():
    v = np.random.default_rng(0).normal(size=(3, 4))
    assert relative_error(2 * v, v) == pytest.approx(0.5)
    question = LESSON.questions["review-factor"]
    assert question.right.words == "1/2"
