"""The programs of programs.toml: right backpropagation as text, in the styles and settings in which people write it."""

from __future__ import annotations

from typing import NamedTuple

from texts import edited, tables


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


def read() -> tuple[Program, ...]:
    (head, rows), found = tables("programs"), {}
    for name, table in rows.items():
        of, more, changes = table.pop("of", None), table.pop("more", ""), table.pop("changes", ())
        source = found[of].source if of else f"\n{head}\n{table.pop('code')}"
        found[name] = Program(name, edited(source, *changes) + ("\n" + more if more else ""), **table)
    return tuple(found.values())


PROGRAMS = read()
