"""A batch on its way through the network: the film in which every line of Python fills its part of a table."""

from __future__ import annotations

import html

import numpy as np

from nnlib.forward_steps import Step, columns, short, steps_by_index, steps_by_matrix, table
from nnlib.show.film import Shown, film
from nnlib.show.letters import written
from nnlib.show.network import FONT, LAYERS, WIDTH, network_svg, weight_texts
from nnlib.show.picture import Picture, inside, svg_picture
from nnlib.show.style import FAINT, GRID, INKS, PAPER, TEXT

NETWORK, ROW = 236, 24  # the height of the network, the height of a row
LEFT, TOP = 90, NETWORK + ROW * 0.8  # where the numbers of the table begin, and where its head is written


def batch_film(weights, biases, X, E, presets, start: int = 0) -> Shown:
    """A slider over the lines of Python run so far; two buttons choose index loops or matrices for the same batch."""
    loops, matrices = steps_by_index(weights, biases, X, E), steps_by_matrix(weights, biases, X, E)
    last = len(matrices) - 1
    cost = table(weights, biases, X, E)[1][:, -1].mean()
    done = matrices[-1]._replace(sentence=f"Finished since step {last}: C = {cost:.4f}. The loops are still at work.")
    matrices += [done] * (len(loops) - len(matrices) - 1)
    matrices.append(
        done._replace(sentence=f"Finished since step {last}. The loops have now arrived at the same C = {cost:.4f}.")
    )
    reels = {"index by index": loops, "as matrices": matrices}
    return film(
        range(len(loops)),
        {name: [frame(weights, biases, X, E, step) for step in steps] for name, steps in reels.items()},
        {
            name: [f"Step {k}. {written(step.sentence)}" for k, step in enumerate(steps)]
            for name, steps in reels.items()
        },
        label="lines of Python run",
        still=stage(weights, X, E),
        presets=presets,
        start=start,
        width=WIDTH,
        play=True,
        interval=600,
        choice="Computed",
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
        _sizes(weights), edge_text=weight_texts(weights), layer_names=LAYERS[: len(weights) + 1], width=WIDTH,
        height=NETWORK,
    )  # fmt: skip
    line = f'<line x1="10" x2="{WIDTH - 10}" y1="{TOP + 6}" y2="{TOP + 6}" stroke="{GRID}"/>'
    rows = [_row(TOP, FAINT, [(c, written(name), False) for c, name in enumerate(names)], len(names))]
    for i, x in enumerate(X):
        rows.append(_row(_line(i), TEXT, [(c, short(value), False) for c, value in enumerate(x)], len(names)))
    return _drawing(inside(drawn, 0, 0, WIDTH, NETWORK) + line + "".join(rows), X, f"background:{PAPER};")


def frame(weights, biases, X, E, step: Step) -> str:
    """The SVG text of one step, to lie over the stage: what is on its way in the network, and the table as far as it is."""
    names, values = table(weights, biases, X, E)
    sizes, notes, texts = _sizes(weights), {}, {}
    for layer, n in enumerate(sizes):
        for k in range(n):
            z, a = columns(weights, layer, "z" if layer else "a")[k], columns(weights, layer, "a")[k]
            column = a if step.known[:, a].any() else z
            if step.sample is None:
                texts[layer, k] = written(names[column]) if step.known[:, column].all() else ""
                notes[layer, k] = f"{len(X)} samples" if texts[layer, k] else ""
                continue
            i = step.sample
            column = a if step.known[i, a] else z
            texts[layer, k] = f"{values[i, column]:.2f}" if step.known[i, column] else ""
            notes[layer, k] = written(names[column]) if step.known[i, column] else ""
    drawn = network_svg(
        sizes, node_text=texts, node_note=notes, edge_text=weight_texts(weights), forward=step.edges, over=True,
        width=WIDTH, height=NETWORK, layer_names=LAYERS[: len(sizes)],
    )  # fmt: skip
    return _drawing(inside(drawn, 0, 0, WIDTH, NETWORK) + _filled(values, step, len(X[0])), X)


def _drawing(body, X, style=""):
    return (
        f'<svg viewBox="0 0 {WIDTH} {_height(X)}" style="{style}width:100%;max-width:{WIDTH}px;height:auto" {FONT}>'
        f'<g font-size="12" text-anchor="middle">{body}</g></svg>'
    )


def _filled(values, step, inputs):
    """The table as SVG text: a number appears once it is known, and what is fresh stands on a tint with a frame."""
    wide, parts = _wide(values.shape[1]), []
    for i, c in np.argwhere(step.fresh):
        parts.append(
            f'<rect x="{LEFT + wide * c + 3:.1f}" y="{_line(i) - 16:.1f}" width="{wide - 6:.1f}" height="{ROW - 2}" '
            f'rx="3" fill="#e3effa" stroke="{INKS["forward"].colour}"/>'
        )
    for i, row in enumerate(values):
        colour, weight = (TEXT, ' font-weight="bold"') if step.sample == i else (FAINT, "")
        parts.append(f'<text x="42.0" y="{_line(i):.1f}" fill="{colour}"{weight}>sample {i + 1}</text>')
        known = [c for c in np.flatnonzero(step.known[i]) if c >= inputs]
        if known:
            parts.append(_row(_line(i), TEXT, [(c, short(row[c]), step.fresh[i, c]) for c in known], len(row)))
    return "".join(parts)


def _row(y, colour, cells, columns):
    """One line of the table as one text, since a browser lays out a text far sooner than many: (column, words, bold?)."""
    strong = {True: ' font-weight="bold"', False: ""}
    spans = (
        f'<tspan x="{LEFT + _wide(columns) * (c + 0.5):.1f}"{strong[bool(bold)]}>{html.escape(words)}</tspan>'
        for c, words, bold in cells
    )
    return f'<text y="{y:.1f}" fill="{colour}">{"".join(spans)}</text>'


def _wide(columns):
    return (WIDTH - LEFT) / columns


def _line(i):
    return TOP + ROW * (i + 1)


def _height(X):
    return NETWORK + ROW * (len(X) + 2)


def _sizes(weights):
    return [len(weights[0]), *(w.shape[1] for w in weights)]
