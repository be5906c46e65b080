"""Formulas as pictures: set by matplotlib's own mathematics, once, and kept in a file, since one of them takes 30 ms.

    python -m nnlib.show.formula_picture nnlib/show/formulas.json      draws every formula of lesson 1's sources again

A formula that the file does not hold is drawn when it is asked for. So the file saves time and decides nothing.
"""

from __future__ import annotations

import io
import json
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

from nnlib.notation import FORMULAS, SOURCES, formula
from nnlib.show.picture import uri
from nnlib.show.style import DPI

KEPT = Path(__file__).parent / "formulas.json"
GREYS = 16  # as many as the eye sees in small print, in half a byte each


def formula_image(latex: str) -> tuple[str, float, float]:
    """A formula as (PNG data address, width, height), so that no page needs a renderer; in units of the drawing, 1/100 inch.

    Raises ValueError for LaTeX that matplotlib cannot read.
    """
    return kept().get(latex) or draw(latex)


@lru_cache(maxsize=1)
def kept() -> dict[str, tuple[str, float, float]]:
    """The formulas of the file by their LaTeX; none where there is no file."""
    if not KEPT.exists():
        return {}
    return {latex: tuple(row) for latex, row in json.loads(KEPT.read_text(encoding="utf-8")).items()}


def wanted() -> list[str]:
    """The LaTeX of every formula that lesson 1 shows, ours and those of each source."""
    return sorted({formula(slug, which) for slug in ("ours", *SOURCES) for which in FORMULAS})


def draw(latex: str) -> tuple[str, float, float]:
    """`formula_image` without a look into the file; drawn twice as fine as it is shown."""
    # only here: a lesson that finds its formulas in the file waits for neither, and holds neither in memory
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser
    from PIL import Image

    font = FontProperties(size=15, math_fontfamily="stix")
    ink = np.asarray(MathTextParser("agg").parse(f"${_plain_tex(latex)}$", 2 * DPI, font).image)
    step = 255 // (GREYS - 1)
    shade = np.rint((255 - ink) / step).astype(np.uint8)  # dark on white
    shades = Image.frombytes("P", shade.shape[::-1], shade.tobytes())
    shades.putpalette([step * k for k in range(GREYS) for _ in "rgb"])
    with io.BytesIO() as stream:
        shades.save(stream, format="PNG", optimize=True)
        address = uri(stream.getvalue())
    return address, ink.shape[1] / 2, ink.shape[0] / 2


def _plain_tex(latex: str) -> str:
    """LaTeX in the subset that matplotlib reads, with fractions as large as in a displayed formula."""
    for name, known in (("boldsymbol", "mathbf"), ("lVert", "Vert"), ("rVert", "Vert"), ("frac", "dfrac")):
        latex = latex.replace(f"\\{name}", f"\\{known}")
    return latex


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("expected one path: python -m nnlib.show.formula_picture nnlib/show/formulas.json")
    rows = {latex: draw(latex) for latex in wanted()}
    Path(sys.argv[1]).write_text(json.dumps(rows, indent=0) + "\n", encoding="utf-8", newline="\n")
