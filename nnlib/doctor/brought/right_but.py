"""The gradients are right: is everything else? One neuron, weights updated too early, sums that are kept; else notes."""

from __future__ import annotations

from nnlib.doctor.brought.examination import Result
from nnlib.doctor.brought.explanation import Explanation
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.repeated import online
from nnlib.doctor.verdict import Said, listed


def _one_neuron(exam: Explanation, result: Result) -> Said | None:
    several = _raised_on_several(exam, result)
    if several and exam.takes_batches_when_wider(result):
        words = (
            f"Wrong: on several samples {several}. With two neurons where there is one it runs: a dimension is lost."
        )
        return Said("shape-error", words, ("broadcasting",))
    return None


def _raised_on_several(exam: Explanation, result: Result) -> CallFailed | None:
    """What code that is judged on one sample raised on more, where it was not the forward pass."""
    if not result.reading.samples.single or exam.data is not None:
        return None
    return next((f for f in exam.failures if isinstance(f, CallFailed) and f.what != "output"), None)


def _no_decay(exam: Explanation, result: Result) -> Said | None:
    if exam.decay and result.beside is None:
        words = f"Wrong: the decay of {exam.decay:g} that you declared is not in the gradients."
        return Said("regularisation-term", words)
    return None


def _updated_weights(exam: Explanation, result: Result) -> Said | None:
    bent = tuple(n for n, straight in result.linear.items() if not straight)
    if not bent or len(bent) == len(result.linear):
        return None
    words = "Wrong: already updated weights carry the error down: "
    words += f"{listed(list(bent))} depend on the rate in another way than the rest."
    return Said("used-updated-weights", words, blamed=bent)


def _kept(exam: Explanation, result: Result) -> Said | None:
    """What a second call shows: sums that are kept, momentum and its sign, a rate that is not the same in both."""
    own, repeated = result.after or (1.0, 0.0)
    if result.second is not None and abs(result.second - 1) > 0.01:
        return Said("accumulator-not-reset", "Wrong: the second call adds to what the first one left: sums are kept.")
    if result.steady and abs(own - 1) > 0.03 and not 0.3 < own < 1:
        words = f"Wrong: the second step has {own:.4g} times the rate of the first: the rate is not in both alike."
        return Said("rule-rate", words, ("learning-rate-ignored",))
    if repeated > 0.9999:
        return Said("accumulator-not-reset", "Wrong: the second step adds all of the first: sums are kept.")
    if repeated < -0.02:
        words = f"Wrong: the second step takes back {-repeated:.3g} of the first: "
        return Said("rule-sign", words + "what is carried over has the wrong sign.")
    return None


def _right(exam: Explanation, result: Result) -> Said:
    """Nothing is wrong: what is worth a note all the same."""
    own, repeated = result.after or (1.0, 0.0)
    straight, samples = set(result.linear.values()), result.reading.samples
    several = _raised_on_several(exam, result)
    in_parts = straight == {True} and not samples.single and online(exam, result)
    notes = (
        (exam.patient.changed_inputs, f"the call changes {inputs(exam)} in place"),
        (several, f"judged on one sample at a time; on several at once {several}"),
        (straight == {False}, "one call makes several steps"),
        (in_parts, "a step after every sample or batch: each is right"),
        (
            not result.steady,
            "the length of a step depends on the samples beyond their gradient, as where it is clipped",
        ),
        (repeated > 0.02, f"momentum: {repeated:.3g} of the first step is carried into the second"),
        (result.steady and own < 0.97, f"the rate falls from step to step: {own:.4g} of it in the second"),
    )
    return Said(notes=tuple(words for true, words in notes if true))


def inputs(exam: Explanation) -> str:
    """The arguments that the learner's code changes."""
    return " and ".join(sorted(exam.patient.changed_inputs))


IF_RIGHT = (_one_neuron, _no_decay, _updated_weights, _kept, _right)
