"""Lesson 2: the steps of its film, its pictures, and what it claims."""

import base64
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from films import reels

from nnlib import by_index, data, forward, init
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.forward_steps import steps_by_index, steps_by_matrix, table
from nnlib.functions import sigmoid
from nnlib.lessons import Lesson
from nnlib.lessons.exercises import RAISED
from nnlib.lessons.multiplication_count import Counted, multiplications
from nnlib.publish.contract import pictures_without_alt
from nnlib.show import table as show
from nnlib.show.network import sample_picture

LESSON = Lesson(2)
NET = tiny_network()
X, E = data.xor()


def test_the_sum_that_runs_one_too_far_raises():
    def from_zero_to_n(a, W, b, y):
        return b[y] + sum(a[x] * W[x, y] for x in range(0, len(a) + 1))

    assert LESSON.check("one-sum", from_zero_to_n).kind == RAISED


# ------------------------------------------------------------------ the steps


@pytest.mark.parametrize("steps_of", [steps_by_index, steps_by_matrix])
def test_steps_fill_the_whole_table_once(steps_of):
    names, values = table(*NET, X, E)
    steps = steps_of(*NET, X, E)
    assert steps[-1].known.all() and not steps[0].known[:, 2:].any()
    assert (sum(step.fresh.astype(int) for step in steps)[:, 2:] == 1).all(), "each number is written exactly once"
    for before, after in zip(steps, steps[1:]):
        assert (after.known == (before.known | after.fresh)).all() and not (before.known & after.fresh).any()
    assert names[-1] == "C_i" and len(names) == values.shape[1] == 9
    assert f"C = {values[:, -1].mean():.4f}" in steps[-1].sentence


def test_no_number_is_used_before_it_is_known():
    """Each z of the loops comes after every activation that enters it, each a after its z."""
    for step, before in zip(steps_by_index(*NET, X, E)[1:], steps_by_index(*NET, X, E)):
        for i, c in np.argwhere(step.fresh):
            needed = {2: [0, 1], 3: [0, 1], 4: [2], 5: [3], 6: [4, 5], 7: [6], 8: [7]}[c]
            assert before.known[i, needed].all()


def test_the_steps_of_the_lesson_are_counted_right():
    """29 lines of loops (seven for each of four samples, and the mean) against 6 lines of matrices."""
    assert len(steps_by_index(*NET, X, E)) - 1 == 4 * 7 + 1 == 29
    assert len(steps_by_matrix(*NET, X, E)) - 1 == 6


def test_numbers_in_the_sentences_are_the_numbers_of_the_network():
    sentences = " ".join(step.sentence for step in steps_by_index(*NET, X, E))
    for x, e in zip(X, E):
        z, a = by_index.forward(*NET, x)
        for value in (*z[0], *a[1], *z[1], *a[2], (a[2][0] - e[0]) ** 2):
            assert f"{value:.4f}" in sentences


def test_table_of_another_network():
    weights, biases = init([3, 2, 2], np.random.default_rng(0))
    batch = np.random.default_rng(1).normal(size=(5, 3))
    names, values = table(weights, biases, batch, np.zeros((5, 2)))
    Z, A = forward(weights, biases, batch)
    assert np.array_equal(values[:, 3:-1], np.column_stack([Z[0], A[1], Z[1], A[2]]))
    assert names[3] == "z_1^(1)" and len(steps_by_index(weights, biases, batch, np.zeros((5, 2)))) == 5 * 9 + 2


# ------------------------------------------------------------------ the pictures


def test_film():
    shown = show.batch_film(*NET, X, E, {"a first sum": 1, "after 6 lines": 6, "after 29 lines": 29}, start=1)
    loops, matrices = reels(shown)
    for cells in (loops, matrices):
        assert len(cells) == 30 and len({cell.split('role="status"')[1] for cell in cells}) == 30
    assert sum(map(len, loops + matrices)) < 2.5e5
    assert not any(pictures_without_alt(cell) for cell in loops + matrices)


def test_frames_over_their_stage_are_well_formed_and_show_what_is_known():
    stage = ElementTree.fromstring(show.stage(NET[0], X, E))
    for step in (*steps_by_index(*NET, X, E)[::5], *steps_by_matrix(*NET, X, E)):
        drawn = ElementTree.fromstring(show.frame(*NET, X, E, step))
        numbers = [t.text for part in (stage, drawn) for t in part.iter("tspan") if t.text.lstrip("-")[:1].isdigit()]
        assert len(numbers) == step.known.sum()
        assert len(list(drawn.iter("rect"))) == step.fresh.sum()
        assert len(list(drawn.iter("polygon"))) == len(list(drawn.iter("line"))) == len(step.edges)


def test_pictures_say_their_numbers():
    weights, biases = NET
    alt = sample_picture(weights, biases, *tiny_sample()).alt
    assert "0.8808 and 0.3775" in alt and "0.7912" in alt and "0.6261" in alt
    assert "6 of 28 numbers" in show.batch_picture(weights, biases, X, E, lines=6).alt
    drawn = show.batch_picture(weights, biases, X, E, lines=6).body.partition("base64,")[2].partition('"')[0]
    assert base64.b64decode(drawn).count(b"<tspan") == 9 + 8 + 6, "the head, the inputs, and what is known"
    assert ElementTree.fromstring(base64.b64decode(drawn)).tag.endswith("svg")


# ------------------------------------------------------------------ what the lesson claims


def test_a_square_batch_hides_a_mixup_and_another_does_not():
    W, b = NET[0][0], NET[1][0]
    two = X[[2, 3]]
    assert not np.allclose(two.T @ W + b, two @ W + b)
    with pytest.raises(ValueError):
        X.T @ W + b


def test_layers_without_a_curve_are_one_layer_and_one_layer_cannot_do_xor():
    (W1, W2), (b1, b2) = NET
    assert np.allclose(X @ (W1 @ W2) + (b1 @ W2 + b2), (X @ W1 + b1) @ W2 + b2, rtol=1e-14)
    assert not np.allclose(X @ (W1 @ W2) + (b1 @ W2 + b2), sigmoid(X @ W1 + b1) @ W2 + b2)
    columns = np.hstack([X, np.ones((4, 1))])
    assert np.allclose(columns @ np.linalg.lstsq(columns, E, rcond=None)[0], 0.5)


def test_loops_multiply_once_for_each_sample_and_weight():
    weights, biases = init([6, 4], np.random.default_rng(0))
    x = [Counted(value) for value in np.arange(6.0)]
    assert multiplications(lambda: by_index.forward(weights, biases, x)) == 6 * 4


def test_the_overflow_is_harmless():
    z = np.array([-1000.0, -710.0, -30.0, 0.0, 30.0, 1000.0])
    a = sigmoid(z)
    assert a[0] == 0 and a[-1] == 1 and np.nextafter(0, 1) > 0
    assert np.allclose(a[1:5], [by_index.S(value) for value in z[1:5]], rtol=1e-15, atol=1e-307)
