"""The same store on a PostgreSQL server, where one is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import AppError
from app.store.folder import StudyFolder
from app.store.opening import create_study, open_study
from app.store.server.passwords import VARIABLE
from app.study.case import StudyCase
from app.study.clock import SimulatedClock
from app.study.order import draw_order
from app.study.protocol import Mode
from app.study.protocol_file import protocol_text
from app.workflows.study.export import study_export
from app.workflows.study.status import study_pace, study_status
from app.workflows.study.verify import study_verify
from tests.postgres_server import WHY_NOT, Server, available
from tests.store.studies import sit
from tests.study.helpers import DISPLAY, NO, START, YES, cases, protocol

pytest.importorskip("psycopg")
pytestmark = pytest.mark.skipif(not available(), reason=WHY_NOT)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of its own, whose password this computer knows."""
    server = Server()
    with pytest.MonkeyPatch.context() as computer:
        computer.setenv(VARIABLE, "owner")
        yield server.url()
    server.stop()


def test_a_study_is_read_followed_verified_and_exported_on_a_server(tmp_path: Path, url: str) -> None:
    rules = protocol(mode=Mode.SEQUENTIAL)
    study = create_study(StudyFolder(tmp_path / "study"), url)
    plan = draw_order(rules, cases(3), "R1")
    study.studies.define(rules, [StudyCase(code, (f"{code}.dcm",)) for code in cases(3)], plan)
    study.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    clock = SimulatedClock(START)
    session = sit(study, clock)
    for _ in range(2):
        session.open_next()
        session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
        clock.advance(5)
        session.lock(NO, DISPLAY)
        session.reveal()
        clock.advance(2)
        session.submit(YES, DISPLAY)
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    session.lock(NO, DISPLAY)
    study.close()

    again = open_study(tmp_path / "study")
    resumed = sit(again, clock)
    assert resumed.snapshot.done == 2
    resumed.close()
    again.close()
    with study_status(tmp_path / "study") as status:
        shown = [tuple(cell.name for cell in row) for _, row in status.rows(0, 10)]
    assert sorted(shown) == [("DONE", "DONE"), ("DONE", "DONE"), ("DONE", "LOCKED")]
    found = study_verify(tmp_path / "study")
    assert found.ok
    assert found.chains[0].readings == 5
    assert len(study_export(tmp_path / "study", tmp_path / "out", ["csv"]).files) == 7
    (pace,) = study_pace(tmp_path / "study").readers
    assert [item.seconds for item in pace.presentations] == [7, 7]
    with pytest.raises(AppError, match="holds a study already"):
        create_study(StudyFolder(tmp_path / "second"), url)
