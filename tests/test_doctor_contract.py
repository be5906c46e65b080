"""The vocabulary is one closed list, and its families stand in the order in which the values are computed."""

import pytest

from nnlib.doctor.contract import FAMILY_ORDER, VOCABULARY, Category, severity


def test_of_two_slips_the_earlier_in_the_computation_is_the_more_severe():
    first = {}
    for slug in sorted(VOCABULARY, key=severity):
        first.setdefault(VOCABULARY[slug].family, slug)
    assert list(first.items()) == [
        ("state", "accumulator-not-reset"),
        ("shape-dtype", "elementwise-matmul-confusion"),
        ("batch", "only-last-sample"),
        ("cost", "cross-entropy-delta"),
        ("derivative", "missing-activation-derivative"),
        ("propagation", "error-propagated-without-derivative"),
        ("weight-gradient", "transposed-gradient"),
        ("bias", "bias-not-summed"),
        ("layers", "only-last-layer"),
        ("update", "assigned-instead-of-subtracted"),
        ("sign", "sign"),
        ("scale", "missing-factor-two"),
        ("numerical", "finite-difference-error"),
        ("other", "unknown"),
        ("none", "correct"),
    ]


def test_slips_of_one_family_are_equally_severe():
    for slug, row in VOCABULARY.items():
        assert FAMILY_ORDER[severity(slug)] == row.family
    assert severity("nan") == severity("broadcasting")
    with pytest.raises(KeyError):
        severity("no-such-slip")


def test_a_row_holds_family_mistake_formula_and_hint_in_this_order():
    row = VOCABULARY["bias-wrong-axis"]
    assert Category._fields == ("family", "mistake", "formula", "hint") and len(VOCABULARY) == 56
    assert row.family == "bias" and row.mistake == "the bias gradient is reduced over the wrong axis"
    assert row.formula == "db = dZ.sum(«axis=0»)" and row.hint.endswith("sum over axis 0.")
