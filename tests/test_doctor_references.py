"""What each mistake answers, and when one array is a multiple of another: the answers, the shelf, and every limit."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from doctor_patients.exams import ours

from nnlib.doctor import references
from nnlib.doctor.probes import probe
from nnlib.doctor.references import (
    FORMULAS,
    FREE,
    UPDATES,
    Shelf,
    _key,
    answer,
    catalogue,
    compute,
    multiple,
    multiples,
    right,
    shelf,
)
from nnlib.doctor.stages import Change, backpropagate


def same(arrays, others):
    return all(np.allclose(a, b, rtol=1e-12, atol=1e-15) for a, b in zip(arrays, others))


def first(slug, among=FORMULAS):
    return next(m for m in among if m.row.category == slug)


# -------------------------------------------------------------------------------------------------------- answers


def test_the_catalogue_for_each_kind():
    assert catalogue("gradients") == FORMULAS and catalogue("train_step") == FORMULAS + UPDATES and UPDATES
    assert FREE and all(m.row.free for m in FREE) and not any(m.row.free for m in FORMULAS)


def test_answers_without_and_with_a_mistake():
    assert same(right("three"), ours(probe("three"))) and same(compute((), "three"), right("three"))
    assert same(right("three", "tanh"), ours(probe("three"), "tanh"))
    assert not same(right("three", "tanh"), right("three"))
    for m in FORMULAS[:40]:
        dW, db = [], []
        try:
            with np.errstate(all="ignore"):
                dW, db = backpropagate(probe("three"), [m.change])
        except (ValueError, IndexError, TypeError):
            assert answer(m, "three") is None
            continue
        assert same(answer(m, "three"), [*dW, *db])


def stepped(step, q, activations="sigmoid"):
    """The gradient that an ordinary step would have needed, from the step itself."""
    gradient = lambda W, b, X, E: backpropagate(q._replace(weights=W, biases=b, X=X, E=E), (), activations)
    new = step.row.update(gradient, q.weights, q.biases, q)
    return [(v - w) / q.rate for old, now in zip((q.weights, q.biases), new) for v, w in zip(old, now)]


def test_a_changed_step_is_read_as_a_gradient():
    steps = [m for m in UPDATES if m.row.update and not m.row.stages]
    for step in (steps[0], first("per-sample-updates", steps)):
        made = stepped(step, probe("three"))
        assert same(compute((step,), "three"), made) and not same(made, right("three")), step.row.what
    slope = first("missing-activation-derivative")
    both = compute((slope, steps[0]), "three")
    assert same(both, compute((steps[0], slope), "three"))
    assert not same(both, stepped(steps[0], probe("three"))) and not same(both, compute((slope,), "three"))


def test_steps_sample_by_sample_use_one_row_of_inputs_and_targets_each():
    seen = []

    def update(gradient, weights, biases, p):
        seen.append(gradient(weights, biases, p.X[:1], p.E[1:2]))
        return weights, biases

    step = SimpleNamespace(row=SimpleNamespace(update=update, stages={}))
    q = probe("three")
    assert not any(g.any() for g in compute((step,), "three"))
    alone = ours(q._replace(X=q.X[:1], E=q.E[1:2]))
    assert same([*seen[0][0], *seen[0][1]], alone)


def test_declared_activations_go_all_the_way():
    slope, step = first("missing-activation-derivative"), first("per-sample-updates", UPDATES)
    q, acts = probe("three"), ("tanh", "identity")
    dW, db = backpropagate(q, [slope.change], acts)
    assert same(compute((slope,), "three", acts), [*dW, *db]) and same(answer(slope, "three", acts), [*dW, *db])
    assert same(compute((step,), "three", acts), stepped(step, q, acts))
    assert not same(stepped(step, q, acts), stepped(step, q))
    stock = Shelf("gradients", "two layers", acts)
    first_one = stock.mistakes[0]
    assert same(stock.answers[0], compute((first_one,), "two layers", acts))
    assert not any(same(made, right("two layers", acts)) for made in stock.answers[:20])


@pytest.mark.parametrize("error", [ValueError, IndexError, TypeError])
def test_a_mistake_that_raises_for_its_shapes_has_no_answer(error):
    def bias(c, l):
        raise error("shapes")

    odd = SimpleNamespace(row=SimpleNamespace(stages={"bias": bias}, update=None), change=Change({"bias": bias}))
    assert compute((odd,), "three") is None


def test_a_number_that_is_not_given_is_none():
    decay = first("regularisation-term", FREE)
    assert same(compute((decay,), "three"), right("three"))
    assert not same(compute((decay,), "three", parameter=0.5), compute((decay,), "three", parameter=1.5))


def test_answers_are_floats_that_come_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for m in [m for m in FORMULAS if m.row.category in ("bias-gradient-zero", "wrong-quantity-propagated")]:
            made = compute((m,), "integer weights")
            assert made is None or all(a.dtype == float for a in made), m.row.what


# ------------------------------------------------------------------------------------------------------- the shelf


def test_the_key_is_ten_digits_and_the_shapes():
    a = np.array([1.0, 2.0])
    assert _key([a]) == _key([a + 2e-11]) and _key([a]) != _key([a + 1e-10]) and _key([a]) != _key([a[None]])
    assert _key([a, a * np.nan]) is None and _key([a * np.inf]) is None and _key([a * [1, np.nan]]) is None


def test_the_shelf_holds_what_tells_mistakes_apart():
    stock, truth = shelf("gradients", "two layers"), right("two layers")
    assert len(stock.mistakes) == len(stock.answers) > 300 and shelf("gradients", "two layers") is stock
    assert all(_key(a) is not None for a in stock.answers)
    equal = [m for m, a in zip(stock.mistakes, stock.answers) if _key(a) == _key(truth)]
    assert equal and all("samples" in m.row.stages for m in equal), "right here, wrong for more samples: kept"


def stocked(**answers):
    """A shelf of the problem "two layers" that holds these answers, each by a mistake of its name."""
    made = tuple(SimpleNamespace(name=n, row=SimpleNamespace(stages=n.split("_")[:1])) for n in answers)
    with patch.multiple(references, catalogue=lambda kind: made, answer=lambda m, *_: answers[m.name]):
        stock = Shelf("gradients", "two layers", "sigmoid")
    return stock, [m.name for m in stock.mistakes]


TRUTH = right("two layers")  # W, W, b, b


def test_what_comes_on_the_shelf():
    bad = TRUTH[0] * np.nan
    stock, names = stocked(
        cost=[2 * TRUTH[0], *TRUTH[1:]], raising=None, idle=[*TRUTH], samples_right=[*TRUTH], nan=[bad, *TRUTH[1:]],
        samples_nan=[bad, *TRUTH[1:]], short=TRUTH[:3], turned=[TRUTH[0].T, *TRUTH[1:]],
    )  # fmt: skip
    assert names == ["cost", "samples_right", "short", "turned"] and len(stock.answers) == 4
    assert stock.as_right.tolist() == [[True] * 4, [True] * 4, [False] * 4, [False, True, True, True]]
    assert stock.answers[3][0] is not TRUTH[0] and stock.answers[2] is not None


def test_the_factors_of_all_answers():
    stock, _ = stocked(cost=[2 * TRUTH[0], -TRUTH[1], *TRUTH[2:]], other=[TRUTH[0] ** 2, TRUTH[1] * 0, *TRUTH[2:]])
    ones = [1e-8] * 4
    table = stock.factors([None, TRUTH[1], 3 * TRUTH[2], TRUTH[3].T[:1]], ones)
    assert table[:, 0].tolist() == [np.inf, np.inf] and table[0, 1] == -1 and np.isnan(table[1, 1])
    assert table[:, 2] == pytest.approx([3, 3]) and np.isnan(table[:, 3]).all()
    assert stock.factors([TRUTH[0] * 0, TRUTH[1] * 0, *TRUTH[2:]], ones)[:, :2].tolist() == [[0, 0], [0, np.inf]]
    hair = TRUTH[2] * 0 + [1e-3, *[0] * (TRUTH[2].size - 1)]
    found = lambda tolerance: np.isfinite(stock.factors([*TRUTH[:2], TRUTH[2] + hair, TRUTH[3]], tolerance))[0].tolist()
    assert found([1e-8, 1e-8, 1.0, 1e-8]) == [True] * 4 and found(ones) == [True, True, False, True]


def test_as_right_is_nine_digits():
    across = np.roll(TRUTH[0], 1, axis=0)
    across -= (across * TRUTH[0]).sum() / (TRUTH[0] ** 2).sum() * TRUTH[0]
    across *= np.linalg.norm(TRUTH[0]) / np.linalg.norm(across)
    near, far = ([TRUTH[0] + h * across, 2 * TRUTH[1], *TRUTH[2:]] for h in (0.8e-9, 1.5e-9))
    assert stocked(near=near, far=far)[0].as_right[:, 0].tolist() == [True, False]


# ------------------------------------------------------------------------------------------------------- multiples

BOTH = (multiple, lambda v, u, tolerance: float(multiples(v, u[None], tolerance)[0]))


@pytest.mark.parametrize("factor_of", BOTH, ids=["one", "many"])
def test_what_counts_as_a_multiple(factor_of):
    u, across = np.array([3.0, 4.0]), np.array([-4.0, 3.0])
    for size in (1e-3, 1.0, 1e3):
        for h, found in ((0.9e-6, True), (1.1e-6, False)):
            assert bool(np.isfinite(factor_of(size * (2 * u + 2 * h * across), u, 1e-6))) is found
    assert factor_of(-2 * u, u, 0.0) == -2, "to the last digit"
    assert np.isnan(factor_of(across, u, 2.0)), "0 is no factor of what is there"
    assert np.isnan(factor_of(u, u * [1, 0], 0.5)) and factor_of(u, u * [1, 0], 0.9) == 1


@pytest.mark.parametrize("factor_of", BOTH, ids=["one", "many"])
def test_what_counts_as_zero(factor_of):
    """Lengths below 1e-20."""
    u, least, less = np.array([3.0, 4.0]), np.array([0.0, 1e-20]), np.array([0.0, 0.9e-20])
    assert factor_of(least, least, 1e-9) == 1 and factor_of(1.2 * least, 1.2 * least, 1e-9) == 1
    assert factor_of(less, u, 1e-9) == 0 and factor_of(less, less, 1e-9) == np.inf
    assert factor_of(less, least, 1e-9) == factor_of(less, 1.2 * least, 1e-9) == 0
    assert np.isnan(factor_of(u, less, 1e-9)) and np.isnan(factor_of(u, 0 * u, 1e-9))
    assert np.isnan(factor_of(u, u * [1, np.nan], 1e-9))


def test_many_at_once_each_by_itself():
    u = np.array([[1.0, 2.0], [0.0, 0.0], [2.0, 4.0], [2.0, -1.0]])
    assert multiples(4 * u[0], u, 1e-9).tolist() == pytest.approx([4, np.nan, 2, np.nan], nan_ok=True)
    assert multiples(0 * u[0], u, 1e-9).tolist() == [0, np.inf, 0, 0]
    assert multiple(np.ones((2, 3)), np.full((3, 2), 0.5), 1e-9) == 2, "entry by entry, in any shape"
    assert np.isnan(multiple(u[0], u[0] * np.inf, 1e-9))
