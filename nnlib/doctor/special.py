"""Right on ordinary problems: what of shapes, single and many samples, integers, saturation, and the caller's arrays?"""

from __future__ import annotations

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.behaviour import ARITHMETIC, fixed_depth, of_error, shapes_of, stored, what_raised
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.depth import of_one_depth
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import CLOSE, EXACT, Exam, relative
from nnlib.doctor.matching import explain
from nnlib.doctor.search import evidence_of


def special(exam: Exam, usable, wrong) -> Diagnosis | None:
    """Right on the ordinary problems: what of shapes, single samples, many samples, integers, saturation, the inputs?"""
    shapes = _onlyshapes(exam, usable, wrong)
    if shapes is not None:
        return shapes
    raised = [n for n in probes.TABLE if n in exam.calls and (exam.calls[n].raised or exam.answers[n] is None)]
    failing = [n for n in probes.TABLE if n in wrong or n in raised or (n in exam.calls and n not in usable)]
    if failing:
        return _failing(exam, failing, raised)
    changed = sorted({v for c in exam.calls.values() for v in c.changed})
    if changed:
        verb = "is" if changed in (["E"], ["X"]) else "are"
        what = f"the results are right, but the caller's {' and '.join(changed)} {verb} changed"
        d = Diagnosis(False, "mutates-inputs", what=what)
        if not set(changed) & {"weights", "biases"}:
            d.formula, d.mend = "", f"Work on a copy, {changed[0]}.copy(): the caller goes on using the array."
        return d
    cut = probes.INTEGERS
    if cut in exam.errors and exam.errors[cut] and exam.wrong(cut):
        what = "right with floats, wrong as soon as X and E hold integers"
        return Diagnosis(False, "integer-truncation", what=what)
    answer = exam.answers.get(probes.SATURATED)
    if answer is not None and any(a is not None and not np.isfinite(a).all() for a in answer.arrays):
        what = "NaN or infinity where a neuron is saturated, z = 800"
        return Diagnosis(False, "nan", what=what)
    call = exam.calls.get(probes.SATURATED)
    if call is not None and isinstance(call.error, ARITHMETIC) and "underflow" not in str(call.error):
        return Diagnosis(False, "nan", what=what_raised(call))
    return Diagnosis(True, "correct", notes=_notes(exam, usable))


