"""Right on ordinary problems: what of shapes, single and many samples, integers, saturation, the caller's arrays?"""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Explanation, told
from nnlib.doctor.questions.exam import CLOSE, Exam, relative
from nnlib.doctor.questions.kept import shared, stored
from nnlib.doctor.questions.returned import of_error, raised_words, shapes_of

OF_SHAPES = (ValueError, IndexError, TypeError, AttributeError)

SPOKEN = {
    "sample": "where there is one sample only", "output": "where there is one output only", "input": "where there is one input only",
    "neuron": "where a layer has one neuron only", "many": "where there are many samples (T = 131)", "shallow": "in a network of one layer", "positive": "where no input is negative",
}  # fmt: skip


def spoken(exam: Exam, failing) -> str:
    """These problems in words that a learner knows: what is special about them, or the first of many."""
    traits = [next((SPOKEN[t] for t in SPOKEN if t in o.problem.traits), "") for o in failing]
    if len(failing) <= 3 and all(traits):
        return " and ".join(dict.fromkeys(traits))
    net = failing[0].problem.spoken()
    return (
        f"for {net}" if len(failing) == 1 else f"in {len(failing)} problems of {len(exam.answers())}, the first {net}"
    )


def misfit(exam: Exam, k: int, got, want, L: int) -> str:
    """Which array has which shape and should have which, in the learner's layout; and what the step would make of it."""
    kind, name, l = ("weights", "W", k) if k < L else ("biases", "b", k - L)
    got, want = exam.setting.shape(kind, got), exam.setting.shape(kind, want)
    new = "the new " if exam.setting.kind == "train_step" else "d"
    text = f"{new}{name}[{l}] has shape {got} where {want} belongs"
    try:
        stretched = np.broadcast_shapes(got, want)
    except ValueError:
        return text
    grown = exam.setting.kind == "gradients" and stretched != want
    return text + (f": {name} - rate · d{name} would become {stretched}" if grown else "")


def only_shapes(exam: Exam, usable) -> Explanation | None:
    """Every number is right, but in another shape or another kind of package."""
    seen, packed = [], ""
    for o in usable:
        packed = packed or o.answer.packed
        L = o.problem.layers
        for k, (a, t) in enumerate(zip(o.arrays, exam.truth(o.problem))):
            if k not in exam.judged(L):
                continue
            if a is None or a.size != t.size or relative(a.reshape(t.shape), t) > exam.tolerance(o, k, CLOSE):
                return None
            if a.shape != t.shape:
                seen.append((k, a.shape, t.shape, L))
    if seen:
        right = (
            "The gradient is right, but its shape is not."
            if exam.setting.kind == "gradients"
            else "The step is right, but a shape is not."
        )
        return told(
            "shape-error",
            f"the numbers are right, but {misfit(exam, *seen[0])}",
            hint=kept_axes(exam, *seen[0]),
            opening=right,
        )
    if packed:
        hint = "Return dW, db: two lists, one array for each layer in each."
        return told(
            "shape-error",
            f"the numbers are right, but {packed}",
            hint=hint,
            opening="The numbers are right, but they come in another package.",
        )
    return None


def kept_axes(exam: Exam, k: int, got, want, L: int) -> str:
    """A hint where a bias gradient lost or kept the axis that was summed; "" elsewhere."""
    got, want = exam.setting.shape("biases", got), exam.setting.shape("biases", want)
    if k < L or exam.setting.kind != "gradients":
        return ""
    if len(got) == 1 and len(want) == 2:
        return f"Sum with keepdims=True: db then has the shape of b, {want}."
    return f"db has the shape of b, {want}: sum without keepdims." if len(got) == 2 and len(want) == 1 else ""


def in_special_cases(exam: Exam, failing, raised, explain) -> Explanation | None:
    """Wrong or raising in some special cases only, right in general. `explain` names the slip in some answers, or gives None."""
    numbers = [o for o in failing if o not in raised]
    if raised and not numbers:
        return raising(exam, raised)
    return _of_numbers(exam, numbers, [o.problem.traits for o in failing], explain)


def _of_numbers(exam: Exam, numbers, traits, explain) -> Explanation | None:
    """Wrong numbers in some special cases."""
    where = spoken(exam, numbers)
    thin, words = all("thin" in t for t in traits), f"right in general, wrong {where}"
    if not all(a is None or np.isfinite(a).all() for o in numbers for a in o.arrays):
        return told("nan", f"NaN or infinity {where}", ("broadcasting",) if thin else ())
    if thin and _biases_are_zero(exam, numbers):
        words = f"the bias gradients are 0 {where}, and right in general"
        return told("bias-gradient-zero", words, ("broadcasting", "shape-error"))
    if found := _one_problem(numbers, explain):
        return found
    return told("broadcasting", words, ("shape-error",)) if thin else _of_a_trait(traits, numbers, words)


