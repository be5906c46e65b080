"""Tell gradients by differences from gradients by formula: one-sided, too large a step, or one lost in rounding."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.probes import cached, probe
from nnlib.doctor.references import right
from nnlib.doctor.stages import backpropagate


@cached
def curvatures(name: str, activations="sigmoid"):
    """The second and third derivative of C along each single parameter: two flat arrays, dW first, then db."""
    p, d = probe(name), 1e-4
    parameters = [*p.weights, *p.biases]
    L = len(p.weights)
    middle = np.concatenate([g.ravel() for g in right(name, activations)])
    second, third, at = np.empty(middle.size), np.empty(middle.size), 0
    for k, v in enumerate(parameters):
        for index in np.ndindex(v.shape):
            ends = []
            for sign in (1, -1):
                moved = [w.copy() for w in parameters]
                moved[k][index] += sign * d
                dW, db = backpropagate(p._replace(weights=moved[:L], biases=moved[L:]), (), activations)
                ends.append([*dW, *db][k][index])
            second[at] = (ends[0] - ends[1]) / (2 * d)
            third[at] = (ends[0] - 2 * middle[at] + ends[1]) / d**2
            at += 1
    return second, third


def difference_fault(arrays, name: str, activations="sigmoid"):
    """(what, note) where the arrays look like differences of C with a fault, else None.

    One-sided: the error is h/2 times the second derivative. A large step: h^2/6 times the third. A tiny step: every number
    is a whole multiple of one rounding step of C, divided by h.
    """
    right_ones = right(name, activations)
    if any(a is None or a.shape != t.shape or not np.isfinite(a).all() for a, t in zip(arrays, right_ones)):
        return None
    off = np.concatenate(
        [np.full(t.size, np.linalg.norm(a - t) > 1e-9 * np.linalg.norm(t)) for a, t in zip(arrays, right_ones)]
    )
    truth = np.concatenate([g.ravel() for g in right_ones])[off]
    v = np.concatenate([a.ravel() for a in arrays])[off]
    if not v.size:
        return None
    error = v - truth
    second, third = (derivative[off] for derivative in curvatures(name, activations))
    for what, shape, step in (
        ("one-sided differences", second / 2, lambda k: abs(k)),
        ("central differences with a large step", third / 6, lambda k: np.sqrt(abs(k))),
    ):
        k = float(shape @ error / (shape @ shape))
        rest = np.linalg.norm(error - k * shape) / np.linalg.norm(error)
        if rest < (0.35 if error.size > 40 else 0.1) and np.linalg.norm(error) < 0.5 * np.linalg.norm(truth):
            side = " (backward)" if what.startswith("one") and k < 0 else ""
            return what + side, float(step(k))
    h = _quantum(v)
    if h:
        return "differences with a step so small that rounding decides", h
    return None


def _beside(arrays, name: str, activations):
    """(theirs, right ones) of the wrong arrays as two flat arrays; None where some are missing or misshapen."""
    wrong = [
        (a, t) for a, t in zip(arrays, right(name, activations)) if a is None or a.shape != t.shape or not near(a, t)
    ]
    if not wrong or any(a is None or a.shape != t.shape for a, t in wrong):
        return None
    return tuple(np.concatenate([v.ravel() for v in part]) for part in zip(*wrong))


def lattice(arrays, name: str, activations="sigmoid") -> float:
    """The number q of which every entry of the wrong arrays is a multiple, each less than q from the right one; 0 if none."""
    pairs = _beside(arrays, name, activations)
    if pairs is None:
        return 0.0
    mine, theirs = pairs
    for q in (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 5e-4, 1e-4, 5e-5, 1e-5, 1 / 255, 1 / 256):
        steps = mine / q
        if mine.any() and np.abs(steps - steps.round()).max() < 1e-7 and np.abs(mine - theirs).max() < 1.000001 * q:
            return q
    return 0.0


def rounded(arrays, name: str, q: float, activations="sigmoid") -> bool:
    """Are the entries on the lattice of q the right ones cut towards 0, down, up, or to the nearest? Else it is another's."""
    mine, theirs = _beside(arrays, name, activations)
    ways = (np.trunc, np.floor, np.ceil, np.round)
    return any(np.abs(way(theirs / q) - mine / q).max() < 1e-6 for way in ways)


def near(a, t) -> bool:
    """Right to nine digits, normwise."""
    return bool(np.linalg.norm(a - t) <= 1e-9 * np.linalg.norm(t))


def _quantum(v: np.ndarray):
    """The step h for which v · h or v · 2h are whole multiples of a rounding step of C, 2^-54 to 2^-51; 0 if none fits."""
    for unit in (2.0**-51, 2.0**-52, 2.0**-54):  # h for 2^-53 is 2h for 2^-52
        for power in range(9, 19):
            for lead in (1, 2, 5):
                h = lead * 10.0**-power
                multiples = v * h / unit
                if np.abs(multiples).max() > 2e5 or np.abs(multiples).max() < 0.9:
                    continue
                if np.abs(multiples - np.round(multiples)).max() < 1e-3:
                    return h / 2 if lead == 2 else h
    return 0.0
