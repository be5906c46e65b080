"""An exercise of a notebook as a box in its page: the cell without its check, and what the notebook knows before it."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from nnlib.lessons import Lesson
from nnlib.publish.markup import filled

DRAWS = ("nnlib.show", "matplotlib", "IPython", "ipywidgets")  # what a page without these modules does not import


@dataclass(frozen=True)
class Check:
    """`lesson.check(exercise, name)` at the end of a cell whose other lines are `code`."""

    exercise: str
    name: str
    code: str


def check_of(source: str) -> Check | None:
    """The check that a cell ends with; None where it ends with anything else."""
    body = statements(source)
    match body[-1:] if body else []:
        case [
            ast.Expr(
                ast.Call(func=ast.Attribute(attr="check"), args=[ast.Constant(value=str(exercise)), ast.Name(id=name)])
            ) as last
        ]:
            lines = source.splitlines()[: last.lineno - 1]
            return Check(exercise, name, "\n".join(lines).rstrip() + "\n")
    return None


def lesson_of(nb: NotebookNode) -> int | None:
    """The number in `lesson = Lesson(number)`; None where no cell says that."""
    for cell in nb.cells:
        for node in statements(cell.source) if cell.cell_type == "code" else ():
            match node:
                case ast.Assign(value=ast.Call(func=ast.Name(id="Lesson"), args=[ast.Constant(value=int(number))])):
                    return number
    return None


def known_before(cells: Sequence[NotebookNode]) -> str:
    """The imports and functions of the cells above an exercise, one after the other; other lines may need what draws."""
    kept = []
    for cell in cells:
        if cell.cell_type != "code" or check_of(cell.source):
            continue
        for node in statements(cell.source):
            drawn = [getattr(node, "module", "") or "", *(alias.name for alias in getattr(node, "names", ()))]
            if isinstance(node, (ast.Import, ast.ImportFrom)) and not any(name.startswith(DRAWS) for name in drawn):
                kept.append(ast.unparse(node))
            elif isinstance(node, ast.FunctionDef):
                kept.append(ast.unparse(node))
    return "\n".join(kept)


def box(check: Check, lesson: int, before: str) -> str:
    """The editor of one exercise, with the button that checks it and the hints, each to be opened by itself."""
    request = {"do": "check", "lesson": lesson, "exercise": check.exercise, "name": check.name, "before": before}
    hints = Lesson(lesson).exercises[check.exercise].hints
    return filled(
        "exercise.html",
        request=json.dumps(request),
        exercise=check.exercise,
        rows=check.code.count("\n") + 3,
        code=check.code,
        hints=[re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(hint)) for hint in hints],
    )


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell; none where it holds more than Python, as a magic command does."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []
