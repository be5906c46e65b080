"""What a page leaves out, where links lead, and the pages beside the lessons."""

import json
import re

import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nnlib.publish import address, films, notebooks, pages, search
from nnlib.publish.address import Address
from nnlib.publish.markup import for_a_page
from nnlib.publish.page import Page, Place
from nnlib.publish.pages import framed, front_page, lesson_page

KNOWN, UNKNOWN = Address("someone/lessons"), Address("")
PICTURE = '<figure class="nnlib-picture"><img alt="A falls." src="data:image/png;base64,iVBORw0KGgo="></figure>'


def shown(html, source="draw()", tags=()):
    output = new_output("execute_result", data={"text/plain": "x", "text/html": html}, execution_count=1)
    cell = new_code_cell(source, execution_count=1, outputs=[output])
    cell.metadata["tags"] = list(tags)
    return cell


def page(*cells, place=KNOWN):
    return Page(
        new_notebook(cells=[new_markdown_cell("# T\n\nFirst."), *cells]), Place("00_t", place, ("00_t", "01_u"))
    )


@pytest.mark.parametrize("name", ["source", "issues", "pages", "install"])
def test_an_unknown_owner_leaves_every_link_empty(name):
    assert getattr(UNKNOWN, name) == "" and "someone" in getattr(KNOWN, name)
    assert UNKNOWN.file("a") == UNKNOWN.binder("00_t") == UNKNOWN.colab("00_t") == ""


def test_no_dead_link_stands_on_any_page_while_the_owner_is_unknown():
    made = page(new_markdown_cell("See [the file](../README.md) and [on](01_u.ipynb)."), place=UNKNOWN)
    whole = lesson_page([made], 0, "")
    assert "See the file and" in whole and 'href="01_u.html"' in whole
    assert not re.search(r'href=""|OWNER|github\.com|mybinder|colab', whole)
    known = lesson_page([page()], 0, "images/a.png")
    for part in ("mybinder.org/v2/gh/someone/lessons/v", "colab.research", "issues/new", "og:image"):
        assert part in known


