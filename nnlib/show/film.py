"""Films: a slider over pictures drawn beforehand, in one page that needs no kernel, no linked widgets and no other file.

A Stack that follows its slider by jslink does nearly the same, but each linked widget sends every position to the kernel, and
the front end shows that the kernel is busy each time: where browser and kernel share the processors, a drag loses pictures
to it (tests/bench/slider_latency.py measures both). The slider of the browser itself sends nothing, and is read aloud
by its name.

What also disturbs the eye is a page that changes its height while the slider moves, so the sentences of a film all take the
space of the longest.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence

import ipywidgets as widgets

from nnlib.show.cells import Shown
from nnlib.show.handlers import CLICK, INPUT
from nnlib.show.panels import panels_of, whole
from nnlib.show.picture import label_svg, svg_image
from nnlib.show.style import narrowest

OURS = 'data-lm-suppress-shortcuts="true"'  # on the element in focus itself: else JupyterLab takes its arrow keys
LOOSE = "jupyter-button widget-toggle-button"
PRESSED = f"{LOOSE} mod-active"


def film(scene, presets: Mapping[str, int], start: int) -> Shown:
    """A slider with a picture and a sentence for each value of a scene; everything happens in the browser.

    The sentence stands beneath the picture and is read aloud as its label. presets: name -> place, a button each; start: the
    place to begin with.
    """
    values = [scene.name(row[0]) for row in next(iter(scene.reels.values()))]
    reels = {key: [(scene.frame(row), scene.say(*row)) for row in rows] for key, rows in scene.reels.items()}
    behind, width, panels = scene.address, scene.width, panels_of(scene.ax)
    name = f"nnlib-frame-{hashlib.blake2s(repr((behind, values, reels)).encode(), digest_size=5).hexdigest()}"
    rows = [
        _buttons(scene.choice, "reel", {key: k for k, key in enumerate(reels)} if len(reels) > 1 else {}, 0),
        _slider(scene.label, values, start, scene.interval),
        _buttons("Presets", "place", presets, start),
    ]
    cells = (
        f'<div data-reel="{r}" data-place="{k}" data-value="{html.escape(value)}"{"" if (r, k) == (0, start) else " hidden"}>'
        f"{_cell(name, *reel[k], (r, k) == (0, start))}</div>"
        for k, value in enumerate(values)
        for r, reel in enumerate(reels.values())
    )
    longest = max((sentence for reel in reels.values() for _, sentence in reel), key=len)
    page = (
        f"<style>{_style(name, behind, width)}{panels.style(name)}{_room(name, longest)}</style>"
        f'<div class="nnlib-film" data-reel="0" data-frame="{name}" style="max-width:{width}px" '
        f'oninput="{html.escape(INPUT)}" onclick="{html.escape(CLICK)}">{"".join(rows)}'
        f"{panels.html(name)}{''.join(cells)}</div>"
    )
    svg, sentence = next(iter(reels.values()))[start]
    poster = (
        f'{svg_image(svg, sentence, width, behind)}<p style="margin:0.3em 0">{html.escape(sentence)}</p>'
        f"<p><em>{html.escape(scene.label)}: {html.escape(values[start])}. "
        '<span class="nnlib-notebook-only">Run the cell to move the slider.</span></em></p>'
    )
    text = (
        f"Slider '{scene.label}' with {len(values)} places, {values[0]} to {values[-1]}; at {values[start]}: {sentence}"
    )
    return Shown([widgets.HTML(page, layout={"width": "auto"})], text, poster)


def _slider(label: str, values: Sequence[str], start: int, interval: int | None) -> str:
    """The range input with its name and its reading, and a play button where an interval is given."""
    play = (
        f'<button type="button" class="{LOOSE}" {OURS} data-play="{interval}">\u25b6 play</button>' if interval else ""
    )
    said, reading, longest = html.escape(label), html.escape(values[start]), max(map(len, values))
    return (
        f'<div class="nnlib-film-row">{play}<label>{said}<input type="range" min="0" max="{len(values) - 1}" step="1" '
        f'value="{start}" {OURS} aria-valuetext="{reading}"></label>'
        f'<span class="nnlib-film-reading" aria-hidden="true" style="min-width:{longest}ch">{reading}</span>'
        "</div>"
    )


def _buttons(title: str, kind: str, places: Mapping[str, int], start: int) -> str:
    """A row of buttons, each of which sets the reel or the place of the film; nothing where there are none."""
    if not places:
        return ""
    drawn = (
        f'<button type="button" class="{PRESSED if place == start else LOOSE}" aria-pressed="{str(place == start).lower()}" '
        f'{OURS} data-set="{kind}" data-to="{place}">{html.escape(text)}</button>'
        for text, place in places.items()
    )
    row = f"<span>{html.escape(title)}</span>{''.join(drawn)}"
    return (
        f'<div class="nnlib-film-row widget-toggle-buttons" role="group" aria-label="{html.escape(title)}">{row}</div>'
    )


def _cell(name: str, svg: str, sentence: str, seen: bool) -> str:
    said = f'<p role="status" class="{name}-said"><span>{html.escape(sentence)}</span></p>'
    return whole(name, label_svg(svg, sentence), seen) + said


def _style(name: str, behind: str, width: int) -> str:
    """The style rules of one film: every frame lies over the same still picture, which is stored once.

    The class of its frames is named after what is in them: films of other lessons may be open in the same window.
    """
    still = f"background:#fff url({behind}) 0 0/100% 100%;" if behind else ""
    return (
        f"svg.{name},svg.{name}-part{{display:block;width:100%;height:auto;print-color-adjust:exact;{still}}}"
        f"svg.{name}{{min-width:{narrowest(width)}px}}"
        ".nnlib-film-row{display:flex;flex-wrap:wrap;align-items:center;gap:0.2em 0.6em;margin:0.3em 0}"
        ".nnlib-film-row label{display:flex;align-items:center;gap:0.6em;flex:1 1 12em;min-width:0}"
        ".nnlib-film-row input{flex:1 1 7em;min-width:0;margin:0;accent-color:#0072b2;cursor:pointer}"
        ".nnlib-film-row button{width:auto;margin:0}"
        ".nnlib-film-row button[aria-pressed=true]{outline:2px solid currentColor;outline-offset:-2px}"  # seen in the dark too
        ".nnlib-film-reading{white-space:nowrap}"
    )


def _room(name: str, longest: str) -> str:
    """The style rules that give each sentence of a film the height of the longest, at every width of the page.

    The longest stands unseen in the same place as the one that is seen. A few letters more allow for an unlucky line break.
    """
    text = re.sub(r'["\\<\n]', lambda found: f"\\{ord(found[0]):x} ", f"{longest} and more")
    return (
        f'.{name}-said{{display:grid;margin:0.3em 0}}.{name}-said::before{{content:"{text}";visibility:hidden}}'
        f".{name}-said::before,.{name}-said>span{{grid-area:1/1}}"
    )
