"""Whatever came back, read as 2L arrays in our layout, with what is odd about them in words. Nothing large is copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib.doctor.running.opening import NoNumbers, array_of, entries_of, unrolled


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


class Package(NamedTuple):
    """The entries of dW and db (None: no lists at all), the package they came in, in words, and whether two lists came."""

    dW: list | None = None
    db: list | None = None
    words: str = ""
    whole: bool = False


def read(value, problem, setting) -> Answer | None:
    """The answer in a value; None where nothing came back. Raises nothing of its own: what refuses to be read is said."""
    nothing = (None,) * (2 * problem.layers)
    try:
        value = unrolled(value)
        if value is None:
            return None
        package = _package(value, problem)
    except NoNumbers as error:
        return Answer(nothing, value, unread=f"what came back cannot be read: {error}", whole=False)
    if package.dW is None:
        return Answer(nothing, value, packed=package.words, whole=False)
    return _answer(value, package, problem, setting)


def _answer(value, package: Package, problem, setting) -> Answer:
    """The answer in two lists of entries, as they came from `value`."""
    L, reasons = problem.layers, []
    raw = [_arrays(name, entries, reasons) for name, entries in (("dW", package.dW), ("db", package.db))]
    single = any(a is not None and a.dtype in (np.float32, np.float16) for row in raw for a in row)
    rows = [[None if a is None else a.astype(float) for a in row[:L]] + [None] * (L - len(row)) for row in raw]
    old, forms, kinds = (*problem.weights, *problem.biases), set(), ["weights"] * L + ["biases"] * L
    values = [_in_our_layout(a, kind, v, setting, forms) for kind, a, v in zip(kinds, rows[0] + rows[1], old)]
    steps = [_effective(a, v, problem.rate) for a, v in zip(values, old)] if setting.kind == "train_step" else values
    unread = f"{'; '.join(reasons[:2])}: no array of real numbers" if reasons else ""
    shapes, counts = tuple(None if a is None else a.shape for a in rows[0] + rows[1]), (len(raw[0]), len(raw[1]))
    kept = (package.words, unread, package.whole, shapes, single, tuple(values), counts, tuple(sorted(forms)))
    return Answer(tuple(steps), value, *kept)


def _arrays(name: str, entries, reasons: list[str]) -> list:
    """The entries of a list as arrays, None for what cannot be read; `reasons` says why."""
    row = []
    for l, entry in enumerate(entries):
        try:
            row.append(array_of(entry))
        except NoNumbers as error:
            reasons.append(f"{name}[{l}] is {error}")
            row.append(None)
    return row


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


def _package(value, problem) -> Package:
    parts = entries_of(value)
    for look in (_no_lists, _in_another_order, _in_a_dictionary, _one_list):
        if (found := look(value, parts, problem)) is not None:
            return found
    return _two_lists(parts, problem)


def _no_lists(value, parts, problem) -> Package | None:
    if parts is None:
        return Package(words=f"one {type(value).__name__} came back, not (dW, db)")
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
        return Package(words=f"one array of {value.size} numbers came back, not two lists: cut it into dW and db")
    return None


def _in_another_order(value, parts, problem) -> Package | None:
    """A pair for each layer, or all arrays in a row; told by how many fit the parameters."""
    found = _in_pairs(parts, problem) or _in_a_row(parts, problem)
    return None if found is None else Package(found[0], found[1], _keys(value) or found[2], True)


def _in_pairs(parts, problem) -> tuple | None:
    if len(parts) != problem.layers or not all(isinstance(v, list | tuple) and len(v) == 2 for v in parts):
        return None
    dW, db = map(list, zip(*parts))
    as_asked = max(_fits(*both, problem) for both in (parts, parts[::-1])) if len(parts) == 2 else -1
    words = "a pair (dW, db) for each layer came back, not two lists"
    return (dW, db, words) if _fits(dW, db, problem) > as_asked else None


def _in_a_row(parts, problem) -> tuple | None:
    L = problem.layers
    if len(parts) != 2 * L or L == 1 and [_ndim(v) for v in parts if isinstance(v, np.ndarray)] != [2, 1]:
        return None
    flat = parts[:L], parts[L:], f"one flat list of {2 * L} arrays came back, not two lists of {L}"
    row = parts[::2], parts[1::2], "dW, db, dW, db, ... came back in a row, not two lists"
    fits = [_fits(*both[:2], problem) for both in (flat, row)]
    return (row if fits[1] > fits[0] else flat) if max(fits) >= L else None


def _in_a_dictionary(value, parts, problem) -> Package | None:
    if not isinstance(value, Mapping):
        return None
    lists = _lists(parts, problem)
    both = lists if len(lists) == len(parts) == 2 else [None, None]
    first = str(min(value, key=str, default="")).lower()
    return Package(*(both if "w" in first else both[::-1]), _keys(value))


def _keys(value) -> str:
    """A dictionary in words; "" for anything else."""
    if not isinstance(value, Mapping):
        return ""
    keys = ", ".join(map(str, list(value)[:4])) + (", ..." if len(value) > 4 else "")
    return f"a dict with the keys {keys} came back, not (dW, db)"


def _one_list(value, parts, problem) -> Package | None:
    if len(parts) == problem.layers != 2 and all(_ndim(v) == 2 for v in parts):
        return Package(words=f"one list of {len(parts)} arrays came back, not two lists: return dW and db")
    if len(parts) < 2:
        return Package(words=f"{len(parts)} value came back, not two (dW, db)")
    return None


def _two_lists(parts, problem) -> Package:
    """As asked; or among more values, where two of them have an entry for each layer."""
    lists = _lists(parts, problem)
    asked = len(parts) == 2
    words = "" if asked else f"{len(parts)} values came back, not two (dW, db)"
    first, second = (parts if asked or len(lists) < 2 else lists)[:2]
    dW, db = entries_of(first), entries_of(second)
    if dW is None:
        words = words or "dW is no list of arrays"
    if db is None and second is not None:
        words = words or "db is no list of arrays"
    return Package(dW or [], db or [], words, asked)


def _lists(parts, problem) -> list[list]:
    return [v for v in map(entries_of, parts) if v is not None and len(v) == problem.layers]


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
