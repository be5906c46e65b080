"""Lesson 3's questions and exercises: the chain rule along one path, and the factors that are so easily forgotten."""

from __future__ import annotations

from nnlib.functions import sigmoid as S
from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-cost": Question(
        "From lesson 2: two samples cost 0.2 and 0.6. What is the cost C of the batch?",
        (
            Option("0.8", "That is their sum. C is defined with 1/T in front, here 1/2."),
            Option("0.4", "The mean of the sample costs: (0.2 + 0.6) / 2.", right=True),
            Option("0.2", "That divides by T twice. One division makes the mean."),
        ),
    ),
    "review-path": Question(
        "From lesson 2: only w_11^(1) of the 2-2-1 network is changed a little. Which numbers of a sample change?",
        (
            Option("All of them: everything is connected", "Inputs stay, and so does hidden neuron 2."),
            Option(
                "z and a of hidden neuron 1, z and a of the output, and the cost",
                "These and no others: they lie on the path from this weight to the cost.",
                right=True,
            ),
            Option(
                "z and a of both hidden neurons, then the output and the cost",
                "Hidden neuron 2 takes w_12 and w_22. It never meets w_11.",
            ),
        ),
    ),
    "never-above": Question(
        "dC/dw is a product of five factors: x, S'(z) hidden, w of the output layer, S'(z) output, 2(a - e). "
        "Which can never exceed 1/4, whatever the network?",
        (
            Option(
                "The input x",
                "This assumes scaled data. An input is whatever you measure: 1 in XOR, and it could be 1000.",
            ),
            Option(
                "Each S'(z)",
                "S' = S (1 - S) is a number times what is missing to 1. That is largest at one half: 1/4.",
                right=True,
            ),
            Option("The weight w", "This assumes small weights. Nothing bounds a weight while it is learned."),
            Option(
                "The error 2(a - e)",
                "This assumes an error below 1/8. For outputs and targets from 0 to 1 it goes up to 2.",
            ),
        ),
    ),
}


def S_slope(z):
    """S'(z) = S(z) (1 - S(z))."""
    return S(z) * (1 - S(z))


def output_weight(a_prev, z, e):
    """dC/dw = a_prev S'(z) 2 (a - e), with a = S(z)."""
    return a_prev * S_slope(z) * 2 * (S(z) - e)


def one_path(x, z1, w2, z2, e):
    """dC/dw = x S'(z1) w2 S'(z2) 2 (a - e), with a = S(z2)."""
    return x * S_slope(z1) * w2 * S_slope(z2) * 2 * (S(z2) - e)


def _at_a(z):
    """The slope taken at a = S(z) in place of z: a sigmoid of a sigmoid."""
    return S_slope(S(z))


def _z(rng):
    return (rng.normal(size=6) * 2,)


def _output(rng):
    return rng.uniform(0.2, 0.9), rng.normal(), rng.uniform(0.1, 0.9)


def _path(rng):
    return rng.uniform(0.3, 2), rng.normal(), rng.uniform(0.5, 2), rng.normal(), rng.uniform(0.1, 0.9)


NO_TWO = "The factor 2 is missing: the square (a - e)^2 has the slope 2 (a - e)."
SQUARED = "The error is still squared: its slope is 2 (a - e), without the square."
TWICE_SQUARED = "The 2 is right, and the error is still squared: the slope of its square is 2 (a - e)."
NO_TARGET = "The expected e is missing: the error is a - e."
BRACKETS = "Only a is multiplied: put brackets round (a - e)."
Z_ERROR = "The error is taken at z: it is a - e, with a = S(z)."
VALUES = "S is used where its slope belongs: S'(z) = S(z) (1 - S(z))."
SIGN = "The sign is turned round: the slope of (a - e)^2 is 2 (a - e), output minus target."

