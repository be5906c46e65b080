"""The state of the learner's objects: kept once, put back after every call, identity of arrays and random states included."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from operator import is_

import numpy as np

from nnlib.doctor.running.places import MISSING, fetch, put


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
    """Contents of containers, values at places, numbers of arrays, states of generators, and the two global random states."""

    containers: list[tuple] = field(default_factory=list)  # (container, a dict or a list of what it held)
    names: list[tuple] = field(default_factory=list)  # (the names of a module, one of them, what it stood for)
    places: list[tuple] = field(default_factory=list)  # (way, the value at its end)
    arrays: list[tuple] = field(default_factory=list)  # (array, a copy of its numbers)
    generators: list[tuple] = field(
        default_factory=list
    )  # (a function that reads its state, one that sets it, the state)
    random: tuple = field(default_factory=_random_states)

    def keep_generator(self, value) -> None:
        """Remember the state of a random generator of numpy or of `random`."""
        if isinstance(value, np.random.Generator):
            bits = value.bit_generator
            read, write = (lambda: bits.state), (lambda state: setattr(bits, "state", state))
        else:
            old = isinstance(value, np.random.RandomState)
            read, write = (value.get_state, value.set_state) if old else (value.getstate, value.setstate)
        self.generators.append((read, write, read()))

    def restore(self, rewind: bool = True) -> None:
        """Put back every content, number and random state: arrays keep their identity, views and aliases with it.

        `rewind=False` leaves the random states, for calls that are known not to draw from them.
        """
        for array, numbers in self.arrays:
            if not _equal(array, numbers):
                _write(array, numbers)
        for space, name, held in self.names:
            if space.get(name, MISSING) is not held:
                put((space, (("[]", name),)), held)
        for way, held in self.places:
            if fetch(way) is not held:
                put(way, held)
        for container, held in self.containers:
            if not _same(container if type(container) is dict else contents(container), held):
                _refill(container, held)
        if rewind:
            self.rewind()

    def rewind(self) -> None:
        """Put back the random states alone."""
        import random

        for _, write, state in self.generators:
            write(state)
        np.random.set_state(self.random[0])
        random.setstate(self.random[1])

    def drawn(self) -> bool:
        """Has any random number been drawn since?"""
        held = [*self.random, *(state for _, _, state in self.generators)]
        return repr(held) != repr([*_random_states(), *(read() for read, _, _ in self.generators)])


# ---------------------------------------------------------------- contents and numbers


def contents(container) -> dict | list:
    """All that a container holds, by the methods of its base class: those of a subclass may do anything."""
    if isinstance(container, dict):
        return dict(dict.items(container))
    base = next(base for base in (list, deque, set, bytearray) if isinstance(container, base))
    return list(base.__iter__(container))


def _same(now, held) -> bool:
    """The very same objects in the same order?"""
    if len(now) != len(held) or not all(map(is_, now, held)):
        return False
    return not isinstance(held, dict) or all(map(is_, now.values(), held.values()))


def _refill(container, held) -> None:
    if isinstance(container, list | bytearray):
        (list if isinstance(container, list) else bytearray).__setitem__(container, slice(None), held)
        return
    base = next(base for base in (dict, deque, set) if isinstance(container, base))
    base.clear(container)
    (deque.extend if base is deque else base.update)(container, held)


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
