"""Readings and events: appended in one transaction, chained, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union,
)

from app.errors import AppError
from app.store.database import Database
from app.store.heads import append_rows, chains_end, step_rows
from app.store.mirror import Mirror
from app.store.rows import event_of, head_of, moment_of, reading_of, stored_reading
from app.store.studies import Studies, assignment_of
from app.store.tables import ARRIVALS, ASSIGNMENTS, EVENTS, HEADS, READINGS
from app.study.canonical import utc_moment
from app.study.chain import DurableStep, Head
from app.study.chain_check import StoredEvent, StoredReading
from app.study.events import Event, EventKind
from app.study.journal import ReaderHistory
from app.study.reading import Reading, ReadingDraft

_CHUNK = 500


class ReaderJournal:
    """The journal of one reader in the study's database; see `app.study.journal.Journal`."""

    def __init__(self, database: Database, reader: str, genesis: str, mirror: Mirror | None = None) -> None:
        self._database = database
        self._reader = reader
        self._genesis = genesis
        self._mirror = mirror

    @property
    def copy_problem(self) -> str:
        """Why the second copy could not be written last time; empty when it was, or when there is none."""
        return self._mirror.problem if self._mirror is not None else ""

    def append_events(self, events: Sequence[Event]) -> None:
        """Append events; durable on return."""
        with self._database.writing() as connection:
            before = chains_end(connection, self._reader, self._genesis)
            self._append(connection, before, events, None)
        self.copy(DurableStep(before, events))

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        """Append events and the reading that they end in; durable on return."""
        with self._database.writing() as connection:
            before = chains_end(connection, self._reader, self._genesis)
            reading = self._append(connection, before, events, draft)[1]
        assert reading is not None
        self.copy(DurableStep(before, events, reading))
        return reading

    def append_all(self, batches: Sequence[tuple[Sequence[Event], Reading | None]]) -> None:
        """Append what was read elsewhere, all or nothing; durable on return.

        Raises AppError when a reading would get another hash here than it has.
        """
        with self._database.writing() as connection:
            head = chains_end(connection, self._reader, self._genesis)
            for events, reading in batches:
                head, made = self._append(connection, head, events, reading)
                if made is not None and reading is not None and made.sha256 != reading.sha256:
                    raise AppError(
                        f"Reading {made.number} of {self._reader} does not fit what is there.",
                        "Nothing was added.",
                    )
        if batches:
            self.copy(DurableStep(head, ()))  # finds itself behind and fetches all that is missing

    def _append(
        self, connection: Connection, before: Head, events: Sequence[Event], draft: ReadingDraft | None
    ) -> tuple[Head, Reading | None]:
        """Append within a transaction; gives where the chains end then, and the reading in its place."""
        step = step_rows(self._reader, before, events, draft)
        append_rows(connection, self._reader, (before, step.after), step.events, step.reading_row)
        return step.after, step.reading

    def copy(self, step: DurableStep) -> None:
        """Bring a step that is in the database into the second copy, if there is one."""
        if self._mirror is not None:
            self._mirror.append(step)


