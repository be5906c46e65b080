"""The contract of the lessons, the command that stores them, and the comparison itself, each tried on planted bugs."""

import errno
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from conftest import ROOT, _result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nnlib.publish import PublishError, contract, films, notebooks

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_lessons():
    assert LESSONS, "no notebook in notebooks/: the contract below would hold of nothing"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_contract(path):
    found = contract.faults(notebooks.read(path))
    assert not found, "\n".join(found)


# ------------------------------------------------------------------ the contract, tried on what it must reject


def spoil(code=None, **change):
    """A planted bug: replaces parts of the last compared cell."""

    def plant(nb):
        cell = nb.cells[5]
        cell.source = code or cell.source
        for key, value in change.items():
            if key == "tags":
                cell.metadata["tags"] = value
            else:
                cell[key] = value

    return plant


def on(index, **change):
    return lambda nb: nb.cells[index].update(change)


def show(html, **more):
    return lambda nb: nb.cells[7].update(
        outputs=[_result("Figure", 4, **({"text/html": html} if html else {}), **more)]
    )


STDERR = [new_output("stream", name="stderr", text="Warning: overflow")]
ERROR = [new_output("error", ename="ValueError", evalue="no", traceback=[])]
PLANTED = {
    "never run": ("executed", spoil(execution_count=None)),
    "run out of order": ("executed", spoil(execution_count=7)),
    "an empty cell": ("executed", lambda nb: nb.cells.insert(6, new_code_cell("", execution_count=4))),
    "skipped by a tag": ("no_skips", spoil(tags=["nbval-skip"])),
    "skipped by a comment": ("no_skips", spoil("# NBVAL_SKIP\n2 + 2")),
    "stderr stored": ("no_errors", spoil(outputs=STDERR)),
    "a traceback stored": ("no_errors", spoil(outputs=ERROR)),
    "widget state": ("no_stored_state", lambda nb: nb.metadata.update(widgets={"state": {}})),
    "an author's kernel": ("plain_kernel", lambda nb: nb.metadata.kernelspec.update(name="my-env")),
    "an interpreter's version": ("plain_kernel", lambda nb: nb.metadata.language_info.update(version="3.11.7")),
    "a semicolon": ("no_silencers", spoil("2 + 2;")),
    "numbers ignored": ("ignored_are_pictures", spoil(tags=["nbval-ignore-output"])),
    "numbers ignored by a comment": ("ignored_are_pictures", spoil("# NBVAL_IGNORE_OUTPUT\n2 + 2")),
    "too little compared": ("compared", lambda nb: [nb.cells[i].update(outputs=[]) for i in (1, 3)]),
    "a long cell": ("short_cells", spoil("\n".join(["x = 1"] * 21))),
    "long cells everywhere": (
        "short_cells",
        lambda nb: [nb.cells[i].update(source="x = 1\n" * 5) for i in (1, 3, 5)],
    ),
    "many cells over ten lines": ("short_cells", spoil("x = 1\n" * 11)),
    "pip": ("clean_code", spoil("!pip install nnlib")),
    "magic pip": ("clean_code", spoil("x = 1\n%pip install nnlib")),
    "no title": ("headings_in_order", on(0, source="Add two numbers.")),
    "two titles": ("headings_in_order", on(4, source="# Again\n\nA second title stands here.")),
    "a level left out": ("headings_in_order", on(2, source="### Look\n\nA sum can be printed too.")),
    "an image with no words": ("figures_have_alt_text", show('<img src="x.png">')),
    "an image with empty words": ("figures_have_alt_text", show('<img alt=" " src="x.png">')),
    "a drawing with no label": ("figures_have_alt_text", show("<svg role=img><path/></svg>")),
    "a bare picture": ("figures_have_alt_text", show("", **{"image/png": "iVBORw0KGgo="})),
    "a widget with no still picture": (
        "figures_have_alt_text",
        show("", **{films.VIEW: {"model_id": "0" * 32}}),
    ),
    "a wordless picture in the text": ("figures_have_alt_text", on(2, source="Look at this once more ![](face.svg)")),
    "a wordless tag in the text": (
        "figures_have_alt_text",
        on(2, source='Look at this once more <img src="face.svg">'),
    ),
    "a picture in the HTML alone": ("shown_without_html", show('<img alt="C falls." src="x.png">')),
    "a drawing in the HTML": (
        "shown_without_html",
        show('<svg aria-label="C falls."><path/></svg>', **{"image/png": "iVBORw0KGgo="}),
    ),
    "an answer in a fold": ("shown_without_html", show("<details><summary>a. 1</summary>Right.</details>")),
    "code after code": ("words_before_code", lambda nb: nb.cells.pop(4)),
    "code after a heading": ("words_before_code", on(4, source="## Then the third one")),
}


