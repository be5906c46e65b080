"""What code hosts show of the stored notebooks: some sanitise HTML, some take image/png instead; none runs a script."""

import base64
import html
import io
import re

import bleach
import pytest
from conftest import ROOT
from films import film
from nbconvert import HTMLExporter
from nbformat.v4 import new_output
from PIL import Image
from traitlets.config import Config

from nnlib.lessons import Lesson
from nnlib.publish import PublishError, notebooks, stored_outputs
from nnlib.show import picture
from nnlib.show.style import axes

NOTEBOOKS = pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
KEPT = {*"a b blockquote br code div em h1 h2 h3 i img li ol p pre span strong table tbody td th thead tr ul".split()}
MOST_BYTES = 1_500_000
SVG = '<svg viewBox="0 0 90 30"><rect width="{}" height="9" fill="#0072B2"/></svg>'


def sanitised(text: str) -> str:
    """HTML as a host shows it that keeps text, tables, links and images, and drops styles, drawings, scripts and folds."""
    return bleach.clean(
        text, tags=KEPT, attributes={"a": ["href"], "img": ["src", "alt"]}, protocols=["https", "data"], strip=True
    )


def outputs(path):
    return [
        (cell, output)
        for cell in notebooks.read(path).cells
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]


def images(text: str) -> list[str]:
    """The words of every PNG of a page that has words."""
    return re.findall(r'<img alt="([^"]+)"[^>]*src="data:image/png;base64,[A-Za-z0-9+/=]{100,}"', text)


@NOTEBOOKS
def test_each_picture_survives_a_sanitiser(path):
    for cell, output in outputs(path):
        shown = output.data["text/html"]
        if re.search(r"<(img|svg|canvas)\b", shown):
            left = images(sanitised(shown))
            assert left and len(left) == len(re.findall(r"<(?:img|svg|canvas)\b", shown)), cell.source


@NOTEBOOKS
def test_each_picture_lies_beside_its_html_with_its_words(path):
    for cell, output in outputs(path):
        if "<img" in output.data["text/html"]:
            assert output.metadata["image/png"]["alt"] == output.data["text/plain"], cell.source
            height = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).height
            assert 100 < height < 1500, "large enough to read"


@pytest.mark.parametrize("name", ["00_win_and_break", "14_bring_your_own", "laboratory"])
def test_a_host_that_takes_image_png_shows_every_picture(name):
    """nbconvert stands in, with the order of a host that prefers images to HTML; its own sanitiser drops all else."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    config = Config({"NbConvertBase": {"display_data_priority": ["image/png", "text/html", "text/plain"]}})
    body, _ = HTMLExporter(config=config, sanitize_html=True, template_name="classic").from_filename(str(path))
    wanted = [output for _, output in outputs(path) if "<img" in output.data["text/html"]]
    assert len(images(body)) == len(wanted) == body.count('src="data:image/png') > 0, (
        "each figure and film, with its words"
    )


@NOTEBOOKS
def test_no_answer_stands_open_below_its_question(path):
    number = re.search(r"Lesson\((\d+)\)", path.read_text(encoding="utf-8"))
    for cell, output in outputs(path):
        asked = re.search(r'\.(?:ask|predict)\("([^"]+)"\)', cell.source)
        if asked:
            question = Lesson(int(number[1])).questions[asked[1]]
            page = html.unescape(bleach.clean(output.data["text/html"], tags=set(), strip=True))
            for option in question.options:
                assert option.words in page and option.feedback not in page, cell.source


@NOTEBOOKS
def test_each_question_is_answered_further_down(path):
    """A prediction by its explanation, a quick question by the answers near the end."""
    cells = [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    told = {"ask": "answers", "predict": "explain"}
    for n, cell in enumerate(cells):
        for kind, name in re.findall(r'lesson\.(ask|predict)\("([^"]+)"\)', cell.source):
            later = re.compile(rf'lesson\.{told[kind]}\([^)]*"{name}"')
            assert any(later.search(other.source) for other in cells[n + 1 :]), f"{kind} {name}"


@NOTEBOOKS
def test_a_notebook_is_light(path):
    assert path.stat().st_size < MOST_BYTES


# ------------------------------------------------------------------ how an output is stored


def stored(shown) -> dict:
    data = {"text/plain": getattr(shown, "text", repr(shown)), "text/html": getattr(shown, "poster", "")}
    data["text/html"] = data["text/html"] or shown._repr_html_()
    output = new_output("execute_result", data=data)
    stored_outputs.as_stored(output)
    return output


def test_a_film_is_stored_as_its_still_picture():
    shown = film(list("ab"), [SVG.format(80), SVG.format(40)], ["Length 80.", "Length 40."], label="length")
    assert "svg+xml" in shown.poster
    output = stored(shown)
    assert images(output.data["text/html"]) == ["Length 80."] and "svg" not in output.data["text/html"]
    drawn = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).convert("RGB")
    assert (
        drawn.size == (144, 48) and drawn.getpixel((100, 5)) == (0, 114, 178) and drawn.getpixel((140, 5)) == (255,) * 3
    )


def test_a_figure_is_stored_with_one_picture_in_both_forms():
    ax = axes()
    ax.plot([0, 1], [1, 0])
    output = stored(picture(ax, "C falls from 1 to 0."))
    assert output.data["image/png"] in output.data["text/html"]
    assert output.metadata["image/png"]["alt"] == output.data["text/plain"] == "C falls from 1 to 0."


def test_letters_of_a_drawing_are_drawn():
    """A font that is not found leaves no error and no letters."""
    letters = SVG.format(1).replace("</svg>", '<text x="20" y="25" font-family="sans-serif">∂C</text></svg>')
    shown = film(["a"], [letters], ["A letter."], label="x")
    drawn = (
        Image.open(io.BytesIO(base64.b64decode(stored(shown).data["image/png"]))).convert("L").crop((30, 20, 144, 48))
    )
    assert drawn.getextrema()[0] < 50


def test_drawings_over_a_style_sheets_background_are_one_picture_below_the_other():
    blue = picture(axes(2, 1.5).figure, "x").body.split('src="')[1][:-2]
    sheet = f"<style>svg.k{{background:#fff url({blue}) 0 0/100%}} p{{color:red}}</style>"
    inner = '<svg class="k" aria-label="One." viewBox="0 0 90 30"><svg x="1"><path/></svg><svg x="2"></svg></svg>'
    output = new_output("execute_result", data={"text/plain": "Both.", "text/html": f"{sheet}{inner * 2}<p>Words</p>"})
    stored_outputs.as_stored(output)
    text = output.data["text/html"]
    assert images(text) == ["One.", "One."] and "svg" not in text and '<p style="color:red;">Words</p>' in text
    assert Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).size == (144, 96)


def test_an_output_without_a_picture_or_html_stays_as_it_is():
    for data in ({"text/plain": "2"}, {"text/plain": "2", "text/html": "<b>it's 2<br></b>"}):
        output = new_output("execute_result", data=dict(data))
        stored_outputs.as_stored(output)
        assert output.data == data and not output.metadata


def test_where_resvg_is_missing_storing_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    with pytest.raises(PublishError, match="pip install resvg-py"):
        stored(film(["a"], [SVG.format(9)], ["Nine."], label="x"))
