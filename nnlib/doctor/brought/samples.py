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
SINGLE = ("vector", "column", "row")
TARGETS = {"values": "", "one-hot": "", "labels": "class numbers as targets", "label column": "class numbers as a column",
           "flat": "targets as a plain vector", "number": "one number as target"}  # fmt: skip


@dataclass(frozen=True)
class Samples:
    """X and Y as the learner's code takes them: T samples in one of FORMS, targets in one of TARGETS; `drawn`, or theirs."""

    X: object
    Y: object
    form: str
    T: int
    targets: str = "values"
    drawn: bool = True

    @property
    def single(self) -> bool:
        """One sample at a time?"""
        return self.form in SINGLE

    @property
    def labels(self) -> bool:
        """Are the targets class numbers?"""
        return self.targets in ("labels", "label column")

    @property
    def shape_of_one(self) -> tuple[int, ...]:
        """The shape of the inputs without the axis of the samples."""
        shape = np.shape(self.X)
        return {"rows": shape[1:], "columns": shape[:-1]}.get(self.form, shape)

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
        X, Y = (X[rows], Y[rows]) if self.form == "rows" else (X[:, rows], Y[..., rows])
        return Samples(X, Y, self.form, len(rows), self.targets, self.drawn)

    def each(self) -> list[Samples]:
        """Every sample by itself."""
        return [self.part([i]) for i in range(self.T)]

    @property
    def words(self) -> str:
        """How the data were handed over, in words."""
        return ", ".join(w for w in (FORMS[self.form], TARGETS.get(self.targets, "")) if w)


def given(X, Y, output) -> Samples:
    """The learner's own data: rows or columns, by the shape of what `output` makes of them."""
    shape, targets, A = np.shape(X), np.asarray(Y), output(X)
    thin = len(shape) == 2 and 1 in shape and A.ndim == 1 and targets.size <= A.size < max(shape)
    if len(shape) == 1 or thin:
        form = "rows" if A.shape[:1] == shape == targets.shape[:1] else "vector"
    elif A.shape[:1] == shape[:1] and (targets.shape[:1] == shape[:1] or shape[0] in targets.shape):
        form = "rows"
    else:
        form = "columns" if A.shape[-1:] == shape[-1:] else "row"
    T = {"rows": shape[0], "columns": shape[-1]}.get(form, 1)
    labels = targets.size < A.size and (T > 1 or form != "row")
    return Samples(X, Y, form, T, "labels" if labels else "values", drawn=False)


def widths(shapes) -> list[int]:
    """Numbers of inputs to try: what the arrays suggest, the first array first, a column for the bias taken off last."""
    sides = [n for s in shapes for n in s if n <= 100_000]
    return list(dict.fromkeys([*sides, *(n - 1 for n in sides if n > 1), 1, 2, 3, 4]))


def inputs(form: str, n: int, T: int, rng) -> np.ndarray:
    """Inputs of both signs for T samples of width n."""
    X = rng.standard_normal((1 if form in SINGLE else T, n))
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
    T = 1 if form in SINGLE else T
    n = A.size // T
    classes = rng.permutation(np.arange(max(T, n)) % max(n, 2))[:T]
    classes[0] = max(n, 2) - 1  # the largest is there, for code that counts the classes by it
    E = np.eye(n)[classes] if n > 1 else classes[:, None].astype(float)
    soft = rng.uniform(0.05, 0.95, E.shape)
    whole = [("values", soft), ("one-hot", E)] if real else [("one-hot", E)]
    kinds = [(kind, (v.T if form == "columns" else v).reshape(A.shape)) for kind, v in whole]
    first = whole[0][1]
    if n == 1:
        kinds += [("values", first.T if form == "columns" else first), ("flat", first.ravel()), ("labels", classes)]
        lone = [("number", float(first[0, 0]))]
    else:
        kinds += [("labels", classes), ("label column", classes[:, None]), ("label column", classes[None])]
        lone = [("labels", int(classes[0])), ("one-hot", first.ravel()), ("one-hot", first.reshape(-1, 1))]
    seen = set()
    for kind, Y in kinds + lone * (T == 1):
        mark = (np.shape(Y), np.asarray(Y).dtype.kind, kind if np.ndim(Y) and np.size(Y) == A.size else "")
        if mark not in seen:
            seen.add(mark)
            floats = isinstance(Y, np.ndarray) and Y.dtype.kind == A.dtype.kind == "f"
            yield kind, Y.astype(A.dtype) if floats else Y
