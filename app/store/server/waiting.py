"""Answers on their way to a server: durable on this computer first, sent behind the reader's back, in order.

They wait as lines of the same form as the second copy, in the user's own data folder. One thread sends them
and hears that they arrived; nobody who appends waits for it. After a lost connection both chains are
compared: what the server got just before is not sent twice.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread

from app.errors import AppError
from app.faults import one_of_many
from app.files import append_lines, cut_off, moved, refusal
from app.language import tr, tr_counted
from app.private import own_folder
from app.store.database import Unreachable
from app.store.server.post import Carried, Post
from app.study.chain import DurableStep, Head, copy_line, whole_lines
from app.study.events import Event
from app.study.reading import Reading, ReadingDraft

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 20.0
"""A silent server is not asked more often than this, unless somebody waits for it."""
EVENTS_REST_SECONDS = 10.0
"""What is no answer travels with the next one, or after so long."""
_MOST = 20
"""Steps in one flight."""


class OtherAnswers(AppError):  # noqa: N818  (a fact that is told)
    """What waits here and what the server has do not belong to one chain; both stay as they are."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            tr("The server holds other answers of this reader than those that wait in {file}.", file=file),
            tr("They were read elsewhere, or merged from a bundle: move that file to the coordinator."),
        )


@dataclass(frozen=True)
class OnTheWay:
    """How many answers are kept here and not known to be on the server, and whether that is away."""

    answers: int
    away: bool = False

    @property
    def sentence(self) -> str:
        """The same for the reader."""
        if not self.answers:
            return tr("The server does not answer") if self.away else tr("All answers are on the server")
        kept = tr_counted(
            "{n} answer kept on this computer", "{n} answers kept on this computer", self.answers
        )
        where = tr("the server does not answer") if self.away else tr("on the way to the server")
        return f"{kept}; {where}" if self.away else f"{kept}, {where}"


