"""The printable page: every source in one table that needs no script and reads well aloud."""

from __future__ import annotations

import html
import re

from nnlib.notation.sources import TABLE, Source

STYLE = """
.nn-card { font: 11px/1.35 sans-serif; border-collapse: collapse; width: 100%; }
.nn-card caption { font-size: 14px; font-weight: bold; text-align: left; padding-bottom: 6px; }
.nn-card th, .nn-card td { border: 1px solid #767676; padding: 3px 5px; text-align: left; vertical-align: top; }
.nn-card thead th { border-bottom-width: 2px; }
.nn-card sub, .nn-card sup { line-height: 0; }
@media print {
  @page { size: A4 landscape; margin: 8mm; }
  .nn-card { font-size: 8px; color: #000; background: #fff; }
  .nn-card tr { break-inside: avoid; }
}
"""
COLUMNS = (
    "Source", "Weight, and its indices", "Weight matrix", "First weight matrix has number", "Before the activation",
    "After it", "Target", "Samples", "Cost", "Our gradient is its gradient times", "Our rate is its rate",
)  # fmt: skip
LETTERS = {"y_hat": "ŷ", "yhat": "ŷ", "Omega": "Ω", "lambda": "λ", r"sum(?=_)": "Σ"}


def card() -> str:
    """The table of all sources as an HTML fragment, one A4 page when printed (lesson 1), without script or request."""
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in COLUMNS)
    body = "".join(f"<tr>{_row(row)}</tr>\n" for row in TABLE)
    return (
        f'<style>{STYLE}</style>\n<table class="nn-card">\n<caption>One notation, and how to read everyone else\'s. '
        f"T samples, K outputs.</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
    )


def _row(row: Source) -> str:
    c = row.factor_text
    rate = {"n/a": "n/a", "1": "the same", "1/T": "times T", "2/T": "times T/2"}.get(c, f"divided by {c}")
    cells = (
        _mathematics(row.weight),
        "the transpose of ours" if row.transposed else "as ours",
        f"{row.first_layer}, the layer {row.label}",
        *("none" if symbol == "-" else f"<i>{html.escape(symbol)}</i>" for symbol in row.symbols),
        "columns" if row.columns else "rows",
        _mathematics(row.cost),
        html.escape(c),
        html.escape(rate),
    )
    return f'<th scope="row">{html.escape(row.name)}</th>' + "".join(f"<td>{cell}</td>" for cell in cells)


def _mathematics(text: str) -> str:
    """Plain-text subscripts and superscripts as HTML; names that merely hold an underscore (y_true, coefs_) stay."""
    text = html.escape(text, quote=False)
    for word, letter in LETTERS.items():
        text = re.sub(rf"(?<![A-Za-z]){word}(?![A-Za-z])", letter, text)
    text = re.sub(r"(?<!\w)(\w)_([a-z0-9]{1,2})\b", r"\1<sub>\2</sub>", text)
    return re.sub(r"\^(\([^()]*\)|\[[^\]]*\]|\w)", r"<sup>\1</sup>", text)
