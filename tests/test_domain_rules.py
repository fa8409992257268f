"""What each rule concludes and what holds it back, on small made-up cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from little import Concluded, claim, concluding, dated

from kg import paths
from kg.errors import InputError, RdfSyntaxError
from kg.load import load_file
from kg.model import Triple
from kg.namespaces import expand
from kg.rules import load_rules


def size(value: object) -> str:
    return f"clef:subject id:event ; clef:predicate clef:crewSize ; clef:value {value}"


def when(start: str, end: str) -> str:
    return (
        "clef:subject id:event ; clef:predicate clef:occurred ;"
        f' clef:lowerBound "{start}"^^xsd:date ; clef:upperBound "{end}"^^xsd:date'
    )


def worth(value: int, unit: str) -> str:
    said = "clef:subject id:event ; clef:predicate clef:lootValue"
    return f'{said} ; clef:value {value} ; clef:unit "{unit}"'


LED = "clef:subject id:man ; clef:predicate clef:ledEffort ; clef:object id:event"
PART = LED.replace("ledEffort", "involvedIn")
DENIED = LED.replace("ledEffort", "involvedIn") + " ; clef:polarity false"
CONVICTED = (
    "id:conv a clef:Conviction ; clef:convicts id:man ; clef:concernsEvent id:event ;"
    " clef:statedIn id:s1 ; clef:modality clef:FoundByCourt ; clef:rank clef:{rank} .\n"
)
COUNTERPART = "clef:subject id:figure ; clef:predicate clef:counterpartOf ; clef:object id:{who}"


@pytest.fixture(scope="module")
def conclusions(tmp_path_factory: pytest.TempPathFactory) -> Concluded:
    return concluding(tmp_path_factory.mktemp("cases"))


def wrote(person: str) -> str:
    return f"clef:subject id:show ; clef:predicate clef:director ; clef:object id:{person}"


CASES = {
    "lists of two sources that share nothing conflict": (
        claim("a", "s1", wrote("man")) + claim("b", "s2", wrote("woman")),
        {"id:a clef:conflictsWith id:b"},
        {"id:show clef:director id:man"},
    ),
    "lists of two sources that share a name do not, nor does one source with itself": (
        claim("a", "s1", wrote("man"))
        + claim("b", "s2", wrote("woman"))
        + claim("c", "s2", wrote("man")),
        {"id:show clef:director id:woman", "id:show clef:director id:man"},
        {"id:a clef:conflictsWith id:b", "id:b clef:conflictsWith id:c"},
    ),
    "two intervals that are the same corroborate": (
        claim("a", "s1", when("2003-02-15", "2003-02-16"))
        + claim("b", "s2", when("2003-02-15", "2003-02-16"))
        + claim("c", "s2", when("2003-02-15", "2003-02-17")),
        {"id:a clef:corroborates id:b"},
        {"id:a clef:corroborates id:c"},
    ),
    "a year does not contradict an interval in it, and another year does": (
        claim("a", "s1", when("2003-02-15", "2003-02-16"))
        + claim("b", "s2", dated("event", 2003).replace("date", "occurred"))
        + claim("c", "s3", dated("event", 2001).replace("date", "occurred")),
        {"id:a clef:conflictsWith id:c", "id:b clef:conflictsWith id:c"},
        {"id:a clef:conflictsWith id:b"},
    ),
    "two terms of one sentence conflict": (
        claim(
            "a",
            "s1",
            'clef:subject id:event ; clef:predicate clef:term ; clef:value "P6Y"^^xsd:duration',
        )
        + claim(
            "b",
            "s2",
            'clef:subject id:event ; clef:predicate clef:term ; clef:value "P10Y"^^xsd:duration',
        ),
        ["id:a clef:conflictsWith id:b"],
        ["id:event clef:term"],
    ),
    "a year and a day in another year conflict": (
        claim("a", "s1", size('"2004"^^xsd:gYear').replace("crewSize", "occurred"))
        + claim("b", "s2", size('"2003-02-15"^^xsd:date').replace("crewSize", "occurred")),
        ["id:a clef:conflictsWith id:b"],
        [],
    ),
    "a year and a day in it do not": (
        claim("a", "s1", size('"2003"^^xsd:gYear').replace("crewSize", "occurred"))
        + claim("b", "s2", size('"2003-02-15"^^xsd:date').replace("crewSize", "occurred")),
        [],
        ["clef:conflictsWith"],
    ),
    "a denied value is held back": (
        claim("a", "s1", size(5)) + claim("b", "s2", size(5) + " ; clef:polarity false"),
        ["id:b clef:conflictsWith id:a"],
        ["id:event clef:crewSize"],
    ),
    "two counts conflict": (
        claim("a", "s1", size(5)) + claim("b", "s2", size(6)),
        ["id:a clef:conflictsWith id:b", "id:b clef:conflictsWith id:a"],
        ['id:event clef:crewSize "5"', 'id:event clef:crewSize "6"'],
    ),
    "a bound that holds the other value is no conflict": (
        claim("a", "s1", size(5)) + claim("b", "s2", size(4).replace("value", "lowerBound")),
        ['id:event clef:crewSize "5"'],
        ["clef:conflictsWith"],
    ),
    "intervals that meet do not conflict": (
        claim("a", "s1", when("2003-02-15", "2003-02-16"))
        + claim("b", "s2", when("2003-01-01", "2003-12-31")),
        [],
        ["clef:conflictsWith"],
    ),
    "intervals apart conflict": (
        claim("a", "s1", when("2003-02-15", "2003-02-16"))
        + claim("b", "s2", when("2003-02-13", "2003-02-14")),
        ["id:a clef:conflictsWith id:b"],
        [],
    ),
    "different currencies are not compared": (
        claim("a", "s1", worth(100, "USD")) + claim("b", "s2", worth(200, "EUR")),
        [],
        ["clef:conflictsWith", "id:event clef:lootValue"],
    ),
    "a preferred claim stands against its rivals": (
        claim("a", "s1", size(5), rank="Preferred") + claim("b", "s2", size(6)),
        ['id:event clef:crewSize "5"'],
        ['id:event clef:crewSize "6"'],
    ),
    "two preferred claims that conflict are both held back": (
        claim("a", "s1", size(5), rank="Preferred") + claim("b", "s2", size(6), rank="Preferred"),
        ["id:a clef:conflictsWith id:b"],
        ["id:event clef:crewSize"],
    ),
    "a deprecated claim is not promoted and blocks nothing": (
        claim("a", "s1", size(5)) + claim("b", "s2", size(6), rank="Deprecated"),
        ['id:event clef:crewSize "5"'],
        ['id:event clef:crewSize "6"', "clef:conflictsWith"],
    ),
    "independent sources corroborate": (
        claim("a", "s1", size(5)) + claim("b", "s2", size(5)),
        ["id:a clef:corroborates id:b"],
        [],
    ),
    "a copy does not corroborate": (
        claim("a", "s1", size(5)) + claim("b", "s3", size(5)),
        [],
        ["clef:corroborates"],
    ),
    "an allegation is not promoted": (
        claim("a", "s1", size(5), how="Alleged"),
        [],
        ["id:event clef:crewSize"],
    ),
    "guilt by one paper is not promoted": (
        claim("a", "s1", LED),
        [],
        ["id:man clef:ledEffort", "id:man clef:involvedIn", "clef:ledBy id:man"],
    ),
    "guilt said to be found by a court, with no finding, is not promoted": (
        claim("a", "s1", LED, how="FoundByCourt"),
        [],
        ["id:man clef:ledEffort"],
    ),
    "guilt with the conviction of another is not promoted": (
        claim("a", "s1", LED + " ; clef:courtFinding id:conv", how="FoundByCourt")
        + CONVICTED.format(rank="Normal").replace("id:man", "id:woman"),
        [],
        ["id:man clef:ledEffort", "id:man clef:involvedIn"],
    ),
    "guilt with the conviction of that man is promoted": (
        claim("a", "s1", PART + " ; clef:courtFinding id:conv", how="FoundByCourt")
        + CONVICTED.format(rank="Normal"),
        ["id:man clef:involvedIn id:event", "id:man clef:convictedOver id:event"],
        [],
    ),
    "a conviction does not bear out who led": (
        claim("a", "s1", LED + " ; clef:courtFinding id:conv", how="FoundByCourt")
        + CONVICTED.format(rank="Normal"),
        ["id:man clef:involvedIn id:event"],
        ["id:man clef:ledEffort id:event"],
    ),
    "an acquittal is not borne out by a conviction": (
        claim(
            "a",
            "s1",
            LED.replace("ledEffort", "acquittedOver") + " ; clef:courtFinding id:conv",
            how="FoundByCourt",
        )
        + CONVICTED.format(rank="Normal"),
        [],
        ["id:man clef:acquittedOver"],
    ),
    "an overturned conviction yields nothing": (
        claim("a", "s1", LED + " ; clef:courtFinding id:conv", how="FoundByCourt")
        + CONVICTED.format(rank="Deprecated"),
        [],
        ["clef:convictedOver id:event", "id:man clef:ledEffort", "id:man clef:involvedIn"],
    ),
    "a rumoured accusation yields nothing": (
        CONVICTED.format(rank="Normal")
        .replace("Conviction ; clef:convicts", "Accusation ; clef:accuses")
        .replace("FoundByCourt", "Rumoured"),
        [],
        ["id:man clef:accusedOver", "id:man clef:accusedIn"],
    ),
    "a reported accusation is an accusation, not an involvement": (
        CONVICTED.format(rank="Normal")
        .replace("Conviction ; clef:convicts", "Accusation ; clef:accuses")
        .replace("FoundByCourt", "Asserted"),
        ["id:man clef:accusedOver id:event"],
        ["id:man clef:involvedIn", "id:man clef:convictedOver"],
    ),
    "a claim cannot convict": (
        "id:conv a clef:Conviction .\n"
        + claim(
            "a", "s1", "clef:subject id:conv ; clef:predicate clef:convicts ; clef:object id:man"
        )
        + claim(
            "b",
            "s1",
            "clef:subject id:conv ; clef:predicate clef:concernsEvent ; clef:object id:event",
        ),
        [],
        ["clef:convictedOver", "clef:convictedIn"],
    ),
    "a denial conflicts with the narrower claim, and is no fact": (
        claim("a", "s1", LED) + claim("b", "s2", DENIED, how="SelfReported"),
        ["id:b clef:conflictsWith id:a"],
        ["id:man clef:involvedIn"],
    ),
    "a denial conflicts with the narrower claim put the other way round": (
        claim("a", "s1", "clef:subject id:event ; clef:predicate clef:ledBy ; clef:object id:man")
        + claim("b", "s2", DENIED, how="SelfReported")
        + claim(
            "c", "s2", "clef:subject id:event ; clef:predicate clef:ledBy ; clef:object id:woman"
        ),
        ["id:b clef:conflictsWith id:a"],
        ["id:b clef:conflictsWith id:c"],
    ),
    "a denial put the other way round conflicts too": (
        claim("a", "s1", LED)
        + claim(
            "b",
            "s2",
            "clef:subject id:event ; clef:predicate clef:ledBy ; clef:object id:man ;"
            " clef:polarity false",
        ),
        ["id:b clef:conflictsWith id:a"],
        ["id:man clef:ledEffort id:event"],
    ),
    "a denied conviction is disputed": (
        CONVICTED.format(rank="Normal") + claim("b", "s2", DENIED, how="SelfReported"),
        ["id:man clef:convictedOver id:event", "clef:disputedBy id:b"],
        [],
    ),
    "one character for two people is a composite": (
        claim("a", "s1", COUNTERPART.format(who="man"))
        + claim("b", "s2", COUNTERPART.format(who="woman")),
        ["id:figure rdf:type clef:CompositeCharacter"],
        [],
    ),
    "one character for one person is not": (
        claim("a", "s1", COUNTERPART.format(who="man")),
        ["id:figure rdf:type clef:CounterpartCharacter"],
        ["clef:CompositeCharacter"],
    ),
    "works about one thing share a basis, not with themselves": (
        claim(
            "a", "s1", "clef:subject id:show ; clef:predicate clef:basedOn ; clef:object id:event"
        )
        + "id:book a clef:Work .\n"
        + claim(
            "b", "s2", "clef:subject id:book ; clef:predicate clef:recounts ; clef:object id:event"
        ),
        ["id:show clef:sharesBasisWith id:book", "id:book clef:sharesBasisWith id:show"],
        ["id:show clef:sharesBasisWith id:show"],
    ),
    "people in one work are co-stars, not of themselves": (
        claim("a", "s1", "clef:subject id:man ; clef:predicate clef:actedIn ; clef:object id:show")
        + claim(
            "b", "s1", "clef:subject id:woman ; clef:predicate clef:actedIn ; clef:object id:show"
        ),
        ["id:man clef:coStarOf id:woman", "id:woman clef:coStarOf id:man"],
        ["id:man clef:coStarOf id:man"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_rule(conclusions: Concluded, name: str) -> None:
    text, wanted, unwanted = CASES[name]
    found = conclusions(text)
    for start in wanted:
        assert any(line.startswith(start) or line.endswith(start) for line in found), start
    for part in unwanted:
        assert not [
            line for line in found if part in line and "rdfs:" not in line and "owl:" not in line
        ], part


def test_every_rule_has_a_name_and_a_sentence_in_both_languages() -> None:
    triples = load_file(paths.ontology() / "rules" / "rules.ttl").triples
    for path in (paths.ontology() / "rules").glob("*.rq"):
        if path.stem != "gate":
            for predicate in ("rdfs:label", "skos:definition"):
                key = (expand(f"rule:{path.stem}"), expand(predicate))
                tags = sorted(t.object.rpartition("@")[2] for t in triples if t[:2] == key)
                assert tags == ["en", "it"], key


def test_a_rule_that_is_no_construct_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.rq").write_text("SELECT ?s WHERE { ?s ?p ?o }", encoding="utf-8")
    with pytest.raises(RdfSyntaxError, match="CONSTRUCT"):
        load_rules(tmp_path, ())
    (tmp_path / "r.rq").write_text("CONSTRUCT { ?s ?p } WHERE { ?s ?p ?o }", encoding="utf-8")
    with pytest.raises(RdfSyntaxError) as caught:
        load_rules(tmp_path, ())
    assert caught.value.where.startswith("r.rq:1:")


def test_a_rule_without_its_file_is_missed(tmp_path: Path) -> None:
    named = Triple(expand("rule:lost"), expand("sh:order"), '"1"')
    with pytest.raises(InputError, match="no file for the rules lost"):
        load_rules(tmp_path, [named])
