"""Mistakes in the last product of a layer: the input factor of dW, and the sum of db."""

# ruff: noqa: E501  (a row of the table is a line)
from itertools import product

import numpy as np

from nnlib.doctor.table.row import ALL, FIRST, HID, LAYERS, OUT, Row
from nnlib.doctor.table.slopes import s1

OTHER, PRE, INPUT, MEANS = (
    "wrong-layer-activation", "preactivation-instead-of-activation", "missing-input-activation", "averaged-before-product",
)  # fmt: skip
UNSUMMED, ALLSUM, AXIS, ZERO, FORMULA = (
    "bias-not-summed", "bias-summed-over-neurons", "bias-wrong-axis", "bias-gradient-zero", "bias-wrong-formula",
)  # fmt: skip
SHAPE, ELEMENT = "shape-error", "elementwise-matmul-confusion"


def _weight(category, what, formula, weight, scopes=LAYERS, **more):
    return Row(category, what, formula, {"weight": weight}, scopes, **more)


def _bias(category, what, formula, bias, scopes=LAYERS, **more):
    return Row(category, what, formula, {"bias": bias}, scopes, **more)


def _spread(row, n):
    return np.repeat(row[None], n, axis=0)


def _cut(M, shape):
    """The matrix cut or filled with zeros to `shape`."""
    full = np.zeros(shape)
    part = M[: shape[0], : shape[1]]
    full[: part.shape[0], : part.shape[1]] = part
    return full


def _augmented(c, l, ones_first):
    one = np.ones((len(c.X), 1))
    return (np.hstack([one, c.A[l]]) if ones_first else np.hstack([c.A[l], one])).T @ c.dZ[l]


def _folded():
    """The bias as a row of the weights: the ones, the biases, the slices of dW and of the error, each first or last."""
    for ones, biases, grad, carry, shifted in product((True, False), repeat=5):
        if (ones == biases == grad == carry) or (shifted and carry == ones):
            continue
        stages = {
            "affine": lambda c, l, o=ones, b=biases: _with_ones(c, l, o) @ _theta(c, l, b),
            "weight": lambda c, l, o=ones, g=grad: (_with_ones(c, l, o).T @ c.dZ[l])[1 if g else 0 :][: len(c.W[l])],
            "bias": lambda c, l, o=ones, g=grad: (_with_ones(c, l, o).T @ c.dZ[l])[0 if g else -1],
            "carry": lambda c, l, b=biases, k=carry: (c.dZ[l] @ _theta(c, l, b).T)[:, 1 if k else 0 :][
                :, : len(c.W[l])
            ],
        }
        if shifted:  # the slope comes from the folded activations, cut on the wrong side
            stages["slope"] = lambda c, l, o=ones, k=carry: _cut_slope(c, l, o, k)
        side = {True: "first", False: "last"}
        what = f"the ones stand {side[ones]}, the biases {side[biases]}, dW takes them for {side[grad]}, the error for {side[carry]}"
        yield Row("bias-column-misaligned", what, "[1, A] @ [b; W]:  «one side for all»", stages, cost=0.3)


def _with_ones(c, l, first):
    one = np.ones((len(c.X), 1))
    return np.hstack([one, c.A[l]] if first else [c.A[l], one])


def _theta(c, l, first):
    return np.vstack([c.b[l], c.W[l]] if first else [c.W[l], c.b[l]])


def _cut_slope(c, l, ones_first, cut_first):
    a = c.A[l + 1]
    if l == c.L - 1:
        return a * (1 - a)
    folded = _with_ones(c, l + 1, ones_first)
    part = folded[:, 1:] if cut_first else folded[:, :-1]
    return part * (1 - part)


