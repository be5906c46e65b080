"""Lesson 8's pictures: a bowl seen from above with its rate, the limits that move, and the limits foretold and measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlib.show.film import Shown, film
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import FAINT, INKS, PAPER, TEXT, axes, ink
from nnlib.toys import Path, bowl

STEPS = 30
PRODUCTS = np.arange(1, 51) / 20  # rate times lambda: 0.05 to 2.5, with 1, 1.5 and 2 exactly among them
INK = {"slides": "learned", "lands": "target", "alternates": "oscillating", "repeats": "quiet", "grows": "diverged"}


def behaviour(product: float) -> str:
    """What a step does along a direction with rate * lambda = product: slides, lands, alternates, repeats or grows."""
    if product > 2:
        return "grows"
    if product == 2:
        return "repeats"
    return "lands" if product == 1 else ("alternates" if product > 1 else "slides")


def bowl_paths(eigenvalues, start, products: Sequence[float] = PRODUCTS, steps: int = STEPS) -> list[Path]:
    """One path down the bowl for each rate * lambda_max, all from the same start."""
    top = max(eigenvalues)
    return [bowl(eigenvalues, start, product / top, steps) for product in products]


def bowl_sentence(product: float, eigenvalues, path: Path) -> str:
    """What happens on this bowl at this rate, with its numbers."""
    flat = 1 - product * min(eigenvalues) / max(eigenvalues)
    words = {
        "slides": "the steep direction slides down without crossing",
        "lands": "the steep direction lands in one step",
        "alternates": "the steep direction alternates from side to side, and converges",
        "repeats": "the steep direction jumps between two points for ever",
        "grows": "every step is longer than the last: it grows",
    }[behaviour(product)]
    return (
        f"rate·λ = {product:.2f}: {words}. Each step multiplies the steep error by {1 - product:+.2f} and the flat one by "
        f"{flat:+.2f}. After {len(path.costs) - 1} steps C = {path.costs[-1]:.2g}."
    )


def bowl_stage(eigenvalues, start, steps: int = STEPS):
    """The still background: the bowl's contours and axes for the cost, and its two Axes."""
    left, right = axes(
        7.6, 3.5, columns=2, titles=("the bowl from above, one line for each height", "cost C, step by step")
    )
    left.set(
        xlim=(-3.6, 3.6), ylim=(-2.3, 3.1), xlabel="flat direction", ylabel="steep direction", yticks=(-2, -1, 0, 1, 2)
    )
    x, y = np.meshgrid(np.linspace(-3.6, 3.6, 121), np.linspace(-2.3, 2.3, 91))
    height = (eigenvalues[0] * x * x + eigenvalues[1] * y * y) / 2
    left.contour(x, y, height, levels=[0.2, 1, 3, 6, 10, 15, 21], cmap="Greys", vmin=-18, vmax=26, linewidths=1)
    left.axhspan(2.3, 3.1, color=PAPER, zorder=4)  # room for the read-out
    left.plot([0], [0], marker="+", color=TEXT, markersize=9)
    left.plot(*[[c] for c in start], marker="o", color=TEXT, markersize=6)
    left.annotate("start", start, (start[0], start[1] + 0.22), ha="center", fontsize=9)
    right.set(xlim=(0, steps), ylim=(1e-9, 1e6), yscale="log", xlabel="step")
    return left, right


def bowl_frame(ax, path: Path, product: float) -> str:
    """One frame: the path over the contours, the cost beside it, and the read-out of rate times lambda."""
    left, right = ax
    concept = INK[behaviour(product)]
    made = Overlay(left).line(left, *path.points.T, concept, width=1.8).dots(left, *path.points.T, concept, radius=3.2)
    made.line(right, np.arange(len(path.costs)), np.maximum(path.costs, 1e-300), concept, width=2.4)
    made.bar(left, -3.6, 3.6, 2.3, 3.1, "paper")  # a path that grows must not run through the read-out
    made.text(left, -3.5, 2.5, f"rate·λ = {product:.2f}", concept, size=16)
    made.text(left, 3.5, 2.5, f"|1 − rate·λ| = {abs(1 - product):.2f}", concept, size=13, anchor="end")
    return made.text(right, len(path.costs) - 1.6, 4e4, behaviour(product), concept, size=15, anchor="end").svg()


