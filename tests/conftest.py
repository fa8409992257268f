"""Fixtures that many tests share: the dossier as it is, assessed once and published once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg import paths
from kg.pipeline import Assessment, Inputs, assess, build
from kg.rules import rule_texts
from kg.store import KnowledgeGraph

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    return Inputs(paths.ontology(), paths.dossier())


@pytest.fixture(scope="session")
def assessment(inputs: Inputs) -> Assessment:
    return assess(inputs)


@pytest.fixture(scope="session")
def graph(inputs: Inputs) -> KnowledgeGraph:
    return build(inputs)


@pytest.fixture(scope="session")
def rules() -> dict[str, str]:
    return rule_texts(paths.ontology() / "rules")


@pytest.fixture(scope="session")
def small_inputs() -> Inputs:
    """A small made-up dossier, which grows only when a test needs it to."""
    return Inputs(paths.ontology(), ROOT / "tests" / "fixtures" / "small")


@pytest.fixture(scope="session")
def small(small_inputs: Inputs) -> KnowledgeGraph:
    return build(small_inputs)


@pytest.fixture(scope="session")
def contested(small_inputs: Inputs) -> KnowledgeGraph:
    """The small dossier with a source on top that contradicts it."""
    return build(replace(small_inputs, extra=(ROOT / "tests" / "fixtures" / "second-2021.ttl",)))
