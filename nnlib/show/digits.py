"""Handwritten digits as sheets, what a network reads in them at each rate, and what its neurons look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene
from nnlib.show.style import INKS, SIGN, axes, note

COLUMNS, ROWS, GAP = 6, 4, 4  # of the digits in the film; the gap holds the answer


def mosaic(X, columns: int, gap: int = 1) -> np.ndarray:
    """Pictures of 8 x 8, given as rows of X, side by side with `gap` white pixels between: one matrix, ink dark at 1."""
    rows, side = -(-len(X) // columns), 8 + gap
    sheet = np.zeros((rows * side + gap, columns * side + gap))
    for k, drawn in enumerate(X):
        top, left = side * (k // columns) + gap, side * (k % columns) + gap
        sheet[top : top + 8, left : left + 8] = drawn.reshape(8, 8)
    return sheet


def digit_sheet(X, columns: int = 12):
    """A sheet of digits. Returns the Axes (lesson 10)."""
    return _sheet(mosaic(X, columns), 6.4, cmap="gray_r", vmin=0, vmax=1)


def _sheet(sheet, width, **look):
    """A matrix as a picture that fills its figure. Returns the Axes."""
    height = width * sheet.shape[0] / sheet.shape[1]
    ax = axes(width, height, boxes=[(0, 0, width, height)])
    ax.imshow(sheet, **look)
    ax.set_axis_off()
    return ax


def neuron_sheet(W, likes: Sequence[str] = (), columns: int = 10):
    """The weights into each hidden neuron as a picture of 8 x 8, blue for positive and orange for negative. W: (64, n).

    likes: a word for each neuron, to be written under its picture. Returns the Axes (lesson 10).
    """
    from matplotlib.colors import LinearSegmentedColormap  # as in style.py, not before there is something to draw

    gap = 4 if likes else 1
    sheet = mosaic(W.T / np.abs(W).max(), columns, gap)
    colours = LinearSegmentedColormap.from_list("sign", [SIGN[-1], "#ffffff", SIGN[1]])
    ax = _sheet(sheet, 7.0, cmap=colours, vmin=-0.7, vmax=0.7)
    for k, word in enumerate(likes):
        row, column = divmod(k, columns)
        note(ax, word, ((8 + gap) * column + gap + 3.5, (8 + gap) * row + gap + 9.6), ha="center")
    return ax


def activation_picture(panels: Mapping[str, np.ndarray], low: float = 0.02) -> Picture:
    """Histograms of activations between 0 and 1; those within `low` of either end are on the flat parts of the sigmoid."""
    made = axes(7.0, 2.6, columns=len(panels), titles=list(panels), xlabel="activation")
    told = []
    for ax, (name, values) in zip(made, panels.items()):
        values = np.ravel(values)
        ax.hist(values, bins=25, range=(0, 1), weights=np.full(values.size, 1 / values.size), color=INKS["cost"].colour)
        ax.set(xticks=(0, 0.5, 1), ylim=(0, 0.7))
        told.append(f"{name} {np.mean((values < low) | (values > 1 - low)):.0%}")
    made[0].set_ylabel("share")
    return picture(
        made, f"Histograms of the hidden activations. On the flat ends of the sigmoid are: {'; '.join(told)}."
    )


def reading_scene(X, truth, rates: Sequence[float], shares, answers, fates: Sequence[str]) -> Scene:
    """Over rates: the accuracy, and test digits with what is read in them, crossed where it is wrong (lesson 10).

    X holds the digits and `truth` what they are; at rates[k], shares[k] is the accuracy by epoch and answers[k] what is
    read after the last one.
    """
    left, right = ax = axes(6.4, 3.4, columns=2, titles=("share of test digits read right", "what it reads"))
    left.set(xlim=(0, len(shares[0]) - 1), ylim=(0, 1), xlabel="epoch")
    right.imshow(mosaic(X[: COLUMNS * ROWS], COLUMNS, GAP), cmap="gray_r", vmin=0, vmax=1.6, aspect="auto")
    right.set_axis_off()

    def draw(frame: Overlay, rate, shares, answers, fate):
        frame.curve(left, shares, fate)
        frame.text(left, 0.97 * (len(shares) - 1), 0.04, fate, fate, anchor="end")
        for k, (answer, expected) in enumerate(zip(answers, truth)):
            x, y = (8 + GAP) * (k % COLUMNS) + GAP + 3.5, (8 + GAP) * (k // COLUMNS + 1) + 2.4
            words, concept = (f"{answer}", "learned") if answer == expected else (f"{answer}✗", "diverged")
            frame.text(right, x, y, words, concept, 13, "middle")

    def say(rate, shares, answers, fate):
        return (
            f"Rate {rate:.3g}: {fate}. After {len(shares) - 1} epochs {shares[-1]:.0%} of the test digits are read "
            f"right, and {int(np.sum(np.asarray(answers) == truth))} of the {len(truth)} shown."
        )

    return Scene(ax, draw, say, zip(rates, shares, answers, fates), "rate", "{:.3g}".format)
