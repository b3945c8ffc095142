"""The chain says one thing wherever it is computed, and no change of its files goes unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bundles.course import course_of
from app.bundles.keys import SigningKey, signed_by
from app.bundles.results import ResultsHeader, batch_line, header_line, parse_results
from app.store.opening import OpenStudy, open_study
from app.study.canonical import lines_of
from app.study.chain import (
    BadLineError,
    DurableStep,
    Head,
    copy_batches,
    copy_line,
    genesis,
    line_end,
    section_hashes,
    section_texts,
    whole_lines,
)
from app.study.chain_check import StoredEvent, StoredReading, check_events, check_readings
from app.study.reading import SECTIONS
from app.workflows.study.verify import study_verify
from tests.store.studies import make_study
from tests.study.helpers import START

COPY = Path(__file__).parents[1] / "data" / "chain" / "TEST-R1.jsonl"
"""Two readings as an earlier version of the program copied them; the hashes below are that version's too."""

PROTOCOL = "07d153a48857e5dc3686eafa986061728eb26349fa70c2c484a63f5c37722f99"
GENESIS = "c8aff677523c0050f014025a7863a4943d1ac07b1e7e097a73e0b883539d922b"
HEAD = Head(
    2,
    "b5b768fd8a7ca5d7ec168d6a8caf8c299e34b2e1cd97cba8b30c96d23c16dab2",
    10,
    "eaae9267fc47147086c5a3133c1b776d5f5f764eeab6622ba38892fdb2268162",
)
FIRST = "de60163586782026bf34d1a9e5533f70f6400afd542f9437eaacf6be056905e5"
SECTION_HASHES = {
    "identity": "2d79f48855aab59820dea770d7aa8ba60143dce929a286891a204141ea3a43b0",
    "answer": "20f02c87fdab621eb65189c5ab8e1c357b72d8962b75df4617b8550dd4dd1036",
    "times": "347205e7cbd81c7c5c0e8ec011d0fe59bd69023e016912e0a35a969a5713d8c2",
    "display": "96d3663aadf88c0feab4d880751e5d58d3724c7e443926d755b4bcae7c47457f",
    "flags": "d6d869e09f1863bc4ff741486b81685455ba4692961c5f773079a7b653ce5c10",
    "ai": "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b",
}
RESULTS = "1c7a58e9215b36ca302778b82c69715bec2b90e5d77c134679981df94f1cf721"

KEY = SigningKey("11" * 32)
WRITTEN = tuple(copy_batches(COPY.read_bytes(), whole=True))
EVENTS = [event for batch in WRITTEN for event in batch.events]
DRAFTS = [batch.reading for batch in WRITTEN if batch.reading is not None]


def results_of(batches: Sequence[DurableStep], start: Head) -> bytes:
    header = ResultsHeader("b" * 32, "TEST", "R1", PROTOCOL, PROTOCOL, start)
    lines = [header_line(header, KEY.sign), *(batch_line(header.bundle, each, KEY.sign) for each in batches)]
    return "".join(line + "\n" for line in lines).encode()


def verify(signature: str, digest: bytes) -> bool:
    return signed_by(KEY.public, signature, digest)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[OpenStudy]:
    opened = open_study(make_study(tmp_path / "study"))
    yield opened
    opened.close()


def test_what_an_earlier_version_wrote_has_the_hashes_it_had(study: OpenStudy) -> None:
    study.studies.freeze(START)
    assert genesis(PROTOCOL, "R1") == study.genesis("R1") == GENESIS
    assert study.take_over("R1", COPY) == 2
    assert study.readings.head("R1") == HEAD
    assert study_verify(study.folder.path).ok
    first = next(study.readings.all("R1"))
    assert first.sha256 == FIRST
    assert section_hashes(section_texts(first)) == SECTION_HASHES


def test_files_are_written_byte_for_byte_as_an_earlier_version_did() -> None:
    assert "".join(copy_line(batch) + "\n" for batch in WRITTEN).encode() == COPY.read_bytes()
    session, one, two, closed = WRITTEN
    first = replace(one, before=session.before, events=(*session.events, *one.events))
    content = results_of((first, two, closed), Head.start(GENESIS))
    assert hashlib.sha256(content).hexdigest() == RESULTS


@st.composite
def courses(draw: st.DrawFn) -> tuple[DurableStep, ...]:
    """What a reader may have recorded, from the start: windows, answers, answers without an event between."""
    head, batches = Head.start(GENESIS), []
    for _ in range(draw(st.integers(1, 4))):
        events = [
            replace(event, payload={"text": draw(st.text(st.characters(exclude_categories=("Cs",))))})
            for event in draw(st.lists(st.sampled_from(EVENTS), max_size=3))
        ]
        before, head, reading = head, head.after(events), None
        if not events or draw(st.booleans()):
            reading = head.link(draw(st.sampled_from(DRAFTS)))
            head = head.past(reading)
        batches.append(DurableStep(before, tuple(events), reading))
    return tuple(batches)


def end_of(batches: Sequence[DurableStep]) -> Head:
    last = batches[-1]
    head = last.before.after(last.events)
    return head if last.reading is None else head.past(last.reading)


