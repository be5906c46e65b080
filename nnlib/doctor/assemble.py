"""The diagnosis: what was found, with the arrays that are wrong, the evidence, notes, a hint, and what else was meant."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.diagnosis import Diagnosis, Explanation, Finding, array_name
from nnlib.doctor.questions import problems
from nnlib.doctor.questions.exam import CLOSE, EXACT, Exam, Observation, relative, right
from nnlib.doctor.questions.kept import overwritten
from nnlib.doctor.search.hypotheses import predictor
from nnlib.doctor.setting import Setting, neighbours
from nnlib.doctor.vocabulary import VOCABULARY
from nnlib.doctor.words import hint_for, root_of


def assemble(exam: Exam, found: Explanation, base: float) -> Diagnosis:
    """The diagnosis: what was found, with the arrays that are wrong, the evidence and a hint."""
    found, setting = _as_meant(exam, found)
    common = {"setting": setting, "name": _name(exam.function)}
    if found.correct is None:
        hint = VOCABULARY["no-verdict"].hint
        return Diagnosis(None, "no-verdict", ("no-verdict",), found.slips, hint=hint, **common)
    if found.correct:
        notes, layers = (*found.notes, *_fixed(exam)), exam.layers or 3
        return Diagnosis(True, "correct", ("correct",), notes=notes, details=tried(exam), layers=layers, **common)
    tolerance = 1e-7 if base == EXACT else base
    where, main, first = where_wrong(exam, tolerance), exam.ask("main").answer, found.slips[0]
    shown = main is None or any(main.counts) or where
    return Diagnosis(
        False, first.category, tuple(dict.fromkeys((first.category, *found.also)))[:3], found.slips, where,
        root_of(first), evidence=findings(exam, tolerance) if shown else (),
        details=(*found.details, *_fixed(exam), *_besides(exam, found)),
        hint=found.hint or hint_for(first, setting, where, exam.layers or 3), elsewhere=found.elsewhere,
        layers=_depth(exam), opening=found.opening, **common,
        predict=None if found.hypothesis is None else predictor(found.hypothesis, setting, _biases_came(exam)),
    )  # fmt: skip


def _as_meant(exam: Exam, found: Explanation) -> tuple[Explanation, Setting]:
    """What was found, and the setting: softmax outputs with their cross-entropy are right; another setting is said."""
    meant = _elsewhere(exam, found) if found.correct is False and not exam.slow else None
    if meant is None:
        return found, exam.setting
    words, other = meant
    if other.activations[-1] == "softmax" != exam.setting.activations[-1]:
        note = f"softmax outputs with the cross-entropy, {other.activations[0]} in the hidden layers: right for that"
        return Explanation((), notes=(note,), correct=True), other
    return replace(found, elsewhere=words), exam.setting


def _depth(exam: Exam) -> int:
    return exam.problem("main").layers


def _biases_came(exam: Exam) -> bool:
    """Did any gradients of biases come back on the main problem?"""
    o = exam.ask("main")
    L = o.problem.layers
    return o.answer is None or any(shape is not None for shape in o.answer.shapes[L:])


def _name(function) -> str:
    """The name of the function, whatever it may hold."""
    try:
        name = getattr(function, "__name__", type(function).__name__)
        return name if isinstance(name, str) else type(function).__name__
    except Exception:
        return "your function"


def _fixed(exam: Exam) -> tuple[str, ...]:
    """A sentence where the code is written for one depth, or has no biases."""
    found = []
    if exam.setting.sizes is None:
        depth = exam.layers
        seen = exam.answers().values()
        others = {o.problem.layers for o in seen if "depth" in o.problem.traits and o.problem.layers != 3 and o.raised}
        if depth:
            found.append(f"written for {depth} weight layers, and judged there")
        elif others and exam.ask("main").answer is not None:
            found.append(
                f"it raises with {' or '.join(map(str, sorted(others)))} weight layers: judged with the others"
            )
    if exam.setting.bias == "none":
        found.append("no biases: only the weights were judged")
    return tuple(found)


def tried(exam: Exam) -> tuple[str, ...]:
    """What was tried: a right answer says nothing of what lies beyond."""
    seen = [o.problem for o in exam.answers().values() if o.answer is not None]
    depths, wide, T = sorted({p.layers for p in seen}), max(max(p.sizes) for p in seen), max(len(p.X) for p in seen)
    layers = f"{depths[0]} to {depths[-1]}" if len(depths) > 1 else str(depths[0])
    return (f"Tried with {layers} weight layers, at most {wide} neurons in a layer, and 1 to {T} samples.",)


def notes(exam: Exam, usable, raised) -> tuple[str, ...]:
    """Harmless properties of right code."""
    found = []
    errors = [relative(o.arrays[k], exam.truth(o.problem)[k]) for o in usable for k in exam.judged(o.problem.layers)]
    if any(o.answer.single for o in usable):
        found.append("single precision")
    elif max(errors) > 1e-9 and exam.setting.kind == "gradients":
        found.append(f"right to about {max(errors):.0e}: single precision inside, or numerical differences")
    if forms := sorted({f for o in usable for f in o.answer.bias_form if f}):
        got, want = forms[0]
        found.append(f"the bias gradients come with shape {got} where b has {want}: they are read as that")
    if not exam.patience:
        found.append("slow code: the less telling problems were left out")
    elif exam.ask("integer weights").raised or exam.wrong(exam.ask("integer weights")):
        found.append("pass floats: with integer weights the result is cut or the code raises")
    return tuple(found)


def where_wrong(exam: Exam, base: float) -> frozenset:
    """("W", l) and ("b", l) of every array that is wrong on at least one problem of the depth that is judged."""
    L, hiding = _depth(exam), {"square"} if exam.setting.sizes is None else set()  # where every width and T agree
    seen = [o for o in exam.answers().values() if o.problem.layers == L and not hiding & o.problem.traits]
    seen += [exam.ask("integer data"), exam.ask("other data"), exam.ask("main", turn=1)]
    wrong = {*(k for o in seen for k in exam.wrong(o, base)), *overwritten(exam)}
    if exam.setting.activations[-1] != "softmax":
        arrays = exam.ask("saturated").arrays
        wrong |= {k for k, a in enumerate(arrays) if a is not None and not np.isfinite(a).all()}
    return frozenset(("W", k) if k < L else ("b", k - L) for k in wrong)


def findings(exam: Exam, base: float) -> tuple[Finding, ...]:
    """For each wrong array of the first telling problem the entry that is furthest off, in the learner's places."""
    seen = [exam.ask(n) for n in ("main", "three") if n in problems.names(exam.setting)]
    for o in (*seen, *exam.answers().values(), exam.ask("integer data"), exam.ask("other data")):
        rows = [_furthest(exam, o, k) for k in exam.wrong(o, base)]
        if any(rows):
            return tuple(filter(None, rows))
    return ()


