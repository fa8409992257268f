"""Own the questions of `ontology/questions`: each is a test, an example and documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError

__all__ = ["Question", "load_questions", "names_proofs"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its name, the words of its first comment line, its SPARQL text."""

    name: str
    title: str
    text: str

    @property
    def needs_proofs(self) -> bool:
        """Whether it reads the graph of proofs, which the server does not load."""
        return names_proofs(self.text)


def names_proofs(text: str) -> bool:
    """Tell whether a query names the graph of proofs."""
    return re.search(r"graph[/:]why\b", text) is not None


def load_questions(folder: Path) -> list[Question]:
    """Return the questions of a folder by name; raise `InputError` for one that shows no words."""
    questions = []
    for path in sorted(folder.glob("*.rq")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"a question cannot be read: {error}", where=str(path)) from None
        first = text.partition("\n")[0]
        if not first.startswith("# "):
            raise InputError(
                "a question begins with its words in a comment line", where=f"{path.name}:1"
            )
        questions.append(Question(path.stem, first[2:].strip(), text))
    return questions
