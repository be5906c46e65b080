"""Lesson 3's pictures: one path back through the network, its factors as bars, and a long chain that loses its slope."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nnlib.functions import ACTIVATIONS, sigmoid
from nnlib.network import forward, sample_costs
from nnlib.show.film import Shown, film
from nnlib.show.network_picture import network_svg
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture, svg_picture
from nnlib.show.style import INKS, axes, ink

slope = ACTIVATIONS["sigmoid"].slope
FACTORS = ("x₁", "S'(z₁)", "w₁₁⁽²⁾", "S'(z)", "2(a−e)")  # in the letters of the lesson: z and a are the output's
CONCEPTS = ("forward", "backward", "forward", "backward", "cost", "target")  # the sixth bar is the product


def factors(weights, biases, x, e) -> np.ndarray:
    """The five factors of dC/dw_11^(1) along x_1 -> hidden 1 -> output, for one sample of a 2-2-1 network (lesson 3).

    x_1, S'(z_1^(1)), w_11^(2), S'(z_1^(2)), 2 (a_1^(2) - e_1): their product is the derivative.
    """
    Z, A = forward(weights, biases, x)
    return np.array(
        [x[0, 0], slope(Z[0][0, 0]), weights[1][0, 0], slope(Z[1][0, 0]), 2 * (A[2][0, 0] - e[0, 0])], dtype=float
    )


def with_weight(weights, w: float) -> list[np.ndarray]:
    """A copy of `weights` in which w_11^(1) is `w`."""
    changed = [W.copy() for W in weights]
    changed[0][0, 0] = w
    return changed


def path_picture(weights, biases, x, e) -> Picture:
    """The network with the one path on which w_11^(1) reaches the cost, and the factor that each station gives."""
    Z, A = forward(weights, biases, x)
    f = factors(weights, biases, x, e)
    notes = {
        (0, 0): f"x₁ = {f[0]:g}",
        (1, 0): f"S'(z₁) = {f[1]:.4f}",
        (2, 0): f"S'(z) = {f[3]:.4f}\n2(a − e) = {f[4]:.4f}",
    }
    drawn = network_svg(
        [2, 2, 1],
        weights=weights,
        node_text={(l, k): f"{value:.3g}" for l, a in enumerate(A) for k, value in enumerate(a[0])},
        node_note=notes,
        edge_text={(0, 0, 0): "w₁₁⁽¹⁾", (1, 0, 0): f"w₁₁⁽²⁾ = {f[2]:g}"},
        backward={(0, 0, 0), (1, 0, 0)},
        strong_nodes={(0, 0), (1, 0), (2, 0)},
        layer_names=("input", "hidden", "output"),
        height=280,
    )
    product = " × ".join(f"{value:.4g}" for value in f)
    alt = (
        f"The weight from input 1 to hidden neuron 1 reaches the cost on one path only, through hidden neuron 1 to the output. "
        f"Along it stand five factors: {product} = {f.prod():.4f}."
    )
    return svg_picture(drawn, alt)


def slope_picture() -> Picture:
    """The sigmoid and its slope over z: the slope has its highest point, 1/4, at z = 0 (lesson 3)."""
    z = np.linspace(-8, 8, 321)
    ax = axes(xlabel="z", ylim=(-0.05, 1.1), xlim=(-8, 8))
    ax.plot(z, sigmoid(z), label="S(z)", **ink("forward"))
    ax.plot(z, slope(z), label="S'(z)", **ink("backward"))
    ax.axhline(0.25, **ink("limit"))
    ax.text(-7.8, 0.27, "1/4", fontsize=10, color=INKS["limit"].colour)
    ax.legend(frameon=False, loc="upper left")
    top = z[slope(z).argmax()]
    alt = (
        f"The sigmoid rises from {sigmoid(z[0]):.4f} at z = -8 to {sigmoid(z[-1]):.4f} at z = 8. "
        f"Its slope is highest at z = {abs(top):.0f}, where it is {slope(z).max():.2f}, and {slope(z[-1]):.4f} at both ends."
    )
    return picture(ax, alt)


def _background(weights, biases, x, e, values):
    """The still part of the film: empty bars with their names, and the cost as a curve over the weight."""
    bars, curve = axes(7.2, 3.4, columns=2, titles=("five factors and their product", "the cost, and its slope here"))
    bars.set(xlim=(-0.6, 5.6), ylim=(-0.15, 2.25), xticks=range(6), xticklabels=[*FACTORS, "product"])
    bars.tick_params(axis="x", labelsize=8)
    for place in (1, 3):
        bars.plot([place - 0.45, place + 0.45], [0.25, 0.25], **ink("limit"))
    bars.text(1, 0.45, "≤ 1/4", fontsize=8, color=INKS["limit"].colour, ha="center")
    bars.axhline(0, color="#222222", linewidth=0.8)
    curve.plot(values, [_cost(weights, biases, x, e, w) for w in values], **ink("cost"))
    curve.set(xlabel="$w_{11}^{(1)}$", ylabel="cost of the sample", xlim=(values[0] - 0.5, values[-1] + 0.5))
    low, high = curve.get_ylim()
    curve.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))
    return bars, curve


def factor_picture(weights, biases, x, e, values) -> Picture:
    """The film's frame at the weight as it is, drawn once and for all (lesson 3)."""
    bars, curve = _background(weights, biases, x, e, values)
    w = weights[0][0, 0]
    f = factors(weights, biases, x, e)
    bars.bar(range(6), [*f, f.prod()], width=0.7, color=[INKS[name].colour for name in CONCEPTS])
    for k, value in enumerate([*f, f.prod()]):
        bars.text(k, _above(k, value), _label(value), ha="center", fontsize=8)
    C = _cost(weights, biases, x, e, w)
    curve.plot(*_tangent(values, w, C, f.prod()), **ink("target"))
    curve.plot([w], [C], **{**ink("target", marker=True), "markersize": 10})
    alt = f"Five bars, one for each factor, and their product; beside them the cost with its tangent. {_words(w, f)}"
    return picture([bars, curve], alt)


