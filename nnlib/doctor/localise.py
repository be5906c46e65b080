"""Where no row of the table fits: read the learner's own intermediate values out of single samples, stage by stage.

For one sample db[l] is the delta, and dW[l] divided by it the input factor. So each stage can be looked at by itself, given
the learner's own values of the stage before: is it the right one, another function of the same argument, or something else?
"""

from __future__ import annotations

import numpy as np

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.probes import probe
from nnlib.doctor.stages import Problem, backpropagate
from nnlib.functions import sigmoid

SAMPLES = 14


def _explanation(category: str, what: str, also=()) -> list[Explanation]:
    return [Explanation(3, [(category, what, VOCABULARY[category].formula)], tuple(also))]


def afterwards(arrays, truth) -> str:
    """What was done to right gradients at the end, in words; "" where they do not look like changed right ones.

    Clipped, squashed and rounded numbers keep their order; centred ones differ by one number for each array, row or column.
    """
    pairs = [(a, t) for a, t in zip(arrays, truth) if a is not None and a.shape == t.shape]
    if len(pairs) < len(truth):
        return ""
    off = [(a.ravel(), t.ravel()) for a, t in pairs if np.linalg.norm(a - t) > 1e-9 * np.linalg.norm(t)]
    mine, theirs = (np.concatenate(parts) for parts in zip(*off)) if off else (np.zeros(0), np.zeros(0))
    steps = np.diff(mine[np.argsort(theirs)])
    if len(mine) > 15 and mine.any() and (steps >= -1e-12 * np.abs(mine).max()).all():
        return (
            "each entry keeps its rank, but not its value: the right gradients, clipped, squashed or scaled one by one"
        )
    if all(
        any(np.ptp(a - t, axis=axis).max() < 1e-9 * np.abs(t).max() for axis in (None, *range(t.ndim)))
        for a, t in pairs
    ):
        return (
            "one number is added to every entry of an array, a row or a column: the right gradients, centred or moved"
        )
    return ""


def sample_weights(arrays, kind: str) -> list[Explanation]:
    """The batch gradient as a weighted sum of the right gradients of its samples, where it is one with unequal weights."""
    p = probe("main")
    single = [backpropagate(p._replace(X=p.X[[i]], E=p.E[[i]])) for i in range(len(p.X))]
    weights, wrong = [], []
    for k in range(len(arrays)):
        if arrays[k] is None or arrays[k].shape != (p.weights + p.biases)[k].shape:
            return []
        basis = np.array([[*dW, *db][k].ravel() for dW, db in single]).T
        if np.linalg.matrix_rank(basis) < basis.shape[1]:
            continue
        w, *_ = np.linalg.lstsq(basis, arrays[k].ravel(), rcond=None)
        if np.linalg.norm(basis @ w - arrays[k].ravel()) > 1e-7 * np.linalg.norm(arrays[k]):
            return []
        weights.append(w)
        if np.abs(w - 1 / len(w)).max() > 1e-7:
            wrong.append(w)
    if not wrong or any(np.abs(w - wrong[0]).max() > 1e-6 * np.abs(wrong[0]).max() for w in wrong):
        return []
    w = wrong[0]
    zero = np.abs(w) < 1e-7 * np.abs(w).max()
    shown = ", ".join(f"{v:.3g}" for v in w * len(w))
    if zero.sum() == len(w) - 1:
        order = ("only-last-sample", "single-sample-step")
        order = order[::-1] if kind == "train_step" else order
        return _explanation(order[0], f"only one sample counts: the weights of the samples are {shown}", order[1:])
    if np.ptp(w) < 1e-6 * np.abs(w).max():
        return []
    also = ("only-last-sample", "accumulator-not-reset") if not zero.any() else ("only-last-sample",)
    return _explanation("batch-remainder", f"the samples do not count alike: their weights, times T, are {shown}", also)


def _smooth(x, y, degree: int = 7) -> bool:
    """Is y one function of x? A polynomial fits then, with far fewer coefficients than points."""
    if len(x) < 3 * degree or not np.isfinite(y).all():
        return False
    t = np.tanh(x / 2)
    basis = np.stack([t**k for k in range(degree + 1)], axis=1)
    c, *_ = np.linalg.lstsq(basis, y, rcond=None)
    return bool(np.linalg.norm(basis @ c - y) < 0.02 * np.linalg.norm(y - y.mean()) + 1e-9 * np.linalg.norm(y))


def _surface(x, y, v) -> bool:
    """Is v one function of x and y?"""
    basis = np.stack([x**i * y**j for i in range(6) for j in range(6 - i)], axis=1)
    if len(v) < 2 * basis.shape[1] or not np.isfinite(v).all():
        return False
    c, *_ = np.linalg.lstsq(basis, v, rcond=None)
    return bool(np.linalg.norm(basis @ c - v) < 0.02 * np.linalg.norm(v))


