"""Which edit of a listing gives the learner's numbers? Asked of the problems where numbers came back, however few.

In this order: the word and the sentence of an edit, a listing with all its edits as one program, the search among them.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib.doctor.candidates.categories import Rule, first_rule
from nnlib.doctor.candidates.expressions import OPERATORS, leaf, parse
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.answers import Answer, read
from nnlib.doctor.questions.exam import CLOSE, EXACT, NOTHING, SEED, Exam, norm, relative
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.rewriting.edit import Edit, Kind, Program, put
from nnlib.doctor.rewriting.edits import edits
from nnlib.doctor.rewriting.listings import listings
from nnlib.doctor.search.hypotheses import Hypothesis

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


FUNCTIONS = {"f", "g", "s"}


class Listing:
    """One listing of a setting with its edits, compiled once; what is put around a term is none: numbers show it."""

    def __init__(self, setting, number: int):
        source = listings(setting)[number]
        self.stages = [line.rpartition("# ")[2] if "# " in line else "" for line in source.splitlines()]
        tree = ast.parse(source)
        found = [edit for function in tree.body for edit in edits(function, _held_in(function))]
        self.program, space = Program(tree, [e for e in found if e.kind not in (Kind.AROUND, Kind.FACTOR)]), {"np": np}
        self.edits = list(self.program.keys)
        exec(self.program.code, space)
        self._function = space.get("train_step", space.get("gradients"))
        self._setting = replace(
            setting, transposed=False, columns=False, bias="none" if setting.bias == "none" else "vector"
        )
        self._sketches: dict[Problem, np.ndarray] = {}

    def rule(self, edit: Edit) -> Rule:
        """The word and the sentence for an edit, by what the line computes in which it stands."""
        return rule_for(edit, self.stages[edit.statement.lineno - 1])

    def called(self, p: Problem, edit: Edit | None) -> tuple | None:
        """What the listing with one edit gives, or as it is; None where it raises."""
        given = [W.copy() for W in p.weights], [b.copy() for b in p.biases], p.X.copy(), p.E.copy()
        self.program.choose(edit)
        try:
            with np.errstate(all="ignore"):
                return self._function(*given, *[p.rate] * (self._setting.kind == "train_step"))
        except Exception:  # the edit makes no program of it
            return None

    def answer(self, p: Problem, edit: Edit | None = None) -> Answer | None:
        """What it answers to a problem, read as the learner's answers are; None where it raises."""
        return read(self.called(p, edit), p, self._setting)

    def sketches(self, p: Problem) -> np.ndarray:
        """A row of numbers for each edit: the sketch of what it answers to a problem; one problem's rows are small."""
        if p not in self._sketches:
            answers = (self.answer(p, edit) for edit in self.edits)
            self._sketches[p] = np.array([sketch((None,) * 2 * p.layers if a is None else a.arrays) for a in answers])
        return self._sketches[p]


@lru_cache(40)
def listing(setting, number: int) -> Listing:
    """One listing of a setting with its edits, kept."""
    return Listing(setting, number)


SCALES = np.sin(np.arange(1.0, 10_001.0) ** 2)  # without a pattern; numpy.random is not loaded with this module


def sketch(arrays) -> list[float]:
    """One number for each array, a weighted sum of its entries; infinity where there is no array."""
    with np.errstate(all="ignore"):
        return [np.inf if a is None or a.size > len(SCALES) else float(a.ravel() @ SCALES[: a.size]) for a in arrays]


def _held_in(function: ast.FunctionDef):
    """What a name of a listing holds: any of its own names may stand in the place of any other."""
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own = stored | {a.arg for a in function.args.args}
    return lambda text: "value" if text in own else "function" if text in FUNCTIONS else text


STYLED = {"integer", "overflow"}  # traits of problems where right programs differ, by the way they are written
MANY = 20  # samples that are too many to try every edit on


def explain_by_syntax(exam: Exam) -> list[Hypothesis]:
    """The edit of a listing that gives every number of the learner's, the one that raises where they do first."""
    seen = _telling(exam)
    if not seen or all(_right_numbers(exam, o) for o in seen) or len(seen[0].problem.X) > MANY:
        return []
    found: list[tuple] = []
    silent = [o.problem for o in exam.answers().values() if o.raised]
    for number in range(len(listings(exam.setting))):
        written = listing(exam.setting, number)
        for edit in _fitting(exam, written, seen):
            more = sum(written.answer(p, edit) is not None for p in silent)
            found.append((more, edit.kind.rank, len(found), written, edit))
        if found and not min(found)[0]:
            break
    return [_hypothesis(written, edit) for _, _, _, written, edit in sorted(found)[:3]]


def _fitting(exam: Exam, written: Listing, seen) -> list[Edit]:
    """The edits of one listing that give these answers."""
    first, judged = seen[0], exam.judged(seen[0].problem.layers)
    size = [0 if a is None else norm(a) * norm(SCALES[: a.size]) for a in first.arrays]
    room = [size[k] * exam.tolerance(first, k, EXACT) + NOTHING for k in judged]
    theirs, mine = written.sketches(first.problem)[:, judged], np.array(sketch(first.arrays))[judged]
    with np.errstate(invalid="ignore"):
        near = (theirs == mine) | (abs(theirs - mine) <= room) | np.isnan(theirs) & np.isnan(mine)
    fitting = [edit for edit, close in zip(written.edits, near.all(axis=1)) if close]
    for o in seen:
        fitting = [edit for edit in fitting if _same(exam, o, written.answer(o.problem, edit))]
    return fitting


def _telling(exam: Exam) -> list:
    """The answers with finite numbers, those first that are wrong and quick to compare."""
    asked = [o for (p, seed, turn), o in exam.seen.items() if (seed, turn) == (SEED, 0) and not p.traits & STYLED]
    seen = [o for o in asked if any(a is not None and np.isfinite(a).any() for a in o.arrays)]
    order = lambda o: (len(o.problem.X) > MANY, _right_numbers(exam, o), not o.answer.finite(), len(o.problem.X))
    return sorted(seen, key=order)


def _right_numbers(exam: Exam, o) -> bool:
    """Are the numbers right, whatever shape they come in?"""
    pairs = [(o.arrays[k], exam.truth(o.problem)[k]) for k in exam.judged(o.problem.layers)]
    same = lambda a, t: a is not None and a.size == t.size and relative(a.reshape(t.shape), t) <= CLOSE
    return all(same(a, t) for a, t in pairs)


def _same(exam: Exam, o, answer: Answer | None) -> bool:
    """Does an edit give what the learner gave, array by array?"""
    if answer is None or answer.counts != o.answer.counts or bool(answer.packed) != bool(o.answer.packed):
        return False
    judged = exam.judged(o.problem.layers)
    return all(_equal(o.arrays[k], answer.arrays[k], exam.tolerance(o, k, EXACT)) for k in judged)


def _equal(a, b, tolerance: float) -> bool:
    """Do two arrays hold the same numbers, and NaN in the same places?"""
    if a is None or b is None:
        return a is b
    a, b = a.squeeze(), b.squeeze()
    finite = np.isfinite(a)
    if a.shape != b.shape or not np.array_equal(finite, np.isfinite(b)):
        return False
    return norm((a - b)[finite]) <= tolerance * norm(a[finite])


def _hypothesis(written: Listing, edit: Edit) -> Hypothesis:
    rule = written.rule(edit)
    slip = Slip(
        rule.category, "everywhere", f"{rule.sentence}: {edit.line}" if rule.sentence else edit.words, edit.line
    )
    return Hypothesis(2.0, (slip,), answer=lambda p: written.called(p, edit))
