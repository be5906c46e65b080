"""The sources and their conventions: one row for each book, course or library that a learner may hold beside these lessons.

The rows stand in sources.toml, which says what each field means.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nnlib import checks


@dataclass(frozen=True)
class Source:
    """One source's conventions; c, the layouts and the card all follow from these facts (lesson 1)."""

    slug: str
    name: str
    weight: str
    transposed: bool
    columns: bool
    bias_axis: str
    first_layer: int
    label: str
    symbols: tuple[str, str, str]
    half: bool
    over_samples: str
    over_outputs: str
    delta_holds_mean: bool
    cost: str
    reference: str
    note: str = ""
    squared: bool = True
    checked: str = "not re-read"
    also: tuple[str, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)  # see nnlib.notation.formula

    @property
    def needs(self) -> tuple[str, ...]:
        """What c depends on: of "T" (samples) and "K" (outputs), those that must be known."""
        return ("T",) * (self.over_samples == "sum") + ("K",) * (self.over_outputs == "mean")

    def factor(self, T: int | None = None, K: int | None = None) -> float:
        """c, for our gradient = c times the source's, same data and weights (lesson 6).

        c = (1/T) / (h s o), where the source's cost is h s o times the plain sum of squares: h is 1/2 or 1, s is 1/T
        or 1, o is 1/K or 1, for T samples and K outputs. Raises ValueError where T or K is needed and not given, or where
        the source's cost is no squared error.
        """
        if not self.squared:
            raise ValueError(f"{self.name}: expected a squared-error cost, its cost is {self.cost}: no factor c exists")
        counts = {"T": checks.optional("T", T), "K": checks.optional("K", K)}
        for name in self.needs:
            if counts[name] is None:
                what = f"{name} = the number of {'samples' if name == 'T' else 'outputs'}"
                raise ValueError(f"{self.name}: c = {self.factor_text}; expected {what}, at least 1, got None")
        c = 2.0 if self.half else 1.0
        return c * (counts["K"] if "K" in self.needs else 1) / (counts["T"] if "T" in self.needs else 1)

    @property
    def factor_text(self) -> str:
        """c in letters: "1", "2", "2/T", "K" ... or "n/a" where the cost is no squared error."""
        if not self.squared:
            return "n/a"
        top = ("2" if self.half else "") + (" K" if self.half and "K" in self.needs else "K" * ("K" in self.needs))
        return (top or "1") + ("/T" if "T" in self.needs else "")

    def answers(self) -> tuple[tuple[str, str], ...]:
        """The seven questions to ask of any formula, and what this source answers (lesson 1)."""
        before, after, target = ("no letter" if symbol == "-" else symbol for symbol in self.symbols)
        matrix = "ours transposed" if self.transposed else "the same as ours"
        how = f"{self.over_samples} over samples, {self.over_outputs} over outputs"
        return (
            ("Which index is 'to'?", f"{self.weight}; W is {matrix}"),
            ("Which layer gives the number?", f"the layer {self.label}; the first weights have number {self.first_layer}"),
            ("Before or after the activation?", f"{before} before, {after} after, target {target}"),
            ("Is there a 1/2?", "yes" if self.half else "no"),
            ("Sum or mean?", how if self.squared else f"{self.over_samples} over samples, another cost"),
            ("Rows or columns?", f"samples are {'columns' if self.columns else 'rows'}"),
            ("Is 1/T inside delta?", "yes" if self.delta_holds_mean else "no"),
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [self.name, *(f"  {question} {answer}" for question, answer in self.answers())]
        lines += [f"  Cost: {self.cost}", f"  Our gradient = c times its gradient, c = {self.factor_text}"]
        lines += [f"  Note: {self.note}"] * bool(self.note) + [
            f"  Read: {self.reference}",
            f"  Checked: {self.checked}",
        ]
        return "\n".join(lines)


def _read() -> tuple[Source, ...]:
    """The rows of sources.toml, in its order."""
    tables = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
    return tuple(_row(slug, **facts) for slug, facts in tables.items())


def _row(slug: str, symbols, also=(), **facts) -> Source:
    return Source(slug, symbols=tuple(symbols), also=tuple(also), **facts)


TABLE = _read()
SOURCES: dict[str, Source] = {row.slug: row for row in TABLE}
ALIASES: dict[str, str] = {alias: row.slug for row in TABLE for alias in row.also}


def source(name: str | Source) -> Source:
    """The row of a source by its slug, its full name or a common short name; capitals and punctuation do not matter.

    Raises ValueError that lists the slugs and offers the nearest; TypeError for anything but a name or a Source.
    """
    if isinstance(name, Source):
        return name
    if not isinstance(name, str):
        raise TypeError(f"source: expected a name such as 'nielsen', or a Source, got {type(name).__name__}")
    known = {_plain(key): row for row in TABLE for key in (row.slug, row.name)}
    known.update({alias: SOURCES[slug] for alias, slug in ALIASES.items()})
    key = _plain(name)
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"; did you mean {known[near[0]].slug!r}?" if near else ""
        raise ValueError(f"source: expected one of {', '.join(SOURCES)}, got {name!r}{hint}")
    return known[key]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
