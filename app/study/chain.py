"""A reader's two hash chains, of events and of readings: what is hashed, how they go on and lie in files.

Every section of a reading is hashed on its own, so that `verify` can name the kind of field that was changed.
A reading's own hash covers the section hashes, the previous reading of the same reader and the running hash
of that reader's events. All that computes, compares, writes or reads a chain does it through this module.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.bounded import json_in
from app.study.canonical import (
    JsonValue,
    canonical_json,
    from_plain,
    lines_of,
    sha256_text,
    to_plain,
    without_silent,
)
from app.study.events import Event, event_from_plain
from app.study.reading import SECTIONS, Reading, ReadingDraft

_LATER_IN_FILES: Mapping[str, JsonValue] = {
    "answer.answers": {},
    "answer.mark_answers": {},
    "ai.shown.heatmaps_sha256": "",
    "display.at_display.cropped": False,
    "display.at_submit.cropped": False,
    "display.seen": {},
}
_LATER: Mapping[str, JsonValue] = {"ai.shown.familiarity": None, **_LATER_IN_FILES}
"""Fields that came later: left out of the text while they say nothing, so that older readings keep theirs."""


def genesis(protocol_sha256: str, reader: str) -> str:
    """Where a reader's chains begin: bound to the frozen protocol and the reader."""
    return sha256_text(canonical_json(["scintiread", protocol_sha256, reader]))


def section_texts(draft: ReadingDraft) -> dict[str, str]:
    """Each section as the text that is stored and hashed."""
    plain = without_silent({name: to_plain(getattr(draft, name)) for name in SECTIONS}, _LATER)
    return {name: canonical_json(plain[name]) for name in SECTIONS}


