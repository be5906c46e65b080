"""The report card: a blind check, a good one and a broken one, told apart; and why a mistake was missed."""

from __future__ import annotations

import copy
import functools
import subprocess
import sys

import numpy as np
import pytest

import nnlib
from nnlib.corpus import cases, grade_check
from nnlib.corpus.__main__ import main
from nnlib.corpus.grade import OFFERED, asserting, flat, smallest_set
from nnlib.corpus.measure import Design, shows


@functools.cache
def tried(sizes, T, seed=0, zero_biases=False):
    """(weights, biases, X, E) drawn at random, and the slopes of the cost there by differences."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=pair) for pair in zip(sizes, sizes[1:])]
    biases = [(not zero_biases) * rng.normal(size=n) for n in sizes[1:]]
    X, E = rng.normal(size=(T, sizes[0])), rng.uniform(0.1, 0.9, (T, sizes[-1]))
    slopes = nnlib.central_difference(lambda w, b: nnlib.cost(w, b, X, E), weights, biases, 1e-5)
    return (weights, biases, X, E), sum(slopes, [])


def listed(out):
    return [np.asarray(g) for group in out for g in group]


def close(found, true):
    return all(
        np.shape(a) == np.shape(b) and np.linalg.norm(a - b) <= 2e-5 * np.linalg.norm(b) for a, b in zip(found, true)
    )


def blind(gradients, weights, biases, X, E):
    """A check of its own problem, one sample of 2-3-1, by the angle alone."""
    given, true = tried((2, 3, 1), 1, zero_biases=True)
    p, q = (np.concatenate([a.ravel() for a in arrays]) for arrays in (listed(gradients(*copy.deepcopy(given))), true))
    return p @ q > 0.99 * np.linalg.norm(p) * np.linalg.norm(q)


def good(gradients, weights, biases, X, E):
    """Each array by itself, on several problems, twice, and nothing changed."""
    for sizes, T in (((3, 4, 5, 2), 7), ((3, 3, 3, 3), 5), ((2, 4, 3, 1), 6), ((2, 3, 4, 2), 37)):
        for seed in range(2):
            kept, true = tried(sizes, T, seed)
            for _again in range(2):
                given = copy.deepcopy(kept)
                if not close(listed(gradients(*given)), true):
                    return False
                if not all(map(np.array_equal, listed([*given[:2], given[2:]]), listed([*kept[:2], kept[2:]]))):
                    return False
    return True


def broken(gradients, weights, biases, X, E):
    """It compares the gradient with twice itself."""
    dW, _ = gradients(weights, biases, X, E)
    return np.allclose(dW[0], 2 * dW[0])


def reasons(card, shown):
    return {row.case.name: row.why for row in card.missed(shown)}


@pytest.fixture(scope="module")
def cards():
    return {check.__name__: grade_check(check) for check in (blind, good, broken)}


def test_a_good_check_catches_nearly_all_and_accuses_nobody(cards):
    card = cards["good"]
    assert not card.accused and card.caught >= len(card.wrong) - 4
    assert set(card.families) == {row.case.family for row in card.wrong}
    assert reasons(card, False)["shape_dtype.zeros_like_inputs"] == "no whole numbers"
    assert "earlier result" in reasons(card, True)["state.reused_output"]


def test_the_report_of_a_blind_check_says_what_its_problem_hides_and_what_its_rule_lets_through(cards):
    card = cards["blind"]
    assert not card.accused and card.caught < 0.6 * len(card.wrong)
    hidden, passed = reasons(card, False), reasons(card, True)
    assert len(hidden) + len(passed) + card.caught == len(card.wrong)
    assert hidden["scale.summed"] == "one sample" and hidden["scale.over_outputs"] == "one output"
    assert hidden["state.mutable_default"] == "it is asked only once" and hidden["batch.first_32"].startswith(
        "too few samples"
    )
    assert hidden["propagation.first_path_deeper"] == "fewer than three layers"
    assert hidden["propagation.own_weights_where_they_fit"] == "no equal widths"
    assert hidden["cost.bias_as_threshold"] == "zero biases"
    assert passed["cost.a_minus_y"] == "the direction is right, the length is not"  # one output, one sample: a factor
    assert passed["shape_dtype.flattened"] == "shapes are not compared"
    assert passed["state.gradients_that_train"].startswith("what it does to its arguments")


def test_a_broken_check_accuses_right_code(cards):
    card, text = cards["broken"], str(cards["broken"])
    assert (
        len(card.accused) == sum(row.case.category == "correct" for row in card.rows)
        and "correct.rows" not in text.split("...")[-1]
    )
    assert f"Right code accused: {len(card.accused)}" in text and text.count("  correct.") == 8


def test_the_smallest_set_shows_what_the_problem_hides_and_none_of_it_is_spare(cards):
    card = cards["blind"]
    hidden = [row.case for row in card.missed(False)]
    shown = lambda designs: {c.name for c in hidden if any(shows(c, d) for d in designs)}
    assert shown(card.needed) == shown(OFFERED)
    assert all(shown(tuple(d for d in card.needed if d != spare)) < shown(card.needed) for spare in card.needed)
    assert smallest_set([]) == ()


def test_the_words_of_the_card(cards):
    text = str(cards["blind"])
    first = text.splitlines()[0]
    assert first == cards["blind"].sentence and first.startswith(f"blind catches {cards['blind'].caught} of ")
    assert "Problem tried: 2-3-1 with 1 sample" in text.replace("2-3-1, 1 sample", "2-3-1 with 1 sample")
    for part in ("Missed because of the problem tried", "Missed because of the rule", "The smallest set of problems"):
        assert part in text


def on_a_flat_vector(f, x):
    ways = np.random.default_rng(0).normal(size=(4, len(x)))
    slopes = np.array([(f(x + 1e-5 * way)[0] - f(x - 1e-5 * way)[0]) / 2e-5 for way in ways])
    return np.allclose(slopes, ways @ f(x)[1], rtol=1e-4, atol=1e-7)


def by_assertion(gradients):
    weights, biases = nnlib.init([2, 3, 2], np.random.default_rng(0))
    X, E = np.random.default_rng(1).normal(size=(2, 4, 2))
    for found, true in zip(gradients(weights, biases, X, E), nnlib.gradients(weights, biases, X, E)):
        for a, b in zip(found, true):
            np.testing.assert_allclose(a, b, rtol=1e-4)


@pytest.mark.parametrize("cost", ["squared", "bce", "cross-entropy"])
def test_a_check_of_a_flat_vector_serves_every_cost(cost):
    card = grade_check(on_a_flat_vector, cost=cost)
    assert not card.accused and card.caught > 0.85 * len(card.wrong)
    assert card.name == "on_a_flat_vector" and "3-4-2" in card.tried


def test_a_test_that_asserts_is_adapted():
    card = grade_check(by_assertion)
    assert not card.accused and card.caught > 0.75 * len(card.wrong) and str(card).startswith("by_assertion catches")
    assert "zero biases" in reasons(card, False).values()
    assert {row.case.name for row in card.wrong if row.raised} >= {"sign.target_minus_output"}


def test_a_check_that_returns_nothing_or_never_asks():
    assert grade_check(lambda gradients, weights, biases, X, E: None).caught == 0
    card = grade_check(lambda gradients, weights, biases, X, E: True)
    assert set(reasons(card, False).values()) == {"it is never called"} and "never called" in card.tried


def test_wrong_calls_are_refused_in_words():
    with pytest.raises(TypeError, match="check: expected a function"):
        grade_check("check")
    with pytest.raises(TypeError, match=r"got 3 arguments: a, b, c"):
        grade_check(lambda a, b, c: True)
    with pytest.raises(ValueError, match="cost: expected 'squared', 'bce' or 'cross-entropy', got 'mse'"):
        grade_check(blind, cost="mse")


def test_the_design_and_the_seed_are_handed_over():
    seen = []
    grade_check(lambda g, w, b, X, E: seen.append((w, X)), design=Design(sizes=(5, 4, 3), T=2), seed=3)
    assert {(w[0].shape, X.shape) for w, X in seen} == {((5, 4), (2, 5))}
    assert all(np.array_equal(seen[0][1], X) for _, X in seen)


FILE = """
import numpy as np
import nnlib
from nnlib import gradients

