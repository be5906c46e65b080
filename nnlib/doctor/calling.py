"""Call the learner's code so that nothing of it reaches the outside: silence, a time limit, and missing arguments filled in."""

from __future__ import annotations

import ast
import contextlib
import ctypes
import inspect
import io
import re
import signal
import sys
import textwrap
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RATE = re.compile(r"^_*(lr|eta|alpha|rate|learning_?rate|learn_?rate|step_?size|l_?rate|lrate)$", re.I)
ROUNDS = re.compile(r"^_*(n_?|num_?|max_?)?(epochs?|iters?|iterations?|steps|rounds|times)$", re.I)
_HERE = str(Path(__file__).parent)


class TooSlow(BaseException):
    """The learner's code did not come back in time; no Exception, so that no handler of theirs keeps it."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No print, warning, figure or progress bar leaves the learner's code, and it cannot ask for input."""
    sink, keyboard = io.StringIO(), sys.stdin
    plots = sys.modules.get("matplotlib.pyplot")
    show, before = getattr(plots, "show", None), set(plots.get_fignums()) if plots else set()
    if plots:
        plots.show = lambda *_, **__: None
    try:
        sys.stdin = io.StringIO()
        with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"):
                yield
    finally:
        sys.stdin = keyboard
        if plots:
            plots.show = show
            for number in set(plots.get_fignums()) - before:
                plots.close(number)


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop what runs inside after `seconds`: by an alarm in the main thread, elsewhere by an exception set from a watcher.

    The alarm rings again each second, since code may catch it; an alarm of the caller's own keeps its time.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():

        def stop(signum, frame):
            raise TooSlow(f"not done after {seconds:g} seconds")

        start, old = time.monotonic(), signal.signal(signal.SIGALRM, stop)
        outer, again = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        try:
            yield
        finally:
            left = max(outer - (time.monotonic() - start), 1e-3) if outer else 0.0
            signal.signal(signal.SIGALRM, old)
            signal.setitimer(signal.ITIMER_REAL, left, again)
        return
    me, done = threading.get_ident(), threading.Event()

    def watch():
        wait = seconds
        while not done.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(me), ctypes.py_object(TooSlow))
            wait = 1.0

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError:  # no threads in a browser: there the page can stop its worker
        yield
        return
    try:
        yield
    finally:
        done.set()


@contextlib.contextmanager
def progress(seconds: float = 2.0) -> Iterator[None]:
    """One line on standard error where what runs inside takes longer than `seconds`."""
    stream = sys.stderr
    timer = threading.Timer(seconds, lambda: print("nnlib.doctor: at work ...", file=stream, flush=True))
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:  # no threads in a browser
        yield
        return
    try:
        yield
    finally:
        timer.cancel()


@dataclass
class Outcome:
    """What one call did: its value, or the exception in one line with the line of the learner's code; `slow`: the time was up."""

    value: object = None
    raised: str = ""
    line: str = ""
    seconds: float = 0.0
    slow: bool = False


def attempt(function: Callable, *arguments, seconds: float = 10.0, silenced: bool = False) -> Outcome:
    """Call a function, whatever it does; only the user's own interrupt comes through. `silenced`: it is quiet already."""
    start = time.perf_counter()
    try:
        with contextlib.nullcontext() if silenced else quiet(), limit(seconds):
            return Outcome(function(*arguments), seconds=time.perf_counter() - start)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever it is, it is a finding
        took = time.perf_counter() - start
        return Outcome(None, said(error), learners_line(error), took, isinstance(error, TooSlow))


def said(error: BaseException) -> str:
    """An exception in one line, even where its own words raise."""
    try:
        text = str(error).strip().splitlines()
    except Exception:
        text = ["its message raises as well"]
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"


def learners_line(error: BaseException) -> str:
    """The deepest line of the learner's own code: neither ours nor a library's."""
    best = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.startswith((_HERE, str(Path(io.__file__).parent), "<frozen", "<__array")):
            if "site-packages" not in frame.filename:
                best = f"line {frame.lineno} of {Path(frame.filename).name}, in {frame.name}"
                best += f": {frame.line}" if frame.line else ""
    return best


class Filled:
    """A function of the learner's with what it wants beside the data: a rate, and one round in place of many."""

    def __init__(self, function: Callable):
        self.function, self.keywords, self.rate, self.space = function, {}, None, None
        try:
            wanted = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            wanted = []
        for p in wanted:
            given = p.default is not p.empty
            if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY):
                continue
            if RATE.match(p.name) and (not given or isinstance(p.default, float | int)):
                self.rate, self.keywords[p.name] = p.name, float(p.default) if given else 0.1
            elif ROUNDS.match(p.name) and (not given or isinstance(p.default, int)):
                self.keywords[p.name] = 1

    def __call__(self, *arguments):
        return self.function(*arguments, **self.keywords)

    def set_rate(self, value: float) -> None:
        """Use this rate from now on."""
        (self.keywords if self.space is None else self.space)[self.rate] = value

    def of_one_round(self) -> Filled | None:
        """A copy of the function whose numbers called epochs (or the like) are 1 and whose number called a rate is an argument.

        The copy is made from the function's source; None where there is no source, or no such number in it.
        """
        bound = getattr(self.function, "__self__", None)
        plain = getattr(self.function, "__func__", self.function)
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
        except (OSError, TypeError, SyntaxError):
            return None
        held = _Held()
        held.visit(tree)
        definition = tree.body[0]
        if not (held.found or held.rates) or not isinstance(definition, ast.FunctionDef) or plain.__closure__:
            return None
        definition.decorator_list = []
        space = {**plain.__globals__, **held.rates}
        exec(compile(ast.fix_missing_locations(tree), "<a copy with one round>", "exec"), space)
        made = space[definition.name]
        copy = Filled(made.__get__(bound) if bound is not None else made)
        copy.held = ", ".join(f"{name} = {value:g}" for name, value in held.found.items())
        if held.rates and copy.rate is None:
            copy.rate, copy.space = next(iter(held.rates)), space
        return copy


class _Held(ast.NodeTransformer):
    """Numbers assigned to names like epochs become 1, those to names like rate a global name; a long loop runs once."""

    def __init__(self):
        self.found: dict[str, float] = {}
        self.rates: dict[str, float] = {}

    def visit_Assign(self, node):
        name, value = getattr(node.targets[0], "id", ""), getattr(node.value, "value", None)
        if ROUNDS.match(name) and isinstance(value, int) and value > 1:
            self.found[name], node.value = value, ast.Constant(1)
        elif RATE.match(name) and isinstance(value, float):
            self.rates[f"{name} in the code"] = value
            node.value = ast.parse(f"globals()[{name + ' in the code'!r}]", mode="eval").body
        return node

    def visit_For(self, node):
        self.generic_visit(node)
        call = node.iter
        if (
            isinstance(call, ast.Call)
            and getattr(call.func, "id", "") in ("range", "trange", "xrange")
            and len(call.args) == 1
        ):
            value = getattr(call.args[0], "value", None)
            if isinstance(value, int) and value >= 50:
                self.found["rounds"], call.args[0] = value, ast.Constant(1)
        return node


def copied(value):
    """A copy for the learner's code to do with as it likes."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return [copied(v) for v in value] if isinstance(value, list) else value


def alike(handed, old) -> bool:
    """Is an array that was handed over still what it was?"""
    return (
        np.array_equal(handed, old, equal_nan=True) if isinstance(old, np.ndarray) and old.dtype.kind in "fc" else True
    )
