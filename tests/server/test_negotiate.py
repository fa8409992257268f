"""Which offer an Accept header prefers."""

from __future__ import annotations

import pytest

from kg.errors import FormatError
from server.negotiate import HTML, Offer, named, negotiate, offers_for, wanted

A, B, C = Offer("a", ("text/a",)), Offer("b", ("text/b", "app/b")), Offer("c", ("app/c",))


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "a"),
        ("*/*", "a"),
        ("text/b", "b"),
        ("app/b", "b"),
        ("TEXT/B", "b"),
        ("app/*", "b"),
        ("text/a;q=0.5, text/b;q=0.6", "b"),
        ("text/a;q=0, */*", "b"),
        ("text/*;q=0, */*;q=0.1", "b"),
        ("text/*;q=0, app/b;q=0, */*;q=0.1", "c"),
        ("*/*, app/c", "c"),
        ("*/*;q=0.5, app/*", "b"),
        ("text/a;q=0.001", "a"),
        ("text/a;q=0", None),
        ("image/png", None),
        ("*/*;q=0", None),
        ("text/b;charset=utf-8", "b"),
        ('text/b; charset="UTF-8" ;q=0.9', "b"),
        ("text/b;charset=latin1", None),
        ("text/b;level=1", None),
        ('text/b;profile="x,y;z";q=1', "b"),
        (" text/b ; q=1.000 , ", "b"),
        ("nonsense, text/b", "b"),
        ("*/b, text/b;q=2, text/a;q=0.3", "a"),
        ("nonsense", "a"),
    ],
)
def test_the_preferred_offer_is_chosen(accept: str, name: str | None) -> None:
    assert negotiate(accept, (A, B, C)) == name


def test_the_page_for_a_browser_is_the_last_resort_of_a_program() -> None:
    for kind in ("results", "boolean", "graph"):
        assert offers_for(kind)[-1] == HTML


def test_a_format_asked_for_by_name_holds_for_the_kinds_that_have_it() -> None:
    assert wanted("text/html", "csv") == {"results": "csv", "boolean": None, "graph": None}
    assert set(wanted("", "html").values()) == {"html"}
    assert set(wanted("", "yaml").values()) == {None}
    with pytest.raises(FormatError, match="yaml"):
        named("yaml", "graph")


@pytest.mark.parametrize("piece", [" ", ";", ',a/b;c="\\"', "a/b;c=d ;", "*/*,"])
def test_a_hostile_header_is_read_quickly(piece: str) -> None:
    """What stands past the length that any client needs is not read at all."""
    head = piece * (8_192 // len(piece))
    assert negotiate(head + "x", (A, B, C)) == negotiate(head * 50 + "x", (A, B, C))
