"""Own how a triple and the reason of a step are said in a sentence; not which proof is told.

What an axiom says is told for a reader who knows no axioms. Names of classes and properties stand
in quotation marks there, since they are words of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Flask

from kg.claims import claim
from kg.index import Index
from kg.model import Proof, Term, Triple
from kg.namespaces import iri, local_name
from kg.tell import shown
from server import links
from server.present import label, phrase, value_of, with_value
from server.state import state
from server.words import gettext as _
from server.words import language

__all__ = [
    "because",
    "claim_sentence",
    "init_app",
    "is_axiom",
    "kind_words",
    "named",
    "question",
    "rule_words",
    "sentence",
    "voice",
]

_TYPE, _CLAIM = iri("rdf:type"), iri("clef:Claim")
_FIRST, _REST = iri("rdf:first"), iri("rdf:rest")
_TRUE = '"true"^^' + iri("xsd:boolean")
_NUMBERED = {
    _CLAIM: "claim %(name)s",
    iri("clef:Comparison"): "comparison %(name)s",
    iri("clef:Link"): "link %(name)s",
}
"""What has no name but an identifier, and how that is told in a sentence."""
_NAMED = 3
"""How many of the statements that a conclusion rests on its one sentence names."""

_AXIOMS: Mapping[Term, str] = {
    iri("rdfs:subClassOf"): "every %(one)s is %(kind)s",
    iri("rdfs:subPropertyOf"): "%(one)s always means %(other)s as well",
    iri("owl:inverseOf"): "%(one)s and %(other)s say the same in opposite directions",
    iri("rdfs:domain"): "whatever stands before %(one)s is %(kind)s",
    iri("rdfs:range"): "whatever stands after %(one)s is %(kind)s",
    iri("owl:propertyChainAxiom"): "%(one)s follows from %(other)s, one after the other",
    iri("owl:intersectionOf"): "to be %(itself)s takes being each of these: %(other)s",
    iri("owl:unionOf"): "to be %(itself)s it is enough to be one of these: %(other)s",
    iri("owl:someValuesFrom"): "there is a word for every %(one)s",
    iri("owl:onProperty"): "there is a word for every %(one)s",
}
_KINDS: Mapping[Term, str] = {
    iri("owl:SymmetricProperty"): "%(one)s holds in both directions",
    iri("owl:TransitiveProperty"): "%(one)s passes on from one thing to the next",
}
_CHOSEN: Mapping[str, str] = {
    "promote": "so says %(who)s, and nothing holds the claim back",
    "promote-finding": "a court found so, says %(who)s, and the conviction is on record",
}
"""What the two promotions say, with the sources in the place of “a source”."""


def init_app(app: Flask) -> None:
    """Give templates what says a claim, and where a statement is proved."""
    app.jinja_env.filters |= {
        "claim_sentence": claim_sentence,
        "name_of": links.name_of,
        "named": named,
        "voice": voice,
    }
    app.jinja_env.globals |= {"why_of": links.why}


def question(triple: Triple) -> str:
    """Return the question that the proof of a triple answers."""
    if triple.predicate == _TYPE:
        return _("Why is %(one)s %(kind)s?", one=named(triple[0]), kind=kind_words(triple[2]))
    return _("Why do we say that %(statement)s?", statement=sentence(triple))


def sentence(triple: Triple) -> str:
    """Return what a triple says, without a full stop."""
    subject, predicate, obj = triple
    if predicate == _TYPE and obj in _KINDS:
        return _(_KINDS[obj], one=_quoted(subject))
    if predicate in _AXIOMS:
        words = {"one": _quoted(subject), "other": _quoted(obj), "kind": kind_words(obj)}
        words["itself"] = kind_words(subject)
        return _(_AXIOMS[predicate], **words)
    if predicate == _TYPE:
        return _("%(one)s is %(kind)s", one=named(subject), kind=kind_words(obj))
    one = _quoted(subject) if is_axiom(triple) else named(subject)
    if obj == _TRUE:
        return f"{one} {label(predicate)}"
    return f"{one} {with_value(predicate, named(obj))}"


def claim_sentence(node: Term) -> str:
    """Return what a claim says: in its own words, else as its statement."""
    found = claim(_index(), node)
    text = found.text.get(language()) or found.text.get("en")
    if text:
        return text
    words = f"{named(found.subject)} {with_value(found.predicate, value_of(found))}"
    return _("not: %(statement)s", statement=words) if found.denies else words


def because(proof: Proof) -> str:
    """Return the one sentence that says why the last step of a proof holds."""
    premises = shown(proof.premises)
    rule = proof.rule or ""
    if rule in _CHOSEN:
        who = dict.fromkeys(
            voice(o.source) for p in premises for o in p.origins if not is_axiom(p.conclusion)
        )
        return _("Because %(reason)s.", reason=_(_CHOSEN[rule], who=_joined(list(who))))
    facts = [_said(p.conclusion) for p in premises if p.conclusion and not is_axiom(p.conclusion)]
    axioms = [sentence(p.conclusion) for p in premises if p.conclusion and _tellable(p.conclusion)]
    if len(facts) > _NAMED:
        facts = [*facts[:_NAMED], _("so on")]
    if not axioms:
        axioms = [_decapitalised(rule_words(rule))]
    return _("Because %(reason)s.", reason=_joined([*facts, *filter(None, axioms)]))


def voice(source: Term) -> str:
    """Return a source as one that speaks: who published it, in which year, and its title."""
    index = _index()
    publisher = index.text(source, (iri("dct:publisher"),), language())
    year = index.text(source, (iri("dct:issued"),), language())[:4]
    title = f"“{label(source)}”"
    if publisher in {"", "unknown"}:
        return f"{title} ({year})" if year else title
    return f"{publisher} ({year}), {title}" if year else f"{publisher}, {title}"


def rule_words(name: str) -> str:
    """Return what a rule says, in the language of the page."""
    return _index().text(iri(f"rule:{name}"), (iri("skos:definition"),), language())


def is_axiom(triple: Triple | None) -> bool:
    """Tell whether a triple stands in the ontology, so that nobody but its authors says it."""
    return triple in state().library.edition().axioms


def _said(triple: Triple) -> str:
    if triple[1:] == (_TYPE, _CLAIM):
        return claim_sentence(triple.subject).rstrip(".")
    return sentence(triple)


def _tellable(triple: Triple) -> bool:
    """Tell whether an axiom has words of its own here."""
    told = triple.predicate in _AXIOMS or (triple.predicate == _TYPE and triple.object in _KINDS)
    return told and is_axiom(triple)


def named(term: Term) -> str:
    """Return the name of a thing in a sentence; what has none is described."""
    index = _index()
    if term.startswith("_:"):
        return _described(index, term)
    kinds = index.kinds(term)
    for kind, words in _NUMBERED.items():
        if kind in kinds:
            return _(words, name=label(term))
    if iri("clef:Statement") in kinds and not index.texts(term, iri("rdfs:label")):
        return _("the statement %(name)s", name=local_name(term).removeprefix("statement-"))
    return phrase(term)


def kind_words(term: Term) -> str:
    """Return the name of a class with its article."""
    name = _quoted(term)
    return _("an %(name)s", name=name) if name[1:2] in "aeiouAEIOU" else _("a %(name)s", name=name)


def _quoted(term: Term) -> str:
    """Return the name of a class or property in quotation marks, or what it stands for."""
    return _described(_index(), term) if term.startswith("_:") else f"“{label(term)}”"


def _described(index: Index, node: Term) -> str:
    """Return what a class without a name stands for."""
    for predicate, joint in ((iri("owl:intersectionOf"), _("and")), (iri("owl:unionOf"), _("or"))):
        head = index.one(node, predicate)
        if head:
            return f" {joint} ".join(_quoted(member) for member in _members(index, head))
    kind = index.one(node, iri("owl:someValuesFrom"))
    over = index.one(node, iri("owl:onProperty"))
    if kind and over:
        return _("thing that %(property)s %(kind)s", property=label(over), kind=kind_words(kind))
    return _joined([_quoted(m) for m in _members(index, node)]) or _("thing without a name")


def _members(index: Index, head: Term | None) -> Iterator[Term]:
    """Yield the members of an rdf:List."""
    seen: set[Term] = set()
    while head and head not in seen:
        seen.add(head)
        yield from index.objects(head, _FIRST)
        head = index.one(head, _REST)


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s, and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def _decapitalised(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}".rstrip(".")


def _index() -> Index:
    return state().library.edition().index
