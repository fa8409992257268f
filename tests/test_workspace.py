"""A workspace holds what was written and what follows from it, and takes no contradiction."""

from __future__ import annotations

import errno
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import staging
from kg.change import Change, apply, fill
from kg.edit import Using, update
from kg.errors import (
    InconsistencyError,
    InputError,
    NotStoredError,
    RefusedWriteError,
    StorageError,
)
from kg.model import Triple
from kg.namespaces import GRAPHS
from kg.reason import materialize
from kg.reasoner import Reasoner
from kg.workspace import Workspace

INFERRED = GRAPHS["inferred"]
SCHEMA = """INSERT DATA { GRAPH <urn:schema> {
    <urn:Cat> rdfs:subClassOf <urn:Animal> . <urn:Dog> rdfs:subClassOf <urn:Animal> ;
    owl:disjointWith <urn:Cat> } }"""


class Copy:
    """A workspace, and a copy of what it serves that takes each change, as a worker does."""

    def __init__(self, folder: Path, *, reasoner: type[Reasoner] | None) -> None:
        self.workspace = Workspace(folder, reasoner=reasoner)
        self.store = self.served()

    def served(self) -> ox.Store:
        store = ox.Store()
        handle = self.workspace.served()
        fill(store, Path(f"/dev/fd/{handle}"))
        os.close(handle)
        return store

    def write(self, text: str) -> Change:
        change = self.workspace.commit(update(self.store, text, Using()))
        apply(self.store, change)
        return change

    def holds(self, text: str) -> bool:
        return bool(self.store.query(f"ASK {{ GRAPH ?g {{ {text} }} }}"))


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Copy]:
    copy = Copy(tmp_path / "w", reasoner=None)
    yield copy
    copy.workspace.close()


@pytest.fixture
def reasoned(tmp_path: Path) -> Iterator[Copy]:
    copy = Copy(tmp_path / "w", reasoner=Reasoner)
    copy.write(SCHEMA)
    yield copy
    copy.workspace.close()


def state(store: ox.Store) -> tuple[set[str], set[str]]:
    return {str(quad) for quad in store}, {str(name) for name in store.named_graphs()}


def again(copy: Copy, *, reasoner: type[Reasoner] | None) -> Copy:
    """Stop and start anew."""
    copy.workspace.close()
    copy.workspace = Workspace(copy.workspace._folder, reasoner=reasoner)
    copy.store = copy.served()
    return copy


def test_what_was_written_is_there_after_a_restart_empty_graphs_too(plain: Copy) -> None:
    for text in (
        "INSERT DATA { <urn:a> <urn:p> 'x\\ny' . GRAPH <urn:g> { _:b <urn:p> 1.5 } }",
        "CREATE GRAPH <urn:empty>",
        "DELETE WHERE { <urn:a> ?p ?o }",
        "INSERT DATA { GRAPH <urn:h> { <urn:é> <urn:p> '\\u2028'@en } } ; CLEAR GRAPH <urn:h>",
    ):
        plain.write(text)
    expected = state(plain.store)
    for _ in range(2):
        plain = again(plain, reasoner=None)
        assert state(plain.store) == expected
    assert len(expected[1]) == 3


def test_a_checkpoint_changes_nothing_and_clears_the_journal(plain: Copy) -> None:
    plain.write("INSERT DATA { <urn:a> <urn:p> 1 }")
    expected = state(plain.store)
    plain.workspace.checkpoint()
    assert state(plain.served()) == expected
    plain.write("INSERT DATA { <urn:a> <urn:p> 2 }")
    folder = plain.workspace._folder
    assert {path.name for path in folder.iterdir()} == {"lock", "data-000002.nq", "journal-000002"}
    assert len(state(again(plain, reasoner=None).store)[0]) == 2


@pytest.mark.parametrize("kept", ["before", "after"])
def test_a_kill_around_a_checkpoint_loses_nothing(plain: Copy, kept: str) -> None:
    plain.write("INSERT DATA { <urn:a> <urn:p> 1 }")
    folder, expected = plain.workspace._folder, state(plain.store)
    old = {path.name: path.read_bytes() for path in folder.iterdir()}
    plain.workspace.checkpoint()
    for name, content in old.items():
        (folder / name).write_bytes(content)
    if kept == "before":  # the new data was not whole yet
        (folder / "data-000002.nq").rename(folder / "data-000002.nq.new")
    assert state(again(plain, reasoner=None).store) == expected


def test_a_full_disk_refuses_and_changes_nothing(plain: Copy) -> None:
    plain.write("INSERT DATA { <urn:a> <urn:p> 1 }")
    expected = state(plain.store)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(NotStoredError, match="File too large"):
            plain.write(f"INSERT DATA {{ <urn:a> <urn:p> '{'x' * 2000}' }}")
        assert state(plain.store) == expected
        plain.write("INSERT DATA { <urn:a> <urn:p> 2 }")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert len(state(again(plain, reasoner=None).store)[0]) == 2


