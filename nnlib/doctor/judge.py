"""From an examination to a diagnosis: crashes and state first, then the numbers, then what holds in special cases only."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlib.doctor import behaviour, returned, special_cases
from nnlib.doctor.assemble import assemble, notes
from nnlib.doctor.diagnosis import Diagnosis, Slip, Told, told
from nnlib.doctor.exam import CLOSE, EXACT, Exam, differ, examine
from nnlib.doctor.explain import Hypothesis, explain
from nnlib.doctor.facts import at_the_output, facts
from nnlib.doctor.search import evidence_of, grey, numbers
from nnlib.doctor.setting import Setting
from nnlib.doctor.vocabulary import severity

EARLY = (
    behaviour.no_verdict, behaviour.nothing_back, behaviour.crashed, returned.one_list, behaviour.state, returned.miscounted,
    returned.reversed_step, returned.new_weights,
)  # fmt: skip


def judge(function: Callable, setting: Setting) -> Diagnosis:
    """The diagnosis of a function in a setting: is every gradient (or the step) right, and if not, which mistake is it?

    `function` has the signature of the contract, in the setting's layout. Whatever it does, it gets a verdict.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # planted mistakes divide by nothing now and then
        warnings.simplefilter("ignore")
        exam = fitting(examine(function, setting))
        try:
            found, base = verdict(exam)
        except Exception as error:  # a fault of the doctor's own: said in the verdict, with what is known all the same
            found, base = _without_name(exam, error), CLOSE
        return assemble(exam, found, base)


def fitting(exam: Exam) -> Exam:
    """The examination at the depth that the code is written for, and without biases where it has none."""
    depth = written_depth(exam)
    if depth and depth != 3:
        exam = examine(exam.function, exam.setting, depth)
    if exam.setting.bias == "vector" and without_biases(exam):
        exam = examine(exam.function, replace(exam.setting, bias="none"), exam.layers)
    return exam


def written_depth(exam: Exam) -> int:
    """The number of layers that the code is written for, where it fails at every other depth; 0 where it takes any."""
    if exam.setting.sizes is not None or exam.layers:
        return 0
    runs, fails = set(), set()
    for o in exam.answers().values():
        if "shallow" not in o.problem.traits:
            (runs if o.answer is not None and o.answer.finite() else fails).add(o.problem.layers)
    only = runs - fails
    return only.pop() if len(only) == 1 and runs == only and fails else 0


def without_biases(exam: Exam) -> bool:
    """Do the biases get no gradient, and have no influence on any?"""
    o = next((o for o in exam.answers().values() if o.answer is not None and "plain" in o.problem.traits), None)
    L = 0 if o is None else o.problem.layers
    if o is None or not any(a is not None and a.any() for a in o.arrays[:L]):
        return False
    if any(a is not None and a.any() for t in exam.answers().values() for a in t.arrays[t.problem.layers :]):
        return False
    moved = exam.ask(o.problem.but(biases=tuple(b + 0.3 for b in o.problem.biases)))
    return moved.answer is not None and not any(differ(a, b) for a, b in zip(o.arrays[:L], moved.arrays[:L]))


# --- the verdict ---


def verdict(exam: Exam) -> tuple[Told, float]:
    """What was found, and the tolerance at which it holds."""
    for look in EARLY:
        if (found := look(exam)) is not None:
            if look is behaviour.state:
                found = _with_the_slip(exam, found)
            return found, CLOSE
    seen = list(exam.answers().values())
    usable = [o for o in seen if o.answer is not None and o.answer.finite()]
    raised = [o for o in seen if o not in usable and (o.raised or o.answer is None)]
    wrong = [o for o in usable if exam.wrong(o)]
    if not usable:
        return told("nan", "NaN or infinity in every answer") if any(o.answer is not None for o in seen) else _nothing(
            exam, raised
        ), CLOSE
    if wrong and (late := behaviour.kept_later(exam)) is not None:
        return late, CLOSE
    if (
        wrong
        and (found := special_cases.only_shapes(exam, [o for o in usable if "special" not in o.problem.traits]))
        is not None
    ):
        return found, CLOSE
    hypotheses, base = numbers(exam, usable, wrong, raised) if wrong or grey(exam, usable) else ([], EXACT)
    if hypotheses:
        return _with_changed_data(exam, _named(exam, hypotheses)), base
    if wrong:
        return _without_hypothesis(exam, usable, wrong, raised), CLOSE
    return _right_in_general(exam, seen, usable, raised), CLOSE


def _with_changed_data(exam: Exam, found: Told) -> Told:
    """Where the numbers are wrong because the data are changed in place, that is the mistake."""
    changed = sorted({v for o in exam.seen.values() for v in o.changed} & {"X", "E"})
    if not changed:
        return found
    slip = told("mutates-inputs", f"the caller's {' and '.join(changed)} changed in place, and computed with").slips[0]
    return replace(found, slips=(slip, *found.slips), also=(found.slips[0].category, *found.also))


def _nothing(exam, raised) -> Told:
    return special_cases.unexplained(exam, [], raised) or told("shape-error", "no arrays of numbers came back")


