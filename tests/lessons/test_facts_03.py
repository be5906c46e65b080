"""Lesson 3: the nudge and its ratios, the chain that is drawn from left to right, and where its neurons sit."""

import re

import numpy as np
import pytest
from films import places

from nnlib import forward, gradients
from nnlib.chain_rule import chain_slopes
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.functions import sigmoid as S
from nnlib.lessons import Lesson, lesson_03
from nnlib.show import bars, slopes
from nnlib.show.film import Scene

(W1, W2), (b1, b2) = tiny_network()


def on_the_path(w):
    """The numbers that move with w_11 of the tiny network, for the sample (1, 1)."""
    z1 = b1[0] + w + W1[1, 0]
    z = b2[0] + S(z1) * W2[0, 0] + S(b1[1] + W1[0, 1] + W1[1, 1]) * W2[1, 0]
    return [w, z1, S(z1), z, S(z), S(z) ** 2]


def test_the_nudge_moves_the_stations_as_the_lesson_says():
    before, after = on_the_path(1.0), on_the_path(1.01)
    assert [f"{new - old:.5f}" for old, new in zip(before, after)] == [
        "0.01000", "0.01000", "0.00105", "0.00157", "0.00026", "0.00041",
    ]  # fmt: skip
    found = bars.ratios(before, after)
    assert [round(value, 3) for value in found] == [1.0, 0.105, 1.5, 0.165, 1.583]
    assert np.prod(found) == pytest.approx((after[-1] - before[-1]) / 0.01, rel=1e-9), (
        "the ratios cancel, for any nudge"
    )


def test_the_ratios_of_a_small_nudge_are_the_factors_of_the_gradient():
    z1, z = on_the_path(1.0)[1], on_the_path(1.0)[3]
    slope = lesson_03.S_slope
    wanted = [1.0, slope(z1), W2[0, 0], slope(z), 2 * S(z)]
    assert np.allclose(bars.ratios(on_the_path(1.0), on_the_path(1.0 + 1e-6)), wanted, rtol=1e-5)
    assert np.prod(wanted) == pytest.approx(gradients(*tiny_network(), *tiny_sample())[0][0][0, 0], rel=1e-12)


def test_the_film_moves_each_dot_to_where_its_number_is():
    names = ("w", "z₁", "a₁", "z", "a", "C")
    cells = places(bars.stations_film(names, on_the_path, 1.0))
    assert len(cells) == len(set(cells)) == len(bars.NUDGES)
    for cell, h in zip(cells, bars.NUDGES):
        for old, new in zip(on_the_path(1.0), on_the_path(1.0 + h)):
            assert f">{new - old:+.5f}<" in cell
        for value in bars.ratios(on_the_path(1.0), on_the_path(1.0 + h)):
            assert f">× {value:.3f}<" in cell
    scene = bars.stations_scene(names, on_the_path, 1.0)
    assert [line.get_xdata()[0] for line in scene.ax.lines[1::2]] == on_the_path(1.0), "the marks stand where it starts"
    assert [tick.get_text() for tick in scene.ax.get_yticklabels()] == list(names) and scene.ax.yaxis_inverted()


def test_the_chain_is_drawn_with_its_input_on_the_left(monkeypatch):
    kept = []
    monkeypatch.setattr(slopes, "Scene", lambda *parts: kept.append(Scene(*parts)) or kept[0])
    slopes.chain_film([1.0, 4.0], {}, 0)
    (scene,) = kept
    ax = scene.ax
    quarter = ax.lines[0].get_xydata()
    assert quarter[quarter[:, 0].argmin(), 1] == 0.25**6 and quarter[quarter[:, 0].argmax(), 1] == 1
    assert "0 is the input" in ax.get_xlabel() and ax.get_yscale() == "log"
    assert np.allclose(np.diff(np.log10(ax.get_yticks())), -2), "from one line to the next it is a hundred times less"
    drawn = re.search(r'<polyline points="([^"]+)"', scene.frame((1.0, chain_slopes(1.0))))[1]
    points = sorted(tuple(map(float, point.split(","))) for point in drawn.split())
    assert len(points) == 7 and all(left[1] > right[1] for left, right in zip(points, points[1:])), "least on the left"


@pytest.mark.parametrize(("w", "near"), [(1, True), (4, True), (16, False)])
def test_where_the_six_neurons_sit(w, near):
    """Up to w = 4 the biases keep them near the middle; at 16 they are on the flat end (from the second on)."""
    Z, _ = forward([np.array([[w]])] * 6, [np.array([-w / 2])] * 6, [[0.6]])
    sums = np.ravel(Z)
    assert (abs(sums) < 0.5).all() if near else (sums[2:] > 7).all()
    assert chain_slopes(w)[-1] < chain_slopes(w)[0]


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (
            lambda x, z1, w2, z2, e: x * lesson_03.S_slope(z1) * w2 * lesson_03.S_slope(z2) * (2 * S(z2) - e),
            "bracket-inside",
        ),
        (lambda x, z1, w2, z2, e: lesson_03.one_path(x, z2, w2, z2, e), "both-at-the-output"),
        (lambda x, z1, w2, z2, e: lesson_03.one_path(abs(x), z1, w2, z2, e), None),
    ],
)
def test_the_slips_that_readers_made_are_named(answer, mistake):
    found = Lesson(3).check("one-path", answer)
    assert found.kind == "Not yet" and found.mistake == mistake
