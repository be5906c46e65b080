"""Run the learner's code and survive it: copies in, and out comes what it returned, raised, printed or changed."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.answers import Answer, read
from nnlib.doctor.packages import Unread, unrolled
from nnlib.doctor.problems import Problem

FIRST, LATER = 30.0, 10.0  # seconds that a call may take; the first may have to import or to compile something
SEED = 12345


@dataclass(frozen=True, eq=False)
class Observation:
    """What one call did: its answer (None where nothing came back), the exception in one line, and what it changed."""

    problem: Problem
    answer: Answer | None = None
    raised: str = ""
    error: BaseException | None = None
    line: str = ""
    changed: tuple[str, ...] = ()
    seconds: float = 0.0
    returned: object = None  # the very objects, to see whether a later call overwrites them

    @property
    def arrays(self) -> tuple:
        """dW then db; all None where nothing came back."""
        return (None,) * (2 * self.problem.layers) if self.answer is None else self.answer.arrays

    @property
    def slow(self) -> bool:
        """Was the call stopped?"""
        return isinstance(self.error, TooSlow)


class TooSlow(BaseException):
    """The learner's code did not come back in time. No Exception, so that `except Exception` does not swallow it."""


def handed(problem: Problem, setting) -> tuple:
    """The arguments of one call: fresh, writable arrays in the learner's layout, so that nothing of ours can be changed."""
    weights = [np.array(W.T if setting.transposed else W) for W in problem.weights]
    biases = [np.array(b).reshape(setting.shape("biases", b.shape)) for b in problem.biases]
    X, E = (np.array(v.T if setting.columns else v) for v in (problem.X, problem.E))
    return weights, biases, X, E


def observe(function: Callable, problem: Problem, setting, seconds: float = LATER, seed: int = SEED) -> Observation:
    """Call the learner's function once: silenced, with a fixed seed, within `seconds` where the platform can stop it.

    What comes back is read within the same limit. Every exception is caught but KeyboardInterrupt. NumPy's error state, the
    global random states and the warning filters are as before afterwards.
    """
    arguments = handed(problem, setting)
    rate = (problem.rate,) if setting.kind == "train_step" else ()
    before = [_copy(v) for v in arguments]
    value, answer, error, raised, line = None, None, None, "", ""
    states, dice = np.random.get_state(), sys.modules.get("random")  # not imported: a neighbour may have that name
    dealt = dice.getstate() if dice is not None else None
    np.random.seed(seed)
    if dice is not None:
        dice.seed(seed)
    start = time.perf_counter()
    try:
        with _silence(), _limit(seconds):
            value = unrolled(function(*arguments, *rate))
            answer = read(value, problem, setting)
    except KeyboardInterrupt:
        raise
    except BaseException as caught:  # whatever it is, it is a finding
        error, raised, line = caught, _in_a_line(caught), _learners_line(caught)
        if isinstance(caught, Unread):
            answer = Answer(
                (None,) * (2 * problem.layers), unread=f"what came back cannot be read: {caught}", whole=False
            )
            error, raised = None, ""
    finally:
        np.random.set_state(states)
        if dice is not None:
            dice.setstate(dealt)
    changed = tuple(
        name for name, old, new in zip(("weights", "biases", "X", "E"), before, arguments) if not _same(old, new)
    )
    return Observation(problem, answer, raised, error, line, changed, time.perf_counter() - start, value)


def _in_a_line(error: BaseException) -> str:
    """The exception in one line; one that cannot even say what it is, by its name."""
    try:
        text = str(error).strip().splitlines()
    except Exception:
        text = ["an exception that cannot be written out"]
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"


def _copy(value):
    return [np.array(v) for v in value] if isinstance(value, list) else np.array(value)


def _same(old, new) -> bool:
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new))
    try:
        new = np.asarray(new)
    except Exception:  # the caller's list now holds something that is no array
        return False
    return (
        old.shape == new.shape and old.dtype == new.dtype and np.array_equal(old, new, equal_nan=old.dtype.kind == "f")
    )


def _learners_line(error) -> str:
    """Where in the learner's own code it happened: the last frame outside the doctor and the installed packages."""
    frames = traceback.extract_tb(error.__traceback__)
    here = __file__.rsplit("observe", 1)[0]
    own = [f for f in frames if not f.filename.startswith(here) and "site-packages" not in f.filename]
    own = [f for f in own if not f.filename.startswith(sys.prefix + "/lib") and "<frozen" not in f.filename]
    if not own:
        return ""
    text = (own[-1].line or "").strip()
    return f"line {own[-1].lineno}: {text}" if text else f"line {own[-1].lineno}"


@contextlib.contextmanager
def _silence():
    """No print, no warning; in another thread than the main one stdout is left alone, since it is everyone's."""
    quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    main = threading.current_thread() is threading.main_thread()
    with contextlib.ExitStack() as stack:
        for redirect in quiet if main else ():
            stack.enter_context(redirect)
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(all="ignore"))
        yield


@contextlib.contextmanager
def _limit(seconds: float):
    """Stop what runs longer, and again every second if it goes on, where the platform can: in the main thread, with signals."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_):
        raise TooSlow(f"not done after {seconds:g} seconds")

    left, again = signal.getitimer(signal.ITIMER_REAL)
    start, old = time.monotonic(), signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
        if left:  # an alarm of the caller's own goes on, with the time that has passed taken off
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 1e-3), again)
