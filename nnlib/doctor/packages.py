"""Open whatever package the arrays came in: lists, tuples, iterators, dicts, tensors; nothing large is copied."""

from __future__ import annotations

from itertools import islice

import numpy as np

MOST_ENTRIES, MOST_NUMBERS = 1000, 1_000_000


class Unread(Exception):
    """A value that is no array of numbers; the message says what it is."""


def array_of(value):
    """The value as a float array; None for None. Unread, with the reason, where it is none, or too large to look at."""
    if value is None:
        return None
    if hasattr(value, "detach"):  # a tensor that still remembers its graph
        value = value.detach()
    shape = getattr(value, "shape", ())
    if isinstance(shape, tuple) and shape and np.prod([float(n) for n in shape]) > MOST_NUMBERS:
        raise Unread(f"an array of shape {tuple(shape)}")
    if isinstance(value, list | tuple) and len(value) > MOST_NUMBERS:
        raise Unread(f"a list of {len(value)} entries")
    try:
        if isinstance(value, np.ma.MaskedArray):
            value = value.astype(float).filled(np.nan)
        array = np.array(value)
        if array.dtype == object:
            array = array.astype(complex)
    except Exception as error:  # ragged, or no numbers
        raise Unread(f"{type(value).__name__} that cannot be read as numbers") from error
    if array.dtype.kind == "c":
        if np.abs(array.imag).max(initial=0) > 1e-9 * np.abs(array).max(initial=0) + 1e-30:
            raise Unread("complex numbers")
        array = array.real
    if array.dtype.kind in "iub":
        return array.astype(float)
    if array.dtype.kind != "f":
        raise Unread(f"{type(value).__name__} that holds no numbers")
    return array


def _listed(value):
    """The entries of a list, tuple, iterator, dict or array; None where there are none, Unread where there is no end."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=str)]
    if isinstance(value, str | bytes) or value is None:
        return None
    try:
        found = list(islice(iter(value), MOST_ENTRIES + 1))
    except TypeError:
        return None
    if len(found) > MOST_ENTRIES:
        raise Unread(f"{type(value).__name__} with more than {MOST_ENTRIES} entries")
    return found


def unrolled(value):
    """Iterators read to their end: (dW, db), or either of the two, may be one."""
    if hasattr(value, "__next__"):
        value = tuple(_listed(value))
    if isinstance(value, tuple | list) and len(value) <= MOST_ENTRIES and any(hasattr(v, "__next__") for v in value):
        value = tuple(_listed(v) if hasattr(v, "__next__") else v for v in value)
    return value


def two_lists(value, problem, setting):
    """(dW, db, words about another package, two lists as asked?) in a value; dW is None where there are none."""
    L = problem.layers
    if isinstance(value, dict):
        return _of_dict(value, problem, setting)
    parts = _listed(value)
    if parts is None:
        return None, None, f"one {type(value).__name__} came back, not (dW, db)", False
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
        return None, None, f"one array of {value.size} numbers came back, not two lists: cut it into dW and db", False
    found = _repacked(parts, problem, setting)
    if found:
        return *found, True
    if len(parts) == L != 2 and all(_ndim(v) == 2 for v in parts):
        return None, None, f"one list of {L} arrays came back, not two lists: return dW and db", False
    packed, extra = "", False
    if len(parts) > 2:
        packed, extra = f"{len(parts)} values came back, not two (dW, db)", True
        lists = [v for v in map(entries_of, parts) if v is not None and len(v) == L]
        parts = lists if len(lists) >= 2 else parts
    if len(parts) < 2:
        return None, None, f"{len(parts)} value came back, not two (dW, db)", False
    dW, db = entries_of(parts[0]), entries_of(parts[1])
    if dW is None:
        packed = packed or "dW is no list of arrays"
    if db is None and (parts[1] is not None or setting.bias != "none"):
        packed = packed or ("" if parts[1] is None else "db is no list of arrays")
    return dW or [], db or [], packed, not extra


def entries_of(value):
    """The entries of a list, tuple, iterator, dict or array; None where there are none."""
    try:
        return _listed(value)
    except TypeError:
        return None


def _of_dict(value, problem, setting):
    entries = [value[key] for key in sorted(value, key=str)]
    keys = ", ".join(map(str, list(value)[:4])) + (", ..." if len(value) > 4 else "")
    words = f"a dict with the keys {keys} came back, not (dW, db)"
    found = _repacked(entries, problem, setting)
    if found:
        return found[0], found[1], words, True
    lists = [v for v in map(entries_of, entries) if v is not None and len(v) == problem.layers]
    if len(lists) == 2 and len(entries) == 2:
        return (
            (*lists, words, False)
            if list(sorted(value, key=str))[0].lower().find("w") >= 0
            else (*lists[::-1], words, False)
        )
    return None, None, words, False


def _repacked(parts, problem, setting):
    """The two lists in another package: a pair for each layer, or all arrays in a row; told by how many fit the parameters."""
    L = problem.layers
    if (
        len(parts) == 2 * L == 2
        and all(isinstance(v, np.ndarray) for v in parts)
        and _ndim(parts[0]) == 2
        and _ndim(parts[1]) == 1
    ):
        return [parts[0]], [parts[1]], "one flat list of 2 arrays came back, not two lists of 1"
    if len(parts) == L and all(isinstance(v, list | tuple) and len(v) == 2 for v in parts):
        dW, db = map(list, zip(*parts))
        as_asked = max(_fits(*both, problem, setting) for both in (parts, parts[::-1])) if L == 2 else -1
        if _fits(dW, db, problem, setting) > as_asked:
            return dW, db, "a pair (dW, db) for each layer came back, not two lists"
    if len(parts) == 2 * L > 2:
        flat = parts[:L], parts[L:], f"one flat list of {2 * L} arrays came back, not two lists of {L}"
        row = parts[::2], parts[1::2], "dW, db, dW, db, ... came back in a row, not two lists"
        fits = [_fits(*both[:2], problem, setting) for both in (flat, row)]
        return (row if fits[1] > fits[0] else flat) if max(fits) >= L else None
    return None


def _fits(dW, db, problem, setting) -> int:
    """How many are matrices, or bias gradients, of the size asked for, from the first layer on or from the last."""
    found = []
    for turn in (1, -1):
        matrices = sum(_ndim(v) == 2 and np.size(v) == W.size for v, W in zip(dW, problem.weights[::turn]))
        rows = sum(
            _ndim(v) in (1, 2) and np.size(v) == b.size == max(np.shape(v)) for v, b in zip(db, problem.biases[::turn])
        )
        numbers = sum(_ndim(v) == 0 for v in db) if matrices else 0  # one for a layer, beside weights only
        found.append(matrices + rows + numbers)
    return max(found)


def _ndim(value) -> int:
    """The number of axes; -1 for what is no array of numbers."""
    try:
        array = array_of(value)
    except Unread:
        return -1
    return -1 if array is None else array.ndim
