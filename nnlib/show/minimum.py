"""Around the minimum of a network: slices of its cost with their parabolas, and a run that leaves for a flatter place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nnlib.show.picture import Picture, picture
from nnlib.show.style import INKS, axes, ink


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
    made[0].legend(fontsize=10, frameon=False, loc="upper center")
    made[0].set_ylabel("C")
    return picture(
        made,
        f"The cost of a network along two directions through a minimum, with the parabola of each. {'; '.join(described)}.",
    )


def leaving_picture(runs: Mapping[str, tuple[np.ndarray, Sequence[int], np.ndarray]]) -> Picture:
    """Runs that leave a minimum: for each its costs, and rate times lambda at the steps `seen`, one above the other."""
    steps = max(len(costs) for costs, _, _ in runs.values()) - 1
    above, below = made = axes(6.8, 5.0, columns=2, titles=("cost C, logarithmic", "rate·λ, where the run stands"))
    width, height = above.figure.get_size_inches()
    for ax, bottom in ((above, 2.95), (below, 0.52)):
        ax.set_position((0.75 / width, bottom / height, 1 - 0.95 / width, 1.65 / height))
    described = []
    for concept, (name, (costs, seen, products)) in zip(("backward", "cost"), runs.items()):
        above.plot(costs, **ink(concept), linewidth=2, label=name)
        below.plot(seen, products, **ink(concept, marker=True), markersize=4)
        described.append(f"{name}: rate·λ from {products[0]:.1f} to {products[-1]:.1f}")
    below.axhline(2, color=INKS["limit"].colour, linestyle="--", linewidth=1.6)
    below.annotate("2", (steps, 2.06), ha="right", fontsize=11, color=INKS["limit"].colour)
    above.set(yscale="log", xlim=(0, steps))
    above.legend(fontsize=10, frameon=False)
    below.set(xlim=(0, steps), ylim=(0, None), xlabel="step")
    return picture(made, f"Two runs that leave their minimum and settle elsewhere. {'; '.join(described)}.")


def valley_picture(groups: Mapping[int, Sequence[tuple[float, float]]]) -> Picture:
    """Measured over predicted limit of many minima: for each number of samples its pairs (cost at the minimum, ratio)."""
    ax = axes(6.6, 2.5, xlabel="measured limit, in units of 2/λ")
    position = ax.get_position()
    ax.set_position((0.16, position.y0, 0.8, position.height))
    ax.axvline(1, color=INKS["limit"].colour, linestyle="--", linewidth=1.6)
    described = []
    for row, (T, pairs) in enumerate(groups.items()):
        leave = sum(ratio > 1.1 for _, ratio in pairs)
        for k, (least, ratio) in enumerate(sorted(pairs, key=lambda pair: pair[1])):
            exact = least < 1e-12
            look = {"marker": "^" if exact else "o", "color": INKS["still moving" if exact else "cost"].colour}
            ax.plot(ratio, row + 0.08 * (k % 3 - 1), linestyle="none", markersize=8, **look)
        described.append(f"{T} samples, {leave} of {len(pairs)} beyond 1.1")
    ax.set(xscale="log", xlim=(0.9, 6), ylim=(len(groups) - 0.5, -0.5))
    ax.set_xticks([1, 1.5, 2, 3, 5], ["1", "1.5", "2", "3", "5"])
    ax.minorticks_off()
    ax.set_yticks(range(len(groups)), [f"{T} samples" for T in groups])
    ax.grid(axis="y", visible=False)
    ax.set_title("triangle: fits its samples exactly      dot: does not", fontsize=10, loc="left")
    return picture(
        ax, f"Measured limit divided by 2/λ, for many minima of one kind of network: {'; '.join(described)}."
    )


def distance_picture(curves: Mapping[str, np.ndarray]) -> Picture:
    """The size of the distance to the minimum over the steps, logarithmic, a line for each setting."""
    steps = len(next(iter(curves.values()))) - 1
    ax = axes(6.4, 3.3, titles=["distance from the minimum, logarithmic"], xlabel="step", xlim=(-2, steps))
    for concept, (name, curve) in zip(("cost", "backward", "target", "limit"), curves.items()):
        ax.plot(np.maximum(np.abs(curve), 1e-12), **ink(concept), linewidth=2.2, label=name)
    ax.set(yscale="log", ylim=(1e-8, 10))
    ax.legend(fontsize=11, frameon=False, loc="upper right", ncols=len(curves), handlelength=3)
    described = "; ".join(f"{name}: {abs(curve[-1]):.1e}" for name, curve in curves.items())
    return picture(ax, f"The distance to the minimum of a parabola, after {steps} steps: {described}.")
