"""Lesson 1's pictures: one weight in three places, and a film that shows every formula of every source."""

import re

import pytest
from films import reels

from nnlib.notation import FORMULAS, SOURCES
from nnlib.show.matrices import weight_sentence, weight_svg
from nnlib.show.network import edges
from nnlib.show.sources import source_film
from nnlib.show.svg import letter, written


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


@pytest.fixture(scope="module")
def film():
    return source_film()


def test_the_switch_shows_each_formula_of_each_source(film):
    shown = reels(film)
    assert len(shown) == len(FORMULAS) and all(len(reel) == len(SOURCES) for reel in shown)
    cells = [cell for reel in shown for cell in reel]
    assert len(set(cells)) == len(cells)
    assert sum(map(len, cells)) < 2e6


def test_costs_are_written_as_in_a_book():
    assert written("(1/n) sum_i (1/2) (h(x^(i)) - y^(i))^2") == "(1/n) Σᵢ (1/2) (h(x⁽ⁱ⁾) − y⁽ⁱ⁾)²"
    assert written("sum_n (1/2) sum_k (y_nk - t_nk)^2") == "Σₙ (1/2) Σₖ (yₙₖ − tₙₖ)²"
    assert written("mean of (y_true - y_pred)^2") == "mean of (y_true − y_pred)²"
    assert written("x_1 z_12^(2) C_i") == "x₁ z₁₂⁽²⁾ Cᵢ"
    assert not [row.slug for row in SOURCES.values() if re.search(r"sum_|\^", written(row.cost))]
