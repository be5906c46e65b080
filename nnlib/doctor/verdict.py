"""The diagnosis of code brought as it is: in the learner's own names, with each array's verdict and the line to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnlib.doctor.diagnosis import Diagnosis, Explanation, told
from nnlib.doctor.report import card, evidence_table, table, written


@dataclass(frozen=True)
class Verdict(Diagnosis):
    """A diagnosis whose `where` holds the learner's own names.

    `arrays` maps each name to "right", "factor" (a pure multiple of the slope), "wrong", or "unseen" (no slope to compare
    with); `facts` are sentences about the wrong ones, `line` is the line of the learner's file to look at.
    """

    arrays: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    line: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """(label, sentence) rows that both forms of the report show."""
        rows = []
        if self.correct is False:
            others = "".join(f", or {c}" for c in self.candidates[1:])
            rows += [("where", listed(sorted(self.where)))] if self.where else []
            rows += [("which mistake", self.category + others)] if self.category != "unknown" else []
        rows += [("fact", fact) for fact in self.facts]
        rows += [("formula", slip.formula) for slip in self.slips if slip.formula]
        rows += [("hint", self.hint)] if self.hint else []
        if self.repair:
            rows.append(("one change", f"{self.repair} makes every gradient right"))
        elif self.line:
            rows.append(("look at", self.line))
        return rows + [("note", note) for note in self.notes]

    def __str__(self) -> str:
        return written(f"{self.name}: {self.opening}", self.rows(), self.evidence, width=24)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return card(self, self.opening, table(self.rows()), evidence_table(self.evidence))


def wrong(category: str, words: str, *also: str, formula: str = "", **more) -> Explanation:
    """A mistake in words, without a full stop."""
    return told(category, words, also, formula, "", **more)


def noted(*notes: str) -> Explanation:
    """No mistake, but worth these notes."""
    return Explanation(notes=notes, correct=True)


def undecided(words: str) -> Explanation:
    """Nothing that could be judged, and why."""
    return told("no-verdict", words, correct=None)


def verdict(name: str, found: Explanation, opening: str = "", **more) -> Verdict:
    """The verdict of what was found: its category first among the candidates."""
    slips = found.slips if found.correct is False else ()
    candidates = tuple(dict.fromkeys((found.category, *found.also)))[:3]
    opening = opening or f"Wrong: {found.words}."
    return Verdict(
        found.correct, found.category, candidates, slips, name=str(name), opening=opening, hint=found.hint, **more
    )


def no_verdict(name: str, words: str, notes=()) -> Verdict:
    """No verdict, and why."""
    return verdict(name, undecided(words), f"No verdict: {words}", notes=tuple(notes))


def listed(names: list[str], most: int = 8) -> str:
    """Names with commas, the last of many left out."""
    text = ", ".join(names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most} more"
