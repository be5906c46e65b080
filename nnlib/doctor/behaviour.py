"""What is no formula: crashes, nothing returned, and what is kept from call to call."""

from __future__ import annotations

import re

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import AGAIN, CLOSE, Exam, relative
from nnlib.doctor.references import multiple

ARITHMETIC = (OverflowError, ZeroDivisionError, FloatingPointError)


def nothing_back(exam: Exam) -> Diagnosis | None:
    """No call gave anything, and none raised."""
    if any(exam.calls[n].value is not None or exam.calls[n].raised for n in probes.TABLE if n in exam.calls):
        return None
    what = "nothing came back: is there a return at the end?"
    if exam.calls["main"].changed:
        changed = ", ".join(exam.calls["main"].changed)
        return Diagnosis(
            False, "mutates-inputs", ("shape-error",), what=f"{what} Instead the caller's {changed} changed in place"
        )
    return Diagnosis(False, "shape-error", what=what)


def crashed(exam: Exam) -> Diagnosis | None:
    """Every call raised, or what came back holds no arrays at all."""
    if any(a is not None and any(v is not None for v in a.arrays) for a in exam.answers.values()):
        return None
    call = next((c for c in exam.calls.values() if c.raised), None)
    if call is None:
        answer = next(a for a in exam.answers.values() if a is not None)
        return Diagnosis(False, "shape-error", what=answer.shape_note or "no arrays of numbers came back")
    category, others = of_error(call.error, exam)
    d = Diagnosis(False, category, others, what=what_raised(call), details=(shapes_of(exam, call),))
    if miscalled(call.error):
        other = 'diagnose(f, kind="train_step")' if exam.kind == "gradients" else "diagnose(f)"
        is_other = "a training step" if exam.kind == "gradients" else "a gradient function"
        d.candidates, d.details = d.candidates[:1], ()
        d.mend = f"It was called {CALLED[exam.kind]}. If it is {is_other}, call {other}; else mend its arguments."
    elif isinstance(call.error, BEFORE_SHAPES):
        d.mend = "No shape is at fault: follow the exception above; the code stops before it computes."
        d.formula, d.details = "", ()
    return d


CALLED = {"gradients": "f(weights, biases, X, E)", "train_step": "f(weights, biases, X, E, learning_rate)"}
BEFORE_SHAPES = (NameError, RecursionError, SystemExit, ImportError)


def fixed_depth(exam: Exam) -> str:
    """A sentence where the code runs for some depths only; "" where it runs for all, or for none."""
    runs = {len(exam.problem(n).weights) for n in probes.TABLE if exam.usable(n)}
    raises = {len(c.problem.weights) for n, c in exam.calls.items() if c.raised and n in probes.TABLE}
    if not runs or not raises or runs & raises:
        return ""
    words = [" or ".join(map(str, sorted(depths))) for depths in (runs, raises)]
    return f"It runs with {words[0]} weight layers and raises with {words[1]}: the depth is written into the code."


def miscalled(error) -> bool:
    """Does the function take another number of arguments than it was given?"""
    return isinstance(error, TypeError) and "positional argument" in str(error)


def of_error(error, exam: Exam | None = None) -> tuple[str, tuple[str, ...]]:
    """The category of an exception, and what else it may be."""
    text = str(error)
    equal = exam.calls.get("equal widths") if exam else None
    if (
        equal is not None
        and equal.raised
        and not miscalled(equal.error)
        and {"4", "5"} <= set(re.findall(r"\d+", equal.raised))
    ):
        return "shape-error", ("bias-column-misaligned", "elementwise-matmul-confusion")  # 4 wide, and somewhere 4 + 1
    if isinstance(error, ARITHMETIC):
        return "nan", ("shape-error",)
    if "Cannot cast" in text and "int" in text:
        return "integer-truncation", ("shape-error",)
    if "matmul" in text or "not aligned" in text:
        return "shape-error", ("transposed-weights", "elementwise-matmul-confusion")
    if "broadcast" in text:
        return "shape-error", ("elementwise-matmul-confusion", "broadcasting")
    return "shape-error", ()


def what_raised(call) -> str:
    """Which call raised what, and the learner's own line."""
    p = call.problem
    net = f"a network {'-'.join(map(str, p.sizes))} and T = {len(p.X)}"
    return f"the call with {net} raised {call.raised}" + (f" ({call.line})" if call.line else "")


def shapes_of(exam: Exam, call) -> str:
    """The shapes that the call was given, in the learner's layout, in a sentence."""
    p = call.problem
    W, b = ([exam.said(kind, v.shape) for v in vs] for kind, vs in (("weights", p.weights), ("biases", p.biases)))
    X, E = (exam.said("data", v.shape) for v in (p.X, p.E))
    return f"It was called with weights of shapes {W}, biases of shapes {b}, X of shape {X}, E of shape {E}."


