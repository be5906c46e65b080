"""One lesson as its notebook sees it: `ask`, `predict`, `explain`, `check`, `hint`, `solution`, each by a name."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from nnlib import checks
from nnlib.lessons import words
from nnlib.lessons.exercises import CORRECT, NOT_ATTEMPTED, Exercise, Outcome, with_words
from nnlib.lessons.questions import Question, Said, explained, from_words, prediction, quick

if TYPE_CHECKING:
    from nnlib.show.cells import Shown


class Lesson:
    """The questions and exercises of lesson `number`: words from `words/en/NN.toml`, functions from `lesson_NN.py`.

    `language` is a folder of words, such as "de"; None takes the environment variable NNLIB_LANGUAGE, or English. A
    lesson that a language does not hold is shown in English. Raises ValueError for a lesson or a language that is not
    there, and for words and functions whose slugs do not match. A prediction and the hints given are kept from one
    `Lesson(4)` to the next.
    """

    def __init__(self, number: int, language: str | None = None):
        if not isinstance(number, int) or importlib.util.find_spec(_functions(number)) is None:
            raise ValueError(f"number: expected a lesson of the series, 0 to 14, got {number!r}")
        self.number = number
        self.questions, self.exercises = content(number, words.chosen(language))

    def ask(self, name: str) -> Said:
        """A quick question with feedback for each option."""
        return quick(checks.one_of("question", name, self.questions))

    def predict(self, name: str, choice: str | None = None) -> Shown | Outcome:
        """Radio buttons for a prediction; or, with a letter, the same by keyboard alone."""
        question = checks.one_of("question", name, self.questions)
        if choice is None:
            return prediction(question)
        return Outcome("Prediction", question.choose(choice))

    def explain(self, name: str) -> Said:
        """The learner's own prediction quoted, the answer, and what the other answers assume."""
        return explained(checks.one_of("question", name, self.questions).explanation())

    def answers(self, *names: str) -> Said:
        """The answers to quick questions, and what the other options assume: for pages on which no option can be opened."""
        asked = [checks.one_of("question", name, self.questions) for name in names]
        return explained(*([question.prompt, *question.assumptions()] for question in asked))

    def check(self, name: str, answer) -> Outcome:
        """Correct, not yet (naming the mistake), not attempted, or your code raised."""
        exercise = checks.one_of("exercise", name, self.exercises)
        outcome = exercise.check(answer)
        if outcome.kind != NOT_ATTEMPTED:
            exercise.tried.append(outcome)
        return outcome

    def report(self) -> str:
        """What was tried and solved in this session, as JSON for a teacher: for each exercise the number of tries, whether
        it was solved, and the slugs of the known mistakes on the way. The predictions are the letters that were chosen."""
        tried = {
            name: {
                "tries": len(exercise.tried),
                "solved": any(outcome.kind == CORRECT for outcome in exercise.tried),
                "mistakes": [outcome.mistake for outcome in exercise.tried if outcome.mistake],
            }
            for name, exercise in self.exercises.items()
            if exercise.tried
        }
        chosen = {name: question.choice for name, question in self.questions.items() if question.choice}
        return json.dumps({"lesson": self.number, "exercises": tried, "predictions": chosen}, indent=1)

    def hint(self, name: str) -> Outcome:
        """The next hint of an exercise."""
        return checks.one_of("exercise", name, self.exercises).hint()

    def solution(self, name: str) -> Outcome:
        """The solution of an exercise, as code; where NNLIB_NO_SOLUTIONS is 1, a word that the teacher keeps it."""
        exercise = checks.one_of("exercise", name, self.exercises)
        if os.environ.get("NNLIB_NO_SOLUTIONS") == "1":
            return Outcome("Solution", f'Your teacher keeps it for now. lesson.hint("{name}") helps step by step.')
        return exercise.show_solution()


@cache
def content(number: int, language: str) -> tuple[dict[str, Question], dict[str, Exercise]]:
    """The questions and exercises of a lesson in one language: made once, with what was chosen and tried in this session."""
    said = words.read(number, language)
    return from_words(said["questions"]), exercises(
        said["exercises"], importlib.import_module(_functions(number)).TASKS
    )


def exercises(said: Mapping, tasks: Mapping[str, Mapping]) -> dict[str, Exercise]:
    """Words and functions put together; ValueError where either has a slug that the other lacks."""
    needed = {slug: {"says": task.get("kind", Exercise).SAYS} for slug, task in tasks.items()}
    words.match("the words", words.slugs(said), "the functions", words.slugs(needed))
    return {slug: with_words(task, said[slug]) for slug, task in tasks.items()}


def _functions(number: int) -> str:
    return f"nnlib.lessons.lesson_{number:02d}"
