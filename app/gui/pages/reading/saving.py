"""When something cannot be made durable: nothing is lost, the reader is told, and can try again."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.errors import AppError
from app.files import refused, whole
from app.gui.pages.reading.curtain import Choice, Notice
from app.gui.pages.reading.reading_view import ReadingView
from app.language import tr
from app.study.answer import Answer
from app.study.canonical import to_plain
from app.study.clock import Clock

log = logging.getLogger(__name__)

_REST_SECONDS = 15
"""What was noted is kept in memory until then, and an answer is not kept waiting by it."""
Result = TypeVar("Result")

Unsaved = Callable[[], tuple[str, Answer]]
"""Gives the case and the answer as they stand."""


class Saving:
    """Runs steps that end on the disk, and keeps the reader where he is when one fails."""

    def __init__(self, view: ReadingView, clock: Clock, study: str, reader: str) -> None:
        self._view = view
        self._clock = clock
        self._study = study
        self._reader = reader
        self._unsaved: tuple[str, Answer] | None = None
        self._failed = False
        self._tick_failed = False
        self._wait_until_ns = 0
        self._problem = ""

    @property
    def unsaved(self) -> bool:
        """Whether an answer was given that could not be saved until now."""
        return self._failed and self._unsaved is not None

    def run(
        self, step: Callable[[], Result], then: Callable[[Result], None], what: str, unsaved: Unsaved
    ) -> None:
        """Do the step and go on with `then`; on failure say so and offer to do the very same step again."""
        try:
            result = step()
        except AppError as error:
            log.error("Could not %s: %s", what, error)
            self._failed = True
            self._unsaved = unsaved()
            self._view.show_notice(
                Notice(
                    tr("NOT SAVED. The program could not {what}: {error}", what=tr(what), error=error),
                    (
                        Choice(tr("Retry"), lambda: self.run(step, then, what, unsaved)),
                        Choice(tr("Save a copy elsewhere…"), self._ask_where),
                    ),
                )
            )
            return
        if self._failed:
            self._failed, self._unsaved = False, None
            self._view.show_notice(None)
        then(result)

    def quietly(self, step: Callable[[], None]) -> None:
        """Do a step of the background; its failure is told once, and again only after it had worked.

        After a failure it rests for a while: a database that is in use makes every attempt wait.
        """
        now = self._clock.now().monotonic_ns
        if now < self._wait_until_ns:
            return
        try:
            step()
        except AppError as error:
            if not self._tick_failed and not self._failed:
                log.error("The session's log cannot be written: %s", error)
                self._view.show_notice(
                    Notice(
                        tr(
                            "The study cannot be written at the moment: {error} Nothing is lost;"
                            " go on, or pause and"
                            " see to it.",
                            error=error,
                        ),
                        (Choice(tr("Understood"), lambda: self._view.show_notice(None)),),
                    )
                )
            self._tick_failed = True
            self._wait_until_ns = now + _REST_SECONDS * 1_000_000_000
        else:
            if self._tick_failed and not self._failed:
                self._view.show_notice(None)
            self._tick_failed = False

    def tell_of_copy(self, problem: str) -> None:
        """Say once that the second copy could not be written; an empty `problem` takes it back."""
        if problem != self._problem and problem and not self._failed:
            self.tell(
                tr("{problem} Your answers are safe in the study; tell the coordinator.", problem=problem)
            )
        self._problem = problem

    def tell(self, text: str) -> None:
        """Say something that the reader only has to know."""
        self._view.show_notice(
            Notice(text, (Choice(tr("Understood"), lambda: self._view.show_notice(None)),))
        )

    def save_copy(self, path: Path) -> None:
        """Write the answer that could not be saved into a file of its own; the case stays open, unsaved."""
        if self._unsaved is None:
            return
        case, answer = self._unsaved
        text = json.dumps(
            {
                "what": "An answer that could not be saved in its study. Keep this file for the coordinator.",
                "study": self._study,
                "reader": self._reader,
                "case": case,
                "written_utc": to_plain(self._clock.now().utc),
                "answer": to_plain(answer),
            },
            indent=2,
            ensure_ascii=False,
        )
        try:
            with whole(path) as file:
                file.write(f"{text}\n".encode())
        except OSError as error:
            failed = refused(path, error, tr("Choose another folder."))
            self._view.show_notice(
                Notice(
                    tr("NOT SAVED. {error}", error=failed),
                    (Choice(tr("Save a copy elsewhere…"), self._ask_where),),
                )
            )

    def _ask_where(self) -> None:
        case = self._unsaved[0] if self._unsaved else ""
        self._view.ask_file(
            tr("Save a copy of this answer"), f"unsaved-{self._study}-{self._reader}-{case or 'case'}.json"
        )
