"""Edits of source code: of right programs written out, to name a mistake, and of the learner's own, to repair it."""
