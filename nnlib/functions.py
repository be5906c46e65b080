"""Activation functions: f, its slope f' of z, the slope from an activation that is already there, and the bend f''."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np


class Activation(NamedTuple):
    """One row of the table: a name, f(z), f'(z), then f'(z) for a caller who holds z and a = f(z), f''(z) from a and f'(z)."""

    name: str
    f: Callable
    slope: Callable
    slope_from: Callable
    bend_from: Callable


@np.errstate(over="ignore")
def sigmoid(z):
    """S(z) = 1 / (1 + e^-z), the activation of the question (lesson 2), for a number or an array of any shape.

    Its relative error is about 2e-16. For z < -709, e^-z overflows to infinity, and 1/infinity is the right 0.
    """
    return _sigmoid(z)


def _sigmoid(z):
    """The same for callers that have switched off the word about the overflow themselves."""
    return np.reciprocal(1.0 + np.exp(-z))  # numpy is sooner done with 1.0 than with 1


def softplus(z):
    """log(1 + e^z), the smooth relu, written so that e^z never overflows; its slope is the sigmoid."""
    return z * _on(z) + np.log1p(np.exp(np.where(_on(z), -z, z)))


def _on(z):
    return np.real(z) > 0  # the real part decides, so that a complex step passes through


# name         f(z)                  f'(z)                                     f'(z), from z and a = f(z)
TABLE = (
    ("sigmoid",  _sigmoid,             lambda z: sigmoid(z) * (1 - sigmoid(z)),  lambda z, a: a * (1.0 - a)),
    ("tanh",     np.tanh,              lambda z: 1 - np.tanh(z) ** 2,            lambda z, a: 1.0 - a * a),
    ("relu",     lambda z: z * _on(z), lambda z: _on(z).astype(z.dtype),         lambda z, a: _on(z).astype(a.dtype)),
    ("softplus", softplus,             sigmoid,                                  lambda z, a: sigmoid(z)),
    ("identity", lambda z: z,          np.ones_like,                             lambda z, a: np.ones_like(a)),
)  # fmt: skip

# name         f''(z), from a = f(z) and s = f'(z), for the curvature of the cost (lesson 8)
BENDS = {
    "sigmoid":  lambda a, s: s * (1.0 - 2.0 * a),
    "tanh":     lambda a, s: -2.0 * a * s,
    "relu":     lambda a, s: np.zeros_like(a),  # away from the kink at 0, where no f'' exists
    "softplus": lambda a, s: s * (1.0 - s),  # its slope is the sigmoid
    "identity": lambda a, s: np.zeros_like(a),
}  # fmt: skip
ACTIVATIONS = {row[0]: Activation(*row, BENDS[row[0]]) for row in TABLE}


def per_layer(activations: str | Sequence[str], layers: int) -> list[Activation]:
    """One row of the table for each layer: a single name serves every layer, a list names each layer in turn.

    Raises ValueError for a name that the table does not hold, or for a list of another length than `layers`.
    """
    if isinstance(activations, str):
        return [_row(activations)] * layers
    names = list(activations)
    if len(names) != layers:
        raise ValueError(
            f"activations: expected one name, or {layers} names (one for each weight layer), got {len(names)}: {names}"
        )
    return [_row(name) for name in names]


def _row(name) -> Activation:
    if name not in ACTIVATIONS:
        raise ValueError(f"activations: expected names out of {', '.join(ACTIVATIONS)}, got {name!r}")
    return ACTIVATIONS[name]
