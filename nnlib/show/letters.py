"""Symbols with their indices as one line of text, for drawings and sentences: w₁₂⁽¹⁾."""

from __future__ import annotations

import re

_BELOW = str.maketrans("0123456789ijknx", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₓ")
_ABOVE = str.maketrans("0123456789()i", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ⁱ")


def letter(name: str, below: str, layer: int) -> str:
    """A symbol as one line of text, for drawings: letter("w", "12", 1) is w₁₂⁽¹⁾."""
    return f"{name}{below.translate(_BELOW)}{f'({layer})'.translate(_ABOVE)}"


def written(formula: str) -> str:
    """A formula as it stands in a book: written("(1/n) sum_i (y_i - t_i)^2") is (1/n) Σᵢ (yᵢ − tᵢ)², z_1^(2) is z₁⁽²⁾."""
    raised = re.sub(r"\^(2|\([12i]\))", lambda found: found[1].translate(_ABOVE), formula.replace("sum_", "Σ_"))
    lowered = re.sub(r"_([0-9]+|[0ijknx]+)(?![A-Za-z0-9])", lambda found: found[1].translate(_BELOW), raised)
    return lowered.replace(" - ", " − ")
