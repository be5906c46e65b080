"""The named factors: every number by which a gradient is commonly too large, and the scopes where it stands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

TWO, TWICE, SUM, AGAIN, OUTPUTS, COUNT, RATE, NORATE, SIGN, AGAINSTEP = (
    "missing-factor-two", "extra-factor-two", "sum-instead-of-mean", "divided-twice", "mean-over-outputs",
    "divided-by-wrong-count", "learning-rate-in-gradient", "learning-rate-ignored", "sign", "repeated-update",
)  # fmt: skip

REMAINDER = "batch-remainder"
SIZES = (2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100)  # constants that people write for a batch size


class Named(NamedTuple):
    """A factor with a name: what it is for layer l of a problem, and the categories of mistake that give it."""

    name: str
    value: object  # (problem, l) -> number
    categories: tuple[str, ...]
    cost: float = 1.0
    kind: str = "both"
    pair: bool = False  # all its categories together make it, rather than any one of them
    partly: tuple[str, ...] = ()  # its categories where it stands in some arrays only


def _T(p):
    return len(p.X)


SINGLE = (
    Named("1/2", lambda p, l: .5, (TWO, TWICE)),
    Named("2", lambda p, l: 2, (TWICE,), kind="gradients"),
    Named("2", lambda p, l: 2, (TWICE, AGAINSTEP), kind="train_step", partly=(AGAINSTEP, TWICE)),
    Named("4", lambda p, l: 4, (TWICE,), 1.2),
    Named("1/4", lambda p, l: .25, (TWO, TWICE), 1.2),
    Named("T", lambda p, l: _T(p), (SUM,)),
    Named("1/T", lambda p, l: 1 / _T(p), (AGAIN,)),
    Named("1/T^2", lambda p, l: 1 / _T(p) ** 2, (AGAIN,), 1.2),
    Named("T^2", lambda p, l: _T(p) ** 2, (SUM,), 1.2),
    Named("1/n_out", lambda p, l: 1 / p.sizes[-1], (OUTPUTS,)),
    Named("n_out", lambda p, l: p.sizes[-1], (COUNT,), 1.2),
    Named("T/n_out", lambda p, l: _T(p) / p.sizes[-1], (COUNT,)),
    Named("T/n_in", lambda p, l: _T(p) / p.sizes[0], (COUNT,)),
    Named("1/n_in", lambda p, l: 1 / p.sizes[0], (COUNT,)),
    Named("T/n_prev", lambda p, l: _T(p) / p.sizes[l], (COUNT,)),
    Named("T/n_this", lambda p, l: _T(p) / p.sizes[l + 1], (COUNT,)),
    Named("1/n_prev", lambda p, l: 1 / p.sizes[l], (COUNT,)),
    Named("1/n_this", lambda p, l: 1 / p.sizes[l + 1], (COUNT, OUTPUTS)),
    Named("1/n_next", lambda p, l: 1 / p.sizes[min(l + 2, len(p.sizes) - 1)], (COUNT,), 1.2),
    Named("T/n_next", lambda p, l: _T(p) / p.sizes[min(l + 2, len(p.sizes) - 1)], (COUNT,), 1.2),
    Named("T/n_hidden", lambda p, l: _T(p) / p.sizes[1], (COUNT,), 1.1),
    Named("T/n_last_hidden", lambda p, l: _T(p) / p.sizes[-2], (COUNT,), 1.1),
    Named("1/n_last_hidden", lambda p, l: 1 / p.sizes[-2], (COUNT,), 1.2),
    Named("1/(n_prev n_this)", lambda p, l: 1 / p.sizes[l] / p.sizes[l + 1], (COUNT,)),
    Named("T/(n_prev n_this)", lambda p, l: _T(p) / p.sizes[l] / p.sizes[l + 1], (COUNT,)),
    Named("T/(T n_in n_out)", lambda p, l: 1 / p.sizes[0] / p.sizes[-1], (COUNT,), 1.2),
    Named("T/L", lambda p, l: _T(p) / len(p.weights), (COUNT,)),
    Named("T/(L+1)", lambda p, l: _T(p) / (len(p.weights) + 1), (COUNT,), 1.1),
    Named("1/L", lambda p, l: 1 / len(p.weights), (COUNT,)),
    Named("T/parameters", lambda p, l: _T(p) / sum(v.size for v in [*p.weights, *p.biases]), (COUNT,), 1.2),
    Named("T/neurons", lambda p, l: _T(p) / sum(p.sizes), (COUNT,), 1.2),
    Named("T/weights", lambda p, l: _T(p) / sum(v.size for v in p.weights), (COUNT,), 1.2),
    Named("T/(T-1)", lambda p, l: _T(p) / (_T(p) - 1) if _T(p) > 1 else np.inf, (COUNT,)),
    Named("T/(T-1)", lambda p, l: _T(p) / max(_T(p) - 1, 1), (COUNT,)),
    Named("T/(T+1)", lambda p, l: _T(p) / (_T(p) + 1), (COUNT,)),
    Named("T/(T+n_in)", lambda p, l: _T(p) / (_T(p) + p.sizes[0]), (COUNT,), 1.2),
    Named("1/sqrt(T)", lambda p, l: _T(p) ** -.5, (AGAIN, COUNT), 1.2),
    Named("sqrt(T)", lambda p, l: _T(p) ** .5, (COUNT, SUM), 1.2),
    Named("L", lambda p, l: len(p.weights), (AGAINSTEP, "accumulator-not-reset")),
    Named("l", lambda p, l: l + 1, (AGAINSTEP, "accumulator-not-reset")),
    Named("(L+1-l)", lambda p, l: len(p.weights) - l, (AGAINSTEP, "accumulator-not-reset")),
    Named("T", lambda p, l: _T(p), (SUM, AGAINSTEP), 1.05, "train_step"),
    Named("rate", lambda p, l: p.rate, (RATE,), 1, "train_step"),
    Named("1/rate", lambda p, l: 1 / p.rate, (NORATE,), 1, "train_step"),
    Named("T rate", lambda p, l: _T(p) * p.rate, (RATE, SUM), 2, "train_step", True),
    Named("T/rate", lambda p, l: _T(p) / p.rate, (NORATE, SUM), 2, "train_step", True),
    Named("rate/T", lambda p, l: p.rate / _T(p), (RATE, AGAIN), 2, "train_step", True),
    Named("1/(T rate)", lambda p, l: 1 / (_T(p) * p.rate), (NORATE, AGAIN), 2, "train_step", True),
    Named("rate^2", lambda p, l: p.rate**2, (RATE,), 1.2, "train_step"),
    Named("sqrt(rate)", lambda p, l: p.rate**.5, (RATE,), 1.2, "train_step"),
    Named("1/rate^2", lambda p, l: 1 / p.rate**2, (NORATE,), 1.3, "train_step"),
)  # fmt: skip


def _batched():
    """Every batch divided by the full size, a short last one too; or the batches' sums and means counted wrongly."""
    for B in SIZES:
        full, some = (lambda p, B=B: max(_T(p) // B, 1)), (lambda p, B=B: -(-_T(p) // B))
        yield Named(f"T/({B} · batches)", lambda p, l, B=B, n=some: _T(p) / (B * n(p)), (REMAINDER, COUNT), 1.3)
        yield Named(f"batches of {B}", lambda p, l, n=some: n(p), (REMAINDER, SUM), 1.4)
        yield Named(f"T/({B} · whole batches)", lambda p, l, B=B, n=full: _T(p) / (B * n(p)), (REMAINDER, COUNT), 1.4)


def _halves():
    for named in SINGLE:
        if named.name in ("1/2", "2", "4", "1/4", "T^2", "1/T^2"):
            continue
        for word, factor, category in (("/2", 0.5, TWO), ("·2", 2, TWICE)):
            yield Named(
                named.name + word,
                lambda p, l, n=named, f=factor: f * n.value(p, l),
                (*(named.categories if named.pair else named.categories[:1]), category),
                named.cost + 1,
                named.kind,
                True,
            )
        if named.categories[0] == COUNT:
            yield Named(
                named.name + "/T",
                lambda p, l, n=named: n.value(p, l) / _T(p),
                (COUNT, AGAIN),
                named.cost + 1,
                named.kind,
                True,
            )


NAMED = (*SINGLE, *_batched(), *_halves())

# Where a factor stands: (kind of array, l, L) -> inside?
SCOPES = {
    "everywhere": lambda k, l, L: True,
    "weights": lambda k, l, L: k == "W",
    "biases": lambda k, l, L: k == "b",
    "output layer": lambda k, l, L: l == L - 1,
    "hidden layers": lambda k, l, L: l < L - 1,
    "first layer": lambda k, l, L: l == 0,
    "middle layers": lambda k, l, L: 0 < l < L - 1,
    "all but the first layer": lambda k, l, L: l > 0,
    "output weights": lambda k, l, L: k == "W" and l == L - 1,
    "output biases": lambda k, l, L: k == "b" and l == L - 1,
    "hidden weights": lambda k, l, L: k == "W" and l < L - 1,
    "hidden biases": lambda k, l, L: k == "b" and l < L - 1,
    "first weights": lambda k, l, L: k == "W" and l == 0,
    "first biases": lambda k, l, L: k == "b" and l == 0,
    "second layer": lambda k, l, L: l == 1,
    "second weights": lambda k, l, L: k == "W" and l == 1,
    "second biases": lambda k, l, L: k == "b" and l == 1,
    "middle weights": lambda k, l, L: k == "W" and 0 < l < L - 1,
    "middle biases": lambda k, l, L: k == "b" and 0 < l < L - 1,
}
POWERS = {  # a factor that enters once more in every layer: powers
    "once more in each layer on the way down": lambda k, l, L: L - 1 - l,
    "in every layer": lambda k, l, L: L - l,
    "once more in each layer on the way down, weights only": lambda k, l, L: (L - 1 - l) * (k == "W"),
    "in every layer going up": lambda k, l, L: l,
}
