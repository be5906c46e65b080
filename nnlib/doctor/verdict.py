"""From an examination to a diagnosis: crashes first, then state, then the numbers, then the special cases."""

from __future__ import annotations

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.behaviour import crashed, miscounted, nothing_back, one_list, special, state, unexplained
from nnlib.doctor.diagnosis import Diagnosis, Finding
from nnlib.doctor.behaviour import differ
from nnlib.doctor.examine import AGAIN, CLOSE, EXACT, Exam
from nnlib.doctor.localise import afterwards, by_stage, sample_weights
from nnlib.doctor.matching import Evidence, Explanation, explain, explain_pairs, explain_small
from nnlib.doctor.numerics import difference_fault
from nnlib.doctor.randomness import by_chance

ARRAYS = probes.TABLE
CORE = ("main", "three", "equal widths", "all equal", "one sample")


def where_wrong(exam: Exam, base: float = CLOSE) -> frozenset:
    """("W", l) and ("b", l) of every array that is wrong on at least one probe problem with three weight layers."""
    places = set()
    for name in exam.errors:
        L = len(exam.problem(name).weights)
        if L != 3 or name in (probes.INTEGER_WEIGHTS, "all equal"):  # T = width hides what elsewhere raises
            continue
        for k in _wrong(exam, name, base):
            places.add(("W", k) if k < L else ("b", k - L))
    for k in exam.overwritten:
        places.add(("W", k) if k < 3 else ("b", k - 3))
    return frozenset(places)


def _wrong(exam: Exam, name: str, base: float):
    answer = exam.answers[name]
    if answer is None or not any(a is not None for a in answer.arrays):
        return []
    if name == probes.SATURATED:  # tiny numbers there: only NaN and infinity count
        return [k for k, a in enumerate(answer.arrays) if a is not None and not np.isfinite(a).all()]
    return exam.wrong(name, base)


def evidence_of(exam: Exam, names, base: float, reshape: bool = False) -> Evidence:
    """The usable arrays of these probes with their tolerances; `reshape` forgives a wrong shape of the right size."""
    arrays, tolerances = {}, {}
    for name in names:
        truth = exam.truth(name)
        arrays[name] = [_reshaped(a, t) if reshape else a for a, t in zip(exam.answers[name].arrays, truth)]
        arrays[name] = [np.zeros_like(t) if a is None else a for a, t in zip(arrays[name], truth)]  # None: no gradient
        tolerances[name] = [exam.tolerance(name, k, base) for k in range(len(truth))]
    raised = tuple(n for n in probes.TABLE if n in exam.calls and exam.calls[n].raised)
    return Evidence(exam.kind, exam.activations, arrays, tolerances, raised)


def _reshaped(a, t):
    if a is None or a.shape == t.shape or a.size != t.size or a.squeeze().shape != t.squeeze().shape:
        return a
    return a.reshape(t.shape)


def findings(exam: Exam, base: float = CLOSE) -> tuple[Finding, ...]:
    """For each wrong array of the first telling probe the entry that is furthest off."""
    for name in ("main", "three", "equal widths", *[n for n in exam.errors if n not in (AGAIN, probes.INTEGER_WEIGHTS)]):
        answer = exam.answers.get(name)
        wrong = [] if answer is None else _wrong(exam, name, base)
        rows, L = [], len(exam.problem(name).weights)
        for k in wrong:
            a, t = answer.arrays[k], exam.truth(name)[k]
            if a is None or a.shape != t.shape:
                continue
            with np.errstate(all="ignore"):
                gap = np.where(np.isfinite(a), np.abs(a - t), np.inf)
            index = tuple(int(i) for i in np.unravel_index(gap.argmax(), gap.shape))
            label = f"dW[{k}]" if k < L else f"db[{k - L}]"
            rows.append(Finding(label, index, float(a[index]), float(t[index]), exam.errors[name][k]))
        if rows:
            return tuple(rows)
    return ()


def judge(exam: Exam, again) -> Diagnosis:
    """The diagnosis of an examination; `again(name, seed)` asks for one more answer."""
    early = next((d for look in (nothing_back, crashed, one_list, state, miscounted) if (d := look(exam)) is not None), None)
    if early is not None:
        return _finish(exam, early)
    usable = [n for n in probes.TABLE if exam.usable(n)]
    wrong = [n for n in usable if exam.wrong(n) or not exam.right(n)]
    if not usable:
        return _finish(exam, Diagnosis(False, "nan", what="NaN or infinity in every answer"))
    found, base = ([], EXACT) if not wrong and not _grey(exam, usable) else numbers(exam, usable, wrong, again)
    if found:
        return _finish(exam, _diagnosis(exam, found), base)
    if not wrong:
        return _finish(exam, special(exam, usable, ()))
    narrow = special(exam, usable, wrong)
    if narrow is None:
        narrow = unexplained(exam, usable, wrong)
    if narrow is None:
        found = _localised(exam, again)
        changed = any(call.changed for call in exam.calls.values())
        narrow = _diagnosis(exam, found) if found and not changed else _unknown(exam, usable, wrong)
    return _finish(exam, narrow)


