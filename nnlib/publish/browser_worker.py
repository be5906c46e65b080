"""Python in a page: the function that the web worker calls. It and everything it imports need NumPy only."""

from __future__ import annotations

import html
import json
import traceback

from nnlib.doctor import KINDS, diagnose
from nnlib.lessons import Lesson
from nnlib.publish import bench_page

FILE = "your code"


def answer(request: str) -> str:
    """One request of the page, as JSON, answered as JSON {"html": ...}: a verdict, the outcome of a check, or the fault.

    {"do": "diagnose", "code": text, "name": function or "", "kind": "gradients" or "train_step"} asks the doctor;
    {"do": "check", "lesson": 4, "exercise": name, "before": text, "code": text, "name": name} checks an exercise, where
    `before` is what the lesson has defined so far; {"do": "bench", ...} runs a trial of the laboratory, see bench_page.
    """
    asked = json.loads(request)
    try:
        return json.dumps({"html": _answered(asked)})
    except Exception as fault:  # whatever the learner's code raises belongs on the page
        return json.dumps({"html": _fault(fault)})


def _answered(asked: dict) -> str:
    if asked["do"] == "bench":
        return bench_page.trial(asked)
    names: dict = {"__name__": "your_code"}
    exec(compile(asked.get("before", ""), "the lesson", "exec"), names)
    exec(compile(asked["code"], FILE, "exec"), names)
    value = names[_chosen(names, asked.get("name", ""))]
    if asked["do"] == "check":
        return Lesson(asked["lesson"]).check(asked["exercise"], value)._repr_html_()
    kind = asked.get("kind", KINDS[0])
    return diagnose(value, kind=kind)._repr_html_()


def _chosen(names: dict, wanted: str) -> str:
    """The name that is asked for, or the last function that the code defines; ValueError where there is none."""
    if wanted:
        if wanted not in names:
            raise ValueError(f"expected a function named {wanted}, found none in the code")
        return wanted
    made = [
        name for name, value in names.items() if getattr(value, "__module__", "") == "your_code" and callable(value)
    ]
    if not made:
        raise ValueError("expected a function in the code, as in: def gradients(weights, biases, X, E): ...")
    return made[-1]


def _fault(fault: Exception) -> str:
    """What the code raised, with the line of the learner's text where it happened."""
    line = getattr(fault, "lineno", None) if isinstance(fault, SyntaxError) else None
    for frame in traceback.extract_tb(fault.__traceback__):
        line = frame.lineno if frame.filename == FILE else line
    place = f" (line {line})" if line else ""
    said = html.escape(f"{type(fault).__name__}: {fault}")
    return f"<div role='status'><strong>Your code raised</strong>{place}: {said}</div>"
