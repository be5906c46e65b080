"""Every lesson's questions and exercises: placeholders report not attempted, solutions are right, each wrong way is named."""

import copy
import importlib
import pkgutil

import numpy as np
import pytest

import nnlib.lessons
from nnlib.lessons.exercises import CORRECT, NOT_ATTEMPTED, NOT_YET, RAISED, Exercise

LESSONS = {
    name: importlib.import_module(f"nnlib.lessons.{name}")
    for _, name, _ in pkgutil.iter_modules(nnlib.lessons.__path__)
    if name.startswith("lesson_")
}
EXERCISES = [(name, key) for name, module in LESSONS.items() for key in module.EXERCISES]


def exercise(name, key) -> Exercise:
    return LESSONS[name].EXERCISES[key]


def answered(task: Exercise, function):
    """A function as a learner would give it: the function itself where inputs are drawn, else its value."""
    return function if task.inputs(np.random.default_rng(0)) else function()


@pytest.mark.parametrize(("name", "key"), EXERCISES)
def test_placeholder_is_not_attempted(name, key):
    task = exercise(name, key)
    blank = (lambda *inputs: ...) if task.inputs(np.random.default_rng(0)) else ...
    assert task.check(blank).kind == NOT_ATTEMPTED
    assert task.check(None).kind == NOT_ATTEMPTED


@pytest.mark.parametrize(("name", "key"), EXERCISES)
def test_solution_is_correct(name, key):
    task = exercise(name, key)
    assert task.check(answered(task, task.solution)).kind == CORRECT


@pytest.mark.parametrize(("name", "key"), EXERCISES)
def test_each_wrong_way_is_told_by_its_own_name(name, key):
    task = exercise(name, key)
    for way in task.wrong_ways:
        outcome = task.check(answered(task, way.answer))
        assert (outcome.kind, outcome.mistake) == (NOT_YET, way.name)
    assert len({way.name for way in task.wrong_ways}) == len(task.wrong_ways)


@pytest.mark.parametrize(("name", "key"), EXERCISES)
def test_wrong_and_broken_answers(name, key):
    task = exercise(name, key)
    if not task.inputs(np.random.default_rng(0)):
        assert task.check(-123.456).kind in (NOT_YET, RAISED)  # a rate below 0 is refused
        return

    def breaks(*inputs):
        raise RuntimeError("planted")

    outcome = task.check(breaks)
    assert outcome.kind == RAISED and "planted" in outcome.says
    assert task.check(lambda *inputs: -123.456).kind == NOT_YET


@pytest.mark.parametrize(("name", "key"), EXERCISES)
def test_hints_and_solution_have_words(name, key):
    task = copy.copy(exercise(name, key))
    assert len(task.hint().says) > 10 and len(task.show_solution().says) > 10


@pytest.mark.parametrize("name", LESSONS)
def test_questions_have_feedback_for_every_option(name):
    questions = LESSONS[name].QUESTIONS
    assert len(questions) >= 3  # two quick ones and a prediction
    for question in questions.values():
        for option in question.options:
            assert len(option.feedback) > 12, (question.prompt, option.words)
