"""Questions with options: quick ones answered on the spot, and predictions that are stored and quoted back."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # widgets come in when they are shown: checks run where numpy alone is installed
    from nnlib.show.film import Shown


LETTERS = "abcdefgh"


@dataclass(frozen=True)
class Option:
    """One answer: its words, what it assumes (or why it is right), and whether it is right."""

    words: str
    feedback: str
    right: bool = False
    mistake: str = ""  # the slug of the mistake that leads to it, in the concept test


@dataclass
class Question:
    """A question with its options, labelled a, b, c; `choice` holds the learner's prediction once there is one.

    A prediction is `closed` once its explanation has quoted it: from then on it cannot be changed.
    """

    prompt: str
    options: tuple[Option, ...]
    choice: str | None = field(default=None)
    closed: bool = field(default=False)

    def __post_init__(self):
        if sum(option.right for option in self.options) != 1 or not 2 <= len(self.options) <= len(LETTERS):
            raise ValueError(f"options: expected two to eight, exactly one of them right, for {self.prompt!r}")

    @property
    def letters(self) -> dict[str, Option]:
        """The options by their letter."""
        return dict(zip(LETTERS, self.options))

    @property
    def answer(self) -> str:
        """The letter of the right option."""
        return next(letter for letter, option in self.letters.items() if option.right)

    @property
    def right(self) -> Option:
        """The right option."""
        return self.letters[self.answer]

    def choose(self, choice: str) -> str:
        """Store a prediction and return the sentence that confirms it; ValueError for a letter that is not there."""
        letter = str(choice).strip().rstrip(".)").lower()
        if letter not in self.letters:
            raise ValueError(f"choice: expected one of {', '.join(self.letters)}, got {choice!r}")
        if self.closed:
            return f"It stays {self.choice}. {self.letters[self.choice].words}: the explanation has been read."
        self.choice = letter
        return f"Noted: {letter}. {self.letters[letter].words}"

    def explanation(self) -> list[str]:
        """The prediction quoted, the verdict, and what each option assumes: a list of sentences."""
        if self.choice is None:
            return ["You made no prediction this time.", *self.assumptions()]
        self.closed = True
        verdict = "Right" if self.choice == self.answer else "Not this time"
        return [f'{verdict}: you predicted "{self.letters[self.choice].words}".', *self.assumptions()]

    def assumptions(self) -> list[str]:
        """The right option and why it is right, then what each of the others assumes."""
        others = [_quoted(letter, option) for letter, option in self.letters.items() if not option.right]
        return [f"Right is {_quoted(self.answer, self.right)}", *others]


def from_words(said: Mapping[str, Mapping], kind: type[Question] = Question) -> dict[str, Question]:
    """The questions that a file of words holds, by their slugs."""
    return {slug: kind(q["prompt"], tuple(Option(**option) for option in q["options"])) for slug, q in said.items()}


def _quoted(letter: str, option: Option) -> str:
    return f'{letter}. "{option.words}": {option.feedback}'


def quick(question: Question) -> Details:
    """A quick question: each option opens its feedback, in any page, with no kernel."""
    return Details(
        question, "Question", "Run the cell and open an option. All answers stand near the end of the lesson."
    )


class Details:
    """A question as plain HTML: the options are disclosure buttons that open their feedback."""

    def __init__(self, question: Question, kind: str, where: str):
        self.question, self.kind, self.where = question, kind, where

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<details><summary>{letter}. {html.escape(option.words)}</summary>"
            f"<p style='margin:0.2em 0 0.6em 1.2em'>{'Right. ' if option.right else 'Not this one. '}"
            f"{html.escape(option.feedback)}</p></details>"
            for letter, option in self.question.letters.items()
        )
        where = f"<p class='nnlib-notebook-only'><em>{self.where}</em></p>"
        return f"<div class='nnlib-question'><p><strong>{html.escape(self.question.prompt)}</strong></p>{rows}{where}</div>"

    def __repr__(self) -> str:
        options = "\n".join(f"  {letter}. {option.words}" for letter, option in self.question.letters.items())
        return f"{self.kind}: {self.question.prompt}\n{options}"


def prediction(question: Question) -> Shown:
    """Radio buttons that store the learner's choice; in a page without Python the options open their feedback."""
    from nnlib.show.radio import radio

    plain = Details(question, "Predict", "Run the cell to choose. The answer follows further down.")
    options = [(f"{letter}. {option.words}", letter) for letter, option in question.letters.items()]
    return radio(
        f"Predict: {question.prompt}", options, question.choice, question.choose, repr(plain), plain._repr_html_()
    )
