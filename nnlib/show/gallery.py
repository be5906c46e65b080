"""The edge of trainability as a picture: colours for three fates, and three stored pictures with frames between them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from matplotlib.patches import Rectangle
from PIL import Image  # it comes with matplotlib, which cannot write a palette

from nnlib.edge import DIVERGED, GALLERY, LEARNED, STUCK, EdgeMap, edge_map
from nnlib.show.picture import Picture, picture
from nnlib.show.style import axes

# Each family runs from the calm to the edge, dark to light: blue for learned, grey for stuck, orange for diverged. Blue,
# grey and orange stay apart for every common kind of colour blindness: no shade is nearly black. The middle ones are
# Okabe and Ito's. Beside each family stands the speed (edge.EdgeMap) that each of its shades means, the same in every
# window: between them the logarithm is interpolated, beyond them the last shade stays.
FAMILIES = {
    # learned: the mean cost over all steps, as a share of the cost at the start
    LEARNED: (("#061f44", "#0c4079", "#0072b2", "#56b4e9", "#d9f1ff"), (0.05, 0.09, 0.15, 0.26, 0.8)),
    # stuck: the same share
    STUCK: (("#77777a", "#55555a", "#3a3a40"), (0.1, 0.7, 1000)),
    # diverged: the step at which the cost passed all bounds
    DIVERGED: (("#341000", "#6e2500", "#bc4e00", "#e69f00", "#ffefb0"), (1.6, 4, 10, 30, 150)),
}
FOLDER = Path(__file__).parents[1] / "data"  # where the three pictures lie, in the package itself
PIXELS = 720
FILES = dict(zip(("edge_1_overview.png", "edge_2_surf.png", "edge_3_folds.png"), GALLERY))
SHADES = {LEARNED: 110, STUCK: 30, DIVERGED: 110}  # 250 colours in all: a palette holds them


def edge_image(result: EdgeMap, shades: Mapping[int, int] | None = None) -> np.ndarray:
    """An RGB array of shape (pixels, pixels, 3), 0 to 1, first row at the bottom: draw it with origin="lower".

    Learned is blue, darkest where the cost fell fastest; diverged is orange, darkest where it blew up at once; both grow
    light towards the edge. Stuck is grey. What an interrupt left out is white. A shade means the same in every window.
    `shades` allows each fate so many steps from dark to light, so that a palette can hold them.
    """
    image = np.ones((*result.fate.shape, 3))
    for code, (colours, speeds) in FAMILIES.items():
        here, stops = result.fate == code, np.linspace(0, 1, len(colours))
        grade = np.interp(np.log(np.maximum(result.speed[here], 1e-300)), np.log(speeds), stops)  # 0 is dark, 1 light
        if shades:
            grade = np.round(grade * (shades[code] - 1)) / (shades[code] - 1)
        channels = np.array([to_rgb(colour) for colour in colours]).T
        image[here] = np.stack([np.interp(grade, stops, channel) for channel in channels], axis=-1)
    return image


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
