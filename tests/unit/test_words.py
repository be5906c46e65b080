"""The words of the lessons: slugs match functions and notebooks, translations match English, and a slip in a file is named."""

import re
import shutil

import nbformat
import pytest
from conftest import notebooks_of

from nnlib.lessons import Lesson, lesson, words
from nnlib.lessons.exercises import Search

NUMBERS = sorted(int(path.stem) for path in (words.FOLDER / words.ENGLISH).glob("*.toml"))
TRANSLATED = [(language, int(path.stem)) for language in words.languages() if language != words.ENGLISH
              for path in sorted((words.FOLDER / language).glob("*.toml"))]  # fmt: skip
SMALL = """
[questions.which]
prompt = "Which?"
options = [{ words = "This", feedback = "Yes.", right = true }, { words = "That", feedback = "No." }]

[exercises.double]
hints = ["Times two."]
[exercises.double.wrong_ways]
half = { code = "x / 2", says = "That is half of it." }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of words with one small lesson in English, to be changed by the tests."""
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    monkeypatch.delenv("NNLIB_LANGUAGE", raising=False)
    write(tmp_path, "en", SMALL)
    return tmp_path


def write(folder, language, text):
    (folder / language).mkdir(exist_ok=True)
    (folder / language / "00.toml").write_text(text, encoding="utf-8")


def test_each_lesson_has_its_words_and_each_file_its_lesson():
    assert NUMBERS == sorted(int(path.stem[-2:]) for path in words.FOLDER.parent.glob("lesson_[0-9][0-9].py"))
    for number in NUMBERS:
        assert Lesson(number, language="en").questions


@pytest.mark.parametrize("number", NUMBERS)
def test_notebook_and_words_have_the_same_slugs(number):
    """A question that no cell asks, or an exercise that no cell checks, is as wrong as a slug that is not there."""
    read = [nbformat.read(path, 4) for path in notebooks_of(number)]
    code = "\n".join(cell.source for nb in read for cell in nb.cells if cell.cell_type == "code")
    called = dict.fromkeys(("ask", "predict", "check"))
    for method in called:
        called[method] = set(re.findall(rf'lesson\.{method}\(\s*"([^"]+)"', code))
    assert called["ask"] | called["predict"] == set(Lesson(number).questions)
    assert called["check"] == set(Lesson(number).exercises)


@pytest.mark.parametrize(("language", "number"), TRANSLATED)
def test_a_translation_says_it_all_and_in_another_language(language, number):
    ours, theirs = (words.read(number, code) for code in (words.ENGLISH, language))
    assert words.outline(ours) == words.outline(theirs)
    prompts = [[question["prompt"] for question in said["questions"].values()] for said in (ours, theirs)]
    assert not set(prompts[0]) & set(prompts[1])
    for slug, exercise in ours["exercises"].items():
        for name, sentence in exercise.get("says", {}).items():  # the same numbers belong into both sentences
            places = [
                sorted(re.findall(r"{.*?}", said)) for said in (sentence, theirs["exercises"][slug]["says"][name])
            ]
            assert places[0] == places[1], name


def test_lesson_0_in_german():
    german = Lesson(0, language="de")
    assert "Das ist der ganze Gradientenabstieg" in german.exercises["step"].praise
    assert german.check("step", lambda v, g, r: v + r * g).says.startswith("Du gehst bergauf")
    assert "Gradientenabstieg" not in Lesson(0).exercises["step"].praise


def test_the_language_of_the_environment(monkeypatch):
    monkeypatch.setenv("NNLIB_LANGUAGE", "de")
    assert "Gradientenabstieg" in Lesson(0).exercises["step"].praise
    assert "Gradientenabstieg" not in Lesson(0, language="en").exercises["step"].praise
    monkeypatch.setenv("NNLIB_LANGUAGE", "tlh")
    with pytest.raises(ValueError, match="language: expected one of de, en, got 'tlh'"):
        Lesson(0)


