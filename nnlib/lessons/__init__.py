"""What the notebooks call: questions, predictions that are quoted back, and exercises that are checked."""

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.lesson import Lesson
from nnlib.lessons.questions import Option, Question

__all__ = ["Exercise", "Lesson", "Option", "Question", "WrongWay"]
