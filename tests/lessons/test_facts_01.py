"""Lesson 1 and its appendix: the answer keys, computed; the shapes of real arrays; a step that is the same in both books."""

import numpy as np
from conftest import ROOT

from nnlib import forward, init, step
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.lessons import Lesson, lesson_01
from nnlib.lessons.exercises import CORRECT
from nnlib.notation import SOURCES, rate_to_ours
from nnlib.publish import notebooks

LESSON = Lesson(1)


def right(question):
    return LESSON.questions[question].letters[LESSON.questions[question].answer].words


def test_the_step_of_the_review_is_computed():
    stepped, _ = step([np.array([[1.0]])], [np.zeros(1)], [np.array([[-3.0]])], [np.zeros(1)], 2)
    assert right("review-step") == f"{stepped[0][0, 0]:g}"


def test_exchanged_indices_give_another_number_and_no_error():
    (W, _), (b, _) = tiny_network()
    x, y = tiny_sample()[0][0], 1
    assert b[y] + sum(x[k] * W[y, k] for k in range(2)) != b[y] + sum(x[k] * W[k, y] for k in range(2))
    assert "wrong number" in right("swapped")


def test_more_than_half_of_the_sources_transpose():
    others = [row for row in SOURCES.values() if row.slug != "ours"]
    turned = [row for row in others if row.transposed]
    assert right("transposed") == "More than half" and 2 * len(turned) > len(others)
    source = notebooks.read(ROOT / "notebooks" / "01_read_the_notation.ipynb")
    assert (len(turned), len(others)) == (9, 14) and "Nine of the fourteen" in source.cells[-1].source


def test_the_shapes_are_those_of_the_arrays():
    for n_prev, n_this, T in ((2, 3, 4), (5, 1, 7)):
        weights, biases = init([n_prev, n_this], np.random.default_rng(0))
        Z, _ = forward(weights, biases, np.zeros((T, n_prev)))
        assert lesson_01.three_shapes(n_prev, n_this, T) == (weights[0].shape, biases[0].shape, Z[0].shape)
    assert LESSON.check("shapes", lambda p, n, T: [[p, n], [n], [T, n]]).kind == CORRECT


def test_the_rate_of_the_exercise_is_that_of_the_table():
    assert lesson_01.pytorch_rate() == rate_to_ours("pytorch", 4.0, K=10)


def test_the_matrix_of_the_running_example_is_not_the_argument():
    assert LESSON.check("index", lambda W: tiny_network()[0][0][1, 0]).mistake == "running-example"
