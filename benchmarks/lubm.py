"""Own a graph in the shape of the Lehigh University Benchmark, any size, the same for each seed.

The classes, properties and numbers per department follow the published profile of LUBM; two
property chains are added, which LUBM does not have. See https://swat.cse.lehigh.edu/projects/lubm/.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kg.model import Triple

__all__ = ["generate", "read"]

UB = "http://swat.cse.lehigh.edu/onto/univ-bench.owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
TYPE = f"<{RDF}type>"

SUBCLASSES = {
    "Organization": "College Department Institute Program ResearchGroup University",
    "Person": "Director Employee GraduateStudent Student TeachingAssistant",
    "Employee": "AdministrativeStaff Faculty",
    "AdministrativeStaff": "ClericalStaff SystemsStaff",
    "Faculty": "Lecturer PostDoc Professor",
    "Professor": "AssistantProfessor AssociateProfessor Chair Dean FullProfessor VisitingProfessor",
    "Student": "ResearchAssistant UndergraduateStudent",
    "Work": "Course Research",
    "Course": "GraduateCourse",
    "Publication": "Article Book Manual Software Specification UnofficialPublication",
    "Article": "ConferencePaper JournalArticle TechnicalReport",
}
PROPERTIES = """
advisor Person Professor|affiliatedOrganizationOf Organization Organization
affiliateOf Organization Person|degreeFrom Person University|doctoralDegreeFrom Person University
hasAlumnus University Person|listedCourse Schedule Course|mastersDegreeFrom Person University
member Organization Person|orgPublication Organization Publication
publicationAuthor Publication Person|publicationResearch Publication Research
researchProject ResearchGroup Research|softwareDocumentation Software Publication
subOrganizationOf Organization Organization|teacherOf Faculty Course
teachingAssistantOf TeachingAssistant Course|undergraduateDegreeFrom Person University
"""
SUBPROPERTIES = {
    "degreeFrom": "doctoralDegreeFrom mastersDegreeFrom undergraduateDegreeFrom",
    "memberOf": "worksFor",
    "worksFor": "headOf",
}
DEFINED = (
    ("Chair", "Person", "headOf", "Department"),
    ("Director", "Person", "headOf", "Program"),
    ("Student", "Person", "takesCourse", "Course"),
    ("TeachingAssistant", "Person", "teachingAssistantOf", "Course"),
    ("Employee", "Person", "worksFor", "Organization"),
)
CHAINS = (
    ("studiesUnder", "takesCourse", "taughtBy"),
    ("affiliatedUniversity", "memberOf", "subOrganizationOf"),
)
STAFF = (("FullProfessor", 7, 10), ("AssociateProfessor", 10, 14), ("AssistantProfessor", 8, 11))
PAPERS = {
    "FullProfessor": (15, 20),
    "AssociateProfessor": (10, 18),
    "AssistantProfessor": (5, 10),
    "Lecturer": (0, 5),
}


def _ub(name: str) -> str:
    return f"<{UB}{name}>"


def _list(name: str, members: list[str]) -> Iterator[Triple]:
    for at, member in enumerate(members):
        rest = f"_:{name}{at + 1}" if at + 1 < len(members) else f"<{RDF}nil>"
        yield Triple(f"_:{name}{at}", f"<{RDF}first>", member)
        yield Triple(f"_:{name}{at}", f"<{RDF}rest>", rest)


def _schema() -> Iterator[Triple]:
    for parent, children in SUBCLASSES.items():
        for child in children.split():
            yield Triple(_ub(child), TYPE, f"<{OWL}Class>")
            yield Triple(_ub(child), f"<{RDFS}subClassOf>", _ub(parent))
    for line in PROPERTIES.replace("\n", "|").strip("|").split("|"):
        name, domain, range_ = line.split()
        yield Triple(_ub(name), TYPE, f"<{OWL}ObjectProperty>")
        yield Triple(_ub(name), f"<{RDFS}domain>", _ub(domain))
        yield Triple(_ub(name), f"<{RDFS}range>", _ub(range_))
    for parent, children in SUBPROPERTIES.items():
        for child in children.split():
            yield Triple(_ub(child), f"<{RDFS}subPropertyOf>", _ub(parent))
    for one, other in (
        ("degreeFrom", "hasAlumnus"),
        ("member", "memberOf"),
        ("teacherOf", "taughtBy"),
    ):
        yield Triple(_ub(one), f"<{OWL}inverseOf>", _ub(other))
    yield Triple(_ub("subOrganizationOf"), TYPE, f"<{OWL}TransitiveProperty>")
    for number, (name, base, prop, filler) in enumerate(DEFINED):
        node, some = f"_:defined{number}", f"_:some{number}"
        yield Triple(some, f"<{OWL}onProperty>", _ub(prop))
        yield Triple(some, f"<{OWL}someValuesFrom>", _ub(filler))
        yield Triple(_ub(name), f"<{OWL}equivalentClass>", node)
        yield Triple(node, f"<{OWL}intersectionOf>", f"_:parts{number}c0")
        yield from _list(f"parts{number}c", [_ub(base), some])
    for number, (name, *steps) in enumerate(CHAINS):
        yield Triple(_ub(name), f"<{OWL}propertyChainAxiom>", f"_:chain{number}c0")
        yield from _list(f"chain{number}c", list(map(_ub, steps)))


class _Department:
    """The triples of one department, drawn in a fixed order."""

    def __init__(
        self, number: int, university: int, draw: random.Random, universities: int
    ) -> None:
        self._base = f"http://www.Department{number}.University{university}.edu"
        self._node = f"<{self._base}>"
        self._mail = f"Department{number}.University{university}.edu"
        self._draw = draw
        self._universities = universities
        self._university = f"<http://www.University{university}.edu>"
        self._courses: dict[str, list[str]] = {"Course": [], "GraduateCourse": []}

    def _new(self, kind: str, number: int) -> str:
        return f"<{self._base}/{kind}{number}>"

    def _degree(self) -> str:
        return f"<http://www.University{self._draw.randrange(self._universities)}.edu>"

    def triples(self) -> Iterator[Triple]:
        """Yield the department, its people, courses, publications and groups."""
        yield Triple(self._node, TYPE, _ub("Department"))
        yield Triple(self._node, _ub("subOrganizationOf"), self._university)
        staff: list[tuple[str, str]] = []
        for kind, low, high in (*STAFF, ("Lecturer", 5, 7)):
            for number in range(self._draw.randint(low, high)):
                staff.append((self._new(kind, number), kind))
                yield from self._teacher(*staff[-1], number)
        yield Triple(staff[0][0], _ub("headOf"), self._node)
        professors = [person for person, kind in staff if kind != "Lecturer"]
        graduates: list[str] = []
        for number in range(len(staff) * self._draw.randint(3, 4)):
            graduates.append(self._new("GraduateStudent", number))
            yield from self._graduate(graduates[-1], number, professors)
        for number in range(len(staff) * self._draw.randint(8, 14)):
            yield from self._undergraduate(number, professors)
        yield from self._publications(staff, graduates)
        for number in range(self._draw.randint(10, 20)):
            group = self._new("ResearchGroup", number)
            yield Triple(group, TYPE, _ub("ResearchGroup"))
            yield Triple(group, _ub("subOrganizationOf"), self._node)

    def _contact(self, person: str, kind: str, number: int) -> Iterator[Triple]:
        yield Triple(person, TYPE, _ub(kind))
        yield Triple(person, _ub("name"), f'"{kind}{number}"')
        yield Triple(person, _ub("emailAddress"), f'"{kind}{number}@{self._mail}"')
        yield Triple(person, _ub("telephone"), '"xxx-xxx-xxxx"')

    def _teacher(self, person: str, kind: str, number: int) -> Iterator[Triple]:
        yield from self._contact(person, kind, number)
        yield Triple(person, _ub("worksFor"), self._node)
        yield Triple(person, _ub("researchInterest"), f'"Research{self._draw.randrange(30)}"')
        for degree in ("undergraduate", "masters", "doctoral"):
            yield Triple(person, _ub(f"{degree}DegreeFrom"), self._degree())
        for kind_of_course, courses in self._courses.items():
            for _ in range(self._draw.randint(1, 2)):
                course = self._new(kind_of_course, len(courses))
                courses.append(course)
                yield Triple(person, _ub("teacherOf"), course)
                yield Triple(course, TYPE, _ub(kind_of_course))
                yield Triple(course, _ub("name"), f'"{kind_of_course}{len(courses)}"')

    def _graduate(self, person: str, number: int, professors: list[str]) -> Iterator[Triple]:
        yield from self._contact(person, "GraduateStudent", number)
        yield Triple(person, _ub("memberOf"), self._node)
        yield Triple(person, _ub("undergraduateDegreeFrom"), self._degree())
        yield Triple(person, _ub("advisor"), self._draw.choice(professors))
        for course in self._draw.sample(self._courses["GraduateCourse"], self._draw.randint(1, 3)):
            yield Triple(person, _ub("takesCourse"), course)
        if self._draw.random() < 0.22:
            course = self._draw.choice(self._courses["Course"])
            yield Triple(person, _ub("teachingAssistantOf"), course)
        elif self._draw.random() < 0.28:
            yield Triple(person, TYPE, _ub("ResearchAssistant"))

    def _undergraduate(self, number: int, professors: list[str]) -> Iterator[Triple]:
        person = self._new("UndergraduateStudent", number)
        yield from self._contact(person, "UndergraduateStudent", number)
        yield Triple(person, _ub("memberOf"), self._node)
        for course in self._draw.sample(self._courses["Course"], self._draw.randint(2, 4)):
            yield Triple(person, _ub("takesCourse"), course)
        if self._draw.random() < 0.2:
            yield Triple(person, _ub("advisor"), self._draw.choice(professors))

    def _publications(self, staff: list[tuple[str, str]], graduates: list[str]) -> Iterator[Triple]:
        count = 0
        for person, kind in staff:
            for _ in range(self._draw.randint(*PAPERS[kind])):
                paper = self._new("Publication", count)
                count += 1
                yield Triple(paper, TYPE, _ub("Publication"))
                yield Triple(paper, _ub("name"), f'"Publication{count}"')
                for author in (person, *self._draw.sample(graduates, self._draw.randint(0, 2))):
                    yield Triple(paper, _ub("publicationAuthor"), author)


def generate(size: int, *, seed: int = 7) -> Iterator[Triple]:
    """Yield `size` triples: the schema, then universities until there are enough."""
    return islice(_endless(size, random.Random(seed)), size)  # noqa: S311  # a fixed draw


def _endless(size: int, draw: random.Random) -> Iterator[Triple]:
    yield from _schema()
    universities = max(20, size // 10_000)
    number = -1
    while True:
        number += 1
        yield Triple(f"<http://www.University{number}.edu>", TYPE, _ub("University"))
        for department in range(draw.randint(15, 25)):
            yield from _Department(department, number, draw, universities).triples()


def read(path: Path) -> Iterator[Triple]:
    """Yield the triples of an N-Triples file as our generator writes it."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            subject, predicate, rest = line.split(" ", 2)
            yield Triple(subject, predicate, rest[: rest.rindex(" .")])


def main() -> None:
    """Write a graph as N-Triples: `python -m benchmarks.lubm SIZE FILE`."""
    with Path(sys.argv[2]).open("w", encoding="utf-8") as file:
        file.writelines(f"{triple}\n" for triple in generate(int(sys.argv[1])))


if __name__ == "__main__":
    main()
