"""The laboratory in a page: one trial for the settings of its controls, as a picture of its cost and its words."""

from __future__ import annotations

import html

import numpy as np

from nnlib.experiments.drawing import LEFT, TOP, WIDTH, Scale, axes
from nnlib.laboratory import experiment

SETTINGS = {"by": str, "rule": str, "batch_size": int, "epochs": int, "beta": float, "seed": int}  # of `experiment`
COLOURS = {"learned": "#0072B2", "diverged": "#D55E00", "oscillating": "#B5527F"}  # other fates in grey


def trial(settings: dict) -> str:
    """A trial as HTML. `settings` holds texts: problem, rate (its power of ten), and those of SETTINGS.

    An empty text leaves a setting as the problem has it. Raises ValueError for what does not fit.
    """
    given = {name: read(settings[name]) for name, read in SETTINGS.items() if settings.get(name)}
    found = experiment(settings["problem"], 10 ** float(settings["rate"]), **given)
    words = html.escape(found.words)
    return f'<figure style="margin:0">{_curve(found, words)}<figcaption role="status">{words}</figcaption></figure>'


def _curve(found, words: str) -> str:
    """The cost by epoch, on a logarithmic scale where it spans more than a factor of 30."""
    costs = np.asarray(found.costs, float)
    seen = np.flatnonzero(np.isfinite(costs) & (costs < 1e12))
    scale, colour = Scale(costs[seen], len(costs) - 1), COLOURS.get(found.fate, "#6b6b6b")
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (scale.place(k, costs[k]) for k in seen))
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 640 250" font-family="sans-serif" font-size="13" '
        f'fill="#222222"><rect width="640" height="250" fill="#ffffff"/>{axes(scale, "cost C", "epochs")}'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.2"/>'
        f'<text x="{LEFT + WIDTH + 8}" y="{TOP + 14}" fill="{colour}" font-size="15">{html.escape(found.fate)}</text></svg>'
    )
