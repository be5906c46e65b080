"""Does a step follow the true slopes by Adam, RMSProp or Adagrad, which hide the size of a gradient?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.of_steps import two_steps
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.rules.judge import match
from nnlib.doctor.rules.optimisers import USES, Terms
from nnlib.doctor.sums import joined
from nnlib.doctor.verdict import Said, noted

LOOSE = 3e-3
USUAL = (("adam", Terms()), *(("rmsprop", Terms(beta=b)) for b in (0.9, 0.99, 0.999)), ("adagrad", Terms()))
SPOKEN = {"adam": "Adam", "rmsprop": "RMSProp", "adagrad": "Adagrad"}


def adaptive(exam: Examination, seen: Seen) -> Said | Seen | None:
    """The rule by which two steps, on two sets of samples, are made of the true slopes; else what the directions alone show."""
    if exam.patient.step_function is None:
        return None
    if rule := _rule(exam, seen):
        words = f"the step follows the slopes by {rule}: a factor in one number's gradient cannot be seen, nor matters"
        return noted(words)
    return _by_signs(exam, seen)


def _rule(exam: Examination, seen: Seen) -> str:
    """The name of the rule that the steps follow; "" where there is none."""
    names, samples = seen.covered, seen.reading.samples
    first = joined([seen.slopes[n].along(seen.reading.claims[n]) for n in names])
    t = joined([seen.slopes[n].values for n in names])
    large = np.abs(t) > 1e-4 * np.abs(t).max()
    if not large.any() or not _agree(first, t, exam.sign):
        return ""
    other = samples.part(list(range(max(1, samples.T // 2))))
    if samples.single:
        other = replace(samples, X=np.asarray(samples.X) * 0.5)
    try:
        _, second = two_steps(exam, samples, other)
    except CallFailed:
        return ""
    (true,) = slopes(exam.patient, other, [seen.cost], names)
    if any(true[n].picked.shape != seen.slopes[n].picked.shape for n in names):
        return ""
    moved = exam.unit * joined([seen.slopes[n].along(second[n]) for n in names])
    g = np.stack([t, joined([true[n].values for n in names])])[:, large]
    found = np.stack([first[large], moved[large]])
    made = ((kind, match(kind, terms, USES[kind], found, g, np.zeros_like(g), LOOSE)) for kind, terms in USUAL)
    return next((SPOKEN[kind] for kind, fitting in made if fitting is not None and fitting[1] > 0), "")


def _agree(s: np.ndarray, t: np.ndarray, sign: float) -> bool:
    """Do all numbers that are not small point the same way?"""
    large = np.abs(t) > 1e-4 * np.abs(t).max()
    return bool((np.sign(s[large]) == sign * np.sign(t[large])).all())


def _by_signs(exam: Examination, seen: Seen) -> Seen | None:
    """Where a step moves every number equally far, only its direction can be judged: array by array."""
    sizes = np.abs(joined([seen.reading.claims[n] for n in seen.covered]))
    if not sizes.any() or np.percentile(sizes, 90) > 1.02 * np.percentile(sizes, 30):
        return None
    along = {n: (seen.slopes[n].along(seen.reading.claims[n]), seen.slopes[n].values) for n in seen.covered}
    words = {n: "right" if _agree(*pair, exam.sign) else "wrong" for n, pair in along.items()}
    return replace(seen, fit=replace(seen.fit, arrays=seen.fit.arrays | words))
