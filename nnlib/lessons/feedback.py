"""What can be said of an answer that is not right and fits no known mistake: its kind, its pattern, and where to look first.

The expected numbers are never shown: an exercise that prints them is over. The learner sees an input, what came back for it,
and one thing to look at.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence

import numpy as np

FEW = 4  # numbers that are shown one by one; of a larger array the shape
BY_HAND = "Work these numbers through by hand, line by line, and see where your code leaves you."


def is_blank(result) -> bool:
    """A placeholder: None or `...`, alone or inside a tuple or list."""
    if isinstance(result, (tuple, list)):
        return any(is_blank(part) for part in result)
    return result is None or result is Ellipsis


def distance(result, want) -> float:
    """The relative, normwise distance of two answers of any nesting; infinite where their shapes or kinds differ.

    An array of one element counts as the number in it; a text never counts as a number.
    """
    if isinstance(want, (list, tuple)):
        if not _is_sequence(result) or len(result) != len(want):
            return np.inf
        return max((distance(r, w) for r, w in zip(result, want)), default=0.0)
    if isinstance(want, (str, bool)):
        return 0.0 if str(result).strip().lower() == str(want).lower() else np.inf
    result, want = as_numbers(result), np.asarray(want, dtype=complex)
    if result is None or not np.isfinite(result).all():
        return np.inf
    if result.shape != want.shape:
        if not result.size == want.size == 1:
            return np.inf
        result = result.reshape(want.shape)
    size = max(np.linalg.norm(want), np.linalg.norm(result))
    return float(np.linalg.norm(result - want) / size) if size else 0.0


def as_numbers(result) -> np.ndarray | None:
    """The answer as an array of complex numbers; None for text, and for whatever else holds no numbers."""
    try:
        return None if np.asarray(result).dtype.kind in "USO" else np.asarray(result, dtype=complex)
    except (TypeError, ValueError):
        return None


def _is_sequence(result) -> bool:
    return isinstance(result, (list, tuple)) or (isinstance(result, np.ndarray) and result.ndim > 0)


def changed(names: Sequence[str], before, after) -> list[str]:
    """The names of the arguments that a call changed, in any trial: `before` and `after` hold the arguments of each."""
    argument_by_trial = zip(names, zip(*before), zip(*after))
    return [name for name, old, new in argument_by_trial if not _same(old, new)]


def _same(old, new) -> bool:
    if isinstance(old, (list, tuple)):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new))
    if isinstance(old, np.ndarray):
        return old.shape == new.shape and np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
    return callable(old) or old == new


def parameter_names(answer: Callable, solution: Callable) -> list[str]:
    """The names that the learner's function gives to its arguments, or those of the solution where they cannot be read."""
    wanted = list(inspect.signature(solution).parameters)
    try:
        own = list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return wanted
    return own if len(own) == len(wanted) else wanted


