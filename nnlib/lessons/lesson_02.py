"""Lesson 2's questions and exercises: one neuron, one layer, one batch, and the mistakes that still look like numbers."""

from __future__ import annotations

import numpy as np

from nnlib.functions import sigmoid as S
from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question

QUESTIONS = {
    "review-index": Question(
        "From lesson 1: in w_31, where does the weight come from and where does it go?",
        (
            Option("From neuron 3 of the previous layer to neuron 1 of this one", "First from, then to.", right=True),
            Option("From neuron 1 to neuron 3", "Many books write it so. Here the first index is the sender."),
            Option(
                "From layer 3 to layer 1", "Layers stand in the raised bracket, as in w_31^(2). Below stand neurons."
            ),
        ),
    ),
    "review-shape": Question(
        "From lesson 1: 5 neurons feed 3 neurons. What are the shapes of W and b?",
        (
            Option("(3, 5) and (3,)", "That W belongs to books that write W a. Ours has a row for each sender."),
            Option(
                "(5, 3) and (5,)", "W is right. A bias belongs to the neuron that receives, so there are 3 of them."
            ),
            Option(
                "(5, 3) and (3,)",
                "A row for each sender, a column for each receiver, a bias for each receiver.",
                right=True,
            ),
        ),
    ),
    "loops-or-matrices": Question(
        "A batch goes through once by index loops and once as matrix products. How do the two costs C, and the times, compare?",
        (
            Option(
                "The costs differ in the third digit, the times are about equal",
                "This assumes that a matrix product is another formula. It is the same sum, written once for all samples.",
            ),
            Option(
                "The same cost, and matrices are faster because they multiply less",
                "This assumes a short cut. Both make exactly one multiplication for each sample and each weight.",
            ),
            Option(
                "The same cost up to rounding and the same number of multiplications, yet matrices are many times faster",
                "The sums are the same. What falls away is Python's work around each single number.",
                right=True,
            ),
            Option(
                "The same cost, and loops are faster because each step is so simple",
                "This assumes that a line of Python costs what its multiplication costs. Most of its time is bookkeeping.",
            ),
        ),
    ),
}


def one_sum(a, W, b, y):
    """z_y = b_y + sum_x a_x w_xy, index by index."""
    return b[y] + sum(a[x] * W[x, y] for x in range(len(a)))


def one_layer(X, W, b):
    """A = S(X @ W + b): a row for each sample."""
    return S(X @ W + b)


def batch_cost(A, E):
    """C = (1/T) sum_i sum_j (a_ij - e_ij)^2."""
    return ((A - E) ** 2).sum(axis=1).mean()


def _neuron(rng):
    return rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=4), int(rng.integers(0, 3))


def _layer(rng):
    return rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)


def _answers(rng):
    return rng.uniform(size=(5, 3)), rng.integers(0, 2, size=(5, 3)).astype(float)


