"""Do the samples explain it? Uneven ones, ones with each other's targets, a step after each, a factor of each, chance."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import Penalty, Seen, comparable
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.of_steps import takes_each
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.penalty import axes_of, in_words
from nnlib.doctor.brought.reading import Reading, Unread
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.brought.truth import Slope, slopes_of_pairs
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.sums import joined, shares
from nnlib.doctor.verdict import noted, undecided, wrong

MANY = 20_000  # numbers in a network whose slopes are taken for one sample after another


# ---------------------------------------------------------------- each sample by itself


def of_its_own(exam: Examination, seen: Seen) -> Seen | None:
    """Code for one sample at a time by the cost under which one factor goes with all samples.

    Where it is right up to a factor that depends on the sample, no array is right.
    """
    samples = seen.reading.samples
    small = sum(slope.size for slope in seen.slopes.values()) <= MANY
    if not (small and samples.single and np.issubdtype(np.asarray(samples.X).dtype, np.floating)):
        return None
    X = np.asarray(samples.X)
    others = [replace(samples, X=(X * by).astype(X.dtype), drawn=True) for by in (-0.5, 0.6)]
    right, alike, by_one_cost = _by_themselves(exam, [samples, *others])
    if alike:
        return by_one_cost if right >= seen.right else None
    return _by_a_factor(seen) if seen.right else None


def _by_a_factor(seen: Seen) -> Seen:
    """Every array off by a factor that no rate could take."""
    return replace(seen, fit=replace(seen.fit, arrays=dict.fromkeys(seen.fit.arrays, "factor"), common=0.0))


def one_by_one(exam: Examination, seen: Seen) -> Explanation | Seen | None:
    """Without a hold on the rate a step after each sample is no gradient of the whole: one sample by itself is.

    Where that is wrong too, it shows which arrays are, and by how much.
    """
    samples = seen.reading.samples
    if exam.patient.step_function is None or exam.rate or samples.single or samples.T == 1:
        return None
    right, alike, _ = _by_themselves(exam, samples.each()[:4])
    each = takes_each(exam, seen)
    if right and alike and (each or _adds_up(exam, seen)):
        return noted("a step after every sample: each is the slope of its own cost")
    if not each:
        return None
    try:
        return _first_wrong(exam, samples.each()[:4])
    except (CallFailed, Unread):
        return None


def _first_wrong(exam: Examination, parts: Sequence[Samples]) -> Seen | None:
    return next((one for one in map(exam.judge, parts) if not one.right), None)


def _by_themselves(exam: Examination, parts: Sequence[Samples]) -> tuple[bool, bool, Seen | None]:
    """(is every sample right by itself, does one factor go with all that are right, the first of them), by one cost.

    A factor that depends on the sample is none that a rate could take, as where the slope at a single output is
    forgotten. Steps that are cut to one length are the exception.
    """
    try:
        ways = list(zip(*map(exam.by_each_cost, parts)))
    except (CallFailed, Unread):
        return False, True, None
    told = [(found[0].fit.score[:3], *_right_and_alike(found), found[0]) for found in ways]
    return max(told, key=lambda way: way[:3])[1:]  # the first of equals


def _right_and_alike(found: Sequence[Seen]) -> tuple[bool, bool]:
    factors = np.array([abs(s.fit.common) for s in found])
    lengths = np.array([sum(np.sum(s.reading.claims[n] ** 2) for n in s.covered) for s in found])
    smaller = factors < factors.max() * (1 - 3 * max(s.fit.loose for s in found))
    return all(s.right for s in found), bool((lengths[smaller] > 0.99 * lengths.max()).all())


def _adds_up(exam: Examination, seen: Seen) -> bool:
    """Is a step on all samples about the sum of those on each, none left out and none much more than another?"""

    def change(part):
        moved = exam.patient.change(part.X, part.Y)
        return joined([moved[n] for n in seen.reading.claims])

    samples = seen.reading.samples
    w = shares(change(samples), [change(one) for one in samples.each()], 0.3)
    return w is not None and bool((w > 0.2).all() and (w < 5).all())


# ---------------------------------------------------------------- sums over the samples


def unevenly(exam: Examination, seen: Seen) -> Explanation | None:
    """Samples that count unevenly, or with each other's targets. What follows their order is how the code takes them."""
    samples, close = seen.reading.samples, seen.fit.loose
    few = not samples.single and 2 <= samples.T <= 12 and all(s.whole for s in seen.slopes.values())
    if not few or seen.cost.own is not None:
        return None
    try:
        found = _weights(exam, seen, seen.reading, close)
        if found is None:
            return _parted(exam, seen, close)
        turned = _weights(exam, seen, exam.read(samples.part([*range(1, samples.T), 0])), close)
    except (CallFailed, Unread):
        return None
    w, penalty = found
    if turned is None or np.abs(turned[0] - w).max() > 0.05 * np.ptp(w) + close * np.abs(w).max():
        return None
    if np.count_nonzero(w) == 1 and w.max() > 0 and _drawn(exam, seen):
        right, alike, _ = _by_themselves(exam, samples.each()[:4])
        words = "a step on one sample drawn at random (stochastic gradient descent): the slope of its own cost"
        if right and alike:
            return noted(words)
    return _of_weights(w, penalty or seen.penalty, (in_words(penalty),) if penalty else ())


