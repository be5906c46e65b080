"""What a newcomer sees before the words: a hill with steps on it, the sigmoid, and a small network with all its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.descent import History
from nnlib.functions import sigmoid
from nnlib.show.film import Shown, film
from nnlib.show.lesson_00 import corners, stage
from nnlib.show.network_picture import network_svg
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture, svg_picture
from nnlib.show.style import INKS, axes, ink

SOLVED = 0.01  # the cost at which the riddle counts as solved
STORIES = ("learned", "target", "diverged")  # an ink for each step that is drawn


def hill_picture(start: float, rates: Sequence[float]) -> Picture:
    """The hill h = x^2 and one step of gradient descent for each of up to three rates, all from `start` (lesson 0)."""
    x = np.linspace(-4.2, 4.2, 169)
    ax = axes(6.4, 3.4, xlabel="x", ylabel="height h = x²", xlim=(-4.6, 4.9), ylim=(-2.6, 18))
    ax.plot(x, x**2, **ink("quiet"))
    told = []
    for rate, concept in zip(rates, STORIES):
        place = start - rate * 2 * start
        look = {"color": INKS[concept].colour, "linewidth": 2, "arrowstyle": "-|>", "mutation_scale": 14}
        ax.annotate("", (place, place**2), (start, start**2), arrowprops={**look, "shrinkA": 4, "shrinkB": 4})
        ax.plot([place], [place**2], color=INKS[concept].colour, marker=INKS[concept].marker, markersize=9)
        side, shift = ("center", (0, -19)) if place < 1 else ("left", (11, -13))
        ax.annotate(
            f"rate {rate:g}", (place, place**2), shift, textcoords="offset points", ha=side, color=INKS[concept].colour
        )
        told.append(f"rate {rate:g} to x = {place:.1f}, height {place**2:.2f}")
    ax.plot([start], [start**2], "o", color=INKS["cost"].colour, markersize=9)
    ax.text(start + 0.3, start**2 - 0.4, "start", color=INKS["cost"].colour)
    return picture(
        ax,
        f"A valley h = x² with a start at x = {start:g}, height {start**2:g}. One step leads at {'; at '.join(told)}.",
    )


def sigmoid_picture() -> Picture:
    """The sigmoid from -8 to 8: its steep middle with the tangent there, and its two flat ends (lesson 0)."""
    z = np.linspace(-8, 8, 321)
    ax = axes(6.4, 2.9, xlabel="the sum", ylabel="the answer", xlim=(-8, 8), ylim=(-0.06, 1.12), yticks=(0, 0.5, 1))
    for side in (-1, 1):
        ax.axvspan(side * 4, side * 8, color=INKS["quiet"].colour, alpha=0.15, linewidth=0)
    ax.plot(z, sigmoid(z), linewidth=2.5, **ink("forward"))
    ax.plot([-1.8, 1.8], [0.5 - 0.45, 0.5 + 0.45], linewidth=2, **ink("backward"))
    ax.text(0.5, 0.42, "steep", color=INKS["backward"].colour)
    ax.text(-6, 0.1, "flat", ha="center")
    ax.text(6, 0.86, "flat", ha="center")
    slopes = [sigmoid(v) * (1 - sigmoid(v)) for v in (0.0, 6.0)]
    return picture(
        ax,
        f"The sigmoid rises in an S from 0 to 1. A sum of 0 gives 1/2, and there the curve is steepest, with a slope of "
        f"{slopes[0]:.2f}. At a sum of 6 it has a slope of {slopes[1]:.4f}: flat, and the same at -6.",
    )


def weights_picture(weights, biases) -> Picture:
    """A network with its weights on the lines and its biases under the neurons, to one decimal (lesson 0)."""
    sizes = [len(weights[0]), *(len(b) for b in biases)]
    notes = {(l + 1, y): f"bias {value:g}" for l, b in enumerate(biases) for y, value in enumerate(b)}
    notes |= {(0, x): f"input {x + 1}" for x in range(sizes[0])}
    texts = {
        (l, x, y): f"{W[x, y]:.1f}" for l, W in enumerate(weights) for x in range(len(W)) for y in range(W.shape[1])
    }
    names = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in zip(sizes, ("input", "hidden neuron", "output"))]
    drawn = network_svg(
        sizes, weights=weights, node_note=notes, edge_text=texts, layer_names=names, width=640, height=330
    )  # fmt: skip
    lines, circles = sum(W.size for W in weights), sum(b.size for b in biases)
    alt = (
        f"A network of {' and '.join([', '.join(names[:-1]), names[-1]])}. There is a line from every neuron to every neuron of "
        f"the next layer, {lines} lines, each with a weight; each of the {circles} neurons behind the inputs has a bias. "
        f"Together {lines + circles} numbers."
    )
    return svg_picture(drawn, alt)


def training_film(run: History, every: int, start: int = 0) -> Shown:
    """A slider over the steps of a run whose records are decision maps: the cost so far, and the network's answers (lesson 0)."""
    steps = range(0, len(run.costs), every)
    left, right = ax = stage(len(run.costs) - 1)
    frames, words = [], []
    for k in steps:
        made = Overlay(left).image(right, run.records[k], cmap="cividis")
        made.line(left, np.arange(k + 1), run.costs[: k + 1], "cost").dots(left, [k], [run.costs[k]], "cost", radius=5)
        frames.append(corners(made, right).svg())
        solved = ": solved" if run.costs[k] < SOLVED else ""
        words.append(f"After {k} steps the cost is {run.costs[k]:.3f}{solved}.")
    return film([f"{k}" for k in steps], frames, words, label="step", ax=ax, start=start, play=True, interval=100)
