"""On a server the doors know who was withdrawn and which case is out, and readers see no more than that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.errors import AppError
from app.store.database import Database
from app.store.life import life_of, retired
from app.store.migrations import m0005_life
from app.store.server.roles import make_logins
from app.study.clock import SimulatedClock
from app.study.conduct import COORDINATOR
from app.study.events import EventKind
from app.study.session import ReadingSession, Sitting
from app.workflows.study.record import put_on_record
from tests.store.server.shared_study import Shared, count, read_one, share
from tests.store.studies import sit
from tests.study.helpers import DISPLAY, NO, START


@pytest.fixture
def shared(tmp_path: Path, new_database: Callable[[str], str]) -> Iterator[Shared]:
    study = share(tmp_path, new_database(f"retired{abs(hash(tmp_path)) % 10**9}"), count=4)
    yield study
    study.owner.close()


def exclude(study: Shared, case: str, out: bool = True) -> None:
    put_on_record(study.owner, EventKind.CASE_STANDING, case=case, out=out, by="A", reason="bone of a dog")


def test_readers_see_which_case_is_out_and_not_why(shared: Shared) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    left = [item.case for item in seat.studies.plan("R1")][1:]
    exclude(shared, left[0])
    put_on_record(shared.owner, EventKind.READER_STANDING, reader="R2", out=True, by="A", reason="ill")
    assert retired(seat.database).cases == {left[0]} and not retired(seat.database).readers
    assert retired(shared.seat("R2").database).readers == {"R2"}
    assert not life_of(seat.database).records
    with shared.client("R1") as client:
        assert count(client, "SELECT count(*) FROM seat.retired") == 1
        with pytest.raises(psycopg.Error, match="permission denied"):
            client.execute("SELECT * FROM public.retired")
    with shared.client("analyst") as client:
        assert count(client, "SELECT count(*) FROM public.events WHERE kind LIKE '%standing'") == 2
    exclude(shared, left[0], out=False)
    assert not retired(seat.database).cases


def test_the_turn_goes_past_a_case_that_is_out_and_stops_at_a_reader_who_is(shared: Shared) -> None:
    seat = shared.seat("R1")
    read_one(seat, "R1")
    plan = seat.studies.plan("R1")
    session = sit(seat, SimulatedClock(START), "R1")  # a window that does not know that the case is out
    exclude(shared, plan[1].case)
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    session.lock(NO, DISPLAY)  # is taken: what was read after it, while the network was away, hangs on it
    history = seat.readings.history("R1").without(retired(seat.database).cases)
    assert [item.case for item in history.plan] == [plan[0].case, plan[2].case, plan[3].case]
    version = seat.studies.current()
    sitting = Sitting(version.protocol.code, version.sha256, "0.1.0", "R1")
    knows = ReadingSession(version.protocol, history, seat.journal("R1"), SimulatedClock(START), sitting)
    opened = knows.open_next()
    assert opened is not None and opened.case == plan[2].case
    knows.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    knows.lock(NO, DISPLAY)
    put_on_record(shared.owner, EventKind.READER_STANDING, reader="R1", out=True, by="A", reason="ill")
    knows.reveal()
    knows.submit(NO, DISPLAY)  # what was on the screen is taken
    knows.open_next()
    with pytest.raises(AppError, match="reader R1 was withdrawn"):
        knows.tick()


def test_a_study_that_was_served_by_an_older_program_gets_the_doors(
    tmp_path: Path, new_database: Callable[[str], str]
) -> None:
    url = new_database("older")
    shared = share(tmp_path, url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as owner:  # as the fourth format was
        owner.execute("DROP VIEW seat.retired, public.retired CASCADE")
    database = Database(url)
    with database.writing() as connection:
        m0005_life.upgrade(connection)
    database.close()
    seat = shared.seat("R1")
    assert retired(seat.database).cases == frozenset()
    put_on_record(shared.owner, EventKind.CASE_STANDING, case="C001", out=True, by="A", reason="x")
    assert retired(seat.database).cases == {"C001"}
    assert shared.owner.readings.readers() == (COORDINATOR,)
    make_logins(shared.owner.database, ("R1", "R2"))  # again: the rules still stand
    assert retired(shared.owner.database).cases == {"C001"}
    shared.owner.close()
