"""The diagnosis in words, for a terminal and for a notebook: verdict first, then where, which mistake, evidence, hint."""

from __future__ import annotations

from html import escape

from nnlib.doctor.vocabulary import VOCABULARY

OTHER = {"gradients": "gradient", "train_step": "update"}


def verdict(d) -> str:
    """The first sentence."""
    if d.correct:
        return "Right: every gradient is right." if d.kind == "gradients" else "Right: the step is right."
    if d.correct is None:
        return "No verdict: nothing came back in time."
    if d.opening:
        return d.opening
    if d.category == "unknown":
        return f"Wrong: {d.what}." if d.what else "Wrong, and the doctor has no name for the mistake."
    return f"Wrong: {VOCABULARY[d.category].mistake}."


def place(d) -> str:
    """Which arrays are wrong, in words."""
    if not d.where:
        if d.evidence:
            return f"Wrong numbers came back in special cases only: {', '.join(f.array for f in d.evidence)}."
        return "No array with wrong numbers came back."
    W, b = (sorted(l for k, l in d.where if k == kind) for kind in "Wb")
    if len(d.where) == 2 * d.layers:
        return f"Every {OTHER[d.kind]} is wrong, weights and biases of every layer."
    text = [f"{letter}[{l}]" for letter, layers in (("dW", W), ("db", b)) for l in layers]
    return f"Wrong in a network of {d.layers} layers: {', '.join(text)}; {_rest(d, W, b)} right."


def _rest(d, W: list[int], b: list[int]) -> str:
    """What is right beside these layers of the weights and of the biases."""
    if not b and len(W) == d.layers and d.setting.bias != "none":
        return "every bias gradient is"
    return "every weight gradient is" if not W and len(b) == d.layers else "the rest is"


def _ended(sentence: str) -> str:
    """With a full stop, where it does not end in a mark of its own."""
    return sentence if sentence.endswith((".", "?", "!")) else sentence + "."


def lines(d) -> list[tuple[str, str]]:
    """(label, sentence) rows that both forms of the report show."""
    notes = [("note", _ended(n)) for n in d.notes]
    if d.correct:
        return notes + [("note", t) for t in d.details]
    rows = [*notes, *([("where", place(d))] if d.correct is not None else []), *_mistakes(d)]
    if d.repair:
        rows.append(("one change", f"{d.repair} makes everything right, on every network that was tried."))
    if d.elsewhere:
        step = ', kind="train_step"' if d.kind == "train_step" else ""
        call = f"diagnose(f, {d.elsewhere}{step})"
        rows.append(("convention", f"This is exactly right under another convention. If you meant it, say so: {call}."))
    return rows + [("note", _ended(text)) for text in d.details]


def _mistakes(d) -> list[tuple[str, str]]:
    """The rows that name the mistakes."""
    rows = [("root", f"The slip itself sits in {d.root}.")] if d.root else []
    if d.what:
        rows.append(("which mistake", f"{d.category}: {_ended(d.what)}"))
    rows += [("and also", f"{s.category}: {_ended(s.words)}") for s in d.slips[1:]]
    others = [c for c in d.candidates[1:] if c not in [s.category for s in d.slips]]
    return rows + [("or", "The numbers may also come from " + ", ".join(others) + ".")] * bool(others)


def text(d) -> str:
    """The report as plain text, at most about twenty lines."""
    first = f"{d.name}: {verdict(d)}"
    if d.correct:
        return written(first, lines(d))
    return written(first, lines(d), d.evidence, [("formula", d.formula), ("hint", d.hint)])


def written(first: str, rows, evidence=(), after=(), width: int = 14) -> str:
    """Plain text: the first sentence, rows of a label and a sentence, the evidence, and further rows."""
    labelled = lambda some: [f"  {label:14s} {words}" for label, words in some if words]
    found = [first, *labelled(rows)]
    if evidence:
        found.append(f"  {'evidence':14s} {'entry':{width}s} {'yours':>13s} {'right':>13s} {'error of the array':>19s}")
    for f in evidence:
        numbers = f"{f.yours + 0.0:13.6g} {f.right + 0.0:13.6g} {percent(f.error):>19s}"
        found.append(f"  {'':14s} {f.entry:{width}s} {numbers}")
    return "\n".join([*found, *labelled(after)])


