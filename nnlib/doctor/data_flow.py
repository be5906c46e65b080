"""What lines of a script read, and to which names they give a value: the flow of its data, by its syntax alone."""

from __future__ import annotations

import ast
import builtins


def names_in(lines, context: type) -> set[str]:
    """The names that lines read (ast.Load) or give something (ast.Store)."""
    return {n.id for s in lines for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def in_order(lines) -> list[str]:
    """The names that lines read, as they are read first."""
    found = [n for s in lines for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return list(dict.fromkeys(n.id for n in sorted(found, key=lambda n: (n.lineno, n.col_offset))))


def read_first(lines) -> set[str]:
    """The names that lines read before they give them something, if they do."""
    made, read = set(), set()
    for s in lines:
        head = [s.iter] if isinstance(s, ast.For) else [s.test] if isinstance(s, ast.If | ast.While) else [s]
        read |= names_in(head, ast.Load) - made
        inner = [*s.body, *s.orelse] if head != [s] else []
        made |= names_in([s.target], ast.Store) if isinstance(s, ast.For) else set()
        read |= read_first(inner) - made
        made |= names_in([s], ast.Store)
    return read


def _base(target: ast.expr) -> str:
    """W of W, W[l] and W.T."""
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def changed_by(line: ast.stmt) -> set[str]:
    """The names whose numbers a line raises or lowers: W -= ..., W = W - ..., W[l] += ..."""
    if isinstance(line, ast.AugAssign) and isinstance(line.op, ast.Add | ast.Sub):
        return {_base(line.target)}
    if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.value, ast.BinOp):
        return {_base(line.targets[0])} & names_in([line.value], ast.Load)
    return set()


def filled(lines) -> set[str]:
    """The names of what lines fill: grad += ..., acts.append(...), cache[l] = ..."""
    found = [n for s in lines for n in ast.walk(s)]
    filled = [n.target for n in found if isinstance(n, ast.AugAssign)]
    filled += [n.value.func for n in found if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    filled += [n for n in found if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    return set(map(_base, filled))


def links(lines, objects=frozenset()) -> list[tuple[set[str], set[str]]]:
    """(names that get a value or may get one, names that are read for it) of each line, those inside others too.

    A function that is called for nothing else, update(W, dW), may change its arguments, and a method one of the objects.
    """
    found = []
    for s in (n for line in lines for n in ast.walk(line) if isinstance(n, ast.stmt)):
        read = [s] if not hasattr(s, "body") else [s.iter] if isinstance(s, ast.For) else [getattr(s, "test", s)]
        made = names_in([s], ast.Store) | filled([s])
        called = s.value if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) else None
        if called is not None and not hasattr(builtins, ast.unparse(called.func)):
            made |= {a.id for a in called.args if isinstance(a, ast.Name)}
        made |= {_base(n.func) for n in ast.walk(s) if isinstance(n, ast.Call)} & objects
        found.append((made, names_in(read, ast.Load)))
    return found


def lines_for(lines, wanted: set[str], objects: set[str]) -> list[ast.stmt]:
    """The lines from which the wanted names get their values: not those of a cost or a score that is only printed."""
    found, needed = links(lines, objects), wanted
    for _ in found:
        needed = needed.union(*(read for made, read in found if made & needed))
    return [s for s in lines if any(made & needed for made, _ in links([s], objects))]
