"""A kernel does not grow with the times that a cell runs: the last run of the same cell is closed, others are not."""

import re
import types

import pytest
from films import film
from jupyter_client.manager import start_new_kernel

from nnlib.show import cells

SVG = '<svg viewBox="0 0 10 10"><circle r="2"/></svg>'


@pytest.fixture
def run(monkeypatch):
    """run(cell, code, number): what a kernel says of the message that runs a cell."""
    monkeypatch.setattr(cells, "_shown", {})

    def say(cell, code, number, kind="execute_request"):
        parent = {"header": {"msg_id": number, "msg_type": kind}, "metadata": {"cellId": cell} if cell else {}}
        parent["content"] = {"code": code}
        monkeypatch.setattr(cells, "get_ipython", lambda: types.SimpleNamespace(get_parent=lambda: parent))

    return say


def a_film():
    return film(["1", "2"], [SVG, SVG], ["One.", "Two."], label="place")


def alive(shown):
    return shown.comm is not None and shown.children[0].comm is not None and shown.children[0].value != ""


def test_the_last_run_of_a_cell_is_closed_with_all_its_parts(run):
    run("a", "film()", "1")
    first, second = a_film(), a_film()  # one cell may show two
    assert alive(first) and alive(second)
    run("a", "film()  # changed", "2")
    third = a_film()
    parts = [
        part for shown in (first, second) for part in (shown, shown.layout, shown.children[0], shown.children[0].layout)
    ]
    assert all(part.comm is None for part in parts) and first.children[0].value == ""
    assert alive(third)


@pytest.mark.parametrize("other", [("b", "film()", "2"), (None, "another()", "2"), ("a", "film()", "1")])
def test_other_cells_are_left_alone(run, other):
    run("a", "film()", "1")
    first = a_film()
    run(*other)
    assert alive(a_film()) and alive(first)


def test_a_front_end_without_cell_ids_is_known_by_the_code(run):
    run(None, "film()", "1")
    first = a_film()
    run(None, "film()", "2")
    assert alive(a_film()) and not alive(first)


def test_the_callback_of_a_widget_closes_nothing(run):
    run("a", "film()", "1")
    first = a_film()
    run("a", "film()", "2", kind="comm_msg")
    assert alive(a_film()) and alive(first)


def test_outside_a_kernel_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(cells, "_shown", {})
    assert alive(a_film()) and alive(a_film()) and cells._shown == {}


def test_a_real_kernel_does_not_grow():
    """The laboratory, the film and the radio buttons, each cell many times: the widgets of one run are alive."""
    manager, client = start_new_kernel()

    def execute(code):
        printed = []
        hook = lambda message: printed.append(message["content"].get("text", ""))
        reply = client.execute_interactive(code, output_hook=hook, timeout=60)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)

    try:
        execute("import ipywidgets.widgets.widget as w\nfrom nnlib.lessons import Lesson")
        execute("from nnlib.show.laboratory import laboratory")
        counts = []
        for _ in range(4):
            execute("laboratory(400)")
            execute("Lesson(0).predict('rate-100')")
            counts.append(int(re.search(r"\d+", execute("print(len(w._instances))"))[0]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert counts[0] == counts[1] == counts[2] == counts[3] > 20, counts
