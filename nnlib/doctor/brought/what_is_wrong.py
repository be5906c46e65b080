"""Which mistake is it? What the facts of the examination say, one look after another, the first that finds something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import Decay
from nnlib.doctor.brought.examination import Result
from nnlib.doctor.brought.explanation import Explanation
from nnlib.doctor.brought.naming import name_of
from nnlib.doctor.brought.output_error import error_at_output
from nnlib.doctor.brought.reading import rates
from nnlib.doctor.brought.repeated import adds_up, replayed
from nnlib.doctor.brought.right_but import IF_RIGHT, inputs
from nnlib.doctor.verdict import Said, listed
from nnlib.doctor.vocabulary import of_factor
from nnlib.doctor.words import hint_for


def _all_alike(exam: Explanation, result: Result) -> Said | None:
    """Adaptive steps, of which only the direction shows, and arrays that are all -1 times the slope."""
    if result.rule:
        words = f"the step follows the slopes by {result.rule}: a factor in one number's gradient cannot be seen, nor matters"
        return Said(notes=(words,))
    if not result.fit.right:
        return None
    if not result.fit.common:
        words = "each number moves equally far, by some adaptive rule: only the directions can be judged, "
        return Said("no-verdict", words + "and they are right. Bring the gradients themselves: grads=.")
    if exam.patient.step_function is not None:
        words = "Wrong: the step goes uphill: every parameter moves along the slope of the cost, not against it."
        return Said("sign", words)
    words = "Wrong sign: every gradient is -1 times the slope. Right if your step adds them: then say climb=True."
    return Said("sign", words)


def _decayed(exam: Explanation, result: Result) -> Said | None:
    """A decay that explains all: as declared, with the wrong sign, another number, or a note."""
    found, said = result.decay, exam.decay
    if found is None:
        return None
    names = listed(list(found.names))
    number = found.number * abs(found.factor) if exam.in_units else found.number
    if said is not None and min(abs(found.number / said - 1), abs(number / said - 1)) < 0.02:
        return Said(notes=(f"decay {found.number:.4g} in {names}, as declared",))
    if number < 0:
        words = f"Wrong: the decay has the wrong sign: {number:.4g} times the {found.of} makes them grow ({names})."
        return Said("regularisation-term", words, ("rule-sign",))
    if said is not None:
        return Said("regularisation-term", f"Wrong: a decay of {number:.4g} where {said:g} was declared ({names}).")
    return Said(notes=(penalty(found, number),))


def penalty(found: Decay, number: float) -> str:
    """The note on a penalty beside the cost: no mistake, unless it makes the weights grow."""
    grows = ": its sign makes them grow" if number < 0 else ""
    return f"a penalty of {number:.4g} times the {found.of} in {listed(list(found.names))}, beside your cost{grows}"


def _uneven(exam: Explanation, result: Result) -> Said | None:
    """Samples that count unevenly: all of them, as with batches; some not at all; some with the wrong sign."""
    w = result.weights
    if w is None:
        return None
    T, used, numbers = len(w), np.flatnonzero(w), ", ".join(f"{v:.3g}" for v in w)
    if result.beside is not None and result.beside.number * result.beside.factor < 0:
        return Said(
            "regularisation-term", "Wrong: the decay beside the gradient makes the weights grow.", ("rule-sign",)
        )
    if (w > 0).all():
        words = "the samples count unevenly, as in batches of unequal size, or with a velocity: "
        return Said(notes=(words + numbers,))
    if (w < 0).any():
        return Said("sign", f"Wrong: some samples count with the wrong sign: {numbers}.")
    words = f"Wrong: only sample{'s' if len(used) > 1 else ''} {', '.join(map(str, used))} of {T} count."
    if len(used) > 1:
        return Said("batch-remainder", words, ("single-sample-step",))
    first = "only-last-sample" if used[0] == T - 1 else "single-sample-step"
    return Said(first, words, ("single-sample-step", "only-last-sample"))


def _of_the_samples(exam: Explanation, result: Result) -> Said | None:
    """Pairs that parted, a step after each sample, data that are changed, chance."""
    samples, names = result.reading.samples, list(result.reading.claims)
    if result.rewired:
        pairs = ", ".join(f"{i} with {j}" for i, j in result.rewired)
        words = f"Wrong: inputs and targets no longer belong together (sample with target: {pairs})."
        return Said("shuffled-labels", words)
    if result.single is not None and result.single.right and result.single.common > 0:
        if replayed(exam, samples, names) or adds_up(exam, samples, names):
            return Said(notes=("a step after every sample: each is the slope of its own cost",))
    if exam.patient.changed_inputs:
        words = f"Wrong: the call changes {inputs(exam)} in place, and inputs and targets may part."
        return Said("mutates-inputs", words, ("shuffled-labels",))
    if result.random:
        words = "step or grads draw random numbers that the forward pass does not (dropout in training only?). "
        return Said("no-verdict", words + "Give output= the pass that training uses, or switch the chance off.")
    return None


def _by_the_engine(exam: Explanation, result: Result) -> Said | None:
    """The name that the engine gives inside the learner's own network, cost and depth; None where it gives none."""
    try:
        found, dense = name_of(exam, result)
    except Exception as error:  # a fault of the doctor's own: said in a note, with what is known all the same
        exam.notes.append(f"the search for a name failed with {type(error).__name__}: {error}. Please report it.")
        return None
    if found is None:
        return None
    words = f"Wrong: {found.what or found.category} ({listed(_wrong(result))})."
    formula = f"{found.formula}   (layers {'-'.join(map(str, dense.sizes))}: {', '.join(dense.activations)})"
    hint = found.hint
    if result.reading.samples.form.startswith("column"):
        columns = replace(found.setting, columns=True, transposed=True)
        hint = hint_for(found.slips[0], columns, found.where, found.layers)
    return Said(found.category, words, found.candidates, formula=formula, hint=hint)


