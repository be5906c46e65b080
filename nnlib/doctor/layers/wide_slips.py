"""Slips of layers that mix many numbers: normalisation over samples or features, convolution, pooling, a table looked up."""

from __future__ import annotations

import numpy as np


def normalised(p):
    """dx = s (dh - mean dh - h mean(dh h)), dh = dy gamma, h = s (x - mean x), each part changed in turn."""
    if p.x.shape != p.y.shape or p.x.ndim < 2:
        return
    for axes in ((0,), (p.x.ndim - 1,), tuple(a for a in range(p.x.ndim) if a != 1)):
        for eps in (1e-5, 1e-8, 1e-7, 1e-6, 1e-3, 0.0):
            s = 1 / np.sqrt(p.x.var(axes, keepdims=True) + eps)
            h = (p.x - p.x.mean(axes, keepdims=True)) * s
            gamma = _scale(h, p.y)
            if gamma is not None:
                yield from _normalised_input(p, axes, h, s, gamma)
                yield from _normalised_scale(p, h)
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


def _normalised_input(p, axes, h, s, gamma):
    def dx(dh, first=1.0, second=1.0, scale=s):
        mean = lambda v: v.mean(axes, keepdims=True)
        return scale * (dh - first * mean(dh) - second * h * mean(dh * h))

    dh, n = p.dy * gamma, int(np.prod([p.x.shape[a] for a in axes]))
    carried, count = "wrong-quantity-propagated", "divided-by-wrong-count"
    for category, words, value in (
        (carried, "gamma is left out on the way down", dx(p.dy)),
        (carried, "the path through the mean is left out", dx(dh, first=0)),
        (carried, "the path through the variance is left out", dx(dh, second=0)),
        (carried, "mean and variance are taken as fixed", dx(dh, first=0, second=0)),
        (count, "the sum stands for the mean over the samples", dx(dh, first=n)),
        (count, "sums stand for the means over the samples", dx(dh, first=n, second=n)),
        (count, "a sum stands for the mean over the samples", dx(dh, second=n)),
        ("sign", "the path through the mean has the wrong sign", dx(dh, first=-1)),
        ("sign", "the path through the variance has the wrong sign", dx(dh, second=-1)),
        ("missing-activation-derivative", "the division by the spread is forgotten", dx(dh, scale=1.0)),
        ("duplicated-derivative", "the division by the spread comes in twice", dx(dh, scale=s * s)),
        ("extra-factor-two", "the path through the variance counts twice", dx(dh, second=2.0)),
        ("missing-factor-two", "the path through the variance counts by half", dx(dh, second=0.5)),
    ):
        yield "input", category, words, value


def _normalised_scale(p, h):
    sizes = (*p.x.shape, p.x.size // p.x.shape[0])
    for name, gamma in ((n, v) for n, v in p.parameters.items() if v.size in sizes):
        rest = tuple(a for a in range(p.x.ndim) if p.x.shape[a] != gamma.size) if gamma.ndim == 1 else (0,)
        for category, words, value in (
            ("preactivation-instead-of-activation", "x stands for the normalised x", (p.dy * p.x).sum(rest)),
            ("wrong-layer-activation", "y stands for the normalised x", (p.dy * p.y).sum(rest)),
            ("missing-input-activation", "the normalised x is left out", p.dy.sum(rest)),
            ("bias-summed-over-neurons", "dy is summed over everything", np.full(gamma.size, p.dy.sum())),
            ("bias-summed-over-neurons", "summed over everything", np.full(gamma.size, (p.dy * h).sum())),
        ):
            if value.size == gamma.size:
                yield name, category, f"{name}: {words}", value.reshape(gamma.shape)


# ---------------------------------------------------------------- convolution, pooling, a table looked up


def convolved(p):
    """A convolution with stride 1 and no padding: what a flipped, or an unflipped, kernel and single channels give."""
    for name, K in p.parameters.items():
        if K.ndim not in (2, 4) or p.x.ndim < 2:
            continue
        size = tuple(a - b + 1 for a, b in zip(p.x.shape[-2:], K.shape[-2:]))
        if p.y.shape[-2:] != size:
            continue
        x = p.x.reshape((-1, *p.x.shape[-3:])) if p.x.ndim > 2 else p.x[None, None]
        dy, k = p.dy.reshape((x.shape[0], -1, *size)), K if K.ndim == 4 else K[None, None]
        if k.shape[:2] == (dy.shape[1], x.shape[1]):
            turned, dK = k[:, :, ::-1, ::-1], _windows(x, dy, k.shape)
            down = "the kernel is turned round on the way down"
            yield "input", "transposed-weights", down, _spread(dy, turned, x.shape).reshape(p.x.shape)
            for category, words, value in (
                ("transposed-gradient", f"the gradient of {name} is turned round", dK[:, :, ::-1, ::-1]),
                ("only-last-sample", f"{name}: only the last sample counts", _windows(x[-1:], dy[-1:], k.shape)),
            ):
                yield name, category, words, value.reshape(K.shape)


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


def pooled(p):
    """The largest, or the mean, of windows that do not overlap: where dy goes, and divided by how many."""
    shape = p.y.shape
    if p.x.ndim != p.y.ndim or p.x.size == p.y.size or any(a % b for a, b in zip(p.x.shape, shape)):
        return
    sides = [a // b for a, b in zip(p.x.shape, shape)]
    windows = p.x.reshape([n for pair in zip(shape, sides) for n in pair])
    inner = tuple(range(1, 2 * p.x.ndim, 2))
    wide = lambda v: np.broadcast_to(np.expand_dims(v, inner), windows.shape).reshape(p.x.shape)
    count, spread = int(np.prod(sides)), wide(p.dy)
    if np.allclose(windows.mean(inner), p.y):
        yield "input", "sum-instead-of-mean", f"dy is not divided by the {count} numbers of a window", spread
    if np.allclose(windows.max(inner), p.y):
        largest = p.x == wide(p.y)
        for category, words, value in (
            ("wrong-quantity-propagated", "every number of a window gets dy, not the largest alone", spread),
            ("wrong-quantity-propagated", "dy is spread evenly over a window: the slope of the mean", spread / count),
            (
                "missing-activation-derivative",
                "the place of the largest comes back: dy is not multiplied in",
                1.0 * largest,
            ),
            ("wrong-activation-derivative", "the largest number itself is multiplied in", spread * largest * p.x),
        ):
            yield "input", category, words, value


def looked_up(p):
    """Rows of a table, looked up by class numbers: numbers that come twice need both of their slopes."""
    for name, table in p.parameters.items():
        if p.x.dtype.kind not in "iu" or table.ndim != 2 or p.dy.shape != (*p.x.shape, table.shape[1]):
            continue
        last = np.zeros(table.shape)
        last[p.x] = p.dy
        words = f"{name}: a row that is looked up twice keeps one slope alone; np.add.at adds them all"
        yield name, "only-last-sample", words, last
