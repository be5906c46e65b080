"""The three stored pictures of the edge: drawn once, read back as fates, and shown with a frame around the next one."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from PIL import Image  # it comes with matplotlib, which cannot write a palette

from nnlib.edge import DIVERGED, GALLERY, LEARNED, STUCK, EdgeMap, edge_map
from nnlib.show.edge import edge_image
from nnlib.show.picture import Picture, picture
from nnlib.show.style import axes

FOLDER = Path(__file__).parents[1] / "data"  # where the three pictures lie, in the package itself
PIXELS = 720
FILES = dict(zip(("edge_1_overview.png", "edge_2_surf.png", "edge_3_folds.png"), GALLERY))
SHADES = {LEARNED: 110, STUCK: 30, DIVERGED: 110}  # 250 colours in all: a palette holds them


def draw(folder: Path, pixels: int = PIXELS, **options) -> None:
    """Compute and store every picture of the gallery in `folder`; some minutes. Options go to edge_map."""
    for name, window in FILES.items():
        store(edge_map(window, pixels, **options), folder / name)
        print(f"{name}: {window}")


def store(result: EdgeMap, path: Path) -> None:
    """Write a map as a palette PNG, largest output rate on top. Raises ValueError for a map that is not finished."""
    if result.interrupted:
        raise ValueError(f"result: expected a finished map, got one with {result.shares()}")
    colours = np.rint(edge_image(result, SHADES) * 255).astype(np.uint8)[::-1]
    palette, index = np.unique(colours.reshape(-1, 3), axis=0, return_inverse=True)
    stored = Image.fromarray(index.reshape(colours.shape[:2]).astype(np.uint8), mode="P")
    stored.putpalette(palette.tobytes())
    stored.save(path, optimize=True)


def read(name) -> np.ndarray:
    """The fate of each pixel of a stored picture, read from its family of colours; first row at the bottom, as in EdgeMap.

    `name` is one of FILES, or the path of another picture.

    Raises ValueError for a picture with a colour that is neither blue, orange nor grey.
    """
    red, green, blue = np.rint(255 * np.moveaxis(imread(FOLDER / name)[::-1, :, :3], -1, 0)).astype(int)
    fate = np.where(blue - red > 8, LEARNED, np.where(red - blue > 8, DIVERGED, STUCK)).astype(np.int8)
    grey, between = fate == STUCK, (np.minimum(red, blue) - 8 <= green) & (green <= np.maximum(red, blue) + 8)
    if not between.all() or (grey.any() and np.abs(red - green)[grey].max() > 8):
        raise ValueError(f"{name}: expected the blue, orange and grey of the edge, got another colour")
    return fate


def windows_picture() -> Picture:
    """The stored pictures of the edge but the last, each with a frame where the next one lies, over the powers of the rates."""
    names, windows = zip(*FILES.items())
    sides = axes(7.4, 3.75, columns=len(FILES) - 1, titles=("the overview", "twelve times closer"))
    for ax, name, window, inner in zip(sides, names, windows, windows[1:]):
        half, small = window.width / 2, inner.width
        extent = (window.hidden - half, window.hidden + half, window.output - half, window.output + half)
        ax.imshow(imread(FOLDER / name)[::3, ::3], extent=extent, interpolation="nearest", aspect="equal")
        corner = inner.hidden - small / 2, inner.output - small / 2
        for colour, width in (("#000000", 3.5), ("#ffffff", 1.6)):  # seen on dark and on light
            ax.add_patch(Rectangle(corner, small, small, fill=False, edgecolor=colour, linewidth=width))
        ax.grid(False)
        ax.set(xlabel="log10 of the hidden layer's rate")
    sides[0].set(ylabel="log10 of the output layer's rate")
    middles = [f"{10**window.hidden:.3g} and {10**window.output:.3g}" for window in windows[1:]]
    return picture(
        sides,
        f"The first two pictures, each with a frame around the next one. The middles of the frames are at the rates "
        f"{' and '.join(f'({middle})' for middle in middles)}, hidden layer and output layer.",
    )


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
