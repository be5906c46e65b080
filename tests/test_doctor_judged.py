"""From findings to a verdict: the evidence, the order of the candidates, the root, and what is said without a name."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, exam_of, other

from nnlib.doctor import probes
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.verdict import (
    _diagnosis,
    _unknown,
    findings,
)

OFF = lambda a, n: other(a)


def part(slug, what="so it is"):
    return slug, what, VOCABULARY[slug].formula


# -------------------------------------------------------------------------------------------------------- evidence


def test_evidence_of_the_first_telling_problem():
    def change(arrays, name):
        if name == "main":
            return arrays
        arrays[1][2, 3] += 1
        arrays[5][1] -= 7
        return arrays

    weight, bias = findings(exam_of(change, names=("main", "equal widths", "three")))
    assert (weight.array, weight.index, bias.array, bias.index) == ("dW[1]", (2, 3), "db[2]", (1,))
    truth = exam_of().truth("three")
    assert (weight.yours, weight.right) == (truth[1][2, 3] + 1, truth[1][2, 3]), "three comes before equal widths"
    assert bias.error == pytest.approx(7 / np.linalg.norm(truth[5])) and findings(exam_of()) == ()


def test_evidence_of_infinities_and_of_the_furthest_entry():
    def change(arrays, name):
        arrays[0][0, 1], arrays[0][2, 2] = 100, np.inf
        arrays[3][:] += np.array([0.1, -0.9, 0.3, 0.2, 0.1])[: len(arrays[3])]
        return arrays

    weight, bias = findings(exam_of(change))
    assert weight.index == (2, 2) and weight.yours == np.inf and bias.index == (1,)


def test_evidence_leaves_shapes_aside_and_is_told_in_own_terms():
    shaped = exam_of(lambda a, n: [a[0].T, None, *a[2:5], a[5] + 1])
    (only,) = findings(shaped)
    assert only.array == "db[2]"
    shaped.own = lambda finding, problem: (finding.array, problem.name)
    assert findings(shaped) == (("db[2]", "main"),)
    assert findings(exam_of(lambda a, n: OFF(a, n) if n == "main, again" else a)) == (), (
        "the second call has its own room"
    )
    aside = exam_of(
        lambda a, n: OFF(a, n) if n == probes.INTEGER_WEIGHTS else a, names=("main", probes.INTEGER_WEIGHTS)
    )
    assert findings(aside) == () and findings(exam_of(OFF, names=("one sample",)))[0].array == "dW[0]"
    small = exam_of(lambda a, n: [a[0] * (1 + 1e-6), *a[1:]])
    assert findings(small) == () and len(findings(small, 1e-7)) == 1 and findings(exam_of(lambda a, n: None)) == ()


def test_the_furthest_entry_is_that_of_the_largest_gap():
    def change(arrays, name):
        arrays[0][0, 1] *= -1
        arrays[3][2] *= -1
        return arrays

    with np.errstate(all="raise"):
        weight, bias = findings(exam_of(change))
    assert (weight.array, weight.index, bias.array, bias.index) == ("dW[0]", (0, 1), "db[0]", (2,))
    assert weight.yours == -weight.right


# -------------------------------------------------------------------------------------------------- the diagnosis


def test_the_simplest_explanation_and_those_about_as_simple():
    found = [
        Explanation(1, [part("sign")], ("nan",), "half"),
        Explanation(1.14, [part("broadcasting")]),
        Explanation(1.16, [part("unknown")]),
    ]
    d = _diagnosis(exam_of(), found)
    assert (d.category, d.candidates, d.convention, d.second) == ("sign", ("sign", "nan", "broadcasting"), "half", ())
    assert (d.what, d.formula, d.correct) == ("so it is", VOCABULARY["sign"].formula, False)
    assert _diagnosis(exam_of(), found[2:]).candidates == ("unknown",)
    costs = lambda *costs: [Explanation(c, [(slug, "", "")]) for c, slug in zip(costs, ("sign", "nan"))]
    assert [len(_diagnosis(exam_of(), costs(1, c)).candidates) for c in (1.15, 1.16, 1.29)] == [2, 1, 1]
    own = _diagnosis(exam_of(), [Explanation(1, [("sign", "turned", "dZ = «-»")])])
    assert own.formula == "dZ = «-»", "the line of the slip comes before that of its category"


def test_a_slip_in_answers_that_do_not_stay_the_same():
    moved = exam_of(lambda a, n: [g * (3 if n == "main, again" else 2) for g in a])
    d = _diagnosis(moved, [Explanation(1, [part("extra-factor-two")])])
    assert d.candidates == ("extra-factor-two", "stale-or-aliased-buffers") == (d.category, *(s[0] for s in d.second))


def test_two_slips_in_root_order():
    d = _diagnosis(exam_of(), [Explanation(2, [part("sign", "turned"), part("shuffled-labels", "mixed")])])
    assert d.category == "shuffled-labels" and d.what == "mixed" and [s[:2] for s in d.second] == [("sign", "turned")]
    assert d.candidates == ("shuffled-labels", "sign")


def test_words_of_steps_are_for_steps():
    also = [
        Explanation(1, [part("only-last-sample", "the last sample counts")], ("single-sample-step", "repeated-update"))
    ]
    assert _diagnosis(exam_of(), also).candidates == ("only-last-sample",)
    assert _diagnosis(exam_of(kind="train_step"), also).candidates == (
        "single-sample-step",
        "only-last-sample",
        "repeated-update",
    )
    fixed = [Explanation(1, [part("only-last-sample", "left to chance or fixed")])]
    assert _diagnosis(exam_of(kind="train_step"), fixed).category == "single-sample-step"
    otherwise = [Explanation(1, [part("only-last-sample", "divided by T still")])]
    assert _diagnosis(exam_of(kind="train_step"), otherwise).category == "only-last-sample"
    alone = [Explanation(1, [part("repeated-update")], ("single-sample-step",))]
    assert _diagnosis(exam_of(), alone).candidates == ("repeated-update",)
    counts = [Explanation(1, [part("sign", "it counts")])]
    assert _diagnosis(exam_of(kind="train_step"), counts).category == "sign"


def test_spoiled_inputs_and_nan_join_the_candidates():
    exam, found = exam_of(), [Explanation(1, [part("sign")], ("broadcasting",))]
    exam.calls["three"].changed = ("X",)
    assert _diagnosis(exam, found).candidates == ("sign", "mutates-inputs", "broadcasting")
    known = [Explanation(1, [part("mutates-inputs")], ("sign",))]
    assert _diagnosis(exam, known).candidates == ("mutates-inputs", "sign")
    for bad in (np.nan, np.inf):
        d = _diagnosis(exam_of(lambda a, n: [a[0] * bad, *a[1:]] if n == "three" else a), found)
        assert d.candidates == ("sign", "broadcasting", "nan")
    assert "nan" not in _diagnosis(exam_of(lambda a, n: [None, *a[1:]]), found).candidates

    def one(arrays, name):
        arrays[0][0, 0] = np.nan
        return arrays

    assert "nan" in _diagnosis(exam_of(one), found).candidates, "one number of many"


# ------------------------------------------------------------------------------------------------- without a name


def unknown(change, **more):
    exam = exam_of(change, **more)
    usable = [n for n in probes.TABLE if exam.usable(n)]
    return _unknown(exam, usable, [n for n in usable if exam.wrong(n)])


def test_wrong_without_a_name():
    d = unknown(OFF)
    assert (d.category, d.candidates, d.what, d.details, d.correct) == ("unknown", ("unknown",), "", (), False)
    hair = lambda h: lambda a, n: [a[0] * (1 + h), *a[1:]]
    assert (
        unknown(hair(0.04)).candidates == ("unknown", "finite-difference-error")
        and "small errors" in unknown(hair(0.04)).what
    )
    assert unknown(hair(0.06)).what == "" and unknown(lambda a, n: hair(0.04 if n == "main" else 0.06)(a, n)).what == ""
    single = lambda a, n: ([g.astype(np.float32) for g in hair(0.04)(a, n)[:3]], a[3:])
    assert unknown(single).what == ""
    one = unknown(hair(0.04), names=("main",))
    assert "small errors" in one.what and not one.correct, "wrong on one problem is enough"
    alone = lambda a, n: a if n == "one sample" else OFF(a, n)
    note = ("It is right for T = 1 and wrong for more samples: look at how samples are added up.",)
    assert (
        unknown(alone, names=(*THREE, "one sample")).details == note
        and unknown(OFF, names=(*THREE, "one sample")).details == ()
    )
    few = lambda a, n: a if n == "one sample" else hair(0.04)(a, n)
    assert unknown(few, names=(*THREE, "one sample")).details == note


def test_spoiled_inputs_without_a_name():
    exam = exam_of(OFF)
    exam.calls["three"].changed = ("E",)
    d = _unknown(exam, ["main"], ["main"])
    assert (d.category, d.candidates[1], d.correct) == (
        "mutates-inputs",
        "unknown",
        False,
    ) and "numbers are wrong" in d.what
