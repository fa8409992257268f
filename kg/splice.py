"""Own how new claims are written into the file of their source; not what they may say.

What stands in the file keeps its bytes, its comments and its order: lines are only added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from kg.errors import InputError
from kg.load import parse
from kg.model import Term, Triple
from kg.namespaces import BASE, PREFIXES, compact, iri
from kg.serialize import short

__all__ = ["Addition", "Pairs", "block", "splice"]

Pairs: TypeAlias = tuple[tuple[Term, Term], ...]
"""What a claim carries, in the order that it is written."""

_TYPE = iri("rdf:type")
_BOUNDS = frozenset(map(iri, ("clef:lowerBound", "clef:upperBound")))
_BEGIN_A_LINE = frozenset(
    map(iri, ("dct:identifier", "clef:subject", "clef:text", "clef:statedIn", "clef:modality"))
)
_WIDEST = 160
_PREFIX = re.compile(r"^[ \t]*@?prefix[ \t]+([\w-]*):.*$", re.MULTILINE | re.IGNORECASE)
_KIND = re.compile(r"^id:[\w-]+ a [^\"#;\n]*\.[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Addition:
    """What the file of a source gains: kinds of entities, and claims with their pairs in order."""

    source: Term
    kinds: tuple[Triple, ...]
    claims: tuple[tuple[Term, Pairs], ...]

    def triples(self) -> Iterator[Triple]:
        """Yield all that is added."""
        yield from self.kinds
        for node, pairs in self.claims:
            yield from (Triple(node, predicate, obj) for predicate, obj in pairs)


def splice(content: bytes, addition: Addition, name: str) -> bytes:
    """Return the content of a Turtle file with an addition.

    The kinds go below the last line that gives a kind, the claims to the end. Raise `InputError`
    where the file is written in a way that this would not add just what was meant.
    """
    text = content.decode()
    newline = "\r\n" if 0 < text.count("\n") == text.count("\r\n") else "\n"
    text = text.replace(newline, "\n").removesuffix("\n") + "\n"
    claims = "\n".join(block(node, pairs) for node, pairs in addition.claims)
    kinds = "".join(f"{compact(t.subject)} a {compact(t.object)} .\n" for t in addition.kinds)
    last = max((match.end() + 1 for match in _KIND.finditer(text)), default=0)
    if last:
        text = text[:last] + kinds + text[last:]
    elif kinds:
        claims = f"{kinds}\n{claims}"
    text = _with_prefixes(text, addition.triples())
    text = f"{text}\n{claims}".replace("\n", newline)
    if not _adds_just(addition, content, text.encode(), name):
        raise InputError(
            "is not written like the other files, so that nothing can be added to it",
            where=name,
            hint=f"give its prefixes the usual names, or add by hand:\n{kinds}{claims}",
        )
    return text.encode()


def block(node: Term, pairs: Pairs) -> str:
    """Return a claim as the editors write one: lines of what belongs together."""
    lines: list[list[str]] = []
    previous = ""
    for predicate, group in groupby(pairs, key=lambda pair: pair[0]):
        if predicate in _BEGIN_A_LINE or (predicate in _BOUNDS and previous not in _BOUNDS):
            lines.append([])
        written = [short(obj) for _, obj in group]
        gap = " ,\n    " if sum(map(len, written)) > _WIDEST else " , "
        if predicate == _TYPE:
            lines.append([f"{compact(node)} a {gap.join(written)}"])
        else:
            lines[-1].append(f"{compact(predicate)} {gap.join(written)}")
        previous = predicate
    return " ;\n  ".join(" ; ".join(line) for line in lines) + " .\n"


def _with_prefixes(text: str, triples: Iterable[Triple]) -> str:
    """Return a Turtle text that declares every prefix that the triples need."""
    declared = list(_PREFIX.finditer(text))
    terms = {term for triple in triples for term in triple} - {_TYPE}
    missing = {_prefix(term) for term in terms} - {match[1] for match in declared}
    lines = "".join(
        f"\n@prefix {prefix}: <{namespace.removeprefix(BASE)}> ."
        for prefix, namespace in PREFIXES.items()
        if prefix in missing
    )
    at = declared[-1].end() if declared else 0
    return text[:at] + lines + text[at:]


def _prefix(term: Term) -> str:
    """Return the prefix that a term is written with, if any."""
    written = short(term)
    name = written.rpartition("^^")[2] if written.startswith('"') else written
    return "" if name.startswith(('"', "<")) else name.partition(":")[0]


def _adds_just(addition: Addition, old: bytes, new: bytes, name: str) -> bool:
    """Tell whether a new text says what the old one says and the addition, nothing else."""
    path = Path(name)
    try:
        said = set(parse(new, path, name=name))
    except InputError:
        return False
    return said == {*parse(old, path, name=name), *addition.triples()}
