"""Whatever came back, read as 2L arrays in our layout, with what is odd about them in words. Nothing large is copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.opening import NoNumbers, array_of, entries_of, unrolled


@dataclass(frozen=True, eq=False)
class Answer:
    """What a call gave: dW then db as float arrays in our layout, None for what is missing or unreadable.

    `returned`: the very objects, iterators read. `packed`: right arrays in another package, in words. `unread`: what could
    not be read, and why. `whole`: two lists came back, as asked. `shapes`: the shapes as they came, in the learner's layout.
    `single`: single precision. `values`: of a step, the new weights and biases before they were turned into a gradient.
    `counts`: how many weight and bias arrays came. `bias_form`: harmless shapes of biases beside those asked for.
    """

    arrays: tuple
    returned: object = None
    packed: str = ""
    unread: str = ""
    whole: bool = True
    shapes: tuple = ()
    single: bool = False
    values: tuple = ()
    counts: tuple[int, int] = (0, 0)
    bias_form: tuple = ()

    def finite(self) -> bool:
        """Did arrays come back, all of them finite?"""
        return any(a is not None for a in self.arrays) and all(a is None or np.isfinite(a).all() for a in self.arrays)


def read(value, problem, setting) -> Answer | None:
    """The answer in a value; None where nothing came back. Raises nothing of its own: what refuses to be read is said."""
    nothing = (None,) * (2 * problem.layers)
    try:
        value = unrolled(value)
        if value is None:
            return None
        dW, db, packed, whole = _two_lists(value, problem)
    except NoNumbers as error:
        return Answer(nothing, value, unread=f"what came back cannot be read: {error}", whole=False)
    if dW is None:
        return Answer(nothing, value, packed=packed, whole=False)
    return _answer(value, dW, db, packed, whole, problem, setting)


def _answer(value, dW, db, packed, whole, problem, setting) -> Answer:
    """The answer in two lists of entries, as they came from `value`."""
    L, reasons, raw = problem.layers, [], []
    for name, entries in (("dW", dW), ("db", db)):
        row = []
        for l, entry in enumerate(entries):
            try:
                row.append(array_of(entry))
            except NoNumbers as error:
                reasons.append(f"{name}[{l}] is {error}")
                row.append(None)
        raw.append(row)
    counts = tuple(len(row) for row in raw)
    single = any(a is not None and a.dtype in (np.float32, np.float16) for row in raw for a in row)
    arrays, shapes, values, forms = [], [], [], set()
    for kind, row, old in zip(("weights", "biases"), raw, (problem.weights, problem.biases)):
        row = [None if a is None else a.astype(float) for a in row[:L]] + [None] * (L - len(row))
        shapes += [None if a is None else a.shape for a in row]
        for v, a in zip(old, row):
            ours = _in_our_layout(a, kind, v, setting, forms)
            values.append(ours)
            arrays.append(_effective(ours, v, problem.rate) if setting.kind == "train_step" else ours)
    unread = f"{'; '.join(reasons[:2])}: no array of real numbers" if reasons else ""
    return Answer(
        tuple(arrays), value, packed, unread, whole, tuple(shapes), single, tuple(values), counts, tuple(sorted(forms))
    )


def _in_our_layout(a, kind, v, setting, forms):
    """The array as ours: transposed where the setting says so, a bias in any form that does no harm as a vector."""
    if a is None:
        return None
    if kind == "biases":
        handed = setting.shape("biases", v.shape)
        if a.shape != handed and a.size == v.size and _harmless(a.shape, handed):
            forms.add((a.shape, handed) if v.size > 1 else ())
            return a.reshape(v.shape)
        return a.reshape(setting.shape("biases", a.shape))
    turned = setting.transposed and a.ndim == 2
    return a.T if turned else a


def _harmless(shape, handed) -> bool:
    """Does the bias keep its numbers when an array of this shape is subtracted from it? (n,) and (1, n) do, (n, 1) does not."""
    try:
        return np.prod(np.broadcast_shapes(shape, handed)) == np.prod(handed)
    except ValueError:
        return False


def _effective(new, old, rate):
    """(old - new) / rate: the gradient that this step used. Shapes that cannot be subtracted leave None."""
    if new is None:
        return None
    try:
        if new.size == old.size:  # right numbers in another shape are told apart later
            return (old.reshape(new.shape) - new) / rate
        return (old - new) / rate
    except ValueError:
        return None


# ---------------------------------------------------------------- the package that the arrays came in


def _two_lists(value, problem):
    """(dW, db, words about another package, two lists as asked?) in a value; dW is None where there are none."""
    L, parts, named = problem.layers, entries_of(value), isinstance(value, Mapping)
    if parts is None:
        return None, None, f"one {type(value).__name__} came back, not (dW, db)", False
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
        return None, None, f"one array of {value.size} numbers came back, not two lists: cut it into dW and db", False
    keys = ", ".join(map(str, list(value)[:4])) + (", ..." if len(value) > 4 else "") if named else ""
    packed = f"a dict with the keys {keys} came back, not (dW, db)" if named else ""
    if (found := _repacked(parts, problem)) is not None:
        return *found[:2], packed or found[2], True
    lists = [v for v in map(entries_of, parts) if v is not None and len(v) == L]
    if named:
        both = lists if len(lists) == len(parts) == 2 else [None, None]
        return *(both if "w" in str(min(value, key=str, default="")).lower() else both[::-1]), packed, False
    if len(parts) == L != 2 and all(_ndim(v) == 2 for v in parts):
        return None, None, f"one list of {L} arrays came back, not two lists: return dW and db", False
    if len(parts) < 2:
        return None, None, f"{len(parts)} value came back, not two (dW, db)", False
    asked = len(parts) == 2
    packed = "" if asked else f"{len(parts)} values came back, not two (dW, db)"
    parts = lists if not asked and len(lists) >= 2 else parts
    dW, db = entries_of(parts[0]), entries_of(parts[1])
    if dW is None:
        packed = packed or "dW is no list of arrays"
    if db is None and parts[1] is not None:
        packed = packed or "db is no list of arrays"
    return dW or [], db or [], packed, asked


def _repacked(parts, problem):
    """(dW, db, words) in another package: a pair for each layer, or all arrays in a row; by how many fit the parameters."""
    L = problem.layers
    if L == 1 and len(parts) == 2 and [_ndim(v) for v in parts if isinstance(v, np.ndarray)] == [2, 1]:
        return [parts[0]], [parts[1]], "one flat list of 2 arrays came back, not two lists of 1"
    if len(parts) == L and all(isinstance(v, list | tuple) and len(v) == 2 for v in parts):
        dW, db = map(list, zip(*parts))
        as_asked = max(_fits(*both, problem) for both in (parts, parts[::-1])) if L == 2 else -1
        if _fits(dW, db, problem) > as_asked:
            return dW, db, "a pair (dW, db) for each layer came back, not two lists"
    if len(parts) == 2 * L > 2:
        flat = parts[:L], parts[L:], f"one flat list of {2 * L} arrays came back, not two lists of {L}"
        row = parts[::2], parts[1::2], "dW, db, dW, db, ... came back in a row, not two lists"
        fits = [_fits(*both[:2], problem) for both in (flat, row)]
        return (row if fits[1] > fits[0] else flat) if max(fits) >= L else None
    return None


def _fits(dW, db, problem) -> int:
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
    except NoNumbers:
        return -1
    return -1 if array is None else array.ndim
