"""Every notebook prints what it has stored: one run of each, compared by nbval; planted differences are found."""

import copy
import threading

import nbformat
import pytest
from conftest import ROOT
from executed import Executed, differences
from films import START, reels_of
from nbformat.v4 import new_code_cell, new_notebook

from nnlib.publish import PublishError, films, notebooks
from nnlib.publish.contract import pictures_without_alt

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"), reverse=True)  # test_site runs them from the first one on


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_new_run_prints_what_is_stored(path, request, executed):
    found = differences(request.session, path, executed(path))
    assert not found, "\n\n".join(found.values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_place_of_a_film_has_a_sentence_of_its_own_and_is_described(path, executed):
    models = films.models_of(executed(path)).values()
    pages = [model["state"]["value"] for model in models if model["model_name"] == "HTMLModel"]
    for page in filter(START.search, pages):
        assert len(page) < 2e6
        for reel in reels_of(page):
            sentences = [cell.split('role="status"')[1] for cell in reel]
            assert len(set(sentences)) == len(reel) and not any(map(pictures_without_alt, reel))


# ------------------------------------------------------------------ the comparison, tried on what it must see


HTML = "from IPython.display import HTML\n"
WIDGET = "import ipywidgets\nfrom IPython.display import display\nbox = ipywidgets.IntSlider()\n"
IMG = '<img alt="falls to 0.25" src="data:image/png;base64,iVBORw0KGgo=">'
SVG = '<svg role="img" aria-label="falls to 0.25"><g id="p3f"/></svg>'
QUESTION = "<p>Which?</p><details><summary>a. 0.25</summary><p>Right.</p></details>"
COMPARED = {  # name: (code, what stands in the stored output, what is planted instead, may it pass?)
    "a printed number": ("print(0.25)", "0.25", "0.26", False),
    "the words of a figure": (f"{HTML}HTML({IMG!r})", "to 0.25", "to 0.26", False),
    "the words of a drawing": (f"{HTML}HTML({SVG!r})", "to 0.25", "to 0.26", False),
    "the bytes of a figure": (f"{HTML}HTML({IMG!r})", "KGgo=", "KGgoAAAA", True),
    "the bytes of a drawing": (f"{HTML}HTML({SVG!r})", "base64,i", "base64,j", True),
    "the words of a question": (f"{HTML}HTML({QUESTION!r})", "a. 0.25", "a. 0.26", False),
    "a model's name": ("import ipywidgets\nprint(ipywidgets.IntSlider().model_id)", "", "", True),
    "a widget stored as its still picture": (
        f"{WIDGET}display({{**box._repr_mimebundle_(), 'text/html': {IMG!r}}}, raw=True)",
        "KGgo=",
        "KGgoAAAA",
        True,
    ),
    "the words of a widget's still picture": (
        f"{WIDGET}display({{**box._repr_mimebundle_(), 'text/html': {IMG!r}}}, raw=True)",
        "to 0.25",
        "to 0.26",
        False,
    ),
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A notebook of the cells above, run and stored; `again` is a second run of it."""
    folder = tmp_path_factory.mktemp("compared")
    nb = new_notebook(cells=[new_code_cell(code) for code, *_ in COMPARED.values()])
    notebooks.tidy(notebooks.execute(nb, folder))
    nbformat.write(nb, folder / "stored.ipynb")
    again = notebooks.execute(copy.deepcopy(nb), folder)
    return folder / "stored.ipynb", again


def test_the_comparison_catches_what_matters(stored, request, tmp_path):
    """A stored notebook with outputs changed by hand: numbers and words are found, bytes pass."""
    path, again = stored
    assert differences(request.session, path, again) == {}
    nb = notebooks.read(path)
    for cell, (_, old, new, _) in zip(nb.cells, COMPARED.values()):
        for output in cell.outputs:
            place, key = (output, "text") if output.output_type == "stream" else (output.data, "text/html")
            assert old in place[key]
            place[key] = place[key].replace(old, new) if old else place[key]
    nbformat.write(nb, tmp_path / "spoiled.ipynb")
    found = differences(request.session, tmp_path / "spoiled.ipynb", again)
    for number, (name, (*_, passes)) in enumerate(COMPARED.items()):
        assert (number not in found) == passes, f"{name}: {found.get(number)}"


@pytest.mark.parametrize(
    "spoil", [lambda cell: cell.outputs.clear(), lambda cell: cell.outputs.append(cell.outputs[0])]
)
def test_an_output_too_few_or_too_many_is_found(stored, request, tmp_path, spoil):
    path, again = stored
    nb = notebooks.read(path)
    spoil(nb.cells[0])
    nbformat.write(nb, tmp_path / "spoiled.ipynb")
    assert list(differences(request.session, tmp_path / "spoiled.ipynb", again)) == [0]


# ------------------------------------------------------------------ once is once


def test_two_requests_at_the_same_time_share_one_run(tmp_path, monkeypatch):
    runs, path = [], tmp_path / "x.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), path)

    def counted(nb, folder, keep_state):
        runs.append(folder)
        return nb

    monkeypatch.setattr(notebooks, "execute", counted)
    folder = tmp_path / "executed"
    one, other, got = Executed(folder), Executed(folder), []
    threads = [threading.Thread(target=lambda who=who: got.append(who(path))) for who in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(got) == 2 and runs == [tmp_path]


def test_a_run_that_fails_is_reported_to_all_callers_and_not_repeated(tmp_path, monkeypatch):
    runs, path = [], tmp_path / "x.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)

    def failing(nb, folder, keep_state):
        runs.append(folder)
        raise PublishError("code cell 1 raised")

    monkeypatch.setattr(notebooks, "execute", failing)
    for _ in range(2):
        with pytest.raises(PublishError, match="code cell 1 raised"):
            Executed(tmp_path / "executed")(path)
    assert len(runs) == 1
