"""One slope followed through a list of layers: forward above the boxes, backward below them (lesson 13)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.show.scene import Scene
from nnlib.show.style import FAINT, INKS, PAPER, SIGN
from nnlib.show.svg import element, rect, sheet, words

BOX, GAP, CELL, HIGH = 96, 60, 10, 290
ABOVE, MIDDLE, BELOW = 30, 118, 190  # where the values, the boxes and the slopes begin


def passing_scene(names: Sequence[str], values: Sequence, slopes: Sequence) -> Scene:
    """The steps 1 to 2n of one pass. values[k] goes into layer k, slopes[k] is the slope of the cost by values[k]."""
    n = len(values)

    def draw(place, up, down):
        return _frame(names, values, slopes, up, down)

    def say(place, up, down):
        if not down:
            came = f"{names[up - 2]} turns {_size(values[up - 2])} numbers into" if up > 1 else "The input:"
            return f"Forward. {came} {_size(values[up - 1])}{' numbers' * (up == 1)}."
        at = n - down
        came = (
            f"{names[at]} gets the slope by its output and returns the slope by its input" if down > 1 else "At the end"
        )
        largest = np.abs(slopes[at]).max()
        return f"Backward. {came}: {_size(slopes[at])} numbers, the largest in size {largest:.2g}."

    rows = [(k, min(k, n), max(k - n, 0)) for k in range(1, 2 * n + 1)]
    presets = {"input": 1, "cost": n + 1, "back at the input": 2 * n}
    name = lambda k: f"{k} of {2 * n}"
    return Scene(None, draw, say, rows, "step", name, interval=700, presets=presets, start=n + 1, pixels=720)


def _frame(names: Sequence[str], values: Sequence, slopes: Sequence, up: int, down: int) -> str:
    """The list with the first `up` values above it and the last `down` slopes below it."""
    width, n, parts = len(names) * (BOX + GAP) + GAP, len(values), []
    working = n - down if down > 1 else up - 2 if not down else -1
    for k, name in enumerate(names):
        x, lit = GAP + k * (BOX + GAP), k == working
        edge = INKS["backward" if down else "forward"].colour if lit else FAINT
        parts.append(rect(x, MIDDLE, BOX, 44, PAPER, edge, 3.5 if lit else 1.2, rx=6))
        parts.append(words(x + BOX / 2, MIDDLE + 28, name, size=17, anchor="middle"))
    for arrays, places, y, concept, letters in (
        (values, range(up), ABOVE, "forward", "xy"),
        (slopes, range(n - down, n), BELOW, "backward", ("dx", "dy")),
    ):
        for k in places:
            x, name = GAP / 2 + k * (BOX + GAP), f"{letters[k > 0]} {_size(arrays[k])}"
            parts.append(words(x, y - 6, name, INKS[concept].colour, 16, "middle") + _grid(arrays[k], x, y))
    return sheet(width + 32, HIGH, *parts, left=-16)


def _size(array) -> str:
    return " × ".join(map(str, np.shape(array)))


def _grid(array: np.ndarray, x: float, y: float) -> str:
    """An array as squares around x: a row for each sample, blue above 0, orange below, grey at 0, the stronger the larger."""
    strength, left = np.abs(array) / (np.abs(array).max() or 1), x - array.shape[1] * CELL / 2
    return "".join(
        element(
            "rect", x=left + k * CELL, y=y + i * CELL, width=CELL - 1, height=CELL - 1,
            fill=SIGN[np.sign(value)] if value else FAINT, fill_opacity=0.12 + 0.88 * strength[i, k],
        )
        for (i, k), value in np.ndenumerate(array)
    )  # fmt: skip
