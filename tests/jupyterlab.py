"""A JupyterLab of our own on a copy of the notebooks, and what a visitor does in it: open, run all, move every control."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

START_SECONDS, RUN_SECONDS, ANSWER_MS = 90, 90, 8000
SETTINGS = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}
STATUS = "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
# What is seen in one output: each visible picture, and every word outside the controls.
SEEN = """area => {
  const visible = e => { const r = e.getBoundingClientRect(); return r.width > 8 && r.height > 8; };
  const pictures = [...area.querySelectorAll('svg, img, canvas')].filter(visible).filter(e => !e.closest('.jupyter-button'))
    .map(e => e.tagName === 'IMG' ? e.src : e.tagName === 'CANVAS' ? e.toDataURL() : e.outerHTML);
  const words = [...area.querySelectorAll('[role=status], .widget-html-content, .jp-OutputArea-output')].filter(visible)
    .map(e => e.innerText);
  return {pictures: pictures.join('|'), words: words.join('|'), count: pictures.length};
}"""
# Of a slider, the browser's own or that of ipywidgets: where it stands, its first and last place; and where its track lies.
ENDS = """e => e.matches('input') ? [e.value, e.min, e.max].map(Number)
  : ['now', 'min', 'max'].map(end => Number(e.getAttribute('aria-value' + end)))"""
TRACK = """e => { const r = (e.matches('input') ? e : e.closest('.noUi-target')).getBoundingClientRect();
  return [r.x, r.y, r.width, r.height]; }"""
# Resolved once the page has kept its elements for ten frames: all that was to be drawn is drawn.
CALM = """() => new Promise(done => {
  let last = -1, calm = 0;
  const look = () => {
    const now = document.querySelectorAll('*').length;
    [calm, last] = [now === last ? calm + 1 : 0, now];
    if (calm < 10) requestAnimationFrame(look); else done();
  };
  look();
})"""
CONTROLS = {
    "slider": "input[type=range], .noUi-handle",
    "play": "button[data-play]",
    "radio": ".widget-radio input[type=radio]",
    "toggle": ".widget-toggle-buttons",
    "dropdown": ".widget-dropdown select",
    "checkbox": ".widget-checkbox input",
    "button": "button.jupyter-button.widget-button",
}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def serving(folder: Path, home: Path):
    """The address of a JupyterLab over `folder`, with configuration, data and runtime files of its own in `home`."""
    for name, value in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
    places = {
        name: str(home / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password="]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    command += [f"--LabApp.user_settings_dir={home / 'settings'}", f"--LabApp.workspaces_dir={home / 'workspaces'}"]
    command += ["--LabApp.extension_manager=readonly", "--ServerApp.disable_check_xsrf=True"]
    with open(home / "server.log", "w") as log:
        server = subprocess.Popen(command, env={**os.environ, **places}, stdout=log, stderr=log, cwd=folder)
        try:
            _await(f"http://127.0.0.1:{port}/api/status", server, home / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _await(url, server, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with code {server.returncode}:\n{log.read_text()[-3000:]}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer within {START_SECONDS} s:\n{log.read_text()[-3000:]}")


def copy_notebooks(source: Path, folder: Path) -> Path:
    """A copy of the notebooks to play with; the project's own are never opened."""
    return shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".*"))


