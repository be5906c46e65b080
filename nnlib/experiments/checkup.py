"""The check-up: look, rerun the learner's training with one thing changed, and say what cures it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np

from nnlib import arrays
from nnlib.doctor import diagnose
from nnlib.doctor.running.calling import quiet
from nnlib.experiments import report
from nnlib.experiments.bench import NOTHING, Bench
from nnlib.experiments.session import Session
from nnlib.experiments.values import Experiment, Finding, attempt
from nnlib.network import forward, gradients

CAUSES = (
    "none", "gradient", "start", "symmetry", "scale-of-inputs", "nan-in-data", "pairs-parted", "labels",
    "targets-out-of-reach", "rate-too-small", "rate-too-large", "other-cost", "capacity", "no-update", "rule", "batches",
    "evaluation", "dead-relu", "softmax", "overflow", "shapes", "more-steps", "not-found",
)  # fmt: skip
# causes that a look proves by itself, for a run that no change cured
PROVEN = (
    "nan-in-data", "shapes", "labels", "softmax", "gradient", "no-update", "pairs-parted",
    "batches", "overflow", "targets-out-of-reach",
)  # fmt: skip


@dataclass(frozen=True)
class CheckUp:
    """What a check-up found: does it learn, why not, what is out of the ordinary, and every run that was made.

    `cause` is one of CAUSES; `base` is the run as it is, `cure` the smallest change that made it learn, or None.
    `str` and a notebook show the page, its headline first.
    """

    learns: bool
    cause: str
    headline: str
    findings: tuple[Finding, ...]
    experiments: tuple[Experiment, ...]
    base: Experiment
    cure: Experiment | None
    notes: tuple[str, ...]
    seconds: float

    @property
    def correct(self) -> bool:
        """Whether the network learns as it is: the cause is "none"."""
        return self.cause == "none"

    def to_dict(self) -> dict:
        """Every field, as JSON takes it."""
        return asdict(self)

    def __str__(self) -> str:
        return report.text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return report.html(self)


def checkup(
    net: object,
    X: object,
    Y: object,
    E: object = None,
    rate: float | None = None,
    *,
    step: Callable | None = None,
    output: Callable | None = None,
    cost: str | Callable | None = None,
    score: Callable | None = None,
    steps: int | None = None,
    budget: float = 20.0,
    seed: int = 0,
    progress: str | None = "line",
) -> CheckUp:
    """Say why a network does not learn: look at it, then rerun its own training with one thing changed (lesson 14).

    checkup(net, X, Y, step=net.train, output=net.predict, cost="half sum", steps=2000)
    checkup(weights, biases, X, E, rate)                     the networks of this series: sigmoid, full batch, C

    net      an object, a list or dict of arrays, a module: whatever holds the parameters
    X, Y     the training data as the functions take them
    step     step(X, Y): one step of training, which changes the parameters. `steps` of them are one run (default: 2000,
             or as many as fit into a sixth of the budget)
    output   output(X): what the cost is taken of
    cost     a name ("half sum", "mse", "squared", "bce", "cross-entropy", ...) or cost(A, Y), one number
    score    score(A, Y) or score(X, Y), 1 at best, if there is one
    budget   seconds, about: what is not tried by then is left out, and the page says so. An interrupt keeps what is done
    progress "line": after two seconds a line of plain text that is erased at the end; None: nothing is printed

    Returns a CheckUp. A run has learned if its cost, in the units of `cost`, falls below half of that of the best constant
    answer. Parameters, optimiser states, random generators and data are restored. Raises TypeError for a wrong call.
    """
    began = time.perf_counter()
    if step is None:
        net, X, Y, step, output, cost = _plain(net, X, Y, E, rate)
    elif E is not None or rate is not None:
        raise TypeError("checkup: expected either (weights, biases, X, E, rate) or (net, X, Y, step=, output=, cost=)")
    for name, value in (("step", step), ("output", output)):
        if not callable(value):
            raise TypeError(f"{name}: expected a function of your data, got {type(value).__name__}")
    if cost is None:
        raise TypeError('cost: expected a name such as "half sum" or a function cost(A, Y), got None')
    with quiet():
        bench = Bench(net, X, Y, step, output, cost, score, seed)
    if not bench.names and not bench.whole and attempt(bench.output, X) is not None:  # else the run says what it raises
        bench.patient.close()
        raise TypeError(
            f"net: expected what holds the parameters (an object, a list or dict of arrays, vars(module)), got "
            f"{type(net).__name__}, on which no number acts on what output(X) returns"
        )
    session = Session(bench, steps, budget, progress is not None)
    session.run()
    found = _verdict(session, began)
    if found.cause == "gradient" and session.left() > 2:
        named = _named(net, step=step, output=output, cost=cost, data=(X, Y))
        found = replace(found, notes=(*found.notes, *named), seconds=time.perf_counter() - began)
    return found


def _named(net, **brought) -> tuple[str, ...]:
    """The doctor's first line on the same step, where it has a name for the mistake."""
    try:
        with quiet():
            diagnosis = diagnose(net, **brought)
    except (TypeError, ValueError):  # what it cannot take has no name
        return ()
    if diagnosis.correct is not False or diagnosis.category == "unknown":
        return ()
    return (f"The doctor's verdict on the step ({diagnosis.category}): {str(diagnosis).splitlines()[0]}",)


