"""The order of the search for a name: one mistake, some problems only, rounding and chance, shapes, two mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.candidates.factors import WEIGHTS_OF
from nnlib.doctor.diagnosis import Slip, array_name
from nnlib.doctor.questions.exam import CLOSE, EXACT, Exam, multiple, right
from nnlib.doctor.search.differences import by_chance, difference_fault, lattice
from nnlib.doctor.search.explain import Evidence, Hypothesis, explain
from nnlib.doctor.search.pairs import explain_pairs, explain_parts
from nnlib.doctor.search.steps import behind
from nnlib.doctor.vocabulary import VOCABULARY


def evidence_of(exam: Exam, some, base: float, reshape: bool = False, first=()) -> Evidence:
    """The arrays of these answers with their tolerances, one of `first` at the front; a missing array counts as zeros."""
    deep = [o for o in some if "shallow" not in o.problem.traits]
    some = sorted(deep or some, key=lambda o: (o not in first, "plain" not in o.problem.traits))
    arrays, tolerances, judged = [], [], exam.judged
    for o in some:
        truth, L = exam.truth(o.problem), o.problem.layers
        row = [_reshaped(a, t) if reshape else a for a, t in zip(o.arrays, truth)]
        row = [np.zeros_like(t) if a is None else a for a, t in zip(row, truth)]
        arrays.append(tuple(a if k in judged(L) else None for k, a in enumerate(row)))
        tolerances.append(tuple(exam.tolerance(o, k, base) for k in range(2 * L)))
    failed = tuple(o.problem for o in exam.answers().values() if o.raised)
    return Evidence(exam.setting, tuple(o.problem for o in some), tuple(arrays), tuple(tolerances), failed, base)


def _reshaped(a, t):
    if a is None or a.shape == t.shape or a.size != t.size or a.squeeze().shape != t.squeeze().shape:
        return a
    return a.reshape(t.shape)


def grey(exam: Exam, usable) -> bool:
    """Right within the generous tolerance, but not to the last digits."""
    return any(exam.wrong(o, 1e-9) for o in usable if "plain" in o.problem.traits)


def numbers(exam: Exam, usable, wrong, raised) -> tuple[list[Hypothesis], float]:
    """Hypotheses for the numbers, and the tolerance at which they hold."""
    plain = [o for o in usable if "plain" in o.problem.traits]
    if wrong and all("thin" in o.problem.traits and "neuron" not in o.problem.traits for o in wrong):
        return [], EXACT
    if not wrong:
        small = evidence_of(exam, plain, 1e-10)
        return [h for h in explain(small) if h.candidates and h.number] or _differences(exam, plain, small), 1e-9
    everywhere = evidence_of(exam, usable, EXACT, first=wrong)
    for look in (_cut, _everywhere, _some_problems, _no_formula, _another_shape, _two, _without_the_last_digits):
        found = look(exam, usable, wrong, everywhere)
        if found:
            return found, CLOSE if look is _without_the_last_digits else EXACT
    return [], CLOSE


def _everywhere(exam, usable, wrong, everywhere):
    found = explain(everywhere)
    if found and found[0].pure and [s.number for s in found[0].slips] == [2.0] and _inexact(everywhere):
        slip = Slip(
            "finite-difference-error",
            "everywhere",
            "a difference quotient divided by h, not 2h",
            "(C(w + h) - C(w - h)) / «2 h»",
        )
        return [Hypothesis(1.0, (slip,), ("extra-factor-two",))]
    if exam.setting.kind == "train_step" and (not found or found[0].cost >= 2.5):
        return behind(exam, everywhere) or found
    return found


def _some_problems(exam, usable, wrong, everywhere):
    """Only some problems are wrong: the mistake shows there alone."""
    if len(wrong) == len(usable):
        return []
    telling = not all({"thin", "many"} & o.problem.traits for o in wrong) or all(
        "many" in o.problem.traits for o in wrong
    )
    return explain(evidence_of(exam, wrong, EXACT, first=wrong)) if telling else []


def _no_formula(exam, usable, wrong, everywhere):
    return lattice(everywhere) or _differences(exam, usable, everywhere) or _chance(exam, everywhere)


def _differences(exam, usable, evidence):
    o = exam.ask("main")
    if o.answer is None or o.answer.single or o not in usable:
        return []
    found = difference_fault(evidence)
    small = all(not exam.wrong(t) for t in usable)
    return [] if small and found and "one-sided" not in found[0].slips[0].words else found


def _chance(exam, everywhere):
    """Which samples would give these numbers, if chance had chosen them? Asked with several seeds."""
    p = exam.problem("three")
    found: list = []
    for seed in (12345, *range(11, 17)):
        o = exam.ask(p, seed)
        if o.answer is None or not o.answer.finite() or exam.slow:
            return found
        if not exam.wrong(o):
            continue
        now = by_chance(everywhere, p, o.arrays)
        if not now:
            return []
        several = [
            h for h in now if h.slips[0].category == "shuffled-labels" or h.slips[0].category == "batch-remainder"
        ]
        found = now if not found or several and now[0].slips[0].category != found[0].slips[0].category else found
    return found


def _another_shape(exam, usable, wrong, everywhere):
    """Right numbers of a mistake in another shape."""
    shaped = evidence_of(exam, usable, EXACT, reshape=True, first=wrong)
    if all(a is b or a.shape == b.shape for x, y in zip(shaped.arrays, everywhere.arrays) for a, b in zip(x, y)):
        return []
    note = Slip("shape-error", "everywhere", "an array comes back in another shape", VOCABULARY["shape-error"].formula)
    return [replace(h, cost=h.cost + 1, slips=(*h.slips, note)) for h in explain(shaped)]


def _two(exam, usable, wrong, everywhere):
    found = explain_parts(everywhere) or explain_pairs(everywhere)
    if found or not any(a is not None and a.any() for row in everywhere.arrays for a in row[: len(row) // 2]):
        return found
    return _weights_alone(everywhere)


def _weights_alone(everywhere):
    """One mistake that gives every weight gradient, beside bias gradients that it does not give."""
    if everywhere.setting.bias == "none":
        return []
    truth = right(everywhere.problems[0], everywhere.setting)
    if not any(_off(a, t) for a, t in zip(everywhere.arrays[0][: len(truth) // 2], truth)):
        return []
    found, L = [h for h in explain(everywhere.weights_alone()) if h.cost < 2.5], len(truth) // 2
    if not any(_off(a, t) for a, t in zip(everywhere.arrays[0][L:], truth[L:])):  # the biases are right
        places = frozenset(("W", l) for l in range(L))
        return [
            replace(
                h,
                cost=h.cost + 0.5,
                slips=(replace(h.slips[0], scope="weights"), *h.slips[1:]),
                only=places,
                laws=tuple((WEIGHTS_OF.get(scope, scope), law) for scope, law in h.laws),
            )
            for h in found
        ]
    zero = not any(g is not None and g.any() for a in everywhere.arrays for g in a[len(a) // 2 :])
    own = "the bias gradients do not follow from it: they have a formula of their own"
    category, words = ("bias-gradient-zero", "the biases get no gradient") if zero else ("bias-wrong-formula", own)
    slip = Slip(category, "biases", words, VOCABULARY["bias-wrong-formula"].formula)
    return [replace(h, cost=h.cost + 1, slips=(*h.slips, slip), partial=True) for h in found]


def _off(a, t) -> bool:
    """Is an array another than the right one, up to no factor at all?"""
    if a is None or a.shape != t.shape:
        return True
    c = multiple(a, t, 1e-8)
    return np.isnan(c) or abs(c - 1) > 1e-6


def _without_the_last_digits(exam, usable, wrong, everywhere):
    """A mistake that holds to a few digits: single precision, or numerical differences."""
    return explain(evidence_of(exam, usable, CLOSE, first=wrong))


def _inexact(evidence) -> bool:
    """Do the arrays miss the last digits, as differences do and formulas do not?"""
    truth = right(evidence.problems[0], evidence.setting)
    pairs = [(a, t) for a, t in zip(evidence.arrays[0], truth) if a is not None]
    return evidence.setting.kind == "gradients" and any(np.isnan(multiple(a, t, 1e-12)) for a, t in pairs)


def _cut(exam, usable, wrong, everywhere):
    """Some arrays hold nothing but zeros, for more than one sample: are they cut to integers, or is everything 0?"""
    L = exam.problem("main").layers
    several = [o for o in usable if len(o.problem.X) > 1 and o.problem.layers == L]
    zero = [k for k in exam.judged(L) if several and not any(_entry(o, k) for o in several)]
    if not zero or exam.slow:
        return []
    places = ", ".join(array_name(k, L) for k in zero) if len(zero) < len(exam.judged(L)) else "everywhere"
    ones = [o for o in usable if "sample" in o.problem.traits]
    if ones and all(map(exam.right, ones)):
        return [_whole("1 // T is 0 for more than one sample: / belongs", (places, lambda p, l: 1.0 // len(p.X)))]
    if any(_entry(o, k) for o in ones for k in zero):
        return []
    if _whole_numbers(exam, zero):
        return [_whole("gradients are cut to 0 by an integer array")]
    return [_nothing(exam.setting.kind == "train_step")] if places == "everywhere" else []


def _whole_numbers(exam, zero) -> bool:
    """Where the errors are large, do whole numbers come back in these arrays, or, of a step, any?"""
    o = exam.ask("large errors")
    values = [o.arrays[k] for k in zero if _entry(o, k)]
    whole = all(np.abs(v).max() < 1e9 and (v == np.round(v)).all() for v in values)
    return bool(values) and (whole or exam.setting.kind == "train_step")


def _whole(words: str, *laws) -> Hypothesis:
    slip = Slip("integer-truncation", "everywhere", words, "dW = «int»(A_prev.T @ dZ / T)")
    return Hypothesis(1.0, (slip,), laws=laws)


def _nothing(step: bool) -> Hypothesis:
    """Every gradient is 0."""
    law = (("everywhere", lambda p, l: 0.0),)
    if step:
        slip = Slip("unknown", "everywhere", "the step changes nothing: the old weights come back", "W_new = «W»")
        also = ("learning-rate-ignored", "wrong-activation-derivative", "integer-truncation")
    else:
        words = "every gradient is 0: a slope of 0, as in a * 1 - a, or a difference with no step"
        slip = Slip("wrong-activation-derivative", "everywhere", words, "dZ = dA · «f'(Z)»")
        also = ("finite-difference-error", "integer-truncation")
    return Hypothesis(1.0, (slip,), also, laws=law)


def _entry(o, k) -> bool:
    """Is there anything but zero in array k?"""
    return k < len(o.arrays) and o.arrays[k] is not None and bool(np.any(o.arrays[k]))
