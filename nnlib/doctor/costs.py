"""The costs by name: C(A, Y) from what the forward pass gave and the targets, both (T, n), real or complex."""

from __future__ import annotations

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


# name: C(A, Y) summed over samples and outputs, the factor in front for (T, n)
COSTS = {
    "squared": (lambda A, Y: ((A - Y) ** 2).sum(), lambda T, n: 1 / T),
    "half sum": (lambda A, Y: ((A - Y) ** 2).sum(), lambda T, n: 1 / 2),
    "half mean": (lambda A, Y: ((A - Y) ** 2).sum(), lambda T, n: 1 / (2 * T)),
    "sum": (lambda A, Y: ((A - Y) ** 2).sum(), lambda T, n: 1.0),
    "mse": (lambda A, Y: ((A - Y) ** 2).sum(), lambda T, n: 1 / (T * n)),
    "cross-entropy": (_entropy, lambda T, n: 1 / T),
    "bce": (_binary, lambda T, n: 1 / T),
    "absolute": (lambda A, Y: np.where((A - Y).real > 0, A - Y, Y - A).sum(), lambda T, n: 1 / T),
}
LOGITS = {"bce": _bits, "cross-entropy": lambda Z, Y: _entropy(softmax(Z), Y)}
ALSO = {
    "half": "half sum",
    "half squared": "half sum",
    "sse": "sum",
    "sum of squares": "sum",
    "mean squared error": "mse",
    "binary cross-entropy": "bce",
    "log loss": "bce",
    "logistic": "bce",
    "categorical cross-entropy": "cross-entropy",
    "softmax": "cross-entropy",
    "ce": "cross-entropy",
    "nll": "cross-entropy",
    "mae": "absolute",
}
SPOKEN = {"bce": "binary cross-entropy", "cross-entropy": "softmax with cross-entropy", "squared": "the squared error"}
UNDECLARED = ("squared", "cross-entropy", "bce", "cross-entropy of logits", "bce of logits", "absolute")


class Cost:
    """A cost by name (with "sum" or "mean" over the samples after it), or the learner's own function of (A, Y)."""

    def __init__(self, given, logits: bool = False):
        self.own = given if callable(given) else None
        self.name = getattr(given, "__name__", "your cost") if self.own else self._named(given)
        self.logits = logits or self.name.endswith(" of logits")
        base = self.name.removesuffix(" of logits")
        if not self.own:
            self.total, self.factor = COSTS[base]
            if self.logits:
                self.total = LOGITS.get(base, self.total)
        words = str(given).lower().split()
        self.over = words[-1] if not self.own and words[-1] in ("sum", "mean") and base in LOGITS else ""

    @staticmethod
    def _named(given) -> str:
        text = " ".join(str(given).lower().replace("_", " ").split())
        for name in (text, text.removesuffix(" sum"), text.removesuffix(" mean")):
            for spelled in (name, name.replace(" entropy", "-entropy"), name.replace("-", " ")):
                base = spelled.removesuffix(" of logits")
                if ALSO.get(base, base) in COSTS:
                    return ALSO.get(base, base) + (" of logits" if base != spelled else "")
        raise ValueError(f"cost: expected a function cost(A, Y), or one of {', '.join(COSTS)}, got {given!r}")

    def __call__(self, A, Y):
        """The cost of outputs (T, n) under targets (T, n); a complex A gives a complex number."""
        factor = {"sum": 1.0, "mean": 1 / len(A)}.get(self.over) or self.factor(*A.shape)
        return factor * self.total(A, Y)

    @property
    def words(self) -> str:
        """As it is said in a report."""
        name = self.name.removesuffix(" of logits")
        return SPOKEN.get(name, name) + (" of the logits" if self.logits and name in LOGITS else "")
