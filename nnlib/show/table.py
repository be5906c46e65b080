"""A batch on its way through the network: the film in which every line of Python fills its part of a table."""

from __future__ import annotations

import html

import numpy as np

from nnlib.forward_steps import Step, columns, short, steps_by_index, steps_by_matrix, table
from nnlib.show.network import LAYERS, WIDTH, network_svg, sizes_of, weight_texts
from nnlib.show.picture import Picture, inside, svg_picture
from nnlib.show.scene import Scene
from nnlib.show.style import FAINT, GRID, INKS, TEXT
from nnlib.show.svg import element, rect, sheet, words, written

NETWORK, ROW = 236, 24  # the height of the network, the height of a row
LEFT, TOP = 90, NETWORK + ROW * 0.8  # where the numbers of the table begin, and where its head is written


def batch_scene(weights, biases, X, E) -> Scene:
    """The batch after each line of Python; one reel runs index loops, the other matrices (lesson 2)."""
    loops, matrices = steps_by_index(weights, biases, X, E), steps_by_matrix(weights, biases, X, E)
    last = len(matrices) - 1
    cost = table(weights, biases, X, E)[1][:, -1].mean()
    done = matrices[-1]._replace(sentence=f"Finished since step {last}: C = {cost:.4f}. The loops are still at work.")
    matrices += [done] * (len(loops) - len(matrices) - 1)
    matrices.append(
        done._replace(sentence=f"Finished since step {last}. The loops have now arrived at the same C = {cost:.4f}.")
    )
    return Scene(
        None,
        lambda k, step: frame(weights, biases, X, E, step),
        lambda k, step: f"Step {k}. {written(step.sentence)}",
        {"index by index": enumerate(loops), "as matrices": enumerate(matrices)},
        "lines of Python run",
        choice="Computed",
        interval=600,
        pixels=WIDTH,
        behind=stage(weights, X, E),
    )


def batch_picture(weights, biases, X, E, lines: int) -> Picture:
    """The still picture before the film: the loops after so many lines of Python (lesson 2)."""
    steps = steps_by_index(weights, biases, X, E)
    known, fields = int(steps[lines].known.sum()) - X.size, steps[0].known.size - X.size
    alt = (
        f"The network and the table of the batch after {lines} lines of index loops: {known} of {fields} numbers are known. "
        f"{written(steps[lines].sentence)} As matrices, {len(steps_by_matrix(weights, biases, X, E)) - 1} lines fill all "
        f"{fields}."
    )
    drawn, moving = stage(weights, X, E), frame(weights, biases, X, E, steps[lines])
    both = drawn.removesuffix("</svg>") + inside(moving, 0, 0, WIDTH, _height(X)) + "</svg>"
    return svg_picture(both, alt, WIDTH)


def stage(weights, X, E) -> str:
    """What no step changes, as SVG text: the network at rest, the head of the table, and the inputs."""
    names, values = table(weights, [np.zeros(w.shape[1]) for w in weights], X, E)
    drawn = network_svg(
        sizes_of(weights), edge_text=weight_texts(weights), layer_names=LAYERS[: len(weights) + 1], width=WIDTH,
        height=NETWORK,
    )  # fmt: skip
    line = element("line", x1=10, x2=WIDTH - 10, y1=TOP + 6, y2=TOP + 6, stroke=GRID)
    rows = [_row(TOP, FAINT, [(c, written(name), False) for c, name in enumerate(names)], len(names))]
    for i, x in enumerate(X):
        rows.append(_row(_line(i), TEXT, [(c, short(value), False) for c, value in enumerate(x)], len(names)))
    return sheet(WIDTH, _height(X), inside(drawn, 0, 0, WIDTH, NETWORK), line, *rows)


def frame(weights, biases, X, E, step: Step) -> str:
    """The SVG text of one step, to lie over the stage: what is on its way in the network, and the table as far as it is."""
    names, values = table(weights, biases, X, E)
    sizes, texts, notes = sizes_of(weights), {}, {}
    for layer in range(len(sizes)):
        sums, activations = (columns(weights, layer, which) for which in ("z" if layer else "a", "a"))
        for k, (z, a) in enumerate(zip(sums, activations)):
            texts[layer, k], notes[layer, k] = _node(step, names, values, z, a)
    drawn = network_svg(
        sizes, node_text=texts, node_note=notes, edge_text=weight_texts(weights), forward=step.edges, over=True,
        width=WIDTH, height=NETWORK, layer_names=LAYERS[: len(sizes)],
    )  # fmt: skip
    filled = _filled(values, step, len(X[0]))
    return sheet(WIDTH, _height(X), inside(drawn, 0, 0, WIDTH, NETWORK), filled, paper=False)


def _node(step, names, values, z, a) -> tuple[str, str]:
    """What stands in and under a neuron whose sum and activation are columns z and a: of one sample, or of the batch."""
    rows = slice(None) if step.sample is None else [step.sample]
    column = a if step.known[rows, a].any() else z
    if not step.known[rows, column].all():
        return "", ""
    if step.sample is None:
        return written(names[column]), f"{len(values)} samples"
    return f"{values[step.sample, column]:.2f}", written(names[column])


def _filled(values, step, inputs):
    """The table as SVG text: a number appears once it is known, and what is fresh stands on a tint with a frame."""
    wide, parts = _wide(values.shape[1]), []
    for i, c in np.argwhere(step.fresh):
        parts.append(
            rect(LEFT + wide * c + 3, _line(i) - 16, wide - 6, ROW - 2, "#e3effa", INKS["forward"].colour, rx=3)
        )
    for i, row in enumerate(values):
        here = step.sample == i
        parts.append(words(42, _line(i), f"sample {i + 1}", TEXT if here else FAINT, 12, "middle", here))
        known = [c for c in np.flatnonzero(step.known[i]) if c >= inputs]
        parts.append(_row(_line(i), TEXT, [(c, short(row[c]), step.fresh[i, c]) for c in known], len(row)))
    return "".join(parts)


def _row(y, colour, cells, columns):
    """One line of the table as one text, since a browser lays out a text far sooner than many: (column, words, bold?)."""
    spans = (
        element("tspan", html.escape(text), x=LEFT + _wide(columns) * (c + 0.5), font_weight="bold" if bold else None)
        for c, text, bold in cells
    )
    return element("text", *spans, y=y, fill=colour, font_size=12, text_anchor="middle")


def _wide(columns):
    return (WIDTH - LEFT) / columns


def _line(i):
    return TOP + ROW * (i + 1)


def _height(X):
    return NETWORK + ROW * (len(X) + 2)
