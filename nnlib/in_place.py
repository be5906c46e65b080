"""Activations and costs for many networks at once, written into reused arrays: [neuron, sample, network]."""

from __future__ import annotations

import numpy as np

from nnlib import costs

WIDE = ("AVX512", "X86_V4")  # what numpy calls eight numbers at a time


def back(name, dA, a, scratch):
    """dC/dz from dC/da, in place: times f'(z), or for softmax the product with its Jacobian."""
    if name == "softmax":
        dA -= np.einsum("yin,yin->in", dA, a)
        dA *= a
    elif name != "identity":
        dA *= SLOPE[name](a, scratch)
    return dA


class Loss:
    """The cost of every network of a chunk and the start of its backward pass: a row of costs.py, on arrays in this layout."""

    def __init__(self, cost, E, dtype):
        self.row, self.E, self.weight = costs.named(cost), E, dtype(costs.weight(len(E)))
        self.last = E.T[:, :, None]

    def of(self, name, A, D):
        """C of each network, from the output layer's z in A, which becomes its a; D becomes the slope at the output."""
        if self.row is costs.SQUARED:
            ACTIVATE[name](A)
            error = np.subtract(A, self.last, out=D)
            total = np.einsum("yin,yin->n", error, error)
            D *= 2 * self.weight
        else:
            z, a, slope = (array.transpose(2, 1, 0) for array in (A, A, D))  # as costs.py has them, networks in front
            total = self.row.terms_z(z, self.E).sum(axis=(1, 2))
            ACTIVATE[name](A)
            slope[:] = self.row.slope(a, self.E, self.weight)
        return self.weight * total

    def way_back(self, names):
        """The activations for the backward pass: where D is dC/dz already, the output layer has nothing left to do."""
        return names if self.row.output is None else [*names[:-1], "identity"]


def _sigmoid(z):
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.divide(1, z, out=z)


def _tanh(z):
    """tanh z = 2 S(2z) - 1, right to 3e-16 for any z: where numpy has no wide tanh, its exp is three times faster."""
    z *= -2
    np.exp(z, out=z)
    z += 1
    np.divide(2, z, out=z)
    z -= 1


def _has_wide_tanh() -> bool:
    """Whether numpy computes tanh eight numbers at a time on this processor; older numpy does not say."""
    introspect = getattr(np.lib, "introspect", None)
    found = introspect.opt_func_info("^tanh$", "float64") if introspect else {}
    return any(wide in str(kind.get("current")) for row in found.values() for kind in row.values() for wide in WIDE)


def _tanh_slope(a, s):
    np.multiply(a, a, out=a)
    return np.subtract(1, a, out=a)


def _softmax(z):
    z -= z.max(axis=0)
    np.exp(z, out=z)
    z /= z.sum(axis=0)


def _sigmoid_slope(a, s):
    np.subtract(1, a, out=s)
    return np.multiply(s, a, out=s)


def _ones(a, s):
    s.fill(1)
    return s


# The rows of functions.py once more, in place: the first turns z into a where it lies, the second returns the slope, which
# those that work number by number know from a alone; it may write it over a or into the scratch s. tests/unit/test_sweep.py
# compares each with its row.
ACTIVATE = {
    "sigmoid": _sigmoid,
    "tanh": (lambda z: np.tanh(z, out=z)) if _has_wide_tanh() else _tanh,
    "relu": lambda z: np.maximum(z, 0, out=z),
    "softplus": lambda z: np.logaddexp(0, z, out=z),
    "identity": lambda z: z,
    "softmax": _softmax,
}
SLOPE = {
    "sigmoid": _sigmoid_slope,
    "tanh": _tanh_slope,
    "relu": lambda a, s: np.greater(a, 0, out=a, casting="unsafe"),
    "softplus": lambda a, s: np.negative(np.expm1(np.negative(a, out=a), out=a), out=a),
    "identity": _ones,
}
