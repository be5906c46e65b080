"""Twenty reports, word for word: what a learner reads, without the table of numbers."""

import pytest
from texts import edited, tables

from nnlib.doctor import diagnose

SOURCE, REPORTS = tables("reports")


def diagnosed(*change):
    space = {}
    exec(edited(SOURCE, *change), space)
    return diagnose(space["gradients"])


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_word_for_word(name):
    lines = str(diagnosed(*REPORTS[name]["change"])).splitlines()
    words = [line for line in lines if not line.startswith(("  evidence", " " * 17))]
    assert words == REPORTS[name]["report"].splitlines()


def test_the_source_itself_is_right():
    assert diagnosed().correct


def test_a_card_for_a_notebook():
    card = diagnosed("A[l].T @ dZ", "A[l + 1].T @ dZ")._repr_html_()
    assert card.startswith("<style>") and card.count("<section") == card.count("</section>") == 1
    assert "<mark>" in card and "dW[0] wrong" in card and "db[0] right" in card and "<script" not in card
