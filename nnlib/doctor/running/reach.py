"""Find every float that hangs on the learner's code: on objects, in lists, dictionaries, closures, a module's names."""

from __future__ import annotations

import builtins
import functools
import random
import sys
import types
from collections import deque

import numpy as np

from nnlib.doctor.running.places import MISSING, NUMBERS, Leaf, fetch, fields, is_list_of_numbers
from nnlib.doctor.running.signature import ROUNDS
from nnlib.doctor.running.state import State, contents

MOST = 60_000  # containers looked into; a list longer than that is left alone
_SHARED = (np.ndarray, list, dict, deque, float, np.floating, int)
_OPEN = ("collections", "types", "functools", "dataclasses", "builtins", "__main__")
_LIBRARIES = {"numpy", "matplotlib", "pandas", "scipy", "torch", "jax", "tensorflow", "IPython", "ipykernel", "nnlib"}


def theirs(value) -> bool:
    """Is it a function or a class of the learner's own, and not a library's?"""
    top = str(getattr(value, "__module__", None) or "").split(".")[0]
    code = value.__code__ if isinstance(value, types.FunctionType) else None
    if code is not None and ("site-packages" in code.co_filename or code.co_filename.startswith("<__array")):
        return False
    return top not in _LIBRARIES and (top not in sys.stdlib_module_names or top == "__main__")


class Graph:
    """What can be reached from some roots: containers with their contents, arrays with their numbers, random generators.

    A root is (path, value, way); paths begin anew at the names that a function mentions. `leaves` are the float values,
    `rounds` the ways to whole numbers that say how many rounds a call makes; `state.restore()` puts everything back as it
    was when the graph was made.
    """

    def __init__(self, roots):
        self.leaves: list[Leaf] = []
        self.rounds: list[tuple] = []
        self.state = State()
        self._arrays: dict[int, Leaf] = {}
        self._seen: dict[int, object] = {}
        for root in roots:
            self._waiting = deque([root])
            while self._waiting:
                self._look(*self._waiting.popleft())

    def _look(self, path, value, way) -> None:
        if isinstance(value, np.ndarray) and value.dtype != object:
            self._array(path, value, way)
        elif isinstance(value, NUMBERS) and way is not None:
            self._leaf(path, value, way)
        elif isinstance(value, int) and value > 1 and way and path and ROUNDS.match(str(path[-1][1])):
            self.rounds.append(way)
        elif id(value) not in self._seen and value is not MISSING and len(self._seen) < MOST:
            self._seen[id(value)] = value
            self._inside(path, value, way)

    def _leaf(self, path, value, way) -> Leaf:
        self.leaves.append(Leaf(path, value, [way] if way else []))
        return self.leaves[-1]

    def _array(self, path, value, way) -> None:
        if (known := self._arrays.get(id(value))) is not None:
            known.ways.extend([way] if way else [])
            return
        self.state.arrays.append((value, value.copy()))
        floats = value.dtype.kind == "f" and value.size
        self._arrays[id(value)] = self._leaf(path, value, way) if floats else Leaf(path, value)

    def _inside(self, path, value, way) -> None:
        if is_list_of_numbers(value):
            self._leaf(path, value, way)
            self._nested(value)
        elif isinstance(value, dict | list | deque | set | bytearray):
            self._container(path, value, way)
        elif isinstance(value, tuple):  # whose numbers cannot be changed
            self._beyond(path, way, "[]", ((i, v) for i, v in enumerate(value) if not isinstance(v, NUMBERS)))
        elif isinstance(value, np.ndarray):
            self.state.arrays.append((value, value.copy()))
            self._beyond(path, way, "[]", np.ndenumerate(value))
        elif isinstance(value, np.random.Generator | np.random.RandomState | random.Random):
            self.state.keep_generator(value)
        elif isinstance(value, functools.partial):
            self._waiting.extend(((), v, None) for v in (value.func, *value.args, *value.keywords.values()))
        elif isinstance(value, types.MethodType):
            self._waiting.extend([((), value.__self__, (value.__self__, ())), ((), value.__func__, None)])
        elif isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, type):
            self._class(path, value, way)
        elif not isinstance(value, types.ModuleType | types.BuiltinFunctionType):
            self._object(path, value, way)

    def _beyond(self, path, way, how, parts) -> None:
        """One step further, to each (key, part): the path that is shown, the part, and the way to it."""
        for key, part in parts:
            if not (isinstance(key, str) and key.startswith("__")):
                step = (how, key)
                self._waiting.append(((*path, step), part, None if way is None else (way[0], (*way[1], step))))

    def _nested(self, value) -> None:
        self.state.containers.append((value, list(value)))
        for v in value:
            if type(v) is list:
                self._seen[id(v)] = v
                self._nested(v)

    def _container(self, path, value, way) -> None:
        held = contents(value)
        if isinstance(held, dict) or len(held) <= MOST:
            self.state.containers.append((value, held))
            if not isinstance(value, set | bytearray):
                self._beyond(path, way, "[]", held.items() if isinstance(held, dict) else enumerate(held))

    def _object(self, path, value, way) -> None:
        kind = type(value)
        if not theirs(kind) and kind.__module__.split(".")[0] not in _OPEN:
            return
        if (inside := fields(value)) is not None:
            self.state.containers.append((inside, dict(inside)))
            self._beyond(path, way, ".", list(inside.items()))
        for base in kind.__mro__:
            names = base.__dict__.get("__slots__", ())
            for name in (names,) if isinstance(names, str) else tuple(names):
                if isinstance(base.__dict__.get(name), types.MemberDescriptorType):
                    self._attribute(path, value, name, way)
        self._class(path, kind, way)

    def _class(self, path, kind, way) -> None:
        """Values that stand in a class body are shared by its objects: kept and found like any other."""
        for base in kind.__mro__ if theirs(kind) else ():
            if id(base) in self._seen and base is not kind or not theirs(base):
                continue
            self._seen[id(base)] = base
            for name, held in list(vars(base).items()):
                held = held.__func__ if isinstance(held, classmethod | staticmethod) else held
                if isinstance(held, types.FunctionType):
                    self._waiting.append(((), held, None))  # for the module's names that it mentions
                elif not name.startswith("__") and (isinstance(held, _SHARED) or _has_fields(held)):
                    self._attribute(path, base, name, way)

    def _attribute(self, path, holder, name, way) -> None:
        """One that stands outside an object's own dictionary: in a slot, or in a class."""
        here = (holder, ((".", name),))
        self.state.places.append((here, fetch(here)))
        self._beyond(path, way, ".", [(name, fetch(here))])

    def _function(self, value) -> None:
        """What a function reaches: its closure, its defaults, and the global names that it mentions."""
        if not theirs(value):
            return
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or ()):
            here = (cell, ((".", "cell_contents"),))
            if (held := fetch(here)) is not MISSING:  # else a name that is bound later
                self.state.places.append((here, held))
                self._waiting.append((((".", name),), held, here))
        self._waiting.extend(((), v, None) for v in value.__defaults__ or ())
        space, codes, names = value.__globals__, [value.__code__], set()
        while codes:
            code = codes.pop()
            names.update(code.co_names)
            codes.extend(c for c in code.co_consts if isinstance(c, types.CodeType))
        for name in sorted(names):
            held = space.get(name, MISSING)
            if held is not MISSING or not hasattr(builtins, name):
                self.state.names.append((space, name, held))
                self._waiting.append((((".", name),), held, (space, (("[]", name),))))


def _has_fields(value) -> bool:
    """An object of a class of the learner's own."""
    return theirs(type(value)) and fields(value) is not None and not isinstance(value, type)
