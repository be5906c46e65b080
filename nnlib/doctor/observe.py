"""Ask the learner's function of the contract one problem, and keep everything that the call did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnlib.doctor.answers import Answer, read
from nnlib.doctor.calling import LATER, Outcome, attempt
from nnlib.doctor.problems import Problem
from nnlib.doctor.state import State, seed_all

SEED = 12345
ARGUMENTS = ("weights", "biases", "X", "E", "learning rate")


@dataclass(frozen=True, eq=False)
class Observation(Outcome):
    """What one call did: its value is an Answer, None where nothing came back; `changed` names the arguments it changed."""

    problem: Problem | None = None
    changed: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer | None:
        """What came back, read."""
        return self.value

    @property
    def returned(self):
        """The very objects that came back, to see whether a later call overwrites them."""
        return None if self.answer is None else self.answer.returned

    @property
    def arrays(self) -> tuple:
        """dW then db; all None where nothing came back."""
        return (None,) * (2 * self.problem.layers) if self.answer is None else self.answer.arrays


def observe(function: Callable, problem: Problem, setting, seconds: float = LATER, seed: int = SEED) -> Observation:
    """Call the learner's function once, with the global random generators seeded; they are as before afterwards."""
    kept = State()
    seed_all(seed)
    try:
        arguments = handed(problem, setting)
        outcome = attempt(function, *arguments, seconds=seconds, read=lambda value: read(value, problem, setting))
    finally:
        kept.rewind()
    return Observation(**vars(outcome), problem=problem, changed=tuple(ARGUMENTS[i] for i in outcome.changes()))


def handed(problem: Problem, setting) -> tuple:
    """The arguments of one call, in the learner's layout."""
    weights = [W.T if setting.transposed else W for W in problem.weights]
    biases = [b.reshape(setting.shape("biases", b.shape)) for b in problem.biases]
    X, E = (v.T if setting.columns else v for v in (problem.X, problem.E))
    return (weights, biases, X, E, problem.rate) if setting.kind == "train_step" else (weights, biases, X, E)
