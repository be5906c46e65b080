"""A list of jobs, done here or by an executor: progress is reported, and an interrupt keeps what is finished."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from nnlib import checks


class Line:
    """The default progress report: one line of plain text that appears after two seconds and is erased at the end."""

    def __init__(self, after: float = 2.0):
        self.start, self.after, self.shown = time.monotonic(), after, 0

    def __call__(self, done: int, total: int):
        """Write how many parts are done, and erase the line after the last."""
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

    Returns (interrupted, notes). KeyboardInterrupt (the stop button, or a progress callable that raises it) ends the run
    within a second, with every result that was finished until then: own processes are ended where they are, jobs that an
    executor has begun go on there and are not waited for. Any other exception of `work` comes through as it is.
    """
    report, count, why = _options(processes, executor, progress)
    open_jobs, notes = set(range(len(jobs))), [why] if why and executor is None else []

    def finish(number, result, reported=True):
        take(number, result)
        open_jobs.discard(number)
        if report and reported:
            report(len(jobs) - len(open_jobs), len(jobs))

    try:
        if executor is not None:
            _spread(executor, work, jobs, open_jobs, finish)
        elif count > 1 and len(jobs) > 1:
            try:
                with _own_pool(min(count, len(jobs))) as own:
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


def _options(processes, executor, progress):
    """(report, number of processes, why there is only one), from arguments that were checked."""
    if executor is not None and not hasattr(executor, "submit"):
        raise TypeError(
            f"executor: expected a concurrent.futures executor, which has .submit, got {type(executor).__name__}; "
            "with Dask pass client.get_executor()"
        )
    line = isinstance(progress, str) and progress == "line"
    if not (line or progress is None or callable(progress)):
        raise ValueError(f'progress: expected a function (done, total), "line" or None, got {checks.shown(progress)}')
    count, why = affordable() if processes is None else (checks.argument("processes", processes), "")
    return Line() if line else progress, count, why


def _spread(executor, work, jobs, open_jobs, finish):
    """Submit every open job and take the results as they come; after an exception nothing stays queued."""
    futures = {}
    try:
        for number in sorted(open_jobs):
            futures[executor.submit(work, *jobs[number])] = number
        for future in as_completed(futures):
            finish(futures[future], future.result())
    except KeyboardInterrupt:
        for future, number in futures.items():  # what was finished while the last result was taken
            if number in open_jobs and future.done() and not future.cancelled() and not future.exception():
                finish(number, future.result(), reported=False)
        raise
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _own_pool(processes: int):
    """A pool that ends with its block: after its work is done, or at once where an exception leaves the block."""
    before = set(multiprocessing.active_children())
    executor = pool(processes)
    try:
        yield executor
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def pool(processes: int) -> ProcessPoolExecutor:
    """Worker processes that are safe in a notebook on Linux, macOS and Windows: started afresh, ignoring Ctrl-C.

    They end when their parent does, even where it was killed. Worth keeping open where many maps are asked for, since
    starting takes some tenths of a second.
    """
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_begin)


def _begin():
    """What each worker does first: leave interrupts to the parent, and watch that it is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch():
        parent.join()
        os._exit(1)

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()


def affordable(at_most: int = 4) -> tuple[int, str]:
    """How many processes are started where the caller does not say, and, where that is one, why.

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
