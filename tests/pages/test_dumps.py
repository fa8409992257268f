"""The data as files: whole, the same to the byte, of the size and the checksum that is said."""

from __future__ import annotations

import gzip
import hashlib

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.dumps import SUMS, Dumps
from kg.namespaces import GRAPHS
from kg.store import KnowledgeGraph
from kg.why import statements
from kg.witnesses import Witnesses
from server.library import Edition

SMALL = [name for name in Dumps.files if name.startswith(("accepted", "all"))]


@pytest.mark.parametrize("name", SMALL)
def test_a_file_is_what_the_list_says(visitor: FlaskClient, name: str) -> None:
    about = visitor.get("/data/index.json").get_json()
    said = next(file for file in about["files"] if file["name"] == name)
    answer = visitor.get(said["url"])
    assert len(answer.data) == said["size"]
    assert hashlib.sha256(answer.data).hexdigest() == said["sha256"]
    assert answer.mimetype == said["mediaType"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["ETag"] == f'"{said["sha256"]}"'
    form = Dumps.files[name].format.engine
    assert isinstance(form, ox.RdfFormat)
    assert sum(1 for _quad in ox.parse(answer.data, format=form)) > 100


def test_a_file_holds_its_graph(visitor: FlaskClient, edition: Edition) -> None:
    for name, graph in GRAPHS.items():
        data = visitor.get(f"/data/{name}.nq").data
        found = list(ox.parse(data, format=ox.RdfFormat.N_QUADS))
        assert {str(quad.graph_name) for quad in found} == {f"<{graph}>"}
        assert len(found) == len(edition.graph.graphs[name])


def test_the_checksums_are_those_of_the_files(visitor: FlaskClient) -> None:
    lines = visitor.get(f"/data/{SUMS}").text.splitlines()
    found = {name: checksum for checksum, name in (line.split("  ") for line in lines)}
    assert set(found) == set(Dumps.files)
    data = visitor.get("/data/claims.ttl").data
    assert hashlib.sha256(data).hexdigest() == found["claims.ttl"]


def test_every_proof_is_in_the_packed_file(small: KnowledgeGraph) -> None:
    dumps = Dumps(small)
    file = Dumps.files["why.nt.gz"]
    packed = dumps.content(file)
    assert dumps.checksum(file) == hashlib.sha256(packed).hexdigest()
    assert file.media_type == "application/gzip"
    written = gzip.decompress(packed).decode().splitlines()
    assert len(written) == len(set(written)) > len(small.derivations)
    assert Dumps(small).content(file) == packed
    assert len(written) == len(
        set(statements(small.derivations, Witnesses(small.asserted).origins))
    )


def test_a_part_is_sent_and_what_is_known_is_not(visitor: FlaskClient) -> None:
    whole = visitor.get("/data/accepted.nt")
    part = visitor.get("/data/accepted.nt", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    known = {"If-None-Match": whole.headers["ETag"]}
    again = visitor.get("/data/accepted.nt", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert visitor.head("/data/accepted.nt").headers["Content-Length"] == str(len(whole.data))


@pytest.mark.parametrize(
    "asked", ["x=1", "x=1-2", "bytes=5-1", "bytes=", "bytes", "bytes=a-b", "bytes=0-1,5-6"]
)
def test_a_range_that_is_none_is_ignored(visitor: FlaskClient, asked: str) -> None:
    answer = visitor.get("/data/accepted.nt", headers={"Range": asked})
    assert (answer.status_code, len(answer.data)) == (200, answer.content_length)
    past = visitor.get("/data/accepted.nt", headers={"Range": "bytes=99999999-"})
    assert past.status_code == 416


def test_the_page_lists_the_files_with_the_licence(visitor: FlaskClient) -> None:
    text = visitor.get("/data/", headers={"Accept": "text/html"}).text
    assert 'rel="license"' in text
    for name in (*Dumps.files, SUMS):
        assert f'href="/data/{name}"' in text
    assert visitor.get("/data/", headers={"Accept": "application/json"}).mimetype.endswith("json")


@pytest.mark.parametrize("name", ["no.ttl", "claims.xls", "..%2fsite.css", "why.nt", "x" * 5000])
def test_there_is_no_other_file(visitor: FlaskClient, name: str) -> None:
    assert visitor.get(f"/data/{name}").status_code == 404
