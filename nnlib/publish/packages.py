"""The few packages that pages need from npm: pinned in static/package-lock.json, installed at build time, never committed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from nnlib.publish import PublishError
from nnlib.publish.markup import STATIC

LISTED = json.loads((STATIC / "package.json").read_text(encoding="utf-8"))
LOCK = STATIC / "package-lock.json"  # the SHA-512 of each package, which npm compares with what it fetches
SECONDS = 180


def cache_folder() -> Path:
    """Where packages are kept between builds: NNLIB_CACHE, or the place that the system has for such things."""
    return Path(os.environ.get("NNLIB_CACHE") or user_cache_path("nnlib", appauthor=False) / "packages")


def program(name: str) -> str:
    """The path of `node` or `npm`; raises PublishError with what to install where it is missing."""
    found = shutil.which(name)
    if found is None:
        raise PublishError(
            f"the site needs {name} at build time, and it is not on this machine. Install Node.js (version 18 or later), "
            "which brings node and npm; the finished pages need neither"
        )
    return found


def folder_of(name: str) -> Path:
    """The installed package `name`, from the cache or fetched by npm; those that only tests need come when one is asked for.

    Raises PublishError where npm is missing or fails, where what came is not what is pinned, or where nothing can be kept.
    """
    kind = "pages" if name in LISTED["dependencies"] else "tests"
    place = cache_folder() / f"{kind}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if not place.is_dir():
        _install(place, ["--omit=dev"] if kind == "pages" else [])
    return place / "node_modules" / name


def _install(place: Path, options: list[str]) -> None:
    command = [program("npm"), "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", *options]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as beside:
            made = Path(beside) / "made"
            made.mkdir()
            for file in (LOCK.with_name("package.json"), LOCK):
                shutil.copy(file, made)
            done = subprocess.run(command, capture_output=True, text=True, cwd=made, timeout=SECONDS)
            if done.returncode:
                raise PublishError(f"npm could not bring the packages:\n{(done.stderr or done.stdout).strip()[-800:]}")
            if not place.exists():
                os.replace(made, place)
    except subprocess.TimeoutExpired as fault:
        raise PublishError(f"npm did not bring the packages within {SECONDS} s; is this machine connected?") from fault
    except OSError as fault:
        raise PublishError(
            f"packages could not be kept in {place.parent} ({fault}); name a folder that can be written to in NNLIB_CACHE"
        ) from fault
