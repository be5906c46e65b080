"""The question's six formulas, index by index, in plain Python: slow, but easy to compare with the text."""

from __future__ import annotations

import cmath

from nnlib import arrays


def S(z):
    """The sigmoid S(z) = 1 / (1 + e^-z) of one number, real or complex (lesson 2)."""
    try:
        a = 1 / (1 + cmath.exp(-z))
    except OverflowError:  # e^-z beyond 1e308
        a = 0j
    return a if isinstance(z, complex) else a.real


def S_slope(z):
    """S'(z) = S(z) (1 - S(z)) of one number (lesson 3)."""
    return S(z) * (1 - S(z))


def forward(weights, biases, x):
    """z and a of one sample, layer by layer: z_y = b_y + sum_x a_x w_xy,  a_y = S(z_y)  (lesson 2).

    `x` is a sequence of n_0 numbers. Returns (z, a): a[0] is x, and a[l + 1][y] = S(z[l][y]). Raises ValueError or
    TypeError where lengths do not fit or numbers are not finite, here and below.
    """
    arrays.parameters(weights, biases)
    arrays.samples("x", [x], len(weights[0]))
    z, a = [], [list(x)]
    for w, b in zip(weights, biases):
        z.append([b[y] + sum(a[-1][x] * w[x][y] for x in range(len(w))) for y in range(len(b))])
        a.append([S(value) for value in z[-1]])
    return z, a


def sample_gradients(weights, biases, x, e):
    """The six formulas for one sample: (dw, db, da), nested lists that hold dC_i/dw, dC_i/db and dC_i/da (lesson 4).

    `x` holds n_0 numbers, `e` n_last numbers. da[l] belongs to the activations a[l], so da[0] is dC_i/dx.
    """
    z, a = forward(weights, biases, x)
    arrays.samples("e", [e], len(a[-1]))
    da = [None] * len(weights) + [[2 * a[-1][y] - 2 * e[y] for y in range(len(e))]]
    dw, db = [None] * len(weights), [None] * len(weights)
    for l in reversed(range(len(weights))):
        w, X, Y = weights[l], range(len(weights[l])), range(len(biases[l]))
        db[l] = [da[l + 1][y] * S_slope(z[l][y]) for y in Y]
        dw[l] = [[da[l + 1][y] * S_slope(z[l][y]) * a[l][x] for y in Y] for x in X]
        da[l] = [sum(da[l + 1][j] * S_slope(z[l][j]) * w[x][j] for j in Y) for x in X]
    return dw, db, da


def cost(weights, biases, X, E):
    """C = (1/T) sum_i sum_j (a_ij - e_ij)^2, one number at a time (lesson 2)."""
    arrays.problem(weights, biases, X, E)
    total = 0
    for x, e in zip(X, E):
        _, a = forward(weights, biases, x)
        total += sum((a[-1][j] - e[j]) ** 2 for j in range(len(e)))
    return total / len(X)


def gradients(weights, biases, X, E):
    """The mean over the samples of the six formulas: (dW, db) as nested lists (lessons 4 and 5).

    Takes arrays or nested lists: weights[l][x][y], biases[l][y], X[i][x], E[i][y]. Sigmoid everywhere.
    """
    arrays.problem(weights, biases, X, E)
    samples = [sample_gradients(weights, biases, x, e)[:2] for x, e in zip(X, E)]
    return _mean([dw for dw, _ in samples]), _mean([db for _, db in samples])


def _mean(nested):
    """The mean of equally nested lists, element by element."""
    if isinstance(nested[0], list):
        return [_mean(list(parts)) for parts in zip(*nested)]
    return sum(nested) / len(nested)
