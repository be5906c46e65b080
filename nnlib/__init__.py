"""nnlib: backpropagation that can be read, checked and argued with, on numpy alone."""

import numpy as np

from nnlib.derivatives import central_difference, complex_step, directional, relative_error, worst_relative_error
from nnlib.descent import History, accuracy, batches, step, train
from nnlib.network import cost, cost_and_gradients, forward, gradients, init, sample_costs
from nnlib.version import __version__

# Linux hands freed memory back once it exceeds twice the largest array freed so far, and fetching it anew for every
# gradient costs a third of the time on 784-256-128-10. An untouched array of 31 MB, freed at once, teaches it to keep it.
np.empty(31 * 2**17)

__all__ = [
    "History",
    "__version__",
    "accuracy",
    "batches",
    "central_difference",
    "complex_step",
    "cost",
    "cost_and_gradients",
    "diagnose",
    "directional",
    "forward",
    "grade_check",
    "gradients",
    "init",
    "relative_error",
    "sample_costs",
    "step",
    "train",
    "worst_relative_error",
]


def __getattr__(name):
    """`nnlib.diagnose` and `nnlib.grade_check` bring in what they need when first asked for: `import nnlib` stays light."""
    if name == "diagnose":
        from nnlib.doctor import diagnose

        return diagnose
    if name == "grade_check":
        from nnlib.corpus.grade import grade_check

        return grade_check
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")
