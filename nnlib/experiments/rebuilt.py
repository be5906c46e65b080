"""The learner's network rebuilt from its arrays: which are weights and biases of which layer, and what each layer does.

Only where the rebuilt forward pass gives their outputs, at places drawn at random. Then the layers can be looked into, a
layer can be made wider, and the right gradient costs one backward pass in place of two forward passes for each number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from nnlib.costs import Cost
from nnlib.functions import ACTIVATIONS, Activation
from nnlib.network import run_backward, run_forward

TRIED = 60  # ways to give the arrays their places
CLOSE = 1e-7
PLACES = 4  # drawn at random


def _steep(z):
    return np.where(z > 0, 1, 0.01)


def _parted(name: str, axis: int | None) -> Activation:
    """A softmax along another axis than the neurons, whose rows do not add up to 1; it has no backward pass."""

    def f(z):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    return ACTIVATIONS["softmax"]._replace(name=name, f=f, back=ACTIVATIONS["softmax"].slope)


LEAKY = Activation("leaky relu", lambda z: z * _steep(z), _steep, lambda dA, z, a: dA * _steep(z), lambda a, s: 0 * a)
HIDDEN = {name: ACTIVATIONS.get(name, LEAKY) for name in ("sigmoid", "tanh", "relu", "leaky relu", "identity")}
PARTED = {
    row.name: row for row in (_parted("softmax over the whole batch", None), _parted("softmax along the samples", 0))
}
LAST = HIDDEN | {"softmax": ACTIVATIONS["softmax"]} | PARTED


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
        return run_forward(*zip(*self.matrices(values)), X, self.rows())

    def rows(self) -> list[Activation]:
        """The activation of each layer."""
        return [HIDDEN[self.hidden]] * (len(self.layers) - 1) + [LAST[self.last]]

    def gradient(self, values, X, slope) -> list[np.ndarray]:
        """The gradient for each parameter, in its own shape; `slope(A)` is dC/dA for rows A, an outer layer's z for logits."""
        weights, _ = zip(*self.matrices(values))
        theirs = Cost("theirs", terms=slope, slope=lambda A, E, w: slope(A), bend=slope)
        dW, db = run_backward(weights, *self.forward(values, X), None, self.rows(), theirs, T=1)
        grads = [np.zeros_like(v, dtype=float) for v in values]
        for l, (w, b) in enumerate(self.layers):
            grads[w] = (dW[l].T if self.turned[l] else dW[l]).reshape(np.shape(values[w]))
            if b is not None:
                grads[b] = db[l].reshape(np.shape(values[b]))
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
