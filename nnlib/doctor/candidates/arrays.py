"""Named mistakes in whole arrays: the order of what is returned, and terms and functions at the end."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.candidates.edits import ALL, HID, OUT, SECOND
from nnlib.doctor.candidates.passes import Candidate

ORDER, SHIFT, ALIAS, DECAY, UPDATED, INTEGER, PATHS, MISALIGNED, NOWEIGHTS = (
    "wrong-order", "off-by-one-layer", "stale-or-aliased-buffers", "regularisation-term", "used-updated-weights",
    "integer-truncation", "missing-sum-over-downstream", "bias-column-misaligned", "delta-not-propagated-through-weights",
)  # fmt: skip
CARRIES, WIDE = (ALL, OUT, HID, SECOND), (ALL, OUT, HID)


def _zeros(g):
    return [np.zeros_like(v) for v in g]


def _result(category, words, result, also=(), cost=0.0, number=False, scope=ALL):
    stages = {"result": lambda c, dW, db: result(c, list(dW), list(db))}
    return Candidate(category, stages, scope, also, cost, words, number=number)


LISTS = (  # category, words, what is done to the list of layers, also, cost
    (ORDER, "the gradients come in reverse order, from the last layer to the first", lambda g: g[::-1], (SHIFT,), 0.0),
    (ORDER, "the first two layers are exchanged", lambda g: g[1::-1] + g[2:], (SHIFT,), 0.2),
    (ORDER, "the last two layers are exchanged", lambda g: g[:-2] + g[:-3:-1], (SHIFT,), 0.2),
    (ORDER, "the last layer's gradients come first", lambda g: g[-1:] + g[:-1], (SHIFT,), 0.0),
    (SHIFT, "the gradients are shifted round by one layer", lambda g: g[1:] + g[:1], (ORDER,), 0.0),
    (SHIFT, "the gradients are shifted by one layer, and zeros fill the end", lambda g: g[1:] + _zeros(g[-1:]), (), 0.0),
    (SHIFT, "the gradients are shifted by one layer, and zeros fill the start", lambda g: _zeros(g[:1]) + g[:-1], (), 0.0),
    (SHIFT, "the gradients are shifted by one layer, and the last stands twice", lambda g: g[1:] + g[-1:], (ALIAS,), 0.0),
    (SHIFT, "the gradients are shifted by one layer, and the first stands twice", lambda g: g[:1] + g[:-1], (ALIAS,), 0.0),
    (ALIAS, "every entry is the gradient of the first layer", lambda g: [g[0]] * len(g), (SHIFT,), 0.0),
    (ALIAS, "every entry is the gradient of the output layer", lambda g: [g[-1]] * len(g), (SHIFT,), 0.0),
    (ALIAS, "one array collects the gradients of every layer", lambda g: [sum(g)] * len(g), (), 0.0),
    ("accumulator-not-reset", "the sums of the layers above are kept on the way down", lambda g: [sum(g[l:]) for l in range(len(g))], (), 0.0),
    (SHIFT, "the last layer's gradients are not returned", lambda g: g[:-1], ("shape-error",), 0.0),
    (SHIFT, "the first layer's gradients are not returned", lambda g: g[1:], ("shape-error",), 0.0),
    ("only-last-layer", "only the output layer's gradients are returned", lambda g: g[-1:], ("shape-error",), 0.0),
)  # fmt: skip
ENTRIES = (  # category, words, what is done to each array, cost
    ("unknown", "each array is scaled to length 1", lambda g: g / (np.linalg.norm(g) or 1.0), 0.1),
    ("unknown", "only the signs of the gradients are returned", np.sign, 0.1),
    ("sign", "the absolute values of the gradients are returned", np.abs, 0.1),
    *(("unknown", f"the gradients are rounded to {k} places", lambda g, k=k: np.round(g, k), 0.1) for k in range(1, 7)),
    (INTEGER, "the gradients are cut to integers", np.trunc, -0.1),
    (INTEGER, "the gradients are floored", np.floor, -0.09),
    (INTEGER, "the gradients are rounded to whole numbers", np.round, -0.08),
    ("unknown", "the mean of each array is taken off", lambda g: g - g.mean(), 0.1),
    ("unknown", "each entry is squared", np.square, 0.1),
    ("unknown", "each entry is replaced by its square root", lambda g: np.sign(g) * np.sqrt(np.abs(g)), 0.1),
    ("unknown", "each entry is replaced by its cube root", np.cbrt, 0.1),
    ("unknown", "each entry passes through tanh", np.tanh, 0.1),
    *(("unknown", f"each entry is clipped to {k:g}", lambda g, k=k: np.clip(g, -k, k), 0.1) for k in (1e-3, 0.01, 0.1, 0.5, 1.0)),
    *(("unknown", f"each array is clipped to length {k:g}", lambda g, k=k: g * min(1.0, k / (np.linalg.norm(g) or 1.0)), 0.1) for k in (0.01, 0.1, 0.5, 1.0)),
)  # fmt: skip


def _with_deltas(c, deltas):
    return [a.T @ d for a, d in zip(c.A, deltas)], [d.sum(axis=0) for d in deltas]


def returned():
    """What is returned: another order, another layer, a term or a function at the end."""
    for category, words, f, also, cost in LISTS:
        yield _result(category, words, lambda c, dW, db, f=f: (f(dW), f(db)), also, cost)
        yield _result(category, words + " (dW only)", lambda c, dW, db, f=f: (f(dW), db), also, cost + 0.05)
        yield _result(category, words + " (db only)", lambda c, dW, db, f=f: (dW, f(db)), also, cost + 0.05)
    for category, words, f, cost in ENTRIES:
        yield _result(category, words, lambda c, dW, db, f=f: ([f(g) for g in dW], [f(g) for g in db]), (), cost)
        yield _result(category, words + " (weights only)", lambda c, dW, db, f=f: ([f(g) for g in dW], db), (), 0.2)
        yield _result(category, words + " (biases only)", lambda c, dW, db, f=f: (dW, [f(g) for g in db]), (), 0.2)
    yield _result(ORDER, "db comes first, dW second", lambda c, dW, db: (db, dW))
    yield _result(ORDER, "db comes first, and both in reverse order", lambda c, dW, db: (db[::-1], dW[::-1]))
    spread = lambda c, dW, db: ([np.broadcast_to(g, W.shape) for g, W in zip(db, c.W)], dW)
    yield _result(ORDER, "db steps the weights and dW the biases", spread, ("broadcasting",), -0.1)
    turned = lambda c, dW, db: ([g.T for g in dW[::-1]], db[::-1])
    yield _result("transposed-gradient", "dW is transposed and the list is reversed", turned, (ORDER,), 0.2)
    for words, order in (
        ("the deltas are taken in reverse order, the activations are not", lambda d: d[::-1]),
        ("each layer meets the delta of the layer below, counted round the end", lambda d: d[-1:] + d[:-1]),
        ("each layer meets the delta of the layer above, counted round the end", lambda d: d[1:] + d[:1]),
    ):
        slug, also = (SHIFT, (ORDER,)) if "each" in words.split() else (ORDER, (SHIFT,))
        yield _result(slug, words, lambda c, dW, db, o=order: _with_deltas(c, o(c.dZ)), also)
    other = lambda c, dW, db: ([a.T @ d for a, d in zip(c.A[-2::-1], c.dZ)], db)
    yield _result(
        ORDER, "the activations are taken in reverse order, the deltas are not", other, ("wrong-layer-activation",)
    )


TERMS = (
    ("the weight", np.array, 0.0),
    ("the sign of the weight", np.sign, 0.1),
    ("1", np.ones_like, 0.3),
    ("the squared weight", np.square, 0.3),
)
LAYERS = (
    ("", lambda l, L: True), (" in the hidden layers", lambda l, L: l < L - 1),
    (" in the output layer", lambda l, L: l == L - 1), (" in the first layer", lambda l, L: l == 0),
)  # fmt: skip


def numbered():
    """Mistakes with one unknown number: a penalty, and a step inside the gradient."""
    for words, term, cost in TERMS:
        for place, inside in LAYERS:
            add = lambda c, g, v, f=term, i=inside: [
                a + c.number * f(b) if i(l, c.L) else a for l, (a, b) in enumerate(zip(g, v))
            ]
            said = f"lambda times {words} is added to the weight gradients{place}"
            yield _result(
                DECAY, said, lambda c, dW, db, a=add: (a(c, dW, c.W), db), (), cost + 0.05 * bool(place), True
            )
            if not place:
                both = lambda c, dW, db, a=add: (a(c, dW, c.W), a(c, db, c.b))
                yield _result(DECAY, said + ", and likewise to the biases", both, (), cost, True)
                said = f"lambda times {words.replace('weight', 'bias')} is added to the bias gradients"
                yield _result(DECAY, said, lambda c, dW, db, a=add: (dW, a(c, db, c.b)), (), cost + 0.1, True)
    for scope in CARRIES:
        carry = lambda c, l: c.dZ[l] @ (c.W[l] - c.number * c.dW[l]).T
        words = "the weights that carry the error are already updated"
        yield Candidate(
            UPDATED, {"carry": carry}, scope, (), 0.0, words, "dA_prev = dZ @ («W - rate · dW»).T", number=True
        )
