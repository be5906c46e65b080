"""The concept test: twenty items before lesson 0 and again after lesson 10, scored here, with the mistake behind each answer.

Each wrong option is a named mistake of the series. Nothing is claimed of the test itself: no class has taken it yet.
"""

from __future__ import annotations

import html
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nnlib.lessons import words
from nnlib.lessons.questions import Question, from_words

if TYPE_CHECKING:
    from nnlib.show.film import Shown

FILE = words.FOLDER / "concepts" / f"{words.ENGLISH}.toml"
TIMES = ("before", "after")


class Item(Question):
    """A question that says nothing of its answer until the whole test is scored."""

    def choose(self, choice: str) -> str:
        """Store the answer and return the sentence that confirms it; ValueError for a letter that is not there."""
        super().choose(choice)
        return f"Noted: {self.choice}."


def items() -> dict[str, Item]:
    """The twenty items, not yet answered, each under its slug."""
    return from_words(tomllib.loads(FILE.read_text(encoding="utf-8"))["questions"], Item)


class Score(NamedTuple):
    """How many of the items were answered, and which of them rightly; `told` shows what each wrong answer may mean."""

    items: dict[str, Item]
    told: bool

    @property
    def answered(self) -> int:
        """How many items have an answer."""
        return sum(item.choice is not None for item in self.items.values())

    @property
    def right(self) -> list[str]:
        """The slugs of the items that were answered rightly."""
        return [slug for slug, item in self.items.items() if item.choice == item.answer]

    def lines(self) -> list[str]:
        """The score in a sentence; where it is given, a line for each wrong answer."""
        said = [f"{len(self.right)} of {len(self.items)} right, {self.answered} answered."]
        if self.told:
            for number, item in enumerate(self.items.values(), 1):
                if item.choice not in (None, item.answer):
                    chosen = item.letters[item.choice]
                    said.append(f'{number}. You chose "{chosen.words}". {chosen.feedback} Right: "{item.right.words}".')
        return said

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        first, *rest = (html.escape(line) for line in self.lines())
        return f"<div role='status'><strong>{first}</strong>{''.join(f'<p>{line}</p>' for line in rest)}</div>"


class ConceptTest:
    """The test at one of two times, "before" or "after": show it or answer by letters, then `score()` and `save(path)`.

    Before the lessons only the number of right answers is given, so that the same items can be asked again.
    """

    def __init__(self, when: str):
        if when not in TIMES:
            raise ValueError(f"when: expected 'before' or 'after', got {when!r}")
        self.when, self.items = when, items()

    def show(self) -> Shown:
        """All items with radio buttons."""
        from nnlib.show.film import Shown  # widgets, which scoring does without
        from nnlib.show.radio import radio

        shown = []
        for number, item in enumerate(self.items.values(), 1):
            options = [(f"{letter}. {option.words}", letter) for letter, option in item.letters.items()]
            shown.append(
                radio(f"{number}. {item.prompt}", options, item.choice, item.choose, "", "", waiting="Not answered.")
            )
        return Shown(
            shown, str(self), f"<pre style='white-space:pre-wrap'>{html.escape(str(self))}</pre>", needs_kernel=True
        )

    def answer(self, letters: str) -> Score:
        """Answers by keyboard: a letter for each item in order, "-" for none; blanks do not matter.

        Raises ValueError for another number of letters, or for a letter that an item does not have.
        """
        given = "".join(letters.split()).lower()
        if len(given) != len(self.items):
            raise ValueError(f"letters: expected {len(self.items)}, one for each item, got {len(given)}")
        for letter, item in zip(given, self.items.values()):
            if letter == "-":
                item.choice = None
            else:
                item.choose(letter)
        return self.score()

    def score(self) -> Score:
        """How many were right; after the lessons also what each wrong answer may mean."""
        return Score(self.items, told=self.when == "after")

    def record(self) -> dict:
        """What `save` writes: the time, and for each item the letter, whether it is right, and the mistake."""
        rows = {}
        for slug, item in self.items.items():
            mistake = item.letters[item.choice].mistake if item.choice else ""
            rows[slug] = {"choice": item.choice, "right": item.choice == item.answer, "mistake": mistake}
        return {"test": "nnlib concepts 1", "when": self.when, "items": rows}

    def save(self, path: str | Path) -> None:
        """Write the answers as JSON, for nnlib.lessons.study; no name and no date."""
        Path(path).write_text(json.dumps(self.record(), indent=1) + "\n", encoding="utf-8")

    def __repr__(self) -> str:
        lines = []
        for number, item in enumerate(self.items.values(), 1):
            lines += [
                f"{number}. {item.prompt}",
                *(f"   {letter}. {option.words}" for letter, option in item.letters.items()),
            ]
        return "\n".join(lines)
