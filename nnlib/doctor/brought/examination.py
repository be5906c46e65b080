"""The examination of code brought as it is: try the ways of reading it, judge each array, look for what explains the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought import samples as draw
from nnlib.doctor.brought.compare import Seen, better, fit
from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.reading import (
    Rate,
    Reading,
    Unread,
    acting,
    find_rate,
    free_count,
    inputs_that_run,
    rates,
    read,
)
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.brought.truth import FEW, Slope, precision, slopes
from nnlib.doctor.costs import UNDECLARED, Cost

SECONDS = 20.0  # for trying ways of reading


def _worth_trying(samples: Samples, best: Seen) -> bool:
    """What runs in one form is not tried in another, unless it is for one sample at a time."""
    return samples.form == best.reading.samples.form or best.reading.misshapen > 0


class Examination:
    """One patient, its costs and data as they were declared, and how it is read: its rate, what was tried, what failed."""

    def __init__(
        self, patient: Patient, costs: list[Cost], data=None, climb=False, trusted=False, decay: float | None = None
    ):
        self.patient, self.costs, self.data, self.decay = patient, costs, data, decay
        self.sign, self.trusted = (-1.0 if climb else 1.0), trusted
        self.rate: Rate | None = None
        self.prepared, self.failures, self.deadline = False, [], time.perf_counter() + SECONDS
        self.notes: list[str] = []
        self.judged = 0  # readings so far: later ones of a large network are looked at less closely
        self.anew = False  # does a step begin with weights of its own?
        self._acting: dict[tuple, list[str]] = {}

    # ------------------------------------------------------------ ways of reading

    def candidates(self) -> Iterator[Samples]:
        """The samples to try, likeliest first: the given ones, or drawn in every form and with every kind of target."""
        if self.data is not None:
            try:
                found = draw.given(*self.data, self.patient.output)
            except CallFailed as failure:
                return self.failures.append(failure)
            yield found
            return
        rng = np.random.default_rng(1)
        real = bool(self.costs) and not self.costs[0].of_probabilities
        for T in (free_count(self.patient), 128, 1000):
            for form, X, A in inputs_that_run(self.patient, T):
                for kind, Y in draw.targets(form, A, T, rng, real):
                    yield Samples(X, Y, form, 1 if form in draw.SINGLE else T, kind)
            if not any(isinstance(f, Unread) for f in self.failures):
                return  # more samples are tried only where nothing moved

    def acting(self, samples: Samples) -> list[str]:
        """The floats that the output depends on for inputs of this width; of some samples alone it may be fewer."""
        key = (samples.form, samples.shape_of_one)
        if key not in self._acting:
            self._acting[key] = acting(self.patient, samples.X)
        return self._acting[key]

    def run(self) -> Seen | None:
        """The first reading under which the code is right, else the one under which most arrays are; None where none runs.

        Where a step's rate or its rounds stand in the code itself, a copy of it with one round is tried last.
        """
        best = self._first_right()
        if best is None and self.patient.all_rounds():  # code that counts by their number may raise with one
            self.failures, best = [], self._first_right()
        patient, step, start = self.patient, self.patient.step_function, self.patient.start
        if best is None and self.failures and not any(isinstance(f, Unread) or f.outcome.slow for f in self.failures):
            patient.answer_each()
            self.notes.append("your forward pass is called with one sample after another")
            best = self._first_right()
        if step is None or self.rate or (best is not None and best.right) or not (copy := step.of_one_round()):
            return best
        patient.step_function, self.prepared = copy, False
        again = self._first_right()
        if again is not None and (best is None or again.fit.score > best.fit.score):
            held = f" that makes one round of {copy.held}" if copy.held else ""
            self.notes.append(f"judged by a copy of your step{held}, with its rate in hand")
            return again
        patient.step_function, self.rate, patient.start = step, None, start
        patient.restore()
        return best

    def _first_right(self) -> Seen | None:
        best = None
        for samples in self.candidates():
            if best is not None and (time.perf_counter() > self.deadline or not _worth_trying(samples, best)):
                break
            try:
                result = self.judge(samples)
            except CallFailed as failure:
                self.failures.append(failure)
                if failure.outcome.slow:
                    break
            except Unread as failure:
                self.failures.append(failure)
                if failure.stale and best is None:
                    break
            else:
                best = result if best is None or better(result, best) else best
                if result.right:
                    break
        return best

    # ------------------------------------------------------------ one reading

    @property
    def unit(self) -> float:
        """What a claim is multiplied by to be a gradient: the sign, over the rate where it is known."""
        return self.sign / (self.rate.now if self.rate else 1.0)

    def read(self, samples: Samples, names=None) -> Reading:
        """Claims in units of a gradient where the rate is known: of one sign and up to a factor otherwise.

        With `names` for these parameters, whatever they do; else for those that act on the output.
        """
        trusted = self.trusted or names is not None
        reading = read(self.patient, samples, self.acting(samples) if names is None else list(names), trusted)
        claims = {n: None if a is None else self.unit * np.asarray(a, float) for n, a in reading.claims.items()}
        return replace(reading, claims=claims)

    def judge(self, samples: Samples) -> Seen:
        """Read the code on these samples and compare, by the cost that fits best; raises what `read` raises."""
        return max(self.by_each_cost(samples), key=lambda s: (s.fit.score, s.fit.common > 0))  # the first of equals

    def by_each_cost(self, samples: Samples) -> list[Seen]:
        """Read the code on these samples and compare, by every cost that may be meant."""
        reading = self.read(samples)
        if not self.prepared:
            reading = self._prepare(samples, reading)
        names, costs = list(reading.claims), self._costs(samples)
        eps = precision(self.patient, names, samples.X)
        found = slopes(self.patient, samples, costs, names, seconds=0.7 if self.judged else 3.0)
        self.judged += 1
        return [
            Seen(reading, cost, true, fit(reading.claims, true, eps, expected=1.0 if self.in_units else None))
            for cost, true in zip(costs, found)
        ]

    def few(self, samples: Samples, cost: Cost, names) -> dict[str, Slope]:
        """Slopes along a few entries of each array."""
        return slopes(self.patient, samples, [cost], names, entries=FEW)[0]

    @property
    def in_units(self) -> bool:
        """Are the claims in units of a gradient: returned as such, or the change of a step over its known rate?"""
        return self.patient.grads_function is not None or self.rate is not None

    def _costs(self, samples: Samples) -> list[Cost]:
        """The cost that was declared, and what it may be meant for where the outputs are no classes; else all that fit."""
        rows = samples.outputs(self.patient.output(samples.X))
        inside, whole = 0 < rows.min() and rows.max() < 1, np.allclose(rows.sum(axis=1), 1, atol=1e-3)
        if not self.costs:
            fitting = (c for c in UNDECLARED if c.on_logits != inside or not c.of_probabilities)
            classes = rows.shape[1] > 1 and whole
            return [c for c in fitting if classes or c.name != "cross-entropy" or c.on_logits]
        odd = self.costs[0].name == "cross-entropy" and not self.costs[0].on_logits and not whole
        return [*self.costs, Cost("bce") if inside else Cost("cross-entropy", logits=True)] if odd else self.costs

    def _prepare(self, samples: Samples, reading: Reading) -> Reading:
        """From now on every call begins a little off the learner's start, and with a rate so small that steps add up."""
        patient, self.prepared = self.patient, True
        names, state = list(reading.claims), patient.start
        if patient.step_function is not None:
            if self._own_start(samples, names):
                self.shrink(samples, names)
                return self.read(samples)
            self._find_rate(samples, names)
        rng = np.random.default_rng(3)
        moved = {}
        for name in names:
            old = patient.value(name)
            spread = 0.2 * np.sqrt((old.astype(float) ** 2).mean()) or 0.1
            moved[name] = (old + spread * rng.standard_normal(old.shape)).astype(old.dtype)
        patient.set(moved)
        patient.move_start()
        try:
            if self.rate:
                self.shrink(samples, names)
            return self.read(samples)
        except (CallFailed, Unread):
            patient.start = state
            patient.restore()
            return self.read(samples)

    def _find_rate(self, samples: Samples, names) -> None:
        changed = self.patient.change(samples.X, samples.Y)
        self.rate = find_rate(self.patient, samples, [n for n in names if np.isfinite(changed[n]).all()], changed)

    def _own_start(self, samples: Samples, names) -> bool:
        """Does a step forget the weights and begin with its own? Those are the place to judge at: a tiny rate shows them."""
        patient, state = self.patient, self.patient.start
        after = self._after(samples, names)
        with patient.start_at({n: (v + 1.0).astype(v.dtype) for n, v in after.items()}):
            other = self._after(samples, names)
        if not all(np.allclose(after[n], other[n], rtol=1e-6, atol=1e-13) for n in names):
            return False
        for rate in rates(patient):
            with rate.at(1e-6):
                begun = self._after(samples, names)
            patient.set(begun)
            patient.move_start()
            self._find_rate(samples, names)
            if self.rate:
                self.anew = True
                self.notes.append("the step begins with weights of its own each time: judged there")
                return True
            patient.start = state
            patient.restore()
        return False

    def _after(self, samples: Samples, names) -> dict[str, np.ndarray]:
        changed = self.patient.change(samples.X, samples.Y)
        return {n: (self.patient.value(n) - changed[n]).astype(self.patient.value(n).dtype) for n in names}

    def shrink(self, samples: Samples, names) -> None:
        """Choose the rate so small that what a step changes is the first order: steps after each sample add up.

        A step that explodes says nothing of the size of a smaller one: the rate falls by thousands until it does not.
        """
        patient, first_order = self.patient, 1e-6 if precision(self.patient, names, samples.X) < 1e-10 else 3e-3
        sizes = {n: np.abs(patient.value(n)).max() + 0.1 for n in names}
        for _ in range(8):
            change = patient.change(samples.X, samples.Y)
            largest = max((np.abs(change[n]).max() / size for n, size in sizes.items()), default=0.0)
            if largest < 1:
                break
            self.rate.scale(self.rate.factor * 1e-3)
        if largest > 0 and np.isfinite(largest):
            self.rate.scale(min(1.0, self.rate.factor * first_order / largest))
