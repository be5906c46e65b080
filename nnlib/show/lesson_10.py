"""Lesson 10's pictures: handwritten digits, what the network reads in them at each rate, and what its neurons look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.show.film import film
from nnlib.show.overlay import Overlay
from nnlib.show.style import INKS, SIGN, axes, ink

COLUMNS, ROWS, GAP = 6, 4, 4  # of the digits in the film; the gap holds the answer


def mosaic(X, columns: int, gap: int = 1) -> np.ndarray:
    """Pictures of 8 x 8, given as rows of X, side by side with `gap` white pixels between: one matrix, ink dark at 1."""
    rows, side = -(-len(X) // columns), 8 + gap
    sheet = np.zeros((rows * side + gap, columns * side + gap))
    for k, picture in enumerate(X):
        top, left = side * (k // columns) + gap, side * (k % columns) + gap
        sheet[top : top + 8, left : left + 8] = picture.reshape(8, 8)
    return sheet


def digit_sheet(X, columns: int = 12):
    """A sheet of digits. Returns the Axes."""
    sheet = mosaic(X, columns)
    ax = axes(6.4, 6.4 * sheet.shape[0] / sheet.shape[1])
    ax.set_position((0, 0, 1, 1))
    ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1)
    ax.set_axis_off()
    return ax


def neuron_sheet(W, columns: int = 10):
    """The weights into each hidden neuron as a picture of 8 x 8, blue for positive and orange for negative. W: (64, n)."""
    most = np.abs(W).max()
    ax = digit_sheet(W.T / most, columns)
    ax.images[0].set(cmap=LinearSegmentedColormap.from_list("sign", [SIGN[-1], "#ffffff", SIGN[1]]), clim=(-0.7, 0.7))
    return ax


def reading_stage(X, epochs: int):
    """The still background of the film: empty axes for the test accuracy, and a sheet of test digits to be read."""
    left, right = axes(6.4, 3.4, columns=2, titles=("share of test digits read right", "what it reads"))
    left.set(xlim=(0, epochs), ylim=(0, 1), xlabel="epoch")
    sheet = mosaic(X[: COLUMNS * ROWS], COLUMNS, GAP)
    right.imshow(sheet, cmap="gray_r", vmin=0, vmax=1.6, aspect="auto")
    right.set_axis_off()
    return left, right


def reading_frame(ax, shares: Sequence[float], answers: Sequence[int], truth: Sequence[int], fate: str) -> str:
    """One frame: the accuracy so far, and under each digit the answer, with a cross where it is wrong."""
    left, right = ax
    made = Overlay(left).line(left, np.arange(len(shares)), shares, fate)
    made.text(left, 0.97 * (len(shares) - 1), 0.04, fate, fate, anchor="end")
    for k, (answer, expected) in enumerate(zip(answers, truth)):
        x, y = (8 + GAP) * (k % COLUMNS) + GAP + 3.5, (8 + GAP) * (k // COLUMNS + 1) + 2.4
        wrong = answer != expected
        made.text(right, x, y, f"{answer}✗" if wrong else f"{answer}", "diverged" if wrong else "learned", 13, "middle")
    return made.svg()


def reading_film(
    ax, rates: Sequence[float], shares, answers, truth, fates: Sequence[str], presets: Mapping, start: int
):
    """A slider over rates: shares[k] the accuracy by epoch, answers[k] the digits read after the last one."""
    frames = [reading_frame(ax, shares[k], answers[k], truth, fates[k]) for k in range(len(rates))]
    words = [
        f"Rate {rate:.3g}: {fates[k]}. After {len(shares[k]) - 1} epochs {shares[k][-1]:.0%} of the test digits are read "
        f"right, and {int(np.sum(np.asarray(answers[k]) == truth))} of the {len(truth)} shown."
        for k, rate in enumerate(rates)
    ]
    return film([f"{rate:.3g}" for rate in rates], frames, words, label="rate", ax=ax, presets=presets, start=start)


def rate_curve(rates: Sequence[float], shares: Sequence[float]):
    """The final accuracy against log10 of the rate, each point named by its rate. Returns the Axes."""
    ax = axes(6.4, 2.8, xlabel="log10 of the rate", ylabel="share read right", ylim=(0, 1.12))
    ax.plot(np.log10(rates), shares, **ink("learned", marker=True))
    for rate, share, before in zip(rates, shares, [0, *shares]):
        ax.annotate(
            f"{rate:g}",
            (np.log10(rate), share),
            xytext=(12 if share < before - 0.2 else 0, 7),  # beside a line that falls steeply
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=INKS["quiet"].colour,
        )
    return ax
