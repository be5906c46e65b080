"""What a call more shows: steps after one another, the learner's own rate, samples one by one, a second call of all."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.examination import Examination, Result
from nnlib.doctor.brought.matching import claimed
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.samples import Samples


def _joined(arrays, names) -> np.ndarray:
    return np.concatenate([np.ravel(arrays[n]) for n in names])


def replayed(exam: Examination, samples: Samples, names) -> bool:
    """Is a step on all samples the same as one step after another on each?"""
    try:
        whole = exam.patient.change(samples.X, samples.Y)
        one_by_one = exam.patient.change_over([(one.X, one.Y) for one in samples.each()])
    except CallFailed:
        return False
    return all(np.allclose(whole[n], one_by_one[n], rtol=1e-6, atol=1e-9) for n in names)


def takes_each(exam: Examination, result: Result) -> bool:
    """Does a step on all samples step after each of them? One at a time, nothing but the gradient is in the change."""
    samples = result.reading.samples
    return exam.patient.step_function is not None and replayed(exam, samples, list(result.reading.claims))


def adds_up(exam: Examination, samples: Samples, names) -> bool:
    """Is a step on all samples about the sum of those on each, none left out and none much more than another?"""
    change = lambda part: _joined(exam.patient.change(part.X, part.Y), names)
    whole, A = change(samples), np.stack([change(one) for one in samples.each()], axis=1)
    w, *_ = np.linalg.lstsq(A, whole, rcond=None)
    return bool(np.linalg.norm(A @ w - whole) < 0.3 * np.linalg.norm(whole) and (w > 0.2).all() and (w < 5).all())


def _at_both_rates(exam: Examination, samples: Samples):
    """The change of a step at the small rate, made as large as the rate says, and at the learner's own."""
    small, factor = exam.patient.change(samples.X, samples.Y), exam.rate.factor
    with exam.rate.at(1.0):
        large = exam.patient.change(samples.X, samples.Y)
    return {n: v / factor for n, v in small.items()}, large


def online(exam: Examination, result: Result, samples: Samples | None = None) -> bool:
    """At the learner's own rate: is a step on these samples (else on all) another than one in proportion to the rate?"""
    try:
        small, large = _at_both_rates(exam, samples or result.reading.samples)
    except CallFailed:
        return False
    return any(not np.allclose(small[n], large[n], rtol=1e-3) for n in result.reading.claims)


def in_proportion(exam: Examination, result: Result) -> dict[str, bool]:
    """Which arrays change in proportion to the rate, on one sample? {} where there is no rate to vary."""
    samples = result.reading.samples
    try:
        small, large = _at_both_rates(exam, samples if samples.single else samples.part([0])) if exam.rate else ({}, {})
    except (CallFailed, Unread):
        return {}
    return {n: _in_proportion(exam, result, n, small[n], large[n]) for n in result.reading.claims if n in small}


def _in_proportion(exam: Examination, result: Result, name: str, small, large) -> bool:
    """Is the change of one array at the learner's rate a multiple of that at a small one? A decay may make it another one."""
    factor = np.vdot(small, large) / (np.vdot(small, small) or 1.0)
    digits = 1e-15 / exam.rate.factor * np.linalg.norm(exam.patient.value(name))  # that the small rate left
    size, close = np.linalg.norm(large), 1e-3 if result.fit.loose > 1e-3 else 1e-5
    off = np.linalg.norm(large - factor * small)
    return bool(size <= digits or off <= close * size + digits and abs(factor - 1) < 0.05)


def at_full_rate(exam: Examination, result: Result) -> AbstractContextManager:
    """The learner's own rate inside, where a step (of several, the one on the first sample) is in proportion to it.

    Fewer digits are lost so; elsewhere it is the small rate.
    """
    first = result.reading.samples.part([0]) if takes_each(exam, result) else None
    exact = exam.rate is not None and exam.rate.factor < 1 and not online(exam, result, first)
    return exam.rate.at(1.0) if exact else nullcontext()


def two_steps(exam: Examination, first: Samples, other: Samples) -> tuple[dict, dict]:
    """By how much a step on the first samples changes each float, and one on the other samples after it."""
    one = exam.patient.change(first.X, first.Y)
    both = exam.patient.change_over([(first.X, first.Y), (other.X, other.Y)])
    return one, {n: both[n] - one[n] for n in one}


def again(exam, result: Result) -> None:
    """A second call after the first: does it add what the first one left, and does it use the same factor?

    For gradients: their length beside the first ones. For steps, on other samples: the change is a g + b d, with the
    slope g there and the first change d; a is 1 and b is 0 without a memory, b is beta with momentum.
    """
    samples, names = result.reading.samples, list(result.reading.claims)
    try:
        if exam.patient.step_function is not None:
            result.after = second_step(exam, result, names)
            if result.after and abs(result.after[0] - 1) > 0.03:
                back = second_step(exam, result, names, turned=True)
                result.steady = back is not None and abs(back[0] / result.after[0] - 1) < 0.1
            return
        one, two = (_given(exam, samples, names, times) for times in (1, 2))
    except (CallFailed, Unread):
        return
    if one.any() and np.isfinite(two).all():
        result.second = float(two @ one / (one @ one))


def _given(exam: Examination, samples: Samples, names, times: int) -> np.ndarray:
    found, left = exam.patient.gradients(samples.X, samples.Y, times)
    wanted = {n: (exam.patient.leaves[n].path, exam.patient.value(n).shape) for n in names}
    matched, _ = claimed(found, left, wanted)
    return _joined({n: matched[n] if matched.get(n) is not None else np.zeros(wanted[n][1]) for n in names}, names)


def second_step(exam, result: Result, names, turned: bool = False) -> tuple[float, float] | None:
    """(a, b) of the change a g + b d that a second step makes on other samples, after a first that changed d.

    g is the slope there times the factor of the first step. None where the first step is no multiple of its slope, the
    second no such sum, or the network too large. `turned` exchanges the two samples.
    """
    samples, patient, cost = result.reading.samples, exam.patient, result.fit.cost
    if samples.single or samples.T < 2:
        first, other = samples, replace(samples, X=np.asarray(samples.X) * -0.5)
    else:
        first, other = samples.part([0]), samples.part([1])
    first, other = (other, first) if turned else (first, other)
    if sum(patient.value(n).size for n in names) > 3000:
        return None
    true = exam.few(first, cost, names)
    steps = two_steps(exam, first, other)
    with patient.start_kept():
        patient.advance(first.X, first.Y)
        patient.move_start()
        later = exam.few(other, cost, names)
    d, d2 = (np.concatenate([true[n].along(change[n]) for n in names]) for change in steps)
    g, g2 = (np.concatenate([part[n].values[0] for n in names]) for part in (true, later))
    factor = float(d @ g / (g @ g)) if g.any() else 0.0
    if not factor or np.linalg.norm(d - factor * g) > 0.01 * np.linalg.norm(d) or not np.isfinite(d2).all():
        return None
    A = np.stack([factor * g2, d], axis=1)
    (a, b), *_ = np.linalg.lstsq(A, d2, rcond=None)
    if np.linalg.norm(A @ (a, b) - d2) > 0.02 * np.linalg.norm(d2) or np.linalg.cond(A) > 1e3:
        return None
    return float(a), float(b)
