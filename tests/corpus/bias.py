"""The bias gradient: not summed, summed too far, along the wrong axis, zero, or by another formula."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, run, sigmoid, sigmoid_prime


def parts(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, np.asarray(E, float))
    return acts, d, [a.T @ x for a, x in zip(acts, d)]


# --- bias-not-summed ---


@case("bias-not-summed", where="biases", note="the delta of the first sample")
def first_row(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, [x[0] for x in d]


@case("bias-not-summed", where="biases", note="the whole delta returned, a row for each sample")
def whole_delta(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, d


@case("bias-not-summed", where="biases", note="= in place of += while weights are accumulated; divided in the end")
def overwritten(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        delta = 2 * (a[-1] - e) * a[-1] * (1 - a[-1])
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] = delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return [g / len(X) for g in dW], [g / len(X) for g in db]


@case("bias-not-summed", where="b0 b1", note="columns; hidden biases take the last column")
def last_column_hidden(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    columns = [x.T for x in d]
    return dW, [c[:, -1] for c in columns[:-1]] + [columns[-1].sum(axis=1)]


@wrong_step("bias-not-summed", where="biases", note="last row of the mean-scaled delta")
def last_row_step(weights, biases, X, E, learning_rate):
    _, d, dW = parts(weights, biases, X, E)
    return descend(weights, biases, dW, [len(X) * x[-1] for x in d], learning_rate)


# --- bias-summed-over-neurons ---


@case("bias-summed-over-neurons", where="biases", note="np.sum without an axis, broadcast to the shape")
def one_number(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, [np.full(b.shape, np.sum(x)) for b, x in zip(biases, d)]


@case("bias-summed-over-neurons", where="biases", note="np.sum without an axis, returned as a bare number")
def bare_number(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, [np.sum(x) for x in d]


@case("bias-summed-over-neurons", where="biases", note="zeros plus scalar, per sample")
def zeros_plus_scalar(weights, biases, X, E):
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    for i in range(len(X)):
        _, d, g = parts(weights, biases, X[i : i + 1], E[i : i + 1])
        for l, x in enumerate(d):
            dW[l] = dW[l] + g[l] / len(X)
            db[l] = db[l] + sum(x.ravel().tolist()) / len(X)
    return dW, db


@wrong_step("bias-summed-over-neurons", where="biases", note="b - rate * delta.sum(): one number moves them all")
def one_number_step(weights, biases, X, E, learning_rate):
    _, d, dW = parts(weights, biases, X, E)
    new_w = [w - learning_rate * g for w, g in zip(weights, dW)]
    return new_w, [b - learning_rate * x.sum() for b, x in zip(biases, d)]


@case("bias-summed-over-neurons", where="b0 b1", note="hidden layers only; the mean over samples and neurons alike")
def hidden_mean(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    db = [x.sum(axis=0) for x in d]
    for l in range(len(db) - 1):
        db[l] = np.full_like(db[l], len(X) * d[l].mean())
    return dW, db


# --- bias-wrong-axis ---


@case("bias-wrong-axis", where="biases", note="axis=1 on rows of samples")
def axis_one(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, [np.sum(x, axis=1) for x in d]


@case("bias-wrong-axis", where="biases", note="axis=0 on columns of samples, keepdims")
def axis_zero_columns(weights, biases, X, E):
    A = [X.T]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T @ A[-1] + b[:, None]))
    dZ, dW, db = 2 * (A[-1] - E.T) * A[-1] * (1 - A[-1]) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, (dZ @ A[l].T).T)
        db.insert(0, np.sum(dZ, axis=0, keepdims=True))
        dZ = weights[l] @ dZ * A[l] * (1 - A[l])
    return dW, db


@case("bias-wrong-axis", where="b2", note="mean over the neurons, only in the output line")
def axis_one_output(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    db = [np.einsum("tj->j", x) for x in d]
    db[-1] = np.einsum("tj->t", d[-1])
    return dW, db


@case("bias-wrong-axis", where="biases", note="axis=1, then cut or filled with zeros to the length of the bias")
def axis_one_resized(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    db = []
    for b, x in zip(biases, d):
        g, row = np.zeros(b.shape), x.sum(axis=1)
        g[: len(row)] = row[: len(g)]
        db.append(g)
    return dW, db


@wrong_step("bias-wrong-axis", where="biases", raises=True, note="b - rate * delta.sum(axis=1)")
def axis_one_step(weights, biases, X, E, learning_rate):
    _, d, dW = parts(weights, biases, X, E)
    return descend(weights, biases, dW, [x.sum(axis=1) for x in d], learning_rate)


# --- bias-gradient-zero ---


@case("bias-gradient-zero", where="biases", note="allocated and never filled")
def never_filled(weights, biases, X, E):
    db = [np.zeros(b.shape) for b in biases]
    return parts(weights, biases, X, E)[2], db


@case("bias-gradient-zero", where="b0 b1", note="only the output layer has its bias trained")
def hidden_zero(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, [0.0 * b for b in biases[:-1]] + [d[-1].sum(axis=0)]


@case("bias-gradient-zero", where="b2", note="the output bias forgotten, range one too short")
def output_zero(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    db = [np.zeros(b.shape) for b in biases]
    for l in range(len(biases) - 1):
        db[l] += d[l].sum(axis=0)
    return dW, db


@wrong_step("bias-gradient-zero", where="biases", note="weights updated, biases handed back as they came")
def step_without_biases(weights, biases, X, E, learning_rate):
    dW = parts(weights, biases, X, E)[2]
    return [w - learning_rate * g for w, g in zip(weights, dW)], [b.copy() for b in biases]


@case("bias-gradient-zero", where="biases", note="bias row of a folded matrix masked out with the regulariser's mask")
def masked(weights, biases, X, E):
    acts, d, _ = parts(weights, biases, X, E)
    grads = [np.vstack([np.zeros(x.shape[1]), a.T @ x]) for a, x in zip(acts, d)]
    return [g[1:] for g in grads], [g[0] for g in grads]


# --- bias-wrong-formula ---


@case("bias-wrong-formula", where="biases", note="the error in place of the delta")
def error_for_delta(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dA, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * sigmoid_prime(zs[l])
        dW.append(acts[l].T @ dZ)
        db.append(dA.sum(axis=0))
        dA = dZ @ weights[l].T
    return dW[::-1], db[::-1]


@case("bias-wrong-formula", where="biases", note="the weight gradient summed over its input neurons")
def from_weight_gradient(weights, biases, X, E):
    dW = parts(weights, biases, X, E)[2]
    return dW, [g.sum(axis=0) for g in dW]


@case("bias-wrong-formula", where="biases", note="the delta times the bias itself")
def times_bias(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    return dW, [b * x.sum(axis=0) for b, x in zip(biases, d)]


@case("bias-wrong-formula", where="b0 b1", note="hidden biases: the carried error without the slope")
def error_for_delta_hidden(weights, biases, X, E):
    _, d, dW = parts(weights, biases, X, E)
    db = [(d[l + 1] @ weights[l + 1].T).sum(axis=0) for l in range(len(d) - 1)]
    return dW, db + [d[-1].sum(axis=0)]


@wrong_step("bias-wrong-formula", where="biases", note="delta times the layer's own activation")
def times_activation_step(weights, biases, X, E, learning_rate):
    acts, d, dW = parts(weights, biases, X, E)
    db = [(x * acts[l + 1]).sum(axis=0) for l, x in enumerate(d)]
    return descend(weights, biases, dW, db, learning_rate)
