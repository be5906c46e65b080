"""Lesson 4's pictures: one cost as the sum of two, and the film in which the gradient walks back and its paths meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nnlib.functions import sigmoid
from nnlib.show.face import STEPS, Flow, flow, flow_svg
from nnlib.show.film import Shown, film
from nnlib.show.picture import Picture, picture, svg_picture
from nnlib.show.style import INKS, axes, ink

ROUTES = {"both outputs": (0, 1), "only output 1": (0,), "only output 2": (1,)}


class Parts(NamedTuple):
    """Each output's share of the cost (2, N) over N values of one hidden activation, and the slopes at its own value."""

    values: np.ndarray
    costs: np.ndarray
    here: float
    costs_here: np.ndarray
    slopes: np.ndarray


def cost_parts(weights, biases, x, e, neuron: int = 0, points: int = 81) -> Parts:
    """(a_j - e_j)^2 of each output j while one hidden activation is moved from 0 to 1 and the others stay.

    weights and biases of two layers; x of n_0 and e of n_2 numbers. The slopes are carried back along each path.
    """
    numbers = flow(weights, biases, x, e)

    def at(value):
        hidden = np.array(numbers.a[1])
        hidden[neuron] = value
        return (sigmoid(hidden @ weights[1] + biases[1]) - np.asarray(e)) ** 2

    values, here = np.linspace(0, 1, points), numbers.a[1][neuron]
    return Parts(values, np.array([at(v) for v in values]).T, here, at(here), np.array(numbers.carried[1][neuron]))


def parts_picture(parts: Parts) -> Picture:
    """Three curves over the hidden activation, each with its tangent: two shares of the cost, and their sum."""
    ax = axes(
        6.8, 3.6, xlabel="activation a of hidden neuron 1", ylabel="cost of this sample", xlim=(0, 1.46), ylim=(0, 1.25)
    )
    rows = (
        ("output 1", "other", parts.costs[0], parts.costs_here[0], parts.slopes[0]),
        ("output 2", "prediction", parts.costs[1], parts.costs_here[1], parts.slopes[1]),
        ("their sum C", "cost", parts.costs.sum(axis=0), parts.costs_here.sum(), parts.slopes.sum()),
    )  # fmt: skip
    reach = np.array([-0.22, 0.13])
    for name, concept, curve, here, slope in rows:
        ax.plot(parts.values, curve, linewidth=2.2, **ink(concept))
        ax.plot(parts.here + reach, here + slope * reach, color=INKS["backward"].colour, linewidth=2.4)
        ax.plot([parts.here], [here], marker="o", color=INKS["backward"].colour, markersize=7)
        ax.annotate(f"{name}: slope {slope:+.3f}", (1.04, here), va="center", fontsize=9.5)
    ax.axvline(parts.here, color=INKS["quiet"].colour, linewidth=0.8, linestyle=":")
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    first, second = parts.slopes
    return picture(
        ax,
        f"Three curves over the activation of hidden neuron 1, with tangents at {parts.here:.3f}: the error of output 1 "
        f"has slope {first:+.3f}, that of output 2 {second:+.3f}, and their sum, the cost, {first + second:+.3f}.",
    )


def still(weights, biases, x, e, step: str = "add") -> Picture:
    """The network at one step of the backward pass, as a picture with its sentence."""
    numbers = flow(weights, biases, x, e)
    return svg_picture(flow_svg(weights, biases, numbers, step), sentence(weights, numbers, step), width=860)


def path_film(weights, biases, x, e) -> Shown:
    """A slider over the steps of the backward pass; buttons choose through which outputs the gradient comes back."""
    reels = {name: flow(weights, biases, x, e, through) for name, through in ROUTES.items()}
    return film(
        [f"{k}: {step}" for k, step in enumerate(STEPS)],
        {name: [flow_svg(weights, biases, reel, step) for step in STEPS] for name, reel in reels.items()},
        {name: [sentence(weights, reel, step) for step in STEPS] for name, reel in reels.items()},
        label="step",
        choice="come back through",
        presets={"forward": 0, "the paths meet": STEPS.index("add"), "every gradient": len(STEPS) - 1},
        width=860,
    )


def sentence(weights, numbers: Flow, step: str) -> str:
    """What happens at one step, with its numbers, for a network of two layers with two hidden neurons."""
    place, last = STEPS.index(step), [f"output {y + 1}" for y in numbers.through]
    outputs = range(len(numbers.a[-1])) if not place else numbers.through
    words = {
        "forward": lambda: f"Forward: outputs {_list(numbers.a[-1], outputs, '.3f')}.",
        "output error": lambda: f"At {_and(last)}, dC/da = 2(a - e): {_list(numbers.da[-1], outputs)}.",
        "output delta": lambda: f"Times f'(z), dC/dz at {_and(last)}: {_list(numbers.dz[-1], outputs)}.",
        "carry down": lambda: "Back along each edge, times its weight: " + _edges(weights, numbers) + ".",
        "add": lambda: "The paths meet and are added. " + " ".join(_sum(numbers, x) for x in range(2)),
        "hidden delta": lambda: f"Times f'(z), dC/dz in the hidden layer: {_list(numbers.dz[0], range(2))}.",
        "on to the inputs": lambda: f"The same once more, down to the inputs: {_list(numbers.da[0], range(2))}.",
        "weights": lambda: "On each edge dC/dw = a dC/dz: the activation where it begins, the slope where it ends.",
    }[step]()
    if place >= STEPS.index("add") and len(numbers.through) < len(numbers.a[-1]):
        words += f" But this is the slope of the error of {last[0]} alone: a path is missing."
    return words


def _list(values, places, form="+.3f"):
    return _and([format(values[k], form) for k in places])


def _and(words):
    return " and ".join(words)


def _edges(weights, numbers):
    parts = [
        f"{numbers.dz[1][y]:+.3f} · {weights[1][x][y]:.1f} = {numbers.carried[1][x][y]:+.3f}"
        for x in range(2)
        for y in numbers.through
    ]
    return ", ".join(parts)


def _sum(numbers, x):
    paths = [f"{numbers.carried[1][x][y]:+.3f}" for y in numbers.through]
    total = f" = {numbers.da[1][x]:+.3f}" if len(paths) > 1 else ""
    return f"Hidden neuron {x + 1}: {' '.join(paths)}{total}."
