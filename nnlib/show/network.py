"""The network as a drawing: neurons, weights, numbers on both, and what flows forward or back along chosen edges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from nnlib.chain_rule import factors
from nnlib.forward_steps import short
from nnlib.network import forward as run_forward
from nnlib.network import sample_costs
from nnlib.show.picture import Picture, svg_picture
from nnlib.show.style import FAINT, INKS, PAPER, SIGN, TEXT
from nnlib.show.svg import element, sheet, words

LAYERS = ("input", "hidden", "output")
SMALL = 13  # letters of a drawing that is 640 to 700 wide: 12 px and more where it is shown a little smaller
NONE: Mapping = MappingProxyType({})
WIDTH = 700  # of the pictures of one sample and of a batch


def network_svg(
    sizes: Sequence[int],
    *,
    weights=None,
    node_text: Mapping[tuple[int, int], str] = NONE,
    node_note: Mapping[tuple[int, int], str] = NONE,
    edge_text: Mapping[tuple[int, int, int], str] = NONE,
    forward: Collection = (),
    backward: Collection = (),
    strong_nodes: Collection = (),
    layer_names: Sequence[str] = (),
    width: int = 640,
    height: int = 320,
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
    _known(sizes, [*node_text, *node_note, *strong_nodes], [*edge_text, *forward, *backward])
    at = places(sizes, 60, width - 60, 30 if layer_names else 8, height - 8)
    radius = min(24.0, 0.36 * height / max(sizes))
    drawn = [edge for edge in edges(sizes) if not over or edge in forward or edge in backward]
    lines = [
        _edge(at[l, x], at[l + 1, y], radius, *_edge_look((l, x, y), weights, forward, backward)) for l, x, y in drawn
    ]
    # clear of the thick dashes, whose rhythm a label would break
    labels = [_edge_label(edge, at, sizes, edge_text.get(edge, ""), 14 if edge in backward else 3) for edge in drawn]
    neurons = []
    for node, (x, y) in at.items():
        if node in strong_nodes or not over:
            look = (INKS["backward"].colour, 3) if node in strong_nodes else (TEXT, 1.5)
            neurons.append(element("circle", cx=x, cy=y, r=radius, fill=PAPER, stroke=look[0], stroke_width=look[1]))
        neurons.append(words(x, y + 5, node_text.get(node, ""), size=SMALL, anchor="middle"))
        for k, line in enumerate(node_note.get(node, "").split("\n")):
            neurons.append(words(x, y + radius + 15 + 15 * k, line, FAINT, SMALL, "middle", halo=4))
    names = [words(at[layer, 0][0], 16, name, FAINT, SMALL, "middle") for layer, name in enumerate(layer_names)]
    return sheet(width, height, *lines, *labels, *neurons, *names)


def edges(sizes: Sequence[int]) -> list[tuple[int, int, int]]:
    """Every weight of a network as (l, x, y), counted from 0, in reading order."""
    return [(l, x, y) for l in range(len(sizes) - 1) for x in range(sizes[l]) for y in range(sizes[l + 1])]


def sample_picture(weights, biases, x, e) -> Picture:
    """One sample on its way through the network, with every weight, bias, z and a (lesson 2)."""
    (Z, A), sizes = run_forward(weights, biases, x), sizes_of(weights)
    notes = {(0, k): f"input {k + 1}" for k in range(sizes[0])}
    for l, z in enumerate(Z):
        notes |= {(l + 1, k): f"b = {short(biases[l][k])}\nz = {value:.4f}" for k, value in enumerate(z[0])}
    expected = " and ".join(f"{value:g}" for value in e[0])
    notes[len(Z), sizes[-1] - 1] += f"\nexpected {expected}\ncost {sample_costs(A[-1], e)[0]:.4f}"
    drawn = network_svg(
        sizes, weights=weights, node_text=_written([x], short) | _written(A[1:], "{:.3f}".format, 1),
        node_note=notes, edge_text=weight_texts(weights), layer_names=LAYERS[: len(sizes)], width=WIDTH, height=300,
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
        node_text=_written(A, "{:.3g}".format),
        node_note=notes,
        edge_text={(0, 0, 0): f"w₁₁⁽¹⁾ = {weights[0][0, 0]:g}", (1, 0, 0): f"w₁₁⁽²⁾ = {f[2]:g}"},
        backward={(0, 0, 0), (1, 0, 0)},
        strong_nodes={(0, 0), (1, 0), (2, 0)},
        layer_names=LAYERS,
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
    sizes = sizes_of(weights)
    notes = {(0, x): f"input {x + 1}" for x in range(sizes[0])} | _written(biases, "bias {:g}".format, 1)
    names = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in zip(sizes, ("input", "hidden neuron", "output"))]
    texts = weight_texts(weights, "{:.1f}".format)
    drawn = network_svg(sizes, weights=weights, node_note=notes, edge_text=texts, layer_names=names, height=330)
    lines, circles = sum(W.size for W in weights), sum(b.size for b in biases)
    alt = (
        f"A network of {' and '.join([', '.join(names[:-1]), names[-1]])}. There is a line from every neuron to every neuron of "
        f"the next layer, {lines} lines, each with a weight; each of the {circles} neurons behind the inputs has a bias. "
        f"Together {lines + circles} numbers."
    )
    return svg_picture(drawn, alt)


def sizes_of(weights) -> list[int]:
    """The number of neurons in each layer, the inputs first."""
    return [len(weights[0]), *(W.shape[1] for W in weights)]


def _written(layers, form: Callable, first: int = 0) -> dict:
    """Each number of some layers, from layer `first` on, as words for its neuron."""
    return {(first + l, k): form(value) for l, values in enumerate(layers) for k, value in enumerate(np.ravel(values))}


def weight_texts(weights, form: Callable = short) -> dict:
    """Each weight as words for its edge."""
    return {(l, x, y): form(weights[l][x, y]) for l, x, y in edges(sizes_of(weights))}


def _known(sizes, nodes, lit):
    layers = [(layer, k) for layer, n in enumerate(sizes) for k in range(n)]
    unknown = [("nodes: expected (layer, neuron)", node) for node in nodes if node not in layers]
    unknown += [("edges: expected (l, x, y)", edge) for edge in lit if edge not in edges(sizes)]
    for what, part in unknown:
        raise ValueError(f"{what} of a {list(sizes)} network, got {part}")


def places(sizes, left: float, right: float, top: float, bottom: float) -> dict[tuple[int, int], tuple[float, float]]:
    """The centre of each neuron: layers evenly from left to right, neurons evenly from top to bottom."""
    step = (right - left) / max(1, len(sizes) - 1)
    return {
        (layer, k): (left + layer * step, top + (bottom - top) * (k + 0.5) / n)
        for layer, n in enumerate(sizes)
        for k in range(n)
    }


def _edge_label(edge, at, sizes, text, lift):
    """Words on an edge, `lift` above it. Labels of edges that cross stand apart: each a little further along its edge."""
    l, x, y = edge
    (x0, y0), (x1, y1) = at[l, x], at[l + 1, y]
    share = 0.34 + 0.3 * (y / (sizes[l + 1] - 1)) if sizes[l + 1] > 1 else 0.5
    return words(x0 + share * (x1 - x0), y0 + share * (y1 - y0) - lift, text, size=SMALL, anchor="middle", halo=4)


def _edge_look(edge, weights, forward, backward):
    """Which way one edge points, +1 forward, -1 back, 0 neither, and its attributes."""
    if edge in backward:
        return -1, {"stroke": INKS["backward"].colour, "stroke_width": 3, "stroke_dasharray": "7 4"}
    if edge in forward:
        return 1, {"stroke": INKS["forward"].colour, "stroke_width": 3}
    if weights is None:
        return 0, {"stroke": "#9a9a9a", "stroke_width": 1.2}
    value = float(weights[edge[0]][edge[1]][edge[2]])
    return 0, {
        "stroke": SIGN[1 if value >= 0 else -1], "stroke_width": min(6.0, 0.8 + abs(value)), "stroke_opacity": 0.55,
    }  # fmt: skip


def _edge(start, end, radius, way, look):
    """A line between two neurons, which ends inside its arrow head where it has one.

    Heads are drawn one by one, since a shared marker in a hidden frame is not drawn.
    """
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    near, far = radius + 9 * (way < 0), radius + 9 * (way > 0)
    line = element("line", x1=x0 + near * ux, y1=y0 + near * uy, x2=x1 - far * ux, y2=y1 - far * uy, **look)
    if not way:
        return line
    tip = (x1 - radius * ux, y1 - radius * uy) if way > 0 else (x0 + radius * ux, y0 + radius * uy)
    bx, by = tip[0] - 13 * way * ux, tip[1] - 13 * way * uy
    corners = (tip, (bx - 6 * uy, by + 6 * ux), (bx + 6 * uy, by - 6 * ux))
    return line + element("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), fill=look["stroke"])
