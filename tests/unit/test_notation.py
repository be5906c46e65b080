"""Each row of the notation table is proved: the source's formulas, written as the source writes them, against nnlib's."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import nnlib
from nnlib import by_index, notation
from nnlib.notation import FORMULAS, SOURCES

TOLERANCE = 1e-13


def sigma(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return sigma(z) * (1 - sigma(z))


# ---- The sources, literally. Each function takes and returns arrays in the source's own layout; w, b are numbered from
# `first`, the number of the source's first weight matrix. Names, index order and loops are the source's.


def numbered(arrays, first):
    return dict(enumerate(arrays, first))


def in_order(by_number):
    return [by_number[l] for l in sorted(by_number)]


def ours(weights, biases, X, E, first):
    """The question's own lines stand in by_index, one index at a time."""
    assert first == 1
    dw, db = by_index.gradients(weights, biases, X, E)
    return [np.array(part) for part in dw], [np.array(part) for part in db]


def nielsen(weights, biases, X, Y, first):
    w, b = numbered(weights, first), numbered(biases, first)
    L, n = max(w), X.shape[1]
    nabla_w, nabla_b = {l: 0.0 for l in w}, {l: 0.0 for l in w}
    for x in range(n):
        a, z = {1: X[:, [x]]}, {}
        for l in range(2, L + 1):
            z[l] = w[l] @ a[l - 1] + b[l]
            a[l] = sigma(z[l])
        delta = {L: (a[L] - Y[:, [x]]) * slope(z[L])}
        for l in range(L - 1, 1, -1):
            delta[l] = (w[l + 1].T @ delta[l + 1]) * slope(z[l])
        for l in range(2, L + 1):
            nabla_b[l] = nabla_b[l] + delta[l] / n
            nabla_w[l] = nabla_w[l] + np.array(
                [[a[l - 1][k, 0] * delta[l][j, 0] for k in range(len(a[l - 1]))] for j in range(len(delta[l]))]
            ) / n  # fmt: skip
    return in_order(nabla_w), in_order(nabla_b)


def three_blue(weights, biases, X, Y, first):
    w, b = numbered(weights, first), numbered(biases, first)
    last, n = max(w), X.shape[1]
    dw, db = {l: np.zeros_like(W) for l, W in w.items()}, {l: np.zeros_like(v) for l, v in b.items()}
    for example in range(n):
        y, a, z = Y[:, example], {0: X[:, example]}, {}
        for L in range(1, last + 1):
            z[L] = np.array([sum(w[L][j, k] * a[L - 1][k] for k in range(len(a[L - 1]))) + b[L][j, 0]
                             for j in range(len(b[L]))])  # fmt: skip
            a[L] = sigma(z[L])
        dC_da = [2 * (a[last][j] - y[j]) for j in range(len(y))]
        for L in range(last, 0, -1):
            for j in range(len(a[L])):
                db[L][j, 0] += slope(z[L][j]) * dC_da[j] / n
                for k in range(len(a[L - 1])):
                    dw[L][j, k] += a[L - 1][k] * slope(z[L][j]) * dC_da[j] / n
            dC_da = [
                sum(w[L][j, k] * slope(z[L][j]) * dC_da[j] for j in range(len(a[L]))) for k in range(len(a[L - 1]))
            ]
    return in_order(dw), in_order(db)


def bishop(weights, biases, X, t, first):
    w, w0 = numbered(weights, first), numbered(biases, first)
    last = max(w)
    dE, dE0 = {l: np.zeros_like(W) for l, W in w.items()}, {l: np.zeros_like(v) for l, v in w0.items()}
    for n in range(len(X)):
        z, a = {0: X[n]}, {}
        for l in range(1, last + 1):
            a[l] = np.array([sum(w[l][j, i] * z[l - 1][i] for i in range(len(z[l - 1]))) + w0[l][j]
                             for j in range(len(w0[l]))])  # fmt: skip
            z[l] = sigma(a[l])
        delta = [(z[last][k] - t[n, k]) * slope(a[last][k]) for k in range(t.shape[1])]
        for l in range(last, 0, -1):
            for j in range(len(delta)):
                dE0[l][j] += delta[j]
                for i in range(len(z[l - 1])):
                    dE[l][j, i] += delta[j] * z[l - 1][i]
            if l > 1:
                delta = [slope(a[l - 1][j]) * sum(w[l][k, j] * delta[k] for k in range(len(delta)))
                         for j in range(len(z[l - 1]))]  # fmt: skip
    return in_order(dE), in_order(dE0)


