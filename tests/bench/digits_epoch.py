"""How fast one epoch of handwritten digits is: beside PyTorch, JAX, scikit-learn and a loop over the samples.

Run:  python tests/bench/digits_epoch.py [--rounds 15]
64-30-10, batches of 10 in one and the same shuffled order, rate 3, float64, one thread. Ours also measures the cost of the
whole set before and after, as a lesson wants it. All take turns in one run; read the ratios, not the times.
"""

import argparse
import warnings

import begin  # noqa: F401  before NumPy
import numpy as np
from rivals import agree, installed, jax_cost, shortest_loop, torch_model
from timing import ratios, show, take_turns

from nnlib.data import digits
from nnlib.descent import batches, train
from nnlib.network import gradients, init

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


def torch_ways():
    """{name: function}: modules, MSELoss and SGD, as a tutorial writes it."""
    import torch

    def run(weights, biases, X, E, order):
        model, linear = torch_model(weights, biases)
        x, e, loss = torch.tensor(X), torch.tensor(E), torch.nn.MSELoss()
        optimizer = torch.optim.SGD(
            model.parameters(), lr=RATE * E.shape[1]
        )  # MSELoss is the mean over the outputs too
        for rows in order:
            optimizer.zero_grad()
            loss(model(x[rows]), e[rows]).backward()
            optimizer.step()
        return [v.weight.detach().numpy().T for v in linear], [v.bias.detach().numpy() for v in linear]

    return {"PyTorch eager, modules and SGD": run}


def jax_ways(depth=2):
    """{name: function}: a compiled step called from Python, and a whole epoch compiled as one."""
    jax, cost = jax_cost(depth)
    jnp = jax.numpy

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
    for name, make in {"PyTorch": torch_ways, "JAX": jax_ways}.items():
        ways |= installed(name, notes, make) or {}
    run = ours()
    for name, way in ways.items():
        agree(name, way(*case), (run.weights, run.biases), 1e-9)
    rivals = {OURS: ours} | {name: lambda way=way: way(*case) for name, way in ways.items()}
    epoch = installed("scikit-learn", notes, lambda: scikit_learn(X, E))
    rivals |= {"scikit-learn, partial_fit (linear output)": epoch} if epoch else {}
    notes.append("All but scikit-learn end with the same weights. micrograd has no sigmoid: see its gradient above.")
    title = f"One epoch of digits: {len(X)} samples, 64-30-10, batches of {BATCH}, float64, one thread"
    show(ratios(title, take_turns(rivals, rounds), OURS, notes, ours=["the loop of lesson 10, gradients by nnlib"]))


if __name__ == "__main__":
    main()
