"""A cost over two numbers seen from above, and gradient descent on it: paths, clouds of paths, and arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.descent import History
from nnlib.show.curves import BEHAVIOUR_INK
from nnlib.show.overlay import Overlay, log10_within
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene
from nnlib.show.style import INKS, PAPER, TEXT, arrow, axes, mark, note
from nnlib.surfaces import bowl_height, neuron_cost
from nnlib.toys import Path, angle, behaviour, bowl_paths, degrees, spread

PATHS, CLOUD, FAN = ((-2.2, 4.2), (-2.6, 2.6)), ((-2.2, 3.0), (-1.6, 2.6)), ((-3.2, 3.2), (-0.6, 3.4))  # of w and of b
NEAR = 0.5  # half the width of the enlarged window: every end lies in it
SHORT = 0.09  # of a slope's length, as an arrow
FLOOR, CEILING = -6.0, 3.0  # of log10 of what the cost lies above its least
STEPS = 30
PRODUCTS = np.arange(1, 51) / 20  # rate times lambda: 0.05 to 2.5, with 1, 1.5 and 2 exactly among them
BOX = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # behind words that lie on lines


# ------------------------------------------------------------------ one linear neuron


def _neuron(ax, X, E, best, window, levels: int | None = None, **labels) -> None:
    """The cost of one linear neuron over w and b as contours, and its lowest point; twelve quantiles, if no `levels`."""
    w, b = (np.linspace(*side, 81) for side in window)
    C = neuron_cost(X, E, w, b)
    ax.contour(w, b, C, levels=levels or np.quantile(C, np.linspace(0.02, 0.95, 12)), colors="#b8b8b8", linewidths=0.8)
    mark(ax, best, "target", 12)
    ax.set(xlim=window[0], ylim=window[1], xlabel="weight w", **labels)
    ax.grid(False)


def opinions_picture(X, E, start, slopes, best) -> Picture:
    """One arrow downhill for each sample, from the same start, and the mean of them; slopes has a row (dw, db) a sample."""
    ax = axes(6.4, 3.9, titles=["each sample's way downhill, and the mean of them all"])
    start, ways = np.asarray(start, float), -SHORT * np.asarray(slopes)
    mean = ways.mean(axis=0)
    for way in ways:
        arrow(ax, start, start + way, INKS["quiet"].colour, 1.2)
    arrow(ax, start, start + mean, INKS["backward"].colour, 3.2)
    ax.plot(*start, marker="o", color=TEXT)
    note(ax, "start", start, shift=(-8, 8), fontsize=11, ha="right")
    note(ax, "their mean", start + mean, "backward", (8, 4), fontsize=12, bbox=BOX)
    _neuron(ax, X, E, best, FAN, ylabel="bias b")
    turned = [degrees(way, mean) for way in ways]
    return picture(
        ax,
        f"From one start, {len(ways)} thin arrows, one for each sample's way downhill, and a thick one, their mean. The "
        f"single samples point up to {max(turned):.0f} degrees away from the mean.",
    )


def search_scene(X, E, best, aim, rates: Sequence[float], walks: Sequence) -> Scene:
    """Over the rate of one walk, to be laid on another that does not move: `aim` (the name, its points).

    walks[k] holds the points (w, b) of the walk at rates[k]. The sentence says how far apart the two are at most.
    """
    name, wanted = aim
    ax = axes(6.4, 3.6, titles=[f"wide: {name}, which stays. thin: the sum, at the rate of the slider"])
    _neuron(ax, X, E, best, PATHS, ylabel="bias b")
    ax.plot(*wanted.T, color=INKS["cost"].colour, linewidth=8, alpha=0.35, solid_joinstyle="round")

    def draw(frame: Overlay, rate, walk):
        frame.path(ax, walk, "backward")

    def say(rate, walk):
        gap = np.abs(walk - wanted).max() if np.isfinite(walk).all() else np.inf
        apart = f"{gap:.3f} apart at most" if gap < 100 else "more than 100 apart"
        return f"The sum at rate {rate:.4g}: over {len(walk) - 1} steps the two walks come {apart}."

    return Scene(ax, draw, say, zip(rates, walks), "rate of the sum", "{:.4g}".format)


def convention_scene(
    X, E, best, rates: Sequence[float], runs: Mapping[str, Sequence[History]], fates: Mapping[str, Sequence[str]]
) -> Scene:
    """Over rates, a reel for each convention: the path of a run over w and b, and its cost (lesson 6).

    runs[name][k] is the run at rates[k], whose records are (w, b) pairs, fates[name][k] its fate in a word.
    """
    steps, least = len(next(iter(runs.values()))[0].costs) - 1, neuron_cost(X, E, best[:1], best[1:]).item()
    titles = "path over the cost, b upwards", "cost above the least, log10"
    left, right = ax = axes(6.4, 3.3, columns=2, titles=titles)
    _neuron(left, X, E, best, PATHS)
    right.set(xlim=(0, steps), ylim=(FLOOR, CEILING), xlabel="step")

    def draw(frame: Overlay, rate, name, run, fate):
        above = log10_within(run.costs - least, FLOOR, CEILING + 1)
        frame.path(left, np.array(run.records), fate, 2).curve(right, above, fate)
        frame.text(right, 0.98 * steps, CEILING - 0.7, fate, fate, anchor="end")

    def say(rate, name, run, fate):
        C = f"{run.costs[-1]:.3f}" if run.costs[-1] < 1e3 else "beyond 1000"
        return f"{name}, rate {rate:.3g}: {fate}. After {steps} steps C is {C}."

    rows = {name: zip(rates, [name] * len(reel), reel, fates[name]) for name, reel in runs.items()}
    return Scene(ax, draw, say, rows, "rate", "{:.3g}".format, choice="step by the gradient of")


def cloud_scene(X, E, best, clouds: Mapping[int, Sequence[np.ndarray]]) -> Scene:
    """Over batch sizes: where paths lead, and their ends enlarged; clouds[size] lists paths of (w, b) (lesson 7)."""
    far, near = ax = axes(6.4, 3.3, columns=2, titles=("twelve paths, b upwards", "where they end, enlarged"))
    for side, window in ((far, CLOUD), (near, [(middle - NEAR, middle + NEAR) for middle in best])):
        _neuron(side, X, E, best, window, 10)

    def draw(frame: Overlay, size, paths):
        for path in paths:
            frame.line(far, *path.T, "cost", 0.8)
        ends = np.array([path[-1] for path in paths]).T
        frame.dots(far, *ends, "backward", 3).dots(near, *ends, "backward", 4)

    def say(size, paths):
        return (
            f"Batch size {size}: {len(paths[0]) - 1} steps. The {len(paths)} paths end {spread(paths, best):.3f} from the lowest "
            f"point, root mean square."
        )

    return Scene(ax, draw, say, clouds.items(), "batch size")


# ------------------------------------------------------------------ a bowl of two curvatures


def bowl_contours(ax, eigenvalues, window, levels, lightest: float, darkest: float) -> None:
    """A bowl from above: a line for each of `levels`, in greys that the heights `lightest` and `darkest` bound; its minimum."""
    x, y = (np.linspace(*side, 121) for side in window)
    shades = {"cmap": "Greys", "vmin": lightest, "vmax": darkest}
    ax.contour(x, y, bowl_height(eigenvalues, x, y), levels=levels, linewidths=1, **shades)
    ax.plot(0, 0, marker="+", color=TEXT, markersize=10)
    ax.set(xlim=window[0], ylim=window[1], xlabel="flat direction", ylabel="steep direction")


def bowl_scene(eigenvalues, start) -> Scene:
    """Over rate * lambda_max, the values of PRODUCTS: the path over the bowl's contours, and its cost (lesson 8)."""
    titles = "the bowl from above, one line for each height", "cost C, step by step"
    left, right = ax = axes(7.6, 3.5, columns=2, titles=titles)
    bowl_contours(left, eigenvalues, ((-3.6, 3.6), (-2.3, 3.1)), [0.2, 1, 3, 6, 10, 15, 21], -18, 26)
    left.axhspan(2.3, 3.1, color=PAPER, zorder=4)  # a strip for the read-out
    left.set_yticks(range(-2, 3))
    left.plot(*start, marker="o", color=TEXT, markersize=6)
    note(left, "start", (start[0], start[1] + 0.22), fontsize=9, ha="center")
    right.set(xlim=(0, STEPS), ylim=(1e-9, 1e6), yscale="log", xlabel="step")

    def draw(frame: Overlay, product, path: Path):
        concept, costs = BEHAVIOUR_INK[behaviour(product)], path.costs
        frame.path(left, path.points, concept, 1.8, 3.2).curve(right, np.maximum(costs, 1e-300), concept, 2.4)
        frame.bar(left, -3.6, 3.6, 2.3, 3.1, "paper")  # a path that grows must not run through the read-out
        frame.text(left, -3.5, 2.5, f"rate·λ = {product:.2f}", concept, size=16)
        frame.text(left, 3.5, 2.5, f"|1 − rate·λ| = {abs(1 - product):.2f}", concept, size=13, anchor="end")
        frame.text(right, len(costs) - 1.6, 4e4, behaviour(product), concept, size=15, anchor="end")

    def say(product, path: Path):
        return bowl_sentence(product, eigenvalues, path)

    rows = zip(PRODUCTS, bowl_paths(eigenvalues, start, PRODUCTS, STEPS))
    lead = "A long bowl seen from above, and its cost. "
    return Scene(ax, draw, say, rows, "rate times λ", "{:.2f}".format, lead=lead)


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


def angle_picture(eigenvalues, point) -> Picture:
    """The bowl with two arrows from one point: to the minimum, and where the gradient says downhill is (lesson 8)."""
    ax = axes(6.8, 3.2)
    bowl_contours(ax, eigenvalues, ((-1, 4.6), (-0.9, 1.5)), 9, -12, 20)
    ax.set_aspect("equal", adjustable="box")
    point, turned = np.asarray(point, float), angle(eigenvalues, point)
    downhill = -np.asarray(eigenvalues) * point
    downhill = 1.6 * downhill / np.linalg.norm(downhill)
    for way, concept, words, at in (
        (-point, "target", "to the minimum", (1.15, 0.62)),
        (downhill, "backward", "minus the gradient", (2.62, -0.3)),
    ):
        arrow(ax, point, point + way, INKS[concept].colour)
        note(ax, words, at, concept, ha="right" if concept == "target" else "left", bbox=BOX)
    ax.plot(*point, marker="o", color=TEXT)
    return picture(
        ax,
        f"On a bowl with curvatures {eigenvalues[0]:g} and {eigenvalues[1]:g}, at the point ({point[0]:g}, {point[1]:g}), "
        f"minus the gradient points {turned:.0f} degrees away from the minimum.",
    )
