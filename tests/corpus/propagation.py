"""The way down: what is carried, through which weights, and along how many paths."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, run, sigmoid, sigmoid_prime


def output_delta(acts, E):
    return 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(E)


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


# --- error-propagated-without-derivative ---


@case("error-propagated-without-derivative", where="hidden", note="errors = W.T errors, slopes used locally only")
def raw_error(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    error, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        error = error @ weights[l].T
    return dW, db


@case("error-propagated-without-derivative", where="hidden", note="per sample, columns, transposed weight matrices")
def raw_error_columns(weights, biases, X, E):
    Ws, bs = [w.T for w in weights], [b[:, np.newaxis] for b in biases]
    dW, db = [np.zeros(W.shape) for W in Ws], [np.zeros(b.shape) for b in bs]
    for x, e in zip(X, E):
        outs = [np.array(x, ndmin=2, dtype=float).T]
        for W, b in zip(Ws, bs):
            outs.append(sigmoid(np.dot(W, outs[-1]) + b))
        errors = 2 * (outs[-1] - np.array(e, ndmin=2).T)
        for k in range(len(Ws) - 1, -1, -1):
            tmp = errors * outs[k + 1] * (1.0 - outs[k + 1])
            dW[k] += np.dot(tmp, outs[k].T)
            db[k] += tmp
            errors = np.dot(Ws[k].T, errors)
    return [g.T / len(X) for g in dW], [g[:, 0] / len(X) for g in db]


@case(
    "error-propagated-without-derivative",
    where="hidden",
    note="only at the first hop: the raw output error, then right",
)
def raw_output_error(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    err = 2 * (acts[-1] - E) / len(X)
    d = [err * acts[-1] * (1 - acts[-1])]
    for l in range(len(weights) - 1, 0, -1):
        carried = err if l == len(weights) - 1 else d[0]
        d.insert(0, carried @ weights[l].T * acts[l] * (1 - acts[l]))
    return collect(acts, d)


@case("error-propagated-without-derivative", where="W0 b0", note="right for one hidden layer, generalised wrongly")
def raw_hidden_error(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    error = d[0]
    for l in range(len(weights) - 1, 0, -1):
        error = error @ weights[l].T
        d.insert(0, error * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)


@wrong_step("error-propagated-without-derivative", where="hidden", note="training code with errors lists")
def raw_error_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    errors = [acts[-1] - E]
    for w in weights[:0:-1]:
        errors.append(errors[-1] @ w.T)
    errors.reverse()
    d = [2 * e * sigmoid_prime(z) / len(X) for e, z in zip(errors, zs)]
    return descend(weights, biases, *collect(acts, d), learning_rate)


# --- delta-not-propagated-through-weights ---


@case("delta-not-propagated-through-weights", where="hidden", note="the sum of the deltas above, no weights")
def deltas_summed(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 2, -1, -1):
        d.insert(0, d[0].sum(axis=1, keepdims=True) * sigmoid_prime(zs[l]))
    return collect(acts, d)


@case(
    "delta-not-propagated-through-weights",
    where="hidden",
    note="the mean of the deltas above, per sample in plain loops",
)
def deltas_averaged(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        _, acts = run(weights, biases, X[i : i + 1])
        delta = [2 * (a - e) * a * (1 - a) for a, e in zip(acts[-1][0], E[i])]
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(acts[l], delta) / len(X)
            db[l] += np.array(delta) / len(X)
            mean = sum(delta) / len(delta)
            delta = [mean * a * (1 - a) for a in acts[l][0]]
    return dW, db


@case("delta-not-propagated-through-weights", where="hidden", note="a matrix of ones where W belongs")
def ones_for_weights(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = output_delta(acts, E)
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(len(weights) - 1, 0, -1):
        d = (d @ np.ones(weights[l].T.shape)) * sigmoid_prime(zs[l - 1])
        dW, db = [acts[l - 1].T @ d] + dW, [d.sum(axis=0)] + db
    return dW, db


@case("delta-not-propagated-through-weights", where="W0 b0", note="weights used at the first hop only")
def weights_once(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        down = d[0] @ weights[l].T if l == len(weights) - 1 else d[0].sum(1)[:, None] * np.ones(len(weights[l]))
        d.insert(0, down * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)


@wrong_step(
    "delta-not-propagated-through-weights", where="hidden", raises=True, note="delta * slope: fits equal widths only"
)
def delta_times_slope(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for z in zs[-2::-1]:
        d.insert(0, d[0] * sigmoid_prime(z))
    return descend(weights, biases, *collect(acts, d), learning_rate)


# --- wrong-quantity-propagated ---


@case("wrong-quantity-propagated", where="hidden", note="the weight gradient in place of the weights")
def gradient_as_weights(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d, dW, db = output_delta(acts, E), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = (d @ dW[0].T) * acts[l] * (1 - acts[l])
    return dW, db


@case(
    "wrong-quantity-propagated", where="hidden", raises=True, note="the output error through each layer's own weights"
)
def output_error_for_all(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    err = 2 * (acts[-1] - E) / len(X)
    d = [err * sigmoid_prime(zs[-1])]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, (err @ weights[l].T) * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)


@case("wrong-quantity-propagated", where="hidden", note="the summed output error for every neuron of every layer")
def total_error_for_all(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    total = 2 * (acts[-1] - E).sum(axis=1, keepdims=True) / len(X)
    d = [total * sigmoid_prime(z) for z in zs[:-1]] + [output_delta(acts, E)]
    return collect(acts, d)


@case("wrong-quantity-propagated", where="hidden", note="activations carried down instead of the delta")
def activations_carried(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 2, -1, -1):
        d.insert(0, acts[l + 2] @ weights[l + 1].T * sigmoid_prime(zs[l]) / len(X))
    return collect(acts, d)


@case(
    "wrong-quantity-propagated",
    where="hidden",
    note="errors split in proportion to the weights, as in one popular book",
)
def split_in_proportion(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        share = weights[l] / np.abs(weights[l]).sum(axis=0)
        d.insert(0, (d[0] @ share.T) * acts[l] * (1 - acts[l]))
    return collect(acts, d)


@wrong_step("wrong-quantity-propagated", where="hidden", note="the squared delta by a power in the wrong place")
def squared_delta(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 2, -1, -1):
        d.insert(0, (d[0] ** 2 @ weights[l + 1].T) * sigmoid_prime(zs[l]))
    return descend(weights, biases, *collect(acts, d), learning_rate)


# --- transposed-weights ---


@case("transposed-weights", where="hidden", raises=True, note="delta @ W: silent for square matrices")
def untransposed(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, np.dot(d[0], weights[l]) * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)


@case("transposed-weights", where="hidden", note="whichever way fits, tried in the wrong order")
def whichever_fits(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        w = weights[l]
        carried = d[0] @ w if w.shape[0] == w.shape[1] else d[0] @ w.T
        d.insert(0, carried * acts[l] * (1 - acts[l]))
    return collect(acts, d)


@case("transposed-weights", where="hidden", also=("wrong-quantity-propagated",), note="reshape in place of a transpose")
def reshaped(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ g)
        db.insert(0, g.sum(axis=0))
        g = g @ weights[l].reshape(weights[l].shape[1], weights[l].shape[0])
    return dW, db


@case("transposed-weights", where="hidden", raises=True, note="einsum with the two weight letters exchanged, one hop")
def einsum_exchanged(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        letters = "ty,yx->tx" if l == len(weights) - 1 else "ty,xy->tx"
        d.insert(0, np.einsum(letters, d[0], weights[l]) * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)


@wrong_step("transposed-weights", where="W0 b0", raises=True, note="columns; the transpose lost in the deeper hop only")
def columns_once(weights, biases, X, E, learning_rate):
    A = [X.T]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T.dot(A[-1]) + b[:, None]))
    d = [2 * (A[-1] - E.T) * A[-1] * (1 - A[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        w = weights[l] if l == len(weights) - 1 else weights[l].T
        d.insert(0, w.dot(d[0]) * A[l] * (1 - A[l]))
    dW, db = [a.dot(x.T) for a, x in zip(A, d)], [x.sum(axis=1) for x in d]
    return descend(weights, biases, dW, db, learning_rate)


# --- wrong-layer-weights ---


@case("wrong-layer-weights", where="hidden", raises=True, note="weights[l] where weights[l + 1] belongs")
def own_weights(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 2, -1, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l]))
    return collect(acts, d)


@case(
    "wrong-layer-weights",
    where="W0 b0",
    raises=True,
    note="the output weights at every hop: right for one hidden layer",
)
def output_weights_always(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for z in zs[-2::-1]:
        d.insert(0, d[0] @ weights[-1].T * sigmoid_prime(z))
    return collect(acts, d)


@case("wrong-layer-weights", where="hidden", raises=True, note="the first weights at every hop")
def first_weights_always(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = output_delta(acts, E), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(acts[l].T @ g)
        db.append(g.sum(axis=0))
        if l > 0:
            g = np.einsum("ty,xy->tx", g, weights[0]) * acts[l] * (1 - acts[l])
    return dW[::-1], db[::-1]


@case("wrong-layer-weights", where="hidden", note="the wrong index, with a fallback when shapes do not fit")
def own_weights_where_they_fit(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = output_delta(acts, E)
    grads = [(acts[-2].T @ d, d.sum(axis=0))]
    for l in range(len(weights) - 2, -1, -1):
        w = weights[l] if weights[l].shape == weights[l + 1].shape else weights[l + 1]
        d = d @ w.T * sigmoid_prime(zs[l])
        grads.append((acts[l].T @ d, d.sum(axis=0)))
    return [g[0] for g in grads[::-1]], [g[1] for g in grads[::-1]]


@wrong_step("wrong-layer-weights", where="hidden", raises=True, note="negative index off by one")
def negative_index(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = output_delta(acts, E)
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(2, len(weights) + 1):
        d = d @ weights[-l].T * sigmoid_prime(zs[-l])
        dW.insert(0, acts[-l - 1].T @ d)
        db.insert(0, d.sum(axis=0))
    return descend(weights, biases, dW, db, learning_rate)


# --- missing-sum-over-downstream ---


@case("missing-sum-over-downstream", where="hidden", note="only the first neuron above")
def first_path(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, np.outer(d[0][:, 0], weights[l][:, 0]) * sigmoid_prime(zs[l - 1]))
    return collect(acts, d)


@case("missing-sum-over-downstream", where="hidden", note="plain loops, = where += belongs: the last path stays")
def last_path(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        _, acts = run(weights, biases, X[i : i + 1])
        grad = 2 * (acts[-1][0] - E[i]) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            n, m = weights[l].shape
            below = np.zeros(n)
            for y in range(m):
                g = grad[y] * acts[l + 1][0, y] * (1 - acts[l + 1][0, y])
                db[l][y] += g
                for x in range(n):
                    dW[l][x, y] += g * acts[l][0, x]
                    below[x] = g * weights[l][x, y]
            grad = below
    return dW, db


@case("missing-sum-over-downstream", where="W0 b0", note="the sum is there at the output, not between hidden layers")
def first_path_deeper(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        paths = d[0][:, None, :] * weights[l][None, :, :]
        down = paths.sum(axis=2) if l == len(weights) - 1 else paths[:, :, 0]
        d.insert(0, down * acts[l] * (1 - acts[l]))
    return collect(acts, d)


@wrong_step(
    "missing-sum-over-downstream", where="hidden", note="neuron k hears only from the neuron above with its number"
)
def one_to_one(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [output_delta(acts, E)]
    for l in range(len(weights) - 1, 0, -1):
        n, m = weights[l].shape
        down = np.zeros((len(X), n))
        for k in range(min(n, m)):
            down[:, k] = d[0][:, k] * weights[l][k, k]
        d.insert(0, down * sigmoid_prime(zs[l - 1]))
    return descend(weights, biases, *collect(acts, d), learning_rate)


@case("missing-sum-over-downstream", where="hidden", note="the strongest path only")
def strongest_path(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    for l in range(len(weights) - 2, -1, -1):
        paths = d[l + 1][:, None, :] * weights[l + 1]
        best = np.take_along_axis(paths, np.abs(paths).argmax(axis=2)[..., None], axis=2)[..., 0]
        d[l] = best * sigmoid_prime(zs[l])
    return collect(acts, d)
