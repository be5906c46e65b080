"""The learner's network rebuilt from its arrays: which are weights and biases of which layer, and what each layer does.

Only where the rebuilt forward pass gives their outputs, at places drawn at random. Then the layers can be looked into, a
layer can be made wider, and the right gradient costs one backward pass in place of two forward passes for each number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

TRIED = 60  # ways to give the arrays their places
CLOSE = 1e-7
PLACES = 4  # drawn at random


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _softmax(z, axis=1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# name: f(z) of rows, the slope by z from z and a = f(z)
HIDDEN = {
    "sigmoid": (_sigmoid, lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda z, a: (z > 0) * 1.0),
    "leaky relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z, a: np.where(z > 0, 1, 0.01)),
    "identity": (lambda z: z, lambda z, a: np.ones_like(z)),
}
PARTED = {  # softmaxes whose rows do not add up to 1
    "softmax over the whole batch": lambda z: _softmax(z, None),
    "softmax along the samples": lambda z: _softmax(z, 0),
}
LAST = {name: f for name, (f, _) in HIDDEN.items()} | {"softmax": _softmax} | PARTED


@dataclass(frozen=True)
class Rebuilt:
    """Layers of a network: (weights, biases or None) as places in the list of parameters, and names of activations."""

    layers: tuple[tuple[int, int | None], ...]
    turned: tuple[bool, ...]  # is W of shape (n_this, n_prev)?
    hidden: str
    last: str

    def matrices(self, values) -> list[tuple[np.ndarray, np.ndarray | float]]:
        """(W, b) of each layer, W of shape (n_prev, n_this), b of shape (n_this,)."""
        return [
            (_matrix(values[w], turned), 0.0 if b is None else np.reshape(values[b], -1))
            for (w, b), turned in zip(self.layers, self.turned)
        ]

    def forward(self, values, X) -> tuple[list, list]:
        """Z and A of every layer for rows X; A[0] is X."""
        Z, A, layers = [], [X], self.matrices(values)
        for l, (W, b) in enumerate(layers):
            Z.append(A[-1] @ W + b)
            A.append(LAST[self.last](Z[-1]) if l == len(layers) - 1 else HIDDEN[self.hidden][0](Z[-1]))
        return Z, A

    def gradient(self, values, X, slope) -> list[np.ndarray]:
        """The gradient for each parameter, in its own shape; `slope(A)` is dC/dA for rows A, an outer layer's z for logits."""
        Z, A = self.forward(values, X)
        layers, d = self.matrices(values), slope(A[-1])
        grads = [np.zeros_like(v, dtype=float) for v in values]
        for l in reversed(range(len(layers))):
            if l == len(layers) - 1 and self.last == "softmax":
                d = A[-1] * (d - (d * A[-1]).sum(axis=1, keepdims=True))
            elif l == len(layers) - 1:
                d = d * HIDDEN[self.last][1](Z[l], A[l + 1])
            else:
                d = d * HIDDEN[self.hidden][1](Z[l], A[l + 1])
            w, b = self.layers[l]
            dW = A[l].T @ d
            grads[w] = (dW.T if self.turned[l] else dW).reshape(np.shape(values[w]))
            if b is not None:
                grads[b] = d.sum(axis=0).reshape(np.shape(values[b]))
            d = d @ layers[l][0].T
        return grads

    def widths(self, values) -> list[int]:
        """How many neurons each layer has, inputs first."""
        layers = self.matrices(values)
        return [len(layers[0][0]), *(W.shape[1] for W, _ in layers)]

    def with_last(self, last: str) -> Rebuilt:
        """The same layers with another output activation."""
        return replace(self, last=last)

    def drawn(self, values, rng, widths=None, gain: float = 1.0) -> list[np.ndarray]:
        """New parameters at the usual scale, gain/sqrt(n_prev) (relu: times sqrt(2)), biases 0; of other widths if given."""
        values, widths = list(values), widths or self.widths(values)
        for l, ((w, b), turned) in enumerate(zip(self.layers, self.turned)):
            n, m = widths[l], widths[l + 1]
            scale = gain / np.sqrt(n) * (np.sqrt(2) if "relu" in self.hidden else 1)
            W = rng.normal(0, scale, (n, m))
            values[w] = W.T if turned else W.reshape(-1) if np.ndim(values[w]) == 1 and m == 1 else W
            if b is not None:
                values[b] = np.zeros(_widened(np.shape(values[b]), m, turned))
        return values


def rebuild(bench) -> Rebuilt | None:
    """The network as a chain of dense layers, or None where its outputs are those of no such chain."""
    start, rng, probes = bench.start, np.random.default_rng(1), []
    X = rng.normal(0, 1, (8, bench.rows(bench.X).shape[1]))
    given = bench.back(X, np.asarray(bench.X, dtype=float))
    try:
        for _ in range(PLACES):  # at several places: at one of them a relu may pass everything
            values = [rng.normal(0, 0.5, v.shape) for v in start]
            bench.put(values)
            probes.append((values, bench.rows(bench.output(given))))
    except Exception:  # it does not run on rows like these: then it is not rebuilt
        return None
    finally:
        bench.reset()
    if any(v.ndim > 2 for v in start):
        return None
    for layers, turned in islice(_chains(start, X.shape[1], probes[0][1].shape[1], bench.columns), TRIED):
        for hidden in HIDDEN if len(layers) > 1 else ("identity",):
            for last in LAST:
                found = Rebuilt(layers, turned, hidden, last)
                if all(np.abs(found.forward(values, X)[1][-1] - A).max() < CLOSE for values, A in probes):
                    return found
    return None


def _matrix(W, turned: bool) -> np.ndarray:
    """W of shape (n_prev, n_this); a vector belongs to one neuron."""
    return W.reshape(-1, 1) if W.ndim == 1 else W.T if turned else W


def _widened(shape, m: int, turned: bool) -> tuple[int, ...]:
    """The shape of a bias for m neurons: the axis that is longer than 1 holds them, else that of the layout."""
    if len(shape) < 2:
        return () if shape == () and m == 1 else (m,)
    longest = int(np.argmax(shape)) if max(shape) > 1 else int(not turned)
    return tuple(m if axis == longest else 1 for axis in (0, 1))


def _chains(values, before, width, first, used=(), layers=(), turned=()):
    """Every way to line the arrays up as layers from `before` inputs to `width` outputs, each array used once."""
    if len(used) == len(values) and layers and before == width:
        yield layers, turned
    usual = turned[-1] if turned else first  # a matrix of one number says nothing: it is taken as its neighbours are
    free = [k for k in range(len(values)) if k not in used]
    for w in free:
        for n, way in _ways(values[w].shape, before, usual):
            for b in (*(k for k in free if k != w and _is_bias(values[k], n)), None):
                now = (*used, w) if b is None else (*used, w, b)
                yield from _chains(values, n, width, first, now, (*layers, (w, b)), (*turned, way))


def _ways(shape, before: int, usual: bool):
    """(neurons, turned?) of a weight array that takes `before` numbers in."""
    if len(shape) == 1 and shape[0] == before:
        yield 1, False
    if len(shape) == 2:
        yield from ((shape[not way], way) for way in (usual, not usual) if shape[way] == before)


def _is_bias(v, n: int) -> bool:
    return v.size == n and (v.ndim < 2 or min(v.shape) in (1, n))
