"""One change of the learner's own code that makes it right: found by making every single edit, and running what it gives.

It judges nothing: a verdict rests on numbers alone. It says where to look when no known mistake gives the numbers.
"""

from __future__ import annotations

import ast
import builtins
import gc
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from nnlib.doctor.diagnosis import Diagnosis, Repair
from nnlib.doctor.questions import problems
from nnlib.doctor.questions.exam import Exam, observe
from nnlib.doctor.rewriting.edit import Edit, Program, codes, first_line
from nnlib.doctor.rewriting.edits import edits
from nnlib.doctor.running.calling import quiet, theirs
from nnlib.doctor.running.signature import source_tree
from nnlib.doctor.running.state import kept_chance

SECONDS = 0.6  # for all changed programs together
MOST = 4000  # edits that are tried
CLOCK = getattr(time, "thread_time", time.process_time)  # of the processor, and of this thread alone where it is known
LIBRARIES = {"numpy", "math", "random", "copy", "itertools", "functools", "collections", "typing", "types"}
HARMLESS = (
    "abs all any bool dict divmod enumerate filter float frozenset int isinstance len list map max min next pow print "
    "range reversed round set slice sorted str sum super tuple zip hasattr getattr setattr object ValueError TypeError"
).split()
WRITERS = {"save", "savez", "savez_compressed", "savetxt", "tofile", "dump", "memmap", "load", "loadtxt", "fromfile"}


def repair(run: Callable[[], object], right: Callable[[], bool], spared=()) -> Repair | None:
    """The first single edit, the likeliest first, after which `right()` is true; None where there is none in the time.

    `run` calls the learner's code once, to see which functions of theirs it uses; those used by a call in `spared` are not
    changed, and nothing is where one does more than compute. Every function has its own code again when this returns.
    """
    seen = used(run)
    if seen.seconds > SECONDS / 4 or not all(map(_only_computes, seen.functions)):
        return None  # too few edits could be tried, or each one would do more than compute
    kept = {f for call in spared for f in used(call).functions}
    deadline = CLOCK() + SECONDS  # a busy machine finds what a quiet one finds
    sources = [s for f in seen.functions if f not in kept and (s := Source.of(f)) is not None]
    for edit, source, program in _likeliest(sources, seen):
        if CLOCK() > deadline:
            return None
        if source.right_with(program, edit, right):
            return Repair(source.line(edit), first_line(edit.statement), edit.text, edit.place)
    return None


def _likeliest(sources: list[Source], seen: Used) -> Iterator[tuple[Edit, Source, Program]]:
    """Every edit with its function and that function's program, those first whose line raised, then the likelier ones."""
    todo = [(e, s) for s in sources for e in edits(s.tree, lambda text, s=s: seen.kind(s.function, text))]
    todo = sorted(todo, key=lambda pair: (pair[1].line(pair[0]) not in seen.raised, pair[0].kind.rank))[:MOST]
    programs = {s: s.program([e for e, of in todo if of is s]) for s in sources}
    return ((edit, source, program) for edit, source in todo if (program := programs[source]) is not None)


@dataclass(frozen=True)
class Used:
    """What a call ran through: the learner's functions, the names in them at their end, the lines of an exception, its time."""

    functions: list[types.FunctionType]
    names: dict
    raised: set[int]
    seconds: float

    def kind(self, function: types.FunctionType, text: str) -> str:
        """What an expression holds in a function: "number", "array" or the name of its type; "" where it is not known."""
        try:
            value = eval(text, function.__globals__, self.names.get(function.__code__, {}))
        except Exception:  # a name of an inner function, or one that was never set
            return ""
        if isinstance(value, int | float | np.number) or isinstance(value, np.ndarray) and not value.ndim:
            return "number"
        return "function" if callable(value) else "array" if isinstance(value, np.ndarray) else type(value).__name__


def used(run: Callable[[], object]) -> Used:
    """The learner's own functions that a call runs through, with what is needed to change them sensibly."""
    names: dict[types.CodeType, dict] = {}

    def see(frame, event, _):
        ours = frame.f_globals.get("__name__", "").startswith("nnlib.")
        if event in ("call", "return") and not ours and theirs(frame.f_code.co_filename):
            names[frame.f_code] = dict(frame.f_locals)

    raised: set[int] = set()
    if sys.getprofile() is not None:  # somebody measures: theirs stays
        return Used([], {}, raised, 0.0)
    start = CLOCK()
    sys.setprofile(see)
    try:
        run()
    except Exception as error:
        raised = {frame.lineno for frame in traceback.extract_tb(error.__traceback__) if theirs(frame.filename)}
    finally:
        sys.setprofile(None)
    took = CLOCK() - start
    held = [f for f in gc.get_referrers(*names) if isinstance(f, types.FunctionType) and f.__code__ in names]
    order = {code: i for i, code in enumerate(names)}
    return Used(sorted(held, key=lambda f: order[f.__code__]), names, raised, took)


