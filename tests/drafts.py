"""A claim as a person gives it, field by field, for the tests that write one."""

from __future__ import annotations

GIVEN = {
    "source": "terzo-2022",
    "subject": "quill-theft",
    "predicate": "crewSize",
    "value": "4",
    "locator": "page 9",
    "quotation": "erano in quattro",
}


def given(**cells: str) -> dict[str, str]:
    """Return the claim with other words in some cells; an underscore is a hyphen."""
    return GIVEN | {name.replace("_", "-"): text for name, text in cells.items()}
