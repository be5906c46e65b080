"""Lessons 5 and 5b: twenty starts, patients that hide, a check that is graded, and a proof that can say no."""

import ast

import numpy as np
import pytest
from conftest import ROOT

from nnlib import central_difference, cost, gradients, init, relative_error
from nnlib.corpus import grade_check
from nnlib.data.example import half_adder, half_adder_network, tiny_network
from nnlib.exact import prove
from nnlib.lessons import Lesson
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.lessons.wrong_gradient import descend
from nnlib.publish import notebooks
from nnlib.show import curves

LESSON = Lesson(5)
X, E = half_adder()


def functions(stem):
    """The functions that a stored lesson defines, without running its experiments."""
    cells = [c.source for c in notebooks.read(ROOT / "notebooks" / f"{stem}.ipynb").cells if c.cell_type == "code"]
    kept = [n for c in cells for n in ast.parse(c).body if isinstance(n, (ast.FunctionDef, ast.ImportFrom, ast.Import))]
    names = {"sums": []}
    exec(compile(ast.Module(kept, []), stem, "exec"), names)
    return names


@pytest.fixture(scope="module")
def clinic():
    return functions("05_trust_your_gradient")


def errors(patient, X, E, network):
    found = patient(*network, X, E)
    nudged = central_difference(lambda w, b: cost(w, b, X, E), *network)
    return [relative_error(a, b) for a, b in zip([*found[0], *found[1]], [*nudged[0], *nudged[1]])]


# ------------------------------------------------------------------ what hides a bug, and what shows it


def test_one_sample_hides_patient_2(clinic):
    half = half_adder_network()
    assert (
        max(errors(clinic["patient_2"], X[3:], E[3:], half))
        < 1e-6
        < 0.1
        < max(errors(clinic["patient_2"], X, E, half)[:2])
    )


def test_one_call_hides_patient_3(clinic):
    half = half_adder_network()
    clinic["sums"].clear()
    assert max(errors(clinic["patient_3"], X, E, half)) < 1e-6
    assert errors(clinic["patient_3"], X, E, half) == pytest.approx([0.5] * 4, abs=1e-6)


def test_one_output_hides_patient_4_and_two_show_it_before_the_output(clinic):
    assert max(errors(clinic["patient_4"], X, E[:, :1], tiny_network())) < 1e-6
    W1, W2, b1, b2 = errors(clinic["patient_4"], X, E, half_adder_network())
    assert max(W2, b2) < 1e-6 and min(W1, b1) > 0.1


def test_the_instrument_sees_a_doubled_array(clinic):
    assert errors(clinic["doubled"], X, E, half_adder_network()) == pytest.approx([0, 0.5, 0, 0], abs=1e-6)


# ------------------------------------------------------------------ "it trains"


@pytest.fixture(scope="module")
def runs(clinic):
    starts = [init([2, 3, 1], np.random.default_rng(seed)) for seed in range(20)]
    return [[descend(way, start, 500, 5) for start in starts] for way in (gradients, clinic["without_weights"])]


def test_a_wrong_gradient_learns_xor_from_fewer_starts_and_from_most(runs):
    right, wrong = ([run.costs[-1] < 0.01 for run in found] for found in runs)
    assert (sum(right), sum(wrong)) == (19, 14)
    answer = LESSON.questions["it-trains"].letters[LESSON.questions["it-trains"].answer]
    assert (
        answer.words.startswith("From most of them, but from fewer")
        and "From 14" in answer.feedback
        and "19" in answer.feedback
    )
    nb = "".join(c.source for c in notebooks.read(ROOT / "notebooks" / "05_trust_your_gradient.ipynb").cells)
    assert "14 of 20 starts" in nb and "from 19 of them" in nb


def test_where_the_wrong_gradient_leads_uphill(runs):
    """In the hidden layer on the way from most starts; the whole gradient at few steps (option a says: nearly never)."""
    right, wrong = runs
    assert sum(run.hidden[0] < 0 for run in wrong) == 7 and sum(min(run.hidden) < 0 for run in wrong) == 14
    assert sum(min(run.whole) < 0 for run in wrong) == 9
    assert np.mean([value < 0 for run in wrong for value in run.whole]) < 0.02
    assert all(min(run.whole) > 1 - 1e-9 for run in right)


