"""Binder as far as it can be proved without its servers: the generated steps, and that a visitor lands on lesson 0."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import binderfile
import pytest
from conftest import ROOT, leave_out

from nnlib.publish.address import Address

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


def turn(path, old, new):
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


PYTHON, CACHED = "Python is not 3.12", "no layer of them is kept"
MEMORY, TAKING = "more memory than it needs", "goes on taking memory"
TABS, KERNELS = "jupyter/labconfig/default_setting_overrides.json", "jupyter/jupyter_server_config.d/idle_kernels.json"
# a bug: the file in binder/, what is replaced in it ("" for all, None for the file itself) and by what, and the words for it
PLANTED = {
    "no Python named": ("runtime.txt", None, "", PYTHON),
    "another Python": ("runtime.txt", "", "python-3.11\n", PYTHON),
    "the project among the requirements": ("requirements.txt", "", "numpy\n-e .\n", CACHED),
    "no postBuild": ("postBuild", None, "", "postBuild does not run"),
    "kernels that outlive their tab": (TABS, None, "", TAKING),
    "kernels ended under the reader's eyes": (KERNELS, "false", "true", TAKING),
    "settings that are not installed": ("postBuild", "cp -r binder/jupyter", "ls", TAKING),
    "a kernel that is not installed": ("postBuild", "cp -r binder/kernels", "ls", MEMORY),
    "a kernel with a pool for each thread": ("kernels/python3/kernel.json", '"MALLOC_ARENA_MAX": "1",', "", MEMORY),
    "a kernel with a thread for each processor": ("kernels/python3/kernel.json", "OPENBLAS", "OTHER", MEMORY),
    "a postBuild that installs all again": (
        "postBuild",
        "",
        "#!/bin/bash\npip install .\n",
        "without its dependencies",
    ),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_planted_bug_is_found(copy, bug):
    name, old, new, words = PLANTED[bug]
    path = copy / "binder" / name
    if old is None:
        path.unlink()
    else:
        turn(path, old or path.read_text("utf-8"), new)
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
    link = Address("someone/lessons").binder("00_win_and_break")
    badge = re.search(r"mybinder\.org/v2/gh/someone/lessons/[^?]+\?urlpath=([^)\s]+)", link)
    assert badge and badge[1] == f"lab/tree/{FIRST}"
    assert (ROOT / FIRST).exists()


def test_the_server_understands_its_settings():
    """The names are Jupyter's own: a setting that it does not know would be passed over in silence."""
    manager = pytest.importorskip("jupyter_server.services.kernels.kernelmanager").MappingKernelManager
    given = json.loads((ROOT / "binder/jupyter/jupyter_server_config.d/idle_kernels.json").read_text("utf-8"))
    (settings,) = given.values()
    for name, value in settings.items():
        assert type(value) is type(manager.class_traits()[name].default_value), name
    schema = Path(sys.prefix) / "share/jupyter/lab/schemas/@jupyterlab/notebook-extension/tracker.json"
    if not schema.exists():
        pytest.skip("NOT RUN: JupyterLab is not installed beside this Python")
    known = json.loads(schema.read_text("utf-8"))["properties"]
    given = json.loads((ROOT / "binder/jupyter/labconfig/default_setting_overrides.json").read_text("utf-8"))
    assert set(given["@jupyterlab/notebook-extension:tracker"]) <= set(known)


# What a cell leaves: circles with pixels in them, as figures are, and the words that tell whether all is as it should be.
LEAVE = """
import os, sys, weakref
import numpy as np
class Circle: pass
kept = Circle(); kept.me, kept.pixels = kept, np.ones(2**20)
watch = weakref.ref(kept)
more = [[] for _ in range(50_000)]
del kept, more
"""
LOOK = """
print("freed", watch() is None, "| debugger", "pydevd" in sys.modules, "| pools", os.environ["MALLOC_ARENA_MAX"])
"""


def told_by_kernel(folder):
    """What LOOK prints, a cell after LEAVE, in the kernel whose specification is in `folder`/python3."""
    specs = pytest.importorskip("jupyter_client.kernelspec").KernelSpecManager(kernel_dirs=[str(folder)])
    manager = pytest.importorskip("jupyter_client").KernelManager(kernel_spec_manager=specs, kernel_name="python3")
    manager.start_kernel()
    client, heard = manager.client(), []
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        for code in (LEAVE, LOOK):
            client.execute_interactive(code, timeout=60, output_hook=lambda message: heard.append(message["content"]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(content.get("text", "") for content in heard)


def test_the_kernel_of_an_open_lesson_holds_little():
    said = told_by_kernel(ROOT / "binder/kernels")
    assert said == "freed True | debugger False | pools 1\n"


@pytest.mark.parametrize(
    "line, words",
    [
        ('app.shell.events.register("post_run_cell", tidy)', "freed False"),
        ('sys.modules["debugpy"] = None', "debugger True"),
    ],
)
def test_the_kernel_needs_each_line(tmp_path, line, words):
    if "debugger" in words:
        pytest.importorskip("debugpy")
    shutil.copytree(ROOT / "binder/kernels", tmp_path / "kernels")
    turn(tmp_path / "kernels/python3/kernel.py", line, "pass")
    assert words in told_by_kernel(tmp_path / "kernels")


def test_a_lesson_without_a_graph_does_not_load_matplotlib():
    code = "import sys, nnlib.lessons, nnlib.show.table; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
