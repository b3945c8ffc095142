"""The hand of a forger who knows the program: chains that fit, whatever they say, straight to the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import psycopg

from app.store.rows import event_row, head_row, reading_row
from app.study.answer import Answer
from app.study.canonical import JsonValue, canonical_json
from app.study.chain import Head, section_hashes, section_texts
from app.study.clock import Instant
from app.study.events import Event, EventKind
from app.study.protocol import Arm
from app.study.reading import DisplayRecord, Flags, Identity, ReadingDraft
from app.study.timer import Times
from tests.store.server.shared_study import Shared
from tests.study.helpers import START

Client = psycopg.Connection[tuple[object, ...]]


class Hand:
    """Forges for one reader; `head` is where that reader's chains end."""

    def __init__(self, shared: Shared, reader: str) -> None:
        study = shared.owner
        self.reader = reader
        self.head = study.readings.head(reader) or Head.start(study.genesis(reader))
        self._protocol_sha256 = study.studies.current().sha256
        self._rules = study.studies.current().protocol
        self._plan = {item.position: item for item in study.studies.plan(reader)}
        self._session = uuid4().hex
        self._number = 0

    def event(
        self, kind: EventKind, place: int, when: datetime = START, case: str = "", **payload: JsonValue
    ) -> Event:
        """An event at a place of the list."""
        self._number += 1
        code = case or (self._plan[place].case if place in self._plan else "")
        return Event(self._session, self._number, kind, Instant(0, when), place, 1, code, payload)

    def opened(self, place: int, when: datetime = START) -> list[Event]:
        """The events of a case on the screen."""
        return [self.event(kind, place, when) for kind in (EventKind.REQUESTED, EventKind.DISPLAYED)]

    def draft(
        self, place: int, answer: Answer, flags: Flags | None = None, arm: Arm | None = None
    ) -> ReadingDraft:
        """An answer at a place of the list."""
        item = self._plan.get(place) or replace(self._plan[1], position=place)
        identity = Identity(
            study="TEST", protocol_version=1, protocol_sha256=self._protocol_sha256, app_version="0.1.0",
            site="", reader=self.reader, session=self._session, days_since_last_session=None,
            arm=arm or item.arm, case=item.case, image_hashes={}, position=place, visit=item.visit, seed=1,
            attempt=1, scale=self._rules.answer.scale, warm_up=item.warm_up,
        )  # fmt: skip
        times = Times(submitted=Instant(0, START))
        return ReadingDraft(identity, answer, times, DisplayRecord(), flags or Flags())

    def locked(self, place: int, answer: Answer) -> tuple[list[Event], ReadingDraft]:
        """A first answer as the program would have written it."""
        events = [*self.opened(place), self.event(EventKind.LOCKED, place)]
        return events, self.draft(place, answer, Flags(locked=True))

    def batch(self, events: Sequence[Event], draft: ReadingDraft | None = None) -> dict[str, object]:
        """What the door is given."""
        head, rows = self.head, []
        for event in events:
            head = head.after((event,))
            rows.append(event_row(self.reader, head.events, event, head.events_sha256))
        reading = None
        if draft is not None:
            texts = section_texts(draft)
            sections = section_hashes(texts)
            reading = reading_row(self.reader, head.link(draft, sections), texts, sections)
        return {"before": head_row(self.head), "events": rows, "reading": reading}

    def append(self, client: Client, events: Sequence[Event], draft: ReadingDraft | None = None) -> None:
        """Knock at the door; raises psycopg.Error when it refuses."""
        self.send(client, self.batch(events, draft))
        head = self.head.after(events)
        self.head = head.past(head.link(draft)) if draft is not None else head

    def send(self, client: Client, batch: dict[str, object]) -> None:
        """Knock with anything."""
        client.execute("SELECT seat.append(%s, %s)", (self.reader, canonical_json(batch)))
