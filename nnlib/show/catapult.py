"""The toy u v seen from above: the catapult as a film, its still picture, and where each rate lands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene
from nnlib.show.style import FAINT, INKS, axes, ink, legend, note
from nnlib.toys import Path, course, product_paths

STEPS = 60
PRODUCTS = np.array([k / 10 for k in range(1, 46) if k != 40])  # rate times lambda_0; at 4 itself rounding decides
INK = {"falls": "learned", "catapult": "target", "diverges": "diverged"}


def product_sentence(p: float, path: Path) -> str:
    """What happens at this rate, with its numbers."""
    word, end = course(path), p * path.curvatures[-1] / path.curvatures[0]
    if word == "diverges":
        return f"rate·λ₀ = {p:.1f}, above 4: λ grows instead of falling, and the cost passes every bound."
    if word == "falls":
        return f"rate·λ₀ = {p:.1f}: the cost falls from the first step on. It lands at rate·λ = {end:.2f}."
    rise = path.costs.max() / path.costs[0]
    return (
        f"rate·λ₀ = {p:.1f}: the cost first rises to {rise:.3g} times its start, then falls. It lands at "
        f"rate·λ = {end:.2f}, where the valley is flatter."
    )


def product_scene(start) -> Scene:
    """Over rate * lambda_0, the values of PRODUCTS: the path of u and v, the circle rate * lambda = 2, the cost (lesson 9)."""
    boxes = [(0.62, 0.62, 3.1, 3.1), (4.5, 2.55, 2.35, 1.35), (4.5, 0.55, 2.35, 1.35)]
    titles = "u and v from above", "cost C", "rate·λ along the way"
    plane, costs, sharp = ax = axes(7.0, 4.3, titles=titles, boxes=boxes)
    plane.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), xlabel="u", ylabel="v", aspect="equal")
    u, v = np.meshgrid(*[np.linspace(-1.25, 1.25, 101)] * 2)
    plane.contourf(u, v, np.sqrt(abs(u * v)), 12, cmap="Greys", vmin=0, vmax=4.5)
    plane.plot([-1.25, 1.25, np.nan, 0, 0], [0, 0, np.nan, -1.25, 1.25], color=INKS["quiet"].colour, linewidth=2)
    costs.set(xlim=(0, STEPS), ylim=(1e-12, 1e2), yscale="log", yticks=(1e-12, 1e-8, 1e-4, 1))
    sharp.set(xlim=(0, STEPS), ylim=(0, 5), xlabel="step", yticks=(0, 2, 4))
    for height, words in ((2, "2: the bowl's limit"), (4, "4: the toy's limit")):
        sharp.axhline(height, color=INKS["limit"].colour, linestyle="--", linewidth=1.2)
        note(sharp, words, (STEPS, height + 0.13), fontsize=9.5, ha="right")

    def draw(frame: Overlay, p, path: Path):
        concept, turn = INK[course(path)], np.linspace(0, 2 * np.pi, 73)
        radius = np.sqrt(2 * path.curvatures[0] / p)
        frame.line(plane, radius * np.cos(turn), radius * np.sin(turn), "limit", width=1.6)
        frame.path(plane, np.where(np.abs(path.points) < 50, path.points, np.nan), concept)
        frame.dots(plane, *path.points[:1].T, "quiet", radius=5)
        frame.curve(costs, path.costs, concept, 2.2)
        frame.curve(sharp, p * path.curvatures / path.curvatures[0], concept, 2.2)
        frame.bar(plane, -1.25, -0.1, 0.98, 1.25, "paper")
        frame.text(plane, -1.2, 1.06, f"rate·λ₀ = {p:.1f}", concept, size=15)
        frame.text(costs, len(path.costs) - 3, 8, course(path), concept, size=15, anchor="end")

    rows = zip(PRODUCTS, product_paths(start, PRODUCTS, STEPS))
    lead = "The path of u and v, its cost, and rate·λ. "
    return Scene(ax, draw, product_sentence, rows, "rate times λ₀", "{:.1f}".format, lead=lead)


def landing_picture(products: Sequence[float], landings: Mapping[str, Sequence[Path]]) -> Picture:
    """Where each rate lands, from one or more starts: lambda at the end as a share of lambda at the start (lesson 9)."""
    ax = axes(6.8, 3.3, xlabel="rate·λ₀", titles=["sharpness where it lands, as a share of the start"], ylim=(0, 1.15))
    parts = []
    for concept, (name, paths) in zip(("cost", "backward"), landings.items()):
        ends = [path.curvatures[-1] / path.curvatures[0] for path in paths]
        ax.plot(products, ends, **ink(concept, marker=True), markersize=4, label=name)
        parts.append(f"{name}, the smallest rate lands at {ends[0]:.2f} of its start, and rates beyond 2 at {min(ends):.2f} to "
                    f"{max(end for product, end in zip(products, ends) if product > 2):.2f}")  # fmt: skip
    ax.plot(products, [2 / p for p in products], color=FAINT, linestyle="--", linewidth=1.2)
    note(ax, "above this line no minimum holds", (2.3, 0.93))
    legend(ax, loc="center left", bbox_to_anchor=(0.0, 0.6))
    return picture(ax, f"Sharpness at the landing place over rate·λ₀. From {'; from '.join(parts)}.")
