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

from nnlib.doctor.stages import Problem


@dataclass
class Call:
    """What one call did. `value` is what came back (None where it raised), `raised` the exception in one line."""

    problem: Problem
    value: object = None
    raised: str = ""
    error: BaseException | None = None
    line: str = ""
    changed: tuple[str, ...] = ()
    inputs: tuple = ()
    seconds: float = 0.0


class TooSlow(Exception):
    """The learner's code did not come back in time."""


def copies(problem: Problem):
    """The arguments of one call: fresh, writable arrays, so that nothing of ours can be changed."""
    lists = [[np.array(v) for v in group] for group in (problem.weights, problem.biases)]
    return *lists, np.array(problem.X), np.array(problem.E)


def call(function: Callable, problem: Problem, kind: str, seconds: float = 10.0, seed: int = 12345) -> Call:
    """Call the learner's function once: silenced, with a fixed seed, within `seconds` where the platform can stop it.

    Every exception is caught but KeyboardInterrupt; SystemExit too. NumPy's error state, its global random state and the
    warning filters are as before afterwards.
    """
    arguments = copies(problem)
    rate = (problem.rate,) if kind == "train_step" else ()
    before = [_copy(v) for v in arguments]
    result = Call(problem, inputs=arguments)
    state = np.random.get_state()
    np.random.seed(seed)
    start = time.perf_counter()
    try:
        with _silence(), _limit(seconds):
            result.value = function(*arguments, *rate)
            result.value = _unrolled(result.value)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever it is, it is a finding
        text = str(error).strip().splitlines()
        result.error, result.raised = error, f"{type(error).__name__}: {text[0] if text else 'no message'}"
        result.line = _learners_line(error)
    finally:
        np.random.set_state(state)
    result.seconds = time.perf_counter() - start
    result.changed = tuple(
        name for name, old, new in zip(("weights", "biases", "X", "E"), before, arguments) if not _same(old, new)
    )
    return result


def _unrolled(value):
    """Generators read to their end, while exceptions are still caught: (dW, db) or either of the two may be one."""
    if hasattr(value, "__next__"):
        value = tuple(value)
    if isinstance(value, tuple | list) and any(hasattr(v, "__next__") for v in value):
        value = tuple(list(v) if hasattr(v, "__next__") else v for v in value)
    return value


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


@contextlib.contextmanager
def _silence():
    """No print, no warning, no change of the error state leaves the learner's code."""
    sink = io.StringIO()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):  # which puts back whatever the code sets
            yield


@contextlib.contextmanager
def _limit(seconds: float):
    """Stop after `seconds` by an alarm signal, where there is one and we are in the main thread; else no limit."""
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable:
        yield
        return

    def stop(signum, frame):
        raise TooSlow(f"not done after {seconds:g} seconds")

    old = signal.signal(signal.SIGALRM, stop)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, outer)
        signal.signal(signal.SIGALRM, old)


def _learners_line(error: BaseException) -> str:
    """The deepest line of the learner's own code: not the doctor's, and not a library's."""
    best = ""
    for frame in traceback.extract_tb(error.__traceback__):
        inside = "site-packages" in frame.filename or f"nnlib{_SEP}doctor" in frame.filename
        if not inside and not frame.filename.startswith("<__array_function__") and _not_standard(frame.filename):
            best = f"line {frame.lineno}, in {frame.name}" + (f": {frame.line}" if frame.line else "")
    return best


_SEP = "\\" if sys.platform == "win32" else "/"
_STANDARD = str(io.__file__).rsplit(_SEP, 1)[0]


def _not_standard(filename: str) -> bool:
    return not filename.startswith(_STANDARD) and not filename.startswith("<frozen")


@dataclass
class Answer:
    """A value read as 2L arrays: dW then db, or for a train_step the effective gradients (old - new) / rate."""

    arrays: list  # an array, or None where nothing usable stands
    shape_note: str = ""  # what is wrong with the structure, in words
    unpacked: bool = True  # False where not even two lists of things came back
    entries: tuple = ((), ())  # what dW and db held, however many
    single: bool = False  # float32 or less somewhere
    packed: str = ""  # the package that the two lists were taken out of, in words
