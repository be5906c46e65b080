"""Code brought as it is: from what the examination found to a verdict in the learner's own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nnlib.doctor.calling import progress, quiet
from nnlib.doctor.conclusion import concluded
from nnlib.doctor.costs import Cost
from nnlib.doctor.explanation import Explanation
from nnlib.doctor.patient import CallFailed, Patient
from nnlib.doctor.reading import Unread
from nnlib.doctor.repeated import again, in_proportion
from nnlib.doctor.verdict_of import Verdict, no_verdict, verdict


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
        exam = Explanation(patient, costs, data, climb, trusted=_only_arrays(subject))
        exam.decay = decay
        try:
            with progress(), quiet():
                if data is not None and (hindered := _unsteady(patient, data[0]) or _not_finite(patient, data[0])):
                    return no_verdict(name, hindered)
                result = exam.run()
                if result is None:
                    return _nothing_ran(name, exam)
                if unsteady := _unsteady(patient, result.reading.samples.X):
                    return no_verdict(name, unsteady)
                if result.right:
                    result.linear = in_proportion(exam, result)
                else:
                    exam.explain(result)
                if result.right and not result.rule and not exam.anew:
                    again(exam, result)
                return concluded(name, exam, result, declared=cost is not None)
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


def _unsteady(patient: Patient, X) -> str:
    """A word where the forward pass gives another answer each time, random states put back."""
    try:
        if np.array_equal(patient.output(X), patient.output(X), equal_nan=True):
            return ""
    except (CallFailed, TypeError):
        return ""
    return (
        "the forward pass gives other numbers at each call, though `random`, numpy and its generators were put back. "
        "Hand it a seeded generator, or an output= without chance."
    )


def _not_finite(patient: Patient, X) -> str:
    """A word where the forward pass gives NaN or infinity on the learner's own samples."""
    try:
        if np.isfinite(patient.output(X)).all():
            return ""
    except CallFailed:
        return ""
    given = np.asarray(X, dtype=object if isinstance(X, list) else None)
    holds = (
        "X holds NaN or infinity itself" if given.dtype.kind == "f" and not np.isfinite(given).all() else "X is finite"
    )
    return f"the forward pass gives NaN or infinity on these samples ({holds})."


def _nothing_ran(name, exam: Explanation) -> Verdict:
    """No way of handing over samples worked: what was tried, and what is missing."""
    unread = [f for f in exam.failures if isinstance(f, Unread)]
    if unread:
        words = str(unread[0])
        if unread[0].stale:
            words = "Wrong: the first step moves nothing and the second does: each uses what the one before left."
            return verdict(False, "rule-stale", name, words, **_all_wrong(unread[0]))
        if unread[0].still and any(np.any(v) for v in unread[0].changed.values()):
            words += ", though other values of it move"
        if unread[0].still:
            words += ". Are the new values written back?"
            return verdict(False, "unknown", name, "Wrong: " + words, **_all_wrong(unread[0]))
        return no_verdict(name, words + ".")
    failed = [f for f in exam.failures if isinstance(f, CallFailed)]
    if not failed:
        failed = _tried_output(exam)
    words = str(failed[0]) if failed else "no inputs were found that the forward pass takes"
    whole = [f for f in failed if f.into_integers]  # weights of whole numbers
    failed = whole or failed
    slow = bool(failed) and failed[0].outcome.slow
    if (exam.data is not None or whole) and failed and failed[0].what != "output" and not slow:
        category = "integer-truncation" if whole else "shape-error"
        return verdict(False, category, name, f"Wrong: {words}.")
    return no_verdict(name, words + ("" if exam.data else ". Bring your own samples: data=(X, Y)") + ".")


def _all_wrong(unread: Unread) -> dict:
    return {"where": frozenset(unread.active), "arrays": {n: "wrong" for n in unread.active}}


def _tried_output(exam: Explanation) -> list[CallFailed]:
    try:
        exam.patient.output(np.ones((2, 2)) if exam.data is None else exam.data[0])
    except CallFailed as failure:
        return [failure]
    return []
