"""Own the closing of any RDF file, by our reasoner or by owlrl; it needs no dossier."""

from __future__ import annotations

from kg.errors import InconsistencyError
from kg.explain import Witnesses, clash_proof
from kg.model import Derivation, SourceFile, Triple
from kg.reason import materialize
from kg.referee import consult
from kg.store import Attribution
from kg.tell import refusal, sentences

__all__ = ["close", "close_by_owlrl"]


def close(file: SourceFile) -> set[Triple]:
    """Return the OWL 2 RL closure of a file, without what says nothing.

    Raise `InconsistencyError` with the proof of each contradiction.
    """
    closure = materialize(file.triples)
    clashes = closure.clashes()
    if clashes:
        attribution = Attribution(file.name, f"<file:{file.name}>")
        witnesses = Witnesses(dict.fromkeys(file.triples, (attribution,)))

        def derivation(triple: Triple) -> Derivation | None:
            return closure.derivation(triple)

        proofs = [clash_proof(clash, derivation, witnesses) for clash in clashes]
        raise refusal(proofs, sentences(()))
    return {*file.triples, *closure.inferred()}


def close_by_owlrl(file: SourceFile) -> set[Triple]:
    """Return the closure that owlrl gives; raise `InconsistencyError` in its words."""
    opinion = consult(file.triples)
    if opinion.errors:
        raise InconsistencyError("inconsistent, owlrl says: " + "\n".join(opinion.errors))
    return {*file.triples, *opinion.triples}