def _furthest(exam: Exam, o: Observation, k: int) -> Finding | None:
    """The entry of array k that is furthest off; None where it has another shape."""
    L, a, t = o.problem.layers, o.arrays[k], exam.truth(o.problem)[k]
    if a is None or a.shape != t.shape:
        return None
    gap = np.where(np.isfinite(a), np.abs(a - t), np.inf)
    index = tuple(int(i) for i in np.unravel_index(gap.argmax(), gap.shape))
    own = _own_index(exam.setting, k < L, index)
    return Finding(array_name(k, L), own, float(a[index]), float(t[index]), relative(a, t))


def _own_index(setting: Setting, weight: bool, index):
    if weight:
        return index[::-1] if setting.transposed else index
    return {"row": (0, *index), "column": (*index, 0)}.get(setting.bias, index)


def _besides(exam: Exam, found: Explanation) -> tuple[str, ...]:
    """A word about the package, where the numbers were named: other than two lists."""
    answers = [o.answer for o in exam.answers().values() if o.answer is not None]
    lines = []
    if found.slips[0].category != "shape-error":  # which speaks of the package itself
        lines += [f"Besides, {a.packed}: return dW, db." for a in answers if a.packed][:1]
        lines += [f"What came back could not be read in full: {a.unread}." for a in answers if a.unread][:1]
    if exam.slow:
        lines.append(
            f"Your code takes {exam.ask('main').seconds:.2g} s a call, so it was asked fewer questions than quicker code is."
        )
    return tuple(lines)


def _elsewhere(exam: Exam, found: Explanation):
    """(how to declare it, setting) under which everything is right, where that is what the learner may have meant."""
    if {s.category for s in found.slips} & {"mutates-inputs", "accumulator-not-reset", "stale-or-aliased-buffers"}:
        return None
    for words, setting in neighbours(exam.setting):
        if all(_right_by(exam, name, setting) for name in ("main", "three")):
            return words, setting
    return None


def _right_by(exam: Exam, name: str, setting: Setting) -> bool:
    """Is the answer to a problem right in another setting? Only the cross-entropy has targets of its own."""
    own = setting.cost == "cross-entropy" != exam.setting.cost
    asked = replace(exam.setting, cost="cross-entropy", half=False) if own else exam.setting
    p = problems.problem(asked, name, exam.layers)
    o, truth = exam.ask(p), right(p, setting)
    judged = exam.judged(p.layers)
    return o.answer is not None and all(relative(o.arrays[k], truth[k]) <= CLOSE for k in judged)
