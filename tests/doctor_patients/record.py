"""What the doctor said when it was last looked at: of every case of the corpus, of every row of its table planted in turn.

    python tests/doctor_patients/record.py        writes the lists again, after a change that is meant

The labels of the corpus and of the rows say which category is right; most rows even say the whole verdict, and are not in
the list. The lists hold the rest that a learner reads: the other candidates, the slip in words, further slips, the
convention that would make it right. A change shows up as a difference between two lines, and is either meant or a mistake.
"""

from __future__ import annotations

import re
import sys
import zlib
from functools import cache
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]

from corpus import CASES
from corpus.score import judge

import nnlib
from nnlib.doctor.probes import TABLE
from nnlib.doctor.references import FORMULAS, FREE, UPDATES, compute, right
from nnlib.doctor.stages import Problem, backpropagate
from nnlib.doctor.table import FORMULA_ROWS, UPDATE_ROWS
from nnlib.doctor.table.row import Mistake

HERE = Path(__file__).parent
PROBES = ("main", "three", "one sample", "two layers", "four layers", "many samples")
MISTAKES = (*FORMULAS, *UPDATES, *FREE)
PARAMETER = 0.037  # the unknown number of a row that has one


# ------------------------------------------------------------------------------------------------------------ the verdict


def line(d) -> str:
    """A verdict in one line. Left out is what differs between machines: last digits, and what NumPy says in an exception."""
    where = " ".join(f"{kind}{l}" for kind, l in sorted(d.where))
    second = "; ".join(f"{slug}: {what}" for slug, what, _ in d.second)
    fields = [
        ", ".join(d.candidates), where, d.root, d.what, d.formula, second, d.convention, d.mend,
        " ".join(d.notes), " ".join(d.details),
        " ".join(finding.array for finding in d.evidence),
    ]  # fmt: skip
    fields = [re.sub(r"(raised \w+).*", r"\1", field, flags=re.DOTALL) for field in fields]
    return re.sub(r"\d+\.\d+(e[+-]?\d+)?|\d+e-\d+|0x\w+", "#", " ".join(" | ".join(fields).split()))


@cache
def judged(name: str):
    """(verdict for the score, diagnosis) of one case of the corpus, made once."""
    kept = []

    def diagnose(*arguments, **more):
        kept.append(nnlib.diagnose(*arguments, **more))
        return kept[0]

    verdict = judge(next(case for case in CASES if case.name == name), diagnose)
    return verdict, kept[0] if kept else None


# ------------------------------------------------------------------------------------------------------------- the patients


def as_patient(mistake):
    """A learner who makes exactly this mistake, whatever the network: (function, kind)."""
    changes = [mistake.change] if mistake.row.stages else []
    if mistake.row.update:

        def train_step(weights, biases, X, E, learning_rate):
            p = Problem("patient", weights, biases, X, E, learning_rate)
            gradient = lambda w, b, X, E: backpropagate(p._replace(weights=w, biases=b, X=X, E=E), changes)
            return mistake.row.update(gradient, weights, biases, p)

        return train_step, "train_step"

    def gradients(weights, biases, X, E):
        return backpropagate(Problem("patient", weights, biases, X, E), changes, parameter=PARAMETER)

    return gradients, "gradients"


def key(mistake) -> str:
    """The words by which a row in one scope is found again in the list."""
    return f"{mistake.row.category}: {mistake.row.what} [{mistake.scope}] {mistake.row.formula}"


def chosen() -> dict:
    """Each row once, in the scopes in turn, by its key and how often that has come before."""
    rows: dict = {}
    for m in MISTAKES:
        rows.setdefault(id(m.row), []).append(m)
    found: dict = {}
    for scopes in rows.values():
        m = scopes[zlib.crc32(scopes[0].row.what.encode()) % len(scopes)]
        found[_unique(key(m), found)] = m
    return found


def _unique(name: str, taken) -> str:
    number = 1
    while (full := name if number == 1 else f"{name} ({number})") in taken:
        number += 1
    return full


def print_of(mistake) -> float:
    """One number for the gradients that a mistake gives on several networks; another formula gives another number."""
    total = 0.0
    for place, (name, activations) in enumerate([*((name, "sigmoid") for name in PROBES), ("three", "tanh")]):
        arrays = compute((mistake,), name, activations, parameter=PARAMETER)
        if arrays is None:
            total += 100 * (place + 1)
            continue
        flat = np.concatenate([np.ravel(a) for a in arrays])
        if not np.isfinite(flat).all():
            total += 1000 * (place + 1)
            flat = flat[np.isfinite(flat)]
        shapes = sum(a.shape[0] * (k + 1) if a.ndim else 0.5 for k, a in enumerate(arrays))
        total += float(flat @ np.cos(np.arange(1, len(flat) + 1))) + 1e-3 * shapes
    return total


def prints() -> dict:
    """{row: what its words do not show} for the whole table: look-alikes, its place among them, a number for each scope."""
    found: dict = {}
    with np.errstate(all="ignore"):
        for row in (*FORMULA_ROWS, *UPDATE_ROWS):
            numbers = [print_of(Mistake(row, scope)) for scope in row.scopes]
            free = "free" * row.free
            facts = [", ".join(row.also), free, f"{row.cost:g}", f"{row.convention or ''}"]
            found[_unique(f"{row.category}: {row.what}", found)] = " | ".join(facts) + " | " + _written(numbers)
    return found


def _written(numbers) -> str:
    return " ".join(f"{v:.9g}" for v in numbers)


# ---------------------------------------------------------------------------------------------------------------- the lists


def read(name: str) -> dict:
    """{key: line} of one of the lists."""
    rows = (row.split("\t") for row in (HERE / name).read_text(encoding="utf-8").splitlines())
    return {row[0]: row[1] for row in rows}


def write(name: str, rows: dict) -> None:
    (HERE / name).write_text("".join(f"{k}\t{v}\n" for k, v in rows.items()), encoding="utf-8")


def planted(mistake) -> tuple[str, bool]:
    """The verdict on a row that is planted, and whether it says what the row says, no more and no less."""
    d, row = nnlib.diagnose(*as_patient(mistake)), mistake.row
    said = (d.candidates, d.what, d.formula, d.second, d.convention, d.mend, d.details, d.notes, d.where)
    categories = tuple(dict.fromkeys((row.category, *row.also)))[:3]
    own = (categories, mistake.describe(), row.formula, (), mistake.convention, "", (), (), wrong_places(mistake))
    return line(d), said == own


def wrong_places(mistake) -> frozenset:
    """("W", l) and ("b", l) of the arrays that differ from the right ones on a probe of three weight layers."""
    places = set()
    for name in (n for n, (sizes, *_) in TABLE.items() if len(sizes) == 4 and n != "all equal"):
        arrays, truth = compute((mistake,), name, parameter=PARAMETER), right(name)
        for k, t in enumerate(truth if arrays is not None and len(arrays) == len(truth) else ()):
            if arrays[k].shape != t.shape or not np.linalg.norm(arrays[k] - t) <= 2e-5 * np.linalg.norm(t):
                places.add(("Wb"[k // 3], k % 3))
    return frozenset(places)


def exceptions() -> dict:
    """{key: verdict} of the rows whose verdict is another than their own words."""
    verdicts = {k: planted(m) for k, m in chosen().items()}
    return {k: text for k, (text, own) in verdicts.items() if not own}


if __name__ == "__main__":
    write("recorded_prints.tsv", prints())
    write("recorded_rows.tsv", exceptions())
    write("recorded_cases.tsv", {case.name: line(judged(case.name)[1]) for case in CASES})
