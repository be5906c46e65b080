"""One trial of the laboratory as a picture: its path, cost and sharpness over a still background, and the rates above it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib.laboratory import Trial, problems, reference
from nnlib.show.cells import said
from nnlib.show.overlay import Overlay, log10_within
from nnlib.show.picture import label_svg, png_uri
from nnlib.show.style import INKS, PAPER, axes, mark, plain
from nnlib.show.svg import element, rect, words

BENCH = "nnlib-bench"  # the style class of its pictures begins so; the view follows
BOTTOM, TOP = -5.0, 3.0  # of log10 C
BESIDE = 42, 80  # pixels on the slider's left and right, for its name and its value: its scale lies under its track
STILL = "min-height:3lh"  # sentences take the height of three lines, so that the page stays still when they grow longer
POINTS = 500  # of a path at most: more are not seen, and would be sent for nothing


class View(NamedTuple):
    """What a still background depends on: problem, start and number of epochs, and the size of the picture in inches."""

    name: str
    seed: int
    neurons: int | None
    scale: float
    epochs: int
    width: float
    height: float

    def known(self):
        """The reference of this problem and start."""
        return reference(self.name, self.seed, self.neurons, self.scale)

    def style(self) -> str:
        """The style class of its background: a picture names its own, so it never lies over that of another view."""
        place = list(problems()).index(self.name)
        parts = place, self.seed, self.neurons or 0, f"{self.scale:g}", self.epochs, round(100 * self.width)
        return f"{BENCH}-" + "-".join(str(part).replace(".", "_") for part in parts)


@lru_cache(maxsize=32)
def stage(view: View):
    """The still background of a view: three Axes, the first with the cost surface where there is one; and its picture."""
    known = view.known()
    first = "path over log10 C" if known.surface is not None else "path, flattened onto a plane"
    titles = (first, "log10 C by epoch", "sharpness by epoch, log10")
    surface, curve, sharp = ax = axes(view.width, view.height, columns=3, titles=titles)
    if known.surface is not None:
        surface.contourf(known.across, known.up, known.surface, levels=14, cmap="cividis", alpha=0.75)
    surface.set(xlim=known.across[[0, -1]], ylim=known.up[[0, -1]])
    mark(surface, known.target, "target", 12)
    surface.grid(False)
    curve.set(xlim=(0, view.epochs), ylim=(BOTTOM, TOP), xlabel="epoch")
    sharp.set(xlim=(0, view.epochs), ylim=(-3, 4), xlabel="epoch")
    for side in (curve, sharp):
        side.xaxis.get_major_locator().set_params(integer=True)
    return ax, png_uri(surface.figure, 1.3)


def backdrop(view: View) -> str:
    """The style sheet that puts the still background behind every picture: sent once for a view."""
    return f"<style>svg.{view.style()}{{background:#fff url({stage(view)[1]}) 0 0/100% 100%;width:100%}}</style>"


def frame(view: View, trial: Trial, held: tuple[View, Trial] | None = None, stepwise: bool = False) -> str:
    """The picture of one trial as SVG over its still background, a held one in grey behind it, and its sentences.

    stepwise: the path with a dot for each step, and a larger one that takes them one after another.
    """
    surface, curve, sharp = stage(view)[0]
    made, sentences = Overlay(surface), trial.words
    if held is not None:
        _draw(made, surface if held[0][:4] == view[:4] else None, curve, sharp, held[1], "quiet")
        sentences += f" Held, in grey: {held[1].words}"
    _draw(made, surface, curve, sharp, trial, "backward", trial.fate, "cost")
    path = _thinned(trial.path)
    if stepwise:
        made.dots(surface, *path.T, "backward", 2.2).walker(surface, *path.T, "target")
    made.dots(surface, *path[:1].T, "quiet", 5).dots(surface, *path[-1:].T, "backward", 5)
    made.text(curve, 0.97 * (len(trial.costs) - 1), TOP - 0.8, trial.fate, trial.fate, anchor="end")
    _ceiling(made, sharp, trial)
    svg = made.svg().replace("<svg ", f'<svg class="{view.style()}" ', 1)
    return label_svg(svg, sentences) + said(sentences, STILL)


def _thinned(path):
    """Every so many steps of a long path, its end among them."""
    every = -(-len(path) // POINTS)
    return path if every == 1 else np.vstack([path[::every], path[-1:]])


def _draw(made: Overlay, surface, curve, sharp, trial: Trial, concept, fate=None, steep=None):
    """Path, cost and sharpness of a trial, each in its look, or all in `concept`."""
    sharpness = np.log10(np.clip(trial.sharpness, 1e-4, None))  # of a run that overflowed not a number, and not drawn
    if surface is not None:
        made.line(surface, *_thinned(trial.path).T, concept, 1.6)
    made.curve(curve, log10_within(trial.costs, BOTTOM, 5), fate or concept)
    made.line(sharp, trial.seen, sharpness, steep or concept).dots(sharp, trial.seen, sharpness, steep or concept, 3)


def _ceiling(made: Overlay, sharp, trial: Trial):
    """The sharpness at which the rate of the trial reaches the limit of its rule, as a line with its name."""
    if not (np.isfinite(trial.ceiling) and trial.ceiling > 0):
        return
    height, last = np.log10(trial.ceiling), len(trial.costs) - 1
    ending = np.log10(max(np.nan_to_num(trial.sharpness[-1], nan=1e4), 1e-4))
    made.line(sharp, [0, last], [height] * 2, "limit")
    aside = -0.45 if ending > height else 0.15  # the words stand where the curve is not
    made.text(sharp, 0.97 * last, np.clip(height + aside, -2.9, 3.6), "limit of this rate", "limit", anchor="end")


# ------------------------------------------------------------------ the rates


def runs_of(rates: Sequence[float], fates: Sequence[str]) -> str:
    """What became of a sweep, from the smallest rate to the largest, neighbours with one fate together."""
    told = []
    for word, group in itertools.groupby(zip(rates, fates), key=lambda pair: pair[1]):
        few = [plain(rate) for rate, _ in group]
        told.append(f"{few[0]} to {few[-1]} {word}" if len(few) > 1 else f"{few[0]} {word}")
    return f"{len(rates)} rates: {'; '.join(told)}."


def strip(
    rate: float, limit: float, name: str, width: float, swept: tuple[Sequence[float], Sequence[str]] | None
) -> str:
    """The scale of the slider above it, 0.001 to 1000, with marks: the rate, the limit of its rule, and a sweep's fates."""
    wide, tall = round(100 * width) - sum(BESIDE), 68 if swept else 50
    at = lambda value: wide * np.clip((np.log10(max(value, 1e-9)) + 3) / 6, 0, 1)
    parts = [element("path", d=f"M0 26 h{wide}", stroke="#767676", stroke_width=1.5)]
    parts += [words(at(power), 44, plain(power), "#555", anchor="middle") for power in 10.0 ** np.arange(-3, 4)]
    parts.append(element("circle", cx=at(rate), cy=26, r=5, fill=INKS["cost"].colour))
    sentences = [f"Rate {plain(rate)}."]
    if np.isfinite(limit):
        purple, place = INKS["limit"].colour, float(np.clip(at(limit), 90, wide - 90))
        parts.append(element("path", d=f"M{at(limit):.1f} 26 l-6 -10 h12z", fill=purple))
        parts.append(words(place, 11, f"{name} on a gentle run: {plain(limit)}", purple, anchor="middle"))
        sentences.append(f"{name} on a gentle run is {plain(limit)}.")
    under = ""
    if swept:
        parts += [rect(at(tried) - 5, 52, 10, 12, INKS[fate].colour) for tried, fate in zip(*swept)]
        sentences.append(runs_of(*swept))
        under = said(sentences[-1], "margin:0.2em 0")
    left, right = BESIDE
    style = f"display:block;overflow:visible;background:{PAPER};margin:0 {right}px 0 {left}px;width:calc(100% - {left + right}px)"
    svg = element("svg", *parts, viewBox=f"0 0 {wide} {tall}", style=style)
    return label_svg(svg, " ".join(sentences)) + under
