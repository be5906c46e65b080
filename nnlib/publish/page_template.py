"""What surrounds every page: HTML head, running head, links to other pages, foot."""

from __future__ import annotations

import html
import string
from collections.abc import Sequence
from pathlib import Path

from nnlib.publish.address import Address
from nnlib.publish.page import Page

STATIC = Path(__file__).parent / "static"
TITLE = "Backpropagation by hand, checked"
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Ccircle cx='4' cy='4' r='3' fill='%230072b2'/%3E%3C/svg%3E"
)


def framed(
    body: str,
    address: Address,
    title: str,
    description: str = "",
    *,
    where: str = "",
    contents: str = "",
    steps: str = "",
    picture: str = "",
    stem: str = "",
) -> str:
    """One whole page. `where` is the running head, `steps` the links to the pages before and after, `picture` the
    path of its preview, `stem` the lesson that the buttons for Binder and Colab open."""
    template = string.Template((STATIC / "page.html").read_text(encoding="utf-8"))
    whole = html.escape(title if title == TITLE else f"{title} · {TITLE}")
    return template.substitute(
        site=html.escape(TITLE),
        icon=ICON,
        title=whole,
        description=html.escape(description or title),
        preview=_preview(whole, description or title, address, picture),
        where=f'<span class="where">{where}</span>' if where else "",
        contents=contents,
        body=body,
        steps=steps,
        project=_project(address, stem),
    )


def _preview(title: str, description: str, address: Address, picture: str) -> str:
    """The tags that give a shared link its title, its sentence and, where the site's own address is known, a picture."""
    tags = {"og:type": "article", "og:title": title, "og:description": html.escape(description)}
    if picture and address.pages:
        tags |= {"og:image": html.escape(address.pages + picture), "twitter:card": "summary_large_image"}
    return "\n".join(f'<meta property="{name}" content="{text}">' for name, text in tags.items())


def _project(address: Address, stem: str) -> str:
    """The links of the foot into the project; nothing while nobody knows where it is published."""
    links = {
        "Open on Binder (its first start can take minutes)": address.binder(stem) if stem else "",
        "Open on Colab": address.colab(stem) if stem else "",
        "Source": address.source,
        "Report a mistake": address.issues,
    }
    shown = [f'<a href="{html.escape(url)}">{words}</a>' for words, url in links.items() if url]
    return f"<p>{' · '.join(shown)}</p>" if shown else ""


def lesson_page(pages: Sequence[Page], n: int, picture: str, python: str = "") -> str:
    """Lesson `n` of all, framed, with its contents and its neighbours at both ends.

    `picture` is the path of its preview, `python` the script that makes its exercises work.
    """
    page = pages[n]
    steps = _steps(pages, n)
    entries = "".join(
        f'<li class="level{level}"><a href="#{slug}">{text}</a></li>' for level, slug, text in page.contents
    )
    return framed(
        f"<article>{page.body}</article>{python if page.exercises else ''}",
        page.place.address,
        page.title,
        page.summary,
        where=f"{n + 1} of {len(pages)}: {html.escape(page.title)}",
        contents=f'<nav class="contents" aria-label="On this page"><details open><summary>On this page</summary>'
        f"<ol>{entries}</ol></details></nav>" if entries else "",
        steps=steps,
        picture=picture,
        stem=page.place.stem,
    )  # fmt: skip


def _steps(pages: Sequence[Page], n: int) -> str:
    """Links to the lessons before and after."""
    before, after = pages[n - 1] if n else None, pages[n + 1] if n + 1 < len(pages) else None
    links = "".join(
        f'<a rel="{rel}" href="{other.place.stem}.html">{arrow.format(html.escape(other.title))}</a>'
        for other, rel, arrow in ((before, "prev", "← {}"), (after, "next", "{} →"))
        if other
    )
    return links