def _plain(weights, biases, X, E, rate):
    """The plain form, as (net, X, Y, step, output, cost): copies of the arrays, a step of plain descent."""
    if E is None or rate is None:
        raise TypeError("checkup: expected step=, output= and cost=, or (weights, biases, X, E, rate)")
    weights, biases = arrays.parameters(weights, biases, arrays.numbers)
    net = {"weights": [w.astype(float) for w in weights], "biases": [b.astype(float) for b in biases]}

    def step(X, E):
        slopes = gradients(net["weights"], net["biases"], X, E)
        for kind, part in zip(("weights", "biases"), slopes):
            net[kind] = [v - rate * g for v, g in zip(net[kind], part)]

    def output(X):
        return forward(net["weights"], net["biases"], X)[1][-1]

    return net, np.asarray(X), np.asarray(E), step, output, "squared"


def _verdict(session: Session, began: float) -> CheckUp:
    """The smallest change that cures; of several, one that a look had pointed at, or that nothing else can explain."""
    s, notes = session.study, list(session.notes)
    base, findings, (change, cure) = Experiment.of(NOTHING, s.base), s.findings, _cure(session)
    cause = cure.cause if cure else "none" if session.learns else s.accused(*PROVEN) or _unproven(s)
    if session.adopted is not None:
        base, cause = Experiment.of(NOTHING, session.first.base), session.adopted.cause
        findings = list({f.words: f for f in (*session.first.findings, *findings)}.values())
        notes.append(f"All runs after the one with {session.adopted.words} were made with that change as well.")
        cure = _with(session, cure)
    findings = tuple(sorted(findings, key=lambda f: f.cause != cause)) if cause != "none" else ()
    learns = session.learns or bool(change is not None and change.measure)
    tried = tuple(e for _, e in session.tried)
    seconds = time.perf_counter() - began
    found = CheckUp(learns, cause, "", findings, tried, base, cure, tuple(notes), seconds)
    return replace(found, headline=report.headline(found, s))


def _cure(session: Session):
    """(the change, its experiment) that cures, or (None, None)."""
    s = session.study
    cures = [(c, e) for c, e in session.tried if e.learned]
    cures.sort(key=lambda made: (made[0].both, not (made[0].sure or s.accused(made[0].cause)), made[0].longer == 1))
    change, cure = cures[0] if cures else (None, None)
    if cure is not None and not change.sure and not s.accused(cure.cause) and s.accused("overflow"):
        around = "Take the largest z off before exp; keep logs away from 0. What cured it goes round that."
        cure = replace(cure, cause="overflow", advice=around)
    return change, cure


def _unproven(s) -> str:
    return "shapes" if s.base.raised else "not-found"


def _with(session: Session, cure: Experiment | None) -> Experiment:
    """The adopted change as the cure, together with what else it took to learn."""
    adopted = session.adopted
    if cure is None:
        return next(e for c, e in session.tried if c is adopted)
    words, advice = f"{adopted.words}, and {cure.words}", f"{adopted.advice} {cure.advice}"
    return replace(cure, cause=adopted.cause, words=words, advice=advice)
