"""Clef's knowledge graph: claims with sources, reasoning with proofs.

`materialize` closes an rdflib graph under OWL 2 RL. It is imported when first asked for, so that
a query worker, which is part of this package's users, starts without rdflib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.close import materialize

__all__ = ["materialize"]


def __getattr__(name: str) -> object:
    if name != "materialize":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kg import close  # noqa: PLC0415

    return close.materialize
