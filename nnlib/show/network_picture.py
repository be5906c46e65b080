"""The network as a drawing: neurons, weights, numbers on both, and what flows forward or back along chosen edges."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence

from nnlib.show.style import FAINT, INKS, PAPER, SIGN, TEXT

FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"'


def network_svg(
    sizes: Sequence[int],
    *,
    weights=None,
    node_text: Mapping[tuple[int, int], str] | None = None,
    node_note: Mapping[tuple[int, int], str] | None = None,
    edge_text: Mapping[tuple[int, int, int], str] | None = None,
    forward: Collection = (),
    backward: Collection = (),
    strong_nodes: Collection = (),
    layer_names: Sequence[str] = (),
    width: int = 640,
    height: int = 320,
    caption: str = "",
    over: bool = False,
) -> str:
    """The SVG text of a network with `sizes` neurons, input layer on the left.

    A node is (layer, neuron), layer 0 the input; an edge is (l, x, y), the weight weights[l][x, y].
    node_text stands inside a neuron, node_note beneath it, edge_text on the edge. `weights` gives each edge the colour of
    its sign and a width by its size. Edges in `forward` are arrows to the right, those in `backward` dashed arrows to the
    left, both in the colour of their direction. over=True draws what lies over the same network at rest: edges that are
    lit, with their words, and the words of neurons. Returns text for `svg_picture` or for a frame of a film.
    Raises ValueError for a neuron or a weight that the network does not have.
    """
    _known(sizes, [*(node_text or ()), *(node_note or ()), *strong_nodes], [*(edge_text or ()), *forward, *backward])
    at = _places(sizes, width, height, bool(layer_names), bool(caption))
    radius = min(24.0, 0.36 * height / max(sizes))
    parts, lit = [], {*forward, *backward}
    for l in range(len(sizes) - 1):
        for x in range(sizes[l]):
            for y in range(sizes[l + 1]):
                if (l, x, y) in lit or not over:
                    look = _edge_look((l, x, y), weights, forward, backward)
                    parts.append(_edge(at[l, x], at[l + 1, y], radius, *look))
    for (l, x, y), words in (edge_text or {}).items():
        if over and (l, x, y) not in lit:
            continue
        (x0, y0), (x1, y1) = at[l, x], at[l + 1, y]
        # labels of edges that cross stand apart: each a little further along its edge
        share = 0.34 + 0.3 * (y / max(1, sizes[l + 1] - 1)) if sizes[l + 1] > 1 else 0.5
        lift = 14 if (l, x, y) in backward else 3  # clear of the thick dashes, whose rhythm a label would break
        parts.append(_words(x0 + share * (x1 - x0), y0 + share * (y1 - y0) - lift, words, 11, halo=True))
    for node, (x, y) in at.items():
        strong = node in strong_nodes
        stroke = INKS["backward"].colour if strong else TEXT
        if strong or not over:
            parts.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{PAPER}" stroke="{stroke}" '
                f'stroke-width="{3 if strong else 1.5}"/>'
            )
        if node_text and node in node_text:
            parts.append(_words(x, y + 4, node_text[node], 12))
        if node_note and node in node_note:
            for k, line in enumerate(node_note[node].split("\n")):
                parts.append(_words(x, y + radius + 13 + 13 * k, line, 11, colour=FAINT, halo=True))
    for layer, words in enumerate(layer_names):
        parts.append(_words(at[layer, 0][0], 16, words, 12, colour=FAINT))
    if caption:
        parts.append(_words(width / 2, height - 8, caption, 12))
    return (
        f'<svg viewBox="0 0 {width} {height}" style="background:{PAPER};width:100%;max-width:{width}px;height:auto" '
        f"{FONT}>{''.join(parts)}</svg>"
    )


def _known(sizes, nodes, edges):
    for layer, k in nodes:
        if not (0 <= layer < len(sizes) and 0 <= k < sizes[layer]):
            raise ValueError(f"nodes: expected (layer, neuron) of a {list(sizes)} network, got {(layer, k)}")
    for l, x, y in edges:
        if not (0 <= l < len(sizes) - 1 and 0 <= x < sizes[l] and 0 <= y < sizes[l + 1]):
            raise ValueError(f"edges: expected (l, x, y) of a {list(sizes)} network, got {(l, x, y)}")


def _places(sizes, width, height, named, captioned):
    """The centre of each neuron: layers evenly from left to right, neurons evenly from top to bottom."""
    top, bottom = (30 if named else 8), height - (24 if captioned else 8)
    margin = 60
    step = (width - 2 * margin) / max(1, len(sizes) - 1)
    return {
        (layer, k): (margin + layer * step, top + (bottom - top) * (k + 0.5) / n)
        for layer, n in enumerate(sizes)
        for k in range(n)
    }


def _edge_look(edge, weights, forward, backward):
    """Colour, width, dash and arrow of one edge."""
    if edge in backward:
        return INKS["backward"].colour, 3.0, ' stroke-dasharray="7 4"', "backward"
    if edge in forward:
        return INKS["forward"].colour, 3.0, "", "forward"
    if weights is None:
        return "#9a9a9a", 1.2, "", ""
    value = float(weights[edge[0]][edge[1]][edge[2]])
    return SIGN[1 if value >= 0 else -1], min(6.0, 0.8 + abs(value)), ' stroke-opacity="0.55"', ""


def _edge(start, end, radius, colour, width, dash, arrow):
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    # the line ends inside its arrow head; heads are drawn one by one, since a shared marker in a hidden frame is not drawn
    near, far = radius + 9 * (arrow == "backward"), radius + 9 * (arrow == "forward")
    line = (
        f'<line x1="{x0 + near * ux:.1f}" y1="{y0 + near * uy:.1f}" x2="{x1 - far * ux:.1f}" y2="{y1 - far * uy:.1f}" '
        f'stroke="{colour}" stroke-width="{width:.1f}"{dash}/>'
    )
    if not arrow:
        return line
    tip, along = (
        ((x1 - radius * ux, y1 - radius * uy), 1) if arrow == "forward" else ((x0 + radius * ux, y0 + radius * uy), -1)
    )
    bx, by = tip[0] - 13 * along * ux, tip[1] - 13 * along * uy
    corners = (tip, (bx - 6 * uy, by + 6 * ux), (bx + 6 * uy, by - 6 * ux))
    return line + f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in corners)}" fill="{colour}"/>'


def _words(x, y, words, size, colour=TEXT, halo=False):
    outline = f' stroke="{PAPER}" stroke-width="4" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="middle" fill="{colour}"{outline}>'
        f"{html.escape(words)}</text>"
    )
