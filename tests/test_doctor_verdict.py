"""The verdict: the entry it points at, what else it mentions, and what it says when its own search fails."""

import numpy as np
import pytest

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.contract import VOCABULARY


def changed(change):
    """Our gradient after `change(dW, db, X, E)`, which returns another (dW, db)."""

    def mine(weights, biases, X, E):
        return change(*nnlib.gradients(weights, biases, X, E), X, E)

    return mine


def halved(dW, db, X=None, E=None):
    return [g / 2 for g in dW], [g / 2 for g in db]


def test_the_evidence_points_at_the_entry_that_is_off_most():
    turned = []

    def one_sign(dW, db, X, E):
        worst = np.unravel_index(np.abs(dW[1]).argmax(), dW[1].shape)
        dW[1][worst] *= -1
        turned.append((worst, float(dW[1][worst])))
        return dW, db

    found = diagnose(changed(one_sign))
    (finding,) = found.evidence
    assert not found.correct and finding.array == "dW[1]"
    assert (finding.index, finding.yours) in turned and finding.right == pytest.approx(-finding.yours, rel=1e-12)


def test_spoiled_inputs_are_mentioned_second_and_nan_at_the_end():
    def spoils(dW, db, X, E):
        E[:] = 0
        return halved(dW, db)

    def breaks_at_one_sample(dW, db, X, E):
        if len(X) == 1:
            db[0][0] = np.nan
        return halved(dW, db)

    assert diagnose(changed(halved)).candidates[0] == "missing-factor-two"
    assert diagnose(changed(halved)).error == pytest.approx(0.5, rel=1e-9), "every array is half of what it should be"
    assert not {"nan", "mutates-inputs"} & set(diagnose(changed(halved)).candidates)
    assert diagnose(changed(spoils)).candidates[:2] == ("missing-factor-two", "mutates-inputs")
    assert diagnose(changed(breaks_at_one_sample)).candidates[-1] == "nan"


def test_wrong_numbers_with_no_name_and_spoiled_inputs():
    def squashed(dW, db, X, E):
        X[:] = 0
        return [np.tanh(7 * g) for g in dW], [np.tanh(5 * g) for g in db]

    found = diagnose(changed(squashed))
    assert not found.correct and found.category == "mutates-inputs" and "numbers are wrong" in found.what


def test_a_search_that_fails_still_leaves_a_verdict(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("nnlib.doctor.judge", broken)
    right, wrong = diagnose(nnlib.gradients), diagnose(changed(halved))
    assert right.correct and right.category == "correct" and "ZeroDivisionError: planted" in right.notes[0]
    assert not wrong.correct and wrong.category == "unknown" and "ZeroDivisionError: planted" in wrong.details[0]
    assert len(wrong.where) == 6 and wrong.evidence, "the place is told all the same"


def test_the_other_kind_of_function_is_told_by_its_arguments():
    def step(weights, biases, X, E, learning_rate):
        return weights, biases

    d = nnlib.diagnose(step)
    assert d.category == "shape-error" and 'kind="train_step"' in d.hint and d.candidates == ("shape-error",)
    d = nnlib.diagnose(nnlib.gradients, kind="train_step")
    assert not d.correct
    d = nnlib.diagnose(lambda weights, biases, X, E: None, kind="train_step")
    assert d.category == "shape-error" and "diagnose(f)" in d.hint


def test_bias_gradients_that_are_zero_for_one_sample_only():
    def one(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        return dW, [g * (len(X) > 1) for g in db]

    d = nnlib.diagnose(one)
    assert d.category == "bias-gradient-zero" and "one sample only" in d.what


def scaled(part, factor):
    """Our gradients with a factor on some arrays: part(kind, l)."""

    times = lambda kind, lists: [factor * g if part(kind, l) else g for l, g in enumerate(lists)]
    return changed(lambda dW, db, X, E: (times("W", dW), times("b", db)))


def test_a_two_lost_in_one_kind_of_array_is_not_looked_for_in_the_error():
    one = nnlib.diagnose(scaled(lambda kind, l: (kind, l) == ("W", 1), 0.5))
    biases = nnlib.diagnose(scaled(lambda kind, l: kind == "b", 2))
    everywhere = nnlib.diagnose(scaled(lambda kind, l: True, 0.5))
    assert one.category == everywhere.category == "missing-factor-two" and biases.category == "extra-factor-two"
    assert one.hint.endswith("look at the line that computes dW.") and biases.hint.endswith("that computes db.")
    assert everywhere.hint == VOCABULARY["missing-factor-two"].hint


def test_a_number_in_the_biases_alone_is_shown_in_their_line():
    found = nnlib.diagnose(scaled(lambda kind, l: kind == "b", 1.01))
    assert found.category == "learning-rate-in-gradient" and found.formula == "db = «rate ·» sum_i dZ_i"
    assert nnlib.diagnose(scaled(lambda kind, l: kind == "W", 1.01)).formula == "dW = «rate ·» A_prev.T @ dZ"


def test_one_list_alone_shows_no_numbers_under_the_names_of_two():
    found = nnlib.diagnose(lambda w, b, X, E: nnlib.gradients(w, b, X, E)[0])
    assert found.category == "shape-error" and "not two lists" in found.what and not found.evidence
