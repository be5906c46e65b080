"""dW itself: transposed, with the wrong input factor, with none, or averaged too early."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, run, sigmoid, sigmoid_prime


def parts(weights, biases, X, E):
    """zs, acts and the right deltas: the mistakes of this room come after them."""
    zs, acts = run(weights, biases, X)
    return zs, acts, deltas(weights, zs, acts, np.asarray(E, float))


def sums(d):
    return [x.sum(axis=0) for x in d]


# --- transposed-gradient ---


@case("transposed-gradient", where="weights", note="delta.T @ a, as in column notation")
def delta_first(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    return [x.T @ a for a, x in zip(acts, d)], sums(d)


@case("transposed-gradient", where="weights", note="np.outer(delta, a) per sample, lists grown as needed")
def outer_exchanged(weights, biases, X, E):
    dW, db = None, None
    for x, e in zip(X, E):
        zs, acts = run(weights, biases, x[None, :])
        d = [2 * (acts[-1][0] - e) * sigmoid_prime(zs[-1][0])]
        for l in range(len(weights) - 1, 0, -1):
            d = [weights[l] @ d[0] * sigmoid_prime(zs[l - 1][0])] + d
        one = [np.outer(v, a[0]) for v, a in zip(d, acts)]
        dW = one if dW is None else [p + q for p, q in zip(dW, one)]
        db = d if db is None else [p + q for p, q in zip(db, d)]
    return [g / len(X) for g in dW], [g / len(X) for g in db]


@case("transposed-gradient", where="W2", note="only the output matrix")
def output_transposed(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    dW = [a.T @ x for a, x in zip(acts, d)]
    dW[-1] = dW[-1].T
    return dW, sums(d)


@case("transposed-gradient", where="weights", note="transposed, then reshaped until the shapes agree")
def reshaped(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    return [(x.T @ a).reshape(w.shape) for w, a, x in zip(weights, acts, d)], sums(d)


@wrong_step("transposed-gradient", where="weights", raises=True, note="w - rate * dw.T: silent for square matrices")
def step_transposed(weights, biases, X, E, learning_rate):
    _, acts, d = parts(weights, biases, X, E)
    return descend(weights, biases, [np.dot(a.T, x).T for a, x in zip(acts, d)], sums(d), learning_rate)


@case("transposed-gradient", where="W0 W1", note="hidden matrices from a helper written for columns")
def hidden_transposed(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    last = len(weights) - 1
    return [a.T @ x if l == last else x.T @ a for l, (a, x) in enumerate(zip(acts, d))], sums(d)


# --- wrong-layer-activation ---


@case("wrong-layer-activation", where="weights", note="the layer's own output: comes out square")
def own_output(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    return [acts[l + 1].T @ d[l] for l in range(len(weights))], sums(d)


@case("wrong-layer-activation", where="W1 W2", note="X as input factor of every layer")
def always_input(weights, biases, X, E):
    _, _, d = parts(weights, biases, X, E)
    return [np.dot(np.transpose(X), x) for x in d], sums(d)


@case("wrong-layer-activation", where="weights", note="its own output where the shapes allow it")
def own_output_if_it_fits(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    out = []
    for l in range(len(weights)):
        source = acts[l + 1] if acts[l + 1].shape == acts[l].shape else acts[l]
        out.append(np.einsum("ti,tj->ij", source, d[l]))
    return out, sums(d)


@case("wrong-layer-activation", where="W2", note="off by one at the output: the activation one layer further down")
def one_too_deep(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    dW = [a.T @ x for a, x in zip(acts, d)]
    if len(weights) > 1:
        dW[-1] = acts[-3].T @ d[-1]
    return dW, sums(d)


@wrong_step("wrong-layer-activation", where="W1 W2", raises=True, note="layer_input assigned once, before the loop")
def input_never_moved(weights, biases, X, E, learning_rate):
    _, _, d = parts(weights, biases, X, E)
    layer_input = np.asarray(X, float)
    new = [w - learning_rate * layer_input.T @ x for w, x in zip(weights, d)]
    return new, [b - learning_rate * x.sum(axis=0) for b, x in zip(biases, d)]


# --- preactivation-instead-of-activation ---


@case("preactivation-instead-of-activation", where="W1 W2", note="z of the layer before, vectorised")
def z_for_a(weights, biases, X, E):
    zs, acts, d = parts(weights, biases, X, E)
    inputs = [acts[0]] + zs[:-1]
    return [v.T @ x for v, x in zip(inputs, d)], sums(d)


@case(
    "preactivation-instead-of-activation",
    where="W1 W2",
    note="a cache of (A_prev, Z) unpacked the wrong way round, columns",
)
def cache_exchanged(weights, biases, X, E):
    A, cache = X.T, []
    for W, b in zip(weights, biases):
        Z = W.T @ A + b[:, None]
        cache.append((A, Z))
        A = sigmoid(Z)
    dZ, dW, db = 2 * (A - E.T) * A * (1 - A) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        below = cache[l - 1][1] if l else cache[0][0]
        dW.insert(0, below @ dZ.T)
        db.insert(0, dZ.sum(axis=1))
        dZ = (weights[l] @ dZ) * cache[l][0] * (1 - cache[l][0])
    return dW, db


@case("preactivation-instead-of-activation", where="W2", note="only at the output layer")
def z_at_output(weights, biases, X, E):
    zs, acts, d = parts(weights, biases, X, E)
    dW = [a.T @ x for a, x in zip(acts, d)]
    if len(weights) > 1:
        dW[-1] = zs[-2].T @ d[-1]
    return dW, sums(d)


@case("preactivation-instead-of-activation", where="W1", note="only between the hidden layers, per sample")
def z_between_hidden(weights, biases, X, E):
    total_w, total_b = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(X.shape[0]):
        zs, acts, d = parts(weights, biases, X[[i]], E[[i]])
        for l in range(len(weights)):
            factor = zs[l - 1] if 0 < l < len(weights) - 1 else acts[l]
            total_w[l] += factor.T @ d[l] / len(X)
            total_b[l] += d[l][0] / len(X)
    return total_w, total_b


@wrong_step("preactivation-instead-of-activation", where="W1 W2", note="a net dictionary with keys Z1, A1, ...")
def z_for_a_step(weights, biases, X, E, learning_rate):
    net = {"Z0": np.asarray(X, float), "A0": np.asarray(X, float)}
    for l, (w, b) in enumerate(zip(weights, biases), start=1):
        net[f"Z{l}"] = net[f"A{l - 1}"] @ w + b
        net[f"A{l}"] = sigmoid(net[f"Z{l}"])
    L = len(weights)
    d = 2 * (net[f"A{L}"] - E) / len(X)
    new_w, new_b = {}, {}
    for l in range(L, 0, -1):
        d = d * net[f"A{l}"] * (1 - net[f"A{l}"])
        new_w[l] = weights[l - 1] - learning_rate * net[f"Z{l - 1}"].T @ d
        new_b[l] = biases[l - 1] - learning_rate * d.sum(axis=0)
        d = d @ weights[l - 1].T
    return [new_w[l] for l in range(1, L + 1)], [new_b[l] for l in range(1, L + 1)]


# --- missing-input-activation ---


@case("missing-input-activation", where="weights", note="the delta alone, repeated for every input neuron")
def delta_repeated(weights, biases, X, E):
    _, _, d = parts(weights, biases, X, E)
    return [np.tile(x.sum(axis=0), (len(w), 1)) for w, x in zip(weights, d)], sums(d)


@case("missing-input-activation", where="weights", note="plain loops, the factor a forgotten in the inner line")
def factor_forgotten(weights, biases, X, E):
    _, _, d = parts(weights, biases, X, E)
    dW = [
        [[sum(row[y] for row in x) for y in range(w.shape[1])] for _ in range(w.shape[0])] for w, x in zip(weights, d)
    ]
    return [np.array(g) for g in dW], sums(d)


@case("missing-input-activation", where="W2", note="only at the output: dW added by broadcasting db")
def broadcast_at_output(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    dW = [a.T @ x for a, x in zip(acts, d)]
    dW[-1] = np.zeros_like(weights[-1]) + d[-1].sum(axis=0)
    return dW, sums(d)


@wrong_step("missing-input-activation", where="weights", note="w -= rate * mean(delta)")
def mean_delta_step(weights, biases, X, E, learning_rate):
    _, _, d = parts(weights, biases, X, E)
    d = [x * len(X) for x in d]
    return [w - learning_rate * np.mean(x, axis=0) for w, x in zip(weights, d)], [
        b - learning_rate * np.mean(x, axis=0) for b, x in zip(biases, d)
    ]


@case("missing-input-activation", where="W0", note="the first layer: 'inputs have no activation'")
def first_layer_without(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    acts = [np.ones(X.shape)] + acts[1:]
    return [a.T @ x for a, x in zip(acts, d)], sums(d)


# --- averaged-before-product ---


@case("averaged-before-product", where="weights", note="outer product of the two means")
def outer_of_means(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    return [np.outer(a.mean(axis=0), x.sum(axis=0)) for a, x in zip(acts, d)], sums(d)


@case("averaged-before-product", where="weights", note="mean activation kept as a running sum over samples")
def running_means(weights, biases, X, E):
    T, act_sum, delta_sum = len(X), None, None
    for i in range(T):
        _, acts, d = parts(weights, biases, X[i : i + 1], E[i : i + 1])
        act_sum = acts[:-1] if act_sum is None else [p + q for p, q in zip(act_sum, acts)]
        delta_sum = d if delta_sum is None else [p + q for p, q in zip(delta_sum, d)]
    dW = [(a.T / T) @ (x / T) for a, x in zip(act_sum, delta_sum)]
    return dW, [x[0] / T for x in delta_sum]


@case("averaged-before-product", where="W0", note="only the inputs are averaged")
def inputs_averaged(weights, biases, X, E):
    _, acts, d = parts(weights, biases, X, E)
    acts[0] = np.broadcast_to(acts[0].mean(axis=0), acts[0].shape)
    return [a.T @ x for a, x in zip(acts, d)], sums(d)


@wrong_step("averaged-before-product", where="weights", note="batch means as row vectors, then one product")
def means_step(weights, biases, X, E, learning_rate):
    _, acts, d = parts(weights, biases, X, E)
    dW = [a.mean(axis=0, keepdims=True).T @ x.sum(axis=0, keepdims=True) for a, x in zip(acts, d)]
    return descend(weights, biases, dW, sums(d), learning_rate)


@case("averaged-before-product", note="mean error and mean activations, then backpropagation once as for one sample")
def one_mean_sample(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    error = 2 * (acts[-1] - E).mean(axis=0)
    means = [a.mean(axis=0) for a in acts]
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * means[l + 1] * (1 - means[l + 1])
        dW.insert(0, np.outer(means[l], delta))
        db.insert(0, delta)
        error = weights[l] @ delta
    return dW, db
