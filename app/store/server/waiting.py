"""Answers that wait on this computer while the server is away: durable here at once, sent when it answers.

They wait as lines of the same form as the second copy, in the user's own data folder. Sending compares both
chains; an answer that the server got just before it fell silent is not sent twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.errors import AppError
from app.files import append_lines, cut_off, moved, refusal
from app.private import own_folder
from app.store.database import Unreachable
from app.store.readings import ReaderJournal
from app.study.chain import DurableStep, Head, copy_line, whole_lines
from app.study.events import Event
from app.study.reading import Reading, ReadingDraft
from app.wording import counted

TRY_AGAIN_SECONDS = 20.0
"""A reader is not kept waiting for a silent server more often than this."""


class OtherAnswers(AppError):  # noqa: N818  (a fact that is told)
    """What waits here and what the server has do not belong to one chain; both stay as they are."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The server holds other answers of this reader than those that wait in {file}.",
            "They were read elsewhere, or merged from a bundle: move that file to the coordinator.",
        )


class WaitingJournal:
    """A reader's journal on a server, with a place to wait on this computer; see `app.study.journal.Journal`.

    `send` appends the waiting lines to the server's study and gives where its chains end then.
    """

    def __init__(
        self,
        journal: ReaderJournal,
        head: Head,
        file: Path,
        send: Callable[[Path], Head],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Send what still waits from an earlier sitting; raises AppError when that does not fit."""
        self._journal = journal
        self._head = head
        self._file = file
        self._send = send
        self._now = now
        self._tried = float("-inf")
        self._answers = 0
        self._lines = _count(file)
        if self._lines:
            self._head = send(file)
            self._done()

    @property
    def waiting(self) -> bool:
        """Whether anything has not reached the server yet."""
        return self._lines > 0

    @property
    def copy_problem(self) -> str:
        """What a reader is told; empty when all is where it belongs."""
        if not self.waiting:
            return self._journal.copy_problem
        answers = counted(self._answers, "answer waits", "answers wait")
        return f"The server does not answer. {answers} safely on this computer and will be sent."

    def append_events(self, events: Sequence[Event]) -> None:
        """Append events; durable on return, here or there."""
        if not self.waiting:
            try:
                self._journal.append_events(events)
                self._head = self._head.after(events)
                return
            except Unreachable:
                self._tried = self._now()
        self._wait(events, None)
        self.try_to_send()

    def append_reading(self, draft: ReadingDraft, events: Sequence[Event]) -> Reading:
        """Append events and the reading that they end in; durable on return, here or there."""
        if not self.waiting:
            try:
                reading = self._journal.append_reading(draft, events)
                self._head = self._head.after(events).past(reading)
                return reading
            except Unreachable:
                self._tried = self._now()
        reading = self._head.after(events).link(draft)
        self._wait(events, reading)
        self.try_to_send()
        return reading

    def try_to_send(self, *, at_once: bool = False) -> None:
        """Send what waits, if the last try is long enough ago; a server that is still silent is no error.

        Raises AppError when the server holds something else: then the lines stay where they are.
        """
        if not self.waiting or (not at_once and self._now() - self._tried < TRY_AGAIN_SECONDS):
            return
        self._tried = self._now()
        try:
            there = self._send(self._file)
        except Unreachable:
            return
        if there != self._head:
            raise OtherAnswers(self._file)
        self._done()

    def _wait(self, events: Sequence[Event], reading: Reading | None) -> None:
        line = copy_line(DurableStep(self._head, events, reading))
        try:
            own_folder(self._file.parent)
            append_lines(self._file, [line], private=True)
        except OSError as error:
            raise AppError(
                f"The server does not answer, and this computer cannot keep the answer: {refusal(error)}.",
                "Free some space, or wait for the server, then try again.",
            ) from error
        self._lines += 1
        self._answers += reading is not None
        self._head = self._head.after(events)
        if reading is not None:
            self._head = self._head.past(reading)

    def _done(self) -> None:
        moved(self._file, self._file.with_suffix(".sent"))
        self._lines = self._answers = 0


def _count(file: Path) -> int:
    """Lines that wait; one that a power cut left half-written was never acknowledged and goes."""
    if not file.is_file():
        return 0
    content = file.read_bytes()
    whole = whole_lines(content)
    if len(whole) != len(content):
        cut_off(file, len(whole))
    return whole.count(b"\n")
