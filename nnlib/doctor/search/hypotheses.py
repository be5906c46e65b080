"""What is known of the learner, and what would give it: evidence and hypotheses as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from nnlib.doctor.candidates.factors import Places, power
from nnlib.doctor.candidates.passes import Candidate, answer
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import right
from nnlib.doctor.questions.problems import Problem


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of the learner: for each problem 2L arrays (None: unknown) and the tolerances at which they count."""

    setting: object
    problems: tuple[Problem, ...]
    arrays: tuple
    tolerances: tuple
    raised: tuple[Problem, ...] = ()
    tolerance: float = 1e-8

    @property
    def places(self) -> Places:
        """The columns of all arrays, for the names of factors."""
        return _places(self.problems, self.setting.kind)

    def part(self, n: int) -> Evidence:
        """The first n problems alone."""
        return replace(self, problems=self.problems[:n], arrays=self.arrays[:n], tolerances=self.tolerances[:n])


@cache
def _places(problems, kind):
    return Places(problems, kind)


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One way to get the learner's numbers: the slips that make them, and how simple it is (the lower, the simpler)."""

    cost: float = 0.0
    slips: tuple[Slip, ...] = ()
    also: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    number: float = 0.0
    scale: Callable | None = None  # of the number: how it changes with the problem
    only: str = ""  # the scope in which the candidates are made, where that is not everywhere
    laws: tuple = ()  # what factors do to each array: in each (scope, f) it is f(problem, l) times as large
    answer: Callable | None = None  # of a whole program: what it gives for a problem

    @property
    def pure(self) -> bool:
        """Is it nothing but factors?"""
        return bool(self.laws) and not self.candidates

    @property
    def formula(self) -> bool:
        """Does it say how every number is computed?"""
        return bool(self.candidates or self.laws or self.answer)

    def beside(self, factors: Hypothesis) -> Hypothesis:
        """These mistakes with factors besides."""
        return replace(
            self,
            cost=self.cost + factors.cost,
            slips=self.slips + factors.slips,
            also=self.also + factors.also,
            laws=self.laws + factors.laws,
        )

    def made(self, p: Problem, setting) -> list | None:
        """The 2L arrays of a problem before the factors; None where it raises."""
        if not self.candidates:
            return right(p, setting)
        arrays = answer(p, setting, self.candidates, self.number * (self.scale(p) if self.scale else 1.0))
        if arrays is None or not self.only:
            return arrays
        places = ((k, l) for k in "Wb" for l in range(p.layers))
        return [a if power(self.only, *at, p.layers) else t for at, a, t in zip(places, arrays, right(p, setting))]

    def arrays(self, p: Problem, setting) -> list | None:
        """The 2L arrays of a problem; None where it raises."""
        made, places = self.made(p, setting), ((k, l) for k in "Wb" for l in range(p.layers))
        if made is None or not self.laws:
            return made
        return [
            a * np.prod([law(p, l) ** power(scope, k, l, p.layers) for scope, law in self.laws])
            for (k, l), a in zip(places, made)
        ]