class StudyReadings:
    """What was read: for resuming, exporting and verifying."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, reader: str) -> ReaderHistory:
        """What a reader did so far, as a session needs it."""
        given, now = self._given()
        plan, readings, kept, told, moments, heads, beside = self._database.look(
            select(ASSIGNMENTS).where(ASSIGNMENTS.c.reader == reader).order_by(ASSIGNMENTS.c.position),
            given.where(READINGS.c.reader == reader, READINGS.c.amends == ""),
            select(READINGS).where(READINGS.c.reader == reader, _still_needed(reader)),
            _told_of_unfinished(reader),
            now(select(EVENTS.c.utc).where(EVENTS.c.reader == reader).order_by(EVENTS.c.sequence.desc())),
            select(HEADS).where(HEADS.c.reader == reader),
            _beside_cases(reader),
        )
        finished = frozenset(row.position for row in readings if not row.locked)
        ended: dict[int, str] = {}
        for row in readings:
            if row.submitted_utc and row.given:
                ended[row.visit] = max(ended.get(row.visit, ""), row.given)
        last = max(kept, key=lambda row: row.number, default=None)
        latest, asked = moments[0].latest, moments[0].asked
        return ReaderHistory(
            plan=tuple(assignment_of(row) for row in plan),
            finished=finished,
            locked={
                row.position: reading_of(row)
                for row in kept
                if row.locked and row.amends == "" and row.position not in finished
            },
            interrupted=_interrupted(told, finished),
            visit_ended={visit: moment_of(utc, reader) for visit, utc in ended.items()},
            last=reading_of(last) if last is not None else None,
            last_session_utc=moment_of(latest, reader) if latest else None,
            head=head_of(heads[0]) if heads else None,
            beside=tuple(event_of(row) for row in beside),
            asked_utc=utc_moment(asked) if asked else None,
        )

    def questionnaires(self, reader: str) -> list[Event]:
        """The questionnaires that a reader answered, the oldest first."""
        return self.events_of_kind(reader, EventKind.QUESTIONNAIRE)

    def events_of_kind(self, reader: str, kind: EventKind) -> list[Event]:
        """A reader's events of one kind, the oldest first."""
        query = select(EVENTS).where(EVENTS.c.reader == reader, EVENTS.c.kind == kind.value)
        return [event_of(row) for row in self._database.look(query.order_by(EVENTS.c.sequence))[0]]

    def sites(self) -> frozenset[str]:
        """Where people sat when they read, as their sittings say."""
        query = select(EVENTS).where(EVENTS.c.kind == EventKind.SESSION_OPENED.value)
        rows = self._database.look(query)[0]
        return frozenset(str(event_of(row).payload.get("site", "")) for row in rows)

    def truth_seals(self) -> tuple[str, ...]:
        """The seals of the truth that sittings noted, each once, in the order of time."""
        opened = EventKind.SESSION_OPENED.value
        query = select(EVENTS).where(EVENTS.c.kind == opened).order_by(EVENTS.c.utc)
        with self._database.reading() as connection:
            noted = [str(event_of(row).payload.get("truth", "")) for row in connection.execute(query)]
        return tuple(dict.fromkeys(seal for seal in noted if seal))

    def locked_at(self, reader: str, position: int) -> bool:
        """Whether a first answer is locked at this place of a reader's list, durably."""
        query = select(READINGS.c.number).where(
            READINGS.c.reader == reader, READINGS.c.position == position, READINGS.c.locked.is_(True)
        )
        with self._database.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def readers(self) -> tuple[str, ...]:
        """Everybody who ever opened the study, also where only a part of the records is left."""
        everybody = union(*(select(table.c.reader) for table in (HEADS, READINGS, EVENTS)))
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(everybody).scalars()))

    def presentations(self) -> int:
        """How many presentations ended, each arm for itself; amendments are none of their own."""
        query = select(func.count()).select_from(READINGS).where(READINGS.c.amends == "")
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def amenders(self) -> tuple[str, ...]:
        """Who changed an answer after it was submitted."""
        query = select(READINGS.c.reader).where(READINGS.c.amends != "").distinct()
        with self._database.reading() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def all(self, reader: str) -> Iterator[Reading]:
        """A reader's readings in the order they were given, amendments included."""
        return (reading_of(row) for row in self._rows(READINGS, READINGS.c.number, reader))

    def placed(self, reader: str) -> Iterator[Reading]:
        """The same, with what a reader on a server was not told: which place of the list a repeat repeats."""
        first = {item.position: item.repeat_of for item in Studies(self._database).plan(reader)}
        for reading in self.all(reader):
            who = reading.identity
            repeated = who.repeat_of or first.get(who.position)
            yield replace(reading, identity=replace(who, repeat_of=repeated)) if repeated else reading

    def stored(self, reader: str) -> Iterator[StoredReading]:
        """A reader's readings as they lie in the database, for verifying them."""
        return (stored_reading(row) for row in self._rows(READINGS, READINGS.c.number, reader))

    def events(self, reader: str) -> Iterator[StoredEvent]:
        """A reader's events in order."""
        for row in self._rows(EVENTS, EVENTS.c.sequence, reader):
            yield StoredEvent(row.sequence, event_of(row), row.sha256)

    def head(self, reader: str) -> Head | None:
        """Where the reader's chains end."""
        (rows,) = self._database.look(select(HEADS).where(HEADS.c.reader == reader))
        return head_of(rows[0]) if rows else None

    def _rows(self, table: Any, order: Any, reader: str) -> Iterator[Row[Any]]:  # Any: SQLAlchemy's columns
        """Rows in chunks, each read in an operation of its own."""
        after = -1
        while True:
            query = select(table).where(table.c.reader == reader, order > after).order_by(order).limit(_CHUNK)
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            yield from rows
            if len(rows) < _CHUNK:
                return
            after = getattr(rows[-1], order.name)

    def _given(self) -> tuple[Select[Any], Callable[[Select[Any]], Select[Any]]]:  # Any: SQLAlchemy's columns
        """What is known of each answer, with when it was given by the clock that counts for a washout.

        And the question for the latest moment and now by that clock, which is empty for a study in a file.

        On a server that is its own clock. Answers that were merged from a bundle came later than they were
        given; there the reader's clock is all that is known.
        """
        columns = READINGS.c.position, READINGS.c.locked, READINGS.c.visit, READINGS.c.submitted_utc
        if self._database.file is not None:
            query = select(*columns, READINGS.c.submitted_utc.label("given"))
            asked: ColumnElement[str] = literal("")
        else:
            came = and_(ARRIVALS.c.reader == READINGS.c.reader, ARRIVALS.c.number == READINGS.c.number)
            given = case((ARRIVALS.c.merged, READINGS.c.submitted_utc), else_=ARRIVALS.c.utc).label("given")
            query = select(*columns, given).select_from(READINGS.outerjoin(ARRIVALS, came))
            asked = literal_column("seat.now_utc()", String)

        def moments(latest: Select[Any]) -> Select[Any]:  # Any: SQLAlchemy's columns
            return select(latest.limit(1).scalar_subquery().label("latest"), asked.label("asked"))

        return query, moments


