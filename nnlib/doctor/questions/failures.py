"""Calls that give nothing: none came back, none gave anything, all raised; which call raised what, in words."""

from __future__ import annotations

from nnlib.doctor.diagnosis import Told, told
from nnlib.doctor.questions.exam import Exam, Observation
from nnlib.doctor.questions.problems import Problem

ARITHMETIC = (OverflowError, ZeroDivisionError, FloatingPointError)
BEFORE_NUMBERS = (NameError, RecursionError, SystemExit, ImportError)
CALLED = {"gradients": "f(weights, biases, X, E)", "train_step": "f(weights, biases, X, E, learning_rate)"}


def raised_words(o: Observation) -> str:
    """Which call raised what, and the learner's own line."""
    return f"the call with {o.problem.spoken()} raised {o.raised}" + (f" ({o.line})" if o.line else "")


def shapes_of(exam: Exam, p: Problem) -> str:
    """The shapes that a call was given, in the learner's layout, in a sentence."""
    W, b = ([exam.setting.shape(k, v.shape) for v in vs] for k, vs in (("weights", p.weights), ("biases", p.biases)))
    X, E = (exam.setting.shape("data", v.shape) for v in (p.X, p.E))
    return f"It was called with weights of shapes {W}, biases of shapes {b}, X of shape {X}, E of shape {E}."


def no_verdict(exam: Exam) -> Told | None:
    """The first call did not come back."""
    o = exam.ask("main")
    if not o.slow:
        return None
    words = f"the first call had not come back after {o.seconds:.0f} seconds and was stopped"
    return told("no-verdict", words + (f" ({o.line})" if o.line else ""), correct=None)


def nothing_back(exam: Exam) -> Told | None:
    """No call gave anything, and none raised."""
    seen = exam.answers().values()
    if any(o.answer is not None or o.raised for o in seen):
        return None
    words, changed = "nothing came back: is there a return at the end?", exam.ask("main").changed
    if changed:
        return told(
            "mutates-inputs", f"{words} Instead the caller's {', '.join(changed)} changed in place", ("shape-error",)
        )
    return told("shape-error", words)


def crashed(exam: Exam) -> Told | None:
    """Every call raised, or what came back holds no arrays at all."""
    seen = list(exam.answers().values())
    if any(a is not None for o in seen for a in o.arrays):
        return None
    o = next((o for o in seen if o.raised), None)
    if o is None:
        found = next(o.answer for o in seen if o.answer is not None)
        return told("shape-error", found.unread or found.packed or "no arrays of numbers came back")
    if miscalled(exam, o):
        other = 'diagnose(f, kind="train_step")' if exam.setting.kind == "gradients" else "diagnose(f)"
        what = "a training step" if exam.setting.kind == "gradients" else "a gradient function"
        hint = f"It was called {CALLED[exam.setting.kind]}. If it is {what}, call {other}; else change its arguments."
        return told("shape-error", raised_words(o), hint=hint)
    if isinstance(o.error, BEFORE_NUMBERS):
        hint = "No shape is at fault: follow the exception above; the code stops before it computes."
        return told("shape-error", raised_words(o), formula="", hint=hint)
    category, also = of_error(o.error)
    return told(category, raised_words(o), also, details=(shapes_of(exam, o.problem),))


def miscalled(exam: Exam, o: Observation) -> bool:
    """Did the call itself fail, before a line of the function ran?"""
    return isinstance(o.error, TypeError) and not o.line


def of_error(error) -> tuple[str, tuple[str, ...]]:
    """The category of an exception, and what else it may be."""
    if isinstance(error, ARITHMETIC):
        return "nan", ("shape-error",)
    return "shape-error", ("elementwise-matmul-confusion", "transposed-weights") if isinstance(
        error, ValueError
    ) else ()
