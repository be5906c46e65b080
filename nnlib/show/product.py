"""A matrix product number by number: a row of the left is lit, a column of the right, and the number that they make."""

from __future__ import annotations

import numpy as np

from nnlib.show.film import Shown, film
from nnlib.show.network import FONT
from nnlib.show.picture import Picture, svg_picture
from nnlib.show.style import FAINT, INKS, PAPER
from nnlib.show.weight import text

HIGH, GAP, TOP = (
    32,
    34,
    34,
)  # the height of a cell, the space for a sign between two matrices, the space for their names
ROW_INK, COLUMN_INK, MADE_INK = INKS["forward"].colour, INKS["backward"].colour, INKS["target"].colour
TINT = {ROW_INK: "#e3effa", COLUMN_INK: "#fbe6d8", MADE_INK: "#dcf3ea"}


def product_film(left, right, names: tuple[str, str, str], start: int = 0) -> Shown:
    """A slider over the numbers of left @ right, row by row; `names` are those of left, right and product (lessons 2, 4)."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    places = list(np.ndindex(len(left), right.shape[1]))
    return film(
        [f"row {i + 1}, column {y + 1}" for i, y in places],
        [product_svg(left, right, place, names) for place in places],
        [product_sentence(left, right, place, names) for place in places],
        label="number",
        start=start,
        play=True,
        interval=900,
        width=_size(left, right)[0],
    )


def product_picture(left, right, place: tuple[int, int], names: tuple[str, str, str]) -> Picture:
    """One place of the film as a picture of its own."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    return svg_picture(
        product_svg(left, right, place, names), product_sentence(left, right, place, names), _size(left, right)[0]
    )


def product_sentence(left, right, place, names) -> str:
    """Row times column, term by term, with the number that it makes."""
    i, y = place
    terms = " + ".join(f"{_number(a)} × {_number(b)}" for a, b in zip(left[i], right[:, y]))
    return f"Row {i + 1} of {names[0]} times column {y + 1} of {names[1]}: {terms} = {_number(left[i] @ right[:, y])}."


def product_svg(left, right, place, names) -> str:
    """The three matrices side by side; numbers of the product that come later than `place` are not written yet."""
    made, (i, y) = left @ right, place
    width, height, wide = _size(left, right)
    done = {p for p in np.ndindex(*made.shape) if p <= (i, y)}
    lit = (
        {(i, x): ROW_INK for x in range(left.shape[1])},
        {(x, y): COLUMN_INK for x in range(len(right))},
        {(i, y): MADE_INK},
    )
    parts, across = [], 4
    for matrix, name, ink, sign in zip((left, right, made), names, lit, ("@", "=", "")):
        shape = f"{name}, {matrix.shape[0]} × {matrix.shape[1]}"
        parts.append(text(across + wide * matrix.shape[1] / 2, 20, shape, FAINT, 14, "middle"))
        for row, column in np.ndindex(*matrix.shape):
            colour = ink.get((row, column))
            x, down = across + wide * column, TOP + HIGH * row
            parts.append(
                f'<rect x="{x}" y="{down}" width="{wide - 4}" height="{HIGH - 4}" rx="3" fill="{TINT.get(colour, PAPER)}" '
                f'stroke="{colour or "#c8c8c8"}" stroke-width="{2.5 if colour else 1}"/>'
            )
            if matrix is not made or (row, column) in done:
                words = _number(matrix[row, column])
                parts.append(text(x + wide / 2 - 2, down + 19, words, size=14, anchor="middle", bold=bool(colour)))
        across += wide * matrix.shape[1] + GAP
        parts.append(text(across - GAP / 2 - 2, TOP + HIGH * (len(left) / 2) + 5, sign, size=18, anchor="middle"))
    return (
        f'<svg viewBox="0 0 {width} {height}" style="background:{PAPER};width:100%;max-width:{width}px;height:auto" '
        f"{FONT}>{''.join(parts)}</svg>"
    )


def _size(left, right) -> tuple[int, int, int]:
    """Width and height of the drawing, and the width of a cell: wide enough for the longest number."""
    numbers = [*left.ravel(), *right.ravel(), *(left @ right).ravel()]
    wide = 22 + 9 * max(len(_number(value)) for value in numbers)
    columns = left.shape[1] + 2 * right.shape[1]
    return 8 + wide * columns + 2 * GAP, TOP + HIGH * max(len(left), len(right)) + 6, wide


def _number(value: float) -> str:
    """Three decimals at most, and no zeros behind."""
    return f"{value:.3f}".rstrip("0").rstrip(".").replace("-", "−") if abs(value) > 5e-4 else "0"
