"""Find every float that hangs on the learner's code: on objects, in lists, dictionaries, closures, a module's names."""

from __future__ import annotations

import builtins
import dis
import functools
import random
import sys
import types
from collections import deque

import numpy as np

from nnlib.doctor.running.calling import theirs
from nnlib.doctor.running.opening import shape_of_lists
from nnlib.doctor.running.places import MISSING, NUMBERS, Leaf, Way, base_of, fields
from nnlib.doctor.running.signature import ROUNDS
from nnlib.doctor.running.state import ARRAY, CONTENTS, PLACE, State

MOST = 60_000  # containers looked into; a list longer than that is left alone
LONGEST = 10_000  # a list of more numbers is data
OF_GLOBALS = {"LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_NAME", "STORE_NAME", "DELETE_NAME"}
_SHARED = (np.ndarray, list, dict, deque, float, np.floating, int)
_OPEN = ("collections", "types", "functools", "dataclasses", "builtins")


def of_theirs(kind: type) -> bool:
    """Is it a class of the learner's own, and not a library's?"""
    home = kind.__module__ if isinstance(kind.__module__, str) else ""
    file = getattr(sys.modules.get(home), "__file__", None)
    return theirs(file) if file else home not in sys.stdlib_module_names


class Graph:
    """What can be reached from some roots: containers with their contents, arrays with their numbers, random generators.

    A root is (value, way); what is shown begins anew at the names that a function mentions. `leaves` are the float values,
    `whole` the arrays of whole numbers, `rounds` the ways to whole numbers that say how many rounds a call makes;
    `state.restore()` puts everything back as it was when the graph was made.
    """

    def __init__(self, roots):
        self.leaves: list[Leaf] = []
        self.whole: list[Leaf] = []
        self.rounds: list[Way] = []
        self.state = State()
        self._arrays: dict[int, Leaf] = {}
        self._seen: dict[int, object] = {}
        for root in roots:
            self._waiting = deque([root])
            while self._waiting:
                self._look(*self._waiting.popleft())

    def _look(self, value, way: Way) -> None:
        if isinstance(value, np.ndarray) and value.dtype != object:
            if value.size <= LONGEST or 0 not in value.strides:  # else one number, seen as very many
                self._array(value, way)
        elif isinstance(value, NUMBERS):
            if way.steps:
                self.leaves.append(Leaf(value, [way]))
        elif isinstance(value, int) and value > 1 and way.steps and ROUNDS.match(str(way.shown[-1][1])):
            self.rounds.append(way)
        elif id(value) not in self._seen and value is not MISSING and len(self._seen) < MOST:
            self._seen[id(value)] = value
            self._inside(value, way)

    def _array(self, value, way: Way) -> None:
        if (known := self._arrays.get(id(value))) is not None:
            known.ways.append(way)
            return
        self.state.keep(ARRAY, value)
        self._arrays[id(value)] = leaf = Leaf(value, [way])
        if value.size and value.dtype.kind in "fiu":
            (self.leaves if value.dtype.kind == "f" else self.whole).append(leaf)

    def _inside(self, value, way: Way) -> None:
        if isinstance(value, dict):
            self._beyond(way, "[]", self.state.keep(CONTENTS, value).items())
        elif isinstance(value, list | deque | set):
            self._list(value, way)
        elif isinstance(value, tuple):  # whose numbers cannot be changed
            self._beyond(way, "[]", ((i, v) for i, v in enumerate(value) if not isinstance(v, NUMBERS)))
        elif isinstance(value, np.ndarray):
            self._beyond(way, "[]", np.ndenumerate(self.state.keep(ARRAY, value)))
        elif isinstance(value, np.random.Generator | np.random.RandomState | random.Random):
            self.state.keep_generator(value)
        elif isinstance(value, functools.partial):
            self._roots(value.func, *value.args, *value.keywords.values())
        elif isinstance(value, types.MethodType):
            self._roots(value.__self__, value.__func__)
        elif isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, type):
            self._class(value, way)
        elif not isinstance(value, types.ModuleType | types.BuiltinFunctionType):
            self._object(value, way)

    def _roots(self, *values) -> None:
        """What has no name of its own: the ways to what is inside begin there."""
        self._waiting.extend((v, Way(v)) for v in values)

    def _beyond(self, way: Way, how: str, parts) -> None:
        """One step further, to each (key, part)."""
        for key, part in parts:
            if not (isinstance(key, str) and key.startswith("__")):
                self._waiting.append((part, way.beyond(how, key)))

    def _list(self, value, way: Way) -> None:
        """A (nested) list of numbers is one leaf; what else is in a list is looked at."""
        if base_of(value).__len__(value) > MOST:
            return
        held = self.state.keep(CONTENTS, value)
        if len(held) <= LONGEST and shape_of_lists(value, NUMBERS):
            self.leaves.append(Leaf(value, [way]))
            for part in held:
                self._look(part, Way(part))  # the lists inside are kept, under no name of their own
        elif not isinstance(value, set):
            self._beyond(way, "[]", enumerate(held))

    def _object(self, value, way: Way) -> None:
        kind = type(value)
        if not of_theirs(kind) and kind.__module__.split(".")[0] not in _OPEN:
            return
        if (inside := fields(value)) is not None:
            self._beyond(way, ".", self.state.keep(CONTENTS, inside).items())
        for base in (c for c in kind.__mro__ if "__slots__" in vars(c)):
            for name, slot in vars(base).items():
                if isinstance(slot, types.MemberDescriptorType):
                    self._attribute(value, name, way)
        self._class(kind, way)

    def _class(self, kind: type, way: Way) -> None:
        """Values that stand in a class body are shared by its objects: kept and found like any other."""
        for base in kind.__mro__ if of_theirs(kind) else ():
            if id(base) in self._seen and base is not kind or not of_theirs(base):
                continue
            self._seen[id(base)] = base
            for name, held in list(vars(base).items()):
                held = held.__func__ if isinstance(held, classmethod | staticmethod) else held
                if isinstance(held, types.FunctionType):
                    self._roots(held)  # for the module's names that it mentions
                elif not name.startswith("__") and (isinstance(held, _SHARED) or _has_fields(held)):
                    self._attribute(base, name, way)

    def _attribute(self, holder, name: str, way: Way) -> None:
        """One that stands outside an object's own dictionary: in a slot, or in a class."""
        self._beyond(way, ".", [(name, self.state.keep(PLACE, Way.named(name, holder, ".", name)))])

    def _function(self, value) -> None:
        """What a function reaches: its closure, its defaults, and the global names that it mentions."""
        if not theirs(value.__code__.co_filename):
            return
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or ()):
            self._name(Way.named(name, cell, ".", "cell_contents"))
        self._roots(*(value.__defaults__ or ()))
        space = value.__globals__
        if id(space) in self._seen:  # all its names are known
            return
        for name in sorted(_global_names(value.__code__)):
            if name in space or not hasattr(builtins, name):
                self._name(Way.named(name, space, "[]", name))

    def _name(self, way: Way) -> None:
        """A name of a closure or of a module, which may be bound anew, or for the first time."""
        self._waiting.append((self.state.keep(PLACE, way), way))


@functools.lru_cache(2000)
def _global_names(code: types.CodeType) -> frozenset[str]:
    """The global names that a function reads or binds, and the functions inside it; names of attributes are none."""
    inside = (c for c in code.co_consts if isinstance(c, types.CodeType))
    own = {step.argval for step in dis.get_instructions(code) if step.opname in OF_GLOBALS}
    return frozenset(own.union(*map(_global_names, inside)))


def _has_fields(value) -> bool:
    """An object of a class of the learner's own."""
    return of_theirs(type(value)) and fields(value) is not None and not isinstance(value, type)
