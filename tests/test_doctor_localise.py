"""Inferred stages: a name is given only where the network with them gives every array, as a mean or as a sum."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import nnlib
from nnlib.doctor import localise
from nnlib.doctor.examine import Exam, examine, one_more
from nnlib.doctor.localise import without_targets
from nnlib.doctor.observe import Answer
from nnlib.doctor.probes import probe
from nnlib.doctor.references import right
from nnlib.doctor.stages import Change

TRUTH = right("main")
T = len(probe("main").X)
RIGHT_STAGES = SimpleNamespace(changes=lambda r: [])


def predicts(arrays, model=RIGHT_STAGES):
    """Do the right stages, as a model, give these arrays on the main problem?"""
    return bool(localise._predicts(model, Exam("gradients", "sigmoid", answers={"main": Answer(arrays)}), "main", None))


def off(by, k=1):
    """The right gradients, one array off by this share of its length."""
    turned = np.ones_like(TRUTH[k]) / np.sqrt(TRUTH[k].size) * np.linalg.norm(TRUTH[k])
    return [g + by * turned if i == k else g for i, g in enumerate(TRUTH)]


def test_a_model_gives_every_array_or_the_sum_of_the_samples():
    assert predicts(TRUTH) and predicts([T * g for g in TRUTH])
    assert not predicts([2 * g for g in TRUTH]) and not predicts([g / T for g in TRUTH]) and not predicts(off(2e-3))
    assert not predicts([T * g if k else g for k, g in enumerate(TRUTH)]), "one or the other for all arrays"
    assert not predicts([None, *TRUTH[1:]]) and not predicts([TRUTH[0].T, *TRUTH[1:]])
    assert not predicts([-g for g in TRUTH])


def test_how_near_is_near():
    assert predicts(off(0.9e-5)) and not predicts(off(1.5e-5)), "to five digits it counts as equal"


@pytest.mark.parametrize("by, near", [(0.0, True), (4e-3, True), (6e-3, False)])
def test_far_from_the_right_gradient_a_fitted_function_may_miss_a_little(by, near):
    halves = [0.5 * g for g in TRUTH]
    result = lambda c, dW, db: tuple([0.5 * g * (1 + by) for g in part] for part in (dW, db))
    model = SimpleNamespace(changes=lambda r: [Change({"result": result})])
    assert predicts(halves, model) == near


@pytest.mark.parametrize("share, near", [(0.09, True), (0.11, False)])
def test_a_model_is_ten_times_nearer_than_the_right_gradient(share, near):
    made = lambda c, dW, db: tuple([1.01 * g * (1 + share * 0.01 / 1.01) for g in part] for part in (dW, db))
    model = SimpleNamespace(changes=lambda r: [Change({"result": made})])
    assert predicts([1.01 * g for g in TRUTH], model) == near


def found(gradients):
    return localise.by_stage(
        examine(gradients, "gradients"), lambda p, seed=0: one_more(gradients, "gradients", p, seed)
    )


def own_slope(weights, biases, X, E):
    dW, db = [], []
    Z, A = [], [X]
    for W, b in zip(weights, biases):
        Z.append(A[-1] @ W + b)
        A.append(1 / (1 + np.exp(-Z[-1])))
    slope = lambda z: 0.3 / (1 + 0.2 * z**2 + 0.1 * z)
    d = 2 * (A[-1] - E) * A[-1] * (1 - A[-1]) / len(X)
    for l in reversed(range(len(weights))):
        dW.insert(0, A[l].T @ d)
        db.insert(0, d.sum(axis=0))
        if l:
            d = d @ weights[l].T * slope(Z[l - 1])
    return dW, db


def test_an_explanation_by_a_stage():
    (e,) = found(own_slope)
    assert e.cost == 3 and e.also == ("derivative-at-wrong-point",)
    ((slug, what, formula),) = e.parts
    assert (
        slug == "wrong-activation-derivative"
        and what.startswith("the slope of the layer of W[0] and")
        and "f'" in formula
    )


def test_none_where_entries_or_chance_explain_it():
    assert found(nnlib.gradients) == []
    own = lambda g: np.linspace(0.5, 2, g.size).reshape(g.shape)
    scaled = lambda *a: tuple([own(g) * g for g in part] for part in nnlib.gradients(*a))
    assert found(scaled) == []
    rng = np.random.default_rng(0)
    assert (
        found(lambda w, b, X, E: ([rng.normal(size=W.shape) for W in w], [rng.normal(size=v.shape) for v in b])) == []
    )
    batch = lambda w, b, X, E: own_slope(w, b, X, E) if len(X) == 1 else nnlib.gradients(w, b, X, E)
    assert found(batch) == [], "what single samples show is not what a batch gives"
    some = lambda w, b, X, E: tuple([g * (1 + (len(X) == 6)) for g in part] for part in own_slope(w, b, X, E))
    assert found(some) == [], "on every problem"


# ------------------------------------------------------------------------------------- the error does not come in


def lost(f, slope):
    """The slope of each layer in place of its delta: what comes from above is forgotten, and the targets with it."""

    def gradients(weights, biases, X, E):
        acts, dW, db = [X], [], []
        for W, b in zip(weights, biases):
            acts.append(f(acts[-1] @ W + b))
        for l in range(len(weights)):
            delta = slope(acts[l + 1])
            dW.append(acts[l].T @ delta)
            db.append(delta.sum(axis=0))
        return dW, db

    return gradients


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_targets_without_any_effect(name):
    f, slope = (
        (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)) if name == "sigmoid" else (np.tanh, lambda a: 1 - a * a)
    )
    d = nnlib.diagnose(lost(f, slope), convention=name if name == "tanh" else None)
    assert d.category == "wrong-cost-derivative" and "other targets would change no gradient" in d.what, str(d)
    assert not d.second, "no slip of the way down is made up"


def test_targets_with_an_effect():
    for function in (own_slope, nnlib.gradients):
        exam = examine(function, "gradients")
        assert without_targets(exam, lambda p: one_more(function, "gradients", p)) == []
    exam = examine(lost(np.tanh, lambda a: 1 - a * a), "gradients")
    assert without_targets(exam, lambda p: None) == []
