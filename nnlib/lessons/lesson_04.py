"""The exercises of lesson 4 as functions: paths that meet are added, and the six formulas as one backpropagation."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from nnlib.chain_rule import flow
from nnlib.chain_rule import slope as S_slope_of
from nnlib.data.example import half_adder, half_adder_network
from nnlib.doctor import diagnose
from nnlib.functions import sigmoid  # noqa: F401, for known mistakes
from nnlib.lessons.exercises import CORRECT, NOT_YET, Exercise, Outcome, normal
from nnlib.network import forward


def second_neuron() -> float:
    """dC/da_2 = dC/dz_1 w_21 + dC/dz_2 w_22: both paths, added"""
    weights, biases = half_adder_network()
    X, E = half_adder()
    Z, A = forward(weights, biases, X[2:3])
    dz, w = (2 * (A[2] - E[2:3]) * A[2] * (1 - A[2]))[0], weights[1]
    return dz[0] * w[1, 0] + dz[1] * w[1, 1]


# every number of the half adder for the sample (1, 0), and the two paths into its hidden neuron 2
SAMPLE = flow(*half_adder_network(), *(rows[2] for rows in half_adder()))
PATHS = SAMPLE.carried[1][1]


def hidden_delta(dZ_next, W_next, Z):
    """dC/dz = (sum over the paths) times f'(z)"""
    dA = dZ_next @ W_next.T
    return dA * S_slope_of(Z)


def backpropagation(weights, biases, X, E):
    """All six formulas, for any number of layers; l is the layer, and the lists Z and weights begin with layer 1"""
    Z, A = forward(weights, biases, X)
    dA, dW, db = 2 * (A[-1] - E) / len(X), [], []
    for l in reversed(range(1, len(A))):
        dZ = dA * S_slope_of(Z[l - 1])
        dW.insert(0, A[l - 1].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = dZ @ weights[l - 1].T
    return dW, db


# the lines of the exercise "order", by the letter that stands before them in the notebook
LINES = {
    "a": "dA = dZ @ weights[l - 1]",
    "b": "dW.insert(0, A[l - 1].T @ dZ / T)",
    "c": "dZ = dA * S_slope_of(A[l])",
    "d": "dA = dZ @ weights[l - 1].T",
    "e": "db.insert(0, dZ.sum(axis=0) / T)",
    "f": "dZ = dA * S_slope_of(Z[l - 1])",
    "g": "dW.insert(0, A[l].T @ dZ / T)",
}


def lines_in_order() -> str:
    """dZ first; the other three need it, and none of them needs another, so their order is free"""
    return "f b e d"


def assembled(lines: Iterable[str], begin: str = "2 * (A[-1] - E)") -> Callable:
    """The backward pass whose loop has these lines, and dA = `begin` before it, as a function of (weights, biases, X, E)."""
    body = "\n".join(f"        {line}" for line in lines)
    head = (
        "def gradients(weights, biases, X, E):\n    Z, A = forward(weights, biases, X)\n"
        f"    T, dW, db = len(X), [], []\n    dA = {begin}\n    for l in reversed(range(1, len(A))):\n"
    )
    made = {"forward": forward, "S_slope_of": S_slope_of, "last_path": last_path}
    exec(f"{head}{body}\n    return dW, db\n", made)
    return made["gradients"]


def rewritten(dZ=LINES["f"], dW=LINES["b"], db=LINES["e"], dA=LINES["d"], **begin: str) -> Callable:
    """Backpropagation with some lines of its loop, or its `begin`, written in another way: it makes a known mistake."""
    return assembled([dZ, dW, db, dA], **begin)


def last_path(dZ, W):
    """A known mistake: only the path through the last neuron, what = leaves where += belongs."""
    return dZ[:, -1:] * W[:, -1]


class InOrder(Exercise):
    """An exercise whose answer is a text of letters, each a line of the loop: the loop is put together and run."""

    SAYS = ("no-letters", "four", "another")

    def judge(self, answer) -> Outcome:
        """Run the loop on a small network, and compare its gradient with the right one, or with that of a known mistake."""
        letters = list(filter(str.isalpha, answer.lower())) if isinstance(answer, str) else []
        if not letters or not set(letters) <= set(LINES) or len(letters) > len(LINES):
            return Outcome(NOT_YET, self.says["no-letters"])
        result = self._result(letters)
        outcome = self.known(lambda order: self.equal(result, self._result(order().split())))
        if len(letters) != 4 and (outcome is None or outcome.kind == CORRECT):
            return Outcome(NOT_YET, self.says["four"])
        return outcome or Outcome(NOT_YET, self.says["another"])

    def _result(self, letters: Sequence[str]):
        """(dW, db) of the loop, or the name of what it raised: two loops that fail alike are alike."""
        try:
            return assembled(map(LINES.get, letters))(*_network(np.random.default_rng(0)))
        except (NameError, ValueError, IndexError) as error:
            return type(error).__name__


def _network(rng):
    """Three weight layers of equal widths, biases that are not zero, four samples, two outputs or more."""
    weights = [rng.standard_normal((3, 3)) for _ in range(3)]
    biases = [rng.standard_normal(3) for _ in range(3)]
    return weights, biases, rng.standard_normal((4, 3)), rng.uniform(size=(4, 3))


def doctors_word(answer: Callable) -> tuple[str, str] | None:
    """(category, sentence) for a wrong (weights, biases, X, E) -> (dW, db); None where the doctor has no name for it."""
    diagnosis = diagnose(answer)
    if diagnosis.category in ("correct", "unknown"):
        return None
    return diagnosis.category, f"The doctor says {diagnosis.category}: {diagnosis.what}. {diagnosis.hint}"


TASKS = {
    "second-neuron": dict(solution=second_neuron, tolerance=0.01),
    # as many neurons here as in the next layer, so that a transposed W raises nothing and has to be seen
    "hidden-delta": dict(solution=hidden_delta, inputs=normal((5, 3), (3, 3), (5, 3))),
    "order": dict(kind=InOrder, solution=lines_in_order),
    "backpropagation": dict(solution=backpropagation, inputs=_network, second_opinion=doctors_word),
}
