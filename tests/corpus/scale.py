"""Pure factors: the forgotten two, the forgotten mean, the rate in the wrong place."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime

# --- missing-factor-two ---


@case("missing-factor-two", note="samples as columns inside")
def two_lost_columns(weights, biases, X, E):
    m = X.shape[0]
    A = [X.T]
    for W, b in zip(weights, biases):
        A.append(sigmoid(W.T @ A[-1] + b[:, None]))
    dZ = (A[-1] - E.T) * A[-1] * (1 - A[-1])
    grads = []
    for l in reversed(range(len(weights))):
        grads.append(((A[l] @ dZ.T) / m, np.sum(dZ, axis=1) / m))
        dZ = (weights[l] @ dZ) * A[l] * (1 - A[l])
    grads.reverse()
    return [g[0] for g in grads], [g[1] for g in grads]


@case("missing-factor-two", note="per sample, nabla lists, one column at a time")
def two_lost_nabla(weights, biases, X, E):
    nabla_w = [np.zeros(w.shape) for w in weights]
    nabla_b = [np.zeros(b.shape) for b in biases]
    for x, y in zip(X, E):
        a, activations = x.reshape(-1, 1), [x.reshape(-1, 1)]
        for w, b in zip(weights, biases):
            a = sigmoid(np.dot(w.T, a) + b.reshape(-1, 1))
            activations.append(a)
        delta = (a - y.reshape(-1, 1)) * a * (1 - a)
        for k in range(1, len(weights) + 1):
            nabla_b[-k] += delta[:, 0]
            nabla_w[-k] += np.dot(activations[-k - 1], delta.T)
            delta = np.dot(weights[-k], delta) * activations[-k - 1] * (1 - activations[-k - 1])
    return [n / len(X) for n in nabla_w], [n / len(X) for n in nabla_b]


@case("missing-factor-two", note="einsum, tuples")
def two_lost_einsum(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d, dW, db = np.einsum("ij,ij->ij", acts[-1] - E, sigmoid_prime(zs[-1])) / len(X), (), ()
    for l in range(len(weights) - 1, -1, -1):
        dW = (np.einsum("ix,iy->xy", acts[l], d), *dW)
        db = (np.einsum("iy->y", d), *db)
        if l > 0:
            d = np.einsum("iy,xy,ix->ix", d, weights[l], sigmoid_prime(zs[l - 1]))
    return dW, db


@wrong_step("missing-factor-two", note="target minus output, plus sign")
def two_lost_step(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    T, L = len(X), len(weights)
    deltas_ = [(E - acts[-1]) * sigmoid_prime(zs[-1])]
    for l in range(L - 1, 0, -1):
        deltas_.insert(0, deltas_[0].dot(weights[l].T) * sigmoid_prime(zs[l - 1]))
    new_w = [weights[l] + learning_rate * acts[l].T.dot(deltas_[l]) / T for l in range(L)]
    return new_w, [biases[l] + learning_rate * deltas_[l].mean(axis=0) for l in range(L)]


@case("missing-factor-two", where="output", note="the output layer by its own formula, the hidden ones by another")
def two_lost_output_only(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    T = X.shape[0]
    err = (acts[-1] - E) * sigmoid_prime(zs[-1])
    dW, db = [acts[-2].T @ err / T], [err.sum(0) / T]
    back = 2 * err
    for l in range(len(weights) - 2, -1, -1):
        back = (back @ weights[l + 1].T) * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ back / T)
        db.insert(0, back.sum(0) / T)
    return dW, db


@case("missing-factor-two", where="hidden", note="the two put in at the output arrays, not in the delta")
def two_lost_hidden_only(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    half = [x if l == len(d) - 1 else x / 2 for l, x in enumerate(d)]
    return [a.T @ x for a, x in zip(acts, half)], [x.sum(axis=0) for x in half]


@case("missing-factor-two", where="biases", note="the two only in the weight formula")
def two_lost_biases(weights, biases, X, E):
    def back(l, err):
        slope = acts[l + 1] * (1 - acts[l + 1])
        below = back(l - 1, (err * slope) @ weights[l].T) if l else ([], [])
        return below[0] + [2 * acts[l].T @ (err * slope)], below[1] + [(err * slope).sum(axis=0)]

    _, acts = run(weights, biases, X)
    return back(len(weights) - 1, (acts[-1] - E) / len(E))


# --- extra-factor-two ---


@case("extra-factor-two", note="the two in the error and again in the gradient")
def two_twice(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    delta = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1])
    out = []
    for l in range(len(weights) - 1, -1, -1):
        out.append((2 / len(X) * acts[l].T.dot(delta), 2 / len(X) * delta.sum(axis=0)))
        delta = delta.dot(weights[l].T) * acts[l] * (1 - acts[l])
    dW, db = zip(*out[::-1])
    return list(dW), list(db)


@case("extra-factor-two", where="hidden", note="the output formula with its two applied again at every layer")
def two_per_layer(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    error = acts[-1] - E
    dW, db = [], []
    for w, z, a in zip(weights[::-1], zs[::-1], acts[-2::-1]):
        delta = 2 * error * sigmoid_prime(z)
        dW.append(a.T @ delta / len(X))
        db.append(delta.mean(axis=0))
        error = delta @ w.T
    return dW[::-1], db[::-1]


@case("extra-factor-two", where="W1", note="a stray * 2 on the second weight matrix, as in a grader's planted bug")
def two_on_second_matrix(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    if len(dW) > 1:
        dW[1] = dW[1] * 2
    return dW, db


@case("extra-factor-two", where="biases", note="bias gradient written for another cost")
def two_biases(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    dW = [np.tensordot(a, x, axes=(0, 0)) for a, x in zip(acts, d)]
    return dW, [2 * np.add.reduce(x) for x in d]


@case(
    "extra-factor-two", also=("missing-factor-two", "wrong-cost-derivative"), note="halved the wrong way: (a - e) / 2"
)
def halved(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, dW, db = 0.5 * (acts[-1] - E), [], []
    for l in reversed(range(len(weights))):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ g / len(X))
        db.insert(0, g.mean(0))
        g = g @ weights[l].T
    return dW, db


@wrong_step("extra-factor-two", note="rate doubled to make up for a half in the cost that is not there")
def two_step(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return descend(weights, biases, dW, db, 2 * learning_rate)


# --- sum-instead-of-mean ---


@case("sum-instead-of-mean", note="vectorised, no division anywhere")
def summed(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1])
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(2, len(weights) + 1):
        d = d @ weights[-l + 1].T * sigmoid_prime(zs[-l])
        dW.insert(0, acts[-l - 1].T @ d)
        db.insert(0, d.sum(axis=0))
    return dW, db


@case("sum-instead-of-mean", note="per-sample accumulation in plain Python, never divided")
def summed_loops(weights, biases, X, E):
    dW = [np.zeros_like(w, dtype=float) for w in weights]
    db = [np.zeros_like(b, dtype=float) for b in biases]
    for t in range(len(X)):
        _, acts = run(weights, biases, X[t : t + 1])
        grad = [2 * (a - e) for a, e in zip(acts[-1][0], E[t])]
        for l in range(len(weights) - 1, -1, -1):
            grad = [g * a * (1 - a) for g, a in zip(grad, acts[l + 1][0])]
            for y, g in enumerate(grad):
                db[l][y] += g
                for x, a in enumerate(acts[l][0]):
                    dW[l][x, y] += g * a
            grad = [sum(g * weights[l][x, y] for y, g in enumerate(grad)) for x in range(weights[l].shape[0])]
    return dW, db


@case("sum-instead-of-mean", where="biases", note="mean in the weights, plain sum in the biases")
def summed_biases(weights, biases, X, E):
    m = X.shape[0]
    _, acts = run(weights, biases, X)
    dW, db, dA = {}, {}, 2 * (acts[-1] - E)
    for l in range(len(weights), 0, -1):
        dZ = dA * acts[l] * (1 - acts[l])
        dW[l] = np.dot(acts[l - 1].T, dZ) / m
        db[l] = np.sum(dZ, axis=0)
        dA = np.dot(dZ, weights[l - 1].T)
    return [dW[l + 1] for l in range(len(weights))], [db[l + 1] for l in range(len(weights))]


@case("sum-instead-of-mean", where="weights", note="np.mean for the biases, bare product for the weights")
def summed_weights(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [x * len(X) for x in deltas(weights, zs, acts, E)]
    return [np.dot(a.T, x) for a, x in zip(acts, d)], [np.mean(x, axis=0) for x in d]


@wrong_step("sum-instead-of-mean", note="class with its own state, step on the sum")
def summed_step(weights, biases, X, E, learning_rate):
    class Net:
        def __init__(self):
            self.w, self.b = [np.array(w) for w in weights], [np.array(b) for b in biases]

        def fit(self):
            zs, acts = run(self.w, self.b, X)
            d = [x * len(X) for x in deltas(self.w, zs, acts, E)]
            for l, x in enumerate(d):
                self.w[l] -= learning_rate * acts[l].T @ x
                self.b[l] -= learning_rate * x.sum(axis=0)
            return self.w, self.b

    return Net().fit()


# --- divided-twice ---


@case("divided-twice", note="1/m in dA and again in every gradient")
def twice_everywhere(weights, biases, X, E):
    m = len(X)
    zs, acts = run(weights, biases, X)
    dA, dW, db = 2 / m * (acts[-1] - E), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * sigmoid_prime(zs[l])
        dW.append(1 / m * acts[l].T @ dZ)
        db.append(1 / m * dZ.sum(axis=0))
        dA = dZ @ weights[l].T
    return dW[::-1], db[::-1]


@case("divided-twice", where="biases", note="delta already averaged, biases by np.mean")
def twice_biases(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [a.T @ x for a, x in zip(acts, d)], [x.mean(axis=0) for x in d]


@case("divided-twice", where="weights", note="delta already averaged, weights divided again")
def twice_weights(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [np.einsum("tx,ty->xy", a, x) / a.shape[0] for a, x in zip(acts, d)], [np.einsum("ty->y", x) for x in d]


@case("divided-twice", where="hidden", note="the delta divided by the batch size in each layer")
def twice_per_layer(weights, biases, X, E):
    T = float(len(X))
    _, acts = run(weights, biases, X)
    err, dW, db = 2 * (acts[-1] - E), [], []
    for l in reversed(range(len(weights))):
        delta = err * acts[l + 1] * (1 - acts[l + 1]) / T
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(0))
        err = delta @ weights[l].T
    return dW, db


@wrong_step("divided-twice", note="a mean gradient, then rate / len(batch) as in a well-known book")
def twice_step(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    eta = learning_rate / len(X)
    return [w - eta * g for w, g in zip(weights, dW)], [b - eta * g for b, g in zip(biases, db)]


# --- mean-over-outputs ---


@case("mean-over-outputs", note="np.mean of the squared error, differentiated as such")
def over_outputs(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    grad, dW, db = 2 * (acts[-1] - E) / E.size, [], []
    for l in range(len(weights) - 1, -1, -1):
        grad = grad * sigmoid_prime(zs[l])
        dW, db = [acts[l].T @ grad, *dW], [grad.sum(axis=0), *db]
        grad = grad @ weights[l].T
    return dW, db


@case("mean-over-outputs", note="framework-like layer objects and an MSE object with mean reduction")
def over_outputs_layers(weights, biases, X, E):
    class Linear:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def __call__(self, x):
            self.x = x
            return x @ self.w + self.b

        def backward(self, g):
            self.dw, self.db = self.x.T @ g, g.sum(0)
            return g @ self.w.T

    class Sigmoid:
        def __call__(self, x):
            self.y = sigmoid(x)
            return self.y

        def backward(self, g):
            return g * self.y * (1 - self.y)

    net = [part for w, b in zip(weights, biases) for part in (Linear(w, b), Sigmoid())]
    out = X
    for layer in net:
        out = layer(out)
    g = 2 * (out - E) / np.prod(out.shape)
    for layer in reversed(net):
        g = layer.backward(g)
    return [layer.dw for layer in net[::2]], [layer.db for layer in net[::2]]


@case("mean-over-outputs", note="per sample, mean over the outputs first")
def over_outputs_per_sample(weights, biases, X, E):
    total = None
    for x, e in zip(X, E):
        _, acts = run(weights, biases, x[None])
        d, one = 2 * (acts[-1] - e) / len(e), []
        for l in reversed(range(len(weights))):
            d = d * acts[l + 1] * (1 - acts[l + 1])
            one = [(np.outer(acts[l], d), d[0])] + one
            d = d @ weights[l].T
        total = one if total is None else [(p[0] + q[0], p[1] + q[1]) for p, q in zip(total, one)]
    return [p[0] / len(X) for p in total], [p[1] / len(X) for p in total]


@wrong_step("mean-over-outputs", note="rate shared out over the outputs")
def over_outputs_step(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return descend(weights, biases, dW, db, learning_rate / E.shape[1])
