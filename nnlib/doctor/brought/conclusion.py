"""The verdict on code brought as it is: what explains what was seen, in the learner's own names, and how it was read."""

from __future__ import annotations

from collections.abc import Iterator

from nnlib.doctor.brought.adaptive import adaptive
from nnlib.doctor.brought.by_arrays import by_arrays, evidence, facts
from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.naming import by_the_engine, line_of
from nnlib.doctor.brought.of_samples import by_chance, changed, of_its_own, one_by_one, unevenly
from nnlib.doctor.brought.of_steps import called_again, in_proportion
from nnlib.doctor.brought.one_neuron import one_neuron
from nnlib.doctor.brought.penalty import in_words, penalised, undecayed
from nnlib.doctor.brought.repaired import repaired_network
from nnlib.doctor.brought.way_back import all_alike, by_the_rate, error_at_output
from nnlib.doctor.verdict import Said, Verdict, listed, no_verdict, noted, verdict

# Each is asked in turn, the simplest first. What it says ends the search; what it sees in another way goes on to the next.
IF_WRONG = (
    penalised, adaptive, all_alike, one_by_one, unevenly, changed, by_chance, by_the_engine, error_at_output, by_the_rate,
)  # fmt: skip
IF_RIGHT = (one_neuron, undecayed, in_proportion, called_again, changed)  # the first mistake, else the notes of all


def explained(exam: Examination, seen: Seen) -> tuple[Seen, Said]:
    """What explains it, and in which way it was seen for that."""
    seen = of_its_own(exam, seen) or seen
    for explanation in IF_WRONG:
        if not seen.right and (found := explanation(exam, seen)):
            if isinstance(found, Said):
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


def _arrays(seen: Seen, said: Said) -> dict[str, str]:
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