def _grey(exam: Exam, usable) -> bool:
    """Right within the generous tolerance, but not to the last digits."""
    return any(exam.wrong(n, 1e-9) for n in usable if n in CORE)


def numbers(exam: Exam, usable, wrong, again) -> tuple[list[Explanation], float]:
    """Explanations of the numbers, and the tolerance at which they hold."""
    if wrong and set(wrong) <= {"one sample", "one output", "one input"}:
        return [], EXACT
    if not wrong:
        core = [n for n in CORE if n in usable]
        return explain_small(evidence_of(exam, core, 1e-10)) or _differences(exam, usable), 1e-9
    everywhere = evidence_of(exam, usable, EXACT)
    found = _cut(exam, usable, again) or explain(everywhere)
    if found:
        return found, EXACT
    only = [n for n in usable if n in wrong]
    if len(only) < len(usable):
        found = explain(evidence_of(exam, only, EXACT))
        if found and _telling(only):
            return found, EXACT
    found = _differences(exam, usable) or _by_chance(exam, everywhere, again)
    if found:
        return found, EXACT
    shaped = evidence_of(exam, usable, EXACT, reshape=True)
    found = explain(shaped)
    if not found and any(a.shape != b.shape for n in usable for a, b in zip(shaped.arrays[n], exam.truth(n)) if a is not None):
        found = []
    if found:
        return _misshapen(exam, found, shaped, everywhere), EXACT
    found = explain_pairs(everywhere)
    if found:
        return found, EXACT
    core = [n for n in CORE if n in usable]
    for base, names in ((EXACT, core), (CLOSE, usable), (CLOSE, core)):
        loose = evidence_of(exam, names, base)
        found = explain(loose) or (by_chance(loose) if base == CLOSE else [])
        if found and base == CLOSE and found[0].parts[0][1].endswith("a factor 2") and not exam.answers["main"].single:
            part = ("finite-difference-error", "a difference quotient divided by h, not 2h", "(C(w + h) - C(w - h)) / «2 h»")
            return [Explanation(1, [part], ("extra-factor-two",))], base
        if found:
            return found, base
    return [], CLOSE


def _by_chance(exam: Exam, evidence: Evidence, again) -> list[Explanation]:
    """`by_chance`; where the three samples happened to be in order, ask again with other seeds."""
    for seed in range(6):
        found = by_chance(evidence)
        if found or "three" not in evidence.arrays or exam.wrong("three"):
            return found
        answer = again("three", seed)
        if answer is not None and all(a is not None and np.isfinite(a).all() for a in answer.arrays):
            evidence.arrays["three"] = answer.arrays
    return []


def _telling(names) -> bool:
    """Wrong numbers on these probes alone say more than the fact that only these are wrong."""
    special = {"one sample", "one output", "one input", "many samples"}
    return not set(names) <= special or names == ["many samples"]


def _misshapen(exam, found, shaped, everywhere):
    same = all(
        a is b or (a is not None and a.shape == b.shape)
        for n in shaped.arrays
        for a, b in zip(shaped.arrays[n], everywhere.arrays[n])
    )
    if same:
        return found
    best = found[0]
    note = ("shape-error", "an array comes back in another shape", "dW[l].shape == W[l].shape, db[l].shape == b[l].shape")
    return [Explanation(best.cost + 1, [*best.parts, note], best.also, "")]


def _differences(exam: Exam, usable) -> list[Explanation]:
    """A fault of numerical differences, on the first probe that shows it."""
    name = next((n for n in ("main", "three") if n in usable), None)
    if name is None or exam.answers[name].single:
        return []
    fault = difference_fault(exam.answers[name].arrays, name, exam.activations)
    if fault is None:
        return []
    what, h = fault
    small = max(exam.errors[name]) < CLOSE
    if small and not what.startswith("one-sided"):
        return []
    part = ("finite-difference-error", f"{what}, h about {h:.1g}", "(C(w + h) - «C(w - h)») / «2 h»")
    return [Explanation(1.5, [part])]


def _cut(exam: Exam, usable, again) -> list[Explanation]:
    """Some arrays hold nothing but zeros, for more than one sample: are they cut to integers?"""
    several = [n for n in usable if len(exam.problem(n).X) > 1]
    L = len(exam.answers[several[0]].arrays) if several else 0
    zero = [k for k in range(L) if not any(_entry(exam.answers[n], k) for n in several if len(exam.answers[n].arrays) == L)]
    if not zero:
        return []
    cut = ("integer-truncation", "gradients are cut to 0 by an integer division or an integer array", "dW = «int»(A_prev.T @ dZ / T)")
    if "one sample" in usable and any(_entry(exam.answers["one sample"], k) for k in zero):
        return [Explanation(1, [cut])]
    answer = again(probes.LARGE)
    if answer is not None:
        values = [answer.arrays[k] for k in zero if _entry(answer, k)]
        whole = all(np.isfinite(v).all() and (v == np.round(v)).all() for v in values)
        if values and (whole or exam.kind == "train_step"):
            return [Explanation(1, [cut])]
    if len(zero) < L:
        return []
    if exam.kind == "train_step":
        what = "the step changes nothing: the old weights come back"
        return [Explanation(1, [("learning-rate-ignored", what, "W_new = «W»")], ("finite-difference-error", "unknown"))]
    what = "every gradient is 0: a slope of 0, as in a * 1 - a, or a difference with no step"
    return [Explanation(1, [("wrong-activation-derivative", what, "dZ = dA · «f'(Z)»")], ("finite-difference-error", "integer-truncation"))]