def goodfellow(weights, biases, X, Y, first):
    W, b = numbered(weights, first), numbered(biases, first)
    l, m = max(W), X.shape[1]
    grad_W, grad_b = {k: 0.0 for k in W}, {k: 0.0 for k in W}
    for example in range(m):
        h, a = {0: X[:, [example]]}, {}
        for k in range(1, l + 1):
            a[k] = b[k] + W[k] @ h[k - 1]
            h[k] = sigma(a[k])
        g = 2 * (h[l] - Y[:, [example]])
        for k in range(l, 0, -1):
            g = g * slope(a[k])
            grad_b[k] = grad_b[k] + g / m
            grad_W[k] = grad_W[k] + g @ h[k - 1].T / m
            g = W[k].T @ g
    return in_order(grad_W), in_order(grad_b)


def by_rows(weights, biases, X, dscores_of, f=sigma, f_slope=slope, keepdims=False):
    """Samples as rows, W mapping from its rows, layers by position; dscores_of(z) is the slope of the cost by the last z."""
    z, a = [], [X]
    for W, b in zip(weights, biases):
        z.append(np.dot(a[-1], W) + b)
        a.append(f(z[-1]))
    d, dW, db = dscores_of(z[-1]), [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, np.dot(a[l].T, d))
        db.insert(0, np.sum(d, axis=0, keepdims=keepdims))
        if l:
            d = np.dot(d, weights[l].T) * f_slope(z[l - 1])
    return dW, db


def squared(Y, factor):
    """The slope of a squared error by the last z: the factor is 2 or 1, and what the source divides by."""
    return lambda z: factor * (sigma(z) - Y) * slope(z)


def goodfellow_xor(weights, biases, X, y, first):
    assert first == 1 and len(X) == 4
    return by_rows(weights, biases, X, squared(y, 2 / 4))


def cs231n(weights, biases, X, Y, first):
    """The course's backward pass in its layout, fed with our cost: its own is softmax, see the test of that row."""
    return by_rows(weights, biases, X, squared(Y, 2 / len(X)), keepdims=True)


def d2l(weights, biases, X, Y, first):
    assert biases[0].shape[0] == 1
    return by_rows(weights, biases, X, squared(Y, 1 / len(X)), keepdims=True)


def pytorch(weights, biases, x, target, first):
    dW, db = by_rows([weight.T for weight in weights], biases, x, squared(target, 2 / target.size))  # MSELoss
    return [g.T for g in dW], db


def keras(kernels, biases, inputs, y_true, first):
    """mean(square(y_true - y_pred), axis=-1), and the sum over batch size."""
    return by_rows(kernels, biases, inputs, squared(y_true, 2 / y_true.shape[-1] / len(inputs)))


def sklearn(coefs_, intercepts_, X, y, first):
    return by_rows(coefs_, intercepts_, X, squared(y, 1 / len(X)))


def cs229(weights, biases, X, Y, first):
    W, b = numbered(weights, first), numbered(biases, first)
    r, m = max(W), X.shape[1]
    Z, A = {}, {0: X}
    for l in range(1, r + 1):
        Z[l] = W[l] @ A[l - 1] + b[l]
        A[l] = sigma(Z[l])
    dW, db = {}, {}
    dZ = (A[r] - Y) * slope(Z[r])
    for l in range(r, 0, -1):
        dW[l] = dZ @ A[l - 1].T / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dZ = W[l].T @ dZ * slope(Z[l - 1])
    return in_order(dW), in_order(db)


def ufldl(weights, biases, X, Y, first):
    W, b = numbered(weights, first), numbered(biases, first)
    n_l, m = max(W) + 1, X.shape[1]
    Delta_W, Delta_b = {l: np.zeros_like(V) for l, V in W.items()}, {l: np.zeros_like(v) for l, v in b.items()}
    for example in range(m):
        a, z, delta = {1: X[:, example]}, {}, {}
        for l in range(1, n_l):
            z[l + 1] = W[l] @ a[l] + b[l][:, 0]
            a[l + 1] = sigma(z[l + 1])
        delta[n_l] = -(Y[:, example] - a[n_l]) * slope(z[n_l])
        for l in range(n_l - 1, 1, -1):
            delta[l] = np.array([sum(W[l][j, i] * delta[l + 1][j] for j in range(len(delta[l + 1]))) * slope(z[l][i])
                                 for i in range(len(a[l]))])  # fmt: skip
        for l in range(1, n_l):
            Delta_W[l] += np.array([[a[l][j] * delta[l + 1][i] for j in range(len(a[l]))]
                                    for i in range(len(delta[l + 1]))])  # fmt: skip
            Delta_b[l] += delta[l + 1][:, None]
    return [D / m for D in in_order(Delta_W)], [D / m for D in in_order(Delta_b)]


