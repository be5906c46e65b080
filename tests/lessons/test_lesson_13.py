"""What lesson 13 builds: layers, a list, batch normalisation and a tape, run from the notebook itself."""

import numpy as np
import pytest
from written import STORED, written_in

from nnlib import central_difference
from nnlib.show.passing import passing_scene
from nnlib.show.style import SIGN


@pytest.fixture(scope="module")
def names():
    return written_in(13)


@pytest.mark.parametrize("name", ["Sigmoid", "Relu", "BatchNorm"])
def test_each_layer_passes_the_slope_of_its_own_forward(names, name):
    rng = np.random.default_rng(0)
    layer = names[name](3) if name == "BatchNorm" else names[name]()
    if name == "BatchNorm":
        layer.gamma, layer.beta = np.array([0.5, 2.0, 3.0]), rng.normal(size=3)
    x, dy = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    (numeric,), _ = central_difference(lambda w, b: (layer.forward(w[0]) * dy).sum(), [x], [np.zeros(1)])
    layer.forward(x)
    assert np.allclose(layer.backward(dy), numeric, rtol=1e-6, atol=1e-8)


def test_batch_normalisation_without_a_path_is_seen(names):
    """The planted bug: one of the three paths left out, or the factor gamma."""
    rng = np.random.default_rng(1)
    layer = names["BatchNorm"](3)
    layer.gamma = np.array([0.5, 2.0, 3.0])
    x, dy = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    layer.forward(x)
    right, d = layer.backward(dy), dy * layer.gamma
    for wrong in ((d - d.mean(axis=0)) / layer.s, d / layer.s, right / layer.gamma):
        assert np.abs(wrong - right).max() > 0.05


def test_the_tape_adds_where_paths_meet(names):
    Tape, walk_back = names["Tape"], names["walk_back"]
    x = Tape(np.array([[3.0]]))
    walk_back(x + x)
    assert x.grad.item() == 2
    y = Tape(np.array([[2.0]]))
    both = y + names["sigmoid"](y)
    walk_back(both + y)
    a = 1 / (1 + np.exp(-2.0))
    assert np.isclose(y.grad.item(), 2 + a * (1 - a))


def test_the_film_shows_one_more_array_at_each_step():
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(2, 3)), rng.normal(size=(2, 4))]
    page = passing_scene(["Dense"], arrays, arrays).film().children[0].value
    counts = [cell.count("fill-opacity") for cell in page.split("data-place=")[1:]]
    assert counts == [6, 14, 22, 28]


def test_what_the_relu_switched_off_has_no_sign_in_the_film():
    arrays = [np.array([[-1.0, 2.0]]), np.array([[0.0, 2.0]])]
    first, second = passing_scene(["Relu"], arrays, arrays).film().children[0].value.split("data-place=")[1:3]
    squares = lambda page, sign: page.count(f'{SIGN[sign]}" fill-opacity')
    assert squares(first, -1) == squares(second, -1) == 1 and squares(second, 1) == squares(first, 1) + 1


def test_the_tape_is_sixty_lines_at_most():
    nb = STORED["13_pass_the_slope_back"]
    tape = ("class Tape", "def fit", "def squared_error")
    cells = [cell.source for cell in nb.cells if cell.cell_type == "code" and cell.source.startswith(tape)]
    assert len(cells) == 3 and sum(bool(line.strip()) for cell in cells for line in cell.splitlines()) <= 60
