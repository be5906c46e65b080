"""The notebooks as they are stored: their words, their sections, and the functions and classes that their cells define."""

import ast

import nbformat
from conftest import ROOT, notebooks_of

from nnlib.publish import contract

STORED = {path.stem: nbformat.read(path, 4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
LESSONS = {stem: nb for stem, nb in STORED.items() if stem[0].isdigit()}


def code(nb) -> list:
    """The code cells of a notebook."""
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def words(nb) -> str:
    """The Markdown of a notebook, a blank line between two cells."""
    return "\n\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")


def sections(stem: str) -> set[str]:
    """The headings of the notebook of that name."""
    return {heading for _, _, heading in contract.headings(STORED[stem])}


def written_in(number: int) -> dict:
    """The names that the notebooks of lesson `number` import or define, ready to be called; what needs a run is left out."""
    cells = [ast.parse(cell.source) for path in notebooks_of(number) for cell in code(STORED[path.stem])]
    tree = ast.Module([node for cell in cells for node in cell.body if _needs_no_run(node)], type_ignores=[])
    names = {}
    exec(compile(tree, f"lesson {number}", "exec"), names)
    return names


def _needs_no_run(node) -> bool:
    if isinstance(node, ast.FunctionDef):
        return all(isinstance(default, ast.Constant) for default in node.args.defaults)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef))
