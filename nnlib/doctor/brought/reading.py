"""Read the learner's code: how it takes its samples, what its step changes, what its rate is, which floats are parameters."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.brought import samples as draw
from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.running.signature import RATE

LETTERS = re.compile(
    r"^(w|b|u|v|theta|weights?|bias(es)?|kernel|shift|gamma|beta|coef.*|intercept.*)_?[\w]{0,3}$", re.I
)


@dataclass(frozen=True)
class Reading:
    """One way of reading the code: the samples, and what it says the gradient of each parameter is (None: nothing)."""

    samples: Samples
    claims: dict[str, np.ndarray | None]
    fixed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    misshapen: int = 0  # gradients that are larger than their parameters: not added up over the samples


def inputs_that_run(patient: Patient, T: int) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(form, X, output) for each way of handing over inputs that the forward pass takes; rows first."""
    rng = np.random.default_rng(0)
    shapes = [v.shape if v.size > 1 else () for v in map(patient.value, patient.leaves) if v is not None]
    sides = draw.widths(sorted(shapes, key=lambda s: len(s) < 2))
    start = time.perf_counter()
    for form in draw.FORMS:
        runs = []
        for X in (draw.inputs(form, n, T, rng) for n in sides):
            if time.perf_counter() - start > 20:
                return
            with contextlib.suppress(CallFailed):
                A = patient.output(X)
                if draw.reads(form, A, T):
                    runs.append(_used(patient, form, X, A))
        if runs:  # code that pairs inputs and weights by zip runs with fewer inputs than it has weights for
            yield form, *max(runs, key=lambda run: run[0].size)


