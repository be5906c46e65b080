"""Mistakes in the choice of samples: one counts, some are dropped, inputs and targets part, averages come too early."""

# ruff: noqa: E501  (a row of the table is a line)
from __future__ import annotations

from itertools import permutations

import numpy as np

from nnlib.doctor.stages import Problem, backpropagate
from nnlib.doctor.table.row import Row

LAST, SINGLE, LABELS, REMAINDER, MEANS, INTEGER, FORWARD = (
    "only-last-sample", "single-sample-step", "shuffled-labels", "batch-remainder", "averaged-before-product",
    "integer-truncation", "wrong-forward-pass",
)  # fmt: skip
SIZES = (2, 4, 5, 8, 10, 16, 20, 25, 30, 32, 50, 64, 100, 128)  # batch sizes that people write as constants


def _samples(category, what, formula, choose, **more):
    return Row(category, what, formula, {"samples": choose}, **more)


def _kept(choose, count=None):
    """The rows that `choose` keeps of X and E; the count stays T, or is what `count` says of the kept ones."""
    return lambda c: (choose(c.X), choose(c.E), count or len(choose(c.X)))


def _kept_of_all(choose):
    return lambda c: (choose(c.X), choose(c.E), c.count)


def _subset(category, what, formula, choose, **more):
    yield _samples(category, what, formula, _kept(choose), **more)
    yield _samples(
        category,
        what + ", and the sum is still divided by T",
        formula,
        _kept_of_all(choose),
        **(more | {"cost": more.get("cost", 0) + 0.1}),
    )


