"""Reconciliation as a client does it, by the rules of the API; what never stands in a cell."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.model import Term
from kg.namespaces import PREFIXES, iri
from server.library import Edition
from server.state import KEY
from tests.clients.endpoints import serving

SCHEMAS = Path(__file__).parent / "schemas"


def fits(found: Any, name: str) -> Any:
    """Return a document that keeps the rules of a schema."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    return found


def reconcile(client: FlaskClient, queries: Any) -> dict[str, list[dict[str, Any]]]:
    fits(queries, "query-batch")
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    found = fits(answer.get_json(), "result-batch")
    assert list(found) == sorted(queries)
    return {name: one["result"] for name, one in found.items()}


def best(client: FlaskClient, query: Any) -> dict[str, Any]:
    return reconcile(client, {"q": query})["q"][0]


def extend(client: FlaskClient, ids: list[str], *properties: str) -> dict[str, Any]:
    wanted = {"ids": ids, "properties": [{"id": name} for name in properties]}
    fits(wanted, "data-extension-query")
    answer = client.post("/reconcile", data={"extend": json.dumps(wanted)})
    found: dict[str, Any] = fits(answer.get_json(), "data-extension-response")
    return found


class Remote:
    """A client such as OpenRefine: it knows one address, and reads all others in the manifest."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.manifest = fits(self.get(address), "manifest")

    def get(self, address: str) -> Any:
        with urllib.request.urlopen(address) as answer:  # noqa: S310  # of this test's server
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            body = answer.read().decode()
            return (
                json.loads(body) if answer.headers["Content-Type"] == "application/json" else body
            )

    def post(self, **form: Any) -> Any:
        data = urlencode({name: json.dumps(value) for name, value in form.items()}).encode()
        with urllib.request.urlopen(self.address, data) as answer:  # noqa: S310
            return json.loads(answer.read())

    def service(self, place: dict[str, str], **parameters: str) -> Any:
        return self.get(f"{place['service_url']}{place['service_path']}?{urlencode(parameters)}")


@pytest.fixture(scope="module")
def remote(site: Flask) -> Iterator[Remote]:
    with serving(site.extensions[KEY].config.snapshot) as address:
        yield Remote(f"{address.removesuffix('sparql')}reconcile")


def test_a_session_from_names_in_a_table_to_its_new_columns(remote: Remote) -> None:
    manifest = remote.manifest
    assert manifest["identifierSpace"] == PREFIXES["id"]
    kinds = fits(remote.service(manifest["suggest"]["type"], prefix="pers"), "suggest-type")
    person = kinds["result"][0]["id"]
    assert person == "Person"

    names = ["Leonardo Notarbartollo", "SYNNOVE MACODY LUND", "Mc Dowell, Malcolm", "Nobody Atall"]
    queries = {f"q{n}": {"query": name, "type": person} for n, name in enumerate(names)}
    found = fits(remote.post(queries=queries), "result-batch")
    ids = [found[name]["result"][0]["id"] for name in sorted(queries) if found[name]["result"]]
    assert ids == ["leonardo-notarbartolo", "synnove-macody-lund", "malcolm-mcdowell"]
    assert found["q1"]["result"][0]["match"] is True
    assert found["q0"]["result"][0]["match"] is False
    assert found["q3"]["result"] == []

    page = remote.get(manifest["preview"]["url"].replace("{{id}}", quote(ids[0])))
    assert "<h1>" in page
    assert "Leonardo Notarbartolo" in page
    assert "person" in page

    proposal = manifest["extend"]["propose_properties"]
    proposed = fits(remote.service(proposal, type=person, limit="5"), "property-proposal")
    assert len(proposed["properties"]) == 5
    wanted = {"ids": ids, "properties": [{"id": "birthDate"}, {"id": "bornIn"}]}
    values = fits(remote.post(extend=wanted), "data-extension-response")
    assert values["rows"]["leonardo-notarbartolo"] == {
        "birthDate": [{"str": "1952"}],
        "bornIn": [{"id": "palermo", "name": "Palermo"}],
    }
    assert values["rows"]["malcolm-mcdowell"]["birthDate"] == [{"date": "1943-06-13T00:00:00"}]
    view = manifest["view"]["url"].replace("{{id}}", ids[0])
    with urllib.request.urlopen(view) as answer:  # noqa: S310
        assert answer.status == 200


@pytest.mark.parametrize("text", ["Kim Rossi Stuart", "kim-rossi-stuart", "id:kim-rossi-stuart"])
def test_a_name_and_an_id_find_the_thing_for_certain(visitor: FlaskClient, text: str) -> None:
    found = best(visitor, {"query": text})
    assert (found["id"], found["score"], found["match"]) == ("kim-rossi-stuart", 100, True)


def test_candidates_come_by_score_and_tell_what_it_is_made_of(visitor: FlaskClient) -> None:
    found = reconcile(visitor, {"q": {"query": "notarbartolo", "limit": 4}})["q"]
    scores = [one["score"] for one in found]
    assert len(found) == 4
    assert scores == sorted(scores, reverse=True)
    assert found[0]["features"] == [{"id": "name", "value": found[0]["score"]}]
    assert [kind["id"] for kind in found[0]["type"]] == ["Person"]


def test_a_query_is_scored_by_itself(visitor: FlaskClient) -> None:
    alone = best(visitor, {"query": "palermo"})
    with_others = {str(n): {"query": name} for n, name in enumerate(["palermo", "rome", "palermo"])}
    assert reconcile(visitor, with_others)["0"][0] == alone


def test_one_name_for_two_is_no_match_until_the_type_tells(visitor: FlaskClient) -> None:
    shared = {"query": "Everybody Loves Diamonds"}
    assert not any(one["match"] for one in reconcile(visitor, {"q": shared})["q"])
    assert best(visitor, {**shared, "type": ["TVSeries"]})["match"] is True


@pytest.mark.parametrize(
    ("strict", "ids"),
    [("any", {"palermo"}), ("all", set()), ("should", {"palermo"})],
)
def test_types_narrow_as_strictly_as_is_asked(
    visitor: FlaskClient, strict: str, ids: set[str]
) -> None:
    query = {"query": "Palermo", "type": ["Place", "Person"], "type_strict": strict}
    found = reconcile(visitor, {"q": query})["q"]
    assert {one["id"] for one in found if one["score"] > 90} == ids


def test_values_of_properties_raise_and_lower_a_score(visitor: FlaskClient) -> None:
    def score(**value: Any) -> float:
        query = {"query": "malcolm mcdowel", "properties": [value]}
        return float(best(visitor, query)["score"])

    plain = float(best(visitor, {"query": "malcolm mcdowel"})["score"])
    assert score(pid="birthDate", v="1943") > plain > score(pid="birthDate", v="1952-01-01")
    assert score(pid="knownFor", v={"id": "a-clockwork-orange"}) > plain
    assert score(pid="knownFor", v=["nothing", "a clockwork orang"]) > plain - 1
    only = best(visitor, {"properties": [{"pid": "bornIn", "v": "Palermo"}]})
    assert (only["id"], only["match"]) == ("leonardo-notarbartolo", True)


def test_what_is_only_claimed_is_no_value(visitor: FlaskClient, edition: Edition) -> None:
    """Of a claim no cell can tell the status; of guilt not even a conviction is one."""
    index, plain = edition.index, edition.plain
    sensitive = index.subjects(iri("clef:sensitive"), '"true"^^' + iri("xsd:boolean"))
    people = [term for term in plain.things if iri("clef:Person") in index.kinds(term)]
    for term in plain.things:
        for fact in plain.of(term):
            assert fact.predicate not in sensitive
            assert index.standing(fact) in {"asserted", "accepted"}
    names = [
        PREFIXES["clef"] + "convictedIn",
        "convictedOver",
        "involvedIn",
        "subjectOf",
        "rdf:type",
    ]
    found = extend(visitor, [identity(term) for term in people], *names)
    assert all(cells == [] for row in found["rows"].values() for cells in row.values())


def identity(term: Term) -> str:
    return term[1:-1].rpartition("/")[2]


def test_a_claim_is_no_thing_to_reconcile_with(visitor: FlaskClient) -> None:
    assert reconcile(visitor, {"q": {"query": "C0123"}})["q"] == []
    row = extend(
        visitor, ["c0123", "nobody", "arrest-leonardo-notarbartolo"], "modality", "arrests"
    )
    assert row["rows"]["c0123"] == row["rows"]["nobody"] == {"modality": [], "arrests": []}
    assert row["rows"]["arrest-leonardo-notarbartolo"] == {"modality": [], "arrests": []}
    assert visitor.get("/reconcile/preview?id=c0123").status_code == 404


def test_values_have_their_types_and_are_as_many_as_are_wanted(visitor: FlaskClient) -> None:
    series = "everybody-loves-diamonds"
    found = extend(visitor, [series], "numberOfEpisodes", "filmedIn", "format", "rdfs:label")
    assert found["rows"][series]["numberOfEpisodes"] == [{"int": 8}]
    assert {"id": "turin", "name": "Turin"} in found["rows"][series]["filmedIn"]
    assert found["rows"][series]["format"] == [{"str": "limited series"}]
    assert found["rows"][series]["rdfs:label"] == [{"str": "Everybody Loves Diamonds"}]
    assert found["meta"][1]["type"]["id"] == "Place"
    limited = {"ids": [series], "properties": [{"id": "filmedIn", "settings": {"limit": "2"}}]}
    answer = visitor.get("/reconcile", query_string={"extend": json.dumps(limited)}).get_json()
    assert len(answer["rows"][series]["filmedIn"]) == 2


def test_suggestions_go_on_where_the_cursor_stands(visitor: FlaskClient) -> None:
    first = visitor.get("/reconcile/suggest/entity?prefix=a").get_json()
    more = visitor.get("/reconcile/suggest/entity?prefix=a&cursor=20").get_json()
    fits(first, "suggest-entity")
    assert len(first["result"]) == len(more["result"]) == 20
    assert not {one["id"] for one in first["result"]} & {one["id"] for one in more["result"]}
    by_id = visitor.get("/reconcile/suggest/entity?prefix=kim-ro").get_json()
    assert by_id["result"][0]["id"] == "kim-rossi-stuart"
    found = fits(
        visitor.get("/reconcile/suggest/property?prefix=born").get_json(), "suggest-property"
    )
    assert {"birthDate", "bornIn"} <= {one["id"] for one in found["result"]}


def test_a_preview_may_be_framed_and_nothing_else(visitor: FlaskClient) -> None:
    policy = visitor.get("/reconcile/preview?id=palermo").headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    for other in ("/reconcile", "/", "/search?q=palermo"):
        assert "frame-ancestors 'none'" in visitor.get(other).headers["Content-Security-Policy"]


def test_a_page_of_another_site_may_post(visitor: FlaskClient) -> None:
    answer = visitor.options("/reconcile", headers={"Origin": "https://a.example"})
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "callback" not in visitor.get("/reconcile?callback=callback").text


@pytest.mark.parametrize(
    "queries",
    [
        "{",
        "[]",
        "NaN",
        "[" * 100_000,
        '{"q": "palermo"}',
        '{"q": {}}',
        '{"q": {"query": ""}}',
        '{"q": {"query": 5}}',
        '{"q": {"query": "a", "limit": 0}}',
        '{"q": {"query": "a", "limit": 1e400}}',
        '{"q": {"query": "a", "limit": true}}',
        '{"q": {"query": "a", "type": {"id": "Person"}}}',
        '{"q": {"query": "a", "type_strict": "maybe"}}',
        '{"q": {"query": "a", "other": 1}}',
        '{"q": {"query": "a", "properties": [{"pid": "bornIn"}]}}',
        '{"q": {"query": "a", "properties": [{"pid": "bornIn", "v": {}}]}}',
        '{"q": {"query": "a", "properties": [{"pid": 1, "v": "x"}]}}',
    ],
)
def test_what_is_no_batch_is_refused_as_json(visitor: FlaskClient, queries: str) -> None:
    answer = visitor.post("/reconcile", data={"queries": queries})
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"]


@pytest.mark.parametrize(
    "wanted",
    [
        "[]",
        "{",
        '{"ids": []}',
        '{"ids": [1], "properties": []}',
        '{"ids": [], "properties": [5]}',
        '{"ids": ["palermo"], "properties": [{"id": "bornIn", "settings": {"limit": "x"}}]}',
    ],
)
def test_what_is_no_request_for_values_is_refused(visitor: FlaskClient, wanted: str) -> None:
    assert visitor.post("/reconcile", data={"extend": wanted}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/reconcile/suggest/entity",
        "/reconcile/suggest/entity?prefix=a&cursor=-1",
        "/reconcile/suggest/entity?prefix=a&cursor=%D9%A3",
        "/reconcile/properties?type=Person&limit=0",
        "/reconcile?queries=%FF",
    ],
)
def test_a_parameter_that_cannot_be_used_is_refused(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 400


def test_too_much_at_once_is_too_large(visitor: FlaskClient) -> None:
    queries = json.dumps({str(n): {"query": "palermo"} for n in range(10_000)})
    answer = visitor.post("/reconcile", data={"queries": queries})
    assert answer.status_code == 413
    assert answer.get_json()["detail"] == "a batch has at most 50 queries"
    many = {"q": {"properties": [{"pid": "bornIn", "v": ["x"] * 6}] * 2}}
    assert visitor.post("/reconcile", data={"queries": json.dumps(many)}).status_code == 400
    wanted = json.dumps({"ids": ["palermo"] * 501, "properties": []})
    assert visitor.post("/reconcile", data={"extend": wanted}).status_code == 413


def test_a_batch_looks_at_every_thing_a_few_times_only(visitor: FlaskClient) -> None:
    def send(number: int) -> int:
        query = {"properties": [{"pid": "rdfs:label", "v": "Palermo"}]}
        queries = json.dumps({str(n): query for n in range(number)})
        return visitor.post("/reconcile", data={"queries": queries}).status_code

    assert (send(10), send(11)) == (200, 413)


@pytest.mark.parametrize(
    "asked", [{"queries": {"q": {"query": "a"}}}, {"extend": {"ids": [], "properties": []}}]
)
def test_a_batch_takes_the_place_of_a_query(
    site: Flask, visitor: FlaskClient, asked: dict[str, Any]
) -> None:
    here = site.extensions[KEY]
    form = {name: json.dumps(value) for name, value in asked.items()}
    with ExitStack() as running:
        for number in range(here.config.queue):
            running.enter_context(here.admission.admit(f"10.0.{number}.1"))
        answer = visitor.post("/reconcile", data=form)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert visitor.get("/reconcile").status_code == 200
    assert visitor.post("/reconcile", data=form).status_code == 200


def test_a_hostile_name_is_a_name_that_nobody_has(visitor: FlaskClient) -> None:
    names = [
        "\x00\x1b[0m",
        "<script>alert(1)</script>",
        "%s{{7*7}}",
        "\ud800",
        "'; DROP",
        "é" * 9999,
    ]
    queries = {str(n): {"query": name} for n, name in enumerate(names)}
    assert set(reconcile(visitor, queries)) == set(queries)
    odd = {"q": {"query": "a", "type": "<x> y", "properties": [{"pid": '"', "v": "\u0000"}]}}
    assert reconcile(visitor, odd)["q"] == []
    page = visitor.get("/reconcile/preview?id=<script>x</script>", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<script>x" not in page.text
