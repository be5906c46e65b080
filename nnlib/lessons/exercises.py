"""Exercises: check, hint and solution; a wrong answer is compared with known mistakes, and the one that fits is named."""

from __future__ import annotations

import copy
import html
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from nnlib.lessons import exceptions, feedback
from nnlib.lessons.feedback import distance, is_blank

CORRECT, NOT_YET, NOT_ATTEMPTED, RAISED = "Correct", "Not yet", "Not attempted", "Your code raised"
PLACEHOLDER = "Replace the ... with your own line, run the cell again, and check again."
WANTS_FUNCTION = "This exercise checks a function. Give its name alone, with no brackets behind it."
NOTHING_BACK = "Nothing came back. Write `return` before the result, run the cell again, and check again."
CONTAINS_ITSELF = "Your answer is a list that contains itself. Build a new list, and return that."
CHANGES = (
    "The numbers are right, but your function changes {names}, which belongs to the caller: the next call would start from "
    "other numbers. Make a new array (`W = W - ...` where you have `W -= ...`)."
)


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
        # a page has no answer to report
        left_out = " class='nnlib-notebook-only'" if self.kind == NOT_ATTEMPTED else ""
        return (
            f"<div role='status'{left_out} style='border-left:4px solid {mark};padding:0.2em 0.8em'>"
            f"<strong>{self.kind}.</strong> {says}{code}</div>"
        )


@dataclass
class Exercise:
    """One exercise. `solution` takes the inputs that `inputs(rng)` draws; with no inputs the answer is a value.

    `wrong_ways` are tried in order on the same inputs when the answer is not right; where none fits,
    `second_opinion(answer)` may give (name, sentence), or None. `tolerance` is relative, normwise. A class with a check of its
    own names in SAYS the slugs of the sentences that it needs in `says`.
    """

    solution: Callable
    inputs: Callable = lambda rng: ()
    hints: tuple[str, ...] = ()
    wrong_ways: tuple[WrongWay, ...] = ()
    praise: str = "It agrees on every input that was tried."
    tolerance: float = 1e-8
    trials: int = 3
    second_opinion: Callable | None = None
    says: Mapping[str, str] = field(default_factory=dict)
    tried: list[Outcome] = field(default_factory=list, repr=False)
    _given: int = field(default=0, repr=False)
    SAYS: ClassVar[tuple[str, ...]] = ()

    def check(self, answer) -> Outcome:
        """The outcome for a learner's function or value, on randomised inputs; what the answer raises is an outcome."""
        try:
            return Outcome(NOT_ATTEMPTED, PLACEHOLDER) if is_blank(answer) else self.judge(answer)
        except RecursionError:  # raised by a list that contains itself, not by the answer's own code
            return Outcome(NOT_YET, CONTAINS_ITSELF)

    def judge(self, answer) -> Outcome:
        """The outcome for an answer that is no placeholder; a class with a check of its own replaces this."""
        function = answer if callable(answer) else lambda: answer
        drawn = [self.inputs(np.random.default_rng(seed)) for seed in range(self.trials if callable(answer) else 1)]
        if drawn[0] and not callable(answer):
            return Outcome(NOT_YET, WANTS_FUNCTION)
        names = feedback.parameter_names(function, self.solution)
        handed, results = copy.deepcopy(drawn), []
        for arguments in handed:
            try:
                results.append(function(*arguments))
            except (Exception, SystemExit) as error:
                return Outcome(RAISED, exceptions.in_words(error, names, drawn[len(results)]))
        if any(map(is_blank, results)):
            return Outcome(NOT_ATTEMPTED, NOTHING_BACK if any(result is None for result in results) else PLACEHOLDER)
        outcome = self.known(lambda made: all(map(self.equal, results, self._results(made, drawn))))
        changed = list(map("`{}`".format, feedback.changed(names, drawn, handed)))
        if outcome and outcome.kind == CORRECT and changed:
            return Outcome(NOT_YET, CHANGES.format(names=feedback.listed(changed)), "changes-its-inputs")
        return outcome or self._unknown(answer, names, drawn, results)

    def known(self, agrees: Callable[[Callable], bool]) -> Outcome | None:
        """Correct, or the known mistake: `agrees` says of the solution, and of each wrong way, whether the answer is like it."""
        if agrees(self.solution):
            return Outcome(CORRECT, self.praise)
        return next((Outcome(NOT_YET, way.says, way.name) for way in self.wrong_ways if agrees(way.answer)), None)

    def equal(self, result, want) -> bool:
        """Whether two answers are equal but for the tolerance."""
        return distance(result, want) <= self.tolerance

    def _unknown(self, answer, names, drawn, results) -> Outcome:
        """What can be said where no known mistake fits."""
        opinion = self.second_opinion(answer) if self.second_opinion and callable(answer) else None
        if opinion:
            return Outcome(NOT_YET, opinion[1], opinion[0])
        wanted = self._results(self.solution, drawn)
        look = self.hints[0] if self.hints else ""
        return Outcome(NOT_YET, feedback.difference(results, wanted, self.tolerance, names, drawn, look))

    @staticmethod
    def _results(function, drawn) -> list:
        return [function(*copy.deepcopy(given)) for given in drawn]

    def hint(self) -> Outcome:
        """The next hint, one at a time; the last one stays."""
        if not self.hints:
            return Outcome("Hint", "There is none: the lesson's text above holds the line.")
        self._given = min(self._given + 1, len(self.hints))
        return Outcome(f"Hint {self._given} of {len(self.hints)}", self.hints[self._given - 1])

    def show_solution(self) -> Outcome:
        """The text of the solution."""
        return Outcome("Solution", "", code=textwrap.dedent(inspect.getsource(self.solution)).rstrip())


