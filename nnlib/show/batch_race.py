"""How soon each batch size comes near the lowest point, epoch by epoch, where every size may take its own best rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nnlib.show.picture import Picture, picture
from nnlib.show.style import axes, ink

LOOKS = ("backward", "prediction", "cost")


def size_name(size: int) -> str:
    """A batch size in words."""
    return "one sample" if size == 1 else f"{size:,} samples"


def distance_picture(panels: Mapping[str, Mapping[int, Sequence[float]]]) -> Picture:
    """A panel for each data set: the distance from the lowest point after 1, 2, ... epochs, a line for each batch size."""
    made = axes(7.0, 3.5, columns=len(panels), titles=list(panels), xlabel="epoch")
    described = []
    for ax, (title, curves) in zip(made, panels.items()):
        for concept, (size, curve) in zip(LOOKS, curves.items()):
            epochs = range(1, len(curve) + 1)
            ax.plot(epochs, curve, **ink(concept, marker=True), markersize=6, label=size_name(size))
            ax.set_xticks(list(epochs))
        ax.set(yscale="log")
        ax.margins(y=0.35)
        ax.legend(fontsize=10, frameon=False, title="batch of", title_fontsize=10, labelcolor="linecolor")
        ends = ", ".join(f"{size_name(size)} {curve[0]:.2g} and {curve[-1]:.2g}" for size, curve in curves.items())
        described.append(f"{title}: {ends}")
    made[0].set_ylabel("distance")
    last = len(next(iter(next(iter(panels.values())).values())))
    return picture(
        made,
        f"Distance from the lowest point by epoch, logarithmic, each batch size at its own best rate; after one epoch and "
        f"after {last}. {'. '.join(described)}.",
    )
