"""One formula in our letters and in another book's, with what the letters of the book mean."""

from __future__ import annotations

from nnlib.notation import FORMULAS, SOURCES, formula
from nnlib.show.formula_picture import formula_image
from nnlib.show.scene import Scene
from nnlib.show.style import FAINT
from nnlib.show.svg import element, sheet, words, written

SHORT = {
    "forward": "forward",
    "db_last": "last bias",
    "dw_last": "last weight",
    "da_last": "last but one activation",
    "db": "bias",
    "dw": "weight",
    "da": "activation",
}


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
    lines = [words(12, 216 + 19 * k, fact, size=14) for k, fact in enumerate(facts)]
    return sheet(
        640, 290, words(12, 22, f"Ours: {FORMULAS[which]}", FAINT, 14), _image(formula("ours", which), 30),
        words(12, 116, row.name, FAINT, 14), _image(formula(slug, which), 124), *lines,
    )  # fmt: skip


def _image(latex, top):
    address, width, height = formula_image(latex)
    shrink = min(1.0, 610 / width)  # a long formula is drawn smaller rather than cut off
    width, height = width * shrink, height * shrink
    return element("image", href=address, x=14, y=top + 30 - height / 2, width=width, height=height)


def source_sentence(slug: str, which: str) -> str:
    """What the drawing of one formula shows, in words."""
    row = SOURCES[slug]
    same = "the same matrix as ours" if not row.transposed else "our matrix transposed"
    return f"{FORMULAS[which].capitalize()}, in {row.name}: W is {same}, c = {row.factor_text}."


def source_scene() -> Scene:
    """The sources, each by its short name, and a reel for each formula: in any book's letters, beside ours (lesson 1)."""
    rows = {SHORT[which]: [(slug, which) for slug in SOURCES] for which in FORMULAS}
    name = lambda slug: SOURCES[slug].name.split(",")[0]
    presets = {"Nielsen": "nielsen", "Bishop": "bishop", "PyTorch": "pytorch"}
    return Scene(
        None, source_svg, source_sentence, rows, "source", name, choice="formula", presets=presets, start="nielsen"
    )
