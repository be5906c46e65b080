"""Exercises: check, hint and solution; a wrong answer is matched against known mistakes and told which one it is."""

from __future__ import annotations

import copy
import html
import inspect
import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

CORRECT, NOT_YET, NOT_ATTEMPTED, RAISED = "Correct", "Not yet", "Not attempted", "Your code raised"


@dataclass(frozen=True)
class WrongWay:
    """A known mistake: a function that makes it on the same inputs, and the sentence that names it."""

    name: str
    answer: Callable
    says: str


@dataclass(frozen=True)
class Outcome:
    """What a check found: one of the four outcomes, and a sentence."""

    kind: str
    says: str
    mistake: str | None = None

    def __repr__(self) -> str:
        return f"{self.kind}. {self.says}"

    def _repr_html_(self) -> str:
        mark = {CORRECT: "#009E73", NOT_YET: "#D55E00", RAISED: "#D55E00"}.get(self.kind, "#767676")
        says = html.escape(self.says).replace("\n", "<br>")
        return (
            f"<div role='status' style='border-left:4px solid {mark};padding:0.2em 0.8em'>"
            f"<strong>{self.kind}.</strong> {says}</div>"
        )


@dataclass
class Exercise:
    """One exercise. `solution` takes the inputs that `inputs(rng)` draws; with no inputs the answer is a value.

    `wrong_ways` are tried in order on the same inputs when the answer is not right. `tolerance` is relative, normwise.
    """

    title: str
    solution: Callable
    inputs: Callable = lambda rng: ()
    hints: tuple[str, ...] = ()
    wrong_ways: tuple[WrongWay, ...] = ()
    praise: str = ""
    tolerance: float = 1e-8
    trials: int = 3
    _given: int = field(default=0, repr=False)

    def check(self, answer) -> Outcome:
        """The outcome for a learner's function or value, on randomised inputs; what the answer raises is an outcome."""
        drawn = [self.inputs(np.random.default_rng(seed)) for seed in range(self.trials if callable(answer) else 1)]
        results = []
        for given in drawn:
            try:
                results.append(answer(*copy.deepcopy(given)) if callable(answer) else answer)
            except Exception as error:
                return Outcome(RAISED, _where(error))
        if any(_blank(result) for result in results):
            return Outcome(NOT_ATTEMPTED, "Replace the ... with your own line, run the cell again, and check again.")
        wanted = [self.solution(*copy.deepcopy(given)) for given in drawn]
        if all(self._equal(result, want) for result, want in zip(results, wanted)):
            return Outcome(CORRECT, self.praise or "It agrees on every input that was tried.")
        for way in self.wrong_ways:
            made = [way.answer(*copy.deepcopy(given)) for given in drawn]
            if all(self._equal(result, wrong) for result, wrong in zip(results, made)):
                return Outcome(NOT_YET, way.says, way.name)
        return Outcome(NOT_YET, _difference(results, wanted))

    def hint(self) -> Outcome:
        """The next hint, one at a time; the last one stays."""
        if not self.hints:
            return Outcome("Hint", "There is none: the lesson's text above holds the line.")
        self._given = min(self._given + 1, len(self.hints))
        return Outcome(f"Hint {self._given} of {len(self.hints)}", self.hints[self._given - 1])

    def show_solution(self) -> Outcome:
        """The text of the solution."""
        return Outcome("Solution", "\n" + textwrap.dedent(inspect.getsource(self.solution)).rstrip())

    def correct(self, says: str) -> Outcome:
        """The outcome for a right answer, for exercises with a check of their own."""
        return Outcome(CORRECT, says)

    def not_yet(self, says: str, mistake: str | None = None) -> Outcome:
        """The outcome for a wrong answer, for exercises with a check of their own."""
        return Outcome(NOT_YET, says, mistake)

    def raised(self, error: Exception) -> Outcome:
        """The outcome for an answer that raised, for exercises with a check of their own."""
        return Outcome(RAISED, _where(error))

    def _equal(self, result, want) -> bool:
        return _distance(result, want) <= self.tolerance


def _blank(result) -> bool:
    """A placeholder: None or `...`, alone or inside a tuple or list."""
    if isinstance(result, (tuple, list)):
        return any(_blank(part) for part in result)
    return result is None or result is Ellipsis


def _distance(result, want) -> float:
    """The relative, normwise distance of two answers of any nesting; infinite where their shapes or kinds differ."""
    if isinstance(want, (list, tuple)):
        if not isinstance(result, (list, tuple, np.ndarray)) or len(result) != len(want):
            return np.inf
        return max((_distance(r, w) for r, w in zip(result, want)), default=0.0)
    if isinstance(want, (str, bool)):
        return 0.0 if str(result).strip().lower() == str(want).lower() else np.inf
    try:
        result = np.asarray(result, dtype=complex)
    except (TypeError, ValueError):
        return np.inf
    want = np.asarray(want, dtype=complex)
    if result.shape != want.shape or not np.isfinite(result).all():
        return np.inf
    size = max(np.linalg.norm(want), np.linalg.norm(result))
    return float(np.linalg.norm(result - want) / size) if size else 0.0


def _difference(results, wanted) -> str:
    """What can be said of an answer that is neither right nor a known mistake."""
    for result, want in zip(results, wanted):
        if isinstance(want, (list, tuple)):
            if not isinstance(result, (list, tuple, np.ndarray)) or len(result) != len(want):
                return (
                    f"Expected {len(want)} things, got {type(result).__name__}; compare the return line with the text."
                )
            for place, (r, w) in enumerate(zip(result, want)):
                if _distance(r, w) > 1e-8:
                    return f"Part {place + 1} of {len(want)} is off. " + _difference([r], [w])
        elif isinstance(want, (str, bool)):
            return f"{result!r} is not it."
        elif np.shape(result) != np.shape(want):
            return f"Expected shape {np.shape(want)}, got shape {np.shape(result)}."
        elif _distance(result, want) > 1e-8:
            r, w = np.ravel(result), np.ravel(want)
            worst = int(np.argmax(np.abs(r - w))) if np.isfinite(np.asarray(r, complex)).all() else 0
            return f"Expected {w[worst]:.6g} where you have {r[worst]:.6g}, and it is no mistake that we know by name."
    return "It is close, but not within rounding."


def _where(error: Exception) -> str:
    """The error in words, with the learner's own line."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "nnlib" not in f.filename.replace("\\", "/")]
    line = f" in the line `{frames[-1].line}`" if frames and frames[-1].line else ""
    return f"{type(error).__name__}: {error}{line}."