def listed(words: Sequence[str]) -> str:
    """One, one and another, or one, two and three."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# ------------------------------------------------------------------ an answer that is wrong


def difference(results, wanted, tolerance: float, names=(), drawn=((),), look: str = "") -> str:
    """A sentence or two about the first wrong result: another kind or shape, else a pattern in the numbers, and an example.

    `names` and `drawn` are the arguments of each trial; `look` is a first thing to look at, used where no pattern shows.
    """
    wrong = next(k for k, pair in enumerate(zip(results, wanted)) if distance(*pair) > tolerance)
    part, results, wanted = _narrowed(results, wanted, wrong, tolerance)
    kind = _another_kind(results[wrong], wanted[wrong])
    if kind:
        return part + kind
    seen = pattern(results, wanted) if drawn[wrong] else ""
    return part + " ".join(
        filter(None, (seen, _example(results, wanted, wrong, names, drawn), "" if seen else look or BY_HAND))
    )


def _narrowed(results, wanted, wrong, tolerance):
    """Of answers with several parts, the first part that is off, in all trials: ("Part 2 of 3 is off. ", results, wanted)."""
    part, is_tuple = "", isinstance(wanted[wrong], tuple)
    while isinstance(wanted[wrong], (list, tuple)) and _is_sequence(results[wrong]):
        count = len(wanted[wrong])
        if any(not _is_sequence(r) or len(r) != count for r in results):
            break
        place = next(k for k in range(count) if distance(results[wrong][k], wanted[wrong][k]) > tolerance)
        part = part or (f"Part {place + 1} of {count} is off. " if is_tuple or count > 1 else "")
        results, wanted = [r[place] for r in results], [w[place] for w in wanted]
    return part, results, wanted


def _another_kind(result, want) -> str:
    """A sentence where the answer has another kind or shape than the one that is wanted, or is no number at all."""
    if isinstance(want, (list, tuple)):
        got = f"{len(result)}" if _is_sequence(result) else f"one {type(result).__name__}"
        values = f"{len(want)} value{'s' if len(want) != 1 else ''}"
        return f"Expected {values}, got {got}; compare the return line with the text."
    if isinstance(want, (str, bool)):
        result = result.item() if isinstance(result, np.generic) else result
        if isinstance(want, bool) and not isinstance(result, bool):
            return f"Expected True or False, got {result!r}."
        return f"{result!r} is not it."
    numbers = as_numbers(result)
    if numbers is None:
        quotes = " Leave out the quotes." if isinstance(result, str) else ""
        return f"Expected {_kind(want)}, got {type(result).__name__} that cannot be read as numbers.{quotes}"
    if numbers.shape != np.shape(want) and not numbers.size == np.size(want) == 1:
        return f"Expected {_kind(want)}, got {_kind(numbers)}."
    if not np.isfinite(numbers).all():
        return (
            "There is an infinite number or a NaN in it: look for a division by 0, the logarithm of 0, or a power that is "
            "too large."
        )
    return ""


def _rounded_to(ours, right) -> int:
    """The decimal places to which several numbers are rounded, at least 1; 0 where they are not."""
    if len(right) < 2 or not np.abs(ours).max():
        return 0
    return next((digits for digits in range(1, 9) if np.allclose(ours, np.round(right, digits), rtol=0, atol=1e-13)), 0)


def pattern(results, wanted) -> str:
    """What all numbers of all trials have in common, such as a factor; an empty text where nothing shows."""
    pairs = [(np.ravel(as_numbers(r)), np.ravel(np.asarray(w, dtype=complex))) for r, w in zip(results, wanted)]
    if any(r.shape != w.shape for r, w in pairs):
        return ""
    ours, right = (np.concatenate(side) for side in zip(*pairs))
    if not np.abs(right).max():
        return ""
    return _of_each_number(ours, right) or _of_several(ours, right) or _of_some(ours, right, len(pairs))


def _of_each_number(ours, right) -> str:
    """A pattern that shows in one number already."""
    if digits := _rounded_to(ours, right):
        places = f"{digits} decimal place{'s' if digits > 1 else ''}"
        return f"Right, but rounded to {places}. Return it without `round`."
    if (np.abs(ours - right) <= 1e-4 * np.abs(right)).all():
        return (
            "Very close, and not equal: either it is rounded, or it comes from another formula that is nearly as good."
        )
    if not np.abs(ours).max():
        return "It is 0 everywhere: look for brackets, or for a factor that is 0."
    if _close(ours, -right, right):
        return "Every size is right and every sign is turned: look at what is subtracted from what."
    return ""


def _of_several(ours, right) -> str:
    """A pattern that takes two numbers to show."""
    if len(right) < 2:
        return ""
    factor = np.vdot(right, ours) / np.vdot(right, right)
    if _close(ours, factor * right, right):
        return f"Everything is {factor.real:.4g} times what it should be: look for a number that is missing or stands twice."
    if _close(np.abs(ours), np.abs(right), right):
        return "The sizes are right, and some of the signs are not: is there an `abs`, or a subtraction turned round?"
    if _close(ours - right, (ours - right)[0], right):
        return "Everything is off by the same amount: look for a number that is added or left out."
    return ""


def _of_some(ours, right, trials: int) -> str:
    """How many of the numbers are right, where some are."""
    close = (np.abs(ours - right) <= 1e-9 * np.abs(right).max()).sum()
    if not close:
        return ""
    if trials == 1:
        return f"{close} of {len(right)} numbers are right."
    return f"In some trials it is right ({close} of {len(right)} numbers): which kind of input is different?"


def _close(ours, other, right) -> bool:
    return np.allclose(ours, other, rtol=1e-9, atol=1e-12 * np.abs(right).max())


def _example(results, wanted, wrong, names, drawn) -> str:
    """An input, and what came back for it."""
    numbers, want = as_numbers(results[wrong]), np.asarray(wanted[wrong], dtype=complex)
    numbers = numbers.reshape(want.shape)
    place = np.unravel_index(int(np.argmax(np.abs(numbers - want))), want.shape) if want.shape else ()
    at = f" at place [{', '.join(map(str, place))}]" if want.size > 1 else ""
    if not drawn[wrong]:
        return f"You have {_number(numbers[place], digits=10)}{at}."  # as it was typed
    return f"With {arguments(names, drawn[wrong])} you get {_number(numbers[place])}{at}."


def arguments(names: Sequence[str], given) -> str:
    """The arguments of one trial in words: numbers and small arrays as they are, of larger ones the shape."""
    return listed([f"{name} {argument(value)}" for name, value in zip(names, given)])


def argument(value) -> str:
    """One argument in words: a number, a small array, or the shape of a large one."""
    if callable(value):
        return "(a function)"
    if isinstance(value, (list, tuple)):
        return "of shapes " + ", ".join(str(np.shape(part)) for part in value)
    if np.ndim(value) == 0:
        return f"= {_number(value) if isinstance(value, (int, float, complex, np.number)) else repr(value)}"
    if np.ndim(value) == 1 and np.size(value) <= FEW:
        return f"= [{', '.join(map(_number, value))}]"
    return f"of shape {np.shape(value)}"


def _number(value, digits=4) -> str:
    value = complex(value)
    return f"{value:.{digits}g}" if value.imag else f"{value.real:.{digits}g}"


def _kind(value) -> str:
    """A number or an array, in words."""
    return f"shape {np.shape(value)}" if np.shape(value) else "one number"
