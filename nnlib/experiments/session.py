"""One check-up: the first run, the looks, the runs with one thing changed, within a budget of seconds."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import combinations

import numpy as np

from nnlib.doctor.running.calling import quiet, said
from nnlib.experiments import data_looks, direction, moves, network_changes, network_looks, step_changes
from nnlib.experiments.bench import Bench
from nnlib.experiments.rebuilt import rebuild
from nnlib.experiments.slopes import Slopes
from nnlib.experiments.values import Change, Curve, Experiment, Study, attempt

SHARE = 1 / 6  # of the budget, that one run may take


class Session:
    """`run()` makes the runs; then `study` holds what is known, `tried` every change with its experiment."""

    def __init__(self, bench: Bench, steps: int | None, budget: float, spoken: bool = True):
        self.bench, self.steps, self.budget, self.began = bench, steps, budget, time.perf_counter()
        self.notes, self.tried, self.interrupted, self.left_out, self.shown = [], [], False, 0, 0
        self.spoken = spoken
        self.study = self.adopted = self.first = None

    @property
    def learns(self) -> bool:
        """Did the first run learn, by its cost or by their score?"""
        return self.study.base.learned or bool(self.study.score > 0.5)

    @property
    def cured(self) -> bool:
        """Is there a cure that a look had pointed at? Then one change of each other kind will do."""
        return any(e.learned and (c.sure or self.study.accused(c.cause)) for c, e in self.tried)

    def left(self) -> float:
        """Seconds of the budget that are left."""
        return self.began + self.budget - time.perf_counter()

    def run(self) -> None:
        """Everything, in order; an interrupt keeps what is done."""
        try:
            self._lengths()
            self._begin()
            if not self.learns and (self.study.base.raised or data_looks.missing(self.study) is not None):
                self._try(step_changes.FIRST)
                self._adopt()
            asked, rest = self._plan()
            self._try(asked)
            if rest and not any(e.learned for _, e in self.tried):
                self._together()
            self._try(rest)
        except KeyboardInterrupt:
            self.interrupted = True
            if self.study is None:
                raise
            self.notes.append(f"Interrupted: {len(self.tried)} runs had been made.")
        finally:
            self.bench.patient.close()
            self.progress(None)
        if self.left_out:
            self.notes.append(f"The budget of {self.budget:g} s was used up: {self.left_out} changes were not tried.")

    def progress(self, words: str | None) -> None:
        """One line of plain text that appears after two seconds and is erased at the end."""
        seconds = time.perf_counter() - self.began
        if not self.spoken or not self.shown and (words is None or seconds < 2):
            return
        text = f"check-up: {len(self.tried)} runs, {seconds:.0f} s of {self.budget:g}: {words}"[:100] if words else ""
        sys.stdout.write("\r" + text.ljust(self.shown) + ("" if words else "\r"))
        sys.stdout.flush()
        self.shown = len(text)

    # ------------------------------------------------------------ the first run

    def _lengths(self) -> None:
        """How many steps make a run, and on how many of the samples."""
        b = self.bench
        probe, more = b.train(2, early=False), b.train(12, early=False)
        most = int(SHARE * self.budget / max((more.seconds - probe.seconds) / 10, 1e-5))
        if not np.array_equal(probe.costs, more.costs[: len(probe.costs)], equal_nan=True):
            self.notes.append(
                "Something in your code could not be put back (chance, or a hidden state): runs differ by it."
            )
        if self.steps is None:
            self.steps = int(np.clip(most, 10, 2000))
            self.notes.append(f"steps= was not given: a run is {self.steps} steps here.")
        if self.steps > most and not probe.raised and b.T > 200:
            T, full = max(200, int(b.T * most / self.steps)), b.T
            b.X, b.Y = b.part(np.random.default_rng(0).permutation(full)[:T])
            b.T = T
            self.notes.append(f"A run takes long: all were made on {T} of the {full} samples, drawn at random.")

    def _begin(self) -> None:
        """The first run, and what can be seen before any other."""
        b = self.bench
        base = b.train(self.steps, seconds=2 * SHARE * self.budget, early=False)
        with quiet():
            chain = rebuild(b)
            self.study = s = Study(b, chain, Slopes(b, chain), base, self.steps)
            self._score(s)
        if base.learned:
            s.sharp = attempt(moves.sharpness, s, other=np.nan)
            return
        s.findings = network_looks.look(s)
        s.findings += network_looks.look(s, (direction.gradient, moves.memory, direction.parted, moves.rate))
        s.ordered, s.random = attempt(moves.order, s, other=(False, False))

    def _score(self, s: Study) -> None:
        """By how much of what was left the learner's score passes that of the best constant answer."""
        b = self.bench
        if s.base.end is None or s.base.raised:
            return
        b.put(s.base.end)
        A = b.output(b.X)
        counted, constant = b.hits(A, b.Y)
        try:
            s.hits = b.score(A, b.X, b.Y), counted
        except Exception as error:
            self.notes.append(f"Your score raised {said(error)}")
        b.reset()
        constant = constant if np.isfinite(constant) else 0.0
        s.score = (s.hits[0] - constant) / max(1 - constant, 1e-9)

    # ------------------------------------------------------------ the others

    def _plan(self):
        s = self.study
        if s.base.learned:
            return (network_changes.counted,), ()
        if self.learns:
            return step_changes.AFTERWARDS, ()
        stuck = s.base.raised or data_looks.missing(s) is not None or data_looks.one_class(s)  # nothing else can help
        return ((), ()) if stuck else step_changes.plan(s)

    def _adopt(self) -> None:
        """Where the run raised, or the data held NaN, go on from the first change with which it runs."""
        if any(e.learned for _, e in self.tried):
            return
        for change, made in self.tried:
            if not made.raised and np.isfinite(made.cost):
                self.adopted, self.first = change, self.study
                self.bench.X, self.bench.Y = change.data(self.bench.X, self.bench.Y)
                self._begin()
                return

    def _try(self, plan) -> None:
        """Every change of the plan; of each kind until the first that cures."""
        for make in plan:
            for change in _made(make, self.study):
                if self.left() <= 0:
                    self.left_out += 1
                elif self._one(change).learned or self.cured:
                    break

    def _one(self, change: Change) -> Experiment:
        s, seconds = self.study, min(self.left(), SHARE * self.budget)
        if change.longer > 1:
            seconds = min(seconds, max(0.5, 2 * s.base.seconds) if self.cured else max(1.0, 3 * s.base.seconds))
        try:
            if change.measure:
                curve = self._looked_at(change)
            elif change.own:
                with quiet():
                    curve = change.own(self.steps, seconds)
            else:
                curve = s.bench.train(self.steps * change.longer, change, seconds=seconds)
        except Exception as error:  # the learner's code does not take what was changed
            curve = Curve(raised=said(error))
            s.bench.reset()
        s.last = Experiment.of(change, curve)
        self.tried.append((change, s.last))
        self.progress(change.words)
        return s.last

    def _looked_at(self, change: Change) -> Curve:
        """The end of the first run by another measure; the whole run again where that says that it learned."""
        s, b, ends = self.study, self.study.bench, []
        with quiet():
            for values in (b.start, s.base.end):
                b.put(values)
                ends.append(float(change.measure(b.X, b.Y)))
            aim, constant = (change.aim or b.aims)(b.output(b.X), b.Y)
            b.reset()
        if ends[1] < aim:
            return b.train(self.steps, change, seconds=2 * SHARE * self.budget, early=False)
        return Curve([0, s.base.steps], ends, aim, constant)

    def _together(self) -> None:
        """Two changes at once, where no single one cures: those that the looks ask for."""
        firsts = {}
        for change, _ in self.tried:
            if not change.own and not change.measure and self.study.accused(change.cause):
                firsts.setdefault(change.cause, change)
        for a, b in combinations(firsts.values(), 2):
            if (
                self.left() > 0
                and not (a.step and b.step)
                and not (a.start and b.start)
                and self._one(_both(a, b)).learned
            ):
                return


def _both(a: Change, b: Change) -> Change:
    """Two changes as one."""
    return replace(
        a, words=f"{a.words}, and {b.words}", advice=f"{a.advice} {b.advice}", both=True,
        data=lambda X, Y: b.data(*a.data(X, Y)), start=a.start or b.start, step=a.step or b.step,
    )  # fmt: skip


def _made(make, s: Study):
    """The changes of one kind; none more where the learner's code raises for what they need."""
    plan = make(s)
    while True:
        with quiet():
            change = attempt(next, plan, None)
        if change is None:
            return
        yield change