def d2l_backprop(weights, biases, X, Y, first):
    (W1, W2), (b1, b2) = weights, biases
    n = X.shape[1]
    sums = [0.0, 0.0, 0.0, 0.0]
    for i in range(n):
        x, y = X[:, [i]], Y[:, [i]]
        z = W1 @ x + b1
        h = sigma(z)
        o = W2 @ h + b2
        dJ_do = (sigma(o) - y) * slope(o)
        dJ_dh = W2.T @ dJ_do
        dJ_dz = dJ_dh * slope(z)
        sums = [s + part / n for s, part in zip(sums, (dJ_dz @ x.T, dJ_do @ h.T, dJ_dz, dJ_do))]
    return sums[:2], sums[2:]


def prince(weights, biases, X, Y, first):
    Omega, beta = numbered(weights, first), numbered(biases, first)
    K = max(Omega)
    dl_dOmega, dl_dbeta = {k: 0.0 for k in Omega}, {k: 0.0 for k in Omega}
    for i in range(X.shape[1]):
        h, f = {0: X[:, [i]]}, {}
        for k in range(K + 1):
            f[k] = beta[k] + Omega[k] @ h[k]
            h[k + 1] = sigma(f[k])
        dl_df = 2 * (sigma(f[K]) - Y[:, [i]]) * slope(f[K])
        for k in range(K, -1, -1):
            dl_dbeta[k] = dl_dbeta[k] + dl_df
            dl_dOmega[k] = dl_dOmega[k] + dl_df @ h[k].T
            if k:
                dl_df = slope(f[k - 1]) * (Omega[k].T @ dl_df)
    return in_order(dl_dOmega), in_order(dl_dbeta)


def rows(weights, biases, A):
    """The outputs where samples are rows and W maps from its rows."""
    for W, b in zip(weights, biases):
        A = sigma(A @ W + b)
    return A


def columns(weights, biases, A):
    """The outputs where samples are columns and biases too."""
    for W, b in zip(weights, biases):
        A = sigma(W @ A + b)
    return A


# The sources' costs of outputs a and targets y, one sample a row or a column as theirs are; n, m: how many samples.
nielsen_cost = lambda w, b, X, Y: ((Y - columns(w, b, X)) ** 2).sum() / (2 * X.shape[1])
three_blue_cost = lambda w, b, X, Y: np.mean([((a - y) ** 2).sum() for a, y in zip(columns(w, b, X).T, Y.T)])
bishop_cost = lambda w, b, X, t: sum(((z - t_n) ** 2).sum() / 2 for z, t_n in zip(rows([V.T for V in w], b, X), t))
goodfellow_xor_cost = lambda w, b, X, y: ((y - rows(w, b, X)) ** 2).sum() / 4
cs229_cost = lambda w, b, X, Y: sum(((a - y) ** 2).sum() / 2 for a, y in zip(columns(w, b, X).T, Y.T)) / X.shape[1]
d2l_cost = lambda w, b, X, Y: np.mean(((rows(w, b, X) - Y) ** 2 / 2).sum(axis=1))
prince_cost = lambda w, b, X, Y: sum(((f - y) ** 2).sum() for f, y in zip(columns(w, b, X).T, Y.T))
pytorch_cost = lambda w, b, x, target: ((rows([V.T for V in w], b, x) - target) ** 2).mean()
keras_cost = lambda w, b, X, y_true: np.mean(np.mean((y_true - rows(w, b, X)) ** 2, axis=-1))
sklearn_cost = lambda w, b, X, y: 0.5 * ((rows(w, b, X) - y) ** 2).sum(axis=1).mean()

