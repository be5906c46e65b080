"""Removes from a page what only a notebook can do, such as running a cell."""

from __future__ import annotations

from html.parser import HTMLParser

NOTEBOOK_ONLY = "nnlib-notebook-only"  # the class of an element, and the tag of a cell
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Without(HTMLParser):
    """Copies HTML character by character, except for the elements of one class."""

    def __init__(self, name: str):
        super().__init__(convert_charrefs=False)
        self.name, self.depth, self.kept = name, 0, []

    def handle_starttag(self, tag, attributes):
        if self.depth or self.name in (dict(attributes).get("class") or "").split():
            self.depth += tag not in VOID
        else:
            self.kept.append(self.get_starttag_text())

    def handle_startendtag(self, tag, attributes):
        if not self.depth:
            self.kept.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        if not self.depth:
            self.kept.append(f"</{tag}>")
        self.depth -= bool(self.depth) and tag not in VOID

    def _keep(self, text: str) -> None:
        if not self.depth:
            self.kept.append(text)

    def handle_data(self, data):
        self._keep(data)

    def handle_entityref(self, name):
        self._keep(f"&{name};")

    def handle_charref(self, name):
        self._keep(f"&#{name};")

    def handle_comment(self, data):
        self._keep(f"<!--{data}-->")


def for_a_page(text: str) -> str:
    """`text` without the elements about running cells."""
    if NOTEBOOK_ONLY not in text:
        return text
    reader = _Without(NOTEBOOK_ONLY)
    reader.feed(text)
    reader.close()
    return "".join(reader.kept).replace("<p></p>\n", "")
