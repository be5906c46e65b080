"""What is stored of an output: pictures as PNG, styles on the elements themselves, and questions with no answer in them."""

from __future__ import annotations

import base64
import re

from nbformat import NotebookNode

from nnlib.publish import PublishError
from nnlib.publish.markup import parsed, written
from nnlib.show import raster
from nnlib.show.picture import drawing_uri, uri

_FOLD = re.compile(r"<details><summary>(.*?)</summary>.*?</details>", re.DOTALL)
_DRAWING = re.compile(  # with the drawings inside it
    r"<svg\b(?=[^>]*?aria-label=\"(?P<label>[^\"]*)\")(?P<rest>[^>]*>(?:(?!</?svg\b).|<svg\b(?:(?!</svg>).)*</svg>)*</svg>)",
    re.DOTALL,
)
_SVG, _PNG = (re.compile(rf'(?<=src=")data:image/{kind};base64,([^"]+)') for kind in (r"svg\+xml", "png"))


def as_stored(output: NotebookNode) -> None:
    """Give an output, in place, the form that viewers show which sanitise HTML.

    Questions are closed: where <details> is dropped, every answer would stand open. Each picture is a PNG in the HTML, and
    image/png beside it with the words of the output as its alt text. Style sheets are written onto the elements.
    Raises PublishError where resvg, which draws the PNG, is missing.
    """
    data = output.get("data", {})
    if "text/html" not in data:
        return
    text = _FOLD.sub(r"<p>\1</p>", data["text/html"])
    text = _DRAWING.sub(lambda drawing: _image(drawing["rest"], drawing["label"], text), text)
    try:
        text = _SVG.sub(lambda drawn: uri(raster.png(base64.b64decode(drawn[1]).decode())), text)
    except ImportError as fault:
        raise PublishError("resvg, which draws the stored pictures, is missing: pip install resvg-py") from fault
    data["text/html"] = _styled(text) if "<style>" in text else text
    pictures = [base64.b64decode(picture) for picture in _PNG.findall(text)]
    if pictures:
        data["image/png"] = base64.b64encode(raster.stacked(pictures)).decode()
        output.metadata["image/png"] = {"alt": data["text/plain"]}


def _image(rest: str, label: str, text: str) -> str:
    """A drawing of `text` as an image, with the background that a style sheet of `text` gives its class."""
    name = re.search(r'class="([^"]+)"', rest)
    behind = name and re.search(rf"svg\.{name[1]}\{{[^}}]*url\((data:[^)]+)\)", text)
    if behind:
        rest = rest.replace(
            ">", f'><image href="{behind[1]}" width="100%" height="100%" preserveAspectRatio="none"/>', 1
        )
    return f'<img alt="{label}" style="max-width:100%" src="{drawing_uri(f"<svg {rest.strip()}")}">'


def _styled(text: str) -> str:
    """HTML whose style elements are written onto the elements that they select, in the order of their rules."""
    soup = parsed(text)
    for sheet in soup.find_all("style"):
        for selector, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet.string):
            for element in soup.select(selector.strip()):
                element["style"] = f"{element.get('style', '')}{rules.replace('!important', '')};"
        sheet.decompose()
    return written(soup)
