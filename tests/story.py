"""Draws story facts for the tests of the firewall, from all that the ontology lets a claim say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from kg import paths
from kg.interpret import Interpretation, interpret
from kg.load import load_dataset, parse
from kg.model import Dataset, SourceFile, Term, Triple
from kg.namespaces import PREFIXES, compact, expand, iri
from kg.rules import Rule, load_rules

PROLOGUE = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())
SOURCED = (
    'clef:statedIn id:zz-source ; clef:locator "p. 1"@en ; clef:quotation "so it is told"@en ;'
    ' clef:rankReason "made up"@en'
)
ASSERTED = f"{SOURCED} ; clef:modality clef:Asserted ; clef:rank clef:Normal"
SETTING = f"""
id:zz-source a clef:Source ; dct:identifier "zz-source" ; dct:title "Made up"@en ;
  dct:publisher "Nobody" ; dct:issued "1901"^^xsd:gYear ; dct:language "en" ;
  clef:sourceKind clef:BookSource .
id:zz-film a clef:Film ; rdfs:label "a film"@en .
id:zz-figure a clef:Character ; rdfs:label "a figure"@en .
id:zz-stranger a clef:Character ; rdfs:label "a stranger"@en .
id:zz-crew a clef:StoryGroup ; rdfs:label "a crew"@en .
id:zz-cellar a clef:StoryPlace ; rdfs:label "a cellar"@en .
id:zz-telling a clef:StoryEvent ; rdfs:label "a telling"@en ; clef:toldIn id:zz-film ; {ASSERTED} .
id:zz-performer a clef:Person ; rdfs:label "a performer"@en .
id:zz-part a clef:Performance ; clef:performer id:zz-performer ; clef:inWork id:zz-film ;
  {ASSERTED} .
