"""From an examination to a diagnosis: crashes first, then state, then the numbers, then the special cases."""

from __future__ import annotations

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.behaviour import crashed, fixed_depth, kept_later, nothing_back, state, unsteady
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.diagnosis import Diagnosis, Finding
from nnlib.doctor.examine import AGAIN, CLOSE, EXACT, Exam, where_wrong, wrong_arrays
from nnlib.doctor.facts import BY_CHANCE, facts
from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.returned import miscounted, new_weights, one_list, reversed_step
from nnlib.doctor.search import CORE, localised, numbers
from nnlib.doctor.special import special, unexplained


def findings(exam: Exam, base: float = CLOSE) -> tuple[Finding, ...]:
    """For each wrong array of the first telling probe the entry that is furthest off."""
    for name in (
        "main",
        "three",
        "equal widths",
        *[n for n in exam.errors if n not in (AGAIN, probes.INTEGER_WEIGHTS)],
    ):
        answer = exam.answers.get(name)
        wrong = [] if answer is None else wrong_arrays(exam, name, base)
        rows, L = [], len(exam.problem(name).weights)
        for k in wrong:
            a, t = answer.arrays[k], exam.truth(name)[k]
            if a is None or a.shape != t.shape:
                continue
            gap = np.where(np.isfinite(a), np.abs(a - t), np.inf)
            index = tuple(int(i) for i in np.unravel_index(gap.argmax(), gap.shape))
            label = f"dW[{k}]" if k < L else f"db[{k - L}]"
            finding = Finding(label, index, float(a[index]), float(t[index]), exam.errors[name][k])
            rows.append(exam.own(finding, exam.problem(name)))
        if rows:
            return tuple(rows)
    return ()


def judge(exam: Exam, again) -> Diagnosis:
    """The diagnosis of an examination; `again(name, seed)` asks for one more answer."""
    early = next(
        (
            d
            for look in (nothing_back, crashed, one_list, state, miscounted, reversed_step, new_weights)
            if (d := look(exam)) is not None
        ),
        None,
    )
    if early is not None:
        return _finish(exam, early)
    usable = [n for n in probes.TABLE if exam.usable(n)]
    wrong = [n for n in usable if not exam.right(n)]
    if not usable:
        return _finish(exam, Diagnosis(False, "nan", what="NaN or infinity in every answer"))
    if wrong and exam.right("main") and (late := kept_later(exam, again)) is not None:
        return _finish(exam, late)
    found, base = ([], EXACT) if not wrong and not _grey(exam, usable) else numbers(exam, usable, wrong, again)
    if found:
        return _finish(exam, _diagnosis(exam, found), base)
    if not wrong:
        return _finish(exam, special(exam, usable, ()))
    narrow = special(exam, usable, wrong)
    if narrow is None:
        narrow = unexplained(exam, usable, wrong)
    if narrow is None:
        found = localised(exam, again)
        changed = any(call.changed for call in exam.calls.values())
        narrow = _diagnosis(exam, found) if found and not changed else _unknown(exam, usable, wrong)
    if narrow.category == "unknown":
        narrow.details += facts(exam, again)
        if BY_CHANCE in narrow.details:  # no pattern is to be looked for
            narrow.what, narrow.candidates = "", narrow.candidates[:1]
    return _finish(exam, narrow)


def without_name(exam: Exam, error: Exception) -> Diagnosis:
    """What can be said when the doctor's own search failed: right or wrong, and where."""
    note = f"The doctor's search failed with {type(error).__name__}: {error}. Please report it with your code."
    if exam.right("main") and exam.right("three") and exam.right("one sample"):
        return Diagnosis(True, "correct", notes=(note,), kind=exam.kind)
    return _finish(exam, Diagnosis(False, "unknown", details=(note,)))


def _grey(exam: Exam, usable) -> bool:
    """Right within the generous tolerance, but not to the last digits."""
    return any(exam.wrong(n, 1e-9) for n in usable if n in CORE)


def _diagnosis(exam: Exam, found: list[Explanation]) -> Diagnosis:
    """The simplest explanation, with the categories of those that are about as simple as candidates."""
    best = found[0]
    near = [e for e in found if e.cost <= best.cost + 0.15]
    categories = list(best.categories)
    for e in near:
        categories += [c for c in e.categories if c not in categories]
    if exam.kind == "gradients":
        categories = [
            c for c in categories if c not in ("single-sample-step", "repeated-update") or c == categories[0]
        ] or categories
    if any(exam.calls[n].changed for n in exam.calls) and "mutates-inputs" not in categories:
        categories.insert(1, "mutates-inputs")
    if any(
        a is not None and not np.isfinite(a).all()
        for n in probes.TABLE
        if exam.answers.get(n)
        for a in exam.answers[n].arrays
    ):
        categories.append("nan")
    whole = best.parts[0][1].endswith(("counts", "fixed"))  # one sample makes the whole step, at its full size
    if exam.kind == "train_step" and categories[0] == "only-last-sample" and whole:
        categories = ["single-sample-step", *(c for c in categories if c != "single-sample-step")]
    main = next((p for p in best.parts if p[0] == categories[0]), best.parts[0])
    rest = tuple(p for p in best.parts if p is not main) + unsteady(exam, best.parts)
    categories += [slug for slug, _, _ in rest]
    return Diagnosis(
        False, categories[0], tuple(categories), what=main[1], formula=main[2], second=rest, convention=best.convention
    )


