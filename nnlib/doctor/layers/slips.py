"""Names for wrong backward passes of one layer: the right expression of its kind with one thing changed, matched by numbers.

A kind of layer is recognised by what its forward pass makes of the input. Of a dense layer, an activation and a softmax every
edit that the doctor knows is made; the other kinds have rows of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib.doctor.candidates.edits import ALL, KIND_COST, Spelling, edits_of
from nnlib.doctor.candidates.expressions import RAISES, evaluate
from nnlib.doctor.candidates.functions import ACTIVATE, SLOPES
from nnlib.doctor.candidates.passes import Candidate
from nnlib.doctor.candidates.program import program, right_of
from nnlib.doctor.layers.wide_slips import convolved, looked_up, normalised, pooled
from nnlib.doctor.setting import Setting
from nnlib.doctor.sums import multiple
from nnlib.doctor.verdict import Said, wrong
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


def named(p: Pass, claims: dict[str, np.ndarray | None]) -> Said | None:
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
    """The gradients of an activation, and of y = x W + b with W stored as it is or transposed; samples are rows or columns."""
    for columns in (False, True) if p.x.ndim == p.y.ndim == 2 else (False,):
        turn = np.transpose if columns else np.asarray
        x, y, dy = turn(p.x), turn(p.y), turn(p.dy)
        for name in (n for n, f in ACTIVATE.items() if x.shape == y.shape and np.allclose(f(x), y, 1e-9, 1e-12)):
            setting = Setting(activations=(name,), columns=columns)
            right = right_of(setting, "delta", name)
            yield _Line("input", "delta", right, setting, {"Z": x, "A": y, "dA": dy}, turn)
        for name, W in p.parameters.items() if p.x.ndim == p.y.ndim == 2 else ():
            yield from _dense(p, name, W, columns, x, y, dy)


def _dense(p: Pass, name: str, W, columns: bool, x, y, dy) -> Iterator[_Line]:
    if W.ndim != 2:
        return
    fitting = [w for w in (W, W.T) if w.shape == (x.shape[1], dy.shape[1])]
    exact = [w for w in fitting if np.allclose(np.ptp(y - x @ w, axis=0), 0, atol=1e-9)]
    for w in exact or fitting:
        setting = Setting(activations=("identity",), columns=columns, transposed=w is not W)
        right, values = program(setting), {"A_prev": x, "X": x, "W": w, "Z": y, "A": y, "dZ": dy, "T": len(x)}
        yield _Line(name, "weight", right["weight"], setting, values, np.transpose if w is not W else np.asarray)
        yield _Line("input", "carry", right["carry"], setting, values, np.transpose if columns else np.asarray)
        for other, b in p.parameters.items():
            if other != name and b.size == dy.shape[1]:
                back = lambda v, shape=b.shape: v.reshape(shape)
                yield _Line(other, "bias", right["bias"], setting, values | {"b": b.ravel()}, back)


def _edited(line: _Line, claim: np.ndarray) -> Iterator[tuple[float, Said]]:
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