EXERCISES = {
    "one-sum": Exercise(
        "One neuron's sum",
        one_sum,
        _neuron,
        hints=(
            "Start from b[y]. Then add one term for each neuron x of the previous layer.",
            "`range(len(a))` counts 0, 1, ..., len(a) - 1: as many terms as there are senders.",
        ),
        wrong_ways=(
            WrongWay(
                "no-bias",
                lambda a, W, b, y: one_sum(a, W, 0 * b, y),
                "The bias b_y is missing: start the sum from b[y].",
            ),
            WrongWay(
                "second-index",
                lambda a, W, b, y: b[y] + sum(a[x] * W[y, x] for x in range(len(a))),
                "The indices of W are swapped: forward, the sum runs over the first index, W[x, y].",
            ),
            WrongWay(
                "starts-at-one",
                lambda a, W, b, y: b[y] + sum(a[x] * W[x, y] for x in range(1, len(a))),
                "The first sender is left out: the text counts from 1, Python counts from 0. Use range(len(a)).",
            ),
            WrongWay(
                "bias-in-every-term",
                lambda a, W, b, y: sum(b[y] + a[x] * W[x, y] for x in range(len(a))),
                "The bias is added once for every sender: it belongs outside the sum.",
            ),
            WrongWay(
                "two-senders",
                lambda a, W, b, y: one_sum(a[:2], W, b, y),
                "Only two senders are added. The check has four: let a loop run over all of them.",
            ),
            WrongWay(
                "every-neuron",
                lambda a, W, b, y: a @ W + b,
                "These are the sums of all neurons of the layer: the exercise asks for neuron y alone.",
            ),
            WrongWay(
                "already-activated",
                lambda a, W, b, y: S(one_sum(a, W, b, y)),
                "That is a_y = S(z_y): the exercise asks for z_y, before the sigmoid.",
            ),
        ),
        praise="One term for each sender, the bias once, the sum over the first index.",
    ),
    "one-layer": Exercise(
        "A whole layer for a whole batch",
        one_layer,
        _layer,
        hints=("Two steps: first Z = X @ W + b, then the sigmoid of Z.", "The answer is one line: S(X @ W + b)."),
        wrong_ways=(
            WrongWay("no-sigmoid", lambda X, W, b: X @ W + b, "That is Z: the sigmoid is still to come, A = S(Z)."),
            WrongWay("no-bias", lambda X, W, b: S(X @ W), "The bias b is missing: Z = X @ W + b."),
            WrongWay(
                "bias-after",
                lambda X, W, b: S(X @ W) + b,
                "The bias is added after the sigmoid: it belongs inside, to the sum.",
            ),
            WrongWay(
                "answer-as-columns",
                lambda X, W, b: S(X @ W + b).T,
                "The numbers are right, but samples stand as columns: turn the result with .T and they are rows.",
            ),
            WrongWay(
                "elementwise",
                lambda X, W, b: S(X * W + b),
                "`*` multiplies number by number; the sum over x is `@`.",
            ),
            WrongWay(
                "transposed-W",
                lambda X, W, b: S(X @ W.T + b),
                "W is transposed: here W already has a row for each sender.",
            ),
            WrongWay(
                "samples-as-columns",
                lambda X, W, b: S(X.T @ W + b),
                "The samples are taken as columns: rows are samples, so X stands as it is.",
            ),
            WrongWay(
                "order-swapped",
                lambda X, W, b: S(W @ X + b),
                "X and W have changed places: with samples as rows, X comes first.",
            ),
        ),
        praise="Samples as rows, one product, one bias for each column.",
    ),
    "batch-cost": Exercise(
        "The cost of a batch",
        batch_cost,
        _answers,
        hints=(
            "Square the differences. Sum over the outputs j, which is axis=1. Then take the mean over the samples.",
            "`((A - E) ** 2).sum(axis=1)` has one number for each sample.",
        ),
        wrong_ways=(
            WrongWay(
                "sum-over-samples", lambda A, E: ((A - E) ** 2).sum(), "The 1/T is missing: this is T times the cost."
            ),
            WrongWay(
                "mean-over-outputs",
                lambda A, E: ((A - E) ** 2).mean(),
                "This is divided by the number of outputs too: C_i is a sum over j, only the samples are averaged.",
            ),
            WrongWay(
                "half",
                lambda A, E: 0.5 * batch_cost(A, E),
                "There is a factor 1/2 in it: many books have one, this cost has none.",
            ),
            WrongWay(
                "half-of-the-mean",
                lambda A, E: 0.5 * ((A - E) ** 2).mean(),
                "Two slips: there is a factor 1/2 in it, and it is divided by the number of outputs too.",
            ),
            WrongWay(
                "other-axis",
                lambda A, E: ((A - E) ** 2).sum(axis=0).mean(),
                "The axes are exchanged: axis=0 runs over the samples, axis=1 over the outputs.",
            ),
            WrongWay("root", lambda A, E: batch_cost(A, E) ** 0.5, "There is a square root in it: this cost has none."),
            WrongWay(
                "squared-too-late",
                lambda A, E: ((A - E).sum(axis=1) ** 2).mean(),
                "Square each difference first, then sum: here errors of both signs cancel before they are squared.",
            ),
            WrongWay(
                "not-squared",
                lambda A, E: (A - E).sum(axis=1).mean(),
                "The differences are not squared: errors of both signs cancel.",
            ),
            WrongWay(
                "absolute",
                lambda A, E: np.abs(A - E).sum(axis=1).mean(),
                "These are absolute differences; the cost squares them.",
            ),
            WrongWay(
                "one-per-sample",
                lambda A, E: ((A - E) ** 2).sum(axis=1),
                "These are the C_i, one for each sample: take their mean.",
            ),
        ),
        praise="Summed over the outputs, averaged over the samples.",
    ),
}
