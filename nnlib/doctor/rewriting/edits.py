"""What else may stand in a place of a syntax tree: every single edit of a function, the likeliest first."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from nnlib.doctor.rewriting.edit import Edit, Kind, Part

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.FloorDiv)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
NAMESAKES = ({"sum", "mean"}, {"dot", "multiply", "matmul"}, {"zeros_like", "ones_like"}, {"maximum", "minimum"})
TERMS = (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Call)  # what may have a sign, a transpose or a factor
SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr)


class Leaf(NamedTuple):
    """A name, or an attribute, that the code reads, and what it holds."""

    node: ast.expr
    text: str
    kind: str


def edits(function: ast.AST, holds: Callable[[str], str]) -> list[Edit]:
    """Every single edit of a function, some hundreds for twenty lines.

    `holds` says what a name is at work ("number", "array", ...; "" where that is not known): it gives way to names of its kind,
    and a factor is put in where it is a number. No list is put into itself: NumPy looks for its shape without an end.
    """
    leaves = [Leaf(node, text, holds(text)) for text, node in _leaves(function).items()]
    found = [e for statement in _statements(function) for e in _of_statement(statement, leaves)]
    bodies = (getattr(node, name, None) for node in ast.walk(function) for name in ("body", "orelse"))
    found += [e for body in bodies if isinstance(body, list) for e in _moved(body)]
    return sorted(found, key=lambda e: e.kind.rank)


def _statements(function: ast.AST) -> list[ast.stmt]:
    inside = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and n is not function]
    return inside or [ast.copy_location(ast.Expr(function), function)]  # a lambda is one expression


def _leaves(function: ast.AST) -> dict[str, ast.expr]:
    """The names and attributes that the code reads, by their text."""
    found: dict[str, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            found[node.arg] = ast.Name(node.arg, ast.Load())
        elif isinstance(node, ast.Name):
            found[node.id] = ast.Name(node.id, ast.Load())
        elif isinstance(node, ast.Attribute):
            found[ast.unparse(node)] = ast.Attribute(node.value, node.attr, ast.Load())
    return found


# --------------------------------------------------------------------------------------------- inside a statement


def _of_statement(statement: ast.stmt, leaves) -> Iterator[Edit]:
    filled = set() if hasattr(statement, "body") else set(_filled(statement))
    others = [leaf for leaf in leaves if leaf.text not in filled]
    start = Part.HEAD if isinstance(statement, ast.For | ast.While | ast.If) else Part.BODY
    for node, parent, part in _places(statement, start):
        for what, new in _instead(node, parent, others, leaves):
            yield Edit(what, part, statement, node, new)
    if isinstance(statement, ast.AugAssign):
        plain = [ast.Assign([statement.target], statement.value)]
        for new in [*plain, *(ast.AugAssign(statement.target, op, statement.value) for op in _others(statement.op))]:
            yield Edit(Kind.OPERATOR, Part.WHOLE, statement, statement, new)
    if isinstance(statement, SIMPLE) and not isinstance(getattr(statement, "value", None), ast.Constant | ast.Lambda):
        yield Edit(Kind.STATEMENT, Part.WHOLE, statement, statement, ast.Pass())


def _filled(statement: ast.stmt) -> Iterator[str]:
    """What a statement puts something into: the target of an index, the receiver of a method."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            yield ast.unparse(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func.value)


def _places(parent: ast.AST, part: Part) -> Iterator[tuple[ast.expr, ast.AST, Part]]:
    """(expression, what it stands in, part) of everything that a statement reads, not of the statements in it."""
    for name, value in ast.iter_fields(parent):
        inner = Part.INDEX if isinstance(parent, ast.Subscript) and name == "slice" else part
        inner = Part.KEYWORD if isinstance(parent, ast.keyword) else inner
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.JoinedStr) or name in ("annotation", "returns", "decorator_list"):
                continue
            if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                yield node, parent, inner
            if isinstance(node, ast.expr | ast.comprehension | ast.keyword | ast.withitem):
                yield from _places(node, inner)


def _instead(node: ast.expr, parent: ast.AST, others, leaves) -> Iterator[tuple[Kind, ast.expr]]:
    """(kind, expression) for everything that may stand in the place of one expression."""
    if isinstance(parent, ast.Expr):
        return  # a call for what it does
    yield from BY_TYPE.get(type(node), lambda node: ())(node)
    yield from _names(node, others, leaves)
    filled = isinstance(getattr(parent, "ctx", None), ast.Store)  # what is computed there would be lost
    if isinstance(node, TERMS) and not (
        filled or isinstance(parent, ast.Attribute) or getattr(parent, "func", 0) is node
    ):
        yield from _around(node, leaves)