def _used(patient: Patient, form: str, X: np.ndarray, A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The inputs without the last ones that nothing depends on, and their output."""
    turn = np.asarray if form in ("columns", "column", "vector") else np.transpose
    V = turn(X)  # the inputs of a sample along the first axis
    with contextlib.suppress(CallFailed):
        while 1 < len(V) <= 64:
            other = V.copy(order="K")
            other[-1] += 0.7
            if not all(np.array_equal(patient.output(turn(v)), A) for v in (other, V[:-1])):
                break
            V = V[:-1]
    return turn(V), A


def free_count(patient: Patient) -> int:
    """A number of samples that is no width of the network, so that axes cannot be confused."""
    sides = {n for name in patient.leaves if (v := patient.value(name)) is not None for n in v.shape}
    return next(T for T in (7, 6, 5, 9, 8, 11, 13, 17) if T not in sides or T == 17)


def read(patient: Patient, samples: Samples, active: list[str], trusted: bool) -> Reading:
    """What step or grads say of these samples. Raises CallFailed where they raise, Unread where nothing can be read."""
    words, misshapen = "", 0
    if patient.step_function is not None:
        claims = patient.change(samples.X, samples.Y)
        covered = _moved(patient, samples, active, claims)
    else:
        given, words = patient.claims(samples.X, samples.Y, active)
        if not given:
            raise Unread("grads(X, Y) returns no arrays, and leaves none behind under names like dW1 or grad_W1", {})
        claims = {n: a for n, a in given.items() if a is not None}
        covered, misshapen = list(claims), sum(np.size(a) > max(patient.value(n).size, 1) for n, a in claims.items())
    names = parameters(active, covered, trusted, patient)
    fixed = tuple(n for n in active if n not in names)
    return Reading(samples, {n: claims.get(n) for n in names}, fixed, (words,) if words else (), misshapen)


def _moved(patient: Patient, samples: Samples, active: list[str], changed) -> list[str]:
    """The floats that a step moves. Raises Unread where it moves none, or gives one another shape."""
    moved = [n for n in active if np.isnan(changed[n]).any() or changed[n].any()]
    if not moved:
        twice = patient.change(samples.X, samples.Y, times=2)
        stale, words = any(np.any(twice[n]) for n in active), "step(X, Y) changes no number that the output depends on"
        raise Unread(words, changed, still=True, stale=stale, active=active)
    spoilt = [n for n in moved if np.isnan(changed[n]).any()]
    if spoilt:
        raise Unread(f"after step(X, Y) {spoilt[0]} has another shape, or is not finite", changed)
    return moved


def acting(patient: Patient, X, seed: int = 0) -> list[str]:
    """The names of the floats that the output depends on, in the order in which they were found.

    What a forward pass writes itself (stored inputs and activations, running means) is no parameter.
    """
    rng, base, names = np.random.default_rng(seed), patient.output(X), []
    kept = patient.written_by_output(X)
    for name in (n for n in patient.leaves if n not in kept):
        old = patient.value(name)
        if old is None or not old.size:
            continue
        for size in (0.3, 3.0):
            spread = size * (np.abs(old).mean() or 1.0)
            try:
                patient.set({name: (old + spread * rng.standard_normal(old.shape)).astype(old.dtype)})
                other = patient.output(X)
            except CallFailed:
                break
            finally:
                patient.start.restore()
            if other.shape != base.shape or not np.array_equal(other, base, equal_nan=True):
                names.append(name)
                break
    return names


class Unread(Exception):
    """Nothing could be read: in words, and the change of every float; `still`: a step moves none, `stale`: two steps do."""

    def __init__(self, words: str, changed, still: bool = False, stale: bool = False, active=()):
        super().__init__(words)
        self.changed, self.active = changed, active
        self.still, self.stale = still, stale


def parameters(acting: list[str], covered: list[str], trusted: bool, patient: Patient) -> list[str]:
    """Those of the acting floats that are meant to be learned: what is covered, its like by name, and weights by name.

    A lone number, or an array of another name, that no step moves and no gradient covers is taken as fixed.
    `trusted`: the arrays themselves were brought, so that all of them are meant.
    """
    if trusted:
        return acting

    def pattern(name):
        return re.sub(r"\d+", "#", name)

    like = {pattern(n) for n in covered}
    chosen = []
    for name in acting:
        alone = patient.value(name).ndim == 0 and not re.search(r"\d[\]\"]*$", name)
        letters = LETTERS.match(patient.leaves[name].word) and not alone
        if name in covered or pattern(name) in like or letters:
            chosen.append(name)
    return _without_doubles(chosen, covered, patient)


def _without_doubles(names: list[str], covered: list[str], patient: Patient) -> list[str]:
    """Of arrays that share their numbers (a flat array and views of it) the parts are kept if they are the whole and covered."""
    arrays = {n: patient.leaves[n].value for n in names if isinstance(patient.leaves[n].value, np.ndarray)}
    dropped = set()
    for name, whole in arrays.items():
        parts = [n for n, a in arrays.items() if n != name and a.size < whole.size and np.shares_memory(a, whole)]
        instead = sum(arrays[n].size for n in parts) == whole.size and set(parts) <= set(covered)
        dropped.update([name] if parts and instead else parts)
    return [n for n in names if n not in dropped]


# ---------------------------------------------------------------- the learning rate of a step


@dataclass
class Rate:
    """The learner's rate: an argument of the step, or a float that the change is proportional to; `factor` times it is used."""

    patient: Patient
    name: str
    value: float
    argument: bool
    factor: float = 1.0

    @property
    def now(self) -> float:
        """The rate that is used."""
        return self.value * self.factor

    def scale(self, factor: float) -> None:
        """Use factor times the learner's rate from now on (a float is set in the state that calls begin from)."""
        self.factor = factor
        if self.argument:
            self.patient.step_function.set_rate(self.now)
        else:
            self.patient.set({self.name: np.asarray(self.now)})
            self.patient.move_start()

    @contextmanager
    def at(self, factor: float) -> Iterator[None]:
        """Use factor times the learner's rate inside."""
        old = self.factor
        try:
            self.scale(factor)
            yield
        finally:
            self.scale(old)


def rates(patient: Patient, named: bool = True) -> list[Rate]:
    """What may be the rate: an argument of the step, or lone numbers that hang on the code; `named`: like a rate alone."""
    step = patient.step_function
    if step.rate is not None:
        return [Rate(patient, step.rate, step.given[step.rate], True)]
    lone = {n: v for n in patient.leaves if (v := patient.value(n)) is not None and v.ndim == 0}
    first = [n for n in lone if RATE.match(patient.leaves[n].word)]
    found = first if named else [*first, *(n for n in lone if n not in first)]
    return [Rate(patient, n, float(lone[n]), False) for n in found]


def find_rate(patient: Patient, samples: Samples, names, changed) -> Rate | None:
    """The rate, where it is an argument or a float that hangs on the code; None where it stands in the code itself."""
    possible = [r for r in rates(patient, named=False) if r.argument or r.name not in names]
    return next((r for r in possible[:25] if r.argument or _in_proportion(r, samples, names, changed)), None)


def _in_proportion(rate: Rate, samples: Samples, names, changed) -> bool:
    """Is a thousandth of it a thousandth of the change?"""
    if not rate.value or not np.isfinite(rate.value):
        return False
    try:
        with rate.at(1e-3):
            less = rate.patient.change(samples.X, samples.Y)
    except CallFailed:
        return False
    ratios = [float(np.linalg.norm(less[n]) / np.linalg.norm(changed[n])) for n in names if changed[n].any()]
    return bool(ratios) and all(0.3e-3 < r < 3e-3 for r in ratios)
