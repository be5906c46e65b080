"""The backward pass of one sample as a film: forward in blue, the gradient walking back in vermillion, its paths added."""

from __future__ import annotations

from nnlib.chain_rule import Flow, flow
from nnlib.show.network import edges, places
from nnlib.show.scene import Scene
from nnlib.show.style import FAINT, INKS, PAPER
from nnlib.show.svg import element, rect, sheet, words

WIDTH, HEIGHT, RADIUS = 960, 510, 44
SHOWN = 860  # pixels on the page
BLUE, RED, GREEN = (INKS[concept].colour for concept in ("forward", "backward", "target"))
# What is drawn up to each step of the backward pass, in order; the last one labels the edges with dC/dw.
STEPS = ("forward", "output error", "output delta", "carry down", "add", "hidden delta", "on to the inputs", "weights")
ROUTES = {"both outputs": (0, 1), "only output 1": (0,), "only output 2": (1,)}


def flow_scene(weights, biases, x, e) -> Scene:
    """The network at each of STEPS; the reels differ in the outputs through which the gradient comes back (lesson 4)."""
    reels = {name: flow(weights, biases, x, e, through) for name, through in ROUTES.items()}
    return Scene(
        None,
        lambda step, numbers: flow_svg(weights, numbers, step),
        lambda step, numbers: sentence(weights, numbers, step),
        {name: [(step, numbers) for step in STEPS] for name, numbers in reels.items()},
        "step",
        lambda step: f"{STEPS.index(step)}: {step}",
        choice="come back through",
        presets={"forward": "forward", "the paths meet": "add", "every gradient": "weights"},
        pixels=SHOWN,
    )


def sentence(weights, numbers: Flow, step: str) -> str:
    """What happens at one step, with its numbers, for a network of two layers with two hidden neurons."""
    place, last = STEPS.index(step), " and ".join(f"output {y + 1}" for y in numbers.through)
    outputs = range(len(numbers.a[-1])) if not place else numbers.through
    said = {
        "forward": lambda: f"Forward: outputs {_list(numbers.a[-1], outputs, '.3f')}.",
        "output error": lambda: f"At {last}, dC/da = 2(a - e): {_list(numbers.da[-1], outputs)}.",
        "output delta": lambda: f"Times f'(z), dC/dz at {last}: {_list(numbers.dz[-1], outputs)}.",
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
        said += f" But this is the slope of the error of {last} alone: a path is missing."
    return said


def _list(values, places, form="+.3f"):
    return " and ".join(format(values[k], form) for k in places)


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


def flow_svg(weights, numbers: Flow, step: str = "on to the inputs") -> str:
    """The SVG text of the network at one of STEPS: values and weights forward in blue, slopes backward in vermillion.

    The wider a band, the larger the slope that it carries.
    """
    place, sizes = STEPS.index(step), [len(a) for a in numbers.a]
    at = places(sizes, 135, WIDTH - 205, 50, HEIGHT - 78)
    amounts, name = (numbers.dw, "∂w ") if step == "weights" else (numbers.carried, "")
    largest = max(abs(v) for layer in amounts for row in layer for v in row) or 1
    lines, bands, labels = [], [], []
    for l, x, y in edges(sizes):
        ahead, behind = (_between(at, sizes, l, x, y, shift) for shift in (-9, 9))
        value = amounts[l][x][y]
        lines.append(_curve(ahead, "ahead", stroke=BLUE, stroke_width=1.8))
        labels.append(_pill(*_along(ahead, 0.22), f"{weights[l][x][y]:.1f}", BLUE))
        if value and place >= STEPS.index("carry down" if l == len(weights) - 1 else "on to the inputs"):
            bands.append(_band(behind, 2.5 + 13 * abs(value) / largest))
            labels.append(_pill(*_along(behind, 0.62), f"{name}{value:+.3f}", RED, bold=True))
    neurons = [_neuron(numbers, layer, k, *centre, place) for (layer, k), centre in at.items()]
    back = "←  back: slopes of C, every path added" if place else ""
    return sheet(
        WIDTH, HEIGHT, *lines, *bands, *neurons, *labels,
        words(24, 32, "forward →  a = f(z)", BLUE, 16, bold=True),
        words(WIDTH - 24, 32, back, RED, 16, "end", bold=True),
        words(WIDTH - 24, HEIGHT - 16, _cost(numbers), FAINT, 15, "end"),
    )  # fmt: skip


def _cost(numbers) -> str:
    errors = [(numbers.a[-1][y], numbers.e[y]) for y in numbers.through]
    squares = " + ".join(f"({a:.3f} − {e:.0f})²" for a, e in errors)
    return f"C = {squares} = {sum((a - e) ** 2 for a, e in errors):.3f}"


def _between(at, sizes, l, x, y, shift):
    """The four points of the curve from neuron x to neuron y, level at both ends; each edge has a port of its own."""
    ends = []
    for layer, k, other, others, side in ((l, x, y, sizes[l + 1], 1), (l + 1, y, x, sizes[l], -1)):
        across, down = at[layer, k]
        port = shift + (34 / max(1, others - 1)) * (other - (others - 1) / 2)
        ends.append((across + side * (RADIUS**2 - port**2) ** 0.5, down + port))
    (x0, y0), (x1, y1) = ends
    bend = 0.42 * (x1 - x0)
    return (x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1)


def _along(points, t):
    """The point of a curve at a share t of its way, and a little below."""
    shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(s * p[k] for s, p in zip(shares, points)) for k in (0, 1))
    return x, y + 5


