"""Where a float value of the learner's stands: its name in their words, the ways that lead to it, reading and writing it."""

from __future__ import annotations

import types
from dataclasses import dataclass, field

import numpy as np

NUMBERS = (float, np.floating)
MISSING = object()  # what stands where nothing does


@dataclass
class Leaf:
    """A float array, a single float, or a (nested) list of floats: its path, its value, and every way that leads to it.

    A way is (anchor, ((how, key), ...)): from an object that does not change, by "." attributes and "[]" items.
    """

    path: tuple
    value: object
    ways: list = field(default_factory=list)

    @property
    def name(self) -> str:
        """The learner's own words for it: W2, params["W1"], layers[0].kernel."""
        if len(self.path) == 1 and isinstance(self.path[0][1], str):
            return self.path[0][1]
        text = ""
        for how, key in self.path:
            key = key[0] if isinstance(key, tuple) and len(key) == 1 else key
            text += f".{key}" if how == "." else f"[{key!r}]".replace("'", '"')
        return text.lstrip(".")

    def now(self) -> np.ndarray | None:
        """The present value as an array of its own; None where it is gone. What the learner's code put in its place counts."""
        found = next((now for way in self.ways if (now := fetch(way)) is not self.value), self.value)
        if found is MISSING:
            return None
        try:
            return np.array(found, dtype=None if isinstance(found, np.ndarray) else float)
        except (TypeError, ValueError):
            return None

    def write(self, new) -> None:
        """Set the value: an array or a list is written into where it can hold the numbers, so that views and aliases follow."""
        now, new = fetch(self.ways[0]), np.asarray(new)
        floats = new.dtype.kind == "f"
        if isinstance(now, np.ndarray) and now.flags.writeable and now.shape == new.shape and floats:
            now[...] = new
        elif is_list_of_numbers(now) and floats:
            _fill(now, new.tolist())
        elif isinstance(now, np.ndarray):
            self.replace(new)
        else:
            self.replace(type(now)(new) if isinstance(now, NUMBERS) and floats else new.tolist())

    def replace(self, value) -> None:
        """Put another object at the end of every way."""
        for way in self.ways:
            put(way, value)


def fields(value) -> dict | None:
    """The dictionary of an object's own attributes, never calling the learner's __getattr__; None where it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except Exception:
        return None
    return found if type(found) is dict else None


def is_list_of_numbers(value, depth: int = 4) -> bool:
    """A list of floats, or a rectangular list of such lists: all of one shape."""
    return bool(_shape(value, depth))


def _shape(value, depth: int) -> tuple[int, ...] | None:
    """The shape of lists in lists, () of a number; None of anything else."""
    if isinstance(value, NUMBERS):
        return ()
    if type(value) is not list or not 0 < len(value) <= 10_000 or not depth:
        return None
    inner = {_shape(v, depth - 1) for v in value}
    alike = inner.pop() if len(inner) == 1 else None
    return None if alike is None else (len(value), *alike)


def _fill(target: list, numbers: list) -> None:
    """Put numbers into a list of the learner's, and into the lists inside it."""
    for i, v in enumerate(numbers):
        if isinstance(v, list):
            _fill(target[i], v)
        else:
            target[i] = v


# ---------------------------------------------------------------- ways


def fetch(way):
    """The value at the end of a way, as it stands there now; MISSING where the way has gone."""
    value = way[0]
    try:
        for how, key in way[1]:
            value = _base(value).__getitem__(value, key) if how == "[]" else _attribute(value, key)
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):  # ValueError: an empty cell
        return MISSING
    return value


def put(way, value) -> None:
    """Put a value at the end of a way; MISSING takes away what stands there."""
    anchor, steps = way
    holder, (how, key) = fetch((anchor, steps[:-1])), steps[-1]
    inside = fields(holder)
    if how == "[]" or (inside is not None and key in inside):
        holder = holder if how == "[]" else inside
        if value is MISSING:
            dict.pop(holder, key, None)
        else:
            _base(holder).__setitem__(holder, key, value)
    elif isinstance(holder, type) or (inside is not None and key in dir(type(holder)) and not _is_slot(holder, key)):
        owner = next(c for c in (holder if isinstance(holder, type) else type(holder)).__mro__ if key in vars(c))
        type.__setattr__(owner, key, value)
    elif value is not MISSING:
        object.__setattr__(holder, key, value)
    elif fetch(way) is not MISSING:
        object.__delattr__(holder, key)


def _base(holder) -> type:
    """The class whose own methods read and write items: those of a subclass of dict or list may do anything."""
    return next((base for base in (dict, list) if isinstance(holder, base)), type(holder))


def _is_slot(holder, key) -> bool:
    return any(isinstance(vars(c).get(key), types.MemberDescriptorType) for c in type(holder).__mro__)


def _attribute(value, key):
    """An attribute without the learner's own __getattribute__: from its fields, a slot, a cell or the class."""
    inside = fields(value)
    if inside is not None and key in inside:
        return inside[key]
    for base in (value if isinstance(value, type) else type(value)).__mro__:
        if key in vars(base):
            found = vars(base)[key]
            described = isinstance(found, types.MemberDescriptorType | types.GetSetDescriptorType)
            return found.__get__(value) if described else found
    raise AttributeError(key)
