"""Lesson 7's pictures: a cloud of mini-batch paths over a bowl, how soon each size is near, and a race of six step rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.film import film
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import INKS, axes, ink

WINDOW = ((-2.2, 3.0), (-1.6, 2.6))  # of w and of b
NEAR = 0.5  # half the width of the enlarged window: every end lies in it
RULE_INK = {
    "plain": "cost",
    "momentum": "prediction",
    "nesterov": "other",
    "clipping": "target",
    "rmsprop": "limit",
    "adam": "backward",
}


def cloud_stage(X, E, best):
    """The still background: the cost of one linear neuron over w and b, and the same again, near its lowest point."""
    far, near = axes(6.4, 3.3, columns=2, titles=("twelve paths, b upwards", "where they end, enlarged"))
    windows = (WINDOW, [(middle - NEAR, middle + NEAR) for middle in best])
    for ax, window in zip((far, near), windows):
        w, b = (np.linspace(*side, 61) for side in window)
        C = ((X[:, :1, None] * w[None, None, :] + b[None, :, None] - E[:, :, None]) ** 2).mean(axis=0)
        ax.contour(w, b, C, levels=10, colors="#b8b8b8", linewidths=0.8)
        ax.plot(*best, markersize=12, **{**ink("target", marker=True), "linestyle": ""})
        ax.set(xlim=window[0], ylim=window[1], xlabel="weight w")
        ax.grid(False)
    return far, near


def cloud_frame(ax, paths: Sequence[np.ndarray]) -> str:
    """One frame: every path of (w, b) pairs, thin, and where each ends, on both axes."""
    far, near = ax
    made = Overlay(far)
    for path in paths:
        made.line(far, path[:, 0], path[:, 1], "cost", 0.8)
    ends = np.array([path[-1] for path in paths])
    return made.dots(far, ends[:, 0], ends[:, 1], "backward", 3).dots(near, ends[:, 0], ends[:, 1], "backward", 4).svg()


def spread(paths: Sequence[np.ndarray], best) -> float:
    """The root of the mean squared distance between the ends of the paths and the lowest point."""
    ends = np.array([path[-1] for path in paths])
    return float(np.sqrt(((ends - best) ** 2).sum(axis=1).mean()))


def cloud_film(ax, clouds: Mapping[int, Sequence[np.ndarray]], best, presets: dict[str, int], start: int):
    """A slider over batch sizes: clouds[size] is a list of paths."""
    words = [
        f"Batch size {size}: {len(paths[0]) - 1} steps. The {len(paths)} paths end {spread(paths, best):.3f} from the lowest "
        f"point, root mean square."
        for size, paths in clouds.items()
    ]
    frames = [cloud_frame(ax, paths) for paths in clouds.values()]
    return film(list(clouds), frames, words, label="batch size", ax=ax, presets=presets, start=start)


def approach_picture(clouds: Mapping[int, Sequence[np.ndarray]], best, samples: int) -> Picture:
    """The distance from the lowest point after each epoch, one line for each batch size that divides `samples`."""
    curves = {}
    for size, paths in clouds.items():
        epoch = samples // size  # steps
        ends = range(1, len(paths[0]) + 1, epoch)
        curves[size] = [spread([path[:end] for path in paths], best) for end in ends]
    last = len(next(iter(curves.values()))) - 1
    ax = axes(6.4, 3.3, xlabel="epoch", titles=["distance from the lowest point, logarithmic"], xlim=(0, 1.3 * last))
    told = []
    for concept, (size, curve) in zip(("backward", "prediction", "cost"), curves.items()):
        name = "one sample" if size == 1 else f"batch of {size}"
        ax.plot(curve, **ink(concept, marker=True), markersize=4)
        ax.annotate(name, (1.02 * last, curve[-1]), va="center", fontsize=10, color=INKS[concept].colour)
        told.append(f"{name}: {curve[1]:.2f} after one epoch, {curve[-1]:.2g} after {last}")
    ax.set(yscale="log", xticks=range(0, last + 1, 5))
    return picture(ax, f"Distance from the lowest point, root mean square, by epoch. {'; '.join(told)}.")


def race_stage(steps: int):
    """The still background of the race: the cost over the steps, and a legend of the six rules."""
    ax = axes(6.4, 3.3, xlim=(0, steps), ylim=(0, 0.75), xlabel="step", ylabel="cost C")
    for rule, concept in RULE_INK.items():
        ax.plot([], [], label=rule, linewidth=2, **ink(concept))
    ax.legend(fontsize=9, frameon=False, ncols=3, loc="upper right", handlelength=3)
    return ax


def race_frame(ax, costs: Mapping[str, np.ndarray]) -> str:
    """One frame: a cost curve for each rule."""
    made = Overlay(ax)
    for rule, curve in costs.items():
        made.line(ax, np.arange(len(curve)), curve, RULE_INK[rule])
    return made.svg()


def race_words(rate: float, fates: Mapping[str, str]) -> str:
    """Which rules learned at this rate, and what became of the others."""
    groups: dict[str, list[str]] = {}
    for rule, fate in fates.items():
        groups.setdefault(fate, []).append(rule)
    return f"Rate {rate:.3g}. " + "; ".join(f"{fate}: {', '.join(rules)}" for fate, rules in groups.items()) + "."


def race_film(rates, costs: Sequence[Mapping], fates: Sequence[Mapping], presets: dict[str, int], start: int):
    """A slider over rates: costs[k][rule] is a cost curve, fates[k][rule] its fate in a word."""
    ax = race_stage(len(next(iter(costs[0].values()))) - 1)
    frames = [race_frame(ax, curves) for curves in costs]
    words = [race_words(rate, told) for rate, told in zip(rates, fates)]
    return film([f"{rate:.3g}" for rate in rates], frames, words, label="rate", ax=ax, presets=presets, start=start)


def good_rates(rates, fates: Sequence[Mapping]):
    """For each rule the rates at which it learned, as marks on a line of log10 rates. Returns the Axes."""
    ax = axes(6.4, 2.6, xlabel="log10 of the rate", xlim=(np.log10(rates[0]) - 0.2, np.log10(rates[-1]) + 0.2))
    for height, (rule, concept) in enumerate(reversed(RULE_INK.items())):
        good = [np.log10(rate) for rate, told in zip(rates, fates) if told[rule] == "learned"]
        ax.plot(good, [height] * len(good), color=INKS[concept].colour, marker="o", linewidth=4, alpha=0.8)
    ax.set_yticks(range(len(RULE_INK)), list(reversed(RULE_INK)))
    ax.margins(y=0.15)
    position = ax.get_position()
    ax.set_position((0.15, position.y0, 0.82, position.height))
    return ax
