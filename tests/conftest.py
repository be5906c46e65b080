"""Fixtures: notebooks to try things on, and a clear notice of every part that was not run."""

import os
import signal
from pathlib import Path

import chromium
import nbformat
import pytest
from executed import Executed
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as a shell leaves it for what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # some tests interrupt themselves

ROOT = Path(__file__).parents[1]
PARTS_LEFT_OUT = pytest.StashKey[dict]()


def pytest_configure(config):
    config.stash[PARTS_LEFT_OUT] = {}
    cleaner = config.option.nbval_sanitize_with
    if cleaner and not Path(cleaner).exists():  # pytest may be started from another folder
        config.option.nbval_sanitize_with = str(ROOT / cleaner)


LONGEST = (
    "test_site", "test_outputs", "test_in_jupyterlab", "test_brought", "test_checkup", "test_named", "test_holdout",
    "test_strange_objects", "test_command", "test_repair", "test_opening", "test_corpus", "test_robust", "test_notebooks",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """The files that take longest come first, so that the processes of pytest-xdist end together."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def notebooks_of(number: int) -> list[Path]:
    """The notebooks that belong to lesson `number`: a lesson may be split, and may have an appendix."""
    return [
        path for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if f"Lesson({number})" in path.read_text("utf-8")
    ]


def leave_out(config, part, reason):
    """Skip this test, and say so in red at the end; fail instead where NNLIB_DEMAND_BROWSER=1 demands everything."""
    if os.environ.get("NNLIB_DEMAND_BROWSER") == "1":
        pytest.fail(f"{part}: {reason}, and NNLIB_DEMAND_BROWSER=1 demands it", pytrace=False)
    config.stash[PARTS_LEFT_OUT][part] = reason
    pytest.skip(f"{part} NOT RUN: {reason}")


def pytest_terminal_summary(terminalreporter, config):
    for part, reason in config.stash[PARTS_LEFT_OUT].items():
        terminalreporter.write_line(f"NOT RUN: {part}: {reason}", red=True, bold=True)


@pytest.fixture(scope="session")
def executed(tmp_path_factory, worker_id):
    """executed(path): the notebook as a run of this session left it, the same for every process of the session."""
    base = tmp_path_factory.getbasetemp()
    return Executed((base if worker_id == "master" else base.parent) / "executed")


@pytest.fixture(scope="session")
def node(request):
    """Asked for by what builds a site: without Node.js it is left out."""
    if chromium.without_node():
        leave_out(request.config, "the static site", chromium.without_node())


@pytest.fixture(scope="module")
def browser(request):
    """A headless browser for the tests of one file."""
    if chromium.missing():
        leave_out(request.config, f"{request.module.__name__}, in a real browser", chromium.missing())
    with chromium.running() as running:
        yield running


@pytest.fixture
def good_notebook():
    """A stored notebook that keeps the whole contract; each planted bug breaks one rule of it."""
    picture = '<img alt="The cost falls from 0.25 to 0.01." src="data:image/png;base64,iVBORw0KGgo=">'
    nb = new_notebook(
        cells=[
            new_markdown_cell("# Add two numbers\n\nYou will add and look."),
            new_code_cell("1 + 1", execution_count=1, outputs=[_result("2", 1)]),
            new_markdown_cell("## Look\n\nA sum can be printed too."),
            new_code_cell("print(3)", execution_count=2, outputs=[new_output("stream", name="stdout", text="3\n")]),
            new_markdown_cell("The third one is compared as well."),
            new_code_cell("2 + 2", execution_count=3, outputs=[_result("4", 3)]),
            new_markdown_cell("At last a figure with its words."),
            new_code_cell(
                "show()",
                execution_count=4,
                outputs=[_result("Figure", 4, **{"text/html": picture, "image/png": "iVBORw0KGgo="})],
            ),
        ]
    )
    nb.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nb.metadata.language_info = {"name": "python"}
    nbformat.validate(nb)
    return nb


def _result(text, count, **more):
    return new_output("execute_result", data={"text/plain": text, **more}, execution_count=count)
