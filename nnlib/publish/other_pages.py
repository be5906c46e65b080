"""Pages beside the lessons: for teachers, for people who cite, for the doctor, and the reference of public functions."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from nbformat.v4 import new_markdown_cell, new_notebook

from nnlib.publish import PublishError, pyodide_assets
from nnlib.publish.address import Address
from nnlib.publish.page import Page, Place
from nnlib.publish.page_template import STATIC, framed

PUBLIC = ("nnlib", "nnlib.data", "nnlib.rules", "nnlib.curvature", "nnlib.sweep", "nnlib.notation", "nnlib.lessons")


def pages(paths: Sequence[Path], address: Address, stems: tuple[str, ...], python: str = "") -> dict[str, str]:
    """{name: page} of the pages that are no lesson; those whose text is not there are left out.

    `python` is where the doctor's page finds Pyodide.
    """
    body = (STATIC / "doctor.html").read_text(encoding="utf-8").replace("<!-- from -->", pyodide_assets.named(python))
    said = "Paste your own backpropagation: the doctor says whether it is right and, if not, which mistake it makes."
    made = {"doctor": framed(body + pyodide_assets.script(python), address, "The gradient doctor", said)}
    root = paths[0].parent.parent if paths else Path()
    teachers, citation = root / "notebooks" / "teachers.md", root / "CITATION.cff"
    if teachers.is_file():
        text = teachers.read_text(encoding="utf-8")
        page = Page(new_notebook(cells=[new_markdown_cell(text)]), Place("teachers", address, stems))
        made["teachers"] = framed(f"<article>{page.body}</article>", address, page.title, page.summary)
    corpus = Path(__file__).parents[1] / "corpus" / "README.md"
    page = Page(
        new_notebook(cells=[new_markdown_cell(corpus.read_text(encoding="utf-8"))]), Place("corpus", address, stems)
    )
    made["corpus"] = framed(f"<article>{page.body}</article>", address, page.title, page.summary)
    if citation.is_file():
        made["cite"] = framed(_cite(citation.read_text(encoding="utf-8"), address), address, "Cite")
    return made


def _cite(text: str, address: Address) -> str:
    """The body of the page for people who cite, from CITATION.cff."""
    field = lambda name: re.search(rf"^{name}: *\"?([^\"\n]+)", text, re.MULTILINE)[1]
    title, version, date = field("title"), field("version"), field("date-released")
    author = re.search(r"name: *\"([^\"]+)\"", text)[1]
    url = f",\n  url     = {{{address.source}}}" if address.source else ""
    bib = (
        f"@software{{backprop_by_hand,\n  title   = {{{title}}},\n  author  = {{{{{author}}}}},\n  version = {{{version}}},\n"
        f"  year    = {{{date[:4]}}}{url}\n}}"
    )
    return (
        f"<article><h1>Cite</h1><p>{html.escape(author)} ({date[:4]}). <em>{html.escape(title)}</em>, version {version}.</p>"
        f'<h2 id="bibtex">BibTeX</h2><pre class="code"><code>{html.escape(bib)}</code></pre>'
        "<p>The code is under BSD-3-Clause, the lessons and texts under CC BY 4.0: use them in your own course, and say where "
        "they come from.</p></article>"
    )


def write_reference(into: Path) -> None:
    """The reference of the public functions, made from their docstrings by pdoc; raises PublishError where it fails."""
    command = [sys.executable, "-m", "pdoc", "-d", "google", "--no-show-source", "-o", str(into), *PUBLIC]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise PublishError(
            f"the reference could not be made: pip install pdoc brings what it needs\n{done.stderr[-600:]}"
        )
