"""From what the examination found to the mistake as far as the facts name it, and to the notes beside it."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.costs import SPOKEN
from nnlib.doctor.evidence import evidence, facts, listed, read_as
from nnlib.doctor.examination import Result
from nnlib.doctor.explanation import Explanation
from nnlib.doctor.naming import line_of, name_of
from nnlib.doctor.output_error import error_at_output
from nnlib.doctor.patient import CallFailed, Patient
from nnlib.doctor.reading import rates
from nnlib.doctor.repaired import repaired_network
from nnlib.doctor.repeated import adds_up, online, replayed
from nnlib.doctor.said import Said, decayed, penalty, uneven
from nnlib.doctor.verdict_of import Verdict, no_verdict, verdict
from nnlib.doctor.vocabulary import of_factor


def concluded(name: str, exam: Explanation, result: Result, decay, declared: bool) -> Verdict:
    """The verdict on one reading: its category, the arrays, notes, facts and evidence."""
    notes = [*read_as(exam, result, declared), *exam.notes]
    if result.beside is not None:
        notes.append(penalty(result.beside, result.beside.number))
        decay = None
    said = _slip(exam, result, decay, notes)
    arrays = dict(result.fit.arrays)
    if not said.category:
        arrays = {n: "right" if v != "unseen" else v for n, v in arrays.items()}
    elif all(v in ("right", "unseen") for v in arrays.values()):
        arrays = {n: "wrong" if n in _blamed(result, said) else v for n, v in arrays.items()}
    if said.category == "no-verdict":
        return no_verdict(name, said.opening, notes)
    unseen = [n for n, v in arrays.items() if v == "unseen"]
    if unseen:
        notes.append(f"not seen: the slope by {', '.join(unseen)} is zero on these samples")
    wrong = [n for n, v in arrays.items() if v in ("wrong", "factor")]
    return verdict(
        not said.category,
        said.category or "correct",
        name,
        said.opening or _right_words(result, declared),
        candidates=said.candidates,
        where=frozenset(wrong),
        arrays=arrays,
        notes=tuple(notes),
        facts=_facts(result, said, wrong),
        evidence=tuple(evidence(result, wrong)) if said.category and not result.fit.right else (),
        formula=said.formula,
        hint=said.hint,
        line=line_of(exam.code, wrong) if said.category else "",
        repair=repaired_network(exam, result) if said.category and not result.fit.right else None,
    )


def _facts(result: Result, said: Said, wrong) -> tuple[str, ...]:
    if not said.category:
        return ()
    if result.right:
        return ("the gradients themselves are right",)
    if result.fit.right:
        return ()
    return tuple(facts(result, wrong))


def _blamed(result: Result, said: Said) -> list[str]:
    if said.category == "used-updated-weights":
        return [n for n, straight in result.linear.items() if not straight]
    return list(result.fit.arrays)


def _right_words(result: Result, declared: bool) -> str:
    cost = result.fit.cost
    if declared:
        return "Right: every gradient is the slope of your cost."
    return f"Right for {SPOKEN.get(cost.name, cost.words)}."


def _slip(exam: Explanation, result: Result, decay, notes: list[str]) -> Said:
    """The mistake as far as the facts of the comparison name it; an empty category where all is right."""
    fit = result.fit
    if result.right:
        return _right_but(exam, result, decay, notes)
    if result.rule:
        notes.append(
            f"the step follows the slopes by {result.rule}: a factor in one number's gradient cannot be seen, nor matters"
        )
        return Said()
    if fit.right and not fit.common:
        words = "each number moves equally far, by some adaptive rule: only the directions can be judged, "
        return Said("no-verdict", words + "and they are right. Bring the gradients themselves: grads=.")
    if fit.right:
        return _uphill(exam)
    if result.decay is not None:
        return decayed(exam, result, decay, notes)
    if result.weights is not None:
        return uneven(result, notes)
    if result.rewired:
        pairs = ", ".join(f"{i} with {j}" for i, j in result.rewired)
        return Said(
            "shuffled-labels", f"Wrong: inputs and targets no longer belong together (sample with target: {pairs})."
        )
    if result.single is not None and result.single.right and result.single.common > 0:
        names = list(result.reading.claims)
        if replayed(exam, result.reading.samples, names) or adds_up(exam, result.reading.samples, names):
            notes.append("a step after every sample: each is the slope of its own cost")
            return Said()
    if exam.patient.changed_inputs:
        words = f"Wrong: the call changes {_inputs(exam)} in place, and inputs and targets may part."
        return Said("mutates-inputs", words, ("shuffled-labels",))
    if result.random:
        words = "step or grads draw random numbers that the forward pass does not (dropout in training only?). "
        return Said("no-verdict", words + "Give output= the pass that training uses, or switch the chance off.")
    return _by_the_engine(exam, result) or _at_output(exam, result) or _of_arrays(exam, result)


def _at_output(exam: Explanation, result: Result) -> Said | None:
    found = error_at_output(exam, result) if "right" not in result.fit.arrays.values() else None
    return Said(found[0], f"Wrong: {found[1]}.", ("wrong-cost-derivative",)) if found else None


def _by_the_engine(exam: Explanation, result: Result) -> Said | None:
    """The name that the engine gives inside the learner's own network, cost and depth; None where it gives none."""
    diagnosis, dense = name_of(exam, result)
    if diagnosis is None:
        return None
    wrong = [n for n, v in result.fit.arrays.items() if v in ("wrong", "factor")]
    words = diagnosis.what or diagnosis.category
    formula = f"{diagnosis.formula}   (layers {'-'.join(map(str, dense.sizes))}: {', '.join(dense.activations)})"
    return Said(diagnosis.category, f"Wrong: {words} ({listed(wrong)}).", diagnosis.candidates, formula, diagnosis.hint)


