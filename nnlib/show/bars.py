"""Numbers side by side: bars, marks in named rows, and the films in which factors make one slope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nnlib.chain_rule import Slice, slices
from nnlib.derivatives import Judged
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene
from nnlib.show.style import FAINT, INKS, TEXT, axes, ink, mark, note

FACTORS = ("x₁", "S'(z₁)", "w₁₁⁽²⁾", "S'(z)", "2(a−e)")  # in the letters of lesson 3: z and a are the output's
NUDGES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
CONCEPTS = ("forward", "backward", "forward", "backward", "cost", "target")  # the sixth bar is the product


def solved_bars(rates: Sequence[float], solved: Sequence[int], of: int):
    """How many of `of` starts each rate solved, a bar for each rate with its number on top. Returns the Axes (lesson 0)."""
    ax = axes(6.4, 2.8, xlabel="learning rate", ylabel=f"solved, of {of}", ylim=(0, of * 1.15))
    bars = ax.bar([f"{rate:g}" for rate in rates], solved, color=INKS["learned"].colour)
    ax.bar_label(bars, fontsize=9)
    return ax


# ------------------------------------------------------------------ five factors and their product


def factor_scene(weights, biases, x, e, values) -> Scene:
    """Over w_11^(1): five bars and their product, and the cost with the tangent whose slope the product is (lesson 3)."""
    rows = [(here.w, here) for here in slices(weights, biases, x, e, values)]
    bars, curve = axes(7.2, 3.4, columns=2, titles=("five factors and their product", "the cost, and its slope here"))
    bars.set(xlim=(-0.6, 5.6), ylim=(-0.22, 2.25), xticks=range(6), xticklabels=[*FACTORS, "\nproduct"])
    for place in (1, 3):
        bars.plot([place - 0.45, place + 0.45], [0.25, 0.25], **ink("limit"))
    note(bars, "≤ 1/4", (1, 0.5), "limit", fontsize=9, ha="center")
    bars.axhline(0, color=TEXT, linewidth=0.8)
    for k, sign in enumerate("××××="):
        bars.text(k + 0.5, -0.1, sign, fontsize=13, ha="center", va="center")
    curve.plot(values, [here.cost for _, here in rows], **ink("cost"))
    curve.set(xlabel="$w_{11}^{(1)}$", ylabel="cost of the sample", xlim=(values[0] - 0.5, values[-1] + 0.5))
    low, high = curve.get_ylim()
    curve.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))

    def draw(frame: Overlay, w, here: Slice):
        for k, value in enumerate([*here.factors, here.slope]):
            frame.bar(bars, k - 0.35, k + 0.35, 0, value, CONCEPTS[k])
            words = f"{value:.3f}" if value >= 0.0005 else f"{value:.0e}"
            line = 0.25 if k in (1, 3) else 0  # the words stand above it, too
            frame.text(bars, k, max(value, line) + 0.06, words, anchor="middle")
        frame.line(curve, *tangent(values, here), "target", width=3)
        frame.dots(curve, [w], [here.cost], "target", radius=6)

    def say(w, here: Slice):
        product = " × ".join(f"{value:.4g}" for value in here.factors)
        return f"At w = {w:g}: {product} = {here.slope:.4g}, the slope of the cost."

    lead = "Five bars, one for each factor, and their product; beside them the cost with its tangent. "
    return Scene((bars, curve), draw, say, rows, "weight w₁₁⁽¹⁾", "{:g}".format, interval=100, lead=lead)


def tangent(values, here: Slice) -> tuple[np.ndarray, np.ndarray]:
    """The two ends of a short line through (w, C) with the slope dC/dw."""
    ends = here.w + 0.12 * (values[-1] - values[0]) * np.array([-1, 1])
    return ends, here.cost + here.slope * (ends - here.w)


# ------------------------------------------------------------------ a row for each name


def judged_picture(rows: Sequence[Judged]) -> Picture:
    """Two rows of bars: the cosine, which looks good for every bug, and the worst relative error, which does not (lesson 5)."""
    high, places = 0.9 + 0.36 * len(rows), np.arange(len(rows))[::-1]
    boxes = [(7.6 * start, 0.16 * high, 7.6 * 0.3, 0.7 * high) for start in (0.27, 0.64)]
    left, right = axes(7.6, high, titles=("global cosine", "worst relative error"), boxes=boxes)
    for ax, names, values, form, concept in (
        (left, [row.name for row in rows], [row.cosine for row in rows], "{:.3f}", "quiet"),
        (right, [], [row.worst for row in rows], "{:.2f}", "backward"),
    ):
        ax.barh(places, values, color=INKS[concept].colour, height=0.6)
        ax.set(xlim=(0, 1.25), yticks=places, yticklabels=names, xticks=(0, 0.5, 1))
        for place, value in zip(places, values):
            note(ax, form.format(value), (value + 0.02, place), fontsize=9, va="center")
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
        at = {"va": "center", "ha": "right" if side < 0 else "left"}
        note(ax, f"{predicted:.4g}", (predicted, k), shift=(side * 11, 0), fontsize=9, **at)
    ax.set(xscale="log", xlim=(base / 1000, base * 9))
    ax.set_title("diamond: predicted, 2/λ      dot: measured", fontsize=9, loc="left")
    described = "; ".join(f"{words}: {predicted:.4g}" for words, predicted, _ in rows)
    return picture(ax, f"The largest stable rate of one linear neuron under each change. {described}.")


def limits_picture(rows: Sequence[tuple[str, float, float]]) -> Picture:
    """Measured over predicted limit of problems, as (name, predicted, measured); beyond 1.05 a counter-example (lesson 8)."""
    ax = _limits([row[0] for row in rows], (0.7, 60), (1, 2, 5, 10, 20), 0.36, left=2.0)
    for k, (_, predicted, measured) in enumerate(rows):
        ratio = measured / predicted
        holds = ratio < 1.05
        concept = "learned" if holds else "still moving"
        ax.plot([1, ratio], [k, k], color=INKS[concept].colour, linewidth=3)
        mark(ax, (ratio, k), concept)
        words = f"{ratio:.2f}: holds" if holds else f"{ratio:.1f}: it leaves for a flatter place"
        note(ax, words, (ratio, k), shift=(12, 0), fontsize=9.5, va="center")
    described = ", ".join(
        f"{name} {measured / predicted:.{2 if measured < 1.05 * predicted else 1}f}"
        for name, predicted, measured in rows
    )
    return picture(ax, f"Measured limit divided by the predicted 2/λ: {described}.")


def valley_picture(groups: Mapping[int, Sequence[tuple[float, float]]]) -> Picture:
    """Measured over predicted limit of many minima: for each number of samples its (cost at the minimum, ratio) (lesson 8)."""
    ax = _limits([f"{T} samples" for T in groups], (0.9, 6), (1, 1.5, 2, 3, 5), 0.77, left=1.06)
    described = []
    for row, (T, pairs) in enumerate(groups.items()):
        for k, (least, ratio) in enumerate(sorted(pairs, key=lambda pair: pair[1])):
            mark(ax, (ratio, row + 0.08 * (k % 3 - 1)), "still moving" if least < 1e-12 else "cost", 8)
        leave = sum(ratio > 1.1 for _, ratio in pairs)
        described.append(f"{T} samples, {leave} of {len(pairs)} beyond 1.1")
    ax.set_title("triangle: fits its samples exactly      dot: does not", fontsize=10, loc="left")
    return picture(
        ax, f"Measured limit divided by 2/λ, for many minima of one kind of network: {'; '.join(described)}."
    )


def _limits(names, reach, ticks, each, left):
    """Axes for measured limits in units of 2/lambda, logarithmic, with a line where the limit is as predicted."""
    ax = _rows(len(names), "measured limit, in units of 2/λ", names, left, each)
    ax.axvline(1, color=INKS["limit"].colour, linestyle="--", linewidth=1.8)
    ax.set(xscale="log", xlim=reach)
    ax.set_xticks(ticks, map(str, ticks))
    ax.minorticks_off()
    return ax


def _rows(count, xlabel, names, left, each=0.36):
    """Axes with one named row of `each` inches for each entry, the first on top."""
    ax = axes(7.2, 0.95 + each * count, boxes=[(left, 0.52, 7.0 - left, 0.09 + each * count)], xlabel=xlabel)
    ax.set(ylim=(count - 0.4, -0.6))
    ax.set_yticks(range(count), names)
    ax.grid(axis="y", visible=False)
    return ax


# ------------------------------------------------------------------ one nudge through the stations of a path


def ratios(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The change at each station divided by the change at the one before."""
    changes = [new - old for old, new in zip(before, after)]
    return [later / earlier for earlier, later in zip(changes, changes[1:])]


