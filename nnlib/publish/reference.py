"""The reference of the public functions, made from their docstrings by pdoc, and the links that lead there from a page."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

from nnlib.publish import PublishError
from nnlib.publish.exercise_box import statements

PUBLIC = ("nnlib", "nnlib.data", "nnlib.rules", "nnlib.curvature", "nnlib.sweep", "nnlib.notation", "nnlib.lessons")


def write(into: Path) -> None:
    """Write the reference to the folder `into`; raises PublishError where pdoc is missing or fails."""
    command = [sys.executable, "-m", "pdoc", "-d", "google", "--no-show-source", "-o", str(into), *PUBLIC]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise PublishError(
            f"the reference could not be made: pip install pdoc brings what it needs\n{done.stderr[-600:]}"
        )


def places(source: str) -> dict[str, str]:
    """{name: its address in the reference} of the public functions that a cell imports or calls as `nnlib.name`."""
    found = {}
    for node in (part for statement in statements(source) for part in ast.walk(statement)):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module in PUBLIC:
                found |= {alias.name: module for alias in names}
            case ast.Attribute(value=ast.Name(id="nnlib"), attr=name):
                found[name] = "nnlib"
    return {
        name: f"reference/{module.replace('.', '/')}.html#{name}"
        for name, module in found.items()
        if _is_described(module, name)
    }


def _is_described(module: str, name: str) -> bool:
    """Does pdoc describe a name of this module? Those in __all__, or else those that are defined there."""
    home = importlib.import_module(module)
    own = getattr(getattr(home, name, None), "__module__", "") == module
    return name in home.__all__ if hasattr(home, "__all__") else own
