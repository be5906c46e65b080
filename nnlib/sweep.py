"""Many networks at once: one for each learning rate (or start), all trained in the same few array operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from nnlib import checks, jobs
from nnlib.functions import per_layer

# The network's number is the LAST index of every array here: A[l][i, x, n], W[l][x, y, n]. So the innermost loop of each
# operation runs over networks, which are many, and not over neurons, which are few.

LOOK_EVERY = 20  # steps between two looks for networks that have left the floats (or the limit) and need no more work
CACHE = 2**19  # bytes of one layer's activations: a chunk of networks is as large as fits the second-level cache
ONE_THREAD = (
    2**18
)  # multiplications up to which OpenBLAS keeps to one thread: more threads only wait for each other here


@dataclass
class Sweep:
    """What `sweep` leaves: N networks side by side. Rows of NaN belong to networks that an interrupt left undone.

    costs[k, n] is the cost of network n after recorded_at[k] steps (inf once it has left the floats); weights[l] has shape
    (N, n_prev, n_this), biases[l] (N, n_this); done[n] tells which networks are trained.
    """

    learning_rates: np.ndarray
    recorded_at: np.ndarray
    costs: np.ndarray
    weights: list
    biases: list
    done: np.ndarray
    interrupted: bool
    notes: tuple[str, ...]

    def network(self, n: int):
        """(weights, biases) of network n alone, as `forward` and the rest of nnlib take them."""
        return [W[n] for W in self.weights], [b[n] for b in self.biases]


def sweep(
    weights,
    biases,
    X,
    E,
    learning_rates,
    *,
    steps: int,
    activations: str | Sequence[str] = "sigmoid",
    record_every: int = 1,
    dtype=np.float64,
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

    Equal to `train` run N times, up to rounding. An interrupt returns what is done. Raises ValueError for bad input.
    """
    layers = len(weights)
    rates = rate_table(learning_rates, layers)
    N, steps = len(rates), checks.positive_whole("steps", steps)
    every = checks.positive_whole("record_every", record_every)
    names = [row.name for row in per_layer(activations, layers)]
    weights, biases, X, E = _starts(weights, biases, X, E, N)
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
        costs, W, b = trained
        result.costs[:, part] = costs[recorded_at]
        for l in range(layers):
            result.weights[l][part], result.biases[l][part] = W[l], b[l]
        result.done[part] = True

    def own(array, part):
        return array if len(array) == 1 else array[part]

    work = [
        ([own(W, p) for W in weights], [own(b, p) for b in biases], X, E, rates[p], steps, names, dtype) for p in parts
    ]
    options = {"processes": processes, "executor": executor, "progress": progress}
    result.interrupted, notes = jobs.run(train_chunk, work, take, **options)
    result.notes = tuple(notes)
    return result


