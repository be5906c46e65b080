"""The pages of the site in their frame: the first page, the lessons, and those for teachers, citation, doctor and search."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import yaml
from markupsafe import Markup
from nbformat.v4 import new_markdown_cell, new_notebook

from nnlib.publish import notebooks
from nnlib.publish.address import Address
from nnlib.publish.markup import filled
from nnlib.publish.page import Page, Place

TITLE = "Backpropagation by hand, and checked"
DESCRIPTION = (
    "They said: never multiply the gradient by more than 1. Drag it to 10. Short lessons on backpropagation, with "
    "sliders that answer at once, and a doctor for your own code."
)
DOCTOR = "Paste your own backpropagation: the doctor says whether it is right and, if not, which mistake it makes."


def framed(body: str, address: Address, title: str, description: str = "", **more) -> str:
    """One whole page. `more` may hold `where`, the running head; `contents`, the headings as (level, id, HTML); `before` and
    `after`, the pages beside it; `picture`, the path of its preview; `stem`, the lesson that Binder and Colab open;
    `python`, where Pyodide lies, on a page that runs Python."""
    return filled(
        "page.html", site=TITLE, body=Markup(body), address=address, title=title, description=description, **more
    )


def card_pictures(paths: Sequence[Path], into: Path) -> list[str]:
    """The first picture of each stored notebook, copied to `into`; its path as a page names it, empty where there is none."""
    named = []
    for path in paths:
        outputs = [output for cell in notebooks.read(path).cells for output in cell.get("outputs", ())]
        found = next((o.data["image/png"] for o in outputs if "image/png" in o.get("data", {})), None)
        named.append(f"images/card_{path.stem}.png" if found else "")
        if found:
            (into / f"card_{path.stem}.png").write_bytes(base64.b64decode(found))
    return named


def front_page(pages: Sequence[Page], address: Address, pictures: Sequence[str]) -> str:
    """The first page: a film to drag, three ways in, the question, and a card with its picture for each lesson."""
    film = next((page.front or film for page in pages for film in page.films), "")
    first = pages[0].place.stem if pages else ""
    body = filled("front.html", film=film, first=first, cards=list(zip(pages, pictures)))
    return framed(body, address, TITLE, DESCRIPTION, picture=next(filter(None, pictures), ""), stem=first)


def lesson_page(pages: Sequence[Page], n: int, picture: str, python: str = "") -> str:
    """Lesson `n` of all, with its contents and its neighbours at both ends.

    `picture` is the path of its preview, `python` the place of Pyodide, with which its exercises work.
    """
    page = pages[n]
    return framed(
        f"<article>{page.body}</article>",
        page.place.address,
        page.title,
        page.summary,
        where=f"{n + 1} of {len(pages)}: {page.title}",
        contents=page.contents,
        before=pages[n - 1] if n else None,
        after=pages[n + 1] if n + 1 < len(pages) else None,
        picture=picture,
        stem=page.place.stem,
        python=python if page.exercises else "",
    )


def other_pages(paths: Sequence[Path], address: Address, stems: tuple[str, ...], python: str = "") -> dict[str, str]:
    """{name: page} of the pages that are no lesson; those whose text is not there are left out.

    `python` is where the doctor's page finds Pyodide.
    """
    doctor = filled("doctor.html", python=python)
    made = {"doctor": framed(doctor, address, "The gradient doctor", DOCTOR, python=python)}
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
