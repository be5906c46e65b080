"""Lesson 9's pictures: the catapult on u times v, four fates side by side, and sharpness against 2 over the rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath

import numpy as np
from matplotlib.image import imread
from matplotlib.patches import Rectangle

from nnlib.show.film import Shown, film
from nnlib.show.gallery import FILES
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import FAINT, INKS, TEXT, axes, ink
from nnlib.toys import Path, product

STEPS = 60
PRODUCTS = np.array([k / 10 for k in range(1, 46) if k != 40])  # rate times lambda_0; at 4 itself rounding decides
INK = {"falls": "learned", "catapult": "target", "diverges": "diverged"}


def start_on_the_circle(ratio: float = 0.02) -> tuple[float, float]:
    """(u, v) with v/u = ratio and lambda_0 = u^2 + v^2 = 1, so that the rate is rate * lambda_0."""
    u = 1 / np.sqrt(1 + ratio * ratio)
    return u, ratio * u


def product_paths(start, products: Sequence[float] = PRODUCTS, steps: int = STEPS) -> list[Path]:
    """One path of the u v toy for each rate * lambda_0."""
    lam = start[0] ** 2 + start[1] ** 2
    return [product(*start, p / lam, steps) for p in products]


def course(path: Path) -> str:
    """What the run did: diverges, or falls, or (where the cost rose above its start before it fell) catapult."""
    if not np.isfinite(path.costs).all() or path.costs[-1] > path.costs[0]:
        return "diverges"
    return "catapult" if path.costs.max() > 1.01 * path.costs[0] else "falls"


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


def product_stage(steps: int = STEPS):
    """The still background: the plane of u and v seen from above, the cost, and rate times lambda."""
    plane, costs, sharp = axes(9.6, 3.5, columns=3, titles=("u and v from above", "cost C", "rate·λ along the way"))
    plane.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), xlabel="u", ylabel="v", aspect="equal")
    u, v = np.meshgrid(*[np.linspace(-1.25, 1.25, 101)] * 2)
    plane.contourf(u, v, np.sqrt(abs(u * v)), 12, cmap="Greys", vmin=0, vmax=4.5)
    plane.plot([-1.25, 1.25, np.nan, 0, 0], [0, 0, np.nan, -1.25, 1.25], color=INKS["quiet"].colour, linewidth=2)
    costs.set(xlim=(0, steps), ylim=(1e-12, 1e2), yscale="log", xlabel="step")
    sharp.set(xlim=(0, steps), ylim=(0, 5), xlabel="step")
    for height, words in ((2, "2: the bowl's limit"), (4, "4: the toy's limit")):
        sharp.axhline(height, color=INKS["limit"].colour, linestyle="--", linewidth=1.2)
        sharp.annotate(words, (steps, height + 0.13), ha="right", fontsize=9.5, color=TEXT)
    return plane, costs, sharp


def product_frame(ax, p: float, path: Path) -> str:
    """One frame: the path over the plane with the circle rate * lambda = 2, the cost, and rate * lambda."""
    plane, costs, sharp = ax
    concept, turn = INK[course(path)], np.linspace(0, 2 * np.pi, 73)
    radius = np.sqrt(2 * path.curvatures[0] / p)
    seen = np.where(np.abs(path.points) < 50, path.points, np.nan)
    made = Overlay(plane).line(plane, radius * np.cos(turn), radius * np.sin(turn), "limit", width=1.6)
    made.line(plane, *seen.T, concept, width=1.6).dots(plane, *seen.T, concept, radius=3)
    made.dots(plane, *path.points[:1].T, "quiet", radius=5)
    made.line(costs, np.arange(len(path.costs)), path.costs, concept, width=2.2)
    made.line(sharp, np.arange(len(path.costs)), p * path.curvatures / path.curvatures[0], concept, width=2.2)
    made.bar(plane, -1.25, -0.1, 0.98, 1.25, "paper").text(plane, -1.2, 1.06, f"rate·λ₀ = {p:.1f}", concept, size=15)
    return made.text(costs, len(path.costs) - 3, 8, course(path), concept, size=15, anchor="end").svg()


def product_still(start, p: float) -> Picture:
    """The film's picture at one rate, drawn to stand on its own."""
    plane, costs, sharp = product_stage()
    (path,) = product_paths(start, [p])
    look, circle = ink(INK[course(path)], marker=True), np.linspace(0, 2 * np.pi, 73)
    radius = np.sqrt(2 * path.curvatures[0] / p)
    plane.plot(radius * np.cos(circle), radius * np.sin(circle), **ink("limit"), linewidth=1.4)
    plane.plot(*path.points.T, **look, markersize=3.5, linewidth=1.4)
    costs.plot(path.costs, **look, markersize=2.5)
    sharp.plot(p * path.curvatures / path.curvatures[0], **look, markersize=2.5)
    plane.text(-1.2, 1.06, f"rate·λ₀ = {p:.1f}", fontsize=11, color=look["color"])
    return picture(plane, "The path of u and v, its cost, and rate·λ. " + product_sentence(p, path))


def product_film(start, presets: Mapping[str, float], at: float = 2.5) -> Shown:
    """The slider over rate * lambda_0. Presets name a value each."""
    ax, paths = product_stage(), product_paths(start)
    return film(
        [f"{p:.1f}" for p in PRODUCTS],
        [product_frame(ax, p, path) for p, path in zip(PRODUCTS, paths)],
        [product_sentence(p, path) for p, path in zip(PRODUCTS, paths)],
        label="rate times λ₀", ax=ax, start=place(at), width=940,
        presets={name: place(value) for name, value in presets.items()},
    )  # fmt: skip


