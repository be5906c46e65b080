"""What a learner has done, as JSON for a teacher."""

import json

import pytest

from nnlib.lessons import Lesson, lesson


@pytest.fixture
def fresh():
    lesson.content.cache_clear()
    return Lesson(0)


def test_a_report_tells_tries_mistakes_and_predictions(fresh):
    assert json.loads(fresh.report()) == {"lesson": 0, "exercises": {}, "predictions": {}}
    fresh.check("step", ...)
    assert json.loads(fresh.report())["exercises"] == {}, "what was not attempted is no try"
    fresh.check("step", lambda v, g, r: v + r * g)
    fresh.predict("rate-100", "a")
    fresh.check("step", lambda v, g, r: v - r * g)
    report = json.loads(fresh.report())
    assert report["exercises"] == {"step": {"tries": 2, "solved": True, "mistakes": ["sign"]}}
    assert report["predictions"] == {"rate-100": "a"}
    assert json.loads(Lesson(1).report())["exercises"] == {}, "each lesson has its own"
