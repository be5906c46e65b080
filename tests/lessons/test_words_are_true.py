"""The last hint of an exercise is its answer, readers' answers are judged as they should be, and no sentence would fit another
mistake better."""

import csv
import itertools
import re

import numpy as np
import pytest
from conftest import ROOT

from nnlib.lessons import Lesson, words
from nnlib.lessons.exercises import CORRECT

NUMBERS = sorted(int(path.stem) for path in (words.FOLDER / words.ENGLISH).glob("*.toml"))
EXERCISES = [(number, name) for number in NUMBERS for name in Lesson(number).exercises]
CODE = re.compile(r"`([^`]+)`")


def answer_of(exercise, code: str):
    """The answer that a line of code gives: a value, or a function of the names of the solution's arguments."""
    names = dict(vars(__import__(exercise.solution.__module__, fromlist=["x"]))) | {"np": np}
    code = code.removeprefix("return ").strip()
    if "=" in code.split("(")[0] and "==" not in code.split("(")[0]:
        code = code.split("=", 1)[1].strip()
    if not exercise.inputs(np.random.default_rng(0)):
        return eval(f"({code})", names)
    arguments = ", ".join(exercise.solution.__code__.co_varnames[: exercise.solution.__code__.co_argcount])
    return eval(f"lambda {arguments}: ({code})", names)


def one_line(exercise):
    """The code of the last hint where that is one line alone, else None."""
    found = CODE.findall(exercise.hints[-1])
    return found[0] if len(found) == 1 and not CODE.sub("", exercise.hints[-1]).strip(" .") else None


LINES = [(number, name) for number, name in EXERCISES if one_line(Lesson(number).exercises[name])]


@pytest.mark.parametrize(("number", "name"), LINES)
def test_the_line_of_the_last_hint_is_right(number, name):
    exercise = Lesson(number).exercises[name]
    assert exercise.check(answer_of(exercise, one_line(exercise))).kind == CORRECT, one_line(exercise)


def test_a_wrong_line_is_seen():
    exercise = Lesson(0).exercises["step"]
    assert exercise.check(answer_of(exercise, "return v + r * g")).kind != CORRECT
    assert len(LINES) >= 20


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_code_in_hints_is_code(number, name):
    """What stands in backticks parses: a line, the head of a loop, a name with or without its dot."""
    for code in itertools.chain(*map(CODE.findall, Lesson(number).exercises[name].hints)):
        code = f"x{code}" if code.startswith(".") else code.removeprefix("return ")
        compile(f"{code} pass" if code.endswith(":") else code, "hint", "exec")


# ------------------------------------------------------------------ answers that readers gave, or could have given

with (ROOT / "tests" / "lessons" / "answers.tsv").open(encoding="utf-8", newline="") as file:
    ANSWERS = [tuple(row.values()) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.mark.parametrize(("number", "name", "judged", "answer"), ANSWERS)
def test_an_answer_is_judged_as_the_table_says(number, name, judged, answer):
    """By the slug of a known mistake, "correct", or "unknown"; none is written as the solution or the mistake is."""
    exercise = Lesson(int(number)).exercises[name]
    found = exercise.check(answer_of(exercise, answer))
    assert (found.mistake or ("correct" if found.kind == CORRECT else "unknown")) == judged


# ------------------------------------------------------------------ sentences and slugs

CLEARLY = 1.01  # more than one whole slug: a word that another sentence happens to use is no proof


def fit(slug: str, sentence: str, sentences: list[str]) -> float:
    """The share of a slug's words that a sentence has, by their first letters; a word of many sentences counts less."""
    parts = [part[:4] for part in slug.split("-") if len(part) > 2 and part not in ("the", "for", "with", "and", "not")]
    found = [sum(part in other.lower() for other in sentences) for part in parts if part in sentence.lower()]
    return sum(count**-0.5 for count in found) / max(1, len(parts))


def better_by(ways: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """For each pair of mistakes, by how much their sentences would fit their slugs better the other way round."""
    says = [sentence for _, sentence in ways]
    fits = [[fit(slug, sentence, says) for sentence in says] for slug, _ in ways]
    pairs = itertools.combinations(range(len(ways)), 2)
    return {(ways[i][0], ways[j][0]): fits[i][j] + fits[j][i] - fits[i][i] - fits[j][j] for i, j in pairs}


def exchanged(ways: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of mistakes whose sentences would clearly fit their slugs better the other way round."""
    return [pair for pair, gain in better_by(ways).items() if gain > CLEARLY]


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_no_two_sentences_are_exchanged(number, name):
    ways = [(way.name, way.says) for way in Lesson(number).exercises[name].wrong_ways]
    assert exchanged(ways) == [], "use a word of the slug in the sentence, or rename the slug"


def test_an_exchange_of_sentences_that_use_their_slugs_is_seen():
    """Planted in every pair of every exercise: a fifth of all, those that name their mistakes in the words of the slug."""
    seen = []
    for number, name in EXERCISES:
        ways = [(way.name, way.says) for way in Lesson(number).exercises[name].wrong_ways]
        seen += [gain < -CLEARLY for gain in better_by(ways).values()]  # exchanged, the gain turns its sign
    assert len(seen) > 500 and np.mean(seen) > 0.15
    ways = [("no-bias", "The bias b_y is missing."), ("two-senders", "Only two senders are added.")]
    assert exchanged(ways) == [] and exchanged([(ways[0][0], ways[1][1]), (ways[1][0], ways[0][1])]) != []
