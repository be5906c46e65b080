"""What steps show: the learner's own rate, an adaptive rule, a second step, sums that are kept from call to call."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.brought.truth import slopes
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.rules.judge import match
from nnlib.doctor.rules.optimisers import USES, Terms
from nnlib.doctor.sums import joined, multiple, shares
from nnlib.doctor.verdict import listed, noted, wrong

MOST = 3000  # numbers in a network of which a second step is taken
SHOWS = 0.01  # of the weights: a step as large as this shows that a part of it comes too early


# ---------------------------------------------------------------- at the learner's own rate


def _at_both_rates(exam: Examination, seen: Seen, samples: Samples) -> tuple[dict, dict]:
    """The change of a step at the small rate, and at the learner's own or one that shows: both as large as that one says."""
    patient, change = exam.patient, exam.patient.change(samples.X, samples.Y)
    small = {n: v / exam.rate.factor for n, v in change.items()}
    moved = max(np.abs(small[n]).max() / (np.abs(patient.value(n)).max() + 0.1) for n in seen.reading.claims)
    more = max(1.0, SHOWS / moved) if moved else 1.0
    with exam.rate.at(more):
        large = patient.change(samples.X, samples.Y)
    return small, {n: v / more for n, v in large.items()}


def _one(exam: Examination, seen: Seen) -> Samples:
    """One sample by itself: of the first ones that which moves most arrays, as one whose inputs are zero does not."""
    samples = seen.reading.samples

    def moved(one: Samples) -> int:
        change = exam.patient.change(one.X, one.Y)
        return sum(bool(change[n].any()) for n in seen.reading.claims)

    return samples if samples.single else max(samples.each()[:4], key=moved)


def _online(exam: Examination, seen: Seen, samples: Samples) -> bool:
    """At the learner's own rate: is a step on these samples another than one in proportion to the rate?"""
    try:
        small, large = _at_both_rates(exam, seen, samples)
    except CallFailed:
        return False
    return any(not np.allclose(small[n], large[n], rtol=1e-3) for n in seen.reading.claims)


def takes_each(exam: Examination, seen: Seen) -> bool:
    """Does a step on all samples step after each of them? One at a time, nothing but the gradient is in the change."""
    if exam.patient.step_function is None:
        return False
    samples = seen.reading.samples
    try:
        whole = exam.patient.change(samples.X, samples.Y)
        one_by_one = exam.patient.change_over([(one.X, one.Y) for one in samples.each()])
    except CallFailed:
        return False
    return all(np.allclose(whole[n], one_by_one[n], rtol=1e-6, atol=1e-9) for n in seen.reading.claims)


def at_full_rate(exam: Examination, seen: Seen, each: bool) -> AbstractContextManager:
    """The learner's own rate inside, where a step is in proportion to it; `each`: one on the first sample, as they are taken.

    Fewer digits are lost so; elsewhere it is the small rate.
    """
    samples = _one(exam, seen) if each else seen.reading.samples
    exact = exam.rate is not None and exam.rate.factor < 1 and not _online(exam, seen, samples)
    return exam.rate.at(1.0) if exact else nullcontext()


def in_proportion(exam: Examination, seen: Seen) -> Explanation | None:
    """Does each array change in proportion to the rate, on one sample? Where some do and some do not, one comes too early."""
    samples = seen.reading.samples
    if not exam.rate or exam.anew:  # what a step forgets is in its change too, at any rate
        return None
    try:
        small, large = _at_both_rates(exam, seen, _one(exam, seen))
    except (CallFailed, Unread):
        return None
    bent = [n for n in seen.reading.claims if not _proportional(exam, seen, n, small[n], large[n])]
    if len(bent) == len(seen.reading.claims):
        return noted("one call makes several steps")
    if bent:
        words = f"already updated weights carry the error down: {listed(bent)} depend on the rate in another way than the rest"
        return wrong("used-updated-weights", words, blamed=tuple(bent))
    if not samples.single and _online(exam, seen, samples):
        return noted("a step after every sample or batch: each is right")
    return None


def _proportional(exam: Examination, seen: Seen, name: str, small, large) -> bool:
    """Is the change of one array at the learner's rate a multiple of that at a small one? A decay may make it another one."""
    factor = np.vdot(small, large) / (np.vdot(small, small) or 1.0)
    digits = 1e-15 / exam.rate.factor * np.linalg.norm(exam.patient.value(name))  # that the small rate left
    size, close = np.linalg.norm(large), 1e-3 if seen.fit.loose > 1e-3 else 1e-5
    off = np.linalg.norm(large - factor * small)
    return bool(size <= digits or off <= close * size + digits and abs(factor - 1) < 0.05)


# ---------------------------------------------------------------- a second call


def called_again(exam: Examination, seen: Seen) -> Explanation | None:
    """Does a second call add what the first one left? Gradients grow; of a step, see `_second_step`."""
    if exam.anew:
        return None
    try:
        if exam.patient.step_function is not None:
            return _of_two_steps(exam, seen)
        one, two = (_given(exam, seen, times) for times in (1, 2))
    except (CallFailed, Unread):
        return None
    if one.any() and np.isfinite(two).all() and abs(two @ one / (one @ one) - 1) > 0.01:
        return wrong("accumulator-not-reset", "the second call adds to what the first one left: sums are kept")
    return None


