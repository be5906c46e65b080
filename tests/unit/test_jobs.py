"""Jobs that end: a stop returns within a second with every finished part, and no worker outlives its parent."""

import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import ROOT

from nnlib import jobs


def quick_or_slow(number):
    """Parts 0 and 1 take no time, the others half a minute."""
    if number > 1:
        time.sleep(30)
    return number * number


def stopped_after(seconds, **more):
    """(what was found, notes, seconds from the stop to the return) of a run that is interrupted from outside."""
    found, stopped = {}, []

    def stop():
        while len(found) < 2:
            time.sleep(0.01)
        time.sleep(seconds)
        stopped.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop, daemon=True).start()
    numbers = [(n,) for n in range(6)]
    interrupted, notes = jobs.run(quick_or_slow, numbers, found.__setitem__, progress=None, **more)
    assert interrupted
    return found, notes, time.monotonic() - stopped[0]


def test_a_stop_returns_within_a_second_with_the_finished_parts_and_leaves_no_worker():
    before = set(multiprocessing.active_children())
    found, notes, seconds = stopped_after(0.2, processes=2)
    assert found == {0: 0, 1: 1} and notes == ["interrupted: 2 of 6 parts are done"]
    assert seconds < 1
    assert set(multiprocessing.active_children()) <= before


def test_a_stop_does_not_wait_for_what_an_executor_has_begun():
    executor = concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    try:
        found, _, seconds = stopped_after(0.1, executor=executor)
        assert found == {0: 0, 1: 1} and seconds < 1
    finally:
        for child in multiprocessing.active_children():
            child.terminate()
        executor.shutdown(wait=True, cancel_futures=True)


def test_parts_that_finished_while_a_result_was_taken_are_kept():
    found, stopped = {}, []

    def take(number, result):
        if not stopped:
            stopped.append(number)
            done.wait(5)  # by now the thread has finished all parts
            raise KeyboardInterrupt  # before this result is stored: it is finished like the others
        found[number] = result

    done = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        work = [(n, done if n == 3 else None) for n in range(4)]
        interrupted, notes = jobs.run(square_and_tell, work, take, executor=threads, progress=None)
    assert interrupted and found == {n: n * n for n in range(4)}


def square_and_tell(number, done):
    if done:
        threading.Timer(0.05, done.set).start()
    return number * number


PARENT = """
import multiprocessing, time
from nnlib import jobs

if __name__ == "__main__":
    with jobs.pool(2) as pool:
        futures = [pool.submit(time.sleep, 60) for _ in range(4)]
        time.sleep(3)  # both workers have begun by then
        print(*(process.pid for process in multiprocessing.active_children()), flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="NOT RUN: Windows has no SIGKILL")
def test_a_parent_that_is_killed_takes_its_workers_with_it(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(workers) == 2 and all(alive(pid) for pid in workers)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 10
    while any(alive(pid) for pid in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)


def alive(pid):
    """Whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return not os.path.isdir("/proc/self")


def test_a_note_says_how_many_parts_of_how_many_were_computed_here(monkeypatch):
    """The pool breaks after one of three parts: two of three are left for this process."""
    done = {}

    def breaks(pool, work, parts, open_jobs, finish):
        finish(0, work(*parts[0]))
        raise OSError("no more processes")

    monkeypatch.setattr(jobs, "_spread", breaks)
    _, notes = jobs.run(
        pow, [(2, 1), (2, 2), (2, 3)], lambda number, result: done.update({number: result}), processes=2
    )
    assert done == {0: 2, 1: 4, 2: 8} and "2 of 3 parts were computed in this one instead" in " ".join(notes)
