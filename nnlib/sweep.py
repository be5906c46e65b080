"""Many networks at once: one for each learning rate (or start), all trained in the same few array operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from nnlib import arrays, checks, costs, jobs
from nnlib.arrays import Layers, Names, Numbers
from nnlib.functions import per_layer
from nnlib.sweep_loop import chunk_size, train_chunk


@dataclass
class Sweep:
    """What `sweep` leaves: N networks side by side. Rows of NaN belong to networks that an interrupt left undone.

    costs[k, n] is the cost of network n after recorded_at[k] steps (inf once it has overflowed); weights[l] has shape
    (N, n_prev, n_this), biases[l] (N, n_this); done[n] says which networks are trained.
    """

    learning_rates: np.ndarray
    recorded_at: np.ndarray
    costs: np.ndarray
    weights: list
    biases: list
    done: np.ndarray
    interrupted: bool
    notes: tuple[str, ...]

    def network(self, n: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """(weights, biases) of network n, counted from 0, as `forward` and the rest of nnlib take them."""
        return [W[n] for W in self.weights], [b[n] for b in self.biases]


def sweep(
    weights: Layers,
    biases: Layers,
    X: Numbers,
    E: Numbers,
    learning_rates: Numbers,
    *,
    steps: int,
    activations: str | Sequence[str] = "sigmoid",
    cost: str = "squared",
    record_every: int = 1,
    dtype: DTypeLike = np.float64,
    processes: int | None = 1,
    executor: Executor | None = None,
    progress: Callable | str | None = "line",
) -> Sweep:
    """Train N networks by plain full-batch gradient descent, v' = v - r g, each with its own rate (lessons 0 and 9).

    learning_rates  shape (N,), one rate for each network, or (N, layers), one for each of its weight layers
    weights[l]      shape (n_prev, n_this): the start that all share; or (N, n_prev, n_this): each its own. biases alike
    X, E            shape (T, n_0) and (T, n_last), shared by all
    record_every    keep the cost of every so many steps (the start and the end are always kept)
    processes, executor, progress   as in jobs.run

    Equal to `train` run N times, up to rounding. An interrupt returns what is done. dtype is np.float32 or np.float64.
    Raises ValueError or TypeError naming the argument, what was expected and what came.
    """
    layers, dtype = len(arrays.layers("weights", weights)), checks.argument("dtype", dtype)
    rates = rate_table(learning_rates, layers)
    N, steps = len(rates), checks.argument("steps", steps)
    every = checks.argument("record_every", record_every)
    rows, row = costs.layers_and_cost(activations, layers, cost)
    names = [layer.name for layer in rows]
    weights, biases = _networks(weights, biases, N, real=True, finite=True)
    X = arrays.samples("X", X, weights[0].shape[1], real=True)
    E = arrays.samples("E", E, weights[-1].shape[2], T=len(X), real=True)
    costs.check_targets(row, E)
    recorded_at = np.unique([*range(0, steps + 1, every), steps])
    size = chunk_size([len(weights[0][0]), *(b.shape[1] for b in biases)], len(X), dtype)
    parts = [slice(start, start + size) for start in range(0, N, size)]
    result = Sweep(
        learning_rates=np.array(learning_rates, float),
        recorded_at=recorded_at,
        costs=np.full((len(recorded_at), N), np.nan),
        weights=[np.full((N, *W.shape[1:]), np.nan, dtype) for W in weights],
        biases=[np.full((N, *b.shape[1:]), np.nan, dtype) for b in biases],
        done=np.zeros(N, bool),
        interrupted=False,
        notes=(),
    )

    def take(number, trained):
        part = parts[number]
        found, W, b = trained
        result.costs[:, part] = found[recorded_at]
        for l in range(layers):
            result.weights[l][part], result.biases[l][part] = W[l], b[l]
        result.done[part] = True

    def own(array, part):
        return array if len(array) == 1 else array[part]

    work = [
        ([own(W, p) for W in weights], [own(b, p) for b in biases], X, E, rates[p], steps, names, dtype, np.inf, cost)
        for p in parts
    ]
    result.interrupted, notes = jobs.run(
        train_chunk, work, take, processes=processes, executor=executor, progress=progress
    )
    result.notes = tuple(notes)
    return result


def rate_table(learning_rates, layers: int) -> np.ndarray:
    """Rates as a table (N, layers), from shape (N,) or (N, layers): every one finite and not negative, or a ValueError."""
    rates = arrays.numbers("learning_rates", learning_rates, real=True).astype(float)
    if rates.ndim not in (1, 2) or len(rates) == 0 or (rates.ndim == 2 and rates.shape[1] != layers):
        raise ValueError(
            f"learning_rates: expected shape (N,), a rate for each network, or (N, {layers}), one for each weight layer "
            f"of each network, N at least 1; got shape {rates.shape}"
        )
    bad = ~(np.isfinite(rates) & (rates >= 0))
    arrays.refuse_where(bad, "learning_rates", "finite numbers of at least 0", rates)
    return rates if rates.ndim == 2 else np.repeat(rates[:, None], layers, axis=1)


def outputs(weights: Layers, biases: Layers, X: Numbers, activations: Names = "sigmoid") -> np.ndarray:
    """The outputs a = f(...f(X W + b)...) of N networks for the same X: shape (N, T, n_last) (lesson 0).

    X has shape (T, n_0), weights[l] (N, n_prev, n_this) and biases[l] (N, n_this), as in Sweep, or without N for one network.
    Networks that an interrupt left undone, or that overflowed, may hold NaN and infinity. Raises ValueError or TypeError
    naming the array.
    """
    weights, biases = _networks(weights, biases)
    A = arrays.samples("X", X, weights[0].shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for W, b, row in zip(weights, biases, per_layer(activations, len(weights))):
            A = row.f(A @ W + b[:, None])
    return A


def _networks(weights, biases, N=None, **look):
    """Weights and biases with the networks in front: one start that all share, or N, whose layers fit each other."""
    groups = arrays.arrays("weights", weights, **look), arrays.arrays("biases", biases, **look)
    for name, group, axes in zip(("weights", "biases"), groups, (3, 2)):
        for l, array in enumerate(group):
            group[l] = array = array[None] if array.ndim == axes - 1 else array
            N = N or len(array)
            if array.ndim != axes or len(array) not in (1, N):
                raise ValueError(
                    f"{name}[{l}]: expected one start that all networks share, or {N} starts along the first axis, one "
                    f"for each learning rate; got shape {array.shape[1:] if array.shape[:1] == (1,) else array.shape}"
                )
    arrays.parameters(*([np.zeros(array.shape[1:]) for array in group] for group in groups))
    return groups
