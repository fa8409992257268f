"""Things and their documents: 303, the forms by suffix and by Accept, entity tags, refusals."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

PAGE = {"Accept": "text/html"}


def test_a_thing_leads_to_its_document(visitor: FlaskClient) -> None:
    answer = visitor.get("/id/everybody-loves-diamonds")
    assert answer.status_code == 303
    assert answer.location == "/doc/everybody-loves-diamonds"
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/id/nobody", "/doc/nobody", "/doc/nobody.ttl"])
def test_what_is_not_known_is_not_found(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_the_same_document_is_not_sent_twice(visitor: FlaskClient) -> None:
    first = visitor.get("/doc/everybody-loves-diamonds", headers=PAGE)
    assert first.headers["Last-Modified"]
    again = visitor.get(
        "/doc/everybody-loves-diamonds", headers={**PAGE, "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
