"""How fast one gradient is: beside PyTorch, JAX, loops over the samples, micrograd, and the bare matrix products.

Run:  python tests/bench/gradient.py
All rivals of a table take turns in one run, so that a busy machine slows them alike; read the ratios, not the times.
"""

import begin  # noqa: F401  before NumPy
import numpy as np
import rivals as others
from networks import problem
from timing import Table, ratios, show, spread, take_turns

from nnlib.functions import per_layer
from nnlib.network import gradients, quiet, run_backward, run_forward

OURS, TRAINING = "nnlib.gradients", "the same in nnlib.train, which looks at its input once"


def beside_others(sizes, T, rounds=101):
    """One network and batch: ours, PyTorch, JAX and three loops over the samples."""
    case = problem(sizes, T)
    loops = {
        "nnlib sample by sample, then the average": others.average_of_single,
        "textbook loop over samples": others.sample_by_sample,
        "trimmed loop over samples": others.shortest_loop,
    }
    for name, loop in loops.items():
        others.agree(name, loop(*case), gradients(*case))
    rivals = {OURS: lambda: gradients(*case), TRAINING: in_training(*case)}
    rivals |= {name: lambda loop=loop: loop(*case) for name, loop in loops.items()}
    notes = []
    for name, make in {"PyTorch": others.torch_gradients, "JAX": others.jax_gradients}.items():
        found = others.installed(name, notes, lambda make=make: make(*case))
        rivals |= others.same_gradient(found or {}, gradients(*case), len(sizes) - 1)
    title = f"One gradient: {'-'.join(map(str, sizes))}, batch {T}, float64, one thread"
    times = take_turns(rivals, rounds)
    found = ratios(title, times, OURS, notes, ours=(TRAINING,))
    beside = {
        name: np.median(values / times[TRAINING]) for name, values in times.items() if name not in (OURS, TRAINING)
    }
    beside_words = ", ".join(f"{name} {ratio:.3g}" for name, ratio in beside.items())
    found.notes.append(f"Times the gradient in nnlib.train: {beside_words}.")
    return found


def in_training(weights, biases, X, E):
    """The gradient as `train` takes it at each step, when the input was looked at before the first."""
    rows = per_layer("sigmoid", len(weights))

    def run():
        Z, A = run_forward(weights, biases, X, rows)
        return run_backward(weights, Z, A, E, rows)

    return quiet(run)


def beside_micrograd():
    """A small relu network, since micrograd has no sigmoid and builds a Python object for every number."""
    case = (*problem([8, 8, 2], 4), "relu")
    notes, title = [], "One gradient, number by number: 8-8-2 relu, batch 4"
    theirs = others.installed("micrograd", notes, lambda: others.micrograd_gradients(*case[:4]))
    rivals = {OURS: lambda: gradients(*case)} | others.same_gradient(theirs or {}, gradients(*case), 2)
    return ratios(title, take_turns(rivals, 31), OURS, notes)


def share_of_products():
    """How much of a gradient is the matrix products that nobody can do without."""
    table = Table("The matrix products alone, as a share of nnlib.gradients", ["784-256-128-10", "share (quartiles)"])
    for T in (32, 256):
        case = problem([784, 256, 128, 10], T)
        times = take_turns({OURS: lambda: gradients(*case), "products": others.products(*case)}, 41)
        table.rows.append([f"batch {T}", spread(times["products"] / times[OURS], "{:.0%}")])
    table.notes.append("The goal is 85 %.")
    return table


def main():
    small = beside_others([64, 30, 10], 10)
    small.notes.append("The goals: PyTorch eager at least 5 times, a loop over samples at least 10 times.")
    show(small)
    show(beside_others([64, 30, 10], 200, 41))
    show(beside_others([784, 256, 128, 10], 32, 21))
    show(beside_micrograd())
    show(share_of_products())


if __name__ == "__main__":
    main()