# slug: the gradient, the cost where the source has one of its own to prove c by, the widths, T
LITERAL = {
    "ours": (ours, lambda w, b, X, E: nnlib.cost(w, b, X, E), "deep"),
    "nielsen": (nielsen, nielsen_cost, "deep"),
    "3blue1brown": (three_blue, three_blue_cost, "deep"),
    "bishop": (bishop, bishop_cost, "deep"),
    "goodfellow": (goodfellow, three_blue_cost, "deep"),
    "goodfellow-xor": (goodfellow_xor, goodfellow_xor_cost, "xor"),
    "cs229": (cs229, cs229_cost, "deep"),
    "ufldl": (ufldl, nielsen_cost, "deep"),
    "cs231n": (cs231n, None, "shallow"),
    "d2l": (d2l, d2l_cost, "shallow"),
    "d2l-backprop": (d2l_backprop, cs229_cost, "shallow"),
    "prince": (prince, prince_cost, "deep"),
    "pytorch": (pytorch, pytorch_cost, "deep"),
    "keras": (keras, keras_cost, "deep"),
    "sklearn": (sklearn, sklearn_cost, "deep"),
}
SIZES = {
    "deep": [3, 4, 5, 2],
    "shallow": [3, 4, 2],
    "xor": [2, 3, 1],
    "deep equal": [3, 3, 3, 3],
    "shallow equal": [3, 3, 3],
}
ALL = sorted(SOURCES)
SQUARED = [slug for slug in ALL if SOURCES[slug].squared]


def problem(slug, equal=False):
    """A network with biases that are not zero, and data; all widths and T differ unless `equal`."""
    rng = np.random.default_rng(20)
    kind = LITERAL[slug][2]
    sizes = SIZES[f"{kind} equal" if equal and kind != "xor" else kind]
    weights, biases = nnlib.init(sizes, rng)
    biases = [rng.standard_normal(b.shape) for b in biases]
    T = 4 if kind == "xor" else 7
    return weights, biases, rng.standard_normal((T, sizes[0])), rng.random((T, sizes[-1]))


def gap(row, equal=False):
    """How far the source's literal gradient, carried to ours by `row`, is from nnlib's: the worst relative error."""
    literal = LITERAL[row.slug][0]
    weights, biases, X, E = problem(row.slug, equal)
    theirs = notation.to_source(row, weights=weights, biases=biases, X=X, E=E)
    dW, db = literal(theirs.weights, theirs.biases, theirs.X, theirs.E, row.first_layer)
    if row.squared:
        dW, db = notation.from_source(row, dW=dW, db=db, T=len(X), K=E.shape[1])[4:]
    else:
        dW, db = notation.from_source(row, weights=dW, biases=db)[:2]
    true_dW, true_db = nnlib.gradients(weights, biases, X, E)
    assert [g.shape for g in (*dW, *db)] == [g.shape for g in (*true_dW, *true_db)]
    return nnlib.worst_relative_error([*dW, *db], [*true_dW, *true_db])


def test_every_source_has_its_literal_formula():
    assert set(LITERAL) == set(SOURCES)


@pytest.mark.parametrize("equal", [False, True], ids=["all-widths-differ", "equal-widths"])
@pytest.mark.parametrize("slug", ALL)
def test_literal_formula_is_our_gradient_after_transpose_and_factor(slug, equal):
    assert gap(SOURCES[slug], equal) < TOLERANCE


@pytest.mark.parametrize("slug", SQUARED)
def test_our_cost_is_c_times_the_literal_cost(slug):
    weights, biases, X, E = problem(slug)
    theirs = notation.to_source(slug, weights=weights, biases=biases, X=X, E=E)
    c = SOURCES[slug].factor(*E.shape)
    assert nnlib.cost(weights, biases, X, E) == pytest.approx(c * LITERAL[slug][1](*theirs[:4]), rel=TOLERANCE)


FLIPS = {
    "half": lambda row: replace(row, half=not row.half),
    "over_samples": lambda row: replace(row, over_samples="sum" if row.over_samples == "mean" else "mean"),
    "over_outputs": lambda row: replace(row, over_outputs="sum" if row.over_outputs == "mean" else "mean"),
    "transposed": lambda row: replace(row, transposed=not row.transposed),
    "columns": lambda row: replace(row, columns=not row.columns),
    "first_layer": lambda row: replace(row, first_layer=row.first_layer + 1),
}
INVISIBLE = {
    ("goodfellow-xor", "over_outputs"): "it has one output, where a mean and a sum over outputs are the same",
    **{(slug, "first_layer"): "its formulas are written for one hidden layer or by position, without layer numbers"
       for slug in ("cs231n", "d2l", "d2l-backprop", "pytorch", "keras", "sklearn")},
    **{("cs231n", fact): "no factor is claimed" for fact in ("half", "over_samples", "over_outputs")},
}  # fmt: skip


