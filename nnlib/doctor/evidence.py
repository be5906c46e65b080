"""What is said beside a verdict: how the code was read, what is true of each wrong array, and the entries furthest off."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Finding
from nnlib.doctor.examination import Result
from nnlib.doctor.explanation import Explanation


def read_as(exam: Explanation, result: Result, declared: bool):
    """How the code was read: what was taken as gradient, the samples, the cost, the rate, what was looked at."""
    reading, cost = result.reading, result.fit.cost
    how = "the change of" if exam.patient.step_function is not None else "the gradients of"
    rate = f", learning rate {exam.rate.name} = {exam.rate.value:g}" if exam.rate else ""
    yield f"read as {how} {listed(list(reading.claims))}; {reading.samples.words}; cost: {cost.words}{rate}"
    yield from reading.words
    if reading.fixed:
        yield f"taken as fixed: {listed(list(reading.fixed))}"
    if not all(s.whole for s in result.slopes.values()):
        looked = sum(len(s.picked) for s in result.slopes.values())
        ways = sum(len(s.directions) for s in result.slopes.values())
        whole = sum(int(np.prod(s.shape)) for s in result.slopes.values())
        yield f"looked at {looked} of {whole} entries one by one, and at all of them along {ways} random directions"
    if result.fit.loose > 1e-3:
        yield "single precision"
    factor = result.fit.common
    if declared and factor > 0 and exam.in_units and abs(factor - 1) > 2 * result.fit.loose:
        what = "step" if exam.patient.step_function is not None else "gradient"
        yield f"your {what} is {_number(factor, result)} times the slope of that cost: no mistake, the rate takes it"


def _number(factor: float, result: Result) -> str:
    T = result.reading.samples.T
    named = (("T", T), ("1/T", 1 / T), ("2", 2), ("1/2", 0.5), ("2T", 2 * T), ("T/2", T / 2), ("2/T", 2 / T))
    for words, value in named:
        if abs(factor / value - 1) < 1e-3 and value != 1:
            return f"{factor:.4g} ({words}, T = {T} samples)" if "T" in words else words
    return f"{factor:.4g}"


def listed(names: list[str], most: int = 8) -> str:
    """Names with commas, the last of many left out."""
    text = ", ".join(names[:most])
    return text if len(names) <= most else f"{text} and {len(names) - most} more"


def facts(result: Result, wrong):
    """One line on each wrong array: nothing, another shape, a multiple of the slope, or none."""
    fit = result.fit
    right = [n for n, v in fit.arrays.items() if v == "right"]
    if right and wrong:
        yield f"right: {listed(right)}"
    for name in wrong[:6]:
        factor = fit.factors.get(name, np.nan)
        claim, slope = result.reading.claims.get(name), result.slopes[name]
        if claim is None or factor == 0:
            yield f"{name}: nothing comes back"
        elif np.size(claim) != int(np.prod(slope.shape)):
            yield f"{name}: shape {np.shape(claim)}, expected {slope.shape}"
        elif np.isfinite(factor):
            yield f"{name}: {factor / (fit.common or 1):.4g} times the slope" + (
                " that the others are once" if fit.common else ""
            )
        elif np.isfinite(claim).all():
            s, t = slope.along(claim), slope.values[result.c]
            cosine = s @ t / (np.linalg.norm(s) * np.linalg.norm(t) + 1e-300)
            yield f"{name}: no multiple of the slope (cosine {cosine:.3f})"


def evidence(result: Result, wrong):
    """A finding for the entry of each wrong array that is furthest off."""
    for name in wrong[:6]:
        claim, slope = result.reading.claims.get(name), result.slopes[name]
        if claim is None or np.size(claim) != int(np.prod(slope.shape)) or not len(slope.picked):
            continue
        yours = np.asarray(claim, float).reshape(-1)[slope.picked]
        right = (result.fit.common or 1.0) * slope.values[result.c][: len(slope.picked)]
        k = int(np.argmax(np.nan_to_num(np.abs(yours - right), nan=np.inf)))
        yield finding(name, slope, k, yours, right)


def finding(name: str, slope, k: int, yours, right) -> Finding:
    """The entry looked at as number k: its index, both numbers, and the relative error of all that was looked at."""
    index = tuple(map(int, np.unravel_index(slope.picked[k], slope.shape))) if slope.shape else ()
    size = float(np.linalg.norm(right))
    error = float(np.linalg.norm(np.asarray(yours) - right)) / size if size else np.inf
    return Finding(name, index, float(yours[k]), float(right[k]), error)
