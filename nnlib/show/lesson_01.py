"""Lesson 1's pictures: one weight in the drawing, in the sum and in the matrix; one formula in ours and another's letters."""

from __future__ import annotations

import html
import re

from nnlib.notation import FORMULAS, SOURCES, formula
from nnlib.show.film import film
from nnlib.show.formula_picture import formula_image
from nnlib.show.network_picture import FONT, network_svg
from nnlib.show.style import FAINT, INKS, PAPER, TEXT

SHORT = {
    "forward": "forward",
    "db_last": "last bias",
    "dw_last": "last weight",
    "da_last": "last but one activation",
    "db": "bias",
    "dw": "weight",
    "da": "activation",
}
STRONG = INKS["backward"].colour
_BELOW = str.maketrans("0123456789ijknx", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₓ")
_ABOVE = str.maketrans("0123456789()i", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ⁱ")


def letter(name: str, below: str, layer: int) -> str:
    """A symbol as one line of text, for drawings: letter("w", "12", 1) is w₁₂⁽¹⁾."""
    return f"{name}{below.translate(_BELOW)}{f'({layer})'.translate(_ABOVE)}"


def written(cost: str) -> str:
    """A cost of the table as it stands in a book: written("(1/n) sum_i (y_i - t_i)^2") is (1/n) Σᵢ (yᵢ − tᵢ)²."""
    raised = re.sub(r"\^(2|\(i\))", lambda found: found[1].translate(_ABOVE), cost.replace("sum_", "Σ_"))
    lowered = re.sub(r"_([0ijknx]+)\b", lambda found: found[1].translate(_BELOW), raised)
    return lowered.replace(" - ", " − ")


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
    parts = [_say(left, top - 22, f"weights[{l}], shape ({sizes[l]}, {sizes[l + 1]})", size=12)]
    for row in range(sizes[l]):
        for column in range(sizes[l + 1]):
            here = (row, column) == (x, y)
            cell_x, cell_y = left + 72 * column, top + 40 * row
            parts.append(
                f'<rect x="{cell_x}" y="{cell_y}" width="66" height="34" fill="{PAPER}" '
                f'stroke="{STRONG if here else FAINT}" stroke-width="{3 if here else 1}"/>'
            )
            words = letter("w", f"{row + 1}{column + 1}", l + 1)
            parts.append(_say(cell_x + 33, cell_y + 22, words, anchor="middle", bold=here))
    below = top + 40 * sizes[l] + 18
    parts.append(_say(left, below, f"row {x + 1}: from neuron {x + 1} of layer {l}", colour=FAINT, size=12))
    parts.append(_say(left, below + 18, f"column {y + 1}: to neuron {y + 1} of layer {l + 1}", colour=FAINT, size=12))
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


def _say(x, y, words, colour=TEXT, size=13, anchor="start", bold=False):
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


def weight_film(sizes):
    """A slider over every weight of the network."""
    places = weight_places(sizes)
    names = [letter("w", f"{x + 1}{y + 1}", l + 1) for l, x, y in places]
    presets = {"first": 0, "the same letters swapped": places.index((0, 1, 0)), "last layer": places.index((1, 0, 0))}
    frames = [weight_svg(sizes, place) for place in places]
    return film(
        names, frames, [weight_sentence(p) for p in places], label="weight", presets=presets, play=True, start=1
    )


def source_svg(slug: str, which: str) -> str:
    """One formula in our letters above, in a source's letters below, and what the source's letters mean."""
    row = SOURCES[slug]
    before, after, target = row.symbols
    facts = (
        f"W: {'ours transposed' if row.transposed else 'the same as ours'}; samples are {'columns' if row.columns else 'rows'}",
        "; ".join(
            f"{place}: {symbol if symbol != '-' else 'no letter'}"
            for place, symbol in (("before the activation", before), ("after", after), ("target", target))
        ),
        f"cost: {written(row.cost)}",
        f"for a whole batch, our gradient = c times theirs, c = {row.factor_text}",
    )
    lines = "".join(_say(12, 216 + 19 * k, words, size=12) for k, words in enumerate(facts))
    return (
        f'<svg viewBox="0 0 640 290" style="background:{PAPER};width:100%;max-width:640px;height:auto" {FONT}>'
        f"{_say(12, 22, f'Ours: {FORMULAS[which]}', FAINT, 12)}{_image(formula('ours', which), 30)}"
        f"{_say(12, 116, row.name, FAINT, 12)}{_image(formula(slug, which), 124)}{lines}</svg>"
    )


def _image(latex, top):
    address, width, height = formula_image(latex)
    shrink = min(1.0, 610 / width)  # a long formula is drawn smaller rather than cut off
    size = f'width="{width * shrink:.1f}" height="{height * shrink:.1f}"'
    return f'<image href="{address}" x="14" y="{top + 30 - height * shrink / 2:.1f}" {size}/>'


def source_sentence(slug: str, which: str) -> str:
    """What the drawing of one formula shows, in words."""
    row = SOURCES[slug]
    same = "the same matrix as ours" if not row.transposed else "our matrix transposed"
    return f"{FORMULAS[which].capitalize()}, in {row.name}: W is {same}, c = {row.factor_text}."


def source_film():
    """A slider over the sources, and a switch over the formulas: any of them in any book's letters, beside ours."""
    slugs = list(SOURCES)
    presets = {"Nielsen": slugs.index("nielsen"), "Bishop": slugs.index("bishop"), "PyTorch": slugs.index("pytorch")}
    return film(
        [SOURCES[slug].name.split(",")[0] for slug in slugs],
        {SHORT[which]: [source_svg(slug, which) for slug in slugs] for which in FORMULAS},
        {SHORT[which]: [source_sentence(slug, which) for slug in slugs] for which in FORMULAS},
        label="source",
        presets=presets,
        start=slugs.index("nielsen"),
        choice="formula",
    )
