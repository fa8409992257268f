"""A dossier takes what holds and keeps out the rest, and its files are the truth of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import paths
from kg.change import Change, apply, fill
from kg.dossier import WritableDossier
from kg.edit import Document, Using, remove, replace, update
from kg.errors import (
    InconsistencyError,
    NotStoredError,
    RefusedWriteError,
    StaleError,
    ValidationError,
)
from kg.namespaces import BASE, GRAPHS
from kg.pipeline import Inputs, build
from tests.seed import seed_dossier

SOURCE = f"{BASE}id/example-2023"
TURTLE = """
@prefix clef: <ns#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix id: <id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:example-2023 a clef:Source ; dct:identifier "example-2023" ; clef:sourceKind clef:BookSource ;
  dct:title "On the set"@en ; dct:publisher "Example Books" ; dct:language "en" ;
  dct:issued "2023"^^xsd:gYear .
id:everybody-loves-diamonds a clef:TVSeries . id:turin a clef:Place .
id:c9001 a clef:Claim ; dct:identifier "C9001" ;
  clef:subject id:everybody-loves-diamonds ; clef:predicate clef:filmedIn ; clef:object id:turin ;
  clef:statedIn id:example-2023 ; clef:locator "page 12"@en ; clef:quotation "shot in Turin"@en ;
  clef:modality clef:Asserted ; clef:rank clef:Normal .
"""
IN_PERSON = "id:anna-foglietta a clef:Place ."  # who is a person in another source


class Copy:
    """A dossier that is written to, and a copy of what it serves, as a worker has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dossier = WritableDossier(Inputs(paths.ontology(), folder))
        self.store = ox.Store()
        handle = self.dossier.served()
        fill(self.store, Path(f"/dev/fd/{handle}"))
        os.close(handle)

    def put(self, text: str, graph: str = SOURCE) -> Change:
        return self.commit(replace(self.store, graph, [Document(text.encode(), "turtle", BASE)]))

    def update(self, text: str) -> Change:
        return self.commit(update(self.store, text, Using(union=True)))

    def commit(self, change: Change) -> Change:
        done = self.dossier.commit(change)
        apply(self.store, done)
        return done

    def graph(self, name: str) -> set[str]:
        node = ox.NamedNode(name)
        return {str(q.triple) for q in self.store.quads_for_pattern(None, None, None, node)}

    def files(self) -> dict[str, bytes]:
        return {
            p.relative_to(self.folder).as_posix(): p.read_bytes()
            for p in self.folder.rglob("*.ttl")
        }


