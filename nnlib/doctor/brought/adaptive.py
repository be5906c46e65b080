"""Does a step follow the true slopes by Adam, RMSProp or Adagrad, which hide the size of a gradient?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.repeated import two_steps
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.rules.judge import match
from nnlib.doctor.rules.optimisers import USES, Terms

LOOSE = 3e-3
SPOKEN = {"adam": "Adam", "rmsprop": "RMSProp", "adagrad": "Adagrad"}


def adaptive_rule(exam, result) -> str:
    """The name of the rule by which two steps, on two sets of samples, are made of the true slopes; "" where none is."""
    names = [n for n, a in result.reading.claims.items() if a is not None]
    first = np.concatenate([result.slopes[n].along(result.reading.claims[n]) for n in names])
    t = np.concatenate([result.slopes[n].values[result.c] for n in names])
    _by_signs(exam, result, names)
    seen = np.abs(t) > 1e-4 * np.abs(t).max()
    if not seen.any() or not (np.sign(first[seen]) == exam.sign * np.sign(t[seen])).all():
        return ""
    samples = result.reading.samples
    other = samples.part(list(range(max(1, samples.T // 2))))
    if samples.single:
        other = replace(samples, X=np.asarray(samples.X) * 0.5)
    try:
        _, second = two_steps(exam, samples, other)
    except CallFailed:
        return ""
    true = slopes(exam.patient, other, [result.fit.cost], names)
    if any(true[n].picked.shape != result.slopes[n].picked.shape for n in names):
        return ""
    along = exam.unit * np.concatenate([result.slopes[n].along(second[n]) for n in names])
    g = np.stack([t, np.concatenate([true[n].values[0] for n in names])])[:, seen]
    found = np.stack([first[seen], along[seen]])
    return next((spoken for kind, spoken in SPOKEN.items() if _follows(kind, found, g)), "")


def _follows(kind: str, found, g) -> bool:
    """Do the steps follow a rule of this kind, with constants as people choose them, up to one factor?"""
    usual = [Terms(), Terms(beta=0.9)] if kind == "adam" else [Terms(beta=b) for b in (0.9, 0.99, 0.999)]
    made = (match(kind, terms, USES[kind], found, g, np.zeros_like(g), LOOSE) for terms in usual)
    return any(m is not None and m[1] > 0 for m in made)


def _by_signs(exam, result, names) -> None:
    """Where a step moves every number equally far, only its direction can be judged: array by array."""
    sizes = np.concatenate([np.abs(np.ravel(result.reading.claims[n])) for n in names])
    if not sizes.any() or np.percentile(sizes, 90) > 1.02 * np.percentile(sizes, 30):
        return
    for name in names:
        slope = result.slopes[name]
        s, t = slope.along(result.reading.claims[name]), slope.values[result.c]
        seen = np.abs(t) > 1e-4 * np.abs(t).max()
        agree = (np.sign(s[seen]) == exam.sign * np.sign(t[seen])).all()
        result.fit.arrays[name] = "right" if agree else "wrong"
