"""Ask the learner's function of the contract, and keep every question with its answer; nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from nnlib.doctor.candidates.expressions import parse
from nnlib.doctor.candidates.passes import Candidate, answer
from nnlib.doctor.candidates.program import COSTS, factor_of, scaled
from nnlib.doctor.questions import problems
from nnlib.doctor.questions.answers import Answer, read
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.running.calling import FIRST, LATER, Outcome, attempt
from nnlib.doctor.running.state import seed_all

EXACT, CLOSE = 1e-8, 2e-5  # relative: what float64 formulas reach, and what float32 and central differences may miss
SLOW, PATIENCE = 0.2, 3.0  # seconds that the learner's own code takes: for a call, and for all calls so far
norm = np.linalg.norm  # taken now: learners' code has been seen to replace it
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
    """Call the learner's function once, with the global random generators seeded: to be asked inside `kept_chance`."""
    seed_all(seed)
    outcome = attempt(
        function, *handed(problem, setting), seconds=seconds, read=lambda value: read(value, problem, setting)
    )
    return Observation(**vars(outcome), problem=problem, changed=tuple(ARGUMENTS[i] for i in outcome.changes()))


def handed(problem: Problem, setting) -> tuple:
    """The arguments of one call, in the learner's layout."""
    weights = [W.T if setting.transposed else W for W in problem.weights]
    biases = [b.reshape(setting.shape("biases", b.shape)) for b in problem.biases]
    X, E = (v.T if setting.columns else v for v in (problem.X, problem.E))
    return (weights, biases, X, E, problem.rate) if setting.kind == "train_step" else (weights, biases, X, E)


@dataclass(frozen=True, eq=False)
class Exam:
    """The learner's function in a setting, with the answers so far; `layers` is the depth of every network, 0 for any."""

    function: Callable
    setting: object
    layers: int = 0
    seen: dict = field(default_factory=dict)

    def problem(self, name: str) -> Problem:
        """A problem of this setting by its name."""
        return problems.problem(self.setting, name, self.layers)

    def ask(self, problem: Problem | str, seed: int = SEED, turn: int = 0) -> Observation:
        """The answer to a problem; `turn` 1 asks the same once more, `seed` sets the global random generators."""
        p = self.problem(problem) if isinstance(problem, str) else problem
        key = (p, seed, turn)
        if key not in self.seen:
            self.seen[key] = observe(self.function, p, self.setting, LATER if self.seen else FIRST, seed)
        return self.seen[key]

    def answers(self) -> dict[str, Observation]:
        """The first answers to the problems of the table, by name, as far as they were asked."""
        found = {name: (self.problem(name), SEED, 0) for name in problems.names(self.setting)}
        return {name: self.seen[key] for name, key in found.items() if key in self.seen}

    @property
    def slow(self) -> bool:
        """Does every call of the learner's code take long? It is then not asked a hundred times more."""
        main = [o.seconds for (p, _, _), o in self.seen.items() if p is self.problem("main")]
        return bool(main) and min(main) > SLOW

    @property
    def patience(self) -> bool:
        """Is there time left for one more question?"""
        return not self.slow or sum(o.seconds for o in self.seen.values()) < PATIENCE

    def truth(self, problem: Problem | str) -> list[np.ndarray]:
        """The right gradients of a problem, dW then db."""
        return right(self.problem(problem) if isinstance(problem, str) else problem, self.setting)

    def judged(self, L: int) -> list[int]:
        """The numbers of the arrays that count: without biases, those of the weights."""
        return list(range(L if self.setting.bias == "none" else 2 * L))

    def tolerance(self, o: Observation, k: int, base: float) -> float:
        """The relative difference that rounding allows array k: for a step, that of subtracting it from the weights."""
        if self.setting.kind != "train_step":
            return base
        p = o.problem
        old, g = [*p.weights, *p.biases][k], self.truth(p)[k]
        digits = 3e-7 if base > EXACT and o.answer is not None and o.answer.single else 2e-15
        v = o.arrays[k]
        size = min(norm(g), norm(v) or np.inf) if v is not None and np.isfinite(v).all() else norm(g)
        return base + min(digits * float(norm(old)) / max(p.rate * float(size), 1e-300), 0.5)

    def wrong(self, o: Observation, base: float = CLOSE) -> list[int]:
        """The numbers of the arrays that are wrong in an answer; [] where nothing came back."""
        if o.answer is None or not any(a is not None for a in o.arrays):
            return []
        pairs = zip(o.arrays, self.truth(o.problem))
        return [
            k
            for k, (a, t) in enumerate(pairs)
            if k in self.judged(o.problem.layers) and not relative(a, t) <= self.tolerance(o, k, base)
        ]

    def right(self, o: Observation) -> bool:
        """Did the right arrays come back, in the right package?"""
        return o.answer is not None and not o.answer.packed and o.answer.finite() and not self.wrong(o)


