"""Every row of the activation table: slopes against the complex step, accuracy in the tails, and a planted wrong slope."""

import warnings
from math import exp, log1p

import numpy as np
import pytest

from nnlib.functions import ELEMENTWISE, TABLE, per_layer, sigmoid, softplus

Z = np.array([-30.0, -3.3, -1.0, -0.2, 0.1, 0.7, 2.5, 31.0])  # no kink among them


def slope_by_complex_step(f, z):
    return f(z + 1e-20j).imag / 1e-20


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slope_is_the_derivative(name):
    row = ELEMENTWISE[name]
    right = slope_by_complex_step(row.f, Z)
    assert np.allclose(row.slope(Z), right, rtol=1e-13, atol=1e-16)
    assert np.allclose(row.back(1.0, Z, row.f(Z)), right, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_bend_is_the_derivative_of_the_slope(name):
    row = ELEMENTWISE[name]
    right = slope_by_complex_step(lambda z: row.slope(z) + 0j, Z)
    bend = row.bend_from(row.f(Z), row.slope(Z))
    assert np.allclose(bend, right, rtol=1e-12, atol=1e-16) and bend.shape == Z.shape


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_a_slope_taken_at_a_instead_of_z_is_rejected(name):
    row = ELEMENTWISE[name]
    assert not np.allclose(row.slope(row.f(Z)), slope_by_complex_step(row.f, Z), rtol=1e-3)


def test_sigmoid_is_accurate_to_a_few_roundings_and_silent_in_the_tails():
    z = np.linspace(-700, 700, 2801)
    right = np.array([exp(v) / (1 + exp(v)) if v < 0 else 1 / (1 + exp(-v)) for v in z])
    assert (np.abs(sigmoid(z) / right - 1) < 1e-15).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (sigmoid(np.array([-1000.0, 1000.0, -np.inf, np.inf])) == [0, 1, 0, 1]).all()
        assert sigmoid(0.0) == 0.5 and sigmoid(np.array(-800.0)) == 0


def test_softplus_neither_overflows_nor_loses_small_values():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (softplus(np.array([1000.0, -1000.0])) == [1000, 0]).all()
    assert softplus(np.array([-40.0]))[0] == pytest.approx(log1p(exp(-40)), rel=1e-15)


def test_relu_slope_is_zero_at_and_below_zero():
    z = np.array([-1.0, 0.0, 1.0])
    row = ELEMENTWISE["relu"]
    assert (row.slope(z) == [0, 0, 1]).all() and (row.back(np.ones_like(z), z, row.f(z)) == [0, 0, 1]).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_shape_precision_and_input_are_kept(name):
    row = ELEMENTWISE[name]
    for dtype in (np.float32, np.float64, complex):
        z = np.full((2, 3), 0.5, dtype)
        kept = z.copy()
        for out in (row.f(z), row.slope(z), row.back(np.ones_like(z), z, row.f(z))):
            assert out.shape == (2, 3) and out.dtype == dtype
        assert (z == kept).all()


def test_names_serve_all_layers_or_one_each():
    assert [row.name for row in per_layer("tanh", 3)] == ["tanh"] * 3
    assert [row.name for row in per_layer(["relu", "identity"], 2)] == ["relu", "identity"]
    assert len(ELEMENTWISE) == len(TABLE) == 5
