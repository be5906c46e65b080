"""The scripts of learners.toml, right and with their slips, and how a script is run as a learner's file."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from programs import edited


class Script(NamedTuple):
    """A learner's script, and what the doctor may say of it; `names` is empty where it is right."""

    title: str
    source: str
    names: tuple[str, ...] = ()

    def diagnosed(self, folder: Path, diagnose):
        """What `diagnose` says in the last line of the script, run as a file in `folder`."""
        source, _, last = self.source.rstrip().rpartition("\n")
        space = vars(module(folder, source))
        space["diagnose"] = diagnose
        return eval(last, space)


def module(folder: Path, source: str) -> ModuleType:
    """The source run as a file: the doctor reads the lines of code that has one."""
    file = folder / "learner.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("learner", file)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def read() -> Iterator[Script]:
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    head = tables.pop("head")
    for title, table in tables.items():
        right = head + "\n\n" + table["code"]
        yield Script(title, right)
        for names, *changes in table.get("slips", ()):
            source = edited(right, *changes)
            said = () if names == "right" else tuple(names.split(" | "))
            yield Script(f"{title}: {' '.join(changes[-1].split())[:40]}", source, said)


SCRIPTS = tuple(read())
