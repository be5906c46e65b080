"""Pictures as PNG in a palette of colours; also an SVG drawing, for viewers that show no SVG: that alone needs resvg."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image  # it comes with matplotlib

SCALE = 1.6  # pixels for each one on the page, so that text stays sharp
COLOURS = 256  # at most: what a figure has beside its own are shades at the rims of letters and lines


def light(picture: Image.Image) -> bytes:
    """A picture as PNG in a palette: a third of the bytes."""
    with io.BytesIO() as stream:
        picture.convert("RGB").quantize(COLOURS).save(stream, format="png", optimize=True)
        return stream.getvalue()


def png(svg: str) -> bytes:
    """The SVG text on white paper; raises ImportError where resvg is missing."""
    import matplotlib  # whose font makes the same letters on every machine; a lesson without a graph need not load it
    import resvg_py

    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=SCALE,
        background="#ffffff",
        skip_system_fonts=True,
        font_dirs=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )
    return light(Image.open(io.BytesIO(bytes(drawn))))


def stacked(pictures: Sequence[bytes]) -> bytes:
    """Several PNG pictures one below the other, as one; one alone is returned as it is."""
    if len(pictures) == 1:
        return pictures[0]
    parts = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    whole = Image.new("RGB", (max(part.width for part in parts), sum(part.height for part in parts)), "white")
    for k, part in enumerate(parts):
        whole.paste(part, ((whole.width - part.width) // 2, sum(above.height for above in parts[:k])))
    return light(whole)
