"""A list of jobs, done here or by any executor: progress is told, and an interrupt keeps what is done."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed

from nnlib import checks


class Line:
    """The default progress report: one line of plain text that appears after two seconds and wipes itself at the end."""

    def __init__(self, after: float = 2.0):
        self.start, self.after, self.shown = time.monotonic(), after, 0

    def __call__(self, done: int, total: int):
        seconds = time.monotonic() - self.start
        if not self.shown and (seconds < self.after or done == total):
            return
        left = seconds / done * (total - done) if done else float("nan")
        text = "" if done == total else f"{done} of {total} parts, {seconds:.0f} s, about {left:.0f} s to go"
        sys.stdout.write("\r" + text.ljust(self.shown) + ("\r" if done == total else ""))
        sys.stdout.flush()
        self.shown = len(text)


def run(
    work: Callable,
    jobs: Sequence[tuple],
    take: Callable,
    *,
    processes: int | None = None,
    executor: Executor | None = None,
    progress: Callable | str | None = "line",
) -> tuple[bool, list[str]]:
    """Do `work(*job)` for every job and hand each result to `take(number, result)`, in whatever order they finish.

    work        a function that lives in a module (so that other processes can import it)
    processes   how many to use; None asks `affordable`. What cannot be had is done here instead, and the notes say so
    executor    anything that follows concurrent.futures, as Dask's `client.get_executor()`; it is used and never closed
    progress    a callable (done, total); "line" for the plain line above; None for silence

    Returns (interrupted, notes). KeyboardInterrupt (the stop button, or a progress callable that raises it) ends the
    run, and the results taken until then are kept. Any other exception of `work` comes through as it is.
    """
    if executor is not None and not hasattr(executor, "submit"):
        raise TypeError(
            f"executor: expected a concurrent.futures executor, which has .submit, got {type(executor).__name__}; "
            "with Dask pass client.get_executor()"
        )
    report = Line() if progress == "line" else progress
    count, why = affordable() if processes is None else (checks.positive_whole("processes", processes), "")
    open_jobs, notes = set(range(len(jobs))), [why] if why and executor is None else []

    def finish(number, result):
        take(number, result)
        open_jobs.discard(number)
        if report:
            report(len(jobs) - len(open_jobs), len(jobs))

    try:
        if executor is not None:
            _spread(executor, work, jobs, open_jobs, finish)
        elif count > 1 and len(jobs) > 1:
            try:
                with pool(min(count, len(jobs))) as own:
                    _spread(own, work, jobs, open_jobs, finish)
            except (BrokenExecutor, OSError, NotImplementedError) as error:
                notes.append(
                    f"{count} processes could not be used ({type(error).__name__}: {error}); "
                    f"{len(open_jobs)} of {len(jobs)} parts were computed in this one instead"
                )
        for number in sorted(open_jobs):
            finish(number, work(*jobs[number]))
    except KeyboardInterrupt:
        notes.append(f"interrupted: {len(jobs) - len(open_jobs)} of {len(jobs)} parts are done")
        return True, notes
    return False, notes


def _spread(executor, work, jobs, open_jobs, finish):
    """Submit every open job and take the results as they come; whatever happens, nothing stays queued behind us."""
    futures = {}
    try:
        for number in sorted(open_jobs):
            futures[executor.submit(work, *jobs[number])] = number
        for future in as_completed(futures):
            finish(futures[future], future.result())
    finally:
        for future in futures:
            future.cancel()


def pool(processes: int) -> ProcessPoolExecutor:
    """Worker processes that are safe in a notebook on Linux, macOS and Windows: started afresh, deaf to Ctrl-C.

    Worth keeping open where many maps are asked for, since starting takes some tenths of a second.
    """
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_parent)


def _leave_interrupts_to_parent():
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def affordable(at_most: int = 4) -> tuple[int, str]:
    """How many processes may be started unasked, and, where that is one, why.

    A fresh process imports the file that was started, and a script without `if __name__ == "__main__":` would do all
    its work once more. A notebook or a prompt has no such file; a script asks for its processes itself.
    """
    main = sys.modules["__main__"]
    packaged = getattr(getattr(main, "__spec__", None), "name", "").endswith("__main__")  # python -m something
    if hasattr(main, "__file__") and not packaged:
        return 1, "one process was used: a script asks for more itself, under if __name__ == '__main__'"
    if multiprocessing.parent_process() is not None:
        return 1, "one process was used: this one is itself a worker"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(at_most, usable), "one process was used: there is one processor" if usable == 1 else ""
