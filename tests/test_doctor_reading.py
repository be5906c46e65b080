"""Small readings of numbers: a constant slope, half precision, a rounded cost, one sample alone, borrowed biases."""

import numpy as np
import pytest

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.numerics import lattice, rounded
from nnlib.doctor.probes import probe
from nnlib.doctor.rearranged import half_precision
from nnlib.doctor.references import right


def backward(slope, carry=None, activations="sigmoid"):
    """Backpropagation with a slope of the learner's own: slope(a, l, L)."""

    def gradients(weights, biases, X, E):
        L = len(weights)
        names = [activations] * L if isinstance(activations, str) else [activations[0]] * (L - 1) + [activations[1]]
        _, A = nnlib.forward(weights, biases, X, names)
        delta, dW, db = 2 * (A[-1] - E) / len(X) * slope(A[-1], L - 1, L), [], []
        for l in reversed(range(L)):
            dW.insert(0, A[l].T @ delta)
            db.insert(0, delta.sum(axis=0))
            if l:
                down = carry(A[l], len(X)) if carry else delta @ weights[l].T
                delta = down * slope(A[l], l - 1, L)
        return dW, db

    return gradients


def test_a_constant_slope_is_the_slope_of_another_function():
    assert diagnose(backward(lambda a, l, L: 0.25)).category == "wrong-activation-derivative"
    assert diagnose(backward(lambda a, l, L: 1.0)).category == "missing-activation-derivative"


def test_a_slope_that_overwrites_what_comes_down():
    diagnosis = diagnose(backward(lambda a, l, L: a * (1 - a), carry=lambda a, T: np.ones_like(a) / T))
    assert diagnosis.category == "wrong-quantity-propagated" and not diagnosis.second


def test_relu_with_its_own_value_for_a_slope():
    slope = lambda a, l, L: a if l < L - 1 else 1.0
    diagnosis = diagnose(backward(slope, activations=("relu", "identity")), convention="relu, linear output")
    assert diagnosis.category == "wrong-activation-derivative"


def test_relu_in_every_layer_where_the_output_should_be_linear():
    diagnosis = diagnose(lambda *problem: nnlib.gradients(*problem, "relu"), convention="relu, linear output")
    assert diagnosis.category == "wrong-forward-pass" and diagnosis.convention == "relu"
    other = diagnose(lambda *problem: nnlib.gradients(*problem), convention="tanh, linear output")
    assert other.category == "wrong-forward-pass"


def test_differences_of_a_rounded_cost_are_no_integer_cut():
    def gradients(weights, biases, X, E, h=1e-5):
        parameters = [w.copy() for w in (*weights, *biases)]
        L = len(weights)
        C = lambda: round(nnlib.cost(parameters[:L], parameters[L:], X, E), 6)
        made = []
        for p in parameters:
            g = np.zeros(p.shape)
            for i in np.ndindex(p.shape):
                p[i] += h
                up = C()
                p[i] -= 2 * h
                g[i] = (up - C()) / (2 * h)
                p[i] += h
            made.append(g)
        return made[:L], made[L:]

    assert diagnose(gradients).category == "finite-difference-error"


@pytest.mark.parametrize("cut", [np.trunc, np.floor, np.ceil, np.round])
def test_a_cut_or_rounded_gradient_is_an_integer_cut(cut):
    def gradients(*problem):
        return tuple([cut(20 * g) / 20 for g in part] for part in nnlib.gradients(*problem))

    made = [cut(20 * g) / 20 for g in right("main")]
    assert lattice(made, "main") == 0.05 and rounded(made, "main", 0.05)
    assert diagnose(gradients).category == "integer-truncation"


def test_a_factor_for_one_sample_alone_is_named():
    def gradients(weights, biases, X, E):
        c = 1 / X.shape[1] if len(X) == 1 else 1.0
        return tuple([c * g for g in part] for part in nnlib.gradients(weights, biases, X, E))

    diagnosis = diagnose(gradients)
    assert diagnosis.category == "divided-by-wrong-count" and "for a single one" in diagnosis.what


def test_half_precision_is_told():
    def gradients(weights, biases, X, E):
        short = [[v.astype(np.float16) for v in part] for part in (weights, biases)]
        return nnlib.gradients(*short, X.astype(np.float16), E.astype(np.float16))

    assert "float16" in diagnose(lambda *problem: gradients(*problem)).what
    truth = right("main")
    assert half_precision([g.astype(np.float16).astype(float) for g in truth], truth)
    assert not half_precision(truth, truth) and not half_precision([0 * g for g in truth], truth)


def test_bias_gradients_of_another_layer():
    def gradients(*problem):
        dW, db = nnlib.gradients(*problem)
        return dW, [np.resize(db[-1], g.shape) for g in db]

    diagnosis = diagnose(gradients)
    assert diagnosis.category == "bias-wrong-formula" and "db[0] holds numbers of db[2]" in diagnosis.what
    noise = diagnose(lambda *p: (nnlib.gradients(*p)[0], [g + 0.1 * np.sin(7 * g) for g in nnlib.gradients(*p)[1]]))
    assert "holds numbers" not in noise.what


def test_steps_on_single_samples_with_one_sample_twice():
    def train_step(weights, biases, X, E, learning_rate):
        for i in [*range(len(X)), len(X) - 1]:
            dW, db = nnlib.gradients(weights, biases, X[[i]], E[[i]])
            weights = [w - learning_rate * g for w, g in zip(weights, dW)]
            biases = [b - learning_rate * g for b, g in zip(biases, db)]
        return weights, biases

    diagnosis = diagnose(train_step, "train_step")
    assert diagnosis.category == "per-sample-updates" and len(probe("main").X) == 7
    assert "7, 7, 7, 7, 7, 7, 14" in diagnosis.what
