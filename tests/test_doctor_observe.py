"""One call of the learner's code: what is caught, what is put back, what counts as changed, and whose line it was."""

from __future__ import annotations

import importlib
import json
import signal
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from nnlib.doctor.observe import Answer, Call, TooSlow, _learners_line, _limit, _same, call, copies
from nnlib.doctor.probes import INTEGERS, probe

p = probe("three")


def test_a_call_gives_copies_and_keeps_what_came_back():
    seen = []
    made = call(lambda *a: seen.append(a) or ("x", "y"), p, "gradients")
    assert made.value == ("x", "y") and made.changed == () and made.raised == made.line == "" and made.error is None
    (weights, biases, X, E) = seen[0]
    assert (
        made.problem is p and made.inputs == seen[0] and X is not p.X and np.array_equal(X, p.X) and E.flags.writeable
    )
    assert weights[0] is not p.weights[0] and len(biases) == 3 and made.seconds >= 0
    call(lambda *a: seen.append(a), p, "train_step")
    assert len(seen[0]) == 4 and len(seen[1]) == 5 and seen[1][4] == p.rate
    assert copies(probe(INTEGERS))[2].dtype.kind == "i", "integers stay integers"
    assert Answer([]).unpacked and Answer([]).single is False and Call(p).seconds == 0


@pytest.mark.parametrize("name", ["weights", "biases", "X", "E"])
def test_what_was_changed_is_named(name):
    def spoils(weights, biases, X, E):
        target = {"weights": weights[1], "biases": biases[2], "X": X, "E": E}[name]
        target[0] += 1

    assert call(spoils, p, "gradients").changed == (name,)


def test_what_counts_as_changed():
    a = np.array([1.0, np.nan])
    assert _same(a, a.copy()) and not _same(a, a[:1]) and not _same(a, a + 1) and not _same(np.ones(2), np.ones(2, int))
    assert _same(np.array([1, 2]), np.array([1, 2])) and not _same(np.array([1, 2]), np.array([1, 3]))
    assert _same([a, a], [a, a]) and not _same([a], [a, a]) and not _same([a], (a,)) and not _same([a, a], [a, a + 1])

    class Stubborn:
        def __array__(self, *_, **__):
            raise RuntimeError("no array")

    assert not _same(a, Stubborn())


def test_the_world_is_as_before():
    def noisy(weights, biases, X, E):
        print("out"), print("err", file=sys.stderr)
        warnings.warn("loud", stacklevel=1)
        np.seterr(all="raise")
        return np.random.rand()

    np.random.seed(7)
    expected = np.random.RandomState(7).rand(2)
    before = np.geterr()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second, third = (call(noisy, p, "gradients", seed=s).value for s in (12345, 12345, 6))
    assert first == second == np.random.RandomState(12345).rand() == call(noisy, p, "gradients").value
    assert third == np.random.RandomState(6).rand() and np.geterr() == before
    assert np.array_equal(np.random.rand(2), expected), "the caller's own draws go on undisturbed"


def test_nothing_is_printed_and_numpy_is_silent(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = call(lambda *a: print("x") or np.log(np.zeros(1)), p, "gradients")
        with np.errstate(all="raise"):
            strict = call(lambda *a: np.log(np.zeros(1)), p, "gradients")
    assert made.value == strict.value == -np.inf and capsys.readouterr() == ("", "")


def test_whatever_is_raised_is_a_finding():
    def raises(error):
        def f(*_):
            raise error

        return call(f, p, "gradients")

    made = raises(ValueError("first line\nsecond line"))
    assert made.raised == "ValueError: first line" and isinstance(made.error, ValueError) and made.value is None
    assert made.line.startswith("line ") and made.line.endswith("in f: raise error")
    assert raises(SystemExit(3)).raised == "SystemExit: 3" and raises(KeyError()).raised == "KeyError: no message"
    with pytest.raises(KeyboardInterrupt):
        raises(KeyboardInterrupt())


def test_generators_are_read_inside():
    made = call(lambda *a: (v for v in ((x for x in "ab"), ["c"])), p, "gradients")
    assert made.value == (["a", "b"], ["c"])
    assert call(lambda *a: [iter("ab"), "c"], p, "gradients").value == (["a", "b"], "c")
    assert call(lambda *a: ["ab", "c"], p, "gradients").value == ["ab", "c"]

    def breaks():
        yield [1]
        raise ValueError("inside")

    assert call(lambda *a: breaks(), p, "gradients").raised == "ValueError: inside"


def test_the_line_is_the_learners_own():
    def calls_numpy(*_):
        return np.linalg.solve(np.zeros((2, 2)), np.ones(2))

    made = call(calls_numpy, p, "gradients")
    assert "in calls_numpy" in made.line and "np.linalg.solve" in made.line
    assert _learners_line(ValueError()) == ""
    space = {}
    exec(compile("def f(*a):\n    return 1 / 0\n", "<cell>", "exec"), space)
    assert call(space["f"], p, "gradients").line == "line 2, in f", "no text of that line is known"


def test_no_line_of_the_doctor_or_of_python_is_told():
    line = lambda f: call(f, p, "gradients").line
    assert line(lambda: None) == "", "called with arguments that it does not take: no line of the learner's was run"

    def reads(*_):
        json.loads("{")

    def imports(*_):
        importlib.import_module("no.such.module")

    assert line(reads).endswith('in reads: json.loads("{")')
    assert line(imports).endswith('in imports: importlib.import_module("no.such.module")')
    beside, space = Path(json.__file__).parents[2] / "learners.py", {}
    exec(compile("def f(*a):\n    return 1 / 0\n", str(beside), "exec"), space)
    assert line(space["f"]) == "line 2, in f", "beside the folder of Python's own modules"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarm on this platform")
def test_time_is_limited_and_the_alarm_is_put_back():
    old = signal.getsignal(signal.SIGALRM)
    made = call(lambda *a: time.sleep(5), p, "gradients", seconds=0.05)
    assert (
        isinstance(made.error, TooSlow) and made.raised == "TooSlow: not done after 0.05 seconds" and made.seconds < 4
    )
    assert made.seconds > 0.04 and signal.getsignal(signal.SIGALRM) is old
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0.0
    signal.setitimer(signal.ITIMER_REAL, 100)
    call(lambda *a: None, p, "gradients")
    left = signal.setitimer(signal.ITIMER_REAL, 0)[0]
    assert 50 < left <= 100, "an alarm of the caller's own still comes"
    with _limit(30):
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 30
    limits = []
    call(lambda *a: limits.append(signal.getitimer(signal.ITIMER_REAL)[0]), p, "gradients")
    assert 5 < limits[0] <= 10


def test_elsewhere_than_in_the_main_thread_there_is_no_limit():
    made = []
    thread = threading.Thread(target=lambda: made.append(call(lambda *a: "done", p, "gradients")))
    thread.start()
    thread.join()
    assert made[0].value == "done" and not made[0].raised