W, b = nnlib.init([2, 3, 2], np.random.default_rng(0))
X, E = np.random.default_rng(1).normal(size=(2, 4, 2))

def test_gradients():
    for found, true in zip(gradients(W, b, X, E), nnlib.gradients(W, b, X, E)):
        assert all(np.allclose(p, q) for p, q in zip(found, true))

def check(f, x):
    return np.isfinite(f(x)[1]).all()
"""


def test_the_command_grades_a_file(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(FILE)
    main(["grade", f"{file}:test_gradients", "--replace", "gradients"])
    assert capsys.readouterr().out.startswith("test_gradients catches ")
    done = subprocess.run(
        [sys.executable, "-m", "nnlib.corpus", "grade", f"{file}:check", "--cost", "bce"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stdout.startswith("check catches ") and "bce" in done.stdout
    for wrong, words in (
        (f"{file}:nothing", "the name of a function"),
        ("missing.py:check", "no such file"),
        ("check", "FILE:NAME"),
    ):
        with pytest.raises(SystemExit, match=words):
            main(["grade", wrong])


def test_adapters_keep_the_name_and_give_the_tested_function_back(tmp_path):
    assert flat(on_a_flat_vector).__name__ == "on_a_flat_vector"
    module = type(sys)("tested")
    module.f = "own"
    with pytest.raises(ZeroDivisionError):
        asserting(lambda: 1 / 0, module, "f")(None, [], [], None, None)
    assert module.f == "own" and nnlib.grade_check is grade_check
    assert len(list(cases(kind="train_step"))) + len(list(cases(kind="gradients"))) == len(list(cases()))
