"""Tests of what the notebooks call: questions, exercises, lessons; every check is tried on what it must reject."""

import dataclasses
import importlib

import ipywidgets as widgets
import numpy as np
import pytest
from conftest import ROOT
from written import written_in

from nnlib import by_index
from nnlib.lessons import Exercise, Lesson, Option, Question, WrongWay
from nnlib.lessons.exercises import CORRECT, NOT_ATTEMPTED, NOT_YET, RAISED
from nnlib.lessons.lesson import content
from nnlib.lessons.multiplication_count import Counted, multiplications
from nnlib.lessons.questions import prediction, quick

NUMBERS = sorted(int(path.stem[-2:]) for path in (ROOT / "nnlib" / "lessons").glob("lesson_[0-9][0-9].py"))


def double(x, y):
    """Twice the sum."""
    return 2 * (x + y)


@pytest.fixture
def exercise():
    return Exercise(
        double,
        lambda rng: (rng.normal(size=3), rng.normal(size=3)),
        hints=("First hint.", "Second hint."),
        wrong_ways=(WrongWay("no-two", lambda x, y: x + y, "The factor 2 is missing."),),
        praise="Well added.",
    )


@pytest.fixture
def question():
    return Question(
        "Which <one>?", (Option("low", "No."), Option("high & dry", "Yes.", right=True), Option("none", "No."))
    )


# ------------------------------------------------------------------ the four outcomes


def test_a_mistake_made_on_one_draw_only_is_not_named(exercise):
    first = exercise.inputs(np.random.default_rng(0))[0]
    found = exercise.check(lambda x, y: (1 if (x == first).all() else 7) * (x + y))
    assert found.kind == NOT_YET and found.mistake is None


def test_a_lucky_constant_is_not_correct(exercise):
    """Right on the first draw only: several draws are tried."""
    x, y = exercise.inputs(np.random.default_rng(0))
    assert exercise.check(lambda *_: double(x, y)).kind == NOT_YET
    one_draw = dataclasses.replace(exercise, trials=1)
    assert one_draw.check(lambda *_: double(x, y)).kind == CORRECT, "the planted bug: one draw is fooled"


def test_the_tolerance_is_relative_and_for_the_whole_array(exercise):
    assert exercise.check(lambda x, y: double(x, y) * (1 + 1e-10)).kind == CORRECT
    assert exercise.check(lambda x, y: double(x, y) * (1 + 1e-6)).kind == NOT_YET
    small = dataclasses.replace(exercise, inputs=lambda rng: (1e-30 * rng.normal(size=3), np.zeros(3)))
    assert small.check(lambda x, y: np.zeros(3)).kind == NOT_YET, "an absolute tolerance would pass this"


def test_an_answer_that_changes_its_inputs_is_refused_and_spoils_nothing(exercise):
    def spoils(first, second):
        answer = 2 * (first + second)
        first[:] = 0
        return answer

    found = exercise.check(spoils)
    assert (found.kind, found.mistake) == (NOT_YET, "changes-its-inputs")
    assert "`first`" in found.says and "`second`" not in found.says
    assert exercise.check(lambda x, y: y + x).mistake == "no-two"


def test_a_blank_on_one_of_the_draws_is_a_blank(exercise):
    first = exercise.inputs(np.random.default_rng(0))[0]
    for blank in (None, ...):
        told = exercise.check(lambda x, y: blank if (x == first).all() else double(x, y))
        assert told == exercise.check(lambda x, y: blank)


def test_a_second_opinion_is_asked_last_and_only_about_functions(exercise):
    asked = []

    def opinion(answer):
        asked.append(answer)
        return ("odd", "That is odd.") if answer is odd else None

    def odd(x, y):
        return x - y

    more = dataclasses.replace(exercise, second_opinion=opinion)
    assert more.check(double).kind == CORRECT and more.check(lambda x, y: y + x).mistake == "no-two" and not asked
    found = more.check(odd)
    assert (found.kind, found.says, found.mistake) == (NOT_YET, "That is odd.", "odd")
    unknown = more.check(lambda x, y: x)
    assert unknown.mistake is None and "With x = [" in unknown.says and len(asked) == 2
    assert more.check(np.ones(3)).mistake is None and len(asked) == 2


def test_a_draw_that_was_right_is_not_held_against_the_answer():
    draws = Exercise(lambda k: k, lambda rng: (int(rng.integers(1, 1000)),), tolerance=0.0)
    first = draws.inputs(np.random.default_rng(0))[0]
    found = draws.check(lambda k: k if k == first else -7)
    assert "you get -7" in found.says and f"k = {first} " not in found.says, "the first draw was right"