@cache
def right(problem: Problem, setting) -> list[np.ndarray]:
    """The right gradients of a problem, kept; with the shortened delta of the output where the cost has one.

    It is the same number where no float overflows, and right where e^z does.
    """
    fused = COSTS[setting.cost][1].get(setting.activation(problem.layers - 1, problem.layers))
    if fused is None:
        return answer(problem, setting)
    delta = scaled(parse(f"({fused}) * {factor_of(setting, len(problem.X), problem.E.shape[1])!r}"), setting)
    return answer(problem, setting, (Candidate("correct", {"delta": delta}, "output layer"),))


def relative(a, t) -> float:
    """|a - t| / |t|, normwise; inf where there is no array, another shape, or NaN."""
    if a is None or a.shape != t.shape or not np.isfinite(a).all():
        return np.inf
    size = norm(t)
    return float(norm(a - t) / size) if size > 1e-200 else float(norm(a))


def differ(a, b) -> bool:
    """Do two answers to the same question differ by more than rounding?"""
    if a is None or b is None:
        return a is not b
    if a.shape != b.shape:
        return True
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return not np.allclose(a, b, rtol=1e-6, atol=1e-6 * np.abs(a).max(initial=0))


NOTHING = 1e-14  # an array of this length or less is what rounding left of a zero: the numbers asked for are near 1


def multiple(v: np.ndarray, u: np.ndarray, tolerance: float) -> float:
    """c with v = c u, within the tolerance; nan where there is none, inf where both are 0, 0 where v alone is."""
    v, u = v.ravel(), u.ravel()
    large = max(np.abs(u).max(initial=0), np.abs(v).max(initial=0))
    if large > 1e100:  # whose squares would overflow
        v, u = v / large, u / large
    square, size = float(u @ u), float(v @ v) ** 0.5
    if size < NOTHING:
        return np.inf if square < NOTHING**2 else 0.0
    if square < NOTHING**2:
        return np.nan
    c = float(u @ v) / square
    rest = v - c * u
    return c if c and float(rest @ rest) ** 0.5 <= tolerance * size else np.nan


def examine(function: Callable, setting, layers: int = 0) -> Exam:
    """Ask every problem of the setting: the first one twice, then another of its shape, then the rest."""
    exam = Exam(function, setting, layers)
    if exam.ask("main").slow:
        return exam
    exam.ask("main", turn=1)
    exam.ask("other data")
    for name in (*problems.names(setting)[1:], "integer data", "saturated", "integer weights"):
        if exam.patience or name in ("three", "one sample"):
            exam.ask(name)
    return exam


def fitting(exam: Exam) -> Exam:
    """The examination at the depth that the code is written for, and without biases where it has none."""
    depth = written_depth(exam)
    if depth and depth != 3:
        exam = examine(exam.function, exam.setting, depth)
    if exam.setting.bias == "vector" and without_biases(exam):
        exam = examine(exam.function, replace(exam.setting, bias="none"), exam.layers)
    return exam


def written_depth(exam: Exam) -> int:
    """The number of layers that the code is written for, where it fails at every other depth; 0 where it takes any."""
    if exam.setting.sizes is not None or exam.layers:
        return 0
    runs, fails = set(), set()
    for o in exam.answers().values():
        if "shallow" not in o.problem.traits:
            (runs if o.answer is not None and o.answer.finite() else fails).add(o.problem.layers)
    only = runs - fails
    return only.pop() if len(only) == 1 and runs == only and fails else 0


def without_biases(exam: Exam) -> bool:
    """Do the biases get no gradient, and have no influence on any?"""
    seen = [o for o in exam.answers().values() if o.answer is not None]
    plain = next((o for o in seen if "plain" in o.problem.traits), None)
    if plain is None or any(_holds_numbers(a) for o in seen for a in o.arrays[o.problem.layers :]):
        return False
    weights = plain.arrays[: plain.problem.layers]
    if not any(_holds_numbers(a) for a in weights):
        return False
    moved = exam.ask(plain.problem.but(biases=tuple(b + 0.3 for b in plain.problem.biases)))
    return moved.answer is not None and not any(differ(a, b) for a, b in zip(weights, moved.arrays))


def _holds_numbers(a) -> bool:
    return a is not None and bool(a.any())
