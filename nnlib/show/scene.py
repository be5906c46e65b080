"""Scenes: for each value of a slider how it is drawn and what is said of it, shown as a film or as a still picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np

from nnlib.show.cells import Shown
from nnlib.show.film import film
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, drawing_uri, figure_of, png_uri, svg_picture
from nnlib.show.style import DPI


@dataclass(frozen=True)
class Scene:
    """A picture for each value of a slider: a film, or one of them as a still.

    ax, draw: draw(frame, *row) draws on an empty Overlay over the picture of `ax`; without `ax`, draw(*row) returns a whole
    drawing as SVG text, `pixels` wide, which may lie over the SVG text `behind`. say(*row) is the sentence of a row.
    rows: a tuple for each value, that value first; a mapping makes several reels, among which buttons named `choice` choose.
    label: the name of the slider; at a value it reads name(value). interval: milliseconds a frame, for a play button.
    presets, start: values with a button of their own by name, and the value to begin with. lead: what the alt text of a
    still begins with, before its sentence.
    """

    ax: Any
    draw: Callable
    say: Callable[..., str]
    rows: Iterable[tuple] | Mapping[str, Iterable[tuple]]
    label: str
    name: Callable[..., str] = str
    choice: str = ""
    interval: int | None = None
    presets: Mapping[str, Any] = field(default_factory=dict)
    start: Any = None
    lead: str = ""
    pixels: int = 640
    behind: str = ""

    @cached_property
    def reels(self) -> dict[str, list[tuple]]:
        """The rows of each reel by its name."""
        reels = self.rows if isinstance(self.rows, Mapping) else {"": self.rows}
        return {name: list(rows) for name, rows in reels.items()}

    @property
    def width(self) -> int:
        """The width of the picture in pixels."""
        return self.pixels if self.ax is None else round(figure_of(self.ax).get_figwidth() * DPI)

    def frame(self, row: tuple) -> str:
        """The SVG text of one row."""
        if self.ax is None:
            return self.draw(*row)
        frame = Overlay(self.ax)
        self.draw(frame, *row)
        return frame.svg()

    @cached_property
    def address(self) -> str:
        """The address of what lies behind every row; none where nothing does."""
        if self.ax is None:
            return drawing_uri(self.behind) if self.behind else ""
        return png_uri(figure_of(self.ax))

    def film(self, presets: Mapping[str, Any] | None = None, start: Any = None) -> Shown:
        """A slider over the values; `presets` and `start` as in the scene, whose own they replace.

        Raises ValueError for a value that the slider does not have, for two presets of one value, and where reels differ in
        length.
        """
        first, *others = self.reels.values()
        values = [row[0] for row in first]
        if any(len(rows) != len(first) for rows in others):
            raise ValueError(f"rows: expected {len(first)} in each reel, got {[len(rows) for rows in others]}")
        start = self.start if start is None else start
        return film(self, places_of(presets or self.presets, values), 0 if start is None else place_of(start, values))

    def still(self, value: Any, reel: str | None = None) -> Picture:
        """The picture of one value, in a reel by its name or in the first."""
        rows = next(iter(self.reels.values())) if reel is None else self.reels[reel]
        row = rows[place_of(value, [row[0] for row in rows])]
        return svg_picture(self.frame(row), self.lead + self.say(*row), self.width, self.address)


def places_of(presets: Mapping[str, Any], values: Sequence) -> dict[str, int]:
    """The place of each preset. Raises ValueError where two have one value, or the slider does not have it."""
    places = {words: place_of(value, values) for words, value in presets.items()}
    if len(set(places.values())) < len(places):
        raise ValueError(f"presets: expected a value of its own for each, got {presets}")
    return places


def place_of(wanted: Any, values: Sequence) -> int:
    """The place of a value, or of the number nearest to it. Raises ValueError where none is within 5 percent of it."""
    if wanted in values:
        return values.index(wanted)
    numbers = all(isinstance(value, Real) for value in (wanted, *values))
    nearest = int(np.abs(np.subtract(values, wanted)).argmin()) if numbers else 0
    if not numbers or not np.isclose(values[nearest], wanted, rtol=0.05, atol=0):
        raise ValueError(f"value: expected one from {values[0]!r} to {values[-1]!r} on the slider, got {wanted!r}")
    return nearest
