"""What the two slider benchmarks share: the recorder of pictures in recorder.js, and the words for its figures."""

import math
import statistics
from pathlib import Path

from jupyterlab import ENDS

QUIET_MS = 250  # a driver that asks "is it there?" takes processor time from the picture that it waits for

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def share(values, p):
    """The value below which a share p of them lies."""
    values = sorted(values)
    return values[min(len(values) - 1, round(p * (len(values) - 1)))]


def ends(handle):
    """Where a slider stands, its first place and its last."""
    return handle.evaluate(ENDS)


def press(page, area, handle, times=30, wait_ms=80, limit_ms=4000):
    """Press an arrow key `times` times; returns a dict of milliseconds, frames, blank frames, jumps and misses.

    A picture counts as seen one frame after the first that holds it: by then it is on the screen.
    """
    handle.scroll_into_view_if_needed()
    handle.focus()
    element, milliseconds, blank, missed, jumps, gaps = area.element_handle(), [], 0, 0, 0, []
    key = "ArrowRight"
    for turn in range(times + 4):  # the first four warm up
        at, low, last = ends(handle)
        key = "ArrowLeft" if at >= last else "ArrowRight" if at <= low else key
        page.evaluate("area => window.recorder.start(area)", element)
        page.wait_for_timeout(40)
        page.keyboard.press(key)
        page.wait_for_timeout(QUIET_MS)
        if not page.evaluate("limit => window.recorder.wait(limit)", limit_ms):  # the benchmark counts it and goes on
            missed += 1
            page.evaluate("() => window.recorder.stop()")
            continue
        page.wait_for_timeout(wait_ms)
        heard = page.evaluate("() => window.recorder.stop()")
        after = [frame for frame in heard["frames"] if frame[0] > heard["since"]]
        first = next(i for i, frame in enumerate(after) if frame[1] not in (None, heard["before"]))
        blank += sum(frame[1] is None for frame in heard["frames"])
        heights = [frame[2] for frame in heard["frames"]]
        jumps += max(heights) - min(heights) > 20
        times_of = [frame[0] for frame in heard["frames"]]
        gaps += [b - a for a, b in zip(times_of, times_of[1:])]
        if turn >= 4:
            milliseconds.append(after[min(first + 1, len(after) - 1)][0] - heard["since"])
    # counted in frames as the screen has them: a page that stalls shows few frames of its own, each of them late
    one = statistics.median(gaps) if gaps else 1.0
    frames = [math.ceil(late / one - 0.1) for late in milliseconds]
    return {"ms": milliseconds, "frames": frames, "blank": blank, "missed": missed, "jumps": jumps, "gap": gaps}


def drag(page, area, handle, moves=60, settle_ms=1000):
    """Drag to and fro, a place or more in each display frame; returns (pictures a second, blank frames, ms to settle)."""
    handle.scroll_into_view_if_needed()
    begun, done = page.evaluate("([area, moves]) => window.recorder.drag(area, moves)", [area.element_handle(), moves])
    page.wait_for_timeout(settle_ms)
    heard = page.evaluate("() => window.recorder.stop()")
    changes, previous = [], heard["before"]
    for when, picture, _ in heard["frames"]:
        if picture is not None and picture != previous:
            changes.append(when)
            previous = picture
    during = sum(when <= done for when in changes)
    settle = max((when - done for when in changes if when > done), default=0.0)
    return during / ((done - begun) / 1000), sum(frame[1] is None for frame in heard["frames"]), settle


def row(name, pressed, dragged):
    """One line of the table, in words."""
    rate, blank, settle = dragged
    if not pressed["ms"]:
        return [name, "no new picture came", *[""] * (len(COLUMNS) - 2)]
    times = [f"{statistics.median(pressed['ms']):.1f}", f"{share(pressed['ms'], 0.95):.1f}"]
    counts = [share(pressed["frames"], 0.95), pressed["blank"] + blank, pressed["jumps"], pressed["missed"]]
    return [name, *times, *map(str, counts), f"{rate:.1f}", f"{settle:.0f}"]


COLUMNS = [
    "", "median ms", "p95 ms", "p95 frames", "blank frames", "jumps", "missed", "pictures a second", "ms to settle",
]  # fmt: skip
