"""One look for the whole series: a colour, a line style and a marker for each concept, declared only here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

# No letters are smaller than 12 pixels at a picture's own width: 9 points in matplotlib, font-size 12 in our SVG.
DPI = 100  # one inch of a figure is 100 units of its picture, in matplotlib and in our SVG alike
PAPER, TEXT, FAINT, GRID = "#ffffff", "#222222", "#6b6b6b", "#dddddd"


class Ink(NamedTuple):
    """How a concept is drawn: colour (Okabe-Ito, told apart by the colour-blind), dash pattern, marker."""

    colour: str
    dash: str = "-"
    marker: str = "o"


INKS = {
    "cost": Ink("#0072B2"),
    "forward": Ink("#0072B2"),
    "backward": Ink("#D55E00", "--", "v"),
    "target": Ink("#009E73", "-.", "*"),
    "limit": Ink("#CC79A7", (0, (8, 3)), "d"),
    "prediction": Ink("#E69F00", ":", "^"),
    "other": Ink("#56B4E9", (0, (4, 1, 1, 1, 1, 1)), "s"),
    "quiet": Ink("#767676", ":", "."),
    "paper": Ink(PAPER),
    # the fates of a training run (fates.py)
    "learned": Ink("#0072B2", "-", "o"),
    "still moving": Ink("#E69F00", "--", "^"),
    "oscillating": Ink("#CC79A7", "-.", "d"),
    "stuck": Ink("#000000", ":", "x"),
    "saturated": Ink("#767676", ":", "s"),
    "diverged": Ink("#D55E00", (0, (3, 1, 1, 1)), "X"),
}
SIGN = {+1: "#0072B2", -1: "#D55E00"}  # positive and negative weights; the sign is written as well


def axes(width: float = 6.4, height: float = 3.2, columns: int = 1, titles=(), boxes: Sequence = (), **labels):
    """A figure of `width` x `height` inches with fixed margins and its axes in a row: one Axes, or a list of them.

    Fixed margins keep the picture still while a slider moves. `boxes` places each Axes elsewhere, as (left, bottom,
    width, height) in inches. `labels` go to each Axes.set (xlabel="epoch", ...).
    """
    # only here: memory that a lesson without a graph need not hold, and time that its first question need not wait
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    left, bottom, top, gap = 0.62 / width, 0.52 / height, 1 - 0.34 / height, 0.75 / width
    each = (1 - left - 0.18 / width - gap * (columns - 1)) / columns
    row = [(left + k * (each + gap), bottom, each, top - bottom) for k in range(columns)]
    places = [(x / width, y / height, w / width, h / height) for x, y, w, h in boxes] or row
    made = []
    for k, place in enumerate(places):
        ax = figure.add_axes(place)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color=GRID, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.tick_params(labelsize=9, colors=TEXT)
        ax.set(**labels)
        if k < len(titles):
            ax.set_title(titles[k], fontsize=10, loc="left", color=TEXT)
        made.append(ax)
    return made[0] if len(made) == 1 else made


def narrowest(width: int) -> int:
    """The width in pixels below which a picture of `width` must not shrink: its letters of 12 would fall below 9 (a phone)."""
    return round(width * 9 / 12)


def plain(value: float) -> str:
    """A number of three digits in plain figures: 0.001, 31.6, 1000, never 1e+03."""
    return np.format_float_positional(value, precision=3, fractional=False, trim="-")


def ink(concept: str, marker: bool = False) -> dict:
    """Keyword arguments for Axes.plot, as in `ax.plot(x, y, **ink("cost"))`; marker=True adds the marker."""
    row = INKS[concept]
    return {"color": row.colour, "linestyle": row.dash, **({"marker": row.marker} if marker else {})}


def mark(ax, at, concept: str, size: float = 9.0) -> None:
    """The marker of a concept at a point of `ax`."""
    ax.plot(*at, linestyle="", marker=INKS[concept].marker, color=INKS[concept].colour, markersize=size)


def note(ax, words: str, at, concept: str | None = None, shift=(0, 0), fontsize: float = 10, **more) -> None:
    """Words at a point of `ax`, `shift` points (1/72 inch) away from it, in the colour of a concept."""
    colour = INKS[concept].colour if concept else TEXT
    ax.annotate(words, at, shift, textcoords="offset points", fontsize=fontsize, color=colour, **more)


def arrow(ax, start, end, colour: str, width: float = 2.4, **more) -> None:
    """An arrow between two points of `ax`."""
    look = {"arrowstyle": "-|>", "color": colour, "linewidth": width, **more}
    ax.annotate("", end, start, arrowprops=look)


def legend(ax, **more) -> None:
    """The names of the lines of `ax`, without a frame."""
    ax.legend(**{"fontsize": 10, "frameon": False, **more})
