"""Whatever came back, read as 2L arrays in our layout, with what is odd about them in words. Nothing large is copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.running.matching import match
from nnlib.doctor.running.opening import NoNumbers, array_of, arrays_in, count, entries_of, unrolled


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


def read(value, problem, setting) -> Answer | None:
    """The answer in a value; None where nothing came back. Raises nothing of its own: what refuses to be read is said."""
    L, reasons, forms = problem.layers, [], set()
    try:
        value = unrolled(value)
        if value is None:
            return None
        packed, raw = _opened(value, problem, setting, reasons)
    except NoNumbers as error:
        return Answer((None,) * (2 * L), value, unread=f"what came back cannot be read: {error}")
    row = [None if a is None else a.astype(float) for part in raw for a in (*part, *[None] * L)[:L]]
    old, kinds = (*problem.weights, *problem.biases), ["weights"] * L + ["biases"] * L
    values = [_in_our_layout(a, kind, v, setting, forms) for kind, a, v in zip(kinds, row, old)]
    steps = [_effective(a, v, problem.rate) for a, v in zip(values, old)] if setting.kind == "train_step" else values
    unread = f"{'; '.join(reasons[:2])}: no array of real numbers" if reasons else ""
    single = any(a.dtype in (np.float32, np.float16) for part in raw for a in part if a is not None)
    shapes, counts = tuple(a if a is None else a.shape for a in row), (len(raw[0]), len(raw[1]))
    kept = (packed, unread, shapes, single, tuple(values), counts, tuple(sorted(forms)))
    return Answer(tuple(steps), value, *kept)


# ---------------------------------------------------------------- the package that the arrays came in


def _opened(value, problem, setting, reasons: list[str]) -> tuple[str, list[list]]:
    """(what came back in place of two lists, the entries of dW and db as arrays); `reasons` says what cannot be read."""
    parts = entries_of(value)
    if not _as_asked(value, parts, problem):
        return _words(value, parts, problem.layers), _matched(value, problem, setting)
    lists = {name: (v, entries_of(v)) for name, v in zip(("dW", "db"), parts)}
    odd = next((name for name, (v, entries) in lists.items() if entries is None and v is not None), "")
    raw = [_arrays(name, entries or [], reasons) for name, (_, entries) in lists.items()]
    return (f"{odd} is no list of arrays" if odd else ""), raw


def _as_asked(value, parts, problem) -> bool:
    """Two lists, whatever is in them? Two arrays are those of a single layer, and two pairs have the sizes of two layers."""
    if parts is None or len(parts) != 2 or isinstance(value, Mapping | np.ndarray):
        return False
    if problem.layers == 1:
        return [np.ndim(v) for v in parts if isinstance(v, np.ndarray)] != [2, 1]
    layers = [(W.size, b.size) for W, b in zip(problem.weights, problem.biases)]
    sizes = [tuple(int(count(v)) for v in part) if isinstance(part, list | tuple) else () for part in parts]
    return sizes not in (layers, layers[::-1])


def _words(value, parts, L: int) -> str:
    """What came back in place of two lists."""
    if isinstance(value, Mapping):
        what = f"a dict with the keys {', '.join(map(str, list(value)[:4]))}{', ...' if len(value) > 4 else ''}"
    elif parts is None:
        what = f"one {type(value).__name__}"
    elif isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
        what = f"one array of {value.size} numbers"
    elif len(parts) == L and all(isinstance(v, list | tuple) and len(v) == 2 for v in parts):
        what = "a pair (dW, db) for each layer"
    else:
        what = f"{len(parts)} value{'s' * (len(parts) != 1)}"
    return f"{what} came back, not two lists (dW, db)"


def _matched(value, problem, setting) -> list[list]:
    """dW and db in another package, by their names, their order and their shapes; none where some are missing."""
    kinds = {"W": ("weights", problem.weights), "b": ("biases", problem.biases)}
    wanted = {
        f"{letter}[{l}]": ((("[]", letter), ("[]", l)), setting.shape(kind, v.shape))
        for letter, (kind, group) in kinds.items()
        for l, v in enumerate(group)
    }
    arrays = arrays_in(value, {shape for _, shape in wanted.values()})
    given = list(match(arrays, wanted)[0].values())
    if len(arrays) < len(wanted) or any(a is None for a in given):  # one array of all numbers may be cut in many ways
        return [[], []]
    return [given[: problem.layers], given[problem.layers :]]


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


# ---------------------------------------------------------------- the layout


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
