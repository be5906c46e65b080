"""Paths over the bowl of one linear neuron: the slope of each sample as an arrow, and one walk that looks for another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.show.film import Scene, Shown
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import INKS, PAPER, TEXT, axes, ink
from nnlib.surfaces import neuron_cost

WINDOW = ((-2.2, 4.2), (-2.6, 2.6))  # of w and of b
SHORT = 0.09  # of a slope's length, as an arrow


def _contours(ax, X, E, window, levels):
    """The mean cost over w and b, as contours."""
    w, b = (np.linspace(*side, 81) for side in window)
    C = neuron_cost(X, E, w, b)
    ax.contour(w, b, C, levels=np.quantile(C, levels), colors="#b8b8b8", linewidths=0.8)
    ax.set(xlim=window[0], ylim=window[1], xlabel="weight w", ylabel="bias b")
    ax.grid(False)


def opinions_picture(X, E, start, slopes, best) -> Picture:
    """One arrow downhill for each sample, from the same start, and the mean of them; slopes has a row (dw, db) a sample."""
    ax = axes(6.4, 3.9, titles=["each sample's way downhill, and the mean of them all"])
    _contours(ax, X, E, ((-3.2, 3.2), (-0.6, 3.4)), np.linspace(0.02, 0.95, 12))
    start, ways = np.asarray(start, float), -SHORT * np.asarray(slopes)
    mean = ways.mean(axis=0)
    for way, colour, width in (
        *((way, INKS["quiet"].colour, 1.2) for way in ways),
        (mean, INKS["backward"].colour, 3.2),
    ):
        ax.annotate("", start + way, start, arrowprops={"arrowstyle": "-|>", "color": colour, "lw": width})
    ax.plot(*start, marker="o", color=TEXT)
    ax.annotate("start", start, (-8, 8), textcoords="offset points", fontsize=11, ha="right")
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    ax.annotate("their mean", start + mean, (8, 4), textcoords="offset points", fontsize=12,
                color=INKS["backward"].colour, bbox=box)  # fmt: skip
    ax.plot(*best, markersize=12, **{**ink("target", marker=True), "linestyle": ""})
    turned = [_degrees(way, mean) for way in ways]
    return picture(
        ax,
        f"From one start, {len(ways)} thin arrows, one for each sample's way downhill, and a thick one, their mean. The "
        f"single samples point up to {max(turned):.0f} degrees away from the mean.",
    )


def _degrees(one, other) -> float:
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def search_film(X, E, best, aim, rates: Sequence[float], walks: Sequence, start: int) -> Shown:
    """A slider over the rate of one walk, to be laid on another that does not move: `aim` (the name, its points).

    walks[k] holds the points (w, b) of the walk at rates[k]. The sentence says how far apart the two are at most.
    """
    name, wanted = aim
    ax = axes(6.4, 3.6, titles=[f"wide: {name}, which stays. thin: the sum, at the rate of the slider"])
    _contours(ax, X, E, WINDOW, np.linspace(0.02, 0.95, 12))
    ax.plot(*wanted.T, color=INKS["cost"].colour, linewidth=8, alpha=0.35, solid_joinstyle="round")
    ax.plot(*best, markersize=12, **{**ink("target", marker=True), "linestyle": ""})

    def draw(frame: Overlay, rate, walk):
        frame.line(ax, *walk.T, "backward", 1.6).dots(ax, *walk.T, "backward", 3)

    def say(rate, walk):
        gap = np.abs(walk - wanted).max() if np.isfinite(walk).all() else np.inf
        apart = f"{gap:.3f} apart at most" if gap < 100 else "more than 100 apart"
        return f"The sum at rate {rate:.4g}: over {len(walk) - 1} steps the two walks come {apart}."

    rows = list(zip(rates, walks))
    return Scene(ax, draw, say).film(rows, "{:.4g}".format, label="rate of the sum", start=start)
