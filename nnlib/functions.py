"""Activation functions: f, its slope f' of z, the backward pass from dC/da to dC/dz, and the second derivative f''."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nnlib import arrays
from nnlib.arrays import Numbers

_FLOAT = np.dtype(float)


class Activation(NamedTuple):
    """One row of the table: a name, f(z), f'(z), the backward pass, and f''(z) for a caller who holds a = f(z) and f'(z).

    back(dA, z, a) is dC/dz, from dC/da and from what the forward pass kept: dC/da f'(z) where f works number by number.
    """

    name: str
    f: Callable
    slope: Callable
    back: Callable
    bend_from: Callable

    def around(self, dA, z, a):
        """(up, down, bend) for second derivatives: RA = up * RZ, dZ = down * dA, and bend * RZ is what f' adds to RdZ."""
        slope = self.back(1.0, z, a)
        return slope, slope, dA * self.bend_from(a, slope)


class Softmax(Activation):
    """a_y = e^z_y / sum_k e^z_k over the neurons of a layer: every a_y depends on every z_k, so f' is a matrix.

    da_y/dz_k = a_y ((y = k) - a_k), a symmetric matrix J for each sample. The backward pass is dZ = dA J, without forming J.
    """

    def around(self, dA, z, a):
        """As Activation.around; J is symmetric, so up and down are one."""
        centred = dA - (a * dA).sum(axis=-1, keepdims=True)

        def bend(RZ):  # dZ = a (dA - sum a dA) along a direction in which a moves by RA
            moved = self.back(RZ, z, a) * centred
            return moved - a * moved.sum(axis=-1, keepdims=True)

        jacobian = _Linear(lambda v: self.back(v, z, a))
        return jacobian, jacobian, _Linear(bend)


class _Linear(NamedTuple):
    """A linear function that is applied by *, as an array of factors is."""

    function: Callable

    def __mul__(self, v):
        return self.function(v)


@np.errstate(over="ignore", invalid="ignore")
def sigmoid(z: Numbers) -> Any:
    """S(z) = 1 / (1 + e^-z), the activation of the question (lesson 2), for a number or an array of any shape.

    Its relative error is about 2e-16. For z < -709, e^-z overflows to infinity, and 1/infinity is the right 0.
    Raises TypeError where z holds no numbers.
    """
    return _sigmoid(arrays.numbers("z", z))


def _sigmoid(z):
    """The same for callers that hold an array of floats and have switched off the overflow warning."""
    a = np.reciprocal(1.0 + np.exp(-z))  # 1.0 is a little faster than 1
    if z.dtype is not _FLOAT and z.dtype.kind == "c":
        a = np.where(z.real < -700, np.exp(z), a)  # where e^-z overflows its complex reciprocal is NaN, and S(z) is e^z
    return a


def softplus(z: Numbers) -> Any:
    """log(1 + e^z), the smooth relu, written so that e^z never overflows; its slope is the sigmoid.

    Takes a number or an array of any shape. Raises TypeError where z holds no numbers.
    """
    return _softplus(arrays.numbers("z", z))


def _softplus(z):
    return z * _on(z) + np.log1p(np.exp(np.where(_on(z), -z, z)))


def softmax(z):
    """e^z_y / sum_k e^z_k over the last axis, the neurons of a layer: shares that sum to 1.

    The largest z (of the real parts) is subtracted first, which changes no share and keeps e^z from overflowing.
    """
    e = np.exp(z - np.real(z).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_sum_exp(z):
    """log sum_k e^z_k over the last axis, which stays with length 1: finite for every finite z."""
    largest = np.real(z).max(axis=-1, keepdims=True)
    return largest + np.log(np.exp(z - largest).sum(axis=-1, keepdims=True))


def softmax_back(dA, z, a):
    """dC/dz_k = sum_y dC/da_y da_y/dz_k = a_k (dC/da_k - sum_y a_y dC/da_y), for each sample."""
    return a * (dA - (a * dA).sum(axis=-1, keepdims=True))


def _no_slope(*_):
    raise TypeError(
        "softmax has no slope f'(z) number by number: each output depends on every z of its layer; use .back"
    )


def _on(z):
    return np.real(z) > 0  # the real part decides, so that a complex step passes through


# name         f(z)                  f'(z)                                     dC/dz = dC/da f'(z), from z and a = f(z)
TABLE: tuple[tuple[str, Callable, Callable, Callable], ...] = (
    ("sigmoid",  _sigmoid,             lambda z: sigmoid(z) * (1 - sigmoid(z)),  lambda dA, z, a: dA * (a * (1.0 - a))),
    ("tanh",     np.tanh,              lambda z: 1 - np.tanh(z) ** 2,            lambda dA, z, a: dA * (1.0 - a * a)),
    ("relu",     lambda z: z * _on(z), lambda z: _on(z).astype(z.dtype),         lambda dA, z, a: dA * _on(z).astype(a.dtype)),
    ("softplus", _softplus,            sigmoid,                                  lambda dA, z, a: dA * _sigmoid(z)),
    ("identity", lambda z: z,          np.ones_like,                             lambda dA, z, a: dA),
)  # fmt: skip

# name         f''(z), from a = f(z) and s = f'(z), for the curvature of the cost (lesson 8)
BENDS = {
    "sigmoid":  lambda a, s: s * (1.0 - 2.0 * a),
    "tanh":     lambda a, s: -2.0 * a * s,
    "relu":     lambda a, s: np.zeros_like(a),  # away from the kink at 0, where no f'' exists
    "softplus": lambda a, s: s * (1.0 - s),  # its slope is the sigmoid
    "identity": lambda a, s: np.zeros_like(a),
}  # fmt: skip
ELEMENTWISE = {row[0]: Activation(*row, BENDS[row[0]]) for row in TABLE}
ACTIVATIONS = ELEMENTWISE | {"softmax": Softmax("softmax", softmax, _no_slope, softmax_back, _no_slope)}


def per_layer(activations: str | Sequence[str], layers: int) -> list[Activation]:
    """One row of the table for each layer: a single name serves every layer, a list names each layer in turn.

    Raises ValueError for a name that the table does not hold, or for a list of another length than `layers`.
    """
    if isinstance(activations, str):
        return [_row(activations)] * layers
    if not isinstance(activations, (list, tuple)):
        raise ValueError(
            f"activations: expected a name, or a list of names, out of {', '.join(ACTIVATIONS)}, got {activations!r}"
        )
    names = list(activations)
    if len(names) != layers:
        raise ValueError(
            f"activations: expected one name, or {layers} names (one for each weight layer), got {len(names)}: {names}"
        )
    return [_row(name) for name in names]


def _row(name) -> Activation:
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(f"activations: expected names out of {', '.join(ACTIVATIONS)}, got {name!r}")
    return ACTIVATIONS[name]
