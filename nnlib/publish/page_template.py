"""What surrounds every page: HTML head, running head, links to other pages, foot."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nnlib.publish.address import Address
from nnlib.publish.markup import filled
from nnlib.publish.page import Page

TITLE = "Backpropagation by hand, and checked"


def framed(body: str, address: Address, title: str, description: str = "", **more) -> str:
    """One whole page. `more` may hold `where`, the running head; `contents`, the headings as (level, id, HTML); `before` and
    `after`, the pages beside it; `picture`, the path of its preview; `stem`, the lesson that Binder and Colab open;
    `python`, where Pyodide lies, on a page that runs Python."""
    return filled(
        "page.html", site=TITLE, body=Markup(body), address=address, title=title, description=description, **more
    )


def lesson_page(pages: Sequence[Page], n: int, picture: str, python: str = "") -> str:
    """Lesson `n` of all, framed, with its contents and its neighbours at both ends.

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
