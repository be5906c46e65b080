"""HTML: templates filled in with Jinja, and pieces read and written with Beautiful Soup in the spelling in which they came."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter
from jinja2 import Environment, FileSystemLoader

STATIC = Path(__file__).parent / "static"
NOTEBOOK_ONLY = "nnlib-notebook-only"  # the class of an element, and the tag of a cell, that no page shows


class _AsWritten(HTMLFormatter):
    """Attributes in their order, <br> and not <br/>."""

    def attributes(self, tag):
        return tag.attrs.items()


_FORM = _AsWritten(EntitySubstitution.substitute_xml, void_element_close_prefix=None)
_TEMPLATES = Environment(loader=FileSystemLoader(STATIC), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def filled(name: str, **values) -> str:
    """A template of the folder `static` with its values, escaped where they are no HTML."""
    return _TEMPLATES.get_template(name).render(**values)


def parsed(text: str) -> BeautifulSoup:
    """HTML as a tree of elements."""
    return BeautifulSoup(text, "html.parser")


def written(soup: BeautifulSoup) -> str:
    """A tree of elements as HTML."""
    return soup.decode(formatter=_FORM)


def for_a_page(text: str) -> str:
    """`text` without the elements about what only a notebook can do, such as running a cell."""
    if NOTEBOOK_ONLY not in text:
        return text
    soup = parsed(text)
    for element in soup.select(f".{NOTEBOOK_ONLY}"):
        element.decompose()
    return written(soup).replace("<p></p>\n", "")