"""
"""A film that does not exist, and one of each thing that a story can have."""

TYPE = iri("rdf:type")
_LITERALS = {
    iri("xsd:integer"): "7",
    iri("xsd:decimal"): "7.5",
    iri("xsd:duration"): '"P6M"^^xsd:duration',
    iri("xsd:date"): '"1901-02-03"^^xsd:date',
    iri("xsd:gYear"): '"1901"^^xsd:gYear',
    iri("rdf:langString"): '"as told"@en',
}


class Kind(NamedTuple):
    """A kind of claim: its property, the subjects that fit, and what may be said of them."""

    predicate: str
    subjects: list[str]
    said: list[str]


@dataclass(frozen=True)
class World:
    """A dossier with the setting of a further story, and what can be told in it."""

    dataset: Dataset
    rules: Mapping[str, Rule]

    def told(self, text: str) -> Interpretation:
        """Return what follows with a draft of more facts."""
        return interpret(Dataset((*self.dataset.files, draft(text))), self.rules)

    @cached_property
    def before(self) -> frozenset[Triple]:
        """What follows before any draft."""
        return frozenset(concluded(interpret(self.dataset, self.rules)))

    @cached_property
    def known(self) -> frozenset[Triple]:
        """All that is said before any draft, and all that follows."""
        return self.before.union(self.dataset.triples())

    @cached_property
    def members(self) -> Mapping[Term, frozenset[str]]:
        """The names of every class."""
        found: dict[Term, set[str]] = defaultdict(set)
        for subject, predicate, obj in self.known:
            if predicate == TYPE and subject.startswith("<"):
                found[obj].add(compact(subject))
        return {kind: frozenset(names) for kind, names in found.items()}

    def layer(self, name: str) -> frozenset[Term]:
        """Return what is real, or what is only in a story."""
        return frozenset(map(expand, self.members[iri(f"clef:{name}Entity")]))

    def of(self, *kinds: str) -> list[str]:
        """Return the names in any of some classes."""
        return sorted({name for kind in kinds for name in self.members.get(iri(kind), ())})

    @cached_property
    def claims(self) -> list[Kind]:
        """Every kind of claim, each with the subjects and objects that its domain and range allow.

        Where a property has no range, its object is of the layer of the subject.
        """
        marked = (iri("clef:claimable"), '"true"^^' + iri("xsd:boolean"))
        return [self._kind(t.subject) for t in sorted(self.known) if t[1:] == marked]

    def _kind(self, name: Term) -> Kind:
        about = {t for t in self.known if t.subject == name}
        entities = self.of("clef:RealEntity", "clef:FictionalEntity", "clef:Work", "skos:Concept")
        subjects = self._within(about, "rdfs:domain", {*entities, *self.of("clef:Performance")})
        if (name, TYPE, iri("owl:DatatypeProperty")) in about:
            said = [f"clef:value {value}" for value in self._values(name)]
        else:
            said = [f"clef:object {o}" for o in self._within(about, "rdfs:range", entities)]
        return Kind(compact(name), subjects, said)

    def _within(self, about: set[Triple], end: str, names: Iterable[str]) -> list[str]:
        kinds = [t.object for t in about if t.predicate == iri(end)]
        return sorted(n for n in names if all(n in self.members.get(k, ()) for k in kinds))

    def _values(self, name: Term) -> list[str]:
        """Return literals of the types that the shape of a property names."""
        shapes = {t.subject for t in self.known if t[1:] == (iri("sh:targetNode"), name)}
        below: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self.known:
            if triple.subject.startswith("_:") or triple.subject in shapes:
                below[triple.subject].append(triple)
        found, waiting = set(), list(shapes)
        while waiting:
            for triple in below.pop(waiting.pop(), []):
                if triple.predicate == iri("sh:datatype"):
                    found.add(_LITERALS.get(triple.object, ""))
                elif triple.object.startswith("_:"):
                    waiting.append(triple.object)
        return sorted(found - {""}) or ['"en"']

    def story(self) -> list[Kind]:
        """Return the kinds of claim that a story can have, with its own things for subject."""
        told = {*self.of("clef:FictionalEntity", "clef:Performance")}
        real = {f"clef:object {name}" for name in self.of("clef:RealEntity")}
        kinds = []
        for kind in self.claims:
            subjects = [name for name in kind.subjects if name in told]
            said = [text for text in kind.said if text not in real]
            if subjects and said:
                kinds.append(Kind(kind.predicate, subjects, said))
        return kinds


def concluded(meaning: Interpretation) -> set[Triple]:
    """Return what is accepted or inferred."""
    return {*meaning.closure.inferred(), *meaning.accepted}


def world(data: Path) -> World:
    """Return the world of a dossier with the setting of a further story."""
    dataset = load_dataset(paths.ontology(), data)
    rules = load_rules(paths.ontology() / "rules", dataset.triples("ontology"))
    return World(Dataset((*dataset.files, draft(SETTING))), rules)


def draft(text: str) -> SourceFile:
    """Return a draft of Turtle as a file."""
    content = (PROLOGUE + text).encode()
    triples = tuple(parse(content, Path("draft.ttl"), name="draft.ttl"))
    return SourceFile("draft.ttl", "draft", "", triples, iri("id:zz-source"))


def claim(name: str, kind: str, subject: str, said: str, how: str = "Asserted") -> str:
    """Return a claim in Turtle, with a rank of Normal; `how` is its modality."""
    loose = kind in ("clef:note", "clef:connectedWith")
    aspect = " ; clef:aspect clef:Dramatisation ; clef:text 'so'@en , 'così'@it" if loose else ""
    return (
        f'id:{name} a clef:Claim ; dct:identifier "{name}" ; clef:subject {subject} ;'
        f" clef:predicate {kind} ; {said}{aspect} ; {SOURCED} ;"
        f" clef:modality clef:{how} ; clef:rank clef:Normal .\n"
    )


@st.composite
def drafts(draw: st.DrawFn, told: World, kinds: list[Kind]) -> str:
    """Draw a draft of a few facts of the kinds given, and of performances and comparisons."""
    modalities, ranks = told.of("clef:Modality"), told.of("clef:Rank")
    lines = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(kinds))
        subject, said = draw(st.sampled_from(kind.subjects)), draw(st.sampled_from(kind.said))
        text = claim(f"zz-{number}", kind.predicate, subject, said)
        text = text.replace("clef:Asserted", draw(st.sampled_from(modalities)))
        text = text.replace("clef:Normal", draw(st.sampled_from(ranks)))
        if draw(st.booleans()):
            text = text.replace(" ; clef:modality", " ; clef:polarity false ; clef:modality")
        if "clef:FoundByCourt" in text and told.of("clef:Conviction"):
            finding = draw(st.sampled_from(told.of("clef:Conviction")))
            text = text.replace(
                " ; clef:modality", f" ; clef:courtFinding {finding} ; clef:modality"
            )
        lines.append(text)
    return "".join(lines)


@st.composite
def performances(draw: st.DrawFn, told: World) -> str:
    """Draw performances by anybody in any work, of any figure."""
    lines = []
    for number in range(draw(st.integers(1, 3))):
        name = f"id:zz-part-{number}"
        performer = draw(st.sampled_from(told.of("clef:Person")))
        work, figure = (draw(st.sampled_from(told.of(k))) for k in ("clef:Work", "clef:Character"))
        lines.append(
            f"{name} a clef:Performance ; clef:performer {performer} ; clef:inWork {work} ;"
            f" {ASSERTED} .\n"
        )
        lines.append(claim(f"zz-of-{number}", "clef:ofCharacter", name, f"clef:object {figure}"))
    return "".join(lines)


def comparison(work: str, told: str, record: str) -> str:
    """Return a divergence of a claim of the draft from a claim of the dossier."""
    return (
        f"id:zz-divergence a clef:Divergence ; clef:comparesWork {work} ; clef:storySide {told} ;"
        f" clef:recordSide {record} ; clef:divergenceKind clef:AlteredOutcome ;"
        f' clef:basis clef:Reported ; clef:text "So."@en , "Così."@it ; {ASSERTED} .\n'
    )
