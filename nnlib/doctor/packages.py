"""Right arrays in a habitual package: a pair (dW, db) for each layer, or all of them in a row, or under names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import chain

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
    """The two lists in a value of another form, told by the shapes of the weights and biases; None where none fits."""
    if isinstance(value, dict):
        found = unpacked([value[key] for key in sorted(value, key=str)], weights, biases)
        keys = ", ".join(map(str, list(value)[:4])) + (", ..." if len(value) > 4 else "")
        return found and Packed.of(*found, f"a dict with the keys {keys} came back, not (dW, db)")
    if not isinstance(value, list | tuple):
        return None
    L = len(weights)
    for pairs in (list(zip(weights, biases)), list(zip(weights, biases))[::-1]):  # in whichever order: told elsewhere
        if len(value) == L and all(isinstance(v, list | tuple) and _fits(v, pair) for v, pair in zip(value, pairs)):
            return Packed.of(*map(list, zip(*value)), "a pair (dW, db) for each layer came back, not two lists")
        if len(value) == 2 * L > 2 and _fits(value, list(chain(*pairs))):
            return Packed.of(
                list(value[::2]), list(value[1::2]), "dW, db, dW, db, ... came back in a row, not two lists"
            )
    dW, db = value[:L], value[L:]
    if len(value) == 2 * L > 2 and _fits([*chain(*zip(dW, db))], [*chain(*zip(weights, biases))]):
        return Packed.of(list(dW), list(db), f"one flat list of {2 * L} arrays came back, not two lists of {L}")
    return None


def _fits(values, arrays) -> bool:
    """Weights and biases by turns: matrices of the right size, and right numbers of numbers, or one number for a layer."""
    if len(values) != len(arrays):
        return False
    for k, (value, array) in enumerate(zip(values, arrays)):
        try:
            shape = np.shape(value)
        except Exception:  # ragged, or an object that refuses
            return False
        right = np.prod(shape) == np.size(array)
        if not (right and len(shape) == 2) if k % 2 == 0 else not (right or shape == ()):
            return False
    return True


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
