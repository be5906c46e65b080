"""The programs of programs.toml: right backpropagation as text, in the styles and settings in which people write it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple


class Program(NamedTuple):
    """Right code as text, what has to be declared for it, and how its arguments lie."""

    name: str
    source: str
    convention: object = None  # what `diagnose` is told; None where the contract holds
    targets: str = "numbers"  # "shares" where the targets of a sample sum to 1
    columns: bool = False  # samples as columns, W as w[to, from], biases as columns

    @property
    def kind(self) -> str:
        return "train_step" if "def train_step(" in self.source else "gradients"


def edited(source: str, *texts: str) -> str:
    """The source with texts replaced, edited(source, old, new, old, new); every old one has to be there."""
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        if old not in source:
            raise ValueError(f"{old!r} is not in the program")
        source = source.replace(old, new)
    return source


def read() -> tuple[Program, ...]:
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    head, found = tables.pop("head"), {}
    for name, table in tables.items():
        of, more, changes = table.pop("of", None), table.pop("more", ""), table.pop("changes", ())
        source = found[of].source if of else f"\n{head}\n{table.pop('code')}"
        found[name] = Program(name, edited(source, *changes) + ("\n" + more if more else ""), **table)
    return tuple(found.values())


PROGRAMS = read()
