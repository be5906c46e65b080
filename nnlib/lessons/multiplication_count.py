"""A float that counts its multiplications: how many does a piece of plain Python make?"""

from __future__ import annotations

from collections.abc import Callable


class Counted(float):
    """A float that notes each multiplication in which it takes part; the product is a plain float (lesson 2)."""

    made = 0

    def __mul__(self, other):
        Counted.made += 1
        return float(self) * other

    __rmul__ = __mul__


def multiplications(run: Callable) -> int:
    """How many products of Counted numbers happen while `run()` runs (lesson 2)."""
    before = Counted.made
    run()
    return Counted.made - before
