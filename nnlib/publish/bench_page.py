"""The laboratory in a page: one trial for the settings of its controls, as a picture of its cost and its words."""

from __future__ import annotations

import html

import numpy as np

from nnlib.experiments.drawing import LEFT, TOP, WIDTH, Scale, axes
from nnlib.laboratory import experiment

COLOURS = {"learned": "#0072B2", "diverged": "#D55E00", "oscillating": "#B5527F"}  # other fates in grey


def trial(settings: dict) -> str:
    """A trial as HTML. `settings` holds texts: problem, rate (its power of ten), by, rule, batch, beta, epochs, seed.

    An empty text leaves a setting as the problem has it. Raises ValueError for what does not fit.
    """
    given = {name: text for name, text in settings.items() if text not in ("", None)}
    whole = {new: int(given[name]) for name, new in (("batch", "batch_size"), ("epochs", "epochs")) if name in given}
    found = experiment(
        given["problem"],
        10 ** float(given["rate"]),
        by=given.get("by", "mean"),
        rule=given.get("rule", "plain"),
        beta=float(given.get("beta", 0.9)),
        seed=int(given.get("seed", 0)),
        **whole,
    )
    words = html.escape(found.words)
    return f'<figure style="margin:0">{_curve(found, words)}<figcaption role="status">{words}</figcaption></figure>'


def _curve(found, words: str) -> str:
    """The cost by epoch, on a logarithmic scale where it spans more than a factor of 30."""
    costs = np.asarray(found.costs, float)
    seen = costs[np.isfinite(costs) & (costs < 1e12)]
    scale, colour = Scale(seen, len(costs) - 1), COLOURS.get(found.fate, "#6b6b6b")
    points = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in (scale.place(k, c) for k, c in enumerate(costs) if np.isfinite(c) and c < 1e12)
    )
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 640 250" font-family="sans-serif" font-size="13" '
        f'fill="#222222"><rect width="640" height="250" fill="#ffffff"/>{axes(scale, "cost C", "epochs")}'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.2"/>'
        f'<text x="{LEFT + WIDTH + 8}" y="{TOP + 14}" fill="{colour}" font-size="15">{html.escape(found.fate)}</text></svg>'
    )