def stations_scene(names: Sequence[str], stations: Callable, w: float) -> Scene:
    """The numbers on the way from `w` to the cost, before and after a nudge h, with their changes and ratios (lesson 3).

    stations(w) returns the numbers of the path, w first and the cost last.
    """
    still, pushed = stations(w), stations(w + max(NUDGES))
    low, high = min(*still, *pushed), max(*still, *pushed)
    span, count = high - low, len(names)
    ax = axes(7.2, 0.75 + 0.42 * count, xlim=(low - 0.12 * span, high + 1.05 * span), ylim=(count - 0.4, -0.9))
    ax.set(yticks=range(count), yticklabels=names, xticks=[])
    ax.tick_params(axis="y", labelsize=11, length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    change, ratio = high + 0.3 * span, high + 0.72 * span
    note(ax, "change", (change, -0.6), ha="center")
    note(ax, "ratio", (ratio, -0.6), "backward", ha="center")
    for y, value in enumerate(still):
        ax.plot([low - 0.06 * span, high + 0.06 * span], [y, y], color="#bbbbbb", linewidth=1.2)
        ax.plot([value], [y], "|", color=TEXT, markersize=12, markeredgewidth=2)

    def draw(frame: Overlay, h, before, after):
        for y, (old, new) in enumerate(zip(before, after)):
            frame.line(ax, [old, new], [y, y], "forward", width=4).dots(ax, [new], [y], "forward", radius=5)
            frame.text(ax, change, y + 0.12, f"{new - old:+.5f}", size=13, anchor="middle")
        for y, value in enumerate(ratios(before, after)):
            frame.text(ax, ratio, y + 0.62, f"× {value:.3f}", "backward", size=13, anchor="middle")

    def say(h, before, after):
        found = ratios(before, after)
        product = " × ".join(f"{value:.3f}" for value in found)
        whole = (after[-1] - before[-1]) / (after[0] - before[0])
        return f"{names[0]} moves by {h:g} and the cost by {after[-1] - before[-1]:+.5f}. The ratios: {product} = {whole:.4f}."

    rows = [(h, still, stations(w + h)) for h in NUDGES]
    return Scene(ax, draw, say, rows, "nudge h", "{:g}".format, interval=250)