def test_what_follows_is_served_and_goes_with_what_it_rests_on(reasoned: Copy) -> None:
    change = reasoned.write("INSERT DATA { <urn:tom> a <urn:Cat> }")
    assert f"<urn:tom> a <urn:Animal> <{INFERRED}>" in " ".join(change.added).replace(
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "a"
    )
    assert reasoned.holds("<urn:tom> a <urn:Animal>")
    expected = state(reasoned.store)
    reasoned = again(reasoned, reasoner=Reasoner)
    assert state(reasoned.store) == expected
    reasoned.write("INSERT DATA { GRAPH <urn:twice> { <urn:tom> a <urn:Cat> } }")
    reasoned.write("DELETE DATA { <urn:tom> a <urn:Cat> }")
    assert reasoned.holds("<urn:tom> a <urn:Animal>")
    reasoned.write("DROP GRAPH <urn:twice>")
    assert not reasoned.holds("<urn:tom> a <urn:Animal>")


def test_a_contradiction_is_refused_with_its_proof_and_changes_nothing(reasoned: Copy) -> None:
    reasoned.write("INSERT DATA { <urn:tom> a <urn:Cat> }")
    expected = state(reasoned.store)
    with pytest.raises(InconsistencyError) as told:
        reasoned.write("INSERT DATA { GRAPH <urn:rumours> { <urn:tom> a <urn:Dog> } }")
    assert "urn:rumours" in told.value.message
    assert "owl:disjointWith" in told.value.message
    assert state(reasoned.store) == state(reasoned.served()) == expected
    reasoned.write("DELETE DATA { <urn:tom> a <urn:Cat> } ; INSERT DATA { <urn:tom> a <urn:Dog> }")
    assert reasoned.holds("<urn:tom> a <urn:Animal>")


def test_a_write_that_cannot_be_stored_is_not_concluded_from(
    reasoned: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    expected = state(reasoned.store)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(NotStoredError, match="No space left"):
            reasoned.write("INSERT DATA { <urn:tom> a <urn:Cat> }")
    assert state(reasoned.served()) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT DATA {{ GRAPH <{INFERRED}> {{ <urn:tom> a <urn:Dragon> }} }}",
        f"DROP GRAPH <{INFERRED}>",
        "INSERT DATA { <urn:tom> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> }",
    ],
)
def test_what_is_computed_is_not_written(reasoned: Copy, text: str) -> None:
    reasoned.write("INSERT DATA { <urn:tom> a <urn:Cat> }")
    with pytest.raises(RefusedWriteError):
        reasoned.write(text)
    assert reasoned.holds("<urn:tom> a <urn:Animal>")


INDIVIDUALS, CLASSES = ("<urn:tom>", "<urn:rex>"), ("<urn:Cat>", "<urn:Dog>", "<urn:Animal>")
DATA = st.builds("{} a {} .".format, st.sampled_from(INDIVIDUALS), st.sampled_from(CLASSES))
AXIOM = st.builds(
    "{} rdfs:subClassOf {} .".format, st.sampled_from(CLASSES), st.sampled_from(CLASSES)
)
SAME = st.just("<urn:tom> owl:sameAs <urn:rex> .")
WRITES = st.builds(
    "{} DATA {{ GRAPH <{}> {{ {} }} }}".format,
    st.sampled_from(["INSERT", "INSERT", "DELETE"]),
    st.sampled_from(["urn:schema", "urn:one", "urn:two"]),
    st.one_of(DATA, DATA, AXIOM, SAME),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(WRITES, max_size=8))
def test_after_any_writes_the_closure_is_that_of_what_is_asserted(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    copy = Copy(tmp_path_factory.mktemp("writes") / "w", reasoner=Reasoner)
    for text in [SCHEMA, *texts]:
        try:
            copy.write(text)
        except InconsistencyError:
            assert copy.workspace._reasoner is not None
    asserted, inferred = set(), set()
    for quad in copy.store:
        side = inferred if quad.graph_name == ox.NamedNode(INFERRED) else asserted
        side.add(tuple(map(str, (quad.subject, quad.predicate, quad.object))))
    closure = materialize(Triple(*parts) for parts in asserted)
    assert inferred == {tuple(triple) for triple in closure.inferred()}
    assert not closure.clashes()
    assert state(copy.served()) == state(copy.store)
    copy.workspace.close()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("all my work")
    with pytest.raises(InputError, match=r"thesis\.tex"):
        Workspace(tmp_path, reasoner=None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_one_process_has_a_workspace(plain: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "LOCK_WAIT_S", 0.1)
    with pytest.raises(StorageError, match="another process"):
        Workspace(plain.workspace._folder, reasoner=None)


def test_what_contradicts_itself_is_told_when_it_is_opened_with_reasoning(plain: Copy) -> None:
    plain.write(SCHEMA)
    plain.write("INSERT DATA { <urn:tom> a <urn:Cat> , <urn:Dog> }")
    plain.workspace.close()
    with pytest.raises(InconsistencyError, match="owl:disjointWith"):
        Workspace(plain.workspace._folder, reasoner=Reasoner)
    plain.workspace = Workspace(plain.workspace._folder, reasoner=None)
