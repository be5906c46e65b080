"""The page for teachers: its minutes, mistakes, links and lines are those of the lessons as they are."""

import contextlib
import io
import re

import pytest
from conftest import ROOT
from written import LESSONS, sections

from nnlib.lessons import Lesson
from nnlib.notation import SOURCES

PAGE = ROOT / "notebooks" / "teachers.md"
TEXT = PAGE.read_text(encoding="utf-8")
LESSON_ROWS = re.findall(r"^\| \[(\d+b?)\. [^]]*\]\(([^)]*)\) \| (\d+) \|", TEXT, flags=re.M)
MISTAKES = re.findall(r"^\| (\d+) \| `([\w-]+)/([\w-]+)` \|", TEXT, flags=re.M)


def test_every_lesson_is_listed_with_its_own_minutes():
    assert [name for _, name, _ in LESSON_ROWS] == [f"{stem}.ipynb" for stem in LESSONS]
    for (_, name, minutes), nb in zip(LESSON_ROWS, LESSONS.values()):
        assert f"**Time:** {minutes} minutes" in nb.cells[0].source, name


@pytest.mark.parametrize(("number", "exercise", "mistake"), MISTAKES)
def test_each_mistake_is_one_that_the_check_names(number, exercise, mistake):
    ways = {way.name: way for way in Lesson(int(number)).exercises[exercise].wrong_ways}
    assert mistake in ways


def test_each_lesson_has_a_mistake_and_a_made_up_one_would_be_seen():
    assert {int(number) for number, *_ in MISTAKES} == set(range(15))
    with pytest.raises(KeyError):
        test_each_mistake_is_one_that_the_check_names("4", "no-such-exercise", "sign")
    with pytest.raises(AssertionError):
        test_each_mistake_is_one_that_the_check_names("4", "hidden-delta", "made-up")


def test_every_file_that_it_links_is_there():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", TEXT) if not link.startswith("http")]
    assert links and all((PAGE.parent / link).is_file() for link in links)


def test_its_python_lines_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r'^    python -c "(.*)"$', TEXT, flags=re.M)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for line in lines:
            exec(line, {})
    assert "hidden-delta | transposed-weights | W is used" in out.getvalue()
    card = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert card.count("<tr>") == len(SOURCES) + 1 and "fifteen rows" in TEXT and len(SOURCES) == 15


def test_solutions_are_kept_where_the_teacher_says_so(monkeypatch):
    lesson = Lesson(4)
    monkeypatch.setenv("NNLIB_NO_SOLUTIONS", "1")
    kept = lesson.solution("hidden-delta")
    assert kept.kind == "Solution" and "teacher" in kept.says and "return" not in kept.says
    assert "Hint" in lesson.hint("hidden-delta").kind, "hints go on"
    with pytest.raises(ValueError, match="expected one of"):
        lesson.solution("no-such")
    for value in ("0", ""):
        monkeypatch.setenv("NNLIB_NO_SOLUTIONS", value)
        assert "return" in lesson.solution("hidden-delta").code


QUESTIONS = TEXT.split("## The questions that people ask most")[1].split("\n## ")[0]
ASKED = re.findall(r"^\| ([^|]+\?) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", QUESTIONS, flags=re.M)


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row[0][:30])
def test_each_question_leads_to_sections_that_are_there(row):
    question, answer, lessons, named = row
    there = [sections(stem) for stem in re.findall(r"\]\(([^)]+)\.ipynb\)", lessons)]
    wanted = re.findall(r"\*([^*]+)\*", named)
    assert wanted and all(any(section in found for found in there) for section in wanted), question
    assert all(found & set(wanted) for found in there), f"a lesson without a section: {question}"


def test_twelve_questions_are_answered_and_a_made_up_section_would_be_seen():
    assert len(ASKED) == 12
    question, answer, lessons, _ = ASKED[0]
    with pytest.raises(AssertionError):
        test_each_question_leads_to_sections_that_are_there((question, answer, lessons, "*No such section*"))