def _unknown(exam: Exam, usable, wrong) -> Diagnosis:
    if any(call.changed for call in exam.calls.values()):
        return Diagnosis(
            False, "mutates-inputs", ("unknown",), what="the caller's arrays are changed, and the numbers are wrong"
        )
    details = []
    if all(len(exam.problem(n).X) > 1 for n in wrong) and "one sample" in usable:
        details.append("It is right for T = 1 and wrong for more samples: look at how samples are added up.")
    if max(max(e for e in exam.errors[n]) for n in wrong) < 0.05 and not exam.answers[wrong[0]].single:
        what = "small errors without a pattern: a difference quotient with a bad step leaves such"
        return Diagnosis(False, "unknown", ("finite-difference-error",), what=what, details=tuple(details))
    return Diagnosis(False, "unknown", details=tuple(details))


def _finish(exam: Exam, d: Diagnosis, base: float = CLOSE) -> Diagnosis:
    packed = _package(exam)
    if d.correct and packed:
        what = f"the numbers are right, but {packed}"
        d = Diagnosis(False, "shape-error", what=what, notes=d.notes, details=("Return dW, db: two lists.",))
    d.kind = exam.kind
    if d.correct:
        return d
    if not d.where:
        d.where = where_wrong(exam, 1e-7 if base == EXACT else base)
    d.square = not d.where and exam.usable(probes.SQUARE) and bool(exam.wrong(probes.SQUARE))
    if d.where or "not two lists" not in d.what:  # else the numbers of one list would stand under the names of two
        d.evidence = d.evidence or findings(exam, 1e-7 if base == EXACT else CLOSE)
    finite = [e for n in exam.errors if exam.errors[n] and n in probes.TABLE for e in exam.errors[n] if np.isfinite(e)]
    d.error = max(finite, default=np.inf)
    d.root = d.root or _root(d)
    if d.category == "sign" and d.kind == "train_step" and "W_new" not in d.formula:
        d.formula += ",  W_new = W «-» rate · dW"
    kinds = {k for k, _ in d.where}
    if d.category == "nan" and len(kinds) == 1:
        finite, line = ("bias", "dW") if kinds == {"W"} else ("weight", "db")
        d.formula = {"dW": "dW = «A_prev.T @ dZ»", "db": "db = «dZ.sum(axis=0)»"}[line]
        d.mend = f"The {finite} gradients are finite, so the deltas are: look at the line that computes {line}."
    _below_the_output(d)
    if d.category in ("missing-factor-two", "extra-factor-two") and 0 < len(d.where) < 2 * d.layers and len(kinds) == 1:
        line = "dW" if kinds == {"W"} else "db"
        d.mend = f"Elsewhere the factor is right, so the error holds its 2: look at the line that computes {line}."
    d.details += _besides(exam, d)
    depth = fixed_depth(exam)
    if depth and depth not in d.details:
        d.details += (depth,)
    if exam.slow:
        taken = exam.calls["main"].seconds
        d.details += (f"Your code takes {taken:.2g} s a call, so it was asked fewer questions than quicker code is.",)
    return d


def _package(exam: Exam) -> str:
    """The package in which the answers came, in words; "" where they came as two lists."""
    return next((answer.packed for answer in exam.answers.values() if answer is not None and answer.packed), "")


def _besides(exam: Exam, d: Diagnosis) -> tuple[str, ...]:
    """A word about the package, where the numbers were named: other than two lists, or no bias gradients."""
    answer, note = exam.answers.get("main"), _package(exam)
    if not note and answer is not None and len(answer.entries[0]) > 0 and not answer.entries[1]:
        note = answer.shape_note if d.category not in ("bias-gradient-zero", "shape-error") else ""
    return (f"Besides, {note}: return dW, db.",) if note and note not in d.what else ()


def _below_the_output(d: Diagnosis) -> None:
    """A sign that turns below a right output layer stands in no line of the output error."""
    if d.category == "sign" and d.where and not any(l == d.layers - 1 for _, l in d.where):
        if {k for k, _ in d.where} == {"W", "b"}:
            d.formula = "dA_prev = «+» dZ @ W.T,  dZ = dA · «+» f'(Z)"
            d.mend = (
                "The output layer is right: look for a minus on the way down, in dZ @ W.T or in the slope a (1 - a)."
            )


def _root(d: Diagnosis) -> str:
    """Where the slip itself sits, said in words, where that is narrower than the damage."""
    only = d.what[d.what.rfind("(") + 1 : -1] if d.what.endswith(" only)") else ""
    if only:
        return only.removesuffix(" only")
    at_the_output = VOCABULARY[d.category].formula.startswith(("dA =", "dZ_out")) or "output delta" in d.what
    narrow = {
        "cost": "the output layer" if at_the_output else "", "bias": "the bias gradients",
        "weight-gradient": "the weight gradients", "propagation": "the way down from one layer to the next",
        "state": "" if d.category == "mutates-inputs" else "what is kept between calls",
        "update": "the step, not the gradient",
    }  # fmt: skip
    return narrow.get(d.family, "")
