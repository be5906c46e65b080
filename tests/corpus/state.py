"""Memory between calls: sums never emptied, buffers shared, the caller's arrays changed."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import deltas, descend, right, run, sigmoid, sigmoid_prime

# --- accumulator-not-reset ---


@case("accumulator-not-reset", fresh=True, note="class; nabla made once in a lazy constructor")
def class_accumulators():
    class Network:
        def __init__(self):
            self.nabla_w = None

        def backprop(self, weights, biases, X, E):
            shapes = [w.shape for w in weights]
            if self.nabla_w is None or [g.shape for g in self.nabla_w] != shapes:
                self.nabla_w = [np.zeros(w.shape) for w in weights]
                self.nabla_b = [np.zeros(b.shape) for b in biases]
            for x, e in zip(X, E):
                gw, gb = right(weights, biases, x[None], e[None])
                for l in range(len(weights)):
                    self.nabla_w[l] += gw[l] / len(X)
                    self.nabla_b[l] += gb[l] / len(X)
            return [g.copy() for g in self.nabla_w], [g.copy() for g in self.nabla_b]

    return Network().backprop


@case("accumulator-not-reset", fresh=True, note="mutable default argument")
def mutable_default():
    def gradients(weights, biases, X, E, sums={}):  # noqa: B006
        key = tuple(w.shape for w in weights)
        dW, db = right(weights, biases, X, E)
        old_w, old_b = sums.get(key, (None, None))
        if old_w is not None:
            dW, db = [p + q for p, q in zip(old_w, dW)], [p + q for p, q in zip(old_b, db)]
        sums[key] = dW, db
        return list(dW), list(db)

    return gradients


@case("accumulator-not-reset", where="biases", fresh=True, note="weight sums are reset, bias sums are not")
def bias_sums_only():
    kept = {}

    def gradients(weights, biases, X, E):
        dW, db = right(weights, biases, X, E)
        key = tuple(b.shape for b in biases)
        kept[key] = [p + q for p, q in zip(kept[key], db)] if key in kept else db
        return dW, [b.copy() for b in kept[key]]

    return gradients


@case("accumulator-not-reset", fresh=True, note="framework style: .grad added up, zero_grad never called")
def no_zero_grad():
    class Parameter:
        def __init__(self):
            self.grad = 0.0

    store = {}

    def gradients(weights, biases, X, E):
        dW, db = right(weights, biases, X, E)
        out = []
        for i, g in enumerate(dW + db):
            p = store.setdefault((len(dW), i, g.shape), Parameter())
            p.grad = p.grad + g
            out.append(p.grad)
        return out[: len(dW)], out[len(dW) :]

    return gradients


@wrong_step(
    "accumulator-not-reset", fresh=True, note="velocity kept from step to step, though no momentum was asked for"
)
def hidden_momentum():
    velocity = {}

    def train_step(weights, biases, X, E, learning_rate):
        dW, db = right(weights, biases, X, E)
        key = tuple(w.shape for w in weights)
        old = velocity.get(key, [0.0] * (2 * len(weights)))
        velocity[key] = new = [0.9 * v + g for v, g in zip(old, dW + db)]
        return descend(weights, biases, new[: len(dW)], new[len(dW) :], learning_rate)

    return train_step


# --- stale-or-aliased-buffers ---


@case("stale-or-aliased-buffers", where="weights", note="dW = db = [None] * L: one list with two names")
def one_list(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dW = db = [None] * len(weights)
    for l, x in enumerate(deltas(weights, zs, acts, E)):
        dW[l] = acts[l].T @ x
        db[l] = x.sum(axis=0)
    return dW, db


@case("stale-or-aliased-buffers", fresh=True, note="the forward pass cached by layer sizes, whatever the data")
def stale_forward():
    cache = {}

    def gradients(weights, biases, X, E):
        key = (X.shape, tuple(w.shape for w in weights))
        if key not in cache:
            cache[key] = run(weights, biases, X)
        zs, acts = cache[key]
        d = deltas(weights, zs, acts, E)
        return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]

    return gradients


@case(
    "stale-or-aliased-buffers", fresh=True, note="the result of an earlier call: class returns the last, then computes"
)
def one_call_late():
    class Lazy:
        last = None

        def __call__(self, weights, biases, X, E):
            now = right(weights, biases, X, E)
            out = self.last
            self.last = now
            if out is None or [g.shape for g in out[0]] != [w.shape for w in weights]:
                return now
            return out

    return Lazy()


@case("stale-or-aliased-buffers", where="b0 b1", note="one buffer for the bias sums of every layer, cut to length")
def one_bias_buffer(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    buffer, dW, db = np.zeros(max(len(b) for b in biases)), [], []
    for l, x in enumerate(deltas(weights, zs, acts, E)):
        dW.append(acts[l].T @ x)
        view = buffer[: len(biases[l])]
        np.sum(x, axis=0, out=view)
        db.append(view)
    return dW, db


@case(
    "stale-or-aliased-buffers", where="unjudged", fresh=True, note="right when returned, overwritten by the next call"
)
def reused_output():
    buffers = {}

    def gradients(weights, biases, X, E):
        dW, db = right(weights, biases, X, E)
        key = tuple(w.shape for w in weights)
        out = buffers.setdefault(key, ([np.empty(w.shape) for w in weights], [np.empty(b.shape) for b in biases]))
        for slot, g in zip(out[0] + out[1], dW + db):
            slot[...] = g
        return out

    return gradients


@wrong_step(
    "stale-or-aliased-buffers", where="all", fresh=True, note="gradient of the first call kept for all later ones"
)
def first_gradient_for_ever():
    memo = {}

    def train_step(weights, biases, X, E, learning_rate):
        key = tuple(w.shape for w in weights) + X.shape
        if key not in memo:
            memo[key] = right(weights, biases, X, E)
        return descend(weights, biases, *memo[key], learning_rate)

    return train_step


# --- mutates-inputs ---


@wrong_step("mutates-inputs", where="none", note="W -= in place, the same arrays handed back")
def step_in_place(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    for l in range(len(weights)):
        weights[l] -= learning_rate * dW[l]
        biases[l] -= learning_rate * db[l]
    return weights, biases


@case("mutates-inputs", where="none", note="E -= output: the error written into the targets")
def targets_overwritten(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    if E.dtype.kind == "f":
        E -= acts[-1]
        error = E
    else:
        error = E - acts[-1]
    d = [-2 * error * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@case("mutates-inputs", where="none", note="the caller's lists reversed in place and left so")
def lists_reversed(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    weights.reverse()
    biases.reverse()
    return dW, db


@case("mutates-inputs", where="none", note="weights stepped in place by a gradient function")
def gradients_that_train(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    for w, g in zip(weights, dW):
        w -= 0.1 * g
    return dW, db


@case("mutates-inputs", note="inputs normalised in place before the forward pass", also=("wrong-forward-pass",))
def inputs_normalised(weights, biases, X, E):
    if X.dtype.kind == "f":
        X -= X.mean()
        X /= 1 + np.abs(X).max()
    else:
        X = (X - X.mean()) / (1 + abs(X - X.mean()).max())
    return right(weights, biases, X, E)


@wrong_step("mutates-inputs", where="none", note="lists emptied with pop while walking back")
def lists_emptied(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    dA, new_w, new_b = 2 * (acts.pop() - E) / len(X), [], []
    while weights:
        w, b, z = weights.pop(), biases.pop(), zs.pop()
        dZ = dA * sigmoid(z) * (1 - sigmoid(z))
        new_w.insert(0, w - learning_rate * acts.pop().T @ dZ)
        new_b.insert(0, b - learning_rate * dZ.sum(axis=0))
        dA = dZ @ w.T
    return new_w, new_b
