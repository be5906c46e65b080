"""The picture of the README: one network with its numbers, forward in blue, and the gradient flowing back in vermillion."""

from __future__ import annotations

import html
import sys
from pathlib import Path

from nnlib.chain_rule import Flow, flow
from nnlib.data.example import half_adder, half_adder_network
from nnlib.show.style import FAINT, INKS, PAPER

WIDTH, HEIGHT, RADIUS = 960, 510, 44
BLUE, RED, GREEN = (INKS[concept].colour for concept in ("forward", "backward", "target"))
# What is drawn up to each step of the backward pass, in order; the last one labels the edges with dC/dw.
STEPS = ("forward", "output error", "output delta", "carry down", "add", "hidden delta", "on to the inputs", "weights")


def flow_svg(weights, biases, numbers: Flow, step: str = "on to the inputs", motion: bool = False) -> str:
    """The SVG text of the network at one of STEPS: values and weights forward in blue, slopes backward in vermillion.

    The wider a band, the larger the slope that it carries; motion=True lets the dashes run for a few seconds.
    """
    place = STEPS.index(step)
    last = len(weights)
    amounts = numbers.dw if step == "weights" else numbers.carried
    largest = max(abs(v) for layer in amounts for row in layer for v in row) or 1
    bands, lines, words = [], [], []
    for l, w in enumerate(weights):
        back = place >= (3 if l == last - 1 else 6)
        for x in range(len(w)):
            for y in range(len(w[x])):
                ahead, behind = (_between(weights, l, x, y, shift) for shift in (-9, 9))
                value = amounts[l][x][y]
                lines.append(_curve(ahead, f'stroke="{BLUE}" stroke-width="1.8"', "ahead"))
                words.append(_pill(*_along(ahead, 0.22), f"{w[x][y]:.1f}", BLUE, 14))
                if back and value:
                    bands.append(_band(behind, 2.5 + 13 * abs(value) / largest))
                    name = "∂w " if step == "weights" else ""
                    words.append(_pill(*_along(behind, 0.62), f"{name}{value:+.3f}", RED, 14, bold=True))
    neurons = [
        _neuron(weights, numbers, layer, k, place) for layer in range(last + 1) for k in range(len(numbers.a[layer]))
    ]
    errors = [(numbers.a[-1][y], numbers.e[y]) for y in numbers.through]
    squares, cost = " + ".join(f"({a:.3f} − {e:.0f})²" for a, e in errors), sum((a - e) ** 2 for a, e in errors)
    top = _words(24, 32, "forward →  a = f(z)", BLUE, 16, "start", True)
    if place:
        top += _words(WIDTH - 24, 32, "←  back: slopes of C, every path added", RED, 16, "end", True)
    foot = _words(WIDTH - 24, HEIGHT - 16, f"C = {squares} = {cost:.3f}", FAINT, 15, "end")
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" style="background:{PAPER};width:100%;max-width:{WIDTH}px;height:auto" '
        f'font-family="DejaVu Sans, Verdana, sans-serif">{_MOTION if motion else ""}'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="14" fill="{PAPER}"/>'
        f"{''.join(lines + bands + neurons + words)}{top}{foot}</svg>"
    )


def face_svg() -> str:
    """The stored picture: the half adder with input (1, 1), its gradient all the way back, as a file of its own."""
    weights, biases = half_adder_network()
    X, E = half_adder()
    numbers = flow(weights, biases, X[3], E[3])
    label = html.escape(face_alt(numbers), quote=True)
    drawn = flow_svg(weights, biases, numbers, motion=True)
    return drawn.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" ', 1) + "\n"


def face_alt(numbers: Flow) -> str:
    """What the picture shows, with its numbers."""
    first, second = numbers.carried[1][0]
    return (
        "A network of two inputs, two hidden and two output neurons. Forward, in blue: the outputs are "
        f"{numbers.a[2][0]:.3f} and {numbers.a[2][1]:.3f}. Back, in dashed vermillion: the first hidden neuron "
        f"receives {first:+.3f} along one path and {second:+.3f} along the other, and adds them to {numbers.da[1][0]:.3f}."
    )


_MOTION = (
    "<style>@media (prefers-reduced-motion:no-preference){"
    ".nnlib-back{animation:nnlib-back 1.2s linear 4}.nnlib-ahead{animation:nnlib-ahead 1.2s linear 4}"
    "@keyframes nnlib-back{to{stroke-dashoffset:54}}"
    "@keyframes nnlib-ahead{from{stroke-dasharray:9 5}to{stroke-dasharray:9 5;stroke-dashoffset:-56}}}</style>"
)


def _centre(weights, layer, k):
    """The middle of a neuron: layers from left to right, neurons from top to bottom."""
    count = len(weights[layer]) if layer < len(weights) else len(weights[-1][0])
    return 135 + layer * 620 / len(weights), 62 + (HEIGHT - 128) * (k + 0.5) / count - 12


