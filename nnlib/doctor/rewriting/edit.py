"""One edit of a syntax tree as a value: of which kind it is, what stood there, what stands there now, and its words."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What an edit changes; the value is its word in the table of categories."""

    OPERATOR = "op"
    OPERAND = "drop"  # one part alone is left
    ORDER = "swap"
    NUMBER = "const"
    TRANSPOSE = "T"  # one that is left out
    INDEX = "index"  # the entry before or after
    CALL = "call"  # another function
    KEYWORD = "keyword"  # left out
    STATEMENT = "statement"  # left out, or moved
    NAME = "leaf"
    AROUND = "around"  # a transpose or a minus
    FACTOR = "extra"

    @property
    def rank(self) -> int:
        """How unlikely it is: another name or another order is less likely than a sign, a factor less likely still."""
        return {Kind.STATEMENT: 2, Kind.NAME: 2, Kind.FACTOR: 3}.get(self, 1)


class Part(Enum):
    """Where in its statement an edit stands; the value is its word in the table of categories."""

    BODY = ""
    INDEX = "index"
    KEYWORD = "axis"
    HEAD = "loop"
    WHOLE = "statement"


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of a tree: what stood there, what stands there now, and the statement in which it is.

    A statement that is left out or moved gives way to `pass`; one that is moved then stands before or after `beside`.
    """

    kind: Kind
    part: Part
    statement: ast.stmt
    old: ast.AST
    new: ast.AST
    beside: ast.stmt | None = None
    before: bool = False

    @property
    def left_out(self) -> bool:
        """Is the statement gone?"""
        return isinstance(self.new, ast.Pass) and self.beside is None

    @property
    def text(self) -> str:
        """The first line of the statement after the edit; of one that is moved, the line itself."""
        return first_line(self.statement if self.beside else put(self.statement, self.old, self.new))

    @property
    def line(self) -> str:
        """The line, with the edit between « »."""
        if self.old is self.statement:
            return f"«{first_line(self.statement)}»"
        return first_line(put(self.statement, self.old, ast.Name(f"«{ast.unparse(self.new)}»"))).rstrip(":")

    @property
    def place(self) -> str:
        """Where a statement goes that is moved."""
        if self.beside is None:
            return ""
        block = "the block " if hasattr(self.beside, "body") and not self.before else ""
        return f"{'before' if self.before else 'after'} {block}`{first_line(self.beside)}`"

    @property
    def words(self) -> str:
        """The edit in a sentence."""
        was = first_line(self.old)
        if self.left_out:
            return f"the line {was} is left out"
        if self.beside is not None:
            return f"the line {was} stands {self.place}"
        return f"{first_line(self.new)} stands where {was} belongs: {self.line}"


def first_line(node: ast.AST) -> str:
    """The first line of a part of a program."""
    return ast.unparse(ast.fix_missing_locations(node)).splitlines()[0]


def rebuilt(node: ast.AST, change: Callable) -> ast.AST:
    """A copy of a tree with `change(node, copy)` in the place of every node; a list may stand for one of several."""
    fields = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            made = [rebuilt(v, change) if isinstance(v, ast.AST) else v for v in value]
            fields[name] = [v for some in made for v in (some if isinstance(some, list) else [some])]
        else:
            fields[name] = rebuilt(value, change) if isinstance(value, ast.AST) else value
    return change(node, type(node)(**fields))


def put(tree: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    """A copy of a tree with another node in the place of one of its own."""
    return rebuilt(tree, lambda node, copy: new if node is old else copy)
