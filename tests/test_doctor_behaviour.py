"""What is no formula: crashes and their words, nothing returned, and each kind of memory between two calls."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import nnlib
from nnlib.doctor import behaviour, probes
from nnlib.doctor.examine import AGAIN, examine
from nnlib.doctor.observe import Answer, Call

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


def raising(error, when=lambda weights, X: True):
    def gradients(weights, biases, X, E):
        if when(weights, X):
            raise error
        return nnlib.gradients(weights, biases, X, E)

    return gradients


# --------------------------------------------------------------------------------------------------------- nothing, crashes


def test_nothing_back():
    d = behaviour.nothing_back(examine(lambda w, b, X, E: None, "gradients"))
    assert not d.correct and d.candidates == ("shape-error",)
    assert d.what == "nothing came back: is there a return at the end?"

    def in_place(w, b, X, E):
        X[:] = E[:] = 0

    in_place_too = examine(lambda w, b, X, E: in_place(w, b, X[:, :1], E[:, :1]), "gradients")
    d = behaviour.nothing_back(in_place_too)
    assert not d.correct and d.candidates == ("mutates-inputs", "shape-error")
    assert d.what.endswith("at the end? Instead the caller's X, E changed in place")
    for other in (raising(ValueError("no")), raising(ValueError("no"), lambda w, X: len(X) == 7), nnlib.gradients):
        assert behaviour.nothing_back(examine(other, "gradients")) is None
    assert behaviour.nothing_back(examine(lambda w, b, X, E: 0 if len(X) == 7 else None, "gradients")) is None


def crash_of(function, kind="gradients"):
    return behaviour.crashed(examine(function, kind))


def test_only_what_gives_no_array_at_all_has_crashed():
    assert crash_of(nnlib.gradients) is None
    assert crash_of(raising(ValueError("no"), lambda w, X: len(X) != 7)) is None
    assert crash_of(lambda w, b, X, E: ([None, *w[1:]], b)) is None
    d = crash_of(lambda w, b, X, E: 3.5)
    assert not d.correct and d.category == "shape-error" and d.what == "one float came back, not (dW, db)"
    assert crash_of(lambda w, b, X, E: (["?"] * len(w), ["?"] * len(b))).what == "no arrays of numbers came back"
    late = crash_of(lambda w, b, X, E: 3.5 if len(X) == 1 else None)
    assert late.what == "one float came back, not (dW, db)", "the first answer that is one"


def test_a_crash_is_told_with_the_call_and_its_shapes():
    d = crash_of(raising(ValueError("matmul: no")))
    assert not d.correct and d.candidates[:2] == ("shape-error", "transposed-weights") and not d.mend
    assert d.what.startswith("the call with a network 3-5-6-4 and T = 7 raised ValueError: matmul: no (line ")
    (shapes,) = d.details
    assert "weights of shapes [(3, 5), (5, 6), (6, 4)]" in shapes and "X of shape (7, 3), E of shape (7, 4)" in shapes
    assert "biases of shapes [(5,), (6,), (4,)]" in shapes
    bare = Call(probes.probe("three"), raised="ValueError: no")
    assert behaviour.what_raised(bare) == "the call with a network 6-4-5-8 and T = 3 raised ValueError: no"


def test_a_function_of_other_arguments_is_told_the_other_call():
    def broadcast(w, b):
        return w, b

    d = crash_of(broadcast)
    assert d.candidates == ("shape-error",) and not d.details, "what the name of the function says is no evidence"
    assert d.mend.startswith("It was called f(weights, biases, X, E). If it is a training step, call diagnose(f, kind=")
    d = crash_of(broadcast, "train_step")
    assert d.mend.startswith(
        "It was called f(weights, biases, X, E, learning_rate). If it is a gradient function, call "
    )
    assert "call diagnose(f);" in d.mend


@pytest.mark.parametrize("error", [NameError("x"), RecursionError("deep"), SystemExit(1), ImportError("torch")])
def test_code_that_stops_before_it_computes_has_no_fault_of_shape(error):
    d = crash_of(raising(error))
    assert d.mend.startswith("No shape is at fault") and not d.formula and not d.details


def test_a_depth_that_is_written_into_the_code():
    depth = lambda function: behaviour.fixed_depth(examine(function, "gradients"))
    words = "It runs with 3 weight layers and raises with 2 or 4: the depth is written into the code."
    assert depth(raising(IndexError("no"), lambda w, X: len(w) != 3)) == words
    two = depth(raising(IndexError("no"), lambda w, X: len(w) == 2 or X.dtype.kind == "i"))
    assert two.startswith("It runs with 3 or 4 weight layers and raises with 2:"), "other data are another matter"
    for other in (nnlib.gradients, raising(IndexError("no")), raising(IndexError("no"), lambda w, X: len(X) == 1)):
        assert depth(other) == ""


def test_the_category_of_an_exception():
    of = behaviour.of_error
    assert of(ValueError("odd")) == ("shape-error", ())
    for error in (OverflowError(), ZeroDivisionError(), FloatingPointError()):
        assert of(error) == ("nan", ("shape-error",))
    assert of(TypeError("Cannot cast ufunc 'add' output to dtype('int64')"))[0] == "integer-truncation"
    assert of(TypeError("Cannot cast to a word"))[0] == of(TypeError("a hint"))[0] == "shape-error"
    for words in ("matmul: mismatch", "shapes (3,) and (4,) not aligned"):
        assert of(ValueError(words)) == ("shape-error", ("transposed-weights", "elementwise-matmul-confusion"))
    assert of(ValueError("could not broadcast")) == ("shape-error", ("elementwise-matmul-confusion", "broadcasting"))


def test_a_width_of_four_that_became_five_is_a_bias_row():
    def beside(raised, error=None):
        calls = {"equal widths": Call(probes.probe("equal widths"), raised=raised, error=error)}
        return behaviour.of_error(ValueError("matmul"), SimpleNamespace(calls=calls))[1][0]

    for raised in ("ValueError: 4 is no 5", "ValueError: (6, 4) and (5, 4)"):
        assert beside(raised) == "bias-column-misaligned"
    for raised in ("", "ValueError: (4, 4)", "ValueError: 5", "ValueError: 45"):
        assert beside(raised) == "transposed-weights"
    error = TypeError("f() takes 5 positional arguments but 4 were given")
    assert beside(f"TypeError: {error}", error) == "transposed-weights", "arguments are counted, not widths"
    assert behaviour.of_error(ValueError("matmul"), SimpleNamespace(calls={}))[1][0] == "transposed-weights"


def test_miscalled():
    assert behaviour.miscalled(TypeError("f() takes 2 positional arguments but 4 were given"))
    assert not behaviour.miscalled(TypeError("bad operand")) and not behaviour.miscalled(None)
    assert not behaviour.miscalled(ValueError("a positional argument"))


# ------------------------------------------------------------------------------------------------ from one call to the next


def test_differ():
    a = np.array([1.0, -2.0, 0.0])
    shifted = lambda step: a + step * np.array([0, 0, 1])
    assert (
        not behaviour.differ(a, a) and not behaviour.differ(a, shifted(1.9e-6)) and behaviour.differ(a, shifted(2.1e-6))
    )
    assert not behaviour.differ(a, a * (1 + 1.9e-6)) and behaviour.differ(a, a * (1 + 2.1e-6)), (
        "of its own size besides"
    )
    assert behaviour.differ(1e-9 * a, 1e-9 * shifted(1)) and behaviour.differ(np.zeros(2), np.array([1e-200, 0]))
    assert behaviour.differ(a, a[:2]) and behaviour.differ(a, a[:1] * np.ones((1, 3)))
    assert not behaviour.differ(np.zeros((0, 2)), np.zeros((0, 2)))
    for spoiled in (np.nan, np.inf):
        b = np.array([spoiled, 5.0, 5.0])
        assert not behaviour.differ(a, b) and not behaviour.differ(b, a), "NaN is another finding"


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