def place(p: float) -> int:
    """The slider's place for a value of rate * lambda_0."""
    return int(np.argmin(np.abs(PRODUCTS - p)))


def fates_picture(runs: Mapping[str, np.ndarray], words: Mapping[str, str]) -> Picture:
    """Cost curves in two columns, each under its name and with its fate, each on an axis of its own."""
    width, high, rows = 7.6, 2.3, -(-len(runs) // 2)
    made = axes(width, high * rows, columns=len(runs), titles=list(runs), xlabel="step")
    ends = []
    for k, (ax, (name, costs)) in enumerate(zip(made, runs.items())):
        corner = (0.62 / width + k % 2 * 0.5, 1 - (k // 2 + 1 - 0.52 / high) / rows)
        ax.set_position((*corner, 0.5 - 0.85 / width, (1 - 0.86 / high) / rows))
        shown = costs[np.isfinite(costs) & (costs < 1e12)]
        if shown.max() > 1e3 * max(shown[0], 1e-9) or shown[-1] < 1e-3 * shown[0]:
            ax.set_yscale("log")
            shown = shown[shown > 1e-12]  # a long way down would hide what came before it
        ax.plot(shown, **ink(words[name]), linewidth=1.8)
        ax.margins(y=0.25)
        ax.text(
            0.97, 0.93, words[name], transform=ax.transAxes, ha="right", fontsize=11, color=INKS[words[name]].colour
        )
        ax.tick_params(labelsize=8)
        ax.locator_params(axis="x", nbins=4)
        ends.append(f"{name}: {words[name]}")
    return picture(made, f"Four cost curves, each with what became of it. {'; '.join(ends)}.")


def stability_picture(values: Mapping[float, np.ndarray], every: int) -> Picture:
    """Sharpness along training for a few rates, each with its own limit 2/rate as a dashed line."""
    looks = ("cost", "backward", "target", "prediction")
    last = every * max(len(curve) for curve in values.values())
    ax = axes(7.4, 3.6, xlabel="step", titles=["sharpness λ of the cost, where the run stands"], xlim=(0, 1.33 * last))
    ax.set_xticks(range(0, last + 1, 1000))
    told = []
    for concept, (rate, curve) in zip(looks, values.items()):
        ax.plot(every * np.arange(len(curve)), curve, color=INKS[concept].colour, linewidth=1.6)
        ax.plot([0, last], [2 / rate] * 2, color=INKS[concept].colour, linestyle="--", linewidth=1.4)
        words = f"rate {rate:g}: 2/rate = {2 / rate:.3g}"
        ax.annotate(words, (1.01 * last, 2 / rate), va="center", fontsize=9, color=INKS[concept].colour)
        late = rate * np.mean(curve[-len(curve) // 3 :])
        told.append(f"rate {rate:g}: over the last third rate·λ is about {late:.0f}")
    ax.set_ylim(0, 1.25 * max(2 / rate for rate in values))
    return picture(ax, f"Sharpness along training, with 2/rate dashed. {'; '.join(told)}.")


def landing_picture(start, products: Sequence[float]) -> Picture:
    """Where each rate lands: lambda at the end as a share of lambda at the start, over rate * lambda_0."""
    paths = product_paths(start, products, steps=400)
    ends = [path.curvatures[-1] / path.curvatures[0] for path in paths]
    ax = axes(6.8, 3.0, xlabel="rate·λ₀", titles=["sharpness where it lands, as a share of the start"], ylim=(0, 1.15))
    ax.plot(products, ends, **ink("cost", marker=True), markersize=4)
    ax.plot(products, [2 / p for p in products], color=FAINT, linestyle="--", linewidth=1.2)
    ax.annotate("above this line no minimum holds: rate·λ = 2", (2.02, 1.03), fontsize=9, color=TEXT)
    ax.axvline(2, color=INKS["limit"].colour, linestyle=":", linewidth=1)
    low, high = ends[0], min(ends)
    return picture(
        ax,
        f"Sharpness at the landing place over rate·λ₀. The smallest rate, {products[0]:.1f}, lands at {low:.2f} of the "
        f"start, the sharpest of all; beyond 2 every rate lands flatter, the flattest at {high:.2f}.",
    )


def windows_picture(folder) -> Picture:
    """The stored pictures of the edge but the last, each with a frame where the next one lies, over the powers of the rates."""
    (names, windows), folder = zip(*FILES.items()), FilePath(folder)
    sides = axes(7.4, 3.75, columns=len(FILES) - 1, titles=("the overview", "twelve times closer"))
    for ax, name, window, inner in zip(sides, names, windows, windows[1:]):
        half, small = window.width / 2, inner.width
        extent = (window.hidden - half, window.hidden + half, window.output - half, window.output + half)
        ax.imshow(imread(folder / name)[::3, ::3], extent=extent, interpolation="nearest", aspect="equal")
        corner = inner.hidden - small / 2, inner.output - small / 2
        for colour, width in (("#000000", 3.5), ("#ffffff", 1.6)):  # seen on dark and on light
            ax.add_patch(Rectangle(corner, small, small, fill=False, edgecolor=colour, linewidth=width))
        ax.grid(False)
        ax.set(xlabel="log10 of the hidden layer's rate")
    sides[0].set(ylabel="log10 of the output layer's rate")
    middles = [f"{10**window.hidden:.3g} and {10**window.output:.3g}" for window in windows[1:]]
    return picture(
        sides,
        f"The first two pictures, each with a frame around the next one. The middles of the frames are at the rates "
        f"{' and '.join(f'({middle})' for middle in middles)}, hidden layer and output layer.",
    )
