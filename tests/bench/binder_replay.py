"""Replay Binder's steps in a new virtual environment, open lesson 0 as its visitor does, and weigh a full session.

    python tests/bench/binder_replay.py

Binder's image is not built (that needs its servers): its base is stood in for by JupyterLab from pip, and of the
generated steps those that install into the kernel's environment are run as they stand. Linux only: memory is the
proportional share (PSS) of the server and all kernels. The session is weighed twice: a reader who closes each lesson's
tab before the next, which ends its kernel there, and one who leaves them all open.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]
import binderfile  # noqa: E402
import chromium  # noqa: E402
from jupyterlab import STATUS, Visit, serving  # noqa: E402

ROOT = Path(__file__).parents[2]
FIRST = "notebooks/00_win_and_break.ipynb"
GOAL_BYTES = 1_000_000_000


def memory(folder):
    """Bytes of every process that runs from the environment in `folder`, pages shared between them counted once."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
        except OSError:  # it has ended meanwhile
            continue
    return total


def run(command, **more):
    """One step, with its seconds printed."""
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"failed: {command}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    words = command if isinstance(command, str) else " ".join(map(str, command))
    print(f"  {time.monotonic() - start:6.1f} s  {words}", flush=True)


def main():
    python = shutil.which("python3.12") or sys.executable  # Binder's own, where it is on this machine
    for reason in (chromium.missing(), binderfile.missing()):
        if reason:
            sys.exit(f"not run: {reason}")
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        project, environment = place / "project", place / "environment"
        print("replaying, with", subprocess.run([python, "--version"], capture_output=True, text=True).stdout.strip())
        run(["git", "clone", "-q", str(ROOT), str(project)])
        run([python, "-m", "venv", str(environment)])
        variables = {
            **os.environ,
            "KERNEL_PYTHON_PREFIX": str(environment),
            "PATH": f"{environment / 'bin'}:{os.environ['PATH']}",
            "VIRTUAL_ENV": str(environment),
        }
        run([str(environment / "bin/pip"), "install", "-q", "jupyterlab"])
        wanted = ("${KERNEL_PYTHON_PREFIX}/bin/pip", "chmod +x binder/postBuild", "./binder/postBuild")
        for kind, text in binderfile.steps(project):
            if kind == "RUN" and text.startswith(wanted):
                run(text, shell=True, cwd=project, env=variables)
        visit(project, environment, place)


def visit(project, environment, home):
    with serving(project, home, python=str(environment / "bin/python")) as address, chromium.running() as browser:
        first_page(browser, address)
        names = sorted(path.name for path in (project / "notebooks").glob("[0-9]*.ipynb"))
        server = memory(environment)
        print(f"the server alone: {server / 1e6:.0f} MB")
        print("one lesson after the other, the tab of each closed before the next is opened:")
        highest = max(lesson(browser, address, name, environment, closing=True) for name in names)
        word = "met" if highest < GOAL_BYTES else "MISSED"
        print(f"  at most {highest / 1e6:.0f} MB; the goal is {GOAL_BYTES / 1e6:.0f} MB: {word}")
        print("the same, with every tab and kernel left open:")
        total = [lesson(browser, address, name, environment, closing=False) for name in names]
        fit = sum(taken < GOAL_BYTES for taken in total)
        print(
            f"  {total[-1] / 1e6:.0f} MB at the end; {fit} of {len(names)} lessons stay under {GOAL_BYTES / 1e6:.0f} MB"
        )


def first_page(browser, address):
    """What a visitor sees first, and after how long."""
    start = time.monotonic()
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(f"{address}/lab/tree/{FIRST}", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-Notebook h1", timeout=60_000)
    page.wait_for_function(f"() => {STATUS} === 'idle'", timeout=60_000)
    title = page.locator(".jp-Notebook h1").first.inner_text().rstrip("¶ ")
    links = ".jp-Notebook a[href$='.ipynb'], .jp-Notebook a[data-commandlinker-args], .jp-Notebook td a"
    count = page.locator(links).count()
    print(f"first page after {time.monotonic() - start:.1f} s: {title!r}, with {count} links to lessons in view")
    close_tab(page, address)
    page.close()


def lesson(browser, address, name, environment, closing):
    """Open one lesson, run it all, and say what server and kernels take; then close its tab, or leave it open."""
    seen = Visit(browser, address, f"notebooks/{name}")
    seconds, errors, now = seen.run_all(), seen.errors(), memory(environment)
    if closing:
        close_tab(seen.page, address)
    seen.page.close()
    print(f"  {name:42} {seconds:5.1f} s, server and kernels {now / 1e6:5.0f} MB, {len(errors)} errors", flush=True)
    return now


def close_tab(page, address):
    """Save and close as a reader does; the settings in binder/jupyter are to end the kernel, and it is awaited here."""
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => { window.jupyterapp.commands.execute('application:close'); }")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{address}/api/kernels") as answer:
            if not json.load(answer):
                return
        page.wait_for_timeout(200)
    sys.exit("a closed tab left its kernel running: the settings in binder/jupyter do not work")


if __name__ == "__main__":
    main()
