"""Why does my network not learn? Its own training again, with one thing changed at a time."""

from nnlib.experiments.checkup import CAUSES, CheckUp, checkup
from nnlib.experiments.values import Experiment, Finding

__all__ = ["CAUSES", "CheckUp", "Experiment", "Finding", "checkup"]
