"""Own the reading of a rule's text into patterns; not what the patterns are matched against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.model import Term

__all__ = ["NAMESPACES", "Atom", "Form", "ListOf", "expand", "is_variable", "read"]

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Atom:
    """A triple pattern; `every` asks for it once per member of the rule's list."""

    subject: str
    predicate: str
    object: str
    every: bool = False

    @property
    def terms(self) -> tuple[str, str, str]:
        """The three terms in order."""
        return self.subject, self.predicate, self.object


@dataclass(frozen=True, slots=True)
class ListOf:
    """All cells of the RDF list `head`, whose members are called `member[1]` … `member[n]`."""

    head: str
    member: str


@dataclass(frozen=True, slots=True)
class Form:
    """One line of a rule: what it matches, in order, and what follows; no head is `false`."""

    rule: str
    body: tuple[Atom | ListOf, ...]
    heads: tuple[Atom, ...]


_ITEM = re.compile(
    r"(?P<every>every )?T\((?P<atom>[^)]*)\)"
    r"|LIST\[(?P<head>\?\w+), (?P<member>\?\w+)\[1\] … (?P=member)\[n\]\]"
    r"|(?P<test>equal|ill)\((?P<terms>[^)]*)\)"
)
_INDEX = re.compile(r"\[(i\+1|n\+1|i|j|n|1)\]")
_CURIE = re.compile(r"\b(rdf|rdfs|owl|xsd):(\w+)")


def is_variable(term: str) -> bool:
    """Say whether a term of a pattern stands for any term."""
    return term.startswith("?")


def _term(text: str) -> Term:
    if is_variable(text):
        return text
    return _CURIE.sub(lambda m: f"<{NAMESPACES[m[1]]}{m[2]}>", text)


def _atom(text: str, *, every: bool = False) -> Atom:
    subject, predicate, obj = (_term(part) for part in text.split(", "))
    return Atom(subject, predicate, obj, every)


def _items(text: str) -> Iterator[Atom | ListOf]:
    for match in _ITEM.finditer(text):
        if match["atom"]:
            yield _atom(match["atom"], every=bool(match["every"]))
        elif match["head"]:
            yield ListOf(match["head"], match["member"])
        else:
            terms = match["terms"].split(", ")
            yield Atom(terms[0], f"clef:{match['test']}", terms[-1])


def read(rule: str, text: str) -> Iterator[Form]:
    """Yield the forms that a rule's text asks to run, one a line; lines with `#` are prose.

    >>> form, = read("prp-symp", "T(?x, ?p, ?y) ⇒ T(?y, ?p, ?x)")
    >>> form.heads[0].terms
    ('?y', '?p', '?x')
    """
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        left, _, right = line.partition("⇒")
        heads = tuple(item for item in _items(right) if isinstance(item, Atom))
        yield Form(rule, tuple(_items(left)), heads)


def expand(atoms: tuple[Atom, ...], count: int, indices: Mapping[str, int]) -> Iterator[Atom]:
    """Yield atoms with each index a number: `every` for 1 to `count`, `i` and `j` as given.

    >>> [a.terms for a in expand((Atom("?u[i]", "?p[i]", "?u[i+1]", every=True),), 2, {})]
    [('?u_1', '?p_1', '?u_2'), ('?u_2', '?p_2', '?u_3')]
    """
    for atom in atoms:
        for i in range(1, count + 1) if atom.every else (indices.get("i", 0),):
            known = {"1": 1, "n": count, "n+1": count + 1, **indices, "i": i, "i+1": i + 1}
            s, p, o = (_numbered(term, known) for term in atom.terms)
            yield Atom(s, p, o)


def _numbered(term: str, indices: Mapping[str, int]) -> str:
    return _INDEX.sub(lambda match: f"_{indices[match[1]]}", term)
