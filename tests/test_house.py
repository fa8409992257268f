"""The rules of the house that a machine can check, each shown to notice a breach."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kg
import server
from kg.namespaces import DEFAULT_BASE

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
NAMES_THE_BASE = {"kg/namespaces.py"}


def tracked() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    files = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in files if path.is_file()]


def modules() -> list[str]:
    return [
        info.name
        for package in (kg, server)
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not info.name.endswith("__main__")
    ]


def holds_base(text: str) -> bool:
    return DEFAULT_BASE.split("//")[1].rstrip("/") in text


def test_the_base_stands_in_one_file() -> None:
    """Documents show what Clef really answers, and so may hold it."""
    assert holds_base(f"@prefix clef: <{DEFAULT_BASE}ns#> .")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix != ".md" and holds_base(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert found == NAMES_THE_BASE


def names_the_old_schema(text: str) -> bool:
    return "http" + "://schema.org" in text


def test_schema_org_has_one_spelling() -> None:
    assert names_the_old_schema("@prefix schema: <http" + "://schema.org/> .")
    found = [
        path.name
        for path in tracked()
        if names_the_old_schema(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def too_long(text: str) -> bool:
    return text.count("\n") > LONGEST


def test_no_module_is_past_four_hundred_lines() -> None:
    assert too_long("\n" * (LONGEST + 1))
    sources = [path for path in tracked() if path.suffix == ".py"]
    assert len(sources) > 50
    assert [path.name for path in sources if too_long(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", modules())
def test_a_module_says_what_it_owns_and_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    if not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body):
        return
    offered = module.__all__
    assert len(set(offered)) == len(offered)
    for public in offered:
        value = getattr(module, public)
        if callable(value) and getattr(value, "__module__", "") == name:
            assert value.__doc__, f"{name}.{public} has no docstring"


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("kg/check/steps.py", "import kg.reason"),
        ("kg/store.py", "import kg.pipeline"),
        ("kg/load.py", "import server.config"),
    ],
)
def test_an_import_against_the_law_is_noticed(tmp_path: Path, module: str, line: str) -> None:
    for package in ("kg", "server"):
        shutil.copytree(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    kept = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert kept.returncode == 0, kept.stdout
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    broken = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert "BROKEN" in broken.stdout


def test_no_machine_and_no_registry_is_named() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:work|root|home|tmp/clef)/\w")
    assert pattern.search("see " + "/work" + "/main")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.name != "test_house.py"
        and pattern.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_relative_links_of_the_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked()
        if page.suffix == ".md"
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
