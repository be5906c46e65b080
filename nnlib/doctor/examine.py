"""Put the learner's code through the probe problems, and compare every array with the right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.answers import read
from nnlib.doctor.observe import Answer, Call, TooSlow, call
from nnlib.doctor.references import right
from nnlib.doctor.stages import Problem

AGAIN = "main, again"
EXACT, CLOSE = 1e-8, 2e-5  # relative: what float64 formulas reach, and what float32 and central differences may miss
SLOW, PATIENCE = 0.2, 3.0  # seconds that the learner's own code takes: for a call, and for all calls so far


@dataclass
class Exam:
    """Every call that was made, what came back, and the relative error of each array (inf: missing, misshapen or NaN)."""

    kind: str
    activations: object
    calls: dict[str, Call] = field(default_factory=dict)
    answers: dict[str, Answer | None] = field(default_factory=dict)
    errors: dict[str, list[float]] = field(default_factory=dict)
    overwritten: list[int] = field(default_factory=list)  # arrays of an earlier result that a later call changed
    stopped: bool = False  # slow code: the less telling probes were left out
    said: Callable = lambda kind, shape: shape  # a shape of "weights", "biases" or "data" in the learner's layout
    own: Callable = lambda finding, problem: finding  # a finding in the learner's own numbers and places
    handed: Callable = lambda problem: problem.rate  # the rate with which the learner's own step is called

    @property
    def slow(self) -> bool:
        """Does every call of the learner's code take long? It is then not asked a hundred times more."""
        return min(self.calls[n].seconds for n in ("main", AGAIN) if n in self.calls) > SLOW

    def truth(self, name: str) -> list[np.ndarray]:
        """The right gradients on a probe, dW then db."""
        return right("main" if name == AGAIN else name, self.activations)

    def problem(self, name: str) -> Problem:
        """The probe problem behind a name; the second call has the problem of the first."""
        return probes.probe("main" if name == AGAIN else name)

    def usable(self, name: str) -> bool:
        """Did arrays come back on this probe, finite ones?"""
        answer = self.answers.get(name)
        return (
            answer is not None
            and any(a is not None for a in answer.arrays)
            and all(a is None or np.isfinite(a).all() for a in answer.arrays)
        )

    def tolerance(self, name: str, k: int, base: float) -> float:
        """The relative difference that rounding allows array k: for a step, that of subtracting it from the weights."""
        if self.kind != "train_step":
            return base
        p, answer = self.problem(name), self.answers.get(name)
        old, g = [*p.weights, *p.biases][k], self.truth(name)[k]
        digits = 3e-7 if answer is not None and answer.single else 2e-15
        if base == EXACT:
            digits = 2e-15
        return base + digits * float(np.linalg.norm(old)) / max(p.rate * float(np.linalg.norm(g)), 1e-300)

    def wrong(self, name: str, base: float = CLOSE) -> list[int]:
        """The numbers of the arrays that are wrong on this probe; [] where nothing came back."""
        errors = self.errors.get(name)
        return [] if errors is None else [k for k, e in enumerate(errors) if not e <= self.tolerance(name, k, base)]

    def right(self, name: str) -> bool:
        """Did the right arrays come back on this probe, in the right package?"""
        answer = self.answers.get(name)
        return answer is not None and answer.unpacked and not answer.shape_note and not self.wrong(name)


def examine(function, kind: str, activations="sigmoid", **terms: Callable) -> Exam:
    """Call the function on every probe problem: first the same one twice and another of its shape, then the rest.

    `terms` are `said`, `own` and `handed` of the Exam, for a learner whose layout or cost is another.
    """
    exam = Exam(kind, activations, **terms)

    def run(name):
        problem = exam.problem(name)
        exam.calls[name] = made = call(function, problem, kind)
        exam.answers[name] = read(made, kind)
        exam.errors[name] = _errors(exam.answers[name], exam.truth(name)) if exam.answers[name] else None
        return made

    first = run("main")
    if isinstance(first.error, TooSlow):
        exam.stopped = True
        return exam
    again = run(AGAIN)
    kept = read(again, kind) if again.value is not None else None
    run(probes.SECOND)
    if kept is not None:
        later = read(again, kind)
        exam.overwritten = [
            k for k, (a, b) in enumerate(zip(kept.arrays, later.arrays)) if a is not None and not _identical(a, b)
        ]
    names = [n for n in probes.TABLE if n != "main"] + [probes.INTEGERS, probes.SATURATED, probes.INTEGER_WEIGHTS]
    for name in names:
        late = exam.slow and sum(made.seconds for made in exam.calls.values()) > PATIENCE
        if late and name not in ("three", "one sample", "equal widths"):
            exam.stopped = True
            continue
        run(name)
    return exam


def _identical(a, b) -> bool:
    return b is not None and a.shape == b.shape and np.array_equal(a, b, equal_nan=True)


def _errors(answer: Answer, truth) -> list[float]:
    return [relative(a, t) for a, t in zip(answer.arrays, truth)]


def relative(a, t) -> float:
    """|a - t| / |t|, normwise; inf where there is no array, another shape, or NaN."""
    if a is None or a.shape != t.shape or not np.isfinite(a).all():
        return np.inf
    size = np.linalg.norm(t)
    return float(np.linalg.norm(a - t) / size) if size else float(np.linalg.norm(a))


def where_wrong(exam: Exam, base: float = CLOSE) -> frozenset:
    """("W", l) and ("b", l) of every array that is wrong on at least one probe problem with three weight layers."""
    aside = (probes.INTEGER_WEIGHTS, probes.SQUARE)  # the contract's problems have a T that is no width
    deep = [n for n in exam.errors if n not in aside and len(exam.problem(n).weights) == 3]
    places = {("W", k) if k < 3 else ("b", k - 3) for n in deep for k in wrong_arrays(exam, n, base)}
    for k in exam.overwritten:
        places.add(("W", k) if k < 3 else ("b", k - 3))
    return frozenset(places)


def wrong_arrays(exam: Exam, name: str, base: float) -> list[int]:
    """The arrays that count as wrong on one probe; [] where nothing usable came back."""
    answer = exam.answers[name]
    if answer is None or not any(a is not None for a in answer.arrays):
        return []
    if name == probes.SATURATED:  # tiny numbers there: only NaN and infinity count
        return [k for k, a in enumerate(answer.arrays) if a is not None and not np.isfinite(a).all()]
    return exam.wrong(name, base)


def one_more(function, kind: str, problem: Problem | str, seed: int = 0) -> Answer | None:
    """The answer to one more problem, a probe by its name or any other, with another seed of the global generator."""
    problem = probes.probe(problem) if isinstance(problem, str) else problem
    return read(call(function, problem, kind, seed=seed), kind)
