"""The answer-blind matrix and its counts, summed up by the database instead of loading records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import case as when

from app.bounded import json_in
from app.store.database import Database
from app.store.life import retired
from app.store.rows import event_of, moment_of
from app.store.tables import ASSIGNMENTS, CASES, EVENTS, HEADS, READINGS
from app.study.clock_check import SittingTimes
from app.study.events import REHEARSAL, EventKind
from app.study.pace import Deviation, Presentation, ReaderPace
from app.study.protocol import Arm
from app.study.quality import ReadCase
from app.study.reading import Outcome
from app.study.status import CellStatus, ReaderProgress, StatusColumn

Answers = dict[str, tuple[str, bool]]
"""Of one presentation: by arm the outcome and whether it is a locked first answer."""


def reader_paces(database: Database, readers: Sequence[str]) -> tuple[ReaderPace, ...]:
    """How long every presentation took that was answered to its end, in the order of reading."""
    reading, event = READINGS.c, EVENTS.c
    paused, submitted = EventKind.PAUSED.value, EventKind.SUBMITTED.value
    told = (
        select(
            event.reader,
            event.position,
            func.sum(when((event.kind == paused, 1), else_=0)).label("pauses"),
            func.max(when((event.kind == submitted, event.session))).label("session"),
        )
        .where(event.kind.in_([paused, submitted]))
        .group_by(event.reader, event.position)
        .subquery()
    )
    ended = func.sum(when((reading.locked, 0), else_=1))
    query = (
        select(
            reading.reader,
            reading.position,
            func.sum(reading.active_seconds).label("seconds"),
            func.max(told.c.pauses).label("pauses"),
            func.max(told.c.session).label("session"),
        )
        .join(told, and_(told.c.reader == reading.reader, told.c.position == reading.position))
        .where(reading.amends == "", reading.outcome == Outcome.ANSWERED.value)
        .group_by(reading.reader, reading.position)
        .having(ended > 0, func.count(reading.active_seconds) == func.count())
        .order_by(reading.reader, func.max(reading.number))
    )
    found: dict[str, list[Presentation]] = {reader: [] for reader in readers}
    with database.reading() as connection:
        for row in connection.execute(query):
            shown = Presentation(row.position, float(row.seconds), int(row.pauses), row.session)
            found.setdefault(row.reader, []).append(shown)
    return tuple(ReaderPace(reader, tuple(items)) for reader, items in found.items())


def read_cases(database: Database) -> tuple[ReadCase, ...]:
    """What the signs of careless reading are taken from: answers that stand, without warm-up cases.

    Of sequential mode the second answers; each reader's in the order of reading.
    """
    reading, replaced = READINGS.c, READINGS.alias("replaced").c
    query = (
        select(reading.reader, reading.active_seconds, reading.answer, reading.flags, reading.times)
        .join(
            ASSIGNMENTS,
            and_(ASSIGNMENTS.c.reader == reading.reader, ASSIGNMENTS.c.position == reading.position),
        )
        .where(
            reading.outcome == Outcome.ANSWERED.value,
            ~reading.locked,
            ~ASSIGNMENTS.c.warm_up,
            ~select(replaced.sha256).where(replaced.amends == reading.sha256).exists(),
        )
        .order_by(reading.reader, reading.number)
    )
    with database.reading() as connection:
        rows = list(connection.execute(query))
    return tuple(case for row in rows if (case := _read_case(row)) is not None)


def _read_case(row: Any) -> ReadCase | None:
    """None for a record that cannot be read, which `verify` names."""
    try:
        answer, flags, times = (json_in(text) for text in (row.answer, row.flags, row.times))
        still = float(times.get("longest_gap_seconds") or 0.0)
        return ReadCase(row.reader, row.active_seconds, answer["rating"], bool(flags["contradiction"]), still)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def deviations(database: Database) -> tuple[Deviation, ...]:
    """The log of deviations, the oldest first."""
    event = EVENTS.c
    query = (
        select(EVENTS)
        .where(event.kind == EventKind.DEVIATION.value)
        .order_by(event.utc, event.reader, event.sequence)
    )
    with database.reading() as connection:
        return tuple(
            Deviation(row.reader, row.position, str(told.payload.get("text", "")), told.at.utc)
            for row in connection.execute(query)
            for told in (event_of(row),)
        )


def sittings(database: Database) -> tuple[SittingTimes, ...]:
    """When each sitting of a person was, by the clock of that reader, in the order of readers and sittings.

    Simulated readers have simulated clocks.
    """
    event = EVENTS.c
    rehearsed = select(event.session).where(
        event.kind == EventKind.SESSION_OPENED.value, event.payload.contains(f'"site":"{REHEARSAL}"')
    )
    query = (
        select(event.reader, func.min(event.utc).label("began"), func.max(event.utc).label("ended"))
        .where(event.session.not_in(rehearsed))
        .group_by(event.reader, event.session)
        .order_by(event.reader, func.min(event.sequence))
    )
    with database.reading() as connection:
        return tuple(
            SittingTimes(row.reader, moment_of(row.began, row.reader), moment_of(row.ended, row.reader))
            for row in connection.execute(query)
        )


class StudyProgress:
    """How far a study is."""

    def __init__(self, database: Database, sequential: bool) -> None:
        self._database = database
        self._retired = retired(database)
        self._sequential = sequential
        self._begun = self._begun_positions()

    def readers(self, readers: Sequence[str]) -> tuple[ReaderProgress, ...]:
        """Counts and times per reader."""
        reading = READINGS.c
        ended = and_(reading.amends == "", reading.locked.is_(False))
        with self._database.reading() as connection:
            totals: dict[str, int] = {
                row.reader: row.n
                for row in connection.execute(
                    select(ASSIGNMENTS.c.reader, func.count().label("n"))
                    .where(self._asked_for())
                    .group_by(ASSIGNMENTS.c.reader)
                )
            }
            counts = connection.execute(
                select(reading.reader, reading.outcome, func.count().label("n"))
                .where(ended)
                .group_by(reading.reader, reading.outcome)
            ).all()
            times = connection.execute(
                select(
                    reading.reader,
                    func.sum(reading.active_seconds).label("seconds"),
                    func.min(reading.submitted_utc).label("first"),
                    func.max(reading.submitted_utc).label("last"),
                )
                .where(reading.amends == "", reading.submitted_utc != "")
                .group_by(reading.reader)
            ).all()
            deviations: dict[str, int] = {
                row.reader: row.n
                for row in connection.execute(
                    select(EVENTS.c.reader, func.count().label("n"))
                    .where(EVENTS.c.kind == EventKind.DEVIATION.value)
                    .group_by(EVENTS.c.reader)
                )
            }
        by_outcome = {(row.reader, row.outcome): int(row.n) for row in counts}
        by_reader = {row.reader: row for row in times}
        progress = []
        for reader in readers:
            done = sum(n for (name, _), n in by_outcome.items() if name == reader)
            time = by_reader.get(reader)
            out = reader in self._retired.readers
            progress.append(
                ReaderProgress(
                    reader=reader,
                    total=done if out else totals.get(reader, 0),
                    done=done,
                    skipped=by_outcome.get((reader, Outcome.SKIPPED.value), 0),
                    technical=by_outcome.get((reader, Outcome.TECHNICAL.value), 0),
                    deviations=deviations.get(reader, 0),
                    mean_seconds=float(time.seconds) / done if time and time.seconds and done else None,
                    first_utc=moment_of(time.first, reader) if time and time.first else None,
                    last_utc=moment_of(time.last, reader) if time and time.last else None,
                    withdrawn=out,
                )
            )
        return tuple(progress)

    def rows(
        self, columns: Sequence[StatusColumn], first: int, count: int
    ) -> list[tuple[str, tuple[CellStatus, ...]]]:
        """So many cases from `first` in the order they were added, with one cell per column."""
        window = and_(CASES.c.ordinal >= first, CASES.c.ordinal < first + count)
        joined = (
            select(
                ASSIGNMENTS.c.case_code,
                ASSIGNMENTS.c.reader,
                ASSIGNMENTS.c.position,
                ASSIGNMENTS.c.arm,
                READINGS.c.arm.label("read_arm"),
                READINGS.c.outcome,
                READINGS.c.locked,
            )
            .select_from(CASES)
            .join(ASSIGNMENTS, ASSIGNMENTS.c.case_code == CASES.c.code)
            .outerjoin(
                READINGS,
                and_(
                    READINGS.c.reader == ASSIGNMENTS.c.reader,
                    READINGS.c.position == ASSIGNMENTS.c.position,
                    func.coalesce(READINGS.c.amends, "") == "",  # keeps SQLite on the index by position
                ),
            )
            .where(window)
            .order_by(ASSIGNMENTS.c.position)
        )
        with self._database.reading() as connection:
            codes = connection.execute(select(CASES.c.code).where(window).order_by(CASES.c.ordinal)).scalars()
            cells: dict[tuple[str, str, str], CellStatus] = {}
            found: dict[tuple[str, str, str, int], Answers] = {}
            for row in connection.execute(joined):
                key = (row.case_code, row.reader, row.arm, row.position)
                answers = found.setdefault(key, {})
                if row.read_arm is not None:
                    answers[row.read_arm] = (row.outcome, bool(row.locked))
            listed = list(codes)
        for (case, reader, arm, position), answers in found.items():
            for shown, status in self._statuses(reader, position, arm, answers):
                place = (case, reader, shown)
                cells[place] = (
                    status if cells.get(place, CellStatus.DONE) is CellStatus.DONE else cells[place]
                )
        nothing = CellStatus.UNASSIGNED
        return [
            (
                code,
                tuple(
                    self._shown(code, cells.get((code, column.reader, column.arm.value), nothing))
                    for column in columns
                ),
            )
            for code in listed
        ]

    def _shown(self, case: str, cell: CellStatus) -> CellStatus:
        """Of a case that is out, what was not read to its end is not asked for."""
        open_cells = (CellStatus.OPEN, CellStatus.INTERRUPTED, CellStatus.LOCKED)
        return CellStatus.EXCLUDED if case in self._retired.cases and cell in open_cells else cell

    def _asked_for(self) -> ColumnElement[bool]:
        """Of the lists: not the cases that are out, but for those that were read to their end."""
        listed, reading = ASSIGNMENTS.c, READINGS.c
        read = select(reading.number).where(
            reading.reader == listed.reader,
            reading.position == listed.position,
            reading.amends == "",
            reading.locked.is_(False),
        )
        return or_(listed.case_code.not_in(sorted(self._retired.cases)), read.exists())

    def _statuses(
        self, reader: str, position: int, arm: str, answers: Answers
    ) -> list[tuple[str, CellStatus]]:
        """The cells of one presentation; in sequential mode it fills both arms."""
        begun = (reader, position) in self._begun
        still = CellStatus.INTERRUPTED if begun else CellStatus.OPEN
        first = _ended(answers[arm][0]) if arm in answers else still
        if not self._sequential:
            return [(arm, first)]
        aided = Arm.AIDED.value
        if aided in answers:
            second = _ended(answers[aided][0])
        elif any(locked for _, locked in answers.values()):
            second = CellStatus.LOCKED
        else:
            second = first if arm in answers else still
        return [(arm, first), (aided, second)]

    def _begun_positions(self) -> frozenset[tuple[str, int]]:
        """Presentations with events after the reader's last answer: begun and not ended."""
        begun: set[tuple[str, int]] = set()
        with self._database.reading() as connection:
            for reader in connection.execute(select(HEADS.c.reader)).scalars().all():
                answered = connection.execute(
                    select(READINGS.c.events)
                    .where(READINGS.c.reader == reader, func.coalesce(READINGS.c.amends, "") == "")
                    .order_by(READINGS.c.number.desc())
                    .limit(1)
                ).scalar()
                positions = connection.execute(
                    select(EVENTS.c.position)
                    .where(
                        EVENTS.c.reader == reader,
                        EVENTS.c.sequence > (answered or 0),
                        EVENTS.c.kind != EventKind.AMENDED.value,
                    )
                    .distinct()
                ).scalars()
                begun |= {(reader, position) for position in positions if position > 0}
        return frozenset(begun)


def _ended(outcome: str) -> CellStatus:
    match Outcome(outcome):
        case Outcome.ANSWERED:
            return CellStatus.DONE
        case Outcome.SKIPPED:
            return CellStatus.SKIPPED
        case Outcome.TECHNICAL:
            return CellStatus.TECHNICAL
