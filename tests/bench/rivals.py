"""The same gradient in other libraries, for the benchmarks: each is first checked to compute the same."""

from __future__ import annotations

import numpy as np

from nnlib.derivatives import worst_relative_error
from nnlib.network import gradients


def agree(name, theirs, ours, tolerance=1e-12):
    """A rival that computes something else has no place in the table."""
    worst = max(worst_relative_error(a, b) for a, b in zip(theirs, ours))
    if worst > tolerance:
        raise SystemExit(f"{name}: its numbers differ from ours by {worst:.1e}")


def installed(name, notes, make):
    """make(), or None and a note where the package that it imports is not here."""
    try:
        return make()
    except ImportError:
        notes.append(f"{name} is not installed here: left out.")


def torch_model(weights, biases):
    """(model, its linear layers): Linear and Sigmoid in turn, double precision, one thread, with these parameters."""
    import torch

    torch.set_num_threads(1)
    layers = []
    for w, v in zip(weights, biases):
        linear = torch.nn.Linear(*w.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w.T)), linear.bias.copy_(torch.tensor(v))
        layers += [linear, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*layers), layers[::2]


def torch_cost(x, e, linear=None):
    """The function of [*weights, *biases] that is the cost, as it is written with operators, or with a fused product."""
    import torch

    linear = linear or (lambda a, w, v: a @ w + v)

    def cost(parameters):
        a, depth = x, len(parameters) // 2
        for w, v in zip(parameters[:depth], parameters[depth:]):
            a = torch.sigmoid(linear(a, w, v))
        return ((a - e) ** 2).sum(dim=1).mean()

    return cost


def jax_cost(depth):
    """(jax, the function of [*weights, *biases], x and e that is the cost), double precision."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def cost(v, x, e):
        a = x
        for W, b in zip(v[:depth], v[depth:]):
            a = jax.nn.sigmoid(a @ W + b)
        return ((a - e) ** 2).sum(axis=1).mean()

    return jax, cost


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


def average_of_single(weights, biases, X, E):
    """The question to the letter: the gradient of each sample, here by our own `gradients`, and then their average."""
    total_dW, total_db = gradients(weights, biases, X[:1], E[:1])
    for i in range(1, len(X)):
        dW, db = gradients(weights, biases, X[i : i + 1], E[i : i + 1])
        for total, part in zip((*total_dW, *total_db), (*dW, *db)):
            total += part
    return [total / len(X) for total in total_dW], [total / len(X) for total in total_db]


def torch_gradients(weights, biases, X, E):
    """Three ways to write the same gradient in PyTorch eager mode, double precision, one thread: {name: run -> list}."""
    import torch

    model, linear = torch_model(weights, biases)
    x, e, loss = torch.tensor(X), torch.tensor(E), torch.nn.MSELoss()
    point = [torch.tensor(v, requires_grad=True) for v in (*weights, *biases)]
    by_operators, fused = torch_cost(x, e), torch_cost(x, e, lambda a, w, v: torch.addmm(v, a, w))

    def by_modules():
        model.zero_grad()
        (loss(model(x), e) * E.shape[1]).backward()
        return [layer.weight.grad.T for layer in linear] + [layer.bias.grad for layer in linear]

    return {
        "PyTorch eager, modules and backward()": by_modules,
        "PyTorch eager, a @ w + b": lambda: torch.autograd.grad(by_operators(point), point),
        "PyTorch eager, addmm": lambda: torch.autograd.grad(fused(point), point),
    }


def jax_gradients(weights, biases, X, E):
    """The same gradient in JAX, compiled, double precision, one thread: {name: run -> list}."""
    jax, cost = jax_cost(len(weights))
    point, x, e = [jax.numpy.array(v) for v in (*weights, *biases)], jax.numpy.array(X), jax.numpy.array(E)
    compiled = jax.jit(jax.grad(cost))
    return {"JAX jit": lambda: jax.block_until_ready(compiled(point, x, e))}


def micrograd_gradients(weights, biases, X, E):
    """The same gradient, number by number, in micrograd: {name: run -> list}. It knows relu and no sigmoid."""
    from micrograd.engine import Value

    def run():
        W = [[[Value(float(v)) for v in row] for row in w] for w in weights]
        B = [[Value(float(v)) for v in b] for b in biases]
        total = 0
        for x, e in zip(X.tolist(), E.tolist()):
            a = x
            for w, b in zip(W, B):
                a = [sum((a[i] * w[i][y] for i in range(len(a))), b[y]).relu() for y in range(len(b))]
            total = sum(((a[j] - e[j]) ** 2 for j in range(len(e))), total)
        (total / len(X)).backward()
        return [np.array([[v.grad for v in row] for row in w]) for w in W] + [np.array([v.grad for v in b]) for b in B]

    return {"micrograd": run}


def same_gradient(found, ours, depth):
    """Keep of {name: run} those that are asked and agree with (dW, db); stops at one that does not."""
    for name, run in found.items():
        theirs = [np.asarray(g.detach() if hasattr(g, "detach") else g) for g in run()]
        agree(name, (theirs[:depth], theirs[depth:]), ours)
    return found
