"""Where the project is published: the one place for the owner's name, from which every link and button is made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nnlib.version import __version__

REPOSITORY = ""  # owner/name on the code host. While nothing is known, links and buttons are left out, never dead


@dataclass(frozen=True)
class Address:
    """The links to a published repository `owner/name`; each is empty while the repository is not known."""

    repository: str = ""

    def file(self, path: str) -> str:
        """A file of the project as the code host shows it."""
        return self._on("https://github.com/{0}/blob/main/{1}", path)

    @property
    def source(self) -> str:
        """The repository itself."""
        return self._on("https://github.com/{0}")

    @property
    def issues(self) -> str:
        """Where a mistake is reported."""
        return self._on("https://github.com/{0}/issues/new")

    @property
    def pages(self) -> str:
        """The static site, with a slash at its end."""
        owner, _, name = self.repository.partition("/")
        return f"https://{owner.lower()}.github.io/{name}/" if name else ""

    def binder(self, stem: str) -> str:
        """A lesson with Python behind it, on Binder, at the version that this is."""
        return self._on(f"https://mybinder.org/v2/gh/{{0}}/v{__version__}?urlpath=lab/tree/notebooks/{{1}}.ipynb", stem)

    def colab(self, stem: str) -> str:
        """A lesson on Colab, at the version that this is."""
        return self._on(
            f"https://colab.research.google.com/github/{{0}}/blob/v{__version__}/notebooks/{{1}}.ipynb", stem
        )

    @property
    def install(self) -> str:
        """What pip is given where nnlib is missing: the repository at the version that this is."""
        return self._on(f"git+https://github.com/{{0}}@v{__version__}")

    def _on(self, pattern: str, part: str = "") -> str:
        return pattern.format(self.repository, quote(part)) if self.repository else ""


def found(folder: Path) -> Address:
    """The address that is written here, else that of the workflow which publishes it, else of the git remote of `folder`."""
    named = REPOSITORY or os.environ.get("GITHUB_REPOSITORY", "")
    git = shutil.which("git")
    if not named and git:
        done = subprocess.run([git, "remote", "get-url", "origin"], cwd=folder, capture_output=True, text=True)
        match = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", done.stdout.strip())
        named = match[1] if match else ""
    return Address(named)
