"""Lesson 1 and its appendix: one weight in three places, every formula of every source, and the answer keys computed."""

import re

import numpy as np
from written import STORED

from nnlib import forward, init, step
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.lessons import Lesson, lesson_01
from nnlib.notation import SOURCES, rate_to_ours
from nnlib.show.matrices import weight_sentence, weight_svg
from nnlib.show.network import edges
from nnlib.show.svg import letter, written

LESSON = Lesson(1)


def test_each_weight_is_named_alike_in_all_three_places():
    places = edges([2, 3, 1])
    assert len(places) == 9
    for l, x, y in places:
        svg = weight_svg([2, 3, 1], (l, x, y))
        name = letter("w", f"{x + 1}{y + 1}", l + 1)
        assert svg.count(name) == 2  # in the matrix and in the sum; in the drawing it is the arrow
        assert len(re.findall(r'font-weight="bold"', svg)) == 2
        assert f"weights[{l}][{x}, {y}]" in weight_sentence((l, x, y))


def test_letters_carry_their_indices():
    assert letter("w", "12", 1) == "w₁₂⁽¹⁾"
    assert letter("w", "12", 1) != letter("w", "21", 1)


def test_costs_are_written_as_in_a_book():
    assert written("(1/n) sum_i (1/2) (h(x^(i)) - y^(i))^2") == "(1/n) Σᵢ (1/2) (h(x⁽ⁱ⁾) − y⁽ⁱ⁾)²"
    assert written("sum_n (1/2) sum_k (y_nk - t_nk)^2") == "Σₙ (1/2) Σₖ (yₙₖ − tₙₖ)²"
    assert written("mean of (y_true - y_pred)^2") == "mean of (y_true − y_pred)²"
    assert written("x_1 z_12^(2) C_i") == "x₁ z₁₂⁽²⁾ Cᵢ"
    assert not [row.slug for row in SOURCES.values() if re.search(r"sum_|\^", written(row.cost))]


def test_the_step_of_the_review_is_computed():
    stepped, _ = step([np.array([[1.0]])], [np.zeros(1)], [np.array([[-3.0]])], [np.zeros(1)], 2)
    assert LESSON.questions["review-step"].right.words == f"{stepped[0][0, 0]:g}"


def test_exchanged_indices_give_another_number_and_no_error():
    (W, _), (b, _) = tiny_network()
    x, y = tiny_sample()[0][0], 1
    assert b[y] + sum(x[k] * W[y, k] for k in range(2)) != b[y] + sum(x[k] * W[k, y] for k in range(2))
    assert "wrong number" in LESSON.questions["swapped"].right.words


def test_more_than_half_of_the_sources_transpose():
    others = [row for row in SOURCES.values() if row.slug != "ours"]
    turned = [row for row in others if row.transposed]
    assert LESSON.questions["transposed"].right.words == "More than half" and 2 * len(turned) > len(others)
    source = STORED["01_read_the_notation"]
    assert (len(turned), len(others)) == (9, 14) and "Nine of the fourteen" in source.cells[-1].source


def test_the_shapes_are_those_of_the_arrays():
    for n_prev, n_this, T in ((2, 3, 4), (5, 1, 7)):
        weights, biases = init([n_prev, n_this], np.random.default_rng(0))
        Z, _ = forward(weights, biases, np.zeros((T, n_prev)))
        assert lesson_01.three_shapes(n_prev, n_this, T) == (weights[0].shape, biases[0].shape, Z[0].shape)


def test_the_rate_of_the_exercise_is_that_of_the_table():
    assert lesson_01.pytorch_rate() == rate_to_ours("pytorch", 4.0, K=10)
