"""A microscope for the edge: sixteen parts of a picture that are buttons, typed windows, and a stop button that works."""

from __future__ import annotations

import html
import itertools
from collections.abc import Callable

import ipywidgets as widgets
import numpy as np
from PIL import Image

from nnlib.edge import GALLERY, EdgeMap, Window, edge_map
from nnlib.laboratory.microscope import COARSE, PARTS, Microscope, part
from nnlib.show.cells import Shown, button, said
from nnlib.show.gallery import edge_image
from nnlib.show.picture import uri
from nnlib.show.raster import light

SIDE = 420  # pixels of the picture on the page
BESIDE = "230px"  # the width of the buttons beside it: both fit into a narrow cell
FINE = 96, 160, 256
NARROW = f"max-width:{SIDE + 300}px"  # of the sentence beneath
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


def edge_zoom(pixels: int = 160) -> Shown:
    """The map of two rates to zoom into: click one of sixteen parts, type a window, go back, stop (lesson 9)."""
    return Zoom(pixels).shown()


class Zoom:
    """The widget: a map under sixteen buttons, and beside it the other ways to a window.

    `seen` is the map that the picture shows: a click means a part of this, whatever is being computed.
    """

    def __init__(self, pixels: int):
        self.scope, self.name = Microscope(self.show, self.tell, self.fault), f"nnlib-zoom-{next(_numbers)}"
        self.seen = edge_map(GALLERY[0], COARSE, processes=1, progress=None)
        self.style = widgets.HTML(_style(self.name, png(self.seen)))
        self.status = widgets.HTML(said(sentence(self.seen), NARROW))
        self.bar = widgets.IntProgress(min=0, max=1, value=1, layout={"width": f"{SIDE}px"}, description="coarse view")
        self.detail = widgets.ToggleButtons(
            options=[(f"{n}", n) for n in FINE], value=pixels, description="networks along each side",
            style={"button_width": "66px", "description_width": "initial"}, layout={"width": BESIDE},
        )  # fmt: skip
        self.fields = {
            key: widgets.FloatText(value=getattr(GALLERY[0], key), description=words, layout={"width": BESIDE})
            for key, words in (("hidden", "log₁₀ hidden"), ("output", "log₁₀ output"), ("width", "width"))
        }

    def shown(self) -> Shown:
        """The picture, the buttons beside it, a bar and a sentence beneath."""
        grid = [
            button(f"{'ABCD'[r]}{c + 1}", self.go, lambda r=r, c=c: part(self.seen.window, r, c), height="auto")
            for r, c in itertools.product(range(PARTS), repeat=2)
        ]
        for square in grid:
            square.tooltip = f"Zoom into part {square.description}"
        screen = widgets.GridBox(grid, layout={
            "width": f"{SIDE}px", "height": f"{SIDE}px", "grid_template_columns": "25% " * PARTS,
            "grid_template_rows": "25% " * PARTS, "grid_gap": "0",
        })  # fmt: skip
        screen.add_class(self.name)
        names = ("overview", "surf, 12 times closer", "folds, 144 times closer")
        panel = [
            button(name, self.go, lambda window=window: window, width=BESIDE) for name, window in zip(names, GALLERY)
        ]
        panel += [button("one back", self.go, width=BESIDE), button("stop", self.stop, width=BESIDE), self.detail]
        panel += [*self.fields.values(), button("go to these numbers", self.go, self.typed, width=BESIDE)]
        self.detail.observe(lambda change: self.go(lambda: self.scope.window), "value")
        row = widgets.HBox([screen, widgets.VBox(panel)], layout={"flex_flow": "row wrap", "grid_gap": "4px 12px"})
        words = sentence(self.seen)
        poster = (
            f'<img alt="{html.escape(words, quote=True)}" width="{SIDE}" src="{png(self.seen)}"><p>{html.escape(words)}</p>'
            "<p class='nnlib-notebook-only'><em>Run the cell, then click a part of the picture to zoom into it.</em></p>"
        )
        box = Shown([self.style, row, self.bar, self.status], f"A map to zoom into. {words}", poster, needs_kernel=True)
        box.scope = self.scope
        return box

    def typed(self) -> Window:
        """The window of the three numbers."""
        return Window(**{key: field.value for key, field in self.fields.items()})

    def go(self, window: Callable[[], Window] | None = None) -> None:
        """Go to the window that is returned, or one back where none is given; what is wrong with it is said."""
        n = self.detail.value
        self.bar.value = 0
        self.say("working", f"Training {n} × {n} networks; a coarse view comes first.")
        try:
            self.scope.go(window(), n) if window else self.scope.back(n)
        except ValueError as error:
            self.say("refused", str(error))

    def stop(self) -> None:
        """End the computation, and say what is seen."""
        self.scope.stop()
        self.say("stopped")

    def say(self, state: str, words: str = "") -> None:
        """What the zoom does, in a word on the bar and in a sentence; without one, what is seen."""
        self.bar.description, self.status.value = state, said(words or sentence(self.seen), NARROW)

    def show(self, result: EdgeMap, complete: bool) -> None:
        """A map has come, coarse or complete."""
        self.seen, self.style.value = result, _style(self.name, png(result))
        for key, field in self.fields.items():
            field.value = float(f"{getattr(result.window, key):.14g}")  # 0.0875, not 0.08750000000000002
        ended = "stopped" if result.interrupted else "done"
        self.say(ended if complete else self.bar.description)

    def tell(self, done: int, total: int) -> None:
        """How far the computation is."""
        self.bar.max, self.bar.value, self.bar.description = total, done, "working"

    def fault(self, error: Exception) -> None:
        """The computation failed; the last picture stays."""
        words = f"The computation ended with {type(error).__name__}: {error}. You see the last picture that was drawn."
        self.say("failed", f"{words} {sentence(self.seen)}")


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