def test_a_good_notebook_is_accepted(good_notebook):
    assert contract.faults(good_notebook) == []


@pytest.mark.parametrize("bug", PLANTED)
def test_planted_bug_is_rejected(bug, good_notebook):
    rule, plant = PLANTED[bug]
    plant(good_notebook)
    assert [fault for fault in contract.faults(good_notebook) if fault.startswith(f"{rule}: ")]


def test_each_rule_has_a_planted_bug():
    assert {rule for rule, _ in PLANTED.values()} == {rule.__name__ for rule in contract.RULES}


def test_ignored_pictures_hidden_drawings_and_fenced_headings_are_accepted(good_notebook):
    good_notebook.cells[7].metadata["tags"] = ["nbval-ignore-output"]
    drawing = '<svg role="img" aria-label="Two circles."><svg/></svg><svg aria-hidden="true"></svg>'
    show(drawing, **{films.VIEW: {"model_id": "0" * 32}})(good_notebook)
    good_notebook.cells[6].source = "A comment is no heading:\n\n```python\n# not a title\n```"
    assert [fault for fault in contract.faults(good_notebook) if not fault.startswith("shown_without_html")] == []


# ------------------------------------------------------------------ the command that runs and stores


@pytest.fixture
def draft(tmp_path):
    """A notebook as an author leaves it: run in pieces, under a kernel of their own."""
    nb = new_notebook(
        cells=[
            new_markdown_cell("# Draft\n\nThree sentences with code."),
            new_code_cell(
                "a = 20", execution_count=9, metadata={"ExecuteTime": {"start_time": "now"}, "tags": ["keep"]}
            ),
            new_code_cell("a + 1"),
            new_code_cell("import ipywidgets\nbox = ipywidgets.IntSlider()\nbox"),
            new_code_cell(
                "from IPython.display import display\n"
                "bundle = box._repr_mimebundle_()\n"
                "bundle['text/html'] = '<img alt=\"still\" src=\"\">'\n"
                "display(bundle, raw=True)"
            ),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "mine"}, "widgets": {"old": 1}, "title": "kept"},
    )
    path = tmp_path / "07_draft.ipynb"
    nbformat.write(nb, path)
    return path


def test_a_stored_notebook_is_complete_and_quiet(draft):
    before = notebooks.read(draft)
    assert notebooks.store_all([draft]) == 0
    after = notebooks.read(draft)
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]
    code = [cell for cell in after.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4]
    assert code[0].metadata == {"tags": ["keep"]}
    assert code[1].outputs[0].data["text/plain"] == "21"
    assert after.metadata.kernelspec == notebooks.KERNEL and after.metadata.title == "kept"
    assert "widgets" not in after.metadata and "version" not in after.metadata.language_info
    assert films.VIEW in code[2].outputs[0].data, "a widget with nothing else to show keeps its reference"
    assert films.VIEW not in code[3].outputs[0].data, "a still picture replaces the reference"
    assert [path.name for path in draft.parent.iterdir()] == [draft.name]
    first = draft.read_text()
    notebooks.store(draft)
    assert _without_model(draft.read_text()) == _without_model(first), "a second run changes nothing"


