"""What events tell of answers: `study verify` asks for it, wherever the study lies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.store.opening import open_study
from app.study.clock import SimulatedClock
from app.study.events import EventKind
from app.study.protocol import Mode
from app.workflows.study.verify import study_verify
from tests.store.studies import make_study, sit
from tests.study.helpers import DISPLAY, NO, START, YES, protocol


def read_sequentially(path: Path) -> None:
    study = open_study(path)
    session = sit(study, SimulatedClock(START))
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    session.lock(NO, DISPLAY)
    session.reveal()
    session.submit(YES, DISPLAY)
    session.close()
    study.close()


def test_a_locked_answer_that_was_changed_after_the_reveal_is_named(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study", protocol(mode=Mode.SEQUENTIAL))
    read_sequentially(path)
    assert study_verify(path).ok
    study = open_study(path)
    first = next(study.readings.all("R1"))
    forged = replace(first, answer=YES, flags=replace(first.flags, amends=first.sha256))
    study.journal("R1").append_reading(forged, ())
    study.close()
    found = study_verify(path)
    (problem,) = found.problems
    place = first.identity.position
    assert problem == (
        f"Reader R1, position {place}: reading 3 changes the locked first answer after the AI was revealed."
    )
    assert not found.ok and found.chains[0].broken is None


def test_an_answer_without_its_events_is_named(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    study = open_study(path)
    clock = SimulatedClock(START)
    session = sit(study, clock)
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    given = session.submit(YES, DISPLAY)
    session.close()
    elsewhere = replace(given.identity, position=given.identity.position + 1)
    study.journal("R1").append_reading(replace(given, identity=elsewhere), ())
    study.close()
    problems = study_verify(path).problems
    assert any("position 2: reading 2 has no event that tells how it was given" in said for said in problems)


def test_an_answer_on_a_case_that_was_never_displayed_is_named(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    study = open_study(path)
    session = sit(study, SimulatedClock(START))
    session.open_next()
    session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1)
    given = session.submit(YES, DISPLAY)
    stored = [each.event for each in study.readings.events("R1")]
    session.close()
    study.close()
    other = make_study(tmp_path / "other")
    study = open_study(other)
    study.studies.freeze(START)
    untold = [event for event in stored if event.kind is not EventKind.DISPLAYED]
    study.journal("R1").append_reading(given, untold)
    study.close()
    assert any("was never displayed" in said for said in study_verify(other).problems)


def test_a_row_that_nothing_can_be_made_of_is_named(tmp_path: Path) -> None:
    path = make_study(tmp_path / "study")
    with closing(sqlite3.connect(path / "study.db")) as database:
        database.execute("INSERT INTO events VALUES ('R1',1,'x',1,'nonsense',1,1,'c',0,'yesterday','{}','x')")
        database.execute("INSERT INTO heads VALUES ('R1',0,'x',1,'x')")
        database.commit()
    found = study_verify(path)
    assert found.chains[0].broken is not None
    assert found.chains[0].broken.sentence == "reader R1, position 1: event 1 cannot be read (events)"
