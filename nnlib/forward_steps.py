"""The forward pass of a batch step by step: which numbers each line of Python fills, by index and as matrices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib.network import forward, sample_costs


class Step(NamedTuple):
    """One line of Python that has just run: what it filled, where it stands in the network, and what it did in words."""

    known: np.ndarray  # (T, columns), True where the table holds a number by now
    fresh: np.ndarray  # the same shape, True where this step wrote
    sample: int | None  # the sample on its way, None for all at once
    edges: frozenset  # the weights that this step used
    sentence: str


def table(weights, biases, X, E):
    """Every number of the forward pass, a row for each sample: (names, values), the values of shape (T, columns).

    The columns are x, then z and a of each layer, then C_i (lesson 2).
    """
    Z, A = forward(weights, biases, X)
    names, arrays = [f"x_{k + 1}" for k in range(A[0].shape[1])], [A[0]]
    for l in range(len(Z)):
        for letter, array in (("z", Z[l]), ("a", A[l + 1])):
            names += [f"{letter}_{y + 1}^({l + 1})" for y in range(array.shape[1])]
            arrays.append(array)
    return [*names, "C_i"], np.column_stack([*arrays, sample_costs(A[-1], E)])


class _Steps:
    """The steps of one forward pass so far, and what is known of its table."""

    def __init__(self, weights, biases, X, E) -> None:
        self.names, self.values = table(weights, biases, X, E)
        self.known = np.zeros(self.values.shape, bool)
        self.known[:, : X.shape[1]] = True
        self.steps: list[Step] = []
        self.add("Nothing is computed yet: only the inputs are known.")

    def add(self, sentence: str, cells=(), sample: int | None = None, edges=()) -> None:
        """A step that fills `cells`, pairs of a row and a column."""
        fresh = np.zeros(self.known.shape, bool)
        for cell in cells:
            self.known[cell] = fresh[cell] = True
        self.steps.append(Step(self.known.copy(), fresh, sample, frozenset(edges), sentence))

    def end(self) -> list[Step]:
        """All steps, the mean over the samples as the last."""
        self.add(f"The mean of the {len(self.values)} sample costs is C = {self.values[:, -1].mean():.4f}.")
        return self.steps


def steps_by_index(weights, biases, X, E) -> list[Step]:
    """The forward pass of a batch one number at a time: sample by sample, neuron by neuron, z before a, then C_i, then C."""
    made = _Steps(weights, biases, X, E)
    names, values = made.names, made.values
    for i in range(len(X)):
        for l, w in enumerate(weights):
            before = columns(weights, l, "a") if l else range(X.shape[1])
            for y in range(w.shape[1]):
                z, a = columns(weights, l + 1, "z")[y], columns(weights, l + 1, "a")[y]
                terms = " + ".join(f"{short(values[i, c])} × {short(w[x, y])}" for x, c in enumerate(before))
                summed = f"{names[z]} = {short(biases[l][y])} + {terms} = {values[i, z]:.4f}"
                made.add(f"Sample {i + 1}: {summed}.", [(i, z)], i, {(l, x, y) for x in range(len(w))})
                bent = f"{names[a]} = S({values[i, z]:.4f}) = {values[i, a]:.4f}"
                made.add(f"Sample {i + 1}: {bent}.", [(i, a)], i)
        e = " and ".join(f"{expected:g}" for expected in E[i])
        said = f"Sample {i + 1}: expected {e}, so C_{i + 1} = {values[i, -1]:.4f}."
        made.add(said, [(i, len(names) - 1)], i)
    return made.end()


def steps_by_matrix(weights, biases, X, E) -> list[Step]:
    """The same batch as matrices: every step fills its columns for all samples at once."""
    made, rows = _Steps(weights, biases, X, E), range(len(X))
    for l, w in enumerate(weights):
        source, used = f"A({l})" if l else "X", {(l, x, y) for x, y in np.ndindex(w.shape)}
        for letter, done, edges in (
            ("z", f"Z({l + 1}) = {source} @ W({l + 1}) + b({l + 1})", used),
            ("a", f"A({l + 1}) = S(Z({l + 1}))", ()),
        ):
            cells = [(i, c) for i in rows for c in columns(weights, l + 1, letter)]
            made.add(f"All samples: {done} fills {len(cells)} numbers at once.", cells, edges=edges)
    said = f"All samples: the sums of squared errors give {len(X)} sample costs at once."
    made.add(said, [(i, len(made.names) - 1) for i in rows])
    return made.end()


def columns(weights, layer: int, letter: str) -> range:
    """The columns of the table that hold z or a of a layer; layer 0 is the input."""
    if layer == 0:
        return range(len(weights[0]))
    first = len(weights[0]) + 2 * sum(w.shape[1] for w in weights[: layer - 1])
    n = weights[layer - 1].shape[1]
    return range(first, first + n) if letter == "z" else range(first + n, first + 2 * n)


def short(value: float) -> str:
    """A number as it is written by hand: 1, -0.5, 0.8808."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) > 5e-5 else "0"
