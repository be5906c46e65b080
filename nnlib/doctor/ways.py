"""A float value of the learner's: its name in their words, and the ways that lead to it."""

from __future__ import annotations

import types
from dataclasses import dataclass, field

import numpy as np

from nnlib.doctor.state import MISSING

NUMBERS = (float, np.floating)


@dataclass
class Leaf:
    """A float array, a single float, or a (nested) list of floats: its name, its value, and every way that leads to it.

    A way is (anchor, ((how, key), ...)): from an object that does not change, by "." attributes and "[]" items.
    """

    path: tuple
    value: object
    ways: list = field(default_factory=list)

    @property
    def name(self) -> str:
        """The learner's own words for it: W2, params["W1"], layers[0].kernel."""
        text = ""
        for how, key in self.path:
            key = key[0] if isinstance(key, tuple) and len(key) == 1 else key
            text += f".{key}" if how == "." else f"[{key!r}]".replace("'", '"')
        if len(self.path) == 1 and isinstance(self.path[0][1], str):
            return self.path[0][1]
        return text.lstrip(".")


def fields(value):
    """The dictionary of an object's own attributes, never calling the learner's __getattr__; None where it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except Exception:
        return None
    return found if type(found) is dict else None


def is_list_of_numbers(value, depth: int = 4) -> bool:
    """A list of floats, or a rectangular list of such lists."""
    if type(value) is not list or not 0 < len(value) <= 10_000 or not depth:
        return False
    if all(isinstance(v, NUMBERS) for v in value):
        return True
    return (
        all(type(v) is list for v in value)
        and len({len(v) for v in value}) == 1
        and all(is_list_of_numbers(v, depth - 1) for v in value)
    )


def fill(target: list, numbers: list) -> None:
    """Put numbers into a list of the learner's, and into the lists inside it."""
    for i, v in enumerate(numbers):
        if isinstance(v, list):
            fill(target[i], v)
        else:
            target[i] = v


def fetch(way):
    """The value at the end of a way, as it stands there now; MISSING where the way has gone."""
    value = way[0]
    try:
        for how, key in way[1]:
            value = _item(value, key) if how == "[]" else _attribute(value, key)
    except (KeyError, IndexError, AttributeError, TypeError):
        return MISSING
    return value


def put(way, value) -> None:
    """Put a value at the end of a way."""
    anchor, steps = way
    holder, (how, key) = fetch((anchor, steps[:-1])), steps[-1]
    inside = fields(holder)
    if how == "[]":
        base = next((b for b in (dict, list) if isinstance(holder, b)), type(holder))
        base.__setitem__(holder, key, value)
    elif inside is not None and key in inside:
        inside[key] = value
    elif isinstance(holder, type) or key in dir(type(holder)) and not _is_slot(holder, key) and inside is not None:
        owner = next(c for c in (holder if isinstance(holder, type) else type(holder)).__mro__ if key in vars(c))
        type.__setattr__(owner, key, value)
    else:
        object.__setattr__(holder, key, value)


def _is_slot(holder, key) -> bool:
    return any(isinstance(vars(c).get(key), types.MemberDescriptorType) for c in type(holder).__mro__)


def _item(holder, key):
    """An item by the methods of dict and list themselves: those of a subclass may do anything."""
    base = next((b for b in (dict, list) if isinstance(holder, b)), type(holder))
    return base.__getitem__(holder, key)


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
