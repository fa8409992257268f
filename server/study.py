"""Own the process that takes the dossier apart; not who asks it, and not what is made of answers.

    python -m server.study ONTOLOGY DATA

What would fall without a source takes a closure apart, and every proof of a statement needs the
whole of it: both take a second, and are not for the process that answers requests. This one reads
the files, tells what graph follows from them and who says it, and forks a child for each
question, as `server.nursery` does for queries.
"""

from __future__ import annotations

import gc
import json
import signal
import socket
import sys
from itertools import islice
from pathlib import Path

from kg.alternatives import Ways, all_derivations, proofs_of
from kg.errors import ClefError, StorageError
from kg.explain import steps
from kg.model import Proof, Triple
from kg.pipeline import Assessment, Inputs, publish, reread
from kg.store import KnowledgeGraph
from kg.withdraw import as_json, withdraw
from server.frames import error_header, read_frame, write_frame
from server.nursery import fork_for

__all__ = ["main"]

_MOST_PROOFS = 4


class _Study:
    """A dossier as it was read, its graph, and every way to derive a statement of it."""

    def __init__(self, inputs: Inputs) -> None:
        self._assessment: Assessment = reread(inputs)
        self.graph: KnowledgeGraph = publish(self._assessment, "", "")
        self._ways: Ways = all_derivations(self._assessment.meaning, self._assessment.rules)

    def answer(self, sock: socket.socket) -> None:
        """Answer one question: `without` a source, or the `proofs` of a triple."""
        frame = read_frame(sock.recv)
        if frame is None:
            return
        asked, _ = frame
        if "without" in asked:
            text = as_json(withdraw(self._assessment, self.graph, asked["without"]))
        else:
            found = proofs_of(Triple(*asked["proofs"]), self._ways, self.graph.witnesses)
            text = json.dumps([_derivations(proof) for proof in islice(found, _MOST_PROOFS)])
        write_frame(sock, {}, text.encode())


def main(ontology: Path, data: Path) -> None:
    """Read the dossier, tell which graph it makes, and answer until the server ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then hangs up
    control = socket.socket(fileno=0)
    try:
        study = _Study(Inputs(ontology, data))
    except ClefError as error:
        write_frame(control, error_header(StorageError(f"the dossier cannot be read: {error}")))
        return
    gc.freeze()  # a collection would write to pages that are shared
    write_frame(control, {"attribution": study.graph.attribution})
    fork_for(control, study.answer)


def _derivations(proof: Proof) -> list[list[object]]:
    return [
        [step.conclusion, step.rule, [premise.conclusion for premise in step.premises]]
        for step in steps(proof)
        if step.rule
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
