"""The scripts of learners.toml, right and with their slips, those of trainings.toml, and how they are run as files."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from texts import edited, tables


class Script(NamedTuple):
    """A learner's script, and what may be said of it: names of its slip (none where it is right), or its one cause."""

    title: str
    source: str
    names: tuple[str, ...] = ()
    words: str = ""  # a part of the report

    def judged(self, folder: Path, **functions):
        """What the last line of the script gives with these functions; the lines above it are run as a file in `folder`."""
        source, _, last = self.source.rstrip().rpartition("\n")
        space = vars(module(folder, source))
        space.update(functions)
        return eval(last, space)


def module(folder: Path, source: str) -> ModuleType:
    """The source run as a file: the doctor reads the lines of code that has one."""
    file = folder / "learner.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("learner", file)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def with_slips() -> Iterator[Script]:
    head, found = tables("learners")
    for title, table in found.items():
        right = head + "\n\n" + table["code"]
        yield Script(title, right, words=table.get("says", ""))
        for said, *changes in table.get("slips", ()):
            source = edited(right, *changes)
            names, _, words = said.partition(": ")
            title_of = f"{title}: {' '.join(changes[-1].split())[:40]}"
            yield Script(title_of, source, () if names == "right" else tuple(names.split(" | ")), words)


def of_trainings() -> Iterator[Script]:
    head, found = tables("trainings")
    for title, table in found.items():
        yield Script(title, head + "\n" + table["code"], (table["cause"],))


SCRIPTS, TRAININGS = tuple(with_slips()), tuple(of_trainings())
