"""Print the score table of nnlib.diagnose: `python -m tests.corpus [family ...]` from the root of the repository."""

from __future__ import annotations

import sys

import nnlib

from . import CASES
from .score import judge_all, table

wanted = set(sys.argv[1:])
print(table(judge_all([case for case in CASES if not wanted or case.family in wanted], nnlib.diagnose)))
