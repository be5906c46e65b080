"""Drawings as SVG text: elements, words, the sheet that they stand on, and symbols with their indices in one line."""

from __future__ import annotations

import html
import re

from nnlib.show.style import PAPER, TEXT

FONT = "DejaVu Sans, Verdana, sans-serif"
_BELOW = str.maketrans("0123456789ijknx", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₓ")
_ABOVE = str.maketrans("0123456789()i", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ⁱ")


def element(kind: str, *body: str, **attributes) -> str:
    """One element: `stroke_width` is written stroke-width, floats have two decimals at most, and None is left out."""
    written = "".join(
        f' {name.strip("_").replace("_", "-")}="{f"{round(value, 2):g}" if isinstance(value, float) else value}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{kind}{written}>{''.join(body)}</{kind}>" if body else f"<{kind}{written}/>"


def words(x, y, text: str, colour=TEXT, size=13, anchor="start", bold=False, halo: float | None = None) -> str:
    """Words at a point; a `halo` of paper, so many pixels wide, keeps them clear of what lies behind. No words are nothing."""
    if not text:
        return ""
    around = {"stroke": PAPER, "stroke_width": halo, "stroke_linejoin": "round", "paint_order": "stroke"}
    return element(
        "text", html.escape(text), x=x, y=y, font_size=size, text_anchor=anchor, fill=colour,
        font_weight="bold" if bold else None, **(around if halo else {}),
    )  # fmt: skip


def rect(x, y, width, height, fill=PAPER, stroke=None, stroke_width=None, rx=None) -> str:
    """A rectangle whose upper left corner is (x, y)."""
    return element(
        "rect", x=x, y=y, width=width, height=height, fill=fill, stroke=stroke, stroke_width=stroke_width, rx=rx
    )


def sheet(width: float, height: float, *parts: str, left: float = 0, paper: bool = True) -> str:
    """A whole drawing, `width` units wide from `left` on; without paper it may lie over another."""
    look = f"{f'background:{PAPER};' * paper}width:100%;max-width:{width}px;height:auto"
    return element("svg", *parts, viewBox=f"{left} 0 {width} {height}", style=look, font_family=FONT)


def letter(name: str, below: str, layer: int) -> str:
    """A symbol as one line of text, for drawings: letter("w", "12", 1) is w₁₂⁽¹⁾."""
    return f"{name}{below.translate(_BELOW)}{f'({layer})'.translate(_ABOVE)}"


def written(formula: str) -> str:
    """A formula as it stands in a book: written("(1/n) sum_i (y_i - t_i)^2") is (1/n) Σᵢ (yᵢ − tᵢ)², z_1^(2) is z₁⁽²⁾."""
    raised = re.sub(r"\^(2|\([12i]\))", lambda found: found[1].translate(_ABOVE), formula.replace("sum_", "Σ_"))
    lowered = re.sub(r"_([0-9]+|[0ijknx]+)(?![A-Za-z0-9])", lambda found: found[1].translate(_BELOW), raised)
    return lowered.replace(" - ", " − ")
