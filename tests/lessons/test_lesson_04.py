"""Lessons 4 and 4b: the drawing of the gradient shows the gradient, the loop in order, and the six formulas."""

import itertools
import re

import numpy as np
import pytest
from written import STORED

from nnlib import central_difference, cost, gradients, worst_relative_error
from nnlib.chain_rule import cost_parts, flow
from nnlib.data.example import half_adder, half_adder_network
from nnlib.lessons import Lesson, lesson_04
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.show import gradient_flow
from nnlib.show.slopes import parts_picture

LESSON = Lesson(4)
WEIGHTS, BIASES = half_adder_network()
X, E = half_adder()


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


def test_the_solution_is_the_gradient_and_a_lost_path_is_not():
    rng = np.random.default_rng(4)
    weights = [rng.standard_normal(pair) for pair in ((3, 4), (4, 5), (5, 2))]
    biases = [rng.standard_normal(n) for n in (4, 5, 2)]
    network = weights, biases, rng.standard_normal((7, 3)), rng.uniform(size=(7, 2))
    (dW, db), right = lesson_04.backpropagation(*network), gradients(*network)
    assert worst_relative_error([*dW, *db], [*right[0], *right[1]]) < 1e-14
    dW, db = lesson_04.rewritten(dA="dA = last_path(dZ, weights[l - 1])")(*network)
    assert worst_relative_error(dW, right[0]) > 0.1, "the planted bug must show"


def test_the_sentence_of_the_film_adds_both_paths_and_misses_one_where_it_is_left_out():
    both, *alone = (flow(WEIGHTS, BIASES, X[3], E[3], through) for through in gradient_flow.ROUTES.values())
    sentences = [[gradient_flow.sentence(WEIGHTS, numbers, step) for step in gradient_flow.STEPS] for numbers in alone]
    assert sum("a path is missing" in sentence for reel in sentences for sentence in reel) == 8
    added = gradient_flow.sentence(WEIGHTS, both, gradient_flow.STEPS[4])
    scene = gradient_flow.flow_scene(WEIGHTS, BIASES, X[3], E[3])
    assert "+0.392 +0.296 = +0.688" in added == repr(scene.still("add"))


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


def test_the_drawing_of_the_weights_shows_the_gradient_on_each_edge():
    svg = gradient_flow.flow_svg(WEIGHTS, flow(WEIGHTS, BIASES, X[3], E[3]), "weights")
    nudged, _ = central_difference(lambda w, b: cost(w, b, X[3:], E[3:]), WEIGHTS, BIASES)
    wanted = sorted(f"∂w {value:+.3f}".replace("-", "−") for W in nudged for value in W.ravel())
    assert sorted(re.findall(r">(∂w [+−]\d\.\d+)<", svg)) == wanted
    said = gradient_flow.flow_scene(WEIGHTS, BIASES, X[3], E[3]).still("weights").alt
    assert f"= {nudged[1][0, 0]:+.3f}" in said and "For the weight 1.5" in said


def test_the_slope_of_a_weight_is_not_what_travels_along_its_edge():
    numbers = flow(WEIGHTS, BIASES, X[3], E[3])
    assert abs(numbers.carried[1][0][0] - 0.392) < 5e-4 and abs(numbers.dw[1][0][0] - 0.230) < 5e-4


def test_the_answer_keys_are_those_of_the_computation():
    single = [gradients(WEIGHTS, BIASES, X[k : k + 1], E[k : k + 1])[0][0] for k in range(4)]
    assert np.allclose(np.mean(single, axis=0), gradients(WEIGHTS, BIASES, X, E)[0][0])
    for name, words in (("review-mean", "Their mean"), ("review-back", "w_21 and w_22"), ("two-outputs", "Add them")):
        assert LESSON.questions[name].right.words.startswith(words)


# ------------------------------------------------------------------ the exercises


def test_the_lines_of_the_notebook_are_those_that_are_run():
    source = "".join(c.source for c in STORED["04b_write_it_as_matrices"].cells)
    for letter, line in lesson_04.LINES.items():
        assert f"| {letter} | `{line}` |" in source


def test_every_order_of_the_four_right_lines_is_judged_by_running_it():
    accepted = [
        order for order in itertools.permutations("fbed") if LESSON.check("order", " ".join(order)).kind == CORRECT
    ]
    assert sorted(accepted) == sorted(order for order in itertools.permutations("fbed") if order[0] == "f")
    others = [order for order in itertools.permutations("abcdefg", 4) if set(order) != set("fbed")]
    assert not any(LESSON.check("order", "".join(order)).kind == CORRECT for order in others[::7])


ORDERS = {
    "four lines": ["f b e d c", "f b e d d", "c f b e d", "f b d"],
    "letters": [4, "", "x y z w", ["f"], "fbedfbed"],
}


@pytest.mark.parametrize(("said", "answer"), [(said, answer) for said, answers in ORDERS.items() for answer in answers])
def test_what_is_no_order_of_four_lines_is_answered_with_what_is_expected_whatever_it_computes(said, answer):
    found = LESSON.check("order", answer)
    assert found.kind == NOT_YET and said in found.says
