"""Own one run of one reasoner over one file, in a process of its own: `python -m benchmarks.peers`.

Nemo and DuckDB know no OWL: they are given the rules about the schema that Clef compiled, so that
they are measured at what they do best. What they are given as numbers is not counted as theirs to
load; reading the columns is.
"""

from __future__ import annotations

# ruff: noqa: S608  # the SQL is made here, of numbers alone
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.lubm import read
from kg.reason.closure import Closure
from kg.reason.compile import Rule
from kg.reason.facts import Key
from kg.reason.intake import Batches, batches, without_collection
from kg.reason.match import Pattern

__all__ = ["ENGINES"]

Figures = dict[str, float]


def clef(path: Path) -> Figures:
    """Number the triples as they are read, then close them, with every derivation recorded."""
    start = time.perf_counter()
    closure = Closure()
    engine = closure._engine
    with without_collection():
        numbers = batches(read(path), engine.terms)
        loaded = time.perf_counter()
        engine.start(numbers)
    done = time.perf_counter()
    held = engine.facts
    count = sum(held.why(fact) is not None for fact in _instances(closure))
    return {"load": loaded - start, "reason": done - loaded, "inferred": count}


def _instances(closure: Closure) -> Iterator[tuple[int, int, int]]:
    """Yield the triples that are about the data, not about the schema."""
    engine = closure._engine
    for fact in engine.facts:
        subject = engine.terms.term(fact[0])
        if subject.startswith("<http://www.") and not subject.startswith("<http://www.w3."):
            yield fact


def _about_data(rule: Rule) -> bool:
    schema = ("scm-", "eq-", "dt-", "cls-thing", "cls-nothing", "prp-ap")
    return rule.head is not None and bool(rule.body) and not rule.name.startswith(schema)


class _Program:
    """The rules that Clef compiled for a file's schema, and its instances as columns."""

    def __init__(self, path: Path) -> None:
        self.closure = Closure()
        engine = self.closure._engine
        numbers: Batches = batches(read(path), engine.terms)
        self.type = engine.names.type
        self.term = engine.terms.term
        schema = {p: pairs for p, pairs in numbers.items() if (p, None) in engine.facts.read}
        known = {engine.terms.term(s) for pairs in schema.values() for s, _ in pairs}
        kinds = [(s, o) for s, o in numbers[self.type] if engine.terms.term(s) in known]
        engine.start({**{p: list(pairs) for p, pairs in schema.items()}, self.type: kinds})
        self.columns: dict[Key, list[tuple[int, ...]]] = {}
        for predicate, pairs in numbers.items():
            for subject, obj in pairs if predicate not in schema else ():
                key = engine.facts.key(predicate, obj)
                row = (subject,) if key[1] is not None else (subject, obj)
                self.columns.setdefault(key, []).append(row)
        self.rules = [rule for rule in engine.rules if _about_data(rule)]
        for rule in self.rules:
            for pattern in (*rule.body, rule.head):
                if pattern is not None:
                    self.columns.setdefault(self.key(pattern), [])

    def key(self, pattern: Pattern) -> Key:
        """Return the relation that a pattern is about."""
        _, p, o = pattern
        assert isinstance(p, int)
        return (p, o) if p == self.type and isinstance(o, int) else (p, None)

    def name(self, key: Key) -> str:
        """Return a relation's name."""
        return f"p{key[0]}" if key[1] is None else f"c{key[1]}"

    def slots(self, pattern: Pattern) -> tuple[int | str, ...]:
        """Return the columns of a pattern's relation."""
        s, _, o = pattern
        return (s,) if self.key(pattern)[1] is not None else (s, o)

    def concluded(self) -> list[Key]:
        """Return the relations that a rule adds to."""
        heads = [rule.head for rule in self.rules if rule.head is not None]
        return list(dict.fromkeys(map(self.key, heads)))

    def write(self, folder: Path) -> None:
        """Write the columns, one file a relation."""
        for key, rows in self.columns.items():
            lines = (",".join(map(str, row)) + "\n" for row in rows)
            with (folder / f"{self.name(key)}.csv").open("w", encoding="ascii") as file:
                file.writelines(lines)


def nemo(path: Path) -> Figures:
    """Run the compiled rules as a Nemo program on numbers, one relation per class and property."""
    program = _Program(path)
    with tempfile.TemporaryDirectory() as folder:
        program.write(Path(folder))
        imports = "".join(
            f'@import {program.name(key)} :- csv{{resource="{folder}/{program.name(key)}.csv"}}.\n'
            for key, rows in program.columns.items()
            if rows
        )
        return _nemo(program, imports)


def nemo_file(path: Path) -> Figures:
    """Run the compiled rules as a Nemo program that reads the file by itself."""
    program = _Program(path)
    term = program.term
    imports = f'@import t :- ntriples{{resource="{path.resolve()}"}}.\n'
    for key, rows in program.columns.items():
        name, terms = program.name(key), (term(n) for n in key if n is not None)
        if rows:
            slots = "(?s)" if key[1] is not None else "(?s, ?o)"
            imports += f"{name}{slots} :- t(?s, {', '.join([*terms, '?o'][:2])}) .\n"
    return _nemo(program, imports)


def _nemo(program: _Program, imports: str) -> Figures:
    import nmo_python  # noqa: PLC0415

    text = imports + "".join(_datalog(program, rule) for rule in program.rules)
    engine = nmo_python.NemoEngine(nmo_python.load_string(text))
    start = time.perf_counter()
    engine.reason()
    done = time.perf_counter()
    inferred = sum(_size(engine, program, key) for key in program.concluded())
    return {"load": 0.0, "reason": done - start, "inferred": inferred}