def test_the_owner_comes_from_one_place_first(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_REPOSITORY", "fork/name")
    assert address.found(tmp_path).repository == "fork/name"
    monkeypatch.setattr(address, "REPOSITORY", "owner/name")
    assert address.found(tmp_path).repository == "owner/name"


def test_what_only_a_notebook_can_do_is_left_out():
    text = (
        '<p>Keep <b>this</b>&amp;<br>.<span class="a nnlib-notebook-only">Press <i>Shift</i><br> &lt;</span> End.</p>'
    )
    assert for_a_page(text) == "<p>Keep <b>this</b>&amp;<br>. End.</p>"
    assert for_a_page(text.replace("nnlib-notebook-only", "b")) == text.replace("nnlib-notebook-only", "b")
    lead = page(place=KNOWN)
    lead.nb.cells[0].source = '# T\n\nFour & more. <span class="nnlib-notebook-only">Run all.</span>\n\nNext.'
    assert Page(lead.nb, lead.place).lead == "<p>Four &amp; more.</p>\n"
    tagged = new_markdown_cell("Only there.")
    tagged.metadata["tags"] = ["nnlib-notebook-only"]
    body = page(tagged, shown("<div class='nnlib-notebook-only'>Not attempted.</div>", "check()")).body
    assert "Only there" not in body and "Not attempted" not in body and "check" in body


def test_an_answer_waits_until_it_is_opened():
    body = page(shown("<div class='nnlib-explanation'>Right is c.</div>")).body
    assert re.search(r"<details><summary>Open this when[^<]*</summary><div class='nnlib-explanation'>", body)


def test_code_that_only_draws_is_folded_and_other_code_is_not():
    asked = shown("<div class='nnlib-question'>Why?</div>", "ask_it()")
    body = page(shown(PICTURE, "draw_it()"), shown("<b>3</b>", "count_it()"), asked).body
    folded = "".join(re.findall(r'<details class="folded">.*?</details>', body, re.DOTALL))
    assert "draw_it" in folded and "ask_it" in folded and "count_it" not in folded and "count_it" in body


def test_neighbours_and_place_stand_on_a_lesson():
    pages = [page(), page(), page()]
    for n, one in enumerate(pages):
        one.place = Place(f"0{n}_t", KNOWN, ())
    whole = lesson_page(pages, 1, "")
    assert whole.count('rel="prev" href="00_t.html"') == whole.count('rel="next" href="02_t.html"') == 2
    assert "2 of 3: T" in whole


def test_the_front_page_shows_a_picture_of_each_lesson(tmp_path):
    made = [page(shown(PICTURE)), page()]
    made[0].nb.cells[1].outputs[0].data["image/png"] = "iVBORw0KGgo="
    stored = [tmp_path / "00_t.ipynb", tmp_path / "01_u.ipynb"]
    for one, path in zip(made, stored):
        nbformat.write(one.nb, path)
    (tmp_path / "images").mkdir()
    paths = pages.card_pictures(stored, tmp_path / "images")
    assert paths == ["images/card_00_t.png", ""] and (tmp_path / paths[0]).read_bytes().startswith(b"\x89PNG")
    whole = front_page(made, KNOWN, paths)
    assert 'src="images/card_00_t.png"' in whole and whole.count("<li>") >= 5 and "doctor.html" in whole


def test_search_knows_each_section_by_its_words():
    text = (
        '<header><h2 id="no">x</h2></header><main><h1 id="t">Title</h1><p>One.</p><p>Two<span class="k">'
        '<math>a<annotation>TEX</annotation></math><span aria-hidden="true">aa<i>b</i></span></span> end</p>'
        '<h2 id="s">Next <b>one</b></h2><svg><text>gone</text></svg><pre>code</pre><h3>Bare</h3></main>'
    )
    found = [part for part in search.sections(text) if part[0] != "no"]
    assert found == [("t", "Title", "One. Two a end"), ("s", "Next one", "code"), ("", "Bare", "")]


def test_citation_and_teachers_are_pages(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "teachers.md").write_text("# For teachers\n\nSay [this](00_t.ipynb).\n")
    (tmp_path / "CITATION.cff").write_text(
        'title: "By hand"\nauthors:\n  - name: "A & B"\nversion: 1.2.0\ndate-released: 2026-01-02\n'
    )
    made = pages.other_pages([tmp_path / "notebooks" / "00_t.ipynb"], KNOWN, ("00_t",))
    assert set(made) == {"doctor", "teachers", "corpus", "cite", "search"} and "manifest" in made["corpus"]
    assert 'href="00_t.html"' in made["teachers"] and "A &amp; B (2026)" in made["cite"] and "1.2.0" in made["cite"]
    assert "year    = {2026}" in made["cite"] and "version = {1.2.0}" in made["cite"]


def test_a_title_cannot_break_out_of_the_head():
    assert "<script>alert" not in framed("", KNOWN, '"><script>alert(1)</script>', '"><script>alert(1)</script>')


def test_a_picture_of_the_text_is_fetched_when_it_comes_into_view():
    body = page(new_markdown_cell("![A line.](images/line.png)")).body
    assert re.search(
        r'<img loading="lazy" [^>]*src="images/line.png"[^>]*alt="A line."|<img loading="lazy" [^>]*alt="A line."', body
    )


def test_the_site_opens_with_the_film_that_is_tagged():
    film = lambda name: {"model_name": "HTMLModel", "state": {"value": f"<b>{name}</b>"}}
    box = lambda child: {"model_name": "VBoxModel", "state": {"children": [f"IPY_MODEL_{child}"]}}
    models = {"a": box("a1"), "a1": film("first"), "b": box("b1"), "b1": film("second")}
    cells = [shown("<i>still</i>"), shown("<i>still</i>", tags=["front-page"])]
    for cell, name in zip(cells, "ab"):
        cell.outputs[0].data[films.VIEW] = {"model_id": name}
    nb = new_notebook(cells=[new_markdown_cell("# T"), *cells], metadata={"widgets": {films.STATE: {"state": models}}})
    tagged = Page(nb, Place("00_t", KNOWN, ()))
    text = front_page([tagged], KNOWN, [""])
    assert "<b>second</b>" in text and "<b>first</b>" not in text
    cells[1].metadata["tags"] = []
    assert "<b>first</b>" in front_page([Page(nb, Place("00_t", KNOWN, ()))], KNOWN, [""])


WORDS_OF_A_NOTEBOOK = re.compile(
    r"Shift \+ Enter|Clear Outputs|Simple Interface|By keyboard|Not attempted|You made no prediction|lesson\.hint"
    r"|[Rr]un (?:it|the (?:next )?cell|all)\b|next cells?\b|running kernel|in(?:to)? a (?:new )?cell"
)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_page_speaks_of_what_only_a_notebook_can_do(path):
    made = Page(notebooks.read(path), Place(path.stem, KNOWN, ()))
    assert (
        WORDS_OF_A_NOTEBOOK.findall(re.sub(r"<pre.*?</pre>|<textarea.*?</textarea>", "", made.body, flags=re.S)) == []
    )


def test_each_entry_of_the_search_names_its_page_by_the_title(tmp_path):
    one = tmp_path / "one.html"
    one.write_text('<h1 id="t">Title</h1><p>a</p><h2 id="s">Part</h2><p>b</p>', encoding="utf-8")
    search.write_index([one], tmp_path)
    text = (tmp_path / "sections.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("const SECTIONS = ").rstrip(";\n"))
    assert [(e["id"], e["page"], e["heading"]) for e in entries] == [
        ("one.html#t", "Title", "Title"),
        ("one.html#s", "Title", "Part"),
    ]
