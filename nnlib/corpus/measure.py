"""What a case does, measured: its numbers beside the right gradient, on problems that differ in one thing; no doctor asked."""

from __future__ import annotations

import contextlib
import io
import itertools
import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np

from nnlib.corpus.reader import Case
from nnlib.network import cost, gradients

TOLERANCE = 2e-5  # far above single precision and central differences, far below every mistake of the corpus
RATE = 0.1
KEPT = 25  # calls of one case that are looked at; a check that trains makes hundreds of like ones


class Design(NamedTuple):
    """A kind of problem: layer widths (input first), number of samples T, and the distribution of its numbers.

    biases and scale are the standard deviations of biases and weights. integers: X from -2 to 2, E from 0 and 1.
    non_negative: |X| in place of X. calls: one seed for each call; equal seeds repeat the problem.
    """

    sizes: tuple[int, ...] = (3, 4, 5, 2)
    T: int = 7
    biases: float = 1.0  # their scale
    integers: bool = False
    non_negative: bool = False
    scale: float = 1.0  # of the weights
    calls: tuple[int, ...] = (0, 0, 1)  # the seeds of the calls: the second repeats the first, the third has other data

    def __str__(self) -> str:
        special = ["zero biases"] * (self.biases == 0) + ["integers"] * self.integers
        special += ["inputs of at least 0"] * self.non_negative + ["one call"] * (len(self.calls) == 1)
        special += ["large weights"] * (self.scale > 1)
        samples = "1 sample" if self.T == 1 else f"{self.T} samples"
        return ", ".join(["-".join(map(str, self.sizes)), samples, *special])


GENERIC = Design()
# the conditions of the manifest: a case is silent under one of them if it gives right numbers there, for three seeds
CONDITIONS = {
    "one sample": Design(T=1),
    "one output": Design(sizes=(3, 4, 5, 1)),
    "equal widths": Design(sizes=(4, 4, 4, 4)),
    "zero biases": Design(biases=0.0),
    "first call": Design(calls=(0,)),
    "non-negative inputs": Design(non_negative=True),
}


def problem(design: Design, seed: int = 0, cost_name: str = "squared"):
    """(weights, biases, X, E) of a design; targets are shares that sum to 1 for each sample where the cost is cross-entropy."""
    sizes = (*design.sizes[:-1], max(2, design.sizes[-1])) if cost_name == "cross-entropy" else design.sizes
    rng = np.random.default_rng([seed, *sizes, design.T])
    weights = [design.scale * rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]
    biases = [design.biases * rng.normal(size=n) for n in sizes[1:]]
    if design.integers:
        X, E = rng.integers(-2, 3, (design.T, sizes[0])), rng.integers(0, 2, (design.T, sizes[-1]))
    else:
        X, E = rng.normal(size=(design.T, sizes[0])), rng.uniform(0.1, 0.9, (design.T, sizes[-1]))
    if cost_name == "cross-entropy":
        one_hot = np.eye(sizes[-1], dtype=E.dtype)[rng.integers(sizes[-1], size=design.T)]
        E = one_hot if design.integers or design.scale > 1 else E / E.sum(axis=1, keepdims=True)
    return weights, biases, np.abs(X) if design.non_negative else X, E


def truth(case: Case, given):
    """The right (dW, db) of the case's cost and activations."""
    return gradients(*given, activations=_names(case, len(given[0])), cost=case.cost)


def value(case: Case, given) -> float:
    """The cost that the case is about, of its activations."""
    return cost(*given, activations=_names(case, len(given[0])), cost=case.cost)


def _names(case, layers: int):
    names = case.activations
    return names if isinstance(names, str) else [names[0]] * (layers - 1) + [names[1]]


@dataclass
class Measured:
    """What showed in some calls of a case."""

    where: set = field(default_factory=set)  # the arrays that were wrong
    raised: str = ""  # the first exception, if any
    malformed: str = ""  # what came back in place of two lists of arrays
    mutated: bool = False
    reused: bool = False  # the arrays of an earlier call were changed by a later one

    @property
    def wrong(self) -> bool:
        """Whether anything at all shows that the case is not right."""
        return bool(self.where or self.raised or self.malformed or self.mutated or self.reused)


