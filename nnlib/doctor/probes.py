"""The probe problems: small networks on which look-alike mistakes give different numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps

import numpy as np

from nnlib.doctor.stages import Problem

# name: layer widths, samples, learning rate. T, 2, 10 and the widths differ from each other within the first two, so that
# a wrong factor shows whose it is; equal widths keep transposes and wrong layers from raising; T = width hides even more.
TABLE = {
    "main":         ((3, 5, 6, 4), 7, 0.7),
    "three":        ((6, 4, 5, 8), 3, 1.3),
    "equal widths": ((4, 4, 4, 4), 6, 0.9),
    "all equal":    ((5, 5, 5, 5), 5, 0.6),
    "one sample":   ((3, 5, 4, 2), 1, 1.7),
    "one output":   ((3, 4, 5, 1), 6, 0.8),
    "one input":    ((1, 4, 3, 2), 5, 0.8),
    "two layers":   ((3, 5, 4), 6, 1.1),
    "four layers":  ((3, 4, 6, 5, 2), 7, 0.5),
    "many samples": ((2, 3, 4, 3), 131, 1.2),
}  # fmt: skip
SECOND, SQUARE = "main, other data", "all equal"
INTEGERS, INTEGER_WEIGHTS, SATURATED, LARGE = "integer data", "integer weights", "saturated", "large errors"


_LAYERS: ContextVar[int] = ContextVar("layers", default=0)  # of every probe; 0: as many as its row says


@contextmanager
def of_depth(layers: int) -> Iterator[None]:
    """Inside, every probe problem has this many weight layers: for code that is written for one depth. 0 changes nothing."""
    token = _LAYERS.set(layers)
    try:
        yield
    finally:
        _LAYERS.reset(token)


def cached(function: Callable) -> Callable:
    """`functools.cache` for what follows from the name of a probe: the depth of the probes belongs to the key."""
    stored = cache(lambda layers, *arguments: function(*arguments))

    @wraps(function)
    def asked(*arguments):
        return stored(_LAYERS.get(), *arguments)

    return asked


def _with_layers(sizes: tuple[int, ...], layers: int) -> tuple[int, ...]:
    """These widths for another depth: hidden layers are left out from the last one on, or the first one is repeated."""
    if not layers:
        return sizes
    more = layers + 1 - len(sizes)
    return (*sizes[:-1], *sizes[1:2] * more, sizes[-1]) if more > 0 else (*sizes[:layers], sizes[-1])


def _draw(name: str, sizes, T: int, rate: float, seed: int) -> Problem:
    sizes = _with_layers(sizes, _LAYERS.get())
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1, pair) for pair in zip(sizes, sizes[1:])]
    biases = [rng.normal(0, 0.6, n) for n in sizes[1:]]
    low, high = (
        (-1.4, 2.4) if name == "three" else (0.05, 0.95)
    )  # beyond 0..1 once: a target cut to an integer is not 0
    return Problem(name, weights, biases, rng.normal(0, 1, (T, sizes[0])), rng.uniform(low, high, (T, sizes[-1])), rate)


@cached
def probe(name: str) -> Problem:
    """One probe problem by name; the arrays are shared, so a caller hands out copies."""
    if name in TABLE:
        return _draw(name, *TABLE[name], seed=100 + list(TABLE).index(name))
    if name == SECOND:
        return _draw(name, *TABLE["main"], seed=200)
    if name == INTEGERS:
        p, rng = _draw(name, (3, 5, 6, 4), 8, 0.7, seed=300), np.random.default_rng(301)
        return p._replace(X=rng.integers(-3, 4, p.X.shape), E=rng.integers(0, 2, p.E.shape))
    if name == INTEGER_WEIGHTS:
        p, rng = _draw(name, (3, 5, 6, 4), 8, 0.7, seed=302), np.random.default_rng(303)
        return p._replace(
            weights=[rng.integers(-2, 3, W.shape) for W in p.weights],
            biases=[rng.integers(-2, 3, b.shape) for b in p.biases],
        )
    if name == LARGE:
        p, rng = _draw(name, (3, 5, 6, 4), 7, 0.7, seed=304), np.random.default_rng(305)
        return p._replace(E=rng.uniform(-300, 300, p.E.shape))
    if name == SATURATED:  # a = 1 to the last digit, and e^z overflows; -50 is far in, but e^50 is a small number
        p = _draw(name, (3, 5, 6, 4), 7, 0.7, seed=306)
        biases = [b.copy() for b in p.biases]
        for b in biases:
            b[0], b[1], b[2] = 800.0, 50.0, -50.0
        return p._replace(biases=biases)
    raise ValueError(f"probe: expected one of {', '.join(TABLE)}, got {name!r}")
