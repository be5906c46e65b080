"""The problems to ask: small networks on which look-alike mistakes give different numbers. A pure function of the setting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np


@dataclass(frozen=True, eq=False)
class Problem:
    """What the learner's function is called with, in our layout; `traits` says what is special about it."""

    name: str
    weights: tuple
    biases: tuple
    X: np.ndarray
    E: np.ndarray
    rate: float = 1.0
    traits: frozenset = frozenset()

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of all layers, input layer first."""
        return (len(self.weights[0]), *(len(b) for b in self.biases))

    @property
    def layers(self) -> int:
        """How many weight layers."""
        return len(self.weights)

    def but(self, **changes) -> Problem:
        """The same problem with other data, weights or rate."""
        return replace(self, **changes)

    def rows(self, which) -> Problem:
        """The same network with some of the samples, by their numbers."""
        return replace(self, X=self.X[which], E=self.E[which])

    def spoken(self) -> str:
        """The network in words."""
        return f"a network {'-'.join(map(str, self.sizes))} and T = {len(self.X)}"


# name: layer widths, samples, learning rate, traits. T, 2, 10 and the widths differ from each other within the first two, so
# that a wrong factor shows whose it is; equal widths keep transposes and wrong layers from raising; T = width hides even more.
TABLE = {
    "main":         ((3, 5, 6, 4), 7, 0.7, "plain"),
    "three":        ((6, 4, 5, 8), 3, 1.3, "plain"),
    "equal widths": ((4, 4, 4, 4), 6, 0.9, "plain equal"),
    "all equal":    ((5, 5, 5, 5), 5, 0.6, "plain equal square"),
    "one sample":   ((3, 5, 4, 2), 1, 1.7, "sample thin"),
    "one output":   ((3, 4, 5, 1), 6, 0.8, "output thin"),
    "one input":    ((1, 4, 3, 2), 5, 0.8, "input thin"),
    "one neuron":   ((3, 1, 4, 2), 5, 0.8, "neuron thin"),
    "pictures":     ((4, 3, 5, 2), 6, 0.8, "positive"),
    "two layers":   ((3, 5, 4), 6, 1.1, "depth"),
    "four layers":  ((3, 4, 6, 5, 2), 7, 0.5, "depth"),
    "one layer":    ((3, 4), 5, 0.9, "depth shallow"),
    "many samples": ((2, 3, 4, 3), 131, 1.2, "many"),
}  # fmt: skip
AGAIN = "main"  # asked twice, with the same arguments
INTEGER = ("integer data", "integer weights")
SPECIAL = {
    **dict.fromkeys(INTEGER, ("integer",)),
    "saturated": ("overflow",),
}  # further traits of problems beside the table
EXTRA = ("other data", *INTEGER, "saturated", "large errors")
DEEP = (
    "main",
    "three",
    "equal widths",
    "all equal",
    "one sample",
    "one output",
    "one input",
    "one neuron",
    "many samples",
)


def names(setting) -> tuple[str, ...]:
    """The problems of a setting, the telling ones first; for fixed widths those that differ in T or in the data."""
    if setting.sizes is None:
        return tuple(TABLE)
    return ("main", "three", "one sample", "many samples")


@cache
def problem(setting, name: str, layers: int = 0) -> Problem:
    """One problem of a setting by its name; `layers` is the depth of every network, 0 for that of the table."""
    sizes, T, rate, traits = TABLE.get(name, TABLE["main"])
    sizes = _with_layers(sizes, layers) if setting.sizes is None else setting.sizes
    if setting.cost == "cross-entropy" and sizes[-1] == 1 and setting.sizes is None:
        sizes, traits = (*sizes[:-1], 2), "plain"  # one class leaves no choice
    T = 8 if name in INTEGER else T
    seed = 100 + list(TABLE).index(name) if name in TABLE else 200 + EXTRA.index(name)
    rng = np.random.default_rng(seed)
    weights = tuple(rng.normal(0, 1, pair) for pair in zip(sizes, sizes[1:]))
    biases = tuple(rng.normal(0, 0.6, n) for n in sizes[1:])
    X = rng.uniform(0, 1, (T, sizes[0])) if name == "pictures" else rng.normal(0, 1, (T, sizes[0]))
    p = Problem(name, weights, biases, X, _targets(setting, name, rng, (T, sizes[-1])), rate, frozenset(traits.split()))
    if name not in TABLE:
        p = p.but(traits=frozenset({"special", *SPECIAL.get(name, ())}))
    p = _special(p, rng, setting)
    if setting.bias == "none":
        p = p.but(biases=tuple(np.zeros(len(b)) for b in p.biases))
    return p


def _with_layers(sizes: tuple[int, ...], layers: int) -> tuple[int, ...]:
    """These widths for another depth: hidden layers are left out from the last one on, or the first one is repeated."""
    if not layers:
        return sizes
    more = layers + 1 - len(sizes)
    return (*sizes[:-1], *sizes[1:2] * more, sizes[-1]) if more > 0 else (*sizes[:layers], sizes[-1])


def _targets(setting, name, rng, shape):
    """Targets that the cost can have; beyond 0..1 once, so that a target cut to an integer is not 0."""
    if setting.cost == "cross-entropy":
        return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])]
    if setting.cost == "bce":
        return rng.uniform(0.05, 0.95, shape)
    low, high = (-1.4, 2.4) if name == "three" else (0.05, 0.95)
    return rng.uniform(low, high, shape)


def _special(p: Problem, rng, setting) -> Problem:
    """Integers, large errors, or neurons that are saturated: a = 1 to the last digit, and e^z overflows."""
    if p.name == "integer data":
        E = p.E.astype(int) if setting.cost == "cross-entropy" else rng.integers(0, 2, p.E.shape)
        return p.but(X=rng.integers(-3, 4, p.X.shape), E=E)
    if p.name == "integer weights":
        whole = lambda group: tuple(rng.integers(-2, 3, v.shape) for v in group)
        return p.but(weights=whole(p.weights), biases=whole(p.biases))
    if p.name == "large errors":
        return p.but(E=rng.uniform(-300, 300, p.E.shape) if setting.cost == "squared" else p.E)
    if p.name == "saturated":
        biases = [b.copy() for b in p.biases]
        for b in biases if setting.cost == "squared" else biases[:-1]:  # another cost has log a, and a may be 0 there
            b[:3] = (800.0, 50.0, -50.0)[: len(b)]
        if setting.activations[-1] == "softmax":
            biases[-1] += 1600.0  # all alike: the softmax is the same, and e^z overflows, less a hidden 800 too
        return p.but(biases=tuple(biases))
    return p
