"""What is kept from one call to the next: sums that go on, values that come back, arrays written into."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import nnlib
from nnlib.doctor import behaviour, probes
from nnlib.doctor.examine import AGAIN, examine
from nnlib.doctor.observe import Answer

STATE = ("stale-or-aliased-buffers", "accumulator-not-reset")


def scaled(by):
    """Our gradient, every array k of call n passed through `by(n, k, g)`; n counts from 0."""
    count = iter(range(10_000))

    def gradients(weights, biases, X, E):
        n, L = next(count), len(weights)
        dW, db = nnlib.gradients(weights, biases, X, E)
        flat = [by(n, k, g) for k, g in enumerate((*dW, *db))]
        return flat[:L], flat[L:]

    return gradients


def state_of(function, kind="gradients"):
    return behaviour.state(examine(function, kind))


# ------------------------------------------------------------------------------------------------ from one call to the next


def test_steady_answers_have_no_state():
    assert state_of(nnlib.gradients) is None
    assert state_of(scaled(lambda n, k, g: 2 * g)) is None
    assert state_of(scaled(lambda n, k, g: None if k == 1 and n else g)) is None, "a missing array is no other number"
    for answers in ({"main": None}, {AGAIN: None}):
        exam = examine(scaled(lambda n, k, g: (n + 1) * g), "gradients")
        exam.answers |= answers
        assert behaviour.state(exam) is None


def test_an_array_that_a_later_call_writes_into():
    buffers = {}

    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        kept = buffers.setdefault(tuple(W.shape for W in weights), dW)
        for old, new in zip(kept, dW):
            old[:] = new
        return kept, db

    d = state_of(gradients)
    assert not d.correct and d.candidates == STATE[:1] and d.what.startswith("a later call writes into the arrays")


def test_values_of_the_first_call_are_kept():
    kept = {}

    def gradients(weights, biases, X, E):
        return nnlib.gradients(weights, biases, *kept.setdefault((X.shape, E.shape, len(weights)), (X, E)))

    exam = examine(gradients, "gradients")
    d = behaviour.state(exam)
    assert (
        not d.correct and d.candidates == STATE and d.what.startswith("a second problem of the same shapes gets values")
    )
    assert behaviour.stored(exam) is not None
    exam.errors["three"][0] = 1.0
    assert behaviour.state(exam) is None, "wrong elsewhere too: then it is a formula"
    exam.answers[probes.SECOND] = None
    assert behaviour.stored(exam) is None
    assert behaviour.stored(examine(nnlib.gradients, "gradients")) is None
    wrong_everywhere = examine(scaled(lambda n, k, g: 2 * g), "gradients")
    assert behaviour.stored(wrong_everywhere) is None


def test_values_of_an_earlier_call_come_back():
    earlier = []

    def gradients(weights, biases, X, E):
        earlier.append(nnlib.gradients(weights, biases, X, E))
        return earlier[-2] if len(earlier) > 1 else ([0 * W for W in weights], [0 * b for b in biases])

    d = state_of(gradients)
    assert not d.correct and d.candidates == STATE and d.what == "values of an earlier call come back"


def adding(calls=10_000, share=lambda n: 1.0):
    """Sums of the gradients of all calls so far, for the shapes of the first; after `calls` nothing comes back."""
    sums, count = {}, iter(range(10_000))

    def gradients(weights, biases, X, E):
        n = next(count)
        if n >= calls:
            return None
        dW, db = nnlib.gradients(weights, biases, X, E)
        old = sums.setdefault(tuple(W.shape for W in weights), [0 * g for g in (*dW, *db)])
        for k, g in enumerate((*dW, *db)):
            old[k] = old[k] + share(n) * g
        return old[: len(dW)], old[len(dW) :]

    return gradients


ADDS = "the second call adds to the sums of the first"


def test_sums_that_go_on():
    for function in (adding(), adding(2), adding(share=lambda n: 0.5), adding(share=lambda n: n + 1.0)):
        d = state_of(function)
        assert not d.correct and d.candidates == STATE[::-1] and d.what == ADDS
    only_biases = state_of(scaled(lambda n, k, g: (n + 1) * g if g.ndim == 1 else g))
    assert only_biases.what == ADDS
    each_its_own = state_of(scaled(lambda n, k, g: (n + 1) * (k + 1) * g))
    assert each_its_own.what == ADDS, "each array grows as it began"
    rng = np.random.default_rng(0)
    chance = state_of(scaled(lambda n, k, g: g * rng.uniform(0.5, 2)))
    assert chance is None, "another number for each array is chance"


@pytest.mark.parametrize("h, sums", [(0.7e-6, True), (1.5e-6, False)])
def test_what_is_added_is_the_right_gradient_to_six_digits(h, sums):
    def across(g):
        """As long as g, and at right angles to it."""
        w = np.cos(9 * np.arange(g.size)).reshape(g.shape)
        w -= (w * g).sum() / (g * g).sum() * g
        return w * np.linalg.norm(g) / np.linalg.norm(w)

    d = state_of(scaled(lambda n, k, g: 2 * g + h * across(g) if n == 1 else g))
    assert (d.what == ADDS) == sums


def test_sums_that_show_at_the_third_call_only():
    seen = []

    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        flat = [*dW, *db]
        if len(seen) == 1:
            flat = [np.cos(9 * g) for g in flat]
        if len(seen) == 2:
            flat = [old + g for old, g in zip(seen[1], flat)]
        seen.append(flat)
        return flat[: len(dW)], flat[len(dW) :]

    assert state_of(gradients).what == ADDS


def test_right_at_first_and_not_again():
    rng = np.random.default_rng(1)
    other = lambda n, k, g: g if n == 0 else rng.normal(size=g.shape)
    d = state_of(scaled(other))
    assert not d.correct and d.candidates == STATE and d.what.startswith("the first call is right, and the second call")
    grown = lambda n, k, g: (
        g if n == 0 else 1.5 * g + 0.05 * np.abs(g).max() * np.sin(np.arange(g.size)).reshape(g.shape)
    )
    d = state_of(scaled(grown))
    assert d.candidates == STATE[::-1], "roughly a multiple, and larger: sums"
    assert state_of(scaled(lambda n, k, g: g if k else other(n, k, g))).candidates == STATE, "one array is enough"
    half = lambda n, k, g: other(n, k, g) if n else (g if k else 3 * g)
    assert state_of(scaled(half)) is None, "one of those that move was wrong at the first call"

    grown_step = scaled(grown)

    def step(weights, biases, X, E, rate):
        dW, db = grown_step(weights, biases, X, E)
        return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]

    assert state_of(step, "train_step").candidates == STATE, "a step keeps weights, not sums"


# ----------------------------------------------------------------------------------------------- after many calls, and besides


def answers(*arrays):
    return Answer(list(arrays))


ONE, TWO = np.array([1.0, 2.0]), np.array([1.0, 3.0])


@pytest.mark.parametrize("late, kept", [
    (None, False), (answers(ONE, TWO), False), (answers(ONE, ONE), True), (answers(None, None), False),
    (answers(TWO, None), True),
])  # fmt: skip
def test_what_is_kept_shows_after_many_calls(late, kept):
    exam = SimpleNamespace(answers={"main": answers(ONE, TWO)})
    d = behaviour.kept_later(exam, lambda name: late if name == "main" else None)
    assert (d is not None) == kept
    if kept:
        assert (
            not d.correct and d.candidates == STATE[::-1] and d.what.startswith("the first call is right, and a later")
        )
    assert (
        behaviour.kept_later(SimpleNamespace(answers={"main": answers(None, TWO)}), lambda name: answers(ONE, TWO))
        is None
    )


def test_a_slip_of_a_formula_and_an_answer_that_changes():
    def parts(first, again, *slugs):
        exam = SimpleNamespace(answers={"main": first, AGAIN: again})
        return behaviour.unsteady(exam, [(slug, "", "") for slug in slugs])

    ((slug, what, formula),) = parts(answers(ONE, TWO), answers(ONE, ONE), "sign", "missing-factor-two")
    assert slug == STATE[0] and what.startswith("a second call with the same arguments gives other")
    assert "«" in formula
    assert parts(answers(ONE, TWO), answers(ONE, TWO), "sign") == ()
    assert (
        parts(answers(ONE, None), answers(ONE, ONE), "sign")
        == ()
        == parts(answers(ONE, ONE), answers(ONE, None), "sign")
    )
    assert parts(answers(ONE), answers(TWO), "sign", "accumulator-not-reset") == (), "the state is told already"
    assert parts(None, answers(TWO), "sign") == () == parts(answers(ONE), None, "sign")


def test_sums_are_told_by_every_array():
    """Roughly a multiple, and larger, in each array that moved."""

    def accumulated(*pairs):
        first, again = (answers(*arrays) for arrays in zip(*pairs))
        return behaviour._accumulated(None, first, again, range(len(pairs)))

    assert accumulated((ONE, 2 * ONE)) and accumulated((ONE, 2 * ONE), (TWO, 3 * TWO))
    assert not accumulated((ONE, 2 * ONE), (ONE, ONE[::-1] * 3)), "another direction in one of them"
    assert not accumulated((ONE, 2 * ONE), (TWO, TWO / 2)), "smaller in one of them"
    assert not accumulated((ONE, ONE)) and not accumulated((ONE, ONE / 2)) and not accumulated((ONE, -2 * ONE))
    assert not accumulated((0 * ONE, 0 * ONE))


def test_sums_grow_alike_or_as_they_began():
    def one_number(growth, began):
        first = answers(*(c * ONE for c in began))
        return bool(behaviour._one_number(growth, first, [ONE] * len(began), range(len(began))))

    assert one_number([5.0, 5.0, 5.0], [1, 2, 3]) and one_number([2.0, 4.0], [2, 4])
    assert one_number([100, 100.00005], [1, 2]), "alike to six digits of their own size"
    assert not one_number([0.0, 0.0], [1, 2]), "what stands still does not grow"
    assert not one_number([np.nan, 5.0], [1, 2]) and not one_number([np.nan, 2.0], [np.nan, 2]), "no multiple"
    assert not one_number([1e-3, 1.5e-3], [1, 2]) and not one_number([2.0, 4.00002], [2, 4])


def test_growth_needs_an_array_of_the_right_shape():
    """Where the third call gives another shape in one array, the sums are not told by it."""

    def gradients(n, k, g):
        return g[:1] if n == 2 and k == 1 else g if n == 0 else (n + 1) * g if n < 2 else 3 * g

    d = state_of(scaled(gradients))
    assert d.what == ADDS
    missing = scaled(lambda n, k, g: None if n == 2 and k == 1 else np.cos((9 + n) * g))
    assert state_of(missing) is None
    one_unknown = lambda n, k, g: np.cos(9 * g) if n == 1 or (n == 2 and k == 0) else g * (3 if n == 2 else 1)
    d = state_of(scaled(one_unknown))
    assert d is None or d.what != ADDS
