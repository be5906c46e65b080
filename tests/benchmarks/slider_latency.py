"""How fast each lesson's first film answers in a real JupyterLab, near and far, beside `interact` with `plt.show()`.

    python tests/benchmarks/slider_latency.py [NAMES...] [--delay 60] [--presses 30]

"far" goes through a proxy that holds every byte back for --delay milliseconds each way, HTTP and WebSocket alike, as a
kernel on Binder does. Goals: p95 from key to picture at most 40 ms, near and far; no blank frame; 40 pictures a second.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import threading
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]
import chromium  # noqa: E402
import nbformat  # noqa: E402
from jupyterlab import Visit, copy_notebooks, free_port, serving  # noqa: E402
from nbformat.v4 import new_code_cell, new_notebook  # noqa: E402
from recorder import HEAD, SCRIPT, drag, press, row, share  # noqa: E402

ROOT = Path(__file__).parents[2]
GOAL_MS, GOAL_RATE = 40, 40
INTERACT = """import numpy as np, matplotlib.pyplot as plt
from ipywidgets import interact, IntSlider
t = np.linspace(0, 1, 300)
@interact(k=IntSlider(0, 0, 60))
def curve(k):
    plt.plot(t, t ** (1 + k / 10))
    plt.show()"""


@contextlib.contextmanager
def far(address, delay):
    """The same address, each byte held back for `delay` seconds each way."""
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
                waiting.put_nowait((loop.time() + delay, data))
        waiting.put_nowait((loop.time() + delay, b""))
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
    parser.add_argument("--presses", type=int, default=30)
    options = parser.parse_args()
    reason = chromium.missing()
    if reason:
        sys.exit(f"not run: {reason}")
    with tempfile.TemporaryDirectory() as place:
        folder = copy_notebooks(ROOT / "notebooks", Path(place) / "notebooks")
        nb = new_notebook(cells=[new_code_cell(INTERACT)])
        nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(nb, folder / "interact.ipynb")
        names = sorted(path.name for path in folder.glob("[0-9]*.ipynb"))
        names = [
            name for name in names if not options.names or any(name.startswith(wanted) for wanted in options.names)
        ]
        print(HEAD)
        failed = []
        with (
            serving(folder, Path(place)) as address,
            far(address, options.delay / 1000) as away,
            chromium.running() as browser,
        ):
            for name in [*names, "interact.ipynb"]:
                for path, where in (("near", address), (f"far, {options.delay:g} ms each way", away)):
                    met = measure(browser, where, name, path, options.presses)
                    if met is False and name != "interact.ipynb":
                        failed.append(f"{name} {path}")
    print(f"\ngoals: p95 at most {GOAL_MS} ms, no blank frame, {GOAL_RATE} pictures a second:", end=" ")
    print(f"missed by {', '.join(failed)}" if failed else "met by every film")


def measure(browser, address, name, path, presses):
    """Print the line of one notebook; returns whether its film keeps the goals, None where it has none."""
    with Visit(browser, address, name) as visit:
        visit.run_all()
        visit.page.evaluate(SCRIPT)
        area = next((a for a in visit.areas() if a.locator(".noUi-handle").count()), None)
        label = f"{name.removesuffix('.ipynb')} {path}"
        if area is None:
            print(f"{label:44} no slider")
            return None
        area.scroll_into_view_if_needed()
        handle = area.locator(".noUi-handle:visible").first
        pressed = press(visit.page, area, handle, presses)
        dragged = drag(visit.page, area, handle)
        print(row(label, pressed, dragged), flush=True)
        blank = pressed["blank"] + dragged[1]
        return bool(pressed["ms"]) and share(pressed["ms"], 0.95) <= GOAL_MS and not blank and dragged[0] >= GOAL_RATE


if __name__ == "__main__":
    main()
