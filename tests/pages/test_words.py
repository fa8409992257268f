"""Every message of the interface has its Italian, one only, and none is left over."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from http import HTTPStatus
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.exceptions import default_exceptions

import server
from server import words
from tests.pages.atlas import HTML, Atlas

ROOT = Path(server.__file__).parent
LOCALE = ROOT / "locale" / "it"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}


def first(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def extracted(root: Path) -> dict[str, str]:
    """Return each message that stands in the code or a template, and in which file."""
    found = extract_from_dir(root, METHODS, OPTIONS)
    return {first(message): name for name, _, message, _, _ in found}


def translated() -> dict[str, set[str]]:
    """Return the translations of each message, from all files."""
    found = defaultdict(set)
    for path in LOCALE.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="it", abort_invalid=True):
                if message.id and all(message.string if message.pluralizable else [message.string]):
                    found[first(message.id)].add(str(message.string))
    return found


def constants() -> set[str]:
    """Return every text of the code: a table may hold a message that is translated later."""
    return {
        node.value
        for folder in (ROOT, ROOT.with_name("kg"))
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_message_has_its_italian() -> None:
    messages = extracted(ROOT)
    assert len(messages) > 20
    known = translated()
    assert {text: name for text, name in messages.items() if text not in known} == {}


def test_a_message_without_italian_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.html").write_text('{{ _("One") }} {% trans %}Two{% endtrans %}')
    (tmp_path / "x.py").write_text('_("Three %(n)s", n=1)\nngettext("Four", "Fours", 4)\n')
    assert extracted(tmp_path).keys() == {"One", "Two", "Three %(n)s", "Four"}


def test_no_translation_is_left_over_or_said_twice() -> None:
    known = translated()
    titles = {HTTPStatus(status).phrase for status in default_exceptions}
    assert known.keys() - extracted(ROOT).keys() - constants() - titles == set()
    assert {text: said for text, said in known.items() if len(said) > 1} == {}


VARIANTS = re.compile(
    r"\b(inferred|deduced|made (?:it )?up|created for|inferit[oaie]|dedott[oaie]|si deduce)\b"
)


def test_one_word_stands_for_each_idea() -> None:
    """What follows is a conclusion, and a character is invented: /help says so once for all."""
    spoken = {text for one, said in translated().items() for text in (one, *said)}
    assert {text for text in spoken | extracted(ROOT).keys() if VARIANTS.search(text)} == set()
    assert VARIANTS.search("made up for the work")


def test_no_page_in_italian_asks_for_what_is_not_there(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a table holds is not found in the code: it is noticed where a page says it."""
    missing = set()

    class Noting(dict[str, tuple[str, ...]]):
        def get(self, message: str, default: object = None) -> object:  # type: ignore[override]
            if message not in self:
                missing.add(message)
            return super().get(message, default)  # type: ignore[arg-type]

    plain = words.translations
    noting = Noting(plain("it"))
    monkeypatch.setattr(
        words, "translations", lambda language: noting if language == "it" else plain(language)
    )
    client = site.test_client()
    for address in Atlas(site).one_of_each():
        answer = client.get(f"{address}?lang=it", headers=HTML)
        assert '<html lang="it">' in answer.text
    assert missing == set()
