"""Lesson 2: the steps of its film, the drawing of a product, and layers without a curve."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from films import drawn, places

from nnlib import by_index, forward, init
from nnlib.data import xor
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.forward_steps import steps_by_index, steps_by_matrix, table
from nnlib.functions import sigmoid
from nnlib.lessons import Lesson
from nnlib.show import matrices, network
from nnlib.show import table as show

LESSON = Lesson(2)
NET = tiny_network()
X, E = xor()
W1 = NET[0][0]


# ------------------------------------------------------------------ the steps


@pytest.mark.parametrize(("steps_of", "lines"), [(steps_by_index, 4 * 7 + 1), (steps_by_matrix, 6)])
def test_steps_fill_the_whole_table_once(steps_of, lines):
    """Loops take seven lines for each of four samples, and one for the mean."""
    names, values = table(*NET, X, E)
    steps = steps_of(*NET, X, E)
    assert len(steps) - 1 == lines
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


def test_frames_over_their_stage_are_well_formed_and_show_what_is_known():
    stage = ElementTree.fromstring(show.stage(NET[0], X, E))
    for step in (*steps_by_index(*NET, X, E)[::5], *steps_by_matrix(*NET, X, E)):
        drawn = ElementTree.fromstring(show.frame(*NET, X, E, step))
        numbers = [t.text for part in (stage, drawn) for t in part.iter("tspan") if t.text.lstrip("-")[:1].isdigit()]
        assert len(numbers) == step.known.sum()
        assert len(list(drawn.iter("rect"))) == step.fresh.sum()
        assert len(list(drawn.iter("polygon"))) == len(list(drawn.iter("line"))) == len(step.edges)


def test_the_picture_of_the_batch_shows_what_is_known():
    image = show.batch_picture(*NET, X, E, lines=6).body.partition("base64,")[2].partition('"')[0]
    assert base64.b64decode(image).count(b"<tspan") == 9 + 8 + 6, "the head, the inputs, and what is known"
    assert ElementTree.fromstring(base64.b64decode(image)).tag.endswith("svg")


def test_layers_without_a_curve_are_one_layer_and_one_layer_cannot_do_xor():
    (W1, W2), (b1, b2) = NET
    assert np.allclose(X @ (W1 @ W2) + (b1 @ W2 + b2), (X @ W1 + b1) @ W2 + b2, rtol=1e-14)
    assert not np.allclose(X @ (W1 @ W2) + (b1 @ W2 + b2), sigmoid(X @ W1 + b1) @ W2 + b2)
    columns = np.hstack([X, np.ones((4, 1))])
    assert np.allclose(columns @ np.linalg.lstsq(columns, E, rcond=None)[0], 0.5)


LIT = re.compile(r'<rect x="(\d+)" y="(\d+)"[^>]*stroke="(#\w+)" stroke-width="2.5"')


def lit_cells(svg):
    """The lit cells in each ink, as (row, column) counted from the first lit one of its matrix."""
    found = {}
    for x, y, ink in LIT.findall(svg):
        found.setdefault(ink, []).append((int(x), int(y)))
    return found


@pytest.mark.parametrize("place", [(0, 0), (3, 1), (2, 0)])
def test_the_lit_row_and_column_make_the_lit_number(place):
    scene = matrices.product_scene(X, W1, ("X", "W1", "X @ W1"))
    lit = lit_cells(scene.frame((place,)))
    i, y = place
    row, column, made = (lit[ink] for ink in (matrices.ROW_INK, matrices.COLUMN_INK, matrices.MADE_INK))
    assert (
        len(row) == X.shape[1] and len({down for _, down in row}) == 1 and row[0][1] == matrices.TOP + matrices.HIGH * i
    )
    assert len(column) == len(W1) and len({across for across, _ in column}) == 1
    assert len(made) == 1 and made[0][1] == row[0][1]
    value = f"{(X @ W1)[i, y]:g}".replace("-", "−")
    sentence = scene.say(place)
    assert sentence.startswith(f"Row {i + 1} of X times column {y + 1} of W1: ") and sentence.endswith(f" = {value}.")


def test_the_film_fills_the_product_and_its_numbers_are_right():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(3, 2)), rng.normal(size=(2, 4))
    cells = places(matrices.product_scene(left, right, ("A", "B", "A @ B")).film())
    assert len(cells) == len(set(cells)) == 12
    for k, cell in enumerate(cells):
        written = [
            f"{value:.3f}".rstrip("0").rstrip(".").replace("-", "−") for value in (left @ right).ravel()[: k + 1]
        ]
        body = cell.split('role="status"')[0].split("aria-label")[1].split(">", 1)[1]
        assert all(f">{number}<" in body for number in written)
        assert body.count("<text") == 3 + 2 + left.size + right.size + k + 1


def test_the_picture_of_one_sample_shows_what_was_expected_and_what_it_costs(monkeypatch):
    svg, *_ = drawn(monkeypatch, network.sample_picture, *NET, *tiny_sample(), by="svg_picture")
    assert ">expected 0<" in svg and ">cost 0.6261<" in svg and ">b = 0.2<" in svg
