"""Expressions: how to read one from a line, how to evaluate it on the values of a pass, and how to write it out.

An expression is a nested tuple: ("leaf", name, index), ("c", number), ("call", function, x, ...), ("T", x), ("sum", x) over
the samples, or (operator, x, y). `parse` reads one from a line such as "dA * s(Z)"; f is the layer's activation, s its slope.
The index of a leaf is "" for layer l itself, else a line of Python in l and L: W[l - 1], W[0], W[-1], dW[l:] (their sum).
"""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import ast
import copy
from functools import cache
from pathlib import Path

import numpy as np

from nnlib.doctor.candidates.functions import ACTIVATE, FUNCTIONS, SLOPES

OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.FloorDiv: "//",
}


@cache
def parse(line: str) -> tuple:
    """The expression of a line of Python: W[l - 1] is W of another layer, x.T a transpose, sum(x) over i."""
    return _node(ast.parse(line, mode="eval").body)


def _node(node):
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)], _node(node.left), _node(node.right)
    if isinstance(node, ast.Name):
        return leaf(node.id)
    if isinstance(node, ast.Constant):
        return "c", float(node.value)
    if isinstance(node, ast.Attribute):
        return "T", _node(node.value)
    if isinstance(node, ast.UnaryOp):
        return "call", "-", _node(node.operand)
    if isinstance(node, ast.Subscript):
        return leaf(node.value.id, ast.unparse(node.slice))
    name, given = node.func.id, tuple(map(_node, node.args))
    return ("sum", *given) if name == "sum" else ("call", name, *given)


def lines_of(name: str) -> list[list[str]]:
    """The columns of each line of a table in this folder; "#" begins a comment."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in line.split("|")] for line in lines if not line.startswith("#")]


def leaf(name: str, index: str = "") -> tuple:
    """A leaf of this name, in the layer itself or in another."""
    return "leaf", name, index


def parts(e: tuple, path: tuple = ()):
    """(path, expression) of an expression and of everything inside it."""
    yield path, e
    for i, x in enumerate(e[1:], 1):
        if isinstance(x, tuple):
            yield from parts(x, (*path, i))


def put(e: tuple, path: tuple, new: tuple) -> tuple:
    """The expression with the part at `path` replaced."""
    if not path:
        return new
    return (*e[: path[0]], put(e[path[0]], path[1:], new), *e[path[0] + 1 :])


class Values:
    """The values of one pass, or of many at once: an array with three axes holds one value for each of K edits."""

    def __init__(self, problem, names: tuple[str, ...]):
        self.W, self.b = list(problem.weights), list(problem.biases)
        self.X, self.E, self.rate, self.names, self.number = problem.X, problem.E, problem.rate, names, 0.0
        self.L, self.T = len(self.W), len(self.X)
        self.Z, self.A = [None] * self.L, [self.X] + [None] * self.L
        self.dA, self.dZ, self.dW, self.db = ([None] * self.L for _ in range(4))

    def copy(self) -> Values:
        """The same arrays in lists of its own."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list):
                setattr(other, name, value.copy())
        return other

    def at(self, l: int, name: str, index: str, k):
        """The array behind a leaf in layer l, of edit k; IndexError where that layer does not exist."""
        if name in ("X", "E", "T", "rate", "number"):
            return getattr(self, name)
        if name == "n":
            return self.E.shape[-1]
        at = eval(_compiled(index), {"layers": range(self.L), "l": l, "L": self.L}) if index else l
        if isinstance(at, range):
            return sum(self.at(i, name, "", k) for i in at)
        if name == "Z_prev":
            value = self.Z[at - 1] if at else self.X
        elif name in ("A", "A_prev"):
            value = self.A[at + (name == "A")]
        else:
            value = getattr(self, name)[at]
        if value is None:
            raise IndexError(name)
        return value[k] if value.ndim == 3 and k is not None else value


@cache
def _compiled(index: str):
    """The layer that an index names, or their range; l - 1 of the first layer is the last, as it is in a list."""
    return compile(f"layers[{index}]", "<index>", "eval")


def evaluate(e: tuple, c: Values, l: int, k: int | None = None):
    """The value of an expression in layer l, for edit k or for all at once; NumPy's refusals are passed on."""
    kind = e[0]
    if kind == "leaf":
        return c.at(l, e[1], e[2], k)
    if kind == "c":
        return e[1]
    if kind == "call":
        given = [evaluate(x, c, l, k) for x in e[2:]]
        if e[1] == "f":
            return ACTIVATE[c.names[l]](*given)
        if e[1] == "s":
            return SLOPES[c.names[l]](*given, ACTIVATE[c.names[l]](*given))
        return FUNCTIONS[e[1]](*given)
    x = evaluate(e[1], c, l, k)
    if kind == "T":
        return np.swapaxes(x, -1, -2) if x.ndim == 3 else x.T
    if kind == "sum":
        return x.sum(axis=-2)
    y = evaluate(e[2], c, l, k)
    return _BINARY[kind](x, y)


_BINARY = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": lambda x, y: x / y,
    "@": lambda x, y: x @ y, "**": lambda x, y: x**y, "//": lambda x, y: x // y,
}  # fmt: skip
RAISES = (ValueError, IndexError, TypeError, AttributeError, np.linalg.LinAlgError)


# --- writing expressions, in the learner's own layout ---

MARKED = ("mark",)  # ("mark", x): x between « »
TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "//": 2, "**": 3}
WORDS = {
    "s": "f'", "row": "sum_j", "column": "sum_i", "total": "sum", "-": "-", "step": "[z > 0]", "last": "last_i", "first": "first_i", "as-it-is": "each_i", "axis=1": "sum_j",
    "axis=1-row": "sum_j", "axis=1-column": "sum_j", "axis=1-cut": "sum_j", "no-axis": "sum_ij", "no-axis-for-each": "sum_ij",
}  # fmt: skip


def show(e: tuple, setting=None, flip: bool | None = None, tight: int = 0) -> str:
    """The expression as text. Where samples are columns, the whole line is transposed: dW = dZ @ A_prev.T."""
    columns = setting is not None and setting.columns
    flip = columns if flip is None else flip
    kind = e[0]
    if kind == "mark":
        return f"«{show(e[1], setting, flip, 0)}»"
    if kind == "leaf":
        return _leaf_text(e, setting, flip)
    if kind == "c":
        return f"{e[1]:.6g}"
    if kind == "T":
        return show(e[1], setting, not flip, 4)
    if kind == "sum":
        return f"sum_i {show(e[1], setting, columns, 4)}"
    if kind == "call":
        return _call_text(e, setting, flip)
    first, second = (e[2], e[1]) if kind == "@" and flip else (e[1], e[2])
    level = TIGHT[kind]
    text = (
        f"{show(first, setting, flip, level)} {'·' if kind == '*' else kind} {show(second, setting, flip, level + 1)}"
    )
    return f"({text})" if level < tight else text


def _call_text(e, setting, flip):
    if e[1] == "-":
        return f"-{show(e[2], setting, flip, 4)}"
    return f"{WORDS.get(e[1], e[1])}({', '.join(show(x, setting, flip, 0) for x in e[2:])})"


SINGLE = ("T", "n", "rate", "b", "db")
SPOKEN = {"n": "n_out"}


def _leaf_text(e, setting, flip):
    name, index = e[1], f"[{e[2].replace(' ', '')}]" if e[2] else ""
    turned = flip
    if setting is not None:
        held = setting.transposed if name in ("W", "dW") else setting.columns
        turned = flip != held
    return SPOKEN.get(name, name) + index + (".T" if turned and name not in SINGLE else "")
