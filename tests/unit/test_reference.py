"""The reference of the public functions, and the links that lead there from the code of the lessons."""

import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import nnlib
from nnlib.publish import notebooks, reference
from nnlib.publish.address import Address
from nnlib.publish.page import Page, Place


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    reference.write(folder / "reference")
    return folder


def test_every_link_of_a_lesson_leads_to_a_function_that_is_described(folder):
    sources = [cell.source for path in (ROOT / "notebooks").glob("*.ipynb") for cell in notebooks.read(path).cells]
    found = {place for source in sources for place in reference.places(source).values()}
    assert len(found) > 20
    for place in found:
        path, _, name = place.partition("#")
        assert f'id="{name}"' in (folder / path).read_text(encoding="utf-8"), place


def test_every_public_function_is_described_by_its_docstring(folder):
    page = (folder / "reference" / "nnlib.html").read_text(encoding="utf-8")
    sections = {name: page.split(f'<section id="{name}">')[1].split("</section>")[0] for name in nnlib.__all__}
    described = {name for name, section in sections.items() if 'class="docstring"' in section}
    assert described == set(nnlib.__all__) - {"__version__"}


def test_public_names_alone_have_a_place():
    source = "from nnlib import cost, np, unknown\nfrom nnlib.rules import adam, np\nfrom nnlib.show import Scene\nnnlib.step(1)"
    assert reference.places(source) == {
        "cost": "reference/nnlib.html#cost",
        "adam": "reference/nnlib/rules.html#adam",
        "step": "reference/nnlib.html#step",
    }
    assert reference.places("%pip install x\nfrom nnlib import cost") == {}, "a magic command is no Python"


def test_a_function_leads_to_the_reference_where_it_first_appears():
    cells = [new_markdown_cell("# T"), *(new_code_cell("from nnlib import cost\n\ncost(1)") for _ in range(2))]
    body = Page(new_notebook(cells=cells), Place("00_t", Address(""), ())).body
    assert body.count("cost</a>") == body.count('href="reference/nnlib.html#cost"') == 1
    assert body.index("<a href") < body.index('<span class="n">cost</span>')
