"""The word of the vocabulary for an edit, and its sentence: read from edits.txt, where the first line that fits decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nnlib.doctor.candidates.edits import Edit, Spelling
from nnlib.doctor.candidates.expressions import leaf, lines_of, parse, parts

OPERATORS = "@*+-/"


@dataclass(frozen=True)
class Rule:
    """One line of edits.txt."""

    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    old: str
    new: str
    category: str
    also: tuple[str, ...]
    sentence: str

    def fits(self, edit: Edit) -> bool:
        """Did this stand there, and did that come?"""
        return _stood(self.old, edit.old) and _came(self.new, edit)


def _stood(wanted: str, old: tuple) -> bool:
    if wanted == "*":
        return True
    if wanted in OPERATORS:
        return old[0] == wanted
    if wanted.startswith("~"):
        return any(s == leaf(wanted[1:]) for _, s in parts(old)) and old[0] not in "*/"
    return old in [parse(e) for e in wanted.split(";")]


def _came(wanted: str, edit: Edit) -> bool:
    if wanted == "*":
        return True
    if not wanted.startswith("="):
        return edit.name in wanted.split()
    news = [parse(e.strip()) for e in wanted[1:].split(";")]
    return any(s in news for s in (edit.new, *edit.new[1:], *(edit.new[1][1:] if edit.new[0] == "sum" else ())))


@cache
def rules() -> tuple[Rule, ...]:
    """The lines of edits.txt."""
    return tuple(
        Rule(tuple(stages.split()), tuple(kinds.split()), old, new, category, tuple(also.split()), sentence)
        for stages, kinds, old, new, category, also, sentence in lines_of("edits.txt")
    )


@cache
def rule_of(edit: Edit, spelling: Spelling) -> Rule:
    """The first rule that fits an edit of a spelling."""
    stage = (spelling.of or edit.stage).replace(" ", "-")
    return first_rule(stage, edit.kind.replace(" ", "-"), edit)


def first_rule(stage: str, kind: str, edit) -> Rule:
    """The first rule for one kind of edit in one part of the program that fits an edit, by its `old`, `new` and `name`."""
    return next(rule for rule in _rules_of(stage, kind) if rule.fits(edit))


@cache
def _rules_of(stage: str, kind: str) -> list[Rule]:
    return [r for r in rules() if {"*", stage} & set(r.stages) and {"*", kind} & set(r.kinds)]
