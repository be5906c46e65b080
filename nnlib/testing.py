"""Assertions for tests and autograders: the doctor's verdict as an AssertionError with its report."""

from __future__ import annotations


def assert_gradients(subject, **arguments) -> None:
    """Assert that gradients are right: of a function (weights, biases, X, E) -> (dW, db), or of a network as it is.

    Takes what `nnlib.diagnose` takes: assert_gradients(my_gradients), or assert_gradients(net, grads=net.backward,
    output=net.forward, cost="mse"). Raises AssertionError with the report where they are wrong or cannot be judged.
    """
    from nnlib.doctor import diagnose

    diagnosis = diagnose(subject, **arguments)
    if diagnosis.correct is not True:
        raise AssertionError(str(diagnosis))


def assert_step(subject, **arguments) -> None:
    """Assert that a step is right: a function (weights, biases, X, E, rate) -> (weights, biases), or a network's own.

    Takes what `nnlib.diagnose` takes: assert_step(my_step), or assert_step(net, step=net.train, output=net.forward).
    Raises AssertionError with the report where it is wrong or cannot be judged.
    """
    assert_gradients(subject, **({} if "step" in arguments else {"kind": "train_step"}), **arguments)
