"""Print the score table of nnlib.diagnose: `python -m tests.corpus [family or cost ...]` from the root of the repository.

Without a word: the squared error. `bce` and `cross-entropy` are the corpora of the other costs.
"""

from __future__ import annotations

import sys

import nnlib

from . import CASES, OTHER_COSTS
from .score import judge_all, table

wanted = set(sys.argv[1:]) or {"squared"}
chosen = [case for case in [*CASES, *OTHER_COSTS] if wanted & {case.family, case.cost}]
print(table(judge_all(chosen, nnlib.diagnose)))
