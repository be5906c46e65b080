"""Every lesson in a real JupyterLab: opened, run, each control moved by keyboard and by mouse, the console listened to."""

import nbformat
import pytest
from chromium import missing, running
from conftest import ROOT, leave_out
from jupyterlab import Visit, copy_notebooks, serving
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

# What needs a kernel: the laboratory, lesson 9's map to zoom into, and radio buttons. Films answer in the browser, so the
# pages of tests/browser/test_site.py try those of every lesson.
LESSONS = ["00_win_and_break.ipynb", "09_go_beyond_the_bowl.ipynb", "laboratory.ipynb"]
pytestmark = pytest.mark.full
FILM = """from nnlib.show import Scene
box = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="{}" height="20"/></svg>'
rows = list(zip("abcdef", range(6)))
scene = Scene(None, lambda letter, k: box.format(9 * k), lambda letter, k: f"The bar is {k + 1} long.", rows, "length")
scene.film({"short": "a", "long": "f"})"""
DEAD = """import ipywidgets as w
w.VBox([w.IntSlider(description="dead"), w.HTML("<svg width=40 height=40><circle r=9 /></svg>")])"""
PLANTED = {  # a defective notebook: what the visit must say of it
    "a slider linked to nothing": (DEAD, "by keyboard: the pictures did not change"),
    "a cell that raises": ("1 / 0", "output: "),
    "a warning": ("import warnings\nwarnings.warn('planted')", "output: "),
    "a box that is too wide": (
        "import ipywidgets as w\nw.VBox([w.HTML('wide', layout={'width': '100%'})])",
        "an output is 4 pixels too wide",
    ),
    "an error in the console": (
        "from IPython.display import Javascript\nJavascript(\"console.error('planted')\")",
        "console: planted",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("lab") / "notebooks"
    copy_notebooks(ROOT / "notebooks", place)
    for name, code in {"film": FILM, **{name: code for name, (code, _) in PLANTED.items()}}.items():
        cells = [new_markdown_cell(f"# {name}"), new_code_cell(code)]
        nb = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
        nbformat.write(nb, place / f"try-{name.replace(' ', '-')}.ipynb")
    return place


@pytest.fixture(scope="module")
def lab(folder, request):
    if missing():
        leave_out(request.config, "the lessons in a real JupyterLab", missing())
    with serving(folder, folder.parent) as address, running() as browser:
        yield lambda name: Visit(browser, address, name)


@pytest.mark.parametrize("name", LESSONS)
def test_lesson(lab, name):
    with lab(name) as visit:
        visit.run_all()
        said = visit.faults()
        assert not said, "\n".join(said)


def test_what_is_stored_is_shown_as_html_with_its_words_before_anything_runs(lab):
    """JupyterLab prefers the HTML of an output to the image/png beside it, also in a notebook that is not trusted."""
    with lab(LESSONS[0]) as visit:
        poster = visit.page.locator(".jp-OutputArea-output").first
        assert poster.locator("img").get_attribute("alt") == "After 50 steps the cost is 0.109."
        assert "After 50 steps" in poster.inner_text() and "jp-RenderedHTML" in poster.get_attribute("class")
        assert visit.page.locator(".jp-RenderedImage").count() == 0


def test_a_film_is_accepted(lab):
    with lab("try-film.ipynb") as visit:
        visit.run_all()
        assert len(visit.areas()) == 1
        assert visit.faults() == []


@pytest.mark.parametrize("bug", PLANTED)
def test_planted_bug_is_seen(lab, bug):
    with lab(f"try-{bug.replace(' ', '-')}.ipynb") as visit:
        visit.run_all()
        said = visit.faults()
        assert any(PLANTED[bug][1] in fault for fault in said), said


def test_the_laboratory_marks_the_rate_under_the_handle_of_its_slider(lab):
    """Both marks stand on the slider's own scale, so the mark of the rate lies where the handle is."""
    middle = "e => { const r = e.getBoundingClientRect(); return r.x + r.width / 2; }"
    with lab("laboratory.ipynb") as visit:
        visit.run_all()
        area = next(area for area in visit.areas() if area.locator(".noUi-handle").count())
        handle, mark = area.locator(".noUi-handle").first, area.locator("svg circle").first
        handle.focus()
        for key, rate in (("Home", "0.001"), ("End", "1000")):
            handle.press(key)
            area.get_by_text(f"rate {rate}, plain").wait_for()
            assert abs(handle.evaluate(middle) - mark.evaluate(middle)) < 3
