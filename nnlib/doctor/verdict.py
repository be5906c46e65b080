"""The diagnosis of code brought as it is: in the learner's own names, with each array's verdict and the line to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import numpy as np

from nnlib.doctor.diagnosis import Diagnosis, Finding, Slip
from nnlib.doctor.report import STYLE, percent


@dataclass(frozen=True)
class Verdict(Diagnosis):
    """A diagnosis whose `where` holds the learner's own names.

    `arrays` maps each name to "right", "factor" (a pure multiple of the slope), "wrong", or "unseen" (no slope to compare
    with); `facts` are sentences about the wrong ones, `line` is the line of the learner's file to look at.
    """

    arrays: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    line: str = ""

    @property
    def formula(self) -> str:
        """The line of the slip with the faulty part between « », where the network was recognised."""
        return self.slips[0].formula if self.slips else ""

    def rows(self) -> list[tuple[str, str]]:
        """(label, sentence) rows that both forms of the report show."""
        rows = []
        if self.correct is False:
            others = "".join(f", or {c}" for c in self.candidates[1:])
            rows += [("where", ", ".join(sorted(self.where)))] if self.where else []
            rows += [("which mistake", self.category + others)] if self.category != "unknown" else []
        rows += [("fact", fact) for fact in self.facts]
        rows += [(label, words) for label, words in (("formula", self.formula), ("hint", self.hint)) if words]
        if self.repair:
            rows.append(("one change", f"{self.repair} makes every gradient right"))
        elif self.line:
            rows.append(("look at", self.line))
        return rows + [("note", note) for note in self.notes]

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.opening}", *(f"  {label:14s} {words}" for label, words in self.rows())]
        if self.evidence:
            lines.append(f"  {'evidence':14s} {'entry':24s} {'yours':>13s} {'right':>13s} {'error of the array':>19s}")
            lines += [
                f"  {'':14s} {entry(f):24s} {f.yours:13.6g} {f.right:13.6g} {percent(f.error):>19s}"
                for f in self.evidence
            ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        kind = "doctor right" if self.correct else "doctor"
        rows = "".join(f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td></tr>' for a, b in self.rows())
        cells = ((escape(entry(f)), f"{f.yours:.6g}", f"{f.right:.6g}") for f in self.evidence)
        numbers = "".join(
            f'<tr><td><code>{a}</code></td><td class="num">{b}</td><td class="num">{c}</td></tr>' for a, b, c in cells
        )
        head = '<tr><th scope="col">entry</th><th scope="col">yours</th><th scope="col">right</th></tr>'
        table = f"<table><thead>{head}</thead><tbody>{numbers}</tbody></table>" if numbers else ""
        rows = rows.replace("«", "<mark>").replace("»", "</mark>")
        return (
            f'<style>{STYLE}</style><section class="{kind}" aria-label="Diagnosis of {escape(self.name)}">'
            f'<p class="verdict">{escape(self.opening)}</p><table>{rows}</table>{table}</section>'
        )


@dataclass(frozen=True)
class Said:
    """A conclusion: the category (empty where all is right), the first sentence, and notes that go with it."""

    category: str = ""
    opening: str = ""
    candidates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    formula: str = ""
    hint: str = ""
    blamed: tuple[str, ...] | None = None  # where the gradients themselves are right; None: all


def entry(finding: Finding) -> str:
    """The entry of an array, as it is written in code."""
    index = ", ".join(map(str, finding.index))
    return f"{finding.array}[{index}]" if index else finding.array


def verdict(correct, category: str, name: str, opening: str, *, candidates=(), formula="", **more) -> Verdict:
    """A verdict with its category first among the candidates, and one slip where something is wrong."""
    words = opening.removeprefix("Wrong: ").rstrip(".")
    slips = (Slip(category, "", words, formula),) if correct is False else ()
    found = tuple(dict.fromkeys((category, *candidates)))[:3]
    return Verdict(correct, category, found, slips, name=str(name), opening=opening, **more)


def no_verdict(name: str, words: str, notes=()) -> Verdict:
    """No verdict, and why."""
    return verdict(None, "no-verdict", name, f"No verdict: {words}", notes=tuple(notes))


def listed(names: list[str], most: int = 8) -> str:
    """Names with commas, the last of many left out."""
    text = ", ".join(names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most} more"


def finding(name: str, slope, k: int, yours, right) -> Finding:
    """The entry looked at as number k: its index, both numbers, and the relative error of all that was looked at."""
    index = tuple(map(int, np.unravel_index(slope.picked[k], slope.shape))) if slope.shape else ()
    size = float(np.linalg.norm(right))
    error = float(np.linalg.norm(np.asarray(yours) - right)) / size if size else np.inf
    return Finding(name, index, float(yours[k]), float(right[k]), error)
