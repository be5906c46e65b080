"""How fast the sliders of the static pages answer: key press to picture, and pictures a second while dragging.

    python tests/bench/site_latency.py [FOLDER]     a built site; without it, one is built

The goal: a picture within two display frames of the key. Headless Chromium, files from loopback.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import begin  # noqa: F401  before NumPy
import chromium
from recorder import COLUMNS, SCRIPT, drag, press, row, share
from timing import Table, show

GOAL_FRAMES = 2


def main():
    reason = chromium.missing()
    if reason:
        sys.exit(f"not run: {reason}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(place) / "site"
        if not folder.exists():
            subprocess.run([sys.executable, "-m", "nnlib.publish", "site", str(folder)], check=True)
        measure(folder)


def measure(folder):
    table = Table("Sliders of the static pages: key press to picture, and dragging", COLUMNS)
    worst, gaps = 0, []
    with chromium.serving(folder) as address, chromium.running() as browser:
        for page_file in sorted(folder.glob("[0-9]*.html")):
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.add_init_script(SCRIPT)
            page.goto(f"{address}/{page_file.name}")
            lives = [live for live in page.locator(".live").all() if live.locator("input[type=range]").count()]
            for number, live in enumerate(lives, 1):
                handle = live.locator("input[type=range]:visible").first
                pressed = press(page, live, handle, 20)
                table.rows.append(row(f"{page_file.stem} film {number}", pressed, drag(page, live, handle)))
                print(*table.rows[-1], sep="  ", file=sys.stderr, flush=True)
                worst, gaps = max(worst, share(pressed["frames"] or [99], 0.95)), gaps + pressed["gap"]
            page.close()
    met = "met" if worst <= GOAL_FRAMES else "missed"
    table.notes += [
        f"One display frame here: {share(gaps, 0.5):.1f} ms (median of {len(gaps)}).",
        f"The goal: a picture within {GOAL_FRAMES} frames of the key, 95 times of 100: {met} (worst: frame {worst}).",
    ]
    show(table)


if __name__ == "__main__":
    main()
