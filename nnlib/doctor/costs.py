"""The costs by name: C(A, Y) from what the forward pass gave and the targets, both (T, n), real or complex."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


def softmax(Z):
    """e^z / sum e^z along the rows, real or complex."""
    e = np.exp(Z - Z.real.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _entropy(A, Y):
    return -np.where(Y != 0, Y * np.log(np.where(Y != 0, A, 1.0)), 0.0).sum()


def _binary(A, Y):
    return _entropy(A, Y) + _entropy(1 - A, 1 - Y)


def _bits(Z, Y):
    """Binary cross-entropy from logits: log(1 + e^z) - y z."""
    s = np.where(Z.real > 0, 1.0, -1.0)
    return (np.where(s > 0, Z, 0) + np.log1p(np.exp(-s * Z)) - Y * Z).sum()


def _squares(A, Y):
    return ((A - Y) ** 2).sum()


class Row(NamedTuple):
    """One cost: C summed over samples and outputs, what stands in front for (T, n), and the words for it.

    `of_logits`: the same from the logits, where the outputs are probabilities. `family`: the cost of the engine that it is
    a multiple of. `also`: other names.
    """

    total: Callable
    factor: Callable[[int, int], float]
    family: str = ""
    words: str = ""
    of_logits: Callable | None = None
    also: tuple[str, ...] = ()


COSTS = {
    "squared": Row(_squares, lambda T, n: 1 / T, "squared", "the squared error"),
    "half sum": Row(_squares, lambda T, n: 1 / 2, "squared", also=("half", "half squared")),
    "half mean": Row(_squares, lambda T, n: 1 / (2 * T), "squared"),
    "sum": Row(_squares, lambda T, n: 1.0, "squared", also=("sse", "sum of squares")),
    "mse": Row(_squares, lambda T, n: 1 / (T * n), "squared", also=("mean squared error",)),
    "cross-entropy": Row(
        _entropy, lambda T, n: 1 / T, "cross-entropy", "softmax with cross-entropy",
        lambda Z, Y: _entropy(softmax(Z), Y), ("categorical cross-entropy", "softmax", "ce", "nll"),
    ),
    "bce": Row(
        _binary, lambda T, n: 1 / T, "bce", "binary cross-entropy", _bits, ("binary cross-entropy", "log loss", "logistic"),
    ),
    "absolute": Row(
        lambda A, Y: np.where((A - Y).real > 0, A - Y, Y - A).sum(), lambda T, n: 1 / T, also=("mae",)
    ),
}  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())


SPELLED = {_plain(spelled): name for name, row in COSTS.items() for spelled in (name, *row.also)}


class Cost:
    """A cost by name (with "sum" or "mean" over the samples after it), or the learner's own function of (A, Y).

    `on_logits`: it is taken of the logits. `over`: "sum" or "mean" where the name said so. Raises ValueError for a name that
    is none.
    """

    def __init__(self, given, logits: bool = False):
        self.own = given if callable(given) else None
        self.row, self.on_logits, self.over = Row(self.own, lambda T, n: 1.0), logits, ""
        if self.own:
            self.name = self.words = getattr(given, "__name__", "your cost")
            return
        text = _plain(str(given))
        if text not in SPELLED and text.endswith((" sum", " mean")):
            text, _, self.over = text.rpartition(" ")
        self.on_logits = logits or text.endswith(" of logits")
        if (text := text.removesuffix(" of logits")) not in SPELLED:
            raise ValueError(f"cost: expected a function cost(A, Y), or one of {', '.join(COSTS)}, got {given!r}")
        self.name = SPELLED[text]
        self.row = COSTS[self.name]
        self.over = self.over if self.of_probabilities else ""
        self.words = self.row.words or self.name
        if self.on_logits and self.of_probabilities:
            self.words += " of the logits"

    @property
    def of_probabilities(self) -> bool:
        """Is it a cost of probabilities (or of their logits), and not of any numbers?"""
        return self.row.of_logits is not None

    def factor(self, T: int, n: int) -> float:
        """What stands in front of the sum over T samples of n outputs."""
        return {"sum": 1.0, "mean": 1 / T}.get(self.over) or self.row.factor(T, n)

    def own_value(self, A, Y) -> float:
        """The learner's own cost of what the forward pass gave. Raises TypeError where it is no function (A, Y) -> number."""
        try:
            return float(np.real(self.own(A, Y)))
        except Exception as error:
            raise TypeError(
                f"cost: expected a function cost(A, Y) -> one number, where A is what output gave, here of shape {np.shape(A)}, "
                f"and Y the targets; {self.name} raised {type(error).__name__}: {error}. A cost of (X, Y) is brought by its "
                'name, such as cost="half sum", or written as a function of the outputs'
            ) from error

    def __call__(self, A, Y):
        """The cost of outputs (T, n) under targets (T, n); a complex A gives a complex number."""
        total = self.row.of_logits if self.on_logits and self.row.of_logits else self.row.total
        return self.factor(*A.shape) * total(A, Y)


UNDECLARED = (
    Cost("squared"), Cost("cross-entropy"), Cost("bce"), Cost("cross-entropy", logits=True), Cost("bce", logits=True),
    Cost("absolute"),
)  # fmt: skip
