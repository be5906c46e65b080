"""Right numbers in other shapes or packages, the words for them, notes on right code, and wrong code that no formula fits."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
from doctor_patients.exams import exam_of
from test_doctor_special import BROADCAST, NAMES, OFF, judged, only

import nnlib
from nnlib.doctor import probes
from nnlib.doctor.special import kept_axes, misfit, spoken, unexplained

# -------------------------------------------------------------------------------------------------- shapes and packages


def test_right_numbers_in_another_shape():
    d = judged(lambda a, n: [*a[: len(a) // 2], *[b[None, :] for b in a[len(a) // 2 :]]])
    assert (
        d.category == "shape-error"
        and d.what
        == "the numbers are right, but db[0] has shape (1, 5) where (5,) belongs: b - rate * db would become (1, 5)"
    )
    assert d.mend == "db has the shape of b, (5,): sum without keepdims."
    assert judged(lambda a, n: [a[0].T, *a[1:]]) is None, "turned round: the numbers are others"
    assert judged(lambda a, n: [a[0][:1], *a[1:]]) is None and judged(lambda a, n: [None, *a[1:]]) is None
    d = judged(lambda a, n: [a[0] * (1 + 1e-5), a[1][None], *a[2:]])
    assert (
        d.what.startswith("the numbers are right, but dW[1] has shape (1, 5, 6) where (5, 6) belongs") and d.mend == ""
    )


def test_right_numbers_in_another_package():
    d = judged(lambda a, n: {"dW": a[: len(a) // 2], "db": a[len(a) // 2 :]})
    assert d.category == "shape-error" and d.what.startswith("the numbers are right, but a dict")
    assert d.details == ("Return dW, db: two lists.",)


def test_a_hint_about_the_summed_axis():
    e = exam_of(names=("main",))
    assert kept_axes(e, 3, (5,), (1, 5), 3) == "Sum with keepdims=True: db then has the shape of b, (1, 5)."
    assert kept_axes(e, 3, (1, 5), (5,), 3) == "db has the shape of b, (5,): sum without keepdims."
    for k, got, want in (
        (2, (5,), (1, 5)),
        (3, (5,), (5,)),
        (3, (1, 5), (5, 1)),
        (3, (1, 1, 5), (5,)),
        (3, (5,), (1, 1, 5)),
    ):
        assert kept_axes(e, k, got, want, 3) == ""
    assert kept_axes(exam_of(names=("main",), kind="train_step"), 3, (5,), (1, 5), 3) == ""
    columns = exam_of(
        names=("main",), said=lambda kind, shape: (*shape, 1) if kind == "biases" and len(shape) < 2 else (5,)
    )
    assert "keepdims" in kept_axes(columns, 3, (1, 5), (5,), 3), "in the learner's layout"


def test_one_number_for_all_biases_of_a_layer():
    """Where nothing else is known of the numbers, the shape says that the sum went over everything."""

    def odd(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        return [np.arcsinh(30 * g) for g in dW], [np.arcsinh(30 * g).sum() for g in db]

    d = nnlib.diagnose(odd)
    assert d.category == "shape-error" and d.candidates[1] == "bias-summed-over-neurons", str(d)


def test_which_shape_belongs():
    e = exam_of(names=("main",))
    assert (
        misfit(e, 4, (1, 6), (6,), 3) == "db[1] has shape (1, 6) where (6,) belongs: b - rate * db would become (1, 6)"
    )
    assert misfit(e, 3, (1,), (5,), 3) == "db[0] has shape (1,) where (5,) belongs"
    assert misfit(e, 2, (4, 6), (6, 4), 3) == "dW[2] has shape (4, 6) where (6, 4) belongs"
    step = exam_of(names=("main",), kind="train_step")
    assert misfit(step, 4, (1, 6), (6,), 3) == "the new b[1] has shape (1, 6) where (6,) belongs"
    kinds = []
    asks = exam_of(names=("main",), said=lambda kind, shape: kinds.append(kind) or shape[::-1])
    assert "(6, 4) where (4, 6)" in misfit(asks, 2, (4, 6), (6, 4), 3) and misfit(asks, 3, (1,), (5,), 3)
    assert kinds == ["weights"] * 2 + ["biases"] * 2


def test_problems_in_words():
    e = exam_of(names=NAMES)
    four = ["one sample", "one output", "one input", "many samples"]
    assert spoken(e, four[:3]).count(" and ") == 2 and "one sample only" in spoken(e, four[:3])
    assert spoken(e, four) == "in 4 problems of 14, the first a network 3-5-4-2 and T = 1"
    assert spoken(e, ["main"]) == "for a network 3-5-6-4 and T = 7"
    assert spoken(e, ["main", "one input"]) == "in 2 problems of 14, the first a network 3-5-6-4 and T = 7"


# ------------------------------------------------------------------------------------------------- notes on right code


def test_notes():
    hair = lambda h: lambda a, n: [g * (1 + h) for g in a]
    short = lambda a, n: ([g.astype(np.float32) for g in a[: len(a) // 2]], a[len(a) // 2 :])
    half = lambda a, n: short(a, n) if n == "three" else a
    one = lambda a, n: [a[0] * (1 + 3e-7), *a[1:]]
    assert judged(one).notes[0].startswith("right to about 3e-07"), "the worst array counts"
    assert judged(half).notes == ("single precision",) and "right to about 1e-09" in judged(hair(1.4e-9)).notes[0]
    assert judged(hair(0.9e-9)).notes == () and judged(hair(3e-7)).notes == (
        "right to about 3e-07: single precision inside, or numerical differences",
    )
    assert judged(short).notes == ("single precision",)
    for name, words in ((probes.INTEGER_WEIGHTS, "integer weights"),):
        note = (f"pass floats: with {words} the result is cut or the code raises",)
        assert (
            judged(only((name,), OFF)).notes == note
            and judged(lambda a, n, name=name: BROADCAST if n == name else a).notes == note
        )
        assert judged(lambda a, n, name=name: None if n == name else a).notes == ()
    assert judged(lambda a, n: BROADCAST if n == probes.INTEGERS else a).notes == (
        "pass floats: with integer X and E the result is cut or the code raises",
    )
    assert judged(lambda a, n: a, stopped=True).notes == ("slow code: the less telling probes were left out",)
    assert judged(lambda a, n: a, names=NAMES[:2]).notes == ()


# ------------------------------------------------------------------------------------------------ no formula fits


def left(change, kind="gradients", names=NAMES):
    exam = exam_of(change, names, kind)
    usable = [n for n in probes.TABLE if exam.usable(n)]
    d = unexplained(exam, usable, [n for n in usable if exam.wrong(n)])
    assert d is None or not d.correct
    return d


def test_wrong_shapes_say_enough():
    d = left(lambda a, n: [a[0].T, *a[1:]])
    assert (d.category, d.candidates[1:], d.what) == (
        "shape-error",
        ("transposed-gradient",),
        "dW[0] has shape (5, 3) where (3, 5) belongs",
    )
    d = left(lambda a, n: [*a[:-1], np.ones((3, 2))])
    assert d.candidates[1:] == () and d.what == "db[2] has shape (3, 2) where (4,) belongs"
    d = left(lambda a, n: [*a[:-1], np.ones((7, 4))])
    assert d.candidates[1:] == ("bias-not-summed", "bias-wrong-axis") and "would become (7, 4)" in d.what
    d = left(lambda a, n: [*a[:3], np.ones((7, 5)), *a[4:]])
    assert d.candidates[1:] == ("bias-not-summed", "bias-wrong-axis") and d.what.startswith("db[0]")
    d = left(lambda a, n: [np.ones((7, 2)), *a[1:]])
    assert d.candidates[1:] == () and d.what.startswith("dW[0] has shape (7, 2)")
    assert left(lambda a, n: OFF(a)) is None and left(lambda a, n: a) is None
    d = left(lambda a, n: [None, a[1].T, *OFF(a)[2:]])
    assert d.what.startswith("dW[1]")


def test_a_step_that_grows():
    grown = lambda a, n: ([np.zeros((2, *g.shape)) for g in a[: len(a) // 2]], a[len(a) // 2 :])
    d = left(grown, kind="train_step")
    assert d.candidates[1:] == ("broadcasting",) and d.what == "the new W[0] has shape (2, 3, 5) where (3, 5) belongs"
    d = left(lambda a, n: ([g[:1] for g in a[: len(a) // 2]], a[len(a) // 2 :]), kind="train_step")
    assert d.candidates[1:] == () and d.what.startswith("the new W[0] has shape (1, 5)")
    d = left(lambda a, n: (a[: len(a) // 2], [b[None] for b in a[len(a) // 2 :]]), kind="train_step")
    assert d.candidates[1:] == () and d.what.startswith("the new b[0] has shape (1, 5)"), "as many numbers as before"


def test_code_that_mostly_raises():
    most = lambda a, n: a if n in ("main", "main, again") else ValueError("no way")
    d = left(most)
    assert (
        (d.category, d.candidates[1:]) == ("shape-error", ("elementwise-matmul-confusion",))
        and "no way" in d.what
        and "network 6-4-5-8" in d.what
        and d.details
    )
    half = list(probes.TABLE)[:5]
    assert left(lambda a, n: OFF(a) if n in half or n == "main, again" else ValueError("no way")) is None, (
        "as many as not"
    )
    assert left(lambda a, n: BROADCAST if n != "main" else a).candidates[1:] == (
        "elementwise-matmul-confusion",
        "broadcasting",
    )


def test_shared_memory():
    def shares(a, n):
        L = len(a) // 2
        buffer = np.zeros(500)
        return [buffer[: g.size].reshape(g.shape) for g in a[:L]], a[L:]

    half = left(lambda a, n: ([g + 1 for g in a[: len(a) // 2]], None))
    assert half is None or half.category != "stale-or-aliased-buffers", "no second list to look into"
    d = left(shares)
    assert d.category == "stale-or-aliased-buffers" and "same memory" in d.what
    twice = lambda a, n: (a[: len(a) // 2], [a[l].ravel()[: len(g)] for l, g in enumerate(a[len(a) // 2 :])])
    assert left(twice) is None, "dW[l] and db[l] of one layer may share"
    more = lambda a, n: (OFF(a[: len(a) // 2]), OFF(a[len(a) // 2 :]), [a[0]] * 3)
    assert left(more) is None, "what else comes back is not looked into"
    equal = judged(lambda a, n: shares(a, n) if n == "all equal" else OFF(a) if n == "equal widths" else a)
    assert equal.category == "stale-or-aliased-buffers", "in one of the two"
    equal = judged(lambda a, n: shares(a, n) if n == "all equal" else a)
    assert equal.category == "stale-or-aliased-buffers" and equal.what.endswith("where two results are one array")