@pytest.mark.parametrize("equal", [False, True], ids=["all-widths-differ", "equal-widths"])
@pytest.mark.parametrize("fact", FLIPS)
@pytest.mark.parametrize("slug", ALL)
def test_a_wrong_fact_in_the_row_is_caught(slug, fact, equal):
    wrong = FLIPS[fact](SOURCES[slug])
    if (slug, fact) in INVISIBLE:
        assert gap(wrong, equal) < TOLERANCE, INVISIBLE[slug, fact]
        return
    try:
        worst = gap(wrong, equal)
    except (ValueError, AssertionError, KeyError, IndexError):
        silent = equal and fact not in ("columns", "first_layer") and slug != "goodfellow-xor"
        assert not silent, "with equal widths this slip raises nothing: it must be caught by the numbers"
        return  # shapes or layer numbers that cannot fit: caught too
    assert worst > 1e-3


# ---- The rows without a literal cost of ours, and the libraries themselves


def test_cs231n_softmax_formula_is_the_slope_of_its_own_cost_and_its_layout_is_ours():
    rng = np.random.default_rng(4)
    weights, biases, X, _ = problem("cs231n")
    y = rng.integers(0, 2, len(X))
    (W, W2), (b, b2), X = notation.to_source("cs231n", weights=weights, biases=biases, X=X)[:3]
    relu = nnlib.functions.ACTIVATIONS["relu"]

    def loss(w, b):
        scores = np.dot(relu.f(np.dot(X, w[0]) + b[0]), w[1]) + b[1]
        probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
        return np.sum(-np.log(probs[range(len(X)), y])) / len(X)

    def dscores_of(scores):
        dscores = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
        dscores[range(len(X)), y] -= 1
        return dscores / len(X)

    dW, db = by_rows([W, W2], [b, b2], X, dscores_of, relu.f, relu.slope, keepdims=True)
    slopes_W, slopes_b = nnlib.complex_step(loss, [W, W2], [b, b2])
    assert nnlib.worst_relative_error([*dW, *db], [*slopes_W, *slopes_b]) < TOLERANCE
    hidden = nnlib.forward(weights, biases, X, ["relu", "identity"])[1]
    np.testing.assert_allclose(np.dot(relu.f(np.dot(X, W) + b), W2) + b2, hidden[-1], rtol=TOLERANCE)
    with pytest.raises(ValueError, match="no factor c exists"):
        SOURCES["cs231n"].factor(7, 2)


@pytest.mark.oracle
def test_pytorch_itself():
    import torch

    weights, biases, X, E = problem("pytorch")
    theirs = notation.to_source("pytorch", weights=weights, biases=biases, X=X, E=E)
    layers = []
    for W, b in zip(theirs.weights, theirs.biases):
        layer = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
        layer.weight.data, layer.bias.data = torch.tensor(W), torch.tensor(b)
        layers += [layer, torch.nn.Sigmoid()]
    linear = layers[::2]
    torch.nn.MSELoss()(torch.nn.Sequential(*layers)(torch.tensor(theirs.X)), torch.tensor(theirs.E)).backward()
    grads = [layer.weight.grad for layer in linear], [layer.bias.grad for layer in linear]
    dW, db = nnlib.gradients(weights, biases, X, E)
    found = notation.from_source("pytorch", dW=grads[0], db=grads[1], X=X)  # K is read off the last bias
    assert nnlib.worst_relative_error([*found.dW, *found.db], [*dW, *db]) < TOLERANCE
    rate = notation.rate_from_ours("pytorch", 0.5, K=2)
    torch.optim.SGD(torch.nn.Sequential(*linear).parameters(), lr=rate).step()
    stepped = notation.from_source("pytorch", weights=[layer.weight.detach() for layer in linear])
    for W, dw, new in zip(weights, dW, stepped.weights):
        np.testing.assert_allclose(new, W - 0.5 * dw, rtol=TOLERANCE)


