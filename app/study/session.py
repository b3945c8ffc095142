"""One sitting of one reader: what comes next, what is locked, what is revealed, and what is recorded.

    BETWEEN --open_next()--> REQUESTED --displayed()--> READING --submit()--> BETWEEN ...
    sequential mode: READING --lock()--> LOCKED --reveal()--> AI --submit()--> BETWEEN
    concurrent mode: the AI stands beside the images from displayed() on

A case whose first answer was locked before an interruption goes from REQUESTED straight to LOCKED. When
making something durable fails, the AppError goes to the caller and the session is as it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

from app.errors import AppError
from app.study.answer import Answer, AnswerProblem, DisplayState
from app.study.assignment import Assignment
from app.study.attempt import Attempt, interrupted_times, untold_interruptions
from app.study.canonical import JsonValue, to_plain
from app.study.checks import check_answer, complete_answer
from app.study.clock import Clock, Instant
from app.study.drafts import Ending, amendment_draft, answer_draft, identity_of
from app.study.event_log import EventLog
from app.study.events import EventKind
from app.study.journal import Journal, ReaderHistory
from app.study.protocol import Arm, Mode, Protocol
from app.study.reading import AiShown, Outcome, Reading
from app.study.snapshot import PauseCause, Sitting, Snapshot, Stage
from app.study.visit import is_second, plan_visit

__all__ = ["AiLookup", "PauseCause", "ReadingSession", "Sitting", "Snapshot", "Stage", "no_ai"]

AiLookup = Callable[[Assignment], AiShown | None]


def no_ai(_assignment: Assignment) -> AiShown | None:
    """The lookup of a study without AI results."""
    return None


class ReadingSession:
    """Takes one reader through the presentations of one visit."""

    def __init__(
        self,
        protocol: Protocol,
        history: ReaderHistory,
        journal: Journal,
        clock: Clock,
        sitting: Sitting,
        ai: AiLookup = no_ai,
        excluded: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """Begin the sitting and make that durable; raises AppError when it cannot be.

        `excluded` tells the cases that are out of the study by now, which are not offered any more.
        """
        self._protocol = protocol
        self._history = history
        self._journal = journal
        self._clock = clock
        self._sitting = sitting
        self._ai = ai
        self._excluded = excluded
        self._gone = 0
        opened = clock.now()
        self._log = EventLog(sitting.uuid, clock, opened)
        self._visit = plan_visit(protocol, history, history.asked_utc or opened.utc)
        self._queue = list(self._visit.queue)
        self._done = self._visit.done
        self._next_visit_utc = self._visit.opens_utc
        self._deviations = (self._visit.deviation,) if self._visit.deviation else ()
        self._days = (
            (opened.utc - history.last_session_utc) / timedelta(days=1) if history.last_session_utc else None
        )
        self._stage = Stage.BETWEEN
        self._paused: PauseCause | None = None
        self._blurred = False
        self._ai_later = False
        self._attempt: Attempt | None = None
        self._last = history.last
        self._closed = False
        self._open()

    @property
    def protocol(self) -> Protocol:
        """The protocol that is read by."""
        return self._protocol

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        return self._stage

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        attempt = self._attempt
        locked = attempt.locked if attempt else None
        return Snapshot(
            stage=self._stage,
            paused=self._paused is not None,
            pause_cause=self._paused.value if self._paused else "",
            assignment=attempt.assignment if attempt else None,
            done=self._done,
            total=self._visit.total - self._gone,
            locked_answer=locked.answer if locked else None,
            next_visit_utc=self._next_visit_utc,
        )

    def upcoming(self, count: int = 2) -> tuple[Assignment, ...]:
        """What comes after the open presentation, for loading ahead."""
        return tuple(self._queue[:count])

    def last_reading(self) -> Reading | None:
        """The reader's latest reading, of this session or an earlier one."""
        return self._last

    @property
    def arm(self) -> Arm:
        """The condition in which the open case is being read now."""
        if self._attempt is None:
            return self._protocol.arms[0]
        return Arm.AIDED if self._attempt.locked else self._attempt.assignment.arm

    def check(self, answer: Answer, arm: Arm) -> tuple[AnswerProblem, ...]:
        """What is missing or odd about an answer given in this condition."""
        return check_answer(answer, self._protocol.answer, arm)

    def open_next(self) -> Assignment | None:
        """Choose the next presentation; None when this visit has nothing left."""
        self._require(Stage.BETWEEN, Stage.FINISHED)
        self._leave_out_excluded()
        if not self._queue:
            self._stage = Stage.FINISHED
            return None
        assignment = self._queue.pop(0)
        earlier = self._history.interrupted.get(assignment.position, ())
        self._attempt = Attempt(
            assignment,
            number=max((event.attempt for event in earlier), default=0) + 1,
            locked=self._history.locked.get(assignment.position),
            earlier=interrupted_times(earlier),
        )
        self._log.begin(self._attempt)
        self._log.add(EventKind.REQUESTED)
        if self._blurred:
            self._log.add(EventKind.FOCUS_LOST)
        self._stage = Stage.REQUESTED
        return assignment

    def _leave_out_excluded(self) -> None:
        out = self._excluded() if self._queue else ()
        left = [item for item in self._queue if item.case not in out]
        self._gone, self._queue = self._gone + len(self._queue) - len(left), left

    def displayed(
        self,
        display: DisplayState,
        image_hashes: Mapping[str, str],
        load_seconds: float,
        painted: Instant | None = None,
        beside: Sequence[str] = (),
        ai_later: bool = False,
    ) -> None:
        """Both views, and what stands `beside` them, are painted since `painted`: the clock runs.

        `ai_later`: the AI of an arm that has it from the start comes with `reveal`."""
        self._require(Stage.REQUESTED)
        attempt = self._opened()
        attempt.image_hashes = dict(image_hashes)
        attempt.at_display = display
        self._log.add(
            EventKind.DISPLAYED,
            painted,
            display=to_plain(display),
            image_hashes=to_plain(image_hashes),
            load_seconds=load_seconds,
        )
        self._ai_later = ai_later and attempt.assignment.arm is Arm.AIDED
        if attempt.assignment.arm is Arm.AIDED and not ai_later:
            self._log.add(EventKind.AI_REVEALED, painted)
        for what in beside:
            self._log.add(EventKind.ASIDE_SHOWN, painted, what=what)
        self._stage = Stage.LOCKED if attempt.locked else Stage.READING

    def note(self, kind: EventKind, **payload: JsonValue) -> None:
        """Keep what the reader did; it becomes durable with the next tick or answer."""
        self._log.add(kind, **payload)

    def lock(self, answer: Answer, display: DisplayState, pressed: Instant | None = None) -> Reading:
        """Make the first answer of sequential mode durable; from here on nobody can change it."""
        self._require(Stage.READING)
        if self._protocol.mode is not Mode.SEQUENTIAL:
            raise AppError("Only a sequential study locks a first answer.", "Submit the answer instead.")
        reading = self._append(answer, display, pressed, EventKind.LOCKED, Arm.UNAIDED, locked=True)
        self._opened().locked = reading
        self._stage = Stage.LOCKED
        return reading

    def reveal(self, shown: Instant | None = None, beside: Sequence[str] = ()) -> None:
        """The AI is on screen since `shown`, and what else came `beside` the scan with it."""
        if not self._ai_later:
            self._require(Stage.LOCKED)
            self._stage = Stage.AI
        self._ai_later = False
        self._log.add(EventKind.AI_REVEALED, shown)
        for what in beside:
            self._log.add(EventKind.ASIDE_SHOWN, shown, what=what)

    def submit(self, answer: Answer, display: DisplayState, pressed: Instant | None = None) -> Reading:
        """Make the answer durable; `pressed` is the instant of the key press, at which the clock stopped."""
        self._require(Stage.AI if self._protocol.mode is Mode.SEQUENTIAL else Stage.READING)
        reading = self._append(answer, display, pressed, EventKind.SUBMITTED, self.arm)
        self._finish_case(reading)
        return reading

    def technical_problem(self, reason: str) -> Reading:
        """Record that the case could not be read, and go on."""
        return self._give_up(Outcome.TECHNICAL, EventKind.TECHNICAL_PROBLEM, reason)

    def skip(self, reason: str) -> Reading:
        """Record that the reader skipped the case, and why."""
        if not self._protocol.answer.skip:
            raise AppError("This study does not allow skipping a case.", "Answer it as well as you can.")
        return self._give_up(Outcome.SKIPPED, EventKind.SKIPPED, reason)

    def amend(self, reading: Reading, answer: Answer, reason: str) -> Reading:
        """Replace the answer of an earlier reading by appending a new one that names it and why."""
        if reading.flags.locked:
            raise AppError("A locked first answer cannot be changed.", "Change the second answer instead.")
        if reading.flags.outcome is not Outcome.ANSWERED:
            raise AppError("There is no answer to change.", "The case was not answered.")
        if not reason.strip():
            raise AppError("An answer is not changed without a reason.", "Say why you change it.")
        answer = complete_answer(answer, self._protocol.answer, reading.identity.arm)
        draft = amendment_draft(reading, answer, reason, self._sitting.uuid, self._clock.now().utc)
        where = reading.identity
        with self._log.durable():
            self._log.add_elsewhere(
                EventKind.AMENDED,
                (where.position, where.attempt, where.case),
                amends=reading.sha256,
                reason=reason,
                call_before=reading.answer.call,
                rating_before=reading.answer.rating,
            )
            amended = self._journal.append_reading(draft, self._log.pending)
        if self._last is None or self._last.sha256 == reading.sha256:
            self._last = amended
        return amended

    def pause(self, cause: PauseCause) -> None:
        """Both views are blanked: the clock stands. Without images on screen there is nothing to stop."""
        if self._stage not in (Stage.READING, Stage.LOCKED, Stage.AI) or self._paused is not None:
            return
        self._log.add(EventKind.PAUSED, cause=cause.value)
        self._paused = cause

    def resume(self) -> None:
        """The views are back."""
        if self._paused is not None:
            self._log.add(EventKind.RESUMED)
            self._paused = None

    def focus_lost(self) -> None:
        """Another window took the keyboard; always recorded, never taken off the time."""
        if not self._blurred:
            self._blurred = True
            self._log.add(EventKind.FOCUS_LOST)

    def focus_gained(self) -> None:
        """The keyboard is back."""
        if self._blurred:
            self._blurred = False
            self._log.add(EventKind.FOCUS_GAINED)

    def tick(self) -> None:
        """Make durable what was kept, with a sign of life now and then; call it about once a second."""
        self._log.tick()
        self._flush()

    def close(self) -> None:
        """Leave; the time of an open attempt is kept."""
        if self._closed:
            return
        with self._log.durable():
            if self._attempt is not None:
                partial = self._attempt.times(self._clock.now(), self._attempt.locked is not None)
                self._log.add(
                    EventKind.INTERRUPTED,
                    raw_seconds=partial.raw_seconds,
                    active_seconds=partial.active_seconds,
                    recovered=False,
                )
            self._log.end()
            self._log.add(EventKind.SESSION_CLOSED)
            self._journal.append_events(self._log.pending)
        self._attempt = None
        self._stage = Stage.FINISHED
        self._closed = True

    def _open(self) -> None:
        for where, times in untold_interruptions(self._history.interrupted):
            self._log.add_elsewhere(
                EventKind.INTERRUPTED,
                where,
                raw_seconds=times.raw_seconds,
                active_seconds=times.active_seconds,
                recovered=True,
            )
        self._log.add(
            EventKind.SESSION_OPENED,
            screen=to_plain(self._sitting.screen),
            app_version=self._sitting.app_version,
            site=self._sitting.site,
            visit=self._visit.number,
            days_since_last_session=self._days,
            **({"second_copy": True} if self._sitting.copied else {}),
            **({"truth": self._sitting.truth} if self._sitting.truth else {}),
        )
        for text in self._deviations:
            self._log.add(EventKind.DEVIATION, text=text)
        self._flush()

    def _flush(self) -> None:
        if self._log.pending:
            with self._log.durable():
                self._journal.append_events(self._log.pending)

    def _append(
        self,
        answer: Answer,
        display: DisplayState | None,
        pressed: Instant | None,
        kind: EventKind,
        arm: Arm,
        outcome: Outcome = Outcome.ANSWERED,
        reason: str = "",
        locked: bool = False,
    ) -> Reading:
        """Make one reading durable together with everything that was kept until now."""
        if outcome is Outcome.ANSWERED:
            if self._paused is not None:
                raise AppError("The reading is paused.", "Resume before you answer.")
            answer = complete_answer(answer, self._protocol.answer, arm)
        attempt = self._opened()
        end = pressed or self._clock.now()
        try:
            with self._log.durable():
                self._log.add(kind, end, **({"reason": reason} if reason else {}))
                draft = answer_draft(
                    attempt,
                    answer,
                    identity_of(attempt, arm, self._sitting, self._protocol, self._days),
                    self._sitting.screen,
                    (display, end),
                    Ending(outcome, reason, locked, self._deviations),
                    self._ai(attempt.assignment) if arm is Arm.AIDED else None,
                )
                reading = self._journal.append_reading(draft, self._log.pending)
        except AppError:
            self._log.add(EventKind.SAVE_FAILED)
            raise
        self._last = reading
        return reading

    def _give_up(self, outcome: Outcome, kind: EventKind, reason: str) -> Reading:
        self._require(Stage.REQUESTED, Stage.READING, Stage.LOCKED, Stage.AI)
        if not reason.strip():
            raise AppError("A case is not left without a reason.", "Say what happened.")
        answer = Answer(technical_problem=outcome is Outcome.TECHNICAL)
        reading = self._append(answer, None, None, kind, self.arm, outcome, reason)
        self._finish_case(reading)
        return reading

    def _finish_case(self, reading: Reading) -> None:
        self._attempt = None
        self._log.end()
        self._paused = None
        self._done += 1
        self._stage = Stage.BETWEEN
        following = self._visit.number + 1
        again = is_second(following) and any(item.visit == following for item in self._history.plan)
        if not self._queue and again and reading.submitted_utc:
            self._next_visit_utc = reading.submitted_utc + timedelta(days=self._protocol.washout_days)

    def _opened(self) -> Attempt:
        if self._attempt is None:
            raise AppError("No case is open.", "Open the next case first.")
        return self._attempt

    def _require(self, *stages: Stage) -> None:
        if self._stage not in stages:
            wanted = " or ".join(stage.value for stage in stages)
            raise AppError(
                f"This is not possible now: the session is {self._stage.value}.", f"Needed: {wanted}."
            )
