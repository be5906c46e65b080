"""Read the learner's own intermediate values out of single samples: the delta and the input factor of every layer.

For one sample db[l] is the delta, and dW[l] the product of input factor and delta. What has been read is compared with the
right values, or fitted as a function of one or two of them.
"""

from __future__ import annotations

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.probes import probe
from nnlib.doctor.stages import Problem
from nnlib.functions import sigmoid

SAMPLES, NEAR, SHARP = 24, 1e-6, 2e-3  # how many samples; equal; a fit that counts as one


class Unread(Exception):
    """The answers for single samples do not show deltas and input factors."""


class Readings:
    """What a network of three layers shows for single samples: the probe's own, and wider ones besides."""

    def __init__(self, ask, name: str):
        p, rng = probe(name), np.random.default_rng(77)
        n = SAMPLES - len(p.X)
        self.p, self.L = p, len(p.weights)
        self.A, self.Z = [np.vstack([p.X, rng.normal(0, 2, (n, p.sizes[0]))])], []
        self.E = np.vstack([p.E, rng.uniform(-1.4, 2.4, (n, p.sizes[-1]))])  # as far as the targets of all probes go
        for W, b in zip(p.weights, p.biases):
            self.Z.append(self.A[-1] @ W + b)
            self.A.append(sigmoid(self.Z[-1]))
        self.dW, self.db = self._asked(ask)
        self.delta, self.factor = [], []
        for l in range(self.L):
            delta, factor = self._split(l)
            self.delta.append(delta)
            self.factor.append(factor)

    def _asked(self, ask):
        p, rows = self.p, []
        for i in range(SAMPLES):
            one = Problem("one of several samples", p.weights, p.biases, self.A[0][[i]], self.E[[i]], p.rate)
            arrays = whole(ask(one), one)
            if arrays is None:
                raise Unread
            rows.append(arrays)
        arrays = [np.array(column) for column in zip(*rows)]
        return arrays[: self.L], arrays[self.L :]

    def _split(self, l: int):
        """(delta, input factor) of a layer: by the right activation if that fits, else by db as the delta."""
        a, dW, db = self.A[l], self.dW[l], self.db[l]
        delta = np.einsum("ix,ixy->iy", a, dW) / (a**2).sum(axis=1, keepdims=True)
        if near(a[:, :, None] * delta[:, None, :], dW):
            return delta, a
        square = (db**2).sum(axis=1, keepdims=True)
        if not square.all():
            raise Unread
        factor = np.einsum("ixy,iy->ix", dW, db) / square
        if not near(factor[:, :, None] * db[:, None, :], dW):
            raise Unread
        return db, factor

    def right_deltas(self) -> list[np.ndarray]:
        """The deltas of the right gradient, for the same samples."""
        delta = [2 * (self.A[-1] - self.E) * self.A[-1] * (1 - self.A[-1])]
        for l in range(self.L - 1, 0, -1):
            delta.insert(0, delta[0] @ self.p.weights[l].T * self.A[l] * (1 - self.A[l]))
        return delta

    def entry_by_entry(self) -> bool:
        """Is every entry a fixed multiple of the right one, the same for every sample?"""
        for l, right in enumerate(self.right_deltas()):
            for mine, theirs in (
                (self.db[l], right),
                (self.dW[l], self.A[l][:, :, None] * right[:, None, :]),
            ):
                scale = (mine * theirs).sum(axis=0) / np.maximum((theirs**2).sum(axis=0), 1e-300)
                if not near(scale * theirs, mine):
                    return False
        return True


def near(a, b, tolerance: float = NEAR) -> bool:
    """Equal, normwise."""
    return bool(np.linalg.norm(a - b) <= tolerance * np.linalg.norm(b))


def _of(z, degree: int):
    """Functions of z: polynomials in tanh(z/3), where they are tame; and what grows, or has a kink or a step at 0."""
    z = np.ravel(z)
    tame = np.polynomial.chebyshev.chebvander(np.tanh(z / 3), degree)
    return np.column_stack([tame, z, np.abs(z), np.sign(z)])


def fitted(z, y, degree: int = 20):
    """y as one function of z, smooth but for 0; None where it is none."""
    return _least(lambda v: _of(v, degree), (z,), y, degree + 4)


def fitted_surface(z, e, y):
    """y as one function of z and e, of the fifth degree in e; None where it is none."""
    low, high = e.min(), e.max()

    def basis(v, w):
        first = _of(v, 8)
        second = np.polynomial.chebyshev.chebvander((2 * w - low - high) / (high - low), 5)
        return (first[:, :, None] * second[:, None, :]).reshape(len(first), -1)

    return _least(basis, (z, e), y, 72)


def _least(basis, arguments, y, coefficients):
    *z, flat = (np.ravel(v) for v in (*arguments, y))
    if len(flat) < 3 * coefficients or not np.isfinite(flat).all():
        return None
    table = basis(*z)
    c, *_ = np.linalg.lstsq(table, flat, rcond=1e-12)
    if not near(table @ c, flat, SHARP):
        return None
    return lambda *v: (basis(*map(np.ravel, v)) @ c).reshape(np.shape(v[0]))
