"""A microscope for the edge: sixteen parts of a picture that are buttons, typed windows, and a stop button that works."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from PIL import Image

from nnlib.edge import GALLERY, EdgeMap, Window, edge_map
from nnlib.laboratory.microscope import COARSE, PARTS, Microscope, part
from nnlib.show.cells import Shown
from nnlib.show.gallery import edge_image
from nnlib.show.picture import uri
from nnlib.show.raster import light

SIDE = 420  # pixels of the picture on the page
BESIDE = "230px"  # the width of the buttons beside it: both fit into a narrow cell
FINE = 96, 160, 256
GRAIN = {"learned": "blue", "stuck": "grey", "diverged": "orange", "not computed": "white"}
_numbers = itertools.count(1)


def sentence(result: EdgeMap) -> str:
    """The window and what became of its networks, in words; a window is named by its rates."""
    window, half = result.window, result.window.width / 2
    shares = ", ".join(f"{name} ({GRAIN[name]}) {share:.0%}" for name, share in result.shares().items())
    h, o = ((10 ** (middle - half), 10 ** (middle + half)) for middle in (window.hidden, window.output))
    digits = max(3, 3 - int(np.floor(np.log10(window.width))))
    return (
        f"Hidden layer's rate {h[0]:.{digits}g} to {h[1]:.{digits}g} (rightwards), output layer's {o[0]:.{digits}g} to "
        f"{o[1]:.{digits}g} (upwards). {shares}. {len(result.fate)} × {len(result.fate)} networks."
        + (" Stopped: where these were not done you see the coarse view." if result.interrupted else "")
    )


def png(result: EdgeMap) -> str:
    """The map as a PNG data address, largest output rate on top, each network a sharp square."""
    colours = np.rint(edge_image(result)[::-1] * 255).astype(np.uint8)
    side = len(colours) * max(1, SIDE // len(colours))
    return uri(light(Image.fromarray(colours).resize((side, side), Image.Resampling.NEAREST)))


def edge_zoom(pixels: int = 160, presets: Mapping[str, Window] | None = None) -> Shown:
    """The map of two rates to zoom into: click one of sixteen parts, type a window, go back, stop (lesson 9)."""
    presets = presets or dict(zip(("overview", "surf, 12 times closer", "folds, 144 times closer"), GALLERY))
    name, first = f"nnlib-zoom-{next(_numbers)}", edge_map(GALLERY[0], COARSE, processes=1, progress=None)
    style, status = widgets.HTML(_style(name, png(first))), widgets.HTML(_said(sentence(first)))
    seen = {"map": first}  # what the picture shows: a click on it means a part of this, whatever is being computed
    bar = widgets.IntProgress(min=0, max=1, value=1, layout={"width": f"{SIDE}px"}, description="coarse view")
    detail = widgets.ToggleButtons(
        options=[(f"{n}", n) for n in FINE],
        value=pixels,
        description="networks along each side",
        style={"button_width": "66px", "description_width": "initial"},
        layout={"width": BESIDE},
    )
    fields = {
        key: widgets.FloatText(value=getattr(GALLERY[0], key), description=words, layout={"width": BESIDE})
        for key, words in (("hidden", "log₁₀ hidden"), ("output", "log₁₀ output"), ("width", "width"))
    }

    def show(result, complete):
        seen["map"] = result
        style.value, status.value = _style(name, png(result)), _said(sentence(result))
        for key, field in fields.items():
            field.value = float(f"{getattr(result.window, key):.14g}")  # 0.0875, not 0.08750000000000002
        if complete:
            bar.description = "stopped" if result.interrupted else "done"

    def tell(done, total):
        bar.max, bar.value, bar.description = total, done, "working"

    def fault(error):
        bar.description = "failed"
        words = f"The computation ended with {type(error).__name__}: {error}. You see the last picture that was drawn."
        status.value = _said(f"{words} {sentence(seen['map'])}")

    scope = Microscope(show, tell, fault=fault)

    def request(window=None):
        """Go to the window that is returned, or one back where none is given; what is wrong with it is said."""
        try:
            bar.value, bar.description = 0, "working"
            status.value = _said(f"Training {detail.value} × {detail.value} networks; a coarse view comes first.")
            scope.go(window(), detail.value) if window else scope.back(detail.value)
        except ValueError as error:
            bar.description, status.value = "refused", _said(str(error))

    grid = []
    for row, column in itertools.product(range(PARTS), repeat=2):
        words = f"{'ABCD'[row]}{column + 1}"
        button = widgets.Button(
            description=words, tooltip=f"Zoom into part {words}", layout={"width": "auto", "height": "auto"}
        )
        button.on_click(lambda _, r=row, c=column: request(lambda: part(seen["map"].window, r, c)))
        grid.append(button)
    screen = widgets.GridBox(grid, layout={
        "width": f"{SIDE}px", "height": f"{SIDE}px", "grid_template_columns": "25% " * PARTS,
        "grid_template_rows": "25% " * PARTS, "grid_gap": "0",
    })  # fmt: skip
    screen.add_class(name)
    side = []
    for words, window in presets.items():
        side.append(widgets.Button(description=words, layout={"width": BESIDE}))
        side[-1].on_click(lambda _, window=window: request(lambda: window))
    back, stop, go = (
        widgets.Button(description=words, layout={"width": BESIDE})
        for words in ("one back", "stop", "go to these numbers")
    )
    back.on_click(lambda _: request())

    def halt(_):
        scope.stop()
        bar.description, status.value = "stopped", _said(sentence(seen["map"]))

    stop.on_click(halt)
    go.on_click(lambda _: request(lambda: Window(**{key: field.value for key, field in fields.items()})))
    detail.observe(lambda _: request(lambda: scope.window), "value")
    panel = widgets.VBox([*side, back, stop, detail, *fields.values(), go])
    words = sentence(first)
    poster = (
        f'<img alt="{html.escape(words, quote=True)}" width="{SIDE}" src="{png(first)}"><p>{html.escape(words)}</p>'
        "<p class='nnlib-notebook-only'><em>Run the cell, then click a part of the picture to zoom into it.</em></p>"
    )
    row = widgets.HBox([screen, panel], layout={"flex_flow": "row wrap", "grid_gap": "4px 12px"})
    shown = Shown([style, row, bar, status], f"A map to zoom into. {words}", poster, needs_kernel=True)
    shown.scope = scope
    return shown


def _said(words: str) -> str:
    return f'<p role="status" style="max-width:{SIDE + 300}px">{html.escape(words)}</p>'


def _style(name: str, address: str) -> str:
    """The picture is the background of the sixteen buttons, which are glass."""
    return (
        f"<style>.{name}{{background:#fff url({address}) 0 0/100% 100%;image-rendering:pixelated;flex:none}}"
        f".{name} .jupyter-button{{display:flex;background:transparent;color:#fff;text-shadow:0 0 3px #000,0 0 3px #000;margin:0;"
        "padding:2px 5px;text-align:left;align-items:flex-start;justify-content:flex-start;line-height:1.2;"
        "border:1px solid rgba(255,255,255,.22);box-shadow:none;width:100%;height:100%}"
        f".{name} .jupyter-button:hover,.{name} .jupyter-button:focus-visible{{outline:3px solid #fff;outline-offset:-3px;"
        "box-shadow:inset 0 0 0 5px #000}</style>"
    )
