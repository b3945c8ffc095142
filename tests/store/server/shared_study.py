"""A study of two readers on a server, as its owner, its readers and a database client see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from app.model_identity import ModelIdentity
from app.scan.scan import ViewName
from app.store.database import Database
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study
from app.store.server.roles import Login, make_logins
from app.study.ai_result import AiResult
from app.study.case import StudyCase
from app.study.clock import SimulatedClock
from app.study.order import draw_order
from app.study.protocol import Mode, Protocol
from app.study.protocol_file import protocol_text
from tests.store.studies import sit
from tests.study.helpers import DISPLAY, NO, START, YES, cases, protocol

RULES = protocol(mode=Mode.SEQUENTIAL, readers=("R1", "R2"))
AI = AiResult(ModelIdentity("net", "1", "simulated scans", "f" * 64), 0.91, 0.5, "drawn", {})


@dataclass
class Shared:
    """A study of two readers on a server, and what each of them logs in with."""

    owner: OpenStudy
    url: str
    logins: dict[str, Login]
    path: Path

    def address(self, who: str) -> str:
        login = self.logins[who]
        url = make_url(self.url).set(username=login.role, password=login.password)
        return url.render_as_string(hide_password=False)

    def client(self, who: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.address(who).replace("+psycopg", ""), autocommit=True)

    def seat(self, who: str) -> OpenStudy:
        return OpenStudy(StudyFolder(self.path), Database(self.address(who)))


def share(path: Path, url: str, rules: Protocol = RULES, count: int = 3) -> Shared:
    """Make and serve a study of `count` cases; close its owner's door when done."""
    owner = create_study(StudyFolder(path / "study"), url)
    plan = [item for reader in rules.readers for item in draw_order(rules, cases(count), reader)]
    owner.studies.define(rules, [StudyCase(code, (f"{code}.dcm",)) for code in cases(count)], plan)
    owner.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    owner.ai.keep({code: (AI, {view.value: "a" * 64 for view in ViewName}) for code in cases(count)})
    logins = make_logins(owner.database, rules.readers, analysts=1).logins
    named = {login.reader or login.kind.value: login for login in logins}
    return Shared(owner, url, named, path / "study")


def read_one(study: OpenStudy, reader: str) -> str:
    """Answer the first case, before and after the model's answer; gives its code."""
    session = sit(study, SimulatedClock(START), reader)
    opened = session.open_next()
    assert opened is not None
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    session.lock(NO, DISPLAY)
    session.reveal()
    session.submit(YES, DISPLAY)
    session.close()
    return opened.case


def count(client: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = client.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(str(row[0]))
