"""Step rules m(g): each against a computation by hand, against torch.optim, and a planted mistake that must show."""

import inspect

import numpy as np
import pytest
from networks import steps_of

from nnlib import rules
from nnlib.data import xor
from nnlib.descent import train
from nnlib.network import init

FACTORIES = {
    "plain": (lambda: rules.plain, "SGD", {}),
    "momentum": (lambda: rules.momentum(0.9), "SGD", {"momentum": 0.9}),
    "nesterov": (lambda: rules.nesterov(0.9), "SGD", {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (lambda: rules.rmsprop(0.99, 1e-8), "RMSprop", {"alpha": 0.99, "eps": 1e-8}),
    "adam": (lambda: rules.adam(0.9, 0.999, 1e-8), "Adam", {"betas": (0.9, 0.999), "eps": 1e-8}),
}


ROOT3 = np.sqrt(3)
LONG = [[2.0, 4.0], [5.0, 2.0]]  # of length 7
# a rule, the gradients of a few steps, and its steps m
BY_HAND = {
    "plain": (rules.plain, [2.0, -4.0], [2.0, -4.0]),
    "momentum: u = 2, 2/2 + 3, 4/2 - 1": (rules.momentum(0.5), [2.0, 3.0, -1.0], [2.0, 4.0, 1.0]),
    "nesterov: g + u/2 with the same u": (rules.nesterov(0.5), [2.0, 3.0, -1.0], [3.0, 5.0, -0.5]),
    "a share of 0 forgets": (rules.momentum(0), [2.0, 3.0], [2.0, 3.0]),
    "and so does rmsprop's": (rules.rmsprop(0, 1e-300), [2.0, 3.0], [1.0, 1.0]),
    "rmsprop: q = 4/4, then 3/4 + 9/4": (rules.rmsprop(0.75, 1e-300), [2.0, 3.0], [2.0, ROOT3]),
    "adam: p and q over 1/2 and 1/4, then over 3/4 and 7/16": (
        rules.adam(0.5, 0.75, 1e-300), [2.0, 3.0], [1.0, (2 / 0.75) / np.sqrt(3 / (7 / 16))],
    ),
    "clipping: all parameters together": (rules.clipping(1.0), [LONG], [np.divide(LONG, 7)]),
    "clipping: no longer than it was": (rules.clipping(8.0), [LONG], [LONG]),
    "clipping: nothing": (rules.clipping(1.0), [0.0], [0.0]),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_rule_by_hand(name):
    rule, gs, wanted = BY_HAND[name]
    steps = steps_of(rule, [[np.array(part) for part in np.atleast_1d(g)] for g in gs])
    np.testing.assert_allclose([np.array(m) for m in steps], [np.atleast_1d(m) for m in wanted], rtol=1e-15)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_first_step_of_adam_has_no_units(scale):
    ((m,),) = steps_of(rules.adam(), [[np.array([scale, -scale])]])
    assert np.allclose(m, [1, -1], rtol=1.1e-8 / scale if scale < 1 else 1.1e-8)


def test_the_numbers_taken_where_none_are_given_are_those_of_the_sources():
    def given(make):
        return {name: value.default for name, value in inspect.signature(make).parameters.items()}

    assert given(rules.momentum) == given(rules.nesterov) == {"beta": 0.9} and given(rules.clipping) == {"longest": 1.0}
    assert given(rules.rmsprop) == {"decay": 0.99, "tiny": 1e-8}
    assert given(rules.adam) == {"beta1": 0.9, "beta2": 0.999, "tiny": 1e-8}


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
