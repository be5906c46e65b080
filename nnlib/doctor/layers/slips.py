"""Names for wrong backward passes of one layer: the right expression of its kind with one thing changed, matched by numbers.

A kind of layer is recognised by what its forward pass makes of the input. Each kind yields rows (array, category, words,
value): the array would have this value if the mistake were the one that the words say.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.candidates.edits import OTHER_SLOPES
from nnlib.doctor.candidates.expressions import ACTIVATE, RAISES, SLOPES, evaluate, parse, show
from nnlib.doctor.layers.wide_slips import convolved, looked_up, normalised, pooled
from nnlib.doctor.vocabulary import of_factor

Rows = Iterator[tuple[str, str, str, np.ndarray]]


@dataclass
class Pass:
    """One backward pass: input, dy and output, values by name, the right gradients, the wrong ones and their pure factors."""

    x: np.ndarray
    dy: np.ndarray
    y: np.ndarray
    values: dict[str, np.ndarray]
    right: dict[str, np.ndarray]
    claimed: dict[str, np.ndarray | None]
    factors: dict[str, float | None]

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """The values of the parameters, without the input."""
        return {n: v for n, v in self.values.items() if n != "input"}


def named(p: Pass) -> tuple[str, str]:
    """(category, words) of the slip; ("unknown", "") where no changed expression gives the claimed numbers."""
    claims, first = {n: a for n, a in p.claimed.items() if a is not None}, next(iter(p.claimed))
    if any(not np.isfinite(a).all() for a in claims.values()):
        return "nan", "numbers that are not finite appear"
    if any(a.size == 1 < p.values[n].size for n, a in claims.items()):
        return "bias-summed-over-neurons", f"one number comes back for all of {first}"
    for kind in (_elementwise, _softmax, _dense, normalised, convolved, pooled, looked_up):
        for name, category, words, value in kind(p):
            claim = claims.get(name)
            if claim is not None and claim.shape == np.shape(value) and _same(claim, value):
                return category, words
    pure = {round(p.factors[n], 6) if p.factors[n] else None for n in p.claimed}
    if len(pure) == 1 and None not in pure:
        factor = pure.pop()
        return of_factor(factor, p.x.shape[0], 6), f"{', '.join(p.claimed)}: {factor:g} times the slope"
    if not any(a.any() for a in claims.values()):
        vectors = all(np.ndim(p.values[n]) < 2 for n in p.claimed)
        return "bias-gradient-zero" if vectors else "unknown", f"{first} gets no gradient"
    for name, claim in claims.items():
        if claim.ndim == 2 and claim.shape[::-1] == p.values[name].shape != claim.shape:
            return "transposed-gradient", f"the gradient of {name} comes back transposed"
    return "unknown", ""


def _same(a, b) -> bool:
    size = np.linalg.norm(b)
    return bool(size and np.linalg.norm(a - b) <= 1e-6 * size)


# ---------------------------------------------------------------- one number from one number


def _elementwise(p: Pass) -> Rows:
    """dx = dy f'(x): f found by its values, or f' by the slopes that were measured."""
    if p.x.shape != p.y.shape:
        return
    known = [n for n, f in ACTIVATE.items() if np.allclose(f(p.x), p.y, rtol=1e-9, atol=1e-12)]
    for name in known:
        seen = _Seen(p, name)
        yield from _of_slope(p, name, evaluate(parse("s(Z)"), seen, 0))
        for line, where in (("dA * s(A)", "the output"), ("s(dA)", "dy"), ("dA * s(dA)", "dy")):
            words = f"the slope of {name} is taken at {where}"
            yield "input", "derivative-at-wrong-point", words, evaluate(parse(line), seen, 0)
        for other in ACTIVATE:
            for point, where in ((p.x, ""), (p.y, ", at the output")):
                words = f"the slope of {other} stands for that of {name}{where}"
                yield "input", "wrong-activation-derivative", words, p.dy * SLOPES[other](point, ACTIVATE[other](point))
        for slope in OTHER_SLOPES:
            with contextlib.suppress(*RAISES):
                words = f"{show(slope)} stands for the slope of {name}"
                yield "input", "wrong-activation-derivative", words, p.dy * evaluate(slope, seen, 0)
    if not known and "input" in p.right:
        yield from _of_slope(p, "the layer", p.right["input"] / p.dy)


class _Seen:
    """The values of one layer for the engine's expressions: x is Z, y is A, dy is dA."""

    def __init__(self, p: Pass, name: str):
        self.names, self.values = [name], {"Z": p.x, "A": p.y, "dA": p.dy}

    def at(self, l: int, name: str, shift, k):
        """The array behind a leaf; IndexError for those that one layer alone has not."""
        if name not in self.values or shift:
            raise IndexError(name)
        return self.values[name]


