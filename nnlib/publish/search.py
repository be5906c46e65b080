"""Search over all pages: their sections as data that MiniSearch reads in the browser, with no server."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from bs4 import NavigableString

from nnlib.publish.markup import parsed

HEADINGS = ("h1", "h2", "h3")
APART = {"p", "li", "td", "th", "summary", "figcaption", "code", "strong"}
QUIET = "script, style, svg, nav, header, footer, annotation, button, [aria-hidden=true]"


def sections(text: str) -> list[tuple[str, str, str]]:
    """The text of one page, cut at its headings: (id of the heading, its words, the text below it)."""
    soup = parsed(text)
    for element in soup.select(QUIET):
        element.decompose()
    found: list[list[str]] = []
    for part in soup.descendants:
        if part.name in HEADINGS:
            found.append([part.get("id", ""), "", ""])
        elif found and type(part) is NavigableString:
            place = 1 if part.find_parent(HEADINGS) else 2
            found[-1][place] += f"{part} " if part.parent.name in APART else part
    return [(name, *(re.sub(r"\s+", " ", part).strip() for part in rest)) for name, *rest in found if rest[0]]


def write_index(pages: Sequence[Path], into: Path) -> None:
    """Every section of every page, as a script that sets one variable, so that it works from a disk as well."""
    entries = [
        {"id": f"{page.name}#{name}", "page": found[0][1], "heading": heading, "text": text}
        for page in pages
        for found in [sections(page.read_text(encoding="utf-8"))]
        for name, heading, text in found
    ]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    (into / "sections.js").write_text(f"const SECTIONS = {text};\n", encoding="utf-8")
