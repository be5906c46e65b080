"""Slopes as pictures: a hill, tangents, what is left of a slope layer by layer, and the error of a measured slope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nnlib.chain_rule import Parts, chain_slopes
from nnlib.derivatives import REACH, STEPS, Look, microscope
from nnlib.functions import ACTIVATIONS, sigmoid
from nnlib.show.overlay import Overlay, log10_within
from nnlib.show.picture import Picture, picture
from nnlib.show.scene import Scene, place_of
from nnlib.show.style import INKS, arrow, axes, ink, legend, mark, note

WAYS = (("one-sided", "prediction"), ("central", "backward"), ("complex step", "cost"))
FLOOR = 1e-17  # errors of 0 are drawn here
STORIES = ("learned", "target", "diverged")  # an ink for each step down the hill


def hill_picture(start: float, rates: Sequence[float]) -> Picture:
    """The hill h = x^2 and one step of gradient descent for each of up to three rates, all from `start` (lesson 0)."""
    x = np.linspace(-4.2, 4.2, 169)
    ax = axes(6.4, 3.4, xlabel="x", ylabel="height h = x²", xlim=(-4.6, 4.9), ylim=(-2.6, 18))
    ax.plot(x, x**2, **ink("quiet"))
    described = []
    for rate, concept in zip(rates, STORIES):
        place = start - rate * 2 * start
        end = place, place**2
        arrow(ax, (start, start**2), end, INKS[concept].colour, 2, mutation_scale=14, shrinkA=4, shrinkB=4)
        mark(ax, end, concept)
        side, shift = ("center", (0, -19)) if place < 1 else ("left", (11, -13))
        note(ax, f"rate {rate:g}", end, concept, shift, ha=side)
        described.append(f"rate {rate:g} to x = {place:.1f}, height {place**2:.2f}")
    mark(ax, (start, start**2), "cost")
    note(ax, "start", (start + 0.3, start**2 - 0.4), "cost")
    return picture(
        ax,
        f"A valley h = x² with a start at x = {start:g}, height {start**2:g}. One step leads at {'; at '.join(described)}.",
    )


def sigmoid_picture() -> Picture:
    """The sigmoid from -8 to 8: its steep middle with the tangent there, and its two flat ends (lesson 0)."""
    z = np.linspace(-8, 8, 321)
    ax = axes(6.4, 2.9, xlabel="the sum", ylabel="the answer", xlim=(-8, 8), ylim=(-0.06, 1.12), yticks=(0, 0.5, 1))
    for side in (-1, 1):
        ax.axvspan(side * 4, side * 8, color=INKS["quiet"].colour, alpha=0.15, linewidth=0)
    ax.plot(z, sigmoid(z), linewidth=2.5, **ink("forward"))
    ax.plot([-1.8, 1.8], [0.5 - 0.45, 0.5 + 0.45], linewidth=2, **ink("backward"))
    note(ax, "steep", (0.5, 0.42), "backward")
    for place in ((-6, 0.1), (6, 0.86)):
        note(ax, "flat", place, ha="center")
    slopes = [sigmoid(v) * (1 - sigmoid(v)) for v in (0.0, 6.0)]
    return picture(
        ax,
        f"The sigmoid rises in an S from 0 to 1. A sum of 0 gives 1/2, and there the curve is steepest, with a slope of "
        f"{slopes[0]:.2f}. At a sum of 6 it has a slope of {slopes[1]:.4f}: flat, and the same at -6.",
    )


def slope_picture() -> Picture:
    """The sigmoid and its slope over z: the slope has its highest point, 1/4, at z = 0 (lesson 3)."""
    z, slope = np.linspace(-8, 8, 321), ACTIVATIONS["sigmoid"].slope
    ax = axes(xlabel="z", ylim=(-0.05, 1.1), xlim=(-8, 8))
    ax.plot(z, sigmoid(z), label="S(z)", **ink("forward"))
    ax.plot(z, slope(z), label="S'(z)", **ink("backward"))
    ax.axhline(0.25, **ink("limit"))
    note(ax, "1/4", (-7.8, 0.27), "limit")
    legend(ax, loc="upper left")
    top = z[slope(z).argmax()]
    alt = (
        f"The sigmoid rises from {sigmoid(z[0]):.4f} at z = -8 to {sigmoid(z[-1]):.4f} at z = 8. "
        f"Its slope is highest at z = {abs(top):.0f}, where it is {slope(z).max():.2f}, and {slope(z[-1]):.4f} at both ends."
    )
    return picture(ax, alt)


def chain_scene(values: Sequence[float]) -> Scene:
    """Over the weight of a chain of six neurons: what is left of the slope, layer by layer (lesson 3)."""
    depth = len(chain_slopes(1.0)) - 1
    back = np.arange(depth + 1)
    ax = axes(7.2, 3.4, titles=("size of dC/da",), xlabel="layer: 0 is the input, 6 the output", yscale="log")
    ax.set(xlim=(-0.9, depth + 0.3), ylim=(1e-11, 20), xticks=back, yticks=10.0 ** -np.arange(0, 11, 2))
    ax.plot(depth - back, 0.25**back, **ink("limit"))
    note(ax, "(1/4)ⁿ", (-0.6, 0.25**depth), "limit", fontsize=9, va="center")

    def draw(frame: Overlay, w, sizes):
        frame.path(ax, np.column_stack([depth - back, sizes]), "backward", 2.5, 5)
        for k, factor in enumerate(sizes[1:] / sizes[:-1]):
            middle = np.sqrt(sizes[k] * sizes[k + 1])
            frame.text(ax, depth - k - 0.45, middle / 4, f"× {factor:.2g}")

    def say(w, sizes):
        return (
            f"Every weight is {w:g}. The size of dC/da goes from {sizes[0]:.3g} at the output to {sizes[-1]:.2g} at the input: "
            f"{sizes[-1] / sizes[0]:.2g} of it is left."
        )

    rows = [(w, chain_slopes(w)) for w in values]
    return Scene(ax, draw, say, rows, "every weight", "{:g}".format, interval=60)


def spread_scene(rows: Mapping[str, Sequence[tuple]]) -> Scene:
    """Over the scale of the weights at the start: the spreads by layer, and a reel for each activation (lesson 12).

    rows[activation][k] is (scale, spread of the activations of each layer, spread of dC/dz of each layer).
    """
    layers = len(next(iter(rows.values()))[0][1])
    low, top, titles = -9, 3, ["spread of the activations", "spread of the slopes dC/dz"]  # powers of ten
    made = axes(7.4, 3.2, columns=2, titles=titles, xlabel="layer", xlim=(0.7, layers + 0.3), ylim=(low, top))
    for ax in made:
        powers = range(low, top + 1, 3)
        ax.set(xticks=range(1, layers + 1, 2), yticks=powers, yticklabels=[f"$10^{{{power}}}$" for power in powers])

    def draw(frame: Overlay, scale, up, back):
        for ax, values, concept in zip(made, (up, back), ("forward", "backward")):
            frame.line(ax, np.arange(1, len(values) + 1), log10_within(values, low, top), concept)

    def say(scale, up, back):
        return (
            f"Scale {scale:.2g} times 1/√n. From layer 1 to layer {len(up)} the activations go from {up[0]:.1g} to "
            f"{up[-1]:.1g}; the slopes, coming back, from {back[-1]:.1g} to {back[0]:.1g}."
        )

    return Scene(made, draw, say, rows, "scale of the weights", "{:.2f}".format, choice="activation")


def parts_picture(parts: Parts) -> Picture:
    """Three curves over the hidden activation, each with its tangent: two shares of the cost, and their sum (lesson 4)."""
    ax = axes(6.8, 3.6, xlabel="activation a of hidden neuron 1", ylabel="cost of this sample")
    ax.set(xlim=(0, 1.46), ylim=(0, 1.25), xticks=np.arange(6) / 5)
    rows = (
        ("output 1", "other", parts.costs[0], parts.costs_here[0], parts.slopes[0]),
        ("output 2", "prediction", parts.costs[1], parts.costs_here[1], parts.slopes[1]),
        ("their sum C", "cost", parts.costs.sum(axis=0), parts.costs_here.sum(), parts.slopes.sum()),
    )  # fmt: skip
    reach = np.array([-0.22, 0.13])
    for name, concept, curve, here, slope in rows:
        ax.plot(parts.values, curve, linewidth=2.2, **ink(concept))
        ax.plot(parts.here + reach, here + slope * reach, color=INKS["backward"].colour, linewidth=2.4)
        ax.plot(parts.here, here, marker="o", color=INKS["backward"].colour, markersize=7)
        note(ax, f"{name}: slope {slope:+.3f}", (1.04, here), fontsize=9.5, va="center")
    ax.axvline(parts.here, color=INKS["quiet"].colour, linewidth=0.8, linestyle=":")
    first, second = parts.slopes
    return picture(
        ax,
        f"Three curves over the activation of hidden neuron 1, with tangents at {parts.here:.3f}: the error of output 1 "
        f"has slope {first:+.3f}, that of output 2 {second:+.3f}, and their sum, the cost, {first + second:+.3f}.",
    )


def error_picture(errors: np.ndarray, steps: Sequence[float] = STEPS) -> Picture:
    """Error against h, both logarithmic: a row of `errors` for each of WAYS, a column for each step (lesson 5)."""
    ax = _errors(axes(6.8, 3.7, xlabel="step h", ylabel="relative error of the gradient"), errors, steps)
    for (name, concept), place in zip(WAYS, ((1e-2, 4e-2), (1e-8, 4e-10), (2e-14, 4e-15))):
        note(ax, name, place, concept)
    ax.yaxis.labelpad = 0
    here = {h: errors[1][place_of(h, list(steps))] for h in (1e-2, 1e-5, 1e-12)}
    verdict = "worse" if here[1e-12] > 1000 * here[1e-5] else "not much worse"
    return picture(
        ax,
        f"Relative error against the step h, both on logarithmic axes. The central difference falls like h² from "
        f"{here[1e-2]:.0e} at h = 1e-2 to its least value near h = 1e-5, then rises again: at h = 1e-12 it is {verdict}. "
        f"The one-sided difference makes the same V further up. The complex step falls below 1e-14 and stays there.",
    )


def _errors(ax, errors, steps):
    for (_, concept), row in zip(WAYS, errors):
        ax.loglog(steps, np.maximum(row, FLOOR), markersize=3.5, linewidth=1.8, **ink(concept, marker=True))
    powers = {"xticks": 10.0 ** -np.arange(1, 17, 3), "yticks": 10.0 ** -np.arange(0, 17, 4)}
    ax.set(xlim=(3e-1, 3e-17), ylim=(FLOOR, 10), **powers)
    return ax


def microscope_scene(
    errors: np.ndarray, function: Callable, v: float, slope: float, steps: Sequence[float] = STEPS
) -> Scene:
    """Over the step h: the place on the V, and the cost itself from v - 2h to v + 2h with its secant (lesson 5)."""
    left, right = axes(7.6, 3.5, columns=2, titles=("relative error of the gradient", "the cost, enlarged to this h"))
    _errors(left, errors, steps).set_xlabel("step h")
    for (name, concept), place in zip(WAYS, ((2e-4, 3e-2), (2e-8, 4e-11), (1e-9, 2e-15))):
        note(left, name, place, concept, fontsize=9)
    right.set(xlim=(-REACH, REACH), ylim=(-3, 3), xlabel="(w - w₀) / h", yticks=range(-3, 4))
    right.plot([-3, 3], [-3, 3], linewidth=5, alpha=0.35, color=INKS["target"].colour)

    def draw(frame: Overlay, h, errors, look: Look):
        frame.line(left, [h, h], [FLOOR, 10], "quiet", width=1.5)
        for (_, concept), error in zip(WAYS, errors):
            frame.dots(left, [h], [max(error, FLOOR)], concept, radius=6)
        frame.line(right, look.offsets, look.change, "cost", width=1.8)
        frame.line(right, [-2, 2], [-2 * look.secant, 2 * look.secant], "backward", width=2.2)
        for row, (name, concept) in enumerate(
            (("true slope", "target"), ("central secant", "backward"), ("cost", "cost"))
        ):
            frame.text(right, -1.9, 2.55 - 0.45 * row, name, concept)

    rows = [(h, errors[:, k], microscope(function, v, slope, h)) for k, h in enumerate(steps)]
    presets = {"too large: 1e-1": 1e-1, "best: 1e-5": 1e-5, "too small: 1e-14": 1e-14}
    return Scene(
        (left, right), draw, microscope_sentence, rows, "step h", "{:.0e}".format, interval=60, presets=presets
    )


def microscope_sentence(h: float, errors: Sequence[float], look: Look) -> str:
    """The three errors at one step h, and what the eye makes of the enlarged cost."""
    one, central, imaginary = (f"{error:.0e}" for error in errors)
    return (
        f"h = {h:.0e}. Relative error: one-sided {one}, central {central}, complex step {imaginary}. "
        f"Under the microscope the cost is {_seen(look.change)}."
    )


def _seen(change) -> str:
    """What the eye makes of the enlarged cost, and what it may not see yet: values that rounding has made equal."""
    different = len(set(change))
    counted = f"{different} different values on {len(change)} points"
    if different == 1:
        return "flat: every value is the same"
    if different <= len(change) // 4:
        return f"stairs: {counted}"
    if (np.diff(change) == 0).any():
        return f"still a line to the eye, but rounding has begun: {counted}"
    return "a smooth line"
