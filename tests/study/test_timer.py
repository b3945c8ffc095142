"""Events to times: nothing is counted twice, nothing disappears."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.study.clock import Instant, SimulatedClock
from app.study.events import Event, EventKind
from app.study.timer import Times, disagreement, measure
from tests.study.helpers import START


def event(kind: EventKind, second: float, **payload: object) -> Event:
    at = Instant(round(second * 1e9), START + timedelta(seconds=second))
    return Event("s", 1, kind, at, 1, 1, "C1", payload)  # type: ignore[arg-type]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                EventKind.PAUSED,
                EventKind.RESUMED,
                EventKind.FOCUS_LOST,
                EventKind.FOCUS_GAINED,
                EventKind.CALL,
                EventKind.RATING,
                EventKind.LEVEL_CHANGED,
                EventKind.HEARTBEAT,
                EventKind.AI_REVEALED,
            ]
        ),
        st.floats(0, 600, allow_nan=False),
    ),
    max_size=25,
)


@given(STEPS, st.floats(0, 600))
def test_active_and_pause_seconds_always_add_up_to_raw_seconds(
    steps: list[tuple[EventKind, float]], end: float
) -> None:
    steps = sorted(steps, key=lambda step: step[1])
    events = [event(EventKind.DISPLAYED, 0.0), *(event(kind, second) for kind, second in steps)]
    times = measure(events, event(EventKind.SUBMITTED, end).at)
    assert times.raw_seconds is not None
    assert times.active_seconds is not None
    assert times.active_seconds + times.pause_seconds == pytest.approx(times.raw_seconds, abs=1e-6)
    assert times.active_seconds >= -1e-9
    if times.classify_seconds is not None and times.annotate_seconds is not None:
        assert times.classify_seconds + times.annotate_seconds == pytest.approx(
            times.active_seconds, abs=1e-6
        )
    assert 0 <= (times.longest_gap_seconds or 0) <= times.raw_seconds + 1e-9
    assert times.focus_lost_seconds <= times.raw_seconds + 1e-9


@given(STEPS, st.floats(0, 600), st.floats(1, 1e6))
def test_times_do_not_depend_on_when_the_clock_began(
    steps: list[tuple[EventKind, float]], end: float, shift: float
) -> None:
    def at(offset: float) -> Times:
        ordered = sorted(steps, key=lambda step: step[1])
        events = [event(EventKind.DISPLAYED, offset), *(event(k, offset + s) for k, s in ordered)]
        return measure(events, event(EventKind.SUBMITTED, offset + end).at)

    here, there = at(0.0), at(round(shift))
    assert there.active_seconds == pytest.approx(here.active_seconds, abs=1e-6)
    assert there.pauses == here.pauses


def test_without_a_first_frame_there_is_no_reading_time() -> None:
    times = measure([event(EventKind.REQUESTED, 0)], event(EventKind.TECHNICAL_PROBLEM, 5).at)
    assert times.raw_seconds is None
    assert times.active_seconds is None


def test_the_first_call_ends_classifying_even_when_it_is_changed_later() -> None:
    events = [event(EventKind.DISPLAYED, 0), event(EventKind.CALL, 10), event(EventKind.CALL, 30)]
    times = measure(events, event(EventKind.SUBMITTED, 40).at)
    assert (times.classify_seconds, times.annotate_seconds) == (10, 30)


def test_a_pause_before_the_reveal_does_not_shorten_the_second_answer() -> None:
    events = [
        event(EventKind.DISPLAYED, 0),
        event(EventKind.PAUSED, 5, cause="reader"),
        event(EventKind.RESUMED, 15),
        event(EventKind.AI_REVEALED, 20),
        event(EventKind.PAUSED, 22, cause="still_reading"),
        event(EventKind.RESUMED, 25),
    ]
    times = measure(events, event(EventKind.SUBMITTED, 30).at, aided_part=True)
    assert times.raw_seconds == 10
    assert times.active_seconds == 7
    assert (times.pauses, times.automatic_pauses) == (1, 1)


def test_an_interrupted_attempt_ends_with_its_last_sign_of_life() -> None:
    times = measure([event(EventKind.DISPLAYED, 1), event(EventKind.HEARTBEAT, 6)])
    assert times.raw_seconds == 5
    assert times.submitted is None


def test_the_clocks_agree_until_one_of_them_jumps() -> None:
    clock = SimulatedClock(START)
    before = clock.now()
    clock.advance(100)
    assert disagreement(before, clock.now()) == pytest.approx(0)
    clock.sleep(-50)
    assert disagreement(before, clock.now()) == pytest.approx(-50)


def test_a_pause_that_began_before_the_reveal_counts_only_from_the_reveal_on() -> None:
    events = [
        event(EventKind.DISPLAYED, 0),
        event(EventKind.PAUSED, 5, cause="focus"),
        event(EventKind.AI_REVEALED, 20),
        event(EventKind.RESUMED, 24),
    ]
    times = measure(events, event(EventKind.SUBMITTED, 30).at, aided_part=True)
    assert (times.raw_seconds, times.active_seconds) == (10, 6)
    assert (times.pauses, times.automatic_pauses, times.pause_seconds) == (1, 1, 4)
