"""The state of the learner's objects: kept once, put back after every call, identity of arrays and random states included."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import is_
from typing import NamedTuple

import numpy as np

from nnlib.doctor.running.opening import same_numbers
from nnlib.doctor.running.places import Way, base_of


def _generators() -> list[tuple]:
    """The two global random generators: (a function that reads the state, one that sets it, the state)."""
    import random  # late: `python -m nnlib.doctor` begins where a neighbour of that name would stand for the library's

    both = ((np.random.get_state, np.random.set_state), (random.getstate, random.setstate))
    return [(read, write, read()) for read, write in both]


def seed_all(seed: int) -> None:
    """Seed the two global random generators."""
    import random

    np.random.seed(seed)
    random.seed(seed)


class Kind(NamedTuple):
    """How something is kept: what it holds is read, compared with what it held, and written back."""

    read: Callable
    same: Callable
    write: Callable


@dataclass
class State:
    """What was found when it was kept: (kind, container or way or array, what it held), and the states of generators."""

    kept: list[tuple[Kind, object, object]] = field(default_factory=list)
    generators: list[tuple] = field(default_factory=_generators)

    def keep(self, kind: Kind, thing):
        """Remember what a container, a way or an array holds now, and give it."""
        held = kind.read(thing)
        self.kept.append((kind, thing, held))
        return held

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
        for kind, thing, held in self.kept:
            if not kind.same(thing, held):
                kind.write(thing, held)
        if rewind:
            self.rewind()

    def rewind(self) -> None:
        """Put back the random states alone."""
        for _, write, state in self.generators:
            write(state)

    def drawn(self) -> bool:
        """Has any random number been drawn since?"""
        return any(pickle.dumps(read()) != pickle.dumps(state) for read, _, state in self.generators)


@contextmanager
def kept_chance() -> Iterator[None]:
    """The two global random generators are afterwards as they were before."""
    state = State()
    try:
        yield
    finally:
        state.rewind()


# ---------------------------------------------------------------- containers and arrays


def _contents(container) -> dict | list:
    base = base_of(container)
    return dict(dict.items(container)) if base is dict else list(base.__iter__(container))


def _same_objects(container, held) -> bool:
    """The very same objects in the same order?"""
    base = base_of(container)
    if base.__len__(container) != len(held) or not all(map(is_, base.__iter__(container), held)):
        return False
    return base is not dict or all(map(is_, dict.values(container), held.values()))


def _refill(container, held) -> None:
    base = base_of(container)
    base.clear(container)
    (base.extend if base in (list, deque) else base.update)(container, held)


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


CONTENTS = Kind(_contents, _same_objects, _refill)
PLACE = Kind(Way.fetch, lambda way, held: way.fetch() is held, Way.put)
ARRAY = Kind(np.ndarray.copy, same_numbers, _write)
