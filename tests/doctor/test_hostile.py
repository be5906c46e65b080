"""Hostile code: the doctor survives it, says what happened, and leaves everything as it was."""

from __future__ import annotations

import signal
import threading
import time

import numpy as np
import pytest

import nnlib
from nnlib import diagnose


def right(weights, biases, X, E):
    return nnlib.gradients(weights, biases, X, E)


def when(condition, then):
    """The right gradients, but for calls where the condition holds."""

    def gradients(weights, biases, X, E):
        return then(weights, biases, X, E) if condition(weights, X, E) else right(weights, biases, X, E)

    return gradients


def raises(error):
    def then(*_):
        raise error

    return then


def test_weights_in_place_of_gradients_are_no_weight_decay():
    for same in (lambda w, b, X, E: (w, b), lambda w, b, X, E: ([v.copy() for v in w], [v.copy() for v in b])):
        diagnosis = diagnose(same)
        assert diagnosis.category == "wrong-quantity-propagated" and "themselves come back" in diagnosis.what


ONE = {
    "one sample": lambda w, X, E: len(X) == 1,
    "one output": lambda w, X, E: E.shape[1] == 1,
    "one input": lambda w, X, E: X.shape[1] == 1,
    "one neuron": lambda w, X, E: min(len(v) for v in w[1:] or [np.ones((2, 2))]) == 1,
}


@pytest.mark.parametrize("error", [KeyError("x"), MemoryError(), RuntimeError("no"), ValueError("shapes")])
@pytest.mark.parametrize("word", ONE)
def test_an_error_for_one_of_something_is_told_as_that(word, error):
    diagnosis = diagnose(when(ONE[word], raises(error)))
    assert (
        diagnosis.correct is False
        and diagnosis.category == "shape-error"
        and f"{word} only it raises" in diagnosis.what
    )
    assert type(error).__name__ in diagnosis.what and "line" in diagnosis.what


@pytest.mark.parametrize("alarm", [True, False])
@pytest.mark.parametrize("swallow", [Exception, ()])
def test_endless_code_gets_no_verdict(monkeypatch, swallow, alarm):
    """By an alarm, or where none can be set (Windows, another thread) by an exception from another thread."""
    if not alarm:
        monkeypatch.delattr(signal, "setitimer", raising=False)
    monkeypatch.setattr("nnlib.doctor.questions.exam.FIRST", 0.4)

    def endless(weights, biases, X, E):
        while True:
            try:
                time.sleep(0.05)
            except swallow:
                pass

    start = time.perf_counter()
    diagnosis = diagnose(endless)
    assert diagnosis.correct is None and diagnosis.category == "no-verdict" and time.perf_counter() - start < 5
    assert "No verdict" in str(diagnosis)


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Nameless:
    def __call__(self, *arguments):
        return right(*arguments)

    @property
    def __name__(self):
        raise RuntimeError("no name")


def test_names_and_messages_that_cannot_be_had():
    assert "Unspeakable" in diagnose(raises(Unspeakable())).what
    assert diagnose(Nameless()).correct
    for name in (42, None):
        odd = type("Odd", (), {"__call__": staticmethod(right), "__name__": name})()
        assert "<section" in diagnose(odd)._repr_html_() and str(diagnose(odd))


def test_what_came_and_could_not_be_read_is_said():
    complex_ones = lambda *a: ([g + 1j for g in right(*a)[0]], [g + 1j for g in right(*a)[1]])
    text = str(diagnose(complex_ones))
    assert "complex numbers" in text and "get no gradient" not in text
    masked = lambda *a: tuple([np.ma.masked_all_like(g) for g in part] for part in right(*a))
    assert diagnose(masked).correct is False


def test_what_was_not_tried_is_said():
    assert "Tried with 1 to 4 weight layers" in str(diagnose(right))
    one = diagnose(when(lambda w, X, E: len(w) == 1, raises(ValueError("one"))))
    assert one.correct and any("1 weight layers" in note for note in one.notes)
    twice = lambda *given: tuple([2 * g for g in part] for part in right(*given))
    assert not diagnose(when(lambda w, X, E: X.min() >= 0, twice)).correct


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
def test_an_alarm_of_the_callers_own_goes_on():
    rung = []
    old = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.perf_counter()))
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        diagnose(lambda *a: (time.sleep(0.05), right(*a))[1])
        deadline = time.perf_counter() + 1
        while not rung and time.perf_counter() < deadline:
            time.sleep(0.01)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert rung and rung[0] - start < 3


def test_in_a_thread_and_with_state(capsys, monkeypatch):
    found = []

    def noisy_and_slow(*arguments):
        print("said in a thread")
        if len(found) > 0:
            time.sleep(0.01)
            while True:
                pass
        return right(*arguments)

    def both():
        found.append(diagnose(noisy_and_slow))
        monkeypatch.setattr("nnlib.doctor.questions.exam.FIRST", 0.4)
        found.append(diagnose(noisy_and_slow))

    thread = threading.Thread(target=both)
    thread.start()
    print("the other thread goes on printing")
    thread.join()
    assert found[0].correct and found[1].category == "no-verdict"
    assert "the other thread goes on printing" in capsys.readouterr().out
    state, errors = np.random.get_state()[1].copy(), np.geterr()

    def noisy(*arguments):
        np.random.seed(1)
        np.seterr(all="raise")
        print("noise")
        return right(*arguments)

    diagnose(noisy)
    assert (np.random.get_state()[1] == state).all() and np.geterr() == errors


def test_a_verdict_repeats_whatever_is_drawn():
    drawn = lambda *given: [[g * np.random.rand() for g in part] for part in right(*given)]
    first = str(diagnose(drawn))
    np.random.rand()
    assert str(diagnose(drawn)) == first


def test_a_slow_first_call_is_not_held_against_the_code():
    first = iter([1])

    def warming(*arguments):
        if next(first, None):
            time.sleep(0.6)
        return right(*arguments)

    diagnosis = diagnose(warming)
    assert diagnosis.correct and not any("slow" in note for note in diagnosis.notes)


@pytest.mark.parametrize(("size", "right"), [(2e-4, False), (1e-10, True)])
def test_a_gradient_that_is_a_little_off_is_wrong(size, right):
    """Every entry off by another small share: more than float32 and differences miss is wrong, rounding is not."""

    def off(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        moved = lambda g: g * (1 + size * np.cos(np.arange(g.size)).reshape(g.shape))
        return [moved(g) for g in dW], [moved(g) for g in db]

    assert nnlib.diagnose(off).correct is right
