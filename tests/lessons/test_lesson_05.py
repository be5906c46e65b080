"""Lesson 5: what it claims, its film and figures, and that its patients are diagnosed."""

import ast

import nbformat
import numpy as np
import pytest
from conftest import ROOT

from nnlib import complex_step, cost, diagnose, gradients, init, relative_error
from nnlib.data.example import half_adder, half_adder_network
from nnlib.derivatives import STEPS, errors_by_step, judged, microscope, one_sided
from nnlib.lessons import Lesson, lesson_05
from nnlib.show.bars import judged_picture
from nnlib.show.slopes import error_picture, microscope_film, microscope_sentence

LESSON = Lesson(5)
WEIGHTS, BIASES = half_adder_network()
X, E = half_adder()


def cost_of(weights, biases):
    return cost(weights, biases, X, E)


@pytest.fixture(scope="module")
def errors():
    return errors_by_step(cost_of, WEIGHTS, BIASES, gradients(WEIGHTS, BIASES, X, E))


def test_the_v(errors):
    rough, central, imaginary = errors
    at = {h: int(np.argmin(np.abs(np.log(STEPS / h)))) for h in (1e-1, 1e-2, 1e-5, 1e-12)}
    assert 8 < rough[at[1e-1]] / rough[at[1e-2]] < 12 and 80 < central[at[1e-1]] / central[at[1e-2]] < 120
    assert central[at[1e-12]] > 1000 * central[at[1e-5]], "the smaller step is the worse one"
    assert 1e-6 <= STEPS[central.argmin()] <= 1e-4
    assert imaginary[STEPS < 1e-8].max() < 1e-14, "the complex step has no V"
    assert "is worse" in repr(error_picture(errors))


def test_a_v_that_is_none_is_not_called_worse(errors):
    flat = np.full_like(errors, 1e-6)
    assert "not much worse" in repr(error_picture(flat))


def first_weight(w):
    moved = WEIGHTS[0].astype(type(w))
    moved[0, 0] = w
    return cost([moved, WEIGHTS[1]], BIASES, X, E)


def test_under_the_microscope_there_is_a_line_and_then_stairs():
    slope = gradients(WEIGHTS, BIASES, X, E)[0][0][0, 0]
    line, stairs = (microscope(first_weight, 1.0, slope, h) for h in (1e-5, 1e-14))
    assert np.allclose(line.change, line.offsets, atol=1e-3) and abs(line.secant - 1) < 1e-6
    assert len(set(stairs.change)) < 20


def test_film(errors):
    slope = gradients(WEIGHTS, BIASES, X, E)[0][0][0, 0]
    film = microscope_film(errors, first_weight, 1.0, slope)
    assert "31 places, 1e-01 to 1e-16" in film.text and "smooth line" in film.text
    looks = [microscope(first_weight, 1.0, slope, h) for h in STEPS]
    words = [microscope_sentence(h, errors[:, k], looks[k]) for k, h in enumerate(STEPS)]
    assert len(set(words)) == 31
    said = {f"{h:.0e}": sentence.split("the cost is ")[1] for h, sentence in zip(STEPS, words)}
    assert said["1e-05"].startswith("a smooth line") and said["1e-14"].startswith("stairs: ")
    assert said["1e-12"].startswith("still a line to the eye") and said["1e-16"].startswith("flat")


def problem():
    rng = np.random.default_rng(4)
    weights = [rng.standard_normal(pair) for pair in ((3, 4), (4, 5), (5, 2))]
    biases = [rng.standard_normal(n) for n in (4, 5, 2)]
    return weights, biases, rng.standard_normal((7, 3)), rng.uniform(size=(7, 2))


def test_a_cosine_is_flattered_and_the_worst_array_is_not():
    given = problem()
    rows = [judged(name, wrong(*given), gradients(*given)) for name, wrong in lesson_05.FLATTERED.items()]
    assert all(row.cosine > 0.95 and row.worst > 5e-3 for row in rows)
    right = judged("right", gradients(*given), gradients(*given))
    assert right.worst == 0 and right.cosine == pytest.approx(1)
    assert "updated weights" in repr(judged_picture(rows))


def test_updated_weights_vanish_with_the_rate_and_spare_the_output_layer():
    given = problem()
    exact = gradients(*given)
    far, near = (lesson_05.updated_weights(*given, rate=rate) for rate in (0.1, 0.001))
    assert relative_error(far[0][2], exact[0][2]) < 1e-14
    assert 50 < relative_error(far[0][0], exact[0][0]) / relative_error(near[0][0], exact[0][0]) < 200


def test_one_sided_matches_the_complex_step_to_the_size_of_h():
    exact = complex_step(cost_of, WEIGHTS, BIASES)
    rough = one_sided(cost_of, WEIGHTS, BIASES, 1e-6)
    assert all(1e-9 < relative_error(a, b) < 1e-4 for a, b in zip(sum(rough, []), sum(exact, [])))


def notebook_functions():
    """The functions that the stored lesson defines, without running its experiments."""
    nb = nbformat.read(ROOT / "notebooks" / "05_trust_your_gradient.ipynb", as_version=4)
    kept = []
    for cell in nb.cells:
        if cell.cell_type == "code":
            kept += [
                n for n in ast.parse(cell.source).body if isinstance(n, (ast.FunctionDef, ast.ImportFrom, ast.Import))
            ]
    names = {"sums": [], "X": X, "E": E}
    exec(compile(ast.Module(kept, []), "lesson 5", "exec"), names)
    return names


RELU = "relu, linear output"


@pytest.mark.parametrize(
    "name, convention, categories",
    [
        ("patient_1", None, {"derivative-at-wrong-point"}),
        ("patient_2", None, {"averaged-before-product"}),
        ("patient_3", None, {"accumulator-not-reset"}),
        ("patient_4", None, {"missing-sum-over-downstream"}),
        ("tutorial", RELU, {"missing-activation-derivative", "missing-factor-two"}),
        ("corrected", RELU, {"correct"}),
    ],
)
def test_the_clinic_is_diagnosed(name, convention, categories):
    diagnosis = diagnose(notebook_functions()[name], convention=convention)
    assert {diagnosis.category, *(category for category, *_ in diagnosis.second)} == categories


def test_the_public_patient_is_what_the_lesson_says():
    functions = notebook_functions()
    weights, biases = init([3, 6, 2], np.random.default_rng(8))
    x, e = np.random.default_rng(9).standard_normal((5, 3)), np.random.default_rng(10).uniform(size=(5, 2))
    found, corrected = functions["tutorial"](weights, biases, x, e), functions["corrected"](weights, biases, x, e)
    true = gradients(weights, biases, x, e, activations=["relu", "identity"])
    assert relative_error(2 * found[0][1], true[0][1]) < 1e-14 and relative_error(2 * found[0][0], true[0][0]) > 0.5
    assert all(relative_error(a, b) < 1e-14 for a, b in zip(sum(corrected, []), sum(true, [])))