def train_chunk(weights, biases, X, E, rates, steps, names, dtype=np.float64, limit=np.inf):
    """Train len(rates) networks together: the work of one job, on input that is known to be sound.

    weights[l] has shape (N or 1, n_prev, n_this), rates (N, layers). A network whose cost passes `limit` is dropped at
    the next look, and its cost is inf from the step after that at the latest.
    Returns (costs of shape (steps + 1, N), weights, biases), networks first again.
    """
    N, T, layers = len(rates), len(X), len(weights)
    X1 = np.hstack([X, np.ones((T, 1))]).astype(dtype)  # the column of ones makes the first biases one more row of W
    X1t = np.ascontiguousarray(X1.T)
    E = E.astype(dtype)[:, :, None]
    W = [_last(array, N, dtype) for array in weights]
    b = [_last(array, N, dtype) for array in biases]
    W[0] = np.concatenate([W[0], b[0][None]])
    r = np.ascontiguousarray(rates.T.astype(dtype))
    final = [[array.copy() for array in W], [array.copy() for array in b]]
    costs = np.full((steps + 1, N), np.inf)
    alive = np.arange(N)
    work = _Buffers(X1, W, dtype)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a network that blows up is a result
        for k in range(steps + 1):
            A = _forward(X1, W, b, names, work)
            R = np.subtract(A[-1], E, out=work.D[-1])
            costs[k, alive] = np.einsum("iyn,iyn->n", R, R) / T
            if k == steps:
                break
            R *= dtype(2 / T)
            _step(X1t, A, W, b, r, names, work)
            if k % LOOK_EVERY == LOOK_EVERY - 1:
                keep = costs[k, alive] <= limit  # NaN fails this too
                keep &= np.isfinite(costs[k, alive])
                if not keep.all():
                    _store(final, W, b, alive)
                    alive, r = alive[keep], np.compress(keep, r, axis=-1)
                    W, b = ([np.compress(keep, array, axis=-1) for array in arrays] for arrays in (W, b))
                    if not len(alive):
                        break
                    work = _Buffers(X1, W, dtype)
    _store(final, W, b, alive)
    costs[np.isnan(costs)] = np.inf
    W, b = final
    W[0], b[0] = W[0][:-1], W[0][-1]
    return costs, [np.moveaxis(array, -1, 0) for array in W], [np.moveaxis(array, -1, 0) for array in b]


class _Buffers:
    """The arrays that every step writes into again: A the activations, D what comes back, S a scratch, G the gradients."""

    def __init__(self, X1, W, dtype):
        T, N = len(X1), W[0].shape[2]
        self.A, self.D, self.S = ([np.empty((T, w.shape[1], N), dtype) for w in W] for _ in range(3))
        self.G = [np.empty(w.shape, dtype) for w in W]


def _forward(X1, W, b, names, work):
    for l, (w, A, name) in enumerate(zip(W, work.A, names)):
        if l == 0:  # all networks read the same X: one flat product for every hidden unit of every network
            _flat_product(X1, w, A)
        else:
            np.einsum("ixn,xyn->iyn", work.A[l - 1], w, out=A)
            A += b[l]
        ACTIVATE[name](A)
    return work.A


def _step(X1t, A, W, b, r, names, work):
    """One step of every network; work.D[-1] holds dC/da of the output when it begins."""
    for l in reversed(range(len(W))):
        dZ, S, G = work.D[l], work.S[l], work.G[l]
        SLOPE[names[l]](A[l], S)
        if l == 0 and len(W) > 1 and W[1].shape[1] == 1:
            # dZ_ix = f'(z_ix) w_x dZ_i: where a single path leaves each neuron, its weight does not depend on the sample
            # and can wait until the samples are summed. This saves one pass over the largest array.
            S *= work.D[1]
            _flat_product(X1t, S, G)
            G *= single_path * r[0]
            W[0] -= G
            return
        dZ *= S  # dC/da becomes dC/dz
        if l == 0:
            _flat_product(X1t, dZ, G)
        else:
            np.einsum("ixn,iyn->xyn", A[l - 1], dZ, out=G)
            if l == 1 and W[1].shape[1] == 1:
                single_path = W[1][:, 0].copy()
            else:
                np.einsum("iyn,xyn->ixn", dZ, W[l], out=work.D[l - 1])  # with the weights before their step
            b[l] -= r[l] * dZ.sum(axis=0)
        G *= r[l]
        W[l] -= G


def _flat_product(M, array, out):
    """M @ array for all networks at once, in pieces small enough that every BLAS gives the same bits on one thread."""
    flat, result = array.reshape(len(array), -1), out.reshape(len(out), -1)
    width = max(ONE_THREAD // M.size // 64, 1) * 64
    for start in range(0, flat.shape[1], width):
        piece = slice(start, start + width)
        np.matmul(M, flat[:, piece], out=result[:, piece])


def _sigmoid(z):
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)


def _tanh_slope(a, s):
    np.multiply(a, a, out=s)
    np.subtract(1, s, out=s)


