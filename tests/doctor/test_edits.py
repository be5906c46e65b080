"""Every single edit of a syntax tree, and the program that holds them all: it does what each edited source does."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from nnlib.doctor.rewriting.edit import Kind, Program, put
from nnlib.doctor.rewriting.edits import edits

SMALL = """
def f(a, b, n):
    rows, total = [], 0.0
    for k in range(n):
        rows.append(a[k] @ b[k].T)
        total += 2 * rows[k].sum(axis=0)
        if k > 0:
            total = total - 1
    scale = lambda x: x / n
    return scale(total), [np.maximum(row, 0) for row in rows]
"""
MUCH = '''
def f(self, *args, step: int = 1, **more):
    """What a function may hold."""
    global counted
    counted = 1
    with open_it(args[0]) as handle, open_it(1):
        try:
            first, *rest = handle
        except (KeyError, ValueError) as error:
            raise RuntimeError(f"no {error!r:>{step + 1}} of {len(args)}") from error
        finally:
            done = True
    while (left := len(rest) - step) > 0 and not done:
        break
    @staticmethod
    def inner(x: "int" = 2) -> "int":
        nonlocal done
        done = not done
        return x if x else -x
    match first:
        case [1, x] | {"a": x} if x > 0:
            held = x
        case _:
            held = {**more, "k": [*rest, 1][1:], (2, 3): {4}}
    for i, (a, b) in enumerate(zip(rest, rest)):
        if i == 3:
            continue
        held[i]: list = (a + b for _ in range(2) if a < b < 3)
    del held[0], rest[1]
    assert done is not None, "done"
    return (yield inner(x=1)), super().f, self.a.T, ...
'''


def run(code, *arguments):
    space = {"np": np}
    exec(code, space)
    try:
        return repr(space["f"](*arguments))
    except Exception:
        return "raises"


def alone(tree: ast.Module, edit) -> ast.Module:
    """The tree with one edit and nothing else, made for itself."""
    if edit.beside is None:
        return put(tree, edit.old, edit.new)
    moved = ast.parse(ast.unparse(edit.statement)).body[0]
    body = next(b for n in ast.walk(tree) for b in (getattr(n, "body", None),) if type(b) is list and edit.beside in b)
    at = body.index(edit.beside) + (not edit.before)
    body.insert(at, moved)
    made = put(tree, edit.statement, ast.Pass())
    del body[at]
    return made


@pytest.mark.parametrize("known", [lambda text: "", lambda text: "number" if text in "kn" else text])
def test_the_program_does_with_each_edit_what_the_edited_source_does(known):
    tree = ast.parse(SMALL)
    found = edits(tree.body[0], known)
    program = Program(tree, found)
    rng = np.random.default_rng(0)
    given = rng.normal(size=(3, 2, 2)), rng.normal(size=(3, 2, 2)), 3
    right, others = run(program.code, *given), set()
    assert right == run(compile(SMALL, "<right>", "exec"), *given) and "array" in right
    assert len(found) > 200 and {e.kind for e in found} == set(Kind)
    for edit in found:
        program.choose(edit)
        said = run(program.code, *given)
        made = ast.fix_missing_locations(alone(tree, edit))
        assert said == run(compile(made, "<edited>", "exec"), *given), edit.words
        others.add(said)
    assert len(others) > 40
    program.choose(None)
    assert run(program.code, *given) == right


def test_any_function_can_be_edited():
    """Whatever the syntax, the program with all its edits is a program; each edit has its words."""
    tree = ast.parse(MUCH)
    found = edits(tree.body[0], lambda text: "")
    assert len(found) > 300 and Program(tree, found).code is not None
    for edit in found:
        assert edit.words and edit.text and "«" in edit.line
