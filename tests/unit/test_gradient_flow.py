"""The drawing of a backward pass: its numbers are the gradient, and each of its steps draws something new."""

import re
import xml.etree.ElementTree as tree

import numpy as np
import pytest

from nnlib import complex_step, cost, gradients
from nnlib.chain_rule import flow
from nnlib.data.example import half_adder, half_adder_network, tiny_network
from nnlib.show import gradient_flow

WEIGHTS, BIASES = half_adder_network()
X, E = half_adder()
NUMBERS = flow(WEIGHTS, BIASES, X[3], E[3])


def test_the_numbers_are_the_gradient():
    dW, db = gradients(WEIGHTS, BIASES, X[3:], E[3:])
    slow, slow_b = complex_step(lambda w, b: cost(w, b, X[3:], E[3:]), WEIGHTS, BIASES)
    for l in range(2):
        assert np.allclose(NUMBERS.dw[l], dW[l], rtol=1e-13) and np.allclose(dW[l], slow[l], rtol=1e-13)
        assert np.allclose(NUMBERS.dz[l], db[l], rtol=1e-13) and np.allclose(db[l], slow_b[l], rtol=1e-13)
        assert np.allclose(np.sum(NUMBERS.carried[l], axis=1), NUMBERS.da[l], rtol=1e-13)  # paths add


def test_one_output_alone_is_the_gradient_of_its_own_cost():
    alone = [flow(WEIGHTS, BIASES, X[3], E[3], through=[y]) for y in (0, 1)]
    assert np.allclose(np.add(alone[0].da[1], alone[1].da[1]), NUMBERS.da[1], rtol=1e-13)
    assert not np.allclose(alone[0].da[1], NUMBERS.da[1])
    assert "left out" in gradient_flow.flow_svg(WEIGHTS, alone[0])


def test_the_first_output_is_the_tiny_network_of_the_other_lessons():
    weights, biases = tiny_network()
    assert np.array_equal(weights[0], WEIGHTS[0]) and np.array_equal(weights[1][:, 0], WEIGHTS[1][:, 0])
    assert biases[1][0] == BIASES[1][0] and not np.allclose(WEIGHTS[1], WEIGHTS[1].T)  # a transpose would show


def test_every_number_of_the_drawing_is_computed():
    shown = set(re.findall(r"[+−]\d\.\d{3}", gradient_flow.flow_svg(WEIGHTS, NUMBERS)))
    carried = {f"{v:+.3f}".replace("-", "−") for layer in NUMBERS.carried for row in layer for v in row}
    assert len(carried) == 8 and carried <= shown


def test_each_step_draws_something_new():
    frames = [gradient_flow.flow_svg(WEIGHTS, NUMBERS, step) for step in gradient_flow.STEPS]
    assert len(set(frames)) == len(gradient_flow.STEPS) and all(tree.fromstring(frame) is not None for frame in frames)
    assert "nnlib-back" not in frames[0] and frames[3].count("nnlib-back") == 4 and frames[6].count("nnlib-back") == 8


@pytest.mark.parametrize("sizes", [(1, 1), (3, 4, 2), (2, 3, 2, 1)])
def test_other_networks_can_be_drawn(sizes):
    rng = np.random.default_rng(1)
    weights = [rng.standard_normal(pair) for pair in zip(sizes, sizes[1:])]
    biases = [rng.standard_normal(n) for n in sizes[1:]]
    numbers = flow(weights, biases, rng.standard_normal(sizes[0]), np.zeros(sizes[-1]))
    for step in gradient_flow.STEPS:
        tree.fromstring(gradient_flow.flow_svg(weights, numbers, step))
