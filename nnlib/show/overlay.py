"""What moves over a still background: lines, dots, images and words as light SVG, in data coordinates."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np

from nnlib.show.picture import figure_of, uri
from nnlib.show.style import DPI, INKS, TEXT
from nnlib.show.svg import FONT, element, rect, words

MARGIN = 20  # how far beyond its axes a line is drawn, so that its ends are not seen
DASHES = {"-": "", "--": "6 3", ":": "2 3", "-.": "6 3 1 3"}


class Overlay:
    """One frame over the picture of `ax`: draw on it in data coordinates, then take `.svg()`.

    Everything is clipped to its axes. The frame has the size of the figure, in units of 1/100 inch.
    """

    def __init__(self, ax):
        self.figure = figure_of(ax)
        self.width, self.height = (round(side * DPI) for side in self.figure.get_size_inches())
        self.parts: list[tuple[tuple, list[str]]] = []  # what is drawn in one axes after another, and the box of each
        self.boxes: dict = {}

    def line(self, ax, x, y, concept: str, width: float = 2.0) -> Overlay:
        """A curve through the points (x, y); points that are not finite are left out."""
        ink = INKS[concept]
        dash = DASHES[ink.dash] if isinstance(ink.dash, str) else " ".join(map(str, ink.dash[1]))
        look = {"fill": "none", "stroke": ink.colour, "stroke_width": width, "stroke_dasharray": dash or None}
        for piece in self._in_sight(ax, x, y):
            self._add(ax, element("polyline", points=_listed(piece), **look))
        return self

    def path(self, ax, points, concept: str, width: float = 1.6, radius: float = 3.0) -> Overlay:
        """A line through `points`, shape (n, 2), with a marker at each."""
        return self.line(ax, *points.T, concept, width).dots(ax, *points.T, concept, radius)

    def curve(self, ax, values, concept: str, width: float = 2.0) -> Overlay:
        """The values of steps 0, 1, 2, ... as a line."""
        return self.line(ax, np.arange(len(values)), values, concept, width)

    def dots(self, ax, x, y, concept: str, radius: float = 4.0) -> Overlay:
        """The marker of the concept at each point, so that colour is not the only signal."""
        marks = (_marker(INKS[concept].marker, a, b, radius) for a, b in self._points(ax, x, y).tolist())
        return self._add(ax, element("g", *marks, fill=INKS[concept].colour, stroke="#fff", stroke_width=1))

    def walker(self, ax, x, y, concept: str, radius: float = 6.0, seconds: float = 5.0) -> Overlay:
        """A dot that takes the points one after another, once, and stays at the last; points that are not finite are left out."""
        moves = (
            element(
                "animate", attributeName=name, dur=f"{seconds}s", calcMode="discrete", fill="freeze",
                values=";".join(f"{value:.1f}" for value in places),
            )
            for name, places in zip(("cx", "cy"), self._points(ax, x, y).T)
        )  # fmt: skip
        return self._add(ax, element("circle", *moves, r=radius, fill=INKS[concept].colour, stroke="#fff"))

    def bar(self, ax, x0: float, x1: float, y0: float, y1: float, concept: str) -> Overlay:
        """A filled rectangle between two corners; ValueError where one of them is not finite."""
        (a, b), (c, d) = self._finite(ax, [x0, x1], [y0, y1]).tolist()
        return self._add(ax, rect(min(a, c), min(b, d), abs(c - a), abs(d - b), INKS[concept].colour))

    def image(self, ax, values, cmap: str = "viridis") -> Overlay:
        """A small matrix of numbers from 0 to 1 stretched over the whole of `ax`, its first row at the bottom."""
        from matplotlib.image import imsave  # as in style.py, not before there is something to draw on

        with io.BytesIO() as stream:
            imsave(stream, np.asarray(values), cmap=cmap, vmin=0, vmax=1, origin="lower", format="png")
            address = uri(stream.getvalue())
        _, _, width, height = self._box(ax)
        return self._add(ax, element("image", href=address, width=width, height=height, preserveAspectRatio="none"))

    def text(self, ax, x: float, y: float, text: str, concept: str | None = None, size: int = 12, anchor="start"):
        """Words at a point, in the colour of a concept; ValueError where the point is not finite."""
        ((a, b),) = self._finite(ax, [x], [y]).tolist()
        return self._add(ax, words(a, b, text, INKS[concept].colour if concept else TEXT, size, anchor))

    def svg(self) -> str:
        """The frame as SVG text, without a label."""
        boxes = (
            element("svg", *drawn, x=left, y=top, width=width, height=height, overflow="hidden")
            for (left, top, width, height), drawn in self.parts
        )
        return element("svg", *boxes, viewBox=f"0 0 {self.width} {self.height}", font_family=FONT)

    def _box(self, ax):
        """Left, top, width and height of the axes, in units of the picture."""
        if ax not in self.boxes:
            left, bottom, width, height = ax.get_position().bounds
            shares, units = (left, 1 - bottom - height, width, height), (self.width, self.height) * 2
            self.boxes[ax] = tuple(share * unit for share, unit in zip(shares, units))
        return self.boxes[ax]

    def _finite(self, ax, x, y):
        if not np.isfinite([*x, *y]).all():
            raise ValueError(f"x, y: expected finite numbers, got {x} and {y}; draw nothing for this frame instead")
        return self._points(ax, x, y)

    def _points(self, ax, x, y):
        x, y = np.broadcast_arrays(np.asarray(x, float).ravel(), np.asarray(y, float).ravel())
        keep = np.isfinite(x) & np.isfinite(y)
        if not keep.any():
            return np.empty((0, 2))
        left, top, _, height = self._box(ax)
        pixels = ax.transData.transform(np.column_stack([x[keep], y[keep]]))
        pixels = np.clip(pixels, -1e5, 1e5)
        return np.column_stack([pixels[:, 0] - left, self.height - pixels[:, 1] - top])

    def _in_sight(self, ax, x, y):
        """The pieces of a curve in and near the axes: a browser would dash all that lies far outside too, for seconds."""
        from matplotlib.path import Path

        points = self._points(ax, x, y)
        if not len(points):
            return [points]
        _, _, width, height = self._box(ax)
        seen = Path(points).cleaned(clip=(-MARGIN, -MARGIN, width + MARGIN, height + MARGIN), simplify=False)
        drawn = seen.codes != Path.STOP
        starts = np.flatnonzero(seen.codes[drawn] == Path.MOVETO)
        return np.split(seen.vertices[drawn], starts[1:])

    def _add(self, ax, part: str) -> Overlay:
        """One more part; parts that follow each other in the same axes share one box, and the browser clips once."""
        box = self._box(ax)
        if not self.parts or self.parts[-1][0] != box:
            self.parts.append((box, []))
        self.parts[-1][1].append(part)
        return self


def log10_within(values, low: float, high: float) -> np.ndarray:
    """log10 of each value, kept from `low` to `high`; what overflowed is at the top, and 0 at the bottom."""
    finite = np.nan_to_num(np.asarray(values, float), nan=np.inf, posinf=np.inf)
    return np.log10(np.clip(finite, 10.0**low, 10.0**high))


def _marker(kind: str, x: float, y: float, radius: float) -> str:
    """One marker of matplotlib's as SVG."""
    if kind in ("o", "."):
        return element("circle", cx=x, cy=y, r=radius)
    return element("polygon", points=_listed((x + radius * a, y - radius * b) for a, b in corners(kind)))


def _listed(points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


@lru_cache
def corners(kind: str) -> list[tuple[float, float]]:
    """The corners of a marker of matplotlib's for the radius 1, y upwards; a cross is drawn as an outline."""
    from matplotlib.markers import MarkerStyle

    marker = MarkerStyle("X" if kind == "x" else kind)
    (outline,) = marker.get_transform().transform_path(marker.get_path()).to_polygons()
    points = outline[:-1]  # the last corner is the first
    return (1.35 * points / np.sqrt((points**2).sum(axis=1).mean())).tolist()  # to the eye as large as the circle
