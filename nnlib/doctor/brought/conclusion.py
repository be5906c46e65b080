"""The verdict on code brought as it is: the mistake, each array's word, how the code was read, the entries furthest off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib.doctor.brought.examination import Result
from nnlib.doctor.brought.explanation import Explanation
from nnlib.doctor.brought.naming import line_of
from nnlib.doctor.brought.repaired import repaired_network
from nnlib.doctor.brought.what_is_wrong import penalty, what_is_wrong
from nnlib.doctor.diagnosis import Finding
from nnlib.doctor.verdict import Said, Verdict, finding, listed, no_verdict, verdict


def concluded(name: str, exam: Explanation, result: Result, declared: bool) -> Verdict:
    """The verdict on one reading: its category, the arrays, notes, facts and evidence."""
    said = what_is_wrong(exam, result)
    notes = [*_read_as(exam, result, declared), *exam.notes, *said.notes]
    if result.beside is not None:
        notes.append(penalty(result.beside, result.beside.number))
    if said.category == "no-verdict":
        return no_verdict(name, said.opening, notes)
    arrays = _arrays(result, said)
    if unseen := [n for n, v in arrays.items() if v == "unseen"]:
        notes.append(f"not seen: the slope by {', '.join(unseen)} is zero on these samples")
    if not said.category:
        cost = result.fit.cost
        known = "Right: every gradient is the slope of your cost."
        opening = known if declared else f"Right for {cost.words}."
        return verdict(True, "correct", name, opening, arrays=arrays, notes=tuple(notes))
    wrong = [n for n, v in arrays.items() if v in ("wrong", "factor")]
    more = {"facts": ("the gradients themselves are right",)} if result.right else {}
    if not result.fit.right:
        found = (_evidence(n, result) for n in wrong[:6])
        more = {"facts": tuple(_facts(result, wrong)), "evidence": tuple(f for f in found if f is not None)}
        more["repair"] = repaired_network(exam, result)
    return verdict(
        False, said.category, name, said.opening, candidates=said.candidates, where=frozenset(wrong), arrays=arrays,
        notes=tuple(notes), formula=said.formula, hint=said.hint, line=line_of(exam.code, wrong), **more,
    )  # fmt: skip


def _arrays(result: Result, said: Said) -> dict[str, str]:
    """The word on each array: where all of them are right and something else is not, those that it touches are wrong."""
    arrays = dict(result.fit.arrays)
    if not said.category:
        return {n: "unseen" if v == "unseen" else "right" for n, v in arrays.items()}
    if set(arrays.values()) <= {"right", "unseen"}:
        return {n: "wrong" if said.blamed is None or n in said.blamed else v for n, v in arrays.items()}
    return arrays


def _read_as(exam: Explanation, result: Result, declared: bool):
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


def _facts(result: Result, wrong) -> Iterator[str]:
    """One line on each wrong array: nothing, another shape, a multiple of the slope, or none."""
    fit = result.fit
    if right := [n for n, v in fit.arrays.items() if v == "right"]:
        yield f"right: {listed(right)}"
    others = " that the others are once" if fit.common else ""
    for name in wrong[:6]:
        factor, claim, slope = fit.factors[name], result.reading.claims.get(name), result.slopes[name]
        if claim is None or factor == 0:
            yield f"{name}: nothing comes back"
        elif np.size(claim) != int(np.prod(slope.shape)):
            yield f"{name}: shape {np.shape(claim)}, expected {slope.shape}"
        elif np.isfinite(factor):
            yield f"{name}: {factor / (fit.common or 1):.4g} times the slope{others}"
        elif np.isfinite(claim).all():
            s, t = slope.along(claim), slope.values[result.c]
            cosine = s @ t / (np.linalg.norm(s) * np.linalg.norm(t) + 1e-300)
            yield f"{name}: no multiple of the slope (cosine {cosine:.3f})"


def _evidence(name: str, result: Result) -> Finding | None:
    """The entry of a wrong array that is furthest off; None where there is none to show."""
    claim, slope = result.reading.claims.get(name), result.slopes[name]
    if claim is None or np.size(claim) != int(np.prod(slope.shape)) or not len(slope.picked):
        return None
    yours = np.asarray(claim, float).reshape(-1)[slope.picked]
    right = (result.fit.common or 1.0) * slope.values[result.c][: len(slope.picked)]
    k = int(np.argmax(np.nan_to_num(np.abs(yours - right), nan=np.inf)))
    return finding(name, slope, k, yours, right)