class Visit:
    """One notebook opened in one browser page: `run_all`, then `controls` and `faults`. Close it to free the kernel."""

    def __init__(self, browser, address, name, size=(1200, 900)):
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.heard = []
        self.page.on("pageerror", lambda error: self.heard.append(f"page error: {str(error)[:300]}"))
        self.page.on("console", self._listen)
        self.page.goto(f"{address}/doc/tree/{name}?reset", wait_until="domcontentloaded")
        self.page.wait_for_selector(".jp-Notebook", timeout=60_000)
        self.page.wait_for_function(f"() => {STATUS} === 'idle'", timeout=60_000)

    def _listen(self, message):
        if message.type == "error":
            self.heard.append(f"console: {message.text[:300]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):  # the page may be gone; its kernel ends with the server at the latest
            self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def run_all(self):
        """Run every cell and wait until the kernel is idle and the widgets are drawn; returns the seconds."""
        start = time.monotonic()
        self.page.evaluate("() => { window.ran = null; window.jupyterapp.commands"
                           ".execute('notebook:run-all-cells').then(() => { window.ran = true; }); }")  # fmt: skip
        self.page.wait_for_function(f"() => window.ran && {STATUS} === 'idle'", timeout=RUN_SECONDS * 1000)
        seconds = time.monotonic() - start
        self.page.wait_for_function(
            "() => !document.querySelector('.jp-OutputArea-output .jp-Spinner')", timeout=20_000
        )
        self.page.evaluate(CALM)
        return seconds

    def errors(self):
        """Tracebacks and stderr in the outputs, in words."""
        where = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
        return [f"output: {text[-300:]}" for text in self.page.locator(where).all_text_contents()]

    def areas(self):
        """Each output that holds a control."""
        inner = ", ".join(CONTROLS.values())
        return self.page.locator(".jp-OutputArea-output").filter(has=self.page.locator(inner)).all()

    def faults(self):
        """Everything wrong after running all and moving every control by keyboard and by mouse."""
        found = self.errors()
        for number, area in enumerate(self.areas(), 1):
            area.scroll_into_view_if_needed()
            self.stands_still(area)
            found += [f"widget {number}: {fault}" for fault in self._move(area)]
        return found + self.sideways() + self.errors() + self.heard

    def sideways(self):
        """Outputs that must be scrolled sideways, and by how many pixels."""
        wide = self.page.evaluate(
            "() => [...document.querySelectorAll('.jp-OutputArea-output, .jp-OutputArea-output .widget-box')]"
            ".map(e => e.scrollWidth - e.clientWidth).filter(pixels => pixels > 0)"
        )
        return [f"an output is {pixels} pixels too wide" for pixels in wide]

    def stands_still(self, area):
        """Wait until an output keeps its place: cells above it are laid out only when they come near the window."""
        place, calm = area.bounding_box(), 0
        end = time.monotonic() + ANSWER_MS / 1000
        while calm < 8 and time.monotonic() < end:
            self.page.wait_for_timeout(40)
            now = area.bounding_box()
            place, calm = now, calm + 1 if now == place else 0

    def _move(self, area):
        sliders = [s for s in area.locator(CONTROLS["slider"]).all() if s.is_visible()]
        for slider in sliders:
            name = slider.get_attribute("aria-label") or "slider"
            yield from self._changes(area, f"{name!r} by keyboard", lambda s=slider: self._key(s), picture=True)
            yield from self._changes(area, f"{name!r} by mouse", lambda s=slider: self._drag(s), picture=True)
        for player in area.locator(CONTROLS["play"]).all():
            yield from self._changes(area, "play", player.click, picture=True)
            player.click()  # it runs on otherwise
        groups = [g for g in area.locator(CONTROLS["toggle"]).all() if g.is_visible()]
        for group in groups:
            others = [
                b
                for b in group.locator("button").all()
                if b.is_visible() and "mod-active" not in b.get_attribute("class")
            ]
            if others:
                yield from self._changes(area, f"button {others[-1].inner_text()!r}", others[-1].click)
                yield from self._changes(area, "buttons by keyboard", lambda o=others, g=group: self._press_other(g))
        radios = area.locator(CONTROLS["radio"]).all()
        if radios:
            yield from self._changes(area, "a choice by mouse", radios[0].click)
            # ipywidgets gives its radio buttons no common name, so each is reached by Tab and chosen by Space
            yield from self._changes(area, "a choice by keyboard", lambda: radios[1].press("Space"))
        for box in area.locator(CONTROLS["checkbox"]).all():
            yield from self._changes(area, "a tick by mouse", box.click)
            yield from self._changes(area, "a tick by keyboard", lambda b=box: b.press("Space"))
        for box in area.locator(CONTROLS["dropdown"]).all():
            yield from self._changes(area, "a list by keyboard", lambda b=box: self._other(b))

    def _press_other(self, group):
        other = next(
            b for b in group.locator("button").all() if b.is_visible() and "mod-active" not in b.get_attribute("class")
        )
        other.focus()
        other.press("Enter")

    def _other(self, box):
        at, last = box.evaluate("b => [b.selectedIndex, b.options.length - 1]")
        box.press("Home" if at == last else "End")  # up and down belong to the notebook

    def _key(self, slider):
        at, _, end = slider.evaluate(ENDS)
        slider.focus()
        slider.press("ArrowLeft" if at >= end else "ArrowRight")

    def _drag(self, slider):
        at, low, high = slider.evaluate(ENDS)
        _, _, width, height = slider.evaluate(TRACK)
        half = min(10, width / 2)  # the middle of a handle stays half its width inside
        x = half + (width - 2 * half) * (at - low) / (high - low)
        own = slider.evaluate("e => e.matches('input')")
        slider.hover(
            **({"position": {"x": x, "y": height / 2}} if own else {})
        )  # waits until the page has stopped moving
        left, top, width, height = slider.evaluate(TRACK)
        self.page.mouse.down()
        self.page.mouse.move(left + width * (0.2 if x > width / 2 else 0.8), top + height / 2, steps=8)
        self.page.mouse.up()

    def _changes(self, area, what, act, picture=False):
        """Do `act` and wait for a new picture (or new words): nothing where it came, else the fault in words."""
        before = area.evaluate(SEEN)
        act()
        end = time.monotonic() + ANSWER_MS / 1000
        key = "pictures" if picture and before["count"] else "words"
        while time.monotonic() < end:
            now = area.evaluate(SEEN)
            if now[key] != before[key] or (not picture and now["pictures"] != before["pictures"]):
                return
            self.page.wait_for_timeout(30)
        yield f"{what}: the {key} did not change within {ANSWER_MS / 1000:g} s"