def _size(engine: object, program: _Program, key: Key) -> int:
    held = sum(1 for _ in engine.result(program.name(key)))  # type: ignore[attr-defined]
    return held - len(set(program.columns[key]))


def _datalog(program: _Program, rule: Rule) -> str:
    assert rule.head is not None

    def atom(pattern: Pattern) -> str:
        slots = ", ".join(str(slot) for slot in program.slots(pattern))
        return f"{program.name(program.key(pattern))}({slots})"

    tests = [f"{one} != {other}" for one, other in rule.unequal]
    return f"{atom(rule.head)} :- {', '.join([*map(atom, rule.body), *tests])} .\n"


def duckdb(path: Path) -> Figures:
    """Run the compiled rules as SQL, semi-naive: each round joins what the last one added."""
    import duckdb as sql  # noqa: PLC0415

    program = _Program(path)
    base = sql.connect()
    with tempfile.TemporaryDirectory() as folder:
        program.write(Path(folder))
        for key, rows in program.columns.items():
            name, columns = program.name(key), _columns(key)
            base.execute(f"CREATE TABLE t_{name} ({', '.join(f'{c} BIGINT' for c in columns)})")
            if rows:
                base.execute(f"INSERT INTO t_{name} SELECT DISTINCT * FROM '{folder}/{name}.csv'")
            base.execute(f"CREATE TABLE d_{name} AS FROM t_{name}")
        start = time.perf_counter()
        changed = {key for key, rows in program.columns.items() if rows}
        while changed:
            changed = _round(base, program, changed)
        done = time.perf_counter()
        inferred = sum(
            base.table(f"t_{program.name(key)}").count("*").fetchall()[0][0]
            - len(set(program.columns[key]))
            for key in program.concluded()
        )
    return {"load": 0.0, "reason": done - start, "inferred": inferred}


def _columns(key: Key) -> tuple[str, ...]:
    return ("s",) if key[1] is not None else ("s", "o")


def _round(base: object, program: _Program, changed: set[Key]) -> set[Key]:
    execute: Callable[[str], object] = base.execute  # type: ignore[attr-defined]
    selects: dict[Key, list[str]] = {}
    for rule in program.rules:
        assert rule.head is not None
        for at, pattern in enumerate(rule.body):
            if program.key(pattern) in changed:
                selects.setdefault(program.key(rule.head), []).append(_select(program, rule, at))
    fresh: set[Key] = set()
    for key, queries in selects.items():
        name, using = program.name(key), ", ".join(_columns(key))
        union = " UNION ALL ".join(queries)
        execute(
            f"CREATE OR REPLACE TABLE n_{name} AS SELECT DISTINCT * FROM ({union}) u"
            f" ANTI JOIN t_{name} USING ({using})"
        )
        if execute(f"SELECT 1 FROM n_{name} LIMIT 1").fetchall():  # type: ignore[attr-defined]
            fresh.add(key)
    for key in fresh:
        name = program.name(key)
        execute(f"INSERT INTO t_{name} FROM n_{name}")
        execute(f"CREATE OR REPLACE TABLE d_{name} AS FROM n_{name}")
    return fresh


def _select(program: _Program, rule: Rule, delta: int) -> str:
    assert rule.head is not None
    where: list[str] = []
    places: dict[str, str] = {}
    tables = []
    for at, pattern in enumerate(rule.body):
        key = program.key(pattern)
        tables.append(f"{'d' if at == delta else 't'}_{program.name(key)} a{at}")
        for column, slot in zip(_columns(key), program.slots(pattern), strict=True):
            place = f"a{at}.{column}"
            if isinstance(slot, int):
                where.append(f"{place} = {slot}")
            elif places.setdefault(slot, place) != place:
                where.append(f"{places[slot]} = {place}")
    where += [f"{places[str(one)]} <> {places[str(other)]}" for one, other in rule.unequal]
    slots = program.slots(rule.head)
    names = _columns(program.key(rule.head))
    chosen = ", ".join(
        f"{places[slot] if isinstance(slot, str) else slot} AS {name}"
        for slot, name in zip(slots, names, strict=True)
    )
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT {chosen} FROM {', '.join(tables)}{condition}"


def reasonable(path: Path) -> Figures:
    """Run `reasonable` on the file itself, under a suffix that it reads."""
    import reasonable as engine  # noqa: PLC0415

    turtle = path.with_suffix(".ttl")
    turtle.write_bytes(path.read_bytes())
    start = time.perf_counter()
    reasoner = engine.PyReasoner()
    reasoner.load_file(str(turtle))
    loaded = time.perf_counter()
    found = reasoner.reason()
    return {"load": loaded - start, "reason": time.perf_counter() - loaded, "inferred": len(found)}


def owlrl(path: Path) -> Figures:
    """Run owlrl on the file itself."""
    import owlrl as engine  # noqa: PLC0415
    import rdflib  # noqa: PLC0415

    start = time.perf_counter()
    graph = rdflib.Graph()
    graph.parse(path, format="nt")
    loaded, before = time.perf_counter(), len(graph)
    engine.DeductiveClosure(engine.OWLRL_Semantics).expand(graph)
    done = time.perf_counter()
    return {"load": loaded - start, "reason": done - loaded, "inferred": len(graph) - before}


ENGINES: dict[str, Callable[[Path], Figures]] = {
    "clef": clef,
    "duckdb": duckdb,
    "nemo": nemo,
    "nemo-file": nemo_file,
    "reasonable": reasonable,
    "owlrl": owlrl,
}


def main() -> None:
    """Run one engine on one file and print its figures as JSON."""
    figures = ENGINES[sys.argv[1]](Path(sys.argv[2]))
    figures["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
