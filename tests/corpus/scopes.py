"""The same mistakes in narrower places: one array, one layer, only the weights, only the biases."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime


def backward(weights, biases, X, E, local=None, carry=None):
    """A backward pass with two hooks: local(l, dA, z, a) gives dZ, carry(l, dZ, w) gives the dA below."""
    local = local or (lambda l, dA, z, a: dA * a * (1 - a))
    carry = carry or (lambda l, dZ, w: dZ @ w.T)
    zs, acts = run(weights, biases, X)
    dA, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        dZ = local(l, dA, zs[l], acts[l + 1])
        dW.insert(0, acts[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = carry(l, dZ, weights[l])
    return dW, db


@case("mean-over-outputs", where="weights", note="dW from a mean loss, db from a summed one")
def outputs_weights(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g / E.shape[1] for g in dW], db


@wrong_step("mean-over-outputs", note="loss.mean() of a framework, per-sample outer products")
def outputs_outer(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    d = [x / E.shape[-1] for x in deltas(weights, zs, acts, E)]
    dW = [sum(np.outer(p, q) for p, q in zip(a, x)) for a, x in zip(acts, d)]
    return descend(weights, biases, dW, [sum(x) for x in d], learning_rate)


@case("sum-instead-of-mean", where="output", note="only the output layer's lines lack the division")
def summed_output(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    dW[-1], db[-1] = dW[-1] * len(X), db[-1] * len(X)
    return dW, db


@case("sum-instead-of-mean", where="hidden", note="only the output layer's lines have the division")
def summed_hidden(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [x * len(X) for x in deltas(weights, zs, acts, E)]
    d[-1] = d[-1] / len(X)
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(0) for x in d]


@case("divided-twice", where="W2", note="the output matrix divided once more")
def twice_one_array(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW[:-1] + [dW[-1] / X.shape[0]], db


@case("divided-by-wrong-count", where="biases", note="biases divided by the number of layers' neurons, as len(b) reads")
def count_len_b(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, [len(X) * g / len(g) for g in db]


@case("learning-rate-in-gradient", where="hidden", note="a rate inside the hidden deltas only")
def rate_hidden(weights, biases, X, E):
    last = len(weights) - 1
    return backward(weights, biases, X, E, carry=lambda l, dZ, w: dZ @ w.T * (0.1 if l == last else 1))


@wrong_step("learning-rate-ignored", where="weights", note="rate on the biases only")
def rate_biases_only(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [w - g for w, g in zip(weights, dW)], [b - learning_rate * g for b, g in zip(biases, db)]


@case("sign", where="W1", note="one matrix with the wrong sign")
def sign_one_array(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    if len(dW) > 1:
        dW[1] = -dW[1]
    return dW, db


@case("sign", where="weights", note="-= in the accumulation of the weights")
def sign_weights(weights, biases, X, E):
    dW = [np.zeros(w.shape) for w in weights]
    db = [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        gw, gb = right(weights, biases, X[i : i + 1], E[i : i + 1])
        for l in range(len(weights)):
            dW[l] -= gw[l] / len(X)
            db[l] += gb[l] / len(X)
    return dW, db


@case("missing-activation-derivative", where="W0 W1 b0 b1", note="forgotten at the last hidden layer only")
def no_slope_last_hidden(weights, biases, X, E):
    at = len(weights) - 2
    return backward(weights, biases, X, E, local=lambda l, dA, z, a: dA if l == at else dA * a * (1 - a))


@case("derivative-at-wrong-point", where="weights", note="sigmoid of a sigmoid in dW; biases and carrying are right")
def wrong_point_weights(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    raw = [2 * (acts[-1] - E) / len(X)] + [d[l] @ weights[l].T for l in range(len(d) - 1, 0, -1)]
    dW = [a.T @ (r * sigmoid_prime(out)) for a, r, out in zip(acts, raw[::-1], acts[1:])]
    return dW, [x.sum(axis=0) for x in d]


@case("wrong-activation-derivative", where="W0 b0", note="tanh's slope in the first layer only")
def tanh_first(weights, biases, X, E):
    if len(weights) == 1:
        return right(weights, biases, X, E)
    return backward(weights, biases, X, E, local=lambda l, dA, z, a: dA * (a * (1 - a) if l else 1 - a * a))


@case("duplicated-derivative", where="W0 b0", note="twice in the first layer only")
def twice_first(weights, biases, X, E):
    if len(weights) == 1:
        return right(weights, biases, X, E)
    return backward(weights, biases, X, E, local=lambda l, dA, z, a: dA * (a * (1 - a)) ** (1 if l else 2))


@case("regularisation-term", where="biases", note="biases decayed, weights not")
def decay_biases(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, [g + 0.1 * b for g, b in zip(db, biases)]


@case("delta-not-propagated-through-weights", where="W0 W1 b0 b1", note="no weights at the first hop, weights after it")
def no_weights_first_hop(weights, biases, X, E):
    last = len(weights) - 1

    def carry(l, dZ, w):
        return dZ.sum(axis=1, keepdims=True) * np.ones(len(w)) if l == last else dZ @ w.T

    return backward(weights, biases, X, E, carry=carry)


@case("missing-sum-over-downstream", where="hidden", note="the last neuron above only, columns")
def last_neuron(weights, biases, X, E):
    return backward(weights, biases, X, E, carry=lambda l, dZ, w: (w[:, -1:] @ dZ.T[-1:]).T)


@case("transposed-weights", where="W0 b0", note="transposed only between hidden layers of one size")
def transposed_middle(weights, biases, X, E):
    def carry(l, dZ, w):
        return dZ @ w if l < len(weights) - 1 and w.shape[0] == w.shape[1] else dZ @ w.T

    return backward(weights, biases, X, E, carry=carry)


@case("missing-input-activation", where="W1", note="the input factor left out in the middle")
def no_factor_middle(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    for l in range(1, len(dW) - 1):
        dW[l] = np.repeat(db[l][None], len(weights[l]), axis=0)
    return dW, db


@case("averaged-before-product", where="W2", note="outer product of means for the output matrix")
def means_output(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dW, db = right(weights, biases, X, E)
    return dW[:-1] + [np.outer(acts[-2].mean(axis=0), db[-1])], db


@case("bias-not-summed", where="b1", note="one bias line without its sum: the first sample stays")
def one_bias_unsummed(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas(weights, zs, acts, E)
    return [a.T @ x for a, x in zip(acts, d)], [x[0] if l == 1 else x.sum(0) for l, x in enumerate(d)]


@wrong_step("bias-gradient-zero", where="b1", note="the middle bias never moves")
def middle_bias(weights, biases, X, E, learning_rate):
    new_w, new_b = descend(weights, biases, *right(weights, biases, X, E), learning_rate)
    return new_w, [b.copy() if l == 1 else n for l, (b, n) in enumerate(zip(biases, new_b))]


@case("bias-wrong-formula", where="b2", note="output bias by the error, hidden ones by the delta")
def error_at_output_bias(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    _, acts = run(weights, biases, X)
    return dW, db[:-1] + [2 * (acts[-1] - E).mean(axis=0)]


@case("only-last-sample", where="hidden", note="output accumulated, hidden arrays overwritten")
def hidden_last_sample(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    gw, gb = right(weights, biases, X[-1:], E[-1:])
    return [g / len(X) for g in gw[:-1]] + dW[-1:], [g / len(X) for g in gb[:-1]] + db[-1:]


@wrong_step(
    "single-sample-step",
    also=("only-last-sample",),
    fresh=True,
    note="np.random.choice of one row, as in a pure SGD demo",
)
def choice_of_row():
    rng = np.random.default_rng(17)

    def train_step(weights, biases, X, E, learning_rate):
        pick = rng.choice(len(X), size=1)
        _, acts = run(weights, biases, X[pick])
        g, ws, bs = 2 * (acts[-1] - E[pick]), list(weights), list(biases)
        for l in reversed(range(len(ws))):
            g = g * acts[l + 1] * (1 - acts[l + 1])
            below = g @ weights[l].T
            ws[l], bs[l] = ws[l] - learning_rate * acts[l].T @ g, bs[l] - learning_rate * g[0]
            g = below
        return ws, bs

    return train_step


@wrong_step("per-sample-updates", note="backwards through the batch, columns, in place on copies")
def online_backwards(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    for i in range(len(X) - 1, -1, -1):
        a = [X[i]]
        for w, b in zip(ws, bs):
            a.append(sigmoid(a[-1] @ w + b))
        d = 2 * (a[-1] - E[i])
        for l in range(len(ws) - 1, -1, -1):
            d = d * a[l + 1] * (1 - a[l + 1])
            below = ws[l] @ d
            ws[l] -= learning_rate / len(X) * np.outer(a[l], d)
            bs[l] -= learning_rate / len(X) * d
            d = below
    return ws, bs


@wrong_step(
    "repeated-update", where="weights", also=("extra-factor-two",), note="weights stepped in backward and in update"
)
def weights_updated_twice(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    new_w, new_b = descend(weights, biases, dW, db, learning_rate)
    return [w - learning_rate * g for w, g in zip(new_w, dW)], new_b


@case("only-last-layer", where="W0 W1", note="hidden biases have their gradient, hidden weights none")
def only_last_weights(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [np.zeros_like(g) for g in dW[:-1]] + dW[-1:], db


@case("wrong-order", note="rotated: the last layer's gradients first")
def rotated(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW[-1:] + dW[:-1], db[-1:] + db[:-1]


@case("off-by-one-layer", where="biases", note="biases shifted by one against the weights")
def biases_shifted(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, db[1:] + db[:1]


@wrong_step("assigned-instead-of-subtracted", where="weights", note="weights assigned, biases stepped")
def assigned_weights(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [-learning_rate * g for g in dW], [b - learning_rate * g for b, g in zip(biases, db)]


@case("nan", where="b2", note="one NaN in the output bias")
def one_nan(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    db[-1] = db[-1].copy()
    db[-1][0] = float("nan")
    return dW, db


@case("nan", where="weights", note="inf: division by a weight norm that was set to zero")
def infinite(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [np.full(g.shape, np.inf) for g in dW], db


@case("shape-error", where="b1", note="one bias gradient comes back as a bare number")
def one_bare_number(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return dW, [float(g[0]) if l == 1 else g for l, g in enumerate(db)]
