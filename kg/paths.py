"""Own where Clef's own files stand: in the checkout, or beside an installed package."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["dossier", "ontology", "shared"]


def shared() -> Path:
    """Return the folder that holds `ontology/` and `data/`."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "ontology").is_dir():
        return checkout
    return Path(sys.prefix) / "share" / "clef"


def ontology() -> Path:
    """Return the folder of the ontology, its shapes, rules, gates and questions."""
    return shared() / "ontology"


def dossier() -> Path:
    """Return the folder of the dossier that is served when none is named."""
    return shared() / "data" / "antwerp-diamond-heist"
