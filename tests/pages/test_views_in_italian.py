"""Every message of the perspectives has its Italian."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from server.views import event
from server.words import translations

SERVER = Path(event.__file__).parents[1]
FILES = [*SERVER.glob("views/*.py"), *SERVER.glob("templates/views/*.html")]
MESSAGE = re.compile(r"""(?<![\w.])(?:_|ngettext)\(\s*(?P<quote>["'])(.+?)(?P=quote)""")


def test_every_message_is_translated() -> None:
    found = {m[2] for file in FILES for m in MESSAGE.finditer(file.read_text(encoding="utf-8"))}
    assert len(found) > 100
    assert found <= translations("it").keys()


def test_words_that_are_looked_up_by_name_are_translated(visitor: FlaskClient) -> None:
    page = visitor.get("/event?lang=it", headers={"Accept": "text/html"}).text
    for heading in ("Quando", "Dove", "Che cosa fu preso", "Che altro dicono le fonti"):
        assert f"<h2>{heading}</h2>" in page
    assert "riferito" in page
    assert "contestato" in page
    assert "2 giorni" in page
    lanes = visitor.get("/timeline?lang=it", headers={"Accept": "text/html"}).text
    assert ">Nelle fonti</text>" in lanes
