"""Lesson 0's questions and exercises: what a learning rate is, and what becomes of a run when it is small or large."""

from __future__ import annotations

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question
from nnlib.network import init

QUESTIONS = {
    "warm-slope": Question(
        "A hill has the height h = x². You stand at x = 3. How steep is it there?",
        (
            Option("9", "That is the height. The slope is how fast the height changes, 2x."),
            Option("6", "The slope of x² is 2x, and 2 times 3 is 6.", right=True),
            Option("2", "The slope of x² is 2x, so it depends on where you stand."),
        ),
    ),
    "warm-downhill": Question(
        "The slope at your feet is +6. In which direction does x have to move, so that h becomes smaller?",
        (
            Option("Up, x grows", "A positive slope means that h grows when x grows."),
            Option("Down, x shrinks", "A positive slope rises to the right, so downhill is to the left.", right=True),
            Option("It makes no difference", "It would only at a place where the slope is 0."),
        ),
    ),
    "rate-100": Question(
        "Learning rate 100, three hundred steps on XOR. What will the cost do?",
        (
            Option(
                "It grows without end, up to infinity or NaN",
                "This assumes that a step too large always makes the error grow. It does on a bowl (lesson 8). Here each "
                "output is a sigmoid, between 0 and 1, so no sample can cost more than 1.",
            ),
            Option(
                "It falls, only less steadily",
                "This assumes that a large step is a small step made faster. The slope is true only near the place where it "
                "was measured.",
            ),
            Option(
                "It goes flat at a high value and stays there",
                "One step throws the sum of the output neuron so far out that its sigmoid sits on the flat end. Every slope "
                "passes through it, so all are almost 0, and 100 times almost 0 goes almost nowhere: saturated.",
                right=True,
            ),
        ),
    ),
}


def one_step(v, g, r):
    """v' = v - r g"""
    return v - r * g


def good_rate():
    """Any rate from 3 to 50 solves it"""
    return 10.0


def final_cost(learning_rate: float) -> float:
    """The cost of the lesson's network (seed 3) on XOR after 300 steps at a rate."""
    weights, biases = init([2, 3, 1], np.random.default_rng(3))
    return float(train(weights, biases, *xor(), learning_rate, epochs=300).costs[-1])


class Challenge(Exercise):
    """An exercise whose answer is any rate that brings the cost below 0.01 in 300 steps."""

    def check(self, answer):
        """Train at the learner's rate, and say what came of it."""
        if answer is None or answer is Ellipsis:
            return super().check(answer)
        try:
            reached = final_cost(float(answer))
        except (TypeError, ValueError):
            return self.not_yet(f"Expected one number of at least 0, such as 5, got {answer!r}.")
        if reached < 0.01:
            return self.correct(f"Rate {answer} ends at C = {reached:.4f}, below 0.01.")
        why = (
            "The step is too small: try a larger rate."
            if float(answer) < 4
            else "The step is too large: try a smaller rate."
        )
        return self.not_yet(f"Rate {answer} ends at C = {reached:.3f}, not below 0.01. {why}")


def _numbers(rng):
    return tuple(rng.uniform(0.5, 3.0, size=3))


EXERCISES = {
    "step": Exercise(
        title="One step downhill",
        solution=one_step,
        inputs=_numbers,
        hints=("Downhill is against the slope.", "Take the old value and subtract the rate times the slope."),
        wrong_ways=(
            WrongWay("sign", lambda v, g, r: v + r * g, "You step uphill: the slope is added. Downhill is minus."),
            WrongWay("learning-rate-ignored", lambda v, g, r: v - g, "The learning rate is not used: this is rate 1."),
            WrongWay(
                "assigned-instead-of-subtracted",
                lambda v, g, r: r * g,
                "You return the step itself. The step is taken away from the old value.",
            ),
            WrongWay(
                "old-value-left-out",
                lambda v, g, r: -r * g,
                "That is how far to go. Start from the old value: v comes first.",
            ),
            WrongWay(
                "rate-on-everything", lambda v, g, r: (v - g) * r, "The rate multiplies the slope alone, not v as well."
            ),
            WrongWay(
                "divided", lambda v, g, r: v - g / r, "You divide by the rate. A larger rate makes a larger step."
            ),
        ),
        praise="v' = v - r g: that is the whole of gradient descent. The rest of the series is about g, and about r.",
    ),
    "challenge": Challenge(
        title="Solve XOR in 300 steps",
        solution=good_rate,
        hints=("Look at the slider: at which rates does it say learned?", "Try 5, then 20, then 50."),
    ),
}
