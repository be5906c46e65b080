"""The learning-rate laboratory without its widgets: four problems, and one call that trains and measures."""

from nnlib.laboratory.problems import Problem, problems
from nnlib.laboratory.reference import Reference, reference
from nnlib.laboratory.trial import RULES, Trial, experiment, fates_by_rate

__all__ = [
    "RULES",
    "Problem",
    "Reference",
    "Trial",
    "experiment",
    "fates_by_rate",
    "problems",
    "reference",
]
