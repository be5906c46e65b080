"""The report: verdict first, then where, which mistake, evidence, formula and hint; as text and as a card of HTML."""

import re
from html.parser import HTMLParser

import pytest

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.contract import VOCABULARY


def reversed_lists(weights, biases, X, E):
    dW, db = nnlib.gradients(weights, biases, X, E)
    return dW[::-1], db


def biases_doubled(weights, biases, X, E):
    dW, db = nnlib.gradients(weights, biases, X, E)
    return dW, [2 * g for g in db]


class Strict(HTMLParser):
    """Collects the words, and complains about what a notebook's card must not hold."""

    VOID = ("br", "hr", "img", "meta")

    def __init__(self):
        super().__init__()
        self.open, self.words = [], ""

    def handle_starttag(self, tag, attrs):
        assert tag != "script" and not any(name.startswith("on") for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words += data + " "


def words_of(html):
    parser = Strict()
    parser.feed(html)
    assert not parser.open
    return parser.words


def test_the_verdict_comes_first_and_the_rest_follows_in_order():
    text = str(diagnose(biases_doubled))
    first, *rest = text.splitlines()
    assert first == "biases_doubled: Wrong: the factor 2 comes in twice."
    labels = [line[2:16].strip() for line in rest if line[2:16].strip()]
    assert [label for label in ("where", "which mistake", "evidence", "formula", "hint") if label in labels] == [
        label for label in labels if label in ("where", "which mistake", "evidence", "formula", "hint")
    ]
    assert "every weight gradient is right" in text and "100.000%" in text
    assert all(len(line) < 200 for line in text.splitlines())


def test_your_number_stands_beside_the_right_one():
    diagnosis = diagnose(biases_doubled)
    for finding in diagnosis.evidence:
        assert finding.yours == pytest.approx(2 * finding.right) and finding.error == pytest.approx(1.0)
        assert f"{finding.yours:.6g}" in str(diagnosis) and f"{finding.right:.6g}" in diagnosis._repr_html_()


def test_the_card_is_sound_html_and_says_what_the_text_says():
    diagnosis = diagnose(biases_doubled)
    html = diagnosis._repr_html_()
    words = words_of(html)
    for part in (
        "Look at the marked place:",
        diagnosis.hint,
        "dW[0] right",
        "db[2] wrong",
        "output layer",
        "yours",
        "extra-factor-two",
    ):
        assert part in words
    assert "<mark>" in html and "«" not in words
    assert not re.search(
        r"(?<![-\\w])(background|color):\\s*(#fff|white|black|#000)", html
    )  # the theme's own colours stay


def test_names_are_escaped():
    diagnosis = diagnose(biases_doubled)
    diagnosis.name = "<script>alert(1)</script>"
    words_of(diagnosis._repr_html_())


def test_right_code_gets_a_short_report():
    diagnosis = diagnose(nnlib.gradients)
    assert str(diagnosis) == "gradients: Right: every gradient is right."
    assert "Right" in words_of(diagnosis._repr_html_())


def test_every_category_has_its_words():
    for slug, category in VOCABULARY.items():
        if slug not in ("correct", "unknown"):
            assert category.mistake and category.hint and "«" in category.formula, slug
            assert category.hint.endswith(".") and not category.mistake.endswith(".")
