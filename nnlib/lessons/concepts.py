"""The concept test: twenty items before lesson 0 and again after lesson 10, scored here, with the mistake behind each answer.

Each wrong option is a named mistake of the series. Nothing is claimed of the test itself: no class has taken it yet.
"""

from __future__ import annotations

import html
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from nnlib.lessons import words
from nnlib.lessons.questions import Question, Said, from_words

if TYPE_CHECKING:
    from nnlib.show.cells import Shown

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
        from nnlib.show.cells import Shown, radio  # widgets, which scoring does without

        shown = [
            radio(item, f"{number}. {item.prompt}", waiting="Not answered.")
            for number, item in enumerate(self.items.values(), 1)
        ]
        return Shown(
            shown, str(self), f"<pre style='white-space:pre-wrap'>{html.escape(str(self))}</pre>", needs_kernel=True
        )

    def answer(self, letters: str) -> Said:
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

    def score(self) -> Said:
        """How many items are right; after the lessons also what each wrong answer may mean."""
        chosen = [item.choice for item in self.items.values()]
        right = sum(item.choice == item.answer for item in self.items.values())
        lines = [f"{right} of {len(chosen)} right, {len(chosen) - chosen.count(None)} answered."]
        for number, item in enumerate(self.items.values(), 1):
            if self.when == "after" and item.choice not in (None, item.answer):
                wrong = item.letters[item.choice]
                lines.append(f'{number}. You chose "{wrong.words}". {wrong.feedback} Right: "{item.right.words}".')
        first, *rest = map(html.escape, lines)
        page = f"<div role='status'><strong>{first}</strong>{''.join(f'<p>{line}</p>' for line in rest)}</div>"
        return Said("\n".join(lines), page)

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
        asked = (
            "\n   ".join([f"{n}. {item.prompt}", *item.labels.values()])
            for n, item in enumerate(self.items.values(), 1)
        )
        return "\n".join(asked)
