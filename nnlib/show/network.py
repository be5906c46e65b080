"""The network as a drawing: neurons, weights, numbers on both, and what flows forward or back along chosen edges."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence

from nnlib.chain_rule import factors
from nnlib.forward_steps import short
from nnlib.network import forward as run_forward
from nnlib.network import sample_costs
from nnlib.show.picture import Picture, svg_picture
from nnlib.show.style import FAINT, INKS, PAPER, SIGN, TEXT

LAYERS = ("input", "hidden", "output")
SMALL = 13  # letters of a drawing that is 640 to 700 wide: 12 px and more where it is shown a little smaller
WIDTH = 700  # of the pictures of one sample and of a batch
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
        parts.append(_words(x0 + share * (x1 - x0), y0 + share * (y1 - y0) - lift, words, SMALL, halo=True))
    for node, (x, y) in at.items():
        strong = node in strong_nodes
        stroke = INKS["backward"].colour if strong else TEXT
        if strong or not over:
            parts.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{PAPER}" stroke="{stroke}" '
                f'stroke-width="{3 if strong else 1.5}"/>'
            )
        if node_text and node in node_text:
            parts.append(_words(x, y + 5, node_text[node], SMALL))
        if node_note and node in node_note:
            for k, line in enumerate(node_note[node].split("\n")):
                parts.append(_words(x, y + radius + 15 + 15 * k, line, SMALL, colour=FAINT, halo=True))
    for layer, words in enumerate(layer_names):
        parts.append(_words(at[layer, 0][0], 16, words, SMALL, colour=FAINT))
    if caption:
        parts.append(_words(width / 2, height - 8, caption, SMALL))
    return (
        f'<svg viewBox="0 0 {width} {height}" style="background:{PAPER};width:100%;max-width:{width}px;height:auto" '
        f"{FONT}>{''.join(parts)}</svg>"
    )


def sample_picture(weights, biases, x, e) -> Picture:
    """One sample on its way through the network, with every weight, bias, z and a (lesson 2)."""
    Z, A = run_forward(weights, biases, x)
    sizes = [a.shape[1] for a in A]
    texts = {
        (l, k): f"{value:.2f}".rstrip("0").rstrip(".") if not l else f"{value:.3f}"
        for l, a in enumerate(A)
        for k, value in enumerate(a[0])
    }
    notes = {
        (l + 1, k): f"b = {short(biases[l][k])}\nz = {value:.4f}"
        for l, z in enumerate(Z)
        for k, value in enumerate(z[0])
    }
    notes |= {(0, k): f"input {k + 1}" for k in range(sizes[0])}
    expected = " and ".join(f"{value:g}" for value in e[0])
    notes[len(Z), sizes[-1] - 1] += f"\nexpected {expected}\ncost {sample_costs(A[-1], e)[0]:.4f}"
    drawn = network_svg(
        sizes, weights=weights, node_text=texts, node_note=notes, edge_text=weight_texts(weights),
        layer_names=LAYERS[: len(sizes)], width=WIDTH, height=300,
    )  # fmt: skip
    hidden = " and ".join(f"{a:.4f}" for a in A[1][0])
    alt = (
        f"A network of {' - '.join(map(str, sizes))} neurons: the input {tuple(map(float, x[0]))} gives the hidden activations "
        f"{hidden}, the output {A[-1][0, 0]:.4f}, and against the expected {e[0, 0]:g} the cost {sample_costs(A[-1], e)[0]:.4f}."
    )
    return svg_picture(drawn, alt, WIDTH)


def path_picture(weights, biases, x, e) -> Picture:
    """The network with the one path on which w_11^(1) reaches the cost, and the factor that each station gives (lesson 3)."""
    Z, A = run_forward(weights, biases, x)
    f = factors(weights, biases, x, e)
    notes = {
        (0, 0): f"x₁ = {f[0]:g}",
        (1, 0): f"S'(z₁) = {f[1]:.4f}",
        (2, 0): f"S'(z) = {f[3]:.4f}\n2(a − e) = {f[4]:.4f}\ncost C = {sample_costs(A[-1], e)[0]:.4f}",
    }
    drawn = network_svg(
        [2, 2, 1],
        weights=weights,
        node_text={(l, k): f"{value:.3g}" for l, a in enumerate(A) for k, value in enumerate(a[0])},
        node_note=notes,
        edge_text={(0, 0, 0): f"w₁₁⁽¹⁾ = {weights[0][0, 0]:g}", (1, 0, 0): f"w₁₁⁽²⁾ = {f[2]:g}"},
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


def weights_picture(weights, biases) -> Picture:
    """A network with its weights on the lines and its biases under the neurons, to one decimal (lesson 0)."""
    sizes = [len(weights[0]), *(len(b) for b in biases)]
    notes = {(l + 1, y): f"bias {value:g}" for l, b in enumerate(biases) for y, value in enumerate(b)}
    notes |= {(0, x): f"input {x + 1}" for x in range(sizes[0])}
    texts = {
        (l, x, y): f"{W[x, y]:.1f}" for l, W in enumerate(weights) for x in range(len(W)) for y in range(W.shape[1])
    }
    names = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in zip(sizes, ("input", "hidden neuron", "output"))]
    drawn = network_svg(
        sizes, weights=weights, node_note=notes, edge_text=texts, layer_names=names, width=640, height=330
    )  # fmt: skip
    lines, circles = sum(W.size for W in weights), sum(b.size for b in biases)
    alt = (
        f"A network of {' and '.join([', '.join(names[:-1]), names[-1]])}. There is a line from every neuron to every neuron of "
        f"the next layer, {lines} lines, each with a weight; each of the {circles} neurons behind the inputs has a bias. "
        f"Together {lines + circles} numbers."
    )
    return svg_picture(drawn, alt)


def weight_texts(weights) -> dict:
    """Each weight as words for its edge."""
    return {(l, x, y): short(w[x, y]) for l, w in enumerate(weights) for x in range(len(w)) for y in range(w.shape[1])}


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