@pytest.mark.oracle
def test_scikit_learn_itself():
    from sklearn import neural_network as network

    rng = np.random.default_rng(7)
    weights, biases = nnlib.init([3, 4, 2], rng)
    biases = [rng.standard_normal(b.shape) for b in biases]
    X, E = rng.standard_normal((7, 3)), rng.random((7, 2))
    model = network.MLPRegressor(hidden_layer_sizes=(4,), activation="logistic", solver="sgd", alpha=0, batch_size=7, momentum=0,
                                 nesterovs_momentum=False, learning_rate_init=1.0, random_state=0)  # fmt: skip
    model.partial_fit(X, E)
    for held, wanted in zip(model.coefs_ + model.intercepts_, weights + biases):
        held[...] = wanted
    model.partial_fit(X, E)  # one step of rate 1, so that old - new is the gradient that it descends
    took = notation.from_source(
        "sklearn",
        dW=[W - new for W, new in zip(weights, model.coefs_)],
        db=[b - new for b, new in zip(biases, model.intercepts_)],
    )
    dW, db = nnlib.gradients(weights, biases, X, E, ["sigmoid", "identity"])
    assert nnlib.worst_relative_error([*took.dW, *took.db], [*dW, *db]) < TOLERANCE
    literal = by_rows(weights, biases, X, lambda z: (z - E) / len(X))
    assert nnlib.worst_relative_error([2 * g for part in literal for g in part], [*dW, *db]) < TOLERANCE
    # The note of the row: the reported loss is divided by the K = 2 outputs as well.
    assert 2 * 2 * model.loss_ == pytest.approx(nnlib.cost(weights, biases, X, E, ["sigmoid", "identity"]), rel=1e-12)


# ---- Rates and round trips


def test_known_rates():
    assert notation.rate_to_ours("Nielsen", 3.0) == 1.5
    assert notation.rate_to_ours("PyTorch", 1.0, K=10) == 0.1
    assert notation.rate_from_ours("bishop", 5.0, T=10) == 1.0
    with pytest.raises(ValueError, match="T = the number of samples"):
        notation.rate_to_ours("bishop", 1.0)
    with pytest.raises(ValueError, match="K: expected a whole number of at least 1"):
        notation.rate_to_ours("keras", 1.0, K=0)


FACTORS = {"ours": "1", "nielsen": "2", "bishop": "2/T", "prince": "1/T", "keras": "K", "cs231n": "n/a", "sklearn": "2"}


@pytest.mark.parametrize("slug", FACTORS)
def test_factor_in_letters(slug):
    assert SOURCES[slug].factor_text == FACTORS[slug]


@pytest.mark.parametrize("slug", SQUARED)
def test_a_rate_is_c_times_ours(slug):
    """Where their gradient is ours divided by c, the same step needs a rate that is c times as large."""
    their_rate = notation.rate_from_ours(slug, 0.8, T=7, K=2)
    assert their_rate == pytest.approx(0.8 * SOURCES[slug].factor(7, 2), rel=1e-15)
    assert notation.rate_to_ours(slug, their_rate, T=7, K=2) == pytest.approx(0.8, rel=1e-15)


@pytest.mark.parametrize("slug", ALL)
def test_there_and_back_is_the_same_and_a_copy(slug):
    weights, biases, X, E = problem(slug)
    dW, db = nnlib.gradients(weights, biases, X, E)
    given = {"weights": weights, "biases": biases, "X": X, "E": E}
    given |= {"dW": dW, "db": db} if SOURCES[slug].squared else {}
    there = notation.to_source(slug, **given)
    back = notation.from_source(slug, **there._asdict())
    for name, arrays in given.items():
        for old, new in zip(arrays, getattr(back, name)):
            np.testing.assert_allclose(new, old, rtol=1e-15)
    kept = weights[0].copy()
    there.weights[0][...] = 0
    np.testing.assert_array_equal(weights[0], kept)


@pytest.mark.parametrize("slug", ["pytorch", "keras"])  # transposed, and not
@pytest.mark.parametrize("name", ["dW", "db"])
def test_the_number_of_outputs_is_read_off_the_last_gradient(slug, name):
    weights, biases, X, E = problem(slug)
    ours = {name: dict(zip(("dW", "db"), nnlib.gradients(weights, biases, X, E)))[name]}
    said, seen = (getattr(notation.to_source(slug, **ours, K=K), name) for K in (2, None))
    back = getattr(notation.from_source(slug, **{name: seen}), name)
    for right, found in zip((*said, *ours[name]), (*seen, *back)):
        np.testing.assert_allclose(found, right, rtol=1e-15)


