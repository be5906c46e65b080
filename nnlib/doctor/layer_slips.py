"""Names for wrong backward passes of one layer: the right expression of its kind with one thing changed, matched by numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.expressions import ACTIVATE, SLOPES
from nnlib.doctor.layer_slips_wide import convolved, normalised
from nnlib.doctor.vocabulary import of_factor


@dataclass
class Pass:
    """One backward pass: its layer, dy, the output, values by name, what was claimed for the wrong ones, pure factors."""

    layer: object
    dy: np.ndarray
    y: np.ndarray
    values: dict[str, np.ndarray]
    claimed: dict[str, np.ndarray | None]
    factors: dict
    names: dict

    @property
    def x(self) -> np.ndarray:
        """The input."""
        return self.layer.x


def named(p: Pass) -> tuple[str, str]:
    """(category, words) of the slip; ("unknown", "") where no changed expression gives the claimed numbers."""
    factors = {p.names[k]: f for k, f in p.factors.items() if p.names[k] in p.claimed}
    first = next(iter(p.claimed))
    if any(a is not None and not np.isfinite(a).all() for a in p.claimed.values()):
        return "nan", "numbers that are not finite appear"
    if any(
        a is not None and np.shape(a) != np.shape(p.values[n]) and np.size(a) == 1 < p.values[n].size
        for n, a in p.claimed.items()
    ):
        return "bias-summed-over-neurons", f"one number comes back for all of {first}"
    for kind in (_elementwise, _softmax, _dense, normalised, convolved):
        for name, category, words, value in kind(p):
            claim = p.claimed.get(name)
            if claim is not None and np.shape(claim) == np.shape(value) and _same(claim, value):
                return category, words
    pure = {round(f, 6) for f in factors.values() if f}
    if len(pure) == 1 and all(factors.values()):
        factor = pure.pop()
        return of_factor(factor, p.x.shape[0], 6), f"{', '.join(p.claimed)}: {factor:g} times the slope"
    if all(a is None or not a.any() for a in p.claimed.values()):
        return "bias-gradient-zero" if all(
            np.ndim(p.values[n]) < 2 for n in p.claimed
        ) else "unknown", f"{first} gets no gradient"
    for name, claim in p.claimed.items():
        if (
            claim is not None
            and np.ndim(claim) == 2
            and np.shape(claim)[::-1] == p.values[name].shape != np.shape(claim)
        ):
            return "transposed-gradient", f"the gradient of {name} comes back transposed"
    return "unknown", ""


def _same(a, b) -> bool:
    size = np.linalg.norm(b)
    return bool(size and np.linalg.norm(a - b) <= 1e-6 * size)


def _elementwise(p: Pass) -> Iterator[tuple]:
    """dx = dy f'(x), with f found by its values."""
    if p.x.shape != p.y.shape:
        return
    found = [n for n, f in ACTIVATE.items() if np.allclose(f(p.x), p.y, rtol=1e-9, atol=1e-12)]
    for name in found:
        slope = _slope(name)
        yield "input", "missing-activation-derivative", f"the slope of {name} is forgotten: dy comes back", p.dy
        yield (
            "input",
            "missing-activation-derivative",
            "the slope comes back alone: dy is not multiplied in",
            slope(p.x),
        )
        yield "input", "derivative-at-wrong-point", f"the slope of {name} is taken at the output", p.dy * slope(p.y)
        yield "input", "duplicated-derivative", f"the slope of {name} is multiplied in twice", p.dy * slope(p.x) ** 2
        yield "input", "derivative-at-wrong-point", f"the slope of {name} is taken at dy", slope(p.dy)
        yield "input", "derivative-at-wrong-point", f"the slope of {name} is taken at dy", p.dy * slope(p.dy)
        yield "input", "sign", "the sign is turned round", -p.dy * slope(p.x)
        for other in ACTIVATE:
            s = _slope(other)
            words = f"the slope of {other} stands for that of {name}"
            yield "input", "wrong-activation-derivative", words, p.dy * s(p.x)
            yield "input", "wrong-activation-derivative", words + ", at the output", p.dy * s(p.y)
        for value, words in (
            (p.y, "y"),
            (1 - p.y, "1 - y"),
            (1 + p.y**2, "1 + y^2"),
            (1 - p.y**2, "1 - y^2"),
            (p.x, "x"),
            (p.y * (1 - p.y), "y (1 - y)"),
            (1.0 * (p.x < 0), "x < 0"),
        ):
            yield "input", "wrong-activation-derivative", f"{words} stands for the slope of {name}", p.dy * value