def bowl_still(eigenvalues, start, product: float) -> Picture:
    """The film's picture at one rate, drawn to stand on its own."""
    left, right = bowl_stage(eigenvalues, start)
    (path,) = bowl_paths(eigenvalues, start, [product])
    look = ink(INK[behaviour(product)], marker=True)
    left.plot(*path.points.T, **look, markersize=4)
    right.plot(path.costs, **look, markersize=4)
    left.text(-3.5, 2.5, f"rate·λ = {product:.2f}", fontsize=12, color=look["color"], zorder=5)
    factor = f"|1 − rate·λ| = {abs(1 - product):.2f}"
    left.text(3.5, 2.5, factor, fontsize=10, color=look["color"], ha="right", zorder=5)
    return picture(left, "A long bowl seen from above, and its cost. " + bowl_sentence(product, eigenvalues, path))


def bowl_film(eigenvalues, start, presets: dict[str, float], at: float = 1.5) -> Shown:
    """The slider over rate * lambda_max: the path on the bowl and the cost. Presets name a value each."""
    ax = bowl_stage(eigenvalues, start)
    paths = bowl_paths(eigenvalues, start)
    places = {name: place(value) for name, value in presets.items()}
    return film(
        [f"{product:.2f}" for product in PRODUCTS],
        [bowl_frame(ax, path, product) for path, product in zip(paths, PRODUCTS)],
        [bowl_sentence(product, eigenvalues, path) for path, product in zip(paths, PRODUCTS)],
        label="rate times λ", ax=ax, presets=places, start=place(at), width=760,
    )  # fmt: skip


def place(product: float) -> int:
    """The slider's place for a value of rate * lambda."""
    return int(np.argmin(np.abs(PRODUCTS - product)))


def growth_picture(paths: dict[float, Path], factors: dict[float, float]) -> Picture:
    """Costs on a logarithmic scale for a few values of rate * lambda: straight lines, each named at its end."""
    steps = len(next(iter(paths.values())).costs) - 1
    ax = axes(
        6.8,
        3.4,
        titles=["cost C, logarithmic, and by how much a step multiplies the distance"],
        xlabel="step",
        xlim=(0, steps * 1.9),
        yscale="log",
    )
    ax.set_xticks(range(0, steps + 1, 10))
    for product, path in paths.items():
        concept = INK[behaviour(product)]
        ax.plot(path.costs, **ink(concept))
        words = f"rate·λ = {product:g}: {behaviour(product)}, distance × {factors[product]:.4f}"
        ax.annotate(words, (steps + 1, path.costs[-1]), va="center", fontsize=9, color=INKS[concept].colour)
    told = "; ".join(
        f"at {product:g} it {behaviour(product)}, distance × {factors[product]:.4f} a step" for product in paths
    )
    return picture(ax, f"The cost of a linear neuron on a logarithmic scale, a straight line for each rate·λ: {told}.")


def angle(eigenvalues, point) -> float:
    """Degrees between the step, -gradient, and the straight way to the minimum at 0, on a bowl."""
    slope, way = np.asarray(eigenvalues, float) * point, np.asarray(point, float)
    return float(np.degrees(np.arccos(slope @ way / np.linalg.norm(slope) / np.linalg.norm(way))))


