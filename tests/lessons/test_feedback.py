"""What is said of a wrong answer: never the expected number, always the input, theirs, and one thing to look at."""

import re

import numpy as np
import pytest

from nnlib.lessons import Exercise, Lesson, feedback
from nnlib.lessons.exercises import RAISED


def product(x, y):
    """x times y"""
    return x * y


@pytest.fixture
def exercise():
    return Exercise(product, lambda rng: tuple(rng.uniform(-3, 3, size=2)), hints=("What stands between x and y?",))


def test_the_first_miss_shows_the_input_theirs_and_one_thing_to_look_at(exercise):
    x, y = exercise.inputs(np.random.default_rng(0))
    says = exercise.check(lambda first, second: first + second).says
    assert says == f"With first = {x:.4g} and second = {y:.4g} you get {x + y:.4g}. What stands between x and y?"


@pytest.mark.parametrize("number", range(11))
def test_no_first_miss_of_the_series_shows_what_is_expected(number):
    """Strange but well-formed answers: the expected numbers, to four digits, stand nowhere in what is said."""
    for name, exercise in Lesson(number).exercises.items():
        given = exercise.inputs(np.random.default_rng(0))
        right = exercise.solution(*given)
        if isinstance(right, (str, bool)) or type(exercise) is not Exercise:
            continue
        odd = _shifted(right)
        says = exercise.check((lambda *g: _shifted(exercise.solution(*g))) if given else odd).says
        hidden = {f"{complex(v).real:.4g}" for v in _numbers(right)} - {
            f"{complex(v).real:.4g}" for v in _numbers([given, odd])
        }
        hidden = {text for text in hidden if len(text.strip("-").replace(".", "")) > 2}
        assert not hidden & set(re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", says)), f"{name}: {says}"
        assert "usual mistakes" not in says


def _shifted(value):
    if isinstance(value, (list, tuple)):
        return type(value)(_shifted(part) for part in value)
    return np.asarray(value, dtype=float) * 1.7 + 0.31 * np.arange(1, np.size(value) + 1).reshape(np.shape(value))


def _numbers(value):
    if callable(value):
        return []
    return [v for part in value for v in _numbers(part)] if isinstance(value, (list, tuple)) else list(np.ravel(value))


def test_what_would_leave_python_is_reported(exercise):
    class Silent(Exception):
        def __str__(self):
            raise ValueError

    def leaves(x, y):
        raise SystemExit

    def silent(x, y):
        raise Silent

    for answer, word in ((leaves, "SystemExit"), (silent, "Silent")):
        found = exercise.check(answer)
        assert found.kind == RAISED and word in found.says


def test_a_product_that_does_not_fit_is_reported_by_its_shapes():
    exercise = Exercise(lambda X, W: X @ W.T, lambda rng: (rng.normal(size=(5, 3)), rng.normal(size=(4, 3))))

    def mine(rows, matrix):
        return rows @ matrix

    found = exercise.check(mine)
    assert found.kind == RAISED and "gufunc" not in found.says
    assert "`return rows @ matrix` does not fit: the left matrix has 3 columns, the right one 4 rows" in found.says
    assert "`rows` of shape (5, 3), `matrix` of shape (4, 3)" in found.says


def test_changed_arguments_are_seen_however_deep():
    before = ([np.ones(2), np.full(2, np.nan)], 1.0, abs)
    assert feedback.changed(["W", "r", "f"], [before], [([np.ones(2), np.full(2, np.nan)], 1.0, abs)]) == []
    assert feedback.changed(["W", "r", "f"], [before], [([np.ones(2), np.zeros(2)], 1.0, abs)]) == ["W"]
    assert feedback.changed(["W", "r", "f"], [before], [([np.ones(2)], 1.0, abs)]) == ["W"]


def test_a_value_just_beside_the_right_one_is_quoted_as_it_was_typed():
    assert "0.39999" in Lesson(9).check("largest", 0.39999).says


def test_where_true_or_false_is_asked_for_anything_else_is_told_so():
    assert Lesson(9).check("catapult", lambda costs, products: 1).says.startswith("Expected True or False, got 1.")
    assert "np." not in Lesson(9).check("catapult", lambda costs, products: np.True_).says
