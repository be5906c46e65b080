"""Numbers side by side: bars, marks in named rows, and the film in which five factors make one slope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.chain_rule import Slice, slices
from nnlib.derivatives import Judged
from nnlib.show.film import Scene, Shown
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import FAINT, INKS, TEXT, axes, ink

FACTORS = ("x₁", "S'(z₁)", "w₁₁⁽²⁾", "S'(z)", "2(a−e)")  # in the letters of lesson 3: z and a are the output's
CONCEPTS = ("forward", "backward", "forward", "backward", "cost", "target")  # the sixth bar is the product


def solved_bars(rates: Sequence[float], solved: Sequence[int], of: int):
    """How many of `of` starts each rate solved, a bar for each rate with its number on top. Returns the Axes (lesson 0)."""
    ax = axes(6.4, 2.8, xlabel="learning rate", ylabel=f"solved, of {of}", ylim=(0, of * 1.15))
    bars = ax.bar([f"{rate:g}" for rate in rates], solved, color=INKS["learned"].colour)
    ax.bar_label(bars, fontsize=9)
    return ax


# ------------------------------------------------------------------ five factors and their product


def factor_scene(weights, biases, x, e, values) -> Scene:
    """A row is one Slice: five bars and their product, and the cost over the weight with its tangent (lesson 3)."""
    bars, curve = axes(7.2, 3.4, columns=2, titles=("five factors and their product", "the cost, and its slope here"))
    bars.set(xlim=(-0.6, 5.6), ylim=(-0.22, 2.25), xticks=range(6), xticklabels=[*FACTORS, "\nproduct"])
    for place in (1, 3):
        bars.plot([place - 0.45, place + 0.45], [0.25, 0.25], **ink("limit"))
    bars.text(1, 0.5, "≤ 1/4", fontsize=9, color=INKS["limit"].colour, ha="center")
    bars.axhline(0, color=TEXT, linewidth=0.8)
    for k, sign in enumerate("××××="):
        bars.text(k + 0.5, -0.1, sign, fontsize=13, ha="center", va="center")
    curve.plot(values, [row.cost for row in slices(weights, biases, x, e, values)], **ink("cost"))
    curve.set(xlabel="$w_{11}^{(1)}$", ylabel="cost of the sample", xlim=(values[0] - 0.5, values[-1] + 0.5))
    low, high = curve.get_ylim()
    curve.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))

    def draw(frame: Overlay, w, here: Slice):
        for k, value in enumerate([*here.factors, here.slope]):
            frame.bar(bars, k - 0.35, k + 0.35, 0, value, CONCEPTS[k])
            clear = (
                max(value, 0.25 if k in (1, 3) else 0) + 0.06
            )  # of the bar, and of the line at 1/4 where there is one
            words = f"{value:.3f}" if value >= 0.0005 else f"{value:.0e}"
            frame.text(bars, k, clear, words, size=12, anchor="middle")
        frame.line(curve, *tangent(values, here), "target", width=3)
        frame.dots(curve, [w], [here.cost], "target", radius=6)

    def say(w, here: Slice):
        product = " × ".join(f"{value:.4g}" for value in here.factors)
        return f"At w = {w:g}: {product} = {here.slope:.4g}, the slope of the cost."

    return Scene((bars, curve), draw, say)


def tangent(values, here: Slice) -> tuple[np.ndarray, np.ndarray]:
    """The two ends of a short line through (w, C) with the slope dC/dw."""
    ends = here.w + 0.12 * (values[-1] - values[0]) * np.array([-1, 1])
    return ends, here.cost + here.slope * (ends - here.w)


def factor_picture(weights, biases, x, e, values) -> Picture:
    """The film's picture at the weight as it is (lesson 3)."""
    w = weights[0][0, 0]
    (here,) = slices(weights, biases, x, e, [w])
    lead = "Five bars, one for each factor, and their product; beside them the cost with its tangent. "
    return factor_scene(weights, biases, x, e, values).still((w, here), lead)


def factor_film(weights, biases, x, e, values, presets: Mapping[str, int], start: int) -> Shown:
    """A slider over w_11^(1): the five factors, their product, and the tangent whose slope the product is (lesson 3)."""
    return factor_scene(weights, biases, x, e, values).film(
        [(row.w, row) for row in slices(weights, biases, x, e, values)],
        "{:g}".format,
        label="weight w₁₁⁽¹⁾",
        presets=presets,
        start=start,
        width=720,
        play=True,
        interval=100,
    )


# ------------------------------------------------------------------ a row for each name


def judged_picture(rows: Sequence[Judged]) -> Picture:
    """Two rows of bars: the cosine, which looks good for every bug, and the worst relative error, which does not (lesson 5)."""
    left, right = axes(7.6, 0.9 + 0.36 * len(rows), columns=2, titles=("global cosine", "worst relative error"))
    places = np.arange(len(rows))[::-1]
    for ax, start, names, values, form, concept in (
        (left, 0.27, [row.name for row in rows], [row.cosine for row in rows], "{:.3f}", "quiet"),
        (right, 0.64, [], [row.worst for row in rows], "{:.2f}", "backward"),
    ):
        ax.set_position((start, 0.16, 0.3, 0.7))
        ax.barh(places, values, color=INKS[concept].colour, height=0.6)
        ax.set(xlim=(0, 1.25), yticks=places, yticklabels=names, xticks=(0, 0.5, 1))
        for place, value in zip(places, values):
            ax.text(value + 0.02, place, form.format(value), va="center", fontsize=9)
    words = "; ".join(f"{row.cosine:.3f} and {row.worst:.2f} ({row.name})" for row in rows)
    return picture(
        left, f"Two bars for each wrong gradient, its cosine with the right one and its worst relative error: {words}."
    )


def moved_picture(rows: Sequence[tuple[str, float, float]]) -> Picture:
    """What moves the limit: (words, predicted, measured) a row, on a logarithmic scale, the first as yardstick (lesson 8)."""
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
    described = "; ".join(f"{words}: {predicted:.4g}" for words, predicted, _ in rows)
    return picture(ax, f"The largest stable rate of one linear neuron under each change. {described}.")


def limits_picture(rows: Sequence[tuple[str, float, float]]) -> Picture:
    """Measured over predicted limit of problems, as (name, predicted, measured); beyond 1.05 a counter-example (lesson 8)."""
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
    described = ", ".join(
        f"{name} {measured / predicted:.{2 if measured < 1.05 * predicted else 1}f}"
        for name, predicted, measured in rows
    )
    return picture(ax, f"Measured limit divided by the predicted 2/λ: {described}.")


def _rows(count, xlabel, names, left):
    """Axes with one named row for each entry, the first on top."""
    ax = axes(7.2, 0.95 + 0.36 * count, xlabel=xlabel)
    width, height = ax.figure.get_size_inches()
    ax.set_position((left / width, 0.52 / height, 1 - (left + 0.2) / width, 1 - 0.86 / height))
    ax.set(ylim=(count - 0.4, -0.6))
    ax.set_yticks(range(count), names)
    ax.grid(axis="y", visible=False)
    return ax
