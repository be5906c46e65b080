"""The head of a published notebook, and the buttons of the README."""

import copy

import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_markdown_cell

from nnlib.publish import buttons, contract, notebooks
from nnlib.publish.address import Address
from nnlib.publish.page import Page, Place

KNOWN = Address("someone/lessons")


def test_the_head_is_put_once_and_taken_out_again(good_notebook):
    before = copy.deepcopy(good_notebook)
    for _ in range(2):
        buttons.put_head(good_notebook, KNOWN, "00_t")
    assert len(good_notebook.cells) == len(before.cells) + 2 and good_notebook.cells[0] == before.cells[0]
    nbformat.validate(good_notebook)
    for part in ("someone.github.io/lessons/00_t.html", "colab.research.google.com/github/someone", "mybinder.org"):
        assert part in good_notebook.cells[1].source
    assert "--no-deps git+https://github.com/someone/lessons@v" in good_notebook.cells[2].source
    assert buttons.put_head(good_notebook, Address(""), "00_t").cells == before.cells


def test_a_published_notebook_keeps_the_contract_and_runs_without_installing(good_notebook, tmp_path):
    good_notebook.cells[-1].source = "'a figure'"
    good_notebook.cells.insert(1, new_markdown_cell("Words before the first sum."))
    nb = notebooks.execute(buttons.put_head(good_notebook, KNOWN, "00_t"), tmp_path)
    assert nb.cells[2].outputs == [] and contract.faults(notebooks.tidy(nb)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cells: cells[2].update(source="%pip install -q nnlib"),
        lambda cells: cells[3].update(source=cells[2].source),
        lambda cells: cells[2].metadata.update(tags=[]),
    ],
)
def test_any_other_installing_cell_breaks_the_contract(good_notebook, spoil):
    nb = buttons.put_head(good_notebook, KNOWN, "00_t")
    assert not list(contract.clean_code(nb))
    spoil(nb.cells)
    assert list(contract.clean_code(nb))


def test_a_page_does_not_show_the_head(good_notebook):
    body = Page(buttons.put_head(good_notebook, KNOWN, "00_t"), Place("00_t", KNOWN, ())).body
    assert "colab" not in body and "find_spec" not in body and "Add two numbers" in body


def test_the_readme_has_buttons_only_where_the_owner_is_known():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert buttons.in_readme(text, Address(""), "00_t") == text and "OWNER" not in text
    known = buttons.in_readme(text, KNOWN, "00_t")
    assert "[Live page](https://someone.github.io/lessons/)" in known, "the first page"
    assert "colab-badge" in known and buttons.in_readme(known, Address(""), "00_t") == text
