"""Which edit of a listing gives the learner's numbers? Asked of the problems where numbers came back, however few."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.answers import Answer
from nnlib.doctor.questions.exam import CLOSE, EXACT, NOTHING, SEED, Exam, norm, relative
from nnlib.doctor.rewriting.edit import Edit
from nnlib.doctor.rewriting.listings import listings
from nnlib.doctor.rewriting.syntax import SCALES, Listing, listing, sketch
from nnlib.doctor.search.hypotheses import Hypothesis

STYLED = {"integer", "overflow"}  # traits of problems where right programs differ, by the way they are written
MANY = 20  # samples that are too many to try every edit on


def explain_by_syntax(exam: Exam) -> list[Hypothesis]:
    """The edit of a listing that gives every number of the learner's, the one that raises where they do first."""
    seen = _telling(exam)
    if not seen or all(_right_numbers(exam, o) for o in seen) or len(seen[0].problem.X) > MANY:
        return []
    found: list[tuple] = []
    silent = [o.problem for o in exam.answers().values() if o.raised]
    for number in range(len(listings(exam.setting))):
        written = listing(exam.setting, number)
        for edit in _fitting(exam, written, seen):
            more = sum(written.answer(p, edit) is not None for p in silent)
            found.append((more, edit.kind.rank, len(found), written, edit))
        if found and not min(found)[0]:
            break
    return [_hypothesis(written, edit) for _, _, _, written, edit in sorted(found)[:3]]


def _fitting(exam: Exam, written: Listing, seen) -> list[Edit]:
    """The edits of one listing that give these answers."""
    first, judged = seen[0], exam.judged(seen[0].problem.layers)
    size = [0 if a is None else norm(a) * norm(SCALES[: a.size]) for a in first.arrays]
    room = [size[k] * exam.tolerance(first, k, EXACT) + NOTHING for k in judged]
    theirs, mine = written.sketches(first.problem)[:, judged], np.array(sketch(first.arrays))[judged]
    with np.errstate(invalid="ignore"):
        near = (theirs == mine) | (abs(theirs - mine) <= room) | np.isnan(theirs) & np.isnan(mine)
    fitting = [edit for edit, close in zip(written.edits, near.all(axis=1)) if close]
    for o in seen:
        fitting = [edit for edit in fitting if _same(exam, o, written.answer(o.problem, edit))]
    return fitting


def _telling(exam: Exam) -> list:
    """The answers with finite numbers, those first that are wrong and quick to compare."""
    asked = [o for (p, seed, turn), o in exam.seen.items() if (seed, turn) == (SEED, 0) and not p.traits & STYLED]
    seen = [o for o in asked if any(a is not None and np.isfinite(a).any() for a in o.arrays)]
    order = lambda o: (len(o.problem.X) > MANY, _right_numbers(exam, o), not o.answer.finite(), len(o.problem.X))
    return sorted(seen, key=order)


def _right_numbers(exam: Exam, o) -> bool:
    """Are the numbers right, whatever shape they come in?"""
    pairs = [(o.arrays[k], exam.truth(o.problem)[k]) for k in exam.judged(o.problem.layers)]
    same = lambda a, t: a is not None and a.size == t.size and relative(a.reshape(t.shape), t) <= CLOSE
    return all(same(a, t) for a, t in pairs)


def _same(exam: Exam, o, answer: Answer | None) -> bool:
    """Does an edit give what the learner gave, array by array?"""
    if answer is None or answer.counts != o.answer.counts or bool(answer.packed) != bool(o.answer.packed):
        return False
    judged = exam.judged(o.problem.layers)
    return all(_equal(o.arrays[k], answer.arrays[k], exam.tolerance(o, k, EXACT)) for k in judged)


def _equal(a, b, tolerance: float) -> bool:
    """Do two arrays hold the same numbers, and NaN in the same places?"""
    if a is None or b is None:
        return a is b
    a, b = a.squeeze(), b.squeeze()
    finite = np.isfinite(a)
    if a.shape != b.shape or not np.array_equal(finite, np.isfinite(b)):
        return False
    return norm((a - b)[finite]) <= tolerance * norm(a[finite])


def _hypothesis(written: Listing, edit: Edit) -> Hypothesis:
    rule = written.rule(edit)
    slip = Slip(
        rule.category, "everywhere", f"{rule.sentence}: {edit.line}" if rule.sentence else edit.words, edit.line
    )
    return Hypothesis(2.0, (slip,), answer=lambda p: written.called(p, edit))
