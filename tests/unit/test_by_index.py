"""The six formulas by index: index form = matrix form = complex step, on lists as on arrays."""

import numpy as np
import pytest

from nnlib import by_index, network
from nnlib.derivatives import complex_step, worst_relative_error


def problem(sizes, T, seed=0):
    rng = np.random.default_rng(seed)
    weights, _ = network.init(sizes, rng)
    return weights, [rng.standard_normal(n) for n in sizes[1:]], rng.random((T, sizes[0])), rng.random((T, sizes[-1]))


CASES = [([3, 4, 5, 2], 7), ([2, 3, 1], 4), ([1, 1], 1), ([4, 2, 3, 2, 3], 3)]


@pytest.mark.parametrize("sizes, T", CASES)
def test_index_form_equals_matrix_form(sizes, T):
    case = problem(sizes, T)
    for mine, ours in zip(by_index.gradients(*case), network.gradients(*case)):
        assert worst_relative_error([np.array(g) for g in mine], ours) < 1e-14
    assert by_index.cost(*case) == pytest.approx(network.cost(*case), rel=1e-14)


@pytest.mark.parametrize("sizes, T", CASES)
def test_index_form_equals_the_complex_step_of_its_own_cost(sizes, T):
    weights, biases, X, E = problem(sizes, T)
    right = complex_step(lambda w, b: by_index.cost(w, b, X, E), weights, biases)
    for mine, exact in zip(by_index.gradients(weights, biases, X, E), right):
        assert worst_relative_error([np.array(g) for g in mine], exact) < 1e-14


def test_forward_equals_the_matrix_form_sample_by_sample():
    weights, biases, X, _ = problem([3, 4, 2], 5)
    Z, A = network.forward(weights, biases, X)
    for i, x in enumerate(X):
        z, a = by_index.forward(weights, biases, x)
        for l in range(2):
            assert np.allclose(z[l], Z[l][i], rtol=1e-14) and np.allclose(a[l + 1], A[l + 1][i], rtol=1e-14)


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


def test_one_path_where_paths_should_add_is_rejected():
    weights, biases, X, E = problem([2, 3, 2], 3)
    (mine, _), (right, _) = by_index.gradients(weights, biases, X, E), network.gradients(weights, biases, X, E)

    def one_path(x, e):  # dC/da keeps only the path through output 0
        _, a = by_index.forward(weights, biases, x)
        dz = [2 * (a[2][y] - e[y]) * a[2][y] * (1 - a[2][y]) for y in range(2)]
        da = [dz[0] * weights[1][k][0] for k in range(3)]
        return np.outer(x, [da[k] * a[1][k] * (1 - a[1][k]) for k in range(3)])

    wrong = np.mean([one_path(x, e) for x, e in zip(X, E)], axis=0)
    assert worst_relative_error([np.array(mine[0])], [right[0]]) < 1e-14
    assert worst_relative_error([wrong], [right[0]]) > 1e-3


def test_sigmoid_of_numbers_far_out():
    assert by_index.S(-1000.0) == 0 and by_index.S(1000.0) == 1 and by_index.S(0.0) == 0.5
    assert isinstance(by_index.S(0.3), float) and isinstance(by_index.S(0.3 + 0j), complex)
    assert by_index.S_slope(0.0) == 0.25
