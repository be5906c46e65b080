"""One edit of a syntax tree as a value: of which kind it is, what stood there, what stands there now, and its words.

A `Program` holds a tree with all its edits, compiled once; a `Choice` says which of them runs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import CodeType


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


MARK = "nnlib.doctor: which edit runs"  # a constant of the program, in whose place the choice is put


class Choice:
    """Which edit of a program runs: the number of its place, and its own number there; place 0 is none."""

    __slots__ = ("site", "which")

    def __init__(self):
        self.site, self.which = 0, 0


class Program:
    """A tree with edits, compiled once: the tree itself, or what `whole` makes of it; `like` is the code wanted of that."""

    def __init__(
        self, tree: ast.AST, edits: list[Edit], whole: Callable = lambda tree: tree, like: CodeType | None = None
    ):
        self.choice, self.keys = Choice(), {}
        self._at: dict[ast.AST, list[Edit]] = {}
        self._beside: dict[ast.AST, list[Edit]] = {}
        for edit in edits:
            others = self._at.setdefault(edit.old, [])
            others.append(edit)
            if edit.beside is not None:
                self._beside.setdefault(edit.beside, []).append(edit)
        for site, others in enumerate(self._at.values(), 1):
            self.keys |= {edit: (site, which) for which, edit in enumerate(others)}
        made = rebuilt(tree, self._chosen)
        module = whole(made[0] if isinstance(made, list) else made)
        _located(module)
        code = compile(module, like.co_filename if like else "<edited>", "exec")
        code = next((c for c in codes(code) if c.co_name == like.co_name), code) if like else code
        self.code = _placed(code, self.choice)

    def choose(self, edit: Edit | None) -> None:
        """Run with this edit from now on; None for the program as it is."""
        self.choice.site, self.choice.which = self.keys.get(edit, (0, 0))

    def _chosen(self, node: ast.AST, copy: ast.AST):
        """The copy of a node with a choice in its place, where it has edits."""
        if isinstance(node, ast.stmt):
            return self._statements(node, copy)
        others = self._at.get(node)
        if not others:
            return copy
        other = others[-1].new
        for edit in others[-2::-1]:
            other = ast.IfExp(_test("which", ast.Eq(), self.keys[edit][1]), edit.new, other)
        return ast.IfExp(_test("site", ast.NotEq(), self.keys[others[0]][0]), copy, other)

    def _statements(self, node: ast.stmt, copy: ast.stmt) -> list[ast.stmt]:
        """A statement with what may stand in its place, and with those that may be moved beside it."""
        found, others = [copy], self._at.get(node)
        if others:
            other: list[ast.stmt] = [ast.Pass()]
            for edit in others:
                if not isinstance(edit.new, ast.Pass):
                    other = [ast.If(_test("which", ast.Eq(), self.keys[edit][1]), [edit.new], other)]
            found = [ast.If(_test("site", ast.NotEq(), self.keys[others[0]][0]), found, other)]
        for edit in self._beside.get(node, ()):
            site, which = self.keys[edit]
            moved = ast.If(_test("which", ast.Eq(), which), [edit.statement], [])
            found.insert(0 if edit.before else len(found), ast.If(_test("site", ast.Eq(), site), [moved], []))
        return found


def _test(name: str, operator: ast.cmpop, number: int) -> ast.expr:
    """site == 7, and so on, for the choice that is put in later."""
    return ast.Compare(ast.Attribute(ast.Constant(MARK), name, ast.Load()), [operator], [ast.Constant(number)])


def _located(node: ast.AST) -> None:
    """Give a place to every node that was made; one that was read has its own, and so have all below it."""
    if hasattr(node, "lineno"):
        return
    if "lineno" in node._attributes:
        node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = 1, 0, 1, 0
    for child in ast.iter_child_nodes(node):
        _located(child)


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code and those of the functions inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes(inner)


def _placed(code: CodeType, choice: Choice) -> CodeType:
    """The code with the choice where its mark is, in functions inside it too."""
    inner = lambda c: _placed(c, choice) if isinstance(c, CodeType) else choice if type(c) is str and c == MARK else c
    return code.replace(co_consts=tuple(map(inner, code.co_consts)))
