"""Right implementations in the styles that people write: none of these may be accused."""

from __future__ import annotations

import cmath

import numpy as np

from .registry import case
from .tools import cost_of, right, run, sigmoid, sigmoid_prime


def correct(note, **more):
    return case("correct", where="none", note=note, **more)


@correct("vectorised, samples in rows, derivative from the activation")
def rows(weights, biases, X, E):
    acts = [X]
    for w, b in zip(weights, biases):
        acts.append(sigmoid(acts[-1] @ w + b))
    delta, dW, db = 2 * (acts[-1] - E) / X.shape[0], [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = delta * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        delta = delta @ weights[l].T
    return dW, db


@correct("samples as columns, W transposed inside, 1/m in the gradients")
def columns(weights, biases, X, E):
    Ws, bs = [w.T for w in weights], [b.reshape(-1, 1) for b in biases]
    m, A, Z = X.shape[0], [X.T], []
    for W, b in zip(Ws, bs):
        Z.append(np.dot(W, A[-1]) + b)
        A.append(sigmoid(Z[-1]))
    dZ, grads = 2 * (A[-1] - E.T) * sigmoid_prime(Z[-1]), {}
    for l in range(len(Ws), 0, -1):
        grads["W", l], grads["b", l] = np.dot(dZ, A[l - 1].T) / m, np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dZ = np.dot(Ws[l - 1].T, dZ) * sigmoid_prime(Z[l - 2])
    return [grads["W", l + 1].T for l in range(len(Ws))], [grads["b", l + 1][:, 0] for l in range(len(Ws))]


@correct("the book's network class: nabla lists, negative indices, column vectors, 2 for the missing half")
def nabla(weights, biases, X, E):
    ws, bs = [w.transpose() for w in weights], [b[:, None] for b in biases]
    nabla_w, nabla_b = [np.zeros(w.shape) for w in ws], [np.zeros(b.shape) for b in bs]
    for x, y in zip(X, E):
        activation, activations, zs = x[:, None], [x[:, None]], []
        for b, w in zip(bs, ws):
            zs.append(np.dot(w, activation) + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        delta = 2 * (activations[-1] - y[:, None]) * sigmoid_prime(zs[-1])
        nabla_b[-1] += delta
        nabla_w[-1] += np.dot(delta, activations[-2].transpose())
        for l in range(2, len(ws) + 1):
            delta = np.dot(ws[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
            nabla_b[-l] += delta
            nabla_w[-l] += np.dot(delta, activations[-l - 1].transpose())
    return [w.T / len(X) for w in nabla_w], [b.ravel() / len(X) for b in nabla_b]


@correct("einsum throughout, 'optimize' on, tuples returned")
def einsum(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = [2.0 / len(E) * (acts[-1] - E) * sigmoid_prime(zs[-1])]
    for w, z in zip(weights[:0:-1], zs[-2::-1]):
        d.insert(0, np.einsum("ty,xy,tx->tx", d[0], w, sigmoid_prime(z), optimize=True))
    return tuple(np.einsum("tx,ty->xy", a, x) for a, x in zip(acts, d)), tuple(np.einsum("ty->y", x) for x in d)


@correct("bias folded into the first row of each matrix")
def folded(weights, biases, X, E):
    ones = np.ones((X.shape[0], 1))
    thetas = [np.r_[b[None, :], w] for w, b in zip(weights, biases)]
    acts = [np.c_[ones, X]]
    for theta in thetas:
        acts.append(np.c_[ones, sigmoid(acts[-1] @ theta)])
    d, grads = 2 * (acts[-1][:, 1:] - E) / len(X), []
    for l in range(len(thetas) - 1, -1, -1):
        d = d * acts[l + 1][:, 1:] * (1 - acts[l + 1][:, 1:])
        grads.insert(0, acts[l].T @ d)
        d = (d @ thetas[l].T)[:, 1:]
    return [g[1:] for g in grads], [g[0] for g in grads]


@correct("single precision throughout")
def single_precision(weights, biases, X, E):
    f = np.float32
    ws, bs, x, e = [w.astype(f) for w in weights], [b.astype(f) for b in biases], X.astype(f), E.astype(f)
    acts = [x]
    for w, b in zip(ws, bs):
        acts.append(f(1) / (f(1) + np.exp(-(acts[-1] @ w + b))))
    d, dW, db = f(2) * (acts[-1] - e) / f(len(x)), [], []
    for l in range(len(ws) - 1, -1, -1):
        d = d * acts[l + 1] * (f(1) - acts[l + 1])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ ws[l].T
    return dW, db


@correct("single precision for the result only")
def single_result(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [np.float32(g) for g in dW], [np.float32(g) for g in db]


@correct("complex step")
def complex_step(weights, biases, X, E):
    flat = np.concatenate([v.ravel() for v in [*weights, *biases]]).astype(complex)
    shapes = [v.shape for v in [*weights, *biases]]

    def unpack(vector):
        out, at = [], 0
        for shape in shapes:
            n = int(np.prod(shape))
            out.append(vector[at : at + n].reshape(shape))
            at += n
        return out[: len(weights)], out[len(weights) :]

    slope = np.empty(flat.size)
    for i in range(flat.size):
        moved = flat.copy()
        moved[i] += 1e-30j
        a = X.astype(complex)
        for w, b in zip(*unpack(moved)):
            a = 1 / (1 + np.exp(-(a @ w + b)))
        slope[i] = np.sum((a - E) ** 2).imag / 1e-30 / len(X)
    return unpack(slope)


@correct("central difference, h = 1e-5")
def central(weights, biases, X, E):
    h, ws, bs = 1e-5, [w.copy() for w in weights], [b.copy() for b in biases]
    grads = []
    for v in ws + bs:
        g = np.zeros_like(v)
        it = np.nditer(v, flags=["multi_index"])
        while not it.finished:
            i = it.multi_index
            old = v[i]
            v[i] = old + h
            above = cost_of(ws, bs, X, E)
            v[i] = old - h
            below = cost_of(ws, bs, X, E)
            v[i] = old
            g[i] = (above - below) / (2 * h)
            it.iternext()
        grads.append(g)
    return grads[: len(ws)], grads[len(ws) :]


@correct("plain Python lists and loops, indices as in the book of formulas")
def plain(weights, biases, X, E):
    W, B, T = [w.tolist() for w in weights], [b.tolist() for b in biases], len(X)
    dW = [[[0.0] * len(row) for row in w] for w in W]
    db = [[0.0] * len(b) for b in B]
    for x, e in zip(X.tolist(), E.tolist()):
        a = [x]
        for w, b in zip(W, B):
            z = [b[j] + sum(a[-1][i] * w[i][j] for i in range(len(w))) for j in range(len(b))]
            a.append([cmath.exp(-t).real for t in [max(-700.0, min(700.0, v)) for v in z]])
            a[-1] = [1.0 / (1.0 + v) for v in a[-1]]
        da = [2 * (p - q) for p, q in zip(a[-1], e)]
        for l in range(len(W) - 1, -1, -1):
            dz = [g * p * (1 - p) for g, p in zip(da, a[l + 1])]
            for j, g in enumerate(dz):
                db[l][j] += g / T
                for i, p in enumerate(a[l]):
                    dW[l][i][j] += p * g / T
            da = [sum(w * g for w, g in zip(row, dz)) for row in W[l]]
    return dW, db


@correct("read-only results")
def read_only(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    for g in dW + db:
        g.flags.writeable = False
    return dW, db


@correct("results are transposed views")
def transposed_views(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = 2 * (acts[-1] - E) / len(X) * sigmoid_prime(zs[-1])
    views, sums = [(d.T @ acts[-2]).T], [d.T.sum(axis=1)]
    for l in range(len(weights) - 2, -1, -1):
        d = d @ weights[l + 1].T * sigmoid_prime(zs[l])
        views.insert(0, (d.T @ acts[l]).T)
        sums.insert(0, d.T.sum(axis=1))
    return views, sums


@correct("Fortran order, all of them")
def fortran(weights, biases, X, E):
    dW, db = right([np.asfortranarray(w) for w in weights], biases, np.asfortranarray(X), np.asfortranarray(E))
    return [np.asfortranarray(g) for g in dW], db


@correct("recursive: a layer returns what the layer below needs")
def recursive(weights, biases, X, E):
    dW, db = [None] * len(weights), [None] * len(weights)

    def layer(l, a):
        if l == len(weights):
            return (a - E) * (2 / len(E))
        out = sigmoid(a @ weights[l] + biases[l])
        dz = layer(l + 1, out) * out * (1 - out)
        dW[l], db[l] = a.T @ dz, dz.sum(axis=0)
        return dz @ weights[l].T

    layer(0, X)
    return dW, db


@correct("class with caches, properly reset on every call", fresh=True)
def class_with_caches():
    class MLP:
        def __init__(self):
            self.cache, self.grads = [], {}

        def gradients(self, weights, biases, X, E):
            self.cache.clear()
            self.grads = {"w": [np.zeros_like(w) for w in weights], "b": [np.zeros_like(b) for b in biases]}
            out = X
            for w, b in zip(weights, biases):
                self.cache.append((out, sigmoid(out @ w + b)))
                out = self.cache[-1][1]
            g = 2 * (out - E) / len(X)
            for l in range(len(weights) - 1, -1, -1):
                below, a = self.cache[l]
                g = g * a * (1 - a)
                self.grads["w"][l] += below.T @ g
                self.grads["b"][l] += g.sum(axis=0)
                g = g @ weights[l].T
            return self.grads["w"], self.grads["b"]

    return MLP().gradients


@correct("np.matrix inside, arrays outside")
def matrices(weights, biases, X, E):
    A = [np.matrix(X, dtype=float)]
    for w, b in zip(weights, biases):
        A.append(1 / (1 + np.exp(-(A[-1] * np.matrix(w) + b))))
    d, dW, db = 2 * (A[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        d = np.multiply(d, np.multiply(A[l + 1], 1 - A[l + 1]))
        dW.insert(0, np.asarray(A[l].T * d))
        db.insert(0, np.asarray(d.sum(axis=0)).ravel())
        d = d * np.matrix(weights[l]).T
    return dW, db


@correct("freshly allocated buffers filled through out=")
def out_buffers(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    dW, db = [np.empty(w.shape) for w in weights], [np.empty(b.shape) for b in biases]
    g = np.subtract(acts[-1], E)
    np.multiply(g, 2.0 / len(X), out=g)
    for l in range(len(weights) - 1, -1, -1):
        np.multiply(g, sigmoid_prime(zs[l]), out=g)
        np.matmul(acts[l].T, g, out=dW[l])
        np.sum(g, axis=0, out=db[l])
        g = g @ weights[l].T
    return dW, db


@correct("lists made by generators, returned as lists of lists")
def generators(weights, biases, X, E):
    def walk(acts):
        d = 2 * (acts[-1] - E) / len(X)
        for w, above, below in zip(weights[::-1], acts[::-1], acts[-2::-1]):
            d = d * above * (1 - above)
            yield (below.T @ d).tolist(), d.sum(axis=0).tolist()
            d = d @ w.T

    pairs = list(walk(run(weights, biases, X)[1]))[::-1]
    return list(p[0] for p in pairs), list(p[1] for p in pairs)
