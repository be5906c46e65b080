"""A headless Chromium for tests and benchmarks: found on the machine, never downloaded."""

import contextlib
import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


def find():
    """The path of a Chromium or Chrome, or None."""
    named = (shutil.which(name) for name in NAMES)
    return next((path for path in [*named, *PLACES] if path and Path(path).exists()), None)


def missing():
    """Why no browser can be driven here, in words; None where one can."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed (pip install -e '.[test]')"
    return None if find() else "no Chromium or Chrome on this machine (install Debian's chromium, or Chrome)"


@contextlib.contextmanager
def running():
    """A browser that ends with the block. Keep the block short: an event loop runs in this thread while it is open."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), headless=True, args=QUIET, env={**os.environ})
        try:
            yield browser
        finally:
            browser.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Requests are noted by the browser; the terminal stays quiet."""


@contextlib.contextmanager
def serving(folder):
    """The address of a plain file server over `folder`: what any static host does."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def without_node():
    """Why no site can be built here, in words; None where it can."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed" if absent else None
