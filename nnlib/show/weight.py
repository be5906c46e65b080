"""One weight three times: its arrow in the network, its term in the sum, its cell in the matrix."""

from __future__ import annotations

import html

from nnlib.show.film import Shown, film
from nnlib.show.letters import letter
from nnlib.show.network import FONT, network_svg
from nnlib.show.style import FAINT, INKS, PAPER, TEXT

STRONG = INKS["backward"].colour


def weight_places(sizes) -> list[tuple[int, int, int]]:
    """Every weight of a network as (l, x, y), counted from 0, in reading order."""
    return [(l, x, y) for l in range(len(sizes) - 1) for x in range(sizes[l]) for y in range(sizes[l + 1])]


def weight_svg(sizes, place) -> str:
    """One weight, three times: its arrow in the network, its term in the sum, its cell in the matrix."""
    l, x, y = place
    names = {
        (layer, k): letter("a", str(k + 1), layer) if layer else letter("a", str(k + 1), 0)
        for layer, n in enumerate(sizes)
        for k in range(n)
    }
    net = network_svg(
        sizes,
        node_text=names,
        forward={place},
        strong_nodes={(l, x), (l + 1, y)},
        layer_names=[f"layer {k}" for k in range(len(sizes))],
        width=400,
        height=250,
    )
    drawn = net.replace("<svg ", '<svg x="0" y="0" width="400" height="250" ', 1)
    return (
        f'<svg viewBox="0 0 640 300" style="background:{PAPER};width:100%;max-width:640px;height:auto" {FONT}>'
        f"{drawn}{_matrix(sizes, place, 415, 50)}{_sum(sizes, place)}</svg>"
    )


def _matrix(sizes, place, left, top):
    """The matrix of the layer as a grid of cells, one row for each sender, one column for each receiver."""
    l, x, y = place
    parts = [text(left, top - 22, f"weights[{l}], shape ({sizes[l]}, {sizes[l + 1]})", size=13)]
    for row in range(sizes[l]):
        for column in range(sizes[l + 1]):
            here = (row, column) == (x, y)
            cell_x, cell_y = left + 72 * column, top + 40 * row
            parts.append(
                f'<rect x="{cell_x}" y="{cell_y}" width="66" height="34" fill="{PAPER}" '
                f'stroke="{STRONG if here else FAINT}" stroke-width="{3 if here else 1}"/>'
            )
            words = letter("w", f"{row + 1}{column + 1}", l + 1)
            parts.append(text(cell_x + 33, cell_y + 22, words, anchor="middle", bold=here))
    below = top + 40 * sizes[l] + 18
    parts.append(text(left, below, f"row {x + 1}: from neuron {x + 1} of layer {l}", colour=FAINT, size=13))
    parts.append(text(left, below + 18, f"column {y + 1}: to neuron {y + 1} of layer {l + 1}", colour=FAINT, size=13))
    return "".join(parts)


def _sum(sizes, place):
    """The sum that the weight belongs to, its own term strong."""
    l, x, y = place
    terms = [f"{letter('z', str(y + 1), l + 1)} = {letter('b', str(y + 1), l + 1)}"]
    for k in range(sizes[l]):
        weight = 'font-weight="bold" ' if k == x else ""
        colour = STRONG if k == x else TEXT
        term = f"{letter('a', str(k + 1), l)} {letter('w', f'{k + 1}{y + 1}', l + 1)}"
        terms.append(f' + <tspan {weight}fill="{colour}">{html.escape(term)}</tspan>')
    return f'<text x="40" y="282" font-size="17" fill="{TEXT}">{"".join(terms)}</text>'


def text(x, y, words, colour=TEXT, size=13, anchor="start", bold=False) -> str:
    """Words at a point of a drawing, as SVG."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{html.escape(words)}</text>"
    )


def weight_sentence(place) -> str:
    """What the drawing of one weight shows, in words."""
    l, x, y = place
    return (
        f"{letter('w', f'{x + 1}{y + 1}', l + 1)} is weights[{l}][{x}, {y}]: from neuron {x + 1} of layer {l} "
        f"to neuron {y + 1} of layer {l + 1}. It stands in row {x + 1}, column {y + 1}, and in the sum for "
        f"{letter('z', str(y + 1), l + 1)}."
    )


def weight_film(sizes) -> Shown:
    """A slider over every weight of the network (lesson 1)."""
    places = weight_places(sizes)
    names = [letter("w", f"{x + 1}{y + 1}", l + 1) for l, x, y in places]
    presets = {"first": 0, "the same letters swapped": places.index((0, 1, 0)), "last layer": places.index((1, 0, 0))}
    frames = [weight_svg(sizes, place) for place in places]
    return film(
        names, frames, [weight_sentence(p) for p in places], label="weight", presets=presets, play=True, start=1
    )
