"""The words of the lessons as text files, one folder a language and one file a lesson, read and checked here.

`en/04.toml` holds the questions, hints and praise of lesson 4, and its known mistakes: the code that makes each of
them, and the sentence that names it. A translation is a folder beside `en` with files of the same names; a lesson that it
does not hold is shown in English.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
ENGLISH = "en"
# what each table of a file may hold: required keys, further keys
QUESTION = {"prompt", "options"}, set()
OPTION = {"words", "feedback"}, {"right"}
EXERCISE = {"hints"}, {"praise", "wrong_ways", "says"}
WRONG_WAY = {"code", "says"}, set()


def languages() -> list[str]:
    """The languages that have a folder, in the order of their names."""
    return sorted(path.name for path in FOLDER.iterdir() if any(path.glob("[0-9]*.toml")))


def chosen(language: str | None) -> str:
    """`language`, or NNLIB_LANGUAGE, or English; ValueError for one that has no folder."""
    language = language or os.environ.get("NNLIB_LANGUAGE") or ENGLISH
    if language not in languages():
        raise ValueError(f"language: expected one of {', '.join(languages())}, got {language!r}")
    return language


def read(number: int, language: str | None = None) -> dict:
    """The words of lesson `number`: {"questions": {slug: ...}, "exercises": {slug: ...}}, as in its file.

    Raises ValueError for a language that has no folder, for keys that are missing or unknown, and for a translation
    whose slugs, number of options or right answers are not those of the English file.
    """
    english, path = load(FOLDER / ENGLISH / f"{number:02}.toml"), FOLDER / chosen(language) / f"{number:02}.toml"
    if not path.exists():
        return english
    words = load(path)
    match(f"{path.parent.name}/{path.name}", outline(words), f"{ENGLISH}/{path.name}", outline(english))
    return words


def load(path: Path) -> dict:
    """One file of words with the keys of each table checked."""
    words = {"questions": {}, "exercises": {}, **tomllib.loads(path.read_text(encoding="utf-8"))}
    for slug, question in words["questions"].items():
        _keys(f"{path.name}, questions.{slug}", question, *QUESTION)
        for option in question["options"]:
            _keys(f"{path.name}, an option of questions.{slug}", option, *OPTION)
    for slug, exercise in words["exercises"].items():
        _keys(f"{path.name}, exercises.{slug}", exercise, *EXERCISE)
        for name, way in exercise.get("wrong_ways", {}).items():
            _keys(f"{path.name}, exercises.{slug}.wrong_ways.{name}", way, *WRONG_WAY)
    return words


def _keys(name: str, table: Mapping, required: set[str], further: set[str]) -> None:
    if not isinstance(table, Mapping) or not required <= table.keys() <= required | further:
        expected, got = ", ".join(sorted(required)), ", ".join(table) if isinstance(table, Mapping) else repr(table)
        beside = f", perhaps {', '.join(sorted(further))}" if further else ""
        raise ValueError(f"{name}: expected the keys {expected}{beside}, got {got or 'nothing'}")


def slugs(exercises: Mapping[str, Mapping]) -> set[str]:
    """The slugs of exercises and of their further sentences."""
    return {f"exercises.{slug}" for slug in exercises} | {
        f"exercises.{slug}.says.{name}" for slug, exercise in exercises.items() for name in exercise.get("says", ())
    }


def outline(words: Mapping) -> set[str]:
    """All that a translation must not change: slugs, the code of known mistakes, the number of options, which is right."""
    mistakes = {
        f"exercises.{slug}.wrong_ways.{name} with the code {way['code']}"
        for slug, exercise in words["exercises"].items()
        for name, way in exercise.get("wrong_ways", {}).items()
    }
    options = {
        f"questions.{slug}, option {place}, which is {'right' if option.get('right') else 'wrong'}"
        for slug, question in words["questions"].items()
        for place, option in enumerate(question["options"], start=1)
    }
    return slugs(words["exercises"]) | mistakes | options


def match(name: str, found: Iterable[str], other: str, wanted: Iterable[str]) -> None:
    """Raise ValueError where two sets of slugs differ, with what stands on one side only."""
    missing, surplus = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    alone = [f"in {side} only: {', '.join(rows)}" for rows, side in ((missing, other), (surplus, name)) if rows]
    if alone:
        raise ValueError(f"words: expected {name} and {other} to match, got {'; '.join(alone)}")
