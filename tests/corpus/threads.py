"""Mistakes met in public threads: the fact is theirs, the code is ours. Each note says where the like was seen."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime


@case("wrong-activation-derivative", also=("derivative-at-wrong-point",), note="a Sigmoid layer: self.x * (1 - self.x)")
def layer_keeps_input(weights, biases, X, E):
    class Sigmoid:
        def forward(self, x):
            self.x = x
            return sigmoid(x)

        def backward(self, grad):
            return self.x * (1 - self.x) * grad

    class Dense:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def forward(self, x):
            self.x = x
            return x.dot(self.w) + self.b

        def backward(self, grad):
            self.dw, self.db = self.x.T.dot(grad), grad.sum(axis=0)
            return grad.dot(self.w.T)

    chain = []
    for w, b in zip(weights, biases):
        chain += [Dense(w, b), Sigmoid()]
    out = X
    for layer in chain:
        out = layer.forward(out)
    grad = 2 * (out - E) / len(E)
    for layer in chain[::-1]:
        grad = layer.backward(grad)
    return [d.dw for d in chain[::2]], [d.db for d in chain[::2]]


@case(
    "derivative-at-wrong-point",
    also=("stale-or-aliased-buffers",),
    note="a library's sigmoid in place: z and a are one array",
)
def in_place_sigmoid(weights, biases, X, E):
    def squash(z):
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1
        np.reciprocal(z, out=z)
        return z

    zs, acts = [], [X]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(squash(zs[-1]))
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * sigmoid_prime(zs[l])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db


@case(
    "missing-activation-derivative", where="output", note="XOR script: output weights by error * h, hidden ones in full"
)
def output_weights_by_error(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    own = 2 * (acts[-1] - E) / len(X)
    used = d[:-1] + [own]
    return [a.T @ x for a, x in zip(acts, used)], [x.sum(axis=0) for x in used]


@case("divided-by-wrong-count", where="hidden", note="1/m right at the output, X.shape[1] further down")
def count_changes(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [x * len(X) for x in deltas(weights, zs, acts, E)]
    counts = [X.shape[1]] * (len(d) - 1) + [X.shape[0]]
    return [a.T @ x / m for a, x, m in zip(acts, d, counts)], [x.sum(0) / m for x, m in zip(d, counts)]


@case("extra-factor-two", where="W1 b0", note="a grader's planted bugs: * 2 on one matrix, a double on one bias")
def planted_factors(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    if len(dW) > 2:
        dW[1], db[0] = dW[1] * 2, db[0] * 2
    return dW, db


@case("bias-wrong-formula", where="biases", note="course forum: bias gradient as the row sum of delta @ A.T")
def bias_from_product(weights, biases, X, E):
    A, m = [X.T], X.shape[0]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T @ A[-1] + b[:, None]))
    dz, dW, db = 2 * (A[-1] - E.T) * A[-1] * (1 - A[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, (dz @ A[l].T).T / m)
        db.insert(0, np.sum((1 / m) * np.dot(dz, A[l].T), axis=1))
        dz = weights[l] @ dz * A[l] * (1 - A[l])
    return dW, db


@case("bias-summed-over-neurons", where="b2", note="softmax notebook: sum without dim, only the last layer's line")
def sum_without_dim(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, db[:-1] + [np.ones_like(db[-1]) * db[-1].sum()]


@case("divided-twice", where="biases", note="notes page: mean for the bias of a delta that is averaged already")
def bias_mean_of_mean(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    back, dW, db = 2 * (acts[-1] - E) / len(X), {}, {}
    for l in reversed(range(len(weights))):
        back = back * acts[l + 1] * (1 - acts[l + 1])
        dW[l], db[l] = acts[l].T @ back, np.average(back, axis=0)
        back = back @ weights[l].T
    return [dW[l] for l in sorted(dW)], [db[l] for l in sorted(db)]


@wrong_step(
    "sum-instead-of-mean", where="weights", note="lab code: matmul for the weights, mean over the batch for the biases"
)
def mean_on_biases_only(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [2 * (acts[-1] - E) * sigmoid_prime(zs[-1])]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    new_w = [w - learning_rate * a.T @ x for w, a, x in zip(weights, acts, d)]
    return new_w, [b - learning_rate * np.mean(x, axis=0) for b, x in zip(biases, d)]


@wrong_step(
    "bias-not-summed", where="biases", note="layer class: bias minus the whole output error, one row per sample"
)
def bias_minus_matrix(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    new_w = [w - learning_rate * a.T @ x for w, a, x in zip(weights, acts, d)]
    return new_w, [b - learning_rate * x for b, x in zip(biases, d)]


@wrong_step(
    "averaged-before-product", where="weights", note="two nested loops over samples: every delta meets every input"
)
def all_pairs(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d, new_w = deltas(weights, zs, acts, E), []
    for w, a, x in zip(weights, acts, d):
        step = np.zeros(w.shape)
        for i in x:
            for j in a:
                step += np.multiply.outer(j, i) / len(X)
        new_w.append(w - learning_rate * step)
    return new_w, [b - learning_rate * x.sum(axis=0) for b, x in zip(biases, d)]


@wrong_step(
    "used-updated-weights", where="hidden", note="Java port: a target for the layer below from the weights just changed"
)
def targets_below(weights, biases, X, E, learning_rate):
    _, acts = run(weights, biases, X)
    target, new_w, new_b = E, [None] * len(weights), [None] * len(biases)
    for n in range(len(weights), 0, -1):
        scale = 2 / len(X) if n == len(weights) else 1
        delta = scale * (acts[n] - target) * acts[n] * (1 - acts[n])
        new_w[n - 1] = weights[n - 1] - learning_rate * acts[n - 1].T @ delta
        new_b[n - 1] = biases[n - 1] - learning_rate * delta.sum(axis=0)
        target = acts[n - 1] - delta @ new_w[n - 1].T
    return new_w, new_b


@wrong_step(
    "used-updated-weights", where="hidden", note="neurons as lists of weights, outputs adjusted before hidden deltas"
)
def neurons_adjusted_first(weights, biases, X, E, learning_rate):
    net = [[[*w[:, j], b[j]] for j in range(len(b))] for w, b in zip(weights, biases)]
    _, acts = run(weights, biases, X)
    T = len(X)
    d = [[2 * (a - e) * a * (1 - a) / T for a, e in zip(row, goal)] for row, goal in zip(acts[-1], E)]
    for l in range(len(net) - 1, -1, -1):
        for j, neuron in enumerate(net[l]):
            for i in range(len(neuron) - 1):
                neuron[i] -= learning_rate * sum(d[t][j] * acts[l][t, i] for t in range(T))
            neuron[-1] -= learning_rate * sum(d[t][j] for t in range(T))
        if l:
            d = [
                [
                    a * (1 - a) * sum(d[t][j] * net[l][j][i] for j in range(len(net[l])))
                    for i, a in enumerate(acts[l][t])
                ]
                for t in range(T)
            ]
    new_w = [np.array([neuron[:-1] for neuron in layer]).T for layer in net]
    return new_w, [np.array([neuron[-1] for neuron in layer]) for layer in net]


@wrong_step(
    "error-propagated-without-derivative",
    where="hidden",
    note="'Make your own network': errors = W.T errors, one sample a time",
)
def popular_class(weights, biases, X, E, learning_rate):
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    for x, e in zip(X, E):
        outs = [x.reshape(-1, 1)]
        for w, b in zip(weights, biases):
            outs.append(sigmoid(w.T @ outs[-1] + b.reshape(-1, 1)))
        errors = e.reshape(-1, 1) - outs[-1]
        for l in range(len(weights) - 1, -1, -1):
            step = 2 / len(X) * errors * outs[l + 1] * (1.0 - outs[l + 1])
            dW[l] = dW[l] + np.dot(outs[l], step.T)
            db[l] = db[l] + step[:, 0]
            errors = np.dot(weights[l], errors)
    return [w + learning_rate * g for w, g in zip(weights, dW)], [b + learning_rate * g for b, g in zip(biases, db)]


@case(
    "bias-column-misaligned",
    where="none",
    raises=True,
    also=("shape-error",),
    note="(4,1) (3,1): a course's bias unit kept in delta",
)
def unit_kept(weights, biases, X, E):
    theta = [np.vstack([b, w]).T for w, b in zip(weights, biases)]
    G = [np.zeros(t.shape) for t in theta]
    for x, y in zip(X, E):
        a = [np.concatenate([[1.0], x])]
        for t in theta:
            a.append(np.concatenate([[1.0], sigmoid(t @ a[-1])]))
        delta = 2 * (a[-1][1:] - y) * a[-1][1:] * (1 - a[-1][1:])
        for l in range(len(theta) - 1, -1, -1):
            G[l] += np.outer(delta, a[l])
            if l:
                delta = np.dot(theta[l].T, delta) * (a[l] * (1 - a[l]))[1:]
    return [g[:, 1:].T / len(X) for g in G], [g[:, 0] / len(X) for g in G]


@case(
    "bias-column-misaligned",
    where="hidden",
    note="np.delete with a number written for another width: the wrong column goes",
)
def fixed_column(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    layers = [np.hstack([w.T, b[:, None]]) for w, b in zip(weights, biases)]
    d, dW, db = 2 * (acts[-1] - E) * acts[-1] * (1 - acts[-1]) / len(X), [], []
    for l in range(len(layers) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        if l:
            d = d @ np.delete(layers[l], 1, 1) * acts[l] * (1 - acts[l])
    return dW, db


@case(
    "off-by-one-layer",
    note="deltas list one entry too long: each layer meets the delta above it, cut to fit",
    where="hidden",
)
def delta_of_next(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    dW, db = [acts[-2].T @ d[-1]], [d[-1].sum(axis=0)]
    for l in range(len(weights) - 2, -1, -1):
        n = len(biases[l])
        above = np.zeros((len(X), n))
        above[:, : d[l + 1].shape[1]] = d[l + 1][:, :n]
        dW.insert(0, acts[l].T @ above)
        db.insert(0, above.sum(axis=0))
    return dW, db


@wrong_step(
    "learning-rate-in-gradient", where="hidden", note="README of an XOR script: rate inside the hidden error as well"
)
def rate_in_hidden_error(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d, n = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X), len(weights)
    dW, db = [acts[-2].T @ d], [d.sum(axis=0)]
    for l in range(n - 2, -1, -1):
        d = d @ weights[l + 1].T * sigmoid_prime(zs[l]) * (learning_rate if l == n - 2 else 1)
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
    return descend(weights, biases, dW, db, learning_rate)


@wrong_step(
    "repeated-update", where="biases", also=("extra-factor-two",), note="optimiser pull request: biases updated twice"
)
def biases_updated_twice(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w, new_b = descend(weights, biases, dW, db, learning_rate)
    for b, g in zip(new_b, db):
        b -= learning_rate * g
    return new_w, new_b


@case(
    "wrong-activation-derivative",
    note="a tutorial's relu slope on the activation, everywhere",
    also=("missing-activation-derivative",),
)
def relu_of_activation(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * (acts[l + 1] >= 0)
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db


@wrong_step("sign", where="hidden", note="errors as target minus output, minus fixed for the output layer only")
def minus_fixed_once(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    signs = [1] * (len(dW) - 1) + [-1]
    return (
        [w + s * learning_rate * g for w, s, g in zip(weights, signs, dW)],
        [b + s * learning_rate * g for b, s, g in zip(biases, signs, db)],
    )


@wrong_step(
    "bias-gradient-zero", where="b0", note="bias only updated where it was made as a column; the first is forgotten"
)
def first_bias_forgotten(weights, biases, X, E, learning_rate):
    new_w, new_b = descend(weights, biases, *right(weights, biases, X, E), learning_rate)
    return new_w, [biases[0].copy()] + new_b[1:]
