"""Questions with options: quick ones answered on the spot, and predictions that are stored and quoted back."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # widgets come in when they are shown: checks run where numpy alone is installed
    from nnlib.show.cells import Shown


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
    def labels(self) -> dict[str, str]:
        """The words of each option behind its letter, as "a. Twice as much"."""
        return {letter: f"{letter}. {option.words}" for letter, option in self.letters.items()}

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
            return f"It stays {self.labels[self.choice]}: the explanation has been read."
        self.choice = letter
        return f"Noted: {self.labels[letter]}"

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


@dataclass(frozen=True)
class Said:
    """What a cell shows: plain text, and the same as HTML."""

    text: str
    page: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.page


def quick(question: Question) -> Said:
    """A quick question: each option opens its feedback, in any page, with no kernel."""
    return _to_open(
        question, "Question", "Run the cell and open an option. All answers stand near the end of the lesson."
    )


def _to_open(question: Question, kind: str, where: str) -> Said:
    """A question whose options are disclosure buttons that open their feedback."""
    rows = "".join(
        f"<details><summary>{html.escape(question.labels[letter])}</summary>"
        f"<p style='margin:0.2em 0 0.6em 1.2em'>{'Right. ' if option.right else 'Not this one. '}"
        f"{html.escape(option.feedback)}</p></details>"
        for letter, option in question.letters.items()
    )
    asked = f"<p><strong>{html.escape(question.prompt)}</strong></p>{rows}"
    hint = f"<p class='nnlib-notebook-only'><em>{where}</em></p>"
    text = "\n  ".join([f"{kind}: {question.prompt}", *question.labels.values()])
    return Said(text, f"<div class='nnlib-question'>{asked}{hint}</div>")


def prediction(question: Question) -> Shown:
    """Radio buttons that store the learner's choice; in a page without Python the options open their feedback."""
    from nnlib.show.cells import radio

    plain = _to_open(question, "Predict", "Run the cell to choose. The answer follows further down.")
    return radio(question, f"Predict: {question.prompt}", plain.text, plain.page)


def explained(*questions: list[str]) -> Said:
    """Lines for each question: the prediction quoted back or the question itself, then what every option assumes."""
    parts = ""
    for lines in questions:
        first, *rest = map(html.escape, lines)
        items = "".join(f"<li style='list-style:none'>{line}</li>" for line in rest)
        parts += f"<strong class='nnlib-notebook-only'>{first}</strong><ul>{items}</ul>"
    text = "\n\n".join("\n".join(lines) for lines in questions)
    return Said(text, f"<div role='status' class='nnlib-explanation'>{parts}</div>")
