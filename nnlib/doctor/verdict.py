"""The diagnosis of code brought as it is: in the learner's own names, with each array's verdict and the line to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnlib.doctor.diagnosis import Diagnosis, Slip
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


@dataclass(frozen=True)
class Said:
    """What one explanation comes to: a mistake under its category, no mistake but worth a note, or no verdict.

    `also` are further categories that it may be, `blamed` the arrays that it touches where all gradients are right.
    """

    correct: bool | None = True
    category: str = "correct"
    words: str = ""
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    formula: str = ""
    hint: str = ""
    blamed: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Has the mistake a name?"""
        return self.category != "unknown"


def wrong(category: str, words: str, *also: str, **more) -> Said:
    """A mistake in words, without a full stop."""
    return Said(False, category, words, also, **more)


def noted(*notes: str) -> Said:
    """No mistake, but worth these notes."""
    return Said(notes=notes)


def verdict(name: str, said: Said, opening: str = "", **more) -> Verdict:
    """The verdict of what was said: its category first among the candidates, and one slip where something is wrong."""
    slips = (Slip(said.category, "", said.words, said.formula),) if said.correct is False else ()
    found = tuple(dict.fromkeys((said.category, *said.also)))[:3]
    opening = opening or f"Wrong: {said.words}."
    return Verdict(said.correct, said.category, found, slips, name=str(name), opening=opening, hint=said.hint, **more)


def no_verdict(name: str, words: str, notes=()) -> Verdict:
    """No verdict, and why."""
    return verdict(name, Said(None, "no-verdict"), f"No verdict: {words}", notes=tuple(notes))


def listed(names: list[str], most: int = 8) -> str:
    """Names with commas, the last of many left out."""
    text = ", ".join(names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most} more"
