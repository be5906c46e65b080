"""The static site: its parts one by one, then built and opened in a browser as a visitor would, every lesson of it."""

import base64
import errno
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import time
from urllib.parse import unquote, urlsplit

import chromium
import nbformat
import pytest
from conftest import ROOT
from jupyterlab import ENDS, TRACK
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nnlib.publish import PublishError, films, formulas, notebooks, packages, pages, site
from nnlib.publish.address import Address
from nnlib.publish.page import Page, Place

PLACE = Place("00_move", Address("someone/lessons"), ("00_move", "01_other"))
MOST_BYTES = 1_500_000
FILM = """from nnlib.show import Scene
from nnlib.show.cells import Shown
words = [f"The bar is {k + 1} long." for k in range(6)]
box = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="{}" height="{}"/></svg>'
draw = lambda letter, k, height, lead: box.format(9 * k + 9, height)
reels = {"thin": (10, ""), "thick": (20, "Thick: ")}
rows = {name: [(letter, k, *reel) for k, letter in enumerate("abcdef")] for name, reel in reels.items()}
scene = Scene(None, draw, lambda letter, k, height, lead: lead + words[k], rows, "length", choice="bar", interval=30)
scene.film({"short": "a", "long": "f"})"""
CHOICE = """import ipywidgets
Shown([ipywidgets.RadioButtons(options=["a", "b"])], "a or b", "<p>Choose a or b.</p>", needs_kernel=True)"""


def code(source, *data):
    return new_code_cell(source, outputs=[new_output("display_data", data=d) for d in data])


def page(*cells, **metadata):
    return Page(new_notebook(cells=list(cells), metadata=metadata), PLACE)


# ------------------------------------------------------------------ the parts, with no browser and no npm


def test_links_lead_to_pages_or_into_the_project():
    assert PLACE.link("01_other.ipynb#What-came-of-$x$-at-100?") == "01_other.html#what-came-of-x-at-100"
    assert PLACE.link("images/face.svg") == "images/face.svg"
    assert PLACE.link("../README.md") == "https://github.com/someone/lessons/blob/main/README.md"
    assert PLACE.link("elsewhere.ipynb") == "https://github.com/someone/lessons/blob/main/notebooks/elsewhere.ipynb"
    assert PLACE.link("https://a.example/x") == "https://a.example/x" and PLACE.link("#part") == "#part"


def test_links_that_a_cell_shows_are_led_as_well():
    body = page(
        new_markdown_cell("# T"), code("x", {"text/plain": "x", "text/html": '<a href="01_other.ipynb#A-B">b</a>'})
    ).body
    assert '<a href="01_other.html#a-b">' in body


def test_headings_get_ids_of_their_own_and_a_contents_list():
    made = page(
        new_markdown_cell(
            "# T\n\nOne line, *first*.\n\n**Time:** 20 minutes.\n\n## Two words\n\n### Deep\n\n## Two words"
        )
    )
    assert [slug for _, slug, _ in made.contents] == ["two-words", "deep", "two-words--2"]
    assert (made.title, made.summary, made.minutes) == ("T", "One line, first.", "20 minutes")
    assert '<h2 id="two-words--2">' in made.body


def test_the_first_paragraph_stands_in_lists_with_its_formulas_and_in_words_without(monkeypatch):
    monkeypatch.setattr(formulas, "draw", lambda found: [f"<math>{tex}</math>" for tex, _ in found])
    made = page(new_markdown_cell("# T\n\nWhat [$w_{xy}$](01_other.ipynb) says,\n_and_ `a_b`.\n\nMore."))
    assert made.summary == "What w_xy says, and a_b."
    assert (
        '<a href="01_other.html"><span class="whole"><math>w_{xy}</math></span></a> says' in made.lead
        and "More" not in made.lead
    )
    assert made.lead.strip() in pages.front_page([made], PLACE.address, [""])
    bare = page(new_markdown_cell("# T"))
    assert (bare.summary, bare.lead, bare.body.count("<h1")) == ("", "", 1)


