"""Code brought as it is: from what the examination found to a verdict in the learner's own names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from nnlib.doctor.brought.by_arrays import by_arrays, evidence, facts
from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.naming import by_the_engine, line_of
from nnlib.doctor.brought.of_samples import by_chance, changed, of_its_own, one_by_one, unevenly
from nnlib.doctor.brought.of_steps import adaptive, called_again, in_proportion
from nnlib.doctor.brought.one_neuron import one_neuron
from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.penalty import in_words, penalised, undecayed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.repaired import repaired_network
from nnlib.doctor.brought.way_back import all_alike, by_the_rate, error_at_output
from nnlib.doctor.costs import Cost
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.running.calling import progress, quiet
from nnlib.doctor.running.opening import NoNumbers, array_of
from nnlib.doctor.verdict import Verdict, listed, no_verdict, noted, verdict, wrong

# Each is asked in turn, the simplest first. What it says ends the search; what it sees in another way goes on to the next.
IF_WRONG = (
    penalised, adaptive, one_by_one, all_alike, unevenly, changed, by_chance, by_the_engine, error_at_output, by_the_rate,
)  # fmt: skip
IF_RIGHT = (one_neuron, undecayed, in_proportion, called_again, changed)  # the first mistake, else the notes of all


def explained(exam: Examination, seen: Seen) -> tuple[Seen, Explanation]:
    """What explains it, and in which way it was seen for that."""
    seen = of_its_own(exam, seen) or seen
    for explanation in IF_WRONG:
        if not seen.right and (found := explanation(exam, seen)):
            if isinstance(found, Explanation):
                return seen, found
            seen = found
    if not seen.right:
        return seen, by_arrays(seen)
    notes = []
    for look in IF_RIGHT:
        said = look(exam, seen) or noted()
        if said.correct is False:
            return seen, said
        notes += said.notes
    return seen, noted(*notes)


def concluded(name: str, exam: Examination, first: Seen, declared: bool) -> Verdict:
    """The verdict on one reading: its category, the arrays, notes, facts and evidence."""
    seen, said = explained(exam, first)
    notes = [*_read_as(exam, seen, declared), *exam.notes, *said.notes]
    notes += [in_words(seen.penalty)] if seen.penalty else []
    if said.correct is None:
        return no_verdict(name, said.words, notes)
    arrays = _arrays(seen, said)
    if unseen := [n for n, word in arrays.items() if word == "unseen"]:
        notes.append(f"not seen: the slope by {', '.join(unseen)} is zero on these samples")
    if said.correct:
        opening = "Right: every gradient is the slope of your cost." if declared else f"Right for {seen.cost.words}."
        return verdict(name, said, opening, arrays=arrays, notes=tuple(notes))
    blamed = [n for n, word in arrays.items() if word in ("wrong", "factor")]
    if seen.fit.right:
        more = {"facts": ("the gradients themselves are right",) if seen.right else ()}
    else:
        more = {"facts": tuple(facts(seen)), "evidence": tuple(evidence(seen)), "repair": repaired_network(exam, seen)}
    more |= {"where": frozenset(blamed), "line": line_of(exam.patient, blamed)}
    return verdict(name, said, arrays=arrays, notes=tuple(notes), **more)


def _arrays(seen: Seen, said: Explanation) -> dict[str, str]:
    """The word on each array: where all of them are right and something else is not, those that it touches are wrong."""
    words = seen.fit.arrays
    if said.correct:
        return {n: "unseen" if word == "unseen" else "right" for n, word in words.items()}
    if seen.fit.wrong:
        return words
    return {n: "wrong" if n in said.blamed or not said.blamed else word for n, word in words.items()}


def _read_as(exam: Examination, seen: Seen, declared: bool) -> Iterator[str]:
    """How the code was read: what was taken as gradient, the samples, the cost, the rate, what was looked at."""
    reading, cost, slopes = seen.reading, seen.cost, seen.slopes.values()
    how = "the change of" if exam.patient.step_function is not None else "the gradients of"
    rate = f", learning rate {exam.rate.name} = {exam.rate.value:g}" if exam.rate else ""
    yield f"read as {how} {listed(list(reading.claims))}; {reading.samples.words}; cost: {cost.words}{rate}"
    yield from reading.words
    if reading.fixed:
        yield f"taken as fixed: {listed(list(reading.fixed))}"
    if not all(s.whole for s in slopes):
        looked, ways = sum(len(s.picked) for s in slopes), sum(len(s.directions) for s in slopes)
        whole = sum(s.size for s in slopes)
        yield f"looked at {looked} of {whole} entries one by one, and at all of them along {ways} random directions"
    if seen.fit.loose > 1e-3:
        yield "single precision"
    factor = seen.fit.common
    if declared and factor > 0 and exam.in_units and abs(factor - 1) > 2 * seen.fit.loose:
        what = "step" if exam.patient.step_function is not None else "gradient"
        words = _factor_in_words(factor, reading.samples.T)
        yield f"your {what} is {words} times the slope of that cost: no mistake, the rate takes it"


def _factor_in_words(factor: float, T: int) -> str:
    named = (("T", T), ("1/T", 1 / T), ("2", 2), ("1/2", 0.5), ("2T", 2 * T), ("T/2", T / 2), ("2/T", 2 / T))
    for words, value in named:
        if abs(factor / value - 1) < 1e-3 and value != 1:
            return f"{factor:.4g} ({words}, T = {T} samples)" if "T" in words else words
    return f"{factor:.4g}"


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
                if data is not None and (
                    hindered := _unfitting(patient, *data) or _hindered(patient, data[0], given=True)
                ):
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


def _unfitting(patient: Patient, X, Y) -> str:
    """Targets with which no output can be compared: neither a number for each number of it, nor one for each sample."""
    try:
        A, targets = patient.output(X), array_of(Y)
    except CallFailed:
        return ""
    except NoNumbers as error:
        return f"data: expected (X, Y) with numbers in Y, got {error}."
    if targets is None or targets.size in (A.size, 1, *A.shape):
        return "data: expected (X, Y), got no targets Y." if targets is None else ""
    return f"data: the forward pass makes outputs of shape {A.shape} of X, and Y has shape {targets.shape}."


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
