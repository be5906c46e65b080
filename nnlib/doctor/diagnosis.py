"""What the doctor answers, as values that are built once: the slips, the evidence, the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from math import isfinite
from typing import NamedTuple

from nnlib.doctor.setting import Setting
from nnlib.doctor.vocabulary import VOCABULARY


@dataclass(frozen=True)
class Slip:
    """One mistake: its category, the arrays or layers in which it stands, what happens in words, the line with « » round it.

    `number` is the number that the words hold, where they hold one.
    """

    category: str
    scope: str
    words: str
    formula: str = ""
    number: float | None = None


class Finding(NamedTuple):
    """One array beside the right one: its name, the largest entry that differs, yours and the right one, the error."""

    array: str
    index: tuple[int, ...]
    yours: float
    right: float
    error: float

    @property
    def entry(self) -> str:
        """The entry, as it is written in code."""
        return self.array + (str(list(self.index)) if self.index else "")


@dataclass(frozen=True)
class Repair:
    """A change after which everything was right: the line of the learner's file, what stands there, what belongs there."""

    line: int
    before: str
    after: str
    place: str = ""  # where a statement belongs that stands too early, too late, inside or outside a block

    def __str__(self) -> str:
        if self.place:
            return f"line {self.line}: `{self.before}` moved {self.place}"
        return f"line {self.line}: `{self.after}` in place of `{self.before}`"


@dataclass(frozen=True)
class Diagnosis:
    """The verdict on one function; `str` and a notebook show it in words.

    `correct` is True, False, or None where nothing could be judged ("no-verdict"). `category` is the word of the vocabulary
    for the first slip, `candidates` begins with it and holds others that the numbers cannot tell from it. `where` holds
    ("W", l) and ("b", l): the arrays that are wrong in a network of `layers` weight layers. `notes` are no mistakes.
    """

    correct: bool | None
    category: str
    candidates: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    where: frozenset = frozenset()
    root: str = ""
    notes: tuple[str, ...] = ()
    evidence: tuple[Finding, ...] = ()
    details: tuple[str, ...] = ()
    hint: str = ""
    elsewhere: str = ""  # the declaration under which the result would be right
    setting: Setting = field(default_factory=Setting)
    layers: int = 3
    name: str = "your function"
    opening: str = ""  # the first sentence, where it is none that follows from the category
    repair: Repair | None = None  # one change of the learner's own code after which everything is right
    predict: Callable | None = None  # by the hypothesis: what the learner's function gives for any arguments

    @property
    def what(self) -> str:
        """The first slip in words, more precise than the category."""
        return self.slips[0].words if self.slips else ""

    @property
    def formula(self) -> str:
        """The line of the first slip, with the faulty part between « »."""
        return self.slips[0].formula if self.slips else VOCABULARY[self.category].formula

    @property
    def second(self) -> tuple[tuple[str, str, str], ...]:
        """Further slips: category, words, line."""
        return tuple((s.category, s.words, s.formula) for s in self.slips[1:])

    @property
    def kind(self) -> str:
        """What was judged: "gradients" or "train_step"."""
        return self.setting.kind

    @property
    def family(self) -> str:
        """The family of the category, as in the vocabulary."""
        return VOCABULARY[self.category].family

    def to_dict(self) -> dict:
        """The fields as plain values for JSON: tuples become lists, `where` a sorted list, array verdicts a dictionary.

        "correct" (true, false, null), "category", "candidates", "slips" (category, scope, words, formula, number),
        "where", "notes", "evidence" (array, index, yours, right, error), "hint", "name", "opening" and the others of the class.
        """
        plain = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        return plain | {"where": sorted(map(_plain, self.where), key=str), "report": str(self)}

    def __str__(self) -> str:
        from nnlib.doctor.report import text

        return text(self)

    __repr__ = __str__  # the words, not the fields: `where` is a set, printed in another order each time

    def _repr_html_(self) -> str:
        from nnlib.doctor.report import html

        return html(self)


def _plain(value):
    """A value of a field as JSON holds it."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "_asdict"):
        return {k: _plain(v) for k, v in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


@dataclass(frozen=True)
class Explanation:
    """What one check, or the search, comes to: mistakes, or none and what is worth a note, or no verdict (`correct` None).

    `also` are further categories that it may be; `blamed` are the arrays that it touches where all gradients are right.
    """

    slips: tuple[Slip, ...] = ()
    also: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    opening: str = ""
    elsewhere: str = ""
    correct: bool | None = False
    hypothesis: object = None
    blamed: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        """The category of the first slip."""
        return self.slips[0].category if self.slips else "correct"

    @property
    def words(self) -> str:
        """The first slip in words."""
        return self.slips[0].words if self.slips else ""


def told(
    category: str, words: str, also=(), formula: str | None = None, scope: str = "everywhere", **more
) -> Explanation:
    """One slip, told: with the line of its category where no other is given."""
    line = VOCABULARY[category].formula if formula is None else formula
    return Explanation((Slip(category, scope, words, line),), tuple(also), **more)


def array_name(k: int, L: int) -> str:
    """dW[l] or db[l] for array k of 2L."""
    return f"dW[{k}]" if k < L else f"db[{k - L}]"
