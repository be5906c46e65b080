"""How fast one epoch of handwritten digits is: beside PyTorch, JAX, scikit-learn and a loop over the samples.

Run:  python tests/bench/digits_epoch.py [--rounds 15]
64-30-10, batches of 10 in one and the same shuffled order, rate 3, float64, one thread. Ours also measures the cost of the
whole set before and after, as a lesson wants it. All take turns in one run; read the ratios, not the times.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import argparse  # noqa: E402
import sys  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from rivals import agree, shortest_loop  # noqa: E402
from timing import ratios, show, take_turns  # noqa: E402

from nnlib.data import digits  # noqa: E402
from nnlib.descent import batches, train  # noqa: E402
from nnlib.network import gradients, init  # noqa: E402

RATE, BATCH, OURS = 3.0, 10, "nnlib.train"


def own_loop(gradient):
    """The loop of lesson 10 with any gradient function."""

    def run(weights, biases, X, E, order):
        for rows in order:
            dW, db = gradient(weights, biases, X[rows], E[rows])
            weights = [W - RATE * g for W, g in zip(weights, dW)]
            biases = [b - RATE * g for b, g in zip(biases, db)]
        return weights, biases

    return run


def with_torch(weights, biases, X, E, order):
    """Modules, MSELoss and SGD, as a tutorial writes it; returns (weights, biases)."""
    import torch

    torch.set_num_threads(1)
    layers = []
    for w, v in zip(weights, biases):
        linear = torch.nn.Linear(*w.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w.T)), linear.bias.copy_(torch.tensor(v))
        layers += [linear, torch.nn.Sigmoid()]
    model, loss = torch.nn.Sequential(*layers), torch.nn.MSELoss()
    x, e, K = torch.tensor(X), torch.tensor(E), E.shape[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE * K)  # MSELoss is the mean over the outputs too
    for rows in order:
        optimizer.zero_grad()
        loss(model(x[rows]), e[rows]).backward()
        optimizer.step()
    linear = layers[::2]
    return [v.weight.detach().numpy().T for v in linear], [v.bias.detach().numpy() for v in linear]


def jax_ways(depth):
    """{name: function}: a compiled step called from Python, and a whole epoch compiled as one."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def cost(v, x, e):
        a = x
        for W, b in zip(v[:depth], v[depth:]):
            a = jax.nn.sigmoid(a @ W + b)
        return ((a - e) ** 2).sum(axis=1).mean()

    def step(v, x, e):
        return [p - RATE * g for p, g in zip(v, jax.grad(cost)(v, x, e))]

    compiled = jax.jit(step)
    epoch = jax.jit(lambda v, x, e, rows: jax.lax.scan(lambda v, r: (step(v, x[r], e[r]), None), v, rows)[0])

    def step_by_step(weights, biases, X, E, order):
        v = [jnp.array(p) for p in (*weights, *biases)]
        for rows in order:
            v = compiled(v, X[rows], E[rows])
        v = [np.asarray(p) for p in v]
        return v[:depth], v[depth:]

    def as_one(weights, biases, X, E, order):
        whole = [rows for rows in order if len(rows) == BATCH]
        v = epoch([jnp.array(p) for p in (*weights, *biases)], jnp.array(X), jnp.array(E), np.array(whole))
        for rows in order[len(whole) :]:  # the short batch at the end has a shape of its own
            v = compiled(v, X[rows], E[rows])
        v = [np.asarray(p) for p in v]
        return v[:depth], v[depth:]

    return {"JAX jit, step by step": step_by_step, "JAX jit, the epoch as one scan": as_one}


def scikit_learn(X, E):
    """One epoch of MLPRegressor: logistic hidden layer, linear output, half the squared error, no momentum, no decay."""
    from sklearn.neural_network import MLPRegressor

    def run():
        plain = {"solver": "sgd", "alpha": 0.0, "momentum": 0.0, "nesterovs_momentum": False, "random_state": 0}
        net = {"hidden_layer_sizes": (30,), "activation": "logistic", "batch_size": BATCH, "learning_rate_init": 0.1}
        model = MLPRegressor(**net, **plain)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.partial_fit(X, E)
        return model

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    X, E, _, _ = digits()
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    order = list(batches(len(X), BATCH, np.random.default_rng(1)))
    case, notes = (weights, biases, X, E, order), []

    def ours():
        return train(weights, biases, X, E, RATE, epochs=1, batch_size=BATCH, rng=np.random.default_rng(1))

    ways = {"the loop of lesson 10, gradients by nnlib": own_loop(gradients)}
    ways |= {"the same loop, sample by sample": own_loop(shortest_loop)}
    for name, make in {
        "PyTorch": lambda: {"PyTorch eager, modules and SGD": with_torch},
        "JAX": lambda: jax_ways(2),
    }.items():
        try:
            __import__({"PyTorch": "torch", "JAX": "jax"}[name])
            ways |= make()
        except ImportError:
            notes.append(f"{name} is not installed here: left out.")
    run = ours()
    for name, way in ways.items():
        agree(name, way(*case), (run.weights, run.biases), 1e-9)
    rivals = {OURS: ours} | {name: lambda way=way: way(*case) for name, way in ways.items()}
    try:
        rivals["scikit-learn, partial_fit (linear output)"] = scikit_learn(X, E)
        rivals["scikit-learn, partial_fit (linear output)"]()
    except ImportError:
        notes.append("scikit-learn is not installed here: left out.")
    notes.append("All but scikit-learn end with the same weights. micrograd has no sigmoid: see its gradient above.")
    title = f"One epoch of digits: {len(X)} samples, 64-30-10, batches of {BATCH}, float64, one thread"
    show(ratios(title, take_turns(rivals, rounds), OURS, notes, ours=["the loop of lesson 10, gradients by nnlib"]))


if __name__ == "__main__":
    main()
