"""Pictures with alt text: a matplotlib figure or an SVG as HTML, and the same sentence as its plain text."""

from __future__ import annotations

import base64
import html
import io
import re

from PIL import Image  # it comes with matplotlib

from nnlib.show.raster import SCALE, light
from nnlib.show.style import DPI, narrowest


class Picture:
    """A `<figure>` with alt text and the same sentence beneath it; its text form is that sentence."""

    def __init__(self, body: str, alt: str, width: int):
        if not alt.strip():
            raise ValueError("alt: expected a sentence that says what the picture shows, got nothing")
        self.body, self.alt, self.width = body, alt, width

    def _repr_html_(self) -> str:
        return (
            f'<figure class="nnlib-picture" style="margin:0.5em 0;max-width:{self.width}px;overflow-x:auto">{self.body}'
            f'<figcaption aria-hidden="true" style="font-size:90%">{html.escape(self.alt)}</figcaption></figure>'
        )

    def __repr__(self) -> str:
        return self.alt


def picture(ax, alt: str) -> Picture:
    """The figure of `ax` (Axes, a list of them, or a Figure) as a Picture; `alt` says what it shows, with numbers."""
    figure = figure_of(ax)
    width = round(figure.get_figwidth() * DPI)
    body = f'<img alt="{html.escape(alt, quote=True)}" width="{width}" style="{fit(width)}" src="{png_uri(figure)}">'
    return Picture(body, alt, width)


def svg_picture(svg: str, alt: str, width: int = 640, behind: str = "") -> Picture:
    """An SVG drawing, made by this package, as a Picture of at most `width` pixels, over the image at an address."""
    return Picture(svg_image(svg, alt, width, behind), alt, width)


def svg_image(svg: str, alt: str, width: int, behind: str = "") -> str:
    """The SVG text as an `<img>` with alt text: pages that strip inline SVG or style sheets show it too.

    A notebook that is not yet trusted is such a page. `behind` is the address of an image under the drawing.
    """
    if behind:
        svg = svg.replace(">", f'><image href="{behind}" width="100%" height="100%" preserveAspectRatio="none"/>', 1)
    return f'<img alt="{html.escape(alt, quote=True)}" width="{width}" style="{fit(width)}" src="{drawing_uri(svg)}">'


def fit(width: int) -> str:
    """The style of an image: as wide as its column, but not so narrow that its letters cannot be read."""
    return f"max-width:100%;min-width:{narrowest(width)}px;height:auto"


def inside(svg: str, x: float, y: float, width: float, height: float) -> str:
    """An SVG drawing as a part of a larger one, in a box whose upper left corner is (x, y)."""
    opening, rest = svg.split(">", 1)
    opening = re.sub(r' style="[^"]*"', "", opening).replace("<svg ", "", 1)
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}" {opening}>{rest}'


def label_svg(svg: str, alt: str) -> str:
    """The SVG text with role="img" and its aria-label."""
    if not svg.startswith("<svg "):
        raise ValueError(f"svg: expected text that starts with '<svg ', got {svg[:20]!r}")
    return f'<svg role="img" aria-label="{html.escape(alt, quote=True)}" {svg[5:]}'


def figure_of(ax):
    """The Figure behind an Axes, a list of Axes or a Figure."""
    ax = ax[0] if isinstance(ax, (list, tuple)) else ax
    return getattr(ax, "figure", None) or ax


def png_uri(figure, scale: float = SCALE) -> str:
    """The figure as a PNG data address, drawn `scale` times finer than it is shown, so that text stays sharp."""
    with io.BytesIO() as stream:
        figure.savefig(stream, format="png", dpi=DPI * scale)
        return uri(light(Image.open(stream)))


def drawing_uri(svg: str) -> str:
    """An SVG text as a data address."""
    if not svg.startswith("<svg "):
        raise ValueError(f"svg: expected text that starts with '<svg ', got {svg[:20]!r}")
    return uri(f'<svg xmlns="http://www.w3.org/2000/svg" {svg[5:]}'.encode(), "image/svg+xml")


def uri(data: bytes, kind: str = "image/png") -> str:
    """Bytes as a data address that an `<img>` or a style sheet can name."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