# ---- Names, formulas, the card


@pytest.mark.parametrize(
    "name", [*SOURCES, *(row.name for row in SOURCES.values()), *notation.ALIASES, "Deep-Learning.AI"]
)
def test_names(name):
    assert notation.source(name) in SOURCES.values()
    assert notation.source(notation.source(name)) is notation.source(name)


def test_unknown_names_are_answered_with_the_list():
    with pytest.raises(ValueError, match="nielsen.*sklearn.*'Nielson'.*did you mean 'nielsen'"):
        notation.source("Nielson")
    with pytest.raises(TypeError, match="got int"):
        notation.source(3)
    with pytest.raises(ValueError, match="db_last"):
        notation.formula("ours", "delta")
    with pytest.raises(ValueError, match=r"weights\[0\]: expected a matrix"):
        notation.to_source("nielsen", weights=[np.zeros(3)])
    with pytest.raises(ValueError, match=r"biases\[0\]: expected one number for each neuron"):
        notation.from_source("nielsen", biases=[np.zeros((2, 3))])
    with pytest.raises(ValueError, match="T = the number of samples"):
        notation.to_source("bishop", dW=[np.zeros((2, 3))])


@pytest.mark.parametrize("slug", ALL)
def test_formulas_parse_and_agree_with_the_row(slug):
    mathtext = pytest.importorskip("matplotlib.mathtext").MathTextParser("path")
    row = SOURCES[slug]
    for which in FORMULAS:
        text = notation.formula(slug, which)
        assert "<" not in text and "!" not in text
        mathtext.parse(f"${text}$")  # raises where a brace or a command is wrong
    if row.squared:
        last = notation.formula(slug, "db_last")
        assert row.half != any(two in last for two in ("2(", "2 a", r"\frac{2}{K}")), "the 2 and the 1/2 must agree"
        assert ("{K}" in last) == (row.over_outputs == "mean")


INDEXED = {
    "ours": "xy",
    "nielsen": "jk",
    "3blue1brown": "jk",
    "bishop": "ji",
    "ufldl": "ij",
    "pytorch": "yx",
    "keras": "xy",
}


@pytest.mark.parametrize("slug", INDEXED)
def test_the_forward_formula_sums_over_the_index_that_the_layout_says(slug):
    text = notation.formula(slug, "forward")
    first, second = INDEXED[slug]
    assert f"{{{first}{second}}}" in text
    assert rf"\sum_{second if SOURCES[slug].transposed else first} " in text


def test_nielsen_delta_is_written_as_in_the_book():
    assert r"\delta^L_j = (a^L_j - y_j) \, \sigma'(z^L_j)" in notation.formula("nielsen", "db_last")


class Table(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.scopes, self.text = [], [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "th":
            self.scopes.append(dict(attributes).get("scope"))

    def handle_data(self, data):
        self.text += data


def test_card_is_an_accessible_table_without_script_or_request():
    page = notation.card()
    table = Table()
    table.feed(page)
    assert table.scopes.count("row") == len(SOURCES) and table.scopes.count("col") == 11 and None not in table.scopes
    assert table.tags.count("caption") == 1 and table.tags.count("tr") == len(SOURCES) + 1
    assert table.tags.count("td") == 10 * len(SOURCES)
    assert not {"script", "link", "img", "iframe"} & set(table.tags) and "http" not in page and "url(" not in page
    assert "@media print" in page
    assert "w<sub>xy</sub><sup>(L)</sup>" in page and "Ω<sub>k</sub>" in page and "y_true" in page
    for row in SOURCES.values():
        assert row.name in table.text and row.factor_text in table.text


@pytest.mark.parametrize("slug", ALL)
def test_plain_text_answers_the_seven_questions(slug):
    row = SOURCES[slug]
    text = str(row)
    assert len(row.answers()) == 7 and all(question in text for question, _ in row.answers())
    assert row.name in text and f"c = {row.factor_text}" in text and row.reference in text and row.checked in text


def test_every_row_says_where_its_facts_were_read():
    for row in SOURCES.values():
        assert row.checked != "not re-read" and len(row.checked) > 15, row.name
    assert "not re-read" in SOURCES["3blue1brown"].checked, "what could not be read is owned up to"
