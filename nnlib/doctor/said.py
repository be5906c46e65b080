"""What is said of a decay and of samples that count unevenly: a mistake, or a note beside a right verdict."""

from __future__ import annotations

from dataclasses import dataclass

from nnlib.doctor.compare import Decay
from nnlib.doctor.evidence import listed
from nnlib.doctor.examination import Result


@dataclass
class Said:
    """A conclusion in the making: a category (empty while it is right), the first sentence, notes."""

    category: str = ""
    opening: str = ""
    candidates: tuple = ()
    formula: str = ""
    hint: str = ""


def decayed(exam, result: Result, decay, notes) -> Said:
    """A decay that was found: as declared, with the wrong sign, another number, or a note."""
    found, names = result.decay, listed(list(result.decay.names))
    number = found.number * abs(found.factor) if exam.in_units else found.number
    if decay is not None and min(abs(found.number / decay - 1), abs(number / decay - 1)) < 0.02:
        notes.append(f"decay {found.number:.4g} in {names}, as declared")
        return Said()
    if number < 0:
        words = f"Wrong: the decay has the wrong sign: {number:.4g} times the {found.of} makes them grow ({names})."
        return Said("regularisation-term", words, ("rule-sign",))
    if decay is not None:
        return Said("regularisation-term", f"Wrong: a decay of {number:.4g} where {decay:g} was declared ({names}).")
    notes.append(penalty(found, number))
    return Said()


def penalty(found: Decay, number: float) -> str:
    """The note on a penalty beside the cost: no mistake, unless it makes the weights grow."""
    grows = ": its sign makes them grow" if number < 0 else ""
    return f"a penalty of {number:.4g} times the {found.of} in {listed(list(found.names))}, beside your cost{grows}"


def uneven(result: Result, notes) -> Said:
    """Samples that count unevenly: all of them, as with batches; some not at all; some with the wrong sign."""
    w, T = result.weights, len(result.weights)
    used = [i for i in range(T) if w[i]]
    if (w > 0).all():
        notes.append(
            "the samples count unevenly, as in batches of unequal size, or with a velocity: "
            + ", ".join(f"{v:.3g}" for v in w)
        )
        return Said()
    if (w < 0).any():
        return Said("sign", "Wrong: some samples count with the wrong sign: " + ", ".join(f"{v:.3g}" for v in w) + ".")
    words = f"Wrong: only sample{'s' if len(used) > 1 else ''} {', '.join(map(str, used))} of {T} count."
    if len(used) == 1:
        first = "only-last-sample" if used == [T - 1] else "single-sample-step"
        return Said(first, words, ("single-sample-step", "only-last-sample"))
    return Said("batch-remainder", words, ("single-sample-step",))
