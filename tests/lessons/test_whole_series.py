"""The lessons as a whole: minutes that add up, hints that climb, a sentence for each mistake, and how each lesson ends."""

import copy
import csv
import re

import pytest
from conftest import ROOT
from written import LESSONS, STORED, code, sections, words

from nnlib.lessons import Lesson

TIMED = {stem: nb for stem, nb in STORED.items() if "_" in stem}
# what these take is not in the measure: slow cells, a map to explore, twenty items to think about
LONGER = {"08b_find_the_limit_of_a_network", "09b_zoom_into_the_border", "B_concept_test"}
WORDS_A_MINUTE, MINUTES_A_CELL, MINUTES_A_FILM = 180, 0.5, 1
MINUTES = {"backpropagation": 12}  # of an exercise; the others take 4
LONGEST = 45
WITH_HINTS = [(number, name) for number in range(6) for name in Lesson(number).exercises]


def minutes(nb) -> float:
    """What a lesson takes: reading, one look at each cell and film, its exercises and predictions."""
    prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)", " x ", words(nb), flags=re.S)
    sources = [cell.source for cell in code(nb)]
    exercises = [name for source in sources for name in re.findall(r'lesson\.check\("([^"]+)"', source)]
    return (
        len(re.findall(r"[^\W_]+(?:['-][^\W_]+)*", prose)) / WORDS_A_MINUTE
        + MINUTES_A_CELL * len(sources)
        + MINUTES_A_FILM * sum("film(" in source for source in sources)
        + sum(MINUTES.get(name, 4) for name in exercises)
        + sum("lesson.predict(" in source for source in sources)
    )


@pytest.mark.parametrize("stem", TIMED)
def test_the_minutes_are_those_of_the_text(stem):
    measured = minutes(TIMED[stem])
    announced = int(re.search(r"\*\*Time:\*\* (\d+) minutes", TIMED[stem].cells[0].source)[1])
    assert announced <= LONGEST and (abs(announced - measured) <= 5) != (stem in LONGER), f"{measured:.0f} by measure"


def test_a_lesson_with_more_to_do_takes_longer():
    nb = copy.deepcopy(TIMED["00_win_and_break"])
    before = minutes(nb)
    nb.cells[0].source += " word" * 900
    assert minutes(nb) == pytest.approx(before + 5, abs=0.1)


@pytest.mark.parametrize(("number", "name"), WITH_HINTS, ids=lambda value: str(value))
def test_hints_climb_from_a_question_to_the_line(number, name):
    """A question, a pointer, and only then code; tests/lessons/test_words_are_true.py runs it."""
    question, pointer, line = Lesson(number).exercises[name].hints
    assert question.endswith("?") and not pointer.startswith("`")
    assert re.fullmatch(r"(`[^`]+`(, )?)+", line)


def test_no_exercise_prints_its_answer_before_the_last_hint():
    """The line of the solution stands in the last hint alone."""
    for number, name in WITH_HINTS:
        exercise = Lesson(number).exercises[name]
        line = re.findall(r"return (.+)", exercise.show_solution().code)[-1]
        assert all(line not in hint for hint in exercise.hints[:2]), name


def test_each_mistake_has_its_own_sentence():
    """Sentences that change places are seen: a few words of each, and no other sentence of the exercise has them."""
    with (ROOT / "tests" / "lessons" / "said_of_mistakes.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    told = {}
    for number in range(6):
        for slug, exercise in Lesson(number).exercises.items():
            told |= {(str(number), slug, way.name): way.says for way in exercise.wrong_ways}
    assert {(row["lesson"], row["exercise"], row["mistake"]) for row in rows} == set(told)
    for row in rows:
        place = row["lesson"], row["exercise"], row["mistake"]
        found = [key for key, says in told.items() if key[:2] == place[:2] and row["its sentence says"] in says]
        assert found == [place]


# ------------------------------------------------------------------ closings


def closing(nb) -> str:
    """The last cells, from the heading "What you proved" on."""
    return "\n".join(cell.source for cell in nb.cells).partition("## What you proved")[2]


def sections_missing(text: str, headings: set[str]) -> list[str]:
    """The sections, named as (*Section*) in the points of a closing, that are no heading of the lesson."""
    points = "\n".join(line for line in text.splitlines() if line.startswith("- ")).partition("## ")[0]
    named = [name for names in re.findall(r"\((\*[^()]+\*)\)", points) for name in re.findall(r"\*([^*]+)\*", names)]
    return [name for name in named if name not in headings]


@pytest.mark.parametrize("stem", LESSONS)
def test_each_point_names_a_section_that_is_there(stem):
    assert sections_missing(closing(LESSONS[stem]), sections(stem)) == []


@pytest.mark.parametrize("stem", LESSONS)
def test_each_lesson_says_what_it_settles(stem):
    """At least one of the questions Q1 to Q3 or of the claims R1 to R6 is named in the closing."""
    assert re.search(r"\b(Q[1-3]|R[1-6])\b", closing(LESSONS[stem]))


@pytest.mark.parametrize("stem", LESSONS)
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
