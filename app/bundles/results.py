"""The file of results beside a bundle: JSON lines, each with its hash and signed with the bundle's own key.

The first line says whose results these are; every other one is a batch of events and, mostly, the reading
that they end in. The hash chains of events and readings run through all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.bounded import json_in
from app.study.canonical import JsonValue, canonical_json, from_plain, lines_of, sha256_text
from app.study.chain import BadLineError, DurableStep, Head, batch_body, batches_of, line_body, whole_lines

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
class Results:
    """A whole file; `cut` tells that its last line is not complete."""

    header: ResultsHeader
    batches: tuple[DurableStep, ...]
    cut: bool = False


def header_line(header: ResultsHeader, sign: Sign) -> str:
    """The first line; it counts as an empty batch at the start of the chains."""
    return _line(
        {"header": json_in(canonical_json(header)), **batch_body(DurableStep(header.start, ()))}, sign
    )


def batch_line(bundle: str, batch: DurableStep, sign: Sign) -> str:
    """The line of a batch; `bundle` says where it belongs."""
    return _line({"bundle": bundle, **batch_body(batch)}, sign)


def _line(body: Mapping[str, JsonValue], sign: Sign) -> str:
    digest = _hash(body)
    return canonical_json({**body, "sha256": digest, "signature": sign(digest.encode())})


def _hash(body: Mapping[str, JsonValue]) -> str:
    """All that a line says is hashed, except the signature, which signs that."""
    return sha256_text(canonical_json({name: said for name, said in body.items() if name != "signature"}))


def parse_header(text: str) -> ResultsHeader:
    """Whose results they are, before anything is checked; raises BadLineError when nobody can say."""
    try:
        return from_plain(ResultsHeader, json_in(text)["header"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadLineError(1, "it does not say whose results it holds") from error


def parse_results(content: bytes, verify: Verify) -> Results:
    """Check every line; `verify` tells whether a signature fits a hash.

    Raises BadLineError for the first line that is not as it was written.
    """
    whole = whole_lines(content)
    lines = lines_of(whole)
    if not lines:
        raise BadLineError(1, "it is cut off before anything is said")
    header = parse_header(lines[0])
    bodies = ((number, _checked(number, text, verify)) for number, text in enumerate(lines, start=1))
    _, *batches = batches_of(bodies)
    return Results(header, tuple(batches), cut=len(whole) != len(content))


def _checked(number: int, text: str, verify: Verify) -> dict[str, Any]:  # Any: JSON
    body = line_body(number, text, _hash, "was altered")
    if not verify(str(body.get("signature")), str(body["sha256"]).encode()):
        raise BadLineError(number, "was altered")
    return body


def worth_keeping(batches: Sequence[DurableStep], kinds: frozenset[str]) -> tuple[DurableStep, ...]:
    """The batches up to the last one with a reading or an event of these kinds.

    What follows it (a window opened and closed) joins the chain together with the next answer, so that two
    computers on which nothing was answered do not contradict each other.
    """
    last = 0
    for number, batch in enumerate(batches, start=1):
        if batch.reading is not None or any(event.kind.value in kinds for event in batch.events):
            last = number
    return tuple(batches[:last])