def _without_model(text):
    return [line for line in text.splitlines() if "model_id" not in line]


def test_a_failing_cell_is_named_and_nothing_is_lost(draft, capsys):
    nb = notebooks.read(draft)
    nb.cells[2].source = "a / 0"
    nbformat.write(nb, draft)
    before = draft.read_bytes()
    assert notebooks.store_all([draft]) == 1
    said = capsys.readouterr().out
    assert "07_draft" in said and "code cell 2 (cell 2 of all) raised ZeroDivisionError" in said and "| a / 0" in said
    assert "failed: 07_draft" in said
    assert draft.read_bytes() == before and [path.name for path in draft.parent.iterdir()] == [draft.name]


def test_a_dead_kernel_is_reported(draft):
    nb = notebooks.read(draft)
    nb.cells[1].source = "import os\nos._exit(1)"
    with pytest.raises(PublishError, match=r"code cell 1 .* raised DeadKernelError"):
        notebooks.execute(nb, draft.parent)


def test_a_home_folder_that_is_not_writable_is_handled(draft, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    for name in ("HOME", "USERPROFILE", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / "file" / "nowhere"))
    notebooks.store(draft)
    assert notebooks.read(draft).cells[2].outputs[0].data["text/plain"] == "21"


def test_a_kernel_that_cannot_start_is_reported(draft, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    before = draft.read_bytes()
    monkeypatch.setattr(notebooks.NotebookClient, "execute", refused)
    with pytest.raises(PublishError, match="kernel could not be started .*Permission denied.*JUPYTER_RUNTIME_DIR"):
        notebooks.store(draft)
    assert draft.read_bytes() == before


def test_a_missing_kernel_is_reported_and_an_interrupt_still_works(draft, monkeypatch):
    monkeypatch.setitem(notebooks.KERNEL, "name", "no-such-kernel")
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(PublishError, match="expected a kernel named"):
        notebooks.execute(notebooks.read(draft), draft.parent)
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    monkeypatch.undo()
    notebooks.execute(notebooks.read(draft), draft.parent)  # which the interrupt before it does not stop


@pytest.mark.parametrize(
    "module, step, fault, words",
    [
        (os, "fsync", errno.ENOSPC, r"07_draft.ipynb could not be stored .*No space left.* as it was"),
        (notebooks.tempfile, "mkstemp", errno.EACCES, "Permission denied.*allow writing"),  # chmod does not stop root
    ],
)
def test_a_disk_that_cannot_be_written_to_loses_nothing(draft, monkeypatch, module, step, fault, words):
    before = draft.read_bytes()

    def refused(*_, **__):
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(module, step, refused)
    with pytest.raises(PublishError, match=words):
        notebooks.write(notebooks.read(draft), draft)
    assert draft.read_bytes() == before and [path.name for path in draft.parent.iterdir()] == [draft.name]


def test_names_are_found_or_the_known_ones_are_listed(draft):
    folder = draft.parent
    for name in ("07", "07_draft", "07_draft.ipynb", str(draft)):
        assert notebooks.find([name], folder) == [draft]
    assert notebooks.find([], folder) == [draft]
    with pytest.raises(PublishError, match="'08' names 0 notebooks, expected one of: 07_draft"):
        notebooks.find(["08"], folder)
    with pytest.raises(PublishError, match="found none"):
        notebooks.find([], folder / "elsewhere")


def test_a_broken_file_is_reported(tmp_path):
    broken = tmp_path / "x.ipynb"
    broken.write_text("{")
    with pytest.raises(PublishError, match="expected a notebook"):
        notebooks.read(broken)


def test_the_command_lists_breaches(draft):
    command = [sys.executable, "-m", "nnlib.publish", "--folder", str(draft.parent), "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1 and "07_draft.ipynb: executed: cell 1 has execution count 9" in done.stdout
