"""The tables of texts beside this file, learners' code and what the doctor says of it, and how a text is changed."""

from __future__ import annotations

import tomllib
from pathlib import Path


def tables(name: str) -> tuple[str, dict]:
    """(head, "" where there is none, the tables by name) of the file `name`.toml."""
    found = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
    return found.pop("head", ""), found


def edited(source: str, *texts: str) -> str:
    """The source with texts replaced, edited(source, old, new, old, new); every old one has to be there."""
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        if old not in source:
            raise ValueError(f"{old!r} is not in the source")
        source = source.replace(old, new)
    return source
