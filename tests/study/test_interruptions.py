"""What remains of a case when reading stops in the middle: by a crash, a pause or a failed save."""

from __future__ import annotations

import pytest

from app.errors import AppError
from app.study.clock import SimulatedClock
from app.study.event_log import HEARTBEAT_SECONDS
from app.study.events import EventKind
from app.study.protocol import Mode
from app.study.reading import AiShown
from app.study.snapshot import PauseCause, Stage
from tests.study.helpers import DISPLAY, NO, START, YES, ListJournal, protocol, session, show


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


def test_a_reader_who_only_looks_leaves_a_sign_of_life_every_few_seconds(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    for _ in range(32):
        clock.advance(1)
        sitting.tick()
    lost = clock.now().monotonic_ns - journal.events[-1].at.monotonic_ns
    assert journal.events[-1].kind is EventKind.HEARTBEAT
    assert lost <= HEARTBEAT_SECONDS * 1e9


def test_between_cases_there_is_no_sign_of_life_to_give(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    for _ in range(9):
        clock.advance(1)
        sitting.tick()
    assert [event.kind for event in journal.events] == [EventKind.SESSION_OPENED]


def test_a_case_that_was_never_shown_still_has_the_moment_at_which_it_was_given_up(
    clock: SimulatedClock,
) -> None:
    sitting = session(protocol(), clock)
    sitting.open_next()
    ended = clock.advance(3)
    reading = sitting.technical_problem("the file is gone")
    assert reading.submitted_utc == ended.utc
    assert reading.times.raw_seconds is None


def test_a_skip_during_a_pause_counts_no_second_of_the_pause(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    clock.advance(4)
    sitting.pause(PauseCause.READER)
    clock.advance(600)
    reading = sitting.skip("called away")
    assert (reading.times.raw_seconds, reading.times.active_seconds) == (604, 4)
    assert not sitting.snapshot.paused


def test_blanked_while_another_window_has_the_keyboard_is_a_pause_inside_a_focus_loss(
    clock: SimulatedClock,
) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    clock.advance(5)
    sitting.focus_lost()
    clock.advance(2)
    sitting.pause(PauseCause.FOCUS)
    clock.advance(30)
    sitting.focus_gained()
    clock.advance(1)
    sitting.resume()
    clock.advance(7)
    times = sitting.submit(YES, DISPLAY).times
    assert (times.raw_seconds, times.active_seconds) == (45, 14)
    assert (times.pauses, times.automatic_pauses, times.pause_seconds) == (1, 1, 31)
    assert (times.focus_losses, times.focus_lost_seconds) == (1, 32)


def test_a_pause_between_lock_and_reveal_belongs_to_neither_answer(clock: SimulatedClock) -> None:
    sitting = session(protocol(mode=Mode.SEQUENTIAL), clock)
    show(sitting, clock)
    clock.advance(10)
    first = sitting.lock(NO, DISPLAY)
    sitting.pause(PauseCause.READER)
    clock.advance(50)
    sitting.resume()
    sitting.reveal()
    clock.advance(6)
    second = sitting.submit(YES, DISPLAY)
    assert (first.times.raw_seconds, first.times.pauses) == (10, 0)
    assert (second.times.raw_seconds, second.times.active_seconds, second.times.pauses) == (6, 6, 0)


def test_the_ai_is_not_visible_before_the_views_come_back(clock: SimulatedClock) -> None:
    sitting = session(protocol(mode=Mode.SEQUENTIAL), clock, ai=lambda _: AiShown("model"))
    show(sitting, clock)
    clock.advance(10)
    sitting.lock(NO, DISPLAY)
    sitting.pause(PauseCause.READER)
    clock.advance(5)
    sitting.reveal()
    clock.advance(20)
    sitting.resume()
    clock.advance(4)
    sitting.note(EventKind.AI_TOGGLED, visible=False)
    clock.advance(8)
    sitting.note(EventKind.AI_TOGGLED, visible=True)
    clock.advance(3)
    reading = sitting.submit(YES, DISPLAY)
    assert reading.ai is not None
    assert reading.ai.seconds_visible == 7
    assert reading.times.active_seconds == 15


def test_an_amendment_that_could_not_be_saved_leaves_no_trace(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    clock.advance(3)
    reading = sitting.submit(YES, DISPLAY)
    show(sitting, clock)
    sitting.tick()
    journal.failing = True
    with pytest.raises(AppError, match="disk is full"):
        sitting.amend(reading, NO, "wrong key")
    journal.failing = False
    clock.advance(4)
    following = sitting.submit(NO, DISPLAY)
    assert EventKind.AMENDED not in [event.kind for event in journal.events]
    assert following.times.raw_seconds == 4
    assert [event.number for event in journal.events] == list(range(1, len(journal.events) + 1))


def test_leaving_while_the_disk_is_full_can_be_tried_again(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    clock.advance(5)
    journal.failing = True
    with pytest.raises(AppError, match="disk is full"):
        sitting.close()
    assert sitting.snapshot.stage is Stage.READING
    journal.failing = False
    sitting.close()
    sitting.close()
    kinds = [event.kind for event in journal.events]
    assert kinds.count(EventKind.SESSION_CLOSED) == kinds.count(EventKind.INTERRUPTED) == 1
