"""The first page: something to drag, three ways in, the question in ten lines, and a card for each lesson."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from nnlib.publish import notebooks
from nnlib.publish.address import Address
from nnlib.publish.markup import filled
from nnlib.publish.page import Page
from nnlib.publish.page_template import TITLE, framed

DESCRIPTION = (
    "They said: never multiply the gradient by more than 1. Drag it to 10. Short lessons on backpropagation, with "
    "sliders that answer at once, and a doctor for your own code."
)


def pictures(paths: Sequence[Path], into: Path) -> list[str]:
    """The first picture of each stored notebook, copied to `into`; its path as a page names it, empty where there is none."""
    named = []
    for path in paths:
        outputs = [output for cell in notebooks.read(path).cells for output in cell.get("outputs", ())]
        found = next((o.data["image/png"] for o in outputs if "image/png" in o.get("data", {})), None)
        named.append(f"images/card_{path.stem}.png" if found else "")
        if found:
            (into / f"card_{path.stem}.png").write_bytes(base64.b64decode(found))
    return named


def index(pages: Sequence[Page], address: Address, pictures: Sequence[str]) -> str:
    """The first page of the site."""
    film = next((page.front or film for page in pages for film in page.films), "")
    first = pages[0].place.stem if pages else ""
    body = filled("front.html", film=film, first=first, cards=list(zip(pages, pictures)))
    return framed(body, address, TITLE, DESCRIPTION, picture=next(filter(None, pictures), ""), stem=first)
