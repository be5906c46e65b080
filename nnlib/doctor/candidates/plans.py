"""Plans of a step: how often it is taken, on which samples, and from which weights."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from collections.abc import Callable, Iterable

from nnlib.doctor.candidates.edits import ALL
from nnlib.doctor.candidates.passes import Candidate

REPEATED, SAMPLES, UPDATED = "repeated-update", "per-sample-updates", "used-updated-weights"
WHOLE = slice(None)


def following(moves: Callable[..., Iterable]) -> Callable:
    """The update that makes these moves, one after the other, each with the gradient at the weights as they are then.

    `moves(T, L)` yields (the samples of the gradient, the arrays 0 .. 2L - 1 that are stepped, how many rates far).
    """

    def update(gradient, p):
        values, L = [*p.weights, *p.biases], p.layers
        for rows, stepped, scale in moves(len(p.X), L):
            dW, db = gradient(values[:L], values[L:], p.X[rows], p.E[rows])
            steps = [*dW, *db]
            for k in stepped:
                values[k] = values[k] - scale * p.rate * steps[k]
        return values[:L], values[L:]

    return update


def times(k) -> Callable:
    """The whole step, k times; k may be a function of T and L."""
    return following(lambda T, L: [(WHOLE, range(2 * L), 1.0)] * (k(T, L) if callable(k) else k))


def by_samples(order=range, scale=lambda T: 1.0, size=1) -> Callable:
    """A step after every batch of `size` samples."""
    return following(lambda T, L: [(slice(i, i + size), range(2 * L), scale(T)) for i in order(T)])


HALF = ("missing-factor-two",)
RATES = (
    ("the full rate", lambda T: 1.0, ()), ("rate / T", lambda T: 1 / T, ()), ("half the rate", lambda T: 0.5, HALF),
    ("half of rate / T", lambda T: 0.5 / T, HALF),
)  # fmt: skip


def _rows():
    """(category, words, update, also, cost) of every plan."""
    yield REPEATED, "the whole step is taken once for each layer", times(lambda T, L: L), (), 0.0
    yield REPEATED, "the whole step is taken once for each sample", times(lambda T, L: T), (SAMPLES,), 0.0
    for words, parts in (
        ("each layer is stepped with a gradient that is taken after the step of the layer above", lambda L: [(l, L + l) for l in range(L - 1, -1, -1)]),
        ("each layer is stepped with a gradient that is taken after the step of the layer below", lambda L: [(l, L + l) for l in range(L)]),
        ("the bias gradients are taken after the step of the weights", lambda L: [range(L), range(L, 2 * L)]),
        ("the weight gradients are taken after the step of the biases", lambda L: [range(L, 2 * L), range(L)]),
    ):  # fmt: skip
        update = following(lambda T, L, parts=parts: [(WHOLE, part, 1.0) for part in parts(L)])
        yield UPDATED, words, update, (REPEATED,), 0.0
    for k in (*range(2, 11), 20, 50, 60, 100):
        yield REPEATED, f"the whole step is taken {k} times", times(k), (), 0.0 if k <= 10 else 0.5
    for after, order, cost in (
        ("", range, 0.0),
        (", from the last to the first", lambda T: range(T - 1, -1, -1), 0.05),
    ):
        for rate, scale, also in RATES:
            words = f"a step with {rate} after every sample{after}"
            yield SAMPLES, words, by_samples(order, scale), also, cost + 0.5 * bool(also)
    for size in (*range(2, 11), 12, 16, 20, 32, 50, 64, 100):
        words = f"a step after every batch of {size} samples inside the step"
        yield (
            SAMPLES,
            words,
            by_samples(lambda T, s=size: range(0, T, s), size=size),
            ("batch-remainder", REPEATED),
            0.2,
        )


PLANS = tuple(
    Candidate(category, {}, ALL, also, cost, words, update=update) for category, words, update, also, cost in _rows()
)
