"""Python in a page: the side that runs in Python, with numpy alone."""

import html
import json
import re
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnlib.publish import PublishError, browser_worker, exercise_box, notebooks, pages, pyodide_assets
from nnlib.publish.address import Address
from nnlib.publish.page import Page, Place
from nnlib.publish.pages import lesson_page

RIGHT = "import nnlib\ndef helper(): pass\ndef mine(weights, biases, X, E):\n    return nnlib.gradients(weights, biases, X, E)\n"
ALONE = """import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("matplotlib", "ipywidgets", "IPython", "PIL", "traitlets"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse())
sys.path.insert(0, sys.argv[1])
import nnlib
assert nnlib.__file__.startswith(sys.argv[1]), nnlib.__file__
from nnlib.publish.browser_worker import answer
print(answer(sys.argv[2]))"""


def asked(code, do="diagnose", **more):
    return json.loads(browser_worker.answer(json.dumps({"do": do, "code": code, **more})))["html"]


def test_a_pasted_function_gets_its_verdict():
    assert "Right" in asked(RIGHT)
    half = RIGHT.replace(
        "return nnlib.gradients(weights, biases, X, E)",
        "return [[g / 2 for g in p] for p in nnlib.gradients(weights, biases, X, E)]",
    )
    assert "missing-factor-two" in asked(half) and "missing-factor-two" in asked(half, name="mine")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1", "expected a function in the code"),
        ("def f(:\n  pass", "SyntaxError"),
        ("\n\nraise ValueError('<b>')", "(line 3): ValueError: &lt;b&gt;"),
    ],
)
def test_code_that_cannot_be_judged_says_why(code, said):
    assert said in asked(code)


def test_an_exercise_is_checked():
    code = "def my_step(v, g, r):\n    return v - r * g\n"
    assert "Correct" in asked(code, "check", lesson=0, exercise="step", name="my_step")
    assert "Correct" not in asked(code.replace("-", "+"), "check", lesson=0, exercise="step", name="my_step")


def test_the_package_of_a_page_needs_numpy_alone(tmp_path):
    pyodide_assets.archive(tmp_path / "nnlib.whl")
    with zipfile.ZipFile(tmp_path / "nnlib.whl") as made:
        assert not [name for name in made.namelist() if "/show/" in name or "__pycache__" in name]
        made.extractall(tmp_path / "site")
    check = {"do": "check", "lesson": 0, "exercise": "step", "name": "s", "code": "def s(v, g, r): return v - r * g"}
    for request, word in (({"do": "diagnose", "code": RIGHT}, "Right"), (check, "Correct")):
        command = [sys.executable, "-c", ALONE, str(tmp_path / "site"), json.dumps(request)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert word in json.loads(done.stdout)["html"]


def test_where_python_comes_from_is_reported(tmp_path):
    assert pyodide_assets.assets(tmp_path) == pyodide_assets.NETWORK
    doctor = lambda home: pages.other_pages([], Address(""), (), home)["doctor"]
    assert "more than 6 MB, from cdn.jsdelivr.net." in doctor(pyodide_assets.NETWORK)
    with pytest.raises(PublishError, match="expected the folder of a Pyodide release"):
        pyodide_assets.assets(tmp_path, str(tmp_path))
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "pyodide.mjs").write_text("")
    assert pyodide_assets.assets(tmp_path, str(tmp_path / "release")) == "assets/pyodide/"
    assert (tmp_path / "pyodide" / "pyodide.mjs").exists() and "more than 6 MB." in doctor("assets/pyodide/")


EXERCISE = 'def my_step(v, g, r):\n    return ...  # your line\n\n\nlesson.check("step", my_step)'


def test_the_check_of_a_cell_is_read_from_its_syntax():
    found = exercise_box.check_of(EXERCISE)
    assert found == exercise_box.Check("step", "my_step", "def my_step(v, g, r):\n    return ...  # your line\n")
    for other in ("lesson.check('step', my_step)\nprint(1)", "%pip install x", "lesson.hint('step')", ""):
        assert exercise_box.check_of(other) is None


def test_an_exercise_of_a_page_is_a_box_that_knows_the_lesson():
    cells = [
        new_markdown_cell("# T"),
        new_code_cell("import numpy as np\nfrom nnlib.show import picture\nlesson = Lesson(0)\n1 / 0"),
        new_code_cell("def double(v):\n    return 2 * v"),
        new_code_cell(EXERCISE),
    ]
    made = Page(new_notebook(cells=cells), Place("00_t", Address(""), ()))
    assert made.exercises == 1 and "lesson.check" not in made.body
    assert 'python_page.js" data-home="assets/pyodide/"' in lesson_page([made], 0, "", "assets/pyodide/")
    request = json.loads(html.unescape(re.search(r'data-python="([^"]*)"', made.body)[1]))
    assert request["before"] == "import numpy as np\ndef double(v):\n    return 2 * v"
    right = "def my_step(v, g, r):\n    return np.asarray(double(v) / 2 - r * g)"
    assert "Correct" in json.loads(browser_worker.answer(json.dumps({**request, "code": right})))["html"]
    assert (
        "Not attempted"
        in json.loads(browser_worker.answer(json.dumps({**request, "code": EXERCISE.split("lesson")[0]})))["html"]
    )


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_every_exercise_of_the_series_works_in_its_page(path):
    """Its box answers "Not attempted" to the placeholder, by the side of Python that a page runs."""
    nb = notebooks.read(path)
    lesson = exercise_box.lesson_of(nb)
    checks = [(n, exercise_box.check_of(cell.source)) for n, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    tried = 0
    for n, check in checks:
        if check is not None:
            before = exercise_box.known_before(nb.cells[:n])
            request = {"do": "check", "lesson": lesson, "exercise": check.exercise, "name": check.name}
            said = json.loads(browser_worker.answer(json.dumps({**request, "before": before, "code": check.code})))[
                "html"
            ]
            assert "Not attempted" in said or "Predict" in said, (check.exercise, said)
            tried += 1
    named = {name for cell in nb.cells for name in re.findall(r'lesson\.check\(\s*"([^"]+)"', cell.source)}
    assert tried >= len(named) - 1 if lesson is not None else tried == 0


def bench(**settings):
    return json.loads(browser_worker.answer(json.dumps({"do": "bench", "problem": "XOR", "rate": "1", **settings})))[
        "html"
    ]


def test_the_laboratory_answers_in_a_page():
    assert "learned" in bench() and 'role="img"' in bench()
    assert "(logarithmic)" in bench(problem="bowl", rate="1") and "(logarithmic)" not in bench(rate="-3")
    assert "diverged" in bench(problem="bowl", rate="1") and "learned" in bench(problem="bowl", rate="-0.5")
    assert bench(batch_size="2", epochs="5", rule="momentum", beta="0.5", seed="1") != bench()
    assert "problem" in bench(problem="nowhere").lower() or "expected one of" in bench(problem="nowhere")
    assert "expected" in bench(rate="1", batch_size="0")


def test_the_bench_stands_where_the_laboratory_stands():
    cell = new_code_cell("laboratory()")
    cell.metadata["tags"] = ["bench"]
    made = Page(new_notebook(cells=[new_markdown_cell("# T"), cell]), Place("laboratory", Address(""), ()))
    assert 'name="rate"' in made.body and made.exercises == 1 and "needs Python behind it" not in made.body