def state(exam: Exam) -> Diagnosis | None:
    """Answers that change from call to call, or results that a later call overwrites."""
    first, again, other = (exam.answers.get(n) for n in ("main", AGAIN, probes.SECOND))
    if first is None or again is None:
        return None
    moved = [
        k
        for k, (a, b) in enumerate(zip(first.arrays, again.arrays))
        if a is not None and b is not None and differ(a, b)
    ]
    if moved:
        return _moved(exam, first, again, other, moved)
    if exam.overwritten:
        what = "a later call writes into the arrays that an earlier call returned"
        return Diagnosis(False, "stale-or-aliased-buffers", what=what)
    if not any(exam.usable(n) and exam.wrong(n) for n in probes.TABLE):
        return stored(exam)
    return None


def stored(exam: Exam) -> Diagnosis | None:
    """Right at first, wrong for other data of the same shapes: values of the first call are kept."""
    if not exam.right("main") or exam.answers.get(probes.SECOND) is None or not exam.wrong(probes.SECOND):
        return None
    what = "a second problem of the same shapes gets values of the first: something is stored at the first call"
    return Diagnosis(False, "stale-or-aliased-buffers", ("accumulator-not-reset",), what=what)


def differ(a, b) -> bool:
    """Do two answers to the same call differ by more than rounding?"""
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return a.shape != b.shape or not np.allclose(a, b, rtol=1e-6, atol=1e-6 * np.abs(a).max(initial=0))


def _moved(exam: Exam, first, again, other, moved) -> Diagnosis | None:
    """Which state? Sums grow by the right gradient from call to call; stale values are those of another call; else chance."""
    truth, later = exam.truth("main"), exam.truth(probes.SECOND)

    def grows(new, old, t) -> float:
        if new is None or old is None or new.shape != t.shape or old.shape != t.shape:
            return np.nan
        return multiple(new - old, t, 1e-6)

    earlier = any(
        relative(a, t) < CLOSE
        for a, t in zip((other.arrays if other else []), truth)
        if a is not None and a.shape == t.shape
    )
    if earlier:
        what = "values of an earlier call come back"
        return Diagnosis(False, "stale-or-aliased-buffers", ("accumulator-not-reset",), what=what)
    by_main = [grows(again.arrays[k], first.arrays[k], truth[k]) for k in moved]
    by_second = [grows(other.arrays[k], again.arrays[k], later[k]) for k in moved] if other is not None else [np.nan]
    if any(_one_number(by, first, truth, moved) for by in (by_main, by_second)):
        what = "the second call adds to the sums of the first"
        return Diagnosis(False, "accumulator-not-reset", ("stale-or-aliased-buffers",), what=what)
    if all(relative(first.arrays[k], truth[k]) < CLOSE for k in moved):
        what = "the first call is right, and the second call with the same arguments is not: something is kept between calls"
        common = _accumulated(exam, first, again, moved)
        order = (
            ("accumulator-not-reset", "stale-or-aliased-buffers")
            if common and exam.kind == "gradients"
            else ("stale-or-aliased-buffers", "accumulator-not-reset")
        )
        return Diagnosis(False, order[0], order, what=what)
    return None  # chance, perhaps: the numbers decide


def _one_number(growth, first, truth, moved) -> bool:
    """Do the sums grow alike in every array, or each as it began? Chance makes another number for each."""
    began = [multiple(first.arrays[k], truth[k], 1e-6) for k in moved]
    return np.ptp(growth) < 1e-6 * np.abs(growth).max() or np.allclose(growth, began, rtol=1e-6)


def _accumulated(exam, first, again, moved) -> bool:
    """The second answer is roughly a multiple of the first, larger than it: sums that went through something else."""
    pairs = [(first.arrays[k].ravel(), again.arrays[k].ravel()) for k in moved]
    cosines = [float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-300)) for a, b in pairs]
    return min(cosines) > 0.99 and all(np.linalg.norm(b) > np.linalg.norm(a) for a, b in pairs)


def kept_later(exam: Exam, again) -> Diagnosis | None:
    """Right at the first call, other numbers for the same arguments after many calls: something is kept."""
    late, first = again("main"), exam.answers["main"]
    if late is None or not any(
        a is not None and b is not None and differ(a, b) for a, b in zip(first.arrays, late.arrays)
    ):
        return None
    what = "the first call is right, and a later call with the same arguments is not: something is kept between calls"
    return Diagnosis(False, "accumulator-not-reset", ("stale-or-aliased-buffers",), what=what)


def unsteady(exam: Exam, parts) -> tuple:
    """One more part where a slip of the formula is known, and the second call with the same arguments differs all the same."""
    first, again = exam.answers.get("main"), exam.answers.get(AGAIN)
    formulas = {"scale", "sign", "derivative", "cost"}
    if first is None or again is None or any(VOCABULARY[slug].family not in formulas for slug, _, _ in parts):
        return ()
    if not any(a is not None and b is not None and differ(a, b) for a, b in zip(first.arrays, again.arrays)):
        return ()
    slug = "stale-or-aliased-buffers"
    what = (
        "a second call with the same arguments gives other numbers: something is kept between calls, or left to chance"
    )
    return ((slug, what, VOCABULARY[slug].formula),)
