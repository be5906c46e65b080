"""A listing with all its edits as one program: what each of them answers to a problem, and in a few numbers."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache

import numpy as np

from nnlib.doctor.candidates.categories import Rule
from nnlib.doctor.questions.answers import Answer, read
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.rewriting.edit import Edit, Kind
from nnlib.doctor.rewriting.edits import edits
from nnlib.doctor.rewriting.letters import rule_for
from nnlib.doctor.rewriting.listings import listings
from nnlib.doctor.rewriting.program import Program

FUNCTIONS = {"f", "g", "s"}


class Listing:
    """One listing of a setting with its edits, compiled once; what is put around a term is none: numbers show it."""

    def __init__(self, setting, number: int):
        source = listings(setting)[number]
        self.stages = [line.rpartition("# ")[2] if "# " in line else "" for line in source.splitlines()]
        tree = ast.parse(source)
        found = [edit for function in tree.body for edit in edits(function, _held_in(function))]
        self.program, space = Program(tree, [e for e in found if e.kind not in (Kind.AROUND, Kind.FACTOR)]), {"np": np}
        self.edits = list(self.program.keys)
        exec(self.program.code, space)
        self._function = space.get("train_step", space.get("gradients"))
        self._setting = replace(
            setting, transposed=False, columns=False, bias="none" if setting.bias == "none" else "vector"
        )
        self._sketches: dict[Problem, np.ndarray] = {}

    def rule(self, edit: Edit) -> Rule:
        """The word and the sentence for an edit, by what the line computes in which it stands."""
        return rule_for(edit, self.stages[edit.statement.lineno - 1])

    def called(self, p: Problem, edit: Edit | None) -> tuple | None:
        """What the listing with one edit gives, or as it is; None where it raises."""
        given = [W.copy() for W in p.weights], [b.copy() for b in p.biases], p.X.copy(), p.E.copy()
        self.program.choose(edit)
        try:
            with np.errstate(all="ignore"):
                return self._function(*given, *[p.rate] * (self._setting.kind == "train_step"))
        except Exception:  # the edit makes no program of it
            return None

    def answer(self, p: Problem, edit: Edit | None = None) -> Answer | None:
        """What it answers to a problem, read as the learner's answers are; None where it raises."""
        return read(self.called(p, edit), p, self._setting)

    def sketches(self, p: Problem) -> np.ndarray:
        """A row of numbers for each edit: the sketch of what it answers to a problem; one problem's rows are small."""
        if p not in self._sketches:
            answers = (self.answer(p, edit) for edit in self.edits)
            self._sketches[p] = np.array([sketch((None,) * 2 * p.layers if a is None else a.arrays) for a in answers])
        return self._sketches[p]


@lru_cache(40)
def listing(setting, number: int) -> Listing:
    """One listing of a setting with its edits, kept."""
    return Listing(setting, number)


SCALES = np.sin(np.arange(1.0, 10_001.0) ** 2)  # without a pattern; numpy.random is not loaded with this module


def sketch(arrays) -> list[float]:
    """One number for each array, a weighted sum of its entries; infinity where there is no array."""
    with np.errstate(all="ignore"):
        return [np.inf if a is None or a.size > len(SCALES) else float(a.ravel() @ SCALES[: a.size]) for a in arrays]


def _held_in(function: ast.FunctionDef):
    """What a name of a listing holds: any of its own names may stand in the place of any other."""
    stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own = stored | {a.arg for a in function.args.args}
    return lambda text: "value" if text in own else "function" if text in FUNCTIONS else text
