"""Other books' notations as code: their layouts, costs, formulas and rates, converted to ours and back."""

from nnlib.notation.card import card
from nnlib.notation.formulas import FORMULAS, formula
from nnlib.notation.sources import ALIASES, SOURCES, Source, source
from nnlib.notation.translate import Arrays, from_source, rate_from_ours, rate_to_ours, shape_here, to_source

__all__ = [
    "ALIASES", "Arrays", "FORMULAS", "SOURCES", "Source", "card", "formula", "from_source", "rate_from_ours", "rate_to_ours",
    "shape_here", "source", "to_source",
]  # fmt: skip
