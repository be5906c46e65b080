"""Rules with state: the field's own are right in every form, each slip gets its word."""

import numpy as np
import pytest
from texts import edited, tables

from nnlib import rules
from nnlib.doctor.rules.judge import diagnose_rule

HEAD, RULES = tables("rules")
CASES = [(name, "correct") for name in RULES]
CASES += [(name, *slip) for name, table in RULES.items() for slip in table["slips"]]
NAMES = ["momentum", "nesterov", "rmsprop", "adam"]


@pytest.mark.parametrize("like", NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_rule_of_the_package_is_right_as_itself_alone(name, like):
    assert diagnose_rule(getattr(rules, name)(), like=like).correct is (name == like)


@pytest.mark.parametrize("name, expected, change", [(*case[:2], case[2:]) for case in CASES])
def test_slips_get_their_word(name, expected, change):
    space = {}
    exec(HEAD + edited(RULES[name]["code"], *change), space)
    d = diagnose_rule(space["rule"], like=RULES[name]["like"])
    category, _, words = expected.partition(": ")
    assert d.category == category and words in str(d), d


def test_a_schedule_is_said():
    taken = []

    def halved(w, g):
        taken.append(0.1 * 0.5 ** (len(taken) // 2))
        return w - taken[-1] * g

    d = diagnose_rule(halved, like="plain")
    assert d.correct is True and "0.1, 0.1, 0.05, 0.05" in str(d)
    assert diagnose_rule(lambda w, g: w - 0.1 * np.sign(g), like="plain").correct is False


def test_a_rate_that_is_declared_counts():
    assert diagnose_rule(lambda w, g: w - 0.1 * g, like="plain", rate=0.1).correct
    assert diagnose_rule(lambda w, g: w - 0.01 * g, like="plain", rate=0.1).category == "rule-rate"


def test_what_raises_gets_no_verdict():
    d = diagnose_rule(lambda w, g: 1 / 0, like="adam")
    assert d.correct is None and "ZeroDivisionError" in str(d)
    with pytest.raises(ValueError, match="like: expected one of"):
        diagnose_rule(lambda g: g, like="lion")
