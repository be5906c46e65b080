"""The state of the learner's objects: kept once, put back after every call, identity of arrays and random states included."""

from __future__ import annotations

import types
from collections import deque
from dataclasses import dataclass, field

import numpy as np

MISSING, WHOLE = object(), object()  # a name that was not there; all that a container holds


def _random_states() -> tuple:
    import random  # late: `python -m nnlib.doctor` begins where a neighbour of that name would stand for the library's

    return np.random.get_state(), random.getstate()


def seed_all(seed: int) -> None:
    """Seed the two global random generators."""
    import random

    np.random.seed(seed)
    random.seed(seed)


@dataclass
class State:
    """Contents of containers, numbers of arrays, states of generators, and the two global random states."""

    containers: list[tuple] = field(default_factory=list)  # (container, key, what it held)
    arrays: list[tuple] = field(default_factory=list)  # (array, a copy of its numbers)
    generators: list[tuple] = field(default_factory=list)  # (setter or bit generator, its state)
    random: tuple = field(default_factory=_random_states)

    def restore(self, rewind: bool = True) -> None:
        """Put back every content, number and random state: arrays keep their identity, views and aliases with it.

        `rewind=False` leaves the two global random states, for calls that are known not to draw from them.
        """
        for array, numbers in self.arrays:
            if not _equal(array, numbers):
                _write(array, numbers)
        for container, key, held in self.containers:
            if type(container) is not dict or key is WHOLE or container.get(key, MISSING) is not held:
                _put_back(container, key, held)
        if rewind:
            self.rewind()

    def rewind(self) -> None:
        """Put back the random states alone."""
        for place, state in self.generators:
            if callable(place):
                place(state)
            else:
                place.state = state
        import random

        np.random.set_state(self.random[0])
        random.setstate(self.random[1])


def _equal(array, numbers) -> bool:
    if array.dtype == object:
        return array.shape == numbers.shape and all(a is b for a, b in zip(array.flat, numbers.flat))
    if array.size <= 4096:
        return array.shape == numbers.shape and array.tobytes() == numbers.tobytes()
    return np.array_equal(array, numbers) or np.array_equal(array, numbers, equal_nan=array.dtype.kind in "fc")


def _write(array, numbers) -> None:
    """Write into an array, also into one that owns its numbers and is read-only."""
    if array.shape != numbers.shape:  # resized in place: its old shape first
        array.resize(numbers.shape, refcheck=False)
    locked = not array.flags.writeable
    if locked and array.base is not None:
        return  # a read-only view: its base is written
    array.flags.writeable = True
    array[...] = numbers
    array.flags.writeable = not locked


def _same(now, held) -> bool:
    return len(now) == len(held) and all(a is b for a, b in zip(now, held))


def _put_back(container, key, held) -> None:
    if isinstance(container, types.CellType):
        container.cell_contents = held
    elif isinstance(key, types.MemberDescriptorType):
        if held is MISSING:
            if hasattr(container, key.__name__):
                key.__delete__(container)
        else:
            key.__set__(container, held)
    elif isinstance(container, type):
        if container.__dict__.get(key, MISSING) is not held:
            type.__setattr__(container, key, held)
    elif key is not WHOLE:  # one name of a module
        if held is MISSING:
            container.pop(key, None)
        elif container.get(key, MISSING) is not held:
            container[key] = held
    else:
        _put_back_whole(container, held)


def _put_back_whole(container, held) -> None:
    if isinstance(container, dict):
        now = dict(dict.items(container))
        if not (_same(list(now), list(held)) and _same(list(now.values()), list(held.values()))):
            dict.clear(container)
            dict.update(container, held)
    elif isinstance(container, list):
        if not _same(list(list.__iter__(container)), held):
            list.__setitem__(container, slice(None), held)
    elif isinstance(container, deque):
        if not _same(container, held):
            container.clear()
            container.extend(held)
    elif isinstance(container, bytearray):
        container[:] = held
    elif {id(v) for v in container} != {id(v) for v in held}:
        set.clear(container)
        set.update(container, held)