def _slope(name: str):
    """f' of an activation, as a function of the weighted sum alone."""
    return lambda x: SLOPES[name](x, ACTIVATE[name](x))


def _softmax(p: Pass) -> Iterator[tuple]:
    if p.x.shape != p.y.shape or not p.y.ndim or not np.allclose(p.y.sum(-1), 1):
        return
    y, dy = p.y, p.dy
    for axis in range(y.ndim):
        if axis != y.ndim - 1:
            yield (
                "input",
                "wrong-activation-derivative",
                "the sum of dy y runs over the samples",
                y * (dy - (dy * y).sum(axis, keepdims=True)),
            )
    yield "input", "wrong-activation-derivative", "the sum of dy y runs over the whole batch", y * (dy - (dy * y).sum())
    yield "input", "wrong-activation-derivative", "only the diagonal of the Jacobian: y (1 - y)", dy * y * (1 - y)
    yield "input", "wrong-activation-derivative", "only y: the sum is forgotten", dy * y
    yield "input", "missing-activation-derivative", "dy comes back: the Jacobian of softmax is forgotten", dy
    yield "input", "wrong-activation-derivative", "the factor y is forgotten", dy - (dy * y).sum(-1, keepdims=True)
    yield (
        "input",
        "wrong-activation-derivative",
        "the sum of dy stands for that of dy y",
        y * (dy - dy.sum(-1, keepdims=True)),
    )
    yield (
        "input",
        "wrong-activation-derivative",
        "the mean stands for the sum of dy y",
        y * (dy - (dy * y).mean(-1, keepdims=True)),
    )
    yield "input", "sign", "the sum is added, not subtracted", y * (dy + (dy * y).sum(-1, keepdims=True))
    yield "input", "sign", "the sign is turned round", -y * (dy - (dy * y).sum(-1, keepdims=True))


def _dense(p: Pass) -> Iterator[tuple]:
    """y = x W + b in rows or columns, with or without an activation."""
    for name, W in p.values.items():
        if W.ndim != 2 or name == "input" or p.x.ndim != 2:
            continue
        for columns in (False, True):
            x, dy = (p.x.T, p.dy.T) if columns else (p.x, p.dy)
            w = W if W.shape == (x.shape[1], dy.shape[1]) else W.T
            if w.shape == (x.shape[1], dy.shape[1]):
                yield from _dense_slips(p, name, x, dy, w, np.transpose if columns else np.asarray)


def _dense_slips(p, name, x, dy, w, back):
    shape = p.values[name].shape
    for change, category, words in _over_samples(x, dy):
        value = back(change)
        yield name, category, words, value if value.shape == shape else value.T
    yield (
        "input",
        "delta-not-propagated-through-weights",
        "the weights are left out on the way down",
        back(np.broadcast_to(dy.sum(1, keepdims=True), x.shape)),
    )
    if w.shape[0] == w.shape[1]:
        yield "input", "transposed-weights", "the weights are not transposed on the way down", back(dy @ w)
        yield "input", "delta-not-propagated-through-weights", "dy comes back: the weights are left out", back(dy)
    yield "input", "sign", "the sign is turned round", back(-dy @ w.T)
    for other, b in p.values.items():
        if other in (name, "input") or b.size != dy.shape[1]:
            continue
        for value, category, words in (
            (np.full(b.shape, dy.sum()), "bias-summed-over-neurons", "dy is summed over everything"),
            (dy.mean(0), "divided-twice", "the mean over the samples stands for the sum"),
            (dy[-1], "bias-not-summed", "only the last sample counts"),
            (dy[0], "bias-not-summed", "only the first sample counts"),
            ((dy * dy).sum(0), "bias-wrong-formula", "dy is squared"),
            (-dy.sum(0), "sign", "the sign is turned round"),
        ):
            yield other, category, f"{other}: {words}", np.asarray(value).reshape(b.shape)


def _over_samples(x, dy):
    yield x.mean(0)[:, None] * dy.mean(0) * 1.0, "averaged-before-product", "samples are averaged before the product"
    yield x.sum(0)[:, None] * dy.sum(0), "averaged-before-product", "samples are added before the product"
    yield x.T @ dy / len(x), "divided-twice", "the mean over the samples stands for the sum"
    yield np.outer(x[-1], dy[-1]), "only-last-sample", "only the last sample counts"
    yield np.broadcast_to(dy.sum(0), (x.shape[1], dy.shape[1])), "missing-input-activation", "the input is left out"
    yield -x.T @ dy, "sign", "the sign is turned round"
    yield (x**2).T @ dy, "wrong-layer-activation", "the input is squared"
