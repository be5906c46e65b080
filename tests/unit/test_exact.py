"""The exact proof of the six formulas: it accepts them on every size, and rejects each planted slip."""

import numpy as np
import pytest

from nnlib import gradients
from nnlib.exact import PRIME, Symbols, forward_derivatives, prove, symbols

SIZES = [(2, 2, 1), (3, 4, 5, 2), (1, 1), (2, 3, 4, 3, 2), (1, 1, 1, 1)]


def six(weights, a, slopes, e, two=2, last_only=False, swap=False, slope_of=lambda l: l - 1, weigh=lambda w: w):
    """The six formulas, or one of them with a slip."""
    da = [two * (a[-1][j] - e[j]) for j in range(len(e))]
    dw, db = [], []
    for l in reversed(range(1, len(a))):
        dz = [da[y] * slopes[slope_of(l)][y] for y in range(len(a[l]))]
        db.insert(0, dz)
        dw.insert(0, [[dz[y] * a[l - 1][x] for y in range(len(a[l]))] for x in range(len(a[l - 1]))])
        paths = [[dz[j] * weigh(weights[l - 1][j][x] if swap else weights[l - 1][x][j]) for j in range(len(a[l]))]
                 for x in range(len(a[l - 1]))]  # fmt: skip
        da = [row[-1] if last_only else sum(row) for row in paths]
    return dw, db


@pytest.mark.parametrize("sizes", SIZES)
def test_the_six_formulas_are_the_derivatives(sizes):
    proof = prove(six, sizes, np.random.default_rng(0))
    parameters = sum(n * m + m for n, m in zip(sizes, sizes[1:]))
    assert proof.agree and proof.entries == parameters
    assert proof.chance == pytest.approx(parameters * (2 * len(sizes) - 1) / PRIME) and proof.chance < 1e-15


@pytest.mark.parametrize(
    "slip",
    [{"two": 1}, {"two": -2}, {"last_only": True}, {"swap": True}, {"slope_of": lambda l: 0}, {"weigh": lambda w: 1}],
    ids=["no two", "sign", "last path only", "transposed", "slope of another layer", "no weights"],
)
def test_each_slip_is_rejected(slip):
    assert not prove(lambda *at: six(*at, **slip), (3, 3, 3, 3), np.random.default_rng(0)).agree


def test_one_wrong_entry_of_one_layer_is_rejected():
    def frozen(*at):
        dw, db = six(*at)
        return dw, [[0] * len(db[0]), *db[1:]]

    assert not prove(frozen, (3, 4, 2), np.random.default_rng(0)).agree
    assert not prove(lambda *at: ([], []), (3, 4, 2), np.random.default_rng(0)).agree


def test_more_points_leave_less_to_chance():
    one, two = (prove(six, (2, 2, 1), np.random.default_rng(0), points) for points in (1, 2))
    assert two.agree and two.chance == pytest.approx(one.chance**2)


def test_every_symbol_is_drawn_from_the_field():
    at = symbols((3, 4, 2), np.random.default_rng(0))
    values = [v for group in (at.weights[0], at.weights[1], at.a, at.slopes) for row in group for v in row] + at.e
    assert all(0 <= v < PRIME and isinstance(v, int) for v in values) and len(set(values)) == len(values)


def test_with_the_sigmoid_for_f_it_is_the_gradient_of_the_network():
    """The same rules in ordinary numbers: the speeds are the slopes that nnlib computes, so the proof is about the network."""
    rng = np.random.default_rng(1)
    weights, x, e = (
        [rng.normal(size=(2, 3)), rng.normal(size=(3, 2))],
        rng.normal(size=(1, 2)),
        rng.uniform(size=(1, 2)),
    )
    biases, a, slopes = [rng.normal(size=3), rng.normal(size=2)], [x[0].tolist()], []
    for W, b in zip(weights, biases):
        a.append((1 / (1 + np.exp(-(np.array(a[-1]) @ W + b)))).tolist())
        slopes.append([value * (1 - value) for value in a[-1]])
    dw, db = six([W.tolist() for W in weights], a, slopes, e[0].tolist())
    dW, dB = gradients(weights, biases, x, e)
    for mine, true in zip([*dw, *db], [*dW, *dB]):
        np.testing.assert_allclose(mine, true, rtol=1e-12)


def test_the_judge_carries_nothing_back():
    """By hand for a chain 1-1-1: dC/dw1 = x s1 w2 s2 2 (a - e)."""
    at = Symbols([[[5]], [[7]]], [[2], [11], [13]], [[3], [17]], [4])
    dw, db = forward_derivatives(at)
    assert dw == [[[2 * 3 * 7 * 17 * 2 * 9]], [[11 * 17 * 2 * 9]]] and db == [[3 * 7 * 17 * 2 * 9], [17 * 2 * 9]]
