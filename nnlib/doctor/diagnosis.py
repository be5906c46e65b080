"""What the doctor answers: a verdict, the place, the mistake, the evidence, and a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nnlib.doctor.contract import VOCABULARY


class Finding(NamedTuple):
    """One array beside the right one: its name, the largest entry that differs, yours and the right one, the error."""

    array: str
    index: tuple[int, ...]
    yours: float
    right: float
    error: float


@dataclass
class Diagnosis:
    """The verdict on one function; `str` and a notebook show it in words. See MISTAKES in the doctor's contract.

    `where` holds ("W", l) and ("b", l) of a network with three weight layers; `candidates` begins with `category`.
    """

    correct: bool
    category: str
    candidates: tuple[str, ...] = ()
    where: frozenset = frozenset()
    root: str = ""
    notes: tuple[str, ...] = ()
    kind: str = "gradients"
    what: str = ""  # the slip in words, more precise than the category
    formula: str = ""  # with the faulty factor between « »
    convention: str = ""  # under which other convention the result would be exactly right
    declared: bool = False  # was a convention declared?
    second: tuple[tuple[str, str, str], ...] = ()  # further slips: category, what, formula
    evidence: tuple[Finding, ...] = ()
    details: tuple[str, ...] = ()
    error: float = 0.0
    layers: int = 3
    square: bool = False  # wrong numbers came back only where T equals every width, which `where` leaves aside
    name: str = "your function"
    mend: str = ""  # a hint for this case alone, in place of that of the category

    def __post_init__(self):
        self.candidates = tuple(dict.fromkeys((self.category, *self.candidates)))[:3]
        self.formula = self.formula or VOCABULARY[self.category].formula

    @property
    def hint(self) -> str:
        """How to mend it, in a sentence or two."""
        return self.mend or VOCABULARY[self.category].hint

    @property
    def family(self) -> str:
        """The family of the category, as in the vocabulary."""
        return VOCABULARY[self.category].family

    def __str__(self) -> str:
        from nnlib.doctor.report import text

        return text(self)

    __repr__ = __str__  # the words, not the fields: `where` is a set, printed in another order each time

    def _repr_html_(self) -> str:
        from nnlib.doctor.report import html

        return html(self)