def _of_slope(p: Pass, name: str, slope) -> Rows:
    """What may happen to a known slope."""
    yield "input", "missing-activation-derivative", f"the slope of {name} is forgotten: dy comes back", p.dy
    yield "input", "missing-activation-derivative", "the slope comes back alone: dy is not multiplied in", slope
    yield "input", "duplicated-derivative", f"the slope of {name} is multiplied in twice", p.dy * slope**2
    yield "input", "sign", "the sign is turned round", -p.dy * slope


# ---------------------------------------------------------------- softmax


def _softmax(p: Pass) -> Rows:
    """dx = y (dy - sum dy y), the sum along the axis along which y adds up to 1."""
    if p.x.shape != p.y.shape or (p.y < 0).any():
        return
    y, dy = p.y, p.dy
    for axis in (a for a in range(y.ndim)[::-1] if np.allclose(y.sum(a), 1)):
        total = (dy * y).sum(axis, keepdims=True)
        wrong = "wrong-activation-derivative"
        for other in (a for a in range(y.ndim) if a != axis):
            yield (
                "input",
                wrong,
                "the sum of dy y runs along the wrong axis",
                y * (dy - (dy * y).sum(other, keepdims=True)),
            )
        for category, words, value in (
            (wrong, "the sum of dy y runs over the whole batch", y * (dy - (dy * y).sum())),
            (wrong, "only the diagonal of the Jacobian: y (1 - y)", dy * y * (1 - y)),
            (wrong, "only y: the sum is forgotten", dy * y),
            (wrong, "the factor y is forgotten", dy - total),
            (wrong, "the sum of dy stands for that of dy y", y * (dy - dy.sum(axis, keepdims=True))),
            (wrong, "the mean stands for the sum of dy y", y * (dy - total / y.shape[axis])),
            ("missing-activation-derivative", "dy comes back: the Jacobian of softmax is forgotten", dy),
            ("sign", "the sum is added, not subtracted", y * (dy + total)),
            ("sign", "the sign is turned round", -y * (dy - total)),
        ):
            yield "input", category, words, value


# ---------------------------------------------------------------- dense


def _dense(p: Pass) -> Rows:
    """y = x W + b in rows or columns, W stored as it is or transposed, with or without an activation."""
    for name, W in p.parameters.items():
        if W.ndim != 2 or p.x.ndim != 2 or p.y.ndim != 2:
            continue
        for columns in (False, True):
            turn = np.transpose if columns else np.asarray
            x, dy, y = turn(p.x), turn(p.dy), turn(p.y)
            fitting = [w for w in (W, W.T) if w.shape == (x.shape[1], dy.shape[1])]
            exact = [w for w in fitting if np.allclose(np.ptp(y - x @ w, axis=0), 0, atol=1e-9)]
            for w in exact or fitting:
                yield from _dense_slips(p, name, x, dy, w, turn)


def _dense_slips(p: Pass, name, x, dy, w, back) -> Rows:
    shape = p.values[name].shape
    for category, words, value in (
        ("averaged-before-product", "samples are averaged before the product", np.outer(x.mean(0), dy.mean(0))),
        ("averaged-before-product", "samples are added before the product", np.outer(x.sum(0), dy.sum(0))),
        ("divided-twice", "the mean over the samples stands for the sum", x.T @ dy / len(x)),
        ("only-last-sample", "only the last sample counts", np.outer(x[-1], dy[-1])),
        ("missing-input-activation", "the input is left out", np.broadcast_to(dy.sum(0), (x.shape[1], dy.shape[1]))),
        ("sign", "the sign is turned round", -x.T @ dy),
        ("wrong-layer-activation", "the input is squared", (x**2).T @ dy),
    ):
        value = back(value)
        yield name, category, words, value if value.shape == shape else value.T
    carried = "delta-not-propagated-through-weights"
    summed = back(np.broadcast_to(dy.sum(1, keepdims=True), x.shape))
    yield "input", carried, "the weights are left out on the way down", summed
    yield "input", "sign", "the sign is turned round", back(-dy @ w.T)
    if w.shape[0] == w.shape[1]:
        yield "input", "transposed-weights", "the weights are not transposed on the way down", back(dy @ w)
        yield "input", carried, "dy comes back: the weights are left out", back(dy)
    for other, b in p.parameters.items():
        if other == name or b.size != dy.shape[1]:
            continue
        for category, words, value in (
            ("bias-summed-over-neurons", "dy is summed over everything", np.full(b.size, dy.sum())),
            ("divided-twice", "the mean over the samples stands for the sum", dy.mean(0)),
            ("bias-not-summed", "only the last sample counts", dy[-1]),
            ("bias-not-summed", "only the first sample counts", dy[0]),
            ("bias-wrong-formula", "dy is squared", (dy * dy).sum(0)),
            ("sign", "the sign is turned round", -dy.sum(0)),
        ):
            yield other, category, f"{other}: {words}", value.reshape(b.shape)
