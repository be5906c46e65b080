"""A script whose training loop stands by itself: one turn of the loop as a step, what it computes first as a forward pass.

The loop is one that changes numbers which were there before it, `W -= ...`. One turn has three parts: lines that read none
of these numbers prepare the samples, those up to the first line that reads the targets are the forward pass, the rest is the
backward pass and the update.
"""

from __future__ import annotations

import ast
import copy
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.data_flow import changed_by, filled, in_order, lines_for, links, names_in, read_first
from nnlib.doctor.entry_points import Entry
from nnlib.doctor.running.calling import limit, quiet
from nnlib.doctor.running.opening import NoNumbers, array_of

Loop = ast.For | ast.While
TURNS = 1000  # of a loop are gone through for what its names hold in the last one: in the first, data may be zeros


@dataclass(frozen=True)
class Turn:
    """One turn of a loop: what is run before it, once; its lines; what they change; names made for it; the loop's line."""

    before: list[ast.stmt]
    lines: list[ast.stmt]
    parameters: set[str]
    readers: set[str]  # the parameters, and functions that read them
    fresh: set[str]
    line: int


def bare_loops(lines: list[ast.stmt], file: str, seconds: float) -> Iterator[Entry]:
    """For each training loop of a script, the last one first, the call that judges one turn of it; no loop is run.

    The lines before a loop are run, for so many seconds at most.
    """
    functions = {f.name: f for f in lines if isinstance(f, ast.FunctionDef) and not ast.unparse(f.args)}
    body = list(_unfolded(lines, functions))
    for k in reversed(range(len(body))):
        for turn in _turns(body[k], body[:k]) if isinstance(body[k], Loop) else ():
            try:
                with quiet(), limit(seconds):
                    entry = _entry(turn, file)
            except KeyboardInterrupt:
                raise
            except BaseException:  # whatever the lines before a loop do when they are run: then it is another one
                continue
            if entry:
                yield entry


def _unfolded(lines, functions: dict[str, ast.FunctionDef]) -> Iterator[ast.stmt]:
    """Lines in the order in which they run: those under if __name__ == "__main__" and of main() in their places."""
    for line in lines:
        called = line.value.func if isinstance(line, ast.Expr) and isinstance(line.value, ast.Call) else None
        if isinstance(line, ast.If) and "__name__" in names_in([line.test], ast.Load):
            yield from _unfolded(line.body, functions)
        elif isinstance(called, ast.Name) and called.id in functions:
            yield from _unfolded(functions.pop(called.id).body, functions)
        elif not isinstance(line, ast.Return):
            yield line


def _turns(loop: Loop, before: list[ast.stmt]) -> Iterator[Turn]:
    """A turn of the loop, then of those inside it, where they change numbers that were there before."""
    changed = {name for s in ast.walk(loop) if isinstance(s, ast.stmt) for name in changed_by(s)}
    functions = [s for s in before if isinstance(s, ast.FunctionDef)]
    used = names_in(functions, ast.Load).union(*(read - made for made, read in links([loop])))
    parameters = changed & names_in(before, ast.Store) & used  # a sum that is only kept is none
    if not parameters:
        return
    readers = parameters.copy()
    for _ in functions:  # those that read the parameters, by way of others too
        readers |= {f.name for f in functions if names_in(f.body, ast.Load) & readers}
    lines, entered = loop.body, _entered(loop)
    first = next((k for k, s in enumerate(lines) if names_in([s], ast.Load) & readers), 0)
    started = filled(lines)
    prepared = [s for s in lines[:first] if not names_in([s], ast.Store) & started]
    rest = [s for s in lines if s not in prepared]
    fresh = names_in([*entered, *prepared], ast.Store)
    samples = _Indexed(fresh, names_in(rest, ast.Store) | readers)
    rest = [samples.visit(copy.deepcopy(s)) for s in rest]
    prepared += samples.found.values()
    yield Turn([*before, *entered, *prepared], rest, parameters, readers, fresh | {*samples.found}, loop.lineno)
    for k, inner in enumerate(lines):
        if isinstance(inner, Loop):
            yield from _turns(inner, [*before, *entered, *lines[:k]])


