"""Own how triples become bytes: the same triples, the same bytes, whatever order they come in.

Turtle and TriG are written here, grouped by kind, for people to read; the other formats are
pyoxigraph's, fed in sorted order. Standard: https://www.w3.org/TR/turtle/.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import pyoxigraph as ox

from kg.errors import FormatError
from kg.formats import for_name
from kg.model import Term, Triple
from kg.namespaces import PREFIXES, compact, iri
from kg.output import fit_for_xml
from kg.terms import literal_parts

__all__ = ["serialize", "short", "turtle"]

_TYPE, _FIRST, _REST, _NIL = iri("rdf:type"), iri("rdf:first"), iri("rdf:rest"), iri("rdf:nil")
_XSD = PREFIXES["xsd"]
_WIDTH = 100
_BARE = {
    _XSD + "integer": re.compile(r"[+-]?\d+"),
    _XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    _XSD + "boolean": re.compile(r"true|false"),
}
_ORDER = (
    "rdf:type",
    "rdfs:label",
    "skos:prefLabel",
    "skos:altLabel",
    "skos:definition",
    "dct:title",
    "dct:identifier",
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "rdfs:domain",
    "rdfs:range",
    "clef:performer",
    "clef:ofCharacter",
    "clef:inWork",
    "clef:subject",
    "clef:predicate",
    "clef:object",
    "clef:value",
    "clef:lowerBound",
    "clef:upperBound",
    "clef:unit",
    "clef:statedIn",
    "clef:locator",
    "clef:quotation",
    "clef:text",
    "clef:modality",
    "clef:rank",
    "clef:rankReason",
)
_RANK = {iri(name): number for number, name in enumerate(_ORDER)}
_SECTIONS = (
    ("Ontologies and datasets", "owl:Ontology dcat:Dataset"),
    ("Classes", "owl:Class"),
    ("Properties", "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"),
    ("Concepts and controlled values", "skos:ConceptScheme skos:Concept owl:NamedIndividual"),
    ("Shapes and rules", "sh:NodeShape sh:PropertyShape clef:Rule"),
    ("Sources", "clef:Source"),
    ("Works", "clef:Work clef:TVSeries clef:Season clef:Episode clef:Film"),
    ("People and organisations", "clef:Person clef:Organisation clef:Agent"),
    (
        "Legal steps",
        "clef:Accusation clef:Arrest clef:Charge clef:Conviction clef:Acquittal clef:Sentence"
        " clef:Release clef:JusticeEvent",
    ),
    ("Places, things and events", "clef:Place clef:RealObject clef:RealEvent"),
    (
        "Characters and what stories tell",
        "clef:Character clef:StoryEvent clef:StoryGroup clef:StoryPlace",
    ),
    ("Performances", "clef:Performance"),
    ("Comparisons", "clef:Divergence clef:Correspondence clef:Comparison"),
    ("Claims", "clef:Claim"),
)
_SECTION = {iri(kind): n for n, (_, kinds) in enumerate(_SECTIONS) for kind in kinds.split()}
_OTHER = len(_SECTIONS)


def serialize(graphs: Mapping[str, Iterable[Triple]], format_name: str) -> bytes:
    """Return named graphs, by IRI, in a format; one that holds no graphs gets their union.

    The empty name is the default graph.

    Raise `FormatError` for a name that `kg.formats` does not have or that writes no RDF.
    """
    row = for_name(format_name)
    if row.name == "trig":
        return _trig(graphs)
    if row.name == "turtle":
        return turtle(triple for triples in graphs.values() for triple in triples)
    target = row.engine
    if not isinstance(target, ox.RdfFormat):
        raise FormatError(f"{format_name!r} writes no RDF")
    if target.supports_datasets:
        plain, lines = ox.RdfFormat.N_QUADS, _n_quads(graphs)
    else:
        plain, lines = ox.RdfFormat.N_TRIPLES, _n_quads({"": chain(*graphs.values())})
    content = "".join(sorted(lines)).encode()
    if target == plain:
        return content
    # pyoxigraph writes statements as they come: the same order in, the same bytes out.
    statements = ox.parse(content, format=plain)
    prefixes = _used_prefixes({t for triples in graphs.values() for t in triples})
    written = ox.serialize(statements, format=target, prefixes=prefixes)
    assert written is not None
    return fit_for_xml(written) if target == ox.RdfFormat.RDF_XML else written


def _n_quads(graphs: Mapping[str, Iterable[Triple]]) -> set[str]:
    return {
        f"{subject} {predicate} {obj}{ending}"
        for name, triples in graphs.items()
        for ending in [f" <{name}> .\n" if name else " .\n"]
        for subject, predicate, obj in triples
    }


def turtle(triples: Iterable[Triple]) -> bytes:
    """Return triples as Turtle, each distinct one once."""
    distinct = set(triples)
    return (_prologue(distinct) + "\n".join(_Writer(distinct).blocks())).encode()


def _trig(graphs: Mapping[str, Iterable[Triple]]) -> bytes:
    distinct = {name: set(triples) for name, triples in sorted(graphs.items())}
    parts = [_prologue({t for triples in distinct.values() for t in triples}, distinct)]
    for name, triples in distinct.items():
        body = "\n".join(_Writer(triples).blocks())
        parts.append(f"{compact(f'<{name}>')} {{\n{body}}}\n\n" if name else f"{body}\n")
    return "".join(parts).encode()


def _used_prefixes(triples: Iterable[Triple], graphs: Iterable[str] = ()) -> dict[str, str]:
    # rdf:type is written `a`, which needs no prefix.
    terms = {t for triple in triples for t in triple if (t, t) != (_TYPE, triple.predicate)}
    terms |= {f"<{name}>" for name in graphs if name}
    names = {compact(t).partition(":")[0] for t in terms if t.startswith("<")}
    names |= {
        compact(f"<{literal_parts(t)[2]}>").partition(":")[0]
        for t in terms
        if t.startswith('"') and "^^" in t
    }
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix in names}


def _prologue(triples: Iterable[Triple], graphs: Iterable[str] = ()) -> str:
    used = _used_prefixes(triples, graphs)
    lines = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in used.items()]
    return "".join(lines) + ("\n" if lines else "")


class _Writer:
    """Writes the triples of one graph as blocks of Turtle, a block a subject."""

    def __init__(self, triples: set[Triple]) -> None:
        self._about: dict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        for subject, predicate, obj in triples:
            self._about[subject].append((predicate, obj))
        self._uses = Counter(t.object for t in triples if t.object.startswith("_:"))
        self._nested = {n for n, count in self._uses.items() if count == 1 and self._ends(n)}

    def _ends(self, node: Term) -> bool:
        """Tell whether a blank node, written inside its one use, never comes back to itself."""
        seen, waiting = {node}, [node]
        while waiting:
            for _, obj in self._about.get(waiting.pop(), ()):
                if obj == node:
                    return False
                if obj.startswith("_:") and obj not in seen:
                    seen.add(obj)
                    waiting.append(obj)
        return True

    def blocks(self) -> Iterator[str]:
        """Yield the section headings and the blocks of their subjects."""
        sections: dict[int, list[str]] = defaultdict(list)
        for subject in sorted(self._about, key=_natural):
            if subject not in self._nested:
                sections[self._section(subject)].append(self._block(subject))
        for number in sorted(sections):
            if len(sections) > 1:
                title = _SECTIONS[number][0] if number < _OTHER else "And what else is said"
                yield f"# ── {title} {'─' * (90 - len(title))}\n"
            # Blank subjects have no name to stand in order by: their text gives it.
            yield from sorted(sections[number], key=lambda block: block if block[0] == "[" else "")

    def _section(self, subject: Term) -> int:
        kinds = [o for p, o in self._about[subject] if p == _TYPE]
        return min((_SECTION.get(kind, _OTHER) for kind in kinds), default=_OTHER)

    def _block(self, subject: Term) -> str:
        name = "[]" if subject.startswith("_:") and not self._uses[subject] else compact(subject)
        return f"{name} {self._pairs(subject, '  ')} .\n"

    def _pairs(self, subject: Term, indent: str) -> str:
        grouped: dict[Term, list[Term]] = defaultdict(list)
        for predicate, obj in self._about[subject]:
            grouped[predicate].append(obj)
        lines = []
        for predicate in sorted(grouped, key=lambda p: (_RANK.get(p, len(_RANK)), p)):
            verb = "a" if predicate == _TYPE else compact(predicate)
            values = [
                self._object(obj, indent + "  ") for obj in sorted(grouped[predicate], key=_natural)
            ]
            if any(obj.startswith("_:") for obj in grouped[predicate]):
                values.sort()
            line = f"{verb} {' , '.join(values)}"
            if len(indent) + len(line) > _WIDTH or "\n" in line:
                line = f"{verb} " + f" ,\n{indent}  ".join(values)
            lines.append(line)
        return f" ;\n{indent}".join(lines)

    def _object(self, term: Term, indent: str) -> str:
        if term not in self._nested:
            return short(term)
        members = self._members(term)
        if members is not None:
            return "( " + " ".join(self._object(m, indent + "  ") for m in members) + " )"
        if not self._about.get(term):
            return "[]"
        return f"[\n{indent}  {self._pairs(term, indent + '  ')}\n{indent}]"

    def _members(self, head: Term) -> list[Term] | None:
        """Return the members of a list that the short form says completely, else nothing."""
        members = []
        while head != _NIL:
            cell = dict(self._about.get(head, ()))
            if (
                cell.keys() != {_FIRST, _REST}
                or len(self._about[head]) != 2
                or head not in self._nested
            ):
                return None
            members.append(cell[_FIRST])
            head = cell[_REST]
        return members


def _natural(term: Term) -> tuple[object, ...]:
    """Return a key that puts c9 before c10, and a literal after another by its language."""
    language = term.rpartition("@")[2] if term.startswith('"') and not term.endswith('"') else ""
    return language, *(
        (not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in re.split(r"(\d+)", term)
    )


def short(term: Term) -> str:
    """Return a term in its shortest Turtle form, a literal with its lexical form as it is."""
    if term.startswith('"'):
        lexical, _, datatype = literal_parts(term)
        if datatype in _BARE and _BARE[datatype].fullmatch(lexical):
            return lexical
    return compact(term)
