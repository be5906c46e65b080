"""Single edits of the learner's own code: each place of a syntax tree with what else could stand there, likeliest first."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult)  # and a power, by a number alone: nothing may grow large
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
NAMESAKES = ({"sum", "mean"}, {"dot", "multiply", "matmul"}, {"zeros_like", "ones_like"}, {"maximum", "minimum"})
# how unlikely: a sign, a number, a transpose; another name or another order; a count that is missing or too much
SMALL, OTHER, FURTHER = 1, 2, 3
Kind = Callable[[str], str]  # what a name holds while the code runs: "array", "number", ...; "" where that is not known


@dataclass(frozen=True, eq=False)
class OwnEdit:
    """One change of a tree: how unlikely it is, the statement in which it happens, and how to make it and take it back."""

    rank: int
    statement: ast.stmt
    make: Callable[[], None]
    undo: Callable[[], None]
    place: str = ""  # where a moved statement goes


def own_edits(function: ast.AST, kind: Kind) -> list[OwnEdit]:
    """Every single edit of a function's tree, some hundreds for twenty lines; the tree is changed by `make` alone.

    A name gives way to names of its own kind, and a factor is put in where it is a number.
    """
    leaves = [Leaf(node, text, kind(text)) for text, node in _leaves(function).items()]
    found = [e for statement in _statements(function) for e in _of_statement(statement, leaves)]
    found += [e for body in _bodies(function) for e in _of_order(body)]
    return sorted(found, key=lambda e: e.rank)


def _statements(function: ast.AST) -> list[ast.stmt]:
    inside = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and n is not function]
    return inside or [ast.copy_location(ast.Expr(function), function)]  # a lambda is one expression


@dataclass(frozen=True)
class Leaf:
    """A name, or an attribute, that the code reads, and what it holds."""

    node: ast.expr
    text: str
    kind: str


def _leaves(function: ast.AST) -> dict[str, ast.expr]:
    """The names and attributes that the code reads, by their text."""
    found: dict[str, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            found[node.arg] = ast.Name(node.arg, ast.Load())
        elif isinstance(node, ast.Name | ast.Attribute):
            found[ast.unparse(node)] = _read(node)
    return found


def _read(node: ast.Name | ast.Attribute) -> ast.expr:
    """A copy of a name or an attribute that reads it."""
    if isinstance(node, ast.Attribute):
        return ast.Attribute(copy.deepcopy(node.value), node.attr, ast.Load())
    return ast.Name(node.id, ast.Load())


# ------------------------------------------------------------------------------------------- inside a statement


def _of_statement(statement: ast.stmt, leaves) -> Iterator[OwnEdit]:
    for parent, name, index, node in _slots(statement):
        receiver = getattr(getattr(parent, "func", None), "value", None)
        into = (
            ast.unparse(receiver) if name == "args" and receiver else ""
        )  # no list is put into itself: NumPy never ends
        others = [leaf for leaf in leaves if leaf.text != into]
        for rank, new in _instead(node, parent, others):
            yield _replaced(rank, statement, parent, name, index, node, new)
    if isinstance(statement, ast.AugAssign):
        for operator in OPERATORS[:4]:
            if not isinstance(statement.op, operator):
                yield _replaced(SMALL, statement, statement, "op", None, statement.op, operator())


def _slots(statement: ast.stmt) -> Iterator[tuple]:
    """(parent, field, index or None, expression) for every expression of a statement itself, not of what it contains."""
    todo: list[ast.AST] = [statement]
    while todo:
        parent = todo.pop()
        for name, value in ast.iter_fields(parent):
            for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                    yield parent, name, index, node
                if isinstance(node, ast.AST) and not isinstance(node, ast.stmt):
                    todo.append(node)


def _replaced(rank, statement, parent, name, index, old, new) -> OwnEdit:
    def put(node):
        if index is None:
            setattr(parent, name, node)
        else:
            getattr(parent, name)[index] = node

    return OwnEdit(rank, statement, lambda: put(new), lambda: put(old))


def _instead(node: ast.expr, parent: ast.AST, leaves) -> Iterator[tuple[int, ast.expr]]:
    """(rank, expression) for everything that could stand in place of one expression."""
    if isinstance(node, ast.Constant):
        yield from _constants(node, leaves)
    else:
        yield from ((SMALL, new) for new in OF_A_KIND.get(type(node), lambda node: ())(node))
    if isinstance(parent, ast.Attribute):
        return
    if isinstance(node, ast.Name | ast.Attribute):
        yield from _names(node, leaves)
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp | ast.Call):
        if not (isinstance(parent, ast.Call) and parent.func is node):
            yield from _around(node, leaves)


def _operators(node: ast.BinOp) -> Iterator[ast.expr]:
    """Another operator, the sides exchanged, one side alone."""
    for operator in (*OPERATORS, ast.Pow) if isinstance(node.right, ast.Constant) else OPERATORS:
        if not isinstance(node.op, operator):
            yield ast.BinOp(node.left, operator(), node.right)
    yield from (ast.BinOp(node.right, node.op, node.left), node.left, node.right)


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for operator in COMPARISONS:
        if len(node.ops) == 1 and not isinstance(node.ops[0], operator):
            yield ast.Compare(node.left, [operator()], node.comparators)


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    """The argument alone, two arguments exchanged, a keyword left out."""
    if len(node.args) == 1:
        yield node.args[0]
    if len(node.args) == 2:
        yield ast.Call(node.func, node.args[::-1], node.keywords)
    for keyword in node.keywords:
        yield ast.Call(node.func, node.args, [k for k in node.keywords if k is not keyword])


def _subscripts(node: ast.Subscript) -> Iterator[ast.expr]:
    """The entry before or after."""
    if not isinstance(node.slice, ast.Constant | ast.Slice | ast.Tuple):
        for operator in (ast.Add(), ast.Sub()):
            yield ast.Subscript(node.value, ast.BinOp(node.slice, operator, ast.Constant(1)), ast.Load())


def _attributes(node: ast.Attribute) -> Iterator[ast.expr]:
    """No transpose, or another function of the same kind."""
    if node.attr == "T":
        yield node.value
    for others in (group - {node.attr} for group in NAMESAKES if node.attr in group):
        yield from (ast.Attribute(node.value, other, ast.Load()) for other in others)


OF_A_KIND: dict[type, Callable] = {
    ast.BinOp: _operators, ast.UnaryOp: lambda node: (node.operand,), ast.Compare: _comparisons, ast.Call: _calls,
    ast.Subscript: _subscripts, ast.Attribute: _attributes,
}  # fmt: skip


def _names(node: ast.Name | ast.Attribute, leaves) -> Iterator[tuple[int, ast.expr]]:
    """Another name of the same kind; a number one more or one less."""
    text = ast.unparse(node)
    own = next((leaf.kind for leaf in leaves if leaf.text == text), "")
    yield from ((OTHER, leaf.node) for leaf in leaves if leaf.text != text and own == leaf.kind)
    for operator in (ast.Add(), ast.Sub()) if own == "number" else ():
        yield OTHER, ast.BinOp(node, operator, ast.Constant(1))


def _around(node: ast.expr, leaves) -> Iterator[tuple[int, ast.expr]]:
    """Transposed, with the other sign, and with a number as a factor."""
    if not (isinstance(node, ast.Attribute) and node.attr == "T"):
        yield SMALL, ast.Attribute(node, "T", ast.Load())
    yield SMALL, ast.UnaryOp(ast.USub(), node)
    for factor in [*(leaf.node for leaf in leaves if leaf.kind == "number"), ast.Constant(2)]:
        yield FURTHER, ast.BinOp(node, ast.Mult(), factor)
        yield FURTHER, ast.BinOp(node, ast.Div(), factor)


def _constants(node: ast.Constant, leaves) -> Iterator[tuple[int, ast.expr]]:
    v = node.value
    if isinstance(v, bool):
        yield SMALL, ast.Constant(not v)
    elif isinstance(v, int | float):
        for other in dict.fromkeys((0, 1, 2, -1, v + 1, v - 1, -v, v / 2)):
            if other != v:
                yield SMALL, ast.Constant(int(other) if other == int(other) and isinstance(v, int) else other)
        yield from ((OTHER, leaf.node) for leaf in leaves if leaf.kind == "number")


# --------------------------------------------------------------------------------------- the order of statements


def _bodies(function: ast.AST) -> list[list[ast.stmt]]:
    found = (getattr(node, name, None) for node in ast.walk(function) for name in ("body", "orelse"))
    return [body for body in found if isinstance(body, list)]


def _of_order(body: list[ast.stmt]) -> Iterator[OwnEdit]:
    """A statement moved further down its block, or over the edge of a loop or a condition beside it."""
    for i, statement in enumerate(body):
        for j in range(i + 1, len(body)):
            order = [*body[:i], *body[i + 1 : j + 1], statement, *body[j + 1 :]]
            yield _moved(statement, f"after `{_line(body[j])}`", (body, order))
        block = getattr(statement, "body", None)
        if not isinstance(block, list):
            continue
        if len(block) > 1:
            last, first = block[-1], block[0]
            rest = [*body[: i + 1], last, *body[i + 1 :]]
            yield _moved(last, f"after the block `{_line(statement)}`", (block, block[:-1]), (body, rest))
            rest = [*body[:i], first, *body[i:]]
            yield _moved(first, f"before `{_line(statement)}`", (block, block[1:]), (body, rest))
        if i:
            before, rest = body[i - 1], [*body[: i - 1], *body[i:]]
            yield _moved(before, f"inside `{_line(statement)}`", (block, [before, *block]), (body, rest))
        if i + 1 < len(body):
            after, rest = body[i + 1], [*body[: i + 1], *body[i + 2 :]]
            yield _moved(after, f"inside `{_line(statement)}`", (block, [*block, after]), (body, rest))


def _line(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]


def _moved(statement: ast.stmt, place: str, *changes) -> OwnEdit:
    before = [(body, list(body)) for body, _ in changes]

    def put(pairs):
        for body, order in pairs:
            body[:] = order

    return OwnEdit(OTHER, statement, lambda: put(changes), lambda: put(before), place)
