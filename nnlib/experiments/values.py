"""What a check-up is made of: a curve, a change, an experiment, a finding, and what is known of the network so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


def attempt(function: Callable, *arguments, other=None):
    """function(*arguments), or `other` where the learner's code raises for what is asked: nothing is known then."""
    try:
        return function(*arguments)
    except Exception:
        return other


@dataclass
class Curve:
    """One training run: the cost after so many steps, whether it learned, and where it ended."""

    at: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    aim: float = np.nan  # the cost that counts as learned
    constant: float = np.nan  # the cost of the best constant answer
    learned: bool = False
    raised: str = ""
    moved: bool = False  # did any parameter change?
    end: list | None = None  # the parameters after the last step
    right: float = np.nan  # the share of samples that the last outputs put into their class
    seconds: float = 0.0

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return self.at[-1] if self.at else 0

    @property
    def cost(self) -> float:
        """The last cost."""
        return self.costs[-1] if self.costs else np.nan


@dataclass(frozen=True)
class Change:
    """One thing that is done otherwise: with the data, the start, a step, or the measure. `words` says it after "with"."""

    cause: str
    words: str
    advice: str = ""
    data: Callable = lambda X, Y: (X, Y)
    start: Callable | None = None  # values -> values
    step: Callable | None = None  # (bench, x, y): makes one step; what it remembers of a run lies in bench.memory
    measure: Callable | None = None  # (X, Y) -> cost: their own run, looked at otherwise
    aim: Callable | None = None  # (outputs, Y) -> (the cost that counts as learned, that of a constant answer)
    own: Callable | None = None  # (steps, seconds) -> Curve: a run of the rebuilt network, not of theirs
    longer: int = 1
    both: bool = False  # two changes at once
    sure: bool = False  # a cure by it needs no look to point at its cause: nothing else can explain it


@dataclass(frozen=True)
class Experiment:
    """What became of a run with one thing changed; `at` and `costs` are its curve, `right` a share of samples."""

    cause: str
    words: str
    advice: str
    learned: bool
    cost: float
    constant: float
    steps: int
    at: tuple[int, ...]
    costs: tuple[float, ...]
    seconds: float
    raised: str
    right: float

    @classmethod
    def of(cls, change: Change, c: Curve) -> Experiment:
        """The experiment that a change and its curve are."""
        curve = c.learned, c.cost, c.constant, c.steps, tuple(c.at), tuple(c.costs), c.seconds, c.raised, c.right
        return cls(change.cause, change.words, change.advice, *curve)

    def __str__(self) -> str:
        end = f"raises {self.raised}" if self.raised else f"cost {self.cost:.3g} after {self.steps} steps"
        return f"{'learns' if self.learned else 'does not learn'} with {self.words}: {end}"


@dataclass(frozen=True)
class Finding:
    """Something out of the ordinary: the cause it points at, a sentence, its number, the limit, the reason for the limit."""

    cause: str
    words: str
    number: float = np.nan
    limit: float = np.nan
    source: str = ""

    def __str__(self) -> str:
        return self.words


@dataclass
class Study:
    """What the looks and the changes work on: the bench, the rebuilt network, slopes, the first run, what is known."""

    bench: object
    chain: object  # the rebuilt network, or None
    slopes: object
    base: Curve
    steps: int
    findings: list = field(default_factory=list)
    last: Experiment | None = None  # the one made last
    score: float = np.nan  # by how much of what was left their score passed the best constant answer's
    hits: tuple[float, float] = (np.nan, np.nan)  # right answers: what their score says, what is counted here
    sharp: float = np.nan  # rate times curvature at the start
    gradient: str = ""  # "right", "wrong", "still", "" where it cannot be told
    by_sign: bool = False  # does a step go by the sign of the slope, as the first of Adam's does?
    remembers: bool = False  # does the rule carry anything from step to step?
    parted: bool = False  # does a step part inputs and targets?
    ordered: bool = False  # does a step depend on the order of the rows?
    random: bool = False  # do two steps from one place differ though the rule remembers nothing?

    @property
    def X(self) -> np.ndarray:
        """The inputs, a row for each sample."""
        return self.bench.rows(self.bench.X).astype(float)

    @property
    def E(self) -> np.ndarray:
        """The targets as they are, a row for each sample."""
        return self.bench.rows(self.bench.Y)

    def accused(self, *causes: str) -> str | None:
        """The first finding's cause that is one of these."""
        return next((f.cause for f in self.findings if f.cause in causes), None)
