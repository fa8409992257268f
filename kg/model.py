"""Own the frozen values that travel between the layers; not how any of them is made.

A term is its N-Triples text (`<iri>`, `"text"@en`, `_:b`): one native string, hashed and compared
at the speed of the interpreter, and the same in every library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

__all__ = [
    "Clash",
    "Dataset",
    "Derivation",
    "Finding",
    "Origin",
    "Proof",
    "SourceFile",
    "Term",
    "Triple",
]


Term: TypeAlias = str
"""A term in N-Triples syntax, see https://www.w3.org/TR/n-triples/#sec-grammar."""


class Triple(NamedTuple):
    """One RDF triple."""

    subject: Term
    predicate: Term
    object: Term

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as it was read: its name for messages, its role, its bytes' digest, its triples.

    `role` is "ontology", "data" or, for a file that is only tried out, "draft". `source` is what
    its triples are attributed to: the ontology module, or the source whose claims it holds;
    `None` for labels and other editorial matter.
    """

    name: str
    role: str
    digest: str
    triples: tuple[Triple, ...]
    source: Term | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """All files of an ontology and a dossier, in the order of their content, not of their names."""

    files: tuple[SourceFile, ...]

    def triples(self, *roles: str) -> Iterator[Triple]:
        """Yield each distinct triple of the files of some roles, or of all files."""
        wanted = (file for file in self.files if not roles or file.role in roles)
        yield from dict.fromkeys(triple for file in wanted for triple in file.triples)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong: the file and node it stands at, the check, and what to do."""

    file: str
    node: str
    check: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.node}: {self.message} [{self.check}]"


@dataclass(frozen=True, slots=True)
class Derivation:
    """One application of a rule: the rule's name and the triples that it matched, in its order."""

    rule: str
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Premises that a rule concludes `false` from."""

    rule: str
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an asserted triple stands: its source, the node that states it, the place and words.

    `source` is the IRI term of the source, or of the ontology for an axiom.
    """

    source: Term
    file: str
    node: Term | None = None
    locator: str | None = None
    quotation: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A tree: the conclusion, the rule that gave it, and a proof of each premise in rule order.

    A leaf has no rule and no premises: its conclusion is asserted, and `origins` say by whom.
    The conclusion of a contradiction is `None`.
    """

    conclusion: Triple | None
    rule: str | None = None
    premises: tuple[Proof, ...] = ()
    origins: tuple[Origin, ...] = ()
