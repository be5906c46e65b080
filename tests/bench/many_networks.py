"""How fast many small networks train at once: python tests/bench/many_networks.py

One network is 8-8-1 tanh/linear on 16 samples, costs kept. Five ways are timed in turn, round after round, by the
processor time of their one thread, so that a busy machine slows all alike. Then the whole map of 256 x 256 networks and 200
steps, by the clock on the wall. JAX is optional: without it a note says so.
"""

import argparse
import multiprocessing
import statistics
import sys
import time

import begin  # noqa: F401  before NumPy
import numpy as np
from rivals import installed
from timing import Table, ratios, seconds, show, take_turns

from nnlib import jobs
from nnlib.edge import ACTIVATIONS, OVERVIEW, SIZES, T, edge_map, problem
from nnlib.sweep_loop import chunk_size, train_chunk

STEPS, MAP_STEPS = 50, 200
JAX_CHUNK, PLAIN_CHUNK = 128, 512  # networks: each rival gets what suits it best of 128 to 2048


def loop(weights, biases, X, E, rates, dtype):
    """One network after the other, the six formulas as plain as they come."""
    X, E = X.astype(dtype), E.astype(dtype)
    found = []
    for r in rates.astype(dtype):
        W, b = [w.astype(dtype) for w in weights], [v.astype(dtype) for v in biases]
        costs = []
        for _ in range(STEPS):
            A = np.tanh(X @ W[0] + b[0])
            R = A @ W[1] + b[1] - E
            costs.append((R * R).sum() / len(X))
            dZ1 = R * dtype(2 / len(X))
            dZ0 = (dZ1 @ W[1].T) * (1 - A * A)
            W = [W[0] - r[0] * (X.T @ dZ0), W[1] - r[1] * (A.T @ dZ1)]
            b = [b[0] - r[0] * dZ0.sum(axis=0), b[1] - r[1] * dZ1.sum(axis=0)]
        found.append(costs)
    return np.array(found).T


def batched(weights, biases, X, E, rates, dtype):
    """The plain batched form: networks first, matmul over the stack, all at once."""
    X, E, N = X.astype(dtype), E.astype(dtype), len(rates)
    W = [np.repeat(w[None].astype(dtype), N, axis=0) for w in weights]
    b = [np.repeat(v[None, None].astype(dtype), N, axis=0) for v in biases]
    r = rates.astype(dtype).T[:, :, None, None]
    costs = []
    for _ in range(STEPS):
        A = np.tanh(X @ W[0] + b[0])
        R = A @ W[1] + b[1] - E
        costs.append((R * R).sum(axis=(1, 2)) / len(X))
        dZ1 = R * dtype(2 / len(X))
        dZ0 = (dZ1 @ W[1].swapaxes(1, 2)) * (1 - A * A)
        W = [W[0] - r[0] * (X.T @ dZ0), W[1] - r[1] * (A.swapaxes(1, 2) @ dZ1)]
        b = [b[0] - r[0] * dZ0.sum(axis=1, keepdims=True), b[1] - r[1] * dZ1.sum(axis=1, keepdims=True)]
    return np.array(costs)


def batched_in_chunks(weights, biases, X, E, rates, dtype):
    parts = [rates[k : k + PLAIN_CHUNK] for k in range(0, len(rates), PLAIN_CHUNK)]
    return np.hstack([batched(weights, biases, X, E, part, dtype) for part in parts])


def ours(weights, biases, X, E, rates, dtype):
    size, start = chunk_size(SIZES, T, dtype), ([w[None] for w in weights], [v[None] for v in biases], X, E)
    parts = [rates[k : k + size] for k in range(0, len(rates), size)]
    return np.hstack([train_chunk(*start, part, STEPS, ACTIVATIONS, dtype)[0][:-1] for part in parts])


