"""Mistakes at the output: the slope of another cost, or the output delta of another pair of cost and activation."""

# ruff: noqa: E501  (a row of the table is a line)
import numpy as np

from nnlib.doctor.table.forward import softmax
from nnlib.doctor.table.row import Row
from nnlib.doctor.table.slopes import s1

CROSS, COST, MISSING, DOUBLE = (
    "cross-entropy-delta", "wrong-cost-derivative", "missing-activation-derivative", "duplicated-derivative",
)  # fmt: skip


def _delta(category, what, formula, delta, **more):
    """A row that replaces dZ of the output layer as a whole."""
    return Row(category, what, formula, {"delta": delta}, ("output layer",), **more)


def _cost(what, formula, slope, category=COST, **more):
    """A row that replaces dA of the output layer; the slope f'(z) still follows."""
    return Row(category, what, formula, {"cost": slope}, **more)


def _error(c):
    return c.A[-1] - c.E


def _mean_all(c):
    return np.full_like(c.A[-1], _error(c).mean())


def _rows_of(value, c):
    return np.broadcast_to(value, c.A[-1].shape)


def _one_hot_guess(c):
    return np.eye(c.A[-1].shape[1])[c.A[-1].argmax(1)]


def _length(e):
    return np.linalg.norm(e, axis=1, keepdims=True)


