"""What a case really does: compared with the right gradient on problems of three weight layers, never with a doctor."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy as np

from .registry import Case
from .truth import gradients

TOLERANCE = 2e-5  # far above single precision and central differences, far below every mistake of the corpus
RATES = (0.1, 1.5)

# sizes, T, integer data: distinct widths; equal widths (transposes go silent there); one output (where shapes broadcast);
# more samples than the usual batch size
PROBES = (
    ((3, 4, 5, 2), 1, False),
    ((3, 4, 5, 2), 3, False),
    ((3, 4, 5, 2), 7, False),
    ((3, 3, 3, 3), 5, False),
    ((2, 4, 3, 1), 6, False),
    ((3, 4, 5, 2), 7, True),
    ((2, 3, 4, 2), 37, False),
)
LARGE = (((3, 4, 5, 2), 4, False),)  # with weights 4000 times as large: a softmax overflows there
OTHER_DEPTHS = (((3, 2), 4, False), ((4, 5, 2), 3, False), ((2, 3, 3, 4, 2), 5, False))


@dataclass
class Measured:
    where: set = field(default_factory=set)
    raised: str = ""  # the first exception, if any
    malformed: str = ""  # what came back in place of two lists of arrays
    mutated: bool = False
    reused: bool = False  # the arrays of the first call were changed by a later one
    overflowed: bool = False  # other numbers than the right ones where the weights are large

    @property
    def wrong(self) -> bool:
        return bool(self.where or self.raised or self.malformed or self.mutated or self.reused or self.overflowed)


def problem(sizes, T, integers, seed, cost="squared", scale=1.0):
    """Weights, biases, X and E; the targets of a sample are shares that sum to 1 where the cost is the cross-entropy."""
    if cost == "cross-entropy" and sizes[-1] == 1:
        sizes = (*sizes[:-1], 2)  # one class alone has no choice
    rng = np.random.default_rng([seed, *sizes, T])
    weights = [scale * rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]
    biases = [rng.normal(size=n) for n in sizes[1:]]
    if integers:
        X, E = rng.integers(-2, 3, (T, sizes[0])), rng.integers(0, 2, (T, sizes[-1]))
    else:
        X, E = rng.normal(size=(T, sizes[0])), rng.uniform(0.1, 0.9, (T, sizes[-1]))
    if cost == "cross-entropy":
        classes = rng.integers(sizes[-1], size=T)
        E = np.eye(sizes[-1], dtype=E.dtype)[classes] if integers or scale != 1 else E / E.sum(axis=1, keepdims=True)
    return weights, biases, X, E


def copies(given):
    weights, biases, X, E = given
    return [w.copy() for w in weights], [b.copy() for b in biases], X.copy(), E.copy()


def same(first, second) -> bool:
    lists = all(len(p) == len(q) and all(map(np.array_equal, p, q)) for p, q in zip(first[:2], second[:2]))
    return lists and all(map(np.array_equal, first[2:], second[2:]))


def measure(case: Case, probes=PROBES) -> Measured:
    """Every probe, every rate, from a fresh start: three calls each, the second a repetition, the third on other data."""
    found = Measured()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for probe in probes:
            for rate in RATES if case.kind == "train_step" else (None,):
                measure_one(case, probe, rate, found)
        if case.cost == "cross-entropy" and probes is PROBES and case.kind == "gradients":
            large = Measured()
            measure_one(case, LARGE[0], None, large, 4000.0)
            found.overflowed = large.wrong
    return found


def measure_one(case, probe, rate, found, scale=1.0):
    function, kept = case.make(), []
    for seed in (0, 0, 1):
        given = problem(*probe, seed, case.cost, scale)
        arguments = copies(given)
        try:
            out = function(*arguments) if rate is None else function(*arguments, rate)
        except Exception as error:
            found.raised = found.raised or f"{type(error).__name__} on {probe}"
            return
        found.mutated |= not same(given, arguments)
        pair = as_pair(out, len(given[0]))
        if pair is None:
            found.malformed = found.malformed or f"{type(out).__name__} on {probe}"
            return
        kept.append((pair, [[np.array(v, copy=True) for v in group] for group in pair]))
        found.where |= wrong_places(kept[-1][1], given, rate, case)
    for pair, snapshot in kept:
        for group, old in zip(pair, snapshot):
            changed = any(not np.array_equal(v, s, equal_nan=s.dtype.kind in "fc") for v, s in zip(group, old))
            found.reused |= changed


def as_pair(out, layers):
    """Two sequences with one entry for each layer, or None. An array of a wrong shape is an entry all the same."""
    if not isinstance(out, (tuple, list)) or len(out) != 2:
        return None
    return out if all(hasattr(group, "__len__") and len(group) == layers for group in out) else None


def wrong_places(out, given, rate, case):
    places = set()
    right = gradients(*given, case.cost, case.activations)
    for kind, values, parameters, truths in zip("Wb", out, given[:2], right):
        for l, (value, parameter, truth) in enumerate(zip(values, parameters, truths)):
            if not agrees(value, parameter, truth, rate):
                places.add((kind, l))
    return places


def agrees(value, parameter, truth, rate) -> bool:
    if value.shape != truth.shape or value.dtype.kind not in "iuf" or not np.isfinite(value).all():
        return False
    if rate is None:
        return bool(np.linalg.norm(value - truth) <= TOLERANCE * np.linalg.norm(truth))
    slack = 1e-12 * np.linalg.norm(parameter)
    gap = np.linalg.norm(parameter - value - rate * truth)
    return bool(gap <= TOLERANCE * rate * np.linalg.norm(truth) + slack)
