"""Around the minimum of a network: slices of its cost with their parabolas, and a run that leaves for a flatter place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nnlib.show.picture import Picture, picture
from nnlib.show.style import INKS, axes, ink, legend, note


class Cut(NamedTuple):
    """A slice of a cost: the places along one direction, the cost at each, the cost at the minimum, the curvature there."""

    places: np.ndarray
    costs: np.ndarray
    least: float
    curvature: float

    @property
    def parabola(self) -> np.ndarray:
        """C* + lambda t^2 / 2 at the same places."""
        return self.least + self.curvature * self.places**2 / 2


def slice_picture(cuts: Mapping[str, Cut]) -> Picture:
    """The cost along a few directions through a minimum, one panel each, with the parabola of its curvature."""
    made = axes(7.0, 3.3, columns=len(cuts), titles=list(cuts), xlabel="distance from the minimum")
    described = []
    for ax, (name, cut) in zip(made, cuts.items()):
        ax.plot(cut.places, cut.costs, **ink("cost"), linewidth=2.4, label="cost C")
        ax.plot(cut.places, cut.parabola, **ink("limit"), linewidth=1.8, label="its parabola")
        ax.set_ylim(0, 1.05 * max(cut.costs.max() for cut in cuts.values()))
        described.append(f"{name}: λ = {cut.curvature:.2g}")
    legend(made[0], loc="upper center")
    made[0].set_ylabel("C")
    return picture(
        made,
        f"The cost of a network along two directions through a minimum, with the parabola of each. {'; '.join(described)}.",
    )


def leaving_picture(runs: Mapping[str, tuple[np.ndarray, Sequence[int], np.ndarray]]) -> Picture:
    """Runs that leave a minimum: for each its costs, and rate times lambda at the steps `seen`, one above the other."""
    steps = max(len(costs) for costs, _, _ in runs.values()) - 1
    titles, boxes = (
        ("cost C, logarithmic", "rate·λ, where the run stands"),
        [(0.75, y, 5.85, 1.65) for y in (2.95, 0.52)],
    )
    above, below = made = axes(6.8, 5.0, titles=titles, boxes=boxes, xlim=(0, steps))
    described = []
    for concept, (name, (costs, seen, products)) in zip(("backward", "cost"), runs.items()):
        above.plot(costs, **ink(concept), linewidth=2, label=name)
        below.plot(seen, products, **ink(concept, marker=True), markersize=4)
        described.append(f"{name}: rate·λ from {products[0]:.1f} to {products[-1]:.1f}")
    below.axhline(2, color=INKS["limit"].colour, linestyle="--", linewidth=1.6)
    note(below, "2", (steps, 2.06), "limit", fontsize=11, ha="right")
    above.set(yscale="log")
    legend(above)
    below.set(ylim=(0, None), xlabel="step")
    return picture(made, f"Two runs that leave their minimum and settle elsewhere. {'; '.join(described)}.")


def distance_picture(curves: Mapping[str, np.ndarray]) -> Picture:
    """The size of the distance to the minimum over the steps, logarithmic, a line for each setting."""
    steps = len(next(iter(curves.values()))) - 1
    ax = axes(6.4, 3.3, titles=["distance from the minimum, logarithmic"], xlabel="step", xlim=(-2, steps))
    for concept, (name, curve) in zip(("cost", "backward", "target", "limit"), curves.items()):
        ax.plot(np.maximum(np.abs(curve), 1e-12), **ink(concept), linewidth=2.2, label=name)
    ax.set(yscale="log", ylim=(1e-8, 10))
    legend(ax, fontsize=11, loc="upper right", ncols=len(curves), handlelength=3)
    described = "; ".join(f"{name}: {abs(curve[-1]):.1e}" for name, curve in curves.items())
    return picture(ax, f"The distance to the minimum of a parabola, after {steps} steps: {described}.")
