"""A hold-out that nobody wrote rows for: one edit of the syntax tree of right code, in every style, anew at each run.

    python -m tests.doctor.holdout 480 [SEED]      from the root of the repository; prints every mutant that is not named

A mutant is sorted by what it does, never by a doctor: it "raises" (numbers come back on no problem, or only right ones), is
"equal" (the right numbers everywhere, nothing changed), or is "wrong"; code that is right for networks of "one depth", of
two layers or more, counts nowhere. Of the wrong ones the doctor's verdict counts as

    named         another category than unknown and shape-error, words that show the edit, and, where the Diagnosis offers
                  `predict`, its hypothesis gives the learner's numbers on two problems of other widths and another depth
    vague         a category, but no words for the edit, or a hypothesis that does not hold there
    only raises   shape-error
    unknown, missed, refused (the convention cannot be declared)

`Diagnosis.predict(*arguments)` takes what the learner's function takes and returns what it returns, by the hypothesis.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import io
import math
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from programs import PROGRAMS, Program  # noqa: E402

import nnlib  # noqa: E402

CLOSE = 1e-9  # two programs are equal where no array differs by more, relative to the right one
PREDICTED = 1e-8
NOTHING = 1e-14  # what rounding leaves of a sum that is 0, beside numbers near 1

# widths and T: distinct widths, equal widths, one output, one hidden neuron, one sample, many, other depths
PROBLEMS = (
    ((3, 4, 5, 2), 3),
    ((3, 4, 5, 2), 7),
    ((3, 4, 5, 2), 1),
    ((3, 3, 3, 3), 5),
    ((2, 4, 3, 1), 6),
    ((3, 1, 4, 2), 4),
    ((2, 3, 4, 2), 37),
    ((3, 2), 4),
    ((4, 5, 2), 3),
    ((2, 3, 3, 4, 2), 5),
)
# looked at where the right program gives finite numbers: weights 4000 times as large, and z = 800 at every output
LARGE = (((3, 4, 5, 2), 4, 4000.0, 0.0), ((3, 4, 5, 2), 4, 1.0, 800.0))
UNSEEN = (((6, 7, 4, 3), 9), ((5, 6, 3), 8))
RATE = 0.7


class Mutant(NamedTuple):
    """One program with one edit: what it was, what became of it, and the line that shows it."""

    program: Program
    source: str
    edit: str


# ------------------------------------------------------------------------------------------------------------- the edits

SWAPS = {
    ast.Mult: (ast.MatMult, ast.Add, ast.Div),
    ast.MatMult: (ast.Mult,),
    ast.Sub: (ast.Add,),
    ast.Add: (ast.Sub, ast.Mult),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.Pow: (ast.Mult,),
}


def replacements(node: ast.AST, names: list[str], rng) -> Iterator[ast.AST]:
    """All that may stand in the place of a node after one edit: another operator, operand, constant, name, reduction."""
    same = lambda **fields: type(node)(**{**dict(ast.iter_fields(node)), **fields})
    if isinstance(node, ast.BinOp):
        yield from (same(op=other()) for other in SWAPS.get(type(node.op), ()))
        yield from (node.left, node.right)
        if isinstance(node.op, ast.Sub | ast.Div):
            yield same(left=node.right, right=node.left)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from (same(value=node.value + d) for d in (1, -1))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield node.operand
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield ast.Assign([node.target], node.value, lineno=node.lineno)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("sum", "mean"):
        other = "mean" if node.func.attr == "sum" else "sum"
        yield same(func=ast.Attribute(node.func.value, other, node.func.ctx))
    elif isinstance(node, ast.Compare):
        yield same(ops=[ast.Lt() if isinstance(node.ops[0], ast.Gt | ast.GtE) else ast.Gt()])
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        others = [name for name in names if name != node.id]
        yield from [same(id=others[rng.integers(len(others))])] if others else []


class Put(ast.NodeTransformer):
    """A tree with another node in the place of one of its own."""

    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def mutate(program: Program, rng) -> Mutant | None:
    """The program with one edit drawn at random; None where the edit leaves no program."""
    tree = ast.parse(program.source)
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names = sorted(stored | {"weights", "biases", "X", "E"})
    # every edit of the program is as likely as every other, so that the draw does not depend on how many a place has
    edits = [(old, new) for old in ast.walk(tree) for new in replacements(old, names, rng)]
    old, new = edits[rng.integers(len(edits))]
    source = ast.unparse(ast.fix_missing_locations(Put(old, new).visit(copy.deepcopy(tree, {id(old): old}))))
    if source == ast.unparse(tree):
        return None
    try:
        start(program._replace(source=source))
    except Exception:
        return None  # it does not even get as far as a function
    return Mutant(program, source, f"{ast.unparse(old)} -> {ast.unparse(ast.fix_missing_locations(new))}")


def mutants(how_many: int, rng) -> list[Mutant]:
    """`how_many` different mutants, the programs in turn."""
    found: dict[str, Mutant] = {}
    turn = 0
    while len(found) < how_many:
        mutant = mutate(PROGRAMS[turn % len(PROGRAMS)], rng)
        if mutant is not None and mutant.source not in found:
            found[mutant.source] = mutant
            turn += 1
    return list(found.values())


# ------------------------------------------------------------------------------------------------------ what a mutant does


def start(program):
    """The program's function with no history."""
    namespace: dict = {"__name__": "learner"}
    with quiet():
        exec(compile(program.source, "<mutant>", "exec"), namespace)
    return namespace[program.kind]


