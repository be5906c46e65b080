"""The static site: every lesson as a page whose sliders work with no kernel, no server and no other host."""

from __future__ import annotations

import gzip
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nnlib.publish import (
    PublishError,
    address,
    formulas,
    front_page,
    notebooks,
    other_pages,
    packages,
    pyodide_assets,
    search,
)
from nnlib.publish.page import PICTURES, Page, Place
from nnlib.publish.page_template import STATIC, framed, lesson_page

MOST_BYTES = 1_500_000


def build(
    paths: Sequence[Path],
    out: Path,
    repository: str | None = None,
    pyodide: str | None = None,
    run: Callable | None = None,
) -> list[Path]:
    """Run each notebook and write the site to `out`; returns the pages, index first. Prints seconds and bytes of each.

    Raises PublishError where npm or node is missing, a cell or a formula fails, `out` holds something else, or cannot be
    written to. The folder appears only when all pages are done. `pyodide` is where pages find Python: see pyodide_assets.
    run(path) may give notebooks that are executed already, with the state of their widgets.
    """
    for name in ("node", "npm"):
        packages.program(name)
    if out.exists() and any(out.iterdir()) and not (out / "assets" / "site.js").exists():
        raise PublishError(f"{out} holds files that are no site of ours; name an empty or a new folder")
    place = address.Address(repository) if repository else address.found(paths[0].parent if paths else Path())
    stems = tuple(path.stem for path in paths)
    beside = out.with_name(f".{out.name}-being-built")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        _assets(beside / "assets")
        python = pyodide_assets.assets(beside / "assets", pyodide)
        pages = []
        for path in paths:
            print(f"{path.stem} ...", end=" ", flush=True)
            start = time.perf_counter()
            nb = run(path) if run else notebooks.execute(notebooks.read(path), path.parent, keep_state=True)
            pages.append(Page(nb, Place(path.stem, place, stems)))
            print(f"{time.perf_counter() - start:.1f} s", flush=True)
        (beside / "images").mkdir()
        for folder in {path.parent / part for path in paths for part in PICTURES}:
            for picture in sorted([*folder.glob("*.png"), *folder.glob("*.svg")]):
                shutil.copy(picture, beside / "images")
        pictures = front_page.pictures(pages, beside / "images")
        written = [_write(beside / "index.html", front_page.index(pages, place, pictures))]
        written += [
            _write(
                beside / f"{page.place.stem}.html", lesson_page(pages, n, pictures[n], pyodide_assets.script(python))
            )
            for n, page in enumerate(pages)
        ]
        written += [
            _write(beside / f"{name}.html", text)
            for name, text in other_pages.pages(paths, place, stems, python).items()
        ]
        written.append(_write(beside / "search.html", framed(search.page(), place, "Search")))
        other_pages.write_reference(beside / "reference")
        search.write_index(written, beside / "assets")
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
    for name in ("site.css", "site.js", "search.js"):
        shutil.copy(STATIC / name, into)
    shutil.copy(packages.folder_of("minisearch") / "dist" / "umd" / "index.js", into / "minisearch.js")
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
