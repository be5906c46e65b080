"""What is no formula: crashes and their words, nothing returned, and the depth for which code runs."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import nnlib
from nnlib.doctor import behaviour, probes
from nnlib.doctor.examine import examine
from nnlib.doctor.observe import Call


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
