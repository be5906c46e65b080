"""The functions that an expression may call, on arrays whose last two axes are samples and neurons; activations and slopes."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from itertools import permutations

import numpy as np


def _wide(reduce):
    return lambda v: np.broadcast_to(reduce(v), v.shape)


def _sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def _softmax(v):
    e = np.exp(v - v.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _path(d, W, size):
    """The one contribution d_j w_ij for each neuron i below that has the largest size."""
    chosen = np.broadcast_to(size.argmax(axis=-1)[..., None], (len(d), len(W), 1))
    return np.take_along_axis(d[:, None] * W, chosen, axis=2)[..., 0]


ROWS = {"first": 0, "second": 1, "third": 2, "last": -1, "last_but_one": -2}
FUNCTIONS = {
    "-": lambda v: -v, "exp": np.exp, "log": np.log, "tanh": np.tanh, "sig": _sigmoid, "softmax": _softmax,
    "relu": lambda v: np.maximum(v, 0), "step": lambda v: 1.0 * (v > 0), "leaky": lambda v: np.where(v > 0, 1.0, 0.01),
    "abs": np.abs, "sign": np.sign, "square": np.square, "cube": lambda v: v**3, "sqrt": lambda v: np.sqrt(np.abs(v)),
    "int": np.trunc, "round": np.round, "floor": np.floor, "ones": np.ones_like, "zeros": np.zeros_like,
    "row": lambda v: v.sum(axis=-1, keepdims=True), "row_mean": lambda v: v.mean(axis=-1, keepdims=True),
    "column": lambda v: v.sum(axis=-2, keepdims=True), "total": np.sum,
    "sum_i": _wide(lambda v: v.sum(axis=-2, keepdims=True)), "mean_i": _wide(lambda v: v.mean(axis=-2, keepdims=True)),
    "sum_j": _wide(lambda v: v.sum(axis=-1, keepdims=True)), "mean_j": _wide(lambda v: v.mean(axis=-1, keepdims=True)),
    "sum_ij": _wide(np.sum), "mean_ij": _wide(np.mean), "max_j": _wide(lambda v: v.max(axis=-1, keepdims=True)),
    "first_i": _wide(lambda v: v[:1]), "last_i": _wide(lambda v: v[-1:]),
    "first_j": _wide(lambda v: v[:, :1]), "last_j": _wide(lambda v: v[:, -1:]),
    "reversed_i": lambda v: v[::-1], "next_i": lambda v: np.roll(v, -1, 0), "before_i": lambda v: np.roll(v, 1, 0),
    "reversed_j": lambda v: v[:, ::-1], "next_j": lambda v: np.roll(v, -1, 1), "before_j": lambda v: np.roll(v, 1, 1),
    "only_first_j": lambda v: v * (np.arange(v.shape[-1]) == 0),
    "only_last_j": lambda v: v * (np.arange(v.shape[-1]) == v.shape[-1] - 1),
    "all_but_first_j": lambda v: v * (np.arange(v.shape[-1]) > 0),
    "all_but_last_j": lambda v: v * (np.arange(v.shape[-1]) < v.shape[-1] - 1),
    "sorted_i": lambda v: np.sort(v, axis=0), "reshaped": lambda v: v.T.reshape(v.shape),
    "max_i": _wide(lambda v: v.max(axis=-2, keepdims=True)), "max_ij": _wide(np.max), "by_the_first_j": lambda v: v[np.argsort(v[:, 0])],
    "class_number": _wide(lambda v: 1.0 * v.argmax(axis=-1)[..., None]), "one_hot_i": lambda v: np.eye(len(v))[v.argmax(axis=0)].T,
    "ones_in_class_columns": _wide(lambda v: 1.0 * (v.max(axis=-2, keepdims=True) >= 1)),
    "one_hot": lambda v: np.eye(v.shape[-1])[v.argmax(axis=-1)], "share": lambda v: v / np.abs(v).sum(axis=0),
    "unit": lambda v: v / (np.linalg.norm(v) or 1.0), "turned": lambda v: v.reshape(v.T.shape),
    "strongest": lambda v: v * (np.abs(v) == np.abs(v).max(axis=-1, keepdims=True)),
    # reductions of a bias gradient, besides the sum over the samples
    "last": lambda v: v[-1], "first": lambda v: v[0], "as-it-is": lambda v: v, "axis=1": lambda v: v.sum(axis=1),
    "axis=1-row": lambda v: v.sum(axis=1)[None], "axis=1-column": lambda v: v.sum(axis=1, keepdims=True),
    "axis=1-cut": lambda v: np.concatenate([v.sum(axis=1), np.zeros(v.shape[1])])[: v.shape[1]],
    "no-axis": lambda v: v.sum(), "no-axis-for-each": lambda v: np.full(v.shape[1], v.sum()),
    "max": lambda v: v.max(axis=0), "norm": lambda v: np.linalg.norm(v, axis=0),
    # what is done to whole arrays: rows put together and taken out, widths made to fit, paths from neuron to neuron
    "stack": lambda u, v: np.vstack([u, v]), "cut": lambda v, u: np.hstack([v, np.zeros((len(v), u.shape[1]))])[:, : u.shape[1]],
    "where_it_fits": lambda u, v: u if u.shape == v.shape else v, "diagonal": lambda v: np.diag(v)[None],
    **{f"without_{name}": lambda v, i=i: np.delete(v, i, axis=0) for name, i in ROWS.items()},
    "strongest_path": lambda d, W: _path(d, W, np.abs(d[:, None] * W)), "largest_path": lambda d, W: (d[:, None] * W).max(2),
    "heaviest_path": lambda d, W: _path(d, W, W), "heaviest_path_by_size": lambda d, W: _path(d, W, np.abs(W)),
    "product_of_paths": lambda d, W: (d[:, None] * W).prod(2), "mean_of_paths": lambda d, W: (d[:, None] * W).mean(2),
    # what is done to the numbers of an array at the end
    "centred": lambda v: v - v.mean(), "cbrt": np.cbrt, "signed_sqrt": lambda v: np.sign(v) * np.sqrt(np.abs(v)),
    "clip": lambda v, k: np.clip(v, -k, k), "clip_length": lambda v, k: v * min(1.0, k / (np.linalg.norm(v) or 1.0)),
    "in_order": lambda v, i: v[list(list(permutations(range(len(v))))[int(i)])],
    "places": lambda v, k: np.round(v, int(k)),
}  # fmt: skip
SLOPES = {  # f'(z) for whoever holds z and a
    "sigmoid": lambda z, a: a * (1 - a), "tanh": lambda z, a: 1 - a * a, "relu": lambda z, a: 1.0 * (z > 0),
    "softplus": lambda z, a: _sigmoid(z), "identity": lambda z, a: np.ones_like(z), "softmax": lambda z, a: a * (1 - a),
    "swish": lambda z, a: a + _sigmoid(z) * (1 - a), "elu": lambda z, a: np.where(z > 0, 1.0, a + 1),
}  # fmt: skip
ACTIVATE = {
    "sigmoid": _sigmoid, "tanh": np.tanh, "relu": FUNCTIONS["relu"], "softmax": _softmax,
    "softplus": lambda v: np.logaddexp(0, v), "identity": lambda v: v,
    "swish": lambda v: v * _sigmoid(v), "elu": lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0))),
}  # fmt: skip
for _name, _share in (("leaky relu", 0.01), ("leaky relu 0.1", 0.1), ("leaky relu 0.2", 0.2)):
    SLOPES[_name] = lambda z, a, k=_share: np.where(z > 0, 1.0, k)
    ACTIVATE[_name] = lambda v, k=_share: np.where(v > 0, v, k * v)
