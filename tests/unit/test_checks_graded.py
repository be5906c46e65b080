"""The field's rules as the table of BENCHMARKS.md grades them: each does what its description says."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from conftest import ROOT

import nnlib
from nnlib.corpus.measure import problem

sys.path.append(str(ROOT / "tests" / "bench"))
import checks_graded as table  # noqa: E402

DESIGN = table.DESIGNS["3-4-2, 5 samples"]


def passes(rule, change=lambda arrays: arrays):
    """Whether the rule lets the right gradient pass after a change of its four arrays."""

    def gradients(weights, biases, X, E):
        arrays = change([g for group in nnlib.gradients(weights, biases, X, E) for g in group])
        return arrays[:2], arrays[2:]

    if isinstance(rule, table.Rule):
        rule.place = DESIGN, 0
    return rule(gradients, *problem(DESIGN, 0))


def rule(name):
    return next(r for r in table.RULES if r.__name__.startswith(name))


@pytest.mark.parametrize("each", [r for r in table.RULES if "1e-7" not in r.__name__], ids=lambda r: r.__name__)
def test_the_right_gradient_passes_and_its_negative_does_not(each):
    assert passes(each)
    assert not passes(each, lambda arrays: [-g for g in arrays])


@pytest.mark.parametrize(
    "name, error, seen",
    [
        ("CS231n, below 1e-2", 1e-3, False),
        ("CS231n, below 1e-4", 1e-3, True),
        ("DeepLearning.AI", 1e-6, True),
        ("PyTorch", 1e-4, False),
        ("PyTorch", 1e-1, True),
        ("minitorch", 5e-3, False),
        ("JAX", 1e-2, True),
        ("each array", 1e-5, True),
        ("the cost falls", 0.5, False),
    ],
)
def test_a_factor_is_seen_from_the_stated_tolerance_on(name, error, seen):
    assert passes(rule(name), lambda arrays: [(1 + error) * g for g in arrays]) is not seen


def test_one_ratio_for_all_is_kinder_to_one_array_than_a_norm_for_each():
    spoil = lambda arrays: [arrays[0], arrays[1], arrays[2] * (1 + 2e-6), arrays[3]]
    assert not passes(rule("each array"), spoil)
    assert passes(rule("minitorch"), spoil)


def test_gradcheck_asks_twice():
    calls = []
    drift = lambda arrays: calls.append(0) or [g + 1e-15 * len(calls) for g in arrays]
    assert not passes(rule("PyTorch"), drift) and len(calls) == 2


def test_another_shape_is_refused_by_every_rule_that_compares_arrays():
    flattened = lambda arrays: [arrays[0].ravel(), *arrays[1:]]
    assert not any(passes(r, flattened) for r in table.RULES[:-1])


def test_measured_slopes_do_not_move_the_problem_and_one_side_is_worse():
    right = np.concatenate([g.ravel() for group in nnlib.gradients(*problem(DESIGN, 0)) for g in group])
    both, one = (np.abs(table.joined(table.measured(DESIGN, 0, 1e-4, sided)) - right).max() for sided in (2, 1))
    assert both < 1e-7 < 1e-6 < one


def test_the_table_has_a_row_for_each_rule_and_a_source_for_each_that_is_not_ours(capsys, monkeypatch):
    monkeypatch.setattr(table, "SEEDS", range(1))
    designs = {name: table.DESIGNS[name] for name in ("2-3-1, 1 sample, zero biases", "3-4-5-2, 7 samples")}
    table.main(table.RULES[6:7], designs)
    said = capsys.readouterr().out
    assert "JAX check_grads" in said and "right accused" in said and "wrong gradients of the corpus" in said
    for r in table.RULES[:8]:
        assert any(r.__name__.split()[0].split(",")[0] in source for source in table.SOURCES)
