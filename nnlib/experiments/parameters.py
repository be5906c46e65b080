"""Which floats of the learner's are parameters: those that act on the outputs and that a step moves."""

from __future__ import annotations

import copy

import numpy as np

from nnlib.doctor.running.calling import quiet
from nnlib.doctor.running.places import Leaf
from nnlib.experiments.values import attempt


def found(bench) -> list[str]:
    """Names of the parameters, in the order in which they were found; tried from their start and from a random one."""
    p, rng, X = bench.patient, np.random.default_rng(bench.seed), bench.standardised(bench.X)
    with quiet():
        acting, moving = _acting(bench, X, rng), set()
        for x in (bench.X, X):
            bench.reset()
            if x is X:
                p.set({name: rng.normal(0, 0.5, np.shape(p.value(name))) for name in acting})
            before = {name: p.value(name) for name in acting}
            attempt(_three_steps, bench, copy.deepcopy(x), copy.deepcopy(bench.Y))  # the run says what they raise
            moving |= {name for name in acting if not same(before[name], p.value(name))}
        bench.reset()
    return [n for n in acting if n in moving] or [n for n in acting if np.ndim(p.value(n))] or acting


def _three_steps(bench, x, y) -> None:
    """Three steps, each after a forward pass."""
    for _ in range(3):
        bench.output(x)
        bench.step(x, y)


def _acting(bench, X, rng) -> list[str]:
    """Those whose change changes the outputs, at their start or at a random place where nothing is dead."""
    p, acting = bench.patient, set()
    for random in (False, True):
        bench.reset()
        if random:
            at = [n for n in p.leaves if n in acting or np.ndim(p.value(n))]
            p.set({n: rng.normal(0, 0.5, p.value(n).shape) for n in at if p.value(n).dtype.kind == "f"})
        first = attempt(bench.output, X)
        for name in p.leaves if first is not None else ():
            held = p.value(name)
            p.set({name: held + rng.normal(0, 0.3, held.shape) * (1 + np.abs(np.nan_to_num(held)))})
            other = attempt(bench.output, X)
            if other is not None and not same(first, other):
                acting.add(name)
            p.set({name: held})
    bench.reset()
    return [name for name in p.leaves if name in acting]


def whole_numbers(bench) -> list[Leaf]:
    """Arrays of whole numbers that act on the outputs."""
    arrays, X = [], bench.standardised(bench.X)
    with quiet():
        for leaf in bench.patient.whole:
            if leaf.value is not bench.X and leaf.value is not bench.Y:
                bench.reset()
                first = attempt(bench.output, X)
                leaf.value[...] += 3
                other = attempt(bench.output, X)
                if first is not None and other is not None and not same(first, other):
                    arrays.append(leaf)
        bench.reset()
    return arrays


def to_floats(arrays: list[Leaf]) -> None:
    """Put float arrays in the place of these, wherever they are held."""
    for leaf in arrays:
        leaf.replace(leaf.value.astype(float))


def relies(bench) -> bool:
    """Do the parameters end elsewhere if the forward pass is run before each step?"""
    ends = []
    for forward in (False, True):
        bench.before_step = forward
        with quiet():
            bench.reset()
            try:
                x, y = copy.deepcopy(bench.X), copy.deepcopy(bench.Y)
                bench.step(x, y), bench.step(x, y)
                ends.append(bench.values())
            except Exception:  # the first may raise because it relies on the forward pass
                ends.append(None)
            bench.reset()
    return ends[1] is not None and (ends[0] is None or not all(map(same, *ends)))


def same(a, b) -> bool:
    """Equal in shape and in every number, NaN for NaN."""
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=True))
