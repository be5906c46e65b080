"""Pages beside the lessons: for teachers, for people who cite, the doctor and the search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from nnlib.publish.address import Address
from nnlib.publish.markup import filled
from nnlib.publish.page import Page, Place
from nnlib.publish.page_template import framed


def pages(paths: Sequence[Path], address: Address, stems: tuple[str, ...], python: str = "") -> dict[str, str]:
    """{name: page} of the pages that are no lesson; those whose text is not there are left out.

    `python` is where the doctor's page finds Pyodide.
    """
    body = filled("doctor.html", python=python)
    said = "Paste your own backpropagation: the doctor says whether it is right and, if not, which mistake it makes."
    made = {"doctor": framed(body, address, "The gradient doctor", said, python=python)}
    root = paths[0].parent.parent if paths else Path()
    texts = {
        "teachers": root / "notebooks" / "teachers.md",
        "corpus": Path(__file__).parents[1] / "corpus" / "README.md",
    }
    for name, path in texts.items():
        if path.is_file():
            nb = new_notebook(cells=[new_markdown_cell(path.read_text(encoding="utf-8"))])
            page = Page(nb, Place(name, address, stems))
            made[name] = framed(f"<article>{page.body}</article>", address, page.title, page.summary)
    citation = root / "CITATION.cff"
    if citation.is_file():
        cited = yaml.safe_load(citation.read_text(encoding="utf-8"))
        made["cite"] = framed(filled("cite.html", cited=cited, source=address.source), address, "Cite")
    return made | {"search": framed(filled("search.html"), address, "Search")}
