"""How fast sliders answer in a real JupyterLab, near and far: each lesson's first film, the laboratory, and rivals.

    python tests/bench/slider_latency.py [NAMES...] [--delay 60] [--presses 20]

Every byte goes through a proxy, HTTP and WebSocket alike. "near" it passes at once; "far" it is held back for --delay
milliseconds each way, as on the way to a kernel on Binder. Goals of a film: p95 from key to picture at most 40 ms, near
and far; no blank frame; 40 pictures a second. The laboratory trains in its kernel for every picture; its goal: p95 at
most 90 ms near. One curve is shown three times: as a film, as a Stack that follows its slider by jslink (the kernel is in no
loop, but it hears of each place), and by `interact` with `plt.show()`, which is what sliders usually are.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import threading
from pathlib import Path

import begin  # noqa: F401  before NumPy
import chromium
import nbformat
from jupyterlab import CONTROLS, Visit, copy_notebooks, free_port, serving
from nbformat.v4 import new_code_cell, new_notebook
from recorder import COLUMNS, SCRIPT, drag, press, row, share
from timing import Table, show

ROOT = Path(__file__).parents[2]
GOAL_MS, GOAL_RATE, LABORATORY_MS = 40, 40, 90
LABORATORY = "laboratory.ipynb"
PROBLEMS = ("XOR", "bowl", "u v", "digits")
CURVES = """import numpy as np
t = np.linspace(0, 1, 300)
points = lambda k: " ".join(f"{400 * a:.1f},{300 - 300 * a ** (1 + k / 10):.1f}" for a in t)
svg = lambda k: f'<svg viewBox="0 0 400 300"><polyline points="{points(k)}" fill="none" stroke="blue"/></svg>'
frames, presets = [svg(k) for k in range(61)], {"a line": 0, "a corner": 60}
"""
RIVALS = {  # the same curve on the same slider, three times
    "film": CURVES + """from nnlib.show import Scene
Scene(None, svg, lambda k: f"power {1 + k / 10:.1f}", [(k,) for k in range(61)], "k").film(presets)""",
    "Stack and jslink": CURVES + """import ipywidgets as w
slider = w.SelectionSlider(options=[(f"{k}", k) for k in range(61)], index=0)
stack = w.Stack([w.HTML(f"<div style='width:640px'>{f}<p role='status'>{k}</p></div>") for k, f in enumerate(frames)],
                selected_index=0)
buttons = w.ToggleButtons(options=[(f"{k}", k) for k in range(61)], index=0, layout={"display": "none"})
w.jslink((slider, "index"), (stack, "selected_index")), w.jslink((buttons, "index"), (slider, "index"))
w.VBox([slider, buttons, stack])""",
    "interact": """import numpy as np, matplotlib.pyplot as plt
