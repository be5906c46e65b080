"""Backward passes of single layers: right ones are told so, each slip is placed, and named where its kind is known."""

import numpy as np
import pytest
from texts import edited, tables

from nnlib.doctor.layers.judge import diagnose_layer

n = np.random.default_rng(0).normal
HEAD, LAYERS = tables("layers")
CASES = [(name, "correct", "") for name in LAYERS]
CASES += [(name, *slip) for name, table in LAYERS.items() for slip in table["slips"]]


@pytest.mark.parametrize("name, expected, where, change", [(*case[:3], case[3:]) for case in CASES])
def test_layers(name, expected, where, change):
    space = {}
    exec(HEAD + edited(LAYERS[name]["code"], *change), space)
    d = diagnose_layer(space["layer"].forward, space["layer"].backward)
    assert d.category == expected and d.correct is (expected == "correct"), d
    assert where == "any" or d.where == {where} - {""}, d


def test_pooling():
    x = n(size=(2, 3, 4, 6))
    largest = lambda x: x.reshape(*x.shape[:2], x.shape[2] // 2, 2, -1, 2).max((3, 5))
    spread = lambda d: d.repeat(2, 2).repeat(2, 3)
    assert diagnose_layer(largest, lambda d: spread(d) * (x == spread(largest(x))), inputs=x).correct is True
    assert diagnose_layer(largest, lambda d: spread(d) / 4, inputs=x).category == "wrong-quantity-propagated"


def test_what_raises_for_the_shape_of_the_output_is_wrong():
    W = n(size=(4, 3))
    d = diagnose_layer(lambda x: x @ W, lambda dy: dy @ W, parameters=[W])
    assert d.correct is False and d.category == "shape-error" and d.where == {"input"}
    assert diagnose_layer(lambda x: x @ W, lambda dy: undefined, parameters=[W]).correct is None  # noqa: F821


def test_parameters_may_be_a_list_and_the_cache_is_handed_on():
    W = n(size=(4, 2))

    def forward(x):
        return np.tanh(x @ W), (x, np.tanh(x @ W))

    def backward(dy, cache):
        x, y = cache
        dz = dy * (1 - y**2)
        return dz @ W.T, x.T @ dz

    d = diagnose_layer(forward, backward, parameters=[W])
    assert d.correct is True and d.arrays == {"input": "right", "W": "right"}
    d = diagnose_layer(forward, lambda dy, cache: (backward(dy, cache)[0], cache[0].T @ dy), parameters=[W])
    assert d.correct is False and d.where == {"W"}


def test_a_table_looked_up_by_class_numbers():
    table = n(size=(6, 3))
    seen = {}

    def forward(ids):
        seen["ids"] = ids
        return table[ids]

    def backward(dy, adds=True):
        found = np.zeros_like(table)
        if adds:
            np.add.at(found, seen["ids"], dy)
        else:
            found[seen["ids"]] += dy
        return None, found

    ids = np.array([1, 4, 1, 0, 5])
    assert diagnose_layer(forward, backward, parameters=[table], inputs=ids).correct is True
    d = diagnose_layer(forward, lambda dy: backward(dy, False), parameters=[table], inputs=ids)
    assert d.correct is False and d.where == {"table"} and "np.add.at" in str(d)


@pytest.mark.parametrize("shape", [(5, 4), (2, 5, 4), (2, 3, 5, 4)])
def test_a_dense_layer_is_known_with_any_number_of_axes_of_samples(shape):
    W, b, x = n(size=(4, 3)), n(size=3), n(size=shape)
    X = x.reshape(-1, 4)

    def found(slip):
        def backward(dy):
            D = dy.reshape(-1, 3)
            return dy @ (abs(W) if slip == "W" else W).T, X.T @ D, D.sum(0) * (b if slip == "b" else 1)

        return diagnose_layer(lambda X: X @ W + b, backward, parameters=[W, b], inputs=x.copy())

    assert found("").correct is True
    assert found("b").category == "bias-wrong-formula"
    assert found("W").category == "wrong-quantity-propagated"
