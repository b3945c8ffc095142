"""The server goes away in the middle of a case: the answer is safe here, and gets there later."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from app.errors import AppError
from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, batches_after, create_study
from app.store.server.post import Post
from app.store.server.waiting import WaitingJournal
from app.store.sitting import place_kept, take_place
from app.study.case import StudyCase
from app.study.chain import Head, copy_line
from app.study.clock import SimulatedClock
from app.study.order import draw_order
from app.study.protocol_file import protocol_text
from app.study.session import ReadingSession, Sitting
from app.workflows.study.read import open_session
from app.workflows.study.verify import study_verify
from tests.patience import PATIENCE_S
from tests.postgres_server import Server
from tests.study.helpers import DISPLAY, START, YES, cases, protocol

RULES = protocol()


@pytest.fixture
def study(tmp_path: Path, new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> OpenStudy:
    monkeypatch.setenv("SCINTIREAD_HOME", str(tmp_path / "home"))
    name = f"w{uuid4().hex}"
    made = create_study(StudyFolder(tmp_path / "study"), new_database(name))
    made.studies.define(
        RULES, [StudyCase(code, (f"{code}.dcm",)) for code in cases(6)], draw_order(RULES, cases(6), "R1")
    )
    made.folder.protocol.write_text(protocol_text(RULES), encoding="utf-8")
    return made


def sit(study: OpenStudy, clock: SimulatedClock) -> tuple[ReadingSession, WaitingJournal]:
    version = study.studies.freeze(clock.now().utc)
    journal = study.session_journal("R1")
    assert isinstance(journal, WaitingJournal)
    sitting = Sitting(version.protocol.code, version.sha256, "0.1.0", "R1")
    history = study.readings.history("R1")
    return ReadingSession(version.protocol, history, journal, clock, sitting), journal


def elsewhere(study: OpenStudy, clock: SimulatedClock) -> ReadingSession:
    """A second window of the same reader, past the lock."""
    sitting = Sitting("TEST", study.studies.current().sha256, "0", "R1")
    return ReadingSession(RULES, study.readings.history("R1"), study.journal("R1"), clock, sitting)


def answer_one(session: ReadingSession, clock: SimulatedClock) -> None:
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    clock.advance(5)
    session.submit(YES, DISPLAY)


def test_answers_given_while_the_server_is_away_wait_here_and_arrive_in_order(
    study: OpenStudy, server: Server, tmp_path: Path
) -> None:
    clock = SimulatedClock(START)
    session, journal = sit(study, clock)
    answer_one(session, clock)
    assert journal.arrive(PATIENCE_S)
    server.crash()
    try:
        answer_one(session, clock)
        answer_one(session, clock)
        assert not journal.arrive(PATIENCE_S)
        assert journal.on_the_way.sentence == "2 answers kept on this computer; the server does not answer"
        assert "2 answers wait safely on this computer" in journal.copy_problem
        (waiting,) = (tmp_path / "home" / "data" / "waiting").glob("*.jsonl")
        assert waiting.stat().st_mode & 0o077 == 0
    finally:
        server.start()
    answer_one(session, clock)
    assert journal.arrive(PATIENCE_S)
    assert journal.copy_problem == ""
    assert journal.on_the_way.sentence == "All answers are on the server"
    session.close()
    assert journal.close(PATIENCE_S)
    study.close()
    found = study_verify(tmp_path / "study")
    assert found.ok
    assert found.chains[0].readings == 4


def test_a_fault_while_sending_is_told_and_what_waits_is_sent_by_the_next_try(
    study: OpenStudy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("nobody foresaw it")

    clock = SimulatedClock(START)
    session, journal = sit(study, clock)
    with monkeypatch.context() as faulty:
        faulty.setattr(Post, "send", broken)
        answer_one(session, clock)
        with pytest.raises(AppError, match="Sending the answers: a fault of the program"):
            journal.arrive(PATIENCE_S)
        assert "fault of the program" in journal.copy_problem
        assert journal.on_the_way.answers == 1
    assert journal.arrive(PATIENCE_S)
    assert journal.copy_problem == ""
    session.close()
    assert journal.close(PATIENCE_S)
    study.close()
    assert study_verify(tmp_path / "study").chains[0].readings == 1


def test_a_window_closed_before_the_server_came_back_sends_when_it_is_opened_again(
    study: OpenStudy, server: Server, tmp_path: Path
) -> None:
    clock = SimulatedClock(START)
    session, journal = sit(study, clock)
    assert journal.arrive(PATIENCE_S)
    server.crash()
    try:
        answer_one(session, clock)
        session.close()
        assert not journal.close(PATIENCE_S)
    finally:
        server.start()
    session, journal = sit(study, clock)
    assert session.snapshot.done == 1
    session.close()
    assert journal.close(PATIENCE_S)
    study.close()
    assert study_verify(tmp_path / "study").ok


def test_what_the_server_got_just_before_it_fell_silent_is_not_sent_twice(
    study: OpenStudy, tmp_path: Path
) -> None:
    clock = SimulatedClock(START)
    session, journal = sit(study, clock)
    answer_one(session, clock)
    session.close()
    assert journal.close(PATIENCE_S)
    start = study.genesis("R1")
    file = tmp_path / "home" / "data" / "waiting" / f"TEST-{start[:8]}-R1.jsonl"
    lines = [copy_line(batch) for batch in batches_after(study.readings, "R1", Head(0, start, 0, start))]
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    journal = study.session_journal("R1")
    assert isinstance(journal, WaitingJournal)
    assert not journal.waiting
    assert not file.exists()
    study.close()
    found = study_verify(tmp_path / "study")
    assert found.ok
    assert found.chains[0].readings == 1


def test_somebody_who_read_under_the_same_code_meanwhile_is_told_and_nothing_is_overwritten(
    study: OpenStudy, server: Server, tmp_path: Path
) -> None:
    clock = SimulatedClock(START)
    session, journal = sit(study, clock)
    assert journal.arrive(PATIENCE_S)
    server.crash()
    try:
        answer_one(session, clock)
        assert not journal.arrive(PATIENCE_S)
    finally:
        server.start()
    other = elsewhere(study, clock)
    answer_one(other, clock)
    with pytest.raises(AppError):
        journal.arrive(PATIENCE_S)
    assert journal.waiting
    study.close()
    assert study_verify(tmp_path / "study").ok


def test_more_answers_than_were_read_elsewhere_meanwhile_add_nothing_to_the_other_chain(
    study: OpenStudy, server: Server, tmp_path: Path
) -> None:
    """As when results of a bundle are merged while answers of the same reader still wait."""
    clock = SimulatedClock(START)
    session, journal = sit(study, clock)
    assert journal.arrive(PATIENCE_S)
    server.crash()
    try:
        for _ in range(3):
            answer_one(session, clock)
        assert not journal.arrive(PATIENCE_S)
    finally:
        server.start()
    other = elsewhere(study, clock)
    answer_one(other, clock)
    answer_one(other, clock)
    before = study.readings.head("R1")
    for send in (lambda: journal.arrive(PATIENCE_S), lambda: study.session_journal("R1")):
        with pytest.raises(AppError, match="The server holds other answers of this reader") as told:
            send()
        assert str(journal_file(tmp_path)) in str(told.value)
        assert study.readings.head("R1") == before
    journal_file(tmp_path).rename(tmp_path / "to the coordinator.jsonl")
    again, _ = sit(study, clock)
    assert again.snapshot.done == 2
    again.close()
    study.close()
    assert study_verify(tmp_path / "study").ok


def journal_file(folder: Path) -> Path:
    (waiting,) = (folder / "home" / "data" / "waiting").glob("*.jsonl")
    return waiting


def test_twenty_readers_have_their_places_at_once(study: OpenStudy) -> None:
    readers = [f"R{number}" for number in range(20)]
    with ExitStack() as held:
        for reader in readers:
            held.enter_context(place_kept(study, reader))
        with pytest.raises(AppError, match="Reader R19 is reading this study already"):
            take_place(study, "R19")
    for reader in readers:
        take_place(study, reader).release()
    study.close()


def test_a_place_that_was_given_back_is_free_at_once_however_slow_the_server_takes_the_goodbye(
    study: OpenStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = take_place(study, "R1")
    with pytest.raises(AppError, match="Reader R1 is reading this study already"):
        take_place(study, "R1")
    with monkeypatch.context() as slow:
        slow.setattr(Connection, "close", lambda _: None)
        place.release()
    take_place(study, "R1").release()
    study.close()


def test_the_window_is_locked_on_the_server_not_in_a_folder(study: OpenStudy, tmp_path: Path) -> None:
    study.close()
    first = open_session(tmp_path / "study", "R1", clock=SimulatedClock(START))
    with pytest.raises(AppError, match="reading this study already"):
        open_session(tmp_path / "study", "R1", clock=SimulatedClock(START))
    first.close()
    open_session(tmp_path / "study", "R1", clock=SimulatedClock(START)).close()
