"""Each notebook runs once in a session, for the first test that needs it; nbval's comparison and the site read that run."""

import os
import time
from pathlib import Path

import nbformat
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

from nnlib.publish import PublishError, notebooks

SECONDS = 300  # the longest that one process waits for the run of another


class Executed:
    """The runs of a session in one folder, which the processes of pytest-xdist share."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def __call__(self, path: Path) -> nbformat.NotebookNode:
        """The notebook at `path` run from the top with the state of its widgets; PublishError where a cell raised."""
        done, failed = self.folder / path.name, self.folder / f"{path.stem}.failed"
        if self._is_first(path):
            try:
                _whole(done, nbformat.writes(notebooks.execute(notebooks.read(path), path.parent, keep_state=True)))
            except PublishError as fault:
                _whole(failed, str(fault))
        end = time.monotonic() + SECONDS
        while not (done.exists() or failed.exists()):
            if time.monotonic() > end:
                raise TimeoutError(f"{path.name} was being run by another process for {SECONDS} s")
            time.sleep(0.05)
        if failed.exists():
            raise PublishError(failed.read_text(encoding="utf-8"))
        return nbformat.read(done, as_version=4)

    def _is_first(self, path: Path) -> bool:
        try:
            os.close(os.open(self.folder / f"{path.stem}.begun", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


def _whole(path: Path, text: str) -> None:
    """Write a file that other processes see only when it is complete."""
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def differences(session, path: Path, new: nbformat.NotebookNode) -> dict[int, str]:
    """{cell: what differs} between the outputs stored at `path` and those of a new run, as nbval compares them."""
    file = IPyNbFile.from_parent(session, path=path)
    file.setup_sanitize_files()
    found = {}
    for number, (stored, run) in enumerate(zip(_code(notebooks.read(path)), _code(new), strict=True)):
        cell = IPyNbCell.from_parent(file, name=f"Cell {number}", cell_num=number, cell=stored, options={})
        assert stored.source == run.source, "a notebook is compared with a run of itself"
        if not cell.compare_outputs(coalesce_streams(run.outputs), coalesce_streams(stored.outputs)):
            found[number] = "\n".join([f"Cell {number}: {stored.source}", *cell.comparison_traceback])
    return found


def _code(nb):
    return [cell for cell in nb.cells if cell.cell_type == "code"]
