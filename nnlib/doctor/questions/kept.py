"""What is kept from call to call: sums that grow, values of an earlier call, results that a later one overwrites."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Explanation, told
from nnlib.doctor.questions.answers import read
from nnlib.doctor.questions.exam import CLOSE, Exam, Observation, differ, multiple, relative

SUMS, STALE = "accumulator-not-reset", "stale-or-aliased-buffers"


def state(exam: Exam) -> Explanation | None:
    """Answers that change from call to call, or results that a later call overwrites."""
    first, again, other = exam.ask("main"), exam.ask("main", turn=1), exam.ask("other data")
    if first.answer is None or again.answer is None:
        return None
    if moved := _moved(first, again):
        return _of_sums(exam, first, again, other, moved) or _right_at_first(exam, first, again, moved)
    if overwritten(exam):
        return told(STALE, "a later call writes into the arrays that an earlier call returned")
    if not any(exam.wrong(o) for o in exam.answers().values() if o.answer is not None and o.answer.finite()):
        return stored(exam)
    return None


def _moved(first: Observation, again: Observation) -> list[int]:
    """The arrays that differ in two answers to one question."""
    pairs = enumerate(zip(first.arrays, again.arrays))
    return [k for k, (a, b) in pairs if a is not None and b is not None and differ(a, b)]


def overwritten(exam: Exam) -> list[int]:
    """The arrays of the second answer that later calls have changed."""
    o = exam.ask("main", turn=1)
    if o.answer is None or o.returned is None or exam.setting.kind != "gradients":
        return []
    now = read(o.returned, o.problem, exam.setting)
    return [
        k
        for k, (a, b) in enumerate(zip(o.arrays, now.arrays))
        if a is not None and (b is None or a.shape != b.shape or not np.array_equal(a, b, equal_nan=True))
    ]


def shared(o: Observation) -> bool:
    """Do two arrays of different layers lie in the same memory?"""
    try:
        lists = [list(part) for part in o.returned][:2]
    except TypeError:
        return False
    arrays = [(l, v) for part in lists for l, v in enumerate(part) if isinstance(v, np.ndarray)]
    return any(m != l and np.shares_memory(a, b) for i, (l, a) in enumerate(arrays) for m, b in arrays[:i])


def stored(exam: Exam) -> Explanation | None:
    """Right at first, wrong for other data of the same shapes: values of the first call are kept."""
    if not exam.right(exam.ask("main")) or not exam.wrong(exam.ask("other data")):
        return None
    words = "a second problem of the same shapes gets values of the first: something is stored at the first call"
    return told(STALE, words, (SUMS,))


def kept_later(exam: Exam) -> Explanation | None:
    """Right at the first call, other numbers for the same arguments after many calls: something is kept."""
    first = exam.ask("main")
    if exam.slow or not exam.right(first) or not _moved(first, exam.ask("main", turn=2)):
        return None
    words = "the first call is right, and a later call with the same arguments is not: something is kept between calls"
    return told(SUMS, words, (STALE,))


def _of_sums(exam: Exam, first, again, other, moved) -> Explanation | None:
    """Sums grow by the right gradient from call to call; stale values are those of another call."""
    truth, later = exam.truth("main"), exam.truth("other data")
    if any(relative(a, t) < CLOSE for a, t in zip(other.arrays, truth)):
        return told(STALE, "values of an earlier call come back", (SUMS,))
    grown = lambda new, old, t: [_share(_less(new.arrays[k], old.arrays[k]), t[k]) for k in moved]
    began = [_share(first.arrays[k], truth[k]) for k in moved]
    if any(_one_number(by, began) for by in (grown(again, first, truth), grown(other, again, later))):
        return told(SUMS, "the second call adds to the sums of the first", (STALE,))
    return None


def _less(a, b):
    return a - b if a is not None and b is not None and a.shape == b.shape else None


def _share(a, t) -> float:
    """How many times the right array it is; nan where it is no multiple."""
    return multiple(a, t, 1e-6) if a is not None and a.shape == t.shape else np.nan


def _one_number(growth, began) -> bool:
    """Do the sums grow alike in every array, or each as it began? Chance makes another number for each."""
    return bool(np.ptp(growth) < 1e-6 * np.abs(growth).max() or np.allclose(growth, began, rtol=1e-6))


def _right_at_first(exam: Exam, first, again, moved) -> Explanation | None:
    """The first call is right, the second is not; None where neither is, by chance perhaps: the numbers decide."""
    truth = exam.truth("main")
    if not all(relative(first.arrays[k], truth[k]) < CLOSE for k in moved):
        return None
    pairs = [(first.arrays[k].ravel(), again.arrays[k].ravel()) for k in moved]
    sizes = [(np.linalg.norm(a), np.linalg.norm(b)) for a, b in pairs]
    along = all(a @ b > 0.99 * max(n * m, 1e-300) for (a, b), (n, m) in zip(pairs, sizes))
    grown = along and all(m > n for n, m in sizes) and exam.setting.kind == "gradients"
    words = (
        "the first call is right, and the second call with the same arguments is not: something is kept between calls"
    )
    return told(SUMS, words, (STALE,)) if grown else told(STALE, words, (SUMS,))
