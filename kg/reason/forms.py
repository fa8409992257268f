"""Own the rules with numbers for terms, cut into what is schema and what is left for instances."""

from __future__ import annotations

from kg.reason.facts import Key
from kg.reason.match import Pattern, Slot
from kg.reason.notation import NAMESPACES, Atom, Form, ListOf, expand, is_variable, read
from kg.reason.rules import RULES
from kg.reason.terms import Terms

__all__ = ["Names", "Prepared", "Template", "prepare"]

Template = tuple[tuple[Pattern, ...], tuple[Pattern, ...]]
"""The body and the heads that are left once the schema is matched."""

_TYPE = f"<{NAMESPACES['rdf']}type>"
_SAME = f"<{NAMESPACES['owl']}sameAs>"
_FORMS = tuple(form for rule in RULES.values() for form in read(rule.name, rule.text))


class Names:
    """The numbers of the terms that the engine itself knows."""

    __slots__ = (
        "different",
        "equal",
        "first",
        "ill",
        "nil",
        "range",
        "rest",
        "same",
        "thing",
        "type",
    )

    def __init__(self, terms: Terms) -> None:
        rdf, owl = NAMESPACES["rdf"], NAMESPACES["owl"]
        self.type = terms.id(_TYPE)
        self.first = terms.id(f"<{rdf}first>")
        self.rest = terms.id(f"<{rdf}rest>")
        self.nil = terms.id(f"<{rdf}nil>")
        self.range = terms.id(f"<{NAMESPACES['rdfs']}range>")
        self.same = terms.id(_SAME)
        self.different = terms.id(f"<{owl}differentFrom>")
        self.thing = terms.id(f"<{owl}Thing>")
        self.equal = terms.id("clef:equal")
        self.ill = terms.id("clef:ill")


def _open(atom: Atom) -> bool:
    """Say whether an atom has a variable where generated code wants a constant."""
    return is_variable(atom.predicate) or (atom.predicate == _TYPE and is_variable(atom.object))


class Prepared:
    """One form of a rule: `schema` patterns, a list, and templates for the rest.

    Where a rule has a number, `schema` has `?n`: any literal that says the `number` will do.
    `free` is the predicate variable that no axiom binds: it goes through the predicates in use
    while each of the predicates in `gates` is in use.
    """

    def __init__(self, form: Form, terms: Terms) -> None:
        self.name = form.rule
        self.refutes = not form.heads
        self._form = form
        self._terms = terms
        self._templates: dict[int, list[Template]] = {}
        atoms = [item for item in form.body if isinstance(item, Atom)]
        both = (*atoms, *form.heads)
        self._predicates = {a.predicate for a in both if is_variable(a.predicate)}
        self._special = any(map(_open, both)) or len(atoms) < len(form.body)
        schema = [atom for atom in atoms if self._is_schema(atom)]
        self._rest = tuple(atom for atom in atoms if atom not in schema)
        self.number = next((t for a in schema for t in a.terms if t.startswith('"')), None)
        self.schema = tuple(self._axiom(atom) for atom in schema)
        self.listed = next((item for item in form.body if isinstance(item, ListOf)), None)
        self.free = self._free(schema)
        self.gates = {terms.id(a.predicate) for a in self._rest if not _open(a)}
        self.by_use = self.free is not None and not schema
        self._once = "".join(
            term for atom in both if not atom.every for term in atom.terms if "[" in term
        )

    def _is_schema(self, atom: Atom) -> bool:
        if not self._special or _open(atom) or atom.predicate.startswith("clef:"):
            return False
        return atom.predicate != _SAME or bool({atom.subject, atom.object} & self._predicates)

    def _axiom(self, atom: Atom) -> Pattern:
        s, p, o = self._pattern(atom)
        return s, p, "?n" if atom.object == self.number else o

    def _free(self, schema: list[Atom]) -> str | None:
        """Find a predicate that is told by its use: by no axiom, or by one about sameness."""
        same = any(atom.predicate == _SAME for atom in schema)
        told = {term for atom in schema for term in atom.terms}
        used = [a.predicate for a in self._rest if is_variable(a.predicate)]
        return next((p for p in used if "[" not in p and (same or p not in told)), None)

    def schema_keys(self, type_id: int) -> list[Key]:
        """Return the batches whose triples ask for other rules."""
        same = self._terms.id(_SAME)
        found: list[Key] = []
        for _, p, o in self.schema:
            if isinstance(p, int) and p != same:
                found.append((p, o) if p == type_id and isinstance(o, int) else (p, None))
        return found

    def templates(self, count: int) -> list[Template]:
        """Return what is left for a list of so many members, for each choice among them."""
        if count not in self._templates:
            self._templates[count] = [
                (
                    self._expanded(self._rest, count, choice),
                    self._expanded(self._form.heads, count, choice),
                )
                for choice in self._choices(count)
            ]
        return self._templates[count]

    def _expanded(
        self, atoms: tuple[Atom, ...], count: int, choice: dict[str, int]
    ) -> tuple[Pattern, ...]:
        return tuple(self._pattern(atom) for atom in expand(atoms, count, choice))

    def _choices(self, count: int) -> list[dict[str, int]]:
        each = range(1, count + 1)
        if "[j]" in self._once:
            return [{"i": i, "j": j} for i in each for j in each if i < j]
        return [{"i": i} for i in each] if "[i]" in self._once else [{}]

    def _slot(self, term: str) -> Slot:
        return term if is_variable(term) else self._terms.id(term)

    def _pattern(self, atom: Atom) -> Pattern:
        return self._slot(atom.subject), self._slot(atom.predicate), self._slot(atom.object)


def prepare(terms: Terms) -> list[Prepared]:
    """Return every form of every rule, in the order of the tables."""
    return [Prepared(form, terms) for form in _FORMS]
