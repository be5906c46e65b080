"""The named factors: every number by which a gradient is commonly too large, and the scopes where it stands."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from nnlib.doctor.candidates import edits

TWO, TWICE, SUM, AGAIN, OUTPUTS, COUNT, RATE, NORATE, REPEATED = (
    "missing-factor-two", "extra-factor-two", "sum-instead-of-mean", "divided-twice", "mean-over-outputs",
    "divided-by-wrong-count", "learning-rate-in-gradient", "learning-rate-ignored", "repeated-update",
)  # fmt: skip
GROWS = "accumulator-not-reset"


@dataclass(frozen=True, eq=False)
class Part:
    """A number with a name, for layer l of a problem, and the categories of mistake that give it."""

    name: str
    value: Callable
    categories: tuple[str, ...]
    cost: float = 1.0
    layers: bool = False  # a count of layers, or the number of one

    @property
    def number(self) -> float | None:
        """The factor itself, where it is the same in every layer of every problem."""
        return {"1/2": 0.5, "2": 2.0, "4": 4.0, "1/4": 0.25}.get(self.name)


def _T(p):
    return len(p.X)


COUNTS = {
    "n_out": lambda p, l: p.sizes[-1], "n_in": lambda p, l: p.sizes[0], "n_prev": lambda p, l: p.sizes[l],
    "n_this": lambda p, l: p.sizes[l + 1], "n_next": lambda p, l: p.sizes[min(l + 2, len(p.sizes) - 1)],
    "n_hidden": lambda p, l: p.sizes[1], "n_last_hidden": lambda p, l: p.sizes[-2], "L": lambda p, l: p.layers,
    "(n_prev n_this)": lambda p, l: p.sizes[l] * p.sizes[l + 1], "(n_in n_out)": lambda p, l: p.sizes[0] * p.sizes[-1],
    "all neurons": lambda p, l: sum(p.sizes[1:]), "all weights": lambda p, l: sum(W.size for W in p.weights),
    "(T - 1)": lambda p, l: _T(p) - 1, "(T + 1)": lambda p, l: _T(p) + 1,
}  # fmt: skip
ONE = Part("", lambda p, l: 1.0, (), 0.0)
DOUBLE = Part("2", lambda p, l: 2.0, (TWICE, REPEATED))
TWOS = (
    ONE, Part("1/2", lambda p, l: 0.5, (TWO,)), DOUBLE,
    Part("4", lambda p, l: 4.0, (TWICE,), 1.2), Part("1/4", lambda p, l: 0.25, (TWICE, TWO), 1.2),
)  # fmt: skip
SIZES = (
    ONE, Part("T", lambda p, l: _T(p), (SUM,)), Part("1/T", lambda p, l: 1 / _T(p), (AGAIN,)),
    Part("1/T^2", lambda p, l: _T(p) ** -2.0, (AGAIN,), 1.2), Part("T^2", lambda p, l: _T(p) ** 2.0, (SUM,), 1.2),
    Part("1/sqrt(T)", lambda p, l: _T(p) ** -0.5, (AGAIN, COUNT), 1.2), Part("sqrt(T)", lambda p, l: _T(p) ** 0.5, (COUNT,), 1.2),
    *(Part(f"T/{n}", lambda p, l, f=f: _T(p) / f(p, l) if f(p, l) else np.inf, (COUNT,), 1.0 if i < 6 or i > 11 else 1.1, layers=n == "L") for i, (n, f) in enumerate(COUNTS.items())),
    *(Part(f"1/{n}", lambda p, l, f=f: 1 / f(p, l) if f(p, l) else np.inf, (OUTPUTS,) if i == 0 else (COUNT, OUTPUTS), 1.0 if i < 4 else 1.2, layers=n == "L") for i, (n, f) in enumerate(COUNTS.items())),
    *(Part(n, lambda p, l, f=f: f(p, l), (COUNT,), 1.2) for i, (n, f) in enumerate(COUNTS.items()) if i < 4),
    Part("T/(T-1)", lambda p, l: _T(p) / max(_T(p) - 1, 1), (COUNT,), 1.1),
    Part("L", lambda p, l: p.layers, (REPEATED, GROWS), 1.1, layers=True), Part("l", lambda p, l: l + 1, (REPEATED, GROWS), 1.15, layers=True),
    Part("(L+1-l)", lambda p, l: p.layers - l, (REPEATED, GROWS), 1.15, layers=True),
)  # fmt: skip
RATES = (
    ONE, Part("rate", lambda p, l: p.rate, (RATE,)), Part("1/rate", lambda p, l: 1 / p.rate, (NORATE,)),
    Part("rate^2", lambda p, l: p.rate**2, (RATE,), 1.2), Part("sqrt(rate)", lambda p, l: p.rate**0.5, (RATE,), 1.2),
)  # fmt: skip

# Where a factor stands, by its name: (kind of array, l, L) -> inside?
SCOPES: dict[str, Callable] = {}
for _layers, _inside in edits.SCOPES.items():
    _which = _layers.rpartition(" ")[0]  # "output" of "output layer", "" of "everywhere"
    for _scope, _kinds in ((_layers, "Wb"), (f"{_which} weights".strip(), "W"), (f"{_which} biases".strip(), "b")):
        SCOPES[_scope] = lambda k, l, L, inside=_inside, kinds=_kinds: k in kinds and inside(l, L)
POWERS = {  # a factor that enters once more in every layer
    "once more in each layer on the way down": lambda k, l, L: L - 1 - l,
    "in every layer": lambda k, l, L: L - l,
}


def holds(scope: str, kind: str) -> set[int]:
    """The layers of a network of three whose arrays of one kind, "W" or "b", a sign in this scope turns round."""
    return {l for l in range(3) if power(scope, kind, l, 3) % 2}


def power(scope: str, kind: str, l: int, L: int) -> float:
    """How often a factor in this scope enters an array: 0 or 1, more for those that enter in every layer."""
    inside = SCOPES.get(scope) or POWERS.get(scope)
    return float(inside(kind, l, L)) if inside else float(f"d{kind}[{l}]" in scope.split(", "))


@dataclass(frozen=True, eq=False)
class Factor:
    """A product of parts in a scope, and how simple it is (the lower, the simpler)."""

    parts: tuple[Part, ...]
    scope: str
    cost: float


WIDE = ("everywhere", "weights", "biases", "output layer", "hidden layers")


@cache
def _factors(kind: str) -> tuple[Factor, ...]:
    found = []
    for parts in product(SIZES, TWOS, RATES if kind == "train_step" else RATES[:1]):
        used = tuple(part for part in parts if part is not ONE)
        cost = sum(part.cost for part in used)
        if len(used) == 1:
            found += [Factor(used, scope, cost + 0.1 * (scope != "everywhere")) for scope in SCOPES]
            found += [Factor(used, scope, cost + 0.3) for scope in POWERS if cost <= 1.2]
        elif used and cost <= 3.05:
            found += [Factor(used, scope, cost + 0.1 * (scope != "everywhere")) for scope in WIDE]
    return tuple(found)


class Places:
    """The arrays of some problems in a row, and what each scope and each factor says of them."""

    def __init__(self, problems, kind: str):
        self.columns = [(p, k, l) for p in problems for k in "Wb" for l in range(p.layers)]
        self.kind, self.factors, self.scopes = kind, _factors(kind), (*SCOPES, *POWERS)
        self.powers = np.array([[power(scope, k, l, p.layers) for p, k, l in self.columns] for scope in self.scopes])
        row = dict(zip(self.scopes, self.powers))
        with np.errstate(all="ignore"):
            values = {part: self._values(part) for part in {part for f in self.factors for part in f.parts}}
            self.table = np.array(
                [np.prod([values[part] for part in f.parts], axis=0) ** row[f.scope] for f in self.factors]
            )

    def _values(self, part: Part) -> np.ndarray:
        """A part for each column; nan for a count of layers that is 1, 2 or 4 throughout, which is no count."""
        alone = part.layers and {p.layers for p, _, _ in self.columns} <= {1, 2, 4}
        return np.array([np.nan if alone else part.value(p, l) for p, _, l in self.columns], float)

    def scope_of(self, inside: np.ndarray, known: np.ndarray, odd: bool = False) -> str | None:
        """The scope that holds exactly these of the known columns, or holds them an `odd` number of times; None where none does."""
        held = self.powers % 2 == 1 if odd else self.powers > 0
        fits = (held[:, known] == inside[known]).all(axis=1)
        if fits.any():
            return self.scopes[fits.argmax()]
        deep = [((k, l), i) for (p, k, l), i, at in zip(self.columns, inside, known) if at and p.layers == 3]
        chosen = {place for place, i in deep if i}
        if not 0 < len(chosen) <= 3 or any((place in chosen) != i for place, i in deep):
            return None
        return ", ".join(f"d{k}[{l}]" for k, l in sorted(chosen))