def _biases_are_zero(exam: Exam, numbers) -> bool:
    """Is every wrong array a bias gradient of zeros?"""
    idle = [(o, k) for o in numbers for k in exam.wrong(o)]
    return bool(idle) and all(
        k >= o.problem.layers and o.arrays[k] is not None and not o.arrays[k].any() for o, k in idle
    )


def _one_problem(numbers, explain) -> Explanation | None:
    """Wrong for a single sample, or for many, by one slip."""
    single, many = ({"sample"}, {"many"})
    traits = numbers[0].problem.traits if len(numbers) == 1 else set()
    slips = explain(numbers) if traits & (single | many) else None
    if slips is None or len(slips) != 1:
        return None
    general = (
        "right for several samples, and for a single one" if traits & single else "right for few samples, and for many"
    )
    return told(slips[0].category, f"{general}: {slips[0].words}", ("broadcasting",), slips[0].formula)


def _of_a_trait(traits, numbers, words: str) -> Explanation | None:
    """What the failing problems have in common says what goes wrong in them."""
    if all("positive" in t for t in traits):
        return told("unknown", words)
    if all("many" in t for t in traits):
        return told("batch-remainder", words)
    if all({"equal", "thin"} & t for t in traits):
        if any(shared(o) for o in numbers):
            return told("stale-or-aliased-buffers", words + ", where two results are one array")
        square = all("square" in t for t in traits)
        also = ("broadcasting", "bias-wrong-axis") if square else ("transposed-weights", "broadcasting")
        return told("unknown", words, also)
    if all("depth" in t for t in traits):
        return told("off-by-one-layer", words, ("shape-error",))
    return None


def raising(exam: Exam, raised) -> Explanation:
    """Right in general; some calls raise, or give nothing back."""
    o = raised[0]
    if exam.problem("main") in [t.problem for t in raised] and (also := _way_down(exam, raised)):
        return told(also[0], raised_words(o), ("shape-error",), details=(shapes_of(exam, o.problem),))
    if all("integer" in t.problem.traits for t in raised):
        return told("integer-truncation", raised_words(o))
    words = raised_words(o) if o.raised else "nothing came back"
    category, also = of_error(o.error)
    if isinstance(o.error, OF_SHAPES) and all("thin" in t.problem.traits for t in raised):
        also = ("broadcasting", *also[:1])
    general = f"right in general, but {spoken(exam, raised)} {'it stops' if o.slow else 'it raises'}: "
    return told(
        category,
        general + words,
        also,
        details=(shapes_of(exam, o.problem),),
        opening="Right in general, but some calls fail.",
    )


def unexplained(exam: Exam, usable, raised) -> Explanation | None:
    """No formula fits: memory shared between layers, code that mostly raises, or wrong shapes say enough."""
    if any(shared(o) for o in usable if exam.wrong(o)):
        words = "gradients of different layers lie in the same memory: the later one overwrites the earlier"
        return told("stale-or-aliased-buffers", words)
    if (kept := stored(exam)) is not None:
        return kept
    if len(raised) > len(usable):
        category, also = of_error(raised[0].error)
        also = _way_down(exam, raised) + also
        return told(
            (also[0] if also[:1] == ("bias-column-misaligned",) else category),
            raised_words(raised[0]),
            (category, *also),
            details=(shapes_of(exam, raised[0].problem),),
        )
    return wrong_shapes(exam, usable)


def _way_down(exam: Exam, raised) -> tuple[str, ...]:
    """Where one layer runs and more raise even though every width and T agree, one row too many goes down: the bias row."""
    by_trait = {trait: o for o in exam.answers().values() for trait in o.problem.traits}
    square, shallow = by_trait.get("square"), by_trait.get("shallow")
    if square in raised and isinstance(square.error, ValueError) and shallow is not None and exam.right(shallow):
        return ("bias-column-misaligned",)
    return ()


OUTER = "np.dot of two vectors is one number; for one sample dW = np.outer(a, dZ)."


def wrong_shapes(exam: Exam, usable) -> Explanation | None:
    """The first array with a wrong shape, and what it may come from."""
    for o in usable:
        L, truth = o.problem.layers, exam.truth(o.problem)
        for k in exam.judged(L):
            a, t = o.arrays[k], truth[k]
            if a is not None and a.shape != t.shape:
                also = _from(exam, a, t, k >= L, len(o.problem.X))
                hint = OUTER if k < L and a.ndim == 0 and exam.setting.kind == "gradients" else ""
                return told("shape-error", misfit(exam, k, a.shape, t.shape, L), also, hint=hint)
    return None


def _from(exam: Exam, a, t, bias: bool, T: int) -> tuple[str, ...]:
    """What a wrong shape may come from."""
    if a.ndim == 0:
        return ("bias-summed-over-neurons",) if bias else ("elementwise-matmul-confusion",)
    if bias and T in a.shape:
        return ("bias-not-summed", "bias-wrong-axis")
    if a.shape == t.shape[::-1]:
        return ("transposed-gradient",)
    return ("broadcasting",) if exam.setting.kind == "train_step" and a.size > t.size else ()
