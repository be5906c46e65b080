"""Slips of layers that mix many numbers: normalisation over samples or features, convolution."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def normalised(p) -> Iterator[tuple]:
    """Batch and layer normalisation: dx = s (dh - mean dh - xh mean(dh xh)), dh = dy gamma, each part changed in turn."""
    if p.x.shape != p.y.shape or p.x.ndim < 2:
        return
    for axes in ((0,), (p.x.ndim - 1,), tuple(a for a in range(p.x.ndim) if a != 1)):
        gammas = {
            n: v
            for n, v in p.values.items()
            if n != "input" and v.size == p.x.size // p.x.shape[0] or n != "input" and v.size in p.x.shape
        }
        for eps in (1e-5, 1e-8, 1e-7, 1e-6, 1e-3, 0.0):
            s = 1 / np.sqrt(p.x.var(axes, keepdims=True) + eps)
            h = (p.x - p.x.mean(axes, keepdims=True)) * s
            scale = _scale(h, p.y)
            if scale is None:
                continue
            yield from _normalised_slips(p, axes, h, s, scale, gammas)
            return


def _scale(h, y):
    """gamma with y = gamma h + beta, broadcast to h; None where there is none."""
    for axes in ((0,), tuple(range(h.ndim - 1)), tuple(a for a in range(h.ndim) if a != 1), tuple(range(h.ndim))):
        centre = h - h.mean(axes, keepdims=True)
        size = (centre**2).sum(axes, keepdims=True)
        if (size < 1e-12).any():
            continue
        gamma = (centre * y).sum(axes, keepdims=True) / size
        rest = y - gamma * h
        if np.allclose(rest, rest.mean(axes, keepdims=True), atol=1e-7):
            return np.broadcast_to(gamma, h.shape)
    return None


def _normalised_slips(p, axes, h, s, gamma, gammas):
    def mean(v):
        return v.mean(axes, keepdims=True)

    def dx(dh, first=1.0, second=1.0, scale=s, xh=h):
        return scale * (dh - first * mean(dh) - second * xh * mean(dh * xh))

    dh, n = p.dy * gamma, int(np.prod([p.x.shape[a] for a in axes]))
    for value, category, words in (
        (dx(p.dy), "wrong-quantity-propagated", "gamma is left out on the way down"),
        (dx(dh, first=0), "wrong-quantity-propagated", "the path through the mean is left out"),
        (dx(dh, second=0), "wrong-quantity-propagated", "the path through the variance is left out"),
        (dx(dh, first=0, second=0), "wrong-quantity-propagated", "mean and variance are taken as fixed"),
        (dx(dh, first=n), "divided-by-wrong-count", "the sum stands for the mean over the samples"),
        (dx(dh, first=n, second=n), "divided-by-wrong-count", "sums stand for the means over the samples"),
        (dx(dh, second=n), "divided-by-wrong-count", "a sum stands for the mean over the samples"),
        (dx(dh, first=-1), "sign", "the path through the mean has the wrong sign"),
        (dx(dh, second=-1), "sign", "the path through the variance has the wrong sign"),
        (dx(dh, scale=1.0), "missing-activation-derivative", "the division by the spread is forgotten"),
        (dx(dh, scale=s * s), "duplicated-derivative", "the division by the spread comes in twice"),
        (dx(dh, scale=s / n), "divided-twice", "divided by the number of samples once more"),
        (dx(dh, scale=s * n), "sum-instead-of-mean", "not divided by the number of samples"),
        (dx(dh, second=2.0), "extra-factor-two", "the path through the variance counts twice"),
        (dx(dh, second=0.5), "missing-factor-two", "the path through the variance counts by half"),
    ):
        yield "input", category, words, value
    for name, value in gammas.items():
        rest = tuple(a for a in range(p.x.ndim) if p.x.shape[a] != value.size) if value.ndim == 1 else (0,)
        for claim, category, words in (
            ((p.dy * p.x).sum(rest), "preactivation-instead-of-activation", "x stands for the normalised x"),
            ((p.dy * h).mean(rest), "divided-twice", "the mean stands for the sum"),
            ((p.dy * p.y).sum(rest), "wrong-layer-activation", "y stands for the normalised x"),
            (p.dy.sum(rest), "missing-input-activation", "the normalised x is left out"),
            (p.dy.mean(rest), "divided-twice", "the mean stands for the sum"),
            (np.full(value.shape, p.dy.sum()), "bias-summed-over-neurons", "dy is summed over everything"),
            (np.full(value.shape, (p.dy * h).sum()), "bias-summed-over-neurons", "summed over everything"),
        ):
            if claim.size == value.size:
                yield name, category, f"{name}: {words}", claim.reshape(value.shape)


def convolved(p) -> Iterator[tuple]:
    """A convolution with stride 1 and no padding: what a flipped, or an unflipped, kernel and single channels give."""
    for name, K in p.values.items():
        if name == "input" or K.ndim < 2 or p.x.ndim < 2 or K.ndim > 4:
            continue
        flat = K.shape[-2:]
        size = tuple(a - b + 1 for a, b in zip(p.x.shape[-2:], flat))
        if p.y.shape[-2:] != size or K.ndim not in (2, 4):
            continue
        x = p.x.reshape((-1, *p.x.shape[-3:])) if p.x.ndim > 2 else p.x[None, None]
        dy = p.dy.reshape((x.shape[0], -1, *size))
        k = K if K.ndim == 4 else K[None, None]
        if k.shape[:2] != (dy.shape[1], x.shape[1]):
            continue
        turned = k[:, :, ::-1, ::-1]
        yield (
            "input",
            "transposed-weights",
            "the kernel is turned round on the way down",
            _spread(dy, turned, x.shape).reshape(p.x.shape),
        )
        yield "input", "sign", "the sign is turned round", -_spread(dy, k, x.shape).reshape(p.x.shape)
        dK = _windows(x, dy, k.shape)
        yield (
            name,
            "transposed-gradient",
            f"the gradient of {name} is turned round",
            dK[:, :, ::-1, ::-1].reshape(K.shape),
        )
        yield name, "divided-twice", f"the gradient of {name} is a mean over the samples", dK.reshape(K.shape) / len(x)
        last = _windows(x[-1:], dy[-1:], k.shape)
        yield name, "only-last-sample", f"{name}: only the last sample counts", last.reshape(K.shape)
    for name, b in p.values.items():
        if name != "input" and b.size in p.dy.shape and p.dy.ndim == 4 and b.ndim <= 2:
            axes = tuple(a for a in range(4) if p.dy.shape[a] != b.size)
            yield (
                name,
                "bias-summed-over-neurons",
                f"{name}: dy is summed over everything",
                np.full(b.shape, p.dy.sum()),
            )
            yield (
                name,
                "divided-twice",
                f"{name}: the mean stands for the sum",
                p.dy.mean(axes).reshape(b.shape) if p.dy.mean(axes).size == b.size else b,
            )
            yield (
                name,
                "bias-not-summed",
                f"{name}: only the first sample counts",
                p.dy[0].sum((1, 2)).reshape(b.shape) if p.dy.shape[1] == b.size else b,
            )


def _spread(dy, k, shape):
    dx = np.zeros(shape)
    for i, j in np.ndindex(k.shape[2:]):
        dx[:, :, i : i + dy.shape[2], j : j + dy.shape[3]] += np.einsum("nohw,oc->nchw", dy, k[:, :, i, j])
    return dx


def _windows(x, dy, shape):
    dK = np.zeros(shape)
    for i, j in np.ndindex(shape[2:]):
        dK[:, :, i, j] = np.einsum("nohw,nchw->oc", dy, x[:, :, i : i + dy.shape[2], j : j + dy.shape[3]])
    return dK