class Search(Exercise):
    """An exercise whose answer is any number that does it: each is tried, and a sentence of `says` reports what came of it."""

    SAYS = ("no-number", "found")

    def judge(self, answer) -> Outcome:
        """The outcome for a number, by what `attempt` says of it."""
        try:
            number = float("" if isinstance(answer, str) else answer)
            slug, facts = self.attempt(number)
        except (TypeError, ValueError):
            return Outcome(NOT_YET, self.says["no-number"].format(answer=repr(answer)))
        says = self.says[slug].format(answer=f"{number:g}", **facts)
        return Outcome(CORRECT, says) if slug == "found" else Outcome(NOT_YET, says, slug)

    def attempt(self, number: float) -> tuple[str, dict]:
        """The slug of the sentence that says what came of a number, and the facts that the sentence names."""
        raise NotImplementedError


def normal(*shapes) -> Callable:
    """The inputs of an exercise that are arrays of standard normal numbers, one of each shape."""
    return lambda rng: tuple(rng.normal(size=shape) for shape in shapes)


def with_words(task: Mapping, words: Mapping) -> Exercise:
    """An exercise from its functions, a row of TASKS in `lesson_NN.py`, and its words, as `words/en/NN.toml` holds them.

    The code of a known mistake is one expression. It knows the parameters of the solution, `np`, and what stands in the
    solution's module. Raises ValueError for code that is no expression.
    """
    ways = words.get("wrong_ways", {}).items()
    known = tuple(WrongWay(slug, _answer(slug, way["code"], task["solution"]), way["says"]) for slug, way in ways)
    made = {"kind": Exercise, **task, **words, "hints": tuple(words["hints"]), "wrong_ways": known}
    return made.pop("kind")(**made)


def _answer(slug: str, code: str, solution: Callable) -> Callable:
    """The function with the parameters of the solution that a known mistake's code makes."""
    parameters = ", ".join(inspect.signature(solution).parameters)
    try:
        return eval(f"lambda {parameters}: ({code})", {**solution.__globals__, "np": np})
    except SyntaxError as error:
        raise ValueError(f"wrong_ways.{slug}: expected an expression of {parameters}, got {code!r}") from error