def percent(error: float) -> str:
    """A relative error as a percentage, or how many times where it is far off."""
    if error > 1e300:
        return "not a number"
    return f"{error:.3%}" if 1e-5 < error < 100 else f"{error:.2g} times"


STYLE = """
.doctor{font-family:system-ui,sans-serif;line-height:1.45;max-width:46rem;border:1px solid #8888;
border-left:.4rem solid var(--dc);border-radius:.4rem;padding:.7rem 1rem;--dc:#D55E00}.doctor.right{--dc:#009E73}
.doctor table{border-collapse:collapse;margin:.4rem 0;font-size:.95em}.doctor th,.doctor td{text-align:left!important;
padding:.15rem .8rem .15rem 0;background:none;vertical-align:top}
.doctor thead th+th,.doctor .num{text-align:right!important;font-variant-numeric:tabular-nums}
.doctor .verdict{font-size:1.15em;font-weight:600;margin:0 0 .3rem}
.doctor mark{background:none;color:inherit;border:.14em solid #D55E00;
border-radius:.2em;padding:0 .2em;font-weight:700}
.doctor .map thead *{text-align:center!important;padding-right:0}
.doctor .map tbody td{border:1px solid #8888;padding:.2rem .6rem;text-align:center!important}
.doctor .map td.bad{border:.16em solid #D55E00;font-weight:700}.doctor .map td.good{border:.16em solid #009E73}
.doctor code{font-size:1em;background:none;color:inherit}
"""


def html(d) -> str:
    """The report as one card of HTML."""
    if d.correct:
        return card(d, verdict(d), *(f"<p>Note: {escape(sentence)}</p>" for _, sentence in lines(d)))
    formula = f"<p>Look at the marked place: <code>{marked(d.formula)}</code></p>" if d.formula else ""
    hint = f"<p><strong>Hint.</strong> {escape(d.hint)}</p>" if d.hint else ""
    return card(d, verdict(d), _map(d), table(lines(d)), evidence_table(d.evidence), formula, hint)


def card(d, first: str, *parts: str) -> str:
    """A card of HTML: no script, readable in a light and in a dark theme, colour never the only signal."""
    head = f'<section class="doctor{" right" if d.correct else ""}" aria-label="Diagnosis of {escape(d.name)}">'
    return f'<style>{STYLE}</style>{head}<p class="verdict">{escape(first)}</p>{"".join(parts)}</section>'


def marked(sentence: str) -> str:
    """A sentence in HTML, with what stands between « » marked."""
    return escape(sentence).replace("«", "<mark>").replace("»", "</mark>")


def table(rows) -> str:
    """Rows of a label and a sentence; nothing where there are none."""
    found = "".join(f'<tr><th scope="row">{escape(a)}</th><td>{marked(b)}</td></tr>' for a, b in rows)
    return f"<table>{found}</table>" if found else ""


def evidence_table(evidence) -> str:
    """The entries that are furthest off; nothing where there are none."""
    if not evidence:
        return ""
    columns = ("furthest entry", "yours", "right", "error of the whole array")
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = ""
    for f in evidence:
        numbers = (f"{f.yours + 0.0:.6g}", f"{f.right + 0.0:.6g}", percent(f.error))
        cells = "".join(f'<td class="num">{number}</td>' for number in numbers)
        body += f"<tr><td><code>{escape(f.entry)}</code></td>{cells}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _map(d) -> str:
    """A small table of layers: right or wrong, by word, border and colour."""
    if not d.where:
        return ""

    def cell(kind, l):
        bad = (kind, l) in d.where
        return f'<td class="{"bad" if bad else "good"}">d{kind}[{l}] {"wrong" if bad else "right"}</td>'

    kinds = (("W", "weights"), ("b", "biases"))[: 1 if d.setting.bias == "none" else 2]
    rows = "".join(
        f'<tr><th scope="row">{word}</th>{"".join(cell(kind, l) for l in range(d.layers))}</tr>' for kind, word in kinds
    )
    names = ["first", *["middle"] * (d.layers - 2), "output"] if d.layers > 1 else ["only"]
    head = "".join(f'<th scope="col">{n} layer</th>' for n in names)
    return f'<table class="map"><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>'
