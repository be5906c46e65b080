"""How each lesson ends: what was proved and where, which question or claim it serves, and the way on."""

import re

import pytest
from written import LESSONS, sections

LESSON = pytest.mark.parametrize("stem", LESSONS)


def closing(nb) -> str:
    """The last cells, from the heading "What you proved" on."""
    return "\n".join(cell.source for cell in nb.cells).partition("## What you proved")[2]


def sections_missing(text: str, headings: set[str]) -> list[str]:
    """The sections, named as (*Section*) in the points of a closing, that are no heading of the lesson."""
    points = "\n".join(line for line in text.splitlines() if line.startswith("- ")).partition("## ")[0]
    named = [name for names in re.findall(r"\((\*[^()]+\*)\)", points) for name in re.findall(r"\*([^*]+)\*", names)]
    return [name for name in named if name not in headings]


@LESSON
def test_each_point_names_a_section_that_is_there(stem):
    assert sections_missing(closing(LESSONS[stem]), sections(stem)) == []


@LESSON
def test_each_lesson_says_what_it_settles(stem):
    """At least one of the questions Q1 to Q3 or of the claims R1 to R6 is named in the closing."""
    assert re.search(r"\b(Q[1-3]|R[1-6])\b", closing(LESSONS[stem]))


@LESSON
def test_each_lesson_leads_on(stem):
    stems = list(LESSONS)
    following = stems[(stems.index(stem) + 1) % len(stems)]
    assert f"]({following}.ipynb)" in closing(LESSONS[stem])


def test_the_series_settles_all_nine():
    """Each of the three questions and six claims is named in the closing of some lesson."""
    every = " ".join(closing(nb) for nb in LESSONS.values())
    assert all(re.search(rf"\b{name}\b", every) for name in "Q1 Q2 Q3 R1 R2 R3 R4 R5 R6".split())


def test_a_section_that_is_not_there_is_seen():
    text = "\n- One thing (*Here*).\n- Two (*Here* and *There*).\n- Three (lesson 8).\n\nOther words (*not a point*)."
    assert sections_missing(text, {"Here", "There"}) == []
    assert sections_missing(text, {"Here"}) == ["There"]
