"""What the two slider benchmarks share: a recorder of pictures, frame by frame, and the words for its figures."""

import math
import statistics

# A picture is what can be seen in `area`; null is a blank frame. Each frame notes the time, the picture and the height.
SCRIPT = """
window.recorder = {
  area: null, frames: [], since: null, running: false,
  picture() {
    const seen = e => { const r = e.getBoundingClientRect(); return r.width > 60 && r.height > 20; };
    for (const svg of this.area.querySelectorAll('svg')) if (seen(svg)) {
      const words = svg.parentElement.querySelector('[role=status]');
      return 'svg' + (svg.getAttribute('aria-label') || '') + (words ? words.textContent : '') + svg.childElementCount;
    }
    for (const img of [...this.area.querySelectorAll('img')].reverse()) {
      if (!(img.complete && img.naturalWidth > 0)) return null;
      if (seen(img)) return 'img' + img.src.length + img.src.slice(-80) + img.src.slice(900, 1100);
    }
    return null;
  },
  start(area) {
    this.area = area; this.frames = []; this.since = null; this.running = true; this.before = this.picture();
    const note = () => {
      if (!this.running) return;
      this.frames.push([performance.now(), this.picture(), Math.round(area.getBoundingClientRect().height)]);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  },
  stop() { this.running = false; return {frames: this.frames, since: this.since, before: this.before}; },
};
document.addEventListener('keydown', () => {
  if (window.recorder.since === null) window.recorder.since = performance.now();
}, true);
"""


def share(values, p):
    """The value below which a share p of them lies."""
    values = sorted(values)
    return values[min(len(values) - 1, round(p * (len(values) - 1)))]


def ends(handle):
    """(where it stands, its last place) of a slider's handle."""
    return tuple(float(handle.get_attribute(f"aria-value{end}")) for end in ("now", "max"))


def press(page, area, handle, times=30, wait_ms=120, limit_ms=4000):
    """Press an arrow key `times` times; returns a dict of milliseconds, frames, blank frames, jumps and misses.

    A picture counts as seen one frame after the first that holds it: by then it is on the screen.
    """
    handle.scroll_into_view_if_needed()
    handle.focus()
    element, milliseconds, blank, missed, jumps, gaps = area.element_handle(), [], 0, 0, 0, []
    key = "ArrowRight"
    for turn in range(times + 4):  # the first four warm up
        at, last = ends(handle)
        low = float(handle.get_attribute("aria-valuemin"))
        key = "ArrowLeft" if at >= last else "ArrowRight" if at <= low else key
        page.evaluate("area => window.recorder.start(area)", element)
        page.wait_for_timeout(40)
        handle.press(key)
        try:
            page.wait_for_function(
                "() => { const r = window.recorder; return r.since !== null &&"
                " r.frames.some(f => f[0] > r.since && f[1] !== null && f[1] !== r.before); }",
                timeout=limit_ms,
            )
        except Exception:  # no new picture at all: the benchmark counts it and goes on
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


def drag(page, area, handle, moves=60):
    """Drag to and fro, a place or more at each move; returns (pictures a second, blank frames, ms to settle)."""
    handle.scroll_into_view_if_needed()
    track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-target')][1]").bounding_box()
    box, (_, last) = handle.bounding_box(), ends(handle)
    low = float(handle.get_attribute("aria-valuemin"))
    pace = max(track["width"] / max(last - low, 1), track["width"] / moves)
    x, y, way = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 1
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("area => window.recorder.start(area)", area.element_handle())
    begun = page.evaluate("() => performance.now()")
    for _ in range(moves):
        if not track["x"] <= x + way * pace <= track["x"] + track["width"]:
            way = -way
        x += way * pace
        page.mouse.move(x, y)
    done = page.evaluate("() => performance.now()")
    page.mouse.up()
    page.wait_for_timeout(2000)
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
