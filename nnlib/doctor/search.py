"""The order of the search: cut numbers, single mistakes, differences, chance, other shapes, pairs, and less exact fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.behaviour import differ
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.examine import AGAIN, CLOSE, EXACT, Exam
from nnlib.doctor.kept import of_some_samples
from nnlib.doctor.leftovers import BY_THE_DATA, Evidence, Explanation
from nnlib.doctor.localise import by_stage, without_targets
from nnlib.doctor.matching import explain, explain_small
from nnlib.doctor.numerics import difference_fault, lattice, rounded
from nnlib.doctor.pairs import explain_pairs
from nnlib.doctor.questions import another_network, asked, exactly_another, follows_the_error, multiples
from nnlib.doctor.randomness import by_chance
from nnlib.doctor.rearranged import afterwards, borrowed, half_precision, sample_weights
from nnlib.doctor.steps import behind, smooth

CORE = ("main", "three", "equal widths", "all equal", "one sample")


def evidence_of(exam: Exam, names, base: float, reshape: bool = False) -> Evidence:
    """The usable arrays of these probes with their tolerances; `reshape` forgives a wrong shape of the right size."""
    arrays, tolerances = {}, {}
    for name in names:
        truth = exam.truth(name)
        arrays[name] = [_reshaped(a, t) if reshape else a for a, t in zip(exam.answers[name].arrays, truth)]
        arrays[name] = [np.zeros_like(t) if a is None else a for a, t in zip(arrays[name], truth)]  # None: no gradient
        tolerances[name] = [exam.tolerance(name, k, base) for k in range(len(truth))]
    raised = tuple(n for n in probes.TABLE if n in exam.calls and exam.calls[n].raised)
    handed = {n: exam.handed(exam.problem(n)) for n in names} if exam.kind == "train_step" else {}
    rates = handed if any(rate != exam.problem(n).rate for n, rate in handed.items()) else {}
    return Evidence(exam.kind, exam.activations, arrays, tolerances, raised, rates)


def _reshaped(a, t):
    if a is None or a.shape == t.shape or a.size != t.size or a.squeeze().shape != t.squeeze().shape:
        return a
    return a.reshape(t.shape)


def numbers(exam: Exam, usable, wrong, again) -> tuple[list[Explanation], float]:
    """Explanations of the numbers, and the tolerance at which they hold."""
    if wrong and set(wrong) <= {"one sample", "one output", "one input"}:
        return [], EXACT
    if not wrong:
        core = [n for n in CORE if n in usable]
        return explain_small(evidence_of(exam, core, 1e-10)) or _differences(exam, usable), 1e-9
    everywhere = evidence_of(exam, usable, EXACT)
    found = _cut(exam, usable, again) or exactly_another(everywhere) or explain(everywhere)
    if found and exam.kind == "train_step" and found[0].cost >= 2.5 and found[0].parts[0][1].startswith("the whole"):
        found = behind(exam, again) or found  # a factor that changes with the data, or only with the rate?
    if found and found[0].parts[-1][1].startswith(BY_THE_DATA) and not follows_the_error(exam, again):
        found = []
    found = found or multiples(exam)
    if found:
        return found, EXACT
    only = [n for n in usable if n in wrong]
    if len(only) < len(usable):
        found = explain(evidence_of(exam, only, EXACT))
        if found and _telling(only):
            return found, EXACT
    found = _cut_to_a_lattice(exam, usable) or _differences(exam, usable) or _by_chance(exam, everywhere, again)
    if found:
        return found, EXACT
    shaped = evidence_of(exam, usable, EXACT, reshape=True)
    found = explain(shaped)
    if found:
        return _misshapen(exam, found, shaped, everywhere), EXACT
    found = another_network(exam, again, everywhere) or of_some_samples(exam, again, everywhere)
    found = found or (_weights_alone(everywhere) if everywhere.no_biases else []) or explain_pairs(everywhere)
    if found:
        return found, EXACT
    found = _weights_alone(everywhere)
    if found:
        return found, EXACT
    core = [n for n in CORE if n in usable]
    for base, names in ((EXACT, core), (CLOSE, usable), (CLOSE, core)):
        loose = evidence_of(exam, names, base)
        found = explain(loose) or (by_chance(loose) if base == CLOSE else [])
        if found and base == CLOSE and found[0].parts[0][1].endswith("a factor 2") and not exam.answers["main"].single:
            part = (
                "finite-difference-error",
                "a difference quotient divided by h, not 2h",
                "(C(w + h) - C(w - h)) / «2 h»",
            )
            return [Explanation(1, [part], ("extra-factor-two",))], base
        if found:
            return found, base
    return [], CLOSE


def _weights_alone(everywhere: Evidence) -> list[Explanation]:
    """One mistake that gives every weight gradient, beside bias gradients that it does not give."""
    arrays = {n: [*a[: len(a) // 2], *[None] * (len(a) // 2)] for n, a in everywhere.arrays.items()}
    found = explain(replace(everywhere, arrays=arrays))
    what = "the bias gradients do not follow from it: they have a formula of their own"
    part = ("unknown", what, VOCABULARY["bias-wrong-formula"].formula)
    if everywhere.no_biases:
        part = ("bias-gradient-zero", "the biases get no gradient", VOCABULARY["bias-gradient-zero"].formula)
    return [Explanation(e.cost + 1, [*e.parts, part], e.also, "", e.mistakes) for e in found if e.cost < 2.5]


def _by_chance(exam: Exam, evidence: Evidence, again) -> list[Explanation]:
    """`by_chance`; where the three samples happened to be in order, ask again with other seeds."""
    for seed in range(6):
        found = by_chance(evidence)
        if found or "three" not in evidence.arrays or exam.wrong("three"):
            return _more_draws(exam, evidence, again, found) if found else []
        answer = again("three", seed)
        if answer is not None and all(a is not None and np.isfinite(a).all() for a in answer.arrays):
            evidence = replace(evidence, arrays=evidence.arrays | {"three": answer.arrays})
    return []


def _more_draws(exam: Exam, evidence: Evidence, again, found) -> list[Explanation]:
    """The same after three more draws: where other calls show that several samples count, theirs is the explanation."""
    for seed in range(11, 14):
        answer = again("three", seed)
        if answer is None or any(a is None or not np.isfinite(a).all() for a in answer.arrays):
            return found
        other = by_chance(replace(evidence, arrays=evidence.arrays | {"three": answer.arrays}))
        if other and "one sample" in found[0].parts[0][1] and "one sample" not in other[0].parts[0][1]:
            return other
    return found


def _telling(names) -> bool:
    """Wrong numbers on these probes alone say more than the fact that only these are wrong."""
    special = {"one sample", "one output", "one input", "many samples"}
    return not set(names) <= special or names == ["many samples"]


def _misshapen(exam, found, shaped, everywhere):
    if all(a.shape == b.shape for n in shaped.arrays for a, b in zip(shaped.arrays[n], everywhere.arrays[n])):
        return found
    best = found[0]
    note = (
        "shape-error",
        "an array comes back in another shape",
        "dW[l].shape == W[l].shape, db[l].shape == b[l].shape",
    )
    return [Explanation(best.cost + 1, [*best.parts, note], best.also, "")]


def _cut_to_a_lattice(exam: Exam, usable) -> list[Explanation]:
    """Every entry is a multiple of one number: cut or rounded, by an array of integers or by hand."""
    q = [lattice(exam.answers[n].arrays, n, exam.activations) for n in ("main", "three") if n in usable]
    if exam.kind != "gradients" or not q or not q[0] or len(set(q)) > 1:
        return []
    what = f"every entry is a whole multiple of {q[0]:.3g}: the gradients are cut or rounded"
    if not all(rounded(exam.answers[n].arrays, n, q[0], exam.activations) for n in ("main", "three") if n in usable):
        what = f"every entry is a whole multiple of {q[0]:.3g}: differences of a cost that is rounded itself"
        part = ("finite-difference-error", what, "(«C(w + h)» - «C(w - h)») / 2 h")
        return [Explanation(1.5, [part], ("integer-truncation",))]
    part = ("integer-truncation", what, "dW = «cut»(A_prev.T @ dZ)")
    return [Explanation(1.5, [part])]


def _differences(exam: Exam, usable) -> list[Explanation]:
    """A fault of numerical differences, on the first probe that shows it."""
    name = next((n for n in ("main", "three") if n in usable), None)
    if name is None or exam.answers[name].single:
        return []
    fault = difference_fault(exam.answers[name].arrays, name, exam.activations)
    if fault is None:
        return []
    what, h = fault
    small = max(exam.errors[name]) < CLOSE
    if small and not what.startswith("one-sided"):
        return []
    part = ("finite-difference-error", f"{what}, h about {h:.1g}", "(C(w + h) - «C(w - h)») / «2 h»")
    return [Explanation(1.5, [part])]


def _cut(exam: Exam, usable, again) -> list[Explanation]:
    """Some arrays hold nothing but zeros, for more than one sample: are they cut to integers?"""
    several = [n for n in usable if len(exam.problem(n).X) > 1]
    L = len(exam.answers[several[0]].arrays) if several else 0
    zero = [
        k for k in range(L) if not any(_entry(exam.answers[n], k) for n in several if len(exam.answers[n].arrays) == L)
    ]
    if not zero:
        return []
    cut = (
        "integer-truncation",
        "gradients are cut to 0 by an integer division or an integer array",
        "dW = «int»(A_prev.T @ dZ / T)",
    )
    if "one sample" in usable and any(_entry(exam.answers["one sample"], k) for k in zero):
        return [Explanation(1, [cut])]
    answer = again(probes.LARGE)
    if answer is not None:
        values = [answer.arrays[k] for k in zero if _entry(answer, k)]
        whole = all(np.isfinite(v).all() and (v == np.round(v)).all() for v in values)
        if values and (whole or exam.kind == "train_step"):
            return [Explanation(1, [cut])]
    if len(zero) < L:
        return []
    if exam.kind == "train_step":
        what = "the step changes nothing: the old weights come back"
        return [
            Explanation(1, [("unknown", what, "W_new = «W»")], ("wrong-activation-derivative", "integer-truncation"))
        ]
    what = "every gradient is 0: a slope of 0, as in a * 1 - a, or a difference with no step"
    return [
        Explanation(
            1,
            [("wrong-activation-derivative", what, "dZ = dA · «f'(Z)»")],
            ("finite-difference-error", "integer-truncation"),
        )
    ]


def _entry(answer, k) -> bool:
    """Is there anything but zero in array k?"""
    return k < len(answer.arrays) and answer.arrays[k] is not None and bool(np.any(answer.arrays[k]))


def localised(exam: Exam, again) -> list[Explanation]:
    """The stage at fault, read from single samples; not where answers are a matter of chance, or of one case only."""
    first, second = exam.answers.get("main"), exam.answers.get(AGAIN)
    if first is None or second is None or not exam.wrong("main"):
        return []
    if any(a is not None and (b is None or differ(a, b)) for a, b in zip(first.arrays, second.arrays)):
        return []
    if exam.kind == "train_step":
        found = behind(exam, again)
        if found:
            return found
        again = smooth(again)  # what is left belongs to the gradient: read it without the effects of a finite rate
    three = [n for n in ("main", "three", "equal widths") if exam.usable(n)]
    found = without_targets(exam, again) or borrowed(exam, three)
    if found or exam.activations != "sigmoid":
        return found
    found = asked(exam, again)
    if found:
        return found
    found = by_stage(exam, again) or sample_weights(first.arrays, exam.kind)
    if found:
        return found
    truth = exam.truth("main")
    what = half_precision(first.arrays, truth) or afterwards(first.arrays, truth)
    return [Explanation(3, [("unknown", what, "")])] if what else []
