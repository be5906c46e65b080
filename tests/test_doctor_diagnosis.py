"""What the doctor answers: what a verdict says where nothing more is known, and where the case has words of its own."""

from __future__ import annotations

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.diagnosis import Diagnosis


def test_a_verdict_of_which_no_more_is_known():
    d = Diagnosis(False, "sign")
    assert d.candidates == ("sign",) and d.where == frozenset() and d.layers == 3 and d.error == 0
    assert d.declared is False and d.square is False and d.kind == "gradients" and d.name == "your function"
    assert d.root == d.what == d.convention == d.mend == "" and d.notes == d.second == d.evidence == d.details == ()


def test_the_category_comes_first_and_once_among_three_candidates():
    candidates = lambda *others: Diagnosis(False, "sign", others).candidates
    assert candidates("nan", "sign", "nan") == ("sign", "nan")
    assert candidates("nan", "shape-error", "batch-remainder", "wrong-order") == ("sign", "nan", "shape-error")


def test_formula_hint_and_family_are_those_of_the_category():
    for slug, row in VOCABULARY.items():
        d = Diagnosis(slug == "correct", slug)
        assert (d.formula, d.hint, d.family) == (row.formula, row.hint, row.family)


def test_a_formula_and_a_hint_of_this_case_stand_in_their_place():
    d = Diagnosis(False, "sign", formula="dA = «E - A»", mend="Turn the difference round.")
    assert d.formula == "dA = «E - A»" and d.hint == "Turn the difference round."
    assert Diagnosis(False, "sign", formula="dA = «E - A»").hint == VOCABULARY["sign"].hint


def test_it_is_shown_in_words():
    d = Diagnosis(False, "sign", name="<mine>", where={("b", 1), ("W", 0)})
    assert str(d).startswith("<mine>: Wrong: a sign is turned round.") and repr(d) == str(d)
    assert "&lt;mine&gt;" in d._repr_html_() and "a sign is turned round" in d._repr_html_()