def test_a_long_formula_is_cut_at_its_wide_gaps_and_a_short_one_keeps_its_full_stop(monkeypatch):
    monkeypatch.setattr(formulas, "draw", lambda found: [f"<math>{tex}</math>" for tex, _ in found])
    found = formulas.Formulas()
    long = "+".join("abcdefghi")
    gap, inside = found.mark("a \\qquad\\qquad b", True), found.mark("\\text{e \\qquad f}", True)
    c, d, half, ends = (found.mark(tex, False) for tex in ("c", "d", "\\frac12 \\cdot x", long))
    drawn = found.draw()(f"{gap} ({c}), {d} {inside} {half}. {ends}.")
    assert '<span class="formulas"><math>a</math><math>b</math></span>' in drawn
    assert '<span class="whole">(<math>c</math>),</span> <span class="whole"><math>d</math></span>' in drawn
    assert "<math>\\text{e \\qquad f}</math>" in drawn, "a gap inside a group is left alone"
    assert "<math>\\frac12 \\cdot x</math>.</span>" in drawn and drawn.endswith(f" <math>{long}</math>."), (
        "it may break"
    )


def test_a_film_stands_in_its_page_and_another_widget_leaves_its_poster():
    html = lambda value: {"model_name": "HTMLModel", "state": {"value": value}}
    models = {
        "a1": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_b1", "IPY_MODEL_b2"]}},
        "b1": html("<p>one</p>"),
        "b2": html("<p>two</p>"),
        "c1": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_b1", "IPY_MODEL_d1"]}},
        "d1": {"model_name": "RadioButtonsModel", "state": {}},
    }
    assert films.film_of(models, "a1") == "<p>one</p><p>two</p>"
    assert films.film_of(models, "c1") == films.film_of(models, "b1") == films.film_of(models, None) == ""
    shown = [
        code("x", {"text/plain": "x", "text/html": "<i>still</i>", films.VIEW: {"model_id": m}}) for m in ("a1", "c1")
    ]
    body = page(new_markdown_cell("# T"), *shown, widgets={films.STATE: {"state": models}}).body
    assert '<div class="live"><p>one</p><p>two</p></div>' in body and '<div class="shown"><i>still</i></div>' in body


def test_a_widget_that_needs_python_says_so_and_leads_to_binder():
    poster = '<div class="nnlib-poster nnlib-needs-kernel"><p>still</p></div>'
    view = {"model_id": "ab12", "version_major": 2, "version_minor": 0}
    asked = code("x", {"text/plain": "x", "text/html": poster, films.VIEW: view})
    state = {films.STATE: {"state": {"ab12": {"model_name": "VBoxModel", "state": {}}}}}
    body = page(new_markdown_cell("# T"), asked, widgets=state).body
    assert body.count("needs Python behind it") == 1 and "still" in body
    assert "mybinder.org/v2/gh/someone/lessons/v1.0.0?urlpath=lab/tree/notebooks/00_move.ipynb" in body
    assert "<script" not in body


def test_outputs_are_escaped():
    printed = new_code_cell("c < d", outputs=[new_output("stream", name="stdout", text="1 < 2\n")])
    body = page(new_markdown_cell("# T"), code("b", {"text/plain": "<i>"}), printed).body
    assert "&lt;i&gt;" in body and "1 &lt; 2" in body and "<i>" not in body


def test_a_missing_program_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PublishError, match="needs node at build time.*Install Node.js"):
        site.build([ROOT / "x.ipynb"], tmp_path / "out")


def test_a_package_that_is_not_the_pinned_one_is_refused(node, monkeypatch, tmp_path):
    """The lock names an archive that lies beside it, so that nothing is fetched."""
    archive = tmp_path / "katex.tgz"
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "package.json").write_text('{"name": "katex", "version": "1.0.0"}')
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "package", "package")
    right = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    monkeypatch.setattr(packages, "LOCK", tmp_path / "package-lock.json")
    monkeypatch.setenv("NNLIB_CACHE", str(tmp_path / "cache"))
    root = {"dependencies": {"katex": f"file:{archive}"}}
    (tmp_path / "package.json").write_text(json.dumps(root))

    def pin(integrity):
        row = {"version": "1.0.0", "resolved": f"file:{archive}", "integrity": f"sha512-{integrity}"}
        packages.LOCK.write_text(json.dumps({"lockfileVersion": 3, "packages": {"": root, "node_modules/katex": row}}))

    pin("A" * 86 + "==")
    with pytest.raises(PublishError, match="(?s)npm could not bring the packages:.*EINTEGRITY"):
        packages.folder_of("katex")
    pin(right)
    assert (packages.folder_of("katex") / "package.json").is_file()


