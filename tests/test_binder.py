"""Binder as far as it can be proved without its servers: the generated steps, and that a visitor lands on lesson 0."""

import re
import shutil

import binderfile
import pytest
from conftest import ROOT, leave_out

FIRST = "notebooks/00_win_and_break.ipynb"


@pytest.fixture
def copy(request, tmp_path):
    """What Binder reads of the project, to be spoiled."""
    if binderfile.missing():
        leave_out(request.config, "the steps that Binder takes", binderfile.missing())
    shutil.copytree(ROOT / "binder", tmp_path / "project" / "binder")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "project")
    return tmp_path / "project"


def test_the_steps_are_as_meant(request):
    if binderfile.missing():
        leave_out(request.config, "the steps that Binder takes", binderfile.missing())
    assert binderfile.faults(ROOT) == []


PLANTED = {
    "no Python named": (lambda p: (p / "binder/runtime.txt").unlink(), "Python is not 3.12"),
    "another Python": (lambda p: (p / "binder/runtime.txt").write_text("python-3.11\n"), "Python is not 3.12"),
    "the project among the requirements": (
        lambda p: (p / "binder/requirements.txt").write_text("numpy\n-e .\n"),
        "no layer of them is kept",
    ),
    "no postBuild": (lambda p: (p / "binder/postBuild").unlink(), "postBuild does not run"),
    "a postBuild that installs all again": (
        lambda p: (p / "binder/postBuild").write_text("#!/bin/bash\npip install .\n"),
        "without its dependencies",
    ),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_planted_bug_is_found(copy, bug):
    plant, words = PLANTED[bug]
    plant(copy)
    assert any(words in fault for fault in binderfile.faults(copy))


def test_an_unspoiled_copy_is_accepted(copy):
    assert binderfile.faults(copy) == []


def test_binder_installs_what_the_library_needs():
    """Each need of pyproject.toml stands in binder/requirements.txt, but for Jupyter itself, which Binder brings."""
    needs = re.search(r"^dependencies = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M | re.S)[
        1
    ]
    wanted = {need for need in re.findall(r'"([^"]+)"', needs) if not need.startswith("jupyter")}
    lines = (ROOT / "binder/requirements.txt").read_text(encoding="utf-8").split()
    assert wanted <= set(lines)
    assert all(re.fullmatch(r"[\w.-]+(\[[\w,]+\])?([<>=!~]=?[\w.*]+)*", line) for line in lines), (
        "plain lines alone are cached"
    )


def test_a_visitor_lands_on_lesson_0():
    badge = re.search(
        r"mybinder\.org/v2/gh/[^/]+/[^/]+/[^?]+\?urlpath=([^)\s]+)", (ROOT / "README.md").read_text("utf-8")
    )
    assert badge and badge[1] == f"lab/tree/{FIRST}"
    assert (ROOT / FIRST).exists()
