"""Search over all pages: their sections as data that MiniSearch reads in the browser, with no server."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

APART = {"p", "li", "td", "th", "summary", "figcaption", "code", "strong"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
QUIET = {"script", "style", "svg", "nav", "header", "footer", "annotation", "button"}


class _Sections(HTMLParser):
    """The text of a page, cut at its headings: [(id of the heading, its words, the text below it)]."""

    def __init__(self):
        super().__init__()
        self.found: list[list[str]] = [["", "", ""]]
        self.open: list[tuple[str, bool]] = []  # the elements around this place, and whether each is kept out
        self.heading = False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag not in VOID:
            self.open.append((tag, tag in QUIET or given.get("aria-hidden") == "true"))
        if tag in ("h1", "h2", "h3"):
            self.found.append([given.get("id") or "", "", ""])
            self.heading = True

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass
        self.heading = self.heading and tag not in ("h1", "h2", "h3")

    def handle_data(self, data):
        if not any(quiet for _, quiet in self.open):
            self.found[-1][1 if self.heading else 2] += f"{data} " if self.open and self.open[-1][0] in APART else data


def sections(text: str) -> list[tuple[str, str, str]]:
    """The sections of one page that have a heading."""
    reader = _Sections()
    reader.feed(text)
    return [(name, *(re.sub(r"\s+", " ", part).strip() for part in rest)) for name, *rest in reader.found if rest[0]]


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
