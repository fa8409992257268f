"""Own the reading of RDF files into triples; not what the triples may say (see validate)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import FormatError, NotFoundError, RdfSyntaxError, StorageError
from kg.model import Dataset, SourceFile, Term, Triple
from kg.namespaces import BASE, PREFIXES, iri

__all__ = ["load_dataset", "load_file", "ordered", "parse", "read_source", "turtle_files"]

_OTHER_SUFFIXES = {"owl": "rdf", "json": "jsonld"}
_TYPE = iri("rdf:type")
_PREFIX, _NAMESPACE = iri("vann:preferredNamespacePrefix"), iri("vann:preferredNamespaceUri")
_ATTRIBUTABLE = (iri("owl:Ontology"), iri("clef:Source"))


def turtle_files(folder: Path) -> Iterator[Path]:
    """Yield the Turtle files under a folder."""
    if not folder.is_dir():
        raise NotFoundError(
            "no such folder", where=str(folder), hint="give the folder of a dossier or an ontology"
        )

    def unreadable(error: OSError) -> None:
        raise StorageError(
            f"cannot be read: {error.strerror}", where=str(error.filename)
        ) from error

    found = (
        Path(at, name) for at, _, names in os.walk(folder, onerror=unreadable) for name in names
    )
    yield from sorted(path for path in found if path.suffix == ".ttl")


def load_dataset(
    ontology: Path,
    data: Path,
    extra: Iterable[Path] = (),
    *,
    unsaved: Mapping[Path, bytes] | None = None,
) -> Dataset:
    """Read an ontology, a dossier and drafts of further claims into one dataset.

    `unsaved` holds the content to take for files of the dossier in place of what is on disk.
    The result does not depend on the names of the files or on the order they are found in.
    Raise `RdfSyntaxError` with file:line:column, `NotFoundError` or `StorageError`.
    """
    files = [load_file(path, root=ontology.parent) for path in turtle_files(ontology)]
    written = list(turtle_files(data))
    if not written:
        raise NotFoundError(
            "no Turtle file",
            where=str(data),
            hint="a dossier is a folder with dossier.ttl, entities/ and sources/",
        )
    for path in written:
        content = (unsaved or {}).get(path)
        files.append(load_file(path, root=data.parent.parent, role="data", content=content))
    files += [load_file(path, role="draft") for path in extra]
    return ordered(files)


def ordered(files: Iterable[SourceFile]) -> Dataset:
    """Return the dataset of some files, which does not depend on their names or their order."""
    return Dataset(
        tuple(sorted(files, key=lambda file: (file.role, file.source or "", file.digest)))
    )


def load_file(
    path: Path, *, root: Path | None = None, role: str = "ontology", content: bytes | None = None
) -> SourceFile:
    """Read one RDF file, relative IRIs against the base, blank nodes named by its content.

    With `content`, that is read as if it stood in the file.
    """
    name = path.as_posix()
    if root is not None and path.is_relative_to(root):
        name = path.relative_to(root).as_posix()
    return read_source(_read(path) if content is None else content, path, name=name, role=role)


def read_source(content: bytes, path: Path, *, name: str, role: str) -> SourceFile:
    """Return what `load_file` does of a file with this content."""
    digest = hashlib.sha256(content).hexdigest()
    triples = tuple(
        dict.fromkeys(_with_namespaces(parse(content, path, name=name, label=digest[:8])))
    )
    attributed = sorted(
        t.subject for t in triples if t.predicate == _TYPE and t.object in _ATTRIBUTABLE
    )
    source = attributed[0] if len(attributed) == 1 else None
    return SourceFile(name, role, digest, triples, source)


def parse(content: bytes, path: Path, *, name: str, label: str = "") -> Iterator[Triple]:
    """Yield the triples of a document whose format its suffix tells, literal forms untouched.

    Blank nodes are numbered in the order they appear, so the same bytes give the same names.
    Raise `FormatError` for an unknown suffix and `RdfSyntaxError` with `name`:line:column.
    """
    suffix = path.suffix.lstrip(".").lower()
    rdf_format = ox.RdfFormat.from_extension(_OTHER_SUFFIXES.get(suffix, suffix))
    if rdf_format is None or rdf_format == ox.RdfFormat.N3:  # N3 says more than RDF can
        raise FormatError(
            f"no RDF format has the suffix {path.suffix!r}",
            where=name,
            hint="use .ttl, .nt, .rdf, .owl, .xml, .jsonld, .json, .trig or .nq",
        )
    blanks: dict[str, Term] = {}
    try:
        for quad in ox.parse(content, format=rdf_format, base_iri=BASE):
            yield Triple(
                *(
                    _term(node, blanks, label, name)
                    for node in (quad.subject, quad.predicate, quad.object)
                )
            )
    except SyntaxError as fault:
        raise _syntax_fault(fault, content, name) from None


def _with_namespaces(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Add to each preferred prefix the namespace it stands for here: no file may spell it out."""
    for triple in triples:
        yield triple
        prefix = triple.object.strip('"')
        if triple.predicate == _PREFIX and prefix in PREFIXES:
            yield Triple(triple.subject, _NAMESPACE, f'"{PREFIXES[prefix]}"')


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError("no such file", where=str(path)) from None
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _term(node: object, blanks: dict[str, Term], label: str, name: str) -> Term:
    if isinstance(node, ox.Triple) or (isinstance(node, ox.Literal) and node.direction):
        raise RdfSyntaxError(
            f"{node} is a term of RDF 1.2, which is not read here",
            where=name,
            hint="state the triple by a claim, or leave the direction of the text out",
        )
    if isinstance(node, ox.BlankNode):
        return blanks.setdefault(node.value, f"_:b{label}n{len(blanks)}")
    return str(node)


def _syntax_fault(fault: SyntaxError, content: bytes, name: str) -> RdfSyntaxError:
    message = str(fault.msg)
    if not fault.lineno:
        return RdfSyntaxError(message, where=name)
    column = fault.offset or 1
    lines = content.decode("utf-8", errors="replace").split("\n")
    line = lines[fault.lineno - 1] if fault.lineno <= len(lines) else ""
    prefix = f"Parser error at line {fault.lineno} column {column}: "
    return RdfSyntaxError(
        message.removeprefix(prefix),
        where=f"{name}:{fault.lineno}:{column}",
        hint=f"{line.rstrip()}\n  {' ' * (column - 1)}^",
        line=fault.lineno,
        column=column,
    )
