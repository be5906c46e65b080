"""An edit of a listing in the letters of the candidates' expressions, for its word and sentence in edits.txt."""

from __future__ import annotations

import ast
from typing import NamedTuple

from nnlib.doctor.candidates.categories import Rule, first_rule
from nnlib.doctor.candidates.expressions import OPERATORS, leaf, parse
from nnlib.doctor.rewriting.edit import Edit, Kind, put

LETTERS = {  # what the names of the listings hold, in any layer
    "X": "X", "x": "X", "E": "E", "e": "E", "z": "Z", "out": "A", "delta": "dZ", "error": "dA", "w": "W", "t": "W",
    "b": "b", "T": "count",
    "A[l]": "A_prev", "a[l]": "A_prev", "A[l + 1]": "A", "a[l + 1]": "A", "A[l - 1]": "A_prev[l-1]", "a[l - 1]": "A_prev[l-1]",
    "A[L]": "A", "A[-1]": "A", "a[-1]": "A", "Z[l]": "Z", "Z[l - 1]": "Z_prev", "weights[l]": "W", "theta[l]": "W",
    "weights[l + 1]": "W[l+1]", "weights[l - 1]": "W[l-1]", "theta[l + 1]": "W[l+1]", "theta[l - 1]": "W[l-1]", "biases[l]": "b",
}  # fmt: skip


class Read(NamedTuple):
    """What stood there, what stands there now, and what the edit brings in or takes out."""

    old: tuple
    new: tuple
    name: str


def rule_for(edit: Edit, stage: str) -> Rule:
    """The line of edits.txt for an edit of a line that computes this stage."""
    old, new = edit.old, edit.new
    for node in ast.walk(edit.statement):  # an index or a list is read with what it is an index of
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and old in (node.slice, node.value):
            old, new = node, put(node, old, new)
    was, now = _expression(old), _expression(new)
    return first_rule(
        stage.replace(" ", "-"), edit.part.value or edit.kind.value, Read(was, now, _name(edit, was, now))
    )


def _name(edit: Edit, was: tuple, now: tuple) -> str:
    if edit.kind is Kind.KEYWORD:
        return next(keyword.arg for keyword in edit.old.keywords if keyword not in edit.new.keywords)
    if edit.kind is Kind.KEYWORD:
        return next(keyword.arg for keyword in edit.old.keywords if keyword not in edit.new.keywords)
    if edit.kind is Kind.OPERAND:
        dropped = [part for part in was[1:] if isinstance(part, tuple) and part != now]
        was = dropped[0] if dropped else was
        return was[1] if was[0] in ("leaf", "call") else was[0]
    return now[1] if now[0] in ("leaf", "call") else now[0]


def _expression(node: ast.AST) -> tuple:
    """A part of a listing as an expression; a leaf of its own text where it is none."""
    text = ast.unparse(node)
    if text in LETTERS:
        return parse(LETTERS[text])
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)], _expression(node.left), _expression(node.right)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return "T", _expression(node.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return "c", float(node.value)
    if isinstance(node, ast.UnaryOp):
        return "call", "-", _expression(node.operand)
    return _called(node) if isinstance(node, ast.Call) else leaf(text)


def _called(node: ast.Call) -> tuple:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
    parts = [_expression(argument) for argument in node.args]
    if name in ("dot", "outer", "matmul") and len(parts) == 2:
        return "@", *parts
    if name == "sum":
        return "sum", parts[0] if parts else _expression(node.func.value)
    return ("call", name, parts[0]) if parts else leaf(ast.unparse(node))
