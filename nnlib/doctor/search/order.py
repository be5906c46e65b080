"""The order of the search for a name: one mistake, on some problems only, without a formula, in other shapes, two mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.diagnosis import Slip, array_name
from nnlib.doctor.questions.exam import CLOSE, EXACT, Exam
from nnlib.doctor.search.differences import by_chance, difference_fault, divided_by_h
from nnlib.doctor.search.explain import explain, explain_two
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.search.steps import behind
from nnlib.doctor.vocabulary import VOCABULARY


def numbers(exam: Exam, usable, wrong, raised) -> tuple[list[Hypothesis], float]:
    """Hypotheses for the numbers, and the tolerance at which they hold."""
    if wrong and all("thin" in o.problem.traits and "neuron" not in o.problem.traits for o in wrong):
        return [], EXACT
    if not wrong:
        small = evidence_of(exam, [o for o in usable if "plain" in o.problem.traits], 1e-10)
        return [h for h in explain(small) if h.number] or _differences(exam, usable, wrong, small), 1e-9
    everywhere = evidence_of(exam, usable, EXACT, first=wrong)
    for look in LOOKS:
        found = look(exam, usable, wrong, everywhere)
        if found:
            return found, CLOSE if look is _without_the_last_digits else EXACT
    return [], CLOSE


def grey(exam: Exam, usable) -> bool:
    """Right within the generous tolerance, but not to the last digits."""
    return any(exam.wrong(o, 1e-9) for o in usable if "plain" in o.problem.traits)


def evidence_of(exam: Exam, some, base: float, first=()) -> Evidence:
    """The arrays of these answers with their tolerances, one of `first` at the front; a missing array counts as zeros."""
    deep = [o for o in some if "shallow" not in o.problem.traits]
    some = sorted(deep or some, key=lambda o: (o not in first, "plain" not in o.problem.traits))
    row = lambda o: [np.zeros_like(t) if a is None else a for a, t in zip(o.arrays, exam.truth(o.problem))]
    kept = lambda o, row: tuple(a if k in exam.judged(o.problem.layers) else None for k, a in enumerate(row))
    tolerances = tuple(tuple(exam.tolerance(o, k, base) for k in range(len(o.arrays))) for o in some)
    failed = tuple(o.problem for o in exam.answers().values() if o.raised)
    problems, arrays = tuple(o.problem for o in some), tuple(kept(o, row(o)) for o in some)
    return Evidence(exam.setting, problems, arrays, tolerances, failed, base)


def _cut(exam, usable, wrong, everywhere):
    """Zeros where several samples are asked, and something else for one sample, or where the errors are large: integers."""
    L, zero = exam.problem("main").layers, _zeros(exam, usable)
    ones = [o for o in usable if "sample" in o.problem.traits]
    line = "dW = «int»(A_prev.T @ dZ / T)"
    if zero and ones and all(map(exam.right, ones)):
        scope = "everywhere" if zero == exam.judged(L) else ", ".join(array_name(k, L) for k in zero)
        slip = Slip("integer-truncation", "everywhere", "1 // T is 0 for more than one sample: / belongs", line)
        return [Hypothesis(1.0, (slip,), laws=((scope, lambda p, l: 1.0 // len(p.X)),))]
    if zero and not exam.slow and _whole_numbers(exam.ask("large errors"), zero):
        slip = Slip("integer-truncation", "everywhere", "gradients are cut to 0 by an integer array", line)
        return [Hypothesis(1.0, (slip,))]
    return []


def _zeros(exam, usable) -> list[int]:
    """The arrays that are zero wherever several samples are asked."""
    L = exam.problem("main").layers
    several = [o for o in usable if len(o.problem.X) > 1 and o.problem.layers == L]
    return [k for k in exam.judged(L) if several and not any(_entry(o, k) for o in several)]


def _entry(o, k) -> bool:
    """Is there anything but zero in array k?"""
    return k < len(o.arrays) and o.arrays[k] is not None and bool(np.any(o.arrays[k]))


def _whole_numbers(o, which) -> bool:
    """Do whole numbers, and not only zeros, stand in these arrays, of a step before or after the rate?"""
    values = [o.arrays[k] for k in which if _entry(o, k)]
    whole = lambda rate: all(
        np.abs(v).max() < 1e9 and np.allclose(rate * v, np.round(rate * v), atol=1e-9) for v in values
    )
    return bool(values) and (whole(1.0) or whole(o.problem.rate))


def _everywhere(exam, usable, wrong, everywhere):
    found = explain(everywhere)
    found = divided_by_h(everywhere, found) or found
    if exam.setting.kind == "train_step" and (not found or found[0].cost >= 2.5):
        return behind(exam, everywhere) or found
    return found


def _some_problems(exam, usable, wrong, everywhere):
    """Only some problems are wrong: the mistake shows there alone."""
    many = all("many" in o.problem.traits for o in wrong)
    if len(wrong) == len(usable) or all({"thin", "many"} & o.problem.traits for o in wrong) and not many:
        return []
    return explain(evidence_of(exam, wrong, EXACT, first=wrong))


def _differences(exam, usable, wrong, everywhere):
    """Differences of the cost, with a bad step."""
    o = exam.ask("main")
    return difference_fault(everywhere, small=not wrong) if o in usable and not o.answer.single else []


def _chance(exam, usable, wrong, everywhere):
    """Which samples would give these numbers, if chance had chosen them? Asked with several seeds."""
    p, found = exam.problem("three"), []
    for seed in (12345, *range(11, 17)):
        o = exam.ask(p, seed)
        if o.answer is None or not o.answer.finite() or exam.slow:
            return found
        if exam.wrong(o):
            now = by_chance(everywhere, p, o.arrays)
            if not now:
                return []
            found = max(
                found or now, now, key=lambda some: some[0].cost
            )  # one sample may be a shuffle's choice as well
    return found


def _another_shape(exam, usable, wrong, everywhere):
    """Right numbers of a mistake in another shape."""
    pairs = [list(zip(row, exam.truth(p))) for row, p in zip(everywhere.arrays, everywhere.problems)]
    same = lambda a, t: a is None or a.shape == t.shape or a.squeeze().shape != t.squeeze().shape
    if all(same(a, t) for row in pairs for a, t in row):
        return []
    arrays = tuple(tuple(a if same(a, t) else a.reshape(t.shape) for a, t in row) for row in pairs)
    note = Slip("shape-error", "everywhere", "an array comes back in another shape", VOCABULARY["shape-error"].formula)
    found = explain(replace(everywhere, arrays=arrays))
    return [replace(h, cost=h.cost + 1, slips=(*h.slips, note)) for h in found]


def _two(exam, usable, wrong, everywhere):
    return explain_two(everywhere)


def _without_the_last_digits(exam, usable, wrong, everywhere):
    """A mistake that holds to a few digits: single precision, or numerical differences."""
    return explain(evidence_of(exam, usable, CLOSE, first=wrong))


LOOKS = (
    _cut, _everywhere, _some_problems, _differences, _chance, _another_shape, _two, _without_the_last_digits,
)  # fmt: skip
