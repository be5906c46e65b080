"""Call code that is not ours so that nothing of it reaches the outside: silence, a time limit, copies in, exceptions caught."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.running.opening import NoNumbers, same_numbers

FIRST, LATER = 30.0, 10.0  # seconds that a call may take; the first may have to import or to compile something
_NNLIB = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_NOT_THEIRS = (os.path.join(_NNLIB, ""), os.path.join(os.path.dirname(io.__file__), ""), "<frozen", "<__array")
AT_WORK = "nnlib.doctor: at work ..."  # printed where the doctor takes long: it depends on the machine


class TooSlow(BaseException):
    """The learner's code did not come back in time. No Exception, so that `except Exception` does not swallow it."""


# ---------------------------------------------------------------- silence


class _Sink(io.StringIO):
    """Where the output of code that is not ours goes."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No print, warning, figure or progress bar leaves the code inside, and it cannot ask for input.

    In another thread than the main one the standard streams are left alone, since they are everyone's. Inside another
    `quiet` it does nothing.
    """
    if isinstance(sys.stdout, _Sink):
        yield
        return
    plots = sys.modules.get("matplotlib.pyplot")
    with contextlib.ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for name, stream in (("stdout", _Sink()), ("stderr", _Sink()), ("stdin", io.StringIO())):
                stack.callback(setattr, sys, name, getattr(sys, name))
                setattr(sys, name, stream)
        if plots:
            stack.callback(_without_figures_beyond, plots, set(plots.get_fignums()), plots.show)
            plots.show = lambda *_, **__: None
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(np.errstate(all="ignore"))
        yield


def _without_figures_beyond(plots, before: set, show) -> None:
    plots.show = show
    for number in set(plots.get_fignums()) - before:
        plots.close(number)


@contextlib.contextmanager
def progress(seconds: float = 2.0) -> Iterator[None]:
    """One line on standard error where what runs inside takes longer than `seconds`."""
    stream = sys.stderr
    timer = threading.Timer(seconds, lambda: print(AT_WORK, file=stream, flush=True))
    timer.daemon = True
    with contextlib.suppress(RuntimeError):  # no threads in a browser
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


# ---------------------------------------------------------------- the time limit


def limit(seconds: float) -> contextlib.AbstractContextManager:
    """Stop what runs inside after `seconds`, and again each second if it goes on, since code may catch what stops it."""
    alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    return _by_alarm(seconds) if alarm else _by_watcher(seconds)


@contextlib.contextmanager
def _by_alarm(seconds: float) -> Iterator[None]:
    def ring(*_):
        raise TooSlow(f"not done after {seconds:g} seconds")

    start, old = time.monotonic(), signal.signal(signal.SIGALRM, ring)
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        try:
            yield
        finally:  # where it rings just here, it is still switched off below: the next ring is a second away
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
        if left:  # an alarm of the caller's own goes on, with the time that has passed taken off
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 1e-3), again)


@contextlib.contextmanager
def _by_watcher(seconds: float) -> Iterator[None]:
    """Where no alarm can be set: another thread raises TooSlow in this one, between two of its Python instructions."""
    me, done = ctypes.c_ulong(threading.get_ident()), threading.Event()

    def watch():
        wait = seconds
        while not done.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(me, ctypes.py_object(TooSlow))
            wait = 1.0

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
    except RuntimeError:  # no threads in a browser: there the page can stop its worker
        yield
        return
    try:
        yield
    finally:
        done.set()
        watcher.join()  # an exception that is on its way is raised here, inside, and not later


# ---------------------------------------------------------------- a call


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call did: the value that came back, or the exception.

    `given` are the arguments, `handed` the copies that the call received.
    """

    value: object = None
    error: BaseException | None = None
    seconds: float = 0.0
    given: tuple = ()
    handed: tuple = ()

    @property
    def raised(self) -> str:
        """The exception in one line; "" where none was raised."""
        return "" if self.error is None else said(self.error)

    @property
    def line(self) -> str:
        """The line of the learner's code that raised it; "" where there is none."""
        return "" if self.error is None else learners_line(self.error)

    @property
    def slow(self) -> bool:
        """Was the call stopped?"""
        return isinstance(self.error, TooSlow)

    def changes(self) -> list[int]:
        """The numbers of the arguments that the call has changed."""
        return [i for i, (new, old) in enumerate(zip(self.handed, self.given)) if not _same(new, old)]


class CallFailed(Exception):
    """A call of the learner's code raised, or took too long; `outcome` says what and on which line."""

    def __init__(self, what: str, outcome: Outcome):
        super().__init__(what, outcome)
        self.what, self.outcome = what, outcome

    def __str__(self) -> str:  # asked of few of the many that are caught: the line takes long to find
        outcome = self.outcome
        unread = isinstance(outcome.error, NoNumbers)
        words = f"gives what cannot be read: {outcome.error}" if unread else f"raised {outcome.raised}"
        return f"{self.what} {words}" + (f" ({outcome.line})" if outcome.line else "")

    @property
    def into_integers(self) -> bool:
        """Did NumPy refuse to write floats into an array of whole numbers?"""
        kind = getattr(getattr(self.outcome.error, "to", None), "kind", "")
        return isinstance(self.outcome.error, TypeError) and kind in ("i", "u")


def attempt(function: Callable, *arguments, seconds: float = LATER, read: Callable | None = None) -> Outcome:
    """Call a function on copies of the arguments, silenced and within the time limit, whatever it does.

    `read` turns what came back into the value, within the same limit: an answer may have no end. Every exception is
    caught but KeyboardInterrupt.
    """
    handed, start = tuple(map(_copied, arguments)), time.perf_counter()
    value, error = None, None
    try:
        with quiet(), limit(seconds):
            value = function(*handed)
            value = read(value) if read is not None else value
    except KeyboardInterrupt:
        raise
    except BaseException as caught:  # whatever it is, it is a finding
        value, error = None, caught
    return Outcome(value, error, time.perf_counter() - start, arguments, handed)


def said(error: BaseException) -> str:
    """An exception in one line, even where its own words raise."""
    try:
        text = str(error).strip().splitlines()
    except Exception:
        text = ["its message raises as well"]
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"


def theirs(filename: str) -> bool:
    """Is a file the learner's: neither ours nor a library's?"""
    return not filename.startswith(_NOT_THEIRS) and not any(f"{kind}-packages" in filename for kind in ("site", "dist"))


def learners_line(error: BaseException) -> str:
    """The deepest line of the learner's own code: neither ours nor a library's; "" where no line of it ran."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if theirs(frame.filename):
            file = f" of {os.path.basename(frame.filename)}" if os.path.exists(frame.filename) else ""
            text = f": {frame.line}" if frame.line else ""
            return f"line {frame.lineno}{file}, in {frame.name}{text}"
    return ""


def _copied(value):
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    return [_copied(v) for v in value] if isinstance(value, list) else value


def _same(new, old) -> bool:
    """Does an argument still hold what it held?"""
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(_same, new, old))
    if not isinstance(old, np.ndarray):
        return True
    return isinstance(new, np.ndarray) and same_numbers(new, old)
