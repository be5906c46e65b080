"""One row of the table of mistakes, and how it unfolds over the scopes in which it can be made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnlib.doctor.stages import Change


@dataclass(frozen=True, eq=False)
class Row:
    """A mistake: its category, what happens in words, the formula with « » round the fault, and the stages it replaces.

    `also` names categories that give the same numbers; `scopes` where it is commonly made; `update` replaces the step
    (train_step only); `free` marks a row with one unknown number that is fitted; `convention` says under which other
    convention the result would be exactly right, one for all scopes or one for each; `cost` is how much less simple than
    usual the explanation is.
    """

    category: str
    what: str
    formula: str
    stages: dict[str, Callable]
    scopes: tuple[str, ...] = ("everywhere",)
    also: tuple[str, ...] = ()
    update: Callable | None = None
    free: bool = False
    convention: str | dict[str, str] = ""
    cost: float = 0.0


@dataclass(frozen=True, eq=False)
class Mistake:
    """A row in one scope: what the matcher tries."""

    row: Row
    scope: str

    @property
    def change(self) -> Change:
        """The stages it replaces, and where."""
        return Change(self.row.stages, self.scope)

    @property
    def convention(self) -> str:
        """The convention under which it would be right, in this scope."""
        named = self.row.convention
        return named.get(self.scope, "") if isinstance(named, dict) else named

    def describe(self) -> str:
        """What happens, with the scope where it is not everywhere."""
        return self.row.what + ("" if self.scope == "everywhere" else f" ({self.scope} only)")


ALL, OUT, HID, FIRST, UPPER, MID, SECOND, LOWER = (
    "everywhere", "output layer", "hidden layers", "first layer", "all but the first layer", "middle layers",
    "second layer", "last hidden layer",
)  # fmt: skip
LAYERS = (ALL, OUT, HID, FIRST, UPPER, MID, SECOND, LOWER)  # for stages that every layer has
CARRIES = (ALL, OUT, HID, SECOND)  # for the way down, which the first layer does not have
