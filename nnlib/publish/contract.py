"""The contract of a stored notebook: what nbval does not look at, so that its comparison is never empty."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator

from nbformat import NotebookNode

from nnlib.publish.buttons import HEAD
from nnlib.publish.films import VIEW
from nnlib.publish.markup import parsed

MAX_LINES, MAX_MEDIAN, MIN_COMPARED = 20, 4, 3
SHORT_LINES, SHORT_SHARE = 10, 0.9
ONE_PIECE = "one-piece"  # the tag of a cell that is read as a whole, such as a class: it is not counted among the short
SKIPS = {"nbval-skip", "NBVAL_SKIP", "skip-execution"}
IGNORES = {"nbval-ignore-output", "NBVAL_IGNORE_OUTPUT", "PYTEST_VALIDATE_IGNORE_OUTPUT"}
VISUAL = ("image/", VIEW)
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
PICTURE = re.compile(r"<(img|svg|canvas)\b")


def faults(nb: NotebookNode) -> list[str]:
    """Every breach of the contract in one stored notebook, in words; an empty list is a notebook that keeps it."""
    return [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(nb)]


def _code(nb: NotebookNode) -> list[tuple[int, NotebookNode]]:
    return [(i, cell) for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]


def _marks(cell: NotebookNode) -> set[str]:
    comments = {line.strip().lstrip("#").strip() for line in cell.source.splitlines() if line.strip().startswith("#")}
    return set(cell.metadata.get("tags", ())) | comments


def _lines(cell: NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def _shown(nb: NotebookNode) -> Iterator[tuple[int, dict, str]]:
    """(cell, data, HTML) of every output."""
    for i, cell in _code(nb):
        for output in cell.outputs:
            data = output.get("data", {})
            yield i, data, data.get("text/html", "")


def _is_visual(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return any(kind.startswith(VISUAL) for kind in data) or bool(PICTURE.search(data.get("text/html", "")))


def executed(nb: NotebookNode) -> Iterator[str]:
    """Each code cell was run, in order, from a fresh kernel: counts 1..n. nbval leaves a cell never run uncompared."""
    for number, (i, cell) in enumerate(_code(nb), 1):
        if not cell.source.strip():
            yield f"cell {i} is an empty code cell"
        elif cell.execution_count != number:
            yield f"cell {i} has execution count {cell.execution_count}, expected {number}"


def no_skips(nb: NotebookNode) -> Iterator[str]:
    """No cell asks to be left out of the run."""
    for i, cell in _code(nb):
        for mark in sorted(_marks(cell) & SKIPS):
            yield f"cell {i} carries {mark}"


def no_errors(nb: NotebookNode) -> Iterator[str]:
    """Nothing on stderr and no traceback is stored."""
    for i, cell in _code(nb):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {i} stores a traceback ({output.ename})"
            elif output.get("name") == "stderr":
                yield f"cell {i} stores stderr: {output.text[:60]!r}"


def no_stored_state(nb: NotebookNode) -> Iterator[str]:
    """No widget state in the metadata: megabytes that change at every run."""
    if "widgets" in nb.metadata:
        yield "the notebook's metadata holds widget state"


def plain_kernel(nb: NotebookNode) -> Iterator[str]:
    """The kernel everyone has, under the name everyone has, and no interpreter version that changes by machine."""
    kernel = nb.metadata.get("kernelspec", {})
    if kernel != KERNEL:
        yield f"the kernel is {kernel.get('name')!r}, shown as {kernel.get('display_name')!r}, not python3, Python 3"
    if "version" in nb.metadata.get("language_info", {}):
        yield "language_info holds the interpreter's version"


def no_silencers(nb: NotebookNode) -> Iterator[str]:
    """No trailing semicolon: it hides the value that nbval would compare."""
    for i, cell in _code(nb):
        if cell.source.rstrip().endswith(";"):
            yield f"cell {i} ends with a semicolon"


def ignored_are_pictures(nb: NotebookNode) -> Iterator[str]:
    """Only what is seen may be left uncompared: an ignored cell holds a figure or a widget."""
    for i, cell in _code(nb):
        if _marks(cell) & IGNORES and not any(_is_visual(output) for output in cell.outputs):
            yield f"cell {i} is not compared, yet shows no figure and no widget"


def compared(nb: NotebookNode) -> Iterator[str]:
    """At least three cells print something that is compared."""
    n = sum(
        any(o.output_type == "stream" or "text/plain" in o.get("data", {}) for o in cell.outputs)
        for _, cell in _code(nb)
        if not _marks(cell) & IGNORES
    )
    if n < MIN_COMPARED:
        yield f"{n} compared cells, expected at least {MIN_COMPARED}"


def short_cells(nb: NotebookNode) -> Iterator[str]:
    """Code cells of 20 lines at most; of those that are no one piece, nine in ten of up to 10, and a median of 4 at most."""
    lengths = {i: _lines(cell) for i, cell in _code(nb)}
    for i, n in lengths.items():
        if n > MAX_LINES:
            yield f"cell {i} has {n} lines, at most {MAX_LINES} are read"
    lengths = {i: n for i, n in lengths.items() if ONE_PIECE not in nb.cells[i].metadata.get("tags", ())}
    if lengths and statistics.median(lengths.values()) > MAX_MEDIAN:
        yield f"the median code cell has {statistics.median(lengths.values())} lines, expected at most {MAX_MEDIAN}"
    if lengths and sum(n <= SHORT_LINES for n in lengths.values()) < SHORT_SHARE * len(lengths):
        yield f"fewer than {SHORT_SHARE:.0%} of the code cells have up to {SHORT_LINES} lines"


def clean_code(nb: NotebookNode) -> Iterator[str]:
    """Nothing is installed but by the guarded cell at the head of a published lesson."""
    for i, cell in _code(nb):
        guarded = i == 2 and HEAD in _marks(cell) and "find_spec" in cell.source
        if not guarded and re.search(r"^\s*[!%]\s*(pip|conda|mamba|uv)\b", cell.source, re.MULTILINE):
            yield f"cell {i} installs something"


def headings_in_order(nb: NotebookNode) -> Iterator[str]:
    """One title, in the first cell, and no level left out below it."""
    levels = [(i, level, text) for i, level, text in headings(nb)]
    if not levels or levels[0][:2] != (0, 1):
        yield "the first cell does not begin with a title (# ...)"
    previous = 0
    for n, (i, level, text) in enumerate(levels):
        if level == 1 and n:
            yield f"cell {i} has a second title: {text}"
        elif level > previous + 1:
            yield f"cell {i} jumps from level {previous} to {level}: {text}"
        previous = level


def headings(nb: NotebookNode) -> list[tuple[int, int, str]]:
    """(cell, level, text) of each Markdown heading in order, fenced code left out."""
    found = []
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "markdown":
            prose = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.MULTILINE | re.DOTALL)
            found += [(i, len(m[1]), m[2]) for m in re.finditer(r"^(#{1,6})\s+(.+?)\s*#*$", prose, re.MULTILINE)]
    return found


def pictures_without_alt(html: str) -> list[str]:
    """The pictures of a piece of HTML that have no alt text or label; a drawing inside a drawing needs none."""
    shown = parsed(html).select("img:not([aria-hidden=true]), svg:not([aria-hidden=true])")
    images = [picture for picture in shown if picture.name == "img" and not picture.get("alt", "").strip()]
    drawings = [drawn for drawn in shown if drawn.name == "svg" and not drawn.find_parent("svg")]
    silent = [drawn for drawn in drawings if not drawn.get("aria-label", "").strip()]
    return ["an <img> without alt" for _ in images] + ["an <svg> without aria-label" for _ in silent]


def figures_have_alt_text(nb: NotebookNode) -> Iterator[str]:
    """Each figure says in words what it shows, and each still picture in the text as well."""
    for i, data, html in _shown(nb):
        yield from (f"cell {i} shows {fault}" for fault in pictures_without_alt(html))
        if any(kind.startswith(VISUAL) for kind in data) and not re.search(r"\b(alt|aria-label)=", html):
            yield f"cell {i} shows a picture with no description beside it"
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "markdown":
            yield from (
                f"cell {i} shows ![]({url[:40]}) with no words" for url in re.findall(r"!\[\s*\]\(([^)]*)", cell.source)
            )
            yield from (f"cell {i} shows {fault}" for fault in pictures_without_alt(cell.source) if "<img" in fault)


def shown_without_html(nb: NotebookNode) -> Iterator[str]:
    """Viewers that drop styles, drawings and folds show all: each picture is a PNG and image/png as well, no answer is folded."""
    for i, data, html in _shown(nb):
        if "<img" in html and "image/png" not in data:
            yield f"cell {i} shows a picture with no image/png beside it"
        if re.search(r'<svg\b(?![^>]*aria-hidden="true")|data:image/svg', html):
            yield f"cell {i} shows a drawing that is no PNG"
        if "<details" in html:
            yield f"cell {i} folds what some viewers show open"


def words_before_code(nb: NotebookNode) -> Iterator[str]:
    """A sentence stands before every code cell: prose, not a heading alone."""
    for i, _ in _code(nb):
        before = nb.cells[i - 1] if i else None
        prose = ""
        if before is not None and before.cell_type == "markdown":
            prose = re.sub(r"^#{1,6} .*$", "", before.source, flags=re.MULTILINE)
        if len(re.findall(r"[^\W\d_]{2,}", prose)) < 3:
            yield f"cell {i} has no sentence before it"


RULES = (
    executed, no_skips, no_errors, no_stored_state, plain_kernel, no_silencers, ignored_are_pictures, compared,
    short_cells, clean_code, headings_in_order, figures_have_alt_text, shown_without_html, words_before_code,
)  # fmt: skip