def _sigmoid_slope(a, s):
    np.subtract(1, a, out=s)
    s *= a


# The rows of functions.py once more, in place: the first turns z into a where it lies, the second writes into s the slope,
# which all five know from a alone. tests/test_sweep.py holds each row against its twin.
ACTIVATE = {
    "sigmoid": _sigmoid,
    "tanh": lambda z: np.tanh(z, out=z),
    "relu": lambda z: np.maximum(z, 0, out=z),
    "softplus": lambda z: np.logaddexp(0, z, out=z),
    "identity": lambda z: z,
}
SLOPE = {
    "sigmoid": _sigmoid_slope,
    "tanh": _tanh_slope,
    "relu": lambda a, s: np.greater(a, 0, out=s, casting="unsafe"),
    "softplus": lambda a, s: np.negative(np.expm1(-a), out=s),
    "identity": lambda a, s: s.fill(1),
}


def chunk_size(sizes: Sequence[int], T: int, dtype=np.float64) -> int:
    """How many networks with these layer sizes to train together: what fits the cache, and at least 32."""
    widest = max(sizes[1:])
    return max(32, CACHE // (T * widest * np.dtype(dtype).itemsize))


def rate_table(learning_rates, layers: int) -> np.ndarray:
    """Rates as a table (N, layers), from shape (N,) or (N, layers): every one finite and not negative, or a ValueError."""
    try:
        rates = np.asarray(learning_rates, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"learning_rates: expected numbers, got {learning_rates!r}") from error
    if rates.ndim not in (1, 2) or len(rates) == 0 or (rates.ndim == 2 and rates.shape[1] != layers):
        raise ValueError(
            f"learning_rates: expected shape (N,), a rate for each network, or (N, {layers}), one for each weight layer "
            f"of each network, N at least 1; got shape {rates.shape}"
        )
    bad = ~(np.isfinite(rates) & (rates >= 0))
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"learning_rates: expected finite numbers of at least 0, got {rates[at]} at index {at}")
    return rates if rates.ndim == 2 else np.repeat(rates[:, None], layers, axis=1)


def outputs(weights, biases, X, activations="sigmoid") -> np.ndarray:
    """The outputs of N networks for the same X, as a decision map needs them: shape (N, T, n_last).

    weights[l] has shape (N, n_prev, n_this), as in `Sweep.weights`.
    """
    A = checks.samples("X", X, weights[0].shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for W, b, row in zip(weights, biases, per_layer(activations, len(weights))):
            A = row.f(A @ W + b[:, None])
    return A


def _starts(weights, biases, X, E, N):
    """Check one start, or each of the N, and return the arrays with their networks in front: axis 0 is 1 or N long."""
    W = [checks.number_array(f"weights[{l}]", array) for l, array in enumerate(weights)]
    b = [checks.number_array(f"biases[{l}]", array) for l, array in enumerate(biases)]
    W = [array[None] if array.ndim == 2 else array for array in W]
    b = [array[None] if array.ndim == 1 else array for array in b]
    for kind, arrays in (("weights", W), ("biases", b)):
        for l, array in enumerate(arrays):
            if array.ndim < 2 or len(array) not in (1, N):
                raise ValueError(
                    f"{kind}[{l}]: expected one start that all networks share, or {N} starts along the first axis, one "
                    f"for each learning rate; got shape {np.shape((weights if kind == 'weights' else biases)[l])}"
                )
    _, _, X, E = checks.problem([array[0] for array in W], [array[0] for array in b], X, E)
    return W, b, X, E


def _last(array, N, dtype):
    """A copy with the networks as the last axis, N of them."""
    return np.array(np.broadcast_to(np.moveaxis(array, 0, -1), (*array.shape[1:], N)), dtype=dtype, order="C")


def _store(final, W, b, alive):
    for kept, now in zip(final, (W, b)):
        for to, array in zip(kept, now):
            to[..., alive] = array
