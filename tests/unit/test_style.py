"""The house rules that can be counted, each tried on a planted bug as well as on the house."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MAX_LINES = 250
# The floor plan. A room may use rooms of its own floor or below, never above; within a floor there is no circle.
FLOORS = (
    ("version", "functions", "costs", "checks", "arrays", "memory", "flat", "in_place", "jobs", "data"),
    ("network",),
    (
        "by_index",
        "exact",
        "derivatives",
        "descent",
        "rules",
        "fates",
        "layers",
        "hessian",
        "curvature",
        "dimension",
        "toys",
        "chain_rule",
        "forward_steps",
        "minima",
        "surfaces",
        "abreast",
        "sweep",
        "edge",
        "notation",
        "corpus",
    ),
    ("laboratory_problems", "laboratory"),
    ("doctor",),
    ("testing",),
    ("experiments",),
    ("show",),
    ("lessons",),
    ("publish",),
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
ONLY_IN = {"matplotlib": ("show",), "ipywidgets": ("show",), "IPython": ("show", "lessons", "doctor")}
NEVER = ("torch", "jax", "sklearn", "dask", "scipy", "hypothesis", "pandas", "tensorflow")


def modules():
    """{dotted name inside nnlib: (source, is it a package's __init__)} for the whole house."""
    package = ROOT / "nnlib"
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[:2] == ("corpus", "cases"):
            continue  # wrong code on purpose: data, no part of the house
        opens = parts[-1] == "__init__"
        found[".".join(parts[:-1] if opens else parts)] = (path.read_text(encoding="utf-8"), opens)
    return found


HOUSE = modules()


def room_of(name):
    return name.split(".")[0]


def imported(name, source, opens, known):
    """(dotted name imported, line) for each import; names inside nnlib are resolved to its modules as 'nnlib.x.y'."""
    here = ["nnlib", *([*name.split(".")] if name else [])]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = here if opens else here[:-1]
                base = ".".join([*above[: len(above) - node.level + 1], *([base] if base else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield (full if full.removeprefix("nnlib.") in known else base), node.lineno


# ------------------------------------------------------------------ the rules: each returns its findings in words


def too_long(name, source, opens, known):
    n = len(source.splitlines())
    return [f"{n} lines, at most {MAX_LINES}: split the room"] if n > MAX_LINES else []


def no_door(name, source, opens, known):
    """The first docstring line is the sentence over the door."""
    doc = ast.get_docstring(ast.parse(source)) if source.strip() else None
    if not doc:
        return ["no docstring: one sentence belongs over the door"]
    first = doc.splitlines()[0]
    return (
        [] if first.endswith((".", "?")) and len(first.split()) >= 4 else [f"the first line is no sentence: {first!r}"]
    )


def undocumented(name, source, opens, known):
    """Public functions, classes and methods with no docstring."""
    found = []
    for node in ast.parse(source).body:
        inner = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else []
        for item in [node, *inner]:
            named = isinstance(item, (ast.FunctionDef, ast.ClassDef)) and not item.name.startswith("_")
            if named and not ast.get_docstring(item):
                found.append(f"{item.name} has no docstring")
    return found


def upward(name, source, opens, known):
    """Imports that lead upstairs, or out by the front door and in again."""
    if not name:
        return []  # nnlib/__init__.py is the shop window: it shows every floor
    if room_of(name) not in FLOOR:
        return [f"{room_of(name)} stands on no floor: add it to FLOORS"]
    found = []
    for target, line in imported(name, source, opens, known):
        if target == "nnlib":
            found.append(f"line {line} imports from nnlib itself, which hides the room that is meant")
        elif target.startswith("nnlib."):
            other = room_of(target.removeprefix("nnlib."))
            if FLOOR.get(other, -1) > FLOOR[room_of(name)]:
                found.append(f"line {line} imports {other}, which is upstairs")
    return found


def foreign(name, source, opens, known):
    """Drawing and widgets outside their room, and what only tests may use."""
    found = []
    for target, line in imported(name, source, opens, known):
        top = target.split(".")[0]
        if top in NEVER or (top in ONLY_IN and room_of(name) not in ONLY_IN[top]):
            found.append(f"line {line} imports {top}")
    return found


def starred(name, source, opens, known):
    """Star imports."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    return [f"line {node.lineno} imports a star" for node in nodes if any(a.name == "*" for a in node.names)]


def swallowed(name, source, opens, known):
    """Handlers that hear an exception and do nothing; a learner's stop button is no fault and may end a loop."""
    handlers = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ExceptHandler))
    return [
        f"line {node.lineno} swallows an exception"
        for node in handlers
        if node.type is None
        or (all(isinstance(x, ast.Pass) for x in node.body) and getattr(node.type, "id", "") != "KeyboardInterrupt")
    ]


RULES = (too_long, no_door, undocumented, upward, foreign, starred, swallowed)


def means_over_samples(source):
    """The lines of a module on which something is divided by the number of samples, T, by hand."""

    def counts_samples(node):
        return (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len") or any(
            isinstance(x, ast.Name) and x.id == "T" or isinstance(x, ast.Attribute) and x.attr == "shape"
            for x in ast.walk(node)
        )

    divisions = (n for n in ast.walk(ast.parse(source)) if isinstance(n, (ast.BinOp, ast.AugAssign)))
    return [
        n.lineno
        for n in divisions
        if isinstance(n.op, ast.Div) and counts_samples(getattr(n, "right", None) or n.value)
    ]


def circles(house):
    """Chains of imports that come back to where they began; submodules of one room count as themselves."""
    arrows = {
        name: {
            target.removeprefix("nnlib.")
            for target, _ in imported(name, source, opens, house)
            if target.startswith("nnlib.") and target.removeprefix("nnlib.") != name
        }
        for name, (source, opens) in house.items()
        if name
    }
    found = []

    def walk(name, path):
        for target in sorted(arrows.get(name, ())):
            if target in path:
                circle = path[path.index(target) :]
                if circle[0] == min(circle):
                    found.append(" -> ".join([*circle, target]))
            elif (name, target) not in seen:
                seen.add((name, target))
                walk(target, [*path, target])

    for name in sorted(arrows):
        seen = set()
        walk(name, [name])
    return sorted(set(found))


# ------------------------------------------------------------------ the house keeps them


@pytest.mark.parametrize("name", HOUSE, ids=lambda name: name or "nnlib")
def test_house(name):
    source, opens = HOUSE[name]
    found = [finding for rule in RULES for finding in rule(name, source, opens, HOUSE)]
    assert not found, "\n".join(found)


def test_every_module_of_the_core_has_fewer_than_200_lines():
    long = {path.name: n for path in (ROOT / "nnlib").glob("*.py") if (n := len(path.read_text().splitlines())) >= 200}
    assert not long


def test_every_public_function_is_annotated():
    import nnlib
    from nnlib import curvature, fates, sweep

    public = {name: getattr(nnlib, name) for name in nnlib.__all__ if name != "diagnose"}
    public |= {name: getattr(curvature, name) for name in curvature.__all__}
    public |= {"sweep": sweep.sweep, "outputs": sweep.outputs, "fate": fates.fate, "classify": fates.classify}
    bare = {}
    for name, item in public.items():
        if inspect.isfunction(item):
            signature = inspect.signature(item)
            missing = [
                p.name for p in signature.parameters.values() if p.annotation is p.empty and p.kind != p.VAR_KEYWORD
            ]
            if missing or signature.return_annotation is signature.empty:
                bare[name] = missing
    assert not bare


def test_the_checks_before_a_commit_are_those_of_the_ci_run():
    run, commit = (ROOT / ".ci/run").read_text(), (ROOT / ".pre-commit-config.yaml").read_text()
    for command in ("ruff check", "ruff format --check", "mypy"):
        assert f"python -m {command}" in run and f"entry: python -m {command}" in commit


def test_no_circles():
    assert circles(HOUSE) == []


CORE = (
    "functions", "costs", "network", "layers", "descent", "hessian", "curvature", "in_place", "abreast", "sweep",
)  # fmt: skip


def test_the_mean_over_samples_stands_once():
    assert {name: len(found) for name in CORE if (found := means_over_samples(HOUSE[name][0]))} == {"costs": 1}


def test_ruff():
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "."], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"


# ------------------------------------------------------------------ the rules, tried on what they must reject

DOOR = '"""A room with one sentence over its door."""\n'
PLANTED = {
    "251 lines": (too_long, "network", DOOR + "\n" * 250),
    "no docstring": (no_door, "network", "x = 1\n"),
    "an empty file": (no_door, "network", ""),
    "no sentence": (no_door, "network", '"""Network"""\n'),
    "a function with none": (undocumented, "network", DOOR + "def f():\n    return 1\n"),
    "a method with none": (
        undocumented,
        "network",
        DOOR + 'class A:\n    """One."""\n    def f(self):\n        return 1\n',
    ),
    "upstairs": (upward, "functions", DOOR + "from nnlib import network\n"),
    "upstairs by name": (upward, "network", DOOR + "from nnlib.show.film import film\n"),
    "upstairs inside a function": (upward, "descent", DOOR + "def f():\n    import nnlib.doctor\n"),
    "upstairs by dots": (upward, "network", DOOR + "from .doctor import diagnose\n"),
    "by the front door": (upward, "doctor", DOOR + "from nnlib import forward\n"),
    "a room on no floor": (upward, "attic", DOOR),
    "matplotlib downstairs": (foreign, "descent", DOOR + "import matplotlib.pyplot as plt\n"),
    "widgets in the lessons": (foreign, "lessons.quiz", DOOR + "from ipywidgets import HTML\n"),
    "torch": (foreign, "sweep", DOOR + "import torch\n"),
    "a star": (starred, "network", DOOR + "from numpy import *\n"),
    "a swallowed exception": (swallowed, "network", DOOR + "try:\n    x = 1\nexcept ValueError:\n    pass\n"),
    "a bare except": (swallowed, "network", DOOR + "try:\n    x = 1\nexcept:\n    x = 2\n"),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_planted_bug_is_found(bug):
    rule, name, source = PLANTED[bug]
    assert rule(name, source, False, {**HOUSE, "show.film": ("", False)})


def test_each_rule_has_a_planted_bug():
    assert {rule for rule, *_ in PLANTED.values()} == set(RULES)


def test_a_planted_circle_is_found():
    there, back = (DOOR + "from nnlib import rules\n", False), (DOOR + "from nnlib.descent import train\n", False)
    assert circles({"descent": there, "rules": back}) == ["descent -> rules -> descent"]


def test_a_second_mean_is_found():
    source = HOUSE["network"][0]
    assert len(means_over_samples(source.replace("dZ.sum(axis=0)", "dZ.sum(axis=0) / len(dZ)"))) == 1
    assert len(means_over_samples(source.replace("db[l] = dZ.sum(axis=0)", "T = 4; db[l] = dZ.sum(axis=0) / T"))) == 1


def test_links_inside_the_project_lead_somewhere():
    """Relative links of every Markdown page and lesson; a planted one that leads nowhere is found."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "docs").rglob("*.md")]
    broken = [f"{page.name}: {link}" for page in pages for link in dead_links(page.read_text(encoding="utf-8"), page)]
    assert not broken, "\n".join(broken)
    assert dead_links("[gone](nowhere.md)", ROOT / "README.md") == ["nowhere.md"]
    assert dead_links("[here](pyproject.toml#x) [out](https://a.example) [in](#part)", ROOT / "README.md") == []


def dead_links(text, page: Path):
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    local = (link for link in links if not re.match(r"[a-z]+:|#|//", link))
    return [link for link in local if not (page.parent / link.split("#")[0].replace("%20", " ")).exists()]
