"""What a cell shows: a widget with a poster, closed when the same cell runs again, so that a kernel does not grow."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets as widgets
from IPython import get_ipython

_shown: dict[str, tuple[str, list]] = {}  # cell -> (the run of it, what that run showed)


class Shown(widgets.VBox):
    """A widget with a poster: HTML for pages on which no widget runs, and a plain text that tests compare.

    `needs_kernel` marks the poster, so that a page without Python can say so.
    """

    def __init__(self, children, text: str, poster: str, needs_kernel: bool = False):
        super().__init__(children)
        self.text, self.needs_kernel = text, needs_kernel
        kind = "nnlib-poster nnlib-needs-kernel" if needs_kernel else "nnlib-poster"
        self.poster = f'<div class="{kind}">{poster}</div>'
        replace_last_run(self)

    def _repr_mimebundle_(self, **arguments):
        bundle = super()._repr_mimebundle_(**arguments)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": self.text, "text/html": self.poster}


def said(words: str, style: str = "") -> str:
    """A sentence beneath a widget, read aloud when it changes."""
    return f'<p role="status" style="{style}">{html.escape(words)}</p>'


def button(words: str, action: Callable, *given, **layout) -> widgets.Button:
    """A button that calls action(*given)."""
    made = widgets.Button(description=words, layout={"width": "auto", **layout})
    made.on_click(lambda pressed: action(*given))
    return made


def radio(
    question,
    prompt: str,
    text: str = "",
    poster: str = "",
    waiting: str = "Choose one; you can change your mind until you read the explanation.",
) -> Shown:
    """A prompt with a radio button for each label of a question; a click stores its letter and shows the answer of `choose`.

    `question` has `labels` by letter, the `choice` stored so far, and `choose(letter)`, as those of nnlib.lessons. `text` and
    `poster` stand where no widget runs, `waiting` beneath the buttons until the first click.
    """
    letters, choice = list(question.labels), question.choice
    buttons = widgets.RadioButtons(
        options=[(label, letter) for letter, label in question.labels.items()],
        index=letters.index(choice) if choice else None,
        layout={"width": "auto"},
    )
    noted = widgets.HTML(said(question.choose(choice) if choice else waiting))

    def store(change):
        noted.value = said(question.choose(change["new"]))

    buttons.observe(store, "value")
    head = widgets.HTML(f"<p><strong>{html.escape(prompt)}</strong></p>")
    return Shown([head, buttons, noted], text, poster)


def replace_last_run(widget) -> None:
    """Keep `widget` under the cell that runs now, and close what an earlier run of that cell left: ipywidgets keeps it all.

    A cell is known by its id, or by its code where the front end sends none. Outside a kernel nothing is kept.
    """
    cell, run = running()
    if cell is None:
        return
    last, before = _shown.get(cell, (run, []))
    if last != run:
        for old in before:
            close(old)
        before = []
    _shown[cell] = run, [*before, widget]


def running() -> tuple[str | None, str]:
    """The cell that runs and the message that runs it; (None, "") outside a kernel, and in the callback of a widget."""
    parent = getattr(get_ipython(), "get_parent", dict)()
    if parent.get("header", {}).get("msg_type") != "execute_request":
        return None, ""
    cell = parent.get("metadata", {}).get("cellId") or parent["content"]["code"]
    return cell, parent["header"]["msg_id"]


def close(widget) -> None:
    """Close a widget with its children, layout and style, and drop its page, since `Out` may hold the widget itself."""
    for part in (*getattr(widget, "children", ()), getattr(widget, "layout", None), getattr(widget, "style", None)):
        if hasattr(part, "close"):
            close(part)
    widget.close()
    if isinstance(widget, widgets.HTML):
        widget.value = ""
