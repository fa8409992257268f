from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.errors import FormatError, NotFoundError, RdfSyntaxError, StorageError
from kg.load import load_dataset, load_file, turtle_files
from kg.namespaces import BASE, iri

BROKEN = """@prefix clef: <ns#> .
<id/a> a clef:Person ;
  clef:note [ } .
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_syntax_fault_names_file_line_and_column_and_shows_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, "broken.ttl", BROKEN)
    with pytest.raises(RdfSyntaxError) as caught:
        load_file(path, root=tmp_path)
    assert caught.value.where == "broken.ttl:3:15"
    assert "clef:note [ }" in caught.value.hint
    assert caught.value.hint.endswith("^")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("broken.nt", b"<urn:a> <urn:b> .\n", "broken.nt:1:"),
        ("broken.jsonld", b'{"@id": ', "broken.jsonld"),
        ("broken.rdf", b"<rdf:RDF>", "broken.rdf"),
        ("bytes.ttl", b'<urn:a> <urn:b> "\xff" .', "bytes.ttl:1:"),
    ],
)
def test_every_format_reports_its_faults(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RdfSyntaxError) as caught:
        load_file(path, root=tmp_path)
    assert caught.value.where.startswith(expected)


@pytest.mark.parametrize(
    "text", ["<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .", '<urn:a> <urn:b> "x"@en--ltr .']
)
def test_terms_of_rdf_12_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RdfSyntaxError, match=r"RDF 1\.2"):
        load_file(written(tmp_path, "a.ttl", text))


def test_a_folder_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(StorageError, match="Permission denied"):
        list(turtle_files(tmp_path))


def test_literals_keep_their_lexical_form(tmp_path: Path) -> None:
    text = '<urn:a> <urn:b> "01"^^<http://www.w3.org/2001/XMLSchema#integer>, "x"@en-GB .'
    triples = load_file(written(tmp_path, "a.ttl", text)).triples
    assert '"01"^^<http://www.w3.org/2001/XMLSchema#integer>' in {t.object for t in triples}


def test_relative_names_stand_under_the_base(tmp_path: Path) -> None:
    text = "@prefix id: <id/> . id:a a id:b ."
    (triple,) = load_file(written(tmp_path, "a.ttl", text)).triples
    assert triple.subject == f"<{BASE}id/a>"


def test_blank_nodes_are_named_by_the_content_of_their_file(tmp_path: Path) -> None:
    text = "<urn:a> <urn:b> [ <urn:c> ( 1 2 ) ] ."
    first = load_file(written(tmp_path, "one.ttl", text))
    second = load_file(written(tmp_path, "two.ttl", text))
    other = load_file(written(tmp_path, "three.ttl", text + "\n"))
    assert first.triples == second.triples
    blanks = [{n for t in f.triples for n in t if n.startswith("_:")} for f in (first, other)]
    assert blanks[0].isdisjoint(blanks[1])


def test_a_file_is_attributed_to_the_one_source_that_it_describes(tmp_path: Path) -> None:
    text = "@prefix clef: <ns#> . @prefix id: <id/> . id:s a clef:Source . "
    assert load_file(written(tmp_path, "one.ttl", text)).source == iri("id:s")
    text += "id:t a clef:Source ."
    assert load_file(written(tmp_path, "two.ttl", text)).source is None


def test_what_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        load_file(tmp_path / "missing.ttl")
    with pytest.raises(NotFoundError, match="no such folder"):
        load_dataset(tmp_path / "missing", tmp_path)
    with pytest.raises(FormatError, match="suffix"):
        load_file(written(tmp_path, "a.docx", ""))
    with pytest.raises(StorageError, match="cannot be read"):
        load_file(tmp_path)
