"""A background without threads: work is done when the test says `go`, and never before `run` has returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.errors import AppError
from app.progress import Cancelled, Progress

Result = TypeVar("Result")


class InlineTask:
    """One piece of work; keeps what it reported."""

    def __init__(self, progressed: Callable[[float, str], None] | None) -> None:
        self._progressed = progressed
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def report(self, fraction: float, message: str) -> None:
        if self._progressed is not None:
            self._progressed(fraction, message)


class Inline:
    """Runs work when `go` is called, so that a test can act while it is under way."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(
        self,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None] | None = None,
        *,
        cancelled: Callable[[], None] | None = None,
        progressed: Callable[[float, str], None] | None = None,
        title: str = "",
    ) -> InlineTask:
        task = InlineTask(progressed)

        def errand() -> None:
            try:
                if task.cancelled:
                    raise Cancelled
                result = work(task)
            except Cancelled:
                if cancelled is not None:
                    cancelled()
            except AppError as error:
                if failed is None:
                    raise
                failed(error)
            else:
                done(result)

        self.waiting.append(errand)
        return task

    def go(self) -> None:
        """Do everything that waits, and what comes of it."""
        while self.waiting:
            self.waiting.pop(0)()
