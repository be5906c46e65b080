"""What the notebooks of a lesson write: their imports, functions and classes, without their experiments."""

import ast

import nbformat
from conftest import notebooks_of


def written_in(number: int) -> dict:
    """The names that the notebooks of lesson `number` import or define, ready to be called; what needs a run is left out."""
    read = [nbformat.read(path, 4) for path in notebooks_of(number)]
    cells = [ast.parse(cell.source) for nb in read for cell in nb.cells if cell.cell_type == "code"]
    tree = ast.Module([node for cell in cells for node in cell.body if _needs_no_run(node)], type_ignores=[])
    names = {}
    exec(compile(tree, f"lesson {number}", "exec"), names)
    return names


def _needs_no_run(node) -> bool:
    if isinstance(node, ast.FunctionDef):
        return all(isinstance(default, ast.Constant) for default in node.args.defaults)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef))
