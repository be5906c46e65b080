"""How fast one gradient is: nnlib beside PyTorch eager autograd, a loop over the samples, and the bare matrix products.

Run:  python tests/benchmarks/gradient.py
All rivals of a table take turns in one run, so that a busy machine slows them alike; read the ratios, not the times.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from timing import print_ratios, take_turns  # noqa: E402

from nnlib.derivatives import worst_relative_error  # noqa: E402
from nnlib.network import gradients, init  # noqa: E402


def problem(sizes, T, seed=0):
    """A network with fan-in weights and a random batch of T samples."""
    rng = np.random.default_rng(seed)
    weights, biases = init(sizes, rng, "fan_in")
    return weights, biases, rng.random((T, sizes[0])), rng.random((T, sizes[-1]))


def sample_by_sample(weights, biases, X, E):
    """The loop over samples as textbooks write it: columns, one backward pass for each sample, and sums of lists."""
    columns = [W.T for W in weights], [b[:, None] for b in biases]
    dW, db = [np.zeros(W.shape) for W in columns[0]], [np.zeros(b.shape) for b in columns[1]]
    for x, e in zip(X, E):
        one_dW, one_db = one_sample(*columns, x[:, None], e[:, None])
        dW = [total + part for total, part in zip(dW, one_dW)]
        db = [total + part for total, part in zip(db, one_db)]
    return [g.T / len(X) for g in dW], [g[:, 0] / len(X) for g in db]


def one_sample(weights, biases, x, e):
    """The gradient of one sample's cost, all vectors columns; W maps from its columns to its rows."""
    a, z = [x], []
    for W, b in zip(weights, biases):
        z.append(np.dot(W, a[-1]) + b)
        a.append(sigmoid(z[-1]))
    dW, db = [None] * len(weights), [None] * len(weights)
    db[-1] = 2 * (a[-1] - e) * slope(z[-1])
    dW[-1] = np.dot(db[-1], a[-2].T)
    for l in range(len(weights) - 2, -1, -1):
        db[l] = np.dot(weights[l + 1].T, db[l + 1]) * slope(z[l])
        dW[l] = np.dot(db[l], a[l].T)
    return dW, db


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def shortest_loop(weights, biases, X, E):
    """The same loop, trimmed: rows, the slope from the stored activation, sums in place."""
    dW, db = [np.zeros_like(W) for W in weights], [np.zeros_like(b) for b in biases]
    for x, e in zip(X, E):
        a = [x]
        for W, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ W + b))
        da = 2 / len(X) * (a[-1] - e)
        for l in reversed(range(len(weights))):
            dz = da * a[l + 1] * (1 - a[l + 1])
            dW[l] += np.outer(a[l], dz)
            db[l] += dz
            da = weights[l] @ dz
    return dW, db


def products(weights, biases, X, E):
    """The matrix products of one gradient and nothing else, results kept: what no implementation can do without."""
    A = [X] + [np.ones((len(X), W.shape[1])) for W in weights]

    def run():
        kept = []
        for l, W in enumerate(weights):
            kept += [A[l] @ W, A[l].T @ A[l + 1]]
            if l:
                kept.append(A[l + 1] @ W.T)
        return kept

    return run


def torch_rivals(weights, biases, X, E):
    """Three ways to write the same gradient in PyTorch eager mode, double precision, one thread."""
    import torch

    torch.set_num_threads(1)
    W = [torch.tensor(w, requires_grad=True) for w in weights]
    b = [torch.tensor(v, requires_grad=True) for v in biases]
    x, e = torch.tensor(X), torch.tensor(E)

    def by_operators():
        a = x
        for w, v in zip(W, b):
            a = torch.sigmoid(a @ w + v)
        return torch.autograd.grad(((a - e) ** 2).sum(dim=1).mean(), [*W, *b])

    def fused():
        a = x
        for w, v in zip(W, b):
            a = torch.sigmoid(torch.addmm(v, a, w))
        return torch.autograd.grad(((a - e) ** 2).sum() / len(X), [*W, *b])

    layers = []
    for w, v in zip(weights, biases):
        linear = torch.nn.Linear(*w.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w.T)), linear.bias.copy_(torch.tensor(v))
        layers += [linear, torch.nn.Sigmoid()]
    model, loss = torch.nn.Sequential(*layers), torch.nn.MSELoss()

    def by_modules():
        model.zero_grad()
        (loss(model(x), e) * E.shape[1]).backward()
        return [layer.weight.grad.T for layer in layers[::2]] + [layer.bias.grad for layer in layers[::2]]

    rivals = {"torch modules, backward()": by_modules, "torch a @ w + b": by_operators, "torch addmm": fused}
    depth = len(weights)
    for name, rival in rivals.items():
        theirs = [g.detach().numpy() for g in rival()]
        agree(name, (theirs[:depth], theirs[depth:]), gradients(weights, biases, X, E))
    return rivals


def agree(name, theirs, ours):
    """A rival that computes something else has no place in the table."""
    worst = max(worst_relative_error(a, b) for a, b in zip(theirs, ours))
    if worst > 1e-12:
        raise SystemExit(f"{name}: its gradient differs from ours by {worst:.1e}")


def main():
    case = problem([64, 30, 10], 10)
    rivals = {"nnlib.gradients": lambda: gradients(*case)}
    rivals |= {"textbook loop over samples": lambda: sample_by_sample(*case)}
    rivals |= {"trimmed loop over samples": lambda: shortest_loop(*case)}
    for name, rival in list(rivals.items())[1:]:
        agree(name, rival(), gradients(*case))
    try:
        rivals |= torch_rivals(*case)
    except ImportError:
        print("PyTorch is not installed: left out of the table below.")
    print("64-30-10, batch 10, float64, one thread. Targets: PyTorch at least 5, a loop over samples at least 10.")
    print_ratios(take_turns(rivals), "nnlib.gradients")
    for T in (32, 256):
        case = problem([784, 256, 128, 10], T)
        times = take_turns({"nnlib.gradients": lambda: gradients(*case), "matrix products alone": products(*case)}, 41)
        shares = times["matrix products alone"] / times["nnlib.gradients"]
        low, middle, high = np.percentile(shares, [25, 50, 75])
        print(
            f"\n784-256-128-10, batch {T}: the products are {middle:.0%} of the time ({low:.0%} to {high:.0%}). Target: 85 %."
        )


if __name__ == "__main__":
    main()
