"""Names for wrong backward passes of one layer: the right expression of its kind with one thing changed, matched by numbers.

A kind of layer is recognised by what its forward pass makes of the input. Of a dense layer, an activation and a softmax every
edit that the doctor knows is made; the other kinds have rows of their own.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nnlib.doctor.candidates.edits import ALL, KIND_COST, Spelling, edits_of
from nnlib.doctor.candidates.expressions import RAISES, evaluate
from nnlib.doctor.candidates.functions import ACTIVATE, SLOPES
from nnlib.doctor.candidates.passes import Candidate
from nnlib.doctor.candidates.program import program, right_of
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.layers.wide_slips import convolved, looked_up, normalised, pooled
from nnlib.doctor.setting import Setting
from nnlib.doctor.sums import multiple
from nnlib.doctor.verdict import wrong
from nnlib.doctor.words import sentence_of

EXACT = 1e-6  # relative: two arrays that differ by less are the same


@dataclass(frozen=True)
class Pass:
    """One backward pass: input, dy and output, the values of input and parameters by name, the right gradients."""

    x: np.ndarray
    dy: np.ndarray
    y: np.ndarray
    values: dict[str, np.ndarray]
    right: dict[str, np.ndarray]

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """The values of the parameters, without the input."""
        return {n: v for n, v in self.values.items() if n != "input"}


def named(p: Pass, claims: dict[str, np.ndarray | None]) -> Explanation | None:
    """The likeliest change of the layer's right expressions that gives one of the wrong claims; None where none does."""
    claims = {n: np.asarray(a) for n, a in claims.items() if a is not None}
    found = [edited for line in _lines(p) if line.array in claims for edited in _edited(line, claims[line.array])]
    if found:
        return min(found, key=lambda pair: pair[0])[1]
    for kind in (_other_slope, _one_sample, normalised, convolved, pooled, looked_up):
        for name, category, words, value in kind(p):
            if name in claims and claims[name].shape == np.shape(value) and _same(claims[name], value):
                return wrong(category, words)
    return None


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(b.any()) and abs(multiple(a.ravel(), b.ravel(), EXACT) - 1) <= EXACT


# ---------------------------------------------------------------- edits of expressions that the doctor knows


class _Line(NamedTuple):
    """The right expression of one gradient: for which array, on which values, and how its value is handed back."""

    array: str
    stage: str
    right: tuple
    setting: Setting
    values: dict[str, np.ndarray]
    back: Callable = np.asarray

    def at(self, l: int, name: str, shift, k):
        """The array behind a leaf; IndexError for those that one layer alone has not."""
        if name not in self.values or shift:
            raise IndexError(name)
        return self.values[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The activation of the layer."""
        return self.setting.activations


def _lines(p: Pass) -> Iterator[_Line]:
    """The lines of an activation, and of y = x W + b, whose right expression gives the slope that was measured.

    The neurons may lie along the last axis, or along the first or second one; all other axes count as samples.
    """
    for line in itertools.chain.from_iterable(
        _along(p, axis) for axis in {1: (-1,), 2: (-1, 0)}.get(p.x.ndim, (-1, 1))
    ):
        with contextlib.suppress(*RAISES):
            value, right = line.back(np.asarray(evaluate(line.right, line, 0))), p.right.get(line.array)
            if right is None or value.shape == right.shape and np.allclose(value, right, rtol=1e-4, atol=1e-6):
                yield line


def _along(p: Pass, axis: int) -> Iterator[_Line]:
    """What may be the lines of a layer with its neurons along this axis."""
    if p.x.ndim != p.y.ndim or not p.x.ndim:
        return
    moved = np.moveaxis(p.x, axis, -1).shape
    x, y, dy = (np.moveaxis(v, axis, -1).reshape(-1, v.shape[axis]) for v in (p.x, p.y, p.dy))
    back = lambda v: np.moveaxis(v.reshape(moved) if v.size == p.x.size else v, -1, axis)
    setting = Setting(activations=("identity",), columns=axis == 0)
    for name, f in ACTIVATE.items():
        if x.shape == y.shape and np.allclose(f(x), y, 1e-9, 1e-12):
            own = replace(setting, activations=(name,))
            yield _Line("input", "delta", right_of(own, "delta", name), own, {"Z": x, "A": y, "dA": dy}, back)
    right, values = program(setting), {"A_prev": x, "X": x, "Z": y, "A": y, "dZ": dy, "T": len(x)}
    for name, W in p.parameters.items():
        if W.size == dy.shape[1]:
            yield _Line(
                name, "bias", right["bias"], setting, values | {"b": W.ravel()}, lambda v, W=W: v.reshape(W.shape)
            )
        for turned in (False, True) if W.ndim == 2 else ():
            own, turn = replace(setting, transposed=turned), np.transpose if turned else np.asarray
            yield _Line(name, "weight", right["weight"], own, values, turn)
            yield _Line("input", "carry", right["carry"], own, values | {"W": turn(W)}, back)


def _edited(line: _Line, claim: np.ndarray) -> Iterator[tuple[float, Explanation]]:
    """(how unlikely it is, what is said) for each edit that gives the claim."""
    for edit in dict.fromkeys(edits_of(line.stage, line.right)):
        try:
            with np.errstate(all="ignore"):
                value = line.back(np.asarray(evaluate(edit.wrong, line, 0)))
        except RAISES:
            continue
        if value.shape == claim.shape and np.isfinite(value).all() and _same(claim, value):
            candidate = Candidate("", edit=edit, spelling=Spelling(line.stage, line.right, (ALL,)))
            category, also = candidate.names
            yield KIND_COST[edit.kind], wrong(category, sentence_of(candidate, line.setting), *also)


# ---------------------------------------------------------------- beside the edits


def _one_sample(p: Pass) -> Iterator[tuple]:
    """Only the last sample counts, or the samples are averaged before the product."""
    for line in _lines(p):
        if line.stage == "weight":
            x, dy = line.values["A_prev"], line.values["dZ"]
            for category, words, value in (
                ("averaged-before-product", "samples are averaged before the product", np.outer(x.mean(0), dy.mean(0))),
                ("averaged-before-product", "samples are added before the product", np.outer(x.sum(0), dy.sum(0))),
                ("only-last-sample", "only the last sample counts", np.outer(x[-1], dy[-1])),
            ):
                yield line.array, category, words, line.back(value)


def _other_slope(p: Pass) -> Iterator[tuple]:
    """What may happen to a slope that was measured, each output hanging on its own input; the slope of another activation."""
    if p.x.shape != p.y.shape:
        return
    yield "input", "missing-activation-derivative", "the slope of the layer is forgotten: dy comes back", p.dy
    if "input" in p.right:
        slope = p.right["input"] / p.dy
        yield "input", "missing-activation-derivative", "the slope comes back alone: dy is not multiplied in", slope
        yield "input", "duplicated-derivative", "the slope of the layer is multiplied in twice", p.dy * slope**2
    for other, f in ACTIVATE.items():
        for point, where in ((p.x, ""), (p.y, ", at the output")):
            words = f"the slope of {other} stands for that of the layer{where}"
            yield "input", "wrong-activation-derivative", words, p.dy * SLOPES[other](point, f(point))
