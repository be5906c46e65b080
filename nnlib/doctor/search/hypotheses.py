"""What is known of the learner, and what would give it: evidence and hypotheses as values, and what one predicts."""

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


def predictor(h: Hypothesis, setting, both: bool = True) -> Callable:
    """The function that the learner's would be if the hypothesis held: same arguments, same kind of answer.

    Without `both`, no gradients of biases come back.
    """

    def predict(weights, biases, X, E, learning_rate=1.0):
        p = _problem(weights, biases, X, E, learning_rate, setting)
        if h.answer is not None:
            return _as_handed(h.answer(p), biases, setting)
        arrays, L = h.arrays(p, setting), p.layers
        if arrays is None:
            return None
        if setting.bias == "none":
            arrays = [*arrays[:L], *(np.zeros(len(b)) for b in p.biases)]
        dW, db = _as_handed((arrays[:L], arrays[L:]), biases, setting)
        if setting.kind == "train_step":
            dW, db = ([v - learning_rate * g for v, g in zip(*pair)] for pair in ((weights, dW), (biases, db)))
        return dW, db if both else []

    return predict


def _as_handed(answer, biases, setting):
    """What came back in our layout, in the learner's."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        return answer
    first, second = answer
    if isinstance(first, list):
        first = [np.asarray(g).T if setting.transposed and np.ndim(g) == 2 else g for g in first]
    if isinstance(second, list):
        second = [_bias(g, b, setting) for g, b in zip(second, [*biases, *second[len(biases) :]])]
    return first, second


def _bias(g, b, setting):
    """A bias gradient in the learner's form."""
    if np.size(g) == np.size(b):
        return np.reshape(g, np.shape(b))
    return np.reshape(g, setting.shape("biases", np.shape(g))) if np.ndim(g) == 1 else g


def _problem(weights, biases, X, E, rate, setting) -> Problem:
    turned = lambda v, turn: np.asarray(v).T if turn else np.asarray(v)
    return Problem(
        "unseen", tuple(turned(W, setting.transposed) for W in weights), tuple(np.ravel(b) for b in biases),
        turned(X, setting.columns), turned(E, setting.columns), rate,
    )  # fmt: skip
