"""Formulas: TeX becomes HTML and MathML at build time, so that no page asks another host."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from nnlib.publish import PublishError, packages
from nnlib.publish.markup import STATIC

SECONDS = 60
_PLACE = re.compile("(\\(?)\ue000(\\d+)\ue001([.,;:?!)]*)")  # private characters: they stand in no text
_SIGN = re.compile(r"\\[a-zA-Z]+|[^\s{}^_]")
SHORT = 16  # signs: a formula of so many stays on one line, with the punctuation that touches it


class Formulas:
    """Collects the formulas of a page, each leaving a mark in its place, and draws them all in one call of KaTeX."""

    def __init__(self):
        self.found: list[tuple[str, bool]] = []

    def mark(self, tex: str, display: bool) -> str:
        """Note one formula and return the mark that stands for it until `draw`.

        One on lines of its own is cut at its wide gaps, so that a narrow page sets the parts below each other.
        """
        parts = _parts(tex) if display else [tex]
        if len(parts) > 1:
            return f'<span class="formulas">{"".join(self._note(part, True) for part in parts)}</span>'
        return self._note(tex, display)

    def _note(self, tex: str, display: bool) -> str:
        self.found.append((tex.strip(), display))
        return f"\ue000{len(self.found) - 1}\ue001"

    def draw(self) -> Callable[[str], str]:
        """Draw all that was noted; returns the function that puts the drawn formulas where a text holds their marks.

        Raises PublishError naming a formula that cannot be drawn.
        """
        drawn = draw(self.found) if self.found else []

        def put(match: re.Match) -> str:
            tex, display = self.found[int(match[2])]
            whole = f"{match[1]}{drawn[int(match[2])]}{match[3]}"
            return whole if display or len(_SIGN.findall(tex)) > SHORT else f'<span class="whole">{whole}</span>'

        return lambda text: _PLACE.sub(put, text)


def _parts(tex: str) -> list[str]:
    """The pieces between the wide gaps of a formula; all in one where a gap stands inside a group."""
    parts = [part for part in tex.split("\\qquad") if part.strip()]
    grouped = re.search(r"\\(?:begin|left)\b", tex) or any(part.count("{") != part.count("}") for part in parts)
    return [tex] if grouped else parts


def draw(found: list[tuple[str, bool]]) -> list[str]:
    """HTML with MathML inside for each (tex, display)."""
    katex = packages.folder_of("katex") / "dist" / "katex.min.js"
    command = [packages.program("node"), str(STATIC / "formulas.cjs"), str(katex)]
    done = subprocess.run(
        command, input=json.dumps(found), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS
    )
    if done.returncode:
        raise PublishError(f"a formula cannot be drawn: {done.stderr.strip()}")
    return json.loads(done.stdout)


def copy_style(into: Path) -> None:
    """KaTeX's style sheet and fonts, in the one format that every browser of today reads."""
    dist = packages.folder_of("katex") / "dist"
    css = (dist / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\(\"[a-z]+\"\)", "", css)
    (into / "fonts").mkdir(parents=True, exist_ok=True)
    (into / "katex.css").write_text(css, encoding="utf-8")
    for font in (dist / "fonts").glob("*.woff2"):
        (into / "fonts" / font.name).write_bytes(font.read_bytes())
