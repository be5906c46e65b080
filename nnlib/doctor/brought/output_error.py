"""Is everything below the output right, and only the error at the output another? Found without knowing the network."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.costs import Cost


def error_at_output(exam, result) -> tuple[str, str] | None:
    """(category, words) where the claims are the slopes of the outputs times some error, one number for each output.

    The error is found by least squares over all arrays together; what it is of the right one gives the name.
    """
    samples = result.reading.samples
    names = [n for n, a in result.reading.claims.items() if a is not None]
    A = samples.outputs(exam.patient.output(samples.X))
    if A.size > 24 or len(names) < len(result.reading.claims):
        return None
    places = list(np.ndindex(A.shape))
    each = [Cost(lambda raw, Y, i=i: samples.outputs(raw)[i]) for i in places]
    try:
        parts = slopes(exam.patient, samples, each, names, entries=150)
    except CallFailed:
        return None
    claims = [np.asarray(result.reading.claims[n]) for n in names]
    if any(c.size != int(np.prod(parts[n].shape)) for n, c in zip(names, claims)):
        return None
    J = np.concatenate([parts[n].values for n in names], axis=1).T
    s = np.concatenate([parts[n].along(c) for n, c in zip(names, claims)])
    if len(s) < 1.5 * len(places) or not np.isfinite(J).all():
        return None
    error, *_ = np.linalg.lstsq(J, s, rcond=1e-10)
    if np.linalg.norm(J @ error - s) > 3 * result.fit.loose * np.linalg.norm(s):
        return None
    return _named(error.reshape(A.shape), A, exam, result)


def _named(error, A, exam, result) -> tuple[str, str]:
    """What an error at the output is, beside the right slope of the cost by the output."""
    samples, cost = result.reading.samples, result.fit.cost
    right = _slope_of(cost, A, samples)
    below = "everything below the output is right; the error at the output is not the slope of the cost"
    if right is None:
        return "wrong-cost-derivative", below
    for name, slope in (("a (1 - a)", A * (1 - A)), ("1 - a^2", 1 - A**2)):
        if _same(error * slope, right):
            return "missing-activation-derivative", f"the slope of the output, {name}, is forgotten"
        if _same(error, right * slope):
            return "duplicated-derivative", f"the slope of the output, {name}, comes in twice"
    if _same(error, np.sign(right)):
        return "wrong-cost-derivative", "the sign of the error stands for the error"
    return "wrong-cost-derivative", below


def _slope_of(cost: Cost, A, samples):
    """The slope of the cost by each output, by the complex step; None for a cost of the learner's own."""
    if cost.own:
        return None
    wanted, found = samples.wanted(A.shape[1]), np.zeros(A.shape)
    for i in np.ndindex(A.shape):
        turned = A.astype(complex)
        turned[i] += 1e-30j
        found[i] = np.imag(cost(turned, wanted)) / 1e-30
    return found


def _same(a, b) -> bool:
    """Equal up to a positive factor."""
    size = float((b * b).sum())
    factor = float((a * b).sum()) / size if size else 0.0
    return factor > 0 and bool(np.linalg.norm(a - factor * b) <= 2e-3 * np.linalg.norm(a))
