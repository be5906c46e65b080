"""Lesson 6's pictures: paths over the bowl of one linear neuron, stepped by the mean or by the sum, with and without 1/2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.film import film
from nnlib.show.overlay import Overlay
from nnlib.show.style import axes, ink

WINDOW = ((-2.2, 4.2), (-2.6, 2.6))  # of w and of b
FLOOR, CEILING = -6.0, 3.0  # of log10 of what the cost lies above its least


def stage(X, E, best, steps: int):
    """The still background: the cost over w and b as contours, its lowest point, and empty axes for the cost curve."""
    left, right = axes(6.4, 3.3, columns=2, titles=("path over the cost, b upwards", "cost above the least, log10"))
    w, b = (np.linspace(*side, 81) for side in WINDOW)
    outputs = X[:, :1, None] * w[None, None, :] + b[None, :, None]
    C = ((outputs - E[:, :, None]) ** 2).mean(axis=0)
    left.contour(w, b, C, levels=np.quantile(C, np.linspace(0.02, 0.95, 12)), colors="#b8b8b8", linewidths=0.8)
    left.plot(*best, markersize=12, **{**ink("target", marker=True), "linestyle": ""})
    left.set(xlim=WINDOW[0], ylim=WINDOW[1], xlabel="weight w")
    left.grid(False)
    right.set(xlim=(0, steps), ylim=(FLOOR, CEILING), xlabel="step")
    return left, right


def heights(costs, least: float) -> np.ndarray:
    """log10 of what each cost lies above the least one, kept within the picture; a cost that left the floats is on top."""
    with np.errstate(invalid="ignore"):
        above = np.nan_to_num(np.asarray(costs) - least, nan=np.inf, posinf=np.inf)
    return np.log10(np.clip(above, 10**FLOOR, 10 ** (CEILING + 1)))


def frame(ax, path, costs, least: float, concept: str, words: str) -> str:
    """One frame: a path of (w, b) pairs over the bowl, and its cost curve."""
    left, right = ax
    made = Overlay(left).line(left, path[:, 0], path[:, 1], concept).dots(left, path[:, 0], path[:, 1], concept, 3)
    made.line(right, np.arange(len(costs)), heights(costs, least), concept)
    return made.text(right, 0.98 * (len(costs) - 1), CEILING - 0.7, words, concept, anchor="end").svg()


def two_paths(ax, first, second, names: Sequence[str]):
    """Two paths of (w, b) pairs drawn on the left axes of the stage, the first wide, so that both are seen where they agree."""
    left, right = ax
    left.plot(first[0][:, 0], first[0][:, 1], linewidth=6, alpha=0.45, label=names[0], **ink("forward"))
    left.plot(second[0][:, 0], second[0][:, 1], linewidth=2, label=names[1], **ink("prediction", marker=True))
    least = min(min(first[1]), min(second[1]))
    right.plot(heights(first[1], least), linewidth=6, alpha=0.45, label=names[0], **ink("forward"))
    right.plot(heights(second[1], least), linewidth=2, label=names[1], **ink("prediction"))
    right.legend(fontsize=9, frameon=False)
    return ax


def convention_film(
    ax,
    rates: Sequence[float],
    runs: Mapping[str, Sequence],
    fates: Mapping[str, Sequence[str]],
    least: float,
    presets,
    start,
):
    """A slider over rates and a switch over conventions; runs[name][k] is a History whose records are (w, b) pairs."""
    frames, words = {}, {}
    for name, reel in runs.items():
        frames[name] = [
            frame(ax, np.array(run.records), run.costs, least, fate, fate) for run, fate in zip(reel, fates[name])
        ]
        words[name] = [
            f"{name}, rate {rate:.3g}: {fate}. After {len(run.costs) - 1} steps C is {_reading(run.costs[-1])}."
            for rate, run, fate in zip(rates, reel, fates[name])
        ]
    names = [f"{rate:.3g}" for rate in rates]
    return film(
        names, frames, words, label="rate", ax=ax, presets=presets, start=start, choice="step by the gradient of"
    )


def _reading(C: float) -> str:
    return f"{C:.3f}" if C < 1e3 else "beyond 1000"
