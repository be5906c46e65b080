"""Lessons 4 and 4b: the drawing of the gradient shows the gradient, the loop in order, and the network that is trained."""

import itertools
import re

import numpy as np
import pytest
from conftest import ROOT

from nnlib import central_difference, cost, gradients, init
from nnlib.chain_rule import flow
from nnlib.data import xor
from nnlib.data.example import half_adder, half_adder_network
from nnlib.lessons import Lesson, lesson_04
from nnlib.lessons.claims import CLAIMS
from nnlib.lessons.exercises import CORRECT, NOT_YET, RAISED
from nnlib.publish import notebooks
from nnlib.show import gradient_flow

LESSON = Lesson(4)
WEIGHTS, BIASES = half_adder_network()
X, E = half_adder()


def right(question):
    return LESSON.questions[question].letters[LESSON.questions[question].answer].words


def test_the_drawing_of_the_weights_shows_the_gradient_on_each_edge():
    svg = gradient_flow.flow_svg(WEIGHTS, flow(WEIGHTS, BIASES, X[3], E[3]), "weights")
    nudged, _ = central_difference(lambda w, b: cost(w, b, X[3:], E[3:]), WEIGHTS, BIASES)
    wanted = sorted(f"∂w {value:+.3f}".replace("-", "−") for W in nudged for value in W.ravel())
    assert sorted(re.findall(r">(∂w [+−]\d\.\d+)<", svg)) == wanted
    said = gradient_flow.still(WEIGHTS, BIASES, X[3], E[3], step="weights").alt
    assert f"= {nudged[1][0, 0]:+.3f}" in said and "For the weight 1.5" in said


def test_the_slope_of_a_weight_is_not_what_travels_along_its_edge():
    numbers = flow(WEIGHTS, BIASES, X[3], E[3])
    assert abs(numbers.carried[1][0][0] - 0.392) < 5e-4 and abs(numbers.dw[1][0][0] - 0.230) < 5e-4


def test_the_answer_keys_are_those_of_the_computation():
    numbers = flow(WEIGHTS, BIASES, X[3], E[3])
    back = numbers.dz[1][0] * WEIGHTS[1][1, 0] + numbers.dz[1][1] * WEIGHTS[1][1, 1]
    assert back == pytest.approx(numbers.da[1][1]) and right("review-back").startswith("w_21 and w_22")
    single = [gradients(WEIGHTS, BIASES, X[k : k + 1], E[k : k + 1])[0][0] for k in range(4)]
    assert (
        np.allclose(np.mean(single, axis=0), gradients(WEIGHTS, BIASES, X, E)[0][0])
        and right("review-mean") == "Their mean"
    )
    assert right("two-outputs").startswith("Add them")


# ------------------------------------------------------------------ the exercises


def test_the_lines_of_the_notebook_are_those_that_are_run():
    source = "".join(c.source for c in notebooks.read(ROOT / "notebooks" / "04b_write_it_as_matrices.ipynb").cells)
    for letter, line in lesson_04.LINES.items():
        assert f"| {letter} | `{line}` |" in source


def test_every_order_of_the_four_right_lines_is_judged_by_running_it():
    accepted = [
        order for order in itertools.permutations("fbed") if LESSON.check("order", " ".join(order)).kind == CORRECT
    ]
    assert sorted(accepted) == sorted(order for order in itertools.permutations("fbed") if order[0] == "f")
    others = [order for order in itertools.permutations("abcdefg", 4) if set(order) != set("fbed")]
    assert not any(LESSON.check("order", "".join(order)).kind == CORRECT for order in others[::7])


@pytest.mark.parametrize("answer", ["f b e d c", "f b e d d", "c f b e d", "f b d"])
def test_a_loop_of_more_or_fewer_than_four_lines_is_refused_whatever_it_computes(answer):
    found = LESSON.check("order", answer)
    assert found.kind == NOT_YET and "four lines" in found.says


@pytest.mark.parametrize("answer", [4, "", "x y z w", ["f", "b"], "f b e d f b e d"])
def test_an_unknown_order_is_answered_with_what_is_expected(answer):
    found = LESSON.check("order", answer)
    assert found.kind == NOT_YET and "letters" in found.says


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        ("second-neuron", -0.292, "neuron-one"),
        ("second-neuron", 0.189, "one-sign-lost"),
        ("second-neuron", -0.0088, "one-step-too-far"),
        ("second-neuron", -0.13, "rounded"),
        ("hidden-delta", lambda d, W, Z: lesson_04.S_slope_of(Z) * d @ W.T, "left-to-right"),
    ],
)
def test_the_slips_that_readers_made_are_named(exercise, answer, mistake):
    found = LESSON.check(exercise, answer)
    assert (found.kind, found.mistake) == (NOT_YET, mistake)


def test_a_product_in_the_wrong_order_is_reported_by_its_shapes():
    found = LESSON.check("hidden-delta", lambda dZ_next, W_next, Z: W_next @ dZ_next)
    assert found.kind == RAISED and "gufunc" not in found.says and "`W_next` of shape (3, 3)" in found.says


def test_the_printed_hint_is_within_the_tolerance():
    line = LESSON.exercises["second-neuron"].hints[-1].strip("`").partition("= ")[2]
    assert LESSON.check("second-neuron", eval(line)).kind == CORRECT


# ------------------------------------------------------------------ what 4b claims


def test_backpropagation_alone_trains_xor():
    data, wanted = xor()
    W, b = init([2, 3, 1], np.random.default_rng(3))
    for _ in range(300):
        dW, db = lesson_04.backpropagation(W, b, data, wanted)
        W, b = [v - 10 * g for v, g in zip(W, dW)], [v - 10 * g for v, g in zip(b, db)]
    assert cost(W, b, data, wanted) < 0.01


def test_nudging_takes_two_passes_for_each_number():
    W, b = init([64, 30, 10], np.random.default_rng(0))
    passes = []
    central_difference(lambda w, v: passes.append(1) or cost(w, v, np.zeros((1, 64)), np.zeros((1, 10))), W, b)
    assert len(passes) == 2 * sum(v.size for v in [*W, *b]) == 4520


def test_the_verdict_leads_to_the_proof():
    (row,) = (claim for claim in CLAIMS if claim.name == "R1")
    cells = notebooks.read(ROOT / "notebooks" / f"{row.lesson}.ipynb").cells
    assert any(cell.source.startswith(f"## {row.heading}") for cell in cells)
