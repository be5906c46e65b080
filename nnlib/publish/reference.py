"""The reference of the public functions, made from their docstrings by pdoc, and the links that lead there from a page."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

from nnlib.publish import PublishError
from nnlib.publish.exercise_box import statements

PUBLIC = ("nnlib", "nnlib.data", "nnlib.rules", "nnlib.curvature", "nnlib.sweep", "nnlib.notation", "nnlib.lessons")


def write(into: Path) -> None:
    """Write the reference to the folder `into`; raises PublishError where pdoc is missing."""
    try:
        import pdoc
    except ImportError as fault:
        raise PublishError("the reference could not be made: pip install pdoc brings what it needs") from fault
    package = importlib.import_module("nnlib")
    vars(package).update({name: getattr(package, name) for name in package.LATER})  # pdoc sees what is there already
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc(*PUBLIC, output_directory=into)


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
