"""The panels of a film one below the other where the screen is as narrow as a phone's: each is a window onto the same frame."""

from __future__ import annotations

from typing import NamedTuple

from nnlib.show.picture import figure_of
from nnlib.show.style import DPI
from nnlib.show.svg import FONT

PHONE = 480  # pixels: a narrower window shows the panels one below the other


class Panels(NamedTuple):
    """The columns of a figure as (left edge, width), and its height, in units of its picture. One column needs no windows."""

    columns: list[tuple[float, float]]
    height: float

    def html(self, name: str) -> str:
        """A window for each column onto the frame with the id `name`."""
        return "".join(
            f'<svg class="{name}-part {name}-part{k}" aria-hidden="true" font-family="{FONT}" '
            f'viewBox="{left:.0f} 0 {width:.0f} {self.height:.0f}"><use href="#{name}"/></svg>'
            for k, (left, width) in enumerate(self.columns)
        )

    def style(self, name: str) -> str:
        """The style rules that show the windows on a phone, each with its part of the background, and the frame elsewhere."""
        if not self.columns:
            return ""
        whole = sum(width for _, width in self.columns)
        parts = "".join(
            f"svg.{name}-part{k}{{background-size:{100 * whole / width:.2f}% 100%;"
            f"background-position:{100 * left / (whole - width):.2f}% 0}}"
            for k, (left, width) in enumerate(self.columns)
        )
        return (
            f"svg.{name}-part{{display:none}}{parts}"
            f"@media (max-width:{PHONE}px){{svg.{name}-part{{display:block}}.{name}-whole{{display:none}}}}"
        )


def whole(name: str, svg: str, seen: bool) -> str:
    """A frame in one piece, for wider screens; the one that is seen has the id `name`, by which the windows find it."""
    opening, rest = svg.replace("<svg ", f'<svg class="{name}" ', 1).split(">", 1)
    named = f' id="{name}"' if seen else ""
    return f'<div class="{name}-whole">{opening}><g{named}>{rest.removesuffix("</svg>")}</g></svg></div>'


def panels_of(ax) -> Panels:
    """The columns of the figure of `ax`, none without one.

    Axes one above the other make one column, and a cut lies half-way between what two columns draw.
    """
    if ax is None:
        return Panels([], 0.0)
    figure = figure_of(ax)
    renderer, units = figure.canvas.get_renderer(), DPI / figure.dpi
    spans: list[list[float]] = []
    for box in sorted((ax.get_tightbbox(renderer) for ax in figure.axes), key=lambda box: box.x0):
        if spans and box.x0 * units < spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], box.x1 * units)
        else:
            spans.append([box.x0 * units, box.x1 * units])
    cuts = [(left[1] + right[0]) / 2 for left, right in zip(spans, spans[1:])]
    edges = [0.0, *cuts, figure.get_figwidth() * DPI]
    columns = [(left, right - left) for left, right in zip(edges, edges[1:])]
    return Panels(columns if len(columns) > 1 else [], figure.get_figheight() * DPI)
