"""Run every notebook from the top and store it without noise, so that a second run changes only what really changed."""

from __future__ import annotations

import os
import signal
import tempfile
import textwrap
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi

from nnlib.doctor.running.calling import AT_WORK
from nnlib.publish import PublishError
from nnlib.publish.address import REPOSITORY, Address
from nnlib.publish.buttons import put_head
from nnlib.publish.contract import KERNEL
from nnlib.publish.films import VIEW
from nnlib.publish.stored_outputs import as_stored

NOISE = ("execution", "ExecuteTime", "collapsed", "scrolled")  # cell metadata about a run, not about the lesson
SECONDS_PER_CELL = 120


def find(names: Sequence[str] = (), folder: Path | None = None) -> list[Path]:
    """The notebooks meant by `names` (numbers as "04", stems or paths), all of them in order where there are none.

    Raises PublishError where the folder or a notebook is not there.
    """
    folder = folder or Path(__file__).parents[2] / "notebooks"
    every = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    if not names and not every:
        raise PublishError(f"expected notebooks in {folder}, found none; name another place with --folder")
    return [_meant(name, every) for name in names] or every


def _meant(name: str, every: Sequence[Path]) -> Path:
    """The one notebook of `every` that has this name or number, or else this path."""
    match = [path for path in every if name in (path.stem, path.name) or path.name.startswith(f"{name}_")]
    match = match or [path for path in [Path(name)] if path.is_file()]
    if len(match) != 1:
        known = ", ".join(path.stem for path in every)
        raise PublishError(f"{name!r} names {len(match)} notebooks, expected one of: {known}")
    return match[0]


def read(path: Path) -> nbformat.NotebookNode:
    """One notebook in format 4; raises PublishError where the file is not a notebook."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as fault:  # nbformat raises several unrelated kinds for a broken file
        raise PublishError(f"{path}: expected a notebook, but it cannot be read ({fault})") from fault


def execute(nb: nbformat.NotebookNode, folder: Path, keep_state: bool = False) -> nbformat.NotebookNode:
    """`nb` run from the top in `folder`, in place; `keep_state` keeps the widgets' state for the static pages.

    What the doctor prints on stderr on a slow machine is left out.
    Raises PublishError naming the cell, its source and its traceback.
    """
    nb.metadata["kernelspec"] = dict(KERNEL)
    nb.metadata.pop("widgets", None)
    started = []
    client = NotebookClient(
        nb,
        timeout=SECONDS_PER_CELL,
        kernel_name=KERNEL["name"],
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # the kernel warns of its own transport, which is local
        store_widget_state=keep_state,
        coalesce_streams=True,  # two prints are one text, however the kernel happened to send them
        on_cell_execute=lambda cell, cell_index: started.append(cell_index),
    )
    main = threading.current_thread() is threading.main_thread()
    interrupt, wakeup = (signal.getsignal(signal.SIGINT), signal.set_wakeup_fd(-1)) if main else (None, -1)
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as fault:
        index = started[-1]
        number = sum(cell.cell_type == "code" for cell in nb.cells[: index + 1])
        raise PublishError(
            f"code cell {number} (cell {index} of all) raised {getattr(fault, 'ename', type(fault).__name__)}\n"
            + textwrap.indent(strip_ansi(str(fault)), "    | ")
        ) from fault
    except NoSuchKernel as fault:
        raise PublishError("expected a kernel named python3, found none; pip install ipykernel brings it") from fault
    except OSError as fault:
        raise PublishError(
            f"the kernel could not be started ({fault}). Jupyter keeps small files in the home folder while it runs; where "
            "that cannot be written to, name other folders in JUPYTER_RUNTIME_DIR and IPYTHONDIR"
        ) from fault
    finally:  # a client whose kernel did not start keeps Ctrl-C to itself, and the next client would be stopped by it
        if main:
            signal.signal(signal.SIGINT, interrupt)
            signal.set_wakeup_fd(wakeup)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("text", "").strip() != AT_WORK]
    return nb


def tidy(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """`nb`, changed in place, without what differs from run to run or from machine to machine.

    Where a widget carries its still picture or words in HTML, the reference to a live model is dropped: with no kernel
    behind it a reader shows the picture instead of an error. Outputs take the form of `as_stored`.
    """
    nb.metadata["kernelspec"] = dict(KERNEL)
    nb.metadata["language_info"] = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        for key in NOISE:
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data or any(kind.startswith("image/") for kind in data):
                data.pop(VIEW, None)
            as_stored(output)
    return nb


def write(nb: nbformat.NotebookNode, path: Path) -> None:
    """Store `nb` at `path` in one step: the old file stays whole until the new one is complete on the disk.

    Raises PublishError, with the old file untouched, where the folder cannot be written to or the disk is full.
    """
    text = nbformat.writes(nb) + "\n"
    beside = None
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(beside, path)
    except OSError as fault:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        raise PublishError(
            f"{path.name} could not be stored in {path.parent} ({fault.strerror}); the stored notebook is as it was. "
            "Free some space, or allow writing to that folder, then run this again"
        ) from fault


def store(path: Path) -> float:
    """Run one notebook from the top and store it with its outputs; returns the seconds that the run took."""
    nb = put_head(read(path), Address(REPOSITORY), path.stem)
    start = time.perf_counter()
    execute(nb, path.parent)
    seconds = time.perf_counter() - start
    write(tidy(nb), path)
    return seconds


def store_all(paths: Sequence[Path]) -> int:
    """Run and store each notebook, printing its seconds; a failing one is reported and left as it was. Returns 0 or 1."""
    failed, total = [], 0.0
    for number, path in enumerate(paths, 1):
        print(f"[{number}/{len(paths)}] {path.stem} ...", end=" ", flush=True)
        try:
            seconds = store(path)
        except PublishError as fault:
            failed.append(path.stem)
            print(f"FAILED, the stored notebook is as it was\n  {fault}", flush=True)
        else:
            total += seconds
            print(f"{seconds:.1f} s, {path.stat().st_size / 1e6:.2f} MB", flush=True)
    print(
        f"{len(paths) - len(failed)} of {len(paths)} stored in {total:.1f} s"
        + "".join(f"; failed: {n}" for n in failed)
    )
    return bool(failed)
