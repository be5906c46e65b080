"""The style rules that can be checked by a program, each tried on the package and on a planted violation."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MAX_LINES = 250
ONLY_IN = {"matplotlib": ("show",), "ipywidgets": ("show",), "IPython": ("show", "lessons", "doctor")}
NEVER = ("torch", "jax", "sklearn", "dask", "scipy", "hypothesis", "pandas", "tensorflow")


def layers_of(text):
    """{module: height} of a drawing, whose lowest line has height 0.

    A module may import from its own layer and from those below, never from above, and there are no import cycles.
    """
    rows = [re.findall(r"\w+", re.split(r" {3,}", line.strip())[0]) for line in text.splitlines() if line[:4] == "    "]
    return {module: height for height, row in enumerate(reversed(rows)) for module in row}


LAYER = layers_of((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## The layers")[1].split("\n## ")[0])
DOCTOR = layers_of(importlib.import_module("nnlib.doctor").__doc__)  # the same for the parts of the doctor


def modules():
    """{dotted name inside nnlib: (source, is it a package's __init__)} for the whole package."""
    package = ROOT / "nnlib"
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[:2] == ("corpus", "cases"):
            continue  # wrong on purpose: these are data, not part of the package
        opens = parts[-1] == "__init__"
        found[".".join(parts[:-1] if opens else parts)] = (path.read_text(encoding="utf-8"), opens)
    return found


MODULES = modules()


def top_level(name):
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
    return [f"{n} lines, at most {MAX_LINES}: split the module"] if n > MAX_LINES else []


def no_sentence(name, source, opens, known):
    """The first line of the docstring is a sentence that says what the module holds."""
    doc = ast.get_docstring(ast.parse(source)) if source.strip() else None
    if not doc:
        return ["no docstring: begin with one sentence that says what the module holds"]
    first = doc.splitlines()[0]
    return (
        [] if first.endswith((".", "?")) and len(first.split()) >= 4 else [f"the first line is no sentence: {first!r}"]
    )


def upward(name, source, opens, known):
    """Imports from a higher layer, or from nnlib itself."""
    if not name:
        return []  # nnlib/__init__.py exports names of every layer
    if top_level(name) not in LAYER:
        return [f"{top_level(name)} is in no layer: add it to the drawing in CONTRIBUTING.md"]
    found = []
    for target, line in imported(name, source, opens, known):
        if target == "nnlib":
            found.append(f"line {line} imports from nnlib itself: name the module that defines it")
        elif target.startswith("nnlib."):
            known_as = target.removeprefix("nnlib.")
            for layer, here, other in (
                (LAYER, top_level(name), top_level(known_as)),
                (DOCTOR, part_of_doctor(name), part_of_doctor(known_as)),
            ):
                if layer.get(other, -1) > layer.get(here, len(layer)):
                    found.append(f"line {line} imports {other}, which is in a higher layer")
    return found


def part_of_doctor(name):
    """The file or folder of the doctor that a module lies in; "" for another one."""
    return "".join(name.split(".")[1:2]) if top_level(name) == "doctor" else ""


def foreign(name, source, opens, known):
    """Plotting and widget packages outside the modules that may import them, and packages that only tests may use."""
    found = []
    for target, line in imported(name, source, opens, known):
        top = target.split(".")[0]
        if top in NEVER or (top in ONLY_IN and top_level(name) not in ONLY_IN[top]):
            found.append(f"line {line} imports {top}")
    return found


RULES = (too_long, no_sentence, upward, foreign)


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


def cycles(modules):
    """Import cycles; the submodules of a package are counted one by one."""
    arrows = {
        name: {
            target.removeprefix("nnlib.")
            for target, _ in imported(name, source, opens, modules)
            if target.startswith("nnlib.") and target.removeprefix("nnlib.") != name
        }
        for name, (source, opens) in modules.items()
        if name
    }
    found = []

    def walk(name, path):
        for target in sorted(arrows.get(name, ())):
            if target in path:
                cycle = path[path.index(target) :]
                if cycle[0] == min(cycle):
                    found.append(" -> ".join([*cycle, target]))
            elif (name, target) not in seen:
                seen.add((name, target))
                walk(target, [*path, target])

    for name in sorted(arrows):
        seen = set()
        walk(name, [name])
    return sorted(set(found))


# ------------------------------------------------------------------ the package keeps the rules


@pytest.mark.parametrize("name", MODULES, ids=lambda name: name or "nnlib")
def test_module_keeps_the_rules(name):
    source, opens = MODULES[name]
    found = [finding for rule in RULES for finding in rule(name, source, opens, MODULES)]
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


def test_the_drawing_of_the_layers_holds_every_module_once():
    assert set(LAYER) == {top_level(name) for name in MODULES if name}
    drawn = re.findall(r"^    .*$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(LAYER) == sum(len(re.split(r" {3,}", line.strip())[0].split(",")) for line in drawn)


def test_the_drawing_of_the_doctor_holds_every_part():
    assert set(DOCTOR) == {part_of_doctor(name) for name in MODULES} - {"", "__main__"}


def test_the_paths_in_contributing_exist():
    """Files and folders in backquotes; a planted one that is not there is found."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert missing_paths(text) == [] and missing_paths("`nnlib/gone.py`") == ["nnlib/gone.py"]


def missing_paths(text):
    paths = re.findall(r"(?:(?<=`)|(?<= ))((?:nnlib|tests|notebooks|[.]ci)/[\w./]*)(?=[` ,])", text)
    return [path for path in paths if "NN" not in path and "CATEGORY" not in path and not (ROOT / path).exists()]


def test_no_import_cycles():
    assert cycles(MODULES) == []


CORE = (
    "functions", "costs", "network", "layers", "descent", "hessian", "curvature", "in_place", "sweep_loop", "sweep",
)  # fmt: skip


def test_the_mean_over_samples_stands_once():
    assert {name: len(found) for name in CORE if (found := means_over_samples(MODULES[name][0]))} == {"costs": 1}


def test_ruff():
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "."], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"


# ------------------------------------------------------------------ the rules, tried on what they must reject

DOCSTRING = '"""A module whose docstring is one sentence."""\n'
PLANTED = {
    "251 lines": (too_long, "network", DOCSTRING + "\n" * 250),
    "no docstring": (no_sentence, "network", "x = 1\n"),
    "an empty file": (no_sentence, "network", ""),
    "no sentence": (no_sentence, "network", '"""Network"""\n'),
    "a higher layer": (upward, "functions", DOCSTRING + "from nnlib import network\n"),
    "a higher layer, by name": (upward, "network", DOCSTRING + "from nnlib.show.film import film\n"),
    "a higher layer, inside a function": (upward, "descent", DOCSTRING + "def f():\n    import nnlib.doctor\n"),
    "a higher layer, by a relative import": (upward, "network", DOCSTRING + "from .doctor import diagnose\n"),
    "a higher part of the doctor": (upward, "doctor.words", DOCSTRING + "from nnlib.doctor.search import order\n"),
    "from nnlib itself": (upward, "doctor", DOCSTRING + "from nnlib import forward\n"),
    "a module in no layer": (upward, "unlisted", DOCSTRING),
    "matplotlib in a low layer": (foreign, "descent", DOCSTRING + "import matplotlib.pyplot as plt\n"),
    "widgets in the lessons": (foreign, "lessons.quiz", DOCSTRING + "from ipywidgets import HTML\n"),
    "torch": (foreign, "sweep", DOCSTRING + "import torch\n"),
}


@pytest.mark.parametrize(
    "code, source",
    [
        ("D103", "def f():\n    return 1\n"),
        ("D102", 'class A:\n    """One."""\n\n    def f(self):\n        return 1\n'),
        ("F403", "from numpy import *\n"),
        ("S110", "try:\n    x = 1\nexcept ValueError:\n    pass\n"),
        ("E722", "try:\n    x = 1\nexcept:\n    x = 2\n"),
    ],
)
def test_ruff_finds_a_planted_bug_in_the_package(code, source):
    command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", "nnlib/network.py", "-"]
    assert code in subprocess.run(command, input=DOCSTRING + source, capture_output=True, text=True, cwd=ROOT).stdout


@pytest.mark.parametrize("bug", PLANTED)
def test_planted_bug_is_found(bug):
    rule, name, source = PLANTED[bug]
    assert rule(name, source, False, {**MODULES, "show.film": ("", False)})


def test_each_rule_has_a_planted_bug():
    assert {rule for rule, *_ in PLANTED.values()} == set(RULES)


def test_a_planted_import_cycle_is_found():
    there, back = (
        (DOCSTRING + "from nnlib import rules\n", False),
        (DOCSTRING + "from nnlib.descent import train\n", False),
    )
    assert cycles({"descent": there, "rules": back}) == ["descent -> rules -> descent"]


def test_a_second_mean_is_found():
    source = MODULES["network"][0]
    assert len(means_over_samples(source.replace("sum_over_samples(dZ)", "dZ.sum(axis=0) / len(dZ)"))) == 1
    assert len(means_over_samples(source.replace("db[l] = sum", "T = 4; db[l] = 1 / T * sum"))) == 1


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
