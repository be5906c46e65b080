"""The report card of a gradient check: what it caught, what right code it rejected, what it missed, and a sentence to copy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from nnlib.corpus.measure import Design
from nnlib.corpus.reader import FAMILIES, Case, manifest

MOST = 8  # right programs accused that are shown by name


@dataclass(frozen=True)
class Row:
    """One case before the check: did it pass, what did its calls show, and why could it pass."""

    case: Case
    passed: bool
    raised: bool  # the check ended in an exception, an assertion or another
    shown: bool  # something wrong came back, or was changed, in some call that the check made
    why: str = ""  # of a wrong case that passed


@dataclass(frozen=True)
class ReportCard:
    """What `grade_check` found; `str` shows it. `rows` has one Row for each case."""

    name: str
    cost: str
    rows: tuple[Row, ...]
    tried: str  # the problem in words
    needed: tuple[
        Design, ...
    ]  # the smallest set of problems that shows the mistakes which the check's own problem hides

    @property
    def wrong(self) -> list[Row]:
        """The rows of the wrong cases."""
        return [row for row in self.rows if row.case.category != "correct"]

    @property
    def caught(self) -> int:
        """How many wrong cases did not pass."""
        return sum(not row.passed for row in self.wrong)

    @property
    def accused(self) -> list[Row]:
        """Right cases that did not pass."""
        return [row for row in self.rows if row.case.category == "correct" and not row.passed]

    def missed(self, shown: bool) -> list[Row]:
        """Wrong cases that passed: because of the rule (shown=True) or because of the problem tried (shown=False)."""
        return [row for row in self.wrong if row.passed and row.shown == shown]

    @property
    def families(self) -> dict[str, tuple[int, int]]:
        """{family: (caught, of how many)}, in the order of the vocabulary."""
        count = Counter(row.case.family for row in self.wrong)
        passed = Counter(row.case.family for row in self.wrong if row.passed)
        return {f: (count[f] - passed[f], count[f]) for f in FAMILIES if count[f]}

    @property
    def sentence(self) -> str:
        """One sentence to copy."""
        right = len(self.rows) - len(self.wrong)
        return (
            f"{self.name} catches {self.caught} of {len(self.wrong)} wrong backward passes of the nnlib corpus "
            f"(version {manifest()['version']}, {self.cost}) and accuses {len(self.accused)} of {right} right ones; "
            f"of those it misses, {len(self.missed(False))} are hidden by the problem it tries and "
            f"{len(self.missed(True))} pass its rule."
        )

    def __str__(self) -> str:
        raised = sum(row.raised for row in self.wrong)
        lines = [
            self.sentence,
            "",
            f"Problem tried: {self.tried}. {raised} were caught by an exception.",
            "",
            f"{'family':18}{'caught':>8}",
        ]
        lines += [f"{family:18}{hits:>4} of {of}" for family, (hits, of) in self.families.items()]
        if self.accused:
            some = [f"  {row.case.name}: {row.case.note}" for row in self.accused[:MOST]]
            lines += ["", f"Right code accused: {len(self.accused)}", *some, *["  ..."] * (len(self.accused) > MOST)]
        for shown, title in (
            (False, "Missed because of the problem tried (right numbers in every call that the check made)"),
            (True, "Missed because of the rule (wrong numbers came back, and passed)"),
        ):
            rows = self.missed(shown)
            lines += ["", f"{title}: {len(rows)}"]
            for why, n in Counter(row.why for row in rows).most_common():
                names = [row.case.name for row in rows if row.why == why]
                lines.append(f"  {n:3}  {why}: {', '.join(names[:3])}{', ...' if n > 3 else ''}")
        if self.needed:
            lines += [
                "",
                "The smallest set of problems that shows what the problem hides, each asked twice and then with other data:",
            ]
            lines += [f"  {design}" for design in self.needed]
        return "\n".join(lines)
