"""Own the terminals of SPARQL: a text, its tokens, their places; not what they make together.

The engine reads without a separate lexer, so that it and a lexer could disagree on where a name
or an IRI ends. It is therefore given not the text but the tokens read here (`respelled`): a gap
becomes spaces, so that no line break is left to end a comment inside what looks like an IRI, and
dots in names are escaped, for the engine would end a name at its second dot.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.errors import QuerySyntaxError

__all__ = ["Source", "Token", "place_of", "read_tokens", "respelled"]

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MARK = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_CHAR = rf"{_LETTER}_{_MARK}\-"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# A prefix is bounded: a long run of "a.a.a." would else be scanned anew from each of its letters.
_PREFIX = rf"[{_LETTER}](?:[{_CHAR}.]{{0,126}}[{_CHAR}])?"
_LOCAL = rf"(?:[{_LETTER}_:0-9]|{_ESCAPE})(?:(?:[{_CHAR}.:]|{_ESCAPE})*(?:[{_CHAR}:]|{_ESCAPE}))?"
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "gap": r"(?:[ \t\r\n]+|#[^\r\n]*)++",
            "iri": r'<[^<>"{}|^`\\\x00-\x20]*>',
            "string": r'"""(?:[^"\\]|\\.|"(?!""))*+"""'
            r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
            r'|"(?:[^"\\\r\n]|\\.)*+"'
            r"|'(?:[^'\\\r\n]|\\.)*+'",
            "variable": rf"[?$][{_LETTER}_0-9][{_LETTER}_{_MARK}]*",
            "blank": rf"_:[{_LETTER}_0-9](?:[{_CHAR}.]*[{_CHAR}])?",
            "name": rf"(?:{_PREFIX})?:(?:{_LOCAL})?",
            "number": r"[+-]?(?:(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.?[0-9]+)",
            "word": r"[A-Za-z][A-Za-z0-9_]*",
            "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?",
            "mark": r"\^\^|&&|\|\||!=|<=|>=|<<\(|\)>>|<<|>>|\{\||\|\}|[{}()\[\];,.=<>!+\-*/|^?~]",
            "illegal": r".",
        }.items()
    ),
    re.DOTALL,
)
"""The terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar, the longest first."""

_CODEPOINT = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """One terminal; `start` counts in the decoded text, `apart` tells of a gap before it."""

    kind: str
    text: str
    start: int
    apart: bool


class Source:
    """A text with its codepoint escapes decoded, which still knows its own lines and columns.

    See https://www.w3.org/TR/sparql11-query/#codepointEscape. An escaped quote, backslash or line
    break is left to the engine, which decodes it without ending the string it stands in.
    """

    def __init__(self, written: str) -> None:
        self.written = written
        self._starts = [0]  # where, in the decoded text, each shift begins ...
        self._shifts = [0]  # ... and how far the written text is ahead from there on
        self.text = _CODEPOINT.sub(self._decode, written) if "\\" in written else written

    def _decode(self, match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if not digits:
            return match[0]
        code = int(digits, 16)
        at = match.start() - self._shifts[-1]
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise self.fault(f"{match[0]} is not a character", at)
        if chr(code) in "\"'\\\r\n":
            return match[0]
        self._starts.append(at + 1)
        self._shifts.append(self._shifts[-1] + len(match[0]) - 1)
        return chr(code)

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column, from 1, of an offset in the decoded text."""
        at += self._shifts[bisect_right(self._starts, at) - 1]
        return self.written.count("\n", 0, at) + 1, at - self.written.rfind("\n", 0, at)

    def fault(self, message: str, at: int, hint: str = "") -> QuerySyntaxError:
        """Return the error to raise for what stands at an offset in the decoded text."""
        line, column = self.place(at)
        return QuerySyntaxError(message, line=line, column=column, hint=hint)


def read_tokens(source: Source) -> Iterator[Token]:
    """Yield the terminals of a text; raise `QuerySyntaxError` for what is none."""
    apart = False
    for match in _TOKEN.finditer(source.text):
        kind = match.lastgroup or "illegal"
        if kind == "gap":
            apart = True
            continue
        if kind == "illegal":
            quote = match[0] in "\"'"
            message = "a string that does not end" if quote else f"unexpected {match[0]!r}"
            raise source.fault(message, match.start())
        yield Token(kind, match[0], match.start(), apart)
        apart = False


def place_of(source: Source, token: Token) -> str:
    """Return where a token stands, in words."""
    line, column = source.place(token.start)
    return f"line {line}, column {column}"


def respelled(tokens: Iterable[Token], slot: int = 0) -> tuple[str, list[int]]:
    """Return tokens as the engine is to read them, on one line, and where each begins in it.

    With `slot`, so many spaces stand between any two tokens that they may stand between.
    """
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    every = tuple(tokens)
    mends = _mends(every)
    for index, token in enumerate(every):
        bound = token.kind == "language" or token.text == "^^" or parts[-1:] == ["^^"]
        lead = " " * (slot if slot and not bound else token.apart)
        before, after = mends.get(index, ("", ""))
        part = lead + before + _spell(token) + after
        starts.append(length + len(lead) + len(before))
        length += len(part)
        parts.append(part)
    return "".join(parts), starts


def _mends(tokens: tuple[Token, ...]) -> dict[int, tuple[str, str]]:
    """Return what to write before and after some tokens, so that the engine keeps to the standard.

    GROUP_CONCAT gives a simple literal, where the engine keeps a language that all members share:
    it becomes STR(GROUP_CONCAT(…)). BNODE takes any string, where the engine takes it for a label,
    which many cannot be: it becomes BNODE(SHA1(…)).
    https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat, #func-bnode
    """
    found: dict[int, tuple[str, str]] = {}
    open_calls: list[str] = []
    for index, token in enumerate(tokens):
        if token.text == "(":
            before = tokens[index - 1].text.upper() if index else ""
            call = before if tokens[index - 1].kind == "word" else ""
            empty = index + 1 < len(tokens) and tokens[index + 1].text == ")"
            if call == "GROUP_CONCAT":
                found[index - 1] = ("STR(", "")
            elif call == "BNODE" and not empty:
                found[index] = ("", "SHA1(")
            else:
                call = ""
            open_calls.append(call)
        elif token.text == ")" and open_calls and open_calls.pop():
            found[index] = ("", ")")
    return found


def _spell(token: Token) -> str:
    # A token of the kind "raw" is text that was made here (`kg.service`).
    if token.kind == "string":
        return token.text.replace("\n", "\\n").replace("\r", "\\r")
    if token.kind == "name" and "." in token.text:
        prefix, colon, local = token.text.partition(":")
        return prefix + colon + re.sub(r"(?<!\\)\.", r"\\.", local)
    return token.text