class WaitingJournal:
    """A reader's journal on a server, kept on this computer first; see `app.study.journal.Journal`."""

    def __init__(
        self,
        post: Post,
        head: Head,
        file: Path,
        take_over: Callable[[Path], Head],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Send what still waits from an earlier sitting; raises AppError when that does not fit.

        `take_over` appends the lines of a file to the server's study and gives where its chains end then.
        """
        self._post = post
        self._head = head
        self._file = file
        self._now = now
        self._queue: deque[Carried] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._stopping = False
        self._in_haste = False
        self._unsure = False
        self._away = False
        self._refused: AppError | None = None
        self._rests_since = self._not_before = float("-inf")
        self._tries = 0
        self.took_over = _repaired(file)
        """Whether anything waited, which is on the server now."""
        if self.took_over:
            self._head = take_over(file)
            self._done()

    @property
    def waiting(self) -> bool:
        """Whether anything is not known to be on the server yet."""
        return bool(self._queue)

    @property
    def on_the_way(self) -> OnTheWay:
        """What the reader sees of it."""
        with self._changed:
            return OnTheWay(sum(each.step.reading is not None for each in self._queue), self._away)

    @property
    def copy_problem(self) -> str:
        """What a reader is told; empty when all is where it belongs, or on its way there."""
        if self._refused is not None:
            return str(self._refused)
        kept = self.on_the_way
        if not kept.away:
            return self._post.copy_problem
        return tr_counted(
            "The server does not answer. {n} answer waits safely on this computer and will be sent.",
            "The server does not answer. {n} answers wait safely on this computer and will be sent.",
            kept.answers,
        )

    def append_events(self, events: Sequence[Event]) -> None:
        """Append events; durable on this computer on return."""
        self._append(events, None)

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        """Append events and the reading that they end in; durable on this computer on return."""
        reading = self._append(events, draft)
        assert reading is not None
        return reading

    def arrive(self, seconds: float) -> bool:
        """Send all now, and wait for it so long at most; whether all is on the server.

        Raises AppError when the server refused it; a server that is silent is no error.
        """
        with self._changed:
            tries = self._tries
            self._in_haste, self._not_before = True, float("-inf")
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._queue or self._failed_since(tries), seconds)
            if self._refused is not None:
                raise self._refused
            return not self._queue

    def close(self, seconds: float) -> bool:
        """The same, and send nothing afterwards: what is left goes when the study is opened again."""
        try:
            return self.arrive(seconds)
        finally:
            self.stop()

    def stop(self) -> None:
        """Send nothing any more."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _failed_since(self, tries: int) -> bool:
        return self._tries > tries and (self._away or self._refused is not None)

    def _append(self, events: Sequence[Event], draft: ReadingDraft | None) -> Reading | None:
        with self._changed:
            if self._refused is not None:
                self._not_before = float("-inf")  # who tries again may find that it works by now
                self._changed.notify_all()
                raise self._refused
            before = self._head
            after = before.after(events)
            reading = after.link(draft) if draft is not None else None
            step = DurableStep(before, tuple(events), reading)
            self._keep(copy_line(step))
            self._head = after.past(reading) if reading is not None else after
            if not self._queue:
                self._rests_since = self._now()
            self._queue.append(Carried(step, self._head))
            urgent = reading is not None or bool(self._post.reveals(step))
            self._in_haste = self._in_haste or urgent
            self._start()
            self._changed.notify_all()
            return reading

    def _keep(self, line: str) -> None:
        try:
            own_folder(self._file.parent)
            append_lines(self._file, [line], private=True)
        except OSError as error:
            with suppress(OSError):  # half a line would spoil the next one
                _repaired(self._file)
            raise AppError(
                tr("This computer cannot keep the answer: {why}.", why=refusal(error)),
                tr("Free some space, then try again."),
            ) from error

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="answers on their way", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopping and (rest := self._rest()) > 0:
                    self._changed.wait(rest if rest != float("inf") else None)
                if self._stopping:
                    return
                steps = list(self._queue)[:_MOST]
                self._in_haste = len(steps) < len(self._queue)
            self._try(steps)

    def _rest(self) -> float:
        """Seconds until something is to be sent."""
        if not self._queue:
            return float("inf")
        due = float("-inf") if self._in_haste else self._rests_since + EVENTS_REST_SECONDS
        return max(due, self._not_before) - self._now()

    def _try(self, steps: list[Carried]) -> None:
        """Send these steps. Once more where it fails: the connection may have been lost long ago, or what was
        sent before it was lost may just have arrived."""
        refused: AppError | None = None
        away = False
        try:
            with one_of_many(tr("Sending the answers")):  # nobody else hears what happens in this thread
                try:
                    self._send(steps)
                except AppError:
                    self._send(steps, at_once=1)  # what comes before a step that is refused is not
        except Unreachable:
            away = True
        except AppError as error:
            log.error("The server does not take what was read: %s", error)
            refused = error
        with self._changed:
            self._tries += 1
            self._away, self._refused = away, refused
            if away or refused:
                self._in_haste = True
                self._not_before = self._now() + TRY_AGAIN_SECONDS
            elif not self._queue:
                self._done()
            else:
                self._rests_since = self._now()
            self._changed.notify_all()

    def _send(self, steps: list[Carried], at_once: int = _MOST) -> None:
        """Send what the server does not have of these; raises AppError, and nobody knows then what it has."""
        if self._unsure:
            there = self._post.head()
            known = [steps[0].step.before, *(each.after for each in steps)]
            if there not in known:
                raise OtherAnswers(self._file)
            self._forget(known.index(there))
            del steps[: known.index(there)]
        self._unsure = True
        while steps:
            self._post.send(steps[:at_once])
            self._forget(len(steps[:at_once]))
            del steps[:at_once]
        self._unsure = False

    def _forget(self, count: int) -> None:
        with self._changed:
            for _ in range(count):
                self._queue.popleft()

    def _done(self) -> None:
        with suppress(OSError):  # what is sent again is known to be there
            moved(self._file, self._file.with_suffix(".sent"))


def _repaired(file: Path) -> bool:
    """Whether lines wait; one that a power cut left half-written was never acknowledged and goes."""
    if not file.is_file():
        return False
    content = file.read_bytes()
    whole = whole_lines(content)
    if len(whole) != len(content):
        cut_off(file, len(whole))
    return bool(whole)
