"""The gradient doctor: bring your own backpropagation and be told which mistake it is."""

from __future__ import annotations

import warnings
from functools import partial

from nnlib.doctor.depth import said_of_depth, written_depth
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import examine, one_more
from nnlib.doctor.probes import of_depth
from nnlib.doctor.references import right
from nnlib.doctor.verdict import judge, without_name

__all__ = ["Diagnosis", "diagnose"]

KINDS = ("gradients", "train_step")


def diagnose(function, kind: str = "gradients", *, convention=None) -> Diagnosis:
    """Say whether a gradient function, or a training step, is right, and if not, where and which mistake it is (lesson 5).

    `function(weights, biases, X, E) -> (dW, db)` is the gradient of C = (1/T) sum_i sum_j (a_ij - e_ij)^2 with the sigmoid
    in every layer; with kind="train_step", `function(weights, biases, X, E, learning_rate) -> (weights, biases)` is one
    step of plain gradient descent. `convention` names another cost or layout to be judged by: see nnlib.doctor.conventions.
    The function is a black box: it is called on small problems with copies, and judged by what it returns and does.
    Raises TypeError or ValueError only for a wrong call of `diagnose` itself; whatever the function does, it gets a verdict.
    """
    if not callable(function):
        raise TypeError(
            f"function: expected a function (weights, biases, X, E) -> (dW, db), got {type(function).__name__}"
        )
    if kind not in KINDS:
        raise ValueError(f"kind: expected 'gradients' or 'train_step', got {kind!r}")
    judged, activations, terms = function, "sigmoid", {}
    if convention is not None:
        from nnlib.doctor.conventions import handed_rate, in_our_terms, own_finding, row_of
        from nnlib.notation import shape_here

        judged, activations = in_our_terms(function, convention, kind)
        terms = {"said": partial(shape_here, row_of(convention)), "own": partial(own_finding, convention)}
        terms["handed"] = partial(handed_rate, convention)
    anew = partial(examine, judged, kind, activations, **terms)
    first = anew()
    layers = written_depth(first, anew)
    with of_depth(layers):
        exam = anew() if layers else first
        try:
            with warnings.catch_warnings():  # planted mistakes divide by nothing now and then
                warnings.simplefilter("ignore")
                diagnosis = judge(exam, lambda problem, seed=0: one_more(judged, kind, problem, seed))
        except Exception as error:  # a fault of the doctor's own: said in the verdict, with what is known all the same
            diagnosis = without_name(exam, error)
        if not diagnosis.correct:
            _say_elsewhere(diagnosis, function, exam, convention)
    if layers:
        diagnosis = said_of_depth(first, layers, diagnosis)
    if convention is not None:
        from nnlib.doctor.conventions import hint_for, numbers_of_ours

        diagnosis.declared = True
        diagnosis.details += numbers_of_ours(convention, diagnosis)
        diagnosis.mend = hint_for(convention, diagnosis.category, diagnosis.hint)
    diagnosis.name = getattr(function, "__name__", type(function).__name__)
    return diagnosis


def _say_elsewhere(diagnosis: Diagnosis, function, exam, convention) -> None:
    """A word about another convention under which the code is right, or at least runs."""
    from nnlib.doctor.elsewhere import elsewhere

    said = elsewhere(function, diagnosis, convention) if exam.kind == "gradients" and not exam.slow else ""
    if said:
        diagnosis.details, diagnosis.convention = (*diagnosis.details, said), ""
    elif convention is None and diagnosis.category == "shape-error":
        diagnosis.details += _as_columns(function, exam.kind)


def _as_columns(function, kind: str) -> tuple[str, ...]:
    """A sentence where the same function gives arrays of the right shapes with samples as columns; () where not."""
    from nnlib.doctor.conventions import in_our_terms

    for convention in ("columns", "nielsen"):
        judged, _ = in_our_terms(function, convention, kind)
        answer, shapes = one_more(judged, kind, "main"), [g.shape for g in right("main") if g.ndim == 2]
        arrays = [] if answer is None else answer.arrays
        if all(a is not None for a in arrays) and [a.shape for a in arrays[: len(shapes)]] == shapes:
            return (
                f'It runs with samples as columns. If that is your layout, call it with convention="{convention}".',
            )
    return ()
