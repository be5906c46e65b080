"""One executed notebook as one page: text, formulas, code, figures, and films."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nnlib.publish import contract, exercise_box, films, reference
from nnlib.publish.address import Address
from nnlib.publish.formulas import Formulas
from nnlib.publish.markup import NOTEBOOK_ONLY, STATIC, filled, for_a_page

NEEDS_KERNEL = "nnlib-needs-kernel"  # the class of a picture that stands for a widget with Python behind it
BENCH = "bench"  # the tag of the cell that shows the laboratory
FRONT = "front-page"  # the tag of the cell whose film opens the site
PICTURES = ("images/", "../nnlib/data/")  # where the pictures of the text lie; a site holds them in one folder
ANSWERS = "nnlib-explanation"  # the class of what gives a prediction's answer away
SHOWS = ("<figure", "nnlib-poster", "nnlib-question", ANSWERS)  # figures, films and questions: their code is folded


@dataclass(frozen=True)
class Place:
    """Where a lesson stands among the others and in the project: what its links are made from."""

    stem: str
    address: Address
    lessons: tuple[str, ...]  # the stems of all pages

    def link(self, target: str) -> str:
        """A link of the notebook as the page needs it: lessons become pages, other files their place in the project.

        It is empty for another file of the project while nobody knows where the project is published.
        """
        if re.match(r"[a-z][a-z0-9+.-]*:|#|//", target):
            return target
        path, _, part = target.partition("#")
        part = f"#{slug(unquote(part))}" if part else ""
        if path.endswith(".ipynb") and path.rpartition("/")[2].removesuffix(".ipynb") in self.lessons:
            return path.rpartition("/")[2].removesuffix(".ipynb") + ".html" + part
        if path == "teachers.md":
            return f"teachers.html{part}"
        if path.startswith(PICTURES):
            return f"images/{path.rpartition('/')[2]}"
        inside = path.removeprefix("../") if path.startswith("../") else f"notebooks/{path}"
        file = self.address.file(inside)
        return file and file + part


def slug(words: str) -> str:
    """The id of a heading, from its words or from the anchor that Jupyter makes of them."""
    return re.sub(r"[^\w]+", "-", re.sub("\ue000\\d+\ue001", "", words).lower()).strip("-") or "part"


class _Renderer(IPythonRenderer):
    """Markdown with its formulas marked for drawing, its links led to pages, and an id for each heading."""

    def __init__(self, place: Place, formulas: Formulas):
        super().__init__(escape=False)
        self.place, self.formulas, self.headings = place, formulas, []

    def inline_math(self, body):
        return self.formulas.mark(body, False)

    def block_math(self, body):
        return self.formulas.mark(body, True)

    def latex_environment(self, name, body):
        return self.formulas.mark(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

    def link(self, text, url, title=None):
        led = self.place.link(url)
        return super().link(text, led, title) if led else text

    def image(self, text, url, title=None):
        return super().image(text, self.place.link(url) or url, title).replace("<img ", '<img loading="lazy" ', 1)

    def heading(self, text, level, **attrs):
        words = html.unescape(re.sub(r"<[^>]+>", "", text))
        name = slug(words)
        same = sum(other == name or other.startswith(f"{name}--") for _, other, _ in self.headings)
        name = f"{name}--{same + 1}" if same else name
        self.headings.append((level, name, text))
        return f'<h{level} id="{name}">{text}</h{level}>\n'


def _only_shows(cell: NotebookNode) -> bool:
    """Does all that a cell puts out consist of figures, films and questions?"""
    shown = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    return bool(shown) and all(any(mark in text for mark in SHOWS) for text in shown)


@dataclass
class Page:
    """The parts of one page, made once from an executed notebook; `finish` draws its formulas."""

    nb: NotebookNode
    place: Place
    formulas: Formulas = field(default_factory=Formulas)

    def __post_init__(self):
        self._renderer = _Renderer(self.place, self.formulas)
        self._markdown = MarkdownWithMath(renderer=self._renderer)
        self._models = films.models_of(self.nb)
        self.films: list[str] = []  # every film of the page, to stand on another page as well
        self.front = ""  # the film of a cell tagged to open the site
        self.lesson = exercise_box.lesson_of(self.nb)
        self.exercises = 0
        self._met: set[str] = set()  # the functions whose first appearance leads to the reference
        body = "\n".join(self._cell(n, cell) for n, cell in enumerate(self.nb.cells))
        lead = self._markdown.render(self._first_paragraph)
        fill = self.formulas.draw()
        self.body, self.lead = fill(body), fill(lead)  # lead: the first paragraph below the title, for a list of pages
        self.contents = [(level, slug, fill(text)) for level, slug, text in self._renderer.headings if level in (2, 3)]

    @cached_property
    def title(self) -> str:
        """The words of the first heading."""
        found = contract.headings(self.nb)
        return found[0][2] if found else self.place.stem

    @cached_property
    def summary(self) -> str:
        """The first paragraph below the title, as words alone: w_xy for the formula of that name."""
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", self._first_paragraph)
        return re.sub(r"[*`${}]|(?<!\w)_|_(?!\w)", "", words.replace("_{", "_")).replace("\n", " ")

    @property
    def _first_paragraph(self) -> str:
        first = self.nb.cells[0].source.split("\n", 1)[-1].strip().split("\n\n")[0] if self.nb.cells else ""
        return "" if first.startswith("#") else for_a_page(first).rstrip()

    @cached_property
    def minutes(self) -> str:
        """What the first cell says of the time, as in '20 minutes'; empty where it says nothing."""
        found = re.search(r"(\d+(?:\s*(?:to|-|–)\s*\d+)?\s+minutes)", self.nb.cells[0].source if self.nb.cells else "")
        return found[1] if found else ""

    def _cell(self, n: int, cell: NotebookNode) -> str:
        tags = set(cell.metadata.get("tags", ()))
        if NOTEBOOK_ONLY in tags:
            return ""
        if cell.cell_type == "markdown":
            return f'<section class="text">\n{for_a_page(self._markdown.render(cell.source))}</section>'
        if cell.cell_type != "code":
            return ""
        check = exercise_box.check_of(cell.source)
        if check and self.lesson is not None:
            self.exercises += 1
            return exercise_box.box(check, self.lesson, exercise_box.known_before(self.nb.cells[:n]))
        if BENCH in tags:  # the widget needs a kernel, the bench in its place only Python in the page
            self.exercises += 1
            return (STATIC / "bench.html").read_text(encoding="utf-8")
        code = self._linked(highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True)), cell.source)
        code = f'<pre class="code"><code>{code}</code></pre>'
        outputs = "".join(self._output(output) for output in cell.outputs)
        if FRONT in tags and self.films:
            self.front = self.films[-1]
        if _only_shows(cell):
            code = f'<details class="folded"><summary>Code</summary>{code}</details>'
        outputs = f'<div class="outputs">{outputs}</div>' if outputs else ""
        return f'<div class="cell">{code}{outputs}</div>'

    def _linked(self, code: str, source: str) -> str:
        """Highlighted code in which each public function leads to the reference where it first appears."""
        for name, place in reference.places(source).items():
            if name not in self._met:
                self._met.add(name)
                code = code.replace(f'<span class="n">{name}</span>', f'<a href="{place}">{name}</a>', 1)
        return code

    def _output(self, output: NotebookNode) -> str:
        if output.output_type == "stream":
            return f'<pre class="printed">{html.escape(output.text)}</pre>'
        data = output.get("data", {})
        if "text/html" not in data:
            return f'<div class="shown"><pre class="printed">{html.escape(data.get("text/plain", ""))}</pre></div>'
        still = for_a_page(self._led(data["text/html"]))
        film = films.film_of(self._models, data.get(films.VIEW, {}).get("model_id"))
        if NEEDS_KERNEL in still:
            return filled("needs_kernel.html", still=still, binder=self.place.address.binder(self.place.stem))
        if film and still:
            self.films.append(f'<div class="live">{film}</div>')
            return self.films[-1]
        if ANSWERS in still:
            still = f"<details><summary>Open this when you have made your choice</summary>{still}</details>"
        return f'<div class="shown">{still}</div>' if still else ""

    def _led(self, text: str) -> str:
        """HTML that a cell has shown, with its links led to pages."""
        return re.sub(
            r'href="([^"]*)"', lambda match: f'href="{html.escape(self.place.link(html.unescape(match[1])))}"', text
        )
