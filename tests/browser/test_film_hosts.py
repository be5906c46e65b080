"""A film works where hosts put it: in a frame of its own, and under a policy that allows inline scripts alone."""

import html

import pytest
from films import film

from nnlib.show import Scene
from nnlib.show.style import axes

BOX = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><rect width="{}" height="9"/></svg>'
ALLOWED = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
NONCE = "default-src 'none'; script-src 'nonce-abc'; style-src 'unsafe-inline'; img-src data:"


@pytest.fixture(scope="module")
def made():
    """The page of a film of five places, and its poster."""
    shown = film(
        list("abcde"), [BOX.format(9 * k + 9) for k in range(5)], [f"Length {k}." for k in range(5)], label="length",
        presets={"longest": "e"},
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


@pytest.mark.parametrize(("width", "rows"), [(390, 2), (900, 1)])
def test_two_panels_stand_one_below_the_other_on_a_phone_and_follow_the_slider(browser, width, rows):
    sides = axes(6.4, 3.0, columns=2, xlim=(0, 1), ylim=(0, 1))
    draw = lambda frame, word: frame.text(sides[0], 0.1, 0.5, word, size=12)
    shown = Scene(sides, draw, "It says {}.".format, [("one",), ("other",)], "x").film().children[0].value
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(f'<!doctype html><meta name="viewport" content="width=device-width">{shown}')
    page.get_by_role("slider").press("ArrowRight")
    boxes = [drawn.bounding_box() for drawn in page.locator("svg[class^=nnlib-frame]:visible").all()]
    assert len(boxes) == rows and all(box["width"] <= width and box["x"] >= 0 for box in boxes)
    assert all(low["y"] >= high["y"] + high["height"] for high, low in zip(boxes, boxes[1:]))
    seen = page.locator("use" if rows == 2 else "text:visible").first
    letters = seen.bounding_box()
    assert letters["height"] >= 9 and letters["x"] + letters["width"] <= width, "letters of 12 are not below 9 pixels"
    name = page.locator(".nnlib-film").get_attribute("data-frame")
    assert page.locator(f"#{name}").evaluate("frame => frame.textContent") == "other"
    page.close()
