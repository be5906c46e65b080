"""Curves of numbers over steps, epochs or rates: each named at its end, in the style of its fate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.descent import History
from nnlib.show.film import Scene, Shown
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import INKS, axes, ink
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
        ax.annotate(label, (steps + 3, height), va="center", fontsize=9, color=INKS[fate].colour)
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


def rule_stage(steps: int):
    """Empty axes for the cost over the steps, and a legend of the six rules (lesson 7)."""
    ax = axes(6.4, 3.3, xlim=(0, steps), ylim=(0, 0.75), xlabel="step", ylabel="cost C")
    for rule, concept in RULE_INK.items():
        ax.plot([], [], label=rule, linewidth=2, **ink(concept))
    ax.legend(fontsize=9, frameon=False, ncols=3, loc="upper right", handlelength=3)
    return ax


def rule_film(rates, costs: Sequence[Mapping], fates: Sequence[Mapping], presets: dict[str, int], start: int) -> Shown:
    """A slider over rates: costs[k][rule] is a cost curve, fates[k][rule] its fate in a word (lesson 7)."""
    ax = rule_stage(len(next(iter(costs[0].values()))) - 1)

    def draw(frame: Overlay, rate, curves, fates):
        for rule, curve in curves.items():
            frame.line(ax, np.arange(len(curve)), curve, RULE_INK[rule])

    def say(rate, curves, fates):
        groups: dict[str, list[str]] = {}
        for rule, fate in fates.items():
            groups.setdefault(fate, []).append(rule)
        return f"Rate {rate:.3g}. " + "; ".join(f"{fate}: {', '.join(rules)}" for fate, rules in groups.items()) + "."

    rows = list(zip(rates, costs, fates))
    return Scene(ax, draw, say).film(rows, "{:.3g}".format, label="rate", presets=presets, start=start)


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
        ax.annotate(words, (steps + 1, path.costs[-1]), va="center", fontsize=9, color=INKS[concept].colour)
    described = "; ".join(
        f"at {product:g} it {behaviour(product)}, distance × {factors[product]:.4f} a step" for product in paths
    )
    return picture(
        ax, f"The cost of a linear neuron on a logarithmic scale, a straight line for each rate·λ: {described}."
    )


def fates_picture(runs: Mapping[str, np.ndarray], words: Mapping[str, str]) -> Picture:
    """Cost curves in two columns, each under its name and with its fate, each on an axis of its own (lesson 9)."""
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
        ax.locator_params(axis="x", nbins=4)
        ends.append(f"{name}: {words[name]}")
    return picture(made, f"Four cost curves, each with what became of it. {'; '.join(ends)}.")


def stability_picture(values: Mapping[float, tuple[np.ndarray, np.ndarray]], every: int) -> Picture:
    """For a few rates (sharpness every so many steps, cost at every step): each with its own limit 2/rate dashed (lesson 9)."""
    looks = ("cost", "backward", "target", "prediction")
    last = every * max(len(curve) for curve, _ in values.values())
    above, below = made = axes(
        7.0, 5.4, columns=2, titles=("sharpness λ, where the run stands", "its cost C, logarithmic")
    )
    for ax, bottom, tall in ((above, 2.75, 2.3), (below, 0.52, 1.6)):
        ax.set_position((0.09, bottom / 5.4, 0.88, tall / 5.4))
        ax.set(xlim=(0, 1.36 * last), xticks=range(0, last + 1, 1000))
    described = []
    for concept, (rate, (curve, costs)) in zip(looks, values.items()):
        colour = INKS[concept].colour
        above.plot(every * np.arange(len(curve)), curve, color=colour, linewidth=1.6)
        above.plot([0, last], [2 / rate] * 2, color=colour, linestyle="--", linewidth=1.4)
        words = f"rate {rate:g}: 2/rate = {2 / rate:.3g}"
        above.annotate(words, (1.01 * last, 2 / rate), va="center", fontsize=10, color=colour)
        below.plot(range(0, len(costs), 5), costs[::5], color=colour, linewidth=0.9)
        late = rate * np.mean(curve[-len(curve) // 3 :])
        described.append(f"rate {rate:g}: over the last third rate·λ is about {late:.0f}, and C goes from {costs[0]:.2f} below "
                    f"{10 ** np.ceil(np.log10(np.mean(costs[-len(costs) // 10 :]))):g}")  # fmt: skip
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
        ax.annotate(
            f"{rate:g}",
            (np.log10(rate), share),
            xytext=(12 if share < before - 0.2 else 0, 7),  # beside a line that falls steeply
            textcoords="offset points",
            ha="center",
            fontsize=9,
            color=INKS["quiet"].colour,
        )
    return ax