ROWS = (
    _delta(CROSS, "the output delta is a - e: that belongs to the cross-entropy", "dZ_out = (A - E) / T  without «2 · f'(Z)»", lambda c, l: _error(c) / c.count, also=(MISSING,)),
    Row(CROSS, "a - e stands in the output gradients, though the right delta is carried down", "dW_out = A_prev.T @ «(A - E)» / T", {"weight": lambda c, l: c.A[l].T @ _error(c) / c.count, "bias": lambda c, l: _error(c).sum(0) / c.count}, ("output layer",), also=(MISSING,), cost=-.1),
    Row(CROSS, "a - e stands in the output weight gradient", "dW_out = A_prev.T @ «(A - E)» / T", {"weight": lambda c, l: c.A[l].T @ _error(c) / c.count}, ("output layer",), also=(MISSING,), cost=-.1),
    Row(CROSS, "a - e stands in the output bias gradient", "db_out = sum_i «(A - E)» / T", {"bias": lambda c, l: _error(c).sum(0) / c.count}, ("output layer",), also=("bias-wrong-formula", MISSING), cost=.1),
    _delta(CROSS, "the output delta is a - e divided by T and by the outputs", "dZ_out = (A - E) / «(T · n_out)»", lambda c, l: _error(c) / c.count / c.E.shape[1], also=(MISSING, "mean-over-outputs"), cost=.5),
    Row(CROSS, "softmax and a - e: the gradient of another output layer and cost", "A_out = «softmax»(Z), dZ_out = «A - E»", {"activate": lambda c, l: softmax(c.Z[l]), "delta": lambda c, l: (c.A[-1] - c.E) / c.count}, ("output layer",), also=("wrong-forward-pass",), cost=.2),
    _cost("the slope of the cross-entropy, (a - e) / (a (1 - a)), meets a doubled f'(z)", "dA = «(A - E) / (A (1 - A))»", lambda c, l: _error(c) / (c.A[-1] * (1 - c.A[-1])) / c.count, category=CROSS, also=(COST, MISSING), cost=.1),
    _cost("the slope of the cross-entropy without its second half, -e / a", "dA = «-E / A»", lambda c, l: -c.E / c.A[-1] / c.count, also=(CROSS,)),
    _cost("the second half of the cross-entropy's slope alone, (1 - e)/(1 - a)", "dA = «(1 - E) / (1 - A)»", lambda c, l: (1 - c.E) / (1 - c.A[-1]) / c.count, also=(CROSS,)),
    _cost("the cross-entropy's slope with a wrong sign inside, e/a + (1 - e)/(1 - a)", "dA = «E/A + (1-E)/(1-A)»", lambda c, l: (c.E / c.A[-1] + (1 - c.E) / (1 - c.A[-1])) / c.count, also=(CROSS,)),
    _cost("the slope of log a, e / a - 1", "dA = «(A - E) / A»", lambda c, l: _error(c) / c.A[-1] / c.count, also=(CROSS,)),
    _cost("(a - e) / (1 - a)", "dA = «(A - E) / (1 - A)»", lambda c, l: _error(c) / (1 - c.A[-1]) / c.count, also=(CROSS,)),
    _delta(COST, "-e / a goes down without f'(z)", "dZ_out = «-E / A»", lambda c, l: -c.E / c.A[-1] / c.count, also=(CROSS,), cost=.2),
    _delta(COST, "(a - e) / (a (1 - a)) goes down without f'(z)", "dZ_out = «(A - E) / (A (1 - A))»", lambda c, l: _error(c) / (c.A[-1] * (1 - c.A[-1])) / c.count, also=(CROSS,), cost=.2),
    _cost("the slope of the absolute error, sign(a - e)", "dA = «sign»(A - E) / T", lambda c, l: np.sign(_error(c)) / c.count),
    _cost("the absolute error |a - e| in place of the slope", "dA = «|A - E|» / T", lambda c, l: 2 * np.abs(_error(c)) / c.count),
    _cost("the squared error itself in place of its slope", "dA = «(A - E)^2» / T", lambda c, l: _error(c) ** 2 / c.count),
    _cost("the squared error with the sign of the error", "dA = «sign(A - E)(A - E)^2» / T", lambda c, l: np.sign(_error(c)) * _error(c) ** 2 / c.count),
    _cost("the slope of the third power, 3 (a - e)^2", "dA = «3 (A - E)^2» / T", lambda c, l: 3 * _error(c) ** 2 / c.count, cost=.1),
    _cost("the slope of the fourth power, 4 (a - e)^3", "dA = «4 (A - E)^3» / T", lambda c, l: 4 * _error(c) ** 3 / c.count),
    _cost("the third power of the error", "dA = «(A - E)^3» / T", lambda c, l: _error(c) ** 3 / c.count, cost=.1),
    _cost("the cost, one number, in place of its slope", "dA = «C»", lambda c, l: np.full_like(c.A[-1], (_error(c) ** 2).sum() / c.count)),
    _cost("the cost of each sample in place of its slope", "dA_i = «C_i» / T", lambda c, l: _rows_of((_error(c) ** 2).sum(1, keepdims=True) / c.count, c)),
    _cost("the mean squared error of each output in place of the slope", "dA_j = «mean_i (A - E)^2»", lambda c, l: _rows_of((_error(c) ** 2).mean(0), c), also=("averaged-before-product",)),
    _cost("the mean error, one number for all", "dA = «mean» (A - E)", lambda c, l: 2 * _mean_all(c) / c.count, also=("averaged-before-product",)),
    _cost("the mean absolute error, one number for all", "dA = «mean |A - E|»", lambda c, l: np.full_like(c.A[-1], np.abs(_error(c)).mean())),
    _cost("the error summed over the outputs", "dA_ij = 2 «sum_j» (A - E) / T", lambda c, l: _rows_of(2 * _error(c).sum(1, keepdims=True) / c.count, c), also=("broadcasting",)),
    _cost("the error averaged over the samples before the slope", "dA = 2 «mean_i» (A - E)", lambda c, l: _rows_of(2 * _error(c).mean(0) / c.count, c), category="averaged-before-product", also=("broadcasting", COST)),
    _cost("an extra factor a at the output", "dA = 2 (A - E) «· A» / T", lambda c, l: 2 * _error(c) * c.A[-1] / c.count),
    _cost("an extra factor 1 - a at the output", "dA = 2 (A - E) «· (1 - A)» / T", lambda c, l: 2 * _error(c) * (1 - c.A[-1]) / c.count),
    _cost("an extra factor e at the output", "dA = 2 (A - E) «· E» / T", lambda c, l: 2 * _error(c) * c.E / c.count),
    _cost("an extra factor 1 - e at the output", "dA = 2 (A - E) «· (1 - E)» / T", lambda c, l: 2 * _error(c) * (1 - c.E) / c.count),
    _cost("an extra factor z at the output", "dA = 2 (A - E) «· Z» / T", lambda c, l: 2 * _error(c) * c.Z[-1] / c.count),
    _cost("an extra factor C at the output", "dA = 2 (A - E) «· C» / T", lambda c, l: 2 * _error(c) * (_error(c) ** 2).sum() / c.count**2),
    _cost("the error is divided by the target", "dA = (A - E) «/ E» / T", lambda c, l: _error(c) / np.where(c.E == 0, np.nan, c.E) / c.count),
    _cost("the target is missing from the error", "dA = 2 (A «- E») / T", lambda c, l: 2 * c.A[-1] / c.count),
    _cost("the output is missing from the error", "dA = 2 («A» - E) / T", lambda c, l: -2 * c.E / c.count),
    _cost("output and target are added", "dA = 2 (A «+» E) / T", lambda c, l: 2 * (c.A[-1] + c.E) / c.count, also=("sign",)),
    _cost("2a - e: the 2 stands at the output alone", "dA = («2 A - E») / T", lambda c, l: (2 * c.A[-1] - c.E) / c.count),
    _cost("a - 2e: the 2 stands at the target alone", "dA = («A - 2 E») / T", lambda c, l: (c.A[-1] - 2 * c.E) / c.count),
    _cost("a^2 - e^2 in place of the slope", "dA = «(A^2 - E^2)» / T", lambda c, l: (c.A[-1] ** 2 - c.E**2) / c.count),
    _cost("the product of output and target", "dA = «A · E» / T", lambda c, l: c.A[-1] * c.E / c.count),
    _cost("the error is taken at z, not at a", "dA = 2 («Z» - E) / T", lambda c, l: 2 * (c.Z[-1] - c.E) / c.count, also=("wrong-forward-pass",)),
    _cost("the error is taken of the rounded output", "dA = 2 («round»(A) - E) / T", lambda c, l: 2 * (np.round(c.A[-1]) - c.E) / c.count, also=("integer-truncation",)),
    _cost("the error is taken of the guessed class", "dA = 2 («one-hot argmax»(A) - E) / T", lambda c, l: 2 * (_one_hot_guess(c) - c.E) / c.count),
    _cost("the targets are rounded", "dA = 2 (A - «round»(E)) / T", lambda c, l: 2 * (c.A[-1] - np.round(c.E)) / c.count, also=("integer-truncation",)),
    _cost("the targets are made one-hot", "dA = 2 (A - «one-hot»(E)) / T", lambda c, l: 2 * (c.A[-1] - np.eye(c.E.shape[1])[c.E.argmax(1)]) / c.count),
    _cost("the targets pass through the sigmoid", "dA = 2 (A - «f»(E)) / T", lambda c, l: 2 * (c.A[-1] - 1 / (1 + np.exp(-c.E))) / c.count),
    _cost("the targets are moved to -1 .. 1", "dA = 2 (A - «(2E - 1)») / T", lambda c, l: 2 * (c.A[-1] - 2 * c.E + 1) / c.count),
    _cost("only the first output is compared", "dA_ij = 2 (A - E) / T for «j = 1» only", lambda c, l: 2 * _error(c) * (np.arange(c.E.shape[1]) == 0) / c.count),
    _cost("only the last output is compared", "dA_ij = 2 (A - E) / T for «j = n» only", lambda c, l: 2 * _error(c) * (np.arange(c.E.shape[1]) == c.E.shape[1] - 1) / c.count),
    _cost("only the largest target is compared", "dA_ij = 2 (A - E) / T for «the class of the sample» only", lambda c, l: 2 * _error(c) * (np.arange(c.E.shape[1]) == c.E.argmax(1)[:, None]) / c.count),
    _cost("every output is compared with the first target", "dA_ij = 2 (A_ij - E_i«1») / T", lambda c, l: 2 * (c.A[-1] - c.E[:, :1]) / c.count, category="broadcasting", also=(COST,)),
    _cost("every output is compared with the last target", "dA_ij = 2 (A_ij - E_i«n») / T", lambda c, l: 2 * (c.A[-1] - c.E[:, -1:]) / c.count, category="broadcasting", also=(COST,)),
    _cost("every output is compared with the mean target of its sample", "dA_ij = 2 (A_ij - «mean_j» E) / T", lambda c, l: 2 * (c.A[-1] - c.E.mean(1, keepdims=True)) / c.count, category="broadcasting", also=(COST,)),
    _cost("every output is compared with the sum of the targets of its sample", "dA_ij = 2 (A_ij - «sum_j» E) / T", lambda c, l: 2 * (c.A[-1] - c.E.sum(1, keepdims=True)) / c.count, category="broadcasting", also=(COST,)),
    *(
        _cost(f"{word} output of a sample is compared with every target", "dA_ij = 2 (A_i«j» - E_ij) / T", lambda c, l, f=f: 2 * (f(c.A[-1]) - c.E) / c.count, category="broadcasting", also=(COST,))
        for word, f in (("the first", lambda a: a[:, :1]), ("the last", lambda a: a[:, -1:]), ("the mean", lambda a: a.mean(1, keepdims=True)), ("the summed", lambda a: a.sum(1, keepdims=True)))
    ),
    _cost("the mean output of all samples is compared with the targets", "dA = 2 («mean_i» A - E) / T", lambda c, l: 2 * (c.A[-1].mean(0) - c.E) / c.count, category="broadcasting", also=(COST, "averaged-before-product")),
    _cost("the mean error of each sample serves every output", "dA_ij = 2 «mean_j» (A - E) / T", lambda c, l: _rows_of(2 * _error(c).mean(1, keepdims=True) / c.count, c), category="broadcasting", also=(COST,)),
    _cost("the slope of the root mean square, (a - e) / sqrt(mean)", "dA = (A - E) «/ sqrt(mean (A - E)^2)»", lambda c, l: _error(c) / np.sqrt((_error(c) ** 2).mean()) / c.count / c.E.shape[1]),
    _cost("the slope of the root of C", "dA = (A - E) «/ sqrt(C)» / T", lambda c, l: _error(c) / np.sqrt((_error(c) ** 2).sum() / c.count) / c.count),
    _cost("the slope of the Euclidean distance of all samples together", "dA = (A - E) «/ norm(A - E)»", lambda c, l: _error(c) / np.linalg.norm(_error(c)), cost=.1),
    _cost("the slope of the Euclidean distance of each sample", "dA = (A - E) «/ norm(A - E)»", lambda c, l: _error(c) / np.where(_length(_error(c)) == 0, np.nan, _length(_error(c))) / c.count),
    _cost("the slope of the logarithm of cosh, tanh(a - e)", "dA = «tanh»(A - E) / T", lambda c, l: np.tanh(_error(c)) / c.count),
    *(_cost(f"the error is clipped at {t}, as in the Huber cost", f"dA = «clip(A - E, -{t}, {t})» / T", lambda c, l, t=t: np.clip(_error(c), -t, t) / c.count) for t in (.1, .2, .25, .3, .5)),
    _cost("the slope of the hinge cost", "dA = «-(2E-1) where (2E-1)(2A-1) < 1» / T", lambda c, l: np.where((2 * c.E - 1) * (2 * c.A[-1] - 1) < 1, 1 - 2 * c.E, 0) / c.count),
    _cost("an error below 0 is cut off", "dA = 2 «max(A - E, 0)» / T", lambda c, l: 2 * np.maximum(_error(c), 0) / c.count),
    _cost("the logarithm of the output enters the error", "dA = 2 («log A» - E) / T", lambda c, l: 2 * (np.log(c.A[-1]) - c.E) / c.count),
    _cost("the softmax of the output enters the error", "dA = 2 («softmax»(A) - E) / T", lambda c, l: 2 * (softmax(c.A[-1]) - c.E) / c.count, also=("wrong-forward-pass",)),
    _cost("the error is multiplied by f'(e)", "dA = 2 (A - E) «· E (1 - E)» / T", lambda c, l: 2 * _error(c) * c.E * (1 - c.E) / c.count, cost=.3),
    _delta(COST, "the sigmoid of the error is the output delta", "dZ_out = «f'»(A - E) / T", lambda c, l: s1(_error(c)) / c.count, cost=.2),
    _delta(COST, "the squared error is the output delta", "dZ_out = «(A - E)^2» / T", lambda c, l: _error(c) ** 2 / c.count, also=(MISSING,), cost=.2),
    _delta(COST, "the slope of the absolute error is the output delta", "dZ_out = «sign»(A - E) / T", lambda c, l: np.sign(_error(c)) / c.count, also=(MISSING,), cost=.2),
)  # fmt: skip
