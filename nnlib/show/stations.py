"""One nudge on its way through the stations of a path: a number line for each, the change there, and the ratio of two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nnlib.show.film import Scene, Shown
from nnlib.show.overlay import Overlay
from nnlib.show.style import INKS, TEXT, axes

NUDGES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def stations_film(names: Sequence[str], stations: Callable, w: float, start: int = 0) -> Shown:
    """A slider over the nudge h of `w`; stations(w) returns the numbers of the path, w first and the cost last (lesson 3)."""
    return _scene(names, stations, w).film(
        [(h, stations(w), stations(w + h)) for h in NUDGES], "{:g}".format, label="nudge h", start=start, width=720, play=True,
        interval=250,
    )  # fmt: skip


def ratios(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The change at each station divided by the change at the one before."""
    changes = [new - old for old, new in zip(before, after)]
    return [later / earlier for earlier, later in zip(changes, changes[1:])]


def _scene(names, stations, w) -> Scene:
    """Lines from the weight on top to the cost at the bottom; the wide margin on the right holds changes and ratios."""
    still, pushed = stations(w), stations(w + max(NUDGES))
    low, high = min(*still, *pushed), max(*still, *pushed)
    span, count = high - low, len(names)
    ax = axes(7.2, 0.75 + 0.42 * count, xlim=(low - 0.12 * span, high + 1.05 * span), ylim=(count - 0.4, -0.9))
    ax.set(yticks=range(count), yticklabels=names, xticks=[])
    ax.tick_params(axis="y", labelsize=11, length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    change, ratio = high + 0.3 * span, high + 0.72 * span
    ax.text(change, -0.6, "change", ha="center", fontsize=10, color=TEXT)
    ax.text(ratio, -0.6, "ratio", ha="center", fontsize=10, color=INKS["backward"].colour)
    for y, value in enumerate(still):
        ax.plot([low - 0.06 * span, high + 0.06 * span], [y, y], color="#bbbbbb", linewidth=1.2)
        ax.plot([value], [y], "|", color=TEXT, markersize=12, markeredgewidth=2)

    def draw(frame: Overlay, h, before, after):
        for y, (old, new) in enumerate(zip(before, after)):
            frame.line(ax, [old, new], [y, y], "forward", width=4).dots(ax, [new], [y], "forward", radius=5)
            frame.text(ax, change, y + 0.12, f"{new - old:+.5f}", size=13, anchor="middle")
        for y, value in enumerate(ratios(before, after)):
            frame.text(ax, ratio, y + 0.62, f"× {value:.3f}", "backward", size=13, anchor="middle")

    def say(h, before, after):
        found = ratios(before, after)
        product = " × ".join(f"{value:.3f}" for value in found)
        whole = (after[-1] - before[-1]) / (after[0] - before[0])
        return f"{names[0]} moves by {h:g} and the cost by {after[-1] - before[-1]:+.5f}. The ratios: {product} = {whole:.4f}."

    return Scene(ax, draw, say)
