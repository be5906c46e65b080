"""The films of a page, read from the widget state of an executed notebook; they need no kernel."""

from __future__ import annotations

from nbformat import NotebookNode

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def models_of(nb: NotebookNode) -> dict:
    """{model id: model} of an executed notebook, or nothing where it has no widgets."""
    return dict(nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {}))


def film_of(models: dict, root: str | None) -> str:
    """The page of the film whose view is `root`; empty where that widget is anything but a page."""
    names = models.get(root, {}).get("state", {}).get("children", [])
    parts = [models[name.removeprefix("IPY_MODEL_")] for name in names]
    if any(part["model_name"] != "HTMLModel" for part in parts):
        return ""
    return "".join(part["state"]["value"] for part in parts)
