"""Mistakes of a whole way back that show without knowing the network: its sign, its first error, its rate, where it ends."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.brought.compare import Seen, comparable
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import rates
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.costs import Cost
from nnlib.doctor.sums import joined, multiple, shares
from nnlib.doctor.verdict import Said, listed, wrong

OUTPUTS = 24  # numbers in the output for which the error of each is looked for


def all_alike(exam: Examination, seen: Seen) -> Said | None:
    """Arrays that are all -1 times the slope; steps of which only the direction shows."""
    if not seen.fit.right:
        return None
    if not seen.fit.common:
        words = "each number moves equally far, by some adaptive rule: only the directions can be judged, "
        return Said(None, words=words + "and they are right. Bring the gradients themselves: grads=.")
    if exam.patient.step_function is not None:
        return wrong("sign", "the step goes uphill: every parameter moves along the slope of the cost, not against it")
    return wrong("sign", "every gradient is -1 times the slope. Right if your step adds them: then say climb=True")


def last_layer_alone(exam: Examination, seen: Seen) -> Said | None:
    """Nothing comes back for weights below the last layer."""
    names, missing = list(seen.fit.arrays), seen.fit.wrong
    nothing = all(seen.fit.factors[n] == 0 for n in missing)
    weights = any(sum(side != 1 for side in seen.slopes[n].shape) > 1 for n in missing)
    if nothing and weights and (names[-1] not in missing or len(missing) >= len(names) - 2):
        return wrong("only-last-layer", f"{listed(missing)} never get{'s' if len(missing) == 1 else ''} a gradient")
    return None


def by_the_rate(exam: Examination, seen: Seen) -> Said | None:
    """Are the arrays off by powers of the rate, as where the delta that is carried down holds it?"""
    names = seen.fit.wrong
    factors = np.array([seen.fit.factors[n] / (seen.fit.common or 1.0) for n in names])
    if exam.patient.step_function is None or not (factors > 0).all():
        return None
    for rate in {r.value for r in rates(exam.patient) if r.value > 0 and r.value != 1}:
        powers = np.log(factors) / np.log(rate)
        if (np.abs(powers - powers.round()) < 0.01).all() and (powers.round() != 0).all():
            where = f"once more in each layer ({listed(names)})"
            words = f"the rate {rate:g} is in the error that is carried down, {where}"
            return wrong("learning-rate-in-gradient", words)
    return None


# ---------------------------------------------------------------- the error at the output


def error_at_output(exam: Examination, seen: Seen) -> Said | None:
    """Claims that are the slopes of the outputs times some error, one number for each output: all below it is right.

    The error is found by least squares over all arrays together; what it is of the right one gives the name.
    """
    samples, names = seen.reading.samples, list(seen.reading.claims)
    A = samples.outputs(exam.patient.output(samples.X))
    if "right" in seen.fit.arrays.values() or A.size > OUTPUTS or len(seen.covered) < len(names):
        return None
    each = [Cost(lambda raw, Y, i=i: samples.outputs(raw)[i]) for i in np.ndindex(A.shape)]
    try:
        parts = slopes(exam.patient, samples, each, names, entries=150)
    except CallFailed:
        return None
    if not all(comparable(seen.reading.claims[n], parts[0][n]) for n in names):
        return None
    s = joined([parts[0][n].along(seen.reading.claims[n]) for n in names])
    known = [joined([part[n].values for n in names]) for part in parts]
    error = shares(s, known, 3 * seen.fit.loose, rcond=1e-10) if len(s) >= 1.5 * len(each) else None
    if error is None:
        return None
    category, words = _named(error.reshape(A.shape), A, seen)
    return wrong(category, words, "wrong-cost-derivative")


def _named(error, A, seen: Seen) -> tuple[str, str]:
    """What an error at the output is, beside the right slope of the cost by the output."""
    below = "everything below the output is right; the error at the output is not the slope of the cost"
    if seen.cost.own:
        return "wrong-cost-derivative", below
    wanted, right = seen.reading.samples.wanted(A.shape[1]), np.zeros(A.shape)
    for i in np.ndindex(A.shape):
        turned = A.astype(complex)
        turned[i] += 1e-30j
        right[i] = np.imag(seen.cost(turned, wanted)) / 1e-30
    for name, slope in (("a (1 - a)", A * (1 - A)), ("1 - a^2", 1 - A**2)):
        if _same(error * slope, right):
            return "missing-activation-derivative", f"the slope of the output, {name}, is forgotten"
        if _same(error, right * slope):
            return "duplicated-derivative", f"the slope of the output, {name}, comes in twice"
    if _same(error, np.sign(right)):
        return "wrong-cost-derivative", "the sign of the error stands for the error"
    return "wrong-cost-derivative", below


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal up to a positive factor."""
    return multiple(a.ravel(), b.ravel(), 2e-3) > 0
