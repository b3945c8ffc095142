"""The way through a sitting: what may follow what, and what is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.errors import AppError
from app.study.answer import Answer
from app.study.clock import SimulatedClock
from app.study.events import EventKind
from app.study.journal import ReaderHistory
from app.study.order import draw_order
from app.study.protocol import AnswerRules, Arm, Enforcement, Mode
from app.study.reading import AiShown, Outcome
from app.study.session import PauseCause, Stage
from tests.study.helpers import DISPLAY, NO, START, YES, ListJournal, cases, protocol, session, show


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


def test_an_unaided_case_goes_from_between_to_between(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    stages = [sitting.snapshot.stage]
    show(sitting, clock)
    stages.append(sitting.snapshot.stage)
    sitting.submit(YES, DISPLAY)
    stages.append(sitting.snapshot.stage)
    assert stages == [Stage.BETWEEN, Stage.READING, Stage.BETWEEN]
    assert (sitting.snapshot.done, sitting.snapshot.total) == (1, 3)


def test_the_visit_ends_when_nothing_is_left(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock, count=2)
    for _ in range(2):
        show(sitting, clock)
        sitting.submit(NO, DISPLAY)
    assert sitting.open_next() is None
    assert sitting.snapshot.stage is Stage.FINISHED
    assert sitting.snapshot.next_visit_utc is None


def test_the_next_cases_are_known_for_loading_ahead(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock, count=4)
    expected = [item.case for item in draw_order(protocol(), cases(4), "R1")]
    assert [item.case for item in sitting.upcoming()] == expected[:2]
    sitting.open_next()
    assert [item.case for item in sitting.upcoming(5)] == expected[1:]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(),
        Answer(call=True),
        Answer(rating=40),
        Answer(call=True, rating=101),
        Answer(call=True, rating=-1),
    ],
)
def test_an_incomplete_answer_is_refused_and_nothing_is_written(
    clock: SimulatedClock, answer: Answer
) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    with pytest.raises(AppError):
        sitting.submit(answer, DISPLAY)
    assert journal.readings == []
    assert sitting.snapshot.stage is Stage.READING


def test_times_come_from_the_painted_frame_and_the_key_press(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    sitting.open_next()
    painted = clock.advance(0.5)
    clock.advance(0.1)  # the page was busy before it told the session
    sitting.displayed(DISPLAY, {}, 0.3, painted)
    clock.advance(4.9)
    sitting.note(EventKind.CALL, value=True)
    pressed = clock.advance(5.0)
    clock.advance(0.2)
    reading = sitting.submit(YES, DISPLAY, pressed)
    assert reading.times.raw_seconds == pytest.approx(10.0)
    assert reading.times.classify_seconds == pytest.approx(5.0)
    assert reading.times.annotate_seconds == pytest.approx(5.0)
    assert reading.times.wait_seconds == pytest.approx(0.5)
    assert reading.times.load_seconds == pytest.approx(0.3)


def test_a_failed_save_keeps_the_case_open_and_submitting_again_saves_it(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    sitting.note(EventKind.CALL, value=True)
    journal.failing = True
    clock.advance(3)
    with pytest.raises(AppError, match="disk is full"):
        sitting.submit(YES, DISPLAY)
    assert sitting.snapshot.stage is Stage.READING
    assert sitting.snapshot.done == 0
    journal.failing = False
    clock.advance(7)
    reading = sitting.submit(YES, DISPLAY)
    assert reading.times.raw_seconds == pytest.approx(10.0)
    kinds = [event.kind for event in journal.events]
    assert kinds.count(EventKind.SUBMITTED) == 1
    assert kinds.index(EventKind.SAVE_FAILED) < kinds.index(EventKind.SUBMITTED)
    assert [event.number for event in journal.events] == list(range(1, len(journal.events) + 1))


def test_a_failed_tick_loses_no_event(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    journal.failing = True
    with pytest.raises(AppError):
        sitting.tick()
    journal.failing = False
    sitting.tick()
    assert EventKind.DISPLAYED in [event.kind for event in journal.events]


def test_pauses_stop_the_clock_and_nothing_can_be_answered_meanwhile(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    clock.advance(10)
    sitting.pause(PauseCause.READER)
    assert sitting.snapshot.pause_cause == "reader"
    clock.advance(100)
    with pytest.raises(AppError, match="paused"):
        sitting.submit(YES, DISPLAY)
    sitting.resume()
    clock.advance(5)
    times = sitting.submit(YES, DISPLAY).times
    assert times.raw_seconds == pytest.approx(115)
    assert times.active_seconds == pytest.approx(15)
    assert (times.pauses, times.automatic_pauses) == (1, 0)
    assert times.pause_seconds == pytest.approx(100)


def test_lost_focus_is_counted_and_never_taken_off(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    sitting.focus_lost()
    sitting.focus_lost()
    clock.advance(30)
    sitting.focus_gained()
    times = sitting.submit(YES, DISPLAY).times
    assert (times.focus_losses, times.focus_lost_seconds) == (1, pytest.approx(30))
    assert times.active_seconds == pytest.approx(30)


def test_stillness_is_never_taken_off(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    for _ in range(240):
        clock.advance(1)
        sitting.tick()
    times = sitting.submit(YES, DISPLAY).times
    assert times.active_seconds == pytest.approx(240)
    assert times.longest_gap_seconds == pytest.approx(240)


def test_sleep_of_the_computer_shows_as_a_jump_between_the_clocks(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    clock.advance(2)
    clock.sleep(3600)
    sitting.tick()
    times = sitting.submit(YES, DISPLAY).times
    assert times.clock_jump_seconds == pytest.approx(3600)
    assert (times.suspends, times.suspend_seconds) == (1, pytest.approx(3600))
    assert times.raw_seconds == pytest.approx(2)
    assert EventKind.CLOCK_JUMP in [event.kind for event in journal.events]


def test_a_program_that_was_not_run_is_noticed_even_when_both_clocks_agree(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    sitting.tick()
    clock.advance(600)
    sitting.tick()
    times = sitting.submit(YES, DISPLAY).times
    assert (times.suspends, times.suspend_seconds) == (1, pytest.approx(600))


def test_a_contradiction_is_recorded_and_does_not_block(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    odd = Answer(call=True, rating=20)
    assert [problem.blocking for problem in sitting.check(odd, sitting.arm)] == [False]
    assert sitting.submit(odd, DISPLAY).flags.contradiction


def test_a_technical_problem_gets_a_row_and_the_study_goes_on(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    sitting.open_next()
    reading = sitting.technical_problem("images cannot be read")
    assert reading.flags.outcome is Outcome.TECHNICAL
    assert reading.answer.call is None
    assert reading.times.raw_seconds is None
    assert sitting.snapshot.done == 1
    assert sitting.open_next() is not None


def test_skipping_needs_a_reason_and_the_protocol_s_leave(clock: SimulatedClock) -> None:
    sitting = session(protocol(), clock)
    show(sitting, clock)
    with pytest.raises(AppError, match="reason"):
        sitting.skip("  ")
    assert sitting.skip("not a bone scan").flags.outcome is Outcome.SKIPPED
    strict = session(protocol(answer=AnswerRules(skip=False)), clock)
    show(strict, clock)
    with pytest.raises(AppError, match="does not allow"):
        strict.skip("too hard")


def test_an_amendment_is_appended_and_names_what_it_replaces(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    clock.advance(12)
    first = sitting.submit(YES, DISPLAY)
    second = sitting.amend(first, NO, "pressed the wrong key")
    assert [reading.answer.call for reading in journal.readings] == [True, False]
    assert second.flags.amends == first.sha256
    assert second.flags.reason == "pressed the wrong key"
    assert second.times == first.times
    assert sitting.last_reading() is second
    with pytest.raises(AppError, match="reason"):
        sitting.amend(second, YES, "")


def test_leaving_in_the_middle_keeps_the_partial_time(clock: SimulatedClock) -> None:
    journal = ListJournal()
    sitting = session(protocol(), clock, journal)
    show(sitting, clock)
    clock.advance(8)
    sitting.close()
    sitting.close()
    told = [event for event in journal.events if event.kind is EventKind.INTERRUPTED]
    assert [event.payload["active_seconds"] for event in told] == [pytest.approx(8)]
    assert journal.events[-1].kind is EventKind.SESSION_CLOSED


def test_an_interrupted_case_comes_first_as_a_new_attempt_with_its_earlier_time(
    clock: SimulatedClock,
) -> None:
    journal = ListJournal()
    plan = draw_order(protocol(), cases(3), "R1")
    crashed = session(protocol(), clock, journal, history=ReaderHistory(plan))
    show(crashed, clock)
    clock.advance(9)
    crashed.note(EventKind.LEVEL_CHANGED, lower=0, upper=90)
    crashed.tick()
    events = tuple(event for event in journal.events if event.position)
    later = ListJournal()
    again = session(protocol(), clock, later, history=ReaderHistory(plan, interrupted={1: events}))
    recovered = [event for event in later.events if event.kind is EventKind.INTERRUPTED]
    assert [(event.attempt, event.payload["recovered"]) for event in recovered] == [(1, True)]
    show(again, clock)
    assert again.snapshot.assignment == plan[0]
    reading = again.submit(YES, DISPLAY)
    assert reading.identity.attempt == 2
    assert reading.flags.resumed
    assert reading.times.earlier_attempts == 1
    assert reading.times.earlier_active_seconds == pytest.approx(9)


class TestSequential:
    RULES = protocol(mode=Mode.SEQUENTIAL)
    SHOWN = AiShown("demo", "1.0", probability=0.82, threshold=0.5)

    def test_the_first_answer_is_locked_before_the_ai_is_revealed(self, clock: SimulatedClock) -> None:
        journal = ListJournal()
        sitting = session(self.RULES, clock, journal, ai=lambda _item: self.SHOWN)
        show(sitting, clock)
        with pytest.raises(AppError):
            sitting.reveal()
        with pytest.raises(AppError):
            sitting.submit(YES, DISPLAY)
        clock.advance(20)
        first = sitting.lock(NO, DISPLAY)
        assert sitting.snapshot.stage is Stage.LOCKED
        assert sitting.snapshot.locked_answer is first.answer
        clock.advance(1)
        sitting.reveal()
        clock.advance(6)
        sitting.note(EventKind.AI_TOGGLED, visible=False)
        clock.advance(2)
        second = sitting.submit(YES, DISPLAY)
        assert (first.identity.arm, second.identity.arm) == (Arm.UNAIDED, Arm.AIDED)
        assert first.times.raw_seconds == pytest.approx(20)
        assert second.times.raw_seconds == pytest.approx(8)
        assert second.times.ai_seconds == pytest.approx(8)
        assert second.ai is not None
        assert second.ai.shown == self.SHOWN
        assert second.ai.seconds_visible == pytest.approx(6)
        assert (second.ai.call_before, second.ai.rating_before, second.ai.changed) == (False, 10, True)
        assert first.ai is None
        assert first.flags.locked
        assert not second.flags.locked
        assert sitting.snapshot.done == 1

    def test_a_locked_answer_cannot_be_amended_the_second_can(self, clock: SimulatedClock) -> None:
        sitting = session(self.RULES, clock)
        show(sitting, clock)
        first = sitting.lock(NO, DISPLAY)
        sitting.reveal()
        second = sitting.submit(NO, DISPLAY)
        with pytest.raises(AppError, match="locked"):
            sitting.amend(first, YES, "changed my mind")
        assert sitting.amend(second, YES, "changed my mind").ai is not None

    def test_after_an_interruption_the_locked_answer_stands_and_the_ai_comes_next(
        self, clock: SimulatedClock
    ) -> None:
        journal = ListJournal()
        plan = draw_order(self.RULES, cases(2), "R1")
        crashed = session(self.RULES, clock, journal, history=ReaderHistory(plan))
        show(crashed, clock)
        first = crashed.lock(NO, DISPLAY)
        history = ReaderHistory(
            plan, locked={1: first}, interrupted={1: tuple(e for e in journal.events if e.position)}
        )
        again = session(self.RULES, clock, history=history)
        show(again, clock)
        assert again.snapshot.stage is Stage.LOCKED
        again.reveal()
        clock.advance(4)
        second = again.submit(YES, DISPLAY)
        assert second.identity.attempt == 2
        assert second.ai is not None
        assert second.ai.call_before is False
        assert second.times.raw_seconds == pytest.approx(4)

    def test_a_problem_after_the_lock_ends_the_second_answer(self, clock: SimulatedClock) -> None:
        sitting = session(self.RULES, clock)
        show(sitting, clock)
        sitting.lock(NO, DISPLAY)
        reading = sitting.technical_problem("screen failed")
        assert reading.identity.arm is Arm.AIDED
        assert sitting.snapshot.done == 1


class TestCrossover:
    RULES = protocol(mode=Mode.CROSSOVER, washout_days=28)

    def history(self, days_ago: float) -> ReaderHistory:
        plan = draw_order(self.RULES, cases(4), "R1")
        first = frozenset(item.position for item in plan if item.visit == 1)
        return ReaderHistory(plan, finished=first, visit_ended={1: START - timedelta(days=days_ago)})

    def test_the_second_visit_stays_closed_until_the_washout_is_over(self, clock: SimulatedClock) -> None:
        sitting = session(self.RULES, clock, history=self.history(10))
        assert sitting.open_next() is None
        assert sitting.snapshot.next_visit_utc == START + timedelta(days=18)

    def test_the_second_visit_opens_when_the_washout_is_over(self, clock: SimulatedClock) -> None:
        sitting = session(self.RULES, clock, history=self.history(28))
        first = sitting.open_next()
        assert first is not None
        assert first.visit == 2

    def test_a_soft_washout_lets_go_on_and_records_the_deviation(self, clock: SimulatedClock) -> None:
        journal = ListJournal()
        soft = replace(self.RULES, washout=Enforcement.SOFT)
        sitting = session(soft, clock, journal, history=self.history(10))
        show(sitting, clock)
        reading = sitting.submit(YES, DISPLAY)
        assert "18.00 days" in reading.flags.deviations[0]
        assert EventKind.DEVIATION in [event.kind for event in journal.events]

    def test_the_end_of_a_visit_says_when_to_come_back(self, clock: SimulatedClock) -> None:
        sitting = session(self.RULES, clock, count=2)
        for _ in range(2):
            show(sitting, clock)
            sitting.submit(YES, DISPLAY)
        assert sitting.open_next() is None
        assert sitting.snapshot.next_visit_utc == clock.now().utc + timedelta(days=28)

    def test_an_aided_reading_sees_the_ai_from_the_start(self, clock: SimulatedClock) -> None:
        rules = protocol(mode=Mode.CONCURRENT)
        sitting = session(rules, clock, ai=lambda _item: TestSequential.SHOWN)
        show(sitting, clock)
        clock.advance(7)
        reading = sitting.submit(YES, DISPLAY)
        assert reading.ai is not None
        assert reading.ai.seconds_visible == pytest.approx(7)
        assert reading.times.ai_seconds == pytest.approx(7)
