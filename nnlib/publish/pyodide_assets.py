"""The files with which a page runs Python: the address of Pyodide, and the package as an archive that Pyodide unpacks."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from nnlib.publish import PublishError, packages
from nnlib.publish.markup import STATIC

PACKAGE = Path(__file__).parents[1]
LEFT_OUT = {"show", "__pycache__"}  # what draws needs matplotlib, which a page does not load
VERSION = packages.LISTED["devDependencies"]["pyodide"]
NETWORK = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"  # Pyodide's own public network


def assets(into: Path, pyodide: str | None = None) -> str:
    """Write the worker, the page's script and the package to `into`; returns Pyodide's place as the pages name it.

    `pyodide` is a folder with a full release of Pyodide, copied beside the pages so that they ask no other host, or the
    address of one; without it, Pyodide's public network. Raises PublishError for a folder that holds no Pyodide.
    """
    for name in ("python_worker.js", "python_page.js"):
        shutil.copy(STATIC / name, into)
    archive(into / "nnlib.whl")
    if pyodide is None or pyodide.startswith(("https://", "http://")):
        return pyodide or NETWORK
    if not (Path(pyodide) / "pyodide.mjs").is_file():
        raise PublishError(f"{pyodide}: expected the folder of a Pyodide release, with pyodide.mjs in it")
    shutil.copytree(pyodide, into / "pyodide")
    return "assets/pyodide/"


def archive(path: Path) -> None:
    """The package without what draws, as a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(PACKAGE.rglob("*")):
            inside = file.relative_to(PACKAGE)
            if file.is_file() and not LEFT_OUT & set(inside.parts):
                made.write(file, Path("nnlib") / inside)