def _at_output(exam: Explanation, result: Result) -> Said | None:
    found = error_at_output(exam, result) if "right" not in result.fit.arrays.values() else None
    return Said(found[0], f"Wrong: {found[1]}.", ("wrong-cost-derivative",)) if found else None


def _wrong(result: Result) -> list[str]:
    return [n for n, v in result.fit.arrays.items() if v not in ("right", "unseen")]


def _of_numbers(exam: Explanation, result: Result) -> Said | None:
    """Numbers that are not finite, and one number that comes back for all."""
    wrong, claims = _wrong(result), result.reading.claims
    came = {n: claims[n] for n in wrong if claims[n] is not None}
    if any(not np.isfinite(a).all() for a in came.values()):
        return Said("nan", "Wrong: numbers that are not finite appear.")
    alone = all(np.size(a) == 1 < exam.patient.value(n).size for n, a in came.items())
    if came and alone and len(came) == len(wrong):
        return Said("bias-summed-over-neurons", f"Wrong: one number comes back for all of {listed(wrong)}.")
    return None


def _transposed(exam: Explanation, result: Result) -> Said | None:
    """Are the wrong arrays right once they are transposed?"""
    wrong, common = _wrong(result), result.fit.common or 1.0
    for name in wrong:
        claim, slope = result.reading.claims[name], result.slopes[name]
        if np.ndim(claim) != 2 or claim.T.shape != slope.shape or not np.isfinite(claim).all():
            return None
        s, t = slope.along(claim.T), common * slope.values[result.c]
        if np.linalg.norm(s - t) > 5 * result.fit.loose * np.linalg.norm(t):
            return None
    return Said("transposed-gradient", f"Wrong: {listed(wrong)}: the gradient comes back transposed.")


def _nothing_comes(exam: Explanation, result: Result) -> Said | None:
    wrong, names = _wrong(result), list(result.fit.arrays)
    if any(result.fit.factors[n] != 0 for n in wrong):
        return None
    lone = all(sum(side != 1 for side in exam.patient.value(n).shape) < 2 for n in wrong)
    last = names[-1] not in wrong or len(wrong) >= len(names) - 2
    category = "bias-gradient-zero" if lone else "only-last-layer" if last else "unknown"
    return Said(category, f"Wrong: {listed(wrong)} never get{'s' if len(wrong) == 1 else ''} a gradient.")


def _by_the_rate(exam: Explanation, result: Result) -> Said | None:
    """Are the arrays off by powers of the rate, as where the delta that is carried down holds it?"""
    factors = np.array([result.fit.factors[n] / (result.fit.common or 1.0) for n in _wrong(result)])
    if exam.patient.step_function is None or not (factors > 0).all():
        return None
    for rate in {r.value for r in rates(exam.patient) if r.value > 0 and r.value != 1}:
        powers = np.log(factors) / np.log(rate)
        if (np.abs(powers - powers.round()) < 0.01).all() and (powers.round() != 0).all():
            where = f"once more in each layer ({listed(_wrong(result))})"
            words = f"Wrong: the rate {rate:g} is in the error that is carried down, {where}."
            return Said("learning-rate-in-gradient", words)
    return None


def _pure_factor(exam: Explanation, result: Result) -> Said | None:
    """One factor in all the wrong arrays, beside others that are right."""
    wrong, T, fit = _wrong(result), result.reading.samples.T, result.fit
    factors = {round(fit.factors[n] / fit.common, 3) if fit.common else np.nan for n in wrong}
    factor = factors.pop()
    if factors or not np.isfinite(factor):
        return None
    words = f"Wrong: {listed(wrong)}: {factor:g} times the slope, the others once."
    if T > 1 and factor in (T, round(1 / T, 3)):
        words = f"Wrong: {listed(wrong)}: {'not divided' if factor == T else 'divided once more'} by the {T} samples."
    if factor == -1:
        words = f"Wrong: the sign of {listed(wrong)} is turned round."
    return Said(of_factor(factor, T, 3), words)


def _unknown(exam: Explanation, result: Result) -> Said:
    return Said("unknown", f"Wrong: {listed(_wrong(result))}.")


IF_WRONG = (
    _all_alike, _decayed, _uneven, _of_the_samples, _by_the_engine, _at_output, _of_numbers, _transposed, _nothing_comes,
    _by_the_rate, _pure_factor, _unknown,
)  # fmt: skip


def what_is_wrong(exam: Explanation, result: Result) -> Said:
    """The conclusion of the first look that comes to one."""
    found = (look(exam, result) for look in (IF_RIGHT if result.right else IF_WRONG))
    return next(said for said in found if said is not None)