@contextlib.contextmanager
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def arguments(program: Program, sizes, T: int, seed: int = 0, scale: float = 1.0, lift: float = 0.0) -> list:
    """A problem in the program's own layout, the rate at the end where it is a step."""
    if program.targets == "shares" and sizes[-1] == 1:
        sizes = (*sizes[:-1], 2)  # one class has no choice
    rng = np.random.default_rng([seed, *sizes, T])
    weights = [scale * rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]
    biases = [rng.normal(size=n) for n in sizes[1:]]
    biases[-1] += lift
    X, E = rng.normal(size=(T, sizes[0])), rng.uniform(0.1, 0.9, (T, sizes[-1]))
    if program.targets == "shares":
        E = np.eye(sizes[-1])[rng.integers(sizes[-1], size=T)] if T % 2 else E / E.sum(axis=1, keepdims=True)
    if program.columns:
        weights, biases = [w.T.copy() for w in weights], [b[:, None].copy() for b in biases]
        X, E = X.T.copy(), E.T.copy()
    return [weights, biases, X, E, RATE][: 5 if program.kind == "train_step" else 4]


def arrays(out) -> list[np.ndarray] | None:
    """What came back as one list of arrays of numbers; None where that is not what it is."""
    try:
        found = [np.asarray(a) for group in out for a in (group if isinstance(group, list | tuple) else [group])]
    except Exception:
        return None
    return found if found and all(a.dtype.kind in "fiub" for a in found) else None


@functools.lru_cache(len(PROGRAMS) * (len(PROBLEMS) + len(LARGE)))
def wanted(name: str, sizes, T, *size) -> list:
    """The answers of the right program of this name, kept for all its mutants."""
    return answers(next(p for p in PROGRAMS if p.name == name), sizes, T, *size)[0]


def answers(program, sizes, T, *size):
    """Two calls on one problem and one on other data: (arrays of each call, whether an argument was changed)."""
    function, given, found = start(program), [], []
    with quiet():
        for seed in (0, 0, 1):
            given.append((arguments(program, sizes, T, seed, *size), arguments(program, sizes, T, seed, *size)))
            out = arrays(function(*given[-1][0]))
            found.append((out, copy.deepcopy(out)))
    changed = any(not same(arrays(p[:2]), arrays(q[:2]), 0) or not same(p[2:4], q[2:4], 0) for p, q in given)
    late = any(out is not None and not same(out, kept, 0) for out, kept in found)  # a buffer that is used again
    return [kept for _, kept in found], changed or late


def same(found, wanted, tolerance: float = CLOSE) -> bool:
    """Whether two lists of arrays agree, each array within `tolerance` of its own norm."""
    if found is None or wanted is None or len(found) != len(wanted):
        return False
    pairs = list(zip(found, wanted))
    if not all(np.shape(a) == np.shape(b) and np.isfinite(a).all() and np.isfinite(b).all() for a, b in pairs):
        return False
    with quiet():
        gaps = [(np.linalg.norm(np.subtract(a, b, dtype=float)), np.linalg.norm(b)) for a, b in pairs]
        return all(gap <= max(tolerance * norm, NOTHING * (tolerance > 0)) for gap, norm in gaps)


