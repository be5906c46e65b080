"""Backpropagation in stages: right without a change, and each change in its scope and its place."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import ours

import nnlib
from nnlib.doctor.probes import probe
from nnlib.doctor.stages import SCOPES, Change, backpropagate, forward
from nnlib.doctor.references import (
    FORMULAS,
    FREE,
    UPDATES,
    _key,
    answer,
    catalogue,
    compute,
    multiple,
    multiples,
    right,
    shelf,
)
from nnlib.doctor.stages import SCOPES, Change, Problem, backpropagate, forward

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


# ------------------------------------------------------------------------------------------------- reference answers


def test_the_catalogue_for_each_kind():
    assert catalogue("gradients") == FORMULAS and catalogue("train_step") == FORMULAS + UPDATES and UPDATES
    assert FREE and all(m.row.free for m in FREE) and not any(m.row.free for m in FORMULAS)


def test_answers_of_mistakes_and_of_changed_steps():
    assert same(right("three"), ours(probe("three"))) and same(compute((), "three"), right("three"))
    assert same(right("three", "tanh"), ours(probe("three"), "tanh")) and not same(
        right("three", "tanh"), right("three")
    )
    for m in FORMULAS[:40]:
        dW, db = [], []
        try:
            with np.errstate(all="ignore"):
                dW, db = backpropagate(probe("three"), [m.change])
        except (ValueError, IndexError, TypeError):
            assert answer(m, "three") is None
            continue
        assert same(answer(m, "three"), [*dW, *db])
    q, step = probe("three"), [m for m in UPDATES if m.row.update and not m.row.stages][0]
    gradient = lambda W, b, X, E: backpropagate(q._replace(weights=W, biases=b, X=X, E=E))
    new = step.row.update(gradient, q.weights, q.biases, q)
    made = [(v - w) / q.rate for old, now in zip((q.weights, q.biases), new) for v, w in zip(old, now)]
    assert same(compute((step,), "three"), made)
    sign = next(m for m in FORMULAS if m.row.category == "missing-activation-derivative")
    assert not same(compute((step, sign), "three"), made) and all(
        a.dtype == float for a in compute((step, sign), "three")
    )
    free = FREE[0]
    assert not same(compute((free,), "three", parameter=0.5), compute((free,), "three", parameter=1.5))


def test_the_key_is_ten_digits_and_the_shapes():
    a = np.array([1.0, 2.0])
    assert _key([a]) == _key([a + 1e-12]) and _key([a]) != _key([a + 1e-9]) and _key([a]) != _key([a[None]])
    assert _key([a, a * np.nan]) is None and _key([a * np.inf]) is None


def test_the_shelf_holds_what_tells_mistakes_apart():
    stock, truth = shelf("gradients", "main"), right("main")
    assert len(stock.mistakes) == len(stock.answers) > 300 and len(shelf("train_step", "main").mistakes) > len(
        stock.mistakes
    )
    assert all(_key(a) is not None for a in stock.answers)
    equal = [m for m, a in zip(stock.mistakes, stock.answers) if _key(a) == _key(truth)]
    assert equal and all("samples" in m.row.stages for m in equal), "right here, wrong for more samples: kept"
    assert [bool(row.all()) for row in stock.as_right] == [
        all(np.isfinite(multiple(t, a, 1e-9)) if a.shape == t.shape else False for a, t in zip(arrays, truth))
        if len(arrays) == 6
        else False
        for arrays in stock.answers
    ]
    i = next(i for i, m in enumerate(stock.mistakes) if not stock.as_right[i].any() and len(stock.answers[i]) == 6)
    table = stock.factors([None, *[2.5 * a for a in stock.answers[i][1:]]], [1e-8] * 6)
    assert np.isinf(table[:, 0]).all() and np.allclose(table[i, 1:], 2.5)
    assert np.isnan(stock.factors([np.ones((9, 9))] * 6, [1e-8] * 6)).all()


def test_what_counts_as_a_multiple():
    u = np.array([3.0, 4.0])
    for h, found in ((0.9e-6, True), (1.1e-6, False)):
        v = 2 * u + 2 * h * np.array([-4.0, 3.0])
        assert np.isfinite(multiple(v, u, 1e-6)) is np.True_ or found is False
        assert bool(np.isfinite(multiple(v, u, 1e-6))) is bool(np.isfinite(multiples(v, u[None], 1e-6)[0])) is found
    across = np.array([-4.0, 3.0])
    assert np.isnan(multiple(across, u, 2.0)) and np.isnan(multiples(across, u[None], 2.0)[0]), (
        "0 is no factor of what is there"
    )
    tiny = 2e-20 * np.array([0.6, 0.8])
    assert (
        multiple(tiny, tiny, 1e-9) == 1
        and multiple(tiny / 4, u, 1e-9) == 0
        and multiple(tiny / 4, tiny / 4, 1e-9) == np.inf
    )
    assert multiples(tiny, tiny[None], 1e-9)[0] == 1 and multiples(
        tiny / 4, np.array([u, tiny / 4]), 1e-9
    ).tolist() == [0, np.inf]
    assert np.isnan(multiple(u, tiny / 4, 1e-9)) and np.isnan(multiples(u, tiny[None] / 4, 1e-9)[0])
    assert np.isnan(multiple(u, u * np.inf, 1e-9))
