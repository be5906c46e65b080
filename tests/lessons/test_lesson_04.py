"""Lesson 4: what it claims, its film and figures, and the mistakes that it must know."""

import numpy as np

from nnlib import by_index, complex_step, cost, gradients, worst_relative_error
from nnlib.chain_rule import cost_parts, flow
from nnlib.data.example import half_adder, half_adder_network
from nnlib.lessons import Lesson, lesson_04
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.show import gradient_flow
from nnlib.show.slopes import parts_picture

LESSON = Lesson(4)
WEIGHTS, BIASES = half_adder_network()
X, E = half_adder()


def test_the_mistakes_of_the_brief_are_known():
    known = {way.name for exercise in LESSON.exercises.values() for way in exercise.wrong_ways}
    assert {"overwritten", "slope-at-a", "transposed-weights", "no-slope", "factor-two", "sum", "sign"} <= known


def test_a_rounded_pencil_answer_is_accepted():
    assert LESSON.check("second-neuron", round(lesson_04.second_neuron(), 3)).kind == CORRECT


def test_pencil_answer_is_the_slope():
    numbers = flow(WEIGHTS, BIASES, X[2], E[2])
    assert np.isclose(numbers.da[1][1], lesson_04.second_neuron(), rtol=1e-13)


def test_the_prediction_quotes_numbers_that_hold():
    first, second = flow(WEIGHTS, BIASES, X[3], E[3]).carried[1][0]
    words = [option.words for option in LESSON.questions["two-outputs"].options]
    for word, value in zip(words, (first * second, (first + second) / 2, first + second, second)):
        assert f"{value:.3f}" in word
    assert LESSON.questions["two-outputs"].answer == "c"


def test_the_cost_is_the_sum_of_its_parts_and_so_is_its_slope():
    parts = cost_parts(WEIGHTS, BIASES, X[3], E[3])
    measured = np.gradient(parts.costs, parts.values, axis=1)
    near = np.argmin(np.abs(parts.values - parts.here))
    assert np.allclose(measured[:, near], parts.slopes, atol=5e-3)
    assert f"{parts.slopes.sum():+.3f}" in repr(parts_picture(parts))


def test_six_formulas_equal_the_complex_step():
    rng = np.random.default_rng(4)
    weights = [rng.standard_normal(pair) for pair in ((3, 4), (4, 5), (5, 2))]
    biases = [rng.standard_normal(n) for n in (4, 5, 2)]
    many, wanted = rng.standard_normal((7, 3)), rng.uniform(size=(7, 2))
    exact = complex_step(lambda w, b: cost(w, b, many, wanted), weights, biases)
    for function in (by_index.gradients, gradients, lesson_04.backpropagation):
        dW, db = function(weights, biases, many, wanted)
        assert worst_relative_error([*map(np.asarray, dW), *map(np.asarray, db)], [*exact[0], *exact[1]]) < 1e-14
    dW, db = lesson_04.with_stage_replaced(carry=lesson_04.last_path)(weights, biases, many, wanted)
    assert worst_relative_error(dW, exact[0]) > 0.1, "the planted bug must show"


def test_film():
    film = gradient_flow.path_film(WEIGHTS, BIASES, X[3], E[3])
    assert "8 places" in film.text and "outputs 0.791 and 0.336" in film.text
    sentences, frames = [], []
    for through in gradient_flow.ROUTES.values():
        numbers = flow(WEIGHTS, BIASES, X[3], E[3], through)
        sentences += [gradient_flow.sentence(WEIGHTS, numbers, step) for step in gradient_flow.STEPS]
        frames += [gradient_flow.flow_svg(WEIGHTS, numbers, step) for step in gradient_flow.STEPS]
    assert len(set(frames)) == 24 and sum(map(len, frames)) < 500_000
    assert "+0.392 +0.296 = +0.688" in sentences[4] == repr(gradient_flow.still(WEIGHTS, BIASES, X[3], E[3]))
    assert len(set(sentences[:8])) == 8 and sum("a path is missing" in s for s in sentences) == 8


def test_a_mistake_that_no_check_planned_is_named_by_the_doctor():
    def frozen(weights, biases, X, E):
        dW, db = gradients(weights, biases, X, E)
        return dW, [0 * g for g in db]

    outcome = LESSON.check("backpropagation", frozen)
    assert (outcome.kind, outcome.mistake) == (NOT_YET, "bias-gradient-zero") and "doctor" in outcome.says


def test_an_unknown_mistake_is_still_measured(monkeypatch):
    monkeypatch.setattr(LESSON.exercises["backpropagation"], "second_opinion", lambda answer: None)
    outcome = LESSON.check("backpropagation", lambda weights, biases, X, E: (weights, biases))
    assert outcome.kind == NOT_YET and outcome.mistake is None and "With weights of shapes" in outcome.says
