"""Grade a gradient check, a grader or a test on the corpus: every call that it makes is recorded."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from itertools import combinations

import numpy as np

from nnlib.corpus.measure import KEPT, Design, Watched, copies, problem, quiet, shows, truth, value
from nnlib.corpus.reader import Case, cases
from nnlib.corpus.reasons import design_of, hidden_by, past_the_rule
from nnlib.corpus.report_card import ReportCard, Row
from nnlib.flat import flat as in_a_row
from nnlib.flat import like

FAIR = Design(sizes=(3, 4, 2), T=5)  # what a check is handed if nothing else is said
# the problems out of which a smallest set is put together, simple ones first
OFFERED = (
    FAIR,
    Design(),
    Design(sizes=(3, 3, 3, 3), T=5),
    Design(sizes=(2, 4, 3, 1), T=6),
    Design(sizes=(2, 3, 4, 2), T=37),
    Design(T=1),
    Design(integers=True),
)
GRADED = ("sigmoid", ("sigmoid", "softmax"))  # the activations of the cases that take part


def flat(check: Callable) -> Callable:
    """`check(f, x)` in the form that is graded; f(x) returns the cost and its gradient, one flat vector like x."""

    def graded(gradients, weights, biases, X, E):
        def f(x):
            w, b = like(np.asarray(x, float), weights, biases)
            return value(gradients.case, (w, b, X, E)), in_a_row(gradients(w, b, X, E))

        return check(f, in_a_row((weights, biases)))

    return _named(graded, check)


def asserting(test: Callable, module=None, name: str = "") -> Callable:
    """A test that asserts, `test(gradients)`, or `test()` of a module whose function `name` it tests, in the graded form."""

    def graded(gradients, weights, biases, X, E):
        if module is None:
            test(gradients)
            return True
        kept = getattr(module, name)
        setattr(module, name, gradients)
        try:
            test()
        finally:
            setattr(module, name, kept)
        return True

    return _named(graded, test)


def _named(graded, check):
    graded.__name__ = getattr(check, "__name__", type(check).__name__)
    return graded


def _form(check: Callable) -> Callable:
    """The check with five arguments, whichever of the three forms it came in."""
    if not callable(check):
        raise TypeError(
            f"check: expected a function (gradients, weights, biases, X, E) -> bool, got {type(check).__name__}"
        )
    needed = [p for p in inspect.signature(check).parameters.values() if p.default is p.empty and p.kind < 2]
    if len(needed) not in (1, 2, 5):
        raise TypeError(
            "check: expected check(gradients, weights, biases, X, E), check(f, x) or test(gradients), "
            f"got {len(needed)} arguments: {', '.join(p.name for p in needed)}"
        )
    return {1: asserting, 2: flat, 5: lambda c: c}[len(needed)](check)


def grade_check(check: Callable, *, design: Design = FAIR, cost: str = "squared", seed: int = 0) -> ReportCard:
    """Grade a gradient check, a grader or a test on every `gradients` of the corpus (lesson 5).

    check(gradients, weights, biases, X, E) -> bool, True for "this gradient is right"; it is handed a problem of `design`
    and may use it or its own. check(f, x) and test(gradients) are adapted, see `flat` and `asserting`. An exception counts as
    False, None as True. `cost` is "squared", "bce" or "cross-entropy", with sigmoid hidden layers.
    Every call that the check makes is recorded, so that the report can say why a mistake was missed: the problem hides it,
    or the rule lets it pass.
    Raises TypeError for a check of another form, ValueError for a cost that the corpus does not hold.
    """
    chosen = [c for c in cases(kind="gradients", cost=cost) if not c.harmless and c.activations in GRADED]
    if not chosen:
        raise ValueError(f"cost: expected 'squared', 'bce' or 'cross-entropy', got {cost!r}")
    name, graded = getattr(check, "__name__", type(check).__name__), _form(check)
    rows, tried = zip(*(_one(case, graded, problem(design, seed, cost)) for case in chosen))
    hidden = [row.case for row in rows if row.passed and not row.shown and row.case.category != "correct"]
    return ReportCard(name, cost, rows, Counter(tried).most_common(1)[0][0], smallest_set(hidden))


def _one(case: Case, graded: Callable, given) -> tuple[Row, str]:
    """The row of one case, and in words the problem that the check tried last."""
    recorder = _Recorder(case)
    with quiet():
        try:
            answer, raised = graded(recorder, *copies(given)), False
        except Exception:
            answer, raised = False, True
    passed = answer is None or bool(answer)
    why = recorder.why() if passed and case.category != "correct" else ""
    tried = str(recorder.tried or "none: the gradient is never called")
    return Row(case, passed, raised, recorder.found.wrong, why), tried


def smallest_set(hidden: list[Case]) -> tuple[Design, ...]:
    """The fewest of the OFFERED designs, simple ones first, on which as many of the cases show as on all of them together."""
    shown = {d: frozenset(c.name for c in hidden if shows(c, d)) for d in OFFERED}
    reachable = frozenset().union(*shown.values())
    sets = (chosen for n in range(len(OFFERED) + 1) for chosen in combinations(OFFERED, n))
    return next(chosen for chosen in sets if frozenset().union(*(shown[d] for d in chosen)) == reachable)


class _Recorder(Watched):
    """A case's function as the check sees it: the first wrong result and the last problem are kept for the reasons."""

    back = None

    def __call__(self, weights, biases, X, E):
        before = set(self.found.where)
        out = super().__call__(weights, biases, X, E)
        if self.found.where != before and self.back is None:
            self.back = [[g for group in both for g in group] for both in (out, truth(self.case, self.given))]
        return out

    @property
    def tried(self) -> Design | None:
        """The design of the last problem that was looked at; None where the case was never called."""
        return design_of(self.given, min(self.calls, KEPT)) if self.given else None

    def why(self) -> str:
        """In words: why a wrong case could pass this check."""
        if self.tried is None:
            return "it is never called"
        if not self.found.wrong:
            return hidden_by(self.case, self.tried)
        if not self.found.where:
            return "what it does to its arguments, or to an earlier result, is not looked at"
        return past_the_rule(*self.back, {kind for kind, _ in self.found.where})
