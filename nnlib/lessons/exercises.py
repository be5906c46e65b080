"""Exercises: check, hint and solution; a wrong answer is matched against known mistakes and told which one it is."""

from __future__ import annotations

import copy
import html
import inspect
import re
import sysconfig
import textwrap
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

LIBRARIES = [*(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")), Path(__file__).parents[1]]
CORRECT, NOT_YET, NOT_ATTEMPTED, RAISED = "Correct", "Not yet", "Not attempted", "Your code raised"
PLACEHOLDER = "Replace the ... with your own line, run the cell again, and check again."
WANTS_FUNCTION = "This exercise checks a function. Give its name alone, with no brackets behind it."
NOTHING_BACK = "Nothing came back. Write `return` before the result, run the cell again, and check again."


@dataclass(frozen=True)
class WrongWay:
    """A known mistake: a function that makes it on the same inputs, and the sentence that names it."""

    name: str
    answer: Callable
    says: str


@dataclass(frozen=True)
class Outcome:
    """What a check found: one of the four outcomes, and a sentence; a solution is `code`, shown as it is."""

    kind: str
    says: str
    mistake: str | None = None
    code: str = ""

    def __repr__(self) -> str:
        return f"{self.kind}. {self.says}" + (f"\n{self.code}" if self.code else "")

    def _repr_html_(self) -> str:
        mark = {CORRECT: "#009E73", NOT_YET: "#D55E00", RAISED: "#D55E00"}.get(self.kind, "#767676")
        says = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.says))
        code = f"<pre><code>{html.escape(self.code)}</code></pre>" if self.code else ""
        return (
            f"<div role='status' style='border-left:4px solid {mark};padding:0.2em 0.8em'>"
            f"<strong>{self.kind}.</strong> {says}{code}</div>"
        )


@dataclass
class Exercise:
    """One exercise. `solution` takes the inputs that `inputs(rng)` draws; with no inputs the answer is a value.

    `wrong_ways` are tried in order on the same inputs when the answer is not right; where none fits,
    `second_opinion(answer)` may give (name, sentence), or None. `tolerance` is relative, normwise.
    """

    title: str
    solution: Callable
    inputs: Callable = lambda rng: ()
    hints: tuple[str, ...] = ()
    wrong_ways: tuple[WrongWay, ...] = ()
    praise: str = ""
    tolerance: float = 1e-8
    trials: int = 3
    second_opinion: Callable | None = None
    says: Mapping[str, str] = field(default_factory=dict)  # further sentences, for a class with a check of its own
    _given: int = field(default=0, repr=False)

    def check(self, answer) -> Outcome:
        """The outcome for a learner's function or value, on randomised inputs; what the answer raises is an outcome."""
        drawn = [self.inputs(np.random.default_rng(seed)) for seed in range(self.trials if callable(answer) else 1)]
        if drawn[0] and not callable(answer) and not _blank(answer):
            return Outcome(NOT_YET, WANTS_FUNCTION)
        results = []
        for given in drawn:
            try:
                results.append(answer(*copy.deepcopy(given)) if callable(answer) else answer)
            except Exception as error:
                return Outcome(RAISED, _where(error))
        if any(_blank(result) for result in results):
            nothing = callable(answer) and any(result is None for result in results)
            return Outcome(NOT_ATTEMPTED, NOTHING_BACK if nothing else PLACEHOLDER)
        wanted = [self.solution(*copy.deepcopy(given)) for given in drawn]
        if all(self._equal(result, want) for result, want in zip(results, wanted)):
            return Outcome(CORRECT, self.praise or "It agrees on every input that was tried.")
        for way in self.wrong_ways:
            made = [way.answer(*copy.deepcopy(given)) for given in drawn]
            if all(self._equal(result, wrong) for result, wrong in zip(results, made)):
                return Outcome(NOT_YET, way.says, way.name)
        opinion = self.second_opinion(answer) if self.second_opinion and callable(answer) else None
        if opinion:
            return Outcome(NOT_YET, opinion[1], opinion[0])
        return Outcome(NOT_YET, _difference(results, wanted, self.tolerance))

    def hint(self) -> Outcome:
        """The next hint, one at a time; the last one stays."""
        if not self.hints:
            return Outcome("Hint", "There is none: the lesson's text above holds the line.")
        self._given = min(self._given + 1, len(self.hints))
        return Outcome(f"Hint {self._given} of {len(self.hints)}", self.hints[self._given - 1])

    def show_solution(self) -> Outcome:
        """The text of the solution."""
        return Outcome("Solution", "", code=textwrap.dedent(inspect.getsource(self.solution)).rstrip())

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


