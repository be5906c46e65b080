"""Find every float that hangs on the learner's code: on objects, in lists, dictionaries, closures, a module's names."""

from __future__ import annotations

import builtins
import functools
import random
import sys
import types
from collections import deque

import numpy as np

from nnlib.doctor.signature import ROUNDS
from nnlib.doctor.state import MISSING, WHOLE, State
from nnlib.doctor.ways import NUMBERS, Leaf, fields, is_list_of_numbers

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

    `leaves` are the float values; `state.restore()` puts everything back as it was when the graph was made.
    """

    def __init__(self, roots):
        self.leaves: list[Leaf] = []
        self._by_id: dict[int, Leaf] = {}
        self.state = State()
        self.rounds: list[tuple] = []  # (name, way) of whole numbers that say how many rounds a call makes
        self._seen: dict[int, object] = {}
        for root in roots:
            waiting = deque([root])  # (path, value, way)
            while waiting:
                path, found, way = waiting.popleft()
                self._look(path, found, way, waiting)

    # ------------------------------------------------------------ looking

    def _look(self, path, value, way, waiting) -> None:
        if isinstance(value, np.ndarray) and value.dtype != object:
            self._array(path, value, way)
        elif isinstance(value, NUMBERS) and way is not None:
            self.leaves.append(Leaf(path, value, [way] if way else []))
        elif isinstance(value, int) and value > 1 and way and path and ROUNDS.match(str(path[-1][1])):
            self.rounds.append((path[-1][1], way))
        elif id(value) in self._seen:
            return
        elif value is not MISSING and len(self._seen) < MOST:
            self._seen[id(value)] = value
            self._inside(path, value, way, waiting)

    def _array(self, path, value, way) -> None:
        known = self._by_id.get(id(value))
        if known is not None:
            known.ways.extend([way] if way else [])
            return
        leaf = Leaf(path, value, [way] if way else [])
        self._by_id[id(value)] = leaf
        self.state.arrays.append((value, value.copy()))
        if value.dtype.kind == "f" and value.size:
            self.leaves.append(leaf)

    def _inside(self, path, value, way, waiting) -> None:
        if is_list_of_numbers(value):
            self.leaves.append(Leaf(path, value, [way] if way else []))
            self._nested(value)
        elif isinstance(value, dict):  # by the methods of dict itself: those of a subclass may do anything
            self._keep(value, dict(dict.items(value)))
            waiting.extend(_beyond(path, way, "[]", k, v) for k, v in list(dict.items(value)) if not _private(k))
        elif isinstance(value, tuple):  # whose numbers cannot be changed
            waiting.extend(_beyond(path, way, "[]", i, v) for i, v in enumerate(value) if not isinstance(v, NUMBERS))
        elif isinstance(value, list | deque) and (list if isinstance(value, list) else deque).__len__(value) <= MOST:
            base = list if isinstance(value, list) else deque
            self._keep(value, list(base.__iter__(value)))
            waiting.extend(_beyond(path, way, "[]", i, v) for i, v in enumerate(base.__iter__(value)))
        elif isinstance(value, set | bytearray) and len(value) <= MOST:
            self._keep(value, value.copy())
        elif isinstance(value, np.ndarray):
            self.state.arrays.append((value, value.copy()))
            waiting.extend(_beyond(path, way, "[]", i, v) for i, v in np.ndenumerate(value))
        elif isinstance(value, np.random.Generator):
            self.state.generators.append((value.bit_generator, value.bit_generator.state))
        elif isinstance(value, np.random.RandomState | random.Random):
            get, put = (
                ("get_state", "set_state") if isinstance(value, np.random.RandomState) else ("getstate", "setstate")
            )
            self.state.generators.append((getattr(value, put), getattr(value, get)()))
        elif isinstance(value, types.FunctionType | types.MethodType | functools.partial):
            self._function(value, waiting)
        elif isinstance(value, type):
            self._class(path, value, way, waiting)
        elif not isinstance(value, types.ModuleType | types.BuiltinFunctionType):
            self._object(path, value, way, waiting)

    def _nested(self, value) -> None:
        self._keep(value, list(value))
        for v in value:
            if type(v) is list:
                self._seen[id(v)] = v
                self._nested(v)

    def _object(self, path, value, way, waiting) -> None:
        kind = type(value)
        if not theirs(kind) and kind.__module__.split(".")[0] not in _OPEN:
            return
        inside = fields(value)
        if inside is not None:
            self._keep(inside, dict(inside))
            waiting.extend(_beyond(path, way, ".", k, v) for k, v in list(inside.items()) if not _private(k))
        for base in kind.__mro__:
            names = base.__dict__.get("__slots__", ())
            for name in (names,) if isinstance(names, str) else tuple(names):
                slot = base.__dict__.get(name)
                if isinstance(slot, types.MemberDescriptorType):
                    try:
                        held = slot.__get__(value)
                    except AttributeError:
                        held = MISSING
                    self.state.containers.append((value, slot, held))
                    waiting.append(_beyond(path, way, ".", name, held))
        self._class(path, kind, way, waiting)

    def _class(self, path, kind, way, waiting) -> None:
        """Values that stand in a class body are shared by its objects: kept and found like any other."""
        for base in kind.__mro__ if theirs(kind) else ():
            if id(base) in self._seen and base is not kind or not theirs(base):
                continue
            self._seen[id(base)] = base
            for name, held in list(vars(base).items()):
                held = held.__func__ if isinstance(held, classmethod | staticmethod) else held
                if isinstance(held, types.FunctionType):
                    waiting.append(((), held, None))  # for the module's names that it mentions
                elif not _private(name) and (isinstance(held, _SHARED) or theirs_object(held)):
                    self.state.containers.append((base, name, held))
                    waiting.append(_beyond(path, way, ".", name, held))

    def _function(self, value, waiting) -> None:
        """What a function reaches: its object, its closure, its defaults, and the global names that it mentions."""
        if isinstance(value, functools.partial):
            waiting.extend(((), v, None) for v in (value.func, *value.args, *value.keywords.values()))
            return
        if isinstance(value, types.MethodType):
            waiting.extend([((), value.__self__, (value.__self__, ())), ((), value.__func__, None)])
            return
        if not theirs(value):
            return
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or ()):
            try:
                held = cell.cell_contents
            except ValueError:  # a name that is bound later
                continue
            self.state.containers.append((cell, None, held))
            waiting.append((((".", name),), held, (cell, ((".", "cell_contents"),))))
        waiting.extend(((), v, None) for v in value.__defaults__ or ())
        space, codes, names = value.__globals__, [value.__code__], set()
        while codes:
            code = codes.pop()
            names.update(code.co_names)
            codes.extend(c for c in code.co_consts if isinstance(c, types.CodeType))
        for name in sorted(names):
            held = space.get(name, MISSING)
            if held is MISSING and hasattr(builtins, name):
                continue
            self.state.containers.append((space, name, held))
            waiting.append((((".", name),), held, (space, (("[]", name),))))

    def _keep(self, value, content) -> None:
        self.state.containers.append((value, WHOLE, content))


def theirs_object(value) -> bool:
    """An object of a class of the learner's own."""
    return theirs(type(value)) and fields(value) is not None and not isinstance(value, type)


def _private(key) -> bool:
    return isinstance(key, str) and key.startswith("__")


def _beyond(path, way, how, key, value):
    """One step further: the path that is shown, the value, and the way to it."""
    return (*path, (how, key)), value, None if way is None else (way[0], (*way[1], (how, key)))
