"""Mistakes in what is returned: order, shape, missing layers, and terms added at the end."""

# ruff: noqa: E501  (a row of the table is a line)
import numpy as np

from nnlib.doctor.table.row import Row

ORDER, SHIFT, LAST, REGULAR, SHAPE, ALIAS = (
    "wrong-order", "off-by-one-layer", "only-last-layer", "regularisation-term", "shape-error", "stale-or-aliased-buffers",
)  # fmt: skip


def _result(category, what, formula, result, **more):
    return Row(category, what, formula, {"result": result}, **more)


def _zeros(g):
    return [np.zeros_like(v) for v in g]


def _with_deltas(c, deltas):
    """dW and db from the right activations and these deltas."""
    return [a.T @ d for a, d in zip(c.A, deltas)], [d.sum(axis=0) for d in deltas]


def _unit(g):
    return g / (np.linalg.norm(g) or 1.0)


def _decay(what, formula, term, **more):
    """A free number times `term` of each weight (and of each bias, where said)."""
    return (
        _result(REGULAR, f"a multiple of {what} is added to the weight gradients", f"dW = A_prev.T @ dZ / T «+ lambda {formula}»", lambda c, dW, db: ([g + c.parameter * term(W) for g, W in zip(dW, c.W)], db), free=True, **more),
        _result(REGULAR, f"a multiple of {what} is added to the weight gradients, and likewise to the biases", f"dW = A_prev.T @ dZ / T «+ lambda {formula}»", lambda c, dW, db: ([g + c.parameter * term(W) for g, W in zip(dW, c.W)], [g + c.parameter * term(b) for g, b in zip(db, c.b)]), free=True, **more),
        _result(REGULAR, f"a multiple of {what} is added to the bias gradients", f"db = sum dZ «+ lambda {formula}»", lambda c, dW, db: (dW, [g + c.parameter * term(b) for g, b in zip(db, c.b)]), free=True, **more),
        _result(REGULAR, f"a multiple of {what} is added in the output layer", f"dW = A_prev.T @ dZ / T «+ lambda {formula}»", lambda c, dW, db: ([*dW[:-1], dW[-1] + c.parameter * term(c.W[-1])], db), free=True, **more),
        _result(REGULAR, f"a multiple of {what} is added in the hidden layers", f"dW = A_prev.T @ dZ / T «+ lambda {formula}»", lambda c, dW, db: ([*(g + c.parameter * term(W) for g, W in zip(dW[:-1], c.W)), dW[-1]], db), free=True, **more),
        _result(REGULAR, f"a multiple of {what} is added in the first layer", f"dW = A_prev.T @ dZ / T «+ lambda {formula}»", lambda c, dW, db: ([dW[0] + c.parameter * term(c.W[0]), *dW[1:]], db), free=True, **more),
    )  # fmt: skip


