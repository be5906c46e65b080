"""How far activations and slopes spread, layer by layer, over the scale of the weights at the start (lesson 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.film import Scene, Shown
from nnlib.show.overlay import Overlay
from nnlib.show.style import axes

FLOOR, TOP = -9.0, 3.0  # powers of ten: what lies outside is drawn at the edge
TITLES = ["spread of the activations", "spread of the slopes dC/dz"]


def spread_scene(layers: int) -> Scene:
    """A row is (scale, spread of the activations of each layer, spread of dC/dz of each layer)."""
    made = axes(7.4, 3.2, columns=2, titles=TITLES, xlabel="layer", xlim=(0.7, layers + 0.3), ylim=(FLOOR, TOP))
    powers = np.arange(FLOOR, TOP + 1, 3)
    for ax in made:
        ax.set(xticks=range(1, layers + 1, 2), yticks=powers, yticklabels=[f"$10^{{{int(p)}}}$" for p in powers])

    def draw(frame: Overlay, scale, up, back):
        for ax, values, concept in zip(made, (up, back), ("forward", "backward")):
            height = np.clip(np.log10(np.maximum(values, 1e-300)), FLOOR, TOP)
            frame.line(ax, np.arange(1, len(values) + 1), height, concept)

    def say(scale, up, back):
        return (
            f"Scale {scale:.2g} times 1/√n. From layer 1 to layer {len(up)} the activations go from {up[0]:.1g} to "
            f"{up[-1]:.1g}; the slopes, coming back, from {back[-1]:.1g} to {back[0]:.1g}."
        )

    return Scene(made, draw, say)


def spread_film(rows: Mapping[str, Sequence[tuple]], presets: Mapping[str, int], start: int) -> Shown:
    """A slider over scales, with a reel for each activation: rows[activation][k] as in `spread_scene`."""
    scene = spread_scene(len(next(iter(rows.values()))[0][1]))
    return scene.film(
        rows, "{:.2f}".format, label="scale of the weights", presets=presets, start=start, choice="activation"
    )
