"""Open whatever came back into arrays: lists, tuples, iterators, dictionaries, tensors; nothing large is copied."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice

import numpy as np

MOST_ENTRIES, MOST_NUMBERS = 1000, 1_000_000


class NoNumbers(Exception):
    """A value that is no array of numbers, or has no end; the message says what it is."""


def array_of(value, most: int = MOST_NUMBERS) -> np.ndarray | None:
    """The value as an array of floats; None for None. Raises NoNumbers where it is none, or holds more than `most`."""
    if value is None:
        return None
    if type(value) is np.ndarray and value.dtype.kind == "f" and value.size <= most:
        return value.copy()
    if hasattr(value, "detach"):  # a tensor that still remembers its graph
        value = value.detach()
    if count(value) > most:
        shape = getattr(value, "shape", ())
        raise NoNumbers(f"an array of shape {tuple(shape)}" if shape else f"a list of {len(value)} entries")
    try:
        if isinstance(value, np.ma.MaskedArray):
            value = value.astype(float).filled(np.nan)
        array = np.array(value)
        array = array.astype(complex) if array.dtype == object else array
    except Exception as error:  # ragged, or no numbers
        raise NoNumbers(f"{type(value).__name__} that cannot be read as numbers") from error
    if array.dtype.kind not in "iubfc":
        raise NoNumbers(f"{type(value).__name__} that holds no numbers")
    return _real(array) if array.dtype.kind in "fc" else array.astype(float)


def count(value, depth: int = 4) -> float:
    """How many numbers a value may hold, before any of them is copied."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return math.prod(shape, start=1.0)
    if not isinstance(value, list | tuple) or not depth:
        return 1.0
    return float(len(value)) if len(value) > MOST_NUMBERS else sum(count(v, depth - 1) for v in value)


def _real(array: np.ndarray) -> np.ndarray:
    """The real part, where nothing but rounding is beside it."""
    if np.iscomplexobj(array) and np.abs(array.imag).max(initial=0) > 1e-9 * np.abs(array).max(initial=0) + 1e-30:
        raise NoNumbers("complex numbers")
    return array.real


def same_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """Are two arrays alike in type, shape and every number (or object), NaN like NaN?"""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.size <= 4096 or a.dtype == object:  # the bytes say which objects
        return a.tobytes() == b.tobytes()
    return np.array_equal(a, b) or np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def entries_of(value) -> list | None:
    """The entries of a list, tuple, iterator, dictionary (by its sorted keys) or array; None where there are none.

    Raises NoNumbers where there is no end to them.
    """
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value, key=str)]
    if isinstance(value, str | bytes) or value is None:
        return None
    try:
        found = list(islice(iter(value), MOST_ENTRIES + 1))
    except TypeError:
        return None
    if len(found) > MOST_ENTRIES:
        raise NoNumbers(f"{type(value).__name__} with more than {MOST_ENTRIES} entries")
    return found


def unrolled(value):
    """Iterators read to their end, once: the value itself, or any of its parts, may be one."""
    if hasattr(value, "__next__"):
        value = tuple(entries_of(value))
    if isinstance(value, tuple | list) and len(value) <= MOST_ENTRIES and any(hasattr(v, "__next__") for v in value):
        value = tuple(entries_of(v) if hasattr(v, "__next__") else v for v in value)
    return value


def shape_of_lists(value, numbers: tuple, depth: int = 4) -> tuple[int, ...] | None:
    """The shape of a rectangular list of lists of such numbers, () of a number; None of anything else."""
    if isinstance(value, numbers):
        return ()
    if type(value) is not list or not value or not depth:
        return None
    inner = {shape_of_lists(v, numbers, depth - 1) for v in value}
    alike = inner.pop() if len(inner) == 1 else None
    return None if alike is None else (len(value), *alike)


def arrays_in(value, shapes=(), path: tuple = (), most: int = MOST_NUMBERS) -> list[tuple[tuple, np.ndarray]]:
    """Every array or number inside what came back, with its path of keys and positions.

    A list of numbers is one array, and a list of such lists is where its shape is among `shapes`; what holds no numbers is
    left out.
    """
    value = unrolled(value)
    if value is None or isinstance(value, str | bytes | bool):
        return []
    shape = shape_of_lists(value, (float, int, np.floating))
    if isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, list | tuple) and not (shape and (len(shape) == 1 or shape in shapes)):
        parts = list(enumerate(value))
    else:
        try:
            return [(path, array_of(value, most).astype(float))]
        except NoNumbers:
            parts = list(enumerate(value)) if isinstance(value, np.ndarray) and value.dtype == object else []
    return [found for key, part in parts for found in arrays_in(part, shapes, (*path, key), most)]