@contextlib.contextmanager
def quiet():
    """Warnings and prints of the cases are theirs, not ours."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def copies(given):
    """The same problem in arrays of its own."""
    weights, biases, X, E = given
    return [w.copy() for w in weights], [b.copy() for b in biases], X.copy(), E.copy()


def measure(case: Case, designs=(GENERIC,), rates=(RATE,), seed: int = 0) -> Measured:
    """Every design from a fresh start, with every rate where the case is a step; the calls as the design says."""
    found = Measured()
    with quiet():
        for design, rate in itertools.product(designs, rates if case.kind == "train_step" else (None,)):
            watched, more = Watched(case, found), () if rate is None else (rate,)
            with contextlib.suppress(Exception):  # what it raises is noted in `found`
                for call in design.calls:
                    watched(*copies(problem(design, 10 * seed + call, case.cost)), *more)
                    if found.malformed:
                        break
    return found


@cache
def shows(case: Case, design: Design) -> bool:
    """Whether anything shows that the case is wrong on the first problem of a design."""
    return measure(case, (design,)).wrong


class Watched:
    """A case's function; what every call shows, up to KEPT of them, is put into `found` on the way."""

    def __init__(self, case: Case, found: Measured | None = None):
        self.case, self.function, self.found, self.__name__ = case, case.make(), found or Measured(), "gradients"
        self.kept: list[tuple] = []  # results as they came back, and copies of their arrays
        self.calls, self.given = 0, None  # how many, and the arguments of the last one

    def __call__(self, weights, biases, X, E, *rate):
        """Ask the case, and note what came back and what became of the arguments."""
        self.calls += 1
        given = copies(([*map(np.asarray, weights)], [*map(np.asarray, biases)], np.asarray(X), np.asarray(E)))
        try:
            out = self.function(weights, biases, X, E, *rate)
        except Exception as error:
            self.found.raised = self.found.raised or type(error).__name__
            raise
        if self.calls <= KEPT:
            self.given = given
            for before, snapshot in self.kept:
                self.found.reused |= not all(map(same_arrays, before, snapshot))
            arguments = weights, biases, np.asarray(X), np.asarray(E)
            look(self.case, given, arguments, out, rate[0] if rate else None, self.found)
            if not self.found.malformed:
                self.kept.append((out, [[np.array(v) for v in group] for group in out]))
        return out


def look(case: Case, given, arguments, out, rate, found: Measured) -> None:
    """Put into `found` what one call shows: given what it was called with, the arguments as they are now, and its result."""
    found.mutated |= not (all(map(same_arrays, given[:2], arguments[:2])) and same_arrays(given[2:], arguments[2:4]))
    pairs = isinstance(out, tuple | list) and len(out) == 2
    if not pairs or not all(hasattr(group, "__len__") and len(group) == len(given[0]) for group in out):
        found.malformed = found.malformed or f"{type(out).__name__}"
        return
    for kind, values, parameters, truths in zip("Wb", out, given[:2], truth(case, given)):
        for l, (value, parameter, right) in enumerate(zip(values, parameters, truths)):
            if not _agrees(value, parameter, right, rate):
                found.where.add((kind, l))


def same_arrays(first, second) -> bool:
    """Whether two lists hold the same arrays, NaN counted as equal to itself."""
    return len(first) == len(second) and all(
        np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind in "fc") for a, b in zip(first, second)
    )


def _agrees(value, parameter, right, rate) -> bool:
    value = np.asarray(value)
    if value.shape != right.shape or value.dtype.kind not in "iuf" or not np.isfinite(value).all():
        return False
    wrong, size, slack = value - right, right, 0.0
    if rate is not None:
        wrong, size, slack = parameter - value - rate * right, rate * right, 1e-12 * np.linalg.norm(parameter)
    return bool(np.linalg.norm(wrong) <= TOLERANCE * np.linalg.norm(size) + slack)


def silences(case: Case) -> tuple[str, ...]:
    """The CONDITIONS under which a wrong case gives the right numbers and changes nothing, for three seeds; () for right code."""
    if case.category == "correct":
        return ()
    asked = {k: d for k, d in CONDITIONS.items() if not (case.cost == "cross-entropy" and k == "one output")}
    return tuple(k for k, d in asked.items() if not any(measure(case, (d,), seed=seed).wrong for seed in range(3)))
