"""The forward pass and the question's six formulas, in every source's own symbols, as LaTeX."""

from __future__ import annotations

import re

from nnlib import checks
from nnlib.notation.sources import Source, source

# The key of each formula, and what it states. The six are of one sample, in the order of the question (lesson 4).
FORMULAS = {
    "forward": "from the activations of one layer to those of the next",
    "db_last": "the slope for a bias of the last layer",
    "dw_last": "the slope for a weight of the last layer",
    "da_last": "the slope for an activation of the layer before the last",
    "db": "the slope for a bias of an earlier layer",
    "dw": "the slope for a weight of an earlier layer",
    "da": "the slope for an activation of the layer before that",
}


def formula(name: str | Source, which: str) -> str:
    r"""One formula in a source's symbols, as LaTeX without dollar signs (lesson 1); `which` is a key of FORMULAS.

    Raises ValueError for an unknown source or formula, with the names to choose from.
    """
    row = source(name)
    checks.one_of("which", which, FORMULAS)
    cost = row.formulas["cost_of_one"]
    text = re.sub(r"<([^<>]*)>", lambda found: rf"\frac{{\partial {cost}}}{{\partial {found[1]}}}", row.formulas[which])
    text = re.sub(r"!(\\[a-zA-Z]+)", r"\\boldsymbol{\1}", text)
    return re.sub(r"!([a-zA-Z])", r"\\mathbf{\1}", text)