@settings(max_examples=25)
@given(courses())
def test_the_heads_are_the_same_whichever_way_they_are_computed(batches: tuple[DurableStep, ...]) -> None:
    end = end_of(batches)
    events = [event for batch in batches for event in batch.events]
    readings = [batch.reading for batch in batches if batch.reading is not None]
    one_by_one = Head.start(GENESIS)
    stored = []
    for event in events:
        one_by_one = one_by_one.after([event])
        stored.append(StoredEvent(one_by_one.events, event, one_by_one.events_sha256))
    assert Head.start(GENESIS).after(events) == one_by_one
    assert (one_by_one.events, one_by_one.events_sha256) == (end.events, end.events_sha256)
    assert (len(readings), readings[-1].sha256 if readings else GENESIS) == (
        end.readings,
        end.readings_sha256,
    )

    broken, marks = check_events("R1", GENESIS, stored, [each.events for each in readings], end)
    assert broken is None
    rows = []
    for reading in readings:
        texts = section_texts(reading)
        columns = {
            "reader": "R1",
            "position": reading.identity.position,
            "case": reading.identity.case,
            "arm": reading.identity.arm.value,
            "visit": reading.identity.visit,
            "outcome": reading.flags.outcome.value,
            "locked": reading.flags.locked,
            "amends": reading.flags.amends,
            "submitted_utc": json.loads(texts["times"])["submitted"]["utc"],
            "active_seconds": reading.times.active_seconds,
        }
        place = reading.events, reading.events_sha256, reading.previous_sha256, reading.sha256
        sections = json.dumps(section_hashes(texts))
        rows.append(StoredReading(reading.number, columns, texts, sections, *place))
    assert set(rows[0].texts if rows else SECTIONS) == set(SECTIONS)
    assert check_readings("R1", GENESIS, rows, marks, end) is None

    results = parse_results(results_of(batches, Head.start(GENESIS)), verify)
    course = course_of(results, "results")
    assert course.readings[max(course.readings)] == end.readings_sha256
    assert course.events.items() <= {0: GENESIS, **{each.sequence: each.sha256 for each in stored}}.items()


def _copies(content: bytes) -> list[str]:
    return [copy_line(batch) for batch in copy_batches(content, whole=True)]


def _signed(content: bytes) -> list[str]:
    results = parse_results(content, verify)
    return [copy_line(batch) for batch in results.batches]


FORMS = [
    (lambda batches: "".join(copy_line(batch) + "\n" for batch in batches).encode(), _copies),
    (lambda batches: results_of(batches, Head.start(GENESIS)), _signed),
]
both = pytest.mark.parametrize(("written", "read"), FORMS, ids=["second copy", "file of results"])


@both
@settings(max_examples=25)
@given(courses(), st.data())
def test_a_flipped_byte_is_found(
    written, read, batches: tuple[DurableStep, ...], data: st.DataObject
) -> None:  # type: ignore[no-untyped-def]
    content = written(batches)
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = bytes(
        byte ^ (1 << data.draw(st.integers(0, 7)) if index == place else 0)
        for index, byte in enumerate(content)
    )
    try:
        said = read(whole_lines(flipped))
    except BadLineError as error:
        assert error.line <= content[:place].count(b"\n") + 2
        return
    if place == len(content) - 1:  # the last line feed: what stands before it is half a line now
        assert whole_lines(flipped) != flipped
        assert said == read(content)[:-1]
    else:  # white space and the spelling of a number say the same
        assert said == read(content)


@both
@settings(max_examples=25)
@given(courses(), st.data())
def test_a_cut_leaves_a_beginning_and_half_a_line_is_told_from_damage(
    written,
    read,
    batches: tuple[DurableStep, ...],
    data: st.DataObject,  # type: ignore[no-untyped-def]
) -> None:
    content = written(batches)
    place = data.draw(st.integers(0, len(content) - 1))
    cut = content[:place]
    whole = whole_lines(cut)
    assert content.startswith(whole)
    if cut and not cut.endswith(b"\n"):
        assert whole != cut
    count = whole.count(b"\n")
    if whole:
        said = read(whole)
        assert said == read(content)[: len(said)]
        readings, events = line_end(lines_of(whole)[-1])
        if said:
            assert line_end(said[-1]) == (readings, events)
    damaged = cut + b"\n"  # a line that ends is no half line
    if len(cut) > len(whole) and not content.startswith(damaged):
        with pytest.raises(BadLineError) as found:
            read(damaged)
        assert found.value.line == count + 1


@both
@settings(max_examples=25)
@given(courses(), st.data())
def test_lines_that_were_swapped_removed_or_doubled_are_found(
    written,
    read,
    batches: tuple[DurableStep, ...],
    data: st.DataObject,  # type: ignore[no-untyped-def]
) -> None:
    lines = written(batches).splitlines(keepends=True)
    first, second = sorted(data.draw(st.tuples(*[st.integers(0, len(lines) - 1)] * 2)))
    if first == second:
        return
    swapped = [*lines]
    swapped[first], swapped[second] = lines[second], lines[first]
    for wrong in (swapped, lines[:first] + lines[second:], [*lines[: second + 1], *lines[first:]]):
        with pytest.raises(BadLineError):
            read(b"".join(wrong))


def test_a_number_beyond_all_bounds_and_a_line_of_another_kind_are_damage() -> None:
    line = COPY.read_text(encoding="utf-8").splitlines()[0]
    for wrong in ("[1]", "7", '"sha256"', line.replace('"number": 1', '"number": 1e999'), "\ufffd", ""):
        with pytest.raises(BadLineError):
            list(copy_batches(f"{wrong}\n".encode()))
