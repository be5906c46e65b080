"""The diagnosis in words, for a terminal and for a notebook: verdict first, then where, which mistake, evidence, hint.

`d` is a Diagnosis everywhere in this room.
"""

from __future__ import annotations

from html import escape

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.conventions import DECLARED, NAMES

OTHER = {"gradients": "gradient", "train_step": "update"}


def verdict(d) -> str:
    """The first sentence."""
    if d.correct:
        return "Right: every gradient is right." if d.kind == "gradients" else "Right: the step is right."
    what = VOCABULARY[d.category].mistake
    if d.what.startswith(("the results are right, but", "the numbers are right, but")):
        return f"The {OTHER[d.kind]} is right, but {what}."
    return f"Wrong: {what}." if d.category != "unknown" else "Wrong, and the doctor has no name for the mistake."


def place(d) -> str:
    """Which arrays are wrong, in words."""
    if not d.where and d.square:
        return "With three layers wrong numbers came back only where T equals every width: the evidence is from there."
    if not d.where:
        if d.evidence and d.layers != 3:
            return f"In a network of {d.layers} layers: {', '.join(f.array for f in d.evidence)}."
        depth = f"in a network of {d.layers} layers " if d.evidence else ""
        return f"Nothing to point at: {depth}no array with wrong numbers came back."
    W = sorted(l for k, l in d.where if k == "W")
    b = sorted(l for k, l in d.where if k == "b")
    if len(d.where) == 2 * d.layers:
        return f"Every {OTHER[d.kind]} is wrong, weights and biases of every layer."
    text = [f"{letter}[{l}]" for letter, layers in (("dW", W), ("db", b)) for l in layers]
    fine = "the rest is right"
    if not b:
        fine = "every bias gradient is right" if len(W) == d.layers else fine
    if not W:
        fine = "every weight gradient is right" if len(b) == d.layers else fine
    return f"Wrong in a network of {d.layers} layers: {', '.join(text)}; {fine}."


def _ended(sentence: str) -> str:
    """With a full stop, where it does not end in a mark of its own."""
    return sentence if sentence.endswith((".", "?", "!")) else sentence + "."


def _lines(d) -> list[tuple[str, str]]:
    """(label, sentence) rows that both forms of the report show."""
    rows = [("where", place(d))]
    if d.root:
        rows.append(
            (
                "root",
                f"The slip itself sits in {d.root}."
                if d.root.startswith(("the ", "what"))
                else f"The slip itself sits in the {d.root}.",
            )
        )
    if d.what:
        rows.append(("which mistake", f"{d.category}: {_ended(d.what)}"))
    rows += [("and also", f"{category}: {_ended(what)}") for category, what, _ in d.second]
    others = [c for c in d.candidates[1:] if c not in [s[0] for s in d.second]]
    if "missing-factor-two" in (
        d.category,
        *(slug for slug, _, _ in d.second),
    ):  # halved the wrong way: the same mend, and no news to a reader
        others = [c for c in others if c != "extra-factor-two"]
    if others:
        rows.append(("or", "The numbers may also come from " + ", ".join(others) + "."))
    if d.convention:
        slips = (d.category, *(second[0] for second in d.second))
        whole = not d.second or all(VOCABULARY[slip].family == "scale" for slip in slips)
        words = f'"{d.convention}"' if d.convention in NAMES else d.convention
        alone = "Another activation alone" if d.convention in NAMES else "The factor alone"
        this = "This is exactly the gradient" if whole else f"{alone} is no mistake"
        name = DECLARED.get(d.convention, d.convention if d.convention in NAMES else "")
        call = f' Then say so: diagnose(f, convention="{name}").' if name and not d.declared else ""
        rows.append(("convention", f"{this} under another convention, {words}, if that is what you meant.{call}"))
    rows += [("note", text) for text in d.details]
    return rows


def text(d) -> str:
    """The report as plain text, at most about twenty lines."""
    lines = [f"{d.name}: {verdict(d)}"]
    lines += [f"  note           {n}" for n in d.notes]
    if d.correct:
        return "\n".join(lines)
    lines += [f"  {label:14s} {sentence}" for label, sentence in _lines(d)]
    if d.evidence:
        lines.append(f"  {'evidence':14s} {'entry':14s} {'yours':>13s} {'right':>13s} {'error of the array':>19s}")
        for f in d.evidence:
            entry = f.array + str(list(f.index))
            lines.append(f"  {'':14s} {entry:14s} {f.yours + 0.0:13.6g} {f.right + 0.0:13.6g} {_percent(f.error):>19s}")
    if d.formula:
        lines.append(f"  {'formula':14s} {d.formula}")
    lines.append(f"  {'hint':14s} {d.hint}")
    return "\n".join(lines)


def _percent(error: float) -> str:
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
    """The report as one card of HTML: no script, readable in a light and in a dark theme, colour never the only signal."""
    name = escape(d.name)
    parts = [
        f'<style>{STYLE}</style><section class="doctor{" right" if d.correct else ""}" aria-label="Diagnosis of {name}">'
    ]
    parts.append(f'<p class="verdict">{escape(verdict(d))}</p>')
    parts += [f"<p>Note: {escape(n)}.</p>" for n in d.notes]
    if not d.correct:
        parts.append(_map(d))
        rows = "".join(f'<tr><th scope="row">{escape(a)}</th><td>{escape(b)}</td></tr>' for a, b in _lines(d))
        parts.append(f"<table>{rows}</table>")
        if d.evidence:
            rows = "".join(
                f'<tr><td><code>{f.array}{list(f.index)}</code></td><td class="num">{f.yours + 0.0:.6g}</td>'
                f'<td class="num">{f.right + 0.0:.6g}</td><td class="num">{_percent(f.error)}</td></tr>'
                for f in d.evidence
            )
            head = "".join(
                f'<th scope="col">{h}</th>' for h in ("furthest entry", "yours", "right", "error of the whole array")
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
        formula = escape(d.formula).replace("«", "<mark>").replace("»", "</mark>")
        parts.append(f"<p>Look at the marked place: <code>{formula}</code></p>" if formula else "")
        parts.append(f"<p><strong>Hint.</strong> {escape(d.hint)}</p>")
    return "".join(parts) + "</section>"


def _map(d) -> str:
    """A small table of layers: right or wrong, by word, border and colour."""
    if not d.where:
        return ""

    def cell(kind, l):
        bad = (kind, l) in d.where
        return f'<td class="{"bad" if bad else "good"}">d{kind}[{l}] {"wrong" if bad else "right"}</td>'

    rows = "".join(
        f'<tr><th scope="row">{word}</th>{"".join(cell(kind, l) for l in range(d.layers))}</tr>'
        for kind, word in (("W", "weights"), ("b", "biases"))
    )
    names = ["first", *["middle"] * (d.layers - 2), "output"]
    head = "".join(f'<th scope="col">{n} layer</th>' for n in names)
    return f'<table class="map"><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>'