def does(mutant: Mutant) -> str:
    """'raises', 'equal', 'wrong', or 'one depth': right for networks of one depth, and an exception for others."""
    by_depth: dict[int, set[str]] = {}
    for sizes, T, *size in (*PROBLEMS, *LARGE):
        said = by_depth.setdefault(len(sizes) - 1, set())
        try:
            right = wanted(mutant.program.name, sizes, T, *size)
        except OverflowError:
            continue
        if not all(np.isfinite(a).all() for out in right for a in out):
            continue
        try:
            found, changed = answers(mutant.program._replace(source=mutant.source), sizes, T, *size)
        except Exception:
            said.add("raises")
            continue
        if all(out is None for out in found):
            said.add("raises")
        else:
            said.add("equal" if not changed and all(map(same, found, right)) else "wrong")
    words = set().union(*by_depth.values())
    if "raises" in words and "wrong" not in words and {"equal"} in [w for depth, w in by_depth.items() if depth > 1]:
        return "one depth"
    return next(word for word in ("wrong", "raises", "equal") if word in words)


# -------------------------------------------------------------------------------------------------------- what is said of it


def verdict(program: Program):
    """The Diagnosis; None where the doctor does not know the convention."""
    more = {} if program.convention is None else {"convention": program.convention}
    try:
        with quiet():
            return nnlib.diagnose(start(program), kind=program.kind, **more)
    except (TypeError, ValueError):
        return None


def holds_elsewhere(diagnosis, program: Program) -> bool:
    """Whether the hypothesis predicts the learner's numbers on the unseen problems; True where none is offered."""
    predict = getattr(diagnosis, "predict", None)
    if predict is None:
        return True
    for sizes, T in UNSEEN:
        with quiet():
            try:
                theirs = arrays(start(program)(*arguments(program, sizes, T)))
            except Exception:
                continue  # it raises there: nothing to predict
            if theirs is None or not all(np.isfinite(a).all() for a in theirs):
                continue
            if not same(arrays(predict(*arguments(program, sizes, T))), theirs, PREDICTED):
                return False
    return True


def said(diagnosis, program: Program) -> str:
    """The verdict on a wrong mutant in one word; see the top of the file."""
    if diagnosis is None:
        return "refused"
    if diagnosis.correct:
        return "missed"
    if diagnosis.category in ("unknown", "no-verdict"):
        return "unknown"
    if diagnosis.category == "shape-error":
        return "only raises"
    shown = diagnosis.what and "another function" not in diagnosis.what
    return "named" if shown and holds_elsewhere(diagnosis, program) else "vague"


class Result(NamedTuple):
    """One mutant with what it does and what was said of it."""

    mutant: Mutant
    does: str
    said: str
    diagnosis: object


def judge(mutant: Mutant) -> Result:
    program = mutant.program._replace(source=mutant.source)
    kind, diagnosis = does(mutant), verdict(program)
    if kind == "wrong":
        word = said(diagnosis, program)
    elif diagnosis is None:
        word = "refused"
    else:
        word = "right" if diagnosis.correct else "wrong"
    return Result(mutant, kind, word, diagnosis)


def shares(results: list[Result]) -> dict[str, tuple[int, int]]:
    """(how many, of how many): the words over the wrong mutants, the accused over the equal, the missed over the raising."""
    wrong = Counter(r.said for r in results if r.does == "wrong")
    equal = Counter(r.said for r in results if r.does == "equal")
    raising = Counter(r.said for r in results if r.does == "raises")
    words = ("named", "vague", "unknown", "only raises", "missed", "refused")
    found = {word: (wrong[word], wrong.total()) for word in words}
    found["equal accused"] = (equal["wrong"], equal.total())
    found["raising missed"] = (raising["right"], raising.total())
    return found


def chance(total: int, share: float) -> float:
    """How far a count may lie from `share` of the total by chance alone: 3.5 standard deviations."""
    return 3.5 * math.sqrt(share * (1 - share) * total)


def main(how_many: int, seed: int) -> None:
    began = time.perf_counter()
    print(f"{how_many} mutants of {len(PROGRAMS)} right programs, seed {seed}")
    results = [judge(mutant) for mutant in mutants(how_many, np.random.default_rng(seed))]
    fine = {"wrong": "named", "equal": "right", "raises": "wrong"}
    for r in results:
        if r.said not in (fine.get(r.does, r.said), "refused"):
            known = r.diagnosis.category, " ".join(r.diagnosis.what.split())[:90]
            print(f"  {r.does}, {r.said}: {r.mutant.program.name}: {' '.join(r.mutant.edit.split())[:110]}   {known}")
    print(f"\n{time.perf_counter() - began:.0f} s; does: {dict(Counter(r.does for r in results))}")
    for word, (count, total) in shares(results).items():
        print(f"  {word:15} {count:4} of {total:4}" + (f"  {100 * count / total:5.1f} %" if total else ""))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(np.random.SeedSequence().entropy % 10**6))
