"""The page of a check-up: headline first, then the picture, what is out of the ordinary, and a table of every run."""

from __future__ import annotations

import base64
from html import escape

import numpy as np

from nnlib.experiments.drawing import alt, drawing, number

BECAUSE = {
    "gradient": "the step does not follow the gradient of your cost",
    "start": "the weights start badly",
    "symmetry": "the hidden neurons start alike",
    "scale-of-inputs": "the inputs are not scaled",
    "nan-in-data": "the data hold NaN or infinity",
    "pairs-parted": "inputs and targets do not belong together",
    "labels": "the labels are not what the network takes",
    "targets-out-of-reach": "the outputs cannot reach the targets",
    "rate-too-small": "the learning rate is too small",
    "rate-too-large": "the learning rate is too large",
    "other-cost": "the cost that you watch is not the one that the training lowers",
    "capacity": "the network is too small",
    "no-update": "the weights are not updated",
    "rule": "the update rule goes wrong after the first step",
    "batches": "the batches do not show it every sample",
    "evaluation": "the evaluation is wrong",
    "dead-relu": "the relu neurons are dead",
    "softmax": "the softmax is taken over the wrong numbers",
    "overflow": "numbers overflow",
    "shapes": "the shapes do not fit",
}


def share(part: float) -> str:
    """A share of right answers, as it is said after a cost."""
    return f", {part:.0%} right" if np.isfinite(part) else ""


def headline(c, s) -> str:
    """The first sentence or two: does it learn, why not, and what cures it."""
    base = f"cost {number(c.base.cost)}{share(c.base.right)} after {c.base.steps} steps"
    constant = f"the best constant answer costs {number(c.base.constant)}"
    if c.cause == "none":
        return f"It learns: {base}; {constant}.{_rate(s)}"
    if c.cause == "more-steps":
        return (
            f"It learns, only not yet (more-steps): {base}; after {c.cure.steps} steps the cost is {number(c.cure.cost)}. "
            f"{_others(c)}"
        )
    if c.cause == "not-found":
        tried = len(c.experiments)
        said = f"It does not learn ({base}; {constant}), and none of the {tried} changes that I tried cures it."
        return said + _pace(c.base, s.base.aim)
    because = f"{BECAUSE[c.cause]} ({c.cause})"
    if c.cure is None:
        why = f": {c.base.raised}" if c.base.raised else f" ({base}; {constant})"
        seen = next((f" {_capital(f.words)}." for f in c.findings if f.cause == c.cause), "")
        return f"It does not learn, since {because}{why}.{seen} None of the changes that I tried cures it alone."
    cured = f"cost {number(c.cure.cost)}{share(c.cure.right)}"
    if c.learns:
        return f"The training works, but {because}: {c.cure.words}, {cured}; as you measure it, {base}."
    failed = f"it raises {c.base.raised}" if c.base.raised else f"{base}; {constant}"
    cures = "learns" if c.cure.learned else "runs, and no further change made it learn"
    return f"It does not learn, since {because}: {failed}. With {c.cure.words} it {cures}: {cured}. {_others(c)}"


def _pace(base, aim: float) -> str:
    """How many steps it would take at the pace of the last quarter of the run, where the cost falls."""
    k = max(1, len(base.costs) // 4)
    fall = base.costs[-1 - k] - base.cost if len(base.costs) > k else np.nan
    if not fall > 1e-6 * abs(base.cost):
        return ""
    steps = (base.cost - aim) / fall * (base.at[-1] - base.at[-1 - k])
    return f" At the pace of its last steps it would take about {number(steps)} more; a straight line guesses poorly."


def _others(c) -> str:
    also = list(dict.fromkeys(e.cause for e in c.experiments if e.learned and e.cause != c.cause))
    if not also:
        return "Nothing else that I changed made it learn."
    words = {e.cause: e.words for e in reversed(c.experiments) if e.learned}
    return f"It also learns with {'; or with '.join(words[a] for a in also[:3])}."


def _rate(s) -> str:
    if not np.isfinite(s.sharp):
        return ""
    return f" Rate times the largest curvature is about {number(s.sharp)} at the start (plain descent: limit 2)."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def advice(c) -> str:
    """What to do, in a sentence."""
    return c.cure.advice if c.cure is not None else ""


def text(c) -> str:
    """The page in plain text."""
    lines = [c.headline]
    if advice(c):
        lines += ["", f"What to do: {advice(c)}"]
    if c.findings:
        lines += ["", "What stands out:"]
        lines += [f"  {_capital(f.words)} [{f.cause}]{_limit(f)}" for f in c.findings]
    if c.experiments:
        lines += ["", "What I changed, one thing at a time, from your own start:"]
        rows = [("as it is", *_cells(c.base)), *((e.words, *_cells(e)) for e in c.experiments)]
        width = min(72, max(len(r[0]) for r in rows))
        lines += [f"  {what:<{width}}  {learns:<14}  {end}" for what, learns, end in rows]
    lines += ["", *c.notes] if c.notes else []
    return "\n".join(lines)


def _limit(f) -> str:
    return f" (where this comes from: {f.source})" if f.source else ""


def _cells(e) -> tuple[str, str]:
    end = f"raises {e.raised[:70]}" if e.raised else f"cost {number(e.cost)}{share(e.right)} after {e.steps} steps"
    return ("learns" if e.learned else "does not learn"), end


def html(c) -> str:
    """The page in a notebook: headline, picture with alt text, what to do, what stands out, the table."""
    parts = [f"<section><p><strong>{escape(c.headline)}</strong></p>"]
    if len(c.base.costs) > 1:
        svg = base64.b64encode(drawing(c).encode()).decode()
        parts.append(
            f'<img alt="{escape(alt(c), quote=True)}" width="640" style="max-width:100%;height:auto" '
            f'src="data:image/svg+xml;base64,{svg}"><p>{escape(alt(c))}</p>'
        )
    if advice(c):
        parts.append(f"<p><strong>What to do.</strong> {escape(advice(c))}</p>")
    if c.findings:
        items = "".join(
            f"<li>{escape(_capital(f.words))} <code>{f.cause}</code>{escape(_limit(f))}</li>" for f in c.findings
        )
        parts.append(f"<p>What stands out:</p><ul>{items}</ul>")
    if c.experiments:
        head = "".join(f'<th scope="col">{h}</th>' for h in ("changed", "does it learn?", "how it ended"))
        rows = [("nothing: as it is", *_cells(c.base)), *((e.words, *_cells(e)) for e in c.experiments)]
        body = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(a)}</th><td>{b}</td><td>{escape(d)}</td></tr>'
            for a, b, d in rows
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    parts += [f"<p>{escape(note)}</p>" for note in c.notes]
    return "".join(parts) + "</section>"
