"""The static site: every lesson as a page whose sliders work with no kernel, no server and no other host."""

from __future__ import annotations

import gzip
import html
import os
import re
import shutil
import string
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from nnlib.publish import PublishError, formulas, notebooks, packages
from nnlib.publish.page import Page, Place

STATIC = Path(__file__).parent / "static"
PLACEHOLDER = "OWNER/backprop-by-hand"  # as in the README
TITLE = "Backpropagation by hand, checked"
MOST_BYTES = 3_000_000
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Ccircle cx='4' cy='4' r='3' fill='%230072b2'/%3E%3C/svg%3E"
)


def repository_of(folder: Path) -> str:
    """owner/name of the project: from the workflow that publishes it, else from its git remote, else a placeholder."""
    if os.environ.get("GITHUB_REPOSITORY"):
        return os.environ["GITHUB_REPOSITORY"]
    git = shutil.which("git")
    if git:
        done = subprocess.run([git, "remote", "get-url", "origin"], cwd=folder, capture_output=True, text=True)
        found = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", done.stdout.strip())
        if found:
            return found[1]
    return PLACEHOLDER


def build(paths: Sequence[Path], out: Path, repository: str | None = None) -> list[Path]:
    """Run each notebook and write the site to `out`; returns the pages, index first. Prints seconds and bytes of each.

    Raises PublishError where npm or node is missing, a cell or a formula fails, `out` holds something else, or cannot be
    written to. The folder appears only when all pages are done.
    """
    for name in ("node", "npm"):
        packages.program(name)
    if out.exists() and any(out.iterdir()) and not (out / "assets" / "site.js").exists():
        raise PublishError(f"{out} holds files that are no site of ours; name an empty or a new folder")
    place = repository or repository_of(paths[0].parent)
    stems = tuple(path.stem for path in paths)
    beside = out.with_name(f".{out.name}-being-built")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        _assets(beside / "assets")
        pages = []
        for path in paths:
            print(f"{path.stem} ...", end=" ", flush=True)
            start = time.perf_counter()
            nb = notebooks.execute(notebooks.read(path), path.parent, keep_state=True)
            pages.append(Page(nb, Place(path.stem, place, stems)))
            print(f"{time.perf_counter() - start:.1f} s", flush=True)
        for images in {path.parent / "images" for path in paths}:
            if images.is_dir():
                shutil.copytree(images, beside / "images", dirs_exist_ok=True)
        written = [_write(beside / "index.html", _index(pages, place, _face(beside / "images" / "face.svg")))]
        written += [_write(beside / f"{page.place.stem}.html", _lesson(pages, n)) for n, page in enumerate(pages)]
        (beside / ".nojekyll").touch()
        shutil.rmtree(out, ignore_errors=True)
        os.replace(beside, out)
    except OSError as fault:
        raise PublishError(f"the site could not be written to {out}: {fault}") from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [out / page.relative_to(beside) for page in written]


def _assets(into: Path) -> None:
    into.mkdir(parents=True)
    for name in ("site.css", "site.js"):
        shutil.copy(STATIC / name, into)
    formulas.copy_style(into / "katex")


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    size = len(gzip.compress(text.encode(), 9))
    print(f"  {path.name}: {size / 1e6:.2f} MB compressed", flush=True)
    if size > MOST_BYTES:
        raise PublishError(
            f"{path.name} has {size / 1e6:.2f} MB compressed, at most {MOST_BYTES / 1e6:g} MB; use lighter frames"
        )
    return path


def _framed(**parts: str) -> str:
    template = string.Template((STATIC / "page.html").read_text(encoding="utf-8"))
    return template.substitute(site=html.escape(TITLE), icon=ICON, **parts)


def _lesson(pages: Sequence[Page], n: int) -> str:
    page = pages[n]
    before, after = pages[n - 1] if n else None, pages[n + 1] if n + 1 < len(pages) else None
    steps = "".join(
        f'<a rel="{rel}" href="{other.place.stem}.html">{arrow.format(html.escape(other.title))}</a>'
        for other, rel, arrow in ((before, "prev", "← {}"), (after, "next", "{} →"))
        if other
    )
    entries = "".join(
        f'<li class="level{level}"><a href="#{slug}">{text}</a></li>' for level, slug, text in page.contents
    )
    return _framed(
        title=f"{html.escape(page.title)} · {html.escape(TITLE)}",
        description=html.escape(page.summary),
        contents=f'<nav class="contents" aria-label="On this page"><details open><summary>On this page</summary>'
        f"<ol>{entries}</ol></details></nav>" if entries else "",
        body=f"<article>{page.body}</article>",
        steps=f'<nav class="steps" aria-label="Lessons before and after">{steps}</nav>' if steps else "",
        binder=html.escape(page.place.binder),
    )  # fmt: skip


def _face(path: Path) -> str:
    """The picture of the series with the words that stand in it as its label."""
    if not path.exists():
        return ""
    words = re.search(r'aria-label="([^"]+)"', path.read_text(encoding="utf-8"))
    words = words[1] if words else "A small network: numbers run forward, and the gradient runs back."
    return f'<img class="face" src="images/face.svg" alt="{words}">'


def _index(pages: Sequence[Page], repository: str, face: str) -> str:
    rows = "".join(
        f'<li><a href="{page.place.stem}.html">{html.escape(page.title)}</a>'
        f"{f' <span>{page.minutes}</span>' if page.minutes else ''}{page.lead}</li>"
        for page in pages
    )
    return _framed(
        title=html.escape(TITLE),
        description="Eleven short lessons on backpropagation, with sliders that answer at once.",
        contents="",
        body=f"<article><h1>{html.escape(TITLE)}</h1>{face}"
        "<p>Short lessons on how a neural network learns. Every formula is derived, every number on these pages is computed, "
        "and every gradient is checked. The sliders work here as they are: drag them, or use the arrow keys. To change the "
        'code as well, open a lesson on Binder from the foot of its page.</p>'
        f'<h2 id="lessons">The lessons</h2><ol class="lessons">{rows}</ol></article>',
        steps="",
        binder=html.escape(Place(pages[0].place.stem, repository, ()).binder),
    )  # fmt: skip
