"""nnlib: backpropagation that can be read, checked and argued with, on numpy alone."""

from nnlib.derivatives import central_difference, complex_step, directional, relative_error, worst_relative_error
from nnlib.descent import History, accuracy, batches, step, train
from nnlib.network import cost, cost_and_gradients, forward, gradients, init, sample_costs

__version__ = "1.0.0"
__all__ = [
    "History",
    "accuracy",
    "batches",
    "central_difference",
    "complex_step",
    "cost",
    "cost_and_gradients",
    "directional",
    "forward",
    "gradients",
    "init",
    "relative_error",
    "sample_costs",
    "step",
    "train",
    "worst_relative_error",
]