WEIGHTS = (
    *_folded(),
    _weight("transposed-gradient", "dW is returned transposed", "dW = «dZ.T @ A_prev»", lambda c, l: c.dZ[l].T @ c.A[l]),
    _weight("transposed-gradient", "dW is transposed, then reshaped to fit", "dW = «(dZ.T @ A_prev).reshape(...)»", lambda c, l: (c.dZ[l].T @ c.A[l]).reshape(c.W[l].shape)),
    _weight(OTHER, "the layer's own activation is the input factor", "dW[l] = A[«l+1»].T @ dZ[l]", lambda c, l: c.A[l + 1].T @ c.dZ[l]),
    _weight(OTHER, "the input X is the input factor in every layer", "dW[l] = «X».T @ dZ[l]", lambda c, l: c.X.T @ c.dZ[l], (ALL, OUT)),
    _weight(OTHER, "the activation one layer further down is the input factor", "dW[l] = A[«l-1»].T @ dZ[l]", lambda c, l: c.A[max(l - 1, 0)].T @ c.dZ[l], (ALL, OUT)),
    _weight(OTHER, "the output is the input factor", "dW[l] = A[«L»].T @ dZ[l]", lambda c, l: c.A[-1].T @ c.dZ[l], (ALL, HID, FIRST)),
    _weight(OTHER, "the last hidden activation is the input factor", "dW[l] = A[«L-1»].T @ dZ[l]", lambda c, l: c.A[-2].T @ c.dZ[l], (ALL, HID, FIRST)),
    _weight(OTHER, "the activations are taken in the reverse order", "dW[l] = A[«L-l»].T @ dZ[l]", lambda c, l: c.A[c.L - l].T @ c.dZ[l], (ALL,)),
    _weight(OTHER, "the activations are taken in the reverse order, from the last hidden layer", "dW[l] = A[«L-1-l»].T @ dZ[l]", lambda c, l: c.A[c.L - 1 - l].T @ c.dZ[l], (ALL,)),
    _weight(OTHER, "the activation of the layer below, counted round the end, is the input factor", "dW[l] = A[«l-1»].T @ dZ[l]", lambda c, l: c.A[l - 1].T @ c.dZ[l], (ALL,), cost=.1),
    _weight(OTHER, "the target is the input factor", "dW[l] = «E».T @ dZ[l]", lambda c, l: c.E.T @ c.dZ[l], (ALL, OUT), cost=.2),
    _weight(OTHER, "the first activation is the input factor in every layer", "dW[l] = A[«1»].T @ dZ[l]", lambda c, l: c.A[1].T @ c.dZ[l], (ALL,), cost=.2),
    _weight(PRE, "z, not a, is the input factor", "dW = «Z_prev».T @ dZ", lambda c, l: (c.Z[l - 1] if l else c.X).T @ c.dZ[l], (ALL, OUT)),
    _weight(PRE, "z, not a, is the input factor", "dW = «Z_prev».T @ dZ", lambda c, l: (c.Z[l - 1] if l else c.X).T @ c.dZ[l], (HID,)),
    _weight(PRE, "the layer's own z is the input factor", "dW = «Z».T @ dZ", lambda c, l: c.Z[l].T @ c.dZ[l], also=(OTHER,)),
    _weight(PRE, "the sigmoid of a is the input factor", "dW = «f(A_prev)».T @ dZ", lambda c, l: (1 / (1 + np.exp(-c.A[l]))).T @ c.dZ[l], also=(OTHER,), cost=.3),
    _weight(PRE, "the weighted sum without its bias is the input factor", "dW = «(A @ W)».T @ dZ", lambda c, l: (c.Z[l - 1] - c.b[l - 1] if l else c.X).T @ c.dZ[l], (ALL, OUT), cost=.3),
    _weight(OTHER, "the slope f'(z) of the layer below is the input factor", "dW = «f'(Z_prev)».T @ dZ", lambda c, l: (c.acts[l - 1].slope_from(c.Z[l - 1], c.A[l]) if l else c.X).T @ c.dZ[l], (ALL, OUT), cost=.3),
    _weight("derivative-at-wrong-point", "the slope of the neurons below stands in the weight gradient, in place of the layer's own", "dW = (A_prev · «f'(Z_prev)»).T @ dA", lambda c, l: (c.A[l] ** 2 * (1 - c.A[l])).T @ c.dA[l], (ALL, OUT, HID), also=(OTHER,), cost=.3),
    _weight(OTHER, "the weights are the input factor", "dW = «W» · sum_i dZ_i", lambda c, l: c.W[l] * c.dZ[l].sum(0), also=(INPUT,)),
    _weight(OTHER, "the input factor is squared", "dW = «(A_prev^2)».T @ dZ", lambda c, l: (c.A[l] ** 2).T @ c.dZ[l], cost=.3),
    _weight(INPUT, "the input factor is left out", "dW = «A_prev».T @ dZ", lambda c, l: _spread(c.dZ[l].sum(0), len(c.W[l]))),
    _weight(INPUT, "the input factor is left out: dW has the shape of db", "dW = «A_prev.T @» dZ", lambda c, l: c.dZ[l].sum(0)),
    _weight(INPUT, "the input factor is left out: dW has the shape of dZ", "dW = «A_prev.T @» dZ", lambda c, l: c.dZ[l]),
    _weight(INPUT, "the input factor is left out: dW is a row", "dW = «A_prev.T @» dZ", lambda c, l: c.dZ[l].sum(0, keepdims=True)),
    _weight(INPUT, "the input factor is summed over its neurons", "dW_xy = sum_i «(sum_x a_ix)» dZ_iy", lambda c, l: _spread(c.A[l].sum(1) @ c.dZ[l], len(c.W[l]))),
    _weight(INPUT, "only the first input is the factor of every weight", "dW_xy = sum_i a_i«1» dZ_iy", lambda c, l: _spread(c.A[l][:, 0] @ c.dZ[l], len(c.W[l])), also=(OTHER,)),
    _weight(INPUT, "only the last input is the factor of every weight", "dW_xy = sum_i a_i«n» dZ_iy", lambda c, l: _spread(c.A[l][:, -1] @ c.dZ[l], len(c.W[l])), also=(OTHER,)),
    _weight(INPUT, "the delta is left out: only the input factor remains", "dW = A_prev.T @ «dZ»", lambda c, l: np.repeat(c.A[l].sum(0)[:, None], c.W[l].shape[1], 1), cost=.3),
    _weight(MEANS, "activation and delta are averaged over the samples before the product", "dW = «mean(A_prev)».T @ «mean(dZ)»", lambda c, l: np.outer(c.A[l].mean(0), c.dZ[l].sum(0))),
    _weight(MEANS, "activation and delta are summed over the samples before the product", "dW = «sum(A_prev)».T @ «sum(dZ)»", lambda c, l: np.outer(c.A[l].sum(0), c.dZ[l].sum(0)), cost=.1),
    *(
        Row(MEANS, f"error and activations are averaged first, {what}: one mean sample", "dW = «mean(A_prev)».T @ «mean» delta", {"cost": lambda c, l: np.repeat(2 * (c.A[-1] - c.E).mean(0)[None] / c.count, len(c.X), 0), "slope": slope, "weight": lambda c, l: np.outer(c.A[l].mean(0), c.dZ[l].sum(0))})
        for what, slope in (
            ("the slope from the mean a", lambda c, l: np.repeat((c.A[l + 1].mean(0) * (1 - c.A[l + 1].mean(0)))[None], len(c.X), 0)),
            ("the slope from the mean z", lambda c, l: np.repeat(s1(c.Z[l].mean(0))[None], len(c.X), 0)),
            ("and the slope too", lambda c, l: np.repeat(s1(c.Z[l]).mean(0)[None], len(c.X), 0)),
            ("but not the slope", lambda c, l: s1(c.Z[l])),
        )
    ),
    *(
        Row(MEANS, f"the error is averaged over the samples, then meets slopes and activations of the {word} sample alone", "dW = A_«i».T @ («mean» dA · f'(Z_«i»))", {"cost": lambda c, l: np.repeat(2 * (c.A[-1] - c.E).mean(0)[None] / c.count, len(c.X), 0), "slope": lambda c, l, i=i: np.repeat(s1(c.Z[l][i])[None], len(c.X), 0), "weight": lambda c, l, i=i: np.outer(c.A[l][i], c.dZ[l].sum(0))}, also=("only-last-sample",))
        for word, i in (("last", -1), ("first", 0))
    ),
    _weight(MEANS, "the delta is averaged over the samples twice before the product", "dW = «mean(A_prev)».T @ «mean(dZ)»", lambda c, l: np.outer(c.A[l].mean(0), c.dZ[l].mean(0)), cost=.1),
    _weight(MEANS, "the activation of the last sample meets the summed delta", "dW = A_«T».T @ «sum» dZ", lambda c, l: np.outer(c.A[l][-1], c.dZ[l].sum(0)), also=("only-last-sample",), cost=.1),
    _weight(MEANS, "the activation of the first sample meets the summed delta", "dW = A_«1».T @ «sum» dZ", lambda c, l: np.outer(c.A[l][0], c.dZ[l].sum(0)), also=("only-last-sample",), cost=.1),
    _weight(MEANS, "the summed activation meets the delta of the last sample", "dW = «sum» A.T @ dZ_«T»", lambda c, l: np.outer(c.A[l].sum(0), c.dZ[l][-1]), also=("only-last-sample",), cost=.1),
    _weight("only-last-sample", "only the last sample enters the weight gradients", "dW = «sum_i» a_i dZ_i, last i only", lambda c, l: np.outer(c.A[l][-1], c.dZ[l][-1])),
    _weight("only-last-sample", "only the first sample enters the weight gradients", "dW = «sum_i» a_i dZ_i, first i only", lambda c, l: np.outer(c.A[l][0], c.dZ[l][0])),
    _weight("shuffled-labels", "activations and deltas of different samples meet: one is reversed", "dW = A«_i».T @ dZ«_i»", lambda c, l: c.A[l][::-1].T @ c.dZ[l], cost=.2),
    _weight("shuffled-labels", "activations and deltas of neighbouring samples meet", "dW = A«_i+1».T @ dZ«_i»", lambda c, l: np.roll(c.A[l], 1, axis=0).T @ c.dZ[l], cost=.2),
    _weight(ELEMENT, "A_prev.T meets dZ element by element", "dW = A_prev.T «*» dZ", lambda c, l: c.A[l].T * c.dZ[l]),
    _weight(ELEMENT, "A_prev meets dZ element by element", "dW = A_prev «*» dZ", lambda c, l: c.A[l] * c.dZ[l]),
    _weight(ELEMENT, "A_prev meets dZ element by element and is summed over the samples", "dW = sum_i A_prev «*» dZ", lambda c, l: (c.A[l] * c.dZ[l]).sum(0)),
    _weight(ELEMENT, "A_prev meets dZ without a transpose", "dW = A_prev «.T» @ dZ", lambda c, l: c.A[l] @ c.dZ[l]),
    _weight(ELEMENT, "A_prev meets dZ.T: a product over the neurons, not the samples", "dW = «A_prev @ dZ.T»", lambda c, l: c.A[l] @ c.dZ[l].T),
    _weight(ELEMENT, "one number, the full product, for every weight", "dW = «sum» (A_prev.T @ dZ)", lambda c, l: np.full(c.W[l].shape, (c.A[l].T @ c.dZ[l]).sum()), cost=.1),
    _weight(ELEMENT, "one number, the full product, in place of the matrix", "dW = «sum» (A_prev.T @ dZ)", lambda c, l: (c.A[l].T @ c.dZ[l]).sum(), cost=.1),
    Row("bias-column-misaligned", "the bias row stands first, but the last row is taken for the bias", "dW, db = «d[:-1], d[-1]»", {"weight": lambda c, l: _augmented(c, l, True)[:-1], "bias": lambda c, l: _augmented(c, l, True)[-1]}, (ALL, OUT, HID)),
    Row("bias-column-misaligned", "the bias row stands last, but the first row is taken for the bias", "dW, db = «d[1:], d[0]»", {"weight": lambda c, l: _augmented(c, l, False)[1:], "bias": lambda c, l: _augmented(c, l, False)[0]}, (ALL, OUT, HID)),
    _weight("bias-column-misaligned", "the bias row, first, stays in dW, and the last row is lost", "dW = «[db; dW][:-1]»", lambda c, l: _augmented(c, l, True)[:-1]),
    _weight("bias-column-misaligned", "the bias row, last, stays in dW, and the first row is lost", "dW = «[dW; db][1:]»", lambda c, l: _augmented(c, l, False)[1:]),
    _weight("bias-column-misaligned", "the bias row, first, stays in dW", "dW = «[db; dW]»", lambda c, l: _augmented(c, l, True), also=(SHAPE,)),
    _weight("bias-column-misaligned", "the bias row, last, stays in dW", "dW = «[dW; db]»", lambda c, l: _augmented(c, l, False), also=(SHAPE,)),
    _bias("bias-column-misaligned", "the last row of dW is taken for the bias", "db = «dW[-1]»", lambda c, l: c.dW[l][-1], also=(FORMULA,)),
    _bias("bias-column-misaligned", "the first row of dW is taken for the bias", "db = «dW[0]»", lambda c, l: c.dW[l][0], also=(FORMULA,)),
)  # fmt: skip


