"""Curves of numbers over steps, epochs or rates: each named at its end, in the style of its fate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.descent import History
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene
from nnlib.show.style import INKS, axes, ink, legend, note
from nnlib.toys import Path, behaviour

BEHAVIOUR_INK = {
    "slides": "learned", "lands": "target", "alternates": "oscillating", "repeats": "quiet", "grows": "diverged",
}  # fmt: skip
RULE_INK = {
    "plain": "cost",
    "momentum": "prediction",
    "nesterov": "other",
    "clipping": "target",
    "rmsprop": "limit",
    "adam": "backward",
}


def race(runs: Sequence[History], labels: Sequence[str], fates: Sequence[str]):
    """Cost curves of a few runs, each named at its end, in the colour of its fate. Returns the Axes (lesson 0)."""
    steps = len(runs[0].costs)
    ax = axes(xlabel="step", ylabel="cost C", xlim=(0, steps * 1.45), ylim=(0, 0.6), xticks=range(0, steps, 50))
    ax.grid(False)
    ax.spines["bottom"].set_bounds(0, steps)
    above = 0.0  # names of curves that end side by side stand one above the other
    for run, label, fate in sorted(zip(runs, labels, fates), key=lambda row: row[0].costs[-1]):
        ax.plot(run.costs, **ink(fate))
        height = max(run.costs[-1] + 0.012, above)
        note(ax, label, (steps + 3, height), fate, fontsize=9, va="center")
        above = height + 0.035
    return ax


def starts_picture(runs: Mapping[str, Sequence[Sequence[float]]], solved: float) -> Picture:
    """A panel for each name with the cost curves of all its starts; those that end below `solved` in another ink (lesson 5)."""
    panels = axes(7.4, 3.2, columns=len(runs), titles=list(runs), xlabel="step", ylim=(0, 0.4))
    described = []
    for ax, (name, curves) in zip(panels, runs.items()):
        for curve in curves:
            concept = "learned" if curve[-1] < solved else "diverged"
            ax.plot(curve, linewidth=1.1, alpha=0.75, **ink(concept))
        ax.axhline(solved, **ink("limit"))
        count = sum(curve[-1] < solved for curve in curves)
        ax.text(0.96, 0.9, f"{count} of {len(curves)} learned", transform=ax.transAxes, ha="right", fontsize=11)
        described.append(f"{count} of {len(curves)} end below {solved:g} ({name})")
    panels[0].set_ylabel("cost C")
    return picture(panels, f"The cost of XOR over {len(curve) - 1} steps from several starts: {'; '.join(described)}.")


def rule_scene(rates, costs: Sequence[Mapping], fates: Sequence[Mapping]) -> Scene:
    """Over rates: costs[k][rule] is a cost curve, fates[k][rule] its fate in a word (lesson 7)."""
    steps = len(next(iter(costs[0].values()))) - 1
    ax = axes(6.4, 3.3, xlim=(0, steps), ylim=(0, 0.75), xlabel="step", ylabel="cost C")
    for rule, concept in RULE_INK.items():
        ax.plot([], [], label=rule, linewidth=2, **ink(concept))
    legend(ax, fontsize=9, ncols=3, loc="upper right", handlelength=3)

    def draw(frame: Overlay, rate, curves, fates):
        for rule, curve in curves.items():
            frame.curve(ax, curve, RULE_INK[rule])

    def say(rate, curves, fates):
        groups: dict[str, list[str]] = {}
        for rule, fate in fates.items():
            groups.setdefault(fate, []).append(rule)
        return f"Rate {rate:.3g}. " + "; ".join(f"{fate}: {', '.join(rules)}" for fate, rules in groups.items()) + "."

    return Scene(ax, draw, say, zip(rates, costs, fates), "rate", "{:.3g}".format)


def growth_picture(paths: dict[float, Path], factors: dict[float, float]) -> Picture:
    """Costs on a logarithmic scale for a few values of rate * lambda: straight lines, each named at its end (lesson 8)."""
    steps = len(next(iter(paths.values())).costs) - 1
    title = "cost C, logarithmic, and by how much a step multiplies the distance"
    ax = axes(6.8, 3.4, titles=[title], xlabel="step", xlim=(0, steps * 1.9), yscale="log")
    ax.set_xticks(range(0, steps + 1, 10))
    for product, path in paths.items():
        concept = BEHAVIOUR_INK[behaviour(product)]
        ax.plot(path.costs, **ink(concept))
        words = f"rate·λ = {product:g}: {behaviour(product)}, distance × {factors[product]:.4f}"
        note(ax, words, (steps + 1, path.costs[-1]), concept, fontsize=9, va="center")
    described = "; ".join(
        f"at {product:g} it {behaviour(product)}, distance × {factors[product]:.4f} a step" for product in paths
    )
    return picture(
        ax, f"The cost of a linear neuron on a logarithmic scale, a straight line for each rate·λ: {described}."
    )


def fates_picture(runs: Mapping[str, np.ndarray], words: Mapping[str, str]) -> Picture:
    """Cost curves in two columns, each under its name and with its fate, each on an axis of its own (lesson 9)."""
    high, rows, ends = 2.3, -(-len(runs) // 2), []
    boxes = [(0.62 + 3.8 * (k % 2), high * (rows - 1 - k // 2) + 0.52, 2.95, high - 0.86) for k in range(len(runs))]
    made = axes(7.6, high * rows, titles=list(runs), boxes=boxes, xlabel="step")
    for ax, (name, costs) in zip(made, runs.items()):
        shown = costs[np.isfinite(costs) & (costs < 1e12)]
        if shown.max() > 1e3 * max(shown[0], 1e-9) or shown[-1] < 1e-3 * shown[0]:
            ax.set_yscale("log")
            shown = shown[shown > 1e-12]  # a long way down would hide what came before it
        ax.plot(shown, **ink(words[name]), linewidth=1.8)
        ax.margins(y=0.25)
        note(ax, words[name], (0.97, 0.93), words[name], fontsize=11, xycoords="axes fraction", ha="right")
        ax.locator_params(axis="x", nbins=4)
        ends.append(f"{name}: {words[name]}")
    return picture(made, f"Four cost curves, each with what became of it. {'; '.join(ends)}.")


def stability_picture(values: Mapping[float, tuple[np.ndarray, np.ndarray]], every: int) -> Picture:
    """For a few rates (sharpness every so many steps, cost at every step): each with its own limit 2/rate dashed (lesson 9)."""
    looks = ("cost", "backward", "target", "prediction")
    last = every * max(len(curve) for curve, _ in values.values())
    titles = "sharpness λ, where the run stands", "its cost C, logarithmic"
    boxes, reach = [(0.63, 2.75, 6.16, 2.3), (0.63, 0.52, 6.16, 1.6)], (0, 1.36 * last)
    above, below = made = axes(7.0, 5.4, titles=titles, boxes=boxes, xlim=reach, xticks=range(0, last + 1, 1000))
    described = []
    for concept, (rate, (curve, costs)) in zip(looks, values.items()):
        colour = INKS[concept].colour
        above.plot(every * np.arange(len(curve)), curve, color=colour, linewidth=1.6)
        above.plot([0, last], [2 / rate] * 2, color=colour, linestyle="--", linewidth=1.4)
        note(above, f"rate {rate:g}: 2/rate = {2 / rate:.3g}", (1.01 * last, 2 / rate), concept, va="center")
        below.plot(range(0, len(costs), 5), costs[::5], color=colour, linewidth=0.9)
        late, end = rate * np.mean(curve[-len(curve) // 3 :]), np.mean(costs[-len(costs) // 10 :])
        described.append(
            f"rate {rate:g}: over the last third rate·λ is about {late:.0f}, and C goes from {costs[0]:.2f} below "
            f"{10 ** np.ceil(np.log10(end)):g}"
        )
    above.set_ylim(0, 1.25 * max(2 / rate for rate in values))
    below.set(yscale="log", xlabel="step")
    return picture(
        made, f"Sharpness along training, with 2/rate dashed, and the cost below it. {'; '.join(described)}."
    )


def rate_curve(rates: Sequence[float], shares: Sequence[float]):
    """The final accuracy against log10 of the rate, each point named by its rate. Returns the Axes (lesson 10)."""
    ax = axes(6.4, 2.8, xlabel="log10 of the rate", ylabel="share read right", ylim=(0, 1.12))
    ax.plot(np.log10(rates), shares, **ink("learned", marker=True))
    for rate, share, before in zip(rates, shares, [0, *shares]):
        beside = 12 if share < before - 0.2 else 0  # a line that falls steeply
        note(ax, f"{rate:g}", (np.log10(rate), share), "quiet", (beside, 7), fontsize=9, ha="center")
    return ax


def distance_picture(panels: Mapping[str, Mapping[int, Sequence[float]]]) -> Picture:
    """The distance from the lowest point after 1, 2, ... epochs: a panel a data set, a line a batch size (lesson 7)."""
    made, described = axes(7.0, 3.5, columns=len(panels), titles=list(panels), xlabel="epoch", yscale="log"), []
    for ax, (title, curves) in zip(made, panels.items()):
        named = {"one sample" if size == 1 else f"{size:,} samples": curve for size, curve in curves.items()}
        for concept, (name, curve) in zip(("backward", "prediction", "cost"), named.items()):
            epochs = range(1, len(curve) + 1)
            ax.plot(epochs, curve, **ink(concept, marker=True), markersize=6, label=name)
            ax.set_xticks(epochs)
        ax.margins(y=0.35)
        legend(ax, title="batch of", title_fontsize=10, labelcolor="linecolor")
        ends = ", ".join(f"{name} {curve[0]:.2g} and {curve[-1]:.2g}" for name, curve in named.items())
        described.append(f"{title}: {ends}")
    made[0].set_ylabel("distance")
    return picture(
        made,
        f"Distance from the lowest point by epoch, logarithmic, each batch size at its own best rate; after one epoch and "
        f"after {len(epochs)}. {'. '.join(described)}.",
    )


# ------------------------------------------------------------------ answers and spreads


def answers_scene(starts, pairs: Sequence[tuple]) -> Scene:
    """Over the sum z at the start, where 0 is expected: pairs[k] holds the answers from starts[k] by either cost (lesson 11)."""
    steps = len(pairs[0][0]) - 1
    looks = {"squared error": "cost", "cross-entropy": "backward"}
    ax = axes(6.4, 3.0, xlabel="step", ylabel="answer a", xlim=(0, steps), ylim=(-0.03, 1.08))
    ax.axhline(0, **ink("target"), linewidth=1)
    for name, concept in looks.items():
        ax.plot([], [], label=name, linewidth=2, **ink(concept))
    legend(ax, loc="upper right", bbox_to_anchor=(1, 0.97), handlelength=3)

    def draw(frame: Overlay, start, *answers):
        for concept, curve in zip(looks.values(), answers):
            frame.curve(ax, curve, concept)

    def say(start, squared, entropy):
        return (
            f"It starts at z = {start:g}, so at the answer {squared[0]:.3f}; expected is 0. After {len(squared) - 1} steps: "
            f"{squared[-1]:.3f} under the squared error, {entropy[-1]:.3f} under the cross-entropy."
        )

    rows = [(z, *pair) for z, pair in zip(starts, pairs)]
    return Scene(ax, draw, say, rows, "z at the start", "{:g}".format)
