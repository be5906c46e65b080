"""What lesson 14 says and does not print: its wrong network from other data, and the assertion for one's own tests.

The ways of writing that it promises are tried, right and wrong, in tests/doctor/learners.toml.
"""

import contextlib

import numpy as np
import pytest
from written import written_in

from nnlib.testing import assert_gradients


@pytest.fixture(scope="module")
def written():
    return written_in(14)


@pytest.mark.parametrize("seed", range(3))
def test_the_cost_of_the_wrong_network_falls_and_ends_above_that_of_the_right_one(written, seed):
    """From other data than the notebook's."""
    rng = np.random.default_rng(100 + seed)
    X, Y = rng.normal(size=(40, 3)), rng.uniform(0.1, 0.9, size=(40, 2))
    ends = {}
    for kind in ("Net", "Corrected"):
        pairs = []
        for start in range(8):
            net = written[kind](start)
            before = ((net.forward(X) - Y) ** 2).sum() / 2
            for _ in range(300):
                net.train(X, Y)
            pairs.append((before, ((net.forward(X) - Y) ** 2).sum() / 2))
        assert all(after < before for before, after in pairs)
        ends[kind] = np.mean([after for _, after in pairs])
    assert ends["Net"] > ends["Corrected"]


# ---------------------------------------------------------------- the ways of writing that need no explanation
S = lambda z: 1 / (1 + np.exp(-z))


def _no_bias(rng, wrong):
    W, V = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    predict = lambda X: S(S(X @ W) @ V)

    def back(X, Y):
        h = S(X @ W)
        a = S(h @ V)
        d = a - Y if wrong else (a - Y) * a * (1 - a)
        return X.T @ (d @ V.T * h * (1 - h)), h.T @ d

    return [W, V], back, predict, "half sum"


def test_the_assertion_for_ones_own_tests_passes_and_raises():
    for wrong in (False, True):
        arrays, back, predict, cost = _no_bias(np.random.default_rng(1), wrong)
        with pytest.raises(AssertionError) if wrong else contextlib.nullcontext():
            assert_gradients(arrays, grads=back, output=predict, cost=cost)
