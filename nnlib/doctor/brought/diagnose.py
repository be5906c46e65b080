"""Code brought as it is: from what the examination found to a verdict in the learner's own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nnlib.doctor.brought.conclusion import concluded
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.costs import Cost
from nnlib.doctor.running.calling import progress, quiet
from nnlib.doctor.verdict import Verdict, no_verdict, verdict, wrong


def diagnose_brought(
    subject: object = None,
    *,
    step: Callable | None = None,
    grads: Callable | None = None,
    output: Callable | None = None,
    cost: str | Callable | None = None,
    data: Sequence | None = None,
    logits: bool = False,
    climb: bool = False,
    decay: float | None = None,
    seed: int = 0,
) -> Verdict:
    """Say whether the gradients of code brought as it is are the slopes of its own cost through its own forward pass.

    `subject` holds the parameters: an object, a list or a dictionary of arrays, vars(module), or None where they hang on
    the functions. `step(X, Y)` changes them, or `grads(X, Y)` returns their gradients (or leaves them as attributes);
    `output(X)` is the forward pass; `cost` is "half sum", "sum", "mse", "squared", "bce", "cross-entropy" or a function
    (A, Y) -> number, tried out where it is left away. `data=(X, Y)` are handed over as they are, else drawn to fit.
    `climb=True`: the gradients are added by the learner. `decay`: lambda of a penalty whose slope is lambda W.
    Nothing of the learner's is changed. Raises TypeError or ValueError for a wrong call of this function alone.
    """
    name = getattr(subject, "__name__", None) or _called(subject, step or grads)
    _checked(step, grads, output, data)
    output = output if output is not None else subject if callable(subject) else None
    if output is None:
        raise TypeError("output: expected the forward pass, output=net.forward or a function X -> A, got nothing")
    costs = [Cost(cost, logits)] if cost is not None else []
    with Patient(subject, step=step, grads=grads, output=output, seed=seed) as patient:
        exam = Examination(patient, costs, data, climb, _only_arrays(subject), decay)
        try:
            with progress(), quiet():
                if data is not None and (hindered := _hindered(patient, data[0], given=True)):
                    return no_verdict(name, hindered)
                seen = exam.run()
                if seen is None:
                    return _nothing_ran(name, exam)
                if hindered := _hindered(patient, seen.reading.samples.X, given=False):
                    return no_verdict(name, hindered)
                return concluded(name, exam, seen, declared=cost is not None)
        except CallFailed as failure:
            return no_verdict(name, f"{failure}.")


def _checked(step, grads, output, data) -> None:
    if (step is None) == (grads is None):
        raise TypeError("step, grads: expected one of the two, step=net.train or grads=net.backward")
    for word, value in (("step", step), ("grads", grads), ("output", output)):
        if value is not None and not callable(value):
            raise TypeError(f"{word}: expected a function, got {type(value).__name__}")
    if data is not None and not (isinstance(data, list | tuple) and len(data) == 2):
        raise TypeError(f"data: expected (X, Y), got {type(data).__name__}")


def _called(subject, function) -> str:
    if isinstance(subject, Mapping | list | tuple) or subject is None:
        return str(getattr(function, "__qualname__", "your code")).split(".<locals>.")[-1]
    return type(subject).__name__


def _only_arrays(subject) -> bool:
    """Were the arrays themselves brought, and nothing else? Then all of them are meant to be learned."""
    if isinstance(subject, Mapping):
        return "__name__" not in subject and all(_only_arrays(v) for v in subject.values())
    if isinstance(subject, list | tuple):
        return bool(subject) and all(_only_arrays(v) for v in subject)
    return isinstance(subject, np.ndarray | float)


def _hindered(patient: Patient, X, given: bool) -> str:
    """What keeps the forward pass from being judged: other numbers at each call, or on given samples none that are finite."""
    try:
        A, again = patient.output(X), patient.output(X)
    except (CallFailed, TypeError):
        return ""
    if not np.array_equal(A, again, equal_nan=True):
        words = "the forward pass gives other numbers at each call, though `random`, numpy and its generators were put back. "
        return words + "Hand it a seeded generator, or an output= without chance."
    if not given or np.isfinite(A).all():
        return ""
    X = np.asarray(X, dtype=object if isinstance(X, list) else None)
    holds = "X is finite" if X.dtype.kind != "f" or np.isfinite(X).all() else "X holds NaN or infinity itself"
    return f"the forward pass gives NaN or infinity on these samples ({holds})."


def _nothing_ran(name, exam: Examination) -> Verdict:
    """No way of handing over samples worked: what was tried, and what is missing."""
    if unread := [f for f in exam.failures if isinstance(f, Unread)]:
        return _unread(name, unread[0])
    failed, asked = exam.failures or _tried_output(exam), "" if exam.data else ". Bring your own samples: data=(X, Y)"
    if not failed:
        return no_verdict(name, f"no inputs were found that the forward pass takes{asked}.")
    first = next((f for f in failed if f.into_integers), failed[0])  # weights of whole numbers
    blamed = first.what != "output" and not first.outcome.slow
    if blamed and (exam.data is not None or first.into_integers):
        return verdict(name, wrong("integer-truncation" if first.into_integers else "shape-error", str(first)))
    return no_verdict(name, f"{first}{asked}.")


def _unread(name, found: Unread) -> Verdict:
    """Nothing could be read: a step that moves nothing is wrong, the rest is no verdict."""
    if not found.still:
        return no_verdict(name, f"{found}.")
    arrays = dict.fromkeys(found.active, "wrong")
    more = {"where": frozenset(arrays), "arrays": arrays}
    if found.stale:
        words = "the first step moves nothing and the second does: each uses what the one before left"
        return verdict(name, wrong("rule-stale", words), **more)
    others = ", though other values of it move" if any(np.any(v) for v in found.changed.values()) else ""
    words = f"{found}{others}"
    return verdict(name, wrong("unknown", words), f"Wrong: {words}. Are the new values written back?", **more)


def _tried_output(exam: Examination) -> list[CallFailed]:
    try:
        exam.patient.output(np.ones((2, 2)) if exam.data is None else exam.data[0])
    except CallFailed as failure:
        return [failure]
    return []
