"""Right on ordinary problems: each special case by an examination made by hand, and the words for where it is."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import exam_of

from nnlib.doctor import probes
from nnlib.doctor.references import FORMULAS, compute
from nnlib.doctor.special import special

NAMES = ("main", "main, again", *list(probes.TABLE)[1:], probes.INTEGERS, probes.SATURATED, probes.INTEGER_WEIGHTS)
OFF = lambda arrays: [a + 1 for a in arrays]


def judged(change, kind="gradients", names=NAMES, **facts):
    exam = exam_of(change, names, kind)
    for name, fact in facts.items():
        setattr(exam, name, fact)
    usable = [n for n in probes.TABLE if exam.usable(n)]
    d = special(exam, usable, [n for n in usable if exam.wrong(n)])
    assert d is None or d.correct == (d.category == "correct")
    return d


def only(names, change):
    """`change` of the arrays on these problems alone."""
    return lambda arrays, name: change(arrays) if name in names else arrays


def said(*arguments, **more):
    d = judged(*arguments, **more)
    return None if d is None else (d.category, d.candidates[1:], d.what)


def test_all_right():
    d = judged(lambda a, n: a)
    assert d.correct and d.category == "correct" and d.notes == ()


IN_GENERAL, THIN = "right in general, wrong ", ("one sample", "one output", "one input")
CASES = {
    ("one sample",): ("broadcasting", ("shape-error",), IN_GENERAL + "where there is one sample only"),
    ("one output", "one input"): ("broadcasting", ("shape-error",), IN_GENERAL + "where there is one output only and where there is one input only"),
    ("one sample", "one output", "one input"): ("broadcasting", ("shape-error",), IN_GENERAL + "where there is one sample only and where there is one output only and where there is one input only"),
    ("many samples",): ("batch-remainder", (), IN_GENERAL + "where there are 131 samples"),
    ("equal widths",): ("unknown", ("transposed-weights", "broadcasting"), IN_GENERAL + "where all layers have one width"),
    ("all equal",): ("unknown", ("broadcasting", "bias-wrong-axis"), IN_GENERAL + "where T equals every width"),
    ("equal widths", "all equal"): ("unknown", ("transposed-weights", "broadcasting"), IN_GENERAL + "where all layers have one width and where T equals every width"),
    ("one sample", "all equal"): ("unknown", ("transposed-weights", "broadcasting"), IN_GENERAL + "where T equals every width and where there is one sample only"),
    ("equal widths", "all equal", "one sample", "one output", "one input"): ("unknown", ("transposed-weights", "broadcasting"), IN_GENERAL + "in 5 problems of 14, the first a network 4-4-4-4 and T = 6"),
    ("two layers",): ("off-by-one-layer", ("shape-error",), IN_GENERAL + "in a network of 2 layers"),
    ("two layers", "four layers"): ("off-by-one-layer", ("shape-error",), IN_GENERAL + "in a network of 2 layers and in a network of 4 layers"),
    ("main",): None, ("many samples", "two layers"): None, ("one sample", "many samples"): None,
}  # fmt: skip


@pytest.mark.parametrize("names", CASES)
def test_wrong_numbers_in_some_cases_only(names):
    assert said(only(names, OFF)) == CASES[names]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_a_number_in_some_cases_only(bad):
    spoil = lambda arrays: [arrays[0] * bad, *arrays[1:]]
    assert said(only(("one sample",), spoil)) == (
        "nan",
        ("broadcasting",),
        "NaN or infinity where there is one sample only",
    )
    assert said(only(("many samples",), spoil)) == ("nan", (), "NaN or infinity where there are 131 samples")
    one_entry = lambda arrays: [np.where(np.arange(a.size).reshape(a.shape) == 1, bad, a) for a in arrays]
    assert said(only(THIN, one_entry))[:2] == ("nan", ("broadcasting",)), "in all three, and in one entry alone"
    mixed = lambda a, n: spoil(a) if n == "one input" else [None, *a[1:]] if n == "one output" else a
    assert said(mixed)[0] == "nan", "an array that is missing beside it"


def test_bias_gradients_of_a_single_case():
    zero = lambda arrays: [*arrays[: len(arrays) // 2], *[0 * a for a in arrays[len(arrays) // 2 :]]]
    d = said(only(("one sample",), zero))
    assert d == (
        "bias-gradient-zero",
        ("broadcasting", "shape-error"),
        "the bias gradients are 0 where there is one sample only, and right in general",
    )
    assert said(only(("one sample", "one input"), zero))[0] == "bias-gradient-zero"
    assert said(only(THIN, zero))[0] == "bias-gradient-zero"
    assert said(only(("many samples",), zero))[0] == "batch-remainder"
    some = lambda a: [*a[:-1], a[-1] * (np.arange(len(a[-1])) > 0)]
    worse = lambda a: [a[0] + 1, *zero(a)[1:]]
    for change in (lambda a: [*a[:-1], a[-1] + 1], lambda a: [*a[:-1], None], worse, some):
        assert said(only(("one sample",), change))[0] == "broadcasting"
    beside = lambda a, n: zero(a) if n == "one sample" else worse(a) if n == "one input" else a
    assert said(beside)[0] == "broadcasting", "zeros alone in one case, and more than zeros in the next"
    half = lambda a, n: zero(a) if n == "one sample" else [*a[:-1], a[-1] + 1] if n == "one input" else a
    assert said(half)[0] == "broadcasting", "zeros in one case, other numbers in the next"


def test_a_factor_for_a_single_sample_alone():
    d = judged(only(("one sample",), lambda arrays: [-g for g in arrays]))
    assert (d.category, d.candidates[1:]) == ("sign", ("broadcasting",)) and d.formula
    assert d.what == "right for several samples, and for a single one the sign is turned round"
    d = judged(only(("one sample",), lambda arrays: [g / 2 for g in arrays]))
    assert d.category == "missing-factor-two" and d.formula.startswith("dA")
    d = judged(only(("one sample",), lambda arrays: [g / (1 + (g.ndim == 1)) for g in arrays]))
    assert d.category == "missing-factor-two" and d.formula.startswith("db ="), "the line of the biases"
    d = judged(only(("one input",), lambda arrays: [g / 2 for g in arrays]))
    assert d.category == "broadcasting", "one input is not one sample"


def test_another_slip_for_a_single_sample_alone():
    """A factor beside another mistake is no matter of one sample being divided by another number."""
    m = next(m for m in FORMULAS if m.row.category == "missing-activation-derivative" and m.scope == "everywhere")
    assert said(only(("one sample",), lambda arrays: [-g for g in compute((m,), "one sample")]))[0] == "broadcasting"


# ------------------------------------------------------------------------------------------------------ what is raised

BROADCAST = ValueError("operands could not be broadcast together with shapes (3,) (4,)")


def test_raising_in_some_cases_only():
    d = judged(lambda a, n: BROADCAST if n == "one sample" else a)
    assert (d.category, d.candidates[1:]) == ("broadcasting", ("shape-error",)) and d.what.startswith(
        "the call with a network 3-5-4-2 and T = 1 raised ValueError"
    )
    assert d.details[0].startswith("It was called with weights of shapes [(3, 5), (5, 4), (4, 2)]")
    assert said(lambda a, n: BROADCAST if n in THIN else a)[:2] == ("broadcasting", ("shape-error",))
    d = judged(lambda a, n: BROADCAST if n == "many samples" else a)
    assert (d.category, d.candidates[1:]) == ("shape-error", ("elementwise-matmul-confusion", "broadcasting"))
    d = judged(lambda a, n: ZeroDivisionError("0") if n == "one sample" else a)
    assert d.category == "nan"
    d = judged(lambda a, n: BROADCAST if n == "one sample" else OFF(a) if n == "one input" else a)
    assert (d.category, d.what[:16]) == ("broadcasting", IN_GENERAL[:16]), "one raises, the other has wrong numbers"
    d = judged(lambda a, n: None if n == "one sample" else a)
    assert d.what == "nothing came back" and d.category == "broadcasting"


def test_code_for_one_depth():
    d = judged(lambda a, n: BROADCAST if len(a) != 6 else a)
    assert d.category == "shape-error" and d.what.startswith(
        "the numbers are right, but only for one depth: the call with a network 3-5-4"
    )
    assert "range(len(weights))" in d.mend and d.details == (
        "It runs with 3 weight layers and raises with 2 or 4: the depth is written into the code.",
    )


# --------------------------------------------------------------------------------- inputs, integers, and saturation


def changed_inputs(*names):
    exam = exam_of(names=NAMES)
    exam.calls["main"].changed = names
    return special(exam, list(probes.TABLE), [])


def test_the_callers_arrays_are_changed():
    for name, words in (
        ("X", "the caller's X is changed"),
        ("E", "the caller's E is changed"),
        ("weights", "the caller's weights are changed"),
    ):
        d = changed_inputs(name)
        assert d.category == "mutates-inputs" and d.what == "the results are right, but " + words and not d.correct
        assert bool(d.mend) == (name in "XE") and bool(d.formula) != (name in "XE")
    d = changed_inputs("X", "E")
    assert d.what.endswith("caller's E and X are changed") and d.mend.startswith("Work on a copy, E.copy():")
    assert changed_inputs("weights", "X", "biases", "E").what.endswith(
        "caller's E and X and biases and weights are changed"
    )
    assert not changed_inputs("X", "biases").mend and "W_new" in changed_inputs("biases").formula


def test_integers_and_saturation_after_all_the_rest():
    d = judged(only((probes.INTEGERS,), OFF))
    assert (d.category, d.what) == ("integer-truncation", "right with floats, wrong as soon as X and E hold integers")
    for bad in (np.nan, np.inf):
        d = judged(only((probes.SATURATED,), lambda a, bad=bad: [*a[:5], a[5] * 0 + bad]))
        assert (d.category, d.what) == ("nan", "NaN or infinity where a neuron is saturated, z = 800")
        once = lambda a, bad=bad: [*a[:5], np.where(np.arange(a[5].size) == 1, bad, a[5])]
        assert judged(only((probes.SATURATED,), once)).category == "nan", "one number is enough"
    assert judged(only((probes.SATURATED,), OFF)).correct, "small numbers there: only NaN and infinity count"
    assert judged(only((probes.SATURATED,), lambda a: [None, *a[1:]])).correct
    d = judged(lambda a, n: OverflowError("math range error") if n == probes.SATURATED else a)
    assert d.category == "nan" and "OverflowError" in d.what
    assert judged(lambda a, n: FloatingPointError("underflow in exp") if n == probes.SATURATED else a).correct
    assert judged(lambda a, n: ValueError("no") if n == probes.SATURATED else a).correct
    assert judged(lambda a, n: a, names=NAMES[:3]).correct, "not asked at all"
