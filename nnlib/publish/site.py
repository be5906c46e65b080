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
    notebooks,
    packages,
    pages,
    pyodide_assets,
    reference,
    search,
)
from nnlib.publish.markup import STATIC
from nnlib.publish.page import PICTURES, Page, Place

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
    beside = out.with_name(f".{out.name}-being-built")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        _assets(beside / "assets")
        python = pyodide_assets.assets(beside / "assets", pyodide)
        written = _write_pages(paths, beside, place, run or _run, python)
        reference.write(beside / "reference")
        search.write_index(written, beside / "assets")
        (beside / ".nojekyll").touch()
        shutil.rmtree(out, ignore_errors=True)
        os.replace(beside, out)
    except OSError as fault:
        raise PublishError(f"the site could not be written to {out}: {fault}") from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [out / page.relative_to(beside) for page in written]


def _run(path: Path):
    return notebooks.execute(notebooks.read(path), path.parent, keep_state=True)


def _write_pages(paths: Sequence[Path], into: Path, place: address.Address, run: Callable, python: str) -> list[Path]:
    """Every page and the pictures that they show; returns their paths, index first."""
    stems = tuple(path.stem for path in paths)
    lessons = []
    for path in paths:
        print(f"{path.stem} ...", end=" ", flush=True)
        start = time.perf_counter()
        lessons.append(Page(run(path), Place(path.stem, place, stems)))
        print(f"{time.perf_counter() - start:.1f} s", flush=True)
    (into / "images").mkdir()
    for folder in {path.parent / part for path in paths for part in PICTURES}:
        for picture in [*folder.glob("*.png"), *folder.glob("*.svg")]:
            shutil.copy(picture, into / "images")
    pictures = pages.card_pictures(paths, into / "images")
    texts = {"index": pages.front_page(lessons, place, pictures)}
    for n, stem in enumerate(stems):
        texts[stem] = pages.lesson_page(lessons, n, pictures[n], python)
    texts |= pages.other_pages(paths, place, stems, python)
    return [_write(into / f"{name}.html", text) for name, text in texts.items()]


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