def _with_the_slip(exam: Exam, found: Told) -> Told:
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


def _right_in_general(exam, seen, usable, raised) -> Told:
    """No number is wrong on ordinary problems: shapes, special cases, the caller's arrays, integers, saturation; else right."""
    if (found := special_cases.only_shapes(exam, usable)) is not None:
        return found
    broken = [o for o in seen if o not in usable and o not in raised]
    failing = [o for o in (*raised, *broken) if not _by_design(exam, o)]
    if failing:
        found = special_cases.in_special_cases(exam, failing, [o for o in raised if o in failing], lambda some: None)
        if found is not None:
            return found
        return special_cases.raising(exam, failing)
    for look in behaviour.LATE:
        if (found := look(exam)) is not None:
            return found
    return Told((), (), (), notes(exam, usable, raised), correct=True)


def _by_design(exam: Exam, o) -> bool:
    """Does the call fail only because the code is written for another depth?"""
    return "depth" in o.problem.traits and o.problem.layers != (exam.layers or 3)


def _without_hypothesis(exam: Exam, usable, wrong, raised) -> Told:
    broken = [o for o in exam.answers().values() if o not in usable and o not in raised]
    fail = [o for o in (*wrong, *raised, *broken) if not (o in raised and _by_design(exam, o))]
    if exam.ask("main") not in fail:
        found = special_cases.in_special_cases(exam, fail, raised, lambda some: _slips_of(exam, some))
        if found is not None:
            return found
    if (
        exam.ask("main") in broken
        and exam.ask("main").answer is not None
        and any(a is not None for a in exam.ask("main").arrays)
    ):
        return told("nan", "NaN or infinity on ordinary problems, where every right number is of moderate size")
    found = special_cases.unexplained(exam, usable, [o for o in raised if not _by_design(exam, o)])
    return found or _unknown(exam, usable, wrong)


def _slips_of(exam: Exam, some):
    """The slips of the simplest hypothesis for these answers, where it is nothing but factors; else None."""
    found = explain(evidence_of(exam, some, EXACT))
    return found[0].slips if found and (found[0].pure or len(found[0].slips) == 1) else None


def _unknown(exam: Exam, usable, wrong) -> Told:
    """No name: what can be said all the same."""
    if any(o.changed for o in exam.seen.values()):
        return told("mutates-inputs", "the caller's arrays are changed, and the numbers are wrong", ("unknown",))
    details = []
    if all(len(o.problem.X) > 1 for o in wrong) and any("sample" in o.problem.traits for o in usable):
        details.append("It is right for T = 1 and wrong for more samples: look at how samples are added up.")
    first, again = exam.ask("main"), exam.ask("main", turn=1)
    if again.answer is not None and any(differ(a, b) for a, b in zip(first.arrays, again.arrays)):
        details.append(
            "Two calls with the same arguments give different numbers: something is drawn at random, or kept."
        )
        return Told((Slip("unknown", "everywhere", "the numbers change from call to call", ""),), (), tuple(details))
    errors = [
        float(np.linalg.norm(a - t)) / (float(np.linalg.norm(t)) or 1.0)
        for o in wrong
        for a, t in zip(o.arrays, exam.truth(o.problem))
        if a is not None and a.shape == t.shape
    ]
    if errors and max(errors) < 0.05 and not first.answer.single:
        words = "small errors without a pattern: a difference quotient with a bad step leaves such"
        return Told((Slip("unknown", "everywhere", words, ""),), ("finite-difference-error",), tuple(details))
    if at_the_output(exam):
        words = "the output delta is none that the doctor knows; everything below it follows from it as it should"
        return told(
            "wrong-cost-derivative", words, ("wrong-activation-derivative",), "dZ_out = «2 (A - E) / T · f'(Z)»"
        )
    details += facts(exam)
    return Told((Slip("unknown", "everywhere", "", ""),), (), tuple(details))


def _without_name(exam: Exam, error: Exception) -> Told:
    """What can be said when the doctor's own search failed: right or wrong, and where."""
    note = f"The doctor's search failed with {type(error).__name__}: {error}. Please report it with your code."
    if all(exam.right(o) for o in exam.answers().values()):
        return Told((), notes=(note,), correct=True)
    return Told((Slip("unknown", "everywhere", "", ""),), (), (note,))


# --- from hypotheses to words ---

LAST = {
    "per-sample-updates",
    "shape-error",
    "repeated-update",
    "stale-or-aliased-buffers",
}  # said after a slip of the gradient


def _named(exam: Exam, found: list[Hypothesis]) -> Told:
    """The simplest hypothesis, with the categories of those that are about as simple as candidates."""
    best = found[0]
    slips = tuple(sorted(best.slips, key=lambda s: (s.category in LAST and len(best.slips) > 1, severity(s.category))))
    others = [c for h in found[1:] if h.cost <= best.cost + 0.15 for c in (s.category for s in h.slips)]
    return Told(slips, (*(s.category for s in slips[1:]), *best.also, *others), hypothesis=best)
