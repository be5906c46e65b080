"""nnlib: backpropagation that can be read, checked and argued with, on numpy alone."""

from nnlib.derivatives import central_difference, complex_step, directional, relative_error, worst_relative_error
from nnlib.descent import History, accuracy, batches, step, train
from nnlib.network import cost, cost_and_gradients, forward, gradients, init, sample_costs
from nnlib.version import __version__

__all__ = [
    "History", "__version__", "accuracy", "batches", "central_difference", "checkup", "complex_step", "cost",
    "cost_and_gradients", "diagnose", "diagnose_layer", "diagnose_rule", "directional", "forward", "grade_check",
    "gradients", "init", "relative_error", "sample_costs", "step", "train", "worst_relative_error",
]  # fmt: skip


LATER = dict.fromkeys(("diagnose", "diagnose_layer", "diagnose_rule"), "nnlib.doctor")
LATER |= {"grade_check": "nnlib.corpus.grade", "checkup": "nnlib.experiments"}


def __getattr__(name):
    """The names in LATER are brought in when first asked for: `import nnlib` stays light."""
    if name in LATER:
        from importlib import import_module

        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")
