"""One lesson as its notebook sees it: `ask`, `predict`, `explain`, `check`, `hint`, `solution`, each by a name."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnlib.lessons import words
from nnlib.lessons.exercises import CORRECT, NOT_ATTEMPTED, Exercise, Outcome, with_words
from nnlib.lessons.questions import Question, Said, explained, from_words, prediction, quick

if TYPE_CHECKING:
    from nnlib.show.film import Shown


class Lesson:
    """The questions and exercises of lesson `number`: words from `words/en/NN.toml`, functions from `lesson_NN.py`.

    `language` is a folder of words, such as "de"; None takes the environment variable NNLIB_LANGUAGE, or English. A
    lesson that a language does not hold is shown in English. Raises ValueError for a lesson or a language that is not
    there, and for words and functions whose slugs do not match. A prediction and the hints given are kept from one
    `Lesson(4)` to the next.
    """

    def __init__(self, number: int, language: str | None = None):
        name = f"nnlib.lessons.lesson_{number:02d}" if isinstance(number, int) else None
        if name is None or importlib.util.find_spec(name) is None:
            raise ValueError(f"number: expected a lesson of the series, 0 to 14, got {number!r}")
        tasks = importlib.import_module(name).TASKS
        self.number = number
        self.questions, self.exercises = content(number, words.chosen(language), tasks)

    def ask(self, name: str) -> Said:
        """A quick question with feedback for each option."""
        return quick(_named("question", name, self.questions))

    def predict(self, name: str, choice: str | None = None) -> Shown | Outcome:
        """Radio buttons for a prediction; or, with a letter, the same by keyboard alone."""
        question = _named("question", name, self.questions)
        if choice is None:
            return prediction(question)
        return Outcome("Prediction", question.choose(choice))

    def explain(self, name: str) -> Said:
        """The learner's own prediction quoted, the answer, and what the other answers assume."""
        return explained(_named("question", name, self.questions).explanation())

    def answers(self, *names: str) -> Said:
        """The answers to quick questions, and what the other options assume: for pages on which no option can be opened."""
        asked = [_named("question", name, self.questions) for name in names]
        return explained(*([question.prompt, *question.assumptions()] for question in asked))

    def check(self, name: str, answer) -> Outcome:
        """Correct, not yet (naming the mistake), not attempted, or your code raised."""
        outcome = _named("exercise", name, self.exercises).check(answer)
        if outcome.kind != NOT_ATTEMPTED:
            _tried.setdefault(self.number, {}).setdefault(name, []).append(outcome)
        return outcome

    def report(self) -> str:
        """What was tried and solved in this session, as JSON for a teacher: for each exercise the number of tries, whether
        it was solved, and the slugs of the known mistakes on the way. The predictions are the letters that were chosen."""
        tried = {
            name: {
                "tries": len(outcomes),
                "solved": any(outcome.kind == CORRECT for outcome in outcomes),
                "mistakes": [outcome.mistake for outcome in outcomes if outcome.mistake],
            }
            for name, outcomes in _tried.get(self.number, {}).items()
        }
        chosen = {name: question.choice for name, question in self.questions.items() if question.choice}
        return json.dumps({"lesson": self.number, "exercises": tried, "predictions": chosen}, indent=1)

    def hint(self, name: str) -> Outcome:
        """The next hint of an exercise."""
        return _named("exercise", name, self.exercises).hint()

    def solution(self, name: str) -> Outcome:
        """The solution of an exercise, as code; where NNLIB_NO_SOLUTIONS is 1, a word that the teacher keeps it."""
        exercise = _named("exercise", name, self.exercises)
        if os.environ.get("NNLIB_NO_SOLUTIONS") == "1":
            return Outcome("Solution", f'Your teacher keeps it for now. lesson.hint("{name}") helps step by step.')
        return exercise.show_solution()


_tried: dict[int, dict[str, list[Outcome]]] = {}  # what was answered in this session, by lesson and exercise
_made: dict[tuple[int, str], tuple[dict[str, Question], dict[str, Exercise]]] = {}


def content(
    number: int, language: str, tasks: Mapping[str, Mapping]
) -> tuple[dict[str, Question], dict[str, Exercise]]:
    """The questions and exercises of a lesson in one language, made once."""
    if (number, language) not in _made:
        said = words.read(number, language)
        _made[number, language] = from_words(said["questions"]), _exercises(said["exercises"], tasks)
    return _made[number, language]


def _exercises(said: Mapping, tasks: Mapping[str, Mapping]) -> dict[str, Exercise]:
    """Words and functions put together; ValueError where either has a slug that the other lacks."""
    needed = {slug: {"says": task.get("kind", Exercise).SAYS} for slug, task in tasks.items()}
    words.match("the words", words.slugs(said), "the functions", words.slugs(needed))
    return {slug: with_words(task, said[slug]) for slug, task in tasks.items()}


def _named(kind: str, name: str, table: dict):
    if name not in table:
        raise ValueError(f"{kind}: expected one of {', '.join(table)}, got {name!r}")
    return table[name]
