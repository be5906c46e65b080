"""Formulas as pictures: the kept ones are those that are needed, and what a fresh drawing shows."""

import base64
import io
import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from PIL import Image

from nnlib.show import formula_picture
from nnlib.show.formula_picture import formula_image, kept, wanted
from nnlib.show.picture import uri

COMMAND = "python -m nnlib.show.formula_picture nnlib/show/formulas.json"


def shades(picture) -> np.ndarray:
    """The grey values of a picture, 0 black to 255 white."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture[0].partition(",")[2]))).convert("L"), float)


def alike(one, other) -> bool:
    """Are two pictures of one formula as large, and as dark? Another matplotlib may place a stroke a point aside."""
    (wide, high), (wider, higher) = one[1:], other[1:]
    inks = [(255 - shades(picture)).sum() for picture in (one, other)]
    return (
        wide == pytest.approx(wider, rel=0.02, abs=1)
        and high == pytest.approx(higher, rel=0.02, abs=1)
        and (inks[0] == pytest.approx(inks[1], rel=0.15))
    )


def test_the_file_holds_what_is_needed_as_it_is_drawn_today(tmp_path):
    again, command = tmp_path / "formulas.json", [sys.executable, "-m", "nnlib.show.formula_picture"]
    subprocess.run([*command, str(again)], cwd=ROOT, check=True)
    drawn, how = json.loads(again.read_text(encoding="utf-8")), f"draw it again: {COMMAND}"
    assert list(kept()) == list(drawn) == wanted(), how
    assert not [latex for latex in wanted() if not alike(kept()[latex], drawn[latex])], how


def test_another_drawing_would_be_noticed(monkeypatch):
    """Planted: larger letters, thinner ink, and the picture of another formula."""
    latex, other = wanted()[0], wanted()[-1]
    address, width, height = kept()[latex]
    assert not alike(kept()[latex], kept()[other])
    pale = Image.fromarray((128 + shades((address,)) / 2).astype(np.uint8))
    with io.BytesIO() as stream:
        pale.save(stream, format="PNG")
        assert not alike(kept()[latex], (uri(stream.getvalue()), width, height))
    monkeypatch.setattr(formula_picture, "DPI", 104)
    assert not alike(kept()[latex], formula_picture.draw(latex))


def test_the_command_asks_for_its_path():
    done = subprocess.run(
        [sys.executable, "-m", "nnlib.show.formula_picture"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 1 and COMMAND in done.stderr


def test_a_formula_that_is_not_kept_is_drawn_dark_on_white_and_never_empty():
    latex = r"\frac{\partial C}{\partial w} = a \, f'(z)"
    address, width, height = formula_image(latex)
    assert latex not in kept() and address.startswith("data:image/png") and width > height > 10
    grey = shades((address,))
    assert grey.shape == (2 * height, 2 * width) and grey.min() < 20 and np.median(grey) == 255
    assert set(np.unique(grey)) == set(range(0, 256, 17))  # sixteen shades, and soft edges use each of them
    assert base64.b64decode(address.partition(",")[2])[24] == 4  # bits of a point, by the head of a PNG
    with pytest.raises(ValueError):  # planted: a formula that no one can read
        formula_image(r"\frac{1}{")


def test_each_point_is_as_dark_as_it_was_set():
    ink = np.asarray(MathTextParser("agg").parse("$x$", 200, FontProperties(size=15, math_fontfamily="stix")).image)
    assert np.abs(shades(formula_picture.draw("x")) - (255.0 - ink)).max() <= 8.5  # half a shade


def test_without_the_file_everything_is_drawn(monkeypatch, tmp_path):
    latex = wanted()[0]
    monkeypatch.setattr(formula_picture, "KEPT", tmp_path / "none.json")
    monkeypatch.setattr(formula_picture, "kept", formula_picture.kept.__wrapped__)
    assert formula_picture.kept() == {} and alike(formula_image(latex), kept()[latex])


def test_a_film_of_kept_formulas_needs_no_renderer():
    code = "import sys; from nnlib.show.sources import source_scene; source_scene().film(); print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
