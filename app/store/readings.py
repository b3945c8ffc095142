"""Readings and events: appended in one transaction, chained, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, case, func, or_, select, text, union

from app.errors import AppError
from app.store.database import Database
from app.store.heads import append_rows, chains_end
from app.store.mirror import Mirror
from app.store.rows import event_of, event_row, moment_of, reading_of, reading_row, stored_reading
from app.store.studies import Studies
from app.store.tables import ARRIVALS, EVENTS, HEADS, READINGS
from app.study.canonical import utc_moment
from app.study.chain import DurableStep, Head, section_hashes, section_texts
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
        self._copy(before, events, None)

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        """Append events and the reading that they end in; durable on return."""
        with self._database.writing() as connection:
            before = chains_end(connection, self._reader, self._genesis)
            reading = self._append(connection, before, events, draft)[1]
        assert reading is not None
        self._copy(before, events, reading)
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
            self._copy(head, (), None)  # finds itself behind and fetches all that is missing

    def _append(
        self, connection: Connection, before: Head, events: Sequence[Event], draft: ReadingDraft | None
    ) -> tuple[Head, Reading | None]:
        """Append within a transaction; gives where the chains end then, and the reading in its place."""
        head, rows = before, []
        for event in events:
            head = head.after((event,))
            rows.append(event_row(self._reader, head.events, event, head.events_sha256))
        if draft is None:
            append_rows(connection, self._reader, (before, head), rows, None)
            return head, None
        texts = section_texts(draft)
        sections = section_hashes(texts)
        reading = head.link(draft, sections)
        row = reading_row(self._reader, reading, texts, sections)
        append_rows(connection, self._reader, (before, head.past(reading)), rows, row)
        return head.past(reading), reading

    def _copy(self, before: Head, events: Sequence[Event], reading: Reading | None) -> None:
        if self._mirror is not None:
            self._mirror.append(DurableStep(before, events, reading))


class StudyReadings:
    """What was read: for resuming, exporting and verifying."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, reader: str) -> ReaderHistory:
        """What a reader did so far, as a session needs it."""
        plan = Studies(self._database).plan(reader)
        mine = READINGS.c.reader == reader
        original = and_(mine, READINGS.c.amends == "")
        with self._database.reading() as connection:
            ended = connection.execute(
                select(READINGS.c.position).where(original, READINGS.c.locked.is_(False))
            ).scalars()
            finished = frozenset(ended)
            locked = {
                row.position: reading_of(row)
                for row in connection.execute(select(READINGS).where(original, READINGS.c.locked.is_(True)))
                if row.position not in finished
            }
            given, now_utc = _given(connection)
            visits = connection.execute(
                select(READINGS.c.visit, func.max(given[0]))
                .select_from(given[1])
                .where(original, READINGS.c.submitted_utc != "")
                .group_by(READINGS.c.visit)
            ).all()
            last = connection.execute(
                select(READINGS).where(mine).order_by(READINGS.c.number.desc()).limit(1)
            ).first()
            latest_event = connection.execute(
                select(EVENTS.c.utc)
                .where(EVENTS.c.reader == reader)
                .order_by(EVENTS.c.sequence.desc())
                .limit(1)
            ).scalar()
            interrupted = self._interrupted(connection, reader, finished, frozenset(locked))
        return ReaderHistory(
            plan=plan,
            finished=finished,
            locked=locked,
            interrupted=interrupted,
            visit_ended={visit: moment_of(utc, reader) for visit, utc in visits},
            last=reading_of(last) if last is not None else None,
            last_session_utc=moment_of(latest_event, reader) if latest_event else None,
            asked_utc=utc_moment(now_utc) if now_utc else None,
        )

    def questionnaires(self, reader: str) -> list[Event]:
        """The questionnaires that a reader answered, the oldest first."""
        return self.events_of_kind(reader, EventKind.QUESTIONNAIRE)

    def events_of_kind(self, reader: str, kind: EventKind) -> list[Event]:
        """A reader's events of one kind, the oldest first."""
        query = select(EVENTS).where(EVENTS.c.reader == reader, EVENTS.c.kind == kind.value)
        with self._database.reading() as connection:
            return [event_of(row) for row in connection.execute(query.order_by(EVENTS.c.sequence))]

    def sites(self) -> frozenset[str]:
        """Where people sat when they read, as their sittings say."""
        query = select(EVENTS).where(EVENTS.c.kind == EventKind.SESSION_OPENED.value)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
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
        with self._database.reading() as connection:
            row = connection.execute(select(HEADS).where(HEADS.c.reader == reader)).first()
        return Head(row.readings, row.readings_sha256, row.events, row.events_sha256) if row else None

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

    def _interrupted(
        self, connection: Connection, reader: str, finished: frozenset[int], locked: frozenset[int]
    ) -> dict[int, tuple[Event, ...]]:
        """Events of unfinished positions: those after the last answer, and all of half-answered cases."""
        answered = connection.execute(
            select(func.max(READINGS.c.events)).where(READINGS.c.reader == reader, READINGS.c.amends == "")
        ).scalar()
        query = (
            select(EVENTS)
            .where(
                EVENTS.c.reader == reader,
                EVENTS.c.position > 0,
                or_(EVENTS.c.sequence > (answered or 0), EVENTS.c.position.in_(sorted(locked))),
            )
            .order_by(EVENTS.c.sequence)
        )
        found: dict[int, list[Event]] = {}
        for row in connection.execute(query):
            if row.position not in finished and row.kind != EventKind.AMENDED.value:
                found.setdefault(row.position, []).append(event_of(row))
        return {position: tuple(events) for position, events in found.items()}


def _given(connection: Connection) -> tuple[tuple[ColumnElement[str], FromClause], str]:
    """When an answer was given, and now, by the clock that counts for a washout: on a server its own.

    Answers that were merged from a bundle came later than they were given; there the reader's clock is all
    that is known. The moment is empty for a study in a file.
    """
    if connection.dialect.name != "postgresql":
        return (READINGS.c.submitted_utc, READINGS), ""
    came = and_(ARRIVALS.c.reader == READINGS.c.reader, ARRIVALS.c.number == READINGS.c.number)
    given = case((ARRIVALS.c.merged, READINGS.c.submitted_utc), else_=ARRIVALS.c.utc)
    now = str(connection.execute(text("SELECT seat.now_utc()")).scalar())
    return (given, READINGS.join(ARRIVALS, came)), now
