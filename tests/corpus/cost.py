"""The cost and the forward pass: another cost's slope, another network inside, a term too many."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime


def from_output_slope(weights, biases, X, E, dC_da):
    """Backpropagation of dC/da at the output, a function of a and e, already divided by T."""
    zs, acts = run(weights, biases, X)
    g, dW, db = dC_da(acts[-1], E), [], []
    for l in range(len(weights) - 1, -1, -1):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.append(acts[l].T @ g)
        db.append(g.sum(axis=0))
        g = g @ weights[l].T
    return dW[::-1], db[::-1]


# --- cross-entropy-delta ---


@case("cross-entropy-delta", note="dZ = A - Y, columns, 1/m")
def a_minus_y(weights, biases, X, E):
    m, A = E.shape[0], [X.T]
    for W, b in zip(weights, biases):
        A.append(sigmoid(W.T @ A[-1] + b.reshape(-1, 1)))
    dZ, dW, db = A[-1] - E.T, [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, (1 / m * dZ @ A[l].T).T)
        db.insert(0, 1 / m * dZ.sum(axis=1))
        dZ = (weights[l] @ dZ) * A[l] * (1 - A[l])
    return dW, db


@case("cross-entropy-delta", note="course style: Delta accumulators per sample, bias folded in")
def a_minus_y_folded(weights, biases, X, E):
    thetas = [np.vstack([b, w]).T for w, b in zip(weights, biases)]
    Delta = [np.zeros(t.shape) for t in thetas]
    for x, y in zip(X, E):
        a = [np.append(1.0, x)]
        for t in thetas:
            a.append(np.append(1.0, sigmoid(t @ a[-1])))
        delta = a[-1][1:] - y
        for l in range(len(thetas) - 1, -1, -1):
            Delta[l] += np.outer(delta, a[l])
            delta = (thetas[l].T @ delta)[1:] * a[l][1:] * (1 - a[l][1:])
    return [D[:, 1:].T / len(X) for D in Delta], [D[:, 0] / len(X) for D in Delta]


@case("cross-entropy-delta", note="written out: -(y/a) + (1-y)/(1-a), with a small epsilon")
def log_loss(weights, biases, X, E):
    eps = 1e-14
    return from_output_slope(weights, biases, X, E, lambda a, y: (-(y / (a + eps)) + (1 - y) / (1 - a + eps)) / len(y))


@case("cross-entropy-delta", where="output", note="a - e in the output arrays only, the right delta is carried down")
def a_minus_y_output(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    _, acts = run(weights, biases, X)
    dW[-1] = acts[-2].T @ (acts[-1] - E) / len(X)
    db[-1] = (acts[-1] - E).mean(axis=0)
    return dW, db


@wrong_step("cross-entropy-delta", note="train loop with delta = a - y")
def a_minus_y_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [acts[-1] - E]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, (d[0] @ weights[l].T) * sigmoid_prime(zs[l - 1]))
    k = learning_rate / X.shape[0]
    return [w - k * a.T @ x for w, a, x in zip(weights, acts, d)], [b - k * x.sum(0) for b, x in zip(biases, d)]


# --- wrong-cost-derivative ---


@case("wrong-cost-derivative", note="the sign of the error: mean absolute error")
def absolute_error(weights, biases, X, E):
    return from_output_slope(weights, biases, X, E, lambda a, y: np.sign(a - y) / len(y))


@case("wrong-cost-derivative", note="the squared error itself used as its own slope")
def squared_itself(weights, biases, X, E):
    return from_output_slope(weights, biases, X, E, lambda a, y: (a - y) ** 2 / len(y))


@case("wrong-cost-derivative", note="an extra factor a from the output")
def extra_output(weights, biases, X, E):
    return from_output_slope(weights, biases, X, E, lambda a, y: 2 * (a - y) * a / len(y))


@case("wrong-cost-derivative", note="the fourth power: 4 (a - e)^3")
def fourth_power(weights, biases, X, E):
    return from_output_slope(weights, biases, X, E, lambda a, y: 4 * (a - y) ** 3 / len(y))


@case("wrong-cost-derivative", note="root mean square error")
def root_mean_square(weights, biases, X, E):
    def slope(a, y):
        return (a - y) / len(y) / np.sqrt(((a - y) ** 2).sum() / len(y))

    return from_output_slope(weights, biases, X, E, slope)


@case("wrong-cost-derivative", note="2a - e: the two on the output only")
def two_on_output(weights, biases, X, E):
    return from_output_slope(weights, biases, X, E, lambda a, y: (2 * a - y) / len(y))


@wrong_step("wrong-cost-derivative", note="log cosh")
def log_cosh(weights, biases, X, E, learning_rate):
    dW, db = from_output_slope(weights, biases, X, E, lambda a, y: np.tanh(a - y) / len(y))
    return descend(weights, biases, dW, db, learning_rate)


# --- wrong-forward-pass ---


def with_forward(weights, biases, X, E, function, slope, pre=None):
    """Backward consistent with a forward pass of its own: function(l, z), slope(l, z, a), pre(a, w, b)."""
    pre = pre or (lambda a, w, b: a @ w + b)
    zs, acts = [], [np.asarray(X, float)]
    for l, (w, b) in enumerate(zip(weights, biases)):
        zs.append(pre(acts[-1], w, b))
        acts.append(function(l, zs[-1]))
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        g = g * slope(l, zs[l], acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].T
    return dW, db


@case("wrong-forward-pass", note="bias never added")
def no_bias(weights, biases, X, E):
    acts = [X]
    for w in weights:
        acts.append(sigmoid(acts[-1] @ w))
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * acts[l + 1] * (1 - acts[l + 1])
        dW.append(np.dot(acts[l].T, d))
        db.append(np.sum(d, axis=0))
        d = np.dot(d, weights[l].T)
    return dW[::-1], db[::-1]


@case("wrong-forward-pass", note="tanh in the hidden layers, sigmoid at the output")
def tanh_hidden(weights, biases, X, E):
    last = len(weights) - 1
    return with_forward(
        weights, biases, X, E,
        lambda l, z: sigmoid(z) if l == last else np.tanh(z),
        lambda l, z, a: a * (1 - a) if l == last else 1 - a * a,
    )  # fmt: skip


@case("wrong-forward-pass", note="linear output with slope one")
def linear_output(weights, biases, X, E):
    last = len(weights) - 1
    return with_forward(
        weights, biases, X, E,
        lambda l, z: z if l == last else sigmoid(z),
        lambda l, z, a: np.ones_like(a) if l == last else a * (1 - a),
    )  # fmt: skip


@case("wrong-forward-pass", note="relu in the hidden layers")
def relu_hidden(weights, biases, X, E):
    last = len(weights) - 1
    return with_forward(
        weights, biases, X, E,
        lambda l, z: sigmoid(z) if l == last else np.maximum(z, 0),
        lambda l, z, a: a * (1 - a) if l == last else (z > 0) * 1.0,
    )  # fmt: skip


@case("wrong-forward-pass", note="bias subtracted as a threshold, gradient as if it were added")
def bias_as_threshold(weights, biases, X, E):
    return with_forward(
        weights, biases, X, E, lambda l, z: sigmoid(z), lambda l, z, a: a * (1 - a), lambda a, w, b: a @ w - b
    )


@wrong_step("wrong-forward-pass", note="bias forgotten in the forward pass, trained all the same")
def no_bias_step(weights, biases, X, E, learning_rate):
    dW, db = right(weights, [0 * b for b in biases], X, E)
    return descend(weights, biases, dW, db, learning_rate)


@case("wrong-forward-pass", note="bias only in the first layer")
def bias_first_layer_only(weights, biases, X, E):
    return right(weights, [b if l == 0 else np.zeros_like(b) for l, b in enumerate(biases)], X, E)


# --- regularisation-term ---


@case("regularisation-term", where="weights", note="lambda w with lambda a constant of the file")
def decay(weights, biases, X, E):
    lam = 0.01
    dW, db = right(weights, biases, X, E)
    return [g + lam * w for g, w in zip(dW, weights)], db


@case("regularisation-term", where="weights", note="(lambda / m) W, columns")
def decay_over_m(weights, biases, X, E):
    lambd, m = 0.7, X.shape[0]
    zs, acts = run(weights, biases, X)
    dZ = [x.T for x in deltas(weights, zs, acts, E)]
    dW = [(np.dot(z, a) + lambd / m * w.T).T for z, a, w in zip(dZ, acts, weights)]
    return dW, [np.sum(z, axis=1) for z in dZ]


@case("regularisation-term", note="biases decayed as well, 2 lambda v")
def decay_all(weights, biases, X, E):
    reg = 1e-3
    dW, db = right(weights, biases, X, E)
    return [g + 2 * reg * w for g, w in zip(dW, weights)], [g + 2 * reg * b for g, b in zip(db, biases)]


@case("regularisation-term", where="weights", note="L1: lambda sign(w)")
def lasso(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g + 0.005 * np.sign(w) for g, w in zip(dW, weights)], db


@wrong_step("regularisation-term", where="weights", note="weights shrunk by 1 - rate lambda before the step")
def decay_step(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w = [(1 - learning_rate * 0.1) * w - learning_rate * g for w, g in zip(weights, dW)]
    return new_w, [b - learning_rate * g for b, g in zip(biases, db)]


@case("regularisation-term", where="W0 W1", note="only the hidden weights are decayed")
def decay_hidden(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    last = len(weights) - 1
    return [g + (l < last) * 0.05 * w for l, (g, w) in enumerate(zip(dW, weights))], db
