"""From an examination to a diagnosis: crashes and state first, then the numbers, then what holds in special cases only."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nnlib.doctor.assemble import assemble, notes
from nnlib.doctor.diagnosis import Diagnosis, Explanation, Slip, told
from nnlib.doctor.questions import kept, returned, special_cases
from nnlib.doctor.questions.exam import CLOSE, EXACT, Exam, differ, examine, fitting, norm
from nnlib.doctor.questions.facts import at_the_output, facts
from nnlib.doctor.questions.rare_data import RARE
from nnlib.doctor.rewriting.by_syntax import explain_by_syntax
from nnlib.doctor.running.state import kept_chance
from nnlib.doctor.search.explain import ALIKE, explain
from nnlib.doctor.search.hypotheses import Hypothesis
from nnlib.doctor.search.order import evidence_of, grey, numbers
from nnlib.doctor.setting import Setting
from nnlib.doctor.vocabulary import SYMPTOMS, severity

EARLY = (
    returned.no_verdict, returned.nothing_back, returned.crashed, returned.one_list, kept.state, returned.miscounted,
    returned.reversed_step, returned.new_weights,
)  # fmt: skip


def judge(function: Callable, setting: Setting) -> Diagnosis:
    """The diagnosis of a function in a setting: is every gradient (or the step) right, and if not, which mistake is it?

    `function` has the signature of the contract, in the setting's layout. Whatever it does, it gets a verdict.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"), kept_chance():  # planted mistakes divide by nothing
        warnings.simplefilter("ignore")
        exam = fitting(examine(function, setting))
        try:
            found, base = verdict(exam)
        except Exception as error:  # a fault of the doctor's own: said in the verdict, with what is known all the same
            found, base = _without_name(exam, error), CLOSE
        return assemble(exam, found, base)


# --- the verdict ---


@dataclass(frozen=True)
class Answers:
    """The answers to the problems of the table: with finite numbers (some of them wrong), with others, or with none."""

    usable: list
    wrong: list
    broken: list
    raised: list


def sorted_answers(exam: Exam) -> Answers:
    """The answers of an examination, sorted by what came back."""
    seen = list(exam.answers().values())
    usable = [o for o in seen if o.answer is not None and o.answer.finite()]
    raised = [o for o in seen if o not in usable and (o.raised or o.answer is None)]
    broken = [o for o in seen if o not in usable and o not in raised]
    return Answers(usable, [o for o in usable if exam.wrong(o)], broken, raised)


def verdict(exam: Exam) -> tuple[Explanation, float]:
    """What was found, and the tolerance at which it holds.

    Where that says nothing of how the wrong numbers arise, an edit of a program that is written out may say it.
    """
    found, base = _first_finding(exam)
    if found.correct is False and not exam.slow and not _says_how(exam, found):
        better = explain_by_syntax(exam)
        if better:
            return _named(exam, better), EXACT
    return found, base


def _says_how(exam: Exam, found: Explanation) -> bool:
    """Does the verdict say how the wrong numbers arise, and how many arrays there are?"""
    o = exam.ask("main")
    L = o.problem.layers
    counts = ((L, L), (0, 0), (L, 0)) if exam.setting.bias == "none" else ((L, L), (0, 0))
    if o.answer is not None and o.answer.counts not in counts:
        return False
    if found.hypothesis is not None:
        return found.hypothesis.formula
    return found.slips[0].category not in SYMPTOMS


def _first_finding(exam: Exam) -> tuple[Explanation, float]:
    for look in EARLY:
        if (found := look(exam)) is not None:
            return _with_the_slip(exam, found) if look is kept.state else found, CLOSE
    answers = sorted_answers(exam)
    if not answers.usable:
        return _nothing_usable(exam, answers), CLOSE
    if not answers.wrong and not grey(exam, answers.usable):
        return _right_in_general(exam, answers), CLOSE
    ordinary = [o for o in answers.usable if "special" not in o.problem.traits]
    if answers.wrong:
        found = kept.kept_later(exam) or special_cases.only_shapes(exam, ordinary)
        if found is not None:
            return found, CLOSE
    hypotheses, base = numbers(exam, answers.usable, answers.wrong, answers.raised)
    if hypotheses:
        return _named(exam, hypotheses), base
    return (_without_hypothesis if answers.wrong else _right_in_general)(exam, answers), CLOSE


def _nothing_usable(exam: Exam, answers: Answers) -> Explanation:
    if answers.broken:
        return told("nan", "NaN or infinity in every answer")
    found = special_cases.unexplained(exam, [], answers.raised)
    return found or told("shape-error", "no arrays of numbers came back")


def _with_the_slip(exam: Exam, found: Explanation) -> Explanation:
    """A slip of the single call beside what is kept from call to call: it comes first."""
    seen = [o for o in exam.answers().values() if o.answer is not None and o.answer.finite()]
    wrong = [o for o in seen if exam.wrong(o)]
    if exam.ask("main") not in wrong:
        return found
    hypotheses = explain(evidence_of(exam, seen, EXACT, first=wrong))
    if not hypotheses or hypotheses[0].cost > 2.3:
        return found
    best = hypotheses[0]
    return replace(found, slips=(*best.slips, *found.slips), also=())