def _curve(points, name, **look):
    a, b, c, d = (f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", class_=f"nnlib-{name}", d=f"M{a}C{b} {c} {d}", fill="none", **look)


def _band(points, width):
    """A band of the gradient on its way back: white edge, dashes, and a head that points at the neuron on the left."""
    (x, y), *rest = points
    half = 4 + width / 2
    behind_head = ((x + half, y), *rest)
    return (
        _curve(behind_head, "edge", stroke=PAPER, stroke_width=width + 3)
        + _curve(behind_head, "back", stroke=RED, stroke_width=width, stroke_dasharray="15 3")
        + element("path", d=f"M{x:.1f} {y:.1f}l{half + 5:.1f} {-half:.1f}v{2 * half:.1f}z", fill=RED)
    )


def _pill(x, y, text, colour, bold=False):
    """Words on an edge, on a plate of paper, so that the edge does not run through them."""
    size, text = 14, text.replace("-", "−")
    wide = (0.68 if bold else 0.62) * size * len(text) + 6
    plate = rect(x - wide / 2, y - size, wide, size + 5, rx=5)
    return plate + words(x, y, text, colour, size, "middle", bold)


def _neuron(numbers, layer, k, x, y, place):
    """The circle with its activation, its z above, and beneath it what has come back so far."""
    last = layer == len(numbers.a) - 1
    left_out = last and k not in numbers.through
    came = place >= STEPS.index("output error" if last else "add" if layer else "on to the inputs") and not left_out
    lines = _came_back(numbers, layer, k, place) if came else ["left out"] * left_out
    a, z = numbers.a[layer][k], numbers.z[layer - 1][k] if layer else 0
    stroke, width = (RED, 4) if came else (BLUE, 2.5)
    drawn = element("circle", cx=x, cy=y, r=RADIUS, fill=PAPER, stroke=stroke, stroke_width=width)
    drawn += words(x, y + 6, f"{a:.3f}" if layer else f"{a:.0f}", BLUE, 17, "middle", bold=True)
    above = f"z = {z:.3f}".replace("-", "−") if layer else f"input {k + 1}"
    drawn += words(x, y - RADIUS - 9, above, BLUE, 14, "middle", halo=5)
    for row, line in enumerate(lines):
        bold, at = row == 0 or "∂z" not in line, (x + 42 * last, y + RADIUS + 20 + 19 * row)
        drawn += words(*at, line.replace("-", "−"), RED, 14, "middle", bold, halo=5)
    wanted = f"wanted {numbers.e[k]:.0f}" if last else ""
    return drawn + words(x + RADIUS + 14, y + 6, wanted, GREEN, 15, halo=5)


def _came_back(numbers, layer, k, place) -> list[str]:
    """The slopes that a neuron knows by one step, a line each: where its paths meet, their sum, then dC/dz."""
    last = layer == len(numbers.a) - 1
    da, dz = numbers.da[layer][k], numbers.dz[layer - 1][k] if layer else 0
    if place == STEPS.index("weights"):
        return [f"∂b = ∂z = {dz:+.3f}"] if layer else []
    paths = [f"{value:+.3f}" for value in numbers.carried[layer][k] if value] if not last else []
    lines = [" ".join(paths), f"= {da:+.3f} = ∂a"] if len(paths) > 1 else [f"∂a = {da:+.3f}"]
    if last:
        lines = [f"∂a = 2({numbers.a[layer][k]:.3f} − {numbers.e[k]:.0f}) = {da:+.3f}"]
    if layer and place >= STEPS.index("output delta" if last else "hidden delta"):
        lines.append(f"∂z = ∂a·f′(z) = {dz:+.3f}")
    return lines