def _whole(v, size):
    return v[: len(v) // size * size]


def _remainders():
    for size in SIZES:
        large = 0.2 if size < 10 else 0.0
        also = {"also": (LAST,) if size < 10 else (), "cost": large}
        yield from _subset(
            REMAINDER, f"only the first {size} samples count", f"sum_«i <= {size}»", lambda v, s=size: v[:s], **also
        )
        yield from _subset(
            REMAINDER, f"only the last {size} samples count", f"sum_«i > T - {size}»", lambda v, s=size: v[-s:], **also
        )
        yield from _subset(
            REMAINDER,
            f"the samples beyond the last full batch of {size} are dropped",
            f"sum_«i <= {size} (T // {size})»",
            lambda v, s=size: _whole(v, s),
            **also,
        )
        yield from _subset(
            REMAINDER,
            f"only the last batch of {size} counts",
            "«sum over every batch»",
            lambda v, s=size: v[(len(v) - 1) // s * s :],
            cost=large + 0.05,
            also=(LAST,),
        )
        yield Row(
            REMAINDER,
            f"the mean of the means of batches of {size}: a short last batch counts too much",
            "(1/T) sum_i is not «mean of batch means»",
            {"samples": lambda c, s=size: _weighted(c, s)},
            cost=large,
        )


def _weighted(c, size):
    """Each sample weighted by 1 / (its batch's length · number of batches): the mean of batch means as a plain sum."""
    T = len(c.X)
    lengths = [min(size, T - start) for start in range(0, T, size)]
    weight = np.concatenate([np.full(n, 1 / (n * len(lengths))) for n in lengths])
    return c.X, c.E, (1 / weight)[:, None]  # the count, sample by sample: the cost stage divides by it


ROWS = (
    *_subset(LAST, "only the last sample counts", "«sum_i» g_i, last i only", lambda v: v[-1:], also=(SINGLE,)),
    *_subset(LAST, "only the first sample counts", "«sum_i» g_i, first i only", lambda v: v[:1], also=(SINGLE,)),
    *_subset(LAST, "only the second sample counts", "«sum_i» g_i, second i only", lambda v: v[1:2] if len(v) > 1 else v, also=(SINGLE,), cost=.2),
    *_subset(REMAINDER, "the last sample is left out", "sum_«i < T» g_i", lambda v: v[:-1] if len(v) > 1 else v[:0], also=("off-by-one-layer",), cost=.1),
    *_subset(REMAINDER, "the first sample is left out", "sum_«i > 1» g_i", lambda v: v[1:] if len(v) > 1 else v[:0], cost=.1),
    *_subset(REMAINDER, "only half of the samples count", "sum_«i <= T/2» g_i", lambda v: v[: len(v) // 2], cost=.2),
    *_subset(REMAINDER, "only half of the samples, rounded up, count", "sum_«i <= T/2» g_i", lambda v: v[: (len(v) + 1) // 2], cost=.2),
    *_subset(REMAINDER, "only every other sample counts", "sum_«i = 1, 3, ...» g_i", lambda v: v[::2], cost=.2),
    *_subset(REMAINDER, "only as many samples as inputs count", "sum_«i <= n_in» g_i", lambda v: v[: v.shape[1]], cost=.4),
    *_remainders(),
    _samples(LABELS, "the targets are in reverse order", "A_i - E_«T-i»", lambda c: (c.X, c.E[::-1], c.count)),
    _samples(LABELS, "the targets are shifted by one sample", "A_i - E_«i-1»", lambda c: (c.X, np.roll(c.E, 1, axis=0), c.count)),
    _samples(LABELS, "the targets are shifted by one sample the other way", "A_i - E_«i+1»", lambda c: (c.X, np.roll(c.E, -1, axis=0), c.count)),
    _samples(LABELS, "every sample is compared with the first target", "A_i - E_«1»", lambda c: (c.X, np.repeat(c.E[:1], len(c.E), 0), c.count), also=("broadcasting",)),
    _samples(LABELS, "every sample is compared with the last target", "A_i - E_«T»", lambda c: (c.X, np.repeat(c.E[-1:], len(c.E), 0), c.count), also=("broadcasting",)),
    _samples("broadcasting", "every sample is compared with the mean target", "A_i - «mean» E", lambda c: (c.X, np.repeat(c.E.mean(0)[None], len(c.E), 0), c.count), also=(LABELS, "wrong-cost-derivative")),
    _samples(LABELS, "the targets are sorted", "A_i - E_«sorted»", lambda c: (c.X, np.sort(c.E, axis=0), c.count)),
    _samples(LABELS, "the inputs are sorted", "X_«sorted»", lambda c: (np.sort(c.X, axis=0), c.E, c.count)),
    _samples(LABELS, "the columns of the targets are reversed", "A_ij - E_i«n-j»", lambda c: (c.X, c.E[:, ::-1], c.count)),
    _samples("broadcasting", "the targets are reshaped, so that samples and outputs mix", "«E.T.reshape(...)»", lambda c: (c.X, c.E.T.reshape(c.E.shape), c.count), also=(LABELS,)),
    _samples(LABELS, "the inputs are reshaped, so that samples and inputs mix", "«X.T.reshape(...)»", lambda c: (c.X.T.reshape(c.X.shape), c.E, c.count), also=("broadcasting",)),
    _samples(MEANS, "inputs and targets are averaged first: one mean sample", "«mean» X, «mean» E", lambda c: (c.X.mean(0)[None], c.E.mean(0)[None], 1)),
    _samples(MEANS, "the inputs are averaged first", "«mean» X", lambda c: (np.repeat(c.X.mean(0)[None], len(c.X), 0), c.E, c.count), cost=.1),
    _samples(INTEGER, "the inputs are cut to integers", "«int»(X)", lambda c: (np.trunc(c.X), c.E, c.count)),
    _samples(INTEGER, "the targets are cut to integers", "«int»(E)", lambda c: (c.X, np.trunc(c.E), c.count)),
    _samples(INTEGER, "inputs and targets are cut to integers", "«int»(X), «int»(E)", lambda c: (np.trunc(c.X), np.trunc(c.E), c.count)),
    _samples(INTEGER, "the inputs are rounded", "«round»(X)", lambda c: (np.round(c.X), c.E, c.count)),
    Row(INTEGER, "the weights are cut to integers", "«int»(W)", {"affine": lambda c, l: c.A[l] @ np.trunc(c.W[l]) + c.b[l], "carry": lambda c, l: c.dZ[l] @ np.trunc(c.W[l]).T}),
    Row(INTEGER, "weights and biases are cut to integers", "«int»(W), «int»(b)", {"affine": lambda c, l: c.A[l] @ np.trunc(c.W[l]) + np.trunc(c.b[l]), "carry": lambda c, l: c.dZ[l] @ np.trunc(c.W[l]).T}),
    Row(INTEGER, "the pre-activations are cut to integers", "Z = «int»(A_prev @ W + b)", {"affine": lambda c, l: np.trunc(c.A[l] @ c.W[l] + c.b[l])}),
    Row(INTEGER, "the activations are cut to integers", "A = «int»(f(Z))", {"activate": lambda c, l: np.trunc(c.acts[l].f(c.Z[l]))}, ("everywhere", "output layer", "hidden layers")),
    Row(INTEGER, "the activations are cut to integers, but not for the slope", "A = «int»(f(Z))", {"activate": lambda c, l: np.trunc(c.acts[l].f(c.Z[l])), "slope": lambda c, l: c.acts[l].slope(c.Z[l])}, ("everywhere", "output layer", "hidden layers")),
    Row(INTEGER, "the output error is cut to integers", "dA = 2 «int»(A - E) / T", {"cost": lambda c, l: 2 * np.trunc(c.A[-1] - c.E) / c.count}),
    Row(INTEGER, "the doubled output error is cut to integers", "dA = «int»(2 (A - E)) / T", {"cost": lambda c, l: np.trunc(2 * (c.A[-1] - c.E)) / c.count}),
    Row(INTEGER, "the output error is floored", "dA = 2 (A - E) «//» T", {"cost": lambda c, l: 2 * (c.A[-1] - c.E) // c.count}),
    Row(INTEGER, "the delta is cut to integers", "dZ = «int»(dA · f'(Z))", {"delta": lambda c, l: np.trunc(c.dA[l] * c.S[l])}, ("everywhere", "output layer", "hidden layers")),
    Row(INTEGER, "1 // T cuts the mean to 0", "dA = 2 (A - E) · («1 // T»)", {"cost": lambda c, l: 2 * (c.A[-1] - c.E) * (1 // c.count)}),
    Row(INTEGER, "2 // T cuts the mean", "dA = (A - E) · («2 // T»)", {"cost": lambda c, l: (c.A[-1] - c.E) * (2 // c.count)}),
    Row(INTEGER, "the gradients are divided by T with //", "dW = (A_prev.T @ dZ) «//» T", {"cost": lambda c, l: 2 * (c.A[-1] - c.E), "result": lambda c, dW, db: ([g // c.count for g in dW], [g // c.count for g in db])}),
    Row(INTEGER, "the weight gradients are divided by T with //", "dW = (A_prev.T @ dZ) «//» T", {"cost": lambda c, l: 2 * (c.A[-1] - c.E), "result": lambda c, dW, db: ([g // c.count for g in dW], [g / c.count for g in db])}),
    Row(INTEGER, "the gradients are cut to integers", "dW = «int»(A_prev.T @ dZ)", {"result": lambda c, dW, db: ([np.trunc(g) for g in dW], [np.trunc(g) for g in db])}, cost=-.1),
    Row(INTEGER, "the weight gradients are cut to integers", "dW = «int»(A_prev.T @ dZ)", {"result": lambda c, dW, db: ([np.trunc(g) for g in dW], db)}, cost=-.1),
    Row(INTEGER, "the bias gradients are cut to integers", "db = «int»(sum dZ)", {"result": lambda c, dW, db: (dW, [np.trunc(g) for g in db])}, cost=.1),
    Row(INTEGER, "the gradients are floored", "dW = «floor»(A_prev.T @ dZ)", {"result": lambda c, dW, db: ([np.floor(g) for g in dW], [np.floor(g) for g in db])}),
    Row(INTEGER, "the gradients are rounded", "dW = «round»(A_prev.T @ dZ)", {"result": lambda c, dW, db: ([np.round(g) for g in dW], [np.round(g) for g in db])}),
)  # fmt: skip


def single_samples(problem: Problem, activations="sigmoid"):
    """(i, gradients) for each sample alone, as if it were the whole batch."""
    for i in range(len(problem.X)):
        yield i, backpropagate(problem._replace(X=problem.X[i : i + 1], E=problem.E[i : i + 1]), (), activations)


def shuffles(problem: Problem):
    """Gradients for every order of the targets but the right one: six samples at most are tried."""
    order = range(len(problem.X))
    for permutation in permutations(order):
        if permutation != tuple(order):
            yield backpropagate(problem._replace(E=problem.E[list(permutation)]))
