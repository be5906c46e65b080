"""The steps that Binder would take to build this project, as repo2docker writes them, without building anything."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path


def missing():
    """Why the steps cannot be generated here, in words; None where they can."""
    return None if _program() else "jupyter-repo2docker is not installed (pip install jupyter-repo2docker)"


def _program():
    beside = Path(sys.executable).with_name("jupyter-repo2docker")
    return str(beside) if beside.exists() else shutil.which("jupyter-repo2docker")


def steps(folder):
    """[(instruction, its text)] in order, for the project in `folder`."""
    command = [_program(), "--no-build", "--debug", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    text = done.stdout + done.stderr  # the file is printed on either, by version
    if done.returncode or "\nFROM " not in text:
        raise RuntimeError(f"repo2docker failed with code {done.returncode}:\n{text[-2000:]}")
    text = re.sub(r"^\s*#.*\n", "", text[text.index("\nFROM ") :], flags=re.MULTILINE).replace("\\\n", " ")
    return re.findall(r"^(FROM|RUN|COPY|ENV|USER|WORKDIR|CMD|ENTRYPOINT)\s+(.*)$", text, flags=re.MULTILINE)


def faults(folder, python="3.12"):
    """What of our intentions is not in the steps for `folder`: an empty list is a Binder build as it is meant."""
    taken = steps(folder)
    whole = [
        i for i, (kind, text) in enumerate(taken) if kind == "COPY" and re.search(r"\S+/ \$\{REPO_DIR\}/\s*$", text)
    ]
    needs = [
        i
        for i, (kind, text) in enumerate(taken)
        if kind == "RUN" and "pip install" in text and "requirements.txt" in text
    ]
    after = [i for i, (kind, text) in enumerate(taken) if kind == "RUN" and text.strip() == "./binder/postBuild"]
    found = []
    if not any(f"py-{python}" in readable(text) for kind, text in taken if kind == "COPY"):
        found.append(f"Python is not {python}")
    if len(whole) != 1:
        found.append(f"the project is copied {len(whole)} times, expected once")
    elif not needs or needs[0] > whole[0]:
        found.append("the requirements are not installed before the project is copied, so no layer of them is kept")
    if not after or (whole and after[0] < whole[0]):
        found.append("postBuild does not run after the project is copied")
    if not (Path(folder) / "binder/postBuild").is_file() or "pip install --no-deps -e ." not in (
        Path(folder) / "binder/postBuild"
    ).read_text(encoding="utf-8"):
        found.append("postBuild does not install the library without its dependencies")
    if not _spares_memory(Path(folder) / "binder"):
        found.append("the kernel of a closed lesson goes on taking memory")
    if not _installs_kernel(Path(folder) / "binder"):
        found.append("the kernel of an open lesson takes more memory than it needs")
    return found


def _spares_memory(binder):
    """Does closing a lesson end its kernel, at once by its tab and later by its page, and no kernel that is still seen?"""
    try:
        lab = json.loads((binder / "jupyter/labconfig/default_setting_overrides.json").read_text("utf-8"))
        server = json.loads((binder / "jupyter/jupyter_server_config.d/idle_kernels.json").read_text("utf-8"))
        copied = "cp -r binder/jupyter/. " in (binder / "postBuild").read_text("utf-8")
    except OSError:
        return False
    idle = server["MappingKernelManager"]
    closed = lab["@jupyterlab/notebook-extension:tracker"]["kernelShutdown"] is True
    return copied and closed and idle["cull_connected"] is False and 0 < idle["cull_idle_timeout"] <= 1800


def _installs_kernel(binder):
    """Is the lean kernel put where Jupyter looks for the one named python3, with one pool of memory and one thread?"""
    try:
        spec = json.loads((binder / "kernels/python3/kernel.json").read_text("utf-8"))
        copied = 'cp -r binder/kernels/. "$prefix/share/jupyter/kernels/"' in (binder / "postBuild").read_text("utf-8")
        there = (binder / "kernels/python3/kernel.py").is_file()
    except OSError:
        return False
    variables = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
    return copied and there and spec["argv"][1] == "{resource_dir}/kernel.py" and spec["env"] == variables


def readable(text):
    """A path in which repo2docker has written odd characters as their codes (-2e for a dot)."""
    return re.sub(r"-([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), text)
