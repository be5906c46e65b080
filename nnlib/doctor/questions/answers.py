"""Whatever came back, read as 2L arrays in our layout, with what is odd about them in words. Nothing large is copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np

from nnlib.doctor.running.opening import NoNumbers, array_of, entries_of, unrolled


@dataclass(frozen=True, eq=False)
class Answer:
    """What a call gave: dW then db as float arrays in our layout, None for what is missing or unreadable.

    `returned`: the very objects, iterators read. `packed`: right arrays in another package, in words. `unread`: what could
    not be read, and why. `shapes`: the shapes as they came, in the learner's layout.
    `single`: single precision. `values`: of a step, the new weights and biases before they were turned into a gradient.
    `counts`: how many weight and bias arrays came. `bias_form`: harmless shapes of biases beside those asked for.
    """

    arrays: tuple
    returned: object = None
    packed: str = ""
    unread: str = ""
    shapes: tuple = ()
    single: bool = False
    values: tuple = ()
    counts: tuple[int, int] = (0, 0)
    bias_form: tuple = ()

    def finite(self) -> bool:
        """Did arrays come back, all of them finite?"""
        return any(a is not None for a in self.arrays) and all(a is None or np.isfinite(a).all() for a in self.arrays)


class Package(NamedTuple):
    """The entries of dW and db, the package they came in, in words; `sure`: by its form, whatever numbers it holds."""

    dW: list | tuple = ()
    db: list | tuple = ()
    words: str = ""
    sure: bool = False


def read(value, problem, setting) -> Answer | None:
    """The answer in a value; None where nothing came back. Raises nothing of its own: what refuses to be read is said."""
    L, reasons, forms = problem.layers, [], set()
    try:
        value = unrolled(value)
        if value is None:
            return None
        package = _package(value, problem)
    except NoNumbers as error:
        return Answer((None,) * (2 * L), value, unread=f"what came back cannot be read: {error}")
    raw = [_arrays(name, entries, reasons) for name, entries in (("dW", package.dW), ("db", package.db))]
    row = [None if a is None else a.astype(float) for part in raw for a in (*part, *[None] * L)[:L]]
    old, kinds = (*problem.weights, *problem.biases), ["weights"] * L + ["biases"] * L
    values = [_in_our_layout(a, kind, v, setting, forms) for kind, a, v in zip(kinds, row, old)]
    steps = [_effective(a, v, problem.rate) for a, v in zip(values, old)] if setting.kind == "train_step" else values
    return Answer(
        tuple(steps),
        value,
        package.words,
        f"{'; '.join(reasons[:2])}: no array of real numbers" if reasons else "",
        shapes=tuple(None if a is None else a.shape for a in row),
        single=any(a is not None and a.dtype in (np.float32, np.float16) for part in raw for a in part),
        values=tuple(values),
        counts=(len(raw[0]), len(raw[1])),
        bias_form=tuple(sorted(forms)),
    )


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
    try:  # right numbers in another shape are told apart later
        return ((old.reshape(new.shape) if new.size == old.size else old) - new) / rate
    except ValueError:
        return None


# ---------------------------------------------------------------- the package that the arrays came in


def _package(value, problem) -> Package:
    """The arrangement under which most arrays fit the parameters; two lists, as asked, where others fit no better."""
    parts = entries_of(value)
    if parts is None:
        return Package(words=f"one {type(value).__name__} came back, not (dW, db)")
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
        return Package(words=f"one array of {value.size} numbers came back, not two lists: cut it into dW and db")
    best, most = Package(words=f"{len(parts)} value{'s' * (len(parts) != 1)} came back, not two (dW, db)"), -1
    for found in _arrangements(parts, problem, isinstance(value, Mapping)):
        fits = _fits(found.dW, found.db, problem)
        if (
            found.sure and fits < 2 * problem.layers
        ):  # also where the two are exchanged, which is a mistake of another kind
            fits = max(fits, _fits(found.db, found.dW, problem))
        if fits > most and (found.sure or fits >= problem.layers):
            best, most = found, fits
    if not best.sure and not best.db:
        return Package(words=_keys(value) or best.words)  # one list: that its fellow is missing comes first
    return best._replace(words=_keys(value) or best.words)


def _arrangements(parts: list, problem, by_name: bool) -> Iterator[Package]:
    """Every way in which dW and db may stand in what came back, two lists first; `sure` where no number has to fit."""
    L = problem.layers
    lists = [v for v in map(entries_of, parts) if v is not None and len(v) == L]
    if len(parts) == 2 and not by_name:
        dW, db = map(entries_of, parts)
        words = "" if db is not None or parts[1] is None else "db is no list of arrays"
        yield Package(dW or [], db or [], words if dW is not None else "dW is no list of arrays", True)
    elif len(lists) >= 2:
        lists = sorted(lists, key=lambda v: -_fits(v, [], problem))[:2] if by_name else lists[:2]
        yield Package(*lists, f"{len(parts)} values came back, not two (dW, db)", True)
    if len(parts) == L and all(isinstance(v, list | tuple) and len(v) == 2 for v in parts):
        yield Package(*map(list, zip(*parts)), "a pair (dW, db) for each layer came back, not two lists", True)
    if len(parts) == 2 * L and len(lists) < len(parts):
        yield Package(parts[:L], parts[L:], f"one flat list of {2 * L} arrays came back, not two lists of {L}")
        yield Package(parts[::2], parts[1::2], "dW, db, dW, db, ... came back in a row, not two lists")
    if len(parts) == L:
        yield Package(parts, [], f"one list of {L} arrays came back, not two lists: return dW and db")


def _keys(value) -> str:
    """A dictionary in words; "" for anything else."""
    if not isinstance(value, Mapping):
        return ""
    keys = ", ".join(map(str, list(value)[:4])) + (", ..." if len(value) > 4 else "")
    return f"a dict with the keys {keys} came back, not (dW, db)"


def _fits(dW, db, problem) -> int:
    """How many are matrices, or bias gradients, of the size asked for, from the first layer on or from the last."""
    found = []
    W_shapes, b_shapes = ([_shape(v) for v in entries] for entries in (dW, db))
    for turn in (1, -1):
        pairs = zip(W_shapes, problem.weights[::turn]), zip(b_shapes, problem.biases[::turn])
        matrices = sum(len(s) == 2 and prod(s) == W.size for s, W in pairs[0] if s is not None)
        rows = sum(len(s) in (1, 2) and prod(s) == b.size == max(s) for s, b in pairs[1] if s is not None)
        found.append(matrices + rows + (b_shapes.count(()) if matrices else 0))  # one number for a layer
    return max(found)


def _shape(value) -> tuple[int, ...] | None:
    """The shape of an array of numbers; None for what is none."""
    try:
        array = array_of(value)
    except NoNumbers:
        return None
    return None if array is None else array.shape
