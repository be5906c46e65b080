"""Right gradients and steps of softmax with cross-entropy in the styles that people write: none of these may be accused."""

from __future__ import annotations

from functools import partial

import numpy as np

from .registry import case
from .softmax import RELU, SIGMOID, TANH, softmax
from .tools import sigmoid

right_case = partial(case, "correct", where="none", cost="cross-entropy")


@right_case(note="rows, the output delta p - y", activations=SIGMOID)
def soft_rows(weights, biases, X, E):
    A = [X]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    A[-1] = softmax(A[-2] @ weights[-1] + biases[-1])
    dZ, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dZ = dZ @ weights[l].T * A[l] * (1 - A[l])
    return dW, db


@right_case(note="relu layers, the mask by index", activations=RELU)
def soft_relu(weights, biases, X, E):
    hidden = [X]
    for w, b in zip(weights[:-1], biases[:-1]):
        hidden.append(np.maximum(0, np.dot(hidden[-1], w) + b))
    scores = np.dot(hidden[-1], weights[-1]) + biases[-1]
    exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    dscores = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    dscores -= E
    dscores /= X.shape[0]
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(hidden[l].T, dscores))
        db.insert(0, np.sum(dscores, axis=0))
        dhidden = np.dot(dscores, weights[l].T)
        dhidden[hidden[l] <= 0] = 0
        dscores = dhidden
    return dW, db


@right_case(note="tanh layers, columns inside", activations=TANH)
def soft_columns(weights, biases, X, E):
    A, m = [X.T], len(X)
    for w, b in zip(weights, biases):
        Z = w.T @ A[-1] + b.reshape(-1, 1)
        A.append(np.tanh(Z))
    exps = np.exp(Z - Z.max(axis=0))
    dZ, dW, db = exps / exps.sum(axis=0) - E.T, [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append((dZ @ A[l].T).T / m)
        db.append(dZ.sum(axis=1) / m)
        dZ = (weights[l] @ dZ) * (1 - A[l] ** 2)
    return dW[::-1], db[::-1]


@right_case(
    note="log-softmax, sample by sample: the slope of log p is 1 - p for the class, -p for the others",
    activations=SIGMOID,
)
def soft_log(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        z = a[-2] @ weights[-1] + biases[-1]
        log_p = z - z.max() - np.log(np.exp(z - z.max()).sum())
        delta = -sum(share * (np.eye(len(z))[j] - np.exp(log_p)) for j, share in enumerate(e)) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] += delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db


@right_case(note="the whole Jacobian by einsum, dA kept finite", activations=SIGMOID)
def soft_jacobian(weights, biases, X, E):
    A = [X]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    p = softmax(A[-2] @ weights[-1] + biases[-1])
    p_times_dA = -E / len(X)  # p dC/dp: p is divided out before it can be 0
    J = np.einsum("ij,jk->ijk", np.ones_like(p), np.eye(p.shape[1])) - p[:, :, None]
    dZ, dW, db = np.einsum("ijk,ik->ij", J, p_times_dA), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dZ = dZ @ weights[l].T * A[l] * (1 - A[l])
    return dW, db


@right_case(note="a step of layer objects", activations=TANH, kind="train_step")
def soft_step_objects(weights, biases, X, E, learning_rate):
    class Layer:
        def __init__(self, w, b, last):
            self.w, self.b, self.last = w.copy(), b.copy(), last

        def forward(self, x):
            self.x, z = x, x @ self.w + self.b
            self.a = softmax(z) if self.last else np.tanh(z)
            return self.a

        def backward(self, grad):
            dz = grad if self.last else grad * (1 - self.a**2)
            below = dz @ self.w.T
            self.w -= learning_rate * self.x.T @ dz
            self.b -= learning_rate * dz.sum(axis=0)
            return below

    layers = [Layer(w, b, l == len(weights) - 1) for l, (w, b) in enumerate(zip(weights, biases))]
    out = X
    for layer in layers:
        out = layer.forward(out)
    grad = (out - E) / len(X)
    for layer in layers[::-1]:
        grad = layer.backward(grad)
    return [layer.w for layer in layers], [layer.b for layer in layers]
