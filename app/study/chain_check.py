"""Checks a reader's two hash chains, of events and of readings, and names the first broken link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.bounded import json_in
from app.study.canonical import sha256_text
from app.study.chain import Head, reading_hash
from app.study.events import Event
from app.study.reading import SECTIONS
from app.wording import counted


@dataclass(frozen=True)
class StoredEvent:
    """An event as it lies in the database; `sequence` counts the reader's events from 1."""

    sequence: int
    event: Event
    sha256: str


@dataclass(frozen=True)
class StoredReading:
    """A reading as it lies in the database: the texts that were hashed, and the columns made from them."""

    number: int
    columns: Mapping[str, object]
    texts: Mapping[str, str]
    sections: str
    events: int
    events_sha256: str
    previous_sha256: str
    sha256: str


@dataclass(frozen=True)
class Break:
    """The first link that does not hold.

    `number` counts the reader's readings (or events) from 1, `position` is the place in the reader's list,
    0 when it is unknown; `part` names the kind of field.
    """

    reader: str
    number: int
    position: int
    part: str
    text: str

    @property
    def sentence(self) -> str:
        """What a coordinator is told."""
        where = f", position {self.position}" if self.position else ""
        return f"reader {self.reader}{where}: {self.text} ({self.part})"


def check_events(
    reader: str, genesis: str, events: Iterable[StoredEvent], wanted: Iterable[int], head: Head
) -> tuple[Break | None, dict[int, str]]:
    """Walk the chain of events; also gives the running hash at the `wanted` sequence numbers."""
    walked, marks = Head.start(genesis), {0: genesis}
    keep = frozenset(wanted)
    for stored in events:
        expected, position = walked.events + 1, stored.event.position
        if stored.sequence != expected:
            text = f"event {expected} is missing"
            return Break(reader, expected, position, "events", text), marks
        try:
            walked = walked.after((stored.event,))
        except ValueError:  # a number beyond all bounds, or half a character
            walked = Head(walked.readings, walked.readings_sha256, expected, "")
        if walked.events_sha256 != stored.sha256:
            text = f"event {expected} ({stored.event.kind.value}) was changed or moved"
            return Break(reader, expected, position, "events", text), marks
        if expected in keep:
            marks[expected] = walked.events_sha256
    if (walked.events, walked.events_sha256) != (head.events, head.events_sha256):
        text = _end_missing(head.events, walked.events, "event")
        return Break(reader, walked.events + 1, 0, "events", text), marks
    return None, marks


def check_readings(
    reader: str, genesis: str, readings: Iterable[StoredReading], marks: Mapping[int, str], head: Head
) -> Break | None:
    """Walk the chain of readings; `marks` are the running hashes of the events."""
    previous, expected = genesis, 0
    for stored in readings:
        expected += 1
        position = int(str(stored.columns["position"]))
        if stored.number != expected:
            text = f"reading {expected} is missing or was moved"
            return Break(reader, expected, position, "order", text)
        broken = _broken_part(reader, stored, previous, marks)
        if broken:
            return Break(reader, expected, position, *broken)
        previous = stored.sha256
    if expected != head.readings or previous != head.readings_sha256:
        text = _end_missing(head.readings, expected, "reading")
        return Break(reader, expected + 1, 0, "order", text)
    return None


def _end_missing(written: int, found: int, noun: str) -> str:
    were = f"{counted(written, noun)} {'was' if written == 1 else 'were'} written"
    if found > written:
        return f"{were}, and {found - written} more stand there"
    if found == written:
        return f"{were}, but the last is another than was noted"
    return f"{were}, the last {counted(written - found, 'is', 'are')} missing"


def _broken_part(
    reader: str, stored: StoredReading, previous: str, marks: Mapping[int, str]
) -> tuple[str, str] | None:
    """Kind of field and sentence of what does not hold in one reading, in the order a forger would slip."""
    sections = parsed(stored.sections)
    for name in SECTIONS:
        if sections.get(name) != sha256_text(stored.texts[name]):
            return name, f"reading {stored.number} was changed"
    if stored.previous_sha256 != previous:
        return "order", f"reading {stored.number} does not follow reading {stored.number - 1}"
    own = reading_hash(stored.number, stored.previous_sha256, sections, stored.events, stored.events_sha256)
    if own != stored.sha256:
        return "hash", f"the hash of reading {stored.number} does not fit it"
    if marks.get(stored.events) != stored.events_sha256:
        return "events", f"the events before reading {stored.number} were changed"
    for name, expected in _column_values(stored.texts).items():
        if stored.columns[name] != expected:
            return "columns", f"column {name} of reading {stored.number} was changed"
    if stored.columns["reader"] != reader:
        return "columns", f"reading {stored.number} stands under another reader"
    return None


def _column_values(texts: Mapping[str, str]) -> dict[str, object]:
    identity, times, flags = (parsed(texts[name]) for name in ("identity", "times", "flags"))
    submitted = times.get("submitted")
    return {
        "reader": identity.get("reader"),
        "position": identity.get("position"),
        "case": identity.get("case"),
        "arm": identity.get("arm"),
        "visit": identity.get("visit"),
        "outcome": flags.get("outcome"),
        "locked": flags.get("locked"),
        "amends": flags.get("amends"),
        "submitted_utc": submitted.get("utc") if isinstance(submitted, dict) else "",
        "active_seconds": times.get("active_seconds"),
    }


def parsed(text: str) -> dict[str, Any]:  # Any: JSON
    """The object in a text; empty where it is none, or nests deeper than anybody writes."""
    try:
        value = json_in(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
