"""Where a value of the learner's stands: the way that leads to it, its name in their words, reading and writing it."""

from __future__ import annotations

import types
from collections import deque
from dataclasses import dataclass

import numpy as np

NUMBERS = (float, np.floating)
BASES = (dict, list, tuple, deque, set, np.ndarray, type)
MISSING = object()  # what stands where nothing does


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """A way from an object that does not change, by "." attributes and "[]" items; `shown` is it in the learner's words."""

    anchor: object
    steps: tuple = ()
    shown: tuple = ()

    @classmethod
    def named(cls, name: str, anchor, how: str, key) -> Way:
        """A way of one step that is shown as a name."""
        return cls(anchor, ((how, key),), ((".", name),))

    def beyond(self, how: str, key) -> Way:
        """One step further."""
        return Way(self.anchor, (*self.steps, (how, key)), (*self.shown, (how, key)))

    def fetch(self):
        """The value at the end, as it stands there now; MISSING where the way has gone."""
        value = self.anchor
        try:
            for how, key in self.steps:
                base = base_of(value)
                value = base.__getitem__(value, key) if how == "[]" else base.__getattribute__(value, key)
        except Exception:  # also of an empty cell
            return MISSING
        return value

    def put(self, value) -> None:
        """Put a value at the end; MISSING takes away what stands there."""
        holder, (how, key) = Way(self.anchor, self.steps[:-1]).fetch(), self.steps[-1]
        holder = _class_with(holder, key) if how == "." else holder
        base = base_of(holder)
        if value is not MISSING:
            (base.__setitem__ if how == "[]" else base.__setattr__)(holder, key, value)
        elif self.fetch() is not MISSING:
            (base.__delitem__ if how == "[]" else base.__delattr__)(holder, key)


def base_of(holder) -> type:
    """The class whose own methods are called: those of the learner's subclasses and objects may do anything."""
    kind = type(holder)  # isinstance would ask the object for its __class__
    if issubclass(kind, BASES):
        return next(base for base in BASES if issubclass(kind, base))
    return object


def _class_with(holder, key):
    """The class whose body holds an attribute that its object has not got itself; else the object."""
    inside = fields(holder)
    if inside is None or key in inside:
        return holder
    values = ((c, vars(c)[key]) for c in type(holder).__mro__ if key in vars(c))
    return next((c for c, value in values if not isinstance(value, types.MemberDescriptorType)), holder)


def fields(value) -> dict | None:
    """The dictionary of an object's own attributes, never calling the learner's __getattr__; None where it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except Exception:
        return None
    return found if type(found) is dict else None


# ---------------------------------------------------------------- floats


@dataclass
class Leaf:
    """A float array, a single float, or a (nested) list of floats: its value, and every way that leads to it."""

    value: object
    ways: list[Way]

    @property
    def path(self) -> tuple:
        """The first way that can be shown; () where there is none."""
        return next((way.shown for way in self.ways if way.shown), ())

    @property
    def name(self) -> str:
        """The learner's own words for it: W2, params["W1"], layers[0].kernel."""
        text = ""
        for how, key in self.path:
            if not text and isinstance(key, str):
                text = key
                continue
            key = key[0] if isinstance(key, tuple) and len(key) == 1 else key
            text += f".{key}" if how == "." else f"[{key!r}]".replace("'", '"')
        return text

    @property
    def word(self) -> str:
        """The last name in its path: W of W[0], lr of options["lr"]."""
        return next((key for _, key in reversed(self.path) if isinstance(key, str)), "")

    def now(self) -> np.ndarray | None:
        """The present value as an array of its own; None where it is gone. What the learner's code put in its place counts."""
        found = next((now for way in self.ways if (now := way.fetch()) is not self.value), self.value)
        try:
            return None if found is MISSING else np.array(found, None if isinstance(found, np.ndarray) else float)
        except (TypeError, ValueError):
            return None

    def write(self, new) -> None:
        """Set the value: an array or a list is written into where it can hold the numbers, so that views and aliases follow."""
        now, new = self.ways[0].fetch(), np.asarray(new)
        floats = new.dtype.kind == "f"
        if isinstance(now, np.ndarray) and now.flags.writeable and now.shape == new.shape and floats:
            now[...] = new
        elif isinstance(now, list) and floats:
            _fill(now, new.tolist())
        elif isinstance(now, np.ndarray):
            self.replace(new)
        else:
            self.replace(type(now)(new) if isinstance(now, NUMBERS) and floats else new.tolist())

    def replace(self, value) -> None:
        """Put another object at the end of every way."""
        for way in self.ways:
            if way.steps:
                way.put(value)


def _fill(target: list, numbers: list) -> None:
    """Put numbers into a list of the learner's, and into the lists inside it."""
    for i, v in enumerate(numbers):
        if isinstance(v, list):
            _fill(target[i], v)
        else:
            target[i] = v
