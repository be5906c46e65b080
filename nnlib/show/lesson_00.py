"""Lesson 0's pictures: cost curves beside decision maps, the film over learning rates, the bars of twenty starts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.descent import History
from nnlib.network import forward
from nnlib.show.film import film
from nnlib.show.overlay import Overlay
from nnlib.show.style import INKS, axes, ink, plain

SIDE = 28  # cells of a decision map along each input
XOR = (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)  # input 1, input 2, and what is expected


def decision_map(weights, biases) -> np.ndarray:
    """The network's output over the square of both inputs from -0.5 to 1.5: shape (SIDE, SIDE), input 2 upwards."""
    ticks = np.linspace(-0.5, 1.5, SIDE)
    grid = np.array([[x1, x2] for x2 in ticks for x1 in ticks])
    return forward(weights, biases, grid)[1][-1].reshape(SIDE, SIDE)


def race(runs: Sequence[History], labels: Sequence[str], fates: Sequence[str]):
    """Cost curves of a few runs, each named at its end, in the colour of its fate. Returns the Axes."""
    steps = len(runs[0].costs)
    ax = axes(xlabel="step", ylabel="cost C", xlim=(0, steps * 1.45), ylim=(0, 0.6), xticks=range(0, steps, 50))
    ax.grid(False)
    ax.spines["bottom"].set_bounds(0, steps)
    above = 0.0  # names of curves that end side by side stand one above the other
    for run, label, fate in sorted(zip(runs, labels, fates), key=lambda row: row[0].costs[-1]):
        ax.plot(run.costs, **ink(fate))
        height = max(run.costs[-1] + 0.012, above)
        ax.annotate(label, (steps + 3, height), va="center", fontsize=9, color=INKS[fate].colour)
        above = height + 0.035
    return ax


def answer_maps(steps: Sequence[int], run: History):
    """The answers after each of `steps`, side by side; `run.records` holds their decision maps. Returns the Axes."""
    panels = axes(8.4, 2.3, columns=len(steps), titles=[f"after {k} steps" for k in steps])
    for ax, k in zip(panels, steps):
        square = {"extent": (-0.5, 1.5, -0.5, 1.5), "origin": "lower", "interpolation": "bilinear"}
        ax.imshow(run.records[k], cmap="cividis", vmin=0, vmax=1, **square)
        ax.set(xticks=(0, 1), yticks=(0, 1), xlabel=f"C = {run.costs[k]:.3f}")
        ax.grid(False)
        for x1, x2, expected in XOR:
            ax.plot(x1, x2, "o", color=INKS["quiet"].colour, markersize=15, markeredgecolor=INKS["paper"].colour)
            ax.text(x1, x2, str(expected), color=INKS["paper"].colour, ha="center", va="center_baseline")
    return panels


def stage(steps: int):
    """The still background of the film: two Axes, the cost over the steps and the square of both inputs with XOR's corners."""
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


def frame(ax, curve: np.ndarray, outputs: np.ndarray, fate: str) -> str:
    """One frame: the cost curve in the colour of its fate, and the decision map."""
    left, right = ax
    made = Overlay(left).image(right, outputs, cmap="cividis").line(left, np.arange(len(curve)), curve, fate)
    return corners(made, right).text(left, 0.98 * len(curve), 0.56, fate, fate, anchor="end").svg()


def rate_film(
    rates: Sequence[float], runs: Sequence[History], fates: Sequence[str], presets: dict[str, int], start: int
):
    """The slider of the lesson: for each rate a run and its fate in a word."""
    ax = stage(len(runs[0].costs) - 1)
    frames = [frame(ax, run.costs, decision_map(run.weights, run.biases), fate) for run, fate in zip(runs, fates)]
    words = [
        f"Learning rate {plain(rate)}: {fate}. C goes from {run.costs[0]:.3f} to {run.costs[-1]:.3f} "
        f"in {len(run.costs) - 1} steps."
        for rate, run, fate in zip(rates, runs, fates)
    ]
    return film(
        [f"{plain(rate)}" for rate in rates], frames, words, label="learning rate", ax=ax, presets=presets, start=start
    )


def solved_bars(rates: Sequence[float], solved: Sequence[int], of: int):
    """How many of `of` starts each rate solved, a bar for each rate with its number on top. Returns the Axes."""
    ax = axes(6.4, 2.8, xlabel="learning rate", ylabel=f"solved, of {of}", ylim=(0, of * 1.15))
    bars = ax.bar([f"{rate:g}" for rate in rates], solved, color=INKS["learned"].colour)
    ax.bar_label(bars, fontsize=9)
    return ax
