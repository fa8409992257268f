"""The seed article alone as a dossier: quick to build, for tests that build or check many times."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from kg import paths


@cache
def seed_dossier() -> Path:
    """Return a folder with the dossier's labels and its first source, and nothing else."""
    root = Path(tempfile.mkdtemp(prefix="clef-seed-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    whole, folder = paths.dossier(), root / "data" / "antwerp-diamond-heist"
    shutil.copytree(whole / "entities", folder / "entities")
    (folder / "sources").mkdir()
    shutil.copy(whole / "dossier.ttl", folder)
    shutil.copy(whole / "sources" / "nationalworld-2023.ttl", folder / "sources")
    return folder
