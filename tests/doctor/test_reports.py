"""Twenty reports, word for word: what a learner reads, without the table of numbers."""

# ruff: noqa: E501  (a line of a report is a line)
from __future__ import annotations

import numpy as np
import pytest

from nnlib.doctor import diagnose

SOURCE = """
import numpy as np
def gradients(weights, biases, X, E):
    T = len(X); A = [X]; L = len(weights)
    for W, b in zip(weights, biases):
        A.append(1 / (1 + np.exp(-(A[-1] @ W + b))))
    dW, db = [None] * L, [None] * L
    dA = 2 * (A[-1] - E) / T
    for l in reversed(range(L)):
        b = biases[l]
        dZ = dA * A[l + 1] * (1 - A[l + 1])
        dW[l] = A[l].T @ dZ
        db[l] = dZ.sum(axis=0)
        dA = dZ @ weights[l].T
    return dW, db
"""
REPORTS = {
    "missing 2": (
        "2 * (A[-1] - E) / T",
        "(A[-1] - E) / T",
        [
            "gradients: Wrong: the 2 of the squared error is dropped.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  missing-factor-two: the 2 of the squared error is dropped: a factor 1/2.",
            '  convention     This is exactly right under another convention. If you meant it, say so: diagnose(f, convention="half").',
            "  formula        dA = «2» (A - E) / T",
            "  hint           The derivative of (a - e)^2 is 2 (a - e): write the 2.",
        ],
    ),
    "no mean": (
        "2 * (A[-1] - E) / T",
        "2 * (A[-1] - E)",
        [
            "gradients: Wrong: the sum over the samples is not divided by T.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  sum-instead-of-mean: the sum over the samples is not divided by T: a factor T.",
            '  convention     This is exactly right under another convention. If you meant it, say so: diagnose(f, convention="sum").',
            "  formula        dW = A_prev.T @ dZ «/ T»",
            "  hint           C is a mean over T samples: divide once by len(X).",
        ],
    ),
    "no mean, no 2": (
        "2 * (A[-1] - E) / T",
        "(A[-1] - E)",
        [
            "gradients: Wrong: the sum over the samples is not divided by T.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  sum-instead-of-mean: the sum over the samples is not divided by T: a factor T.",
            "  and also       missing-factor-two: the 2 of the squared error is dropped: a factor 1/2.",
            '  convention     This is exactly right under another convention. If you meant it, say so: diagnose(f, convention="half sum").',
            "  formula        dW = A_prev.T @ dZ «/ T»",
            "  hint           C is a mean over T samples: divide once by len(X).",
        ],
    ),
    "sign": (
        "2 * (A[-1] - E) / T",
        "2 * (E - A[-1]) / T",
        [
            "gradients: Wrong: a sign is turned round.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  sign: a sign is turned round.",
            "  formula        dA = 2 «(A - E)» / T",
            "  hint           The derivative of (a - e)^2 is 2 (a - e), output minus target; descent subtracts the gradient.",
        ],
    ),
    "cross-entropy": (
        "dZ = dA * A[l + 1] * (1 - A[l + 1])",
        "dZ = dA / 2 if l == L - 1 else dA * A[l + 1] * (1 - A[l + 1])",
        [
            "gradients: Wrong: a - e is used as the output delta.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  root           The slip itself sits in the output layer.",
            "  which mistake  cross-entropy-delta: the output delta is a - e: that belongs to the cross-entropy (output layer only).",
            "  or             The numbers may also come from missing-activation-derivative.",
            '  convention     This is exactly right under another convention. If you meant it, say so: diagnose(f, cost="bce").',
            "  formula        dZ_out = (A - E) «· 2 f'(Z)» / T",
            "  hint           a - e is the delta of the cross-entropy. The squared error keeps 2 and f'(z).",
        ],
    ),
    "slope forgotten": (
        "dZ = dA * A[l + 1] * (1 - A[l + 1])",
        "dZ = dA",
        [
            "gradients: Wrong: the slope f'(z) is forgotten.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  missing-activation-derivative: the slope f'(z) is forgotten: dZ = «dA».",
            "  or             The numbers may also come from wrong-forward-pass.",
            "  formula        dZ = «dA»",
            "  hint           Multiply the error by a (1 - a) on the way through each activation.",
        ],
    ),
    "slope plus": (
        "(1 - A[l + 1])",
        "(1 + A[l + 1])",
        [
            "gradients: Wrong: the slope of another function is used.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  wrong-activation-derivative: dZ = dA · «A · (1 + A)» where f'(Z) belongs.",
            "  formula        dZ = dA · «A · (1 + A)»",
            "  hint           For the sigmoid f'(z) = f(z) (1 - f(z)).",
        ],
    ),
    "slope twice": (
        "dZ = dA * A[l + 1]",
        "dZ = dA * A[l + 1] * (1 - A[l + 1]) * A[l + 1]",
        [
            "gradients: Wrong: f'(z) is multiplied in twice.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  duplicated-derivative: f'(z) is multiplied in twice: dZ = «dA · f'(Z) · f'(Z)».",
            "  or             The numbers may also come from wrong-activation-derivative.",
            "  formula        dZ = «dA · f'(Z) · f'(Z)»",
            "  hint           Each activation is passed once: one f'(z) for each layer.",
        ],
    ),
    "transposed": (
        "A[l].T @ dZ",
        "(A[l].T @ dZ).T",
        [
            "gradients: Wrong: dW comes back transposed.",
            "  where          Wrong in a network of 3 layers: dW[0], dW[1], dW[2]; every bias gradient is right.",
            "  root           The slip itself sits in the weight gradients.",
            "  which mistake  transposed-gradient: dW comes back transposed: dW = «(dZ.T @ A_prev)».",
            "  formula        dW = «(dZ.T @ A_prev)»",
            "  hint           dW has the shape of W, (n_prev, n_this): A_prev.T @ dZ.",
        ],
    ),
    "own output": (
        "A[l].T @ dZ",
        "A[l + 1].T @ dZ",
        [
            "gradients: Wrong: the activation of another layer is the input factor.",
            "  where          Wrong in a network of 3 layers: dW[0], dW[1], dW[2]; every bias gradient is right.",
            "  root           The slip itself sits in the weight gradients.",
            "  which mistake  wrong-layer-activation: the layer's own activation is the input factor: dW = «A.T» @ dZ.",
            "  formula        dW = «A.T» @ dZ",
            "  hint           The input factor of a weight is the activation it multiplies in the forward pass.",
        ],
    ),
    "last sample": (
        "dZ.sum(axis=0)",
        "dZ[-1]",
        [
            "gradients: Wrong: the bias gradient is not summed over the samples.",
            "  where          Wrong in a network of 3 layers: db[0], db[1], db[2]; every weight gradient is right.",
            "  root           The slip itself sits in the bias gradients.",
            "  which mistake  bias-not-summed: only the last sample enters the bias gradient: db = «last_i(dZ)».",
            "  formula        db = «last_i(dZ)»",
            "  hint           Use dZ.sum(axis=0).",
        ],
    ),
    "axis": (
        "dZ.sum(axis=0)",
        "dZ.sum(axis=1)",
        [
            "gradients: Wrong: the bias gradient is reduced over the wrong axis.",
            "  where          Wrong in a network of 3 layers: db[0], db[1], db[2]; every weight gradient is right.",
            "  root           The slip itself sits in the bias gradients.",
            "  which mistake  bias-wrong-axis: the bias gradient is summed over the neurons, not over the samples: db = «sum_j(dZ)».",
            "  or             The numbers may also come from bias-wrong-formula.",
            "  formula        db = «sum_j(dZ)»",
            "  hint           Samples are rows here: sum over axis 0.",
        ],
    ),
    "no axis": (
        "dZ.sum(axis=0)",
        "dZ.sum() + 0 * b",
        [
            "gradients: Wrong: the bias gradient is summed over everything.",
            "  where          Wrong in a network of 3 layers: db[0], db[1], db[2]; every weight gradient is right.",
            "  root           The slip itself sits in the bias gradients.",
            "  which mistake  bias-summed-over-neurons: every bias gets the sum over all neurons and samples: db = «sum_ij(dZ)».",
            "  formula        db = «sum_ij(dZ)»",
            "  hint           Keep one number for each neuron: dZ.sum(axis=0).",
        ],
    ),
    "raw error": (
        "dA = dZ @ weights[l].T",
        "dA = dA @ weights[l].T",
        [
            "gradients: Wrong: the raw error, not the delta, is carried down.",
            "  where          Wrong in a network of 3 layers: dW[0], dW[1], db[0], db[1]; the rest is right.",
            "  root           The slip itself sits in the way down from one layer to the next.",
            "  which mistake  error-propagated-without-derivative: the error dA, without f'(z), is carried down: dA_prev = «dA» @ W.T.",
            "  formula        dA_prev = «dA» @ W.T",
            "  hint           Carry dZ = dA * f'(Z) down, not dA.",
        ],
    ),
    "no weights": (
        "dA = dZ @ weights[l].T",
        "dA = dZ.sum(axis=1, keepdims=True) * np.ones(len(weights[l]))",
        [
            "gradients: Wrong: the weights are left out on the way down.",
            "  where          Wrong in a network of 3 layers: dW[0], dW[1], db[0], db[1]; the rest is right.",
            "  root           The slip itself sits in the way down from one layer to the next.",
            "  which mistake  delta-not-propagated-through-weights: the delta is summed, but not weighted, on the way down.",
            "  formula        dA_prev = dZ «@ W.T»",
            "  hint           Each path down passes a weight: dZ @ W.T.",
        ],
    ),
    "W": (
        "dA = dZ @ weights[l].T",
        "dA = dZ @ weights[l]",
        [
            "gradients: Wrong: W stands where its transpose belongs, or the reverse.",
            "  where          Wrong in a network of 3 layers: dW[0], dW[1], db[0], db[1]; the rest is right.",
            "  root           The slip itself sits in the way down from one layer to the next.",
            "  which mistake  transposed-weights: W is transposed once too often on the way down: dA_prev = dZ @ «W».",
            "  or             The numbers may also come from wrong-quantity-propagated.",
            "  formula        dA_prev = dZ @ «W»",
            "  hint           Forward A @ W, backward dZ @ W.T. Test with layers of different widths.",
        ],
    ),
    "decay": (
        "A[l].T @ dZ",
        "A[l].T @ dZ + 0.01 * weights[l]",
        [
            "gradients: Wrong: a weight-decay term is added.",
            "  where          Wrong in a network of 3 layers: dW[0], dW[1], dW[2]; every bias gradient is right.",
            "  which mistake  regularisation-term: lambda times the weight is added to the weight gradients, lambda = 0.01.",
            "  formula        dW = A_prev.T @ dZ / T «+ lambda W»",
            "  hint           This cost has no regulariser: take the term out, or set its factor to 0.",
        ],
    ),
    "no bias": (
        "A[-1] @ W + b",
        "A[-1] @ W",
        [
            "gradients: Wrong: the forward pass inside computes another network.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  wrong-forward-pass: the forward pass leaves the bias out: Z = «A_prev @ W».",
            "  formula        Z = «A_prev @ W»",
            "  hint           Run your forward pass beside the right one, layer by layer, and compare Z and A.",
        ],
    ),
    "first 32": (
        "T = len(X)",
        "X, E = X[:32], E[:32]; T = len(X)",
        [
            "gradients: Wrong: samples beyond a fixed batch size are dropped or scaled wrongly.",
            "  where          Every gradient is wrong, weights and biases of every layer.",
            "  which mistake  batch-remainder: only the first 32 samples count.",
            "  or             The numbers may also come from only-last-sample.",
            "  formula        (1/T) sum_«i = 1..T»",
            "  hint           Let the last batch be short, and divide by its own length.",
        ],
    ),
    "nothing": (
        "return dW, db",
        "pass",
        [
            "gradients: Wrong: the code raises, or returns wrong shapes.",
            "  where          No array with wrong numbers came back.",
            "  which mistake  shape-error: nothing came back: is there a return at the end?",
            "  formula        «dW[l].shape == W[l].shape», «db[l].shape == b[l].shape»",
            "  hint           Return (dW, db), each array with the shape of its weights or biases. Where the code raises, print the shapes on that line.",
        ],
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_word_for_word(name):
    right, wrong, report = REPORTS[name]
    assert SOURCE.count(right) >= 1
    namespace = {"np": np}
    exec(SOURCE.replace(right, wrong), namespace)
    lines = str(diagnose(namespace["gradients"])).splitlines()
    words = [line for line in lines if not line.startswith(("  evidence", " " * 17))]
    assert words == report


def test_the_source_itself_is_right():
    namespace = {}
    exec(SOURCE, namespace)
    assert diagnose(namespace["gradients"]).correct


def test_a_card_for_a_notebook():
    namespace = {}
    exec(SOURCE.replace("A[l].T @ dZ", "A[l + 1].T @ dZ"), namespace)
    card = diagnose(namespace["gradients"])._repr_html_()
    assert card.startswith("<style>") and card.count("<section") == card.count("</section>") == 1
    assert "<mark>" in card and "dW[0] wrong" in card and "db[0] right" in card and "<script" not in card
