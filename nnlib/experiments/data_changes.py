"""Changes of the data: NaN replaced, shapes and labels corrected, pairs shuffled, inputs and targets scaled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib.experiments import data_looks
from nnlib.experiments.values import Change, Study, attempt


def cleaned(s: Study) -> Iterator[Change]:
    """0 where the data are no number."""
    if data_looks.missing(s) is None:
        return

    def data(X, Y):
        filled = [
            np.where(np.isfinite(v), v, 0.0) for v in (s.bench.rows(X).astype(float), s.bench.rows(Y).astype(float))
        ]
        return s.bench.back(filled[0], X), s.bench.back(filled[1], Y)

    yield Change("nan-in-data", "0 in the place of every NaN", "Clean the data before the network.", data, sure=True)


def reshaped(s: Study) -> Iterator[Change]:
    """Targets in the shape of the outputs; inputs or targets turned over where the run raises."""
    X, Y = np.asarray(s.bench.X), np.asarray(s.bench.Y)
    A = attempt(s.bench.output, s.bench.X)
    if A is not None and A.shape != Y.shape and A.size == Y.size:
        words, advice = f"targets of shape {A.shape} in place of {Y.shape}", f"Give both one shape: Y.reshape{A.shape}."
        turned = A.shape == Y.shape[::-1]
        yield Change(
            "shapes", words, advice, lambda X, Y: (X, np.asarray(Y).T if turned else np.reshape(Y, A.shape)), sure=True
        )
    if not s.base.raised:
        return
    ways = {
        "inputs turned over": (X.ndim == 2, "Hand over X.T.", lambda X, Y: (np.asarray(X).T, Y)),
        "targets turned over": (Y.ndim == 2, "Hand over Y.T.", lambda X, Y: (X, np.asarray(Y).T)),
        "inputs and targets turned over": (
            X.ndim == Y.ndim == 2, "Hand over X.T and Y.T.", lambda X, Y: (np.asarray(X).T, np.asarray(Y).T)
        ),
        "targets as a column": (Y.ndim == 1, "Hand over Y.reshape(-1, 1).", lambda X, Y: (X, np.reshape(Y, (-1, 1)))),
    }  # fmt: skip
    for words, (fits, advice, data) in ways.items():
        if fits:
            yield Change("shapes", words, advice, data, sure=True)


def relabelled(s: Study) -> Iterator[Change]:
    """Class numbers from 0; one-hot rows in place of class numbers, and the other way round where the run raises."""
    E, width = s.E, data_looks.outputs_width(s)
    if E.dtype.kind not in "iuf" or not np.all(E == np.round(E)):
        return
    if E.shape[1] == 1 and E.min() > 0:
        words, advice = f"class numbers from 0 in place of {int(E.min())}", f"Subtract {int(E.min())} from the labels."
        yield Change("labels", words, advice, lambda X, Y: (X, np.asarray(Y) - np.min(Y)))
    classes = np.unique(E)
    if E.shape[1] == 1 and 1 < len(classes) <= width:

        def one_hot(X, Y):
            rows = np.eye(width)[np.searchsorted(classes, s.bench.rows(Y)[:, 0])]
            return X, rows.T if s.bench.columns else rows

        yield Change(
            "labels", "one-hot rows in place of class numbers", f"Targets: np.eye({width})[y].", one_hot, sure=True
        )
    if E.shape[1] > 1 and s.base.raised:
        words, advice = "class numbers in place of one-hot rows", "Targets: Y.argmax(axis=1)."
        yield Change("labels", words, advice, lambda X, Y: (X, s.bench.rows(Y).argmax(axis=1)))


def retargeted(s: Study) -> Iterator[Change]:
    """Targets moved into the reach of the outputs."""
    if data_looks.reach(s) is None:
        return
    low, high = data_looks.outputs_reach(s)
    values = np.unique(s.E.astype(float))
    high = high if np.isfinite(high) else low + 1.0
    margin = 0.0 if len(values) == 2 else 0.1 * (high - low)
    low, high = low + margin, high - margin

    def data(X, Y):
        return X, low + (high - low) * (np.asarray(Y, dtype=float) - values[0]) / max(values[-1] - values[0], 1e-300)

    advice = "Scale the targets, or make the output layer linear."
    yield Change("targets-out-of-reach", f"targets moved to {low:g} .. {high:g}", advice, data)


def rescaled(s: Study) -> Iterator[Change]:
    """Inputs with mean 0 and spread 1 in every column."""
    words, advice = "inputs standardised (mean 0, spread 1)", "Use (X - X.mean(axis=0)) / X.std(axis=0)."
    yield Change("scale-of-inputs", words, advice, lambda X, Y: (s.bench.standardised(X), Y))


def paired(s: Study) -> Iterator[Change]:
    """Where neighbours share no target: targets shifted by a row, or assigned so that neighbours share them."""
    if data_looks.neighbours(s) is None:
        return
    b, E = s.bench, s.E.astype(float)
    X = b.rows(b.standardised(b.X))
    for shift, word in ((1, "down"), (-1, "up")):
        if (data_looks.nearest(X, np.roll(E, shift, axis=0)) or 0) > 4:
            words, advice = f"targets moved {word} by one row", "Somewhere the rows of X and Y slip against each other."
            axis = -1 if b.columns else 0
            yield Change("pairs-parted", words, advice, lambda X, Y: (X, np.roll(Y, shift, axis=axis)), sure=True)
    dealt = np.empty_like(E)
    dealt[np.argsort(X @ np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][0])] = E[np.lexsort(E.T)]
    words = "the same targets dealt out so that inputs that lie together share one"
    advice = "Shuffle X and Y with one permutation: X[p], Y[p]."
    yield Change(
        "pairs-parted", words, advice, lambda X, Y: (X, b.back(dealt, np.asarray(Y)).astype(np.asarray(Y).dtype))
    )