def _right_but(exam, result: Result, decay, notes) -> Said:
    straight = set(result.linear.values())
    if exam.patient.changed_inputs:
        notes.append(f"the call changes {_inputs(exam)} in place")
    if result.reading.samples.single and exam.data is None:
        several = [f for f in exam.failures if isinstance(f, CallFailed) and f.what != "output"]
        if several and exam.takes_batches_when_wider(result):
            words = f"Wrong: on several samples {several[0]}. With two neurons where there is one it runs: a dimension is lost."
            return Said("shape-error", words, ("broadcasting",))
        notes += [f"judged on one sample at a time; on several at once {several[0]}"] if several else []
    if decay:
        return Said("regularisation-term", f"Wrong: the decay of {decay:g} that you declared is not in the gradients.")
    if straight == {True, False}:
        bent = listed([n for n, v in result.linear.items() if not v])
        words = f"Wrong: already updated weights carry the error down: {bent} depend on the rate in another way than the rest."
        return Said("used-updated-weights", words)
    if straight == {False}:
        notes.append("one call makes several steps")
    elif result.linear and not result.reading.samples.single and online(exam, result):
        notes.append("a step after every sample or batch: each is right")
    return _carried_over(result, notes)


def _inputs(exam) -> str:
    return " and ".join(sorted(exam.patient.changed_inputs))


def _carried_over(result: Result, notes) -> Said:
    """What a second call shows: sums that are kept, momentum and its sign, a rate that is not the same in both."""
    if result.second is not None and abs(result.second - 1) > 0.01:
        return Said("accumulator-not-reset", "Wrong: the second call adds to what the first one left: sums are kept.")
    own, repeated = result.after or (1.0, 0.0)
    if not result.steady:
        notes.append("the length of a step depends on the samples beyond their gradient, as where it is clipped")
        own = 1.0
    if abs(own - 1) > 0.03 and not 0.3 < own < 1:
        words = f"Wrong: the second step has {own:.4g} times the rate of the first: the rate is not in both alike."
        return Said("rule-rate", words, ("learning-rate-ignored",))
    if repeated > 0.9999:
        return Said("accumulator-not-reset", "Wrong: the second step adds all of the first: sums are kept.")
    if repeated < -0.02:
        words = (
            f"Wrong: the second step takes back {-repeated:.3g} of the first: what is carried over has the wrong sign."
        )
        return Said("rule-sign", words)
    if repeated > 0.02:
        notes.append(f"momentum: {repeated:.3g} of the first step is carried into the second")
    if own < 0.97:
        notes.append(f"the rate falls from step to step: {own:.4g} of it in the second")
    return Said()