def test_the_picture_counts_what_it_draws(monkeypatch):
    kept = []
    monkeypatch.setattr(curves, "picture", lambda ax, alt: kept.append((ax, alt)))
    curves.starts_picture({"one": [[0.3, 0.005], [0.3, 0.2]], "two": [[0.3, 0.2], [0.3, 0.3]]}, solved=0.01)
    ((panels, alt),) = kept
    assert [ax.texts[0].get_text() for ax in panels] == ["1 of 2 learned", "0 of 2 learned"]
    assert panels[0].lines[0].get_color() == curves.INKS["learned"].colour != panels[0].lines[1].get_color()
    assert [ax.get_title(loc="left") for ax in panels] == ["one", "two"] and "1 of 2 end below 0.01 (one)" in alt


# ------------------------------------------------------------------ checks that are graded


def test_the_lessons_check_beats_a_falling_cost(clinic):
    card, loose = grade_check(clinic["by_array"]), grade_check(clinic["it_trains"])
    assert card.caught / len(card.wrong) > 0.85 and not card.accused and not loose.accused
    assert loose.caught < 0.5 * len(loose.wrong), "most wrong gradients pass it"
    assert card.needed, "some mistakes do not show on the problem that it tries"


# ------------------------------------------------------------------ the proof


def test_the_formulas_of_the_lesson_are_proved_and_its_planted_slip_is_not():
    names = functions("05b_measure_to_the_last_digit")
    for sizes in ([2, 2, 2], [3, 4, 5, 2], [2, 3, 3, 3, 3, 1]):
        proof = prove(names["six_formulas"], sizes, np.random.default_rng(0))
        assert proof.agree and proof.chance < 5e-16
    assert not prove(names["without_two"], [3, 4, 5, 2], np.random.default_rng(0)).agree


def test_a_smaller_nudge_misses_the_kink():
    relu = functions("05b_measure_to_the_last_digit")["relu"]
    slopes = {h: (relu(1e-6 + h) - relu(1e-6 - h)) / (2 * h) for h in (1e-5, 1e-7)}
    assert slopes[1e-5] < 0.6 and slopes[1e-7] == pytest.approx(1)


# ------------------------------------------------------------------ the exercises


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        ("normwise", lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(b), "by-the-second"),
        ("normwise", lambda a, b: np.linalg.norm(a - b) / min(np.linalg.norm(a), np.linalg.norm(b)), "by-the-shorter"),
        ("central", lambda f, v, h: f(v + h) - f(v - h) / (2 * h), "brackets"),
        ("central", lambda f, v, h: (f(v + h / 2) - f(v - h / 2)) / h, "half-steps"),
        ("along", lambda dW, db, dw, dbs: sum((g * d).sum() for g, d in zip(db, dbs)), "no-weights"),
        (
            "along",
            lambda dW, db, dw, dbs: [(g * d).sum() for g, d in zip([*dW, *db], [*dw, *dbs])],
            "one-for-each-array",
        ),
    ],
)
def test_the_slips_that_readers_made_are_named(exercise, answer, mistake):
    found = LESSON.check(exercise, answer)
    assert (found.kind, found.mistake) == (NOT_YET, mistake)


def test_the_longer_of_the_two_is_sometimes_the_first_and_sometimes_the_second():
    exercise = LESSON.exercises["normwise"]
    pairs = [exercise.inputs(np.random.default_rng(seed)) for seed in range(exercise.trials)]
    assert {bool(np.linalg.norm(a) > np.linalg.norm(b)) for a, b in pairs} == {True, False}
    assert exercise.check(exercise.solution).kind == CORRECT


def test_a_factor_of_two_is_an_error_of_one_half():
    v = np.random.default_rng(0).normal(size=(3, 4))
    assert relative_error(2 * v, v) == pytest.approx(0.5)
    question = LESSON.questions["review-factor"]
    assert question.letters[question.answer].words == "1/2"
