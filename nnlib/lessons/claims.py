"""The verdict board: the reply's six claims, each with its verdict, the number that decides it, and where it was proved."""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass

from nnlib.lessons import words

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


FILE = words.FOLDER / "claims" / f"{words.ENGLISH}.toml"
CLAIMS = tuple(Claim(name, **row) for name, row in tomllib.loads(FILE.read_text(encoding="utf-8")).items())


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
