"""Own the figures of explaining and editing one closure: `python -m benchmarks.edits FILE`."""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.lubm import UB, read
from kg.model import Triple
from kg.reason import Closure, materialize

ROUNDS = 25
BATCH = 10
PROOFS = 300


def edits(path: Path) -> dict[str, float]:
    """Return medians in seconds of unfolding a proof, and of ten triples withdrawn and added."""
    draw = random.Random(11)  # noqa: S311  # a fixed draw
    facts = [t for t in read(path) if t.subject.startswith("<") and UB not in t.subject]
    closure = materialize(read(path))
    gc.collect()
    gc.freeze()
    inferred = [t for t in closure.inferred() if UB not in t.subject]
    proofs = [_timed(_unfold, closure, triple) for triple in draw.sample(inferred, PROOFS)]
    batches = [draw.sample(facts, BATCH) for _ in range(ROUNDS)]
    pairs = [(_timed(closure.remove, b), _timed(closure.add, b)) for b in batches]
    less, more = (statistics.median(column) for column in zip(*pairs, strict=True))
    return {
        "proof": statistics.median(proofs),
        "worst": max(proofs),
        "remove": less,
        "add": more,
    }


def _unfold(closure: Closure, triple: Triple) -> None:
    """Look up every derivation under a triple."""
    seen = {triple}
    stack = [triple]
    while stack:
        derivation = closure.derivation(stack.pop())
        for premise in derivation.premises if derivation else ():
            if premise not in seen:
                seen.add(premise)
                stack.append(premise)


def _timed(work: Callable[..., None], *arguments: object) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(edits(Path(sys.argv[1]))))