ITSELF = []
ITSELF.append(ITSELF)
VALUES = [  # what is wanted, an answer, and what is said of it
    ((3, 4), (3, 4), "Correct."),
    ((3, 4), [3, 4], "Correct."),
    ((1.0, 2.0), (1.0, 5.0), "Not yet. Part 2 of 2 is off. You have 5."),
    ((3, 4), (3, ...), "Not attempted. Replace"),
    (3.0, ..., "Not attempted. Replace"),
    (3.0, None, "Not attempted. Replace"),  # a value has no return line
    ("saturated", " Saturated", "Correct."),
    ("saturated", "diverged", "Not yet. 'diverged' is not it."),
    (True, np.True_, "Correct."),
    (True, False, "Not yet."),
    (1.5, np.array([1.5]), "Correct."),
    (1.5, [1.5], "Correct."),
    (1.5, np.array([[1.5]]), "Correct."),
    (1.5, np.float32(1.5), "Correct."),
    (1.5, 3.0, "Not yet. You have 3. Work these"),  # of one number a pattern would be the answer
    (1.5, -1.5, "Not yet. You have -1.5. Work these"),
    (1.5, "1.5", "cannot be read as numbers. Leave out the quotes."),
    (1.5, np.array("1.5"), "cannot be read as numbers."),
    (1.5, ["1.5"], "cannot be read as numbers."),
    (1.5, object(), "cannot be read as numbers."),
    (np.array([1.0, -4.0, 2.0]), np.array([1.5, 4.0, 2.0]), "Not yet. You have 4 at place [1]."),  # the worst of two
    (np.array([1.0, -4.0, 2.0]), np.array([1.0, -4.0, 2.0 + 1j]), "Not yet. You have 2+1j at place [2]."),
    (np.array([1.0, -4.0, 2.0]), np.array([1.0, -4.0, 3j]), "Not yet. You have 0+3j at place [2]."),
    (np.zeros(2), [0, 0], "Correct."),
    ([], [], "Correct."),
    ([], [1], "Not yet."),
    ([1, 2, 3], ITSELF, "contains itself"),
]


@pytest.mark.parametrize(("wanted", "answer", "said"), VALUES, ids=lambda part: repr(part)[:20])
def test_a_value_is_checked(wanted, answer, said):
    assert said in repr(Exercise(lambda: wanted).check(answer))


