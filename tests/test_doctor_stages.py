"""Backpropagation in stages: right without a change, and each change in its scope and its place."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import ours

import nnlib
from nnlib.doctor.probes import probe
from nnlib.doctor.references import FORMULAS, compute
from nnlib.doctor.stages import SCOPES, Change, Problem, backpropagate, forward
from nnlib.doctor.table.row import Mistake, Row

p = probe("four layers")
RIGHT = ours(p)


def same(arrays, others):
    return all(np.allclose(a, b, rtol=1e-12, atol=1e-15) for a, b in zip(arrays, others))


def test_no_change_is_the_right_gradient():
    dW, db = nnlib.gradients(p.weights, p.biases, p.X, p.E)
    assert same(RIGHT, [*dW, *db]) and p.sizes == (3, 4, 6, 5, 2)
    Z, A = forward(p)
    assert len(Z) == 4 and len(A) == 5 and np.allclose(A[-1], nnlib.forward(p.weights, p.biases, p.X)[1][-1])
    mixed = forward(p, ("tanh", "identity"))[1]
    assert np.allclose(mixed[1], np.tanh(p.X @ p.weights[0] + p.biases[0])) and np.abs(mixed[3]).max() < 1
    assert np.allclose(mixed[4], mixed[3] @ p.weights[3] + p.biases[3])


LAYERS = {
    "everywhere": [0, 1, 2, 3], "output layer": [3], "hidden layers": [0, 1, 2], "first layer": [0],
    "all but the first layer": [1, 2, 3], "middle layers": [1, 2], "second layer": [1], "last hidden layer": [2],
}  # fmt: skip


@pytest.mark.parametrize("scope", SCOPES)
def test_a_stage_is_replaced_in_its_scope_alone(scope):
    dW, db = backpropagate(p, [Change({"weight": lambda c, l: 2 * c.A[l].T @ c.dZ[l]}, scope)])
    assert [l for l in range(4) if not np.allclose(dW[l], RIGHT[l])] == LAYERS[scope] and same(db, RIGHT[4:])
    assert same([dW[l] / 2 for l in LAYERS[scope]], [RIGHT[l] for l in LAYERS[scope]])


@pytest.mark.parametrize("stage", ["affine", "activate", "cost", "slope", "delta", "weight", "bias", "carry"])
def test_every_stage_can_be_replaced(stage):
    from nnlib.doctor.stages import RIGHT as STAGES

    dW, db = backpropagate(p, [Change({stage: lambda c, l: 3 * STAGES[stage](c, l)})])
    assert same([*dW, *db], RIGHT) is False and Change({}).scope == "everywhere"


def test_changes_before_after_and_between():
    half = Change({"samples": lambda c: (c.X[:3], c.E[:3], len(c.X))})
    few = ours(p._replace(X=p.X[:3], E=p.E[:3]))
    dW, db = backpropagate(p, [half])
    assert same([*dW, *db], [g * 3 / 7 for g in few])
    twice = Change({"result": lambda c, dW, db: ([2 * g for g in dW], [c.parameter * g for g in db])})
    dW, db = backpropagate(p, [twice, twice], parameter=3.0)
    assert same([*dW, *db], [4 * g for g in RIGHT[:4]] + [9 * g for g in RIGHT[4:]])
    assert not any(g.any() for g in backpropagate(p, [twice])[1]), "a number that is not given is 0"
    seen = []
    backpropagate(
        p, [Change({"before carry": lambda c, l: seen.append((l, c.dA[l - 1] is None, c.db[l] is not None))})]
    )
    assert [l for l, _, _ in seen] == [3, 2, 1, 0] and all(known for _, _, known in seen) and seen[0][1]
    first = Change({"weight": lambda c, l: 5 * c.A[l].T @ c.dZ[l]})
    dW, _ = backpropagate(p, [first, Change({"weight": lambda c, l: 7 * c.A[l].T @ c.dZ[l]}, "output layer")])
    assert same(dW, [5 * RIGHT[0], 5 * RIGHT[1], 5 * RIGHT[2], 7 * RIGHT[3]]), "a later change leaves the other layers"


def test_a_forward_pass_is_used_again_unless_a_change_touches_it():
    wrong = ([z + 1 for z in forward(p)[0]], [0.5 * a for a in forward(p)[1]])
    dW, db = backpropagate(p, upward=forward(p))
    assert same([*dW, *db], RIGHT)
    changed, _ = backpropagate(p, upward=wrong)
    assert not same(changed, RIGHT[:4])
    for stage, made in (("affine", lambda c, l: c.A[l] @ c.W[l] + c.b[l]), ("samples", lambda c: (c.X, c.E, c.count))):
        dW, db = backpropagate(p, [Change({stage: made})], upward=wrong)
        assert same([*dW, *db], RIGHT)
    double = Change({"weight": lambda c, l: 2 * c.A[l].T @ c.dZ[l]})
    dW, db = backpropagate(p, [double], upward=wrong)
    assert same([g / 2 for g in dW], changed) and not same(changed, RIGHT[:4]), "used again below a change further down"
    seen = Change({"slope": lambda c, l: c.Z[l]})
    fresh = backpropagate(p, [seen])[0]
    assert same(backpropagate(p, [seen], upward=forward(p))[0], fresh) and not same(fresh, RIGHT[:4])
    assert not same(backpropagate(p, [seen], upward=(wrong[0], forward(p)[1]))[0], fresh), (
        "Z is used again as well as A"
    )


def test_a_problem_without_a_rate_takes_steps_of_the_whole_gradient():
    assert Problem("no rate", p.weights, p.biases, p.X, p.E).rate == 1


# ------------------------------------------------------------------------------------------------- where no sample is left


NONE_LEFT = Mistake(Row("batch-remainder", "", "", {"samples": lambda c: (c.X[:0], c.E[:0], 0)}), "everywhere")


def test_where_no_sample_is_left_the_sums_are_zero():
    for changes in ([], [Change({"samples": lambda c: (c.X.mean(0)[None], c.E.mean(0)[None], 1)})]):
        dW, db = backpropagate(p, [NONE_LEFT.change, *changes])
        assert [v.shape for v in (*dW, *db)] == [v.shape for v in (*p.weights, *p.biases)]
        assert not any(v.any() for v in (*dW, *db))
    dW, db = backpropagate(p, [NONE_LEFT.change, Change({"weight": lambda c, l: (c.A[l].T @ c.dZ[l]).T})])
    assert [v.shape for v in dW] == [W.T.shape for W in p.weights], "in the shapes that a stage gives"
    added = Change({"result": lambda c, dW, db: ([g + W for g, W in zip(dW, c.W)], [d.sum(0) for d in c.dZ])})
    dW, db = backpropagate(p, [NONE_LEFT.change, added])
    assert same(dW, p.weights) and not any(v.any() for v in db), "what is added at the end is added"


def test_no_mistake_takes_a_mean_of_no_samples(recwarn):
    """A choice of samples that leaves none, and any other mistake: no warning, no exception but for shapes."""
    for name in ("three", "one sample"):
        for m in FORMULAS:
            arrays = compute((NONE_LEFT, m), name)
            assert arrays is None or not any(v.any() for v in arrays), m.describe()
    assert not list(recwarn)
