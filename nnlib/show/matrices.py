"""Matrices as grids of cells: one weight in the network, the sum and the matrix; a product number by number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from nnlib.forward_steps import short
from nnlib.show.network import edges, network_svg
from nnlib.show.picture import inside
from nnlib.show.scene import Scene
from nnlib.show.style import FAINT, INKS, PAPER, TEXT
from nnlib.show.svg import element, letter, rect, sheet, words

HIGH, GAP, TOP = 32, 34, 34  # a cell's height, the space for a sign between two matrices, the space for their names
ROW_INK, COLUMN_INK, MADE_INK = (INKS[concept].colour for concept in ("forward", "backward", "target"))
TINT = {ROW_INK: "#e3effa", COLUMN_INK: "#fbe6d8", MADE_INK: "#dcf3ea"}


def grid(texts: np.ndarray, left: float, top: float, wide: float, lit: Mapping[tuple[int, int], str]) -> str:
    """A matrix as cells with words; `lit` gives some cells, by (row, column), the ink of their edge."""
    parts = []
    for (row, column), text in np.ndenumerate(texts):
        ink, x, y = lit.get((row, column)), left + wide * column, top + HIGH * row
        stroke, width = (ink, 2.5) if ink else ("#c8c8c8", 1)
        parts.append(rect(x, y, wide - 4, HIGH - 4, TINT.get(ink, PAPER), stroke, width, rx=3))
        parts.append(words(x + wide / 2 - 2, y + 19, text, size=14, anchor="middle", bold=bool(ink)))
    return "".join(parts)


# ------------------------------------------------------------------ one weight three times


def weight_scene(sizes) -> Scene:
    """Every weight of the network, a place (l, x, y) each (lesson 1)."""
    rows = [(place,) for place in edges(sizes)]
    presets = {"first": (0, 0, 0), "the same letters swapped": (0, 1, 0), "last layer": (1, 0, 0)}
    return Scene(
        None, partial(weight_svg, sizes), weight_sentence, rows, "weight", _weight, interval=60, presets=presets, start=(0, 0, 1)
    )  # fmt: skip


def weight_svg(sizes, place) -> str:
    """One weight, three times: its arrow in the network, its term in the sum, its cell in the matrix."""
    l, x, y = place
    net = network_svg(
        sizes,
        node_text={(layer, k): letter("a", str(k + 1), layer) for layer, n in enumerate(sizes) for k in range(n)},
        forward={place},
        strong_nodes={(l, x), (l + 1, y)},
        layer_names=[f"layer {k}" for k in range(len(sizes))],
        width=400,
        height=250,
    )
    names = np.array([[_weight((l, row, column)) for column in range(sizes[l + 1])] for row in range(sizes[l])])
    left, below = 415, 76 + HIGH * sizes[l]
    return sheet(
        640, 300, inside(net, 0, 0, 400, 250), grid(names, left, 54, 72, {(x, y): COLUMN_INK}), _sum(sizes, place),
        words(left, 32, f"weights[{l}], shape ({sizes[l]}, {sizes[l + 1]})"),
        words(left, below, f"row {x + 1}: from neuron {x + 1} of layer {l}", FAINT),
        words(left, below + 18, f"column {y + 1}: to neuron {y + 1} of layer {l + 1}", FAINT),
    )  # fmt: skip


def _sum(sizes, place):
    """The sum that the weight belongs to, its own term strong."""
    l, x, y = place
    terms = [f"{letter('z', str(y + 1), l + 1)} = {letter('b', str(y + 1), l + 1)}"]
    for k in range(sizes[l]):
        look = {"font_weight": "bold", "fill": COLUMN_INK} if k == x else {}
        terms.append(" + " + element("tspan", f"{letter('a', str(k + 1), l)} {_weight((l, k, y))}", **look))
    return element("text", *terms, x=40, y=282, font_size=17, fill=TEXT)


def _weight(place) -> str:
    l, x, y = place
    return letter("w", f"{x + 1}{y + 1}", l + 1)


def weight_sentence(place) -> str:
    """What the drawing of one weight shows, in words."""
    l, x, y = place
    return (
        f"{_weight(place)} is weights[{l}][{x}, {y}]: from neuron {x + 1} of layer {l} to neuron {y + 1} of layer {l + 1}. "
        f"It stands in row {x + 1}, column {y + 1}, and in the sum for {letter('z', str(y + 1), l + 1)}."
    )


# ------------------------------------------------------------------ a product number by number


def product_scene(left, right, names: tuple[str, str, str]) -> Scene:
    """The numbers of left @ right by their places (row, column); `names` of left, right and product (lessons 2, 4).

    A row of `left` is lit, a column of `right`, and the number that they make; later numbers are not written yet.
    """
    left, right = np.asarray(left, float), np.asarray(right, float)
    number = np.vectorize(lambda value: short(value, 3).replace("-", "−"), otypes=[object])
    matrices = [number(matrix) for matrix in (left, right, left @ right)]
    wide = 22 + 9 * max(len(text) for matrix in matrices for text in matrix.flat)
    width = 8 + wide * sum(matrix.shape[1] for matrix in matrices) + 2 * GAP
    middle, height = TOP + HIGH * len(left) / 2 + 5, TOP + HIGH * max(len(left), len(right)) + 6

    def draw(place):
        (i, y), across, parts, made = place, 4, [], matrices[2].copy()
        made.flat[i * made.shape[1] + y + 1 :] = ""
        lit = (
            {(i, x): ROW_INK for x in range(left.shape[1])},
            {(x, y): COLUMN_INK for x in range(len(right))},
            {place: MADE_INK},
        )
        for texts, name, ink, sign in zip((*matrices[:2], made), names, lit, ("@", "=", "")):
            rows, columns = texts.shape
            title = words(across + wide * columns / 2, 20, f"{name}, {rows} × {columns}", FAINT, 14, "middle")
            parts += [title, grid(texts, across, TOP, wide, ink)]
            across += wide * columns + GAP
            parts.append(words(across - GAP / 2 - 2, middle, sign, size=18, anchor="middle"))
        return sheet(width, height, *parts)

    def say(place):
        i, y = place
        terms = " + ".join(f"{a} × {b}" for a, b in zip(matrices[0][i], matrices[1][:, y]))
        return f"Row {i + 1} of {names[0]} times column {y + 1} of {names[1]}: {terms} = {matrices[2][place]}."

    rows = [(place,) for place in np.ndindex(matrices[2].shape)]
    name = lambda place: f"row {place[0] + 1}, column {place[1] + 1}"
    return Scene(None, draw, say, rows, "number", name, interval=900, pixels=width)
