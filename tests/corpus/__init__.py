"""The corpus of `nnlib.corpus` for the doctor's tests: CASES by the contract, OTHER_COSTS with what has to be declared."""

from nnlib.corpus import CATEGORIES, FAMILIES, Case, cases

CASES = list(cases(cost="squared"))
OTHER_COSTS = [case for case in cases() if case.cost != "squared"]

__all__ = ["CASES", "CATEGORIES", "FAMILIES", "OTHER_COSTS", "Case"]
