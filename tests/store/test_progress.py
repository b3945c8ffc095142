"""Progress out of the database: the matrix by an index, the pace without answers, several writers at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import event, text

from app.store.database import BUSY_SECONDS
from app.store.folder import StudyFolder
from app.store.opening import create_study, open_study
from app.store.progress import StudyProgress, reader_paces
from app.study.case import StudyCase
from app.study.clock import SimulatedClock
from app.study.protocol import Arm, Mode, Protocol
from app.study.snapshot import PauseCause
from app.study.status import StatusColumn
from app.workflows.study.protocol import draw_plan
from app.workflows.study.verify import study_verify
from tests.store.studies import make_study, sit
from tests.study.helpers import DISPLAY, NO, START, YES, protocol


def test_a_page_of_the_matrix_is_found_by_case_and_position_without_reading_a_whole_table(
    tmp_path: Path,
) -> None:
    protocol = Protocol("Plan", "PLAN", mode=Mode.CROSSOVER)
    cases = [StudyCase(f"c{number}", (f"{number}.dcm",)) for number in range(40)]
    study = create_study(StudyFolder(tmp_path / "study"))
    study.studies.define(protocol, cases, draw_plan(protocol, cases))
    progress = StudyProgress(study.database, sequential=False)
    asked: list[tuple[str, object]] = []

    with study.database.reading() as connection:
        engine = connection.engine
    event.listen(
        engine, "before_cursor_execute", lambda _c, _k, sql, values, _x, _m: asked.append((sql, values))
    )
    progress.rows([StatusColumn("R1", Arm.UNAIDED), StatusColumn("R1", Arm.AIDED)], 10, 5)
    queries = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]
    assert queries
    with study.database.reading() as connection:
        for sql, values in queries:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            steps = [row[3] for row in plan]
            assert not [step for step in steps if step.startswith("SCAN")]
            by_readings = [step for step in steps if " readings " in step]
            assert all("reader=? AND position=?" in step for step in by_readings)
        assert connection.execute(text("SELECT COUNT(*) FROM cases")).scalar() == 40
    study.close()


def test_the_pace_has_finished_answers_in_the_order_they_were_given_and_nothing_else(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study", protocol(mode=Mode.SEQUENTIAL, readers=("R1", "R2")))
    clock = SimulatedClock(START)
    study = open_study(path)
    session = sit(study, clock)
    for first, second, pause in ((10, 3, 0), (7, 1, 60)):
        session.open_next()
        session.displayed(DISPLAY, {}, 0.1)
        session.pause(PauseCause.READER)
        clock.advance(pause)
        session.resume()
        clock.advance(first)
        session.lock(NO, DISPLAY)
        session.reveal()
        clock.advance(second)
        session.submit(YES, DISPLAY)
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    session.skip("tired")
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    session.lock(NO, DISPLAY)
    session.close()
    again = sit(study, clock)
    again.open_next()
    again.displayed(DISPLAY, {}, 0.1)
    again.reveal()
    clock.advance(2)
    again.amend(again.submit(YES, DISPLAY), NO, "wrong key")
    again.close()

    one, other = reader_paces(study.database, ("R1", "R2"))
    assert [item.seconds for item in one.presentations] == [13, 8, 2]
    assert [item.position for item in one.presentations] == [1, 2, 4]
    assert one.paused == (0, 1)
    assert one.sittings == (2,)
    assert other.presentations == ()
    study.close()


def test_two_processes_write_into_one_study_at_the_same_time(tmp_path: Path) -> None:
    readers = ("R1", "R2")
    path = make_study(tmp_path / "study", protocol(readers=readers), count=20)
    code = (
        "import sys; from pathlib import Path; from tests.store.studies import read_cases;"
        "read_cases(Path(sys.argv[1]), 20, reader=sys.argv[2])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), reader]) for reader in readers]
    assert [process.wait(60) for process in running] == [0, 0]
    found = study_verify(path)
    assert found.ok
    assert [chain.readings for chain in found.chains] == [20, 20]


def test_a_writer_waits_for_another_and_readers_wait_for_nobody(tmp_path: Path) -> None:
    study = open_study(make_study(tmp_path / "study"))
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with study.database.writing():
            held.set()
            free.wait(10)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        held.wait(10)
        assert len(study.studies.cases()) == 5
        with study.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_SECONDS * 1000
        threading.Timer(0.2, free.set).start()
        study.journal("R1").append_events([])
        holding.result()
    study.close()