def _weights(exam: Examination, seen: Seen, reading: Reading, close: float) -> tuple[np.ndarray, Penalty | None] | None:
    """(a weight for each sample, a penalty of the matrices beside them), where they explain the claims; else None."""
    names, own = seen.covered, [(i, i) for i in range(reading.samples.T)]
    parts = slopes_of_pairs(exam.patient, reading.samples, seen.cost, own, names)
    w = _combined(reading.claims, parts, close)
    if w is not None:
        return w, None
    values = {n: exam.patient.value(n).astype(float) for n in names}
    axes = axes_of(values)
    held = tuple(n for n, k in axes.items() if k == max(axes.values()))
    pull = {n: replace(g, values=g.along(values[n] * (n in held))) for n, g in parts[0].items()}
    w = _combined(reading.claims, [*parts, pull], close)
    if w is None:
        return None
    factor = float(w[:-1].sum())
    return w[:-1], Penalty(float(w[-1]) / factor, factor, held)


def _combined(claims, parts: Sequence[Mapping[str, Slope]], close: float) -> np.ndarray | None:
    """w with claim = sum_i w_i slope_i over the parts, for all their arrays together; None where none fits."""
    if not all(comparable(claims.get(n), slope) for n, slope in parts[0].items()):
        return None
    known = [joined([slope.values for slope in part.values()]) for part in parts]
    s = joined([slope.along(claims[n]) for n, slope in parts[0].items()])
    w = shares(s, known, 3 * close, rcond=1e-9) if len(s) >= len(parts) + 2 else None
    if w is None or not w.any() or np.linalg.matrix_rank(known, rtol=1e-9) < len(parts):
        return None
    return np.where(np.abs(w) < 1e-3 * np.abs(w).max(), 0.0, w)


def _of_weights(w: np.ndarray, penalty: Penalty | None, notes) -> Explanation:
    """Samples that count unevenly: all of them, as with batches; some not at all; some with the wrong sign."""
    T, used, numbers = len(w), np.flatnonzero(w), ", ".join(f"{v:.3g}" for v in w)
    if penalty is not None and penalty.number * penalty.factor < 0:
        words = "the decay beside the gradient makes the weights grow"
        return wrong("regularisation-term", words, "rule-sign", notes=notes)
    if (w > 0).all():
        words = "the samples count unevenly, as in batches of unequal size, or with a velocity: "
        return noted(words + numbers, *notes)
    if (w < 0).any():
        return wrong("sign", f"some samples count with the wrong sign: {numbers}", notes=notes)
    words = f"only sample{'s' if len(used) > 1 else ''} {', '.join(map(str, used))} of {T} count"
    if len(used) > 1:
        return wrong("batch-remainder", words, "single-sample-step", notes=notes)
    first = "only-last-sample" if used[0] == T - 1 else "single-sample-step"
    return wrong(first, words, "single-sample-step", "only-last-sample", notes=notes)


def _parted(exam: Examination, seen: Seen, close: float) -> Explanation | None:
    """Other pairs of inputs and targets than the learner's, tried for the first samples."""
    few = exam.read(seen.reading.samples.part([0, 1, 2, 3][: seen.reading.samples.T]))
    T = few.samples.T
    pairs = list(itertools.product(range(T), repeat=2))
    crossed = dict(zip(pairs, slopes_of_pairs(exam.patient, few.samples, seen.cost, pairs, seen.covered)))
    for partners in itertools.product(range(T), repeat=T):
        w = _combined(few.claims, [crossed[pair] for pair in enumerate(partners)], close)
        if w is not None and (w > 0).all() and np.ptp(w) < 0.02 * w.max() and partners != tuple(range(T)):
            said = ", ".join(f"{i} with {j}" for i, j in enumerate(partners))
            words = f"inputs and targets no longer belong together (sample with target: {said})"
            return wrong("shuffled-labels", words)
    return None


# ---------------------------------------------------------------- other numbers at another call


def changed(exam: Examination, seen: Seen) -> Explanation | None:
    """Inputs or targets that the call changes in place: worth a note where the gradients are right."""
    if not exam.patient.changed_inputs:
        return None
    words = f"the call changes {' and '.join(sorted(exam.patient.changed_inputs))} in place"
    if seen.right:
        return noted(words)
    return wrong("mutates-inputs", words + ", and inputs and targets may part", "shuffled-labels")


def by_chance(exam: Examination, seen: Seen) -> Explanation | Seen | None:
    """Chance beside the forward pass. What is wrong on one sample, where none is left, is wrong; else nothing can be said."""
    if not _drawn(exam, seen):
        return None
    with contextlib.suppress(CallFailed, Unread):
        parts = seen.reading.samples.each()[:4]
        right, alike, first = _by_themselves(exam, parts)
        if right and not alike:
            one = _by_a_factor(first)
        else:
            one = _first_wrong(exam, parts)
        if one and not _drawn(exam, one):
            return one
    words = "step or grads draw random numbers that the forward pass does not (dropout in training only?). "
    return undecided(words + "Give output= the pass that training uses, or switch the chance off.")


def _drawn(exam: Examination, seen: Seen) -> bool:
    """Do other random numbers give other gradients, while the forward pass stays the same?"""
    samples, patient = seen.reading.samples, exam.patient

    def ask():
        return patient.output(samples.X), exam.read(samples, list(seen.reading.claims)).claims

    with contextlib.suppress(CallFailed, Unread):
        output, claims = ask()
        for seed in range(77, 82):  # one number that is drawn may be the same again
            with patient.seeded(seed):
                again, drawn = ask()
            if not np.array_equal(output, again):
                return False
            pairs = [(a, drawn[n]) for n, a in claims.items()]
            if not all(a is None or b is None or np.allclose(a, b, rtol=1e-4, atol=0) for a, b in pairs):
                return True
    return False
