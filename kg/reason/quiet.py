"""Own what says nothing: triples that follow from the rules whatever a graph is about."""

from __future__ import annotations

from kg.model import Triple
from kg.reason.datatypes import is_datatype
from kg.reason.notation import NAMESPACES

__all__ = ["says_nothing"]

_RDF, _RDFS, _OWL = (NAMESPACES[name] for name in ("rdf", "rdfs", "owl"))
_TYPE = f"<{_RDF}type>"
_THING, _NOTHING = f"<{_OWL}Thing>", f"<{_OWL}Nothing>"
_RESOURCE = f"<{_RDFS}Resource>"
_SUBCLASS = f"<{_RDFS}subClassOf>"
_REFLEXIVE = {
    _SUBCLASS,
    f"<{_RDFS}subPropertyOf>",
    *(f"<{_OWL}{name}>" for name in ("sameAs", "equivalentClass", "equivalentProperty")),
}
_TOP = {_TYPE, _SUBCLASS, f"<{_RDFS}domain>", f"<{_RDFS}range>"}
_KINDS = {f"<{_RDFS}Datatype>", f"<{_OWL}AnnotationProperty>", f"<{_OWL}Class>"}


def says_nothing(triple: Triple) -> bool:
    """Say whether a triple holds of any graph, or of anything that it could be said of.

    >>> says_nothing(Triple("<http://e/a>", _TYPE, _THING))
    True
    """
    subject, predicate, obj = triple
    if predicate in _REFLEXIVE and subject == obj:
        return True
    if predicate in _TOP and obj in {_THING, _RESOURCE}:
        return True
    if predicate == _SUBCLASS and subject == _NOTHING:
        return True
    built_in = subject.startswith((f"<{_RDFS}", f"<{_OWL}")) or is_datatype(subject)
    return predicate == _TYPE and obj in _KINDS and built_in
