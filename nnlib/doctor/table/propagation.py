"""Mistakes on the way down: what is carried, through which weights, and how the paths are added."""

# ruff: noqa: E501  (a row of the table is a line)
import numpy as np

from nnlib.doctor.table.row import ALL, CARRIES, HID, OUT, Row

RAW, NOWEIGHTS, QUANTITY, TRANSPOSED, LAYER, UPDATED, MISALIGNED, PATHS = (
    "error-propagated-without-derivative", "delta-not-propagated-through-weights", "wrong-quantity-propagated",
    "transposed-weights", "wrong-layer-weights", "used-updated-weights", "bias-column-misaligned", "missing-sum-over-downstream",
)  # fmt: skip


def _row(category, what, formula, carry, scopes=CARRIES, **more):
    return Row(category, what, formula, {"carry": carry}, scopes, **more)


def _width(c, l):
    return len(c.W[l])


def _same(values, c, l):
    """One number for each sample, handed to every neuron below."""
    return np.repeat(values[:, None], _width(c, l), axis=1)


def _error(c):
    return 2 * (c.A[-1] - c.E) / c.count


def _fit(d, n):
    """Cut or filled up with zeros to n columns."""
    return np.hstack([d, np.zeros((len(d), max(0, n - d.shape[1])))])[:, :n]


def _through(c, start, d, l):
    """d carried from the output through the weights alone, down to the input side of layer l."""
    for k in range(start, l - 1, -1):
        d = d @ c.W[k].T
    return d


def _one_path(c, l, j):
    return c.dZ[l][:, [j]] * c.W[l][:, j]


def _column(W, l, c):
    """W with the bias row left on top and its last row cut: the shift by one."""
    return np.vstack([c.b[l], W])


def _own_path(c, l):
    """Neuron x is reached from neuron y = x alone (the last y serves the rest)."""
    y = np.minimum(np.arange(_width(c, l)), c.dZ[l].shape[1] - 1)
    return c.dZ[l][:, y] * c.W[l][np.arange(_width(c, l)), y]


def _share(c, l):
    """Each weight as a share of all the weights that enter the same neuron."""
    return c.W[l] / c.W[l].sum(axis=0)


def _strongest(paths):
    return np.take_along_axis(paths, np.abs(paths).argmax(axis=2)[..., None], axis=2)[..., 0]


def _deleted(j, first):
    """The bias as a row on top or below, and row j taken out for it."""
    what = f"the bias row stands {'first' if first else 'last'}, but row {j} is taken out"

    def carry(c, l):
        rows = [c.b[l][None], c.W[l]] if first else [c.W[l], c.b[l][None]]
        return c.dZ[l] @ np.delete(np.vstack(rows), j, axis=0).T

    return _row(MISALIGNED, what, "dA_prev = dZ @ «[W; b] without the wrong row».T", carry, cost=0.1)