ROWS = (
    _result(ORDER, "dW and db come in reverse order, from the last layer to the first", "return «dW[::-1], db[::-1]»", lambda c, dW, db: (dW[::-1], db[::-1])),
    _result(ORDER, "dW comes in reverse order", "return «dW[::-1]», db", lambda c, dW, db: (dW[::-1], db)),
    _result(ORDER, "db comes in reverse order", "return dW, «db[::-1]»", lambda c, dW, db: (dW, db[::-1])),
    _result(ORDER, "db comes first, dW second", "return «db, dW»", lambda c, dW, db: (db, dW)),
    _result(ORDER, "db steps the weights and dW the biases", "W - rate · «db», b - rate · «dW»", lambda c, dW, db: ([np.broadcast_to(g, W.shape) for g, W in zip(db, c.W)], dW), also=("broadcasting",), cost=-0.1),
    _result(ORDER, "the deltas are taken in reverse order, the activations are not", "dW[l] = A[l].T @ dZ[«L-l»]", lambda c, dW, db: _with_deltas(c, c.dZ[::-1]), also=(SHIFT,)),
    _result(ORDER, "the activations are taken in reverse order, the deltas are not", "dW[l] = A[«L-l»].T @ dZ[l]", lambda c, dW, db: ([a.T @ d for a, d in zip(c.A[-2::-1], c.dZ)], db), also=("wrong-layer-activation",)),
    _result(SHIFT, "each layer meets the delta of the layer below, counted round the end", "dW[l] = A[l].T @ dZ[«l-1»]", lambda c, dW, db: _with_deltas(c, c.dZ[-1:] + c.dZ[:-1]), also=(ORDER,)),
    _result(SHIFT, "each layer meets the delta of the layer above, counted round the end", "dW[l] = A[l].T @ dZ[«l+1»]", lambda c, dW, db: _with_deltas(c, c.dZ[1:] + c.dZ[:1]), also=(ORDER,)),
    _result(ORDER, "db comes first, and both in reverse order", "return «db[::-1], dW[::-1]»", lambda c, dW, db: (db[::-1], dW[::-1])),
    _result(ORDER, "the first two layers are exchanged", "return «[dW[1], dW[0], ...]»", lambda c, dW, db: (dW[1::-1] + dW[2:], db[1::-1] + db[2:]), cost=.2),
    _result(ORDER, "the last two layers are exchanged", "return «[..., dW[L], dW[L-1]]»", lambda c, dW, db: (dW[:-2] + dW[:-3:-1], db[:-2] + db[:-3:-1]), cost=.2),
    _result(SHIFT, "dW and db are shifted round by one layer", "dW[l] belongs to layer «l+1»", lambda c, dW, db: (dW[1:] + dW[:1], db[1:] + db[:1]), also=(ORDER,)),
    _result(SHIFT, "dW and db are shifted round by one layer the other way", "dW[l] belongs to layer «l-1»", lambda c, dW, db: (dW[-1:] + dW[:-1], db[-1:] + db[:-1]), also=(ORDER,)),
    _result(SHIFT, "dW is shifted round by one layer", "dW[l] belongs to layer «l+1»", lambda c, dW, db: (dW[1:] + dW[:1], db), also=(ORDER,)),
    _result(SHIFT, "dW is shifted round by one layer the other way", "dW[l] belongs to layer «l-1»", lambda c, dW, db: (dW[-1:] + dW[:-1], db), also=(ORDER,)),
    _result(SHIFT, "db is shifted round by one layer", "db[l] belongs to layer «l+1»", lambda c, dW, db: (dW, db[1:] + db[:1]), also=(ORDER,)),
    _result(SHIFT, "db is shifted round by one layer the other way", "db[l] belongs to layer «l-1»", lambda c, dW, db: (dW, db[-1:] + db[:-1]), also=(ORDER,)),
    _result(SHIFT, "the gradients are shifted by one layer, and zeros fill the end", "dW[l] belongs to layer «l+1»", lambda c, dW, db: (dW[1:] + _zeros(dW[-1:]), db[1:] + _zeros(db[-1:]))),
    _result(SHIFT, "the gradients are shifted by one layer, and zeros fill the start", "dW[l] belongs to layer «l-1»", lambda c, dW, db: (_zeros(dW[:1]) + dW[:-1], _zeros(db[:1]) + db[:-1])),
    _result(SHIFT, "the gradients are shifted by one layer, and the last stands twice", "dW[l] belongs to layer «l+1»", lambda c, dW, db: (dW[1:] + dW[-1:], db[1:] + db[-1:]), also=(ALIAS,)),
    _result(SHIFT, "the gradients are shifted by one layer, and the first stands twice", "dW[l] belongs to layer «l-1»", lambda c, dW, db: (dW[:1] + dW[:-1], db[:1] + db[:-1]), also=(ALIAS,)),
    _result(SHIFT, "the bias gradients are shifted by one layer, and the last stands twice", "db[l] belongs to layer «l+1»", lambda c, dW, db: (dW, db[1:] + db[-1:]), also=("bias-wrong-formula",)),
    _result(SHIFT, "the bias gradients are shifted by one layer, and the first stands twice", "db[l] belongs to layer «l-1»", lambda c, dW, db: (dW, db[:1] + db[:-1]), also=("bias-wrong-formula",)),
    _result(SHIFT, "the last layer's gradients are not returned", "return «dW[:-1], db[:-1]»", lambda c, dW, db: (dW[:-1], db[:-1]), also=(SHAPE,)),
    _result(SHIFT, "the first layer's gradients are not returned", "return «dW[1:], db[1:]»", lambda c, dW, db: (dW[1:], db[1:]), also=(SHAPE,)),
    _result(SHIFT, "the first layer's gradients are not returned, the rest in reverse order", "return «dW[:0:-1], db[:0:-1]»", lambda c, dW, db: (dW[:0:-1], db[:0:-1]), also=(SHAPE, ORDER)),
    _result(LAST, "only the output layer's gradients are returned", "return «dW[-1:], db[-1:]»", lambda c, dW, db: (dW[-1:], db[-1:]), also=(SHAPE,)),
    _result(ALIAS, "every entry is the gradient that was computed last, of the first layer", "dW[l] is «dW[0]»", lambda c, dW, db: ([dW[0]] * c.L, [db[0]] * c.L)),
    _result(ALIAS, "every weight gradient is that of the first layer", "dW[l] is «dW[0]»", lambda c, dW, db: ([dW[0]] * c.L, db)),
    _result(ALIAS, "every bias gradient is that of the first layer", "db[l] is «db[0]»", lambda c, dW, db: (dW, [db[0]] * c.L)),
    _result(ALIAS, "every entry is the gradient of the output layer", "dW[l] is «dW[L]»", lambda c, dW, db: ([dW[-1]] * c.L, [db[-1]] * c.L), also=(SHIFT,)),
    _result(ALIAS, "every bias gradient is that of the output layer", "db[l] is «db[L]»", lambda c, dW, db: (dW, [db[-1]] * c.L), also=("bias-wrong-formula",), cost=.2),
    _result(ALIAS, "one buffer collects the gradients of every layer", "dW[l] is «one array for all»", lambda c, dW, db: ([sum(dW)] * c.L, [sum(db)] * c.L)),
    _result(ALIAS, "one buffer collects the bias gradients of every layer", "db[l] is «one array for all»", lambda c, dW, db: (dW, [sum(db)] * c.L)),
    _result(ALIAS, "one buffer collects the weight gradients of every layer", "dW[l] is «one array for all»", lambda c, dW, db: ([sum(dW)] * c.L, db)),
    _result("accumulator-not-reset", "the sums of the layers above are kept while going down", "dW[l] = «dW[l+1] +» A_prev.T @ dZ", lambda c, dW, db: ([sum(dW[l:]) for l in range(c.L)], [sum(db[l:]) for l in range(c.L)])),
    _result("accumulator-not-reset", "the bias sums of the layers above are kept while going down", "db[l] = «db[l+1] +» sum dZ", lambda c, dW, db: (dW, [sum(db[l:]) for l in range(c.L)])),
    _result("sign", "the absolute values of the gradients are returned", "return «|dW|, |db|»", lambda c, dW, db: ([np.abs(g) for g in dW], [np.abs(g) for g in db])),
    _result("unknown", "each array is scaled to length 1", "return «dW / norm(dW)»", lambda c, dW, db: ([_unit(g) for g in dW], [_unit(g) for g in db]), cost=.1),
    _result("unknown", "the gradients are rounded to 3 places", "return «round(dW, 3)»", lambda c, dW, db: ([np.round(g, 3) for g in dW], [np.round(g, 3) for g in db]), cost=.1),
    _result("unknown", "the gradients are rounded to 2 places", "return «round(dW, 2)»", lambda c, dW, db: ([np.round(g, 2) for g in dW], [np.round(g, 2) for g in db]), cost=.1),
    _result("unknown", "the gradients are rounded to 4 places", "return «round(dW, 4)»", lambda c, dW, db: ([np.round(g, 4) for g in dW], [np.round(g, 4) for g in db]), cost=.1),
    _result("unknown", "only the signs of the gradients are returned", "return «sign(dW), sign(db)»", lambda c, dW, db: ([np.sign(g) for g in dW], [np.sign(g) for g in db]), cost=.1),
    _result("transposed-gradient", "dW is transposed and the list is reversed", "return «[g.T for g in dW[::-1]]»", lambda c, dW, db: ([g.T for g in dW[::-1]], db[::-1]), also=(ORDER,), cost=.2),
    *_decay("the weight", "W", lambda W: W),
    *_decay("the sign of the weight", "sign(W)", np.sign, cost=.1),
    *_decay("the sum of the squared weights", "sum W^2", lambda W: np.full_like(W, (W**2).sum()), cost=.2),
    *_decay("1", "1", np.ones_like, cost=.3),
    *_decay("the squared weight", "W^2", lambda W: W**2, cost=.3),
)  # fmt: skip
