"""Answers in the database: durable, resumed from, and chained."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.store.opening import open_study
from app.study.canonical import canonical_json
from app.study.clock import SimulatedClock
from app.study.events import EventKind
from app.study.protocol import Mode
from app.study.session import Stage
from app.workflows.study.verify import study_verify
from tests.store.studies import make_study, read_cases, sit
from tests.study.helpers import DISPLAY, NO, START, YES, protocol


def edit(path: Path, *statements: str) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(path / "study.db")) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        connection.commit()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = make_study(tmp_path / "study")
    read_cases(path, 4)
    return path


def test_what_was_submitted_is_read_back_as_it_was(tmp_path: Path) -> None:
    study = open_study(make_study(tmp_path / "study"))
    clock = SimulatedClock(START)
    session = sit(study, clock)
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    written = session.submit(YES, DISPLAY)
    (found,) = study.readings.all("R1")
    assert canonical_json(found) == canonical_json(written)
    study.close()


def test_an_answer_is_visible_to_another_connection_before_submit_returns(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    study = open_study(path)
    session = sit(study, SimulatedClock(START))
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    reading = session.submit(YES, DISPLAY)
    with closing(sqlite3.connect(path / "study.db")) as other:
        assert other.execute("SELECT sha256 FROM readings").fetchall() == [(reading.sha256,)]
    study.close()


def test_the_database_is_in_wal_mode_with_full_synchronisation(tmp_path: Path) -> None:
    study = open_study(make_study(tmp_path / "study"))
    with study.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    study.close()


def test_a_reader_resumes_after_the_last_answer(study: Path) -> None:
    opened = open_study(study)
    session = sit(opened, SimulatedClock(START))
    assert (session.snapshot.done, session.snapshot.total) == (4, 5)
    assignment = session.open_next()
    assert assignment is not None
    assert assignment.position == 5
    opened.close()


def test_a_crash_in_the_middle_keeps_the_partial_attempt(study: Path) -> None:
    clock = SimulatedClock(START)
    crashed = open_study(study)
    session = sit(crashed, clock)
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    clock.advance(9)
    session.note(EventKind.RATING, value=30)
    session.tick()
    crashed.close()  # without closing the session: the process is gone

    again = open_study(study)
    resumed = sit(again, clock)
    assignment = resumed.open_next()
    assert assignment is not None
    assert assignment.position == 5
    resumed.displayed(DISPLAY, {}, 0.1)
    clock.advance(3)
    reading = resumed.submit(NO, DISPLAY)
    assert reading.identity.attempt == 2
    assert reading.times.earlier_active_seconds == pytest.approx(9)
    again.close()
    assert study_verify(study).ok


def test_a_crash_after_the_lock_never_asks_for_the_first_answer_again(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study", protocol(mode=Mode.SEQUENTIAL))
    clock = SimulatedClock(START)
    crashed = open_study(path)
    session = sit(crashed, clock)
    session.open_next()
    session.displayed(DISPLAY, {}, 0.1)
    first = session.lock(NO, DISPLAY)
    crashed.close()

    again = open_study(path)
    resumed = sit(again, clock)
    resumed.open_next()
    resumed.displayed(DISPLAY, {}, 0.1)
    assert resumed.snapshot.stage is Stage.LOCKED
    assert resumed.snapshot.locked_answer is not None
    resumed.reveal()
    second = resumed.submit(YES, DISPLAY)
    assert second.identity.attempt == 2
    assert (first.identity.position, second.identity.position) == (1, 1)
    assert resumed.snapshot.done == 1
    again.close()
    assert study_verify(path).ok


def test_amendments_stay_beside_what_they_amend(study: Path) -> None:
    opened = open_study(study)
    session = sit(opened, SimulatedClock(START))
    last = session.last_reading()
    assert last is not None
    session.amend(last, NO, "wrong key")
    with pytest.raises(Exception, match="there already"):
        session.amend(last, YES, "again")
    session.close()
    assert len(list(opened.readings.all("R1"))) == 5
    assert len(opened.readings.history("R1").finished) == 4
    opened.close()
    assert study_verify(study).ok


TAMPERING: list[tuple[str, int, str, tuple[str, ...]]] = [
    ("answer", 2, "answer", ("UPDATE readings SET answer = replace(answer, '80', '20') WHERE number = 2",)),
    ("time", 3, "times", ("UPDATE readings SET times = replace(times, '6.0', '3.0') WHERE number = 3",)),
    (
        "case",
        1,
        "identity",
        ("UPDATE readings SET identity = replace(identity, '\"C', '\"X') WHERE number = 1",),
    ),
    ("flags", 4, "flags", ("UPDATE readings SET flags = replace(flags, 'false', 'true') WHERE number = 4",)),
    (
        "display",
        2,
        "display",
        ("UPDATE readings SET display = replace(display, '119', '60') WHERE number = 2",),
    ),
    ("outcome column", 2, "columns", ("UPDATE readings SET outcome = 'skipped' WHERE number = 2",)),
    ("seconds column", 2, "columns", ("UPDATE readings SET active_seconds = 1 WHERE number = 2",)),
    ("first deleted", 1, "order", ("DELETE FROM readings WHERE number = 1",)),
    ("middle deleted", 3, "order", ("DELETE FROM readings WHERE number = 3",)),
    ("last deleted", 4, "order", ("DELETE FROM readings WHERE number = 4",)),
    (
        "middle deleted and the rest moved up",
        2,
        "order",
        ("DELETE FROM readings WHERE number = 2", "UPDATE readings SET number = number - 1 WHERE number > 2"),
    ),
    (
        "two exchanged",
        2,
        "order",
        (
            "UPDATE readings SET number = 99 WHERE number = 2",
            "UPDATE readings SET number = 2 WHERE number = 3",
            "UPDATE readings SET number = 3 WHERE number = 99",
        ),
    ),
    ("hash", 2, "hash", ("UPDATE readings SET sha256 = 'f' || substr(sha256, 2) || 'x' WHERE number = 2",)),
    ("sections", 2, "identity", ("UPDATE readings SET sections = '{}' WHERE number = 2",)),
    (
        "event",
        3,
        "events",
        ("UPDATE events SET payload = '{\"value\":false}' WHERE kind = 'call' AND sequence = 4",),
    ),
    ("event deleted", 3, "events", ("DELETE FROM events WHERE sequence = 3",)),
    ("event time", 5, "events", ("UPDATE events SET monotonic_ns = monotonic_ns + 1 WHERE sequence = 5",)),
    ("last event deleted", 0, "events", ("DELETE FROM events WHERE kind = 'session_closed'",)),
]


@pytest.mark.parametrize(
    ("_what", "number", "part", "statements"), TAMPERING, ids=[row[0] for row in TAMPERING]
)
def test_whatever_is_changed_behind_the_program_s_back_is_found_and_named(
    study: Path, _what: str, number: int, part: str, statements: tuple[str, ...]
) -> None:
    assert study_verify(study).ok
    edit(study, *statements)
    found = study_verify(study)
    assert not found.ok
    (broken,) = [chain.broken for chain in found.chains if chain.broken is not None]
    assert broken is not None
    assert broken.reader == "R1"
    assert broken.part == part
    if part != "events":
        assert broken.number == number
    if part not in ("events", "order"):  # an order that is lost has lost the places too
        assert f"position {number}" in broken.sentence


@pytest.mark.parametrize(
    "change",
    [
        lambda path: edit(path, "UPDATE protocols SET body = replace(body, '\"seed\":1', '\"seed\":2')"),
        lambda path: edit(path, 'UPDATE cases SET image_hashes = \'{"anterior":"00"}\' WHERE ordinal = 0'),
        lambda path: edit(path, "DELETE FROM cases WHERE ordinal = 2"),
        lambda path: (path / "protocol.toml").write_text(
            (path / "protocol.toml").read_text().replace("seed = 1", "seed = 2")
        ),
        lambda path: (path / "protocol.toml").write_text("title ="),
    ],
    ids=["protocol in the database", "image hash", "case deleted", "protocol.toml", "protocol.toml broken"],
)
def test_a_changed_protocol_or_case_list_is_found(study: Path, change: Callable[[Path], object]) -> None:
    change(study)
    found = study_verify(study)
    assert found.problems
    assert not found.ok


def test_a_reader_whose_chain_lost_its_end_mark_is_still_verified(study: Path) -> None:
    edit(study, "DELETE FROM heads")
    assert not study_verify(study).ok


def test_a_list_that_was_changed_after_it_was_read_is_named(study: Path) -> None:
    edit(study, "UPDATE assignments SET case_code = 'C999' WHERE position = 2")
    (problem,) = study_verify(study).problems
    assert problem == "The list of reader R1, place 2, is not the one that was read by."


def test_a_freeze_that_was_undone_is_named(study: Path) -> None:
    edit(study, "UPDATE protocols SET frozen_utc = NULL")
    assert study_verify(study).problems == ("The study was read, but the moment of its freeze is missing.",)


def test_a_reader_whose_first_case_could_not_be_shown_comes_back(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study", protocol(mode=Mode.CROSSOVER))
    clock = SimulatedClock(START)
    opened = open_study(path)
    session = sit(opened, clock)
    session.open_next()
    clock.advance(2)
    ended = session.technical_problem("the file is gone").submitted_utc
    assert opened.readings.history("R1").visit_ended == {1: ended}
    with opened.database.writing() as connection:  # as an earlier version of the program wrote it
        connection.exec_driver_sql("UPDATE readings SET submitted_utc = ''")
    assert sit(opened, clock).snapshot.done == 1
    opened.close()