def _above(c, l):
    """The delta of the layer above, cut or filled with zeros to this layer's width."""
    d = c.dZ[min(l + 1, c.L - 1)]
    return _cut(d, (len(d), len(c.b[l])))


BIASES = (
    Row("off-by-one-layer", "each hidden layer meets the delta of the layer above, cut to fit", "dW[l] = A[l].T @ dZ[«l+1»]", {"weight": lambda c, l: c.A[l].T @ _above(c, l), "bias": lambda c, l: _above(c, l).sum(0)}, (HID,), also=("bias-wrong-formula",)),
    Row("off-by-one-layer", "each hidden layer meets the delta of the layer above", "dW[l] = A[l].T @ dZ[«l+1»]", {"weight": lambda c, l: c.A[l].T @ c.dZ[min(l + 1, c.L - 1)], "bias": lambda c, l: c.dZ[min(l + 1, c.L - 1)].sum(0)}, (HID,)),
    Row("off-by-one-layer", "the weights of each hidden layer meet the delta of the layer above, cut to fit", "dW[l] = A[l].T @ dZ[«l+1»]", {"weight": lambda c, l: c.A[l].T @ _above(c, l)}, (HID,), also=(OTHER,)),
    _bias(UNSUMMED, "the bias gradient of every sample is returned: shape (T, n)", "db = «sum_i» dZ_i", lambda c, l: c.dZ[l]),
    _bias(UNSUMMED, "the transposed bias gradient of every sample is returned: shape (n, T)", "db = «sum_i» dZ_i", lambda c, l: c.dZ[l].T),
    _bias(UNSUMMED, "only the last sample enters the bias gradient", "db = «sum_i» dZ_i, last i only", lambda c, l: c.dZ[l][-1], also=("only-last-sample",)),
    _bias(UNSUMMED, "only the first sample enters the bias gradient", "db = «sum_i» dZ_i, first i only", lambda c, l: c.dZ[l][0], also=("only-last-sample",)),
    _bias(UNSUMMED, "the largest bias gradient of the samples is taken", "db = «max_i» dZ_i", lambda c, l: c.dZ[l].max(0), cost=.2),
    _bias(UNSUMMED, "the median bias gradient of the samples is taken", "db = «median_i» dZ_i", lambda c, l: np.median(c.dZ[l], 0), cost=.2),
    _bias(ALLSUM, "every bias gets the sum over all neurons and samples", "db_y = «sum_y» sum_i dZ_iy", lambda c, l: np.full(len(c.b[l]), c.dZ[l].sum())),
    _bias(ALLSUM, "db is one number, summed over all neurons and samples", "db = «sum over everything»", lambda c, l: c.dZ[l].sum()),
    _bias(ALLSUM, "db is one number in an array of shape (1,)", "db = «sum over everything»", lambda c, l: c.dZ[l].sum()[None]),
    _bias(ALLSUM, "db is one number in an array of shape (1, 1)", "db = «sum over everything»", lambda c, l: c.dZ[l].sum()[None, None]),
    _bias(ALLSUM, "every bias gets the mean over all neurons and samples", "db_y = «mean over everything»", lambda c, l: np.full(len(c.b[l]), c.dZ[l].mean()), cost=.1),
    _bias(ALLSUM, "db is one number, the mean over everything", "db = «mean over everything»", lambda c, l: c.dZ[l].mean(), cost=.1),
    _bias(ALLSUM, "the last sample's sum over the neurons serves every bias", "db_y = «sum_y» dZ_Ty", lambda c, l: np.full(len(c.b[l]), c.dZ[l][-1].sum()), cost=.2),
    _bias(AXIS, "the bias gradient is summed over the neurons: shape (T,)", "db = dZ.sum(«axis=1»)", lambda c, l: c.dZ[l].sum(1)),
    _bias(AXIS, "the bias gradient is summed over the neurons: shape (T, 1)", "db = dZ.sum(«axis=1»)", lambda c, l: c.dZ[l].sum(1, keepdims=True)),
    _bias(AXIS, "the bias gradient is summed over the neurons: shape (1, T)", "db = dZ.sum(«axis=1»)", lambda c, l: c.dZ[l].sum(1)[None]),
    _bias(AXIS, "the bias gradient is averaged over the neurons: shape (1, T)", "db = dZ.mean(«axis=1»)", lambda c, l: c.dZ[l].mean(1)[None], cost=.1),
    _bias(AXIS, "the bias gradient is averaged over the neurons: shape (T,)", "db = dZ.mean(«axis=1»)", lambda c, l: c.dZ[l].mean(1), cost=.1),
    _bias(AXIS, "the bias gradient is averaged over the neurons: shape (T, 1)", "db = dZ.mean(«axis=1»)", lambda c, l: c.dZ[l].mean(1, keepdims=True), cost=.1),
    _bias(AXIS, "the sums over the neurons are cut or filled to fit", "db = dZ.sum(«axis=1»)[:n]", lambda c, l: np.resize(c.dZ[l].sum(1), len(c.b[l])), also=(UNSUMMED,), cost=.1),
    _bias(AXIS, "the sums over the neurons are cut, zeros fill up", "db = dZ.sum(«axis=1»)[:n]", lambda c, l: _cut(c.dZ[l].sum(1)[None], (1, len(c.b[l])))[0], cost=.1),
    _bias(ZERO, "the biases get no gradient", "db = «0»", lambda c, l: np.zeros_like(c.b[l]), cost=-.2),
    _bias(FORMULA, "an input factor stands in the bias gradient: the sum of dW over the inputs", "db = «sum_x» dW_xy", lambda c, l: (c.A[l].T @ c.dZ[l]).sum(0)),
    _bias(FORMULA, "the mean of dW over the inputs is the bias gradient", "db = «mean_x» dW_xy", lambda c, l: (c.A[l].T @ c.dZ[l]).mean(0)),
    _bias(FORMULA, "dW itself is the bias gradient", "db = «dW»", lambda c, l: c.A[l].T @ c.dZ[l]),
    _bias(FORMULA, "dW summed over the outputs is the bias gradient", "db = «sum_y dW_xy»", lambda c, l: (c.A[l].T @ c.dZ[l]).sum(1), also=(AXIS,)),
    _bias(FORMULA, "the bias is multiplied in", "db = «b ·» sum_i dZ_i", lambda c, l: c.b[l] * c.dZ[l].sum(0)),
    _bias(FORMULA, "the activation is multiplied in", "db = sum_i dZ_i «· A_i»", lambda c, l: (c.dZ[l] * c.A[l + 1]).sum(0)),
    _bias(FORMULA, "z is multiplied in", "db = sum_i dZ_i «· Z_i»", lambda c, l: (c.dZ[l] * c.Z[l]).sum(0)),
    _bias(FORMULA, "the slopes alone are the bias gradient", "db = sum_i «f'(Z_i)»", lambda c, l: c.acts[l].slope_from(c.Z[l], c.A[l + 1]).sum(0)),
    _bias(FORMULA, "the activations are the bias gradient", "db = sum_i «A_i»", lambda c, l: c.A[l + 1].sum(0)),
    _bias(FORMULA, "the output error is the bias gradient of every layer", "db = sum_i «(A_out - E)»", lambda c, l: 2 * (c.A[-1] - c.E).sum(0) / c.count, (ALL, HID)),
    _bias(FORMULA, "the total output error is the bias gradient of every neuron", "db = «sum (A_out - E)»", lambda c, l: np.full(len(c.b[l]), 2 * (c.A[-1] - c.E).sum() / c.count)),
    _bias(FORMULA, "the output delta is the bias gradient of every layer", "db = sum_i «dZ_out»", lambda c, l: c.dZ[-1].sum(0), (ALL,)),
    _bias(FORMULA, "the delta of the layer above is the bias gradient", "db[l] = sum_i dZ[«l+1»]", lambda c, l: c.dZ[min(l + 1, c.L - 1)].sum(0), (ALL,), also=("off-by-one-layer",)),
    _bias(FORMULA, "the delta times the mean input is the bias gradient", "db = sum_i dZ_i «· mean(A_prev)»", lambda c, l: (c.dZ[l] * c.A[l].mean(1, keepdims=True)).sum(0), cost=.1),
    _bias(FORMULA, "the absolute deltas are summed", "db = sum_i «|dZ_i|»", lambda c, l: np.abs(c.dZ[l]).sum(0)),
    _bias(FORMULA, "the squared deltas are summed", "db = sum_i «dZ_i^2»", lambda c, l: (c.dZ[l] ** 2).sum(0)),
    _bias(FORMULA, "the bias itself is its gradient", "db = «b»", lambda c, l: c.b[l]),
    _bias(FORMULA, "the bias gradient is 1", "db = «1»", lambda c, l: np.ones_like(c.b[l])),
    _bias(FORMULA, "the first input is multiplied in", "db = sum_i dZ_i «a_i1»", lambda c, l: c.A[l][:, 0] @ c.dZ[l], cost=.1),
    _bias(FORMULA, "the cost is the bias gradient", "db = «C»", lambda c, l: np.full(len(c.b[l]), ((c.A[-1] - c.E) ** 2).sum() / c.count), cost=.2),
    _bias(FORMULA, "the weights are multiplied in", "db = sum_i dZ_i «· sum W»", lambda c, l: c.dZ[l].sum(0) * c.W[l].sum(0), cost=.2),
    _bias(FORMULA, "the error carried down from the layer above, not the delta, is summed", "db = sum_i «dZ @ W.T»", lambda c, l: (c.dZ[l] @ c.W[l].T).sum(0), cost=.2),
    _bias("averaged-before-product", "error and slope are averaged before their product in the bias gradient", "db = «mean dA · mean f'(Z)»", lambda c, l: c.dA[l].sum(0) * c.acts[l].slope_from(c.Z[l], c.A[l + 1]).mean(0), also=(FORMULA,), cost=.1),
)  # fmt: skip

ROWS = WEIGHTS + BIASES