def _between(weights, l, x, y, shift):
    """The four points of the curve from neuron x to neuron y, level at both ends; each edge has a port of its own."""
    ends = []
    for layer, k, other, others, side in ((l, x, y, len(weights[l][0]), 1), (l + 1, y, x, len(weights[l]), -1)):
        across, down = _centre(weights, layer, k)
        port = shift + (34 / max(1, others - 1)) * (other - (others - 1) / 2)
        ends.append((across + side * (RADIUS**2 - port**2) ** 0.5, down + port))
    (x0, y0), (x1, y1) = ends
    bend = 0.42 * (x1 - x0)
    return (x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1)


def _curve(points, look, name):
    a, b, c, d = (f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="nnlib-{name}" d="M{a}C{b} {c} {d}" fill="none" {look}/>'


def _band(points, width):
    """A band of the gradient on its way back: white edge, dashes, and a head that points at the neuron on the left."""
    (x, y), *rest = points
    half = 4 + width / 2
    behind_head = ((x + half, y), *rest)
    return (
        _curve(behind_head, f'stroke="{PAPER}" stroke-width="{width + 3:.1f}"', "edge")
        + _curve(behind_head, f'stroke="{RED}" stroke-width="{width:.1f}" stroke-dasharray="15 3"', "back")
        + f'<path d="M{x:.1f} {y:.1f}l{half + 5:.1f} {-half:.1f}v{2 * half:.1f}z" fill="{RED}"/>'
    )


def _along(points, t):
    shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(s * p[k] for s, p in zip(shares, points)) for k in (0, 1))
    return x, y + 5


def _neuron(weights, numbers, layer, k, place):
    """The circle with its activation, its z above, and beneath it what has come back so far."""
    x, y = _centre(weights, layer, k)
    last, lines = layer == len(weights), []
    da, dz = numbers.da[layer][k], numbers.dz[layer - 1][k] if layer else 0
    came = place >= (1 if last else 4 if layer else 6)
    if last and k not in numbers.through:
        came, lines = False, ["left out"]
    elif place == STEPS.index("weights"):
        lines = [f"∂b = ∂z = {dz:+.3f}"] if layer else []
    elif came:
        paths = [f"{value:+.3f}" for value in numbers.carried[layer][k] if value] if not last else []
        lines = [" ".join(paths), f"= {da:+.3f} = ∂a"] if len(paths) > 1 else [f"∂a = {da:+.3f}"]
        if last:
            lines = [f"∂a = 2({numbers.a[layer][k]:.3f} − {numbers.e[k]:.0f}) = {da:+.3f}"]
        if layer and place >= (2 if last else 5):
            lines.append(f"∂z = ∂a·f′(z) = {dz:+.3f}")
    glow = f'stroke="{RED if came else BLUE}" stroke-width="{4 if came else 2.5}"'
    drawn = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="{PAPER}" {glow}/>'
    drawn += _words(x, y + 6, f"{numbers.a[layer][k]:.3f}" if layer else f"{numbers.a[0][k]:.0f}", BLUE, 17, bold=True)
    above = f"z = {numbers.z[layer - 1][k]:.3f}" if layer else f"input {k + 1}"
    drawn += _label(x, y - RADIUS - 9, above, BLUE, 14)
    for row, line in enumerate(lines):
        drawn += _label(
            x + (42 if last else 0), y + RADIUS + 20 + 19 * row, line, RED, 14, bold=row == 0 or "∂z" not in line
        )
    if last:
        drawn += _label(x + RADIUS + 14, y + 6, f"wanted {numbers.e[k]:.0f}", GREEN, 15, "start")
    return drawn


def _words(x, y, words, colour, size, anchor="middle", bold=False, halo=""):
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}{halo}>'
        f"{html.escape(words.replace('-', '−'))}</text>"
    )


def _pill(x, y, words, colour, size, bold=False):
    """Words on an edge, on a plate of paper, so that the edge does not run through them."""
    wide = (0.68 if bold else 0.62) * size * len(words) + 6
    plate = f'<rect x="{x - wide / 2:.1f}" y="{y - size:.1f}" width="{wide:.1f}" height="{size + 5}" rx="5" fill="{PAPER}"/>'
    return plate + _words(x, y, words, colour, size, bold=bold)


def _label(x, y, words, colour, size, anchor="middle", bold=False):
    halo = f' stroke="{PAPER}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
    return _words(x, y, words, colour, size, anchor, bold, halo)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("expected one path: python -m nnlib.show.gradient_flow notebooks/images/face.svg")
    Path(sys.argv[1]).write_text(face_svg(), encoding="utf-8", newline="\n")
