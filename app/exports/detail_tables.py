"""Marks, events, interrupted attempts and replaced answers, one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from app.annotation.region import Region
from app.cells import Cell
from app.exports.readings_table import Answers, Standing
from app.exports.table import Column, ExportTable
from app.study.canonical import canonical_json, utc_text
from app.study.chain_check import StoredEvent
from app.study.events import Event
from app.study.life import StudyLife
from app.study.question import Question, recorded
from app.study.reading import Reading

Events = Callable[[], Iterable[tuple[str, StoredEvent]]]
Interruptions = Callable[[], Iterable[tuple[str, Event]]]
Replaced = Callable[[], Iterable[tuple[Reading, Reading]]]

_PRESENTATION = (
    Column("study", "short name of the study"),
    Column("reader", "pseudonymous reader code"),
    Column("arm", "unaided, aided or training"),
    Column("case", "case code"),
    Column("read_position", "place in the reader's list, from 1"),
)


def marks_table(standing: Standing, questions: Sequence[Question] = ()) -> ExportTable:
    """One row per region of every answer that stands; each of the study's own questions has a column."""
    columns = (
        *_PRESENTATION,
        Column("hash", "hash of the reading it belongs to"),
        Column("mark", "number within the reading, from 1"),
        Column("lesion", "regions of one finding share it, also across views"),
        Column("uuid", "of the region"),
        Column("view", "anterior or posterior"),
        Column("kind", "point or polygon"),
        Column("class", "label given by the reader"),
        Column("rating", "probability that the mark is a metastasis", "0-100"),
        Column("bone", "where it lies"),
        Column("source", "reader, ai accepted or ai edited"),
        Column("x", "mean of the vertices, along columns", "px"),
        Column("y", "mean of the vertices, along rows", "px"),
        Column("vertices", "x y pairs separated by ; in image pixels, first pixel's centre at 0.5 0.5", "px"),
    )
    own = tuple(Column(f"answer_{each.key}", each.dictionary, each.unit) for each in questions)
    parts = tuple(partial(_marks, share, tuple(questions)) for share in standing)
    return ExportTable("marks", (*columns, *own), parts)


def events_table(events: Sequence[Events]) -> ExportTable:
    """Everything that happened, in order."""
    columns = (
        Column("reader", "pseudonymous reader code; (coordinator) for what no reader did"),
        Column("sequence", "counts the reader's events, from 1"),
        Column("session", "sitting"),
        Column("number", "counts the sitting's events, from 1"),
        Column("kind", "what happened"),
        Column("read_position", "place in the reader's list, 0 between cases"),
        Column("attempt", "attempt at the presentation"),
        Column("case", "case code"),
        Column("utc", "when"),
        Column("monotonic_ns", "when, on the clock that decides", "ns"),
        Column("payload", "details as JSON"),
        Column("hash", "running hash up to here"),
    )
    return ExportTable("events", columns, tuple(partial(_events, share) for share in events))


def attempts_table(interrupted: Interruptions) -> ExportTable:
    """Attempts that ended without an answer: their time is kept, and they are attempted again."""
    columns = (
        Column("reader", "pseudonymous reader code"),
        Column("case", "case code"),
        Column("read_position", "place in the reader's list, from 1"),
        Column("attempt", "which attempt was interrupted"),
        Column("raw_seconds", "first painted frame to the interruption", "s"),
        Column("active_seconds", "raw without pauses", "s"),
        Column("recovered", "1 when the program had ended without notice"),
        Column("recorded_utc", "when it was written down"),
    )
    return ExportTable("attempts", columns, (lambda: _attempts(interrupted),))


def amendments_table(replaced: Replaced) -> ExportTable:
    """Answers that were changed after submit: what they had been, and why they were changed."""
    columns = (
        *_PRESENTATION,
        Column("hash", "hash of the answer that was replaced"),
        Column("replaced_by", "hash of the answer that replaced it"),
        Column("call", "call before"),
        Column("rating", "rating before"),
        Column("marks", "number of marks before"),
        Column("comment", "comment before"),
        Column("reason", "why it was changed"),
        Column("edited_utc", "when it was changed"),
    )
    return ExportTable("amendments", columns, (lambda: _amendments(replaced),))


def record_table(life: StudyLife) -> ExportTable:
    """What was decided after the freeze: who left, what was excluded, corrected or amended."""
    columns = (
        Column("utc", "when it was decided"),
        Column("by", "who decided it"),
        Column("kind", "what happened, as in events"),
        Column("subject", "reader or case"),
        Column("what", "the same in words"),
        Column("reason", "why"),
        Column("hash", "running hash of the coordinator's events up to here"),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for one in life.records:
            yield utc_text(one.at), one.by, one.kind.value, one.subject, one.what, one.reason, one.sha256

    return ExportTable("record", columns, (rows,))


def _presentation(reading: Reading) -> tuple[Cell, ...]:
    who = reading.identity
    return who.study, who.reader, who.arm.value, who.case, who.position


def _marks(share: Answers, questions: Sequence[Question]) -> Iterator[tuple[Cell, ...]]:
    for reading in share():
        for number, region in enumerate(reading.answer.regions, start=1):
            said = reading.answer.mark_answers.get(region.lesion, {})
            own = (recorded(each, said) for each in questions)
            yield (*_presentation(reading), reading.sha256, number, *_region(region), *own)


def _region(region: Region) -> tuple[Cell, ...]:
    x, y = (float(value) for value in region.vertices.mean(axis=0))
    return (
        region.lesion,
        region.uuid,
        region.view.value,
        "point" if region.is_point else "polygon",
        region.label,
        region.rating,
        region.bone,
        region.source.value,
        x,
        y,
        ";".join(f"{vx!r} {vy!r}" for vx, vy in region.vertices.tolist()),
    )


def _events(events: Events) -> Iterator[tuple[Cell, ...]]:
    for reader, stored in events():
        event = stored.event
        yield (
            reader,
            stored.sequence,
            event.session,
            event.number,
            event.kind.value,
            event.position,
            event.attempt,
            event.case,
            utc_text(event.at.utc),
            event.at.monotonic_ns,
            canonical_json(event.payload),
            stored.sha256,
        )


def _attempts(interrupted: Interruptions) -> Iterator[tuple[Cell, ...]]:
    for reader, event in interrupted():
        raw, active = event.payload.get("raw_seconds"), event.payload.get("active_seconds")
        yield (
            reader,
            event.case,
            event.position,
            event.attempt,
            raw if isinstance(raw, int | float) else None,
            active if isinstance(active, int | float) else None,
            bool(event.payload.get("recovered")),
            utc_text(event.at.utc),
        )


def _amendments(replaced: Replaced) -> Iterator[tuple[Cell, ...]]:
    for before, after in replaced():
        amended = after.flags.amended_utc
        yield (
            *_presentation(before),
            before.sha256,
            after.sha256,
            before.answer.call,
            before.answer.rating,
            len(before.answer.regions),
            before.answer.comment,
            after.flags.reason,
            utc_text(amended) if amended else None,
        )