def _only_computes(function: types.FunctionType) -> bool:
    """Does a function use nothing but numbers, arrays and the learner's own functions?"""
    names = {name for code in codes(function.__code__) for name in code.co_names}
    known = function.__globals__
    own = all(_harmless(known[name]) for name in names if name in known)
    return own and not names & WRITERS and all(n in HARMLESS for n in names - set(known) if n in vars(builtins))


def _harmless(value) -> bool:
    """Is a global name of the learner's a number library, something of theirs, or plain data?"""
    home = value.__name__ if isinstance(value, types.ModuleType) else ""
    if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        home = value.__module__ or ""
        if home.split(".")[0] not in LIBRARIES:
            return theirs(getattr(sys.modules.get(home), "__file__", None) or "<learner>")
    return not home or home.split(".")[0] in LIBRARIES


@dataclass(frozen=True, eq=False)
class Source:
    """A function with its syntax tree; `first` is the line on which it begins."""

    function: types.FunctionType
    tree: ast.AST
    first: int

    @classmethod
    def of(cls, function: types.FunctionType) -> Source | None:
        """The tree of a function; None where its source is not at hand."""
        tree = source_tree(function.__code__)
        if tree is None:
            return None
        wanted = ast.Lambda if function.__name__ == "<lambda>" else ast.FunctionDef
        found = [node for node in ast.walk(tree) if isinstance(node, wanted)]
        if not found or wanted is ast.Lambda and len(found) > 1:
            return None
        if isinstance(found[0], ast.FunctionDef):
            found[0].decorator_list = []
        return cls(function, found[0], function.__code__.co_firstlineno)

    def line(self, edit: Edit) -> int:
        """The line of the learner's file on which an edit stands."""
        return self.first + edit.statement.lineno - 1

    def program(self, found: list[Edit]) -> Program | None:
        """The function with all these edits; None where no program comes of it, or one with other outer names."""
        own = self.function.__code__
        try:
            program = Program(self.tree, found, self.whole, own)
        except (SyntaxError, ValueError, TypeError, RecursionError):
            return None
        return program if program.code.co_freevars == own.co_freevars else None

    def right_with(self, program: Program, edit: Edit, right: Callable[[], bool]) -> bool:
        """Is all right while the function has an edit? It has its own code again afterwards."""
        own = self.function.__code__
        program.choose(edit)
        self.function.__code__ = program.code
        try:
            return right()
        finally:
            self.function.__code__ = own

    def whole(self, tree: ast.AST) -> ast.Module:
        """The module to compile: the tree with the names of outer functions and of the class where they were."""
        outer = [name for name in self.function.__code__.co_freevars if name != "__class__"]
        more = {"type_params": []} if sys.version_info >= (3, 12) else {}
        made = tree if isinstance(tree, ast.stmt) else ast.Assign([ast.Name("_", ast.Store())], tree)
        parts = self.function.__qualname__.split(".")
        if len(parts) > 1 and parts[-2] != "<locals>":
            made = ast.ClassDef(parts[-2], [], [], [made], [], **more)
        none = ast.arguments([], [ast.arg(name) for name in outer], None, [], [], None, [])
        return ast.Module([ast.FunctionDef("_outer", none, [made], [], **more)], [])


LIMIT = 0.3  # seconds for one call of a changed program


def repaired(function: Callable, found: Diagnosis) -> Diagnosis:
    """The diagnosis with one change of the learner's own code that makes it right, where there is one."""
    exam = Exam(function, found.setting, found.layers)
    names = (*problems.names(found.setting), "saturated")
    asked = [p for p in map(exam.problem, names) if found.layers == 3 or "depth" not in p.traits]
    with kept_chance():
        first = observe(function, asked[0], found.setting)
    if first.slow or first.answer is not None and first.answer.unread:
        return found

    def run():
        seen = observe(function, asked[0], found.setting, LIMIT)
        if seen.error is not None:
            raise seen.error

    def right():
        answers = (observe(function, p, found.setting, LIMIT) for p in asked)
        return all(exam.right(o) and not o.changed for o in answers)

    with quiet(), kept_chance():
        return replace(found, repair=repair(run, right))