@dataclass(frozen=True)
class Task:
    """An exercise as `lesson_NN.py` holds it, functions alone: its words stand in `words/en/NN.toml` under the same slugs.

    The fields are those of `Exercise`; `wrong_ways` maps the slug of each known mistake to the function that makes it,
    `says` names the further sentences that `kind`, a class with a check of its own, needs.
    """

    solution: Callable
    inputs: Callable = lambda rng: ()
    wrong_ways: Mapping[str, Callable] = field(default_factory=dict)
    tolerance: float = 1e-8
    trials: int = 3
    second_opinion: Callable | None = None
    kind: type[Exercise] = Exercise
    says: tuple[str, ...] = ()

    def exercise(self, words: Mapping) -> Exercise:
        """The exercise that these functions and the words of the same slugs make together."""
        ways = words.get("wrong_ways", {})
        return self.kind(
            title=words["title"],
            solution=self.solution,
            inputs=self.inputs,
            hints=tuple(words["hints"]),
            wrong_ways=tuple(WrongWay(slug, answer, ways[slug]) for slug, answer in self.wrong_ways.items()),
            praise=words.get("praise", ""),
            tolerance=self.tolerance,
            trials=self.trials,
            second_opinion=self.second_opinion,
            says=words.get("says", {}),
        )


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


def _difference(results, wanted, tolerance: float) -> str:
    """What can be said of an answer that is neither right nor a known mistake: the first result that is off."""
    result, want = next((r, w) for r, w in zip(results, wanted) if _distance(r, w) > tolerance)
    if isinstance(want, (list, tuple)):
        if not isinstance(result, (list, tuple, np.ndarray)):
            return (
                f"Expected {len(want)} things, got one {type(result).__name__}; compare the return line with the text."
            )
        if len(result) != len(want):
            return f"Expected {len(want)} things, got {len(result)}; compare the return line with the text."
        place = next(k for k, (r, w) in enumerate(zip(result, want)) if _distance(r, w) > tolerance)
        return f"Part {place + 1} of {len(want)} is off. " + _difference([result[place]], [want[place]], tolerance)
    if isinstance(want, (str, bool)):
        return f"{result!r} is not it."
    try:
        numbers = np.asarray(result, dtype=complex)
    except (TypeError, ValueError):
        return f"Expected {_kind(want)}, got {type(result).__name__} that cannot be read as numbers."
    if numbers.shape != np.shape(want):
        return f"Expected {_kind(want)}, got {_kind(numbers)}."
    if not np.isfinite(numbers).all():
        return "There is an infinite number or a NaN in it: look for a division by 0 or for a power that is too large."
    off = int(np.argmax(np.abs(numbers - want)))
    right, yours = np.ravel(want)[off], np.ravel(numbers)[off]
    yours = yours if yours.imag else yours.real
    if abs(right - yours) < 1e-4 * abs(right):
        return f"Close, but rounded or nudged: expected {right:.12g} where you have {yours:.12g}. Return it unrounded."
    return f"Expected {right:.6g} where you have {yours:.6g}, which is none of the usual mistakes."


def _kind(value) -> str:
    """A number or an array, in words."""
    return f"shape {np.shape(value)}" if np.shape(value) else "one number"


def _where(error: Exception) -> str:
    """The error in words, with the learner's own line."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _is_library(f.filename)]
    line = f" in the line `{frames[-1].line}`" if frames and frames[-1].line else ""
    return f"{type(error).__name__}: {error}{line}."


def _is_library(filename: str) -> bool:
    """Whether a file belongs to Python, to a package or to this one, and not to the learner."""
    path = Path(filename)
    return any(path.is_relative_to(home) for home in LIBRARIES)
