"""Mutation testing: one small mistake at a time is planted in a module of nnlib, and the tests of that module are run.

    python tests/bench/mutants.py functions checks network          modules of nnlib, by name
    python tests/bench/mutants.py --list network                    what would be planted, and nothing run
    python tests/bench/mutants.py --sample 40 doctor.verdict        forty of them, drawn by a fixed seed
    python tests/bench/mutants.py --sample 6 --seed 2 doctor        six of every module of the doctor, another draw

Works in a copy of the checkout in a temporary folder. A mutant is killed when a test fails or the time is up, and survives
when all tests pass. Survivors that change nothing observable are printed with the reason, from
mutants_explained.txt. Words of error messages are left alone.
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

ROOT = Path(__file__).parents[2]
EXPLAINED = Path(__file__).with_name("mutants_explained.txt")
TESTS = {  # modules whose tests are not in test_<module>.py alone
    "arrays": ("test_checks", "test_network", "test_refusals"),
    "checks": ("test_checks", "test_refusals"),
    "fates": ("test_fates", "test_edge", "test_rounding_and_bounds"),
    "flat": ("test_derivatives", "test_curvature"),
    "laboratory.problems": ("test_laboratory", "test_laboratory_controls"),  # the trials first, then all that is drawn
    "laboratory.reference": ("test_laboratory", "test_laboratory_controls"),
    "laboratory.trial": ("test_laboratory", "test_laboratory_controls"),
    "lessons.exercises": ("test_lessons",),
    "show.formula_picture": ("test_formula_picture", "test_lesson_01"),
    "lessons.questions": ("test_lessons",),
    "lessons.lesson": ("test_lessons",),
}
DOCTOR = (
    "doctor/test_named",
    "doctor/test_engine",
    "doctor/test_behaviours",
)  # for each module of the doctor, after its own tests


def doctors_tests(name):
    """The test files of a module of the doctor: its own where it has one, then those of all."""
    own = f"doctor/test_{name}"
    return (own, *DOCTOR) if (ROOT / "tests" / f"{own}.py").is_file() else DOCTOR


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
    """(line, function, words, whole mutated source) for each small mistake that can be planted in a module's source."""
    tree, found = ast.parse(source), []

    def plant(parent, field, index, node, where):
        for new in variants(node):
            after = new if new is not None else ast.copy_location(ast.Pass(), node)
            slot = getattr(parent, field)
            if index is None:
                setattr(parent, field, after)
            else:
                slot[index] = after
            text = ast.unparse(ast.fix_missing_locations(tree))
            if index is None:
                setattr(parent, field, node)
            else:
                slot[index] = node
            words = f"{_short(node)}  ->  {_short(new) if new is not None else '(left out)'}"
            found.append((node.lineno, where, words, text))

    def walk(node, where):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            where = f"{where}.{node.name}".lstrip(".")
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "exc", "cause"):
                continue  # what a message says is not tried
            many = isinstance(value, list)
            for index, child in enumerate(value if many else [value]):
                if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                    if hasattr(child, "lineno"):
                        plant(node, field, index if many else None, child, where)
                    walk(child, where)

    walk(tree, "")
    return found


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


def explained():
    """{(module, function, words): reason} from the file beside this one: a line of each, separated by ' | '."""
    rows = [line.split(" | ") for line in EXPLAINED.read_text(encoding="utf-8").splitlines() if " | " in line]
    return {tuple(part.strip() for part in row[:3]): row[3].strip() for row in rows}


def modules_of(names):
    """The names, with each package in place of its modules: 'doctor' stands for all of them."""
    for name in names:
        folder = ROOT / "nnlib" / name.replace(".", "/")
        if not folder.is_dir():
            yield name
            continue
        for path in sorted(folder.rglob("*.py")):
            yield ".".join(path.relative_to(ROOT / "nnlib").with_suffix("").parts)


def place_of(stem):
    """The path of a test file under tests/, by its name alone: every name stands there once."""
    (found,) = (ROOT / "tests").rglob(f"{stem}.py")
    return found.relative_to(ROOT)


def plant_all(name, place, sample, seed, known):
    """Plant every mistake of one module; print the survivors; returns how many were killed, are explained, survived."""
    path = place / "nnlib" / (name.replace(".", "/") + ".py")
    source, reasons = path.read_text(encoding="utf-8"), explained()
    files = TESTS.get(name, (f"test_{name.split('.')[0]}",))
    if name.startswith("doctor."):
        files = doctors_tests(name.removeprefix("doctor."))
    tests = [place_of(file) for file in files]
    for test in tests:
        if test not in known:
            outcome, known[test] = run(place, test)
            if outcome != "survived":
                raise SystemExit(f"{test} fails before anything is planted")
    counts, begin = {"killed": 0, "explained": 0, "survived": 0}, time.monotonic()
    planted = list(enumerate(mutants(source)))
    if 0 < sample < len(planted):
        planted = sorted(random.Random(seed).sample(planted, sample))
    for number, (line, where, words, text) in planted:
        path.write_text(text, encoding="utf-8")
        survived = all(run(place, test, 4 * known[test] + 10)[0] == "survived" for test in tests)
        reason = reasons.get((name, where, words)) if survived else None
        counts["explained" if reason else "survived" if survived else "killed"] += 1
        if survived:
            print(f"  {number:4} {name}:{line} {where}: {words}" + (f"\n       {reason}" if reason else ""), flush=True)
    path.write_text(source, encoding="utf-8")
    total = sum(counts.values())
    share = counts["killed"] / max(total - counts["explained"], 1)
    print(
        f"{name}: {total} planted, {counts['killed']} killed, {counts['explained']} change nothing, "
        f"{counts['survived']} survive: {share:.1%} killed of those that change something "
        f"({counts['killed'] / max(total, 1):.1%} of all), {time.monotonic() - begin:.0f} s",
        flush=True,
    )
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", help="modules of nnlib, as network, or packages, as doctor")
    parser.add_argument("--list", action="store_true", help="print what would be planted")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each module, drawn by a fixed seed")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    options = parser.parse_args()
    if options.list:
        for name in modules_of(options.modules):
            path = ROOT / "nnlib" / (name.replace(".", "/") + ".py")
            for number, (line, where, words, _) in enumerate(mutants(path.read_text(encoding="utf-8"))):
                print(f"{number:4} {name}:{line} {where}: {words}")
        return
    totals, known = {"killed": 0, "explained": 0, "survived": 0}, {}
    with checkout() as place:
        for name in modules_of(options.modules):
            for key, count in plant_all(name, place, options.sample, options.seed, known).items():
                totals[key] += count
    if len(known) > 1 or len(options.modules) > 1:
        share = totals["killed"] / max(totals["killed"] + totals["survived"], 1)
        print(f"all: {totals}, {share:.1%} killed of those that change something")


if __name__ == "__main__":
    main()
