"""Step rules in a ravine: a bowl that is steep one way and nearly flat the other, seen from above, with the cost beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.bowl import bowl_contours
from nnlib.show.overlay import Overlay, log10_within
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene
from nnlib.show.style import INKS, TEXT, axes, ink, legend, note
from nnlib.surfaces import bowl_cost

WINDOW = ((-4.5, 10.5), (-1.5, 1.5))  # along the flat direction and along the steep one
FLOOR, CEILING = -8.0, 4.0  # of log10 C
LOOKS = ("cost", "backward", "target", "limit")  # of the first path, the second, ...


def stage(curvatures, steps: int):
    """The still background: contours of the ravine above, axes for log10 of its cost below; two Axes."""
    titles = "the ravine from above", "cost C, log10, step by step"
    boxes = [(0.75, 3, 5.45, 1.85), (0.75, 0.55, 5.45, 1.6)]
    above, below = made = axes(6.4, 5.2, titles=titles, boxes=boxes)
    bowl_contours(above, curvatures, WINDOW, [0.3, 2, 6, 13, 23, 35, 50], -30, 70)
    above.set_ylabel("steep")
    below.set(xlim=(0, steps), ylim=(FLOOR, CEILING), xlabel="step", ylabel="log10 C")
    return made


def _logs(curvatures, path):
    return log10_within(bowl_cost(curvatures, path), FLOOR - 1, CEILING + 1)


def beta_scene(curvatures, betas: Sequence[float], reels: Mapping[str, Sequence[np.ndarray]]) -> Scene:
    """Over beta; reels[name][k] is the path of momentum at betas[k], a reel for each rate (lesson 7)."""
    steps = len(next(iter(reels.values()))[0]) - 1
    above, below = ax = stage(curvatures, steps)

    def draw(frame: Overlay, beta, name, path):
        logs = _logs(curvatures, path)
        concept = "diverged" if logs[-1] > logs[0] else "learned"
        frame.path(above, path, concept).dots(above, *path[:1].T, "quiet", 5).curve(below, logs, concept, 2.2)

    def say(beta, name, path):
        C = bowl_cost(curvatures, path)
        end = f"after {steps} steps C is {C[-1]:.1e}" if C[-1] <= C[0] else "it grows without end"
        return f"β = {beta:.2f}, {name}: {end}."

    rows = {name: zip(betas, [name] * len(paths), paths) for name, paths in reels.items()}
    return Scene(ax, draw, say, rows, "share β that is kept", "{:.2f}".format, choice="rate")


def paths_picture(curvatures, paths: Mapping[str, np.ndarray], described: str) -> Picture:
    """A few rules from the same start: their paths above, their costs below; `described` says what is seen."""
    steps = max(len(path) for path in paths.values()) - 1
    above, below = stage(curvatures, steps)
    for concept, (name, path) in zip(LOOKS, paths.items()):
        look = ink(concept)
        above.plot(*path.T, **look, marker="o", markersize=3, linewidth=1.6)
        below.plot(_logs(curvatures, path), **look, linewidth=2, label=name)
    first = next(iter(paths.values()))[0]
    above.plot(*first, marker="o", color=INKS["quiet"].colour, markersize=8)
    note(above, "start", first, shift=(0, 9), ha="center")
    legend(below, loc="upper right", ncols=len(paths), handlelength=3)
    return picture((above, below), described)


def counts_picture(rates: Sequence[float], counts: Mapping[str, Sequence[int]], starts: int) -> Picture:
    """For each rule and each rate, from how many of the starts it learned: a row of numbered squares for each rule."""
    titles = [f"learned, of {starts} starts, by rule and rate"]
    ax = axes(6.8, 3.1, titles=titles, boxes=[(1.09, 0.52, 5.51, 2.24)], xlabel="rate, log10")
    table, logs = np.array(list(counts.values())), np.log10(rates)
    half = (logs[1] - logs[0]) / 2
    ax.imshow(
        table, cmap="Blues", vmin=0, vmax=1.4 * starts, aspect="auto",
        extent=(logs[0] - half, logs[-1] + half, len(counts) - 0.5, -0.5),
    )  # fmt: skip
    for row, line in enumerate(table):
        for x, count in zip(logs, line):
            colour = TEXT if count else INKS["quiet"].colour
            ax.text(x, row, count if count else "·", ha="center", va="center", fontsize=11, color=colour)
    ax.set_yticks(range(len(counts)), list(counts))
    ax.grid(False)
    best = "; ".join(f"{name} {max(c)} at rate {rates[int(np.argmax(c))]:.3g}" for name, c in counts.items())
    return picture(
        ax, f"From how many of {starts} starts each rule learned, at its best of {len(rates)} rates: {best}."
    )