def _given(exam: Examination, seen: Seen, times: int) -> np.ndarray:
    """The gradients that so many calls give, as one array."""
    samples, shapes = seen.reading.samples, {n: slope.shape for n, slope in seen.slopes.items()}
    found, _ = exam.patient.claims(samples.X, samples.Y, shapes, times)
    return joined([found[n] if found.get(n) is not None else np.zeros(shape) for n, shape in shapes.items()])


def _of_two_steps(exam: Examination, seen: Seen) -> Explanation | None:
    """What the second step shows: sums that are kept, momentum and its sign, a rate that is not the same in both."""
    samples = seen.reading.samples
    if samples.single or samples.T < 2:
        pair = samples, replace(samples, X=np.asarray(samples.X) * -0.5)
    else:
        pair = samples.part([0]), samples.part([1])
    own, repeated = _second_step(exam, seen, *pair) or (1.0, 0.0)
    back = _second_step(exam, seen, *pair[::-1]) if abs(own - 1) > 0.03 else (own, 0.0)
    steady = back is not None and abs(back[0] / own - 1) < 0.1
    if steady and abs(own - 1) > 0.03 and not 0.3 < own < 1:
        words = f"the second step has {own:.4g} times the rate of the first: the rate is not in both alike"
        return wrong("rule-rate", words, "learning-rate-ignored")
    if repeated > 0.9999:
        return wrong("accumulator-not-reset", "the second step adds all of the first: sums are kept")
    if repeated < -0.02:
        words = f"the second step takes back {-repeated:.3g} of the first: what is carried over has the wrong sign"
        return wrong("rule-sign", words)
    return noted(
        *["the length of a step depends on the samples beyond their gradient, as where it is clipped"] * (not steady),
        *[f"momentum: {repeated:.3g} of the first step is carried into the second"] * (repeated > 0.02),
        *[f"the rate falls from step to step: {own:.4g} of it in the second"] * (steady and own < 0.97),
    )


def two_steps(exam: Examination, first: Samples, other: Samples) -> tuple[dict, dict]:
    """By how much a step on the first samples changes each float, and one on the other samples after it."""
    one = exam.patient.change(first.X, first.Y)
    both = exam.patient.change_over([(first.X, first.Y), (other.X, other.Y)])
    return one, {n: both[n] - one[n] for n in one}


def _second_step(exam: Examination, seen: Seen, first: Samples, other: Samples) -> tuple[float, float] | None:
    """(a, b) of the change a g + b d that a step on the other samples makes after one on the first that changed d.

    g is the slope there times the factor of the first step: a is 1 and b is 0 without a memory, b is beta with momentum.
    None where the first step is no multiple of its slope, the second no such sum, or the network too large.
    """
    patient, names = exam.patient, list(seen.reading.claims)
    if sum(seen.slopes[n].size for n in names) > MOST:
        return None
    true = exam.few(first, seen.cost, names)
    steps = two_steps(exam, first, other)
    with patient.start_kept():
        patient.advance(first.X, first.Y)
        patient.move_start()
        later = exam.few(other, seen.cost, names)
    d, d2 = (joined([true[n].along(change[n]) for n in names]) for change in steps)
    g, g2 = (joined([part[n].values for n in names]) for part in (true, later))
    factor = multiple(d, g, 0.01)
    found = shares(d2, [factor * g2, d], 0.02) if factor else None
    if found is None or np.linalg.cond([factor * g2, d]) > 1e3:
        return None
    return float(found[0]), float(found[1])


LOOSE = 3e-3
USUAL = (("adam", Terms()), *(("rmsprop", Terms(beta=b)) for b in (0.9, 0.99, 0.999)), ("adagrad", Terms()))
SPOKEN = {"adam": "Adam", "rmsprop": "RMSProp", "adagrad": "Adagrad"}


def adaptive(exam: Examination, seen: Seen) -> Explanation | Seen | None:
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
    if not large.any() or not _agree(first, t):
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
    return next((SPOKEN[kind] for kind, fitting in made if fitting is not None), "")


def _agree(s: np.ndarray, t: np.ndarray) -> bool:
    """Do all numbers that are not small point the same way?"""
    large = np.abs(t) > 1e-4 * np.abs(t).max()
    return bool((np.sign(s[large]) == np.sign(t[large])).all())


def _by_signs(exam: Examination, seen: Seen) -> Seen | None:
    """Where a step moves every number equally far, only its direction can be judged: array by array."""
    sizes = np.abs(joined([seen.reading.claims[n] for n in seen.covered]))
    if not sizes.any() or np.percentile(sizes, 90) > 1.02 * np.percentile(sizes, 30):
        return None
    along = {n: (seen.slopes[n].along(seen.reading.claims[n]), seen.slopes[n].values) for n in seen.covered}
    if all(_agree(-s, t) for s, t in along.values()):
        return replace(seen, fit=replace(seen.fit, arrays=dict.fromkeys(along, "right"), common=-1.0))
    words = {n: "right" if _agree(*pair) else "wrong" for n, pair in along.items()}
    return replace(seen, fit=replace(seen.fit, arrays=seen.fit.arrays | words))
