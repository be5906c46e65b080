"""Arrays, gradients and rates, carried from a source's layout and cost to ours and back."""

from functools import partial
from typing import NamedTuple

import numpy as np

from nnlib import checks
from nnlib.notation.sources import Source, source

BIAS_SHAPES = {"vector": (-1,), "row": (1, -1), "column": (-1, 1)}


class Arrays(NamedTuple):
    """What was asked to be translated; None for what was not given."""

    weights: list | None = None
    biases: list | None = None
    X: np.ndarray | None = None
    E: np.ndarray | None = None
    dW: list | None = None
    db: list | None = None


def to_source(
    name: str | Source, *, weights=None, biases=None, X=None, E=None, dW=None, db=None, T=None, K=None
) -> Arrays:
    """Our arrays in the source's layout, as copies; gradients are divided by c as well (lessons 1 and 6).

    Ours: weights[l] (n_prev, n_this), biases[l] (n_this,), X (T, n_0), E (T, n_last), dW and db as weights and biases.
    T samples and K outputs matter only for gradients; left out, they are read off the data and the last gradient.
    Raises ValueError for an unknown source, for an array that is not a matrix, a bias that is not a vector, or where
    c needs a T or K that is nowhere to be seen.
    """
    row, ours = source(name), Arrays(weights, biases, X, E, dW, db)
    theirs = _turned(row, ours, row.bias_axis)
    return _scaled(theirs, 1 / _factor_of(row, ours, T, K))


def from_source(
    name: str | Source, *, weights=None, biases=None, X=None, E=None, dW=None, db=None, T=None, K=None
) -> Arrays:
    """The source's arrays in our layout, as copies; gradients are multiplied by c as well. The rest as `to_source`."""
    row = source(name)
    ours = _turned(row, Arrays(weights, biases, X, E, dW, db), "vector")
    return _scaled(ours, _factor_of(row, ours, T, K))


def rate_to_ours(name: str | Source, rate: float, *, T: int | None = None, K: int | None = None) -> float:
    """The learning rate that takes the same path here: rate_ours = rate_source / c (lesson 6); T samples, K outputs."""
    return checks.argument("rate", rate) / source(name).factor(T, K)


def rate_from_ours(name: str | Source, rate: float, *, T: int | None = None, K: int | None = None) -> float:
    """The learning rate that takes the same path there: rate_source = c rate_ours (lesson 6); T samples, K outputs."""
    return checks.argument("rate", rate) * source(name).factor(T, K)


def shape_here(row: Source, kind: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Our shape for one of the source's, and the source's for one of ours: each is the other way round.

    kind is "weights", "biases" or "data". Every shape has one partner, so a wrong shape there is a wrong shape here:
    where biases are columns, (n, 1) there is (n,) here, and (n,) there is (n, 1) here.
    """
    if kind == "biases":
        vector, axis = len(shape) == 1, {"row": 0, "column": 1}.get(row.bias_axis)
        if axis is None or not (vector or (len(shape) == 2 and shape[axis] == 1)):
            return shape
        return ((shape[0], 1) if axis else (1, shape[0])) if vector else (shape[1 - axis],)
    turned = row.transposed if kind == "weights" else row.columns
    return shape[::-1] if turned and len(shape) == 2 else shape


def _turned(row, given, bias_axis):
    """The arrays in the other layout, ours or the source's, as copies."""

    def each(name, shape):
        values = getattr(given, name)
        return None if values is None else [shape(f"{name}[{l}]", value) for l, value in enumerate(values)]

    matrix, bias = partial(_matrix, turn=row.transposed), partial(_bias, axis=bias_axis)
    X, E = (
        None if data is None else _matrix(name, data, row.columns) for name, data in (("X", given.X), ("E", given.E))
    )
    return Arrays(each("weights", matrix), each("biases", bias), X, E, each("dW", matrix), each("db", bias))


def _scaled(arrays, factor):
    dW, db = (None if group is None else [factor * g for g in group] for group in (arrays.dW, arrays.db))
    return arrays._replace(dW=dW, db=db)


def _matrix(name, value, turn):
    array = np.asarray(value).copy()
    if array.ndim != 2:
        raise ValueError(f"{name}: expected a matrix with two axes, got shape {array.shape}")
    return array.T if turn else array


def _bias(name, value, axis):
    array = np.asarray(value).copy()
    if array.ndim not in (1, 2) or (array.ndim == 2 and 1 not in array.shape):
        shapes = "(n,), (n, 1) or (1, n)"
        raise ValueError(f"{name}: expected one number for each neuron, shape {shapes}, got shape {array.shape}")
    return array.reshape(BIAS_SHAPES[axis])


def _factor_of(row, ours, T, K):
    """c where gradients are among our arrays, else 1; T and K are read off the arrays where they show."""
    if ours.dW is None and ours.db is None:
        return 1.0
    for name, data in (("X", ours.X), ("E", ours.E)):
        if data is not None:
            T = _agreed("T", T, len(data), name)
    if ours.E is not None:
        K = _agreed("K", K, np.shape(ours.E)[1], "E")
    elif K is None and (ours.db or ours.dW):
        K = np.shape((ours.db or ours.dW)[-1])[-1]
    return row.factor(T, K)


def _agreed(letter, said, seen, name):
    """The number that an array shows; a ValueError where another was said."""
    if said not in (None, seen):
        raise ValueError(f"{letter}: expected {seen}, as {name} has it, or nothing at all, got {said!r}")
    return seen
