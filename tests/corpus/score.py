"""The score of a doctor on the corpus: caught, falsely accused, where, category, by family, confusions, and speed."""

from __future__ import annotations

import contextlib
import io
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nnlib.corpus import FAMILIES, Case

MOST_CANDIDATES = 3  # a longer list names nothing


@dataclass(frozen=True)
class Verdict:
    case: Case
    correct: bool
    category: str
    candidates: tuple[str, ...]
    where: frozenset
    seconds: float  # by the clock on the wall
    busy: float  # of the processor: what other work on the machine cannot lengthen
    crash: str = ""

    @property
    def truly_wrong(self) -> bool:
        return self.case.category != "correct" and not self.case.harmless

    @property
    def judged_right(self) -> bool:
        """Caught where wrong, acquitted where right; a harmless property may be reported or not."""
        if self.case.harmless:
            return not self.crash
        return not self.crash and self.correct != self.truly_wrong

    @property
    def where_right(self) -> bool:
        return self.judged_right and self.where == self.case.where

    @property
    def category_right(self) -> bool:
        named = {self.category}
        if len(self.candidates) <= MOST_CANDIDATES:
            named.update(self.candidates)
        return not self.crash and bool(named & {self.case.category, *self.case.also})


def judge(case: Case, diagnose: Callable) -> Verdict:
    """One diagnosis of a fresh instance; what the learner's code or the doctor prints is kept quiet."""
    function, start, busy = case.make(), time.perf_counter(), time.process_time()
    more = {} if case.convention is None else {"convention": case.convention}
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            found = diagnose(function, **({} if case.kind == "gradients" else {"kind": case.kind}), **more)
        seconds = time.perf_counter() - start
        busy = time.process_time() - busy
        return Verdict(
            case, bool(found.correct), found.category, tuple(found.candidates), frozenset(found.where), seconds, busy
        )
    except Exception as error:  # a doctor must survive everything: its own traceback is a lost case
        return Verdict(case, False, "crash", (), frozenset(), time.perf_counter() - start, 0.0, repr(error))


def judge_all(cases: Iterable[Case], diagnose: Callable) -> list[Verdict]:
    return [judge(case, diagnose) for case in cases]


def shares(verdicts: list[Verdict]) -> dict[str, tuple[int, int]]:
    """(how many, of how many): caught and category over the wrong ones, where over those whose place is decided."""
    wrong = [v for v in verdicts if v.truly_wrong]
    right = [v for v in verdicts if v.case.category == "correct"]
    placed = [v for v in wrong if v.case.where is not None]
    return {
        "caught": (sum(v.judged_right for v in wrong), len(wrong)),
        "accused": (sum(not v.judged_right for v in right), len(right)),
        "where": (sum(v.where_right for v in placed), len(placed)),
        "category": (sum(v.category_right for v in wrong), len(wrong)),
    }


def percent(pair: tuple[int, int]) -> str:
    return f"{pair[0]:>3}/{pair[1]:<3} {100 * pair[0] / pair[1]:5.1f} %" if pair[1] else "  -        "


def places(where) -> str:
    return "?" if where is None else " ".join(f"{kind}{l}" for kind, l in sorted(where)) or "-"


def table(verdicts: list[Verdict]) -> str:
    """The whole report as text, made to be read from top to bottom."""
    lines = [f"{'':18}{'caught':>15}{'accused':>15}{'where':>15}{'category':>15}"]
    for family in [*FAMILIES, "all"]:
        group = [v for v in verdicts if family in ("all", v.case.family)]
        row = shares(group)
        lines.append(
            f"{family:18}" + "".join(f"{percent(row[k]):>15}" for k in ("caught", "accused", "where", "category"))
        )
    seconds = [v.seconds for v in verdicts]
    lines.append(
        f"\n{len(verdicts)} verdicts, seconds each: median {statistics.median(seconds):.3f}, most {max(seconds):.3f}"
    )
    busy = [v.busy for v in verdicts]
    lines.append(f"of the processor alone: median {statistics.median(busy):.3f}, most {max(busy):.3f}")
    confused = Counter((v.case.category, v.category) for v in verdicts if not v.category_right)
    lines.append("\nTaken for another, and the right one not among three candidates:")
    lines.extend(f"  {n} x {true} -> {said}" for (true, said), n in confused.most_common())
    lines.append("\nCase by case:")
    lines.extend(problem_lines(verdicts))
    return "\n".join(lines)


def problem_lines(verdicts: list[Verdict]) -> list[str]:
    lines = []
    for v in verdicts:
        faults = []
        if not v.judged_right:
            faults.append(v.crash or ("missed" if v.truly_wrong else "ACCUSED"))
        if v.truly_wrong and v.case.where is not None and not v.where_right:
            faults.append(f"where {places(v.case.where)}, said {places(v.where)}")
        if v.truly_wrong and not v.category_right:
            faults.append(f"{v.case.category}, said {', '.join(v.candidates) or v.category}")
        if faults:
            lines.append(f"  {v.case.name} ({v.case.kind}): " + "; ".join(faults))
    return lines or ["  nothing to report"]
