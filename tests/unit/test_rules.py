"""Step rules m(g): each against a computation by hand, against torch.optim, and a planted mistake that must show."""

import inspect

import numpy as np
import pytest

from nnlib import rules
from nnlib.data import xor
from nnlib.descent import train
from nnlib.network import init

HALF_TEN = [np.array([[2.0, -4.0]]), np.array([1.0])]
FACTORIES = {
    "plain": (lambda: rules.plain, "SGD", {}),
    "momentum": (lambda: rules.momentum(0.9), "SGD", {"momentum": 0.9}),
    "nesterov": (lambda: rules.nesterov(0.9), "SGD", {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (lambda: rules.rmsprop(0.99, 1e-8), "RMSprop", {"alpha": 0.99, "eps": 1e-8}),
    "adam": (lambda: rules.adam(0.9, 0.999, 1e-8), "Adam", {"betas": (0.9, 0.999), "eps": 1e-8}),
}


def run(rule, gs):
    """The steps m of a rule for the gradients of a few steps."""
    memory, steps = None, []
    for g in gs:
        m, memory = rule(g, memory)
        steps.append(m)
    return steps


def test_plain_returns_the_gradient_unchanged():
    (m,) = run(rules.plain, [HALF_TEN])
    assert all((a == b).all() for a, b in zip(m, HALF_TEN))


def test_momentum_by_hand():
    # u = 2, then 0.5 * 2 + 3 = 4, then 0.5 * 4 - 1 = 1
    steps = run(rules.momentum(0.5), [[np.array([x])] for x in (2.0, 3.0, -1.0)])
    assert [m[0][0] for m in steps] == [2.0, 4.0, 1.0]


def test_nesterov_by_hand():
    # u as above: 2, 4, 1; m = g + u/2 = 3, 5, -0.5
    steps = run(rules.nesterov(0.5), [[np.array([x])] for x in (2.0, 3.0, -1.0)])
    assert [m[0][0] for m in steps] == [3.0, 5.0, -0.5]


def test_clipping_by_hand_measures_all_parameters_together():
    (m,) = run(rules.clipping(1.0), [[np.array([[3.0]]), np.array([4.0])]])  # 3-4-5
    assert np.allclose([m[0][0, 0], m[1][0]], [0.6, 0.8], rtol=1e-15)
    (short,) = run(rules.clipping(6.0), [[np.array([[3.0]]), np.array([4.0])]])
    assert (short[0][0, 0], short[1][0]) == (3.0, 4.0)
    (zero,) = run(rules.clipping(1.0), [[np.zeros(2)]])
    assert (zero[0] == 0).all()


def test_clipping_takes_every_number_of_an_array_into_the_length():
    (m,) = run(rules.clipping(1.0), [[np.array([[2.0, 4.0]]), np.array([5.0, 2.0])]])  # 4 + 16 + 25 + 4 = 49
    assert np.allclose(m[0] * 7, [[2, 4]], rtol=1e-15) and np.allclose(m[1] * 7, [5, 2], rtol=1e-15)


def test_a_share_of_zero_is_allowed_and_forgets_at_once():
    gs = [[np.array([x])] for x in (2.0, 3.0)]
    assert [m[0][0] for m in run(rules.momentum(0), gs)] == [2.0, 3.0]
    assert [m[0][0] for m in run(rules.rmsprop(0, 1e-300), gs)] == [1.0, 1.0]


def test_the_numbers_taken_where_none_are_given_are_those_of_the_sources():
    def given(make):
        return {name: value.default for name, value in inspect.signature(make).parameters.items()}

    assert given(rules.momentum) == given(rules.nesterov) == {"beta": 0.9} and given(rules.clipping) == {"longest": 1.0}
    assert given(rules.rmsprop) == {"decay": 0.99, "tiny": 1e-8}
    assert given(rules.adam) == {"beta1": 0.9, "beta2": 0.999, "tiny": 1e-8}


def test_rmsprop_by_hand():
    # q = 0.25 * 4 = 1 -> m = 2/1; q = 0.75 * 1 + 0.25 * 9 = 3 -> m = 3/sqrt(3)
    steps = run(rules.rmsprop(0.75, 1e-300), [[np.array([2.0])], [np.array([3.0])]])
    assert np.allclose([m[0][0] for m in steps], [2.0, 3 / np.sqrt(3)], rtol=1e-15)


def test_adam_by_hand_and_its_first_step_has_no_units():
    # p = 1, q = 1, undone: 2 and 4 -> m = 1; then p = 0.5 + 1.5 = 2 over 0.75, q = 0.75 + 0.25 * 9 = 3 over 7/16
    steps = run(rules.adam(0.5, 0.75, 1e-300), [[np.array([2.0])], [np.array([3.0])]])
    assert np.allclose([m[0][0] for m in steps], [1.0, (2 / 0.75) / np.sqrt(3 / (7 / 16))], rtol=1e-15)
    for scale in (1e-6, 1.0, 1e6):
        (m,) = run(rules.adam(), [[np.array([scale, -scale])]])
        assert np.allclose(m[0], [1, -1], rtol=0.011)  # 1e-8 beside 1e-6


@pytest.mark.oracle
@pytest.mark.parametrize("name", FACTORIES)
def test_agrees_with_torch_over_twenty_steps(name):
    import torch

    make, kind, settings = FACTORIES[name]
    worst = against_torch(torch, make(), kind, settings)
    assert worst < 1e-13


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adam"])
def test_a_forgotten_memory_is_seen_by_the_comparison(name):
    import torch

    make, kind, settings = FACTORIES[name]
    forgetful = make()
    assert against_torch(torch, lambda g, memory: forgetful(g, None), kind, settings) > 1e-3


def against_torch(torch, rule, kind, settings):
    """The largest relative difference of twenty points, ours and torch's, with random gradients and rate 0.1."""
    rng = np.random.default_rng(3)
    ours = [rng.standard_normal((3, 2)), rng.standard_normal(2)]
    theirs = [torch.tensor(v.copy(), requires_grad=True) for v in ours]
    optimiser, memory, worst = getattr(torch.optim, kind)(theirs, lr=0.1, **settings), None, 0.0
    for _ in range(20):
        g = [rng.standard_normal(v.shape) for v in ours]
        m, memory = rule(g, memory)
        ours = [v - 0.1 * part for v, part in zip(ours, m)]
        for v, part in zip(theirs, g):
            v.grad = torch.tensor(part)
        optimiser.step()
        worst = max(
            worst, *(np.abs(a - b.detach().numpy()).max() / np.abs(a).max() for a, b in zip(ours, theirs, strict=True))
        )
    return worst


ALL = {**{name: make for name, (make, *_) in FACTORIES.items()}, "clipping": lambda: rules.clipping(0.5)}


@pytest.mark.parametrize("name", ALL)
def test_pure_neither_gradient_nor_memory_is_changed(name):
    rule, rng = ALL[name](), np.random.default_rng(0)
    first, second = ([rng.standard_normal((2, 2)), rng.standard_normal(2)] for _ in range(2))
    kept = [part.copy() for part in (*first, *second)]
    _, memory = rule(first, None)
    once, _ = rule(second, memory)
    again, _ = rule(second, memory)  # the same memory twice gives the same step
    assert all((a == b).all() for a, b in zip(once, again))
    assert all((a == b).all() for a, b in zip((*first, *second), kept))


@pytest.mark.parametrize("name", ALL)
def test_the_training_loop_runs_it_and_learns(name):
    rates = {"plain": 3.0, "momentum": 1.0, "nesterov": 1.0, "clipping": 3.0, "rmsprop": 0.01, "adam": 0.03}
    weights, biases = init([2, 3, 1], np.random.default_rng(1))
    history = train(weights, biases, *xor(), rates[name], epochs=3000, rule=ALL[name]())
    assert history.costs[-1] < 0.01
