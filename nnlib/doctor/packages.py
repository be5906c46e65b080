"""Right arrays in a habitual package: a pair (dW, db) for each layer, or all of them in a row, or under names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np


class Packed(tuple):
    """(dW, db) as asked for, with a word about the package in which they came."""

    note: str = ""

    @classmethod
    def of(cls, dW, db, note: str) -> Packed:
        """The two lists, and the word."""
        packed = cls((dW, db))
        packed.note = note
        return packed


def unpacked(value, weights, biases) -> Packed | None:
    """The two lists in a value of another form, told by how many fit the weights and biases; None where it has none.

    The order of the layers stays as it came: it is told elsewhere.
    """
    if isinstance(value, dict):
        found = unpacked([value[key] for key in sorted(value, key=str)], weights, biases)
        keys = ", ".join(map(str, list(value)[:4])) + (", ..." if len(value) > 4 else "")
        return found and Packed.of(*found, f"a dict with the keys {keys} came back, not (dW, db)")
    if not isinstance(value, list | tuple):
        return None
    L = len(weights)
    if len(value) == L and all(isinstance(v, list | tuple) and len(v) == 2 for v in value):
        dW, db = map(list, zip(*value))
        # two lists of two, perhaps, in either order
        as_asked = max(_fitting(*both, weights, biases) for both in (value, value[::-1])) if L == 2 else -1
        if _fitting(dW, db, weights, biases) > as_asked:
            return Packed.of(dW, db, "a pair (dW, db) for each layer came back, not two lists")
    if len(value) == 2 * L > 2:
        flat = Packed.of(value[:L], value[L:], f"one flat list of {2 * L} arrays came back, not two lists of {L}")
        row = Packed.of(value[::2], value[1::2], "dW, db, dW, db, ... came back in a row, not two lists")
        fits = [_fitting(*found, weights, biases) for found in (flat, row)]
        best = row if fits[1] > fits[0] else flat
        return best if max(fits) >= L else None
    return None


def _fitting(dW, db, weights, biases) -> int:
    """How many are matrices, or bias gradients, of the size asked for, from the first layer on or from the last."""
    found = []
    for turn in (1, -1):
        matrices = sum(map(_matrix, dW, weights[::turn]))
        rows = sum(map(_row, db, biases[::turn]))
        numbers = sum(_shape(value) == () for value in db) if matrices else 0  # one for a layer, beside weights only
        found.append(matrices + rows + numbers)
    return max(found)


def _matrix(value, W) -> bool:
    shape = _shape(value)
    return shape is not None and len(shape) == 2 and np.prod(shape) == W.size


def _row(value, b) -> bool:
    """As many numbers as biases, in a row or a column."""
    shape = _shape(value)
    return bool(shape) and max(shape) == np.prod(shape) == b.size


def _shape(value):
    try:
        return np.shape(value)
    except Exception:  # ragged, or an object that refuses
        return None


def carried(function: Callable, translate: Callable) -> Callable:
    """`translate(function)`, where it translates two lists only: another package is opened before, and told after."""
    notes = []

    @wraps(function)
    def opened(weights, biases, *rest):
        answer = function(weights, biases, *rest)
        found = unpacked(answer, weights, biases)
        notes.append(found.note if found else "")
        return (found[0], found[1]) if found else answer

    inner = translate(opened)

    @wraps(function)
    def told(*arguments):
        notes.clear()
        answer = inner(*arguments)
        return Packed.of(*answer, notes[-1]) if notes and notes[-1] else answer

    return told
