"""Named mistakes on the way down: the bias as a row of the weights, taken off on the wrong side, and paths that are lost."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.candidates.edits import ALL, HID, OUT, SECOND
from nnlib.doctor.candidates.passes import Candidate

SHIFT, PATHS, MISALIGNED, NOWEIGHTS = (
    "off-by-one-layer", "missing-sum-over-downstream", "bias-column-misaligned", "delta-not-propagated-through-weights",
)  # fmt: skip
CARRIES, WIDE = (ALL, OUT, HID, SECOND), (ALL, OUT, HID)


def _folded(c, l, first):
    one = np.ones((len(c.X), 1))
    return np.hstack([one, c.A[l]] if first else [c.A[l], one]).T @ c.dZ[l]


def _theta(c, l, first):
    return np.vstack([c.b[l], c.W[l]] if first else [c.W[l], c.b[l]])


def _cut(d, n):
    return np.hstack([d, np.zeros((len(d), max(0, n - d.shape[1])))])[:, :n]


def _above(c, l):
    return _cut(c.dZ[min(l + 1, c.L - 1)], len(c.b[l]))


def _contributions(c, l):
    return c.dZ[l][:, None, :] * c.W[l]


def _chosen(which):
    """One contribution for each neuron below, by what `which` says of (contributions, W)."""

    def carry(c, l):
        paths = _contributions(c, l)
        index = np.broadcast_to(which(paths, c.W[l])[..., None], (*paths.shape[:2], 1))
        return np.take_along_axis(paths, index, axis=2)[..., 0]

    return carry


def _made(category, stages, words, scopes, also=(), cost=0.1):
    return (Candidate(category, stages, scope, also, cost, words) for scope in scopes)


def bias_rows():
    """The bias as a first or last row of the weights."""
    for first in (True, False):
        side, other = ("first", "last") if first else ("last", "first")
        rest, row = (slice(None, -1), -1) if first else (slice(1, None), 0)
        weight = lambda c, l, f=first, r=rest: _folded(c, l, f)[r]
        both = {"weight": weight, "bias": lambda c, l, f=first, r=row: _folded(c, l, f)[r]}
        yield from _made(
            MISALIGNED, both, f"the bias row stands {side}, but the {other} row is taken for the bias", WIDE, cost=0.0
        )
        yield from _made(
            MISALIGNED, {"weight": weight}, f"the bias row, {side}, stays in dW, and the {other} row is lost", WIDE
        )
        whole = {"weight": lambda c, l, f=first: _folded(c, l, f)}
        yield from _made(MISALIGNED, whole, f"the bias row, {side}, stays in dW", (ALL,), ("shape-error",))
        for j in (0, 1, 2, -1, -2):
            if j != (0 if first else -1):
                carry = {"carry": lambda c, l, f=first, j=j: c.dZ[l] @ np.delete(_theta(c, l, f), j, axis=0).T}
                yield from _made(MISALIGNED, carry, f"the bias row stands {side}, but row {j} is taken out", CARRIES)
    for words, row in (("last", -1), ("first", 0)):
        bias = {"bias": lambda c, l, r=row: (c.A[l].T @ c.dZ[l])[r]}
        yield from _made(
            MISALIGNED, bias, f"the {words} row of dW is taken for the bias", WIDE, ("bias-wrong-formula",)
        )


CARRIED = (  # category, words, what is carried down, cost
    (NOWEIGHTS, "the delta goes down without weights, cut or filled with zeros to fit", lambda c, l: _cut(c.dZ[l], len(c.W[l])), 0.1),
    (NOWEIGHTS, "the delta is averaged, but not weighted, on the way down", lambda c, l: np.repeat(c.dZ[l].mean(1)[:, None], len(c.W[l]), 1), -0.1),
    (PATHS, "each neuron takes the path with its own number, if there is one", lambda c, l: _cut(c.dZ[l], len(c.W[l])) * _cut(np.diag(c.W[l])[None], len(c.W[l])), 0),
    (PATHS, "only the first outgoing path is used", lambda c, l: _contributions(c, l)[..., 0], 0),
    (PATHS, "only the last outgoing path is used: the sum is overwritten", lambda c, l: _contributions(c, l)[..., -1], 0),
    (PATHS, "only the strongest contribution is used", _chosen(lambda p, W: np.abs(p).argmax(2)), 0),
    (PATHS, "only the largest contribution is used", lambda c, l: _contributions(c, l).max(2), 0),
    (PATHS, "only the path with the largest weight is used", _chosen(lambda p, W: W.argmax(1)), 0),
    (PATHS, "only the path with the largest absolute weight is used", _chosen(lambda p, W: np.abs(W).argmax(1)), 0),
    (PATHS, "the paths are multiplied, not added", lambda c, l: _contributions(c, l).prod(2), 0),
    (PATHS, "the paths are averaged, not added", lambda c, l: _contributions(c, l).mean(2), 0.1),
    (PATHS, "the last outgoing path is left out", lambda c, l: _contributions(c, l)[..., :-1].sum(2), 0),
    (PATHS, "the first outgoing path is left out", lambda c, l: _contributions(c, l)[..., 1:].sum(2), 0),
    (MISALIGNED, "the weight rows are shifted round by one", lambda c, l: c.dZ[l] @ np.roll(c.W[l], 1, axis=0).T, 0.1),
    (MISALIGNED, "the weight rows are shifted round by one, upwards", lambda c, l: c.dZ[l] @ np.roll(c.W[l], -1, axis=0).T, 0.1),
    (MISALIGNED, "the first neuron is dropped as if it were the bias", lambda c, l: c.dZ[l] @ c.W[l].T * (np.arange(len(c.W[l])) > 0), 0.1),
    (MISALIGNED, "the last neuron is dropped as if it were the bias", lambda c, l: c.dZ[l] @ c.W[l].T * (np.arange(len(c.W[l])) < len(c.W[l]) - 1), 0.1),
    ("wrong-layer-weights", "the weights are taken in the reverse order", lambda c, l: c.dZ[l] @ c.W[c.L - 1 - l].T, 0),
    ("wrong-layer-weights", "the weights of the next layer, counted round the end, carry the error", lambda c, l: c.dZ[l] @ c.W[(l + 1) % c.L].T, 0.1),
)  # fmt: skip


def _through_all(c, l):
    d = c.dA[-1]
    for k in range(c.L - 1, l - 1, -1):
        d = d @ c.W[k].T
    return d


def paths():
    """The way down, and the layers, where whole arrays go astray."""
    for category, words, carry, cost in CARRIED:
        yield from _made(category, {"carry": carry}, words, CARRIES, (), cost)
    words = "the raw output error is carried down through all the weights"
    yield from _made("error-propagated-without-derivative", {"carry": _through_all}, words, (HID,), (), 0.2)
    both = {"weight": lambda c, l: c.A[l].T @ _above(c, l), "bias": lambda c, l: _above(c, l).sum(0)}
    words = "each hidden layer meets the delta of the layer above, cut to fit"
    yield from _made(SHIFT, both, words, (HID,), ("bias-wrong-formula",), 0.0)
    affine = {"affine": lambda c, l: c.A[l] @ c.W[c.L - 1 - l] + c.b[l]}
    words = "the forward pass runs through the weights in reverse"
    yield from _made("wrong-layer-weights", affine, words, (ALL,), ("wrong-forward-pass",))
    for words, weight in (
        ("the activations are taken in the reverse order", lambda c, l: c.A[c.L - 1 - l].T @ c.dZ[l]),
        ("the activation of the layer below, counted round the end, is the input factor", lambda c, l: c.A[l - 1].T @ c.dZ[l]),
        ("the layer's own activation is the input factor where it fits", lambda c, l: (c.A[l + 1] if c.A[l + 1].shape == c.A[l].shape else c.A[l]).T @ c.dZ[l]),
    ):  # fmt: skip
        yield from _made("wrong-layer-activation", {"weight": weight}, words, (ALL,))
    fitting = {"carry": lambda c, l: c.dZ[l] @ (c.W[l] if c.W[l].shape[0] == c.W[l].shape[1] else c.W[l].T)}
    yield from _made("transposed-weights", fitting, "W stands where W.T belongs, where both fit", (ALL,), (), 0.2)
