"""Small studies in a real database, without any scan."""

from __future__ import annotations

from pathlib import Path

from app.store.folder import StudyFolder
from app.store.opening import OpenStudy, create_study, open_study
from app.study.answer import Answer
from app.study.case import StudyCase
from app.study.clock import Clock, SimulatedClock
from app.study.events import EventKind
from app.study.order import draw_order
from app.study.protocol import Protocol
from app.study.protocol_file import protocol_text
from app.study.reading import Reading
from app.study.session import ReadingSession, Sitting
from tests.study.helpers import DISPLAY, START, YES, cases, protocol


def make_study(path: Path, rules: Protocol | None = None, count: int = 5, second_copy: str = "") -> Path:
    """A study of `count` cases on disk."""
    rules = rules or protocol()
    study = create_study(StudyFolder(path), second_copy=second_copy)
    plan = [item for reader in rules.readers for item in draw_order(rules, cases(count), reader)]
    study.studies.define(rules, [StudyCase(code, (f"{code}.dcm",)) for code in cases(count)], plan)
    study.folder.protocol.write_text(protocol_text(rules), encoding="utf-8")
    study.close()
    return path


def sit(study: OpenStudy, clock: Clock, reader: str = "R1") -> ReadingSession:
    """A session on the study's own journal."""
    version = study.studies.freeze(clock.now().utc)
    sitting = Sitting(version.protocol.code, version.sha256, "0.1.0", reader)
    return ReadingSession(
        version.protocol, study.readings.history(reader), study.journal(reader), clock, sitting
    )


def read_cases(path: Path, count: int, answer: Answer = YES, reader: str = "R1") -> None:
    """Read so many cases and leave."""
    clock = SimulatedClock(START)
    study = open_study(path)
    session = sit(study, clock, reader)
    for _ in range(count):
        session.open_next()
        session.displayed(DISPLAY, {"anterior": "a" * 64}, 0.1, clock.advance(0.2))
        clock.advance(4)
        session.note(EventKind.CALL, value=answer.call)
        clock.advance(2)
        session.submit(answer, DISPLAY)
    session.close()
    study.close()


def readings(study: Path, reader: str = "R1") -> list[Reading]:
    """All readings of a reader, as the database has them."""
    opened = open_study(study)
    try:
        return list(opened.readings.all(reader))
    finally:
        opened.close()
