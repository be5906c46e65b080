"""More right ones: tapes, layer objects, the mean by other routes, and right steps."""

from __future__ import annotations

import functools

import numpy as np

from .correct import correct
from .registry import case
from .tools import cost_of, deltas, descend, right, run, sigmoid, sigmoid_prime


@correct("a micro tape over whole arrays")
def array_tape(weights, biases, X, E):
    tape = []

    class Var:
        def __init__(self, value):
            self.value, self.grad = value, np.zeros(np.shape(value))

    def record(value, back):
        out = Var(value)
        tape.append(lambda: back(out.grad))
        return out

    def affine(x, w, b):
        def back(g):
            x.grad = x.grad + g @ w.value.T
            w.grad = w.grad + x.value.T @ g
            b.grad = b.grad + g.sum(axis=0)

        return record(x.value @ w.value + b.value, back)

    def squash(x):
        y = sigmoid(x.value)

        def back(g):
            x.grad = x.grad + g * y * (1 - y)

        return record(y, back)

    ws, bs, out = [Var(w) for w in weights], [Var(b) for b in biases], Var(np.asarray(X, float))
    for w, b in zip(ws, bs):
        out = squash(affine(out, w, b))
    out.grad = 2 * (out.value - E) / len(X)
    for back in reversed(tape):
        back()
    return [w.grad for w in ws], [b.grad for b in bs]


