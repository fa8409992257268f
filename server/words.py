"""Own the language of a page and the words of the interface in it; not the words of the data.

English stands in the code and the templates; `locale/LANGUAGE/*.po` hold the translations, which
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html describes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, has_request_context, request

__all__ = [
    "LANGUAGES",
    "gettext",
    "init_app",
    "language",
    "ngettext",
    "speaking",
    "translations",
]

LANGUAGES = {"en": "English", "it": "Italiano"}
"""The languages of the interface, each in its own words; the first is that of the code."""

_CHOSEN = "clef.language"
_LOCALE = Path(__file__).parent / "locale"


def language() -> str:
    """Return the language of this request: `?lang=` counts more than `Accept-Language`."""
    if not has_request_context():
        return "en"
    found: str | None = request.environ.get(_CHOSEN)  # every word of a page asks
    if found is None:
        asked = request.args.get("lang", "")
        best = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES)
        found = request.environ[_CHOSEN] = best or "en"
    return found


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Have all words be of a language, whatever this request asks for."""
    before = language()
    request.environ[_CHOSEN] = code
    try:
        yield
    finally:
        request.environ[_CHOSEN] = before


@cache
def translations(language: str) -> dict[str, tuple[str, ...]]:
    """Return the translated forms of each English message: one, or the singular and the plural."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((_LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    one = message.id if isinstance(message.id, str) else message.id[0]
                    text = message.string
                    found[one] = (text,) if isinstance(text, str) else tuple(text)
    return found


def gettext(message: str, **values: object) -> str:
    """Return a message in the language of this request; `%(name)s` stands for a value."""
    text = translations(language()).get(message, (message,))[0]
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return the singular for one and the plural for any other number."""
    forms = translations(language()).get(one, (one, many))
    return forms[0 if number == 1 else -1] % {"num": number_words(number), **values}


def number_words(number: int) -> str:
    """Return a number as it is written in the language of this request."""
    return str(format_decimal(number, locale=language()))


def in_language(code: str) -> str:
    """Return the address of this page in a language."""
    asked = {**request.args.to_dict(flat=False), "lang": [code]}
    return f"{request.script_root}{request.path}?{urlencode(asked, doseq=True)}"


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext` and `{% trans %}`, and keep `?lang=` on links."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=False
    )
    app.jinja_env.globals |= {"LANGUAGES": LANGUAGES, "language": language, "ngettext": ngettext}
    app.jinja_env.filters["number"] = number_words
    app.jinja_env.globals |= {"_": gettext, "in_language": in_language}

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, object]) -> None:
        asked = request.args.get("lang", "") if has_request_context() else ""
        if asked in LANGUAGES and endpoint != "static":
            values.setdefault("lang", asked)
