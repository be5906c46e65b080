"""The samples that the learner's code is tried on: given, or drawn to fit its widths, in rows, columns or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

FORMS = {
    "rows": "samples are rows",
    "columns": "samples are columns",
    "vector": "one sample at a time, as a vector",
    "column": "one sample at a time, as a column",
    "row": "one sample at a time, as a row",
}
TARGETS = {"values": "", "one-hot": "", "labels": "class numbers as targets", "label column": "class numbers as a column",
           "flat": "targets as a plain vector", "number": "one number as target"}  # fmt: skip


@dataclass(frozen=True)
class Samples:
    """X and Y as the learner's code takes them, in one of FORMS; `T` samples, class numbers where `labels`."""

    X: object
    Y: object
    form: str
    T: int
    labels: bool = False
    targets: str = "values"
    drawn: bool = True

    @property
    def single(self) -> bool:
        """One sample at a time?"""
        return self.form in ("vector", "column", "row")

    @property
    def rows(self) -> np.ndarray:
        """The inputs as (T, n)."""
        X = np.asarray(self.X, dtype=float)
        return X.reshape(1, -1) if self.single else X.T if self.form == "columns" else X.reshape(self.T, -1)

    def outputs(self, A: np.ndarray) -> np.ndarray:
        """What the forward pass gave, as (T, n)."""
        if self.single:
            return A.reshape(1, -1)
        if self.form == "columns" and A.ndim > 1:
            A = np.moveaxis(A, -1, 0)
        return A.reshape(self.T, -1) if A.size % self.T == 0 else A.reshape(1, -1)

    def wanted(self, n: int) -> np.ndarray:
        """The targets as (T, n): class numbers as one-hot rows."""
        Y = np.asarray(self.Y)
        if n > 1 and Y.size == self.T:
            return np.eye(n)[Y.astype(int).ravel()]
        Y = Y.astype(float)
        return Y.T if self.form == "columns" and Y.ndim == 2 and Y.shape != (self.T, n) else Y.reshape(self.T, n)

    def part(self, rows) -> Samples:
        """Some of the samples, in the same form."""
        if self.single:
            return self
        X, Y = np.asarray(self.X), np.asarray(self.Y)
        if self.form == "rows":
            X, Y = X[rows], Y[rows]
        else:
            X, Y = X[:, rows], Y[..., rows]
        return Samples(X, Y, self.form, len(rows), self.labels, self.targets, self.drawn)

    @property
    def words(self) -> str:
        """How the data were handed over, in words."""
        return ", ".join(w for w in (FORMS[self.form], TARGETS.get(self.targets, "")) if w)


def given(X, Y, output) -> Samples:
    """The learner's own data: rows or columns, by the shape of what `output` makes of them."""
    shape, targets = np.shape(X), np.asarray(Y)
    A = output(X)
    labels = targets.size < A.size
    if len(shape) == 1 or (
        len(shape) == 2 and 1 in shape and targets.size <= A.size and len(A.shape) == 1 and A.size < max(shape)
    ):
        if A.shape[:1] != shape or targets.shape[:1] != shape:
            return Samples(X, Y, "vector", 1, labels, "labels" if labels else "values", False)
        return Samples(X, Y, "rows", shape[0], labels, "labels" if labels else "values", False)
    rows = A.shape[:1] == shape[:1] and (targets.shape[:1] == shape[:1] or shape[0] in targets.shape)
    form = "rows" if rows else "columns" if A.shape[-1:] == shape[-1:] else "row"
    T = {"rows": shape[0], "columns": shape[-1]}.get(form, 1)
    return Samples(X, Y, form, T, labels and T > 1, "labels" if labels and T > 1 else "values", False)


def widths(shapes) -> list[int]:
    """Numbers of inputs to try: what the arrays suggest, the first array first, a column for the bias taken off last."""
    sides = [n for s in shapes for n in s if n <= 100_000]
    return list(dict.fromkeys([*sides, *(n - 1 for n in sides if n > 1), 1, 2, 3, 4]))


def inputs(form: str, n: int, T: int, rng, kind=float) -> np.ndarray:
    """Inputs of both signs for T samples of width n."""
    X = rng.standard_normal((1 if form in ("vector", "column", "row") else T, n)).astype(kind)
    return {"rows": X, "row": X, "columns": X.T, "vector": X[0], "column": X.T}[form]


def reads(form: str, A: np.ndarray, T: int) -> bool:
    """Does the output look as it must for samples in this form?"""
    if not np.isfinite(A).all():
        return False
    if form == "rows":
        return A.ndim >= 1 and A.shape[0] == T
    if form == "columns":
        return A.ndim >= 1 and A.shape[-1] == T and not (A.ndim == 2 and A.shape[0] == T)
    return A.size <= 10_000


def targets(form: str, A: np.ndarray, T: int, rng, real: bool) -> Iterator[tuple[str, np.ndarray]]:
    """(kind, Y) for each way in which targets may be handed over, for an output of this shape."""
    T = 1 if form in ("vector", "column", "row") else T
    n = A.size // T
    classes = rng.permutation(np.arange(max(T, n)) % max(n, 2))[:T]
    classes[0] = max(n, 2) - 1  # the largest is there, for code that counts the classes by it
    E = np.eye(n)[classes] if n > 1 else classes[:, None].astype(float)
    soft = rng.uniform(0.05, 0.95, E.shape)

    def shaped(E):
        return (E.T if form == "columns" else E).reshape(A.shape)

    kinds = [("values", shaped(soft)), ("one-hot", shaped(E))] if real else [("one-hot", shaped(E))]
    flat = soft if real else E
    if n == 1:
        kinds += [("values", flat.reshape(T, 1) if form != "columns" else flat.reshape(1, T)), ("flat", flat.ravel())]
        kinds += [("labels", classes.astype(int))]
        if T == 1:
            kinds += [("number", float(flat[0, 0]))]
    else:
        kinds += [("labels", classes), ("label column", classes[:, None]), ("label column", classes[None])]
        if T == 1:
            kinds += [("labels", int(classes[0]))]
            kinds += [("one-hot", flat.ravel()), ("one-hot", flat.reshape(-1, 1))]
    seen = set()
    for kind, Y in kinds:
        mark = (np.shape(Y), np.asarray(Y).dtype.kind, kind if np.ndim(Y) and np.size(Y) == A.size else "")
        if mark not in seen:
            seen.add(mark)
            yield (
                kind,
                Y.astype(A.dtype) if isinstance(Y, np.ndarray) and Y.dtype.kind == "f" and A.dtype.kind == "f" else Y,
            )
