"""The right gradients in another order or measure: clipped, squashed or centred at the end, or the samples weighed unequally."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.probes import probe
from nnlib.doctor.table.samples import single_samples


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
    if off:
        mine, theirs = (np.concatenate(parts) for parts in zip(*off))
        steps = np.diff(mine[np.argsort(theirs)])
        if len(mine) > 15 and mine.any() and (steps >= -1e-12 * np.abs(mine).max()).all():
            return (
                "each entry keeps its rank, but not its value: "
                "the right gradients, clipped, squashed or scaled one by one"
            )
    if all(any(np.ptp(a - t, axis=axis).max() <= 1e-9 * np.abs(t).max() for axis in range(t.ndim)) for a, t in pairs):
        return (
            "one number is added to every entry of an array, a row or a column: the right gradients, centred or moved"
        )
    return ""


def half_precision(arrays, truth) -> str:
    """A sentence where every number is one of float16, near the right one; "" elsewhere."""
    pairs = [(a, t) for a, t in zip(arrays, truth) if a is not None and a.shape == t.shape]
    with np.errstate(over="ignore"):
        short = all((a == a.astype(np.float16)).all() for a, _ in pairs)
    if len(pairs) < len(truth) or not short or any(np.linalg.norm(a - t) > 0.02 * np.linalg.norm(t) for a, t in pairs):
        return ""
    return "every number is one of half precision (float16), which keeps three digits: compute in float64"


def borrowed(exam, names) -> list[Explanation]:
    """Bias gradients whose entries all stand in the right bias gradient of one other layer, everything else being right."""
    found = None
    for name in names:
        truth, arrays, wrong = exam.truth(name), exam.answers[name].arrays, exam.wrong(name)
        L = len(truth) // 2
        if not wrong or min(wrong) < L or any(arrays[k] is None or arrays[k].shape != truth[k].shape for k in wrong):
            return []
        pairs = {(k - L, m) for k in wrong for m in range(L) if m != k - L and _stands_in(arrays[k], truth[L + m])}
        found = pairs if found is None else found & pairs
        if {l for l, _ in found} != {k - L for k in wrong}:
            return []
    what = "; ".join(f"db[{l}] holds numbers of db[{m}]" for l, m in sorted(found or ()))
    return _explanation("bias-wrong-formula", what, ("stale-or-aliased-buffers",)) if what else []


def _stands_in(a, t) -> bool:
    gap = np.abs(a[:, None] - t).min(axis=1)
    return bool(gap.max() <= 1e-9 * np.abs(t).max())


def sample_weights(arrays, kind: str) -> list[Explanation]:
    """The batch gradient as a weighted sum of the right gradients of its samples, where it is one with unequal weights."""
    p = probe("main")
    single = [gradient for _, gradient in single_samples(p)]
    wrong = []  # the weights that an array shows, where they are not 1/T
    for k in range(len(arrays)):
        if arrays[k] is None or arrays[k].shape != (p.weights + p.biases)[k].shape:
            return []
        basis = np.array([[*dW, *db][k].ravel() for dW, db in single]).T
        if np.linalg.matrix_rank(basis) < basis.shape[1]:
            continue
        w, *_ = np.linalg.lstsq(basis, arrays[k].ravel(), rcond=None)
        if np.linalg.norm(basis @ w - arrays[k].ravel()) > 1e-7 * np.linalg.norm(arrays[k]):
            return []
        if np.abs(w - 1 / len(w)).max() > 1e-7:
            wrong.append(w)
    if not wrong or any(np.abs(w - wrong[0]).max() > 1e-6 * np.abs(wrong[0]).max() for w in wrong):
        return []
    w = wrong[0]
    if np.ptp(w) <= 1e-6 * abs(w.mean()):  # alike, if not 1/T: none at all, too
        return []
    zero = np.abs(w) < 1e-7 * np.abs(w).max()
    shown = ", ".join(f"{v:.3g}" for v in w * len(w))
    if zero.sum() == len(w) - 1:
        order = ("only-last-sample", "single-sample-step")
        order = order[::-1] if kind == "train_step" else order
        return _explanation(order[0], f"only one sample counts: the weights of the samples are {shown}", order[1:])
    also = ("only-last-sample", "accumulator-not-reset") if not zero.any() else ("only-last-sample",)
    return _explanation("batch-remainder", f"the samples do not count alike: their weights, times T, are {shown}", also)
