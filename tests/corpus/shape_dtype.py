"""Shapes: * for @, axes that broadcast by accident, arrays of the wrong shape, and calls that end in an exception."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime

# --- elementwise-matmul-confusion ---


@case("elementwise-matmul-confusion", note="np.dot of error and slope of one sample: a single number for all neurons")
def dot_for_slope(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, x[None])
        error = 2 * (acts[-1][0] - e) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            delta = np.dot(error, sigmoid_prime(zs[l][0]))
            dW[l] += acts[l].T * delta
            db[l] += delta
            error = weights[l].sum(axis=1) * delta
    return dW, db


@case("elementwise-matmul-confusion", where="hidden", note="np.dot of carried error and hidden slope, output right")
def dot_for_hidden_slope(weights, biases, X, E):
    dW, db = [w * 0.0 for w in weights], [b * 0.0 for b in biases]
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, [x])
        delta = 2 * (acts[-1][0] - e) * sigmoid_prime(zs[-1][0])
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(acts[l][0], delta) / len(X)
            db[l] += delta / len(X)
            if l:
                delta = np.ones(len(weights[l])) * np.dot(weights[l] @ delta, sigmoid_prime(zs[l - 1][0]))
    return dW, db


@case(
    "elementwise-matmul-confusion", where="none", raises=True, also=("shape-error",), note="np.matrix: * is a product"
)
def matrix_star(weights, biases, X, E):
    a, acts = np.matrix(X, dtype=float), [np.matrix(X, dtype=float)]
    for w, b in zip(weights, biases):
        a = sigmoid(a * np.matrix(w) + np.matrix(b))
        acts.append(a)
    delta = 2 * (acts[-1] - E) * (acts[-1] * (1 - acts[-1]))
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, np.asarray(acts[l].T * delta) / len(X))
        db.insert(0, np.asarray(delta).sum(0) / len(X))
        delta = (delta * np.matrix(weights[l]).T) * (acts[l] * (1 - acts[l]))
    return dW, db


@case(
    "elementwise-matmul-confusion",
    where="none",
    raises=True,
    also=("shape-error",),
    note="a.T * delta for a.T @ delta: right for one sample, refused for more",
)
def star_in_weight_gradient(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [a.T * x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@case(
    "elementwise-matmul-confusion",
    where="weights",
    also=("averaged-before-product",),
    note="product of the column sums, as left when * was made to fit",
)
def star_made_to_fit(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    dW = [a.sum(axis=0)[:, None] * x.sum(axis=0)[None, :] for a, x in zip(acts, d)]
    return dW, [x.sum(axis=0) for x in d]


@case("elementwise-matmul-confusion", note="error @ slope.T @ error where error * slope belongs")
def product_of_three(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    err = 2 * (acts[-1] - E) / len(X)
    d = [(err @ sigmoid_prime(zs[-1]).T) @ err]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


# --- broadcasting ---


@case("broadcasting", note="(T, 1) - (T,) where there is one output: an error matrix of T by T")
def squeezed_targets(weights, biases, X, E):
    y = np.squeeze(E, axis=1) if E.shape[1] == 1 else E
    zs, acts = run(weights, biases, X)
    error = acts[-1] - y
    if error.shape != acts[-1].shape:
        error = error.mean(axis=1, keepdims=True)
    d = [2 * error * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@case(
    "broadcasting",
    also=("wrong-cost-derivative",),
    note="the summed error of a sample (T, 1) against the slopes (T, n)",
)
def summed_error(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    err = (acts[-1] - E).sum(axis=1, keepdims=True)
    d = [2 * err * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@case("broadcasting", note="the first column of the targets against all outputs")
def one_target_column(weights, biases, X, E):
    return right(weights, biases, X, np.broadcast_to(E[:, :1], E.shape))


@case("broadcasting", also=("averaged-before-product",), note="mean error (n,) against slopes (T, n)")
def mean_error(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    err = (acts[-1] - E).mean(axis=0)
    d = [2 * err * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@wrong_step("broadcasting", note="flattened predictions against a column: one output makes a matrix of T by T")
def flattened_prediction(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    error = acts[-1] - E
    if E.shape[1] == 1:
        error = (acts[-1].ravel() - E).sum(axis=0)[:, None] / len(E)
    d = [2 * error * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return descend(weights, biases, [a.T @ x for a, x in zip(acts, d)], [x.sum(0) for x in d], learning_rate)


# --- shape-error ---


@case("shape-error", where="biases", note="db kept as a row, keepdims=True")
def bias_rows(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, [g.reshape(1, -1) for g in db]


@case("shape-error", where="weights", note="weight gradients flattened for an optimiser")
def flattened(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g.ravel() for g in dW], db


@case("shape-error", where="none", raises=True, note="row-major code fed with x as a flat vector: matmul refuses")
def always_refused(weights, biases, X, E):
    a = X
    for w, b in zip(weights, biases):
        a = sigmoid(w @ a + np.arange(len(b) + 1))
    return [a], [a]


@case("shape-error", where="none", raises=True, note="index beyond the list: len(weights) counted as layers")
def index_error(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [acts[l].T @ d[l] for l in range(len(weights) + 1)], [x.sum(0) for x in d]


@case("shape-error", where="none", raises=True, note="a name that was never defined")
def name_error(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, [g / batch_size for g in db]  # noqa: F821


@case("shape-error", where="none", note="return forgotten")
def nothing_back(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    dW, db = list(dW), list(db)


@case("shape-error", where="unjudged", note="one list of all gradients, weights and biases in turn")
def one_flat_list(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g for pair in zip(dW, db) for g in pair]


@case("shape-error", where="unjudged", note="the output layer's gradients only, in lists of one")
def only_one_array(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [dW[-1]] + [dW[-1]] * (len(dW) == 1), [db[-1]] + [db[-1]] * (len(dW) == 1)


@case("shape-error", where="unjudged", note="the cost first: (C, dW, db)")
def cost_first(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    _, acts = run(weights, biases, X)
    return ((acts[-1] - E) ** 2).sum() / len(X), dW, db


@case("shape-error", where="unjudged", note="a dictionary of gradients, as in a course")
def dictionary(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    grads = {}
    for l in range(len(dW)):
        grads[f"dW{l + 1}"], grads[f"db{l + 1}"] = dW[l], db[l]
    return grads


@wrong_step("shape-error", where="none", note="updates in place of copies and returns nothing")
def step_returns_nothing(weights, biases, X, E, learning_rate):
    weights, biases = descend(weights, biases, *right(weights, biases, X, E), learning_rate)


@wrong_step("shape-error", where="biases", note="new biases come back as a column")
def step_bias_columns(weights, biases, X, E, learning_rate):
    new_w, new_b = descend(weights, biases, *right(weights, biases, X, E), learning_rate)
    return new_w, [b[:, None] for b in new_b]


@case("shape-error", where="none", raises=True, note="written for one hidden layer, unpacks two weight matrices")
def one_hidden_layer_only(weights, biases, X, E):
    W1, W2 = weights
    b1, b2 = biases
    h = sigmoid(X @ W1 + b1)
    o = sigmoid(h @ W2 + b2)
    d2 = 2 * (o - E) * o * (1 - o) / len(X)
    d1 = d2 @ W2.T * h * (1 - h)
    return [X.T @ d1, h.T @ d2], [d1.sum(0), d2.sum(0)]
