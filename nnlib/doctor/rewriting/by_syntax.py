"""Which edit of a listing gives the learner's numbers? Asked of the problems where numbers came back, however few."""

from __future__ import annotations

import ast
import time
from dataclasses import replace
from functools import lru_cache

import numpy as np

from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.answers import Answer, read
from nnlib.doctor.questions.exam import CLOSE, EXACT, SEED, Exam, norm, relative, right
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.rewriting.listings import listings
from nnlib.doctor.rewriting.syntax import LineEdit, Listing
from nnlib.doctor.search.explain import Hypothesis

STYLED = ("saturated", "integer data", "integer weights")  # where right programs differ, by the way they are written
MANY = 20  # samples that are too many to try every edit on
SECONDS = 0.8  # for all listings together
# The category of an edit, by the stage of its line and where in the line it is; the first row that fits decides.
CATEGORIES = (
    ("samples", "*", "shuffled-labels"),
    ("return", "*", "wrong-order"),
    ("mean count", "*", "divided-by-wrong-count"),
    ("start", "*", "accumulator-not-reset"),
    ("backward-loop update-loop", "*", "off-by-one-layer"),
    ("cost output-delta", "*", "wrong-cost-derivative"),
    ("delta slope", "index", "derivative-at-wrong-point"),
    ("delta slope", "*", "wrong-activation-derivative"),
    ("weight", "index", "wrong-layer-activation"),
    ("weight", "transpose", "transposed-gradient"),
    ("weight", "operator", "elementwise-matmul-confusion"),
    ("weight", "dropped", "missing-input-activation"),
    ("weight", "statement", "only-last-sample"),
    ("weight", "*", "wrong-quantity-propagated"),
    ("bias", "axis", "bias-wrong-axis"),
    ("bias", "statement", "bias-not-summed"),
    ("bias", "*", "bias-wrong-formula"),
    ("carry", "index", "wrong-layer-weights"),
    ("carry", "transpose", "transposed-weights"),
    ("carry", "operator", "elementwise-matmul-confusion"),
    ("carry", "*", "wrong-quantity-propagated"),
    ("update", "*", "assigned-instead-of-subtracted"),
    ("*", "*", "wrong-forward-pass"),
)


def category_of(edit: LineEdit) -> str:
    """The word of the vocabulary for an edit of a line."""
    if isinstance(edit.new, ast.BinOp) and isinstance(edit.new.op, ast.FloorDiv):
        return "integer-truncation"
    stage = edit.stage.replace(" ", "-")
    return next(c for s, k, c in CATEGORIES if {"*", stage} & set(s.split()) and k in ("*", edit.kind))


def explain_by_syntax(exam: Exam) -> list[Hypothesis]:
    """The edit of a listing that gives every number of the learner's, the one that raises where they do first."""
    seen = _telling(exam)
    if not seen or all(_right_numbers(exam, o) for o in seen) or len(seen[0].problem.X) > MANY:
        return []
    start, found = time.process_time(), []
    silent = [o.problem for o in exam.answers().values() if o.raised]
    for number in range(len(listings(exam.setting))):
        for key in _fitting(exam, number, seen):
            more = sum(answer_of(exam.setting, number, p, key) is not None for p in silent)
            name = isinstance(compiled(exam.setting, number).edits[key].new, ast.Name)  # any name: less likely
            found.append((more, name, len(found), number, key))
        if found and not min(found)[0] or time.process_time() - start > SECONDS:
            break
    return [_hypothesis(exam.setting, number, key) for _, _, _, number, key in sorted(found)[:3]]


def _fitting(exam: Exam, number: int, seen) -> list:
    """The edits of one listing that give these answers."""
    first, *rest = seen
    fitting = [key for key, a in answers(exam.setting, number, first.problem).items() if _same(exam, first, a)]
    for o in rest:
        fitting = [key for key in fitting if _same(exam, o, answer_of(exam.setting, number, o.problem, key))]
    return fitting


def _telling(exam: Exam) -> list:
    """The answers with finite numbers, those first that are wrong and quick to compare."""
    asked = [o for (p, seed, turn), o in exam.seen.items() if (seed, turn) == (SEED, 0) and p.name not in STYLED]
    seen = [o for o in asked if any(a is not None and np.isfinite(a).any() for a in o.arrays)]
    order = lambda o: (len(o.problem.X) > MANY, not exam.wrong(o), not o.answer.finite(), len(o.problem.X))
    return sorted(seen, key=order)


def _right_numbers(exam: Exam, o) -> bool:
    """Are the numbers right, whatever shape they come in?"""
    pairs = [(o.arrays[k], exam.truth(o.problem)[k]) for k in exam.judged(o.problem.layers)]
    same = lambda a, t: a is not None and a.size == t.size and relative(a.reshape(t.shape), t) <= CLOSE
    return all(same(a, t) for a, t in pairs)


@lru_cache(20)
def compiled(setting, number: int) -> Listing:
    """One listing of a setting with its edits."""
    return Listing(listings(setting)[number])


@lru_cache(20)
def answers(setting, number: int, problem: Problem) -> dict:
    """What each edit of a listing answers to a problem, where it does, and not the right thing."""
    found = {key: answer_of(setting, number, problem, key) for key in compiled(setting, number).edits}
    truth = right(problem, setting)[: problem.layers * (1 if setting.bias == "none" else 2)]
    wrong = lambda answer: not all(relative(a, t) <= EXACT for a, t in zip(answer.arrays, truth))
    return {key: answer for key, answer in found.items() if answer is not None and wrong(answer)}


def answer_of(setting, number: int, p: Problem, key) -> Answer | None:
    """What one edit of a listing answers to a problem, read as the learner's answers are; None where it raises."""
    plain = replace(setting, transposed=False, columns=False, bias="none" if setting.bias == "none" else "vector")
    return read(_called(setting, number, p, key), p, plain)


def _called(setting, number, p: Problem, key):
    given = [W.copy() for W in p.weights], [b.copy() for b in p.biases], p.X.copy(), p.E.copy()
    rate = (p.rate,) if setting.kind == "train_step" else ()
    return compiled(setting, number).answer(key, (*given, *rate))


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


def _hypothesis(setting, number: int, key) -> Hypothesis:
    edit = compiled(setting, number).edits[key]
    slip = Slip(category_of(edit), "everywhere", edit.words, edit.line)
    return Hypothesis(2.0, (slip,), answer=lambda p: _called(setting, number, p, key))
