"""A public corpus of hand-written backward passes, right and wrong, and a report card for whatever is meant to tell them apart.

`cases()` iterates over them, `grade_check(check)` grades a gradient check or an autograder; README.md says how to cite it.
"""

from __future__ import annotations

from nnlib.corpus.grade import grade_check
from nnlib.corpus.measure import Design
from nnlib.corpus.reader import ALL, CATEGORIES, FAMILIES, Case, cases, manifest

__all__ = ["ALL", "CATEGORIES", "FAMILIES", "VERSION", "Case", "Design", "cases", "grade_check", "manifest"]

VERSION = "1.0"
