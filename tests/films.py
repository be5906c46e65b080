"""What a test sees in a film: the cells at each place of its slider."""

import re
import sys

from nnlib.show import Scene

START = re.compile(r'<div data-reel="(\d+)" data-place="(\d+)" data-value="([^"]*)"( hidden)?>')


def film(values, frames, words, label="k", presets=None, start=None, **more):
    """A film of drawings that are there already; frames and words may be mappings, with a reel for each key."""
    frames, words = (part if isinstance(part, dict) else {"": part} for part in (frames, words))
    rows = {name: list(zip(values, frames[name], words[name])) for name in frames}
    return Scene(None, lambda value, svg, said: svg, lambda value, svg, said: said, rows, label, **more).film(
        presets, start
    )


def reels(shown) -> list[list[str]]:
    """The cells of each reel of a film, place by place."""
    return reels_of(shown.children[0].value)


def reels_of(page: str) -> list[list[str]]:
    """The cells of each reel of a film's page, place by place; each cell says which it is, or this fails."""
    _, *found = START.split(page)
    cells = {(int(reel), int(place)): text for reel, place, text in zip(found[::5], found[1::5], found[4::5])}
    count, places = (max(numbers) + 1 for numbers in zip(*cells))
    assert len(found) == 5 * count * places and len(cells) == count * places
    return [[cells[reel, place] for place in range(places)] for reel in range(count)]


def places(shown) -> list[str]:
    """The cells of a film that has one reel."""
    (cells,) = reels(shown)
    return cells


def drawn(monkeypatch, draw, *given, by="picture"):
    """What a function of nnlib.show hands to `picture`, or to another function `by`, before it becomes bytes."""
    kept = []
    monkeypatch.setattr(sys.modules[draw.__module__], by, lambda *parts, **_: kept.append(parts))
    draw(*given)
    (parts,) = kept
    return parts