def _right_in_general(exam: Exam, answers: Answers) -> Explanation:
    """No number is wrong on ordinary problems: shapes, special cases, the caller's arrays, integers, saturation; else right."""
    if (found := special_cases.only_shapes(exam, answers.usable)) is not None:
        return found
    raised = [o for o in answers.raised if not _by_design(exam, o)]
    failing = [*raised, *(o for o in answers.broken if not _by_design(exam, o))]
    if failing:
        found = special_cases.in_special_cases(exam, failing, raised, lambda some: None)
        return found or special_cases.raising(exam, failing)
    for look in RARE:
        if (found := look(exam)) is not None:
            return found
    return Explanation((), (), (), notes(exam, answers.usable, answers.raised), correct=True)


def _by_design(exam: Exam, o) -> bool:
    """Does the call fail only because the code is written for another depth?"""
    return "depth" in o.problem.traits and o.problem.layers != (exam.layers or 3)


def _without_hypothesis(exam: Exam, answers: Answers) -> Explanation:
    """Wrong numbers that no formula gives: right in general, NaN, or what can be said all the same."""
    main, raised = exam.ask("main"), [o for o in answers.raised if not _by_design(exam, o)]
    fail = [*answers.wrong, *raised, *answers.broken]
    if main not in fail:
        found = special_cases.in_special_cases(exam, fail, answers.raised, lambda some: _slips_of(exam, some))
        if found is not None:
            return found
    if main in answers.broken and any(a is not None for a in main.arrays):
        return told("nan", "NaN or infinity on ordinary problems, where every right number is of moderate size")
    return special_cases.unexplained(exam, answers.usable, raised) or _unknown(exam, answers)


def _slips_of(exam: Exam, some):
    """The slips of the simplest hypothesis for these answers, where it is nothing but factors; else None."""
    found = explain(evidence_of(exam, some, EXACT))
    return found[0].slips if found and (found[0].pure or len(found[0].slips) == 1) else None


def _unknown(exam: Exam, answers: Answers) -> Explanation:
    """No name: what can be said all the same."""
    if any(o.changed for o in exam.seen.values()):
        return told("mutates-inputs", "the caller's arrays are changed, and the numbers are wrong", ("unknown",))
    details = []
    if all(len(o.problem.X) > 1 for o in answers.wrong) and any("sample" in o.problem.traits for o in answers.usable):
        details.append("It is right for T = 1 and wrong for more samples: look at how samples are added up.")
    first, again = exam.ask("main"), exam.ask("main", turn=1)
    if again.answer is not None and any(differ(a, b) for a, b in zip(first.arrays, again.arrays)):
        chance = "Two calls with the same arguments give different numbers: something is drawn at random, or kept."
        return told("unknown", "the numbers change from call to call", formula="", details=(*details, chance))
    if not first.answer.single and 0 < _largest_error(exam, answers) < 0.05:
        words = "small errors without a pattern: a difference quotient with a bad step leaves such"
        return told("unknown", words, ("finite-difference-error",), "", details=tuple(details))
    if at_the_output(exam):
        words = "the output delta is none that the doctor knows; everything below it follows from it as it should"
        line = "dZ_out = «2 (A - E) / T · f'(Z)»"
        return told("wrong-cost-derivative", words, ("wrong-activation-derivative",), line)
    return told("unknown", "", formula="", details=(*details, *facts(exam)))


def _largest_error(exam: Exam, answers: Answers) -> float:
    """The largest relative error of an array of the right shape; 0 where there is none."""
    pairs = [(a, t) for o in answers.wrong for a, t in zip(o.arrays, exam.truth(o.problem))]
    errors = [norm(a - t) / (norm(t) or 1.0) for a, t in pairs if a is not None and a.shape == t.shape]
    return float(max(errors, default=0.0))


def _without_name(exam: Exam, error: Exception) -> Explanation:
    """What can be said when the doctor's own search failed: right or wrong, and where."""
    note = f"The doctor's search failed with {type(error).__name__}: {error}. Please report it with your code."
    if all(exam.right(o) for o in exam.answers().values()):
        return Explanation((), notes=(note,), correct=True)
    return Explanation((Slip("unknown", "everywhere", "", ""),), (), (note,))


# --- from hypotheses to words ---

LAST = {
    "per-sample-updates",
    "shape-error",
    "repeated-update",
    "stale-or-aliased-buffers",
}  # said after a slip of the gradient


def _named(exam: Exam, found: list[Hypothesis]) -> Explanation:
    """The simplest hypothesis, with the categories of those that are about as simple as candidates.

    Where the data are changed in place and computed with, that comes first.
    """
    best = found[0]
    slips = tuple(sorted(best.slips, key=lambda s: (s.category in LAST and len(best.slips) > 1, severity(s.category))))
    others = [c for h in found[1:] if h.cost <= best.cost + ALIKE for c in (s.category for s in h.slips)]
    also = (*(s.category for s in slips[1:]), *best.also, *others)
    changed = sorted({v for o in exam.seen.values() for v in o.changed} & {"X", "E"})
    if changed:
        words = f"the caller's {' and '.join(changed)} changed in place, and computed with"
        also = (slips[0].category, *also)
        slips = (*told("mutates-inputs", words).slips, *slips)
    return Explanation(slips, also, hypothesis=best)
