"""The learner's data, in rows or columns, arrays or lists: to rows and back, some of them, standardised, counted."""

from __future__ import annotations

import warnings

import numpy as np


class Layout:
    """How X and Y hold their samples; `T` of them, as columns where only the last axes agree."""

    def __init__(self, X, Y):
        self.X, self.Y = X, Y
        x, y = np.asarray(X), np.asarray(Y)
        self.columns = x.ndim == 2 and y.ndim >= 1 and len(x) != len(y) and x.shape[-1] == y.shape[-1]
        self.T = x.shape[-1] if self.columns else len(x)

    def rows(self, A) -> np.ndarray:
        """Data or outputs with a row for each sample, whatever their layout."""
        A = np.asarray(A)
        if A.ndim < 2:
            return A.reshape(-1, 1)
        return A.T if self.columns else A.reshape(len(A), -1)

    def back(self, rows, like):
        """Rows in the learner's layout, and in the form (array, list) of `like`."""
        shape = np.shape(like)
        value = rows.T if self.columns and len(shape) == 2 else rows
        if len(shape) != 2 and value.size == len(rows) * int(np.prod(shape[1:])):
            value = value.reshape(len(rows), *shape[1:])
        return value.tolist() if isinstance(like, list) else value

    def part(self, rows):
        """Some of the samples, as the learner's code takes them."""
        Y = np.asarray(self.Y)
        y = Y[..., rows] if self.columns and Y.ndim > 1 else Y[rows]
        return self.back(self.rows(self.X)[rows], self.X), y.tolist() if isinstance(self.Y, list) else y

    def targets(self, A, Y) -> np.ndarray:
        """The targets as rows that fit the outputs: class numbers become one-hot rows."""
        A, E = self.rows(A), self.rows(Y)
        classes = A.shape[1] > 1 and E.shape == (len(A), 1) and np.all(E == np.round(E))
        if classes and E.min() >= 0 and E.max() < A.shape[1]:
            return np.eye(A.shape[1])[E[:, 0].astype(int)]
        return E.astype(float)

    def standardised(self, X):
        """The inputs with mean 0 and spread 1 in each column, numbers that are missing as 0."""
        x = self.rows(X).astype(float)
        x = np.where(np.isfinite(x), x, np.nan)
        with warnings.catch_warnings():  # a column of nothing but NaN
            warnings.simplefilter("ignore")
            mean, spread = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
        return self.back(np.nan_to_num((x - mean) / np.where(spread > 0, spread, 1)), X)

    def hits(self, A, Y) -> tuple[float, float]:
        """(share of samples in their class, share of the most frequent class): by the largest output, or by the middle."""
        A, E = self.rows(A), self.targets(A, Y)
        values = np.unique(E)
        if E.shape != A.shape or len(values) != 2 or (E == values[1]).sum(axis=1).max() > 1:
            return np.nan, np.nan
        if A.shape[1] > 1:
            mine, wanted = A.argmax(axis=1), E.argmax(axis=1)
        else:
            mine, wanted = (A[:, 0] > values.mean()).astype(int), (E[:, 0] > values.mean()).astype(int)
        return float((mine == wanted).mean()), float(np.bincount(wanted).max() / wanted.size)