def _uphill(exam) -> Said:
    if exam.patient.step_function is not None:
        return Said(
            "sign", "Wrong: the step goes uphill: every parameter moves along the slope of the cost, not against it."
        )
    words = "Wrong sign: every gradient is -1 times the slope. Right if your step adds them: then say climb=True."
    return Said("sign", words)


def _of_arrays(exam: Explanation, result: Result) -> Said:
    """What the single arrays say: nothing at all, a pure factor, not finite."""
    fit, claims = result.fit, result.reading.claims
    wrong = [n for n, v in fit.arrays.items() if v not in ("right", "unseen")]
    still = [n for n in wrong if fit.factors[n] == 0]
    factors = {round(fit.factors[n] / fit.common, 3) for n in wrong if fit.common and np.isfinite(fit.factors[n])}
    if any(claims[n] is not None and not np.isfinite(claims[n]).all() for n in wrong):
        return Said("nan", "Wrong: numbers that are not finite appear.")
    if all(np.size(claims[n]) == 1 < exam.patient.value(n).size for n in wrong if claims[n] is not None) and not still:
        return Said("bias-summed-over-neurons", f"Wrong: one number comes back for all of {listed(wrong)}.")
    if still == wrong:
        lone = all(_is_bias(exam.patient, n) for n in wrong)
        last = list(fit.arrays)[-1] not in wrong or len(wrong) >= len(fit.arrays) - 2
        category = "bias-gradient-zero" if lone else "only-last-layer" if last else "unknown"
        return Said(category, f"Wrong: {listed(wrong)} never get{'s' if len(wrong) == 1 else ''} a gradient.")
    if (found := _by_the_rate(exam, result, wrong)) is not None:
        return found
    if len(factors) == 1 and all(np.isfinite(fit.factors[n]) for n in wrong):
        return _pure_factor(result, wrong, factors.pop())
    return Said("unknown", f"Wrong: {listed(wrong)}.")


def _by_the_rate(exam: Explanation, result: Result, wrong) -> Said | None:
    """Are the arrays off by powers of the rate, as where the delta that is carried down holds it?"""
    factors = {n: result.fit.factors[n] / (result.fit.common or 1.0) for n in wrong}
    known = {r.value for r in rates(exam.patient)} if exam.patient.step_function else set()
    for rate in (r for r in known if r > 0 and r != 1):
        powers = np.array([np.log(f) / np.log(rate) if f > 0 else np.nan for f in factors.values()])
        if np.isfinite(powers).all() and (np.abs(powers - powers.round()) < 0.01).all() and (powers.round() != 0).all():
            where = f"once more in each layer ({listed(wrong)})"
            return Said(
                "learning-rate-in-gradient", f"Wrong: the rate {rate:g} is in the error that is carried down, {where}."
            )
    return None


def _is_bias(patient: Patient, name: str) -> bool:
    shape = [n for n in patient.value(name).shape if n != 1]
    return len(shape) < 2


def _pure_factor(result: Result, wrong, factor) -> Said:
    T = result.reading.samples.T
    words = f"Wrong: {listed(wrong)}: {factor:g} times the slope, the others once."
    if T > 1 and factor in (T, round(1 / T, 3)):
        words = f"Wrong: {listed(wrong)}: {'not divided' if factor == T else 'divided once more'} by the {T} samples."
    if factor == -1:
        words = f"Wrong: the sign of {listed(wrong)} is turned round."
    return Said(of_factor(factor, T, 3), words)
