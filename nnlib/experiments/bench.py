"""The learner's training, ready to be run again from its own start: parameters in and out, steps, costs, curves."""

from __future__ import annotations

import copy
import time

import numpy as np

from nnlib.doctor.brought.patient import Patient
from nnlib.doctor.costs import Cost
from nnlib.doctor.running.calling import quiet, said
from nnlib.experiments import aims, parameters
from nnlib.experiments.layout import Layout
from nnlib.experiments.values import Change, Curve, attempt

POINTS = 40  # how many costs of a run are kept
SURE = 0.8  # a run may end early once its cost is below this share of what counts as learned, twice in a row
STILL = 1e-9  # relative: a cost that moved less than this in a third of the steps does not move
NOTHING = Change("none", "nothing changed")


class Bench(Layout):
    """A learner's network with its step, output and cost, and the data as they hand them over.

    `values()` and `put(values)` read and write the parameters as arrays; `reset()` puts back everything that can be
    reached from the network and from the functions: optimiser states, counters, random generators.
    """

    def __init__(self, net, X, Y, step, output, cost, score=None, seed=0):
        super().__init__(X, Y)
        self.named, self._cost, self._score, self.seed = None if callable(cost) else Cost(cost), cost, score, seed
        self.patient = Patient(net, step=step, output=output, seed=seed)
        self.memory: dict = {}  # of a change's step, from the first step of a run to its last
        self.before_step = False  # does their step rely on what the forward pass left behind?
        self.names = parameters.found(self)
        self.whole = parameters.whole_numbers(self)
        self.start = self.values()
        self.before_step = parameters.relies(self)

    # ------------------------------------------------------------ their code

    def reset(self) -> None:
        """Everything as it was when the check-up began."""
        self.patient.restore()

    def step(self, X, Y) -> None:
        """One step of theirs."""
        if self.before_step:
            self.patient.output_function(X)
        self.patient.step_function(X, Y)

    def output(self, X) -> np.ndarray:
        """Their outputs, as an array of floats."""
        given = self.patient.output_function(X)
        return np.array(given[0] if isinstance(given, tuple) else given, dtype=float)

    def cost(self, A, Y) -> float:
        """Their cost of these outputs."""
        if self.named is None:
            return float(np.real(self._cost(A, Y)))
        return float(self.named(self.rows(A), self.targets(A, Y)))

    def measure(self, X, Y) -> float:
        """The cost of the network as it is now."""
        return self.cost(self.output(X), Y)

    def aims(self, A, Y) -> tuple[float, float]:
        """(the cost that counts as learned, the cost of the best constant answer)."""
        return aims.aims(self, A, Y)

    def score(self, A, X, Y) -> float:
        """Their score, called with outputs and targets, or with inputs and targets where it wants those."""
        if self._score is None:
            return np.nan
        try:
            return float(self._score(A, Y))
        except Exception:  # it may want the inputs; what that call raises is reported
            return float(self._score(X, Y))

    # ------------------------------------------------------------ parameters

    def values(self) -> list[np.ndarray]:
        """The parameters, as copies."""
        return [self.patient.value(name) for name in self.names]

    def put(self, values) -> None:
        """Write the parameters: into the arrays that are there where their shapes allow it."""
        self.patient.set(dict(zip(self.names, values)))

    def put_as(self, dtype) -> None:
        """Put arrays of another number type in the place of the parameters."""
        for name in self.names:
            self.patient.leaves[name].replace(np.asarray(self.patient.value(name), dtype))

    # ------------------------------------------------------------ a run

    def train(self, steps: int, change: Change = NOTHING, *, seconds: float = np.inf, early: bool = True) -> Curve:
        """Run the training from its own start, with one thing changed.

        It ends after so many seconds, and, where `early`, as soon as nothing more is to be seen.
        """
        began, curve = time.perf_counter(), Curve()
        with quiet():
            self.reset()
            try:
                self._train(steps, change, curve, began + seconds, early)
            except Exception as error:
                curve.raised = said(error)
            self.reset()
        curve.seconds = time.perf_counter() - began
        return curve

    def _train(self, steps, change, curve, until, early) -> None:
        X, Y = change.data(copy.deepcopy(self.X), copy.deepcopy(self.Y))
        x, y = copy.deepcopy(X), copy.deepcopy(Y)
        drawn = change.start(self.values()) if change.start else None
        if drawn is not None:
            self.put(drawn)
        first, measure = self.values(), change.measure or self.measure
        keep = set(np.unique(np.linspace(0, steps, POINTS + 1).astype(int)).tolist())
        self._aim(curve, X, Y, change.aim or self.aims)
        self._record(curve, 0, measure, X, Y)
        self.memory, step = {}, change.step or Bench.step
        for k in range(1, steps + 1):
            step(self, x, y)
            late = time.perf_counter() > until
            if k in keep or late:
                self._record(curve, k, measure, X, Y)
                if late or (early and _settled(curve, steps)):
                    break
        curve.end = self.values()
        curve.moved = not all(map(parameters.same, first, curve.end))
        A = attempt(self.output, X)
        curve.right = np.nan if A is None else self.hits(A, Y)[0]
        last = curve.costs[-3:]
        curve.learned = bool(len(curve.costs) > 1 and max(last[-1], float(np.median(last))) < curve.aim)

    def _aim(self, curve, X, Y, aim) -> None:
        try:
            curve.aim, curve.constant = aim(self.output(X), Y)
        except Exception as error:  # the step may raise as well, and then says why
            curve.raised = said(error)

    def _record(self, curve, k, measure, X, Y) -> None:
        try:
            value = float(measure(X, Y))
        except Exception as error:
            value, curve.raised = np.nan, said(error)
        curve.at.append(k), curve.costs.append(value)


def _settled(curve: Curve, steps: int) -> bool:
    """Whether more steps would show nothing new: clearly learned, infinite or NaN, or not moving at all."""
    costs = curve.costs
    if len(costs) > 3 and max(costs[-2:]) < SURE * curve.aim:
        return True
    if len(costs) > 4 and not np.isfinite(costs[-4:]).any():
        return True
    third = curve.at[-1] >= steps / 3 and len(costs) > 5
    return third and max(costs) - min(costs) <= STILL * abs(max(costs))
