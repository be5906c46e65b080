"""The first cells of a published notebook: three buttons, and a cell that installs nnlib only where it is missing."""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from nnlib.publish.address import Address
from nnlib.publish.markup import NOTEBOOK_ONLY

HEAD = "nnlib-head"  # the tag of both cells
_ROW = re.compile(r"(<!-- buttons -->\n).*?(<!-- /buttons -->)", re.DOTALL)


def row(address: Address, stem: str, page: str) -> str:
    """The buttons for a page of the site and for a lesson elsewhere, in Markdown; empty while nobody knows the address."""
    if not address.repository:
        return ""
    return (
        f"[Live page]({address.pages}{page}) · "
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({address.colab(stem)}) · "
        f"[![Open on Binder](https://mybinder.org/badge_logo.svg)]({address.binder(stem)})"
    )


def put_head(nb: NotebookNode, address: Address, stem: str) -> NotebookNode:
    """`nb`, changed in place, with the head that belongs to `address` below its title; with none, without a head."""
    nb.cells = [cell for cell in nb.cells if HEAD not in cell.metadata.get("tags", ())]
    if not address.repository or not nb.cells:
        return nb
    buttons = row(address, stem, page=f"{stem}.html")
    said = f"{buttons}\n\nWhere nnlib is missing, as on Colab, the next cell installs it. Elsewhere it does nothing."
    guard = 'import importlib.util\n\nif importlib.util.find_spec("nnlib") is None:'
    install = f"{guard}\n    %pip install -q --no-deps {address.install}"
    marks = {"tags": [HEAD, NOTEBOOK_ONLY]}
    nb.cells[1:1] = [
        new_markdown_cell(said, id="head-buttons", metadata=marks),
        new_code_cell(install, id="head-install", metadata=marks),
    ]
    return nb


def in_readme(text: str, address: Address, stem: str) -> str:
    """The text of the README with the buttons between its two marks: for the first page, and for a lesson to begin with."""
    buttons = row(address, stem, page="")
    return _ROW.sub(lambda found: found[1] + (buttons + "\n" if buttons else "") + found[2], text)
