"""Lesson 3: its factors against other derivatives, the nudge and its ratios, and the chain drawn from left to right."""

import re

import numpy as np
import pytest
from films import places

from nnlib import by_index, complex_step, cost, gradients, relative_error
from nnlib.chain_rule import chain_slopes, factors, slices, with_weight
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.functions import sigmoid as S
from nnlib.lessons import Lesson, lesson_03
from nnlib.show import bars
from nnlib.show.bars import factor_scene, tangent
from nnlib.show.slopes import chain_scene

LESSON = Lesson(3)
NET, SAMPLE = tiny_network(), tiny_sample()
VALUES = np.linspace(-8, 8, 65)


# ------------------------------------------------------------------ the factors


@pytest.mark.parametrize("w", [-8.0, -1.0, 0.0, 1.0, 5.0])
def test_the_product_is_the_derivative(w):
    """Against backpropagation, the complex step, and the exercise's own solution."""
    weights, biases = with_weight(NET[0], w), NET[1]
    f = factors(weights, biases, *SAMPLE)
    exact, _ = complex_step(lambda W, b: cost(W, b, *SAMPLE), weights, biases)
    assert relative_error(f.prod(), exact[0][0, 0]) < 1e-12
    assert relative_error(f.prod(), gradients(weights, biases, *SAMPLE)[0][0][0, 0]) < 1e-13
    z, _ = by_index.forward(weights, biases, SAMPLE[0][0])
    assert np.isclose(f.prod(), lesson_03.one_path(1.0, z[0][0], weights[1][0, 0], z[1][0], 0.0), rtol=1e-13)


@pytest.mark.parametrize("left_out", range(5))
def test_no_factor_can_be_left_out(left_out):
    """The planted bug: without any one of the factors the product is another number (x = 1 needs another sample)."""
    x, e = np.array([[0.7, 1.0]]), SAMPLE[1]
    f = factors(*NET, x, e)
    right = gradients(*NET, x, e)[0][0][0, 0]
    assert relative_error(f.prod(), right) < 1e-13 < relative_error(np.delete(f, left_out).prod(), right)


def test_weights_of_the_caller_are_left_alone():
    with_weight(NET[0], 99.0)
    assert np.array_equal(NET[0][0], tiny_network()[0][0])


def test_the_slope_never_exceeds_a_quarter_and_the_other_factors_can():
    z = np.linspace(-50, 50, 10001)
    assert lesson_03.S_slope(z).max() == 0.25 == lesson_03.S_slope(0.0)
    f = factors(*NET, *SAMPLE)
    assert (f[[0, 2, 4]] > 0.25).all() and (f[[1, 3]] <= 0.25).all()


def test_the_wide_weights_flatten_the_cost():
    """The film's presets: flat at both ends, steepest at w = -1."""
    products = [factors(with_weight(NET[0], w), NET[1], *SAMPLE).prod() for w in VALUES]
    assert int(np.argmax(products)) == 28 and VALUES[28] == -1 and VALUES[36] == 1
    assert max(products[0], products[64]) < 0.01 * products[28]


# ------------------------------------------------------------------ the chain


@pytest.mark.parametrize("w", [0.5, 1.0, 4.0, 16.0])
def test_chain_slopes_are_the_learners_da(w):
    net = [[[w]]] * 6, [[-w / 2]] * 6
    _, _, da = by_index.sample_gradients(*net, [0.6], [0.0])
    assert np.allclose(chain_slopes(w), [abs(value[0]) for value in reversed(da)], rtol=1e-12, atol=0)


# ------------------------------------------------------------------ the pictures


def test_the_tangent_touches_the_curve():
    """The sentence of each frame multiplies to its own product."""
    shown = factor_scene(*NET, *SAMPLE, VALUES[::16]).film()
    for value in places(shown):
        said = value.rpartition('role="status"')[2].partition(": ")[2].partition(", the slope")[0]
        product, total = said.split(" = ")
        assert np.isclose(np.prod([float(f) for f in product.split(" × ")]), float(total), rtol=2e-3)


def test_the_still_picture_has_its_tangent():
    """Its slope is the product of the factors: measured on the line itself, against a nudge of the cost."""
    w = NET[0][0][0, 0]
    (here,) = slices(*NET, *SAMPLE, [w])
    assert here.cost == cost(*NET, *SAMPLE)
    ends, heights = tangent(VALUES, here)
    assert np.isclose(np.diff(heights)[0] / np.diff(ends)[0], gradients(*NET, *SAMPLE)[0][0][0, 0], rtol=1e-13)
    assert ends.mean() == w and np.isclose(heights.mean(), here.cost, rtol=1e-15)
    assert "tangent" in factor_scene(*NET, *SAMPLE, VALUES).still(w).alt


(W1, W2), (b1, b2) = tiny_network()


def on_the_path(w):
    """The numbers that move with w_11 of the tiny network, for the sample (1, 1)."""
    z1 = b1[0] + w + W1[1, 0]
    z = b2[0] + S(z1) * W2[0, 0] + S(b1[1] + W1[0, 1] + W1[1, 1]) * W2[1, 0]
    return [w, z1, S(z1), z, S(z), S(z) ** 2]


def test_the_ratios_of_a_small_nudge_are_the_factors_of_the_gradient():
    z1, z = on_the_path(1.0)[1], on_the_path(1.0)[3]
    slope = lesson_03.S_slope
    wanted = [1.0, slope(z1), W2[0, 0], slope(z), 2 * S(z)]
    assert np.allclose(bars.ratios(on_the_path(1.0), on_the_path(1.0 + 1e-6)), wanted, rtol=1e-5)
    assert np.prod(wanted) == pytest.approx(gradients(*tiny_network(), *tiny_sample())[0][0][0, 0], rel=1e-12)


def test_the_film_moves_each_dot_to_where_its_number_is():
    names = ("w", "z₁", "a₁", "z", "a", "C")
    scene = bars.stations_scene(names, on_the_path, 1.0)
    cells = places(scene.film())
    assert len(cells) == len(set(cells)) == len(bars.NUDGES)
    for cell, h in zip(cells, bars.NUDGES):
        for old, new in zip(on_the_path(1.0), on_the_path(1.0 + h)):
            assert f">{new - old:+.5f}<" in cell
        for value in bars.ratios(on_the_path(1.0), on_the_path(1.0 + h)):
            assert f">× {value:.3f}<" in cell
    assert [line.get_xdata()[0] for line in scene.ax.lines[1::2]] == on_the_path(1.0), "the marks stand where it starts"
    assert [tick.get_text() for tick in scene.ax.get_yticklabels()] == list(names) and scene.ax.yaxis_inverted()


def test_the_chain_is_drawn_with_its_input_on_the_left():
    scene = chain_scene([1.0, 4.0])
    ax = scene.ax
    quarter = ax.lines[0].get_xydata()
    assert quarter[quarter[:, 0].argmin(), 1] == 0.25**6 and quarter[quarter[:, 0].argmax(), 1] == 1
    assert "0 is the input" in ax.get_xlabel() and ax.get_yscale() == "log"
    assert np.allclose(np.diff(np.log10(ax.get_yticks())), -2), "from one line to the next it is a hundred times less"
    drawn = re.search(r'<polyline points="([^"]+)"', scene.frame((1.0, chain_slopes(1.0))))[1]
    points = sorted(tuple(map(float, point.split(","))) for point in drawn.split())
    assert len(points) == 7 and all(left[1] > right[1] for left, right in zip(points, points[1:])), "least on the left"
