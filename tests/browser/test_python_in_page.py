"""Python in a page, in a real browser: Pyodide's core boots in the worker, and stubs stand for numpy and the package.

The registry's package holds Pyodide's core alone, so numpy itself is tried in tests/unit/test_publish_python.py, in CPython.
"""

import hashlib
import json
import shutil
import zipfile

import chromium
import pytest
from conftest import leave_out

from nnlib.publish import markup, packages, pages, pyodide_assets
from nnlib.publish.address import Address

ECHO = """import json
def answer(request):
    asked = json.loads(request)
    if asked["do"] == "bench":
        return json.dumps({"html": f"<p>{asked['problem']} {asked['rate']} {asked['beta']}</p>"})
    if "while True" in asked["code"]:
        while True:
            pass
    if "broken" in asked["code"]:
        raise RuntimeError("the package broke")
    import numpy
    return json.dumps({"html": f"<p>{asked['do']} {asked['kind']} {len(asked['code'])} {numpy.__version__}</p>"})
"""


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)


@pytest.fixture(scope="module")
def site(request, tmp_path_factory):
    """The doctor's page, with Pyodide beside it, a stub of numpy in its list of packages, and a package that echoes."""
    if absent := chromium.without_node() or chromium.missing():
        leave_out(request.config, "Python in a page", absent)
    folder = tmp_path_factory.mktemp("python")
    release = folder / "release"
    shutil.copytree(packages.folder_of("pyodide"), release)
    stub = "numpy-0.0.0-py3-none-any.whl"
    meta = {
        "numpy-0.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: numpy\nVersion: 0.0.0\n",
        "numpy-0.0.0.dist-info/RECORD": "",
    }
    meta["numpy-0.0.0.dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    zipped(release / stub, {"numpy/__init__.py": "__version__ = 'stub'\n", **meta})
    lock = json.loads((release / "pyodide-lock.json").read_text())
    lock["packages"]["numpy"] |= {
        "file_name": stub,
        "version": "0.0.0",
        "sha256": hashlib.sha256((release / stub).read_bytes()).hexdigest(),
    }
    (release / "pyodide-lock.json").write_text(json.dumps(lock))
    (folder / "assets").mkdir()
    home = pyodide_assets.assets(folder / "assets", str(release))
    zipped(
        folder / "assets" / "nnlib.whl",
        {f"nnlib/{name}__init__.py": "" for name in ("", "publish/")} | {"nnlib/publish/browser_worker.py": ECHO},
    )
    text = pages.other_pages([], Address(""), (), home)["doctor"].replace('data-seconds="30"', 'data-seconds="3"')
    (folder / "doctor.html").write_text(text, encoding="utf-8")
    bench = (markup.STATIC / "bench.html").read_text(encoding="utf-8")
    page = pages.framed(bench, Address(""), "The laboratory", python=home)
    (folder / "bench.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture
def page(site):
    with chromium.serving(site) as address, chromium.running() as browser:
        context = browser.new_context()
        opened = context.new_page()
        opened.asked, opened.heard = [], []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.on("pageerror", lambda error: opened.heard.append(str(error)))
        opened.goto(f"{address}/doctor.html", wait_until="load")
        opened.home = address
        yield opened
        context.close()


def press(page, code=None):
    if code is not None:
        page.locator("textarea").fill(code)
    page.get_by_role("button", name="diagnose").click()


def test_python_loads_at_a_click_answers_and_stops_what_never_ends(page):
    assert not [url for url in page.asked if "pyodide" in url or "worker" in url], "nothing is loaded before the click"
    page.get_by_role("combobox").select_option("train_step")
    press(page, "x = 1")
    page.wait_for_function("() => document.querySelector('[role=status]').textContent.includes('MB so far')")
    page.locator(".result p").wait_for(timeout=90_000)
    assert page.locator(".result").inner_text() == "diagnose train_step 5 stub"
    assert all(url.startswith((page.home, "data:", "blob:")) for url in page.asked) and page.heard == []
    press(page, "broken")
    page.wait_for_function("() => document.querySelector('[role=status]').textContent.includes('the package broke')")
    press(page, "while True: pass")
    page.wait_for_function(
        "() => document.querySelector('[role=status]').textContent.includes('Stopped after 3 seconds')"
    )
    press(page, "again")
    page.locator(".result p").wait_for(timeout=90_000)
    assert "5 stub" in page.locator(".result").inner_text(), "a new worker answers"


def test_a_download_that_fails_is_reported(page):
    page.route("**/pyodide.mjs", lambda route: route.abort())
    press(page)
    page.wait_for_function(
        "() => /import|fetch|load/i.test(document.querySelector('[role=status]').textContent) "
        "&& !document.querySelector('[data-python] button').disabled"
    )


def test_the_keyboard_gets_in_and_out_of_the_editor(page):
    editor = page.locator("textarea")
    editor.fill("def f():")
    editor.press("End")
    editor.press("Tab")
    assert editor.input_value() == "def f():    "
    editor.press("Escape")
    editor.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_the_bench_answers_each_change_once_python_is_there(page):
    page.goto(f"{page.home}/bench.html", wait_until="load")
    slider = page.get_by_role("slider", name="Learning rate")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == page.locator("output").inner_text() == "12.6"
    assert page.locator(".result").inner_html() == "", "nothing runs before the click"
    page.get_by_role("button", name="run").click()
    page.locator(".result p").wait_for(timeout=90_000)
    assert page.locator(".result").inner_text() == "XOR 1.1 0.9"
    page.get_by_role("combobox", name="Problem").select_option("bowl")
    page.wait_for_function("() => document.querySelector('.result').textContent.startsWith('bowl')")
    for _ in range(5):
        slider.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.result').textContent === 'bowl 0.6 0.9'")
