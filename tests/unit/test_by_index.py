"""The six formulas by index: the slope of the inputs, lists as arrays; test_properties.py compares them with the matrices."""

import pytest
from networks import problem

from nnlib import by_index, network


def test_slope_with_respect_to_the_inputs_too():
    weights, biases, X, E = problem([3, 4, 2], 1)
    _, _, da = by_index.sample_gradients(weights, biases, X[0], E[0])
    for k in range(3):
        moved = X.astype(complex)
        moved[0, k] += 1e-20j
        exact = network.cost(weights, biases, moved, E).imag / 1e-20
        assert da[0][k] == pytest.approx(exact, rel=1e-13)


def test_nested_lists_serve_as_arrays_do():
    case = problem([2, 3, 1], 4)
    lists = [[W.tolist() for W in case[0]], [b.tolist() for b in case[1]], case[2].tolist(), case[3].tolist()]
    assert by_index.gradients(*lists) == by_index.gradients(*case)


def test_sigmoid_of_numbers_far_out():
    assert by_index.S(-1000.0) == 0 and by_index.S(1000.0) == 1 and by_index.S(0.0) == 0.5
    assert isinstance(by_index.S(0.3), float) and isinstance(by_index.S(0.3 + 0j), complex)
    assert by_index.S_slope(0.0) == 0.25
