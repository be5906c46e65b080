"""The widgets of a page: the part of their state that is seen, told once, with its formulas drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from nbformat import NotebookNode

from nnlib.publish.formulas import Formulas

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
_REFERENCE = re.compile(r"IPY_MODEL_([0-9a-f]+)")


def models_of(nb: NotebookNode) -> dict:
    """{model id: model} of an executed notebook, or nothing where it has no widgets."""
    return dict(nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {}))


def reachable(models: dict, roots: list[str]) -> dict:
    """The models that the views in `roots` are made of, and the links between two of those."""
    seen, ahead = set(), [root for root in roots if root in models]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += [found for found in _references(models[here]) if found in models]
        if not ahead:  # a link is part of the page when both of its ends are
            ahead = [
                name
                for name, model in models.items()
                if name not in seen and "Link" in model["model_name"] and _ends(model) <= seen and _ends(model)
            ]
    return {name: model for name, model in models.items() if name in seen}


def _references(model: dict) -> list[str]:
    return _REFERENCE.findall(json.dumps(model["state"]))


def _ends(model: dict) -> set[str]:
    return set(_references({"state": [model["state"].get("source"), model["state"].get("target")]}))


def shared(models: dict) -> dict:
    """The same page with equal layouts and styles told once: a film has hundreds of them, nearly all alike."""
    first, instead = {}, {}
    for name, model in models.items():
        if model["model_name"] == "LayoutModel" or model["model_name"].endswith("StyleModel"):
            instead[name] = first.setdefault(json.dumps(model, sort_keys=True), name)
    dropped = {name for name, other in instead.items() if name != other}
    text = json.dumps({name: model for name, model in models.items() if name not in dropped})
    return json.loads(_REFERENCE.sub(lambda match: f"IPY_MODEL_{instead.get(match[1], match[1])}", text))


def marked(models: dict, formulas: Formulas) -> dict:
    """The same page with the formulas of its texts marked for drawing: no page loads MathJax to do it later."""
    found = {}
    for name, model in models.items():
        value = model["state"].get("value")
        if model["model_name"] in ("HTMLMathModel", "LabelModel") and "$" in value:
            plain = {"value": formulas.mark_html(value), "_model_name": "HTMLModel", "_view_name": "HTMLView"}
            model = {**model, "model_name": "HTMLModel", "state": {**model["state"], **plain}}
        found[name] = model
    return found


def filled(models: dict, fill: Callable[[str], str]) -> dict:
    """The same page with the drawn formulas in the places that `marked` has left."""
    found = {}
    for name, model in models.items():
        value = model["state"].get("value")
        state = {**model["state"], "value": fill(value)} if isinstance(value, str) else model["state"]
        found[name] = {**model, "state": state}
    return found


def state_text(models: dict) -> str:
    """The state as it stands inside a script of the page; '<' is escaped, so that no text can end the script."""
    return json.dumps({"version_major": 2, "version_minor": 0, "state": models}).replace("<", "\\u003c")
