"""Radio buttons that keep a choice: the only widget of the questions, with plain HTML for pages without Python."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import ipywidgets as widgets

from nnlib.show.cells import Shown, said


def radio(
    prompt: str,
    options: Sequence[tuple[str, str]],
    chosen: str | None,
    choose: Callable[[str], str],
    text: str,
    poster: str,
    waiting: str = "Choose one; you can change your mind until you read the explanation.",
) -> Shown:
    """A prompt with one button for each (words, value) of `options`; a click stores the value and shows what is said.

    `choose(value)` stores it and returns the sentence that confirms it. `chosen` is the value stored so far, if any.
    `text` and `poster` stand where no widget runs, `waiting` beneath the buttons until the first click.
    """
    values = [value for _, value in options]
    buttons = widgets.RadioButtons(
        options=list(options), index=values.index(chosen) if chosen else None, layout={"width": "auto"}
    )
    noted = widgets.HTML(said(choose(chosen) if chosen else waiting))

    def store(change):
        noted.value = said(choose(change["new"]))

    buttons.observe(store, "value")
    head = widgets.HTML(f"<p><strong>{html.escape(prompt)}</strong></p>")
    return Shown([head, buttons, noted], text, poster)
