"""The examination: every probe called, every array measured, what counts as wrong, and what slow code is spared."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import nnlib
from nnlib.doctor import probes
from nnlib.doctor.examine import AGAIN, CLOSE, EXACT, Exam, examine, one_more, relative, where_wrong, wrong_arrays
from nnlib.doctor.observe import Answer, TooSlow

ONE = np.array([3.0, 4.0])


def changed(change):
    """Our gradient after `change(k, g, X)` of each of the 2L arrays."""

    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        flat = [change(k, g, X) for k, g in enumerate((*dW, *db))]
        return flat[: len(dW)], flat[len(dW) :]

    return gradients


def test_the_relative_error_of_an_array():
    assert relative(ONE, ONE) == 0 and relative(2 * ONE, ONE) == 1 and relative(0 * ONE, 2 * ONE) == 1
    assert relative(ONE + [0, 0.5], ONE) == pytest.approx(0.1)
    assert relative(ONE, 0 * ONE) == 5, "where the right one is 0, the size itself"
    for bad in (None, ONE[:1], ONE[:, None], ONE * [1, np.nan], ONE * [np.inf, 1]):
        assert relative(bad, ONE) == np.inf


def test_a_right_function_is_called_on_every_probe_and_is_right():
    made = []
    exam = examine(lambda *a: made.append(1) or nnlib.gradients(*a), "gradients")
    assert len(made) == len(exam.calls), "no problem but the first is called twice"
    names = {*probes.TABLE, AGAIN, probes.SECOND, probes.INTEGERS, probes.SATURATED, probes.INTEGER_WEIGHTS}
    assert set(exam.calls) == set(exam.answers) == set(exam.errors) == names
    assert list(exam.calls)[:3] == ["main", AGAIN, probes.SECOND], "the same twice, then another of its shape"
    assert not exam.stopped and not exam.slow and exam.overwritten == [] and where_wrong(exam) == frozenset()
    for name in probes.TABLE:
        assert exam.right(name) and exam.usable(name) and exam.wrong(name) == [] and max(exam.errors[name]) < 1e-12
    assert exam.problem(AGAIN) is exam.problem("main") and exam.problem("three") is probes.probe("three")
    assert exam.truth(AGAIN) is exam.truth("main") and exam.truth("three")[0].shape == (6, 4)
    said = examine(nnlib.gradients, "gradients", said=lambda kind, shape: kind).said
    assert said("data", (1, 2)) == "data" and exam.said("data", (1, 2)) == (1, 2)
    assert Exam("gradients", "sigmoid").calls == {} == Exam("gradients", "sigmoid").answers


def test_wrong_arrays_and_their_places():
    exam = examine(changed(lambda k, g, X: 2 * g if k in (1, 3) else g), "gradients")
    assert exam.wrong("main") == [1, 3] and not exam.right("main")
    assert where_wrong(exam) == {("W", 1), ("b", 0)}, "of the problems with three layers"
    other_depths = examine(
        lambda w, b, X, E: nnlib.gradients(w, b, X, E * (1 + (len(w) != 3))), "gradients"
    )  # right with three layers only
    assert other_depths.wrong("two layers") and where_wrong(other_depths) == frozenset()
    kept = examine(nnlib.gradients, "gradients")
    kept.overwritten = [2, 3]
    assert where_wrong(kept) == {("W", 2), ("b", 0)}
    exam.overwritten = [0, 2, 5]
    assert where_wrong(exam) == {("W", 0), ("W", 1), ("W", 2), ("b", 0), ("b", 2)}
    only_square = examine(changed(lambda k, g, X: g * (1 + (X.shape == (5, 5)))), "gradients")
    assert only_square.wrong(probes.SQUARE) and where_wrong(only_square) == frozenset()
    integer = examine(lambda w, b, X, E: nnlib.gradients(w, b, X, E * (1 + (w[0].dtype.kind == "i"))), "gradients")
    assert integer.wrong(probes.INTEGER_WEIGHTS) and where_wrong(integer) == frozenset()


def by_hand(kind="gradients", **answers):
    """An exam with answers made by hand, measured as `examine` does."""
    exam = Exam(kind, "sigmoid", answers=answers)
    exam.errors = {n: a and [relative(v, t) for v, t in zip(a.arrays, exam.truth(n))] for n, a in answers.items()}
    return exam


def test_usable_answers_hold_finite_arrays():
    usable = lambda *arrays: Exam("gradients", "sigmoid", answers={"main": Answer(list(arrays))}).usable("main")
    assert usable(ONE) and usable(ONE, None) and not usable(None, None)
    assert not usable(ONE, ONE * [1, np.nan]) and not usable(ONE * np.inf)
    assert not Exam("gradients", "sigmoid").usable("main")
    assert not Exam("gradients", "sigmoid", answers={"main": None}).usable("main")


def test_a_right_answer_is_in_the_right_package():
    truth = list(by_hand().truth("main"))
    assert by_hand(main=Answer(truth)).right("main")
    assert not by_hand(main=Answer(truth, "one flat list")).right("main")
    assert not by_hand(main=Answer(truth, unpacked=False)).right("main")
    assert not by_hand(main=Answer([2 * truth[0], *truth[1:]])).right("main")
    assert not by_hand(main=None).right("main") and not by_hand().right("main")
    assert by_hand(main=None).wrong("main") == [] == by_hand().wrong("main")


def test_what_counts_as_wrong_on_one_probe():
    truth = list(by_hand().truth("main"))
    spoiled = Answer([truth[0] * np.nan, None, *truth[2:4], 2 * truth[4], truth[5] * np.inf])
    assert wrong_arrays(by_hand(main=spoiled), "main", CLOSE) == [0, 1, 4, 5]
    for nothing in (None, Answer([None] * 6)):
        assert wrong_arrays(by_hand(main=nothing), "main", CLOSE) == []
    flat = [g.copy() for g in by_hand().truth(probes.SATURATED)]
    flat[1].flat[0], flat[4], flat[5] = np.nan, None, 2 * flat[5]
    exam = by_hand(**{probes.SATURATED: Answer(flat)})
    assert wrong_arrays(exam, probes.SATURATED, CLOSE) == [1], "only what is not finite"


def test_the_limits():
    assert EXACT == 1e-8 and CLOSE == 2e-5, "float64 formulas; float32 and differences"
    exam = by_hand()
    exam.errors = {"main": [CLOSE, 1.5 * CLOSE, np.inf, np.nan, 0, 1.5 * EXACT]}
    assert exam.wrong("main") == [1, 2, 3] and exam.wrong("main", EXACT) == [0, 1, 2, 3, 5]


def test_a_step_may_miss_what_the_subtraction_loses():
    p = probes.probe("three")
    truth = by_hand().truth("three")
    sizes = [np.linalg.norm(v) / (p.rate * np.linalg.norm(g)) for v, g in zip((*p.weights, *p.biases), truth)]
    double, single = (by_hand("train_step", three=Answer(list(truth), single=s)) for s in (False, True))
    for k, size in enumerate(sizes):
        assert by_hand(three=Answer(list(truth), single=True)).tolerance("three", k, CLOSE) == CLOSE
        assert double.tolerance("three", k, CLOSE) == pytest.approx(CLOSE + 2e-15 * size, rel=1e-13)
        assert double.tolerance("three", k, 0.0) == pytest.approx(2e-15 * size, rel=1e-6, abs=0)
        assert single.tolerance("three", k, CLOSE) == pytest.approx(CLOSE + 3e-7 * size)
        assert single.tolerance("three", k, EXACT) - EXACT == pytest.approx(2e-15 * size, rel=1e-3, abs=0), (
            "not for exact"
        )
    assert by_hand("train_step").tolerance("three", 0, 0.0) == pytest.approx(2e-15 * sizes[0], rel=1e-6, abs=0)


def test_an_array_that_a_later_call_changes():
    buffer = {}

    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        kept = buffer.setdefault(dW[1].shape, dW[1])
        kept[:] = dW[1]
        return [dW[0], kept, *dW[2:]], db

    exam = examine(gradients, "gradients")
    assert exam.overwritten == [1] and not exam.wrong(AGAIN) and where_wrong(exam) == {("W", 1)}
    with_nan = changed(lambda k, g, X: g * np.nan if k == 0 else None if k == 1 else g)
    assert examine(with_nan, "gradients").overwritten == [], "NaN that stays is not changed, nor is what is missing"
    later_none = iter(range(99))
    assert examine(lambda *a: None if next(later_none) == 1 else nnlib.gradients(*a), "gradients").overwritten == []


def timed(monkeypatch, seconds):
    """Our gradient, each call n of which is said to take seconds(n); the names that were called."""
    count = iter(range(99))

    def call(function, problem, kind, **_):
        made = made_by(function, problem, kind)
        made.seconds = seconds(next(count))
        return made

    room = sys.modules["nnlib.doctor.examine"]  # the package calls the function by the same name
    made_by = room.call
    monkeypatch.setattr(room, "call", call)
    return examine(nnlib.gradients, "gradients")


FEW = ["main", AGAIN, probes.SECOND, "three", "equal widths", "one sample"]


def test_slow_code_is_asked_less(monkeypatch):
    with monkeypatch.context() as m:
        exam = timed(m, lambda n: 1.1)
        assert exam.slow and exam.stopped and list(exam.calls) == FEW
    with monkeypatch.context() as m:
        exam = timed(m, lambda n: 0.25)
        assert exam.slow and exam.stopped and len(exam.calls) > len(FEW), "as long as its three seconds last"
        assert sum(made.seconds for n, made in exam.calls.items() if n not in FEW[3:]) <= 3.25
        assert len(exam.calls) == 13, "3.0 seconds are not yet too many"
    with monkeypatch.context() as m:
        exam = timed(m, lambda n: 0.2)
        assert not exam.slow and not exam.stopped, "0.2 seconds are not slow"
    with monkeypatch.context() as m:
        exam = timed(m, lambda n: 9 if n == 0 else 0.01)
        assert not exam.slow and not exam.stopped, "a first call may take its time"


def test_code_that_does_not_come_back_is_called_once():
    def endless(w, b, X, E):
        raise TooSlow("not done")

    exam = examine(endless, "gradients")
    assert exam.stopped and list(exam.calls) == ["main"] and exam.answers["main"] is None


def test_one_more_problem():
    seen = []

    def gradients(weights, biases, X, E):
        seen.append((len(X), np.random.random()))
        return nnlib.gradients(weights, biases, X, E)

    a, b, c, d = (one_more(gradients, "gradients", p, *seed) for p, seed in (
        ("three", ()), (probes.probe("three"), (0,)), ("three", (1,)), ("main", ()),
    ))  # fmt: skip
    assert [n for n, _ in seen] == [3, 3, 3, 7] and seen[0] == seen[1] != seen[2]
    assert (
        seen[2][1] == np.random.RandomState(1).random_sample()
        and seen[0][1] == np.random.RandomState(0).random_sample()
    )
    for mine, right in zip(d.arrays, by_hand().truth("main")):
        np.testing.assert_allclose(mine, right)
    assert len(a.arrays) == len(b.arrays) == len(c.arrays) == 6
