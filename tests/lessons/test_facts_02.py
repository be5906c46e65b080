"""Lesson 2: the drawing of a product, multiplications counted on both sides, and the mistakes that its exercises name."""

import re

import numpy as np
import pytest
from films import places

from nnlib import init
from nnlib.data import xor
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.lessons import Lesson
from nnlib.lessons.multiplication_count import Counted, multiplications
from nnlib.show import matrices, network

X, E = xor()
W1 = tiny_network()[0][0]
LIT = re.compile(r'<rect x="(\d+)" y="(\d+)"[^>]*stroke="(#\w+)" stroke-width="2.5"')


def lit_cells(svg):
    """The lit cells in each ink, as (row, column) counted from the first lit one of its matrix."""
    found = {}
    for x, y, ink in LIT.findall(svg):
        found.setdefault(ink, []).append((int(x), int(y)))
    return found


@pytest.mark.parametrize("place", [(0, 0), (3, 1), (2, 0)])
def test_the_lit_row_and_column_make_the_lit_number(place):
    svg = matrices.product_svg(X, W1, place, ("X", "W1", "X @ W1"))
    lit = lit_cells(svg)
    i, y = place
    row, column, made = (lit[ink] for ink in (matrices.ROW_INK, matrices.COLUMN_INK, matrices.MADE_INK))
    assert (
        len(row) == X.shape[1] and len({down for _, down in row}) == 1 and row[0][1] == matrices.TOP + matrices.HIGH * i
    )
    assert len(column) == len(W1) and len({across for across, _ in column}) == 1
    assert len(made) == 1 and made[0][1] == row[0][1]
    value = f"{(X @ W1)[i, y]:g}".replace("-", "−")
    sentence = matrices.product_sentence(X, W1, place, ("X", "W1", "X @ W1"))
    assert sentence.startswith(f"Row {i + 1} of X times column {y + 1} of W1: ") and sentence.endswith(f" = {value}.")


def test_the_film_fills_the_product_and_its_numbers_are_right():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(3, 2)), rng.normal(size=(2, 4))
    cells = places(matrices.product_film(left, right, ("A", "B", "A @ B")))
    assert len(cells) == len(set(cells)) == 12
    for k, cell in enumerate(cells):
        written = [
            f"{value:.3f}".rstrip("0").rstrip(".").replace("-", "−") for value in (left @ right).ravel()[: k + 1]
        ]
        body = cell.split('role="status"')[0].split("aria-label")[1].split(">", 1)[1]
        assert all(f">{number}<" in body for number in written)
        assert body.count("<text") == 3 + 2 + left.size + right.size + k + 1


def test_the_picture_of_one_sample_shows_what_was_expected_and_what_it_costs(monkeypatch):
    kept = []
    monkeypatch.setattr(network, "svg_picture", lambda svg, alt, width: kept.append(svg))
    network.sample_picture(*tiny_network(), *tiny_sample())
    assert ">expected 0<" in kept[0] and ">cost 0.6261<" in kept[0] and ">b = 0.2<" in kept[0]


def test_a_matrix_product_multiplies_as_often_as_the_loops():
    weights, _ = init([6, 4], np.random.default_rng(0))
    rows = np.array([[Counted(v) for v in np.arange(6.0)] for _ in range(3)], dtype=object)
    assert multiplications(lambda: rows @ weights[0]) == 3 * 6 * 4


def test_no_straight_layer_can_do_xor():
    """The two sums of the lesson are equal for every straight layer, and 0 and 2 are wanted."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        answers = (X @ rng.normal(size=(2, 1)) + rng.normal()).ravel()
        assert np.isclose(answers[0] + answers[3], answers[1] + answers[2])
    assert E[0] + E[3] == 0 and E[1] + E[2] == 2


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        ("one-sum", lambda a, W, b, y: [a[x] * W[x, y] for x in range(4)][-1], "overwritten"),
        ("one-sum", lambda a, W, b, y: np.array([b[y] + a @ W[:, y]]), None),
        ("batch-cost", lambda A, E: sum((A - E) ** 2) / len(A), "one-per-output"),
        ("batch-cost", lambda A, E: np.array([((A - E) ** 2).sum() / len(A)]), None),
        ("one-layer", lambda X, W, b: 1 / (1 + np.exp(X @ W + b)), "sign-in-the-exponent"),
    ],
)
def test_the_slips_that_readers_made_are_named_and_one_element_is_accepted(exercise, answer, mistake):
    found = Lesson(2).check(exercise, answer)
    assert (found.kind == "Correct") == (mistake is None) and found.mistake == mistake
