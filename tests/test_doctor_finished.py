"""The last touches on a verdict: places, evidence, root, the line of the formula; and a verdict where the search fails."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, asking, exam_of, other

from nnlib.doctor import probes
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import CLOSE, EXACT
from nnlib.doctor.facts import BY_CHANCE
from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.verdict import _below_the_output, _finish, _grey, _root, judge, without_name

OFF = lambda a, n: other(a)

# ------------------------------------------------------------------------------------------------ the last touches


def test_what_every_wrong_verdict_gets():
    exam = exam_of(lambda a, n: [a[0] * 1.5, *a[1:4], a[4] * (3 if n == "three" else 1), a[5]])
    d = _finish(exam, Diagnosis(False, "broadcasting"))
    assert d.where == {("W", 0), ("b", 1)} and d.error == pytest.approx(2) and d.kind == "gradients" and not d.square
    assert [f.array for f in d.evidence] == ["dW[0]"] and not d.details
    right = _finish(exam_of(kind="train_step"), Diagnosis(True, "correct"))
    assert right.kind == "train_step" and not right.where and right.error == 0
    known = _finish(exam, Diagnosis(False, "sign", where=frozenset({("W", 2)}), evidence=("kept",), root="here"))
    assert known.where == {("W", 2)} and known.evidence == ("kept",) and known.root == "here"
    assert _finish(exam_of(lambda a, n: [None] * 6), Diagnosis(False, "nan")).error == np.inf
    assert _finish(exam, Diagnosis(False, "bias-wrong-axis")).root == "the bias gradients"


def test_how_small_an_error_counts_depends_on_the_tolerance():
    hair = lambda h: exam_of(lambda a, n: [a[0] * (1 + h), *a[1:]])
    places = lambda h, *base: len(_finish(hair(h), Diagnosis(False, "sign"), *base).where)
    assert [places(h, EXACT) for h in (0.5e-7, 1.5e-7)] == [0, 1]
    assert [places(h, 1e-9) for h in (0.5e-9, 1.5e-9)] == [0, 1]
    assert [places(h) for h in (1.5e-5, 2.5e-5)] == [places(h, CLOSE) for h in (1.5e-5, 2.5e-5)] == [0, 1]
    shown = lambda h, base: len(_finish(hair(h), Diagnosis(False, "sign"), base).evidence)
    assert [shown(h, EXACT) for h in (0.5e-7, 1.5e-7)] == [0, 1] and [shown(h, 1e-9) for h in (1.5e-9, 2.5e-5)] == [
        0,
        1,
    ]


def test_wrong_only_where_T_is_every_width():
    square = exam_of(lambda a, n: OFF(a, n) if n == probes.SQUARE else a, names=("main", probes.SQUARE))
    d = _finish(square, Diagnosis(False, "unknown"))
    assert d.square is True and not d.where
    assert not _finish(exam_of(OFF, names=("main", probes.SQUARE)), Diagnosis(False, "unknown")).square


def test_the_line_of_a_sign_and_of_nan():
    step = _finish(exam_of(OFF, kind="train_step"), Diagnosis(False, "sign"))
    assert step.formula.endswith(",  W_new = W «-» rate · dW")
    assert "W_new" not in _finish(exam_of(OFF), Diagnosis(False, "sign")).formula
    named = _finish(exam_of(OFF, kind="train_step"), Diagnosis(False, "sign", formula="W_new = W"))
    assert (
        named.formula == "W_new = W"
        and "W_new" not in _finish(exam_of(OFF, kind="train_step"), Diagnosis(False, "broadcasting")).formula
    )
    for kinds, formula, words in (
        ("W", "dW = «A_prev.T @ dZ»", "The bias gradients are finite"),
        ("b", "db = «dZ.sum(axis=0)»", "The weight gradients are finite"),
    ):
        d = _finish(exam_of(OFF), Diagnosis(False, "nan", where=frozenset((k, 1) for k in kinds)))
        assert d.formula == formula and d.mend.startswith(words) and d.mend.endswith(f"computes {formula[:2]}.")
    both = _finish(exam_of(OFF), Diagnosis(False, "nan", where=frozenset({("W", 0), ("b", 0)})))
    assert both.formula == VOCABULARY["nan"].formula and not both.mend
    assert not _finish(exam_of(OFF), Diagnosis(False, "broadcasting", where=frozenset({("W", 0)}))).mend


def test_a_sign_below_a_right_output_layer():
    def signs(*where, category="sign"):
        d = Diagnosis(False, category, where=frozenset(where))
        _below_the_output(d)
        return d.formula.startswith("dA_prev"), bool(d.mend)

    hidden = _finish(exam_of(OFF), Diagnosis(False, "sign", where=frozenset({("W", 0), ("b", 0)})))
    assert hidden.formula.startswith("dA_prev"), "every verdict is looked at for it"
    assert signs(("W", 0), ("b", 0)) == signs(("W", 1), ("b", 0)) == (True, True)
    assert signs(("W", 0), ("b", 2)) == signs(("W", 0)) == signs(("b", 0)) == signs() == (False, False)
    assert signs(("W", 0), ("b", 0), category="broadcasting") == (False, False)


def test_code_for_one_depth_and_slow_code_is_said():
    exam = exam_of(lambda a, n: ValueError("no") if n == "two layers" else OFF(a, n), names=(*THREE, "two layers"))
    d = _finish(exam, Diagnosis(False, "unknown"))
    assert len(d.details) == 1 and "only" not in d.details[0] and "3 weight layers" in d.details[0]
    assert _finish(exam, Diagnosis(False, "unknown", details=d.details)).details == d.details
    for call in exam.calls.values():
        call.seconds = 0.25
    assert _finish(exam, Diagnosis(False, "unknown")).details[-1].startswith("Your code takes 0.25 s a call")


ROOTS = {
    ("sign", "turned (hidden layers only)"): "hidden layers", ("sign", "turned (hidden layers)"): "", ("unknown", "x"): "",
    ("bias-wrong-axis", "x"): "the bias gradients", ("transposed-gradient", "x"): "the weight gradients",
    ("transposed-weights", "x"): "the way down from one layer to the next", ("mutates-inputs", "x"): "",
    ("stale-or-aliased-buffers", "x"): "what is kept between calls", ("assigned-instead-of-subtracted", "x"): "the step, not the gradient",
    ("cross-entropy-delta", "x"): "the output layer", ("wrong-cost-derivative", "x"): "the output layer",
    ("regularisation-term", "x"): "", ("regularisation-term", "in the output delta"): "the output layer",
}  # fmt: skip


@pytest.mark.parametrize("case", ROOTS)
def test_where_the_slip_itself_sits(case):
    assert _root(Diagnosis(False, case[0], what=case[1])) == ROOTS[case]


def test_right_but_not_to_the_last_digit():
    hair = lambda h, where="three": exam_of(
        lambda a, n: [a[0] * (1 + (h if n == where else 0)), *a[1:]], names=(*THREE, "one input")
    )
    assert (
        _grey(hair(2e-9), THREE)
        and not _grey(hair(0.5e-9), THREE)
        and not _grey(hair(2e-9, "one input"), (*THREE, "one input"))
    )


# ------------------------------------------------------------------------------------------------ the search fails


def test_without_a_search():
    names = (*THREE, "one sample")
    d = without_name(exam_of(names=names), KeyError("x"))
    assert d.correct and d.category == "correct" and "failed with KeyError: 'x'" in d.notes[0] and d.kind == "gradients"
    for where in ("main", "three", "one sample"):
        d = without_name(exam_of(lambda a, n, w=where: OFF(a, n) if n == w else a, names=names), KeyError("x"))
        assert not d.correct and d.category == "unknown" and "KeyError" in d.details[0]
    assert without_name(exam_of(names=names, kind="train_step"), KeyError("x")).kind == "train_step"


def test_the_order_of_the_verdict():
    ask = asking(lambda p: None)
    assert judge(exam_of(names=tuple(probes.TABLE)), ask).correct
    nan = judge(exam_of(lambda a, n: [g * np.nan for g in a]), ask)
    assert not nan.correct and nan.category == "nan" and nan.what == "NaN or infinity in every answer"
    assert (
        judge(exam_of(lambda a, n: [2 * g for g in a], names=tuple(probes.TABLE)), ask).category == "extra-factor-two"
    )
    assert judge(exam_of(lambda a, n: None), ask).what.startswith("nothing came back")


NAMED = [Explanation(1, [("sign", "turned", "dZ = «-»")])]


@pytest.fixture
def rooms(monkeypatch):
    """What the other rooms say to `judge`: nothing at all, but for what a test puts in; and what they were asked."""
    said, asked = {}, []
    for room in ("kept_later", "numbers", "special", "unexplained", "localised", "facts"):
        nothing = {"numbers": ([], CLOSE), "localised": [], "facts": ()}.get(room)
        say = lambda *given, room=room, nothing=nothing: asked.append((room, *given[1:3])) or said.get(room, nothing)
        monkeypatch.setattr(f"nnlib.doctor.verdict.{room}", say)
    said["asked"] = asked
    return said


def judged(rooms, change=OFF, names=THREE):
    rooms["asked"].clear()
    d = judge(exam_of(change, names=names), None)
    return d.category, [room for room, *_ in rooms["asked"]]


def test_right_code_is_asked_for_special_cases_alone(rooms):
    rooms["special"] = Diagnosis(True, "correct")
    assert judged(rooms, lambda a, n: a) == ("correct", ["special"])
    assert rooms["asked"] == [("special", ["main", "three", "equal widths"], ())]
    hair = lambda a, n: [g * (1 + 3e-9) for g in a]
    assert judged(rooms, hair) == ("correct", ["numbers", "special"]), "not right to the last digits"
    assert rooms["asked"][0] == ("numbers", ["main", "three", "equal widths"], [])
    rooms["numbers"] = NAMED, 1e-9
    assert judged(rooms, hair) == ("sign", ["numbers"])


def test_wrong_code_is_asked_room_after_room(rooms):
    whole = ["numbers", "special", "unexplained", "localised"]
    assert judged(rooms) == ("unknown", [*whole, "facts"])
    assert rooms["asked"][:2] == [
        (room, ["main", "three", "equal widths"], ["main", "three", "equal widths"]) for room in whole[:2]
    ]
    rooms["localised"] = NAMED
    assert judged(rooms) == ("sign", whole), "what has a name needs no facts"
    for room in ("unexplained", "special"):
        rooms[room] = Diagnosis(False, "broadcasting")
        assert judged(rooms) == ("broadcasting", whole[: whole.index(room) + 1])
    rooms["numbers"] = NAMED, EXACT
    assert judged(rooms) == ("sign", ["numbers"])


def test_a_shape_alone_is_wrong_too(rooms):
    judged(rooms, lambda a, n: ([*a[:3], a[0]], a[3:]) if n == "three" else a)
    assert ("numbers", ["main", "three", "equal widths"], ["three"]) in rooms["asked"]


def test_what_is_kept_is_sought_where_the_first_answer_was_right(rooms):
    later = lambda a, n: OFF(a, n) if n == "three" else a
    assert judged(rooms, later)[1][:2] == ["kept_later", "numbers"] and "kept_later" not in judged(rooms)[1]
    rooms["kept_later"] = Diagnosis(False, "accumulator-not-reset")
    assert judged(rooms, later) == ("accumulator-not-reset", ["kept_later"])


def test_a_stage_is_not_named_where_inputs_are_changed(rooms):
    rooms["localised"], exam = NAMED, exam_of(OFF)
    exam.calls["three"].changed = ("X",)
    assert judge(exam, None).category == "mutates-inputs"


def test_facts_about_what_has_no_name(rooms):
    small = lambda a, n: [g * (1 + 0.01 * np.sin(np.arange(g.size)).reshape(g.shape)) for g in a]
    rooms["facts"] = ("A fact.",)
    d = judge(exam_of(small), None)
    assert d.details == ("A fact.",) and d.candidates == ("unknown", "finite-difference-error") and d.what
    rooms["facts"] = (BY_CHANCE,)
    d = judge(exam_of(small), None)
    assert (d.details, d.candidates, d.what) == ((BY_CHANCE,), ("unknown",), ""), "no pattern is sought in chance"