def _entered(loop: Loop) -> list[ast.stmt]:
    """The line after which the names of a for loop hold what they do in the last of so many turns."""
    if not isinstance(loop, ast.For):
        return []
    turns = ast.parse(f"zip(range({TURNS}), _)", mode="eval").body
    turns.args[1] = loop.iter
    return [ast.For(ast.Tuple([ast.Name("_", ast.Store()), loop.target], ast.Store()), turns, [ast.Pass()], [])]


class _Indexed(ast.NodeTransformer):
    """Each X[i] and X[start:end], by names that are fresh in a turn, becomes a name of its own, which holds those samples."""

    def __init__(self, fresh: set[str], made: set[str]):
        self.fresh, self.made, self.found = fresh, made, {}

    def visit_Subscript(self, node):
        self.generic_visit(node)
        by, read = names_in([node.slice], ast.Load), isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name)
        if not read or not by & self.fresh or {node.value.id, *by} & self.made:
            return node
        name = ast.unparse(node)
        self.found[name] = ast.Assign([ast.Name(name, ast.Store())], node)
        return ast.copy_location(ast.Name(name, ast.Load()), node)


def _entry(turn: Turn, file: str) -> Entry | None:
    """The call that judges a turn; None where its inputs, targets and outputs are not found."""
    space = vars(types.ModuleType("script")) | {"__file__": file}
    exec(compile(_module(turn.before), file, "exec"), space)
    own = names_in(turn.lines, ast.Store) | turn.parameters
    needed = lines_for(turn.lines, turn.parameters, names_in(turn.before, ast.Store))
    asked = read_first(needed) - turn.parameters - (own - turn.fresh)
    data = [n for n in in_order(turn.lines) if n in asked and _is_data(space.get(n), n in turn.fresh)]
    if len(data) < 2:
        return None
    X, Y, *_ = data
    ahead = next(k for k, line in enumerate(turn.lines) if Y in names_in([line], ast.Load))
    way_there = [line for line in turn.lines[:ahead] if line in needed]
    if not any(names_in([line], ast.Load) & turn.readers for line in way_there):
        return None
    made = [n for line in way_there for n in names_in([line], ast.Store)]
    made = [n for n in made if n in names_in([turn.lines[ahead]], ast.Load)] or made
    if not made:
        return None
    held = copy.deepcopy((space[X], space[Y]))
    last, known = made[-1], dict(space)

    def forward() -> Callable:
        lines = [*way_there, *ast.parse(f"return {last}").body]
        return _function("output", turn, {"inputs": X}, lines, own, file, space)

    last += "[-1]" * isinstance(forward()(held[0]), list)
    space.clear()
    space.update(known)  # without what a turn leaves behind
    once = ast.For(ast.Name("_", ast.Store()), ast.List([ast.Constant(0)], ast.Load()), needed, [])
    name = f"loop in line {turn.line}"
    step = _function(name, turn, {"inputs": X, "targets": Y}, [once], own, file, space)
    said = f"one turn of the {name} as the step, {last} as the output, {X} and {Y} as the samples"
    return Entry(space, said, {"step": step, "output": forward(), "data": held})


def _function(name, turn: Turn, arguments: dict[str, str], lines, own: set[str], file: str, space: dict) -> Callable:
    """Lines of the script as a function that gives these names its arguments; all names are those of the script."""
    taken = [ast.Assign([ast.Name(to, ast.Store())], ast.Name(f"{a}_", ast.Load())) for a, to in arguments.items()]
    named = ast.Global(sorted({*own, *arguments.values()}))
    wanted = ast.arguments([], [ast.arg(f"{a}_") for a in arguments], None, [], [], None, [])
    made = ast.FunctionDef("turn", wanted, [named, *taken, *lines], [])
    made.lineno = made.end_lineno = turn.line
    made.col_offset = made.end_col_offset = 0
    exec(compile(_module([made]), file, "exec"), space)
    function = space.pop("turn")
    function.__name__ = function.__qualname__ = name
    return function


def _is_data(value, fresh: bool) -> bool:
    """Numbers that may be samples: an array, lists of numbers, or a number that a turn makes anew."""
    kinds = (np.ndarray, list, tuple, int, float, np.generic) if fresh else (np.ndarray, list)
    try:
        return isinstance(value, kinds) and array_of(value).size > 0
    except NoNumbers:
        return False


def _module(lines) -> ast.Module:
    return ast.fix_missing_locations(ast.Module(list(lines), []))