def factor_film(weights, biases, x, e, values, presets: Mapping[str, int], start: int) -> Shown:
    """A slider over w_11^(1): the five factors, their product, and the tangent whose slope the product is (lesson 3)."""
    bars, curve = _background(weights, biases, x, e, values)
    frames, status = [], []
    for w in values:
        moved = with_weight(weights, w)
        f = factors(moved, biases, x, e)
        C = _cost(weights, biases, x, e, w)
        frame = Overlay(bars)
        for k, value in enumerate([*f, f.prod()]):
            frame.bar(bars, k - 0.35, k + 0.35, 0, value, CONCEPTS[k])
            frame.text(bars, k, _above(k, value), _label(value), size=10, anchor="middle")
        frame.line(curve, *_tangent(values, w, C, f.prod()), "target", width=3)
        frame.dots(curve, [w], [C], "target", radius=6)
        frames.append(frame.svg())
        status.append(_words(w, f))
    names = [f"{w:g}" for w in values]
    return film(
        names,
        frames,
        status,
        label="weight w₁₁⁽¹⁾",
        ax=bars,
        presets=presets,
        start=start,
        width=720,
        play=True,
        interval=100,
    )


def chain_slopes(w: float, depth: int = 6, x: float = 0.6, e: float = 0.0) -> np.ndarray:
    """|dC/da^(l)| from the output, l = depth, back to the input, in a chain of single neurons (lesson 3).

    Every weight is w and every bias -w/2, so that a = 1/2 feeds a = 1/2; each layer multiplies by w S'(z).
    """
    Z, A = forward([np.array([[w]])] * depth, [np.array([-w / 2])] * depth, np.array([[x]]))
    steps = [2 * abs(A[-1][0, 0] - e), *(abs(w) * slope(z[0, 0]) for z in reversed(Z))]
    return np.cumprod(steps)


def chain_film(values, presets: Mapping[str, int], start: int) -> Shown:
    """A slider over the weight of a chain of six neurons: what is left of the slope, layer by layer (lesson 3)."""
    depth = len(chain_slopes(1.0)) - 1
    back = np.arange(depth + 1)
    ax = axes(7.2, 3.4, titles=("size of dC/da",), xlabel="layers back from the output", yscale="log", ylim=(1e-11, 20))
    ax.set(xlim=(-0.3, depth + 0.9), xticks=back)
    ax.plot(back, 0.25**back, **ink("limit"))
    ax.text(depth + 0.1, 0.25**depth, "(1/4)ⁿ", fontsize=9, color=INKS["limit"].colour, va="center")
    frames, status = [], []
    for w in values:
        sizes = chain_slopes(w)
        frame = Overlay(ax).line(ax, back, sizes, "backward", width=2.5).dots(ax, back, sizes, "backward", radius=5)
        for k, factor in enumerate(sizes[1:] / sizes[:-1]):
            middle = np.sqrt(sizes[k] * sizes[k + 1])
            frame.text(ax, k + 0.5, middle * 2.5, f"× {factor:.2g}", size=10)
        frames.append(frame.svg())
        status.append(
            f"Every weight is {w:g}. The size of dC/da goes from {sizes[0]:.3g} at the output to {sizes[-1]:.2g} at the input: "
            f"{sizes[-1] / sizes[0]:.2g} of it is left."
        )
    names = [f"{w:g}" for w in values]
    return film(names, frames, status, label="every weight", ax=ax, presets=presets, start=start, width=720, play=True)


def _label(value: float) -> str:
    """A bar's number: three decimals, or a power of ten where these would all be 0."""
    return f"{value:.3f}" if value >= 0.0005 else f"{value:.0e}"


def _above(k: int, value: float) -> float:
    """The height of a bar's number: clear of the bar, and of the line at 1/4 where there is one."""
    return max(value, 0.25 if k in (1, 3) else 0) + 0.06


def _tangent(values, w: float, C: float, slope: float) -> tuple[np.ndarray, np.ndarray]:
    """The two ends of a short line through (w, C) with that slope."""
    ends = w + 0.12 * (values[-1] - values[0]) * np.array([-1, 1])
    return ends, C + slope * (ends - w)


def _cost(weights, biases, x, e, w):
    return sample_costs(forward(with_weight(weights, w), biases, x)[1][-1], e)[0]


def _words(w, f):
    return f"At w = {w:g}: {' × '.join(f'{value:.4g}' for value in f)} = {f.prod():.4g}, the slope of the cost."
