"""Mutation testing: one small mistake at a time is planted in a module of nnlib, and its tests are run.

    python tests/bench/mutants.py network                            the module nnlib/network.py, by tests/unit/test_network.py
    python tests/bench/mutants.py arrays test_checks test_refusals   by test files of other names
    python tests/bench/mutants.py --list network                     what would be planted, and nothing run
    python tests/bench/mutants.py --sample 40 --seed 2 descent       forty of them, drawn by a seed

Works in a copy of the checkout in a temporary folder. A mutant is killed when a test fails or the time is up, and survives
when all tests pass: either a test is missing, or the mistake changes nothing that can be observed. Words of error messages
are left alone.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from nnlib.doctor.rewriting.edit import put  # noqa: E402

ROOT = Path(__file__).parents[2]

ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
NAMES = {
    "sum": "mean", "mean": "sum", "min": "max", "max": "min", "any": "all", "all": "any", "argmax": "argmin",
    "zeros": "ones", "zeros_like": "ones_like", "ones_like": "zeros_like", "reversed": "list", "exp": "log1p",
    "real": "imag", "imag": "real", "abs": "float", "isfinite": "isnan", "sorted": "list",
}  # fmt: skip


def variants(node):
    """Small mistakes at one node: each a new node in its place; None stands for a statement left out."""
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.AugAssign):
        yield None
        if type(node.op) in ARITHMETIC:
            yield _with(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in COMPARISONS.get(type(op), ()):
                yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)) and not isinstance(node.test, (ast.Compare, ast.UnaryOp)):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        value = node.value
        yield ast.Constant(
            not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else value * 2 or 1.0
        )
    elif isinstance(node, ast.Attribute) and node.attr in NAMES and isinstance(node.ctx, ast.Load):
        yield _with(node, attr=NAMES[node.attr])
    elif isinstance(node, ast.Name) and node.id in NAMES and node.id not in ("real", "imag", "mean", "exp"):
        yield ast.Name({"sum": "len"}.get(node.id, NAMES[node.id]), ast.Load())
    elif isinstance(node, ast.Call):
        for place in range(len(node.keywords)):
            yield _with(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])
    elif isinstance(node, (ast.Raise, ast.Break, ast.Continue)) or (
        isinstance(node, ast.Expr) and not isinstance(node.value, (ast.Constant, ast.Yield, ast.YieldFrom))
    ):
        yield None
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Subscript, ast.Attribute)):
        yield None


def _with(node, **change):
    new = copy.copy(node)
    for name, value in change.items():
        setattr(new, name, value)
    return new


def mutants(source):
    """(line, words, whole mutated source) for each small mistake that can be planted in a module's source."""
    tree, found = ast.parse(source), []
    for node in tried(tree):
        for new in variants(node):
            words = f"{_short(node)}  ->  {_short(new) if new is not None else '(left out)'}"
            text = ast.unparse(ast.fix_missing_locations(put(tree, node, new or ast.Pass())))
            found.append((node.lineno, words, text))
    return found


def tried(node):
    """The nodes below one that has lines; annotations, and what a message says, are not tried."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "exc", "cause"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield child
                yield from tried(child)


def _short(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 75 else text[:72] + "..."


@contextlib.contextmanager
def checkout():
    """A copy of what the tests need, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        skip = shutil.ignore_patterns("__pycache__", ".*", "node_modules", "_site")
        for name in ("nnlib", "tests", "notebooks"):
            shutil.copytree(ROOT / name, Path(place) / name, ignore=skip)
        for path in (*ROOT.glob("*.toml"), *ROOT.glob("*.md")):
            shutil.copy(path, place)
        yield Path(place)


def run(place, test, limit=600.0):
    """('survived', 'killed' or 'time', seconds) of one file of tests, on the nnlib of the copy."""
    begin = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", str(test)]
    settings = {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(command, cwd=place, env=os.environ | settings, capture_output=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return "time", limit
    return ("killed" if done.returncode else "survived"), time.monotonic() - begin


def place_of(stem):
    """The path of a test file under tests/, by its name alone: every name stands there once."""
    (found,) = (ROOT / "tests").rglob(f"{stem}.py")
    return found.relative_to(ROOT)


def plant_all(name, tests, planted):
    """Plant each mistake in the module `name` of a copy; print the survivors and how many there are."""
    begin, survived = time.monotonic(), 0
    with checkout() as place:
        limits = {}
        for test in map(place_of, tests):
            outcome, seconds = run(place, test)
            if outcome != "survived":
                raise SystemExit(f"{test} fails before anything is planted")
            limits[test] = 4 * seconds + 10
        for number, (line, words, text) in planted:
            path_of(name, place).write_text(text, encoding="utf-8")
            if all(run(place, test, limit)[0] == "survived" for test, limit in limits.items()):
                survived += 1
                print(f"  {number:4} {name}:{line} {words}", flush=True)
    killed = len(planted) - survived
    print(f"{name}: {len(planted)} planted, {killed} killed, {survived} survive, {time.monotonic() - begin:.0f} s")


def path_of(name, root):
    return root / "nnlib" / (name.replace(".", "/") + ".py")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", help="of nnlib, as network or doctor.setting")
    parser.add_argument("tests", nargs="*", help="test files by name; none means test_MODULE")
    parser.add_argument("--list", action="store_true", help="print what would be planted")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants, drawn by a seed")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    options = parser.parse_args()
    planted = list(enumerate(mutants(path_of(options.module, ROOT).read_text(encoding="utf-8"))))
    if 0 < options.sample < len(planted):
        planted = sorted(random.Random(options.seed).sample(planted, options.sample))
    if options.list:
        for number, (line, words, _) in planted:
            print(f"{number:4} {options.module}:{line} {words}")
    else:
        plant_all(options.module, options.tests or [f"test_{options.module.split('.')[-1]}"], planted)


if __name__ == "__main__":
    main()
