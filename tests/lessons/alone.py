"""Run each notebook alone in an empty folder, as a host does that copies one file: python tests/lessons/alone.py [NAME ...].

Prints a line for each and exits 1 where one failed. .ci/run calls it in an environment with Colab's versions.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def fault(path):
    """What went wrong in one notebook, in its last lines; empty where nothing did."""
    with tempfile.TemporaryDirectory() as folder:
        nb = nbformat.read(shutil.copy(path, folder), as_version=4)
        client = NotebookClient(nb, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}})
        try:
            client.execute()
        except CellExecutionError as error:
            return f"{error.ename}: {error.evalue}"
    return ""


def main(names):
    failed = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not names or path.stem in names:
            start = time.perf_counter()
            said = fault(path)
            failed += bool(said)
            print(f"{path.stem}: {said or 'ok'}, {time.perf_counter() - start:.1f} s", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
