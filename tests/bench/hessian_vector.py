"""What an exact Hessian-vector product costs, in gradients, and how many of them the largest eigenvalue takes.

Run:  python tests/bench/hessian_vector.py
All rivals of a table take turns in one run; read the ratios, not the times. Target: at most 2.2 gradients a product.
"""

import begin  # noqa: F401  before NumPy
import numpy as np
from networks import problem
from rivals import installed, jax_cost, torch_cost
from timing import Table, losses, ratios, show, take_turns

from nnlib.curvature import hessian_product, products_at, sharpness
from nnlib.data import digits
from nnlib.derivatives import worst_relative_error
from nnlib.descent import train
from nnlib.network import gradients, init


def jax_rival(weights, biases, X, E, way):
    """Forward over reverse in JAX, compiled, double precision: (gradient, product), each a function of nothing."""
    jax, cost = jax_cost(len(weights))
    array = jax.numpy.array
    point, x, e, direction = [array(v) for v in (*weights, *biases)], array(X), array(E), [array(v) for v in way]
    slope = jax.jit(lambda v: jax.grad(cost)(v, x, e))
    product = jax.jit(lambda v, d: jax.jvp(lambda at: jax.grad(cost)(at, x, e), (v,), (d,))[1])
    return lambda: jax.block_until_ready(slope(point)), lambda: jax.block_until_ready(product(point, direction))


def torch_rival(weights, biases, X, E, way):
    """Reverse over reverse in PyTorch eager mode, the usual way: the gradient of gradient times direction."""
    import torch

    torch.set_num_threads(1)
    point = [torch.tensor(v, requires_grad=True) for v in (*weights, *biases)]
    cost, direction = torch_cost(torch.tensor(X), torch.tensor(E)), [torch.tensor(v) for v in way]

    def slope(create_graph=False):
        return torch.autograd.grad(cost(point), point, create_graph=create_graph)

    return slope, lambda: torch.autograd.grad(slope(create_graph=True), point, grad_outputs=direction)


def table(sizes, T):
    """The cost of a product beside a gradient, ours and the rivals', for one network and batch."""
    case = problem(sizes, T)
    depth, rng = len(case[0]), np.random.default_rng(1)
    way = [rng.standard_normal(v.shape) for v in (*case[0], *case[1])]
    direction = way[:depth], way[depth:]
    again = products_at(*case)
    rivals = {
        "nnlib.gradients": lambda: gradients(*case),
        "nnlib hessian_product": lambda: hessian_product(*case, *direction),
        "nnlib, next product at one point": lambda: again(*direction),
    }
    ours, notes = [v for part in hessian_product(*case, *direction) for v in part], []
    for name, make in {"JAX jit": jax_rival, "PyTorch eager": torch_rival}.items():
        made = installed(name, notes, lambda make=make: make(*case, way))
        if made is None:
            continue
        slope, product = made
        theirs = [np.asarray(v.detach() if hasattr(v, "detach") else v) for v in product()]
        if worst_relative_error(ours, theirs) > 1e-11:
            raise SystemExit(f"{name}: its product differs from ours")
        rivals |= {f"{name}, gradient": slope, f"{name}, product": product}
    title = f"Hessian times a vector: {'-'.join(map(str, sizes))}, batch {T}, float64, one thread"
    times = take_turns(rivals, rounds=61)
    faster = []
    for name, mine in ((", gradient", "nnlib.gradients"), (", product", "nnlib hessian_product")):
        theirs = [rival for rival in times if rival.endswith(name)]
        faster += [rival for rival in theirs if np.median(times[rival] / times[mine]) < 1]
    return ratios(title, times, "nnlib.gradients", [*notes, *losses(faster)], ours=times)


def largest_eigenvalue():
    """How many products the largest eigenvalue takes along a training run."""
    X, E, _, _ = digits()
    weights, biases = init([64, 30, 10], np.random.default_rng(0), "fan_in")
    table = Table(
        "Products until the largest eigenvalue is right to 1e-10: 64-30-10 on the digits",
        ["after", "eigenvalue", "products", "from that of 100 products"],
        notes=["The goal: at most 30."],
    )
    for epochs in (0, 1, 5, 20):
        if epochs:
            rng = np.random.default_rng(0)
            run = train(weights, biases, X, E, 3.0, epochs=epochs, batch_size=10, rng=rng)
        at = (run.weights, run.biases) if epochs else (weights, biases)
        found, exact = sharpness(*at, X, E), sharpness(*at, X, E, tolerance=1e-15, most=100)
        gap = abs(found.value / exact.value - 1)
        table.rows.append([f"{epochs} epochs", f"{found.value:.6f}", f"{found.products}", f"{gap:.0e}"])
    return table


def main():
    for sizes, T in (([64, 30, 10], 10), ([64, 30, 10], 200), ([784, 256, 128, 10], 32), ([784, 256, 128, 10], 256)):
        found = table(sizes, T)
        found.notes.append("The goal: a product costs at most 2.2 gradients.")
        show(found)
    show(largest_eigenvalue())


if __name__ == "__main__":
    main()