def _still_needed(reader: str) -> ColumnElement[bool]:
    """A reader's latest answer, and first answers whose second may be missing."""
    other = READINGS.alias()
    second = exists().where(
        other.c.reader == reader,
        other.c.position == READINGS.c.position,
        other.c.amends == "",
        other.c.locked.is_(False),
    )
    latest = select(func.max(other.c.number)).where(other.c.reader == reader).scalar_subquery()
    first = and_(READINGS.c.amends == "", READINGS.c.locked.is_(True), not_(second))
    return or_(READINGS.c.number == latest, first)


def _beside_cases(reader: str) -> Select[Any]:  # Any: SQLAlchemy's columns
    """The questionnaires that a reader answered, and everybody's sittings."""
    mine = and_(EVENTS.c.reader == reader, EVENTS.c.kind == EventKind.QUESTIONNAIRE.value)
    wanted = or_(mine, EVENTS.c.kind == EventKind.SESSION_OPENED.value)
    return select(EVENTS).where(wanted).order_by(EVENTS.c.sequence)


def _told_of_unfinished(reader: str) -> Select[Any]:  # Any: SQLAlchemy's columns
    """Events of presentations after the last answer, and all of those with a first answer."""
    mine = and_(READINGS.c.reader == reader, READINGS.c.amends == "")
    answered = select(func.coalesce(func.max(READINGS.c.events), 0)).where(mine).scalar_subquery()
    locked = select(READINGS.c.position).where(mine, READINGS.c.locked.is_(True))
    ended = select(READINGS.c.position).where(mine, READINGS.c.locked.is_(False))
    half = and_(EVENTS.c.position.in_(locked), EVENTS.c.position.not_in(ended))
    unfinished = or_(EVENTS.c.sequence > answered, half)
    mine_too = EVENTS.c.reader == reader, EVENTS.c.position > 0
    return select(EVENTS).where(*mine_too, unfinished).order_by(EVENTS.c.sequence)


def _interrupted(rows: Sequence[Any], finished: frozenset[int]) -> dict[int, tuple[Event, ...]]:  # Any: rows
    """Events of unfinished positions: those after the last answer, and all of half-answered cases."""
    found: dict[int, list[Event]] = {}
    for row in rows:
        if row.position not in finished and row.kind != EventKind.AMENDED.value:
            found.setdefault(row.position, []).append(event_of(row))
    return {position: tuple(events) for position, events in found.items()}
