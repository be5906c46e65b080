"""Right gradients and steps of the binary cross-entropy in the styles that people write: none of these may be accused."""

from __future__ import annotations

from functools import partial

import numpy as np

from .registry import case
from .tools import sigmoid, sigmoid_prime

right_case = partial(case, "correct", where="none", cost="bce")


@right_case(note="rows, the output delta a - y")
def bce_rows(weights, biases, X, E):
    A = [X]
    for w, b in zip(weights, biases):
        A.append(sigmoid(A[-1] @ w + b))
    dZ, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dZ = dZ @ weights[l].T * A[l] * (1 - A[l])
    return dW, db


@right_case(note="columns inside, dAL from the two logarithms, 1/m in the end")
def bce_course(weights, biases, X, E):
    A_prev, caches, Y, m = X.T, [], E.T, X.shape[0]
    for w, b in zip(weights, biases):
        Z = np.dot(w.T, A_prev) + b[:, None]
        caches.append((A_prev, w.T, Z))
        A_prev = sigmoid(Z)
    dA, grads = -(np.divide(Y, A_prev) - np.divide(1 - Y, 1 - A_prev)), []
    for A_before, W, Z in reversed(caches):
        dZ = dA * sigmoid_prime(Z)
        grads.insert(0, (np.dot(dZ, A_before.T).T / m, np.sum(dZ, axis=1) / m))
        dA = np.dot(W.T, dZ)
    return [g[0] for g in grads], [g[1] for g in grads]


@right_case(note="sample by sample, lists of sums")
def bce_nabla(weights, biases, X, E):
    sums = [[np.zeros_like(w), np.zeros_like(b)] for w, b in zip(weights, biases)]
    for x, y in zip(X, E):
        acts = [x]
        for w, b in zip(weights, biases):
            acts.append(sigmoid(w.T @ acts[-1] + b))
        delta = acts[-1] - y
        for l in range(len(weights) - 1, -1, -1):
            sums[l][0] += np.outer(acts[l], delta)
            sums[l][1] += delta
            delta = (weights[l] @ delta) * acts[l] * (1 - acts[l])
    return [s[0] / len(X) for s in sums], [s[1] / len(X) for s in sums]


@right_case(note="layer objects; the loss is one of them", fresh=True)
def bce_objects():
    class Dense:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def forward(self, x):
            self.x = x
            self.out = sigmoid(x @ self.w + self.b)
            return self.out

        def backward(self, grad):
            grad = grad * self.out * (1 - self.out)
            self.dw, self.db = self.x.T @ grad, grad.sum(axis=0)
            return grad @ self.w.T

    class Loss:
        def backward(self, p, y):
            return ((1 - y) / (1 - p) - y / p) / len(y)

    def gradients(weights, biases, X, E):
        layers, out = [Dense(w, b) for w, b in zip(weights, biases)], X
        for layer in layers:
            out = layer.forward(out)
        grad = Loss().backward(out, E)
        for layer in layers[::-1]:
            grad = layer.backward(grad)
        return [layer.dw for layer in layers], [layer.db for layer in layers]

    return gradients


@right_case(note="hidden layers of tanh", activations=("tanh", "sigmoid"))
def bce_tanh(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(sigmoid(z) if l == last else np.tanh(z))
    d, dW, db = (A[-1] - E) / len(X), {}, {}
    for l in range(last, -1, -1):
        dW[l], db[l] = A[l].T @ d, d.sum(0)
        d = (d @ weights[l].T) * (1 - A[l] ** 2)
    return [dW[l] for l in range(last + 1)], [db[l] for l in range(last + 1)]


@right_case(note="hidden layers of relu", activations=("relu", "sigmoid"))
def bce_relu(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(sigmoid(z) if l == last else np.maximum(z, 0))
    d, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(last, -1, -1):
        dW, db = [A[l].T @ d] + dW, [d.sum(axis=0)] + db
        d = (d @ weights[l].T) * (A[l] > 0)
    return dW, db


@right_case(note="a step, target minus output and a plus", kind="train_step")
def bce_step_up_the_likelihood(weights, biases, X, E, learning_rate):
    acts = [X]
    for w, b in zip(weights, biases):
        acts.append(sigmoid(acts[-1] @ w + b))
    W, B, d = [w.copy() for w in weights], [b.copy() for b in biases], (E - acts[-1]) / len(X)
    for l in range(len(W) - 1, -1, -1):
        W[l] += learning_rate * acts[l].T @ d
        B[l] += learning_rate * d.sum(axis=0)
        d = d @ weights[l].T * acts[l] * (1 - acts[l])
    return W, B
