"""The few files that pages need from npm: fetched at build time at pinned versions, checked, cached, never committed."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from nnlib.publish import PublishError

# name: (version, SHA-512 of the package as npm states it); a new version is one changed row
PACKAGES = {
    "katex": ("0.19.1", "jG8uKntjSEcm2EpQOh0XturpPuuC9r3Sq5HLHdsFdWZT27E672SF19QEi+of0/YeOy15lDgRhKvr5614uRrEfA=="),
    "minisearch": (
        "7.2.0",
        "dqT2XBYUOZOiC5t2HRnwADjhNS2cecp9u+TJRiJ1Qp/f5qjkeT5APcGPjHw+bz89Ms8Jp+cG4AlE+QZ/QnDglg==",
    ),
    "axe-core": (
        "4.14.1",
        "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),  # for the tests alone: no page holds it
    "pyodide": (
        "314.0.7",
        "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A==",
    ),  # the core, for the tests: pages load the whole from its public network, or from a folder
}
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


def missing() -> str | None:
    """Why the site cannot be built here, in words; None where it can."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed" if absent else None


def folder_of(name: str) -> Path:
    """The unpacked package `name`, from the cache or fetched by npm.

    Raises PublishError where npm is missing or fails, or where what came is not what is pinned.
    """
    version, pinned = PACKAGES[name]
    place = cache_folder() / f"{name.replace('/', '-').removeprefix('@')}-{version}"
    if (place / "package.json").is_file():
        return place
    npm = program("npm")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as beside:
            archive = _fetched(npm, f"{name}@{version}", Path(beside))
            _verify(archive, pinned, f"{name}@{version}")
            with tarfile.open(archive) as tar:
                tar.extractall(Path(beside) / "out", filter="data")
            if not place.exists():
                os.replace(Path(beside) / "out" / "package", place)
    except OSError as fault:
        raise PublishError(
            f"{name} could not be kept in {place.parent} ({fault}); name a folder that can be written to in NNLIB_CACHE"
        ) from fault
    return place


def _fetched(npm: str, what: str, into: Path) -> Path:
    command = [npm, "pack", what, "--silent", "--pack-destination", str(into)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=into, timeout=SECONDS)
    except subprocess.TimeoutExpired as fault:
        raise PublishError(f"npm did not bring {what} within {SECONDS} s; is this machine connected?") from fault
    archives = sorted(into.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        raise PublishError(f"npm could not bring {what}:\n{(done.stderr or done.stdout).strip()[-800:]}")
    return archives[0]


def _verify(archive: Path, pinned: str, what: str) -> None:
    came = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if came != pinned:
        raise PublishError(f"{what}: expected the package with SHA-512 {pinned}, came {came}; it is not used")
