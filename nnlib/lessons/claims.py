"""The verdict board: the reply's six claims, each with its verdict, the number that decides it, and where it was proved."""

from __future__ import annotations

import html
from dataclasses import dataclass

COLOURS = {"true": "#0072B2", "half true": "#9A6300", "false": "#D55E00"}


@dataclass(frozen=True)
class Claim:
    """One row: the claim in our words, its verdict, the sentence that a computed number completes, and the place."""

    name: str
    claim: str
    verdict: str
    evidence: str  # a format string: {value} is the number, or the numbers as {value[0]} and {value[1]}
    lesson: str
    heading: str


CLAIMS = (
    Claim("R1", "The formulas look right.", "true", "Largest error against the complex step is below 1e-14: {value}.",
          "04b_write_it_as_matrices", "Proof: equal to a derivative that knows no chain rule"),
    Claim("R2", "Averaging is unnecessary: the rate can do it.", "half true",
          "For one batch size, yes. Ten times the samples divide the largest stable rate of the sum by {value:.3g}.",
          "06_step_with_the_average", "Predict: ten times the samples"),
    Claim("R3", "Never multiply the gradient by more than 1.", "false",
          "At rate 3, {value} of 20 starts solve XOR. And 1 is no natural bound: twice the cost is half the rate.",
          "00_win_and_break", "Is it luck? Twenty starts"),
    Claim("R4", "Too large a rate makes the error grow without end.", "half true",
          "On a bowl it does, by a factor of {value[0]:.3g} a step. With sigmoid outputs it cannot: XOR at rate 1000 stands "
          "still at C = {value[1]:.3g}.",
          "08_find_the_exact_limit", "Beyond the limit: exponential growth"),
    Claim("R5", "0.001 is a good rule of thumb.", "half true",
          "Not for plain descent: at 0.001, {value[0]} of 20 starts solve XOR in 3,000 steps. Adam rescales every step, and at "
          "0.001 reads {value[1]:.0%} of the digits in thirty epochs.",
          "07b_choose_a_rule", "Why 0.001 belongs to Adam"),
    Claim("R6", "A small rate keeps you from overshooting minima.", "half true",
          "It takes the minimum downhill from its start, sharp or flat: from beside a steep valley the small rate lands at "
          "curvature {value[0]:.3g}, the large one at {value[1]:.3g}.",
          "09_go_beyond_the_bowl", "Is small safe?"),
)  # fmt: skip


class VerdictBoard:
    """The claims with their numbers: HTML with links to the sections that prove them, and plain lines for tests."""

    def __init__(self, **values):
        expected = [row.name for row in CLAIMS]
        if sorted(values) != sorted(expected):
            raise ValueError(
                f"values: expected one for each of {', '.join(expected)}, got {', '.join(values) or 'none'}"
            )
        self.rows = [(row, row.evidence.format(value=values[row.name])) for row in CLAIMS]

    def __repr__(self) -> str:
        return "\n".join(f"{row.name} {row.verdict.upper()}: {row.claim} {evidence}" for row, evidence in self.rows)

    def _repr_html_(self) -> str:
        left = ' style="text-align:left;vertical-align:top"'
        head = "".join(
            f'<th scope="col"{left}>{title}</th>' for title in ("", "claim", "verdict", "what decides it", "where")
        )
        body = "".join(
            f'<tr><th scope="row"{left}>{row.name}</th><td{left}>{html.escape(row.claim)}</td>'
            f'<td{left}><strong style="white-space:nowrap;border-bottom:.2em solid {COLOURS[row.verdict]}">'
            f"{row.verdict}</strong></td>"
            f'<td{left}>{html.escape(evidence)}</td><td{left}><a href="{row.lesson}.ipynb#{row.heading.replace(" ", "-")}">'
            f"lesson {row.lesson.partition('_')[0].lstrip('0') or '0'}, {html.escape(row.heading)}</a></td></tr>"
            for row, evidence in self.rows
        )
        return f'<table class="nnlib-verdicts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
