"""Every branch of the report, from diagnoses made by hand: the place, the rows, the percentages, the map of layers."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import pytest

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.diagnosis import Diagnosis, Finding
from nnlib.doctor.report import _ended, _lines, _map, _percent, html, place, text, verdict

ALL = frozenset((k, l) for k in "Wb" for l in range(3))


def made(category="sign", **more):
    return Diagnosis(category == "correct", category, **more)


def rows(d, label):
    return [sentence for name, sentence in _lines(d) if name == label]


def test_the_first_sentence():
    assert verdict(made("correct")) == "Right: every gradient is right."
    assert verdict(made("correct", kind="train_step")) == "Right: the step is right."
    assert verdict(made("sign")) == "Wrong: a sign is turned round."
    assert verdict(made("unknown")) == "Wrong, and the doctor has no name for the mistake."
    spoiled = "the results are right, but the caller's X is changed"
    assert (
        verdict(made("mutates-inputs", what=spoiled)) == "The gradient is right, but the caller's arrays are changed."
    )
    step = made("mutates-inputs", what=spoiled, kind="train_step")
    assert verdict(step) == "The update is right, but the caller's arrays are changed."


EVIDENCE = (Finding("dW[1]", (2, 0), 0.25, 0.5, 0.5),)
PLACES = {
    "nowhere": ({"square": True}, "With three layers wrong numbers came back only where T equals every width: "
                "the evidence is from there."),
    "no arrays": ({}, "Nothing to point at: no array with wrong numbers came back."),
    "another depth": ({"evidence": EVIDENCE}, "Nothing to point at: in a network of 3 layers no array with wrong numbers "
                      "came back."),
    "all": ({"where": ALL}, "Every gradient is wrong, weights and biases of every layer."),
    "all, a step": ({"where": ALL, "kind": "train_step"}, "Every update is wrong, weights and biases of every layer."),
    "some": ({"where": frozenset({("W", 2), ("W", 0), ("b", 1)})}, "Wrong in a network of 3 layers: dW[0], dW[2], db[1]; "
             "the rest is right."),
    "all weights": ({"where": frozenset(("W", l) for l in range(3))}, "Wrong in a network of 3 layers: dW[0], dW[1], dW[2]; "
                    "every bias gradient is right."),
    "a weight": ({"where": frozenset({("W", 1)})}, "Wrong in a network of 3 layers: dW[1]; the rest is right."),
    "all biases": ({"where": frozenset(("b", l) for l in range(3))}, "Wrong in a network of 3 layers: db[0], db[1], db[2]; "
                   "every weight gradient is right."),
    "a bias": ({"where": frozenset({("b", 2)})}, "Wrong in a network of 3 layers: db[2]; the rest is right."),
    "weights of all, a bias": ({"where": frozenset({("W", 0), ("W", 1), ("W", 2), ("b", 0)})}, "Wrong in a network of 3 "
                               "layers: dW[0], dW[1], dW[2], db[0]; the rest is right."),
    "biases of all, a weight": ({"where": frozenset({("b", 0), ("b", 1), ("b", 2), ("W", 0)})}, "Wrong in a network of 3 "
                                "layers: dW[0], db[0], db[1], db[2]; the rest is right."),
    "more layers": ({"where": ALL, "layers": 4}, "Wrong in a network of 4 layers: dW[0], dW[1], dW[2], db[0], db[1], db[2]; "
                    "the rest is right."),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_the_place_in_words(name):
    more, words = PLACES[name]
    assert place(made(**more)) == words


def test_sentences_end_once():
    assert [_ended(s) for s in ("so", "so.", "so?", "so!")] == ["so.", "so.", "so?", "so!"]


def test_the_root_with_and_without_its_article():
    assert rows(made(), "root") == []
    assert rows(made(root="the output layer"), "root") == ["The slip itself sits in the output layer."]
    assert rows(made(root="what is kept between calls"), "root") == [
        "The slip itself sits in what is kept between calls."
    ]
    assert rows(made(root="hidden layers"), "root") == ["The slip itself sits in the hidden layers."]


def test_which_mistake_and_what_else():
    assert rows(made(), "which mistake") == []
    d = made(what="it is turned", second=(("extra-factor-two", "twice", ""), ("nan", "none?", "")))
    assert rows(d, "which mistake") == ["sign: it is turned."]
    assert rows(d, "and also") == ["extra-factor-two: twice.", "nan: none?"]
    assert [label for label, _ in _lines(d)] == ["where", "which mistake", "and also", "and also"]


def test_look_alikes_are_those_not_said_yet():
    both = ("nan", "broadcasting")
    assert rows(made(candidates=both), "or") == ["The numbers may also come from nan, broadcasting."]
    assert rows(made(candidates=both, second=(("nan", "", ""),)), "or") == [
        "The numbers may also come from broadcasting."
    ]
    assert rows(made(), "or") == []
    twice = ("extra-factor-two", "nan")
    assert rows(made("missing-factor-two", candidates=twice), "or") == ["The numbers may also come from nan."]
    assert rows(made(candidates=("missing-factor-two", "extra-factor-two")), "or")[0].endswith(
        "missing-factor-two, extra-factor-two."
    )
    second = (("missing-factor-two", "", ""),)
    assert rows(made(candidates=("missing-factor-two", "extra-factor-two"), second=second), "or") == []
    assert "extra-factor-two" in rows(made(candidates=twice), "or")[0]


def test_a_convention_and_what_to_call():
    (row,) = rows(made(convention="half"), "convention")
    assert row == ('This is exactly the gradient under another convention, "half", if that is what you meant. '
                   'Then say so: diagnose(f, convention="half").')  # fmt: skip
    (row,) = rows(made(convention="half", declared=True), "convention")
    assert row.endswith("if that is what you meant.")
    (row,) = rows(made(convention="the cost with a factor 1/2"), "convention")
    assert "convention, the cost with a factor 1/2, if" in row and row.endswith('convention="half").')
    (row,) = rows(made(convention="a cost of nobody"), "convention")
    assert row.endswith("meant.") and "call" not in row and rows(made(), "convention") == []


def test_a_convention_beside_another_slip():
    other = (("broadcasting", "stretched", ""),)
    assert rows(made("missing-factor-two", convention="half", second=other), "convention")[0].startswith(
        "Another activation alone is no mistake under another convention"
    )
    words = "the cost with a factor 1/2"
    assert rows(made("missing-factor-two", convention=words, second=other), "convention")[0].startswith(
        "The factor alone"
    )
    scale = (("sum-instead-of-mean", "", ""),)
    assert rows(made("missing-factor-two", convention=words, second=scale), "convention")[0].startswith(
        "This is exactly"
    )
    assert rows(made("broadcasting", convention=words, second=scale), "convention")[0].startswith("The factor alone")
    assert rows(made("broadcasting", convention=words), "convention")[0].startswith("This is exactly")


def test_the_error_in_percent_in_times_or_not_at_all():
    assert _percent(0.5) == "50.000%" and _percent(99.0) == "9900.000%" and _percent(2e-5) == "0.002%"
    assert _percent(100) == "1e+02 times" and _percent(1e-5) == "1e-05 times" and _percent(1.5e300) == "not a number"
    assert (
        _percent(1e300) == "1e+300 times"
        and _percent(150.0) == "1.5e+02 times"
        and _percent(float("inf")) == "not a number"
    )


def test_the_whole_text():
    d = made(what="turned", evidence=EVIDENCE, notes=("single precision",), details=("A detail.",), where=ALL)
    assert text(d).splitlines() == [
        "your function: Wrong: a sign is turned round.",
        "  note           single precision",
        "  where          Every gradient is wrong, weights and biases of every layer.",
        "  which mistake  sign: turned.",
        "  note           A detail.",
        "  evidence       entry                  yours         right  error of the array",
        "                 dW[1][2, 0]             0.25           0.5             50.000%",
        f"  formula        {VOCABULARY['sign'].formula}",
        f"  hint           {VOCABULARY['sign'].hint}",
    ]
    assert text(made("correct", notes=("a", "b"))).splitlines()[1:] == ["  note           a", "  note           b"]
    bare = text(made("unknown"))
    assert "formula" not in bare and "evidence" not in bare and bare.splitlines()[-1].startswith("  hint ")


def test_no_number_is_minus_zero():
    d = made(evidence=(Finding("db[0]", (1,), -0.0, -0.0, 1.0),))
    assert "-0" not in text(d).replace("--", "") and ">-0<" not in html(d) and ">0<" in html(d)


def test_the_card_shows_all_of_it():
    d = made(what="turned <round>", evidence=EVIDENCE, notes=("single precision",), where=ALL, name="f<x>")
    card = html(d)
    for part in (
        '<section class="doctor" aria-label="Diagnosis of f&lt;x&gt;">', '<p class="verdict">Wrong: a sign is turned round.</p>',
        "<p>Note: single precision.</p>", '<th scope="row">which mistake</th><td>sign: turned &lt;round&gt;.</td>',
        '<td><code>dW[1][2, 0]</code></td><td class="num">0.25</td><td class="num">0.5</td><td class="num">50.000%</td>',
        '<th scope="col">furthest entry</th>', "<p><strong>Hint.</strong>", "<mark>", 'class="map"',
    ):  # fmt: skip
        assert part in card, part
    assert card.endswith("</section>") and card.startswith("<style>")
    assert "furthest entry" not in html(made()) and "<p><code>" not in html(made("unknown"))
    right = html(made("correct"))
    assert 'class="doctor right"' in right and "Hint" not in right and "<table" not in right


def test_the_map_of_layers():
    assert _map(made()) == ""
    d = made(where=frozenset({("W", 0), ("b", 2)}))
    m = _map(d)
    assert '<td class="bad">dW[0] wrong</td><td class="good">dW[1] right</td><td class="good">dW[2] right</td>' in m
    assert '<td class="good">db[0] right</td><td class="good">db[1] right</td><td class="bad">db[2] wrong</td>' in m
    names = lambda n: [part.split("</th>")[0] for part in _map(made(where=ALL, layers=n)).split('scope="col">')[1:]]
    assert names(3) == ["first layer", "middle layer", "output layer"] and names(2) == ["first layer", "output layer"]
