"""The first page: something to drag, three ways in, the question in ten lines, and a card for each lesson."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from pathlib import Path

from nnlib.publish.address import Address
from nnlib.publish.page import Page
from nnlib.publish.page_template import STATIC, TITLE, framed

_STILL = re.compile(r'<img [^>]*?src="data:image/(png|svg\+xml);base64,([^"]+)"')


def pictures(pages: Sequence[Page], into: Path) -> list[str]:
    """The first picture of each page, stored below `into`; the path of each as a page names it, empty where it has none."""
    into.mkdir(parents=True, exist_ok=True)
    paths = []
    for page in pages:
        found = _STILL.search("".join(page.stills))
        if found is None:
            paths.append("")
            continue
        name = f"card_{page.place.stem}.{'png' if found[1] == 'png' else 'svg'}"
        (into / name).write_bytes(base64.b64decode(found[2]))
        paths.append(f"images/{name}")
    return paths


def index(pages: Sequence[Page], address: Address, pictures: Sequence[str]) -> str:
    """The first page of the site."""
    opening = next((page.front or film for page in pages for film in page.films), "")
    words = (STATIC / "front.html").read_text(encoding="utf-8")
    first = pages[0].place.stem if pages else ""
    body = words.replace("<!-- film -->", opening).replace("<!-- first -->", first)
    cards = "".join(_card(page, picture) for page, picture in zip(pages, pictures))
    return framed(
        f'<article class="front">{body}<h2 id="lessons">The lessons</h2><ol class="cards">{cards}</ol></article>',
        address,
        TITLE,
        "They said: never multiply the gradient by more than 1. Drag it to 10. Short lessons on backpropagation, with "
        "sliders that answer at once, and a doctor for your own code.",
        picture=next(filter(None, pictures), ""),
        stem=first,
    )


def _card(page: Page, picture: str) -> str:
    image = f'<img src="{picture}" alt="" loading="lazy">' if picture else ""
    minutes = f" <span>{page.minutes}</span>" if page.minutes else ""
    return (
        f'<li>{image}<div><a href="{page.place.stem}.html">{html.escape(page.title)}</a>{minutes}{page.lead}</div></li>'
    )
