"""Every single edit of the syntax of a listing, all in one compiled program, and the listings' answers to a problem.

Each place of the program that has other readings becomes a choice: `(right if site != 7 else other)`. So one program is
compiled for thousands of edits, and `site` and `which` say which of them runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.FloorDiv)
BUILT_IN = {"len", "range", "zip", "enumerate", "np", "f", "g", "s", "gradients"}
PARTS = {ast.UnaryOp: ("operand",), ast.IfExp: ("body", "orelse"), ast.Subscript: ("value",)}
SITE, WHICH = ast.Name("site", ast.Load()), ast.Name("which", ast.Load())


@dataclass(frozen=True, eq=False)
class LineEdit:
    """One edit of a line: the stage that the line computes, where in it, what stood there and what stands there now.

    `kind` is "operator", "index", "loop", "name", "number", "call", "transpose", "statement".
    """

    stage: str
    kind: str
    statement: ast.stmt
    old: ast.AST
    new: ast.AST

    @cached_property
    def line(self) -> str:
        """The line, with the edit between « »; a line that is left out or replaced as a whole."""
        if self.kind == "statement":
            return f"«{ast.unparse(self.old)}»"
        made = _Put(self.old, f"«{ast.unparse(self.new)}»").visit(self.statement)
        return ast.unparse(ast.fix_missing_locations(made)).splitlines()[0].rstrip(":")

    @property
    def words(self) -> str:
        """The edit in a sentence."""
        if isinstance(self.new, ast.Pass):
            return f"the line {ast.unparse(self.old)} is left out"
        return f"{ast.unparse(self.new)} stands where {ast.unparse(self.old)} belongs: {self.line}"


class Listing:
    """A listing with all its edits, compiled once."""

    def __init__(self, source: str):
        self.edits: dict[tuple[int, int], LineEdit] = {}
        self.comments = [line.rpartition("# ")[2] if "# " in line else "" for line in source.splitlines()]
        tree = ast.parse(source)
        self.sites = 0
        for function in tree.body:
            stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            self.names = sorted(stored | {a.arg for a in function.args.args})
            function.body = [new for statement in function.body for new in self._statement(statement)]
        self.space: dict = {"np": np, "site": 0, "which": 0}
        for node in ast.walk(tree):  # the lines of the listing are no lines of this program
            for name in ("lineno", "end_lineno", "col_offset", "end_col_offset"):
                node.__dict__.pop(name, None)
        exec(compile(ast.fix_missing_locations(tree), "<listing>", "exec"), self.space)
        self.function = self.space.get("train_step", self.space.get("gradients"))

    def answer(self, key: tuple[int, int], arguments: tuple) -> tuple | None:
        """What the listing with one edit gives, the edit (0, 0) being none; None where it raises."""
        self.space["site"], self.space["which"] = key
        try:
            with np.errstate(all="ignore"):
                return self.function(*arguments)
        except Exception:  # the edit makes no program of it
            return None

    def _statement(self, statement: ast.stmt) -> Iterator[ast.stmt]:
        """The statement with its edits; a simple one may be left out, += may be =."""
        stage = self.comments[statement.lineno - 1]
        if isinstance(statement, ast.For | ast.If):
            name = "iter" if isinstance(statement, ast.For) else "test"
            head = type(statement)(**(dict(ast.iter_fields(statement)) | {"body": [ast.Pass()]}))
            setattr(statement, name, self._chosen(head, getattr(statement, name), stage, "loop"))
            statement.body = [new for inner in statement.body for new in self._statement(inner)]
            yield statement
            return
        call = statement.value.func if isinstance(statement, ast.Expr) else None
        self.receiver = call.value.id if call else ""  # no list is put into itself
        others = []
        if isinstance(statement, ast.AugAssign):
            others.append(ast.Assign([statement.target], statement.value, lineno=statement.lineno))
        if isinstance(statement, ast.AugAssign | ast.Expr) or isinstance(statement, ast.Assign) and stage in REPEATED:
            others.append(ast.Pass())
        whole = self._whole(statement, stage)
        if not others:
            yield whole
            return
        self.sites += 1
        for j, other in enumerate(others):
            self.edits[self.sites, j] = LineEdit(stage, "statement", statement, statement, other)
            whole = ast.If(_is(SITE, self.sites, WHICH, j), [other], [whole])
        yield whole

    def _whole(self, statement, stage):
        """The statement with a choice in every place of its expressions."""
        new = type(statement)(**dict(ast.iter_fields(statement)))
        for name, value in ast.iter_fields(statement):
            if isinstance(value, ast.expr):
                setattr(new, name, self._chosen(statement, value, stage, ""))
            elif isinstance(value, list):
                setattr(new, name, [self._chosen(statement, v, stage, "") for v in value])
        return ast.copy_location(new, statement)

    def _chosen(self, statement, node, stage, kind):
        """A node with a choice in its place and in every place below it."""
        if not isinstance(node, ast.expr):
            return node
        changed = {}
        for name, value in ast.iter_fields(node):
            inner = "index" if isinstance(node, ast.Subscript) and name == "slice" else kind
            if isinstance(value, ast.expr):
                changed[name] = self._chosen(statement, value, stage, inner)
            elif isinstance(value, list):
                changed[name] = [self._within(statement, v, stage, inner) for v in value]
        new = ast.copy_location(type(node)(**(dict(ast.iter_fields(node)) | changed)), node)
        if not isinstance(getattr(node, "ctx", None), ast.Load | None):
            return new
        options = list(self._options(node))
        if not options:
            return new
        self.sites += 1
        other = options[0][1]
        for j, (word, now) in enumerate(options):
            self.edits[self.sites, j] = LineEdit(stage, kind or word, statement, node, now)
            other = ast.IfExp(_is(WHICH, j), now, other) if j else other
        return ast.IfExp(ast.Compare(SITE, [ast.NotEq()], [ast.Constant(self.sites)]), new, other)

    def _within(self, statement, node, stage, kind):
        """Comprehensions and keywords hold expressions one step further down."""
        if isinstance(node, ast.comprehension):
            found = self._chosen(statement, node.iter, stage, kind)
            return ast.comprehension(node.target, found, node.ifs, node.is_async)
        if isinstance(node, ast.keyword):
            return ast.keyword(node.arg, self._chosen(statement, node.value, stage, "axis"))
        return self._chosen(statement, node, stage, kind)

    def _options(self, node) -> Iterator[tuple[str, ast.expr]]:
        """(kind, expression) of all that may stand in the place of a node after one edit."""
        if isinstance(node, ast.Name):
            if node.id not in BUILT_IN:
                names = (name for name in self.names if name not in (node.id, self.receiver))
                yield from (("name", ast.Name(name, ast.Load())) for name in names)
        elif isinstance(node, ast.BinOp):
            others = (operator() for operator in OPERATORS if not isinstance(node.op, operator))
            yield from (("operator", ast.BinOp(node.left, other, node.right)) for other in others)
            yield "operator", ast.BinOp(node.right, node.op, node.left)
            yield from (("dropped", side) for side in (node.left, node.right))
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield from (("number", ast.Constant(node.value + d)) for d in (1, -1))
        elif isinstance(node, ast.Call):
            yield from _calls(node)
        elif isinstance(node, ast.Compare):
            yield from (("operator", ast.Compare(node.left, [other()], node.comparators)) for other in (ast.Lt, ast.Gt))
        elif isinstance(node, ast.Attribute) and node.attr == "T":
            yield "transpose", node.value
        else:
            yield from (("dropped", getattr(node, part)) for part in PARTS.get(type(node), ()))


def _calls(node):
    """Another function, or none."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("sum", "mean"):
        other = ast.Attribute(node.func.value, "mean" if name == "sum" else "sum", ast.Load())
        yield "call", ast.Call(other, node.args, node.keywords)
    if name in ("f", "g", "s", "outer", "dot", "sum"):
        yield from (("dropped", argument) for argument in node.args)
    if name in ("f", "g"):
        yield "call", ast.Call(ast.Name("s", ast.Load()), node.args, [])


REPEATED = ("cost", "delta", "weight", "bias", "carry", "slope", "update")  # lines that may be forgotten


def _is(*pairs) -> ast.expr:
    """name == number, and so on."""
    tests = [ast.Compare(n, [ast.Eq()], [ast.Constant(v)]) for n, v in zip(pairs[::2], pairs[1::2])]
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


class _Put(ast.NodeTransformer):
    """One node replaced by a text."""

    def __init__(self, node, text: str):
        self.node, self.text = node, text

    def visit(self, node):
        return ast.Name(self.text, ast.Load()) if node is self.node else self.copied(node)

    def copied(self, node):
        """The node, its parts visited, without a change to what it is made of."""
        fields = {}
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                fields[name] = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            else:
                fields[name] = self.visit(value) if isinstance(value, ast.AST) else value
        return type(node)(**fields)
