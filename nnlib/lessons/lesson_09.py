"""Lesson 9's questions and exercises: the toy that is flung into a flatter valley, and telling one failure from another."""

from __future__ import annotations

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.four_fates import FATES, a_run, my_fate
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-limit": Question(
        "From lesson 8: at a minimum the largest curvature is λ = 40. Up to which rate can descent stay there?",
        (
            Option("0.025", "This is 1/λ, the rate that lands in one step along the sharpest direction."),
            Option("0.05", "2/λ = 2/40. Beyond it every step is longer than the last.", right=True),
            Option("20", "This is λ/2. The limit is the other way up: sharper means smaller steps."),
        ),
    ),
    "review-saturated": Question(
        "From lesson 0: C stands at 0.5, the gradient is almost zero, no number is NaN. Has this run converged to a good "
        "minimum?",
        (
            Option("Yes: a gradient of zero means a minimum", "A flat place may be high up. Look at the cost as well."),
            Option("No: it is saturated", "The slopes vanished while the cost was high.", right=True),
            Option("No: it has diverged", "Diverged means that the cost passed every bound. This one stands still."),
        ),
    ),
    "product-three": Question(
        "The toy is f = u v, aimed at 0. At its start the curvature is λ₀. You take rate·λ₀ = 3. What does the cost do?",
        (
            Option(
                "It diverges: 3 is beyond 2",
                "This takes the toy for a bowl, whose curvature is the same everywhere. Here λ = u² + v² changes with every "
                "step, and below rate·λ₀ = 4 it changes for the better.",
            ),
            Option(
                "It falls from the first step on",
                "This assumes that the limit is not 2 but higher from the start. Near the valley the bowl is right: the "
                "first steps do grow.",
            ),
            Option(
                "It rises at first, then falls to 0 at another, flatter place",
                "The first steps grow, as on the bowl. But growing steps shrink λ, and once rate·λ is below 2 the cost falls.",
                right=True,
            ),
            Option(
                "It jumps between two values for ever",
                "That is rate·λ = 2 exactly, on a bowl. Here λ does not stand still while f is not zero.",
            ),
        ),
    ),
}


def next_step(f, lam, rate):
    """f' = f (1 - r lambda + r^2 f^2) and lambda' = lambda + r f^2 (r lambda - 4)"""
    return f * (1 - rate * lam + rate**2 * f**2), lam + rate * f**2 * (rate * lam - 4)


def largest_rate() -> float:
    """4 / lambda_0, with lambda_0 = 3^2 + 1^2"""
    return 4 / (3**2 + 1**2)


# name, the mistake, what the check says
STEPS = (
    ("bowl", lambda f, lam, r: (f * (1 - r * lam), lam), "This is the bowl: f shrinks by 1 - rλ and λ never changes."),
    (
        "no-square",
        lambda f, lam, r: (f * (1 - r * lam), next_step(f, lam, r)[1]),
        "λ' is right. In f' the last term is missing: the product of both changes, r² f² times f.",
    ),
    (
        "fixed",
        lambda f, lam, r: (next_step(f, lam, r)[0], lam),
        "f' is right. And λ changes too: it is u² + v², after the step.",
    ),
    (
        "two",
        lambda f, lam, r: (next_step(f, lam, r)[0], lam + r * f**2 * (r * lam - 2)),
        "f' is right. In λ' it is rλ - 4: u² and v² give a cross term -2 r f uv each, and uv is f.",
    ),
    (
        "one-f",
        lambda f, lam, r: (next_step(f, lam, r)[0], lam + r * f * (r * lam - 4)),
        "f' is right. In λ' the f is squared: one comes from the step, one from uv.",
    ),
    (
        "sign",
        lambda f, lam, r: (next_step(f, lam, r)[0], lam - r * f**2 * (r * lam - 4)),
        "f' is right. In λ' the sign is turned: below rλ = 4 the curvature has to fall.",
    ),
)
RATES = (
    ("bowl", 0.2, "This is 2/λ₀, the limit of a bowl. Between 2 and 4 the toy is flung about, and lands."),
    ("sum", 4 / 16, "λ₀ is the sum of the squares, not the square of the sum."),
    ("product", 4 / 3, "This divides by uv. The curvature is u² + v²."),
    ("one", 0.1, "This is 1/λ₀, half the limit of a bowl."),
    ("four", 4.0, "4 is the limit of rate·λ₀. Divide by λ₀ to get the rate."),
)  # fmt: skip

EXERCISES = {
    "largest": Exercise(
        title="The largest rate that the toy bears",
        solution=largest_rate,
        hints=("Compute λ₀ = u² + v² first.", "The toy is bounded as long as rate·λ₀ is below 4."),
        wrong_ways=tuple(WrongWay(name, lambda value=value: value, says) for name, value, says in RATES),
        praise="Twice what the bowl allows.",
        tolerance=1e-6,
    ),
    "step": Exercise(
        title="One step of the toy, without u and v",
        solution=next_step,
        inputs=lambda rng: tuple(rng.uniform(0.5, 1.5, size=3)),
        hints=(
            "Multiply out u'v' with u' = u - r f v and v' = v - r f u, and write f for uv and λ for u² + v².",
            "f' = f (1 - rλ + r² f²). Then do the same with u'² + v'².",
        ),
        wrong_ways=tuple(WrongWay(*row) for row in STEPS),
        praise="Two numbers are enough to follow the toy for ever.",
    ),
    "fate": Exercise(
        title="Tell four fates apart",
        solution=my_fate,
        inputs=a_run,
        hints=(
            "Ask in this order: has the cost left all bounds? is it low? is the slope gone?",
            "A slope is gone when the last is below 1e-4 times the largest: slopes[-1] < 1e-4 * max(slopes).",
        ),
        wrong_ways=tuple(WrongWay(*row) for row in FATES),
        praise="It never waits for NaN. nnlib.fates.fate asks in the same order, and knows two fates more.",
        trials=150,
    ),
}
