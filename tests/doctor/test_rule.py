"""Rules with state: the field's own are right in every form, each slip gets its word."""

import numpy as np
import pytest

from nnlib import rules
from nnlib.doctor.rules.judge import diagnose_rule


class Adam:
    def __init__(self, correct="divide", b1=0.9, sign=1):
        self.m = self.v = self.t = 0
        self.correct, self.b1, self.sign = correct, b1, sign

    def __call__(self, w, g):
        self.t += 1
        self.m = self.sign * self.b1 * self.m + (1 - self.b1) * g
        self.v = 0.999 * self.v + 0.001 * g**2
        if self.correct == "short form":
            rate = 0.001 * np.sqrt(1 - 0.999**self.t) / (1 - self.b1**self.t)
            return w - rate * self.m / (np.sqrt(self.v) + 1e-8)
        if self.correct == "divide":
            m, v = self.m / (1 - self.b1**self.t), self.v / (1 - 0.999**self.t)
        elif self.correct == "multiply":
            m, v = self.m * (1 - self.b1**self.t), self.v * (1 - 0.999**self.t)
        elif self.correct == "no t":
            m, v = self.m / (1 - self.b1), self.v / (1 - 0.999)
        else:
            m, v = self.m, self.v
        return w - 0.001 * m / (np.sqrt(v) + 1e-8)


class Velocity:
    def __init__(self, formula):
        self.v, self.n, self.formula = 0.0, 0, formula

    def __call__(self, g):
        self.n += 1
        old = self.v
        self.v = self.formula(self.v, g, self.n)
        return old if self.formula is OLD else self.v


def OLD(v, g, n):
    return 0.9 * v + g


@pytest.mark.parametrize("like", ["momentum", "nesterov", "rmsprop", "adam"])
def test_the_rules_of_the_package_are_right(like):
    assert diagnose_rule(getattr(rules, like)(), like=like).correct is True


@pytest.mark.parametrize("like, other", [("nesterov", "momentum"), ("adam", "rmsprop"), ("momentum", "nesterov")])
def test_another_rule_is_not(like, other):
    assert diagnose_rule(getattr(rules, other)(), like=like).correct is False


CASES = [
    ("adam", Adam(), "correct"),
    ("adam", Adam(b1=0.8), "correct"),
    ("adam", Adam("multiply"), "rule-correction"),
    ("adam", Adam("no t"), "rule-correction"),
    ("adam", Adam("none"), "rule-correction"),
    ("adam", Adam(sign=-1), "rule-sign"),
    ("adam", Adam("short form"), "correct"),
    ("momentum", Velocity(lambda v, g, n: 0.9 * v - 0.01 * g), "correct"),
    ("momentum", Velocity(lambda v, g, n: 0.85 * v + 0.15 * g), "correct"),
    ("momentum", Velocity(lambda v, g, n: -0.9 * v + g), "rule-sign"),
    ("momentum", Velocity(lambda v, g, n: 0.9 * 0.01 * v - 0.01 * g), "rule-rate"),
    ("momentum", Velocity(lambda v, g, n: g if n == 1 else 0.9 * v + 0.01 * g), "rule-rate"),
    ("momentum", Velocity(lambda v, g, n: g), "rule-stale"),
    ("momentum", Velocity(lambda v, g, n: v + g), "rule-formula"),
    ("momentum", Velocity(OLD), "rule-stale"),
    ("weight decay", lambda w, g: w - 0.1 * (g + 0.01 * w), "correct"),
    ("weight decay", lambda w, g: w - 0.1 * (g + 0.01 * w) - 0.1 * 0.01 * w, "rule-formula"),
    ("weight decay", lambda w, g: w - 0.1 * (g - 0.01 * w), "rule-sign"),
]


@pytest.mark.parametrize("like, rule, expected", CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_slips_get_their_word(like, rule, expected):
    d = diagnose_rule(rule, like=like)
    assert d.category == expected, d


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
