"""The backward pass of one sample as a film: the gradient walks back, and its paths meet and are added."""

from __future__ import annotations

from nnlib.chain_rule import Flow, flow
from nnlib.show.film import Shown, film
from nnlib.show.gradient_flow import STEPS, flow_svg
from nnlib.show.picture import Picture, svg_picture

ROUTES = {"both outputs": (0, 1), "only output 1": (0,), "only output 2": (1,)}


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
        "weights": lambda: (
            "On each edge dC/dw = a dC/dz: the activation where it begins, the slope where it ends. "
            f"For the weight {weights[1][0][0]:g}: {numbers.a[1][0]:.3f} · {numbers.dz[1][0]:+.3f} = {numbers.dw[1][0][0]:+.3f}."
        ),
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
