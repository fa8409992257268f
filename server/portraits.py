"""Own the parts of pages that set real beside reel, and tell of courts; not the other parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kg.aspects import resembles
from kg.claims import Claim, claim, claims_on, sorted_claims
from kg.index import Index
from kg.model import Term
from kg.namespaces import iri
from server.present import label
from server.sections import Page, Section
from server.standings import mode_of, words_of
from server.tellings import Telling, tellings
from server.words import gettext as _

__all__ = ["Comparison", "cast", "compared", "comparison", "counterparts", "proceedings"]

_STEPS = tuple(
    iri(f"clef:{name}")
    for name in (
        "accusedIn",
        "arrestedIn",
        "chargedIn",
        "convictedIn",
        "acquittedIn",
        "releasedIn",
        "hasJusticeEvent",
    )
)
_KINDS = tuple(
    iri(f"clef:{name}")
    for name in (
        "Accusation",
        "Arrest",
        "Charge",
        "Conviction",
        "Acquittal",
        "Sentence",
        "Release",
        "JusticeEvent",
    )
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two claims side by side, and in words whether and how they differ."""

    node: Term
    verdict: str
    story: Claim | None
    record: Claim | None
    text: str
    basis: str
    work: Term | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step in a legal process: its kind, when, how it is known, and what is said of it.

    `standing` tells in words how it is known; where whom it touched is only claimed, how that is.
    """

    node: Term
    kind: Term
    dates: tuple[Telling, ...]
    standing: str
    claimed: bool
    sources: tuple[Term, ...]
    about: tuple[Term, ...]
    told: tuple[tuple[Term, tuple[Telling, ...]], ...]

    @property
    def contested(self) -> bool:
        """Tell whether sources disagree on when it was, where they agree that it was."""
        return not self.claimed and any(one.disputed for told in self.dates for one in told.claims)


def comparison(index: Index, node: Term, language: str) -> Comparison:
    """Return a comparison of the graph."""
    sides = [index.one(node, iri(f"clef:{name}")) for name in ("storySide", "recordSide")]
    story, record = (claim(index, side) if side else None for side in sides)
    alike = iri("clef:Correspondence") in index.kinds(node)
    kinds = [label(kind) for kind in index.objects(node, iri("clef:divergenceKind"))]
    basis = index.one(node, iri("clef:basis"))
    return Comparison(
        node=node,
        verdict=_alike(index, node, story, record) if alike else ", ".join([_("differs"), *kinds]),
        story=story,
        record=record,
        text=index.text(node, [iri("clef:text")], language),
        basis=label(basis) if basis else "",
        work=index.one(node, iri("clef:comparesWork")),
    )


def _alike(index: Index, node: Term, story: Claim | None, record: Claim | None) -> str:
    """Return with what the story agrees: the record, or something that says less."""
    if story and resembles(index, node, story.subject):
        return _("a resemblance that no source makes")
    if record and record.modality == iri("clef:SelfReported"):
        return _("agrees with what somebody says of themselves (self-reported)")
    return _("agrees with the record")


def compared(index: Index, story: Collection[Term], record: Collection[Term]) -> list[Term]:
    """Return the comparisons of which one side is about some of these terms."""
    found = []
    for node in index.members(iri("clef:Comparison")):
        for name, wanted in (("storySide", story), ("recordSide", record)):
            side = index.one(node, iri(f"clef:{name}"))
            one = claim(index, side) if side else None
            if one and not {one.subject, *one.values}.isdisjoint(wanted):
                found.append(node)
                break
    return found


def counterparts(page: Page, language: str) -> Section | None:
    """Set a person, event or place beside what stands for it in stories, or the other way."""
    index, term = page.index, page.term
    real = page.objects("clef:hasFictionalCounterpart")
    pairs = [(term, reel) for reel in real] or [
        (other, term) for other in page.objects("clef:counterpartOf")
    ]
    shown = []
    for record, reel in pairs:
        # What is compared with a step of the law, such as a release, may be another character.
        nodes = compared(index, {reel}, {record})
        told = [
            one for one in claims_on(index, reel, iri("clef:counterpartOf")) if record in one.values
        ]
        shown.append(
            {
                "real": record,
                "reel": reel,
                "players": index.objects(reel, iri("clef:playedBy")),
                "works": index.objects(reel, iri("clef:appearsIn"))
                or index.objects(reel, iri("clef:toldIn")),
                "tied": told,
                "rows": [comparison(index, node, language) for node in nodes],
            }
        )
    if not shown:
        return None
    return Section("counterpart", _("On record and on screen"), "card", {"pairs": shown})


def proceedings(page: Page) -> Section | None:
    """Tell the steps of the law in words, each with its date, its sources and what it was about."""
    index = page.index
    nodes = list(dict.fromkeys(end for name in _STEPS for end in index.objects(page.term, name)))
    for node in list(nodes):
        nodes += index.objects(node, iri("clef:imposes"))
    claimed = _claimed(index, page.term)
    nodes += [node for node in claimed if node not in nodes]
    for triple in index.outgoing(page.term):
        if triple.predicate in _STEPS:
            page.told.add(triple)
    made = {node: _step(index, node, claimed.get(node)) for node in nodes}
    steps = sorted(made.values(), key=lambda step: _when(index, made, step))
    return Section("law", _("Police and courts"), "law", {"steps": steps}) if steps else None


def _claimed(index: Index, term: Term) -> dict[Term, Claim]:
    """Return the steps that nothing but a claim ties to somebody, with the first such claim."""
    whom = {name for step in _STEPS for name in index.subjects(iri("owl:inverseOf"), step)}
    said = (claim(index, node) for node in index.subjects(iri("clef:object"), term))
    found: dict[Term, Claim] = {}
    for one in sorted_claims(one for one in said if one.predicate in whom and not one.denies):
        found.setdefault(one.subject, one)
    return found


def _step(index: Index, node: Term, whom: Claim | None) -> Step:
    mode = index.one(node, iri("clef:modality"))
    claims = claims_on(index, node)
    date = iri("clef:date")
    others = dict.fromkeys(one.predicate for one in claims if one.predicate != date)
    return Step(
        node=node,
        kind=next(kind for kind in _KINDS if kind in index.kinds(node)),
        dates=tuple(tellings(index, [one for one in claims if one.predicate == date])),
        standing=", ".join(words_of(index, whom)) if whom else mode_of(mode) if mode else "",
        claimed=whom is not None,
        sources=index.objects(node, iri("clef:statedIn")),
        about=index.objects(node, iri("clef:concernsEvent")),
        told=tuple(
            (name, tuple(tellings(index, [one for one in claims if one.predicate == name])))
            for name in others
        ),
    )


def _when(index: Index, made: Mapping[Term, Step], step: Step) -> tuple[str, int]:
    """Return what puts steps in the order of time; a conviction is as old as its sentence."""
    imposed = [made[node] for node in index.objects(step.node, iri("clef:imposes"))]
    dated = [told for each in (step, *imposed) for told in each.dates]
    values = [value for told in dated for one in told.claims for value in one.values]
    return min(values, default="~"), _KINDS.index(step.kind)


def cast(page: Page) -> Section | None:
    """Tell who plays whom, in the order of the credits, and who is behind the character."""
    index = page.index
    nodes = page.objects("clef:creditsPerformance") or page.objects("clef:gavePerformance")
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for node in nodes:
        character = index.one(node, iri("clef:ofCharacter"))
        lines = claims_on(index, node, iri("clef:ofCharacter"))
        billed = [index.one(one.node, iri("clef:billingPosition")) for one in lines]
        place = min((int(b.split('"')[1]) for b in billed if b), default=10**6)
        rows[place, label(node)] = {
            "performance": node,
            "actor": index.one(node, iri("clef:performer")),
            "character": character,
            "work": index.one(node, iri("clef:inWork")),
            "real": index.objects(character, iri("clef:counterpartOf")) if character else (),
            "invented": bool(character)
            and iri("clef:InventedCharacter") in index.kinds(character or ""),
            "sources": index.objects(node, iri("clef:statedIn")),
        }
    if not rows:
        return None
    told = {"clef:creditsPerformance", "clef:includesPerformance", "clef:hasActor"}
    told |= {"clef:hasCharacter", "clef:gavePerformance", "clef:actedIn", "clef:playsCharacter"}
    names = {iri(name) for name in told}
    page.told.update(t for t in index.outgoing(page.term) if t.predicate in names)
    heading = _("Who plays whom") if page.is_a("clef:Work") else _("Roles")
    ordered = [rows[key] for key in sorted(rows)]
    return Section("cast", heading, "cast", {"rows": ordered, "of_work": page.is_a("clef:Work")})
