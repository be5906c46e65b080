"""The gradient doctor: bring your own backpropagation and be told which mistake it is."""

from __future__ import annotations

from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.judge import judge
from nnlib.doctor.setting import CHOICES, Setting, setting_of

__all__ = ["Diagnosis", "Setting", "diagnose", "judge"]

KINDS = CHOICES["kind"]


def diagnose(function, kind: str = "gradients", *, convention=None, cost=None, activations=None) -> Diagnosis:
    """Say whether a gradient function, or a training step, is right, and if not, where and which mistake it is (lesson 5).

    `function(weights, biases, X, E) -> (dW, db)` is the gradient of C = (1/T) sum_i sum_j (a_ij - e_ij)^2 with the sigmoid
    in every layer; with kind="train_step", `function(weights, biases, X, E, learning_rate) -> (weights, biases)` is one
    step of plain gradient descent. `convention` names another cost or layout to be judged by, `cost` another cost
    ("half", "mse", "bce", "cross-entropy"), `activations` one name or (hidden, output): see nnlib.doctor.setting.
    The function is a black box: it is called on small problems with copies, and judged by what it returns and does.
    Raises TypeError or ValueError only for a wrong call of `diagnose` itself; whatever the function does, it gets a verdict.
    """
    if not callable(function):
        raise TypeError(
            f"function: expected a function (weights, biases, X, E) -> (dW, db), got {type(function).__name__}"
        )
    return judge(function, setting_of(kind, convention, cost, activations))
