"""The rooms that draw: one style, pictures with alt text, films that answer in the browser, and the network itself."""

from nnlib.show.film import film
from nnlib.show.overlay import Overlay
from nnlib.show.picture import picture, svg_picture
from nnlib.show.style import INKS, axes

__all__ = ["INKS", "Overlay", "axes", "film", "picture", "svg_picture"]
