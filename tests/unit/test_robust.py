"""Lessons in odd places: run twice, in another order, from folders and homes that nothing can be written to, on a full disk."""

import configparser
import copy
import logging
import os
import re
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from nnlib.publish import notebooks
from nnlib.show import matplotlib_messages

NOWHERE = "/proc/no-such-home"  # not even root can make a folder here
CLEANERS = configparser.ConfigParser(interpolation=None)
CLEANERS.read_string((ROOT / "tests" / "sanitize.cfg").read_text().partition("\n\n")[2])
PAIRS = [(section["regex"], section["replace"]) for name, section in CLEANERS.items() if name != "DEFAULT"]


def seen(cell):
    """What a reader sees of a cell's outputs, pictures by their words; '!' marks an error or anything on stderr."""
    found = []
    for output in cell.get("outputs", ()):
        if output.output_type in ("stream", "error"):
            bad = output.output_type == "error" or output.name == "stderr"
            found.append("!" * bad + (output.get("text") or "\n".join(output.traceback)))
        elif "text/html" in output.data or "text/plain" in output.data:
            found.append(output.data.get("text/html", output.data.get("text/plain")))
    text = "\n".join(found)
    for regex, replace in PAIRS:
        text = re.sub(regex, replace, text)
    return text.strip()


def lesson(number):
    return notebooks.read(next((ROOT / "notebooks").glob(f"{number:02d}_*.ipynb")))


def run(cells, folder, monkeypatch, tmp_path, **environment):
    """The cells as they come out of one new kernel that works in `folder`; nothing stops it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    fresh = [copy.deepcopy(cell) for cell in cells if cell.cell_type == "code"]
    for number, cell in enumerate(fresh):
        cell.id, cell.outputs = f"cell-{number}", []
    nb = new_notebook(cells=fresh)
    client = NotebookClient(
        nb,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
        allow_errors=True,
        coalesce_streams=True,
    )
    inherited = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR"}
    client.execute(env={**inherited, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", **environment})
    return nb.cells


def differing(stored, again):
    """(source, stored, now) for each cell that shows something else than the notebook on disk."""
    code = [cell for cell in stored if cell.cell_type == "code"]
    assert len(code) == len(again) > 0
    pairs = ((old.source, seen(old), seen(new)) for old, new in zip(code, again))
    return [(source, before, now) for source, before, now in pairs if before != now]


@pytest.mark.full
def test_lessons_in_any_order_and_twice_in_one_kernel(monkeypatch, tmp_path):
    """The last lesson first, all in one kernel and one namespace, then Run All once more: every word as stored."""
    stored = [cell for number in (10, 4, 0, 10, 4, 0) for cell in lesson(number).cells]
    assert differing(stored, run(stored, tmp_path, monkeypatch, tmp_path)) == []


def test_a_cell_that_depends_on_the_order_is_found(monkeypatch, tmp_path):
    """The planted bug: state that a first run leaves behind."""
    source = "import nnlib\nnnlib.seen = getattr(nnlib, 'seen', 0) + 1\nprint(nnlib.seen)"
    once = [new_code_cell(source, outputs=[nbformat.v4.new_output("stream", name="stdout", text="1\n")])]
    (found,) = differing(once * 2, run(once * 2, tmp_path, monkeypatch, tmp_path))
    assert found == (source, "1", "2")


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="NOT RUN: needs a folder that even root cannot write to")
@pytest.mark.full
@pytest.mark.parametrize("number", [0, 5])
def test_no_home_folder_and_one_that_is_not_writable(number, monkeypatch, tmp_path):
    """Not a word on stderr inside the lesson, and every output as stored."""
    with pytest.raises(OSError):
        os.mkdir(NOWHERE)
    stored = lesson(number).cells
    assert differing(stored, run(stored, "/proc", monkeypatch, tmp_path, HOME=NOWHERE)) == []


def test_only_the_notes_about_the_machine_are_dropped():
    logger = logging.getLogger("matplotlib")
    assert logger.filters.count(matplotlib_messages.about_the_machine) == 1, "once, however often it is called"
    matplotlib_messages.quiet()
    assert logger.filters.count(matplotlib_messages.about_the_machine) == 1

    def passes(name, text):
        logger = logging.getLogger(name)
        return bool(logger.filter(logging.LogRecord(name, logging.WARNING, "", 0, text, (), None)))

    for name in ("matplotlib", "matplotlib.font_manager"):
        assert not passes(name, "Matplotlib is building the font cache; this may take a moment.")
        assert not passes(name, "/x is not a writable directory") and not passes(name, "mkdir -p failed for path /x")
        assert passes(name, "findfont: Font family 'Nonesuch' not found."), "the rest is news of the figure"
    assert passes("matplotlib.image", "Matplotlib is building the font cache"), "other loggers are left alone"


def test_a_learners_prediction_stays_with_its_question_and_no_other():
    """Two lessons in one process, and the same lesson opened twice: choices do not wander."""
    from nnlib.lessons import Lesson

    first, other = Lesson(4), Lesson(0)
    name, question = next((name, q) for name, q in first.questions.items() if "review" not in name)
    kept = question.choice
    try:
        first.predict(name, "b")
        assert Lesson(4).questions[name].choice == "b", "Run All again quotes the same prediction"
        assert all(q.choice is None for key, q in other.questions.items())
        assert all(q.choice is None for key, q in first.questions.items() if key != name)
    finally:
        question.choice = kept


SMALL = """import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"""


@pytest.mark.skipif(sys.platform == "win32", reason="NOT RUN: Windows has no limit on the size of a file")
def test_a_disk_that_is_full_half_way_through_leaves_the_stored_notebook(tmp_path):
    """The command as it is typed, with a limit that the operating system itself enforces in the middle of the write."""
    path = tmp_path / "07_draft.ipynb"
    nb = new_notebook(cells=[new_code_cell(r"print(('x' * 79 + '\n') * 2_500)")])
    nbformat.write(nb, path)
    before = path.read_bytes()
    command = ["-m", "nnlib.publish", "--folder", str(tmp_path), "notebooks", "07"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SMALL, *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "07_draft.ipynb could not be stored" in done.stdout and "the stored notebook is as it was" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == [path.name]