def section_hashes(texts: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each section's text."""
    return {name: sha256_text(texts[name]) for name in SECTIONS}


def reading_hash(
    number: int, previous: str, sections: Mapping[str, str], events: int, events_sha: str
) -> str:
    """The hash of one link of the chain of readings."""
    return sha256_text(canonical_json([number, previous, dict(sections), events, events_sha]))


@dataclass(frozen=True)
class Head:
    """Where a reader's chains end: how many readings and events there are, and the last hash of each."""

    readings: int
    readings_sha256: str
    events: int
    events_sha256: str

    @classmethod
    def start(cls, genesis: str) -> Head:
        """Before anything was recorded."""
        return cls(0, genesis, 0, genesis)

    def after(self, events: Iterable[Event]) -> Head:
        """Where they end with these events."""
        count, running = self.events, self.events_sha256
        for event in events:
            count, running = count + 1, sha256_text(running + canonical_json(event))
        return Head(self.readings, self.readings_sha256, count, running)

    def link(self, draft: ReadingDraft, sections: Mapping[str, str] | None = None) -> Reading:
        """The draft as the next reading; `sections` are its section hashes where they are known."""
        sections = section_hashes(section_texts(draft)) if sections is None else sections
        number = self.readings + 1
        place = number, self.readings_sha256, sections, self.events, self.events_sha256
        return Reading(
            identity=draft.identity,
            answer=draft.answer,
            times=draft.times,
            display=draft.display,
            flags=draft.flags,
            ai=draft.ai,
            number=number,
            events=self.events,
            events_sha256=self.events_sha256,
            previous_sha256=self.readings_sha256,
            sha256=reading_hash(*place),
        )

    def admits(self, reading: Reading) -> bool:
        """Whether the reading has the number and the hash that it would get here."""
        made = self.link(reading)
        return (made.number, made.sha256) == (reading.number, reading.sha256)

    def past(self, reading: Reading) -> Head:
        """Where they end with this reading, which was linked or admitted here."""
        return Head(reading.number, reading.sha256, self.events, self.events_sha256)


@dataclass(frozen=True, eq=False)
class DurableStep:
    """What became durable in one step: events and, mostly, the reading that they end in.

    Only the counts of `before`, where the chains ended then, are sure: one that was read from a file knows no
    hashes. `line` counts the file's lines from 1.
    """

    before: Head
    events: Sequence[Event]
    reading: Reading | None = None
    line: int = 0

    @property
    def end(self) -> tuple[int, int]:
        """How many readings and events there are with it."""
        return self.before.readings + (self.reading is not None), self.before.events + len(self.events)


class BadLineError(ValueError):
    """A line that is not as it was written, or not where it was written; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def whole_lines(content: bytes) -> bytes:
    """The content without half a line at its end.

    A line is acknowledged when its line feed is on the disk: what follows the last one was cut off by a crash
    and belongs to nobody, while a line that ends and does not hold is damage.
    """
    return content[: content.rfind(b"\n") + 1]


def _plain_reading(reading: Reading | None) -> JsonValue:
    plain = to_plain(reading)
    return without_silent(plain, _LATER_IN_FILES) if isinstance(plain, Mapping) else None


def batch_body(batch: DurableStep) -> dict[str, JsonValue]:
    """One batch as plain values."""
    return {
        "readings_before": batch.before.readings,
        "events_before": batch.before.events,
        "events": [to_plain(event) for event in batch.events],
        "reading": _plain_reading(batch.reading),
    }


def line_end(line: str) -> tuple[int, int]:
    """How many readings and events there are with this line; raises ValueError when it does not say so."""
    body = json_in(line)
    try:
        readings = int(body["readings_before"]) + (body["reading"] is not None)
        return readings, int(body["events_before"]) + len(body["events"])
    except (KeyError, TypeError) as error:
        raise ValueError("the line holds no batch") from error


def line_body(
    number: int, line: str, hashed: Callable[[Any], str], wrong: str
) -> dict[str, Any]:  # Any: JSON
    """The plain values of a line that carries its hash; raises BadLineError, with `wrong` where that differs.

    `hashed` gives the hash of all that the line says besides.
    """
    try:
        body = json_in(line)
        claimed = body["sha256"]
        rest = {name: value for name, value in body.items() if name != "sha256"}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadLineError(number, "is not readable") from error
    try:
        holds = hashed(rest) == claimed
    except ValueError:  # a number beyond all bounds, or half a character
        holds = False
    if not holds:
        raise BadLineError(number, wrong)
    return {**rest, "sha256": claimed}


def batches_of(
    bodies: Iterable[tuple[int, Mapping[str, Any]]],  # Any: JSON
    end: tuple[int, int] | None = None,
) -> Iterator[DurableStep]:
    """The batches in lines that hold, each with its number; raises BadLineError for one that is none, or does
    not go on where the one before ended. `end` is where the first has to go on, if that is known."""
    for number, body in bodies:
        try:
            before = Head(body["readings_before"], "", body["events_before"], "")
            events = tuple(event_from_plain(event) for event in body["events"])
            reading = from_plain(Reading, body["reading"]) if body["reading"] is not None else None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadLineError(number, "is not readable") from error
        if end not in (None, (before.readings, before.events)):
            raise BadLineError(number, "does not fit the chain of lines before it")
        batch = DurableStep(before, events, reading, number)
        end = batch.end
        yield batch


def copy_line(batch: DurableStep) -> str:
    """One batch as a line of a second copy, which carries its own hash."""
    body = batch_body(batch)
    return json.dumps({**body, "sha256": _copy_hash(body)}, ensure_ascii=False, sort_keys=True)


def copy_batches(content: bytes, *, whole: bool = False) -> Iterator[DurableStep]:
    """The batches of a second copy; raises BadLineError at the first line that is not as it was written.

    A `whole` copy begins where the chains do.
    """
    lines = enumerate(lines_of(content), start=1)
    bodies = ((number, line_body(number, line, _copy_hash, "was changed")) for number, line in lines)
    return batches_of(bodies, (0, 0) if whole else None)


def _copy_hash(body: Mapping[str, JsonValue]) -> str:
    return sha256_text(canonical_json([body]))
