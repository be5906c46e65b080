"""Named mistakes in whole arrays: the order of what is returned, terms at the end, bias rows, and paths that are lost."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.edits import ALL, HID, OUT, SECOND
from nnlib.doctor.passes import Candidate

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
    for words, dW_too, row in (
        ("the weights themselves stand in place of dW", True, lambda c: c.W), ("the biases themselves stand in place of db", False, lambda c: c.b),
        ("the biases stand in place of dW", True, lambda c: c.b), ("the weights stand in place of db", False, lambda c: c.W),
        ("the activations stand in place of dW", True, lambda c: c.A[1:]), ("the deltas stand in place of dW", True, lambda c: c.dZ),
        ("dW stands in place of db too", False, lambda c: c.dW),
    ):  # fmt: skip
        result = lambda c, dW, db, row=row, too=dW_too: (list(row(c)), db) if too else (dW, list(row(c)))
        yield _result(
            "wrong-quantity-propagated" if dW_too else "bias-wrong-formula", words, result, ("shape-error",), 0.1
        )
    for words, f in (("T / g", lambda c, g: c.T / g), ("g - T", lambda c, g: g - c.T), ("g + T", lambda c, g: g + c.T)):
        result = lambda c, dW, db, f=f: ([f(c, g * c.T) for g in dW], [f(c, g * c.T) for g in db])
        yield _result(
            "divided-by-wrong-count",
            f"{words} stands where g / T belongs, for every sum g over the samples",
            result,
            (),
            0.2,
        )
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
    floor = lambda c, g: [v * c.T // c.T for v in g]
    yield _result(INTEGER, "the gradients are divided by T with //", lambda c, dW, db: (floor(c, dW), floor(c, db)))
    yield _result(INTEGER, "the weight gradients are divided by T with //", lambda c, dW, db: (floor(c, dW), db))


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


# --- the bias as a row of the weights, taken off on the wrong side; and paths that are lost ---


def _folded(c, l, first):
    one = np.ones((len(c.X), 1))
    return np.hstack([one, c.A[l]] if first else [c.A[l], one]).T @ c.dZ[l]


def _theta(c, l, first):
    return np.vstack([c.b[l], c.W[l]] if first else [c.W[l], c.b[l]])


def _cut(d, n):
    return np.hstack([d, np.zeros((len(d), max(0, n - d.shape[1])))])[:, :n]


def _above(c, l):
    return _cut(c.dZ[min(l + 1, c.L - 1)], len(c.b[l]))


def _contributions(c, l):
    return c.dZ[l][:, None, :] * c.W[l]


def _chosen(which):
    """One contribution for each neuron below, by what `which` says of (contributions, W)."""

    def carry(c, l):
        paths = _contributions(c, l)
        index = np.broadcast_to(which(paths, c.W[l])[..., None], (*paths.shape[:2], 1))
        return np.take_along_axis(paths, index, axis=2)[..., 0]

    return carry


def _made(category, stages, words, scopes, also=(), cost=0.1):
    return (Candidate(category, stages, scope, also, cost, words) for scope in scopes)


def bias_rows():
    """The bias as a first or last row of the weights."""
    for first in (True, False):
        side, other = ("first", "last") if first else ("last", "first")
        rest, row = (slice(None, -1), -1) if first else (slice(1, None), 0)
        weight = lambda c, l, f=first, r=rest: _folded(c, l, f)[r]
        both = {"weight": weight, "bias": lambda c, l, f=first, r=row: _folded(c, l, f)[r]}
        yield from _made(
            MISALIGNED, both, f"the bias row stands {side}, but the {other} row is taken for the bias", WIDE, cost=0.0
        )
        yield from _made(
            MISALIGNED, {"weight": weight}, f"the bias row, {side}, stays in dW, and the {other} row is lost", WIDE
        )
        whole = {"weight": lambda c, l, f=first: _folded(c, l, f)}
        yield from _made(MISALIGNED, whole, f"the bias row, {side}, stays in dW", (ALL,), ("shape-error",))
        for j in (0, 1, 2, -1, -2):
            if j != (0 if first else -1):
                carry = {"carry": lambda c, l, f=first, j=j: c.dZ[l] @ np.delete(_theta(c, l, f), j, axis=0).T}
                yield from _made(MISALIGNED, carry, f"the bias row stands {side}, but row {j} is taken out", CARRIES)
    for words, row in (("last", -1), ("first", 0)):
        bias = {"bias": lambda c, l, r=row: (c.A[l].T @ c.dZ[l])[r]}
        yield from _made(
            MISALIGNED, bias, f"the {words} row of dW is taken for the bias", WIDE, ("bias-wrong-formula",)
        )


CARRIED = (  # category, words, what is carried down, cost
    (NOWEIGHTS, "the delta goes down without weights, cut or filled with zeros to fit", lambda c, l: _cut(c.dZ[l], len(c.W[l])), 0.1),
    (NOWEIGHTS, "the delta is averaged, but not weighted, on the way down", lambda c, l: np.repeat(c.dZ[l].mean(1)[:, None], len(c.W[l]), 1), -0.1),
    (PATHS, "each neuron takes the path with its own number, if there is one", lambda c, l: _cut(c.dZ[l], len(c.W[l])) * _cut(np.diag(c.W[l])[None], len(c.W[l])), 0),
    (PATHS, "only the first outgoing path is used", lambda c, l: _contributions(c, l)[..., 0], 0),
    (PATHS, "only the last outgoing path is used: the sum is overwritten", lambda c, l: _contributions(c, l)[..., -1], 0),
    (PATHS, "only the strongest contribution is used", _chosen(lambda p, W: np.abs(p).argmax(2)), 0),
    (PATHS, "only the largest contribution is used", lambda c, l: _contributions(c, l).max(2), 0),
    (PATHS, "only the path with the largest weight is used", _chosen(lambda p, W: W.argmax(1)), 0),
    (PATHS, "only the path with the largest absolute weight is used", _chosen(lambda p, W: np.abs(W).argmax(1)), 0),
    (PATHS, "the paths are multiplied, not added", lambda c, l: _contributions(c, l).prod(2), 0),
    (PATHS, "the paths are averaged, not added", lambda c, l: _contributions(c, l).mean(2), 0.1),
    (PATHS, "the last outgoing path is left out", lambda c, l: _contributions(c, l)[..., :-1].sum(2), 0),
    (PATHS, "the first outgoing path is left out", lambda c, l: _contributions(c, l)[..., 1:].sum(2), 0),
    (MISALIGNED, "the weight rows are shifted round by one", lambda c, l: c.dZ[l] @ np.roll(c.W[l], 1, axis=0).T, 0.1),
    (MISALIGNED, "the weight rows are shifted round by one, upwards", lambda c, l: c.dZ[l] @ np.roll(c.W[l], -1, axis=0).T, 0.1),
    (MISALIGNED, "the first neuron is dropped as if it were the bias", lambda c, l: c.dZ[l] @ c.W[l].T * (np.arange(len(c.W[l])) > 0), 0.1),
    (MISALIGNED, "the last neuron is dropped as if it were the bias", lambda c, l: c.dZ[l] @ c.W[l].T * (np.arange(len(c.W[l])) < len(c.W[l]) - 1), 0.1),
    ("wrong-layer-weights", "the weights are taken in the reverse order", lambda c, l: c.dZ[l] @ c.W[c.L - 1 - l].T, 0),
    ("wrong-layer-weights", "the weights of the next layer, counted round the end, carry the error", lambda c, l: c.dZ[l] @ c.W[(l + 1) % c.L].T, 0.1),
)  # fmt: skip


def _through_all(c, l):
    d = c.dA[-1]
    for k in range(c.L - 1, l - 1, -1):
        d = d @ c.W[k].T
    return d


def paths():
    """The way down, and the layers, where whole arrays go astray."""
    for category, words, carry, cost in CARRIED:
        yield from _made(category, {"carry": carry}, words, CARRIES, (), cost)
    words = "the raw output error is carried down through all the weights"
    yield from _made("error-propagated-without-derivative", {"carry": _through_all}, words, (HID,), (), 0.2)
    both = {"weight": lambda c, l: c.A[l].T @ _above(c, l), "bias": lambda c, l: _above(c, l).sum(0)}
    words = "each hidden layer meets the delta of the layer above, cut to fit"
    yield from _made(SHIFT, both, words, (HID,), ("bias-wrong-formula",), 0.0)
    affine = {"affine": lambda c, l: c.A[l] @ c.W[c.L - 1 - l] + c.b[l]}
    words = "the forward pass runs through the weights in reverse"
    yield from _made("wrong-layer-weights", affine, words, (ALL,), ("wrong-forward-pass",))
    for words, weight in (
        ("the activations are taken in the reverse order", lambda c, l: c.A[c.L - 1 - l].T @ c.dZ[l]),
        ("the activation of the layer below, counted round the end, is the input factor", lambda c, l: c.A[l - 1].T @ c.dZ[l]),
        ("the layer's own activation is the input factor where it fits", lambda c, l: (c.A[l + 1] if c.A[l + 1].shape == c.A[l].shape else c.A[l]).T @ c.dZ[l]),
    ):  # fmt: skip
        yield from _made("wrong-layer-activation", {"weight": weight}, words, (ALL,))
    fitting = {"carry": lambda c, l: c.dZ[l] @ (c.W[l] if c.W[l].shape[0] == c.W[l].shape[1] else c.W[l].T)}
    yield from _made("transposed-weights", fitting, "W stands where W.T belongs, where both fit", (ALL,), (), 0.2)