class Readings:
    """The learner's delta and input factor of every layer for single samples, beside the right values."""

    def __init__(self, ask):
        p, rng = probe("main"), np.random.default_rng(77)
        self.p, L = p, len(p.weights)
        X, E = rng.normal(0, 1, (SAMPLES, p.sizes[0])), rng.uniform(0.05, 0.95, (SAMPLES, p.sizes[-1]))
        self.delta, self.factor, self.straight = [[] for _ in range(L)], [[] for _ in range(L)], True
        for i in range(SAMPLES):
            answer = ask(Problem("one of several samples", p.weights, p.biases, X[[i]], E[[i]], p.rate))
            if answer is None or any(a is None or not np.isfinite(a).all() for a in answer.arrays):
                raise ValueError("no readings")
            for l in range(L):
                dW, db = answer.arrays[l], answer.arrays[L + l]
                if dW.shape != p.weights[l].shape or db.shape != p.biases[l].shape or not db.any():
                    raise ValueError("no readings")
                x = dW @ db / (db @ db)
                self.straight &= bool(np.linalg.norm(dW - np.outer(x, db)) < 1e-6 * np.linalg.norm(dW))
                self.delta[l].append(db)
                self.factor[l].append(x)
        self.delta, self.factor = [np.array(v) for v in self.delta], [np.array(v) for v in self.factor]
        self.A, self.Z, self.E = [X], [], E
        for W, b in zip(p.weights, p.biases):
            self.Z.append(self.A[-1] @ W + b)
            self.A.append(sigmoid(self.Z[-1]))


def _near(a, b) -> bool:
    return bool(np.linalg.norm(a - b) < 1e-6 * np.linalg.norm(b))


def by_stage(ask, kind: str, where) -> list[Explanation]:
    """The stage at fault, top down: forward pass, output delta, way down and slopes, input factor; [] where unclear."""
    if {k for k, _ in where} == {"b"}:
        return _explanation(
            "bias-wrong-formula", "the bias gradients follow a formula of their own", ("bias-not-summed",)
        )
    try:
        r = Readings(ask)
    except (ValueError, np.linalg.LinAlgError):
        return _by_place(where)
    with np.errstate(all="ignore"):
        found = _forward(r, where) or _output(r) or _down(r) or _by_place(where)
    return found


def _forward(r: Readings, where) -> list[Explanation]:
    inputs = [l for l in range(len(r.factor)) if not _near(r.factor[l], r.A[l])]
    if not inputs or not r.straight:
        return []
    if {k for k, _ in where} == {"W"}:
        return _explanation(
            "wrong-layer-activation",
            "another input factor than the activation below",
            ("missing-input-activation", "averaged-before-product"),
        )
    if all(_near(d, t) for d, t in zip(r.delta, _right_deltas(r))):
        return _explanation(
            "wrong-layer-activation", "another input factor than the activation below", ("missing-input-activation",)
        )
    l = inputs[0]
    what = f"layer {l} of the forward pass differs: the activations that its weights see are not those of this network"
    return _explanation("wrong-forward-pass", what)


def _right_deltas(r: Readings):
    delta = [2 * (r.A[-1] - r.E) * r.A[-1] * (1 - r.A[-1])]
    for l in range(len(r.Z) - 1, 0, -1):
        delta.insert(0, delta[0] @ r.p.weights[l].T * r.A[l] * (1 - r.A[l]))
    return delta


def _output(r: Readings) -> list[Explanation]:
    a, d = r.A[-1].ravel(), r.delta[-1].ravel()
    error = 2 * (r.A[-1] - r.E).ravel()
    if _near(d, error * a * (1 - a)):
        return []
    far = np.abs(error) > 0.05
    if _smooth(r.Z[-1].ravel()[far], (d / error)[far]):
        return _explanation(
            "wrong-activation-derivative",
            "the output delta is the error times another function of z than f'(z)",
            ("derivative-at-wrong-point",),
        )
    if _surface(a, r.E.ravel(), d):
        return _explanation(
            "wrong-cost-derivative",
            "the output delta is another function of output and target",
            ("cross-entropy-delta",),
        )
    return []


def _down(r: Readings) -> list[Explanation]:
    for l in range(len(r.Z) - 2, -1, -1):
        carried = r.delta[l + 1] @ r.p.weights[l + 1].T
        slope = r.A[l + 1] * (1 - r.A[l + 1])
        if _near(r.delta[l], carried * slope):
            continue
        far = np.abs(carried) > 0.05 * np.abs(carried).max()
        if _smooth(r.Z[l][far], (r.delta[l] / carried)[far]):
            return _explanation(
                "wrong-activation-derivative",
                f"layer {l} takes another function of z than f'(z)",
                ("derivative-at-wrong-point",),
            )
        return _explanation(
            "wrong-quantity-propagated",
            f"what reaches layer {l} from above is not its delta through the weights",
            ("delta-not-propagated-through-weights", "missing-sum-over-downstream"),
        )
    return []


def _by_place(where) -> list[Explanation]:
    """What the place alone says."""
    kinds = {k for k, _ in where}
    hidden = bool(where) and all(l < 2 for _, l in where)
    if kinds == {"W"}:
        return _explanation(
            "wrong-layer-activation",
            "right bias gradients, so the deltas are right: the input factor is not",
            ("averaged-before-product", "missing-input-activation"),
        )
    if hidden and kinds == {"W", "b"}:
        return _explanation(
            "wrong-quantity-propagated",
            "the output layer is right, and what reaches the hidden layers is not",
            ("missing-activation-derivative", "delta-not-propagated-through-weights"),
        )
    return []