@correct("a micro tape over single numbers, in topological order")
def scalar_tape(weights, biases, X, E):
    class Value:
        __slots__ = ("data", "grad", "parents")

        def __init__(self, data, parents=()):
            self.data, self.grad, self.parents = data, 0.0, parents

        def __add__(self, other):
            return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

        def __mul__(self, other):
            return Value(self.data * other.data, ((self, other.data), (other, self.data)))

        def squash(self):
            s = float(sigmoid(self.data))
            return Value(s, ((self, s * (1 - s)),))

    W = [[[Value(float(v)) for v in row] for row in w] for w in weights]
    B = [[Value(float(v)) for v in b] for b in biases]
    total = Value(0.0)
    for x, e in zip(X, E):
        a = [Value(float(v)) for v in x]
        for w, b in zip(W, B):
            a = [functools.reduce(lambda s, p: s + p[0] * p[1][j], zip(a, w), b[j]).squash() for j in range(len(b))]
        for p, q in zip(a, e):
            error = p + Value(-float(q))
            total = total + error * error * Value(1 / len(X))
    order, seen, stack = [], set(), [(total, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.parents)
    total.grad = 1.0
    for node in reversed(order):
        for parent, slope in node.parents:
            parent.grad += slope * node.grad
    return [np.array([[v.grad for v in row] for row in w]) for w in W], [np.array([v.grad for v in b]) for b in B]


@correct("framework-like layers with forward and backward")
def layer_objects(weights, biases, X, E):
    class Linear:
        def __init__(self, w, b):
            self.weight, self.bias, self.x = w, b, None

        def forward(self, x):
            self.x = x
            return x @ self.weight + self.bias

        def backward(self, g):
            self.gw, self.gb = self.x.T @ g, np.add.reduce(g, axis=0)
            return g @ self.weight.T

    class Logistic:
        def forward(self, x):
            self.y = 0.5 * (1 + np.tanh(0.5 * x))
            return self.y

        def backward(self, g):
            return g * self.y * (1 - self.y)

    stack = [layer for w, b in zip(weights, biases) for layer in (Linear(w, b), Logistic())]
    out = functools.reduce(lambda value, layer: layer.forward(value), stack, X)
    functools.reduce(lambda g, layer: layer.backward(g), stack[::-1], 2 * (out - E) / len(out))
    linear = stack[::2]
    return [layer.gw for layer in linear], [layer.gb for layer in linear]


@correct("the mean of per-sample gradients by vectorised outer products")
def mean_of_outer(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [x * len(X) for x in deltas(weights, zs, acts, E)]
    return [(a[:, :, None] * x[:, None, :]).mean(axis=0) for a, x in zip(acts, d)], [x.mean(axis=0) for x in d]


@correct("target minus output, with its minus at the end")
def minus_at_the_end(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d, dW, db = (E - acts[-1]) * sigmoid_prime(zs[-1]), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append(-2 / len(X) * acts[l].T.dot(d))
        db.append(-2 * d.mean(axis=0))
        if l:
            d = d.dot(weights[l].T) * sigmoid_prime(zs[l - 1])
    return dW[::-1], db[::-1]


@correct("forward-mode products: each layer's Jacobian multiplied from the output")
def jacobians(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        _, acts = run(weights, biases, x[None])
        row = 2 * (acts[-1][0] - e) / len(X)
        for l in reversed(range(len(weights))):
            row = row @ np.diag(acts[l + 1][0] * (1 - acts[l + 1][0]))
            dW[l] += np.kron(acts[l][0], row).reshape(weights[l].shape)
            db[l] += row
            row = row @ weights[l].T
    return dW, db


@correct("integers converted at the door, extended precision inside")
def long_double(weights, biases, X, E):
    big = lambda v: np.asarray(v, dtype=np.longdouble)
    return right([big(w) for w in weights], [big(b) for b in biases], np.asarray(X, dtype=float), E)


@correct("a gradient summed in mini-batches of two, each weighed by its size")
def weighed_batches(weights, biases, X, E):
    dW, db = [0.0] * len(weights), [0.0] * len(biases)
    for s in range(0, len(X), 2):
        part = X[s : s + 2]
        gw, gb = right(weights, biases, part, E[s : s + 2])
        dW = [p + q * len(part) / len(X) for p, q in zip(dW, gw)]
        db = [p + q * len(part) / len(X) for p, q in zip(db, gb)]
    return dW, db


@correct("samples shuffled together, which changes nothing but rounding", fresh=True)
def shuffled_together():
    rng = np.random.default_rng(2)

    def gradients(weights, biases, X, E):
        order = rng.permutation(len(X))
        return right(weights, biases, X[order], E[order])

    return gradients


@correct("arrays of objects: dW and db as numpy object arrays")
def object_arrays(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    out = np.empty(len(dW), dtype=object), np.empty(len(db), dtype=object)
    for l in range(len(dW)):
        out[0][l], out[1][l] = dW[l], db[l]
    return out


@correct("numbers pulled through float() one at a time, no vectors: code made for a compiler")
def compiler_style(weights, biases, X, E):
    T, L = X.shape[0], len(weights)
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for t in range(T):
        acts = [np.zeros(X.shape[1])] + [np.zeros(b.shape[0]) for b in biases]
        for i in range(X.shape[1]):
            acts[0][i] = X[t, i]
        for l in range(L):
            for j in range(weights[l].shape[1]):
                z = biases[l][j]
                for i in range(weights[l].shape[0]):
                    z += acts[l][i] * weights[l][i, j]
                acts[l + 1][j] = 1.0 / (1.0 + np.exp(-z))
        err = np.zeros(E.shape[1])
        for j in range(E.shape[1]):
            err[j] = 2.0 * (acts[L][j] - E[t, j]) / T
        for l in range(L - 1, -1, -1):
            below = np.zeros(weights[l].shape[0])
            for j in range(weights[l].shape[1]):
                g = err[j] * acts[l + 1][j] * (1.0 - acts[l + 1][j])
                db[l][j] += g
                for i in range(weights[l].shape[0]):
                    dW[l][i, j] += acts[l][i] * g
                    below[i] += weights[l][i, j] * g
            err = below
    return dW, db


@correct("half in the cost, doubled at the very end")
def doubled_at_the_end(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    g, out = (acts[-1] - E) / len(X), []
    for l in reversed(range(len(weights))):
        g = g * acts[l + 1] * (1 - acts[l + 1])
        out.append((2 * acts[l].T @ g, 2 * g.sum(0)))
        g = g @ weights[l].T
    dW, db = zip(*reversed(out))
    return dW, db


@correct("views into one flat gradient vector")
def flat_views(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    flat, at, out = np.concatenate([g.ravel() for g in dW + db]), 0, []
    for g in dW + db:
        out.append(flat[at : at + g.size].reshape(g.shape))
        at += g.size
    return out[: len(dW)], out[len(dW) :]


@correct("a callable object that prints as it goes", fresh=True)
def talkative():
    class Talkative:
        calls = 0

        def __call__(self, weights, biases, X, E):
            self.calls += 1
            print("call", self.calls, "with", len(X), "samples")
            return right(weights, biases, X, E)

    return Talkative()


@correct("functools.partial of a function with more arguments", fresh=True)
def partial_of_more():
    def gradients(scale, weights, biases, X, E):
        dW, db = right(weights, biases, X, E)
        return [scale * g for g in dW], [scale * g for g in db]

    return functools.partial(gradients, 1.0)


@correct("extended precision handed back")
def long_double_result(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g.astype(np.longdouble) for g in dW], [g.astype(np.longdouble) for g in db]


@correct("a five-point difference of higher order, h = 1e-3")
def five_points(weights, biases, X, E):
    vs, out = [v.copy() for v in [*weights, *biases]], []
    for v in vs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            kept, total = v[i], 0.0
            for k, c in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                v[i] = kept + k * 1e-3
                total += c * cost_of(vs[: len(weights)], vs[len(weights) :], X, E)
            v[i], g[i] = kept, total / 12e-3
        out.append(g)
    return out[: len(weights)], out[len(weights) :]


# --- right steps ---


def right_step(note, **more):
    return case("correct", where="none", kind="train_step", note=note, **more)


@right_step("new lists, nothing changed")
def step_new_lists(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    return [w - learning_rate * g for w, g in zip(weights, dW)], [b - learning_rate * g for b, g in zip(biases, db)]


@right_step("copies changed in place, update after all deltas")
def step_copies(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    zs, acts = run(ws, bs, X)
    for l, d in enumerate(deltas(weights, zs, acts, E)):
        ws[l] -= learning_rate * acts[l].T @ d
        bs[l] -= learning_rate * d.sum(axis=0)
    return ws, bs


@right_step("update in the loop, but the delta carried down first")
def step_carried_first(weights, biases, X, E, learning_rate):
    ws, bs = list(weights), list(biases)
    _, acts = run(ws, bs, X)
    da = 2 * (acts[-1] - E)
    for l in range(len(ws) - 1, -1, -1):
        dz = da * acts[l + 1] * (1 - acts[l + 1])
        da = dz @ ws[l].T
        ws[l] = ws[l] - (learning_rate / len(X)) * acts[l].T @ dz
        bs[l] = bs[l] - learning_rate * dz.mean(axis=0)
    return ws, bs


@right_step("class that owns copies, tuple returned")
def step_class(weights, biases, X, E, learning_rate):
    class Net:
        def __init__(self):
            self.params = [(np.array(w, float), np.array(b, float)) for w, b in zip(weights, biases)]

        def step(self):
            dW, db = right([p[0] for p in self.params], [p[1] for p in self.params], X, E)
            for (w, b), gw, gb in zip(self.params, dW, db):
                np.subtract(w, learning_rate * gw, out=w)
                np.subtract(b, learning_rate * gb, out=b)
            return tuple(p[0] for p in self.params), tuple(p[1] for p in self.params)

    return Net().step()


@right_step("plus a step along the descent direction, columns inside")
def step_plus(weights, biases, X, E, learning_rate):
    A = [X.T]
    for w, b in zip(weights, biases):
        A.append(sigmoid(w.T @ A[-1] + b[:, None]))
    down, new = 2 * (E.T - A[-1]) / len(X), []
    for l in range(len(weights) - 1, -1, -1):
        down = down * A[l + 1] * (1 - A[l + 1])
        new.insert(0, (weights[l] + learning_rate * A[l] @ down.T, biases[l] + learning_rate * down.sum(axis=1)))
        down = weights[l] @ down
    return [n[0] for n in new], [n[1] for n in new]


@right_step("plain lists of lists")
def step_lists(weights, biases, X, E, learning_rate):
    new_w, new_b = descend(weights, biases, *right(weights, biases, X, E), learning_rate)
    return [w.tolist() for w in new_w], [b.tolist() for b in new_b]


@right_step("an optimiser object with a velocity that is zero, since momentum is zero", fresh=True)
def step_optimiser():
    class SGD:
        momentum = 0.0

        def __init__(self):
            self.velocity = {}

        def __call__(self, name, value, grad, rate):
            shape = value.shape
            v = self.momentum * self.velocity.get((name, shape), np.zeros(shape)) + grad
            self.velocity[name, shape] = v
            return value - rate * v

    sgd = SGD()

    def train_step(weights, biases, X, E, learning_rate):
        dW, db = right(weights, biases, X, E)
        return (
            [sgd(f"W{l}", w, g, learning_rate) for l, (w, g) in enumerate(zip(weights, dW))],
            [sgd(f"b{l}", b, g, learning_rate) for l, (b, g) in enumerate(zip(biases, db))],
        )

    return train_step
