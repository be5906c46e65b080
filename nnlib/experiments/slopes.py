"""The right gradient of the learner's own cost: backward through the rebuilt network, else by central differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.functions import sigmoid, softmax

H = 1e-5
MOST = 3000  # outputs whose slope is measured one by one


# name: dC/dA up to a factor, for rows of outputs and targets
FORMS = {
    "squared": lambda A, E: A - E,
    "bce": lambda A, E: (A - E) / np.clip(A * (1 - A), 1e-12, None),
    "cross-entropy": lambda A, E: -E / np.clip(A, 1e-12, None),
    "bce of logits": lambda A, E: sigmoid(A) - E,
    "cross-entropy of logits": lambda A, E: softmax(A) - E,
    "absolute": lambda A, E: np.sign(A - E),
}


def form_of(bench, A, Y) -> tuple[str, float] | None:
    """(name, factor) of the cost in FORMS, recognised by its slopes at outputs drawn at random; None for another one."""
    E, rng = bench.targets(A, Y), np.random.default_rng(0)
    shape = bench.rows(A).shape
    if E.shape != shape:
        return None
    there = [tuple(i) for i in np.argwhere(E != 0)[:200]] or [(0, 0)]
    entries = [there[k] for k in rng.integers(len(there), size=4)]
    entries += [tuple(int(rng.integers(n)) for n in shape) for _ in range(4)]
    seen = {name: [] for name in FORMS}
    for _ in range(2):
        rows = rng.uniform(0.1, 0.9, shape)
        found = [_by(bench, rows, A, Y, i) for i in entries]
        for name, form in FORMS.items():
            right = form(rows, E)
            seen[name] += [(s, right[i]) for s, i in zip(found, entries)]
    for name, pairs in seen.items():
        mine, right = np.array(pairs).T
        factor = float(mine @ right / max(right @ right, 1e-300))
        if factor and np.abs(mine - factor * right).max() < 1e-4 * np.abs(mine).max():
            return name, factor
    return None


def _by(bench, rows, A, Y, i) -> float:
    """The slope of the cost by one output."""
    up, down = rows.copy(), rows.copy()
    up[i] += H
    down[i] -= H
    return (bench.cost(bench.back(up, A), Y) - bench.cost(bench.back(down, A), Y)) / (2 * H)


class Slopes:
    """Gradients of their cost for their parameters as they stand, for any data of their kind."""

    def __init__(self, bench, chain):
        self.bench, self.chain, self.form, self.like = bench, chain, None, None
        self.cost = bench.cost  # cost(A, Y), for differences
        try:
            self.like = bench.output(bench.X)
            self.form = form_of(bench, self.like, bench.Y)
        except Exception:  # the run itself reports what they raise
            self.form = None
        finally:
            bench.reset()

    def by_output(self, A, Y) -> Callable | None:
        """The function rows -> dC/dA for these targets; None where it would take too long."""
        E, like = self.bench.targets(A, Y), A
        if self.form is not None and E.shape == self.bench.rows(A).shape:
            name, factor = self.form
            return lambda rows: factor * FORMS[name](rows, E)
        if self.bench.rows(A).size > MOST:
            return None
        return lambda rows: np.array(
            [_by(self.bench, rows, like, Y, i) for i in np.ndindex(rows.shape)], dtype=float
        ).reshape(rows.shape)

    def gradient(self, X, Y, chain=None) -> list[np.ndarray]:
        """The gradient for each parameter where it stands now."""
        chain = chain or self.chain
        if chain is not None:
            rows = self.bench.rows(X).astype(float)
            A = chain.forward(self.bench.values(), rows)[1][-1]
            slope = self.by_output(self.bench.back(A, A if self.like is None else self.like), Y)
            if slope is not None:
                return chain.gradient(self.bench.values(), rows, slope)
        return self._differences(X, Y)

    def _differences(self, X, Y) -> list[np.ndarray]:
        b, values = self.bench, self.bench.values()
        grads = [np.zeros(v.shape) for v in values]
        for v, g in zip(values, grads):
            for i in np.ndindex(v.shape):
                kept = float(v[i])
                size = H * max(1.0, abs(kept))
                ends = []
                for way in (size, -size):
                    v[i] = kept + way
                    b.put(values)
                    ends.append(self.cost(b.output(X), Y))
                v[i] = kept
                g[i] = (ends[0] - ends[1]) / (2 * size)
        b.put(values)
        return grads