ROWS = (
    *(_deleted(j, first) for j in (0, 1, 2, -1, -2) for first in (True, False) if j != (0 if first else -1)),
    _row(RAW, "the error dA, without f'(z), is carried down", "dA_prev = «dA» @ W.T", lambda c, l: c.dA[l] @ c.W[l].T),
    _row(RAW, "the raw output error is carried down through all the weights", "dA_prev = «(A_out - E) W_out.T ...» @ W.T", lambda c, l: _through(c, c.L - 1, _error(c), l), (HID,), cost=.3),
    _row(QUANTITY, "the output error serves every layer, each through its own weights", "dA_prev[l] = «(A_out - E)» @ W[l].T", lambda c, l: _error(c) @ c.W[l].T, (ALL, HID), cost=.2),
    _row(QUANTITY, "the output delta serves every layer, each through its own weights", "dA_prev[l] = «dZ_out» @ W[l].T", lambda c, l: c.dZ[-1] @ c.W[l].T),
    _row(QUANTITY, "the output delta through the output weights serves every hidden layer", "dA_prev[l] = «dZ_out @ W_out.T»", lambda c, l: c.dZ[-1] @ c.W[-1].T),
    _row(QUANTITY, "the output delta itself serves every layer", "dA_prev[l] = «dZ_out»", lambda c, l: c.dZ[-1], also=(NOWEIGHTS,)),
    _row(QUANTITY, "the output error itself serves every layer", "dA_prev[l] = «A_out - E»", lambda c, l: _error(c), also=(NOWEIGHTS,)),
    _row(QUANTITY, "the output error, one number for each sample, serves every layer", "dA_prev[l] = «sum_j (A_out - E)»", lambda c, l: _same(_error(c).sum(1), c, l), also=(NOWEIGHTS,)),
    _row(QUANTITY, "the output delta, one number for each sample, serves every layer", "dA_prev[l] = «sum_j dZ_out»", lambda c, l: _same(c.dZ[-1].sum(1), c, l), (HID,), also=(NOWEIGHTS,)),
    _row(QUANTITY, "the weight gradients stand in place of the weights", "dA_prev = dZ @ «dW».T", lambda c, l: c.dZ[l] @ c.dW[l].T),
    _row(QUANTITY, "the activations, not the delta, are carried down", "dA_prev = «A» @ W.T", lambda c, l: c.A[l + 1] @ c.W[l].T),
    _row(QUANTITY, "the targets are carried down", "dA_prev = «E» @ W.T", lambda c, l: c.E @ c.W[l].T, (ALL, OUT)),
    _row(QUANTITY, "the pre-activations are carried down", "dA_prev = «Z» @ W.T", lambda c, l: c.Z[l] @ c.W[l].T),
    _row(QUANTITY, "the slopes alone are carried down", "dA_prev = «f'(Z)» @ W.T", lambda c, l: c.S[l] @ c.W[l].T),
    _row(QUANTITY, "the delta multiplied by the activation is carried down", "dA_prev = (dZ «· A») @ W.T", lambda c, l: (c.dZ[l] * c.A[l + 1]) @ c.W[l].T),
    _row(QUANTITY, "the activation below is multiplied in", "dA_prev = dZ @ W.T «· A_prev»", lambda c, l: c.dZ[l] @ c.W[l].T * c.A[l], cost=.1),
    _row(QUANTITY, "1 minus the activation below is multiplied in", "dA_prev = dZ @ W.T «· (1 - A_prev)»", lambda c, l: c.dZ[l] @ c.W[l].T * (1 - c.A[l])),
    _row(QUANTITY, "the activation below stands in place of the weights", "dA_prev = sum_y dZ_y «A_prev»", lambda c, l: c.dZ[l].sum(1, keepdims=True) * c.A[l]),
    _row(QUANTITY, "the bias is carried along with the weights", "dA_prev = dZ @ («W + b»).T", lambda c, l: c.dZ[l] @ (c.W[l] + c.b[l]).T),
    _row(QUANTITY, "the bias stands in place of the weights", "dA_prev = dZ @ «b»", lambda c, l: _same(c.dZ[l] @ c.b[l], c, l)),
    _row(QUANTITY, "the bias is subtracted from the delta", "dA_prev = (dZ «- b») @ W.T", lambda c, l: (c.dZ[l] - c.b[l]) @ c.W[l].T, cost=.2),
    _row(QUANTITY, "the absolute values of the weights are used", "dA_prev = dZ @ «|W|».T", lambda c, l: c.dZ[l] @ np.abs(c.W[l]).T),
    _row(QUANTITY, "the squares of the weights are used", "dA_prev = dZ @ «W^2».T", lambda c, l: c.dZ[l] @ (c.W[l] ** 2).T),
    _row(QUANTITY, "the signs of the weights are used", "dA_prev = dZ @ «sign W».T", lambda c, l: c.dZ[l] @ np.sign(c.W[l]).T),
    _row(QUANTITY, "the delta is divided by the weights", "dA_prev = dZ @ «(1 / W)».T", lambda c, l: c.dZ[l] @ (1 / np.where(c.W[l] == 0, np.nan, c.W[l])).T),
    _row(QUANTITY, "the pseudo-inverse of the weights is used", "dA_prev = dZ @ «pinv(W)»", lambda c, l: c.dZ[l] @ np.linalg.pinv(c.W[l])),
    _row(QUANTITY, "the weights are used as shares of their absolute sum", "dA_prev = dZ @ «(W / sum |W|)».T", lambda c, l: c.dZ[l] @ (c.W[l] / np.abs(c.W[l]).sum(axis=0)).T),
    _row(QUANTITY, "the absolute weights are used as shares", "dA_prev = dZ @ «(|W| / sum |W|)».T", lambda c, l: c.dZ[l] @ (np.abs(c.W[l]) / np.abs(c.W[l]).sum(axis=0)).T),
    _row(QUANTITY, "the weights are used as shares of the sum that leaves a neuron", "dA_prev = dZ @ «(W / sum_y W)».T", lambda c, l: c.dZ[l] @ (c.W[l] / c.W[l].sum(axis=1, keepdims=True)).T),
    _row(QUANTITY, "the weight matrix is scaled to length 1", "dA_prev = dZ @ «(W / norm(W))».T", lambda c, l: c.dZ[l] @ (c.W[l] / np.linalg.norm(c.W[l])).T, cost=.1),
    _row(QUANTITY, "the weights are scaled to length 1", "dA_prev = dZ @ «(W / norm(W))».T", lambda c, l: c.dZ[l] @ (c.W[l] / np.linalg.norm(c.W[l], axis=0)).T, cost=.1),
    _row(QUANTITY, "the squared delta is carried down", "dA_prev = «dZ^2» @ W.T", lambda c, l: c.dZ[l] ** 2 @ c.W[l].T),
    _row(QUANTITY, "the squared error is carried down", "dA_prev = «dA^2» @ W.T", lambda c, l: c.dA[l] ** 2 @ c.W[l].T),
    _row(QUANTITY, "the absolute delta is carried down", "dA_prev = «|dZ|» @ W.T", lambda c, l: np.abs(c.dZ[l]) @ c.W[l].T),
    _row(QUANTITY, "the sign of the delta is carried down", "dA_prev = «sign(dZ)» @ W.T", lambda c, l: np.sign(c.dZ[l]) @ c.W[l].T),
    _row(QUANTITY, "the delta without its negative part is carried down", "dA_prev = «max(dZ, 0)» @ W.T", lambda c, l: np.maximum(c.dZ[l], 0) @ c.W[l].T),
    _row(QUANTITY, "the weights are used as shares of their sum", "dA_prev = dZ @ «(W / sum W)».T", lambda c, l: c.dZ[l] @ _share(c, l).T),
    _row(QUANTITY, "the raw error is divided up by shares of the weights", "dA_prev = «dA» @ «(W / sum W)».T", lambda c, l: c.dA[l] @ _share(c, l).T, (ALL,), also=(RAW,)),
    _row(QUANTITY, "the samples' mean delta is carried down", "dA_prev = «mean_i» dZ @ W.T", lambda c, l: np.repeat((c.dZ[l].mean(0) @ c.W[l].T)[None], len(c.X), 0), also=("averaged-before-product",)),
    _row(QUANTITY, "the samples' summed delta is carried down to every sample", "dA_prev = «sum_i» dZ @ W.T", lambda c, l: np.repeat((c.dZ[l].sum(0) @ c.W[l].T)[None], len(c.X), 0), (ALL, OUT, HID), also=("averaged-before-product", "bias-wrong-formula"), cost=.1),
    _row(QUANTITY, "the last sample's delta is carried down to every sample", "dA_prev,i = dZ_«T» @ W.T", lambda c, l: np.repeat((c.dZ[l][-1] @ c.W[l].T)[None], len(c.X), 0), also=("only-last-sample",)),
    _row(QUANTITY, "a neuron's own activation error a - e is used below the output", "dA_prev = «A_prev - ...»", lambda c, l: c.A[l] - (c.E @ c.W[l].T), cost=.5),
    _row(QUANTITY, "the targets are carried down as targets for the layer below", "dA_prev = 2 (A_prev - «f(E @ W.T)») / T", lambda c, l: 2 * (c.A[l] - 1 / (1 + np.exp(-c.E @ c.W[l].T))) / c.count, (OUT,), cost=.5),
    _row(QUANTITY, "the delta is added to what comes from above, not replaced", "dA_prev = dZ @ W.T «+ dA»", lambda c, l: c.dZ[l] @ c.W[l].T + c.dA[l], cost=.5),
    _row(QUANTITY, "the sums of earlier layers are kept while going down", "dA_prev = dZ @ W.T «+ earlier»", lambda c, l: c.dZ[l] @ c.W[l].T + sum((c.dZ[k] @ c.W[k].T for k in range(l + 1, c.L) if c.W[k].shape[0] == _width(c, l)), 0), cost=.6, also=("accumulator-not-reset",)),
    _row(NOWEIGHTS, "the delta is summed, but not weighted, on the way down", "dA_prev = sum_y dZ_y «w_xy»", lambda c, l: _same(c.dZ[l].sum(1), c, l)),
    _row(NOWEIGHTS, "the delta is averaged, but not weighted, on the way down", "dA_prev = mean_y dZ_y «w_xy»", lambda c, l: _same(c.dZ[l].mean(1), c, l)),
    _row(NOWEIGHTS, "the delta goes down unchanged", "dA_prev = dZ «@ W.T»", lambda c, l: c.dZ[l]),
    _row(NOWEIGHTS, "the delta goes down without weights, cut or filled to fit", "dA_prev = dZ «@ W.T»", lambda c, l: _fit(c.dZ[l], _width(c, l)), cost=.1),
    _row(NOWEIGHTS, "the delta goes down without weights, repeated to fit", "dA_prev = dZ «@ W.T»", lambda c, l: c.dZ[l][:, np.arange(_width(c, l)) % c.dZ[l].shape[1]], cost=.1),
    _row(NOWEIGHTS, "the first delta goes down to every neuron without weights", "dA_prev = dZ_1 «w_x1»", lambda c, l: _same(c.dZ[l][:, 0], c, l), also=(PATHS,)),
    _row(NOWEIGHTS, "the last delta goes down to every neuron without weights", "dA_prev = dZ_n «w_xn»", lambda c, l: _same(c.dZ[l][:, -1], c, l), also=(PATHS,)),
    _row(NOWEIGHTS, "the raw error is summed, but not weighted, on the way down", "dA_prev = sum_y «dA_y»", lambda c, l: _same(c.dA[l].sum(1), c, l), also=(RAW,)),
    _row(NOWEIGHTS, "the raw error is averaged, but not weighted, on the way down", "dA_prev = mean_y «dA_y»", lambda c, l: _same(c.dA[l].mean(1), c, l), also=(RAW,)),
    _row(NOWEIGHTS, "the raw error goes down unchanged", "dA_prev = «dA»", lambda c, l: c.dA[l], also=(RAW,)),
    _row(NOWEIGHTS, "nothing but the slope is left below: dA = 1", "dA_prev = «1»", lambda c, l: np.ones_like(c.A[l]), also=(QUANTITY,), cost=.5),
    _row(QUANTITY, "what comes down is lost, only the slope is left below (= for *=)", "dA_prev = «1 / T»", lambda c, l: np.ones_like(c.A[l]) / c.count, also=(NOWEIGHTS,), cost=.5),
    _row(NOWEIGHTS, "the weights are averaged into one number", "dA_prev = sum_y dZ_y · «mean(W)»", lambda c, l: _same(c.dZ[l].sum(1) * c.W[l].mean(), c, l)),
    _row(NOWEIGHTS, "the weights are summed apart from the delta", "dA_prev = «sum_y dZ_y · sum_y w_xy»", lambda c, l: c.dZ[l].sum(1, keepdims=True) * c.W[l].sum(1), also=(QUANTITY, PATHS), cost=.1),
    _row(QUANTITY, "the mean delta meets the sum of the weights", "dA_prev = «mean_y dZ_y · sum_y w_xy»", lambda c, l: c.dZ[l].mean(1, keepdims=True) * c.W[l].sum(1), also=(NOWEIGHTS, PATHS), cost=.1),
    _row(TRANSPOSED, "W stands where W.T belongs", "dA_prev = dZ @ «W»", lambda c, l: c.dZ[l] @ c.W[l]),
    _row(TRANSPOSED, "W, reshaped to fit, stands where W.T belongs", "dA_prev = dZ @ «W.reshape(...)»", lambda c, l: c.dZ[l] @ c.W[l].reshape(c.W[l].shape[::-1])),
    _row(TRANSPOSED, "the raw error goes down through W, not W.T", "dA_prev = «dA @ W»", lambda c, l: c.dA[l] @ c.W[l], (ALL, OUT), also=(RAW,), cost=.6),
    _row(LAYER, "the weights of the layer below carry the error", "dA_prev[l] = dZ[l] @ W[«l-1»].T", lambda c, l: c.dZ[l] @ c.W[l - 1].T),
    _row(LAYER, "the weights of the layer above carry the error", "dA_prev[l] = dZ[l] @ W[«l+1»].T", lambda c, l: c.dZ[l] @ c.W[min(l + 1, c.L - 1)].T, (ALL, HID)),
    _row(LAYER, "the first weights carry the error in every layer", "dA_prev[l] = dZ[l] @ W[«0»].T", lambda c, l: c.dZ[l] @ c.W[0].T),
    _row(LAYER, "the output weights carry the error in every layer", "dA_prev[l] = dZ[l] @ W[«L»].T", lambda c, l: c.dZ[l] @ c.W[-1].T, (HID, ALL)),
    _row(LAYER, "the weights are taken in the reverse order", "dA_prev[l] = dZ[l] @ W[«L-l»].T", lambda c, l: c.dZ[l] @ c.W[c.L - 1 - l].T),
    _row(LAYER, "the weights of the next layer, counted round the end, carry the error", "dA_prev[l] = dZ[l] @ W[«l+1»].T", lambda c, l: c.dZ[l] @ c.W[(l + 1) % c.L].T, (ALL, OUT), cost=.1),
    _row(LAYER, "the weights two layers below, counted round the end, carry the error", "dA_prev[l] = dZ[l] @ W[«l-2»].T", lambda c, l: c.dZ[l] @ c.W[l - 2].T, (ALL,), cost=.1),
    _row(LAYER, "the weights of the layer below, transposed, carry the error", "dA_prev[l] = dZ[l] @ W[«l-1»]", lambda c, l: c.dZ[l] @ c.W[l - 1], also=(TRANSPOSED,), cost=.3),
    _row(LAYER, "the weights of the layer above, transposed, carry the error", "dA_prev[l] = dZ[l] @ W[«l+1»]", lambda c, l: c.dZ[l] @ c.W[min(l + 1, c.L - 1)], (ALL, HID), also=(TRANSPOSED,), cost=.3),
    _row(UPDATED, "the weights that carry the error are already updated", "dA_prev = dZ @ («W - rate dW»).T", lambda c, l: c.dZ[l] @ (c.W[l] - c.rate * c.dW[l]).T),
    _row(UPDATED, "the weights that carry the error are already updated, by a multiple of the right gradient", "dA_prev = dZ @ («W - rate dW»).T", lambda c, l: c.dZ[l] @ (c.W[l] - c.parameter * c.dW[l]).T, free=True),
    _row(MISALIGNED, "the bias row, on top, stays in: the last weight row is lost", "dA_prev = dZ @ «[b; W][:-1]».T", lambda c, l: c.dZ[l] @ _column(c.W[l], l, c)[:-1].T),
    _row(MISALIGNED, "the first row is dropped, but the bias row stands last", "dA_prev = dZ @ «[W; b][1:]».T", lambda c, l: c.dZ[l] @ np.vstack([c.W[l], c.b[l]])[1:].T),
    _row(MISALIGNED, "the weight rows are shifted round by one", "dA_prev = dZ @ «roll(W, 1)».T", lambda c, l: c.dZ[l] @ np.roll(c.W[l], 1, axis=0).T, cost=.1),
    _row(MISALIGNED, "the weight rows are shifted round by one, upwards", "dA_prev = dZ @ «roll(W, -1)».T", lambda c, l: c.dZ[l] @ np.roll(c.W[l], -1, axis=0).T, cost=.1),
    _row(MISALIGNED, "the weight columns are shifted by one", "dA_prev = dZ @ «roll(W, 1)».T", lambda c, l: c.dZ[l] @ np.roll(c.W[l], 1, axis=1).T, cost=.1),
    _row(MISALIGNED, "the weight columns are shifted by one, leftwards", "dA_prev = dZ @ «roll(W, -1)».T", lambda c, l: c.dZ[l] @ np.roll(c.W[l], -1, axis=1).T, cost=.1),
    _row(MISALIGNED, "the first weight row is dropped as if it were the bias, and a zero fills up", "dA_prev = dZ @ «[W[1:]; 0]».T", lambda c, l: _fit(c.dZ[l] @ c.W[l][1:].T, _width(c, l))),
    _row(MISALIGNED, "the first neuron is dropped as if it were the bias", "dA_prev = «[0,» dZ @ W[1:].T]", lambda c, l: c.dZ[l] @ c.W[l].T * (np.arange(_width(c, l)) > 0)),
    _row(MISALIGNED, "the last neuron is dropped as if it were the bias", "dA_prev = [dZ @ W[:-1].T«, 0]»", lambda c, l: c.dZ[l] @ c.W[l].T * (np.arange(_width(c, l)) < _width(c, l) - 1)),
    _row(MISALIGNED, "the carried columns are shifted by one", "dA_prev = «[b · dZ, ...]»", lambda c, l: np.roll(c.dZ[l] @ c.W[l].T, 1, axis=1), cost=.1),
    _row(MISALIGNED, "the carried columns are shifted by one, leftwards", "dA_prev = «[..., b · dZ]»", lambda c, l: np.roll(c.dZ[l] @ c.W[l].T, -1, axis=1), cost=.1),
    _row(MISALIGNED, "the first delta is dropped as if it belonged to the bias", "dA_prev = dZ«[:, 1:]» @ W[:, 1:].T", lambda c, l: c.dZ[l][:, 1:] @ c.W[l][:, 1:].T, also=(PATHS,)),
    _row(MISALIGNED, "the last delta is dropped as if it belonged to the bias", "dA_prev = dZ«[:, :-1]» @ W[:, :-1].T", lambda c, l: c.dZ[l][:, :-1] @ c.W[l][:, :-1].T, also=(PATHS,)),
    _row(PATHS, "only the first outgoing path is used", "dA_ix = «sum_y» dZ_iy w_xy, y = 1 only", lambda c, l: _one_path(c, l, 0)),
    _row(PATHS, "only the last outgoing path is used: the sum is overwritten", "dA_ix = «sum_y» dZ_iy w_xy, last y only", lambda c, l: _one_path(c, l, -1)),
    _row(PATHS, "each neuron takes the path with its own number only", "dA_ix = dZ_i«x» w_x«x»", _own_path),
    _row(PATHS, "each neuron takes the path with its own number, if there is one", "dA_ix = dZ_i«x» w_x«x»", lambda c, l: _fit(c.dZ[l], _width(c, l)) * _fit(np.diag(c.W[l])[None], _width(c, l))),
    _row(PATHS, "only the strongest contribution is used", "dA_ix = dZ_iy w_xy for «the largest |dZ_iy w_xy|»", lambda c, l: _strongest(c.dZ[l][:, None, :] * c.W[l])),
    _row(PATHS, "only the path with the largest weight is used", "dA_ix = dZ_iy w_xy for «the largest w_xy»", lambda c, l: c.dZ[l][:, c.W[l].argmax(1)] * c.W[l].max(1)),
    _row(PATHS, "only the path with the largest absolute weight is used", "dA_ix = dZ_iy w_xy for «the largest |w_xy|»", lambda c, l: c.dZ[l][:, np.abs(c.W[l]).argmax(1)] * c.W[l][np.arange(_width(c, l)), np.abs(c.W[l]).argmax(1)]),
    _row(PATHS, "only the largest contribution is used", "dA_ix = «max_y» dZ_iy w_xy", lambda c, l: (c.dZ[l][:, None, :] * c.W[l]).max(2)),
    _row(PATHS, "the paths are multiplied, not added", "dA_ix = «prod_y» dZ_iy w_xy", lambda c, l: (c.dZ[l][:, None, :] * c.W[l]).prod(2)),
    _row(PATHS, "the paths are averaged, not added", "dA_ix = «mean_y» dZ_iy w_xy", lambda c, l: c.dZ[l] @ c.W[l].T / c.W[l].shape[1], also=("divided-by-wrong-count",), cost=.1),
    _row(PATHS, "the last delta meets the sum of the weights", "dA_ix = «dZ_i,last» sum_y w_xy", lambda c, l: c.dZ[l][:, -1:] * c.W[l].sum(1)),
    _row(PATHS, "the first delta meets the sum of the weights", "dA_ix = «dZ_i,1» sum_y w_xy", lambda c, l: c.dZ[l][:, :1] * c.W[l].sum(1)),
    _row(PATHS, "the sum of the deltas meets the first weight", "dA_ix = sum_y dZ_iy «w_x1»", lambda c, l: c.dZ[l].sum(1, keepdims=True) * c.W[l][:, 0]),
    _row(PATHS, "the sum of the deltas meets the last weight", "dA_ix = sum_y dZ_iy «w_x,last»", lambda c, l: c.dZ[l].sum(1, keepdims=True) * c.W[l][:, -1]),
    _row(PATHS, "one sum over every path serves every neuron", "dA_ix = «sum_x» sum_y dZ_iy w_xy", lambda c, l: _same((c.dZ[l] @ c.W[l].T).sum(1), c, l), also=(QUANTITY,), cost=.1),
    _row(PATHS, "one mean over every neuron serves every neuron", "dA_ix = «mean_x» sum_y dZ_iy w_xy", lambda c, l: _same((c.dZ[l] @ c.W[l].T).mean(1), c, l), also=(QUANTITY,), cost=.2),
    _row("elementwise-matmul-confusion", "the delta is multiplied by W.T element by element", "dA_prev = dZ «*» W.T", lambda c, l: c.dZ[l] * c.W[l].T),
    _row("elementwise-matmul-confusion", "the delta is multiplied by W element by element", "dA_prev = dZ «*» W", lambda c, l: c.dZ[l] * c.W[l]),
    Row("elementwise-matmul-confusion", "the slope is multiplied with @", "dZ = dA «@» f'(Z)", {"delta": lambda c, l: c.dA[l] @ c.S[l]}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "the slope, transposed, is multiplied with @", "dZ = dA «@» f'(Z).T", {"delta": lambda c, l: c.dA[l] @ c.S[l].T}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "the error, transposed, is multiplied with the slope by @", "dZ = dA.T «@» f'(Z)", {"delta": lambda c, l: c.dA[l].T @ c.S[l]}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "error @ slope.T @ error stands where error * slope belongs", "dZ = dA «@ f'(Z).T @» dA", {"delta": lambda c, l: (c.dA[l] @ c.S[l].T) @ c.dA[l]}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "the parts of the slope are joined with @, and the error with them", "dZ = dA «@ (A.T @» (1 - A))", {"delta": lambda c, l: c.dA[l] @ (c.A[l + 1].T @ (1 - c.A[l + 1]))}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "error @ slope.T @ slope stands where error * slope belongs", "dZ = dA «@ f'(Z).T @» f'(Z)", {"delta": lambda c, l: (c.dA[l] @ c.S[l].T) @ c.S[l]}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "the activation is multiplied with @, then by 1 - a", "dZ = dA «@» A · (1 - A)", {"delta": lambda c, l: (c.dA[l] @ c.A[l + 1]) * (1 - c.A[l + 1])}, (ALL, OUT, HID)),
    Row("elementwise-matmul-confusion", "the product with the slope is summed over the neurons", "dZ_ij = «sum_j» dA f'(Z)", {"delta": lambda c, l: (c.dA[l] * c.S[l]).sum(1, keepdims=True) + 0 * c.dA[l]}, (ALL, OUT, HID), cost=.3),
)  # fmt: skip
