"""The verdict board: the reply's six claims, each with its verdict, the number that decides it, and where it was proved."""

from __future__ import annotations

import html
from dataclasses import dataclass

VERDICTS = {"true": "#0072B2", "half true": "#B07000", "false": "#D55E00"}


@dataclass(frozen=True)
class Verdict:
    """One row: the claim in our words, true / half true / false, the number that decides it in a sentence, and where."""

    claim: str
    verdict: str
    evidence: str
    lesson: str
    section: str

    def __post_init__(self):
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict: expected one of {', '.join(VERDICTS)}, got {self.verdict!r}")


class VerdictBoard:
    """A table of verdicts: HTML with links to the lessons, and plain lines for a terminal or a test."""

    def __init__(self, rows: dict[str, Verdict]):
        self.rows = rows

    def __repr__(self) -> str:
        return "\n".join(f"{name} {row.verdict.upper()}: {row.claim} {row.evidence}" for name, row in self.rows.items())

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{title}</th>' for title in ("", "claim", "verdict", "what decides it", "where")
        )
        body = "".join(
            f'<tr><th scope="row">{name}</th><td>{html.escape(row.claim)}</td>'
            f'<td><strong style="color:{VERDICTS[row.verdict]}">{row.verdict}</strong></td>'
            f"<td>{html.escape(row.evidence)}</td>"
            f'<td><a href="{row.lesson}">{row.lesson[:2]}</a>, <em>{html.escape(row.section)}</em></td></tr>'
            for name, row in self.rows.items()
        )
        return f'<table class="nnlib-verdicts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