def _names(node: ast.expr, others, leaves) -> Iterator[tuple[Kind, ast.expr]]:
    """For a name another one of its kind, for a number the names of numbers."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from ((Kind.NAME, leaf.node) for leaf in others if leaf.kind == "number")
    if not isinstance(node, ast.Name | ast.Attribute):
        return
    text = ast.unparse(node)
    own = next((leaf.kind for leaf in leaves if leaf.text == text), "")
    yield from ((Kind.NAME, leaf.node) for leaf in others if leaf.text != text and leaf.kind == own)
    if own == "number":
        yield from ((Kind.NAME, _shifted(node, sign)) for sign in (ast.Add(), ast.Sub()))


def _around(node: ast.expr, leaves) -> Iterator[tuple[Kind, ast.expr]]:
    """Transposed, with the other sign, and with a number as a factor."""
    if not (isinstance(node, ast.Attribute) and node.attr == "T"):
        yield Kind.AROUND, ast.Attribute(node, "T", ast.Load())
    yield Kind.AROUND, ast.UnaryOp(ast.USub(), node)
    for factor in [*(leaf.node for leaf in leaves if leaf.kind == "number"), ast.Constant(2)]:
        yield Kind.FACTOR, ast.BinOp(node, ast.Mult(), factor)
        yield Kind.FACTOR, ast.BinOp(node, ast.Div(), factor)


def _others(own: ast.operator, operators=OPERATORS) -> list[ast.operator]:
    return [operator() for operator in operators if not isinstance(own, operator)]


def _operations(node: ast.BinOp):
    """Another operator, the sides exchanged, one side alone; a power by a number alone, so that nothing grows large."""
    operators = (*OPERATORS, ast.Pow) if isinstance(node.right, ast.Constant) else OPERATORS
    yield from ((Kind.OPERATOR, ast.BinOp(node.left, other, node.right)) for other in _others(node.op, operators))
    yield Kind.ORDER, ast.BinOp(node.right, node.op, node.left)
    yield from ((Kind.OPERAND, side) for side in (node.left, node.right))


def _comparisons(node: ast.Compare):
    for other in _others(node.ops[0], COMPARISONS) if len(node.ops) == 1 else ():
        yield Kind.OPERATOR, ast.Compare(node.left, [other], node.comparators)


def _calls(node: ast.Call):
    """An argument alone, or what a method without one is of; two arguments exchanged; a keyword left out."""
    alone = node.args if node.args or not isinstance(node.func, ast.Attribute) else [node.func.value]
    yield from ((Kind.OPERAND, argument) for argument in alone[:2])
    if len(node.args) == 2:
        yield Kind.ORDER, ast.Call(node.func, node.args[::-1], node.keywords)
    for keyword in node.keywords:
        yield Kind.KEYWORD, ast.Call(node.func, node.args, [k for k in node.keywords if k is not keyword])


def _subscripts(node: ast.Subscript):
    """The entry before or after, or all of them."""
    if not isinstance(node.slice, ast.Constant | ast.Slice | ast.Tuple):
        for sign in (ast.Add(), ast.Sub()):
            yield Kind.INDEX, ast.Subscript(node.value, _shifted(node.slice, sign), ast.Load())
    yield Kind.OPERAND, node.value


def _attributes(node: ast.Attribute):
    """No transpose, or another function of the same kind."""
    if node.attr == "T":
        yield Kind.TRANSPOSE, node.value
    for others in (group - {node.attr} for group in NAMESAKES if node.attr in group):
        yield from ((Kind.CALL, ast.Attribute(node.value, other, ast.Load())) for other in sorted(others))


def _constants(node: ast.Constant):
    v = node.value
    if isinstance(v, bool):
        yield Kind.NUMBER, ast.Constant(not v)
    elif isinstance(v, int | float):
        others = dict.fromkeys((v + 1, v - 1, 0, 1, 2, -1, -v, 0.5))
        yield from ((Kind.NUMBER, ast.Constant(other)) for other in others if other != v)


def _shifted(node: ast.expr, sign: ast.operator) -> ast.expr:
    return ast.BinOp(node, sign, ast.Constant(1))


BY_TYPE: dict[type, Callable] = {
    ast.BinOp: _operations, ast.UnaryOp: lambda node: ((Kind.OPERAND, node.operand),), ast.Compare: _comparisons,
    ast.IfExp: lambda node: ((Kind.OPERAND, node.body), (Kind.OPERAND, node.orelse)), ast.Call: _calls,
    ast.Subscript: _subscripts, ast.Attribute: _attributes, ast.Constant: _constants,
}  # fmt: skip


# ----------------------------------------------------------------------------------------- the order of statements


def _moved(body: list[ast.stmt]) -> Iterator[Edit]:
    """A statement moved further down its block, or over the edge of a loop or a condition beside it."""
    for i, statement in enumerate(body):
        pairs = [(statement, later, False) for later in body[i + 1 :]]
        block = getattr(statement, "body", None)
        if isinstance(block, list):
            pairs += [(block[-1], statement, False), (block[0], statement, True)]
            pairs += [(before, block[0], True) for before in body[max(i - 1, 0) : i]]
            pairs += [(after, block[-1], False) for after in body[i + 1 : i + 2]]
        for what, beside, before in pairs:
            if not any(isinstance(n, ast.Break | ast.Continue | ast.Global | ast.Nonlocal) for n in ast.walk(what)):
                yield Edit(Kind.STATEMENT, Part.WHOLE, what, what, ast.Pass(), beside, before)
