"""The inner loop of a sweep: networks trained abreast, every operation on all of them at once, in arrays that are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# The network's number is the LAST index of every array here: A[l][i, x, n], W[l][x, y, n]. So the innermost loop of each
# operation runs over networks, which are many, and not over neurons, which are few.

LOOK_EVERY = 20  # steps between two looks for networks that have left the floats (or the limit) and need no more work
CACHE = 2**19  # bytes of one layer's activations: a chunk of networks is as large as fits the second-level cache
ONE_THREAD = 2**18  # multiplications up to which OpenBLAS keeps to one thread; here more would only wait for each other


def chunk_size(sizes: Sequence[int], T: int, dtype=np.float64) -> int:
    """How many networks with these layer sizes to train together: what fits the cache, and at least 32."""
    widest = max(sizes[1:])
    return max(32, CACHE // (T * widest * np.dtype(dtype).itemsize))


def train_chunk(weights, biases, X, E, rates, steps, names, dtype=np.float64, limit=np.inf):
    """Train len(rates) networks together: the work of one job, on input that is known to be sound.

    weights[l] has shape (N or 1, n_prev, n_this), rates (N, layers). A network whose cost passes `limit` is dropped at
    the next look, and from then on its cost is given as inf.
    Returns (costs of shape (steps + 1, N), weights, biases), networks first again.
    """
    N, T = len(rates), len(X)
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
    # dZ_ix = f'(z_ix) w_x dZ_i: where a single path leaves each hidden neuron, its weight w_x does not depend on the
    # sample and can wait until the samples are summed. That saves a pass over the largest array.
    single_path = W[1][:, 0].copy() if len(W) > 1 and W[1].shape[1] == 1 else None
    for l in reversed(range(1, len(W))):
        dZ = _times_slope(names[l], work.D[l], A[l], work.S[l])
        np.einsum("ixn,iyn->xyn", A[l - 1], dZ, out=work.G[l])
        if l > 1 or single_path is None:
            np.einsum("iyn,xyn->ixn", dZ, W[l], out=work.D[l - 1])  # dC/da below, with the weights before their step
        b[l] -= r[l] * dZ.sum(axis=0)
        work.G[l] *= r[l]
        W[l] -= work.G[l]
    if single_path is None:
        _flat_product(X1t, _times_slope(names[0], work.D[0], A[0], work.S[0]), work.G[0])
        work.G[0] *= r[0]
    else:
        SLOPE[names[0]](A[0], work.S[0])
        work.S[0] *= work.D[1]
        _flat_product(X1t, work.S[0], work.G[0])
        work.G[0] *= single_path * r[0]
    W[0] -= work.G[0]


def _times_slope(name, dA, a, scratch):
    """dC/dz = dC/da f'(z), in place."""
    if name != "identity":
        SLOPE[name](a, scratch)
        dA *= scratch
    return dA


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
    np.divide(1, z, out=z)


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


def _last(array, N, dtype):
    """A copy with the networks as the last axis, N of them."""
    return np.array(np.broadcast_to(np.moveaxis(array, 0, -1), (*array.shape[1:], N)), dtype=dtype, order="C")


def _store(final, W, b, alive):
    for kept, now in zip(final, (W, b)):
        for to, array in zip(kept, now):
            to[..., alive] = array
