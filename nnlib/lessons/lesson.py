"""One lesson as its notebook sees it: `ask`, `predict`, `explain`, `check`, `hint`, `solution`, each by a name."""

from __future__ import annotations

import html
import importlib
import importlib.util
import os

from nnlib.lessons.exercises import Exercise, Outcome
from nnlib.lessons.questions import Details, Question, prediction, quick
from nnlib.show.film import Shown


class Explanation:
    """The prediction quoted back, and what every option assumes."""

    def __init__(self, lines: list[str]):
        self.lines = lines

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        first, *rest = (html.escape(line) for line in self.lines)
        items = "".join(f"<li style='list-style:none'>{line}</li>" for line in rest)
        return f"<div role='status'><strong>{first}</strong><ul>{items}</ul></div>"


class Lesson:
    """The questions and exercises of lesson `number`: QUESTIONS and EXERCISES of `nnlib/lessons/lesson_NN.py`."""

    def __init__(self, number: int):
        name = f"nnlib.lessons.lesson_{number:02d}" if isinstance(number, int) else None
        if name is None or importlib.util.find_spec(name) is None:
            raise ValueError(f"number: expected a lesson of the series, 0 to 10, got {number!r}")
        content = importlib.import_module(name)
        self.number = number
        self.questions: dict[str, Question] = content.QUESTIONS
        self.exercises: dict[str, Exercise] = content.EXERCISES

    def ask(self, name: str) -> Details:
        """A quick question with feedback for each option."""
        return quick(_named("question", name, self.questions))

    def predict(self, name: str, choice: str | None = None) -> Shown | Outcome:
        """Radio buttons for a prediction; or, with a letter, the same by keyboard alone."""
        question = _named("question", name, self.questions)
        if choice is None:
            return prediction(question)
        return Outcome("Prediction", question.choose(choice))

    def explain(self, name: str) -> Explanation:
        """The learner's own prediction quoted, the answer, and what the other answers assume."""
        return Explanation(_named("question", name, self.questions).explanation())

    def check(self, name: str, answer) -> Outcome:
        """Correct, not yet (naming the mistake), not attempted, or your code raised."""
        return _named("exercise", name, self.exercises).check(answer)

    def hint(self, name: str) -> Outcome:
        """The next hint of an exercise."""
        return _named("exercise", name, self.exercises).hint()

    def solution(self, name: str) -> Outcome:
        """The solution of an exercise, as code; where NNLIB_NO_SOLUTIONS is 1, a word that the teacher keeps it."""
        exercise = _named("exercise", name, self.exercises)
        if os.environ.get("NNLIB_NO_SOLUTIONS") == "1":
            return Outcome("Solution", f'Your teacher keeps it for now. lesson.hint("{name}") helps step by step.')
        return exercise.show_solution()


def _named(kind: str, name: str, table: dict):
    if name not in table:
        raise ValueError(f"{kind}: expected one of {', '.join(table)}, got {name!r}")
    return table[name]