from ipywidgets import interact, IntSlider
t = np.linspace(0, 1, 300)
@interact(k=IntSlider(0, 0, 60))
def curve(k):
    plt.plot(t, t ** (1 + k / 10))
    plt.show()""",
}  # fmt: skip


@contextlib.contextmanager
def proxied(address, delay):
    """The same address, each byte held back for delay["seconds"] each way, whatever that is by then."""
    host, port = address.removeprefix("http://").split(":")
    near_port, loop = free_port(), asyncio.new_event_loop()

    async def pump(reader, writer):
        waiting = asyncio.Queue()

        async def send():
            while True:
                due, data = await waiting.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                writer.write(data)
                if not data:
                    writer.close()
                    return
                await writer.drain()

        sender = asyncio.ensure_future(send())
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                waiting.put_nowait((loop.time() + delay["seconds"], data))
        waiting.put_nowait((loop.time() + delay["seconds"], b""))
        with contextlib.suppress(ConnectionError):
            await sender

    async def serve(reader, writer):
        back, forth = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pump(reader, forth), pump(back, writer))

    def run():
        asyncio.set_event_loop(loop)
        loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", near_port))
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{near_port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="numbers or names of lessons; none means all")
    parser.add_argument("--delay", type=float, default=60.0, help="milliseconds each way on the far path")
    parser.add_argument("--presses", type=int, default=20)
    options = parser.parse_args()
    reason = chromium.missing()
    if reason:
        sys.exit(f"not run: {reason}")
    with tempfile.TemporaryDirectory() as place:
        folder = copy_notebooks(ROOT / "notebooks", Path(place) / "notebooks")
        for rival, source in RIVALS.items():
            nb = new_notebook(cells=[new_code_cell(source)])
            nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(nb, folder / f"{rival}.ipynb")
        names = [*sorted(path.name for path in folder.glob("[0-9]*.ipynb")), LABORATORY]
        names = [
            name for name in names if not options.names or any(name.startswith(wanted) for wanted in options.names)
        ]
        title = (
            f"Sliders in JupyterLab, near and {options.delay:g} ms away each way, beside interact and linked widgets"
        )
        table, failed, slow, p95 = Table(title, COLUMNS), [], [], {}
        delay = {"seconds": 0.0}
        with (
            serving(folder, Path(place)) as server,
            proxied(server, delay) as address,
            chromium.running() as browser,
        ):
            for name in [*names, *(f"{rival}.ipynb" for rival in RIVALS)]:
                hops = (("near", 0.0), ("far", options.delay / 1000))
                for what, path, pressed, dragged in measure(browser, address, name, options.presses, delay, hops):
                    stem = name.removesuffix(".ipynb")
                    label = f"{'one curve: ' * (stem in RIVALS)}{stem}{what}, {path}"
                    table.rows.append(row(label, pressed, dragged))
                    print(*table.rows[-1], sep="  ", file=sys.stderr, flush=True)
                    late = share(pressed["ms"], 0.95) if pressed["ms"] else float("inf")
                    if name == LABORATORY:
                        slow += [label] * (path == "near" and late > LABORATORY_MS)
                        continue
                    p95[stem, path] = late
                    failed += [label] * (stem not in RIVALS and not keeps(pressed, dragged))
    for path in ("near", "far"):
        for rival in ("Stack and jslink", "interact"):
            times = p95[rival, path] / p95["film", path]
            table.notes.append(f"p95 of {rival}, {path}: {times:.1f} times that of the film of the same curve.")
    goals = f"p95 at most {GOAL_MS} ms, no blank frame, {GOAL_RATE} pictures a second"
    table.notes.append(f"The goals: {goals}: {'missed by ' + '; '.join(failed) if failed else 'met by every film'}.")
    if LABORATORY in names:
        met = f"missed with {'; '.join(slow)}" if slow else "met with every problem"
        table.notes.append(f"The goal of the laboratory: p95 at most {LABORATORY_MS} ms near: {met}.")
    show(table)


def measure(browser, address, name, presses, delay, hops):
    """Yield (what, path, pressed, dragged) for the first slider of one notebook, for each problem in the laboratory.

    The notebook is opened and run near; `delay` is set for each of the `hops`, (path, seconds), only while it measures.
    """
    with Visit(browser, address, name) as visit:
        visit.run_all()
        visit.page.evaluate(SCRIPT)
        area = next((a for a in visit.areas() if a.locator(CONTROLS["slider"]).count()), None)
        if area is None:
            return
        area.scroll_into_view_if_needed()
        handle = next(s for s in area.locator(CONTROLS["slider"]).all() if s.is_visible())
        for problem in PROBLEMS if name == LABORATORY else ("",):
            if problem:
                area.get_by_role("button", name=problem, exact=True).click()
                area.get_by_text(f"{problem}, rate").wait_for()
            for path, seconds in hops:
                delay["seconds"] = seconds
                pressed, dragged = press(visit.page, area, handle, presses), drag(visit.page, area, handle)
                yield f" {problem}".rstrip(), path, pressed, dragged
            delay["seconds"] = 0.0


def keeps(pressed, dragged):
    """Does a film keep the goals?"""
    blank = pressed["blank"] + dragged[1]
    return bool(pressed["ms"]) and share(pressed["ms"], 0.95) <= GOAL_MS and not blank and dragged[0] >= GOAL_RATE


if __name__ == "__main__":
    main()
