"""The frame of every page of the site: the lesson before and after, the licences, and no count of lessons that is wrong."""

import re

from conftest import ROOT
from nbformat.v4 import new_markdown_cell, new_notebook

from nnlib.publish import notebooks
from nnlib.publish.address import Address
from nnlib.publish.page import Page, Place
from nnlib.publish.pages import TITLE, front_page, lesson_page

STEMS = ("00_first", "01_second", "02_third")
PLACE = Address("someone/lessons")
COUNTS = ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen").split()


def pages():
    cells = lambda stem: [new_markdown_cell(f"# The {stem[3:]}\n\nSome words.")]
    return [Page(new_notebook(cells=cells(stem)), Place(stem, PLACE, STEMS)) for stem in STEMS]


def test_before_leads_back_and_after_leads_on():
    text = lesson_page(pages(), 1, "")
    links = re.findall(r'<a rel="(\w+)" href="([^"]+)">([^<]*)</a>', text)
    assert set(links) == {("prev", "00_first.html", "← The first"), ("next", "02_third.html", "The third →")}
    assert 'rel="prev"' not in lesson_page(pages(), 0, "") and 'rel="next"' not in lesson_page(pages(), 2, "")


def test_the_licences_are_those_of_the_project():
    text = lesson_page(pages(), 0, "")
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "BSD 3-Clause" in licence and "CC BY 4.0" in licence
    assert "Code: BSD-3-Clause. Text and lessons: CC BY 4.0." in re.search("<footer>.*</footer>", text, re.S)[0]
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'license = "BSD-3-Clause AND CC-BY-4.0' in declared


def test_the_series_has_one_name():
    for name in ("README.md", "CITATION.cff", ".zenodo.json", "pyproject.toml"):
        assert TITLE in (ROOT / name).read_text(encoding="utf-8"), name


def counted(text: str) -> list[int]:
    """The numbers of lessons that a text names, as in "Eleven Jupyter lessons" or "11 lessons"."""
    found = re.findall(r"\b(\w+)(?:\s+\w+)?\s+lessons\b", text.lower())
    return [
        int(word) if word.isdigit() else COUNTS.index(word) + 1 for word in found if word.isdigit() or word in COUNTS
    ]


def test_nothing_says_another_number_of_lessons_than_there_are():
    """A lesson is one number of the series, however many notebooks it is split into."""
    lessons = {path.stem[:2] for path in notebooks.find() if path.stem[:2].isdigit()}
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CITATION.cff")]
    pages += [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "nnlib" / "publish").rglob("*.*")
        if path.suffix in (".py", ".html")
    ]
    pages.append(front_page([], PLACE, []))
    assert {number for text in pages for number in counted(text)} <= {len(lessons)}
    assert counted("Ten short lessons. Eleven Jupyter lessons; 12 lessons.") == [10, 11, 12], "planted ones are seen"
