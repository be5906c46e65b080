"""Exercises: check, hint and solution; a wrong answer is compared with known mistakes, and the one that fits is named."""

from __future__ import annotations

import copy
import html
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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
        left_out = (
            " class='nnlib-notebook-only'" if self.kind == NOT_ATTEMPTED else ""
        )  # a page has no answer to report
        return (
            f"<div role='status'{left_out} style='border-left:4px solid {mark};padding:0.2em 0.8em'>"
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
        try:
            return self._check(answer)
        except RecursionError:  # raised by a list that contains itself, not by the answer's own code
            return Outcome(NOT_YET, CONTAINS_ITSELF)

    def _check(self, answer) -> Outcome:
        drawn = [self.inputs(np.random.default_rng(seed)) for seed in range(self.trials if callable(answer) else 1)]
        if drawn[0] and not callable(answer) and not is_blank(answer):
            return Outcome(NOT_YET, WANTS_FUNCTION)
        names = feedback.parameter_names(answer if callable(answer) else self.solution, self.solution)
        results, changed = [], []
        for given in drawn:
            handed = copy.deepcopy(given)
            try:
                results.append(answer(*handed) if callable(answer) else answer)
            except (Exception, SystemExit) as error:
                return Outcome(RAISED, exceptions.in_words(error, names, given))
            changed += [name for name in feedback.changed(names, given, handed) if name not in changed]
        if any(is_blank(result) for result in results):
            nothing = callable(answer) and any(result is None for result in results)
            return Outcome(NOT_ATTEMPTED, NOTHING_BACK if nothing else PLACEHOLDER)
        wanted = [self.solution(*copy.deepcopy(given)) for given in drawn]
        if all(self._equal(result, want) for result, want in zip(results, wanted)):
            if changed:
                return Outcome(NOT_YET, CHANGES.format(names=feedback.listed(changed)), "changes-its-inputs")
            return Outcome(CORRECT, self.praise or "It agrees on every input that was tried.")
        for way in self.wrong_ways:
            made = [way.answer(*copy.deepcopy(given)) for given in drawn]
            if all(self._equal(result, wrong) for result, wrong in zip(results, made)):
                return Outcome(NOT_YET, way.says, way.name)
        opinion = self.second_opinion(answer) if self.second_opinion and callable(answer) else None
        if opinion:
            return Outcome(NOT_YET, opinion[1], opinion[0])
        look = self.hints[0] if self.hints else ""
        return Outcome(NOT_YET, feedback.difference(results, wanted, self.tolerance, names, drawn, look))

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
        return Outcome(RAISED, exceptions.in_words(error))

    def _equal(self, result, want) -> bool:
        return distance(result, want) <= self.tolerance


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
