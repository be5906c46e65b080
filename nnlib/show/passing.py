"""One slope followed through a list of layers: forward above the boxes, backward below them (lesson 13)."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from nnlib.show.film import Shown, film
from nnlib.show.style import FAINT, INKS, PAPER, SIGN, TEXT

BOX, GAP, CELL, HIGH = 96, 60, 10, 290
ABOVE, MIDDLE, BELOW = 30, 118, 190  # where the values, the boxes and the slopes begin


def _size(array) -> str:
    return " × ".join(map(str, np.shape(array)))


def _grid(array: np.ndarray, x: float, y: float) -> str:
    """An array as squares around x: a row for each sample, blue above 0, orange below, grey at 0, the stronger the larger."""
    rows, columns = array.shape
    strength, left = np.abs(array) / (np.abs(array).max() or 1), x - columns * CELL / 2
    return "".join(
        f'<rect x="{left + k * CELL:.1f}" y="{y + i * CELL}" width="{CELL - 1}" height="{CELL - 1}" '
        f'fill="{SIGN[np.sign(array[i, k])] if array[i, k] else FAINT}" fill-opacity="{0.12 + 0.88 * strength[i, k]:.2f}"/>'
        for i in range(rows)
        for k in range(columns)
    )


def _frame(names: Sequence[str], values: Sequence, slopes: Sequence, up: int, down: int) -> str:
    """The list with the first `up` values above it and the last `down` slopes below it."""
    width, n = len(names) * (BOX + GAP) + GAP, len(values)
    parts = [f'<rect x="-16" width="{width + 32}" height="{HIGH}" fill="{PAPER}"/>']
    working = n - down if down > 1 else up - 2 if not down else -1
    for k, name in enumerate(names):
        x = GAP + k * (BOX + GAP)
        edge = INKS["backward" if down else "forward"].colour if k == working else FAINT
        parts.append(
            f'<rect x="{x}" y="{MIDDLE}" width="{BOX}" height="44" rx="6" fill="{PAPER}" stroke="{edge}" '
            f'stroke-width="{3.5 if k == working else 1.2}"/>'
            f'<text x="{x + BOX / 2}" y="{MIDDLE + 28}" text-anchor="middle" font-size="17" fill="{TEXT}">'
            f"{html.escape(name)}</text>"
        )
    columns = [(values, ABOVE, "forward", "x", "y")] * up + [(slopes, BELOW, "backward", "dx", "dy")] * down
    for place, (arrays, y, concept, first, other) in zip([*range(up), *range(n - down, n)], columns):
        x, letter = GAP / 2 + place * (BOX + GAP), other if place else first
        parts.append(
            f'<text x="{x}" y="{y - 6}" text-anchor="middle" font-size="16" fill="{INKS[concept].colour}">{letter} '
            f"{_size(arrays[place])}</text>{_grid(arrays[place], x, y)}"
        )
    return f'<svg viewBox="-16 0 {width + 32} {HIGH}" font-family="sans-serif">{"".join(parts)}</svg>'


def passing_film(names: Sequence[str], values: Sequence, slopes: Sequence) -> Shown:
    """A slider over the steps of one pass. values[k] goes into layer k, slopes[k] is the slope of the cost by values[k]."""
    n, frames, said = len(values), [], []
    for up in range(1, n + 1):
        frames.append(_frame(names, values, slopes, up, 0))
        came = f"{names[up - 2]} turns {_size(values[up - 2])} numbers into" if up > 1 else "The input:"
        said.append(f"Forward. {came} {_size(values[up - 1])}" + (" numbers." if up == 1 else "."))
    for down in range(1, n + 1):
        frames.append(_frame(names, values, slopes, n, down))
        at = n - down
        came = (
            f"{names[at]} gets the slope by its output and returns the slope by its input" if down > 1 else "At the end"
        )
        said.append(
            f"Backward. {came}: {_size(slopes[at])} numbers, the largest in size {np.abs(slopes[at]).max():.2g}."
        )
    presets = {"input": 0, "cost": n, "back at the input": 2 * n - 1}
    places = [f"{k} of {2 * n}" for k in range(1, 2 * n + 1)]
    return film(places, frames, said, label="step", presets=presets, play=True, interval=700, start=n, width=720)