def angle_picture(eigenvalues, point) -> Picture:
    """The bowl with two arrows from one point: to the minimum, and where the gradient says downhill is."""
    ax = axes(6.8, 3.2, xlim=(-1, 4.6), ylim=(-0.9, 1.5), xlabel="flat direction", ylabel="steep direction")
    x, y = np.meshgrid(np.linspace(-1, 4.6, 121), np.linspace(-0.9, 1.5, 91))
    ax.contour(x, y, (eigenvalues[0] * x * x + eigenvalues[1] * y * y) / 2, 9, cmap="Greys", vmin=-12, vmax=20)
    ax.set_aspect("equal", adjustable="box")
    point, turned = np.asarray(point, float), angle(eigenvalues, point)
    downhill = -np.asarray(eigenvalues) * point
    downhill = 1.6 * downhill / np.linalg.norm(downhill)
    for way, concept, words, at in (
        (-point, "target", "to the minimum", (1.15, 0.62)),
        (downhill, "backward", "minus the gradient", (2.62, -0.3)),
    ):
        ax.annotate("", point + way, point, arrowprops={"arrowstyle": "-|>", "color": INKS[concept].colour, "lw": 2.4})
        ax.annotate(words, at, fontsize=10, color=INKS[concept].colour, ha="right" if concept == "target" else "left",
                    bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5})  # fmt: skip
    ax.plot(*point, marker="o", color=TEXT)
    ax.plot(0, 0, marker="+", color=TEXT, markersize=10)
    return picture(
        ax,
        f"On a bowl with curvatures {eigenvalues[0]:g} and {eigenvalues[1]:g}, at the point ({point[0]:g}, {point[1]:g}), "
        f"minus the gradient points {turned:.0f} degrees away from the minimum.",
    )


def moved_picture(rows: Sequence[tuple[str, float, float]]) -> Picture:
    """What moves the limit: (words, predicted, measured) for each row, on a logarithmic scale, the first row the yardstick."""
    ax = _rows(len(rows), "largest stable learning rate (logarithmic)", [row[0] for row in rows], left=2.75)
    base = rows[0][1]
    ax.axvline(base, color=INKS["quiet"].colour, linestyle=":", linewidth=1.2)
    for k, (_, predicted, measured) in enumerate(rows):
        ax.plot([base, predicted], [k, k], color=FAINT, linewidth=1)
        ax.plot(predicted, k, linestyle="none", marker="d", markersize=11, mfc="none", mec=INKS["limit"].colour, mew=2)
        ax.plot(measured, k, linestyle="none", marker="o", markersize=4.5, color=INKS["cost"].colour)
        side = -1 if predicted < base else 1
        ax.annotate(f"{predicted:.4g}", (predicted, k), (side * 11, 0), textcoords="offset points",
                    va="center", ha="right" if side < 0 else "left", fontsize=9)  # fmt: skip
    ax.set(xscale="log", xlim=(base / 1000, base * 9))
    ax.set_title("diamond: predicted, 2/λ      dot: measured", fontsize=9, loc="left")
    told = "; ".join(f"{words}: {predicted:.4g}" for words, predicted, _ in rows)
    return picture(ax, f"The largest stable rate of one linear neuron under each change. {told}.")


def limits_picture(rows: Sequence[tuple[str, float, float]]) -> Picture:
    """Measured over predicted limit of several problems, as (name, predicted, measured); beyond 1.05 a counter-example."""
    ax = _rows(len(rows), "measured limit, in units of 2/λ", [row[0] for row in rows], left=2.0)
    ax.axvline(1, color=INKS["limit"].colour, linestyle="--", linewidth=1.8)
    for k, (_, predicted, measured) in enumerate(rows):
        ratio = measured / predicted
        holds = ratio < 1.05
        concept = "learned" if holds else "still moving"
        ax.plot([1, ratio], [k, k], color=INKS[concept].colour, linewidth=3)
        ax.plot(ratio, k, linestyle="none", marker="o" if holds else "^", markersize=9, color=INKS[concept].colour)
        words = f"{ratio:.2f}: holds" if holds else f"{ratio:.1f}: it leaves for a flatter place"
        ax.annotate(words, (ratio, k), (12, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set(xscale="log", xlim=(0.7, 60))
    ax.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
    ax.minorticks_off()
    told = ", ".join(
        f"{name} {measured / predicted:.{2 if measured < 1.05 * predicted else 1}f}"
        for name, predicted, measured in rows
    )
    return picture(ax, f"Measured limit divided by the predicted 2/λ: {told}.")


def _rows(count, xlabel, names, left):
    """Axes with one named row for each entry, the first on top."""
    ax = axes(7.2, 0.95 + 0.36 * count, xlabel=xlabel)
    width, height = ax.figure.get_size_inches()
    ax.set_position((left / width, 0.52 / height, 1 - (left + 0.2) / width, 1 - 0.86 / height))
    ax.set(ylim=(count - 0.4, -0.6))
    ax.set_yticks(range(count), names)
    ax.grid(axis="y", visible=False)
    return ax
