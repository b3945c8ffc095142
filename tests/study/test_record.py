"""Records survive being plain text, and every hash depends on everything it covers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.study.answer import Answer
from app.study.canonical import canonical_json, from_plain, to_plain, utc_moment, utc_text
from app.study.chain import Head, reading_hash, section_hashes, section_texts
from app.study.clock import Instant, SimulatedClock
from app.study.events import Event, EventKind
from app.study.reading import SECTIONS, AiExposure, AiShown, Reading
from tests.study.helpers import DISPLAY, START, YES, ListJournal, mark, protocol, session, show


@pytest.fixture
def reading() -> Reading:
    clock = SimulatedClock(START)
    sitting = session(protocol(), clock, ListJournal())
    show(sitting, clock)
    sitting.note(EventKind.CALL, value=True)
    clock.advance(3.25)
    answer = Answer(
        call=True, rating=80, regions=(mark(), mark(None)), checklist=("spine",), comment="Größe: 3 cm\n=1+1"
    )
    return sitting.submit(replace(answer, regions=(mark(),)), DISPLAY)


def test_a_reading_survives_being_plain_text(reading: Reading) -> None:
    again = from_plain(Reading, json.loads(canonical_json(reading)))
    assert canonical_json(again) == canonical_json(reading)
    assert again.identity == reading.identity
    assert again.times == reading.times
    assert again.flags == reading.flags
    assert np.array_equal(again.answer.regions[0].vertices, reading.answer.regions[0].vertices)
    assert again.answer.comment == "Größe: 3 cm\n=1+1"


def test_fields_that_an_older_record_lacks_take_their_default(reading: Reading) -> None:
    plain = json.loads(canonical_json(reading))
    del plain["flags"]["deviations"]
    plain["flags"]["of_a_newer_program"] = 1
    assert from_plain(Reading, plain).flags.deviations == ()


@pytest.mark.parametrize("section", [name for name in SECTIONS if name != "ai"])
def test_every_section_has_a_hash_that_changes_with_it_alone(reading: Reading, section: str) -> None:
    before = section_hashes(section_texts(reading))
    texts = dict(section_texts(reading))
    texts[section] = texts[section].replace("e", "3", 1)
    after = section_hashes(texts)
    assert [name for name in SECTIONS if before[name] != after[name]] == [section]
    arguments = (1, "previous", after, 5, "events")
    assert reading_hash(*arguments) != reading_hash(1, "previous", before, 5, "events")


def test_the_hash_covers_place_predecessor_and_events() -> None:
    sections = dict.fromkeys(SECTIONS, "0")
    base = reading_hash(1, "p", sections, 5, "e")
    others = [
        reading_hash(2, "p", sections, 5, "e"),
        reading_hash(1, "q", sections, 5, "e"),
        reading_hash(1, "p", sections, 6, "e"),
        reading_hash(1, "p", sections, 5, "f"),
    ]
    assert base not in others


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON.filter(lambda value: "\ud800" not in repr(value)))
def test_canonical_text_is_the_same_after_a_round_trip(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.integers(-(2**62), 2**62), st.datetimes(timezones=st.just(UTC)), st.integers(-11, 11))
def test_moments_keep_their_microseconds_in_every_time_zone(ns: int, moment: datetime, hours: int) -> None:
    if not 2 <= moment.year <= 9998:
        return
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert utc_moment(utc_text(elsewhere)) == moment
    at = Instant(ns, moment)
    assert from_plain(Instant, to_plain(at)) == at


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": float("nan")})


def test_the_running_hash_of_events_depends_on_their_order() -> None:
    def event(number: int) -> Event:
        return Event("s", number, EventKind.CALL, Instant(number, START), payload={"value": True})

    one_two = Head.start("g").after([event(1), event(2)])
    two_one = Head.start("g").after([event(2), event(1)])
    assert one_two != two_one
    assert YES.call is True


def test_what_was_shown_of_an_ai_without_familiarity_is_written_as_before_there_was_one(
    reading: Reading,
) -> None:
    shown = AiShown("toynet", "1", "abc", 0.8, 0.5, "map")
    text = section_texts(replace(reading, ai=AiExposure(shown)))["ai"]
    assert set(json.loads(text)["shown"]) == {
        "model", "version", "weights_sha256", "probability", "threshold", "heatmap_method",
    }  # fmt: skip
    told = section_texts(replace(reading, ai=AiExposure(replace(shown, familiarity=2.5))))["ai"]
    assert json.loads(told)["shown"]["familiarity"] == 2.5
    assert from_plain(AiExposure, json.loads(told)).shown == replace(shown, familiarity=2.5)
