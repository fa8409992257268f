"""Own the start of the command `clef`; its commands are in `kg.cli` and `server.cli`."""

from __future__ import annotations

import importlib
import sys

from kg.errors import InputError

__all__ = ["main"]


def main() -> int:
    """Run the command; a CLEF_BASE that is no IRI is told before anything else is loaded."""
    try:
        cli = importlib.import_module("server.cli")
    except InputError as error:
        print(f"clef: {error}", file=sys.stderr)
        return 2
    code: int = cli.main()
    return code


if __name__ == "__main__":
    sys.exit(main())
