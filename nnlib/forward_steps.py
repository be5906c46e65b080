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


def steps_by_index(weights, biases, X, E) -> list[Step]:
    """The forward pass of a batch one number at a time: sample by sample, neuron by neuron, z before a, then C_i, then C."""
    names, values = table(weights, biases, X, E)

    def lines():
        for i in range(len(X)):
            for l, w in enumerate(weights):
                before = columns(weights, l, "a") if l else range(X.shape[1])
                for y in range(w.shape[1]):
                    z, a = columns(weights, l + 1, "z")[y], columns(weights, l + 1, "a")[y]
                    terms = " + ".join(f"{short(values[i, c])} × {short(w[x, y])}" for x, c in enumerate(before))
                    summed = f"{names[z]} = {short(biases[l][y])} + {terms} = {values[i, z]:.4f}"
                    yield f"Sample {i + 1}: {summed}.", [(i, z)], i, {(l, x, y) for x in range(len(w))}
                    bent = f"{names[a]} = S({values[i, z]:.4f}) = {values[i, a]:.4f}"
                    yield f"Sample {i + 1}: {bent}.", [(i, a)], i, ()
            e = " and ".join(f"{expected:g}" for expected in E[i])
            said = f"Sample {i + 1}: expected {e}, so C_{i + 1} = {values[i, -1]:.4f}."
            yield said, [(i, len(names) - 1)], i, ()

    return _steps(values, X.shape[1], lines())


def steps_by_matrix(weights, biases, X, E) -> list[Step]:
    """The same batch as matrices: every step fills its columns for all samples at once."""
    (_, values), rows = table(weights, biases, X, E), range(len(X))

    def lines():
        for l, w in enumerate(weights):
            source, used = f"A({l})" if l else "X", {(l, x, y) for x, y in np.ndindex(w.shape)}
            for letter, done, edges in (
                ("z", f"Z({l + 1}) = {source} @ W({l + 1}) + b({l + 1})", used),
                ("a", f"A({l + 1}) = S(Z({l + 1}))", ()),
            ):
                cells = [(i, c) for i in rows for c in columns(weights, l + 1, letter)]
                yield f"All samples: {done} fills {len(cells)} numbers at once.", cells, None, edges
        said = f"All samples: the sums of squared errors give {len(X)} sample costs at once."
        yield said, [(i, values.shape[1] - 1) for i in rows], None, ()

    return _steps(values, X.shape[1], lines())


def _steps(values, inputs: int, lines) -> list[Step]:
    """The steps of lines (sentence, cells that it fills, sample, edges), from the inputs alone to the mean of the costs."""
    known = np.zeros(values.shape, bool)
    known[:, :inputs] = True
    steps = [
        Step(known, np.zeros_like(known), None, frozenset(), "Nothing is computed yet: only the inputs are known.")
    ]
    mean = f"The mean of the {len(values)} sample costs is C = {values[:, -1].mean():.4f}."
    for sentence, cells, sample, edges in (*lines, (mean, (), None, ())):
        fresh = np.zeros(values.shape, bool)
        for cell in cells:
            fresh[cell] = True
        steps.append(Step(steps[-1].known | fresh, fresh, sample, frozenset(edges), sentence))
    return steps


def columns(weights, layer: int, letter: str) -> range:
    """The columns of the table that hold z or a of a layer; layer 0 is the input."""
    if layer == 0:
        return range(len(weights[0]))
    first = len(weights[0]) + 2 * sum(w.shape[1] for w in weights[: layer - 1])
    n = weights[layer - 1].shape[1]
    return range(first, first + n) if letter == "z" else range(first + n, first + 2 * n)


def short(value: float, digits: int = 4) -> str:
    """A number as it is written by hand, with at most so many decimals: 1, -0.5, 0.8808."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if abs(value) > 0.5 * 10**-digits else "0"
