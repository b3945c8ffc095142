"""The file of results beside a bundle: JSON lines, each with its hash and signed with the bundle's own key.

The first line says whose results these are; every other one is a batch of events and, mostly, the reading
that they end in. The hash chains of events and readings run through all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.study.canonical import JsonValue, canonical_json, from_plain, lines_of, sha256_text
from app.study.chain import Head
from app.study.events import Event, event_from_plain
from app.study.reading import Reading

FORMAT = "scintiread-results-1"
Sign = Callable[[bytes], str]
Verify = Callable[[str, bytes], bool]
"""Whether the first, a signature, fits the second."""


@dataclass(frozen=True)
class ResultsHeader:
    """Whose results these are, and where the reader's chains stood when the bundle was made."""

    bundle: str
    study: str
    reader: str
    protocol_sha256: str
    first_sha256: str
    start: Head
    format: str = FORMAT


@dataclass(frozen=True, eq=False)
class Batch:
    """What became durable in one step; `line` counts the file's lines from 1."""

    line: int
    events: tuple[Event, ...]
    reading: Reading | None = None


@dataclass(frozen=True, eq=False)
class Results:
    """A whole file; `cut` tells that its last line is not complete."""

    header: ResultsHeader
    batches: tuple[Batch, ...]
    cut: bool = False


class BadLineError(ValueError):
    """A line that is not as it was written."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def header_body(header: ResultsHeader) -> dict[str, JsonValue]:
    """The first line as plain values; it counts as an empty batch at the start of the chains."""
    return {
        "header": json.loads(canonical_json(header)),
        "readings_before": header.start.readings,
        "events_before": header.start.events,
        "events": [],
        "reading": None,
    }


def line_text(body: Mapping[str, JsonValue], sign: Sign) -> str:
    """A line with its hash and signature; `sign` signs the hash."""
    digest = sha256_text(canonical_json(body))
    return canonical_json({**body, "sha256": digest, "signature": sign(digest.encode())})


def parse_header(text: str) -> ResultsHeader:
    """Whose results they are, before anything is checked; raises BadLineError when nobody can say."""
    try:
        return from_plain(ResultsHeader, json.loads(text)["header"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadLineError(1, "it does not say whose results it holds") from error


def parse_results(content: bytes, verify: Verify) -> Results:
    """Check every line; `verify` tells whether a signature fits a hash.

    Raises BadLineError for the first line that is not as it was written.
    """
    whole = content[: content.rfind(b"\n") + 1]
    lines = lines_of(whole)
    if not lines:
        raise BadLineError(1, "it is cut off before anything is said")
    header = parse_header(lines[0])
    _checked(1, lines[0], verify)
    batches = []
    for number, text in enumerate(lines[1:], start=2):
        body = _checked(number, text, verify)
        try:
            events = tuple(event_from_plain(event) for event in body["events"])
            reading = from_plain(Reading, body["reading"]) if body["reading"] is not None else None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadLineError(number, "is not readable") from error
        batches.append(Batch(number, events, reading))
    return Results(header, tuple(batches), cut=len(whole) != len(content))


def _checked(number: int, text: str, verify: Verify) -> dict[str, Any]:  # Any: JSON
    try:
        body: dict[str, Any] = json.loads(text)
        claimed, signature = body.pop("sha256"), body.pop("signature")
    except (ValueError, KeyError, AttributeError) as error:
        raise BadLineError(number, "is not readable") from error
    if sha256_text(canonical_json(body)) != claimed or not verify(str(signature), str(claimed).encode()):
        raise BadLineError(number, "was altered")
    return body


def worth_keeping(batches: Sequence[Batch], kinds: frozenset[str]) -> tuple[Batch, ...]:
    """The batches up to the last one with a reading or an event of these kinds.

    What follows it (a window opened and closed) joins the chain together with the next answer, so that two
    computers on which nothing was answered do not contradict each other.
    """
    last = 0
    for number, batch in enumerate(batches, start=1):
        if batch.reading is not None or any(event.kind.value in kinds for event in batch.events):
            last = number
    return tuple(batches[:last])
