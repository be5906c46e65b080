"""Reach the learner's code as it is: find its parameters, run its forward pass, its step, its gradients, and leave no trace."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import numpy as np

from nnlib.doctor.running.calling import FIRST, LATER, CallFailed, Outcome, attempt
from nnlib.doctor.running.matching import claimed, left_behind
from nnlib.doctor.running.opening import MOST_NUMBERS, NoNumbers, array_of, arrays_in
from nnlib.doctor.running.places import Leaf, Way
from nnlib.doctor.running.reach import Graph
from nnlib.doctor.running.signature import Filled
from nnlib.doctor.running.state import seed_all


class Patient(AbstractContextManager):
    """A network of the learner's, reached through its own functions.

    `subject` is an object, a list or a dictionary of arrays, a module or its names (vars(module)), or None where
    everything hangs on the functions. `step(X, Y)` changes the parameters, `grads(X, Y)` gives (or leaves as attributes)
    their gradients, `output(X)` is the forward pass. X and Y are handed over as they are. `reach` are further functions
    to find floats through, `held` further values by name.

    `output`, `change` and `gradients` put everything back after the call: contents of containers, numbers in arrays, the
    identity of arrays with their views and aliases, attributes that were made, and the random states of `random`, numpy
    and their generators. `advance` is the one call that stays. Used as a context manager, the patient leaves everything as
    it was before.
    """

    def __init__(
        self,
        subject: object,
        *,
        step: Callable | None = None,
        grads: Callable | None = None,
        output: Callable,
        reach: Sequence[Callable] = (),
        held: Mapping[str, object] | None = None,
        seed: int = 0,
    ):
        self.subject = vars(subject) if isinstance(subject, types.ModuleType) else subject
        self.step_function = Filled(step) if step is not None else None
        self.grads_function = Filled(grads) if grads is not None else None
        self.output_function = output
        self.functions, self.held = [f for f in (step, grads, output, *reach) if f is not None], held or {}
        self._called, self.changed_inputs = set(), set()
        self.seconds: float | None = None  # of one call; else as long as `calling` allows
        self._as_brought = self._graph().state
        seed_all(seed)
        self._rounds = [(way, way.fetch()) for way in self._graph().rounds if step is not None]
        for way, _ in self._rounds:
            way.put(1)  # so many epochs held as an attribute: one will do
        graph = self._graph()
        self.start, self.whole = graph.state, graph.whole
        self.leaves: dict[str, Leaf] = {}
        for leaf in graph.leaves:
            name = leaf.name
            while name in self.leaves:
                name += "'"
            if name:
                self.leaves[name] = leaf
        places = {id(v): i for i, v in enumerate(_listed(subject))}  # arrays that were brought in a list keep its order
        self.leaves = dict(sorted(self.leaves.items(), key=lambda found: places.get(id(found[1].value), len(places))))

    # ------------------------------------------------------------ state

    def _graph(self) -> Graph:
        own = [(self.subject, Way(self.subject))] if self.subject is not None else []
        own += [(value, Way.named(name, self.held, "[]", name)) for name, value in self.held.items()]
        theirs = [(f, Way(f)) for f in self.functions]
        return Graph([*theirs, *own] if isinstance(self.subject, list | tuple) else [*own, *theirs])

    def restore(self) -> None:
        """Put back the state at the start."""
        self.start.restore()

    def move_start(self) -> None:
        """Make the present state the one that every call begins from (random states stay those of the start)."""
        self.start = replace(self._graph().state, generators=self.start.generators)

    @contextmanager
    def start_kept(self) -> Iterator[None]:
        """Wherever the start is moved to inside, calls begin from the present one again afterwards."""
        start = self.start
        try:
            yield
        finally:
            self.start = start
            self.restore()

    @contextmanager
    def start_at(self, values: Mapping[str, np.ndarray]) -> Iterator[None]:
        """Inside, calls begin from these values of the named floats."""
        with self.start_kept():
            self.set(values)
            self.move_start()
            yield

    @contextmanager
    def seeded(self, seed: int) -> Iterator[None]:
        """Inside, calls begin from other states of the two global random generators."""
        with self.start_kept():
            self.restore()
            seed_all(seed)
            drawn = [(read, write, read()) for read, write, _ in self.start.generators]
            self.start = replace(self.start, generators=drawn)
            yield

    def all_rounds(self) -> bool:
        """From now on a step makes as many rounds as the learner's; False where it does so already."""
        put_back, self._rounds = self._rounds, []
        for way, rounds in put_back:
            way.put(rounds)
        self.move_start()
        return bool(put_back)

    def close(self) -> None:
        """Leave everything as it was brought, the caller's random states included."""
        self._as_brought.restore()

    def __exit__(self, *_) -> None:
        self.close()

    # ------------------------------------------------------------ values

    def value(self, name: str) -> np.ndarray | None:
        """The present value of one float, array or list of floats, as an array of its own; None where it is gone."""
        return self.leaves[name].now()

    def values(self, names) -> dict[str, np.ndarray]:
        """The present values of the named floats."""
        return {name: self.leaves[name].now() for name in names}

    def set(self, values: Mapping[str, np.ndarray]) -> None:
        """Set floats by name: arrays are written in place where they can hold the numbers, so views and aliases follow."""
        for name, new in values.items():
            self.leaves[name].write(new)

    # ------------------------------------------------------------ calls

    def _call(self, what: str, function: Callable, *arguments, read: Callable | None = None) -> Outcome:
        """One call of the learner's code on copies of the arguments. Raises CallFailed where it raises."""
        seconds = self.seconds or (LATER if what in self._called else FIRST)
        self._called.add(what)
        outcome = attempt(function, *arguments, seconds=seconds, read=read)
        if outcome.error is not None:
            raise CallFailed(what, outcome)
        return outcome

    def output(self, X, restored: bool = True) -> np.ndarray:
        """What the forward pass gives, as an array. Raises CallFailed where it raises or gives no numbers."""
        try:
            return self._call("output", self.output_function, X, read=_numbers).value
        finally:
            if restored:
                self.start.restore()

    def answer_each(self) -> None:
        """From now on the forward pass is called with one sample after another: many take only one, beside a whole step."""
        alone = self.output_function
        self.output_function = lambda X: np.stack([_numbers(alone(x)).ravel() for x in X])

    def written_by_output(self, X) -> set[str]:
        """The names of the floats that a forward pass changes."""
        before = self.values(self.leaves)
        self.output(X, restored=False)
        after = self.values(self.leaves)
        self.start.restore()
        return {n for n, old in before.items() if after[n] is None or not np.array_equal(old, after[n], equal_nan=True)}

    def draws(self, X) -> bool:
        """Does the forward pass draw random numbers, from `random`, numpy or a generator of its own?"""
        self.start.rewind()
        self.output(X, restored=False)
        drawn = self.start.drawn()
        self.start.restore()
        return drawn

    def advance(self, X, Y) -> None:
        """One forward pass and `step(X, Y)` that stay: parameters and everything else keep what they made of them."""
        self._after(X, Y, self.step_function, "step")

    def _after(self, X, Y, function, what, read: Callable | None = None):
        """Forward pass first, since many steps rely on what it left; both from the same random state."""
        self._call("output", self.output_function, X)
        self.start.rewind()
        outcome = self._call(what, function, X, Y, read=read)
        self.changed_inputs.update("XY"[i] for i in outcome.changes())
        return outcome.value

    def change(self, X, Y, times: int = 1) -> dict[str, np.ndarray]:
        """By how much `step(X, Y)`, called so many times, lowers each float: old minus new, by name; then all is put back."""
        return self.change_over([(X, Y)] * times)

    def change_over(self, batches) -> dict[str, np.ndarray]:
        """The same for one step on each of several (X, Y)."""
        before = self.values(self.leaves)
        try:
            for X, Y in batches:
                self.advance(X, Y)
            after = self.values(self.leaves)
        finally:
            self.start.restore()
        return {name: _lowered(old, after[name]) for name, old in before.items()}

    def gradients(self, X, Y, times: int = 1) -> tuple[list, list]:
        """What `grads(X, Y)` returns, and what it leaves behind as attributes, as (path, array) pairs; then all is put back."""
        try:
            for _ in range(times):
                found = self._after(X, Y, self.grads_function, "grads", self._arrays_in)
            names = {str(leaf.path[-1][1]) for leaf in self.leaves.values()}
            return found, left_behind(self._graph().leaves, names)
        finally:
            self.start.restore()

    def claims(self, X, Y, names, times: int = 1) -> tuple[dict[str, np.ndarray | None], str]:
        """What `grads(X, Y)` says of the named floats, None where nothing, and a word on how its arrays were read."""
        wanted = {n: (self.leaves[n].path, self.value(n).shape) for n in names}
        return claimed(*self.gradients(X, Y, times), wanted)

    def _arrays_in(self, value) -> list:
        shapes = {v.shape for v in map(self.value, self.leaves) if v is not None}
        return arrays_in(value, shapes, most=MOST_NUMBERS + 10 * max(map(np.prod, shapes), default=0))


def _lowered(old: np.ndarray, new: np.ndarray | None) -> np.ndarray:
    if new is None or new.shape != old.shape:
        return np.full(old.shape, np.nan)
    return old.astype(float) - new.astype(float)


def _numbers(value) -> np.ndarray:
    """The numbers that a forward pass gave; of (A, cache) the first."""
    while isinstance(value, tuple) and value:
        value = value[0]
    found = array_of(value, most=100 * MOST_NUMBERS)
    if found is None or not found.size:
        raise NoNumbers("nothing" if found is None else f"an array of shape {found.shape}")
    return found


def _listed(value) -> list:
    """What stands in lists of lists, in order."""
    return [inner for v in value for inner in _listed(v)] if isinstance(value, list | tuple) else [value]
