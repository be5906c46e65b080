"""A film works where hosts put it: in a frame of its own, and under a policy that allows inline scripts alone."""

import html

import chromium
import pytest
from conftest import leave_out

from nnlib.show import film

BOX = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="{}" height="9"/></svg>'
ALLOWED = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
NONCE = "default-src 'none'; script-src 'nonce-abc'; style-src 'unsafe-inline'; img-src data:"


@pytest.fixture(scope="module")
def browser(request):
    if chromium.missing():
        leave_out(request.config, "films in the frames of hosts", chromium.missing())
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="module")
def made():
    """The page of a film of five places, and its poster."""
    shown = film(
        list("abcde"), [BOX.format(9 * k + 9) for k in range(5)], [f"Length {k}." for k in range(5)], label="length",
        presets={"longest": 4},
    )  # fmt: skip
    return shown.children[0].value, shown.poster


def framed(text, sandbox, policy=""):
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    inner = html.escape(f"<!doctype html><head>{meta}</head><body>{text}</body>")
    return f'<!doctype html><iframe sandbox="{sandbox}" width="700" height="500" srcdoc="{inner}"></iframe>'


def seen(frame):
    return frame.locator("[role=status]:visible").inner_text()


@pytest.mark.parametrize("policy", ["", ALLOWED], ids=["sandbox", "inline scripts alone"])
def test_a_film_follows_its_slider_and_buttons_in_a_frame(browser, made, policy):
    page = browser.new_page()
    page.set_content(framed(made[0], "allow-scripts", policy))
    frame = page.frame_locator("iframe")
    assert seen(frame) == "Length 0."
    frame.get_by_role("slider").press("ArrowRight")
    assert seen(frame) == "Length 1."
    frame.get_by_role("button", name="longest").click()
    assert seen(frame) == "Length 4."
    page.close()


@pytest.mark.parametrize(("sandbox", "policy"), [("", ""), ("allow-scripts", NONCE)], ids=["no scripts", "nonce"])
def test_where_scripts_are_off_the_picture_and_its_sentence_stand(browser, made, sandbox, policy):
    page = browser.new_page()
    for text in made:
        page.set_content(framed(text, sandbox, policy))
        frame = page.frame_locator("iframe")
        assert "Length 0." in frame.locator("body").inner_text()
        picture = frame.locator("svg:visible, img:visible").first
        assert picture.bounding_box()["height"] > 20
    page.close()
