"""Lesson 1's questions and exercises: what each index says, what shape follows from it, and how other books write it."""

from __future__ import annotations

from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-step": Question(
        "From lesson 0: a weight is 1, its slope is -3, the learning rate is 2. What is the weight after one step?",
        (
            Option("-5", "That adds the slope. The step is taken against it: 1 - 2 times (-3)."),
            Option("7", "1 - 2 times (-3) is 7. A negative slope falls to the right, so the weight grows.", right=True),
            Option("4", "That is 1 + 3: the learning rate is left out."),
        ),
    ),
    "review-fate": Question(
        "From lesson 0: a run ends at C = 0.5, its gradient is almost zero, no number is NaN. Which fate is it?",
        (
            Option("learned", "A learned run has a low cost. This one is worse than always answering one half."),
            Option("diverged", "A diverged run grows beyond all bounds. This one stands still."),
            Option(
                "saturated", "High cost and no slope left: the output sits on the flat end of its sigmoid.", right=True
            ),
        ),
    ),
    "transposed": Question(
        "We write w_xy, from x to y. How many of the books in our table write the weight matrix the other way round?",
        (
            Option(
                "None: a matrix is a matrix",
                "This assumes that mathematics has one notation. A row of W can be a sender or a receiver, and both are used.",
            ),
            Option(
                "One or two: there is a standard and a few rebels",
                "This assumes a standard. The split goes through one and the same book in two cases of the table.",
            ),
            Option(
                "More than half",
                "Whoever lets a matrix act on a column, W a, needs one row for each receiver. Whoever keeps samples as rows, "
                "X W, needs one row for each sender. Both are right, and never both at once.",
                right=True,
            ),
        ),
    ),
}


def _weight(rng):
    return (rng.normal(size=(3, 4)),)


def from_second_to_first(W):
    """The weight from neuron 2 to neuron 1, counted from 1 as in the formulas."""
    return W[1, 0]


def torch_to_ours(weight, bias):
    """PyTorch keeps weight[y, x]; ours is W[x, y]."""
    return weight.T, bias


def nielsen_rate():
    """rate_ours = rate_source / c, and c = 2 for the factor 1/2 in Nielsen's cost."""
    return 3.0 / 2


EXERCISES = {
    "index": Exercise(
        title="The weight from neuron 2 to neuron 1",
        solution=from_second_to_first,
        inputs=_weight,
        hints=(
            "In w_xy the first index is the sender, the second the receiver.",
            "The formulas count from 1, Python from 0.",
        ),
        wrong_ways=(
            WrongWay(
                "swapped", lambda W: W[0, 1], "That is the weight from neuron 1 to neuron 2: the indices are swapped."
            ),
            WrongWay(
                "counted-from-one", lambda W: W[2, 1], "You counted from 1. Python counts from 0: subtract 1 from both."
            ),
            WrongWay(
                "sender-alone",
                lambda W: W[1],
                "That is a whole row, all weights that leave neuron 2: pick its column too.",
            ),
            WrongWay(
                "swapped-and-from-one", lambda W: W[1, 2], "Two slips: the indices are swapped, and you counted from 1."
            ),
        ),
        praise="First index from, second index to, both one less in Python.",
    ),
    "torch": Exercise(
        title="Weights from PyTorch",
        solution=torch_to_ours,
        inputs=lambda rng: (rng.normal(size=(4, 3)), rng.normal(size=4)),
        hints=("PyTorch's Linear keeps weight[y, x], shape (n_this, n_prev).", "A matrix has .T"),
        wrong_ways=(
            WrongWay("no-bias", lambda weight, bias: weight.T, "W is right. Return the biases too: W, b."),
            WrongWay("not-transposed", lambda weight, bias: (weight, bias), "The weight is still PyTorch's way round."),
            WrongWay(
                "reshaped",
                lambda weight, bias: (weight.reshape(weight.shape[::-1]), bias),
                "reshape only renames the places: the numbers stay in the old order. You want the transpose.",
            ),
        ),
        praise="The transpose, and the biases as they are.",
    ),
    "rate": Exercise(
        title="Nielsen's rate 3.0, in ours",
        solution=nielsen_rate,
        hints=("His cost has a factor 1/2, so his gradient is half of ours: c = 2.", "rate_ours = rate_source / c."),
        wrong_ways=(
            WrongWay("unchanged", lambda: 3.0, "The same number is another step here: his gradient is half of ours."),
            WrongWay(
                "multiplied", lambda: 6.0, "The wrong way: our gradient is twice his, so our rate must be smaller."
            ),
        ),
        praise="Half the rate times twice the gradient is the same step.",
    ),
}
