"""No letter of a picture is smaller than 12 pixels at the picture's own width, nor than 9 on a phone."""

import ast
import re

import numpy as np
import pytest
from conftest import ROOT

from nnlib.data import xor
from nnlib.data.example import half_adder, half_adder_network, tiny_network, tiny_sample
from nnlib.show import bars, bowl, catapult, gradient_flow, matrices, network, slopes, sources, style, table

SCENES = {
    "factors": lambda: bars.factor_scene(*tiny_network(), *tiny_sample(), np.linspace(-8, 8, 3)),
    "chain": lambda: slopes.chain_scene([1.0, 4.0]),
    "bowl": lambda: bowl.bowl_scene((1, 8), (3, 1)),
    "catapult": lambda: catapult.product_scene((1.0, 0.02)),
    "weights": lambda: matrices.weight_scene([2, 3, 1]),
    "sources": lambda: sources.source_scene(),
    "batch": lambda: table.batch_scene(*tiny_network(), *xor()),
    "backward": lambda: gradient_flow.flow_scene(*half_adder_network(), *(array[3] for array in half_adder())),
}


def too_small(page: str) -> list[str]:
    return [size for size in re.findall(r'font-size="([\d.]+)"', page) if float(size) < 12]


@pytest.mark.parametrize("name", SCENES)
def test_letters_of_films(name):
    page = SCENES[name]().film().children[0].value
    assert "<text" in page and too_small(page) == []


def test_letters_of_the_networks():
    net = network.network_svg(
        [2, 2, 1], node_note={(0, 0): "note"}, edge_text={(0, 0, 0): "w"}, layer_names=("a", "b", "c")
    )
    assert net.count("<text") == 5 and too_small(net) == []
    assert too_small(re.sub(r'font-size="\d+"', 'font-size="11"', net, count=1)) == ["11"], (
        "a planted small letter is seen"
    )


@pytest.mark.parametrize("path", sorted((ROOT / "nnlib" / "show").glob("*.py")), ids=lambda path: path.stem)
def test_letters_of_figures(path):
    """matplotlib counts in points, 1/72 inch: 9 of them are 12.5 pixels."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    given = [k.value for call in calls for k in call.keywords if k.arg in ("fontsize", "labelsize")]
    sizes = [value.value for value in given if isinstance(value, ast.Constant)]
    assert all(size >= 9 for size in sizes), sizes


def test_a_picture_does_not_shrink_below_what_can_be_read():
    shown = network.path_picture(*tiny_network(), *tiny_sample())
    assert (
        f"min-width:{style.narrowest(shown.width)}px" in shown._repr_html_()
        and "overflow-x:auto" in shown._repr_html_()
    )
    film = slopes.chain_scene([1.0, 4.0]).film().children[0].value
    assert f"min-width:{style.narrowest(720)}px" in film
    assert 12 * style.narrowest(640) / 640 >= 9


def test_the_pressed_preset_is_framed():
    film = slopes.chain_scene([1.0, 4.0]).film({"one": 1}).children[0].value
    assert "button[aria-pressed=true]{outline:" in film and 'aria-pressed="true"' in film