EXERCISES = {
    "slope": Exercise(
        "The slope of the sigmoid",
        S_slope,
        _z,
        hints=("You need S(z) twice.", "The product of S(z) and of what is missing to 1."),
        wrong_ways=(
            WrongWay("value-not-slope", S, "That is S(z) itself: its slope is S(z) (1 - S(z))."),
            WrongWay(
                "slope-at-a",
                _at_a,
                "The slope is taken at a, not at z: a sigmoid of a sigmoid. Use S(z) once, inside no other S.",
            ),
            WrongWay(
                "z-times", lambda z: z * (1 - z), "That is a (1 - a) with z in place of a: put S(z) in both places."
            ),
            WrongWay(
                "brackets",
                lambda z: 0 * z,
                "It is 0 everywhere: S(z) * 1 - S(z) multiplies first. Put brackets round (1 - S(z)).",
            ),
            WrongWay("rest-alone", lambda z: 1 - S(z), "That is the rest, 1 - S(z). Multiply it by the share, S(z)."),
            WrongWay(
                "z-in-the-rest", lambda z: S(z) * (1 - z), "The second bracket has z in it: it is 1 - S(z), not 1 - z."
            ),
            WrongWay(
                "tanh-slope",
                lambda z: 1 - S(z) ** 2,
                "That is the formula for the slope of tanh, 1 - a^2; for S it is a (1 - a).",
            ),
            WrongWay(
                "sign",
                lambda z: -S_slope(z),
                "The sign is turned round: S rises everywhere, so its slope is positive.",
            ),
        ),
        praise="Largest at z = 0, where it is 1/4, and almost nothing far away from it.",
    ),
    "output-weight": Exercise(
        "A weight of the output layer",
        output_weight,
        _output,
        hints=(
            "Walk from the cost to the weight: through the square, through the sigmoid, through the sum.",
            "The three factors are 2 (a - e), S'(z) and a_prev, where a = S(z).",
        ),
        wrong_ways=(
            WrongWay("missing-two", lambda p, z, e: output_weight(p, z, e) / 2, NO_TWO),
            WrongWay(
                "missing-slope",
                lambda p, z, e: p * 2 * (S(z) - e),
                "The slope S'(z) is missing: the path goes through the sigmoid too.",
            ),
            WrongWay(
                "missing-two-and-slope",
                lambda p, z, e: p * (S(z) - e),
                "The factor 2 and the slope S'(z) are both missing. This would be right for another cost, cross-entropy.",
            ),
            WrongWay(
                "missing-input",
                lambda p, z, e: output_weight(1, z, e),
                "The factor a_prev is missing: that is the slope for the bias.",
            ),
            WrongWay(
                "slope-at-a",
                lambda p, z, e: p * _at_a(z) * 2 * (S(z) - e),
                "The slope is taken at a, not at z: S'(z) = a (1 - a) already.",
            ),
            WrongWay(
                "z-for-a",
                lambda p, z, e: p * S_slope(z) * 2 * (z - e),
                Z_ERROR,
            ),
            WrongWay("squared", lambda p, z, e: p * S_slope(z) * (S(z) - e) ** 2, SQUARED),
            WrongWay("twice-squared", lambda p, z, e: p * S_slope(z) * 2 * (S(z) - e) ** 2, TWICE_SQUARED),
            WrongWay("no-target", lambda p, z, e: output_weight(p, z, 0), NO_TARGET),
            WrongWay("brackets", lambda p, z, e: output_weight(p, z, 0) - e, BRACKETS),
            WrongWay("value-for-slope", lambda p, z, e: p * S(z) * 2 * (S(z) - e), VALUES),
            WrongWay("sign", lambda p, z, e: -output_weight(p, z, e), SIGN),
        ),
        praise="Three stations, three factors.",
    ),
    "one-path": Exercise(
        "One whole path",
        one_path,
        _path,
        hints=(
            "Five factors, one for each station of the path; write them in order from x to the cost.",
            "Both sigmoids on the path give a slope: S'(z1) and S'(z2).",
        ),
        wrong_ways=(
            WrongWay("missing-two", lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) / 2, NO_TWO),
            WrongWay(
                "missing-hidden-slope",
                lambda x, z1, w, z2, e: x * w * S_slope(z2) * 2 * (S(z2) - e),
                "The hidden slope S'(z1) is missing: the path goes through two sigmoids.",
            ),
            WrongWay(
                "missing-output-slope",
                lambda x, z1, w, z2, e: x * S_slope(z1) * w * 2 * (S(z2) - e),
                "The output's slope S'(z2) is missing: the path goes through two sigmoids.",
            ),
            WrongWay(
                "missing-both-slopes",
                lambda x, z1, w, z2, e: x * w * 2 * (S(z2) - e),
                "Both slopes are missing: each sigmoid on the path gives a factor S'(z).",
            ),
            WrongWay(
                "missing-weight",
                lambda x, z1, w, z2, e: one_path(x, z1, 1, z2, e),
                "The weight w2 is missing: the path goes through it.",
            ),
            WrongWay(
                "missing-input",
                lambda x, z1, w, z2, e: one_path(1, z1, w, z2, e),
                "The input x is missing: that is the slope for the bias.",
            ),
            WrongWay(
                "slope-at-a",
                lambda x, z1, w, z2, e: x * _at_a(z1) * w * _at_a(z2) * 2 * (S(z2) - e),
                "The slopes are taken at a, not at z: S'(z) = a (1 - a) already.",
            ),
            WrongWay("squared", lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) * (S(z2) - e) / 2, SQUARED),
            WrongWay("twice-squared", lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) * (S(z2) - e), TWICE_SQUARED),
            WrongWay("no-target", lambda x, z1, w, z2, e: one_path(x, z1, w, z2, 0), NO_TARGET),
            WrongWay("brackets", lambda x, z1, w, z2, e: one_path(x, z1, w, z2, 0) - e, BRACKETS),
            WrongWay("value-for-slope", lambda x, z1, w, z2, e: x * S(z1) * w * S(z2) * 2 * (S(z2) - e), VALUES),
            WrongWay(
                "hidden-value",
                lambda x, z1, w, z2, e: x * S(z1) * w * S_slope(z2) * 2 * (S(z2) - e),
                "At the hidden neuron S(z1) stands where its slope belongs: S(z1) (1 - S(z1)).",
            ),
            WrongWay("z-for-a", lambda x, z1, w, z2, e: x * S_slope(z1) * w * S_slope(z2) * 2 * (z2 - e), Z_ERROR),
            WrongWay(
                "activation-too-many",
                lambda x, z1, w, z2, e: one_path(x, z1, w, z2, e) * S(z1),
                "a1 is a factor too many: it belongs to the weight after it, not to this path.",
            ),
            WrongWay("sign", lambda x, z1, w, z2, e: -one_path(x, z1, w, z2, e), SIGN),
            WrongWay(
                "added",
                lambda x, z1, w, z2, e: x + S_slope(z1) + w + S_slope(z2) + 2 * (S(z2) - e),
                "The factors are added: along one path they multiply. Sums come in lesson 4, where paths meet.",
            ),
        ),
        praise="Five stations, five factors, one product.",
    ),
}
