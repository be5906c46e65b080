"""The inner loop of a sweep: many networks trained together, every operation on all of them at once, in reused arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.in_place import ACTIVATE, SLOPE, Loss, back

# The network's number is the LAST index of every array here: A[l][x, i, n], W[l][y, x, n]. So the innermost loop of each
# operation runs over networks, which are many, and not over neurons, which are few. The sample i stands beside it, so that
# what belongs to all neurons of a layer, dC/dz above all, is one long row for each of them.
# The last row of a layer's A is 1 and the last x of the next W its biases: so every product adds them.

LOOK_EVERY = (
    10  # steps between two looks for networks whose cost has overflowed (or passed the limit) and need no more work
)
CACHE = 2**20  # bytes of one layer's activations in a chunk: about what a second-level cache holds
LINE = 64  # bytes that the cache moves at once
ONE_THREAD = 2**18  # multiplications up to which OpenBLAS keeps to one thread; here more would only wait for each other


def chunk_size(sizes: Sequence[int], T: int, dtype=np.float64) -> int:
    """How many networks with these layer sizes to train together: what fits the cache, and at least 32.

    They fill an odd number of cache lines: rows a power of two apart would push each other out of the cache.
    """
    itemsize = np.dtype(dtype).itemsize
    lines = max(32 * itemsize, CACHE // (T * max(sizes[1:]))) // LINE
    return (lines | 1) * LINE // itemsize


def train_chunk(weights, biases, X, E, rates, steps, names, dtype=np.float64, limit=np.inf, cost="squared"):
    """Train len(rates) networks together: the work of one job, on arguments that were checked.

    weights[l] has shape (N or 1, n_prev, n_this), rates (N, layers). A network whose cost passes `limit` is dropped at
    the next look, and from then on its cost is given as inf. `cost` is a name of the table in costs.py.
    Returns (costs of shape (steps + 1, N), weights, biases), networks first again.
    """
    N, T, loss = len(rates), len(X), Loss(cost, E.astype(dtype), dtype)
    X1 = np.hstack([X, np.ones((T, 1))]).astype(dtype)
    W = [_with_biases(array, b, N, dtype) for array, b in zip(weights, biases)]
    r = np.ascontiguousarray(rates.T.astype(dtype))
    final = [array.copy() for array in W]
    found = np.full((steps + 1, N), np.inf)
    alive = slice(None)  # at first all, later the numbers of those that are left
    work = _Buffers(X1, W)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a network that blows up is a result
        for k in range(steps + 1):
            _forward(X1, W, names, work)
            found[k, alive] = loss.of(names[-1], work.A[-1], work.D[-1])
            if k == steps:
                break
            _step(X1, W, r, loss.way_back(names), work)
            if k % LOOK_EVERY == LOOK_EVERY - 1:
                keep = found[k, alive] <= limit  # NaN fails this too
                keep &= np.isfinite(found[k, alive])
                if not keep.all():
                    _store(final, W, alive)
                    alive = np.arange(N)[alive][keep]
                    r, *W = (np.compress(keep, array, axis=-1) for array in (r, *W))
                    if not len(alive):
                        break
                    work = _Buffers(X1, W)
    _store(final, W, alive)
    found[np.isnan(found)] = np.inf
    final = [array.transpose(2, 1, 0) for array in final]
    return found, [array[:, :-1] for array in final], [array[:, -1] for array in final]


class _Buffers:
    """The arrays that every step reuses: A the activations, D the slopes of the backward pass, S scratch, G the gradients."""

    def __init__(self, X1, W):
        T, N, dtype = len(X1), W[0].shape[-1], W[0].dtype
        self.D, self.S = ([np.empty((len(w), T, N), dtype) for w in W] for _ in range(2))
        self.G = [np.empty_like(w) for w in W]
        self.A1 = [np.empty((len(w) + 1, T, N), dtype) for w in W]
        self.A = [array[:-1] for array in self.A1]
        for array in self.A1:
            array[-1] = 1
        # The first layer's products, for every hidden neuron of every network, in pieces that keep to one thread
        width = max(ONE_THREAD // X1.size // 64, 1) * 64
        self.pieces = [np.s_[:, :, start : start + width] for start in range(0, N, width)]


def _forward(X1, W, names, work):
    """All activations but the output's: work.A[-1] holds its z, from which some costs are computed."""
    for piece in work.pieces:  # all networks read the same X
        np.matmul(X1, W[0][piece], out=work.A[0][piece])
    for l in range(1, len(W)):
        ACTIVATE[names[l - 1]](work.A[l - 1])
        np.einsum("xin,yxn->yin", work.A1[l - 1], W[l], out=work.A[l])


def _step(X1, W, r, names, work):
    """One step of every network; work.D[-1] holds dC/da of the output when it begins. A is overwritten."""
    # dZ_ix = f'(z_ix) w_x dZ_i: where a single path leaves each hidden neuron, its weight w_x does not depend on the
    # sample and can wait until the samples are summed. That saves a pass over the largest array.
    single_path = len(W) > 1 and len(W[1]) == 1 and names[0] != "softmax"
    for l in reversed(range(1, len(W))):
        dZ = back(names[l], work.D[l], work.A[l], work.S[l])
        np.einsum("yin,xin->yxn", dZ, work.A1[l - 1], out=work.G[l])
        if l > 1 or not single_path:
            np.einsum("yin,yxn->xin", dZ, W[l][:, :-1], out=work.D[l - 1])
    if single_path:
        dZ = SLOPE[names[0]](work.A[0], work.S[0])
        dZ *= work.D[1]
    else:
        dZ = back(names[0], work.D[0], work.A[0], work.S[0])
    for piece in work.pieces:
        np.matmul(X1.T, dZ[piece], out=work.G[0][piece])
    work.G[0] *= W[1][0, :-1, None] * r[0] if single_path else r[0]
    for w, G, rate in zip(W[1:], work.G[1:], r[1:]):
        G *= rate
        w -= G
    W[0] -= work.G[0]


def _with_biases(w, b, N, dtype):
    """One array [to, from, network] for N networks, the biases as its last `from`."""
    array = np.empty((w.shape[2], w.shape[1] + 1, N), dtype)
    array[:, :-1], array[:, -1] = w.transpose(2, 1, 0), b.T
    return array


def _store(final, W, alive):
    for to, array in zip(final, W):
        to[..., alive] = array
