"""Decision maps: what a network answers over the square of two inputs, on its way and for every learning rate.

python -m nnlib.show.maps notebooks/images/forbidden_ten.png      draws the picture at the head of the README again
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from nnlib.data import xor
from nnlib.descent import History, train
from nnlib.fates import fate
from nnlib.network import init
from nnlib.show.overlay import Overlay
from nnlib.show.picture import figure_of
from nnlib.show.scene import Scene
from nnlib.show.style import DPI, INKS, axes, ink, note, plain
from nnlib.surfaces import decision_map

SOLVED = 0.01  # the cost below which a run counts as solved
SQUARE: Mapping = {
    "extent": (-0.5, 1.5, -0.5, 1.5), "origin": "lower", "interpolation": "bilinear", "cmap": "cividis", "vmin": 0, "vmax": 1,
}  # fmt: skip
XOR = (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)  # input 1, input 2, and what is expected


def answer_maps(steps: Sequence[int], run: History):
    """The answers after each of `steps`, side by side; `run.records` holds their decision maps. Returns the Axes (lesson 0)."""
    panels = axes(8.4, 2.3, columns=len(steps), titles=[f"after {k} steps" for k in steps])
    for ax, k in zip(panels, steps):
        ax.imshow(run.records[k], **SQUARE)
        ax.set(xticks=(0, 1), yticks=(0, 1), xlabel=f"C = {run.costs[k]:.3f}")
        ax.grid(False)
        for x1, x2, expected in XOR:
            ax.plot(x1, x2, "o", color=INKS["quiet"].colour, markersize=15, markeredgecolor=INKS["paper"].colour)
            ax.text(x1, x2, str(expected), color=INKS["paper"].colour, ha="center", va="center_baseline")
    return panels


def rate_stage(steps: int):
    """Empty axes for the cost over the steps, and the square of both inputs: two Axes (lesson 0)."""
    left, right = axes(6.4, 3.2, columns=2, titles=("cost C, step by step", "its answer, input 2 upwards"))
    left.set(xlim=(0, steps), ylim=(0, 0.6), xlabel="step")
    right.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xlabel="input 1", xticks=(0, 1), yticks=(0, 1))
    right.grid(False)
    return left, right


def corners(frame: Overlay, ax) -> Overlay:
    """XOR's four samples, each with the output that is expected of it."""
    for x1, x2, expected in XOR:
        frame.dots(ax, [x1], [x2], "quiet", radius=11)
        frame.text(ax, x1, x2 - 0.06, str(expected), "paper", size=15, anchor="middle")
    return frame


def rate_scene(rates: Sequence[float], runs: Sequence[History], fates: Sequence[str]) -> Scene:
    """For each rate a run, its fate in a word, and the decision map at its end (lesson 0)."""
    left, right = ax = rate_stage(len(runs[0].costs) - 1)

    def draw(frame: Overlay, rate, run, fate):
        frame.image(right, decision_map(run.weights, run.biases), cmap="cividis").curve(left, run.costs, fate)
        corners(frame, right).text(left, 0.98 * len(run.costs), 0.56, fate, fate, anchor="end")

    def say(rate, run, fate):
        return (
            f"Learning rate {plain(rate)}: {fate}. C goes from {run.costs[0]:.3f} to {run.costs[-1]:.3f} "
            f"in {len(run.costs) - 1} steps."
        )

    return Scene(ax, draw, say, zip(rates, runs, fates), "learning rate", plain)


def training_scene(run: History, every: int) -> Scene:
    """Over the steps of a run whose records are decision maps: the cost so far, and the network's answers (lesson 0)."""
    left, right = ax = rate_stage(len(run.costs) - 1)

    def draw(frame: Overlay, k):
        frame.image(right, run.records[k], cmap="cividis").curve(left, run.costs[: k + 1], "cost")
        corners(frame.dots(left, [k], [run.costs[k]], "cost", radius=5), right)

    def say(k):
        return f"After {k} steps the cost is {run.costs[k]:.3f}{': solved' if run.costs[k] < SOLVED else ''}."

    return Scene(ax, draw, say, [(k,) for k in range(0, len(run.costs), every)], "step", interval=100)


def readme_picture(path: Path) -> dict[float, float]:
    """Store XOR at three rates, and the answers at the forbidden 10; returns the cost at the end for each rate."""
    left, right = rate_stage(300)
    start, ends = init([2, 3, 1], np.random.default_rng(3)), {}
    for rate in (0.001, 1, 10):
        run = train(*start, *xor(), rate, epochs=300)
        end = ends[rate] = float(run.costs[-1])
        left.plot(run.costs, linewidth=2, **ink(fate(run)))
        note(left, f"rate {rate:g}", (300, end + (0.05 if rate == 1 else 0.02)), fate(run), fontsize=11, ha="right")
    left.set_title("cost C, step by step", loc="left", fontsize=11)
    right.set_title("the answers at rate 10", loc="left", fontsize=11)
    right.imshow(decision_map(run.weights, run.biases), **SQUARE)
    figure_of(left).savefig(path, dpi=1.6 * DPI)
    return ends


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("expected one path: python -m nnlib.show.maps notebooks/images/forbidden_ten.png")
    print(readme_picture(Path(sys.argv[1])))
