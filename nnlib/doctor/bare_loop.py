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

from nnlib.doctor.entry_points import Entry
from nnlib.doctor.running.calling import limit, quiet
from nnlib.doctor.running.opening import NoNumbers, array_of

Loop = ast.For | ast.While
SECONDS = 20.0  # for the lines before a loop
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


def bare_loops(source: str | bytes, file: str) -> Iterator[Entry]:
    """For each training loop of a script, the last one first, the call that judges one turn of it; no loop is run."""
    lines = ast.parse(source, file).body
    body = list(_unfolded(lines, {f.name: f for f in lines if isinstance(f, ast.FunctionDef) and not _arguments(f)}))
    for k in reversed(range(len(body))):
        for turn in _turns(body[k], body[:k]) if isinstance(body[k], Loop) else ():
            try:
                with quiet(), limit(SECONDS):
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
        if isinstance(line, ast.If) and "__name__" in _names([line.test], ast.Load):
            yield from _unfolded(line.body, functions)
        elif isinstance(called, ast.Name) and called.id in functions:
            yield from _unfolded(functions.pop(called.id).body, functions)
        elif not isinstance(line, ast.Return):
            yield line


def _arguments(function: ast.FunctionDef) -> list:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]


def _turns(loop: Loop, before: list[ast.stmt]) -> Iterator[Turn]:
    """A turn of the loop, then of those inside it, where they change numbers that were there before."""
    changed = {name for s in ast.walk(loop) if isinstance(s, ast.stmt) for name in _changed(s)}
    parameters = changed & _names(before, ast.Store)
    if not parameters:
        return
    readers = parameters.copy()
    functions = [s for s in before if isinstance(s, ast.FunctionDef)]
    for _ in functions:  # those that read the parameters, by way of others too
        readers |= {f.name for f in functions if _names(f.body, ast.Load) & readers}
    lines, entered = loop.body, []
    if isinstance(loop, ast.For):
        turns = ast.parse(f"zip(range({TURNS}), _)", mode="eval").body
        turns.args[1] = loop.iter
        both = ast.Tuple([ast.Name("_", ast.Store()), loop.target], ast.Store())
        entered = [ast.For(both, turns, [ast.Pass()], [])]  # its names hold what they do in the last of these turns
        samples = _Indexed(loop.target, readers)
        lines = [samples.visit(copy.deepcopy(s)) for s in lines]
        entered += samples.found.values()
    first = next((k for k, s in enumerate(lines) if _names([s], ast.Load) & readers), 0)
    started = _filled(lines)
    prepared = [s for s in lines[:first] if not _names([s], ast.Store) & started]
    rest = [s for s in lines if s not in prepared]
    fresh = _names([*entered, *prepared], ast.Store)
    yield Turn([*before, *entered, *prepared], rest, parameters, readers, fresh, loop.lineno)
    for k, inner in enumerate(lines):
        if isinstance(inner, Loop):
            yield from _turns(inner, [*before, *entered, *lines[:k]])


class _Indexed(ast.NodeTransformer):
    """Each X[i], with the counter of the loop, becomes a name of its own, which holds that sample."""

    def __init__(self, counter: ast.expr, parameters: set[str]):
        self.counter, self.parameters, self.found = ast.dump(counter).replace("Store", "Load"), parameters, {}

    def visit_Subscript(self, node):
        self.generic_visit(node)
        read = (
            isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name) and node.value.id not in self.parameters
        )
        if not read or ast.dump(node.slice) != self.counter:
            return node
        name = ast.unparse(node)
        self.found[name] = ast.Assign([ast.Name(name, ast.Store())], node)
        return ast.copy_location(ast.Name(name, ast.Load()), node)


def _changed(line: ast.stmt) -> set[str]:
    """The names whose numbers a line raises or lowers: W -= ..., W = W - ..., W[l] += ..."""
    if isinstance(line, ast.AugAssign) and isinstance(line.op, ast.Add | ast.Sub):
        return {_base(line.target)}
    if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.value, ast.BinOp):
        return {_base(line.targets[0])} & _names([line.value], ast.Load)
    return set()


def _filled(lines) -> set[str]:
    """The names of what lines fill: grad += ..., acts.append(...), cache[l] = ..."""
    found = [n for s in lines for n in ast.walk(s)]
    filled = [n.target for n in found if isinstance(n, ast.AugAssign)]
    filled += [n.value.func for n in found if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    filled += [n for n in found if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    return set(map(_base, filled))


def _base(target: ast.expr) -> str:
    """W of W, W[l] and W.T."""
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _names(lines, context: type) -> set[str]:
    """The names that lines read (ast.Load) or give something (ast.Store)."""
    return {n.id for s in lines for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def _in_order(lines) -> list[str]:
    """The names that lines read, as they are read first."""
    found = [n for s in lines for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return list(dict.fromkeys(n.id for n in sorted(found, key=lambda n: (n.lineno, n.col_offset))))


def _entry(turn: Turn, file: str) -> Entry | None:
    """The call that judges a turn; None where its inputs, targets and outputs are not found."""
    space = vars(types.ModuleType("script")) | {"__file__": file}
    exec(compile(_module(turn.before), file, "exec"), space)
    own = _names(turn.lines, ast.Store) | turn.parameters
    data = [n for n in _in_order(turn.lines) if n not in own and _is_data(space.get(n), n in turn.fresh)]
    if len(data) < 2:
        return None
    X, Y, *_ = data
    ahead = next(k for k, line in enumerate(turn.lines) if Y in _names([line], ast.Load))
    if not any(_names([line], ast.Load) & turn.readers for line in turn.lines[:ahead]):
        return None
    made = [n for line in turn.lines[:ahead] for n in _names([line], ast.Store)]
    made = [n for n in made if n in _names([turn.lines[ahead]], ast.Load)] or made
    if not made:
        return None
    held = copy.deepcopy((space[X], space[Y]))
    forward = lambda result: _function("output", turn, {"inputs": X}, [*turn.lines[:ahead], result], own, file, space)
    last = made[-1]
    known = dict(space)
    last += "[-1]" * isinstance(forward(_returned(last))(held[0]), list)
    space.clear()
    space.update(known)  # without what a turn leaves behind
    once = ast.For(ast.Name("_", ast.Store()), ast.List([ast.Constant(0)], ast.Load()), turn.lines, [])
    name = f"loop in line {turn.line}"
    step = _function(name, turn, {"inputs": X, "targets": Y}, [once], own, file, space)
    said = f"one turn of the {name} as the step, {last} as the output, {X} and {Y} as the samples"
    return Entry(space, said, {"step": step, "output": forward(_returned(last)), "data": held})


def _returned(text: str) -> ast.stmt:
    return ast.parse(f"return {text}").body[0]


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