def _onlyshapes(exam: Exam, usable, wrong) -> Diagnosis | None:
    """Every number is right, but in another shape or another kind of package."""
    seen, packed = [], ""
    for n in usable:
        answer = exam.answers[n]
        packed = packed or answer.shape_note
        for k, (a, t) in enumerate(zip(answer.arrays, exam.truth(n))):
            if a is None or a.size != t.size or relative(a.reshape(t.shape), t) > exam.tolerance(n, k, CLOSE):
                return None
            if a.shape != t.shape:
                seen.append((k, a.shape, t.shape, len(answer.arrays) // 2))
    if seen:
        what = f"the numbers are right, but {misfit(exam, *seen[0])}"
        return Diagnosis(False, "shape-error", what=what, mend=kept_axes(exam, *seen[0]))
    if packed:
        return Diagnosis(
            False, "shape-error", what=f"the numbers are right, but {packed}", details=("Return dW, db: two lists.",)
        )
    return None


def kept_axes(exam: Exam, k: int, got, want, L: int) -> str:
    """A hint where a bias gradient lost or kept the axis that was summed; "" elsewhere."""
    got, want = exam.said("biases", got), exam.said("biases", want)
    if k < L or exam.kind != "gradients":
        return ""
    if len(got) == 1 and len(want) == 2:
        return f"Sum with keepdims=True: db then has the shape of b, {want}."
    return f"db has the shape of b, {want}: sum without keepdims." if len(got) == 2 and len(want) == 1 else ""


SPOKEN = {
    "one sample": "where there is one sample only", "one output": "where there is one output only",
    "one input": "where there is one input only", "many samples": f"where there are {probes.TABLE['many samples'][1]} samples",
    "equal widths": "where all layers have one width", "all equal": "where T equals every width",
    "two layers": "in a network of 2 layers", "four layers": "in a network of 4 layers",
}  # fmt: skip


def spoken(exam: Exam, names) -> str:
    """The problems of these names in words that a learner knows: what is special about them, or the first of many."""
    if len(names) <= 3 and all(n in SPOKEN for n in names):
        return " and ".join(SPOKEN[n] for n in names)
    p = exam.problem(names[0])
    net = f"a network {'-'.join(map(str, p.sizes))} and T = {len(p.X)}"
    return f"for {net}" if len(names) == 1 else f"in {len(names)} problems of {len(exam.calls)}, the first {net}"


def misfit(exam: Exam, k: int, got, want, L: int) -> str:
    """Which array has which shape and should have which, in the learner's layout; and what the step would make of it."""
    kind, name, l = ("weights", "W", k) if k < L else ("biases", "b", k - L)
    got, want = exam.said(kind, got), exam.said(kind, want)
    new = "the new " if exam.kind == "train_step" else "d"
    text = f"{new}{name}[{l}] has shape {got} where {want} belongs"
    try:
        stretched = np.broadcast_shapes(got, want)
    except ValueError:
        return text
    grown = exam.kind == "gradients" and stretched != want
    return text + (f": {name} - rate * d{name} would become {stretched}" if grown else "")


def _failing(exam: Exam, failing, raised) -> Diagnosis | None:
    """Wrong or raising in some special cases only."""
    thin = {"one sample", "one output", "one input"}
    call = exam.calls[raised[0]] if raised else None
    what = f"right in general, wrong {spoken(exam, failing)}"
    if call is not None and set(raised) == set(failing):
        category, others = of_error(call.error)
        depth = fixed_depth(exam)
        if depth:
            return of_one_depth(what_raised(call), depth)
        if set(failing) <= thin and category == "shape-error":
            category, others = "broadcasting", ("shape-error",)
        return Diagnosis(
            False,
            category,
            others,
            what=what_raised(call) if call.raised else "nothing came back",
            details=(shapes_of(exam, call),),
        )
    numbers = [n for n in failing if n not in raised]
    if any(
        exam.answers[n] is not None and any(a is not None and not np.isfinite(a).all() for a in exam.answers[n].arrays)
        for n in numbers
    ):
        return Diagnosis(
            False,
            "nan",
            ("broadcasting",) if set(failing) <= thin else (),
            what=f"NaN or infinity {spoken(exam, numbers)}",
        )
    idle = {k for n in numbers for k in exam.wrong(n) if k >= len(exam.problem(n).weights)}
    if set(failing) <= thin and all(set(exam.wrong(n)) <= idle for n in numbers) and idle:
        if not any(exam.answers[n].arrays[k] is None or exam.answers[n].arrays[k].any() for n in numbers for k in idle):
            what = f"the bias gradients are 0 {spoken(exam, numbers)}, and right in general"
            return Diagnosis(False, "bias-gradient-zero", ("broadcasting", "shape-error"), what=what)
    alone = explain(evidence_of(exam, failing, EXACT)) if failing == ["one sample"] else []
    if alone and all(VOCABULARY[slug].family in ("scale", "sign") for slug, _, _ in alone[0].parts):
        (slug, how, formula), *_ = alone[0].parts
        what = f"right for several samples, and for a single one {how}"
        return Diagnosis(False, slug, ("broadcasting",), what=what, formula=formula)
    if set(failing) <= thin:
        return Diagnosis(False, "broadcasting", ("shape-error",), what=what)
    if failing == ["many samples"]:
        return Diagnosis(False, "batch-remainder", what=what)
    equal = {"equal widths", "all equal"}
    if set(failing) <= equal | thin:
        if any(_shared(exam, n) for n in numbers):
            return Diagnosis(False, "stale-or-aliased-buffers", what=what + ", where two results are one array")
        first = (
            ("broadcasting", "bias-wrong-axis") if failing == ["all equal"] else ("transposed-weights", "broadcasting")
        )
        return Diagnosis(False, "unknown", first, what=what)
    if set(failing) <= {"two layers", "four layers"}:
        return Diagnosis(False, "off-by-one-layer", ("shape-error",), what=what)
    return None


def _shared(exam: Exam, name: str) -> bool:
    """Do two arrays of different layers lie in the same memory?"""
    try:
        lists = [list(part) for part in exam.calls[name].value][:2]
    except TypeError:
        return False
    arrays = [(l, v) for part in lists for l, v in enumerate(part) if isinstance(v, np.ndarray)]
    return any(m != l and np.shares_memory(a, b) for i, (l, a) in enumerate(arrays) for m, b in arrays[:i])


OF_ONE_NUMBER = ("elementwise-matmul-confusion", "bias-summed-over-neurons")  # where weights, where biases belong
OUTER = "np.dot of two vectors is one number; for one sample dW = np.outer(a, dZ)."


def unexplained(exam: Exam, usable, wrong) -> Diagnosis | None:
    """No formula fits: memory shared between layers, code that mostly raises, or wrong shapes say enough."""
    if any(_shared(exam, n) for n in wrong):
        what = "gradients of different layers lie in the same memory: the later one overwrites the earlier"
        return Diagnosis(False, "stale-or-aliased-buffers", what=what)
    kept = stored(exam)
    if kept is not None:
        return kept
    raised = [n for n in probes.TABLE if n in exam.calls and exam.calls[n].raised]
    if len(raised) > len(usable):
        call = exam.calls[raised[0]]
        category, others = of_error(call.error, exam)
        return Diagnosis(
            False,
            category,
            others or ("elementwise-matmul-confusion",),
            what=what_raised(call),
            details=(shapes_of(exam, call),),
        )
    for n in wrong:
        answer, L = exam.answers[n], len(exam.problem(n).weights)
        whole = [len(part) for part in answer.entries] == [L, L]
        arrays = [v for part in answer.entries for v in part] if whole else answer.arrays
        for k, (a, t) in enumerate(zip(arrays, exam.truth(n))):
            if a is not None and a.shape != t.shape:
                what = misfit(exam, k, a.shape, t.shape, L)
                also = ("transposed-gradient",) if a.shape == t.shape[::-1] else ()
                also = ("bias-not-summed", "bias-wrong-axis") if k >= L and len(exam.problem(n).X) in a.shape else also
                also = (OF_ONE_NUMBER[k >= L],) if a.ndim == 0 else also
                if not also and exam.kind == "train_step" and a.size > t.size:
                    also = ("broadcasting",)
                outer = OUTER if k < L and a.ndim == 0 and exam.kind == "gradients" else ""
                return Diagnosis(False, "shape-error", also, what=what, mend=outer)
    return None


def _notes(exam: Exam, usable) -> tuple[str, ...]:
    notes = []
    worst = max(e for n in usable for e in exam.errors[n])
    if any(exam.answers[n].single for n in usable):
        notes.append("single precision")
    elif worst > 1e-9:
        notes.append("right to about " + f"{worst:.0e}" + ": single precision inside, or numerical differences")
    for name, text in (
        (probes.INTEGER_WEIGHTS, "integer weights"),
        (probes.INTEGERS, "integer X and E"),
    ):
        call, answer = exam.calls.get(name), exam.answers.get(name)
        if call is not None and (call.raised or (answer is not None and exam.errors[name] and exam.wrong(name))):
            notes.append(f"pass floats: with {text} the result is cut or the code raises")
    if exam.stopped:
        notes.append("slow code: the less telling probes were left out")
    return tuple(notes)