def _entry(answer, k) -> bool:
    """Is there anything but zero in array k?"""
    return k < len(answer.arrays) and answer.arrays[k] is not None and bool(np.any(answer.arrays[k]))


def _localised(exam: Exam, again) -> list[Explanation]:
    """The stage at fault, read from single samples; not where answers are a matter of chance, or of one case only."""
    first, second = exam.answers.get("main"), exam.answers.get(AGAIN)
    if first is None or second is None or not exam.wrong("main") or exam.activations != "sigmoid":
        return []
    if any(a is not None and (b is None or differ(a, b)) for a, b in zip(first.arrays, second.arrays)):
        return []
    what = afterwards(first.arrays, exam.truth("main"))
    if what:
        return [Explanation(3, [("unknown", what, "")])]
    return sample_weights(first.arrays, exam.kind) or by_stage(again, exam.kind, where_wrong(exam))


def _diagnosis(exam: Exam, found: list[Explanation]) -> Diagnosis:
    """The simplest explanation, with the categories of those that are about as simple as candidates."""
    best = found[0]
    near = [e for e in found if e.cost <= best.cost + 0.15]
    categories = list(best.categories)
    for e in near:
        categories += [c for c in e.categories if c not in categories]
    if exam.kind == "gradients":
        categories = [c for c in categories if c not in ("single-sample-step", "repeated-update") or c == categories[0]] or categories
    if any(exam.calls[n].changed for n in exam.calls) and "mutates-inputs" not in categories:
        categories.insert(1, "mutates-inputs")
    if any(a is not None and not np.isfinite(a).all() for n in probes.TABLE if exam.answers.get(n) for a in exam.answers[n].arrays):
        categories.append("nan")
    if exam.kind == "train_step" and categories[0] == "only-last-sample" and "divided by T" not in best.parts[0][1]:
        categories = ["single-sample-step", *(c for c in categories if c != "single-sample-step")]
    main = next((p for p in best.parts if p[0] == categories[0]), best.parts[0])
    rest = tuple(p for p in best.parts if p is not main)
    return Diagnosis(
        False, categories[0], tuple(categories), what=main[1], formula=main[2], second=rest, convention=best.convention
    )


def _unknown(exam: Exam, usable, wrong) -> Diagnosis:
    if any(call.changed for call in exam.calls.values()):
        return Diagnosis(False, "mutates-inputs", ("unknown",), what="the caller's arrays are changed, and the numbers are wrong")
    details = []
    if all(len(exam.problem(n).X) > 1 for n in wrong) and "one sample" in usable:
        details.append("It is right for T = 1 and wrong for more samples: look at how samples are added up.")
    if max(max(e for e in exam.errors[n]) for n in wrong) < 0.05 and not exam.answers[wrong[0]].single:
        what = "small errors without a pattern, like those of a difference quotient with a bad step"
        return Diagnosis(False, "finite-difference-error", ("unknown",), what=what, details=tuple(details))
    return Diagnosis(False, "unknown", details=tuple(details))


def _finish(exam: Exam, d: Diagnosis, base: float = CLOSE) -> Diagnosis:
    d.kind = exam.kind
    if d.correct:
        return d
    if not d.where:
        d.where = where_wrong(exam, 1e-7 if base == EXACT else base if base < CLOSE else CLOSE)
    d.evidence = d.evidence or findings(exam, 1e-7 if base == EXACT else CLOSE)
    finite = [e for n in exam.errors if exam.errors[n] and n in probes.TABLE for e in exam.errors[n] if np.isfinite(e)]
    d.error = max(finite, default=np.inf)
    d.root = d.root or _root(d)
    return d


def _root(d: Diagnosis) -> str:
    """Where the slip itself sits, said in words, where that is narrower than the damage."""
    family = {
        "cost": "the output layer", "bias": "the bias gradients", "weight-gradient": "the weight gradients",
        "propagation": "the way down from one layer to the next", "state": "what is kept between calls",
        "update": "the step, not the gradient",
    }  # fmt: skip
    only = d.what[d.what.rfind("(") + 1 : -1] if d.what.endswith(" only)") else ""
    return only.removesuffix(" only") or family.get(d.family, "")