def with_jax(dtype):
    """JAX, vmap over networks and jit, in chunks."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    weights, biases, X, E = problem()
    X, E = X.astype(dtype), E.astype(dtype)
    first = [a.astype(dtype) for a in (*weights, *biases)]

    def cost(p):
        return ((jnp.tanh(X @ p[0] + p[2]) @ p[1] + p[3] - E) ** 2).sum(axis=1).mean()

    def one(r):
        def step(p, _):
            C, g = jax.value_and_grad(cost)(p)
            return [v - r[k % 2] * part for k, (v, part) in enumerate(zip(p, g))], C

        return jax.lax.scan(step, first, None, length=STEPS)[1]

    chunk = jax.jit(jax.vmap(one))

    def run(weights, biases, X, E, rates, dtype):
        rates = rates.astype(dtype)
        return np.vstack([chunk(rates[k : k + JAX_CHUNK]) for k in range(0, len(rates), JAX_CHUNK)]).T

    return run


def race(dtype, rounds):
    """Processor time of one network and step in each way; a way is let in only after its costs were ours."""
    case, notes = problem(), []
    rates = 10.0 ** np.random.default_rng(1).uniform(-2, -0.7, (8192, 2))  # bounded: all networks work to the end
    ways = {
        "nnlib.sweep": (ours, 2048),
        "loop over networks": (loop, 24),
        "plain batched matmul": (batched, 8192),
        "the same in chunks": (batched_in_chunks, 2048),
    }
    compiled = installed("JAX", notes, lambda: with_jax(dtype))
    ways |= {"JAX vmap + jit": (compiled, 2048)} if compiled else {}
    calls = {name: lambda way=way, N=N: way(*case, rates[:N], dtype) for name, (way, N) in ways.items()}
    right = calls["nnlib.sweep"]()
    for name, call in calls.items():
        found = call()[:, : right.shape[1]]
        if np.abs(found - right[:, : found.shape[1]]).max() > (1e-8 if dtype == np.float64 else 0.1):
            raise SystemExit(f"{name}: its costs differ from ours")
    times = take_turns(calls, rounds, at_least=0)
    if dtype == np.float64:
        notes.append("The goals: a loop at least 12 times, plain batched at least 2.5 times, JAX at least 1 / 1.5.")
    title = f"Many networks, a step of one: 8-8-1 tanh/linear, 16 samples, {np.dtype(dtype).name}, one thread"
    show(ratios(title, {name: t / ways[name][1] / STEPS for name, t in times.items()}, "nnlib.sweep", notes))


def peak(dtype, answers):
    """In a process of its own: the highest memory before the map and after it, in MB."""
    before = highest_memory()
    edge_map(OVERVIEW, 256, steps=MAP_STEPS, dtype=dtype, processes=1, progress=None)
    answers.put((before, highest_memory()))


def highest_memory():
    try:
        with open("/proc/self/status") as status:  # what getrusage says on Linux includes the parent's memory
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1e3
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def maps(rounds):
    table = Table(
        "The map of the edge: 256 x 256 networks, 200 steps, by the clock on the wall",
        ["", "best", "median"],
        notes=["The goals: float64 in at most 3 s on two cores, memory under 200 MB."],
    )
    with jobs.pool(2) as workers:
        ways = {
            (dtype, label): options
            for dtype in (np.float64, np.float32)
            for label, options in (("1 process", {"processes": 1}), ("2 processes", {"executor": workers}))
        }
        ways[np.float64, "2 processes, started for it"] = {"processes": 2}
        times = {key: [] for key in ways}
        edge_map(OVERVIEW, 96, steps=5, executor=workers, progress=None)  # both workers have started
        for _ in range(rounds):
            for (dtype, label), options in ways.items():
                begin = time.perf_counter()
                result = edge_map(OVERVIEW, 256, steps=MAP_STEPS, dtype=dtype, progress=None, **options)
                times[dtype, label].append(time.perf_counter() - begin)
                table.notes += [note for note in result.notes if note not in table.notes]
    for (dtype, label), taken in times.items():
        row = f"{np.dtype(dtype).name}, {label}", seconds(min(taken)), seconds(statistics.median(taken))
        table.rows.append([*row])
    if sys.platform != "win32":
        context = multiprocessing.get_context("spawn")
        for dtype in (np.float64, np.float32):
            answers = context.Queue()
            process = context.Process(target=peak, args=(dtype, answers))
            process.start()
            before, highest = answers.get()
            process.join()
            name = np.dtype(dtype).name
            table.notes.append(f"Memory of the process, {name}: {before:.0f} MB before, {highest:.0f} MB at most.")
    show(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    for dtype in (np.float64, np.float32):
        race(dtype, rounds)
    maps(max(1, rounds // 4))