def copied(folder: Path) -> Copy:
    shutil.copytree(seed_dossier(), folder / "data" / "dossier")
    return Copy(folder / "data" / "dossier")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    copy = copied(tmp_path)
    yield copy
    copy.dossier.close()


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A dossier for writes that are refused."""
    copy = copied(tmp_path_factory.mktemp("same"))
    yield copy
    copy.dossier.close()


def check(copy: Copy) -> None:
    """Compare what is served with a build from the files as they are."""
    anew = build(Inputs(paths.ontology(), copy.folder))
    for name in ("claims", "accepted", "inferred"):
        expected = {str(triple).removesuffix(" .") for triple in anew.graphs[name]}
        assert copy.graph(GRAPHS[name]) == expected


def test_a_source_is_put_reasoned_with_and_withdrawn(copy: Copy) -> None:
    before = copy.files()
    done = copy.put(TURTLE)
    assert SOURCE in done.created
    assert any(GRAPHS["inferred"] in line for line in done.added)
    check(copy)
    written = copy.files()["sources/example-2023.ttl"].decode()
    assert written.startswith("# IRIs are relative")
    assert BASE not in written
    assert copy.graph(SOURCE) == {
        str(quad.triple) for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE, base_iri=BASE)
    }
    copy.update("""
        DELETE { GRAPH id:example-2023 { ?c clef:locator ?l } }
        INSERT { GRAPH id:example-2023 { ?c clef:locator 'p. 13'@en } }
        WHERE { ?c clef:locator ?l ; clef:statedIn id:example-2023 }""")
    assert b"p. 13" in copy.files()["sources/example-2023.ttl"]
    check(copy)
    done = copy.commit(remove(copy.store, SOURCE))
    assert done.dropped == (SOURCE,)
    assert copy.files() == before
    check(copy)


def test_several_sources_are_written_together(copy: Copy) -> None:
    second = TURTLE.replace("example-2023", "second-2024").replace("9001", "9002")
    one = replace(copy.store, SOURCE, [Document(TURTLE.encode(), "turtle", BASE)])
    other = f"{BASE}id/second-2024"
    two = replace(copy.store, other, [Document(second.encode(), "turtle", BASE)])
    copy.commit(Change(added=one.added + two.added, created=one.created + two.created))
    assert {"sources/example-2023.ttl", "sources/second-2024.ttl"} <= copy.files().keys()
    check(copy)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TURTLE.replace("clef:rank clef:Normal", "clef:rank clef:Deprecated"), "clef:rankReason"),
        (TURTLE.replace('"C9001"', '"C9001" ; clef:basedOn id:turin'), "clef:basedOn"),
        (TURTLE.replace("clef:filmedIn", "clef:nonsense"), "claimable"),
        (TURTLE + "id:c9001 clef:text [] .", "blank"),
        (TURTLE.replace("clef:object id:turin", "clef:object id:none"), "id:none"),
        (TURTLE + "clef:filmedIn a <http://www.w3.org/2002/07/owl#Class> .", "entity of ours"),
    ],
)  # fmt: skip
def test_what_breaks_a_shape_or_a_gate_is_refused_with_the_report(
    same: Copy, text: str, told: str
) -> None:
    files = same.files()
    with pytest.raises(ValidationError) as refused:
        same.put(text)
    assert "sources/example-2023.ttl" in refused.value.message
    assert told in refused.value.message
    assert same.files() == files


def test_after_refusals_all_is_as_it_was(same: Copy) -> None:
    with pytest.raises(ValidationError):
        same.put(TURTLE.replace("clef:rank clef:Normal", "clef:rank clef:Deprecated"))
    graphs = set(map(str, same.store))
    same.put(TURTLE)
    check(same)
    same.commit(remove(same.store, SOURCE))
    assert set(map(str, same.store)) == graphs


def test_a_contradiction_is_refused_with_its_proof(copy: Copy) -> None:
    files = copy.files()
    with pytest.raises(InconsistencyError) as refused:
        copy.put(TURTLE + IN_PERSON)
    assert "contradiction" in refused.value.message
    assert "example-2023" in refused.value.message
    assert "nationalworld-2023" in refused.value.message
    assert copy.files() == files
    copy.put(TURTLE)
    check(copy)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("INSERT DATA { id:turin a clef:Place }", "the default graph is computed"),
        ("INSERT DATA { GRAPH graph:claims { id:turin a clef:Work } }", "computed"),
        ("INSERT DATA { GRAPH graph:inferred { id:turin a clef:RealEvent } }", "computed"),
        ("CLEAR GRAPH graph:ontology", "computed"),
        ("DROP ALL", "computed"),
        ("INSERT DATA { GRAPH <urn:g> { id:turin a clef:Place } }", "no graph of a dossier"),
        ("INSERT DATA { GRAPH <id/../../../etc/passwd> { id:turin a clef:Place } }", "no graph of"),
        ("INSERT DATA { GRAPH id:A_B { id:turin a clef:Place } }", "no graph of a dossier"),
        ("INSERT DATA { GRAPH id:other-2020 { id:turin a clef:Place } }", "a clef:Source"),
        ("CREATE GRAPH id:other-2020", "a clef:Source"),
    ],
)  # fmt: skip
def test_only_the_graphs_of_sources_are_written(same: Copy, text: str, told: str) -> None:
    files = same.files()
    with pytest.raises(RefusedWriteError, match=told):
        same.update(text)
    assert same.files() == files


def test_a_file_edited_by_hand_is_never_overwritten(copy: Copy) -> None:
    path = copy.folder / "entities" / "works.ttl"
    path.write_text(path.read_text() + "\n# a note\n")
    with pytest.raises(StaleError, match="edited"):
        copy.put(TURTLE)
    assert path.read_text().endswith("# a note\n")


def test_a_full_disk_refuses_and_changes_nothing(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = copy.files()
    with monkeypatch.context() as patch:

        def full(_: int) -> None:
            raise OSError(28, os.strerror(28))

        patch.setattr(os, "fsync", full)
        with pytest.raises(NotStoredError, match="No space left"):
            copy.put(TURTLE)
    assert copy.files() == files
    copy.put(TURTLE)
    check(copy)


def test_a_new_start_ends_what_a_kill_broke_off(copy: Copy) -> None:
    copy.put(TURTLE)
    copy.dossier.close()
    area = copy.folder / ".clef"
    (copy.folder / "sources" / "example-2023.ttl").rename(area / "0.new")
    (area / "moves").write_text('{"sources/example-2023.ttl": "0.new"}')
    again = Copy(copy.folder)
    copy.dossier = again.dossier
    assert again.graph(SOURCE) == copy.graph(SOURCE)
