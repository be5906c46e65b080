"""Mistakes of a whole way back that show without knowing the network: its sign, its first error, its rate."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.brought.compare import Seen, comparable
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import rates
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.costs import Cost
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.sums import joined, shares
from nnlib.doctor.verdict import listed, undecided, wrong

OUTPUTS = 24  # numbers in the output for which the error of each is looked for


def all_alike(exam: Examination, seen: Seen) -> Explanation | None:
    """Arrays that are all -1 times the slope; steps of which only the direction shows."""
    if not seen.fit.right:
        return None
    if not seen.fit.common:
        words = "each number moves equally far, by some adaptive rule: only the directions can be judged, "
        return undecided(words + "and they are right. Bring the gradients themselves: grads=.")
    if exam.patient.step_function is not None:
        return wrong("sign", "the step goes uphill: every parameter moves along the slope of the cost, not against it")
    return wrong("sign", "every gradient is -1 times the slope. Right if your step adds them: then say climb=True")


def by_the_rate(exam: Examination, seen: Seen) -> Explanation | None:
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


def error_at_output(exam: Examination, seen: Seen) -> Explanation | None:
    """Claims that are the slopes of the outputs times some error, one number for each output: all below it is right.

    The error is found by least squares over all arrays together.
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
    if len(s) < 1.5 * len(each) or shares(s, known, 3 * seen.fit.loose, rcond=1e-10) is None:
        return None
    words = "everything below the output is right; the error at the output is not the slope of the cost"
    return wrong("wrong-cost-derivative", words, "missing-activation-derivative")
