"""Lesson 3: its factors against other derivatives, its films and pictures, and the mistakes that it must know."""

import numpy as np
import pytest
from films import places

from nnlib import by_index, complex_step, cost, gradients, relative_error
from nnlib.chain_rule import chain_slopes, factors, slices, with_weight
from nnlib.data.example import tiny_network, tiny_sample
from nnlib.functions import sigmoid
from nnlib.lessons import Lesson, lesson_03
from nnlib.publish.contract import pictures_without_alt
from nnlib.show.bars import factor_film, factor_picture, tangent
from nnlib.show.network import path_picture
from nnlib.show.slopes import chain_film, slope_picture

LESSON = Lesson(3)
NET, SAMPLE = tiny_network(), tiny_sample()
VALUES = np.linspace(-8, 8, 65)


def test_the_mistakes_of_the_lesson_are_known():
    known = {way.name for exercise in LESSON.exercises.values() for way in exercise.wrong_ways}
    assert {
        "missing-two",
        "missing-slope",
        "missing-hidden-slope",
        "missing-output-slope",
        "slope-at-a",
        "sign",
    } <= known


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


def test_the_chain_vanishes_on_both_sides():
    left = {w: chain_slopes(w)[-1] / chain_slopes(w)[0] for w in (1.0, 4.0, 5.0, 16.0)}
    assert left[1.0] <= 0.25**6 and left[16.0] < 1e-9 and 0.5 < left[4.0] < 1 < left[5.0]


# ------------------------------------------------------------------ the pictures


def test_films():
    factor = factor_film(*NET, *SAMPLE, VALUES, {"left": 0, "steepest": 28, "right": 64}, start=36)
    weights_shown = np.r_[0.25:8:32j, 8.5:16:16j].round(2)
    assert (weights_shown[3], weights_shown[15], weights_shown[47]) == (1, 4, 16)
    chain = chain_film(weights_shown, {"shrinks": 3, "keeps": 15, "saturates": 47}, start=3)
    for shown, count in ((factor, 65), (chain, 48)):
        drawn = places(shown)
        assert len(drawn) == len(set(drawn)) == count
        assert sum(map(len, drawn)) < 2e6 and not any(map(pictures_without_alt, drawn))
        assert len({value.rpartition('role="status"')[2] for value in drawn}) == count


def test_the_tangent_touches_the_curve():
    """The sentence of each frame multiplies to its own product."""
    shown = factor_film(*NET, *SAMPLE, VALUES[::16], {}, start=0)
    for value in places(shown):
        said = value.rpartition('role="status"')[2].partition(": ")[2].partition(", the slope")[0]
        product, total = said.split(" = ")
        assert np.isclose(np.prod([float(f) for f in product.split(" × ")]), float(total), rtol=2e-3)


def test_pictures_say_their_numbers():
    path = path_picture(*NET, *SAMPLE)
    assert "1 × 0.105 × 1.5 × 0.1652 × 1.582 = 0.0412" in path.alt
    assert "0.25" in slope_picture().alt and f"{sigmoid(8.0):.4f}" in slope_picture().alt
    assert "= 0.04117" in factor_picture(*NET, *SAMPLE, VALUES).alt


def test_the_still_picture_has_its_tangent():
    """Its slope is the product of the factors: measured on the line itself, against a nudge of the cost."""
    w = NET[0][0][0, 0]
    (here,) = slices(*NET, *SAMPLE, [w])
    assert here.cost == cost(*NET, *SAMPLE)
    ends, heights = tangent(VALUES, here)
    assert np.isclose(np.diff(heights)[0] / np.diff(ends)[0], gradients(*NET, *SAMPLE)[0][0][0, 0], rtol=1e-13)
    assert ends.mean() == w and np.isclose(heights.mean(), here.cost, rtol=1e-15)
    assert "tangent" in factor_picture(*NET, *SAMPLE, VALUES).alt
