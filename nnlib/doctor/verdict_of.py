"""The verdict on code brought as it is: frozen, in the learner's names, shown in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape


@dataclass(frozen=True)
class Verdict:
    """`correct` is True, False, or None (category "no-verdict"); `where` and `arrays` hold the learner's own names.

    `category` is a word of the vocabulary, `candidates` begins with it. `arrays` maps each name to "right", "factor",
    "wrong" or "unseen"; `notes` are no mistakes; `evidence` holds (entry, yours, right).
    """

    correct: bool | None
    category: str
    name: str
    opening: str
    candidates: tuple[str, ...] = ()
    where: frozenset = frozenset()
    arrays: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    evidence: tuple[tuple[str, float, float], ...] = ()
    formula: str = ""
    hint: str = ""
    line: str = ""  # of the learner's file, where the first wrong array is computed

    def __post_init__(self):
        object.__setattr__(self, "candidates", tuple(dict.fromkeys((self.category, *self.candidates)))[:3])

    def to_dict(self) -> dict:
        """The fields as plain values for JSON: sets become sorted lists."""
        return asdict(self) | {"where": sorted(self.where), "candidates": list(self.candidates)}

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.opening}"]
        if self.correct is False:
            lines += [f"  {'where':14s} {', '.join(sorted(self.where))}"] if self.where else []
            lines += [f"  {'which mistake':14s} {', or '.join(self.candidates)}"]
        lines += [f"  {'fact':14s} {fact}" for fact in self.facts]
        if self.evidence:
            lines.append(f"  {'evidence':14s} {'entry':24s} {'yours':>13s} {'right':>13s}")
            lines += [f"  {'':14s} {entry:24s} {yours:13.6g} {right:13.6g}" for entry, yours, right in self.evidence]
        for label, words in (("formula", self.formula), ("hint", self.hint), ("look at", self.line)):
            lines += [f"  {label:14s} {words}"] if words else []
        return "\n".join(lines + [f"  {'note':14s} {note}" for note in self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def no_verdict(name: str, words: str, notes=()) -> Verdict:
    """No verdict, and why."""
    return Verdict(None, "no-verdict", name, f"No verdict: {words}", notes=tuple(notes))
