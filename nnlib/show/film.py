"""Films: a slider over pictures drawn beforehand, linked in the browser, so that no kernel is in the loop.

A plain Stack and jslink are enough (tests/benchmarks/slider_latency.py measures them). What does disturb the eye is a
page that changes its height while the slider moves, so the sentences of a film all take the room of the longest.

What a drag does cost is the kernel: it is told of every place, and by default it answers each with an echo, which takes
processor time from the browser on the same machine. A film needs no echo, so its moving parts ask for none,
and the reels of a film share one stack: one message for a move, however many reels there are.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

import ipywidgets as widgets
from traitlets import CInt, Int

from nnlib.show.picture import drawing_uri, figure_of, label_svg, png_uri, svg_image

_numbers = itertools.count(1)  # each film on a page has a style class of its own


class Slider(widgets.SelectionSlider):
    """A slider that tells the kernel its place and asks for no echo."""

    index = Int(None, allow_none=True).tag(sync=True, echo_update=False)


class _Buttons(widgets.ToggleButtons):
    index = Int(None, allow_none=True).tag(sync=True, echo_update=False)


class _Play(widgets.Play):
    value = CInt(0).tag(sync=True, echo_update=False)


class _Stack(widgets.Stack):
    selected_index = CInt(None, allow_none=True).tag(sync=True, echo_update=False)


class Shown(widgets.VBox):
    """A widget with a poster: HTML for pages on which no widget runs, and a plain text that tests compare.

    `needs_kernel` marks the poster, so that a page without Python can say so.
    """

    def __init__(self, children, text: str, poster: str, needs_kernel: bool = False):
        super().__init__(children)
        self.text, self.needs_kernel = text, needs_kernel
        kind = "nnlib-poster nnlib-needs-kernel" if needs_kernel else "nnlib-poster"
        self.poster = f'<div class="{kind}">{poster}</div>'

    def _repr_mimebundle_(self, **arguments):
        bundle = super()._repr_mimebundle_(**arguments)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": self.text, "text/html": self.poster}


def film(
    values: Sequence[str],
    frames: Sequence[str] | Mapping[str, Sequence[str]],
    status: Sequence[str] | Mapping[str, Sequence[str]],
    *,
    label: str,
    ax=None,
    still: str = "",
    presets: Mapping[str, int] | None = None,
    start: int = 0,
    width: int = 640,
    play: bool = False,
    interval: int = 60,
    choice: str = "",
) -> Shown:
    """A slider with one picture and one sentence for each of its values; everything happens in the browser.

    values: what the slider reads at each place. frames: an SVG text for each value, over the still picture of `ax`, or
    over the SVG text `still`, where one is given. status: the sentence for each frame, shown beneath it and read aloud
    as its label.
    presets: name -> place, a button each. frames and status may be mappings of equal keys: then buttons, labelled
    `choice`, choose among several films on one slider. play=True adds a play button, `interval` milliseconds a frame.
    Raises ValueError where the lengths differ, or where a preset has no place of its own.
    """
    reels = frames if isinstance(frames, Mapping) else {"": frames}
    words = status if isinstance(status, Mapping) else {"": status}
    if list(reels) != list(words):
        raise ValueError(f"status: expected the keys of frames, {list(reels)}, got {list(words)}")
    for key in reels:
        if not len(reels[key]) == len(words[key]) == len(values):
            raise ValueError(
                f"frames and status: expected {len(values)} each, one for each value of the slider, "
                f"got {len(reels[key])} frames and {len(words[key])} sentences"
            )
    if not 0 <= start < len(values):
        raise ValueError(f"start: expected a place from 0 to {len(values) - 1}, got {start}")
    name = f"nnlib-film-{next(_numbers)}"
    behind = drawing_uri(still) if still else "" if ax is None else png_uri(figure_of(ax))
    slider = Slider(
        options=[(str(value), k) for k, value in enumerate(values)],
        index=start,
        description=label,
        style={"description_width": "initial"},
        layout={"width": f"min(100%, {width}px)"},
    )
    wide = widgets.Layout(width="100%")
    pages = (_page(name, [(reels[key][k], words[key][k]) for key in reels], width) for k in range(len(values)))
    screen = _Stack([widgets.HTML(page, layout=wide) for page in pages], selected_index=start, layout=wide)
    widgets.jslink((slider, "index"), (screen, "selected_index"))
    controls = [slider]
    if play:
        # 60 ms, fewer than 25 pictures a second, keeps slow screens in step
        player = _Play(min=0, max=len(values) - 1, value=start, interval=interval, show_repeat=False)
        widgets.jslink((player, "value"), (slider, "index"))
        controls.insert(0, player)
    rows, style = [widgets.HBox(controls)], _style(name, behind) + _room(name, itertools.chain(*words.values()))
    if presets:
        buttons, rule = _preset_buttons(name, presets, len(values), start)
        widgets.jslink((buttons, "index"), (slider, "index"))
        rows.append(buttons)
        style += rule
    if len(reels) > 1:
        switch = widgets.ToggleButtons(
            options=list(reels),
            index=0,
            description=choice,
            style={"button_width": "auto", "description_width": "initial"},
        )
        chosen = widgets.Stack(
            [widgets.HTML(_choice(name, k, len(reels))) for k in range(len(reels))], selected_index=0
        )
        widgets.jslink((switch, "index"), (chosen, "selected_index"))
        rows = [switch, chosen, *rows]
    first = next(iter(reels))
    sentence = words[first][start]
    poster = (
        f'{_still(reels[first][start], sentence, behind, width)}<p style="margin:0.3em 0">{html.escape(sentence)}</p>'
        f"<p><em>{html.escape(label)}: {html.escape(str(values[start]))}. Run the cell to move the slider.</em></p>"
    )
    text = f"Slider '{label}' with {len(values)} places, {values[0]} to {values[-1]}; at {values[start]}: {sentence}"
    return Shown([widgets.HTML(f"<style>{style}</style>"), *rows, screen], text, poster)


def _page(name: str, cells: Sequence[tuple[str, str]], width: int) -> str:
    """The cell of every reel at one place: all of them move as one, and a style sheet of `_choice` shows one of them."""
    drawn = [_cell(name, svg, sentence, width) for svg, sentence in cells]
    return (
        drawn[0]
        if len(drawn) == 1
        else "".join(f'<div class="{name}-reel-{k}">{cell}</div>' for k, cell in enumerate(drawn))
    )


def _choice(name: str, chosen: int, reels: int) -> str:
    """The style sheet that leaves one reel to be seen."""
    hidden = ",".join(f".{name}-reel-{k}" for k in range(reels) if k != chosen)
    return f"<style>{hidden}{{display:none}}</style>"


def _cell(name: str, svg: str, sentence: str, width: int) -> str:
    drawn = label_svg(svg, sentence).replace("<svg ", f'<svg class="{name}" ', 1)
    said = f'<p role="status" class="{name}-said"><span>{html.escape(sentence)}</span></p>'
    return f'<div style="max-width:{width}px">{drawn}{said}</div>'


def _still(svg: str, sentence: str, behind: str, width: int) -> str:
    """One frame with its background as an image of its own: it needs no style sheet, so pages that strip those show it."""
    if behind:
        picture = f'<image href="{behind}" width="100%" height="100%" preserveAspectRatio="none"/>'
        svg = svg.replace(">", f">{picture}", 1)
    return svg_image(svg, sentence, width)


def _style(name: str, behind: str) -> str:
    """The style sheet of one film: every frame lies over the same still picture, which is stored once."""
    still = f"background:#fff url({behind}) 0 0/100% 100%;" if behind else ""
    return f"svg.{name}{{display:block;width:100%;height:auto;print-color-adjust:exact;{still}}}"


def _room(name: str, sentences: Iterable[str]) -> str:
    """The style rules that give each sentence of a film the height of the longest, at every width of the page.

    The longest stands unseen in the same place as the one that is seen. A few letters more allow for an unlucky line break.
    """
    longest = max(sentences, key=len) + " and more"
    text = re.sub(r'["\\<\n]', lambda found: f"\\{ord(found[0]):x} ", longest)
    return (
        f'.{name}-said{{display:grid;margin:0.3em 0}}.{name}-said::before{{content:"{text}";visibility:hidden}}'
        f".{name}-said::before,.{name}-said>span{{grid-area:1/1}}"
    )


def _preset_buttons(name: str, presets: Mapping[str, int], places: int, start: int):
    """One toggle button for each place of the slider, all hidden but the presets: so an index links to an index."""
    for preset, place in presets.items():
        if not 0 <= place < places:
            raise ValueError(f"presets: expected places from 0 to {places - 1}, got {place} for {preset!r}")
    if len(set(presets.values())) < len(presets):
        raise ValueError(f"presets: expected a place of its own for each, got {dict(presets)}")
    names = {place: preset for preset, place in presets.items()}
    buttons = _Buttons(
        options=[(names.get(k, f"{k}"), k) for k in range(places)],
        index=start,
        description="Presets",
        style={"button_width": "auto", "description_width": "initial"},
    )
    buttons.add_class(f"{name}-presets")
    shown = "".join(f":not(:nth-child({place + 1}))" for place in sorted(names))
    return buttons, f".{name}-presets .widget-toggle-button{shown}{{display:none}}"