def test_a_place_that_cannot_be_written_to_is_reported(monkeypatch, tmp_path):
    """For the site itself and for the packages that are kept between builds; a file where a folder should be stops root too."""
    monkeypatch.setattr(packages, "program", lambda name: name)
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("NNLIB_CACHE", str(tmp_path / "taken"))
    with pytest.raises(PublishError, match="packages could not be kept in .*taken.* in NNLIB_CACHE"):
        packages.folder_of("katex")
    monkeypatch.setattr(packages, "folder_of", lambda name: tmp_path / name)
    with pytest.raises(PublishError, match="the site could not be written to .*taken"):
        site.build([], tmp_path / "taken" / "site", "owner/name")


def test_a_disk_that_is_full_half_way_through_leaves_the_old_site(monkeypatch, tmp_path):
    def full(path, text):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "site" / "assets").mkdir(parents=True)
    (tmp_path / "site" / "assets" / "site.js").write_text("old")
    monkeypatch.setattr(pages, "front_page", lambda *given: "")
    monkeypatch.setattr(site, "_assets", lambda into: into.mkdir(parents=True))
    monkeypatch.setattr(site, "_write", full)
    monkeypatch.setattr(packages, "program", lambda name: name)
    with pytest.raises(PublishError, match="could not be written .*No space left"):
        site.build([], tmp_path / "site", "owner/name")
    assert [p.name for p in tmp_path.iterdir()] == ["site"], "nothing half-built stays behind"
    assert (tmp_path / "site" / "assets" / "site.js").read_text() == "old"


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "program", lambda name: name)
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(PublishError, match="holds files that are no site of ours"):
        site.build([ROOT / "x.ipynb"], tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


# ------------------------------------------------------------------ the site, built and opened


@pytest.fixture(scope="session")
def small(node, tmp_path_factory):
    """The site of two small notebooks, built by its command."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "notebooks").mkdir()
    cells = [
        new_markdown_cell(
            "# Move a bar\n\nYou will move it. See [the other](01_other.ipynb).\n\n## Now\n\n$$C = \\frac1T \\sum_i C_i$$"
            "\n\n$$w' = w - r\\,\\lambda\\,(w - w^*) \\qquad (w' - w^*) = (1 - r\\lambda)\\,(w - w^*)$$"
        )
    ]
    cells += [new_code_cell(FILM), new_markdown_cell("Then choose."), new_code_cell(CHOICE)]
    for name, content in {"00_move": cells, "01_other": [new_markdown_cell("# The other\n\nNothing moves.")]}.items():
        nb = new_notebook(cells=content, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
        nbformat.write(nb, folder / "notebooks" / f"{name}.ipynb")
    command = [
        sys.executable,
        "-m",
        "nnlib.publish",
        "--folder",
        str(folder / "notebooks"),
        "site",
        str(folder / "site"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="session")
def whole(node, tmp_path_factory, executed):
    """The site of every notebook, made from the runs that the comparison of the outputs reads too."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    site.build(notebooks.find(), folder, run=executed)
    return folder


class Opened:
    """One page of the site in a browser, with all that it asked for and all that it complained of."""

    def __init__(self, browser, folder, address, name, clock=False, **options):
        self.folder, self.asked, self.heard = folder, [], []
        self.context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        self.page = self.context.new_page()
        if clock:
            self.page.clock.install()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)[:300]))
        self.page.on("console", lambda message: message.type == "error" and self.heard.append(message.text[:300]))
        self.address = address
        self.page.goto(f"{address}/{name}", wait_until="load")

    def ready(self):
        self.page.evaluate("() => document.fonts.ready.then(() => true)")
        return self

    def outside(self):
        """What was asked of any other host."""
        return [url for url in self.asked if not url.startswith(("data:", "blob:", f"{self.address}/"))]

    def weight(self):
        """Bytes of all that was asked for, compressed as a host sends it (what is compressed already is sent as it is)."""
        files = {urlsplit(url).path.lstrip("/") or "index.html" for url in self.asked if url.startswith(self.address)}
        content = ((self.folder / name).read_bytes() for name in files if (self.folder / name).is_file())
        return sum(min(len(data), len(gzip.compress(data, 9))) for data in content)

    def serious(self, *rules):
        """Serious and critical findings of the accessibility checker, each with the place; of all rules or of those named."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.add_script_tag(path=str(packages.folder_of("axe-core") / "axe.min.js"))
        options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        found = self.page.evaluate("options => axe.run(document, options)", options)["violations"]
        return [
            f"{one['id']}: {node['html'][:160]}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:5]
        ]

    def lost(self, folder):
        """Links inside the site that lead to no page, or to no part of one."""
        links = self.page.evaluate("() => [...document.links].map(a => a.getAttribute('href'))")
        found = []
        for link in sorted({link for link in links if not re.match(r"[a-z]+:", link)}):
            name, _, part = link.partition("#")
            target = folder / (name or urlsplit(self.page.url).path.lstrip("/"))
            if not target.exists() or (part and f'id="{unquote(part)}"' not in target.read_text(encoding="utf-8")):
                found.append(link)
        return found

    def seen(self, live):
        """The visible pictures and sentences of one widget."""
        return live.evaluate(
            "e => [...e.querySelectorAll('svg, img, [role=status]')].filter(x => x.getBoundingClientRect().height > 0)"
            ".map(x => x.outerHTML).join('')"
        )

    def until(self, true, seconds=2.0):
        """Wait until true() holds; returns whether it does."""
        end = time.monotonic() + seconds
        while not (holds := true()) and time.monotonic() < end:
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        return holds

    def stuck(self, seconds=2.0):
        """The widgets whose slider does not change the picture, by key or by mouse."""
        found = []
        for number, live in enumerate(self.page.locator(".live").all(), 1):
            for handle in live.locator("input[type=range]").all():
                handle.scroll_into_view_if_needed()
                for way in ("key", "mouse"):
                    before = self.seen(live)
                    at, low, high = handle.evaluate(ENDS)
                    if way == "key":
                        handle.press("ArrowLeft" if at >= high else "ArrowRight")
                    else:
                        left, top, width, height = handle.evaluate(TRACK)
                        share = 0.2 if at > (low + high) / 2 else 0.8
                        self.page.mouse.click(left + share * width, top + height / 2)
                    if not self.until(lambda: self.seen(live) != before, seconds):
                        found.append(f"widget {number}: nothing changed by {way}")
        return found

    def cramped(self):
        """What a phone cuts off or makes too small for a finger or an eye; a wide picture may be moved inside its frame."""
        return self.page.evaluate(
            "() => [...document.querySelectorAll('.katex-display, .live svg, .nnlib-film-row input, .nnlib-film-row button')]"
            ".filter(e => { const {width, height, right} = e.getBoundingClientRect(); return width && ("
            "right > innerWidth + 1 && !(e.matches('.live svg') && getComputedStyle(e.closest('.live')).overflowX === 'auto')"
            " || e.matches('.live > * svg') && [...e.querySelectorAll('text')].some(t =>"
            " parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a < 8.99)"
            " || e.matches('.katex-display') && e.scrollWidth > e.clientWidth + 1"
            " || e.matches('input') && width < 200 || e.matches('input, button') && height < 44) })"
            ".map(e => e.outerHTML.slice(0, 160))"
        )

    def close(self):
        self.context.close()


@pytest.fixture
def visit(browser, request):
    """visit(folder, name, **options): a page opened for this test and closed after it."""
    opened, servers = [], []

    def go(folder, name, **options):
        server = chromium.serving(folder)
        servers.append(server)
        opened.append(Opened(browser, folder, server.__enter__(), name, **options))
        return opened[-1]

    yield go
    for one in opened:
        one.close()
    for server in servers:
        server.__exit__(None, None, None)


def test_a_page_works_without_other_hosts_and_is_small(small, visit):
    seen = visit(small, "00_move.html").ready()
    assert seen.stuck() == []
    assert seen.outside() == [] and seen.heard == []
    assert 0 < seen.weight() < MOST_BYTES
    assert seen.page.locator(".katex-display math").count() == 3, "formulas are there for screen readers too"
    assert "needs Python behind it" in seen.page.locator(".needs-kernel").inner_text()
    slider = seen.page.get_by_role("slider", name="length")
    assert slider.get_attribute("aria-valuetext") in "abcdef"
    seen.page.get_by_role("link", name="The other").first.click()
    assert seen.page.title().startswith("The other")
    seen.page.get_by_role("link", name="Move a bar").first.click()
    assert seen.page.url.endswith("00_move.html")


def test_the_keyboard_alone_is_enough(small, visit):
    seen = visit(small, "00_move.html").ready()
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    live = seen.page.locator(".live").first
    for _ in range(40):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.type") == "range":
            break
    before = seen.seen(live)
    seen.page.keyboard.press("ArrowRight")
    assert seen.until(lambda: seen.seen(live) != before)
    seen.page.keyboard.press("Tab")
    while seen.page.evaluate("document.activeElement.textContent") != "long":
        seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    assert seen.until(lambda: "The bar is 6 long." in seen.seen(live))


def test_every_control_of_a_film_says_where_it_stands(small, visit):
    page = visit(small, "00_move.html").ready().page
    slider, reading = page.get_by_role("slider", name="length"), page.locator(".nnlib-film-reading")
    button = lambda name: page.get_by_role("button", name=name)
    pressed = lambda: [
        name for name in ("thin", "thick", "short", "long") if button(name).get_attribute("aria-pressed") == "true"
    ]
    shown = lambda: page.locator(".live [role=status]:visible").all_inner_texts()
    assert (pressed(), shown()) == (["thin", "short"], ["The bar is 1 long."])
    button("long").click()
    assert (pressed(), shown()) == (["thin", "long"], ["The bar is 6 long."])
    assert slider.input_value() == "5" and slider.get_attribute("aria-valuetext") == reading.inner_text() == "f"
    button("thick").click()
    assert (pressed(), shown()) == (["thick", "long"], ["Thick: The bar is 6 long."])
    slider.press("ArrowLeft")
    assert (pressed(), shown()) == (["thick"], ["Thick: The bar is 5 long."])


def test_a_film_plays_to_its_end_and_from_there_begins_again(small, visit):
    """The clock of the page is moved by the test, so that nothing is waited for."""
    page = visit(small, "00_move.html", clock=True).ready().page
    slider, player = page.get_by_role("slider", name="length"), page.locator("[data-play]")
    place = lambda: int(slider.input_value())
    page.clock.pause_at(page.evaluate("Date.now() + 100"))
    slider.press("End")
    player.click()  # at its end it begins again
    assert place() == 0 and "pause" in player.inner_text()
    page.clock.run_for(4 * 30 + 1)
    assert place() == 4 and "pause" in player.inner_text()
    page.clock.run_for(30)
    assert place() == 5 and "play" in player.inner_text()
    page.clock.run_for(300)
    assert place() == 5, "it stays at its end"
    slider.press("Home")
    player.click()
    page.clock.run_for(2 * 30 + 1)
    player.click()
    page.clock.run_for(300)
    assert place() == 2 and "play" in player.inner_text(), "a second press stops it"


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 740}}], ids=str)
@pytest.mark.parametrize("name", ["index.html", "00_move.html"])
def test_the_accessibility_checker_finds_nothing_serious(small, visit, look, name):
    seen = visit(small, name, **look).ready()
    assert seen.serious() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_phone_cuts_nothing_off_and_leaves_room_for_a_finger(small, visit):
    seen = visit(small, "00_move.html", **PHONE).ready()
    assert seen.page.locator(".formulas > .katex-display").count() == 2
    assert seen.cramped() == []
    planted = ".katex { white-space: nowrap !important; font-size: 40px !important } input { flex-basis: 0 !important }"
    seen.page.add_style_tag(content=planted)
    assert len(seen.cramped()) >= 2, "a formula wider than the screen, and a slider beside its name"


NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.mark.parametrize("script", ["", NO_CLIPBOARD], ids=["clipboard", "no https"])
def test_a_button_copies_the_code(small, visit, script):
    seen = visit(small, "search.html", permissions=["clipboard-read", "clipboard-write"])
    seen.page.add_init_script(script)
    seen.page.goto(f"{seen.address}/doctor.html")
    block = seen.page.locator(".copyable").last
    block.hover()
    block.get_by_role("button", name="Copy").click()
    assert seen.until(lambda: block.get_by_role("button").inner_text() == "Copied")
    editor = seen.page.locator("textarea")
    editor.fill("")
    editor.press("ControlOrMeta+v")
    assert editor.input_value().rstrip() == "import nnlib\n\nnnlib.diagnose(my_gradients)" and seen.heard == []


@pytest.mark.parametrize("where", ["a server", "a disk"])
def test_the_search_finds_words_and_leads_to_their_section(small, visit, where):
    seen = visit(small, "index.html")
    seen.page.goto(f"{seen.address if where == 'a server' else small.as_uri()}/search.html?q=mov")
    assert seen.page.locator("#hits a").first.get_attribute("href").startswith("00_move.html#")
    seen.page.keyboard.type("zzz")
    assert seen.until(lambda: seen.page.locator("#count").inner_text() == "0 sections")
    seen.page.locator("#query").fill("nothing")
    seen.page.locator("#hits a").first.click()
    seen.page.wait_for_url("**/01_other.html*")
    assert seen.heard == []


def test_without_javascript_the_still_picture_stands(small, visit):
    seen = visit(small, "00_move.html", java_script_enabled=False)
    assert seen.page.locator(".live svg[role=img]:visible").count() == 1, "the film stands at its start"
    assert seen.page.locator(".nnlib-poster").first.is_visible()


def test_on_paper_the_picture_stays_and_the_controls_go(small, visit):
    seen = visit(small, "00_move.html").ready()
    seen.page.emulate_media(media="print")
    assert seen.page.locator(".live svg[role=img]:visible").count() == 1
    assert not seen.page.locator("input[type=range]").first.is_visible()


def test_the_checks_see_what_is_wrong(small, visit, tmp_path):
    """Planted: a request to another host, a picture with no words, grey on grey, a script error, a slider cut loose."""
    text = (small / "00_move.html").read_text()
    text = text.replace(
        "</main>", '<img src="http://127.0.0.1:9/x.png"><p style="color:#aaa;background:#999">pale</p></main>'
    )
    text = text.replace("</body>", "<script>nowhere()</script></body>").replace("oninput=", "onnothing=")
    text = text.replace("</main>", '<a href="nowhere.html">a</a><a href="bad.html#gone">b</a></main>')
    (tmp_path / "bad.html").write_text(text)
    (tmp_path / "assets").symlink_to(small / "assets")
    seen = visit(tmp_path, "bad.html")
    assert seen.until(lambda: seen.outside() and seen.heard)
    assert seen.outside() == ["http://127.0.0.1:9/x.png"]
    assert any("nowhere" in said for said in seen.heard)
    assert {"nowhere.html", "bad.html#gone"} <= set(seen.lost(tmp_path))
    said = " ".join(seen.serious())
    assert "image-alt" in said and "color-contrast" in said
    assert seen.stuck(seconds=0.3)


LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("name", ["index", *LESSONS])
def test_every_page_of_the_series(whole, visit, name):
    seen = visit(whole, f"{name}.html").ready()
    assert seen.stuck() == []
    assert seen.serious() == []
    seen.page.emulate_media(color_scheme="dark")
    assert seen.serious("color-contrast") == []
    assert seen.outside() == [] and seen.heard == []
    assert seen.weight() < MOST_BYTES
    assert seen.lost(whole) == []
    phone = visit(whole, f"{name}.html", **PHONE).ready()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390 and phone.cramped() == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["index", "00_win_and_break"])
def test_something_to_drag_stands_on_the_first_screen(whole, visit, name, width):
    seen = visit(whole, f"{name}.html", viewport={"width": width, "height": 900}).ready()
    top = seen.page.locator("input[type=range]").first.evaluate("e => e.getBoundingClientRect().top + scrollY")
    assert top < 900