ANSWERS = {
    "right": (double, "Correct. Well added."),
    "a placeholder": (lambda x, y: ..., "Not attempted. Replace the ... with"),
    "no return": (lambda x, y: None, "Not attempted. Nothing came back. Write `return`"),
    "it raises": (lambda x, y: x / "2", "Your code raised. "),
    "a known mistake": (lambda x, y: y + x, "Not yet. The factor 2 is missing."),
    "another shape": (lambda x, y: double(x, y).sum(), "Not yet. Expected shape (3,), got one number."),
    "a column": (lambda x, y: double(x, y)[:, None], "Not yet. Expected shape (3,), got shape (3, 1)."),
    "a string": (lambda x, y: "six", "got str that cannot be read as numbers."),
    "a function": (lambda x, y: double, "got function that cannot be read as numbers."),
    "a ragged list": (lambda x, y: [[1, 2], [3]], "got list that cannot be read as numbers."),
    "a dictionary": (lambda x, y: {"z": 1}, "got dict that cannot be read as numbers."),
    "NaN": (lambda x, y: double(x, y) * np.nan, "an infinite number or a NaN"),
    "one NaN": (lambda x, y: double(x, y) * [1, np.nan, 1], "an infinite number or a NaN"),
    "infinity": (lambda x, y: double(x, y) + np.inf, "an infinite number or a NaN"),
    "a factor": (lambda x, y: 3 * double(x, y), "Not yet. Everything is 3 times what it should be"),
    "the sign": (lambda x, y: -double(x, y), "Not yet. Every size is right and every sign is turned"),
    "some signs": (lambda x, y: abs(double(x, y)), "some of the signs are not"),
    "an offset": (lambda x, y: double(x, y) + 1, "off by the same amount"),
    "complex": (lambda x, y: double(x, y) + 1j, "off by the same amount"),
    "zero": (lambda x, y: 0 * x, "0 everywhere"),
    "nearly right": (lambda x, y: double(x, y) * (1 + 1e-6), "Very close"),
    "rounded to 1 digit": (lambda x, y: np.round(double(x, y), 1), "rounded to 1 decimal place."),
    "rounded to 4 digits": (lambda x, y: np.round(double(x, y), 4), "rounded to 4 decimal places."),
    "a wrong number": (lambda x, y: double(x, y) + np.array([0, 5, 0]), "it is right (6 of 9 numbers)"),
    "one kind of input": (lambda x, y: double(x, y) if x[1] > 0 else x, "In some trials it is right (3 of 9 numbers)"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_told_what_it_is(name, exercise):
    answer, said = ANSWERS[name]
    found = exercise.check(answer)
    assert said in repr(found) and found.mistake == ("no-two" if name == "a known mistake" else None)


def test_the_worst_place_is_shown():
    pair = Exercise(lambda x: (x, x + 1), lambda rng: (np.array([1.0, 2.0]),))
    says = pair.check(lambda x: (x, np.array([2.0, 9.0]))).says
    assert says.startswith("Part 2 of 2 is off. ") and "With x = [1, 2] you get 9 at place [1]." in says
    assert "Expected 2 values, got one float" in pair.check(lambda x: 1.0).says
    assert "Expected 2 values, got one ndarray" in pair.check(lambda x: np.array(3.0)).says
    assert "Expected 2 values, got 3" in pair.check(lambda x: (x, x, x)).says


def test_what_raises_is_reported_with_the_learners_line(exercise):
    def my_answer(x, y):
        return np.linalg.norm(x, ord="nonsense")

    found = exercise.check(my_answer)
    assert found.kind == RAISED and found.says.startswith("ValueError: ")
    assert 'in the line `return np.linalg.norm(x, ord="nonsense")`' in found.says, "the learner's line, not numpy's"


def test_an_answer_that_raises_with_no_line_of_its_own_is_reported(exercise):
    found = exercise.check(eval("lambda x, y: 1 / 0"))  # no file holds this line
    assert found.kind == RAISED and found.says == "ZeroDivisionError: division by zero."
    assert exercise.check(np.linalg.inv).kind == RAISED, "not a frame of the learner's"


def test_a_keyboard_interrupt_is_no_outcome(exercise):
    def stopped(x, y):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercise.check(stopped)


def test_hints_come_one_at_a_time_and_solutions_as_code(exercise):
    assert [exercise.hint().says for _ in range(3)] == ["First hint.", "Second hint.", "Second hint."]
    assert "return 2 * (x + y)" in exercise.show_solution().code
    assert "none" in Exercise(lambda: 1).hint().says


def test_an_outcome_begins_with_its_word_and_is_escaped():
    value = Exercise(lambda: "x")
    html = value.check("<script>")._repr_html_()
    assert "<strong>Not yet.</strong>" in html and "<script>" not in html


# ------------------------------------------------------------------ questions


def test_a_question_needs_one_right_option():
    for options in (
        (Option("a", ""), Option("b", "")),
        (Option("a", "", right=True), Option("b", "", right=True)),
        (Option("a", "", right=True),),
        tuple(Option(str(k), "", right=k == 8) for k in range(9)),
    ):
        with pytest.raises(ValueError, match="options: expected two to eight, exactly one of them right"):
            Question("Which?", options)
    for count in (2, 8):
        assert len(Question("Which?", tuple(Option(str(k), "", right=k == 0) for k in range(count))).letters) == count


def test_a_prediction_is_stored_and_quoted(question):
    assert question.explanation()[0] == "You made no prediction this time."
    assert question.choose(" C. ") == "Noted: c. none" and question.choice == "c"
    assert question.explanation()[0] == 'Not this time: you predicted "none".'
    lines = dataclasses.replace(question, choice="b", closed=False).explanation()
    assert lines[0] == 'Right: you predicted "high & dry".' and lines[1].startswith("Right is b. ") and len(lines) == 4


def test_a_prediction_is_closed_by_its_explanation(question):
    question.explanation()
    question.choose("a")
    question.choose("c")
    assert not question.closed, "an explanation that quoted no choice closes nothing"
    question.explanation()
    assert question.choose("b").startswith("It stays c. ") and question.choice == "c"
    assert question.explanation()[0] == 'Not this time: you predicted "none".'


@pytest.mark.parametrize("choice", ["d", "", "banana", None, 1])
def test_a_letter_that_is_not_there_is_rejected(question, choice):
    with pytest.raises(ValueError, match="expected one of a, b, c"):
        question.choose(choice)
    assert question.choice is None


def test_a_quick_question_answers_in_any_page(question):
    html = quick(question)._repr_html_()
    assert html.count("<details>") == 3 and html.count("Right. ") == 1 and html.count("Not this one. ") == 2
    assert "Which &lt;one&gt;?" in html and "high &amp; dry" in html


def test_radio_buttons_store_the_prediction(question):
    shown = prediction(question)
    buttons = next(child for child in shown.children if isinstance(child, widgets.RadioButtons))
    assert buttons.value is None and question.choice is None, "nothing is chosen for the learner"
    buttons.value = "a"
    assert question.choice == "a" and "Noted: a. low" in shown.children[-1].value
    buttons.value = "b"
    assert "high &amp; dry" in shown.children[-1].value
    assert shown.text.startswith("Predict: Which <one>?") and "<details>" in shown.poster
    assert "needs-kernel" not in shown.poster, "its options open by themselves on a page without Python"
    again = prediction(question)
    assert again.children[1].index == 1 and "Noted: b" in again.children[-1].value


# ------------------------------------------------------------------ lessons


@pytest.mark.parametrize("number", [99, -1, "two", None, 2.5])
def test_a_lesson_that_is_not_there_is_rejected(number):
    with pytest.raises(ValueError, match="expected a lesson of the series"):
        Lesson(number)


def test_a_broken_lesson_is_not_called_missing(monkeypatch):
    """A lesson that fails to import something says that, and not that the lesson is not there."""

    def broken(name):
        raise ModuleNotFoundError("No module named 'numpyy'", name="numpyy")

    content.cache_clear()
    monkeypatch.setattr(importlib, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="numpyy"):
        Lesson(2)


def test_names_that_are_not_there_are_reported():
    lesson = Lesson(2)
    for call in (lesson.ask, lesson.predict, lesson.explain, lesson.hint, lesson.solution):
        with pytest.raises(ValueError, match="expected one of .*, got 'nothing'"):
            call("nothing")


def test_predict_by_keyboard():
    lesson = Lesson(2)
    assert lesson.predict("loops-or-matrices", "b").says.startswith("Noted: b. ")
    assert repr(lesson.explain("loops-or-matrices")).startswith("Not this time: you predicted")
    lesson.questions["loops-or-matrices"].choice, lesson.questions["loops-or-matrices"].closed = None, False


def prints_a_right_solution(exercise, names):
    code, name = exercise.show_solution().code, exercise.solution.__name__
    exec(code, names)
    functions = len(exercise.inputs(np.random.default_rng(0))) > 0
    try:
        return exercise.check(names[name] if functions else names[name]()).kind == CORRECT
    except NameError:
        return False


@pytest.mark.parametrize("number", NUMBERS)
def test_every_printed_solution_runs_in_its_own_notebook(number):
    names = written_in(number)
    for name, exercise in Lesson(number).exercises.items():
        assert prints_a_right_solution(exercise, dict(names)), name


def test_a_solution_that_the_notebook_cannot_run_is_seen():
    names = written_in(4)
    names["S_slope_of"] = by_index.S_slope  # of one number, where the solution has arrays
    assert not prints_a_right_solution(Lesson(4).exercises["hidden-delta"], names)
    assert not prints_a_right_solution(Lesson(4).exercises["hidden-delta"], {})


@pytest.mark.parametrize("number", NUMBERS)
def test_every_exercise_of_the_series(number):
    """A placeholder is not attempted, the solution correct and shown, an error is reported, each wrong way has its own name."""
    for name, exercise in Lesson(number).exercises.items():
        drawn = exercise.inputs(np.random.default_rng(0))
        functions = len(drawn) > 0
        assert exercise.check((lambda *_: ...) if functions else ...).kind == NOT_ATTEMPTED, name
        assert exercise.check(exercise.solution if functions else exercise.solution()).kind == CORRECT, name
        assert not functions or exercise.check(lambda *_: 1 / 0).kind == RAISED, name
        assert exercise.hints, f"{name} has no hint"
        assert "def " in exercise.show_solution().code and "return " in exercise.show_solution().code, name
        for way in exercise.wrong_ways:
            found = exercise.check(way.answer if functions else way.answer())
            assert (found.kind, found.mistake) == (NOT_YET, way.name), f"{name}: {way.name}"
            assert way.says.rstrip(")")[-1] in ".?!" and len(way.says.split()) >= 4, f"{name}, {way.name}: {way.says}"
        assert len({way.says for way in exercise.wrong_ways}) == len(exercise.wrong_ways), (
            f"{name}: twice the same sentence"
        )


@pytest.mark.parametrize("number", NUMBERS)
def test_every_question_of_the_series(number):
    """Options differ, each has its feedback, and the right one is not always the first."""
    questions = Lesson(number).questions.values()
    for question in questions:
        assert len({option.words for option in question.options}) == len(question.options), question.prompt
        assert all(len(option.feedback.split()) >= 3 for option in question.options), question.prompt
    assert len(questions) >= 3


def test_a_number_where_a_function_belongs_is_reported():
    found = Lesson(0).check("step", 0.0625)
    assert found.kind == NOT_YET and "Give its name alone" in found.says


# ------------------------------------------------------------------ the number that counts


def test_multiplications_are_counted():
    x = [Counted(k) for k in range(5)]
    assert multiplications(lambda: sum(3.0 * value for value in x)) == 5
    assert multiplications(lambda: sum(value * np.float64(2) for value in x)) == 5
    assert multiplications(lambda: sum(value + 1 for value in x)) == 0
    assert Counted(2) * 3 == 6.0