def test_a_lesson_without_translation_is_english(folder):
    (folder / "de").mkdir()
    (folder / "de" / "07.toml").write_text("", encoding="utf-8")
    assert words.read(0, "de") == words.read(0, "en")


# what is changed in the small lesson, what the error names
SLIPS = {
    "a key that is not known": ("hints = ", "hint = ", "exercises.double: .*got hint, "),
    "a question without options": (
        re.search("options.*", SMALL)[0],
        "",
        "questions.which: expected the keys options, prompt",
    ),
    "an option without feedback": (', feedback = "No."', "", "an option of questions.which: .* got words"),
    "a mistake without its code": (
        'code = "x / 2", ',
        "",
        "exercises.double.wrong_ways.half: expected the keys code, says, got says",
    ),
    "a mistake that is a sentence alone": (
        '{ code = "x / 2", says = "That is half of it." }',
        '"Half of it."',
        "exercises.double.*half: .*got 'Half of it.'",
    ),
    "no hints": ('hints = ["Times two."]', "", "exercises.double: expected the keys hints"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_file_is_named(folder, slip):
    right, wrong, named = SLIPS[slip]
    assert right in SMALL and words.read(0)
    write(folder, "en", SMALL.replace(right, wrong))
    with pytest.raises(ValueError, match=f"00.toml, {named}"):
        words.read(0)


TRANSLATIONS = {
    "the answer moved": (
        (", right = true", ""),
        ('"No."', '"No.", right = true'),
        "in en/00.toml only: .*option 1, which is right",
    ),
    "an option left out": (
        (', { words = "That", feedback = "No." }', ""),
        "in en/00.toml only: .*option 2, which is wrong",
    ),
    "a mistake renamed": (
        ("half =", "halb ="),
        "in en/00.toml only: .*half with the code x / 2; in de/00.toml only: .*halb with the code x / 2",
    ),
    "the code of a mistake changed": (
        ("x / 2", "x / 3"),
        "in en/00.toml only: .*with the code x / 2; in de/00.toml only: .*x / 3",
    ),
    "an exercise renamed": (("double", "doppelt"), "exercises.doppelt"),
}


@pytest.mark.parametrize("slip", TRANSLATIONS)
def test_a_translation_that_differs_is_refused(folder, slip):
    *changes, named = TRANSLATIONS[slip]
    write(folder, "de", SMALL)
    assert words.read(0, "de")
    text = SMALL
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    write(folder, "de", text)
    with pytest.raises(ValueError, match=f"words: expected .* to match, got .*{named}"):
        words.read(0, "de")


double = dict(solution=lambda x: 2 * x, inputs=lambda rng: (rng.normal(),))
FUNCTIONS = {
    "no function for the words": ({}, "in the words only: exercises.double"),
    "no words for the function": ({"double": double, "triple": double}, "in the functions only: exercises.triple"),
    "a sentence that is missing": (
        {"double": dict(kind=Search, **double)},
        "in the functions only: exercises.double.says.found, exercises.double.says.no-number",
    ),
}


@pytest.mark.parametrize("slip", FUNCTIONS)
def test_words_and_functions_that_do_not_match_are_refused(folder, slip):
    said = words.read(0, "en")["exercises"]
    assert lesson.exercises(said, {"double": double})["double"].check(lambda x: x / 2).mistake == "half"
    tasks, named = FUNCTIONS[slip]
    with pytest.raises(ValueError, match=f"words: expected the words and the functions to match, got .*{named}"):
        lesson.exercises(said, tasks)


def test_code_that_is_no_expression_is_refused_by_the_name_of_its_mistake(folder):
    write(folder, "en", SMALL.replace("x / 2", "x / / 2"))
    with pytest.raises(ValueError, match="wrong_ways.half: expected an expression of x, got 'x / / 2'"):
        lesson.exercises(words.read(0, "en")["exercises"], {"double": double})


def test_a_folder_is_a_language(folder):
    shutil.copytree(folder / "en", folder / "xx")
    assert words.languages() == ["en", "xx"] and words.read(0, "xx") == words.read(0, "en")
