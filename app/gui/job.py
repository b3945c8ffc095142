"""One piece of work at a time in the background; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from app.errors import AppError
from app.gui.background import Background, Running
from app.progress import Progress

Result = TypeVar("Result")


def _nothing(*_: Any) -> None:  # Any: whatever a caller would be told
    """Nobody asked to be told."""


class Job:
    """Runs one work after the other; its outcome is told when the job is free again."""

    def __init__(
        self, background: Background, shown: Callable[[str, Running | None], None] = _nothing
    ) -> None:
        """`shown` hears the title and the work when it has begun, and ("", None) when it is over."""
        self._background, self._shown = background, shown
        self._running: Running | None = None
        self._number = 0

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._running is not None

    def start(
        self,
        title: str,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None],
        *,
        stopped: Callable[[], None] = _nothing,
        dropped: Callable[[Result], None] = _nothing,
        progressed: Callable[[float, str], None] | None = None,
    ) -> bool:
        """Begin, unless something is under way; whether it was begun.

        One of `done`, `failed` and `stopped` is called later; after `drop`, if anything, `dropped`.
        """
        if self._running is not None:
            return False
        self._number += 1
        number = self._number

        def ended(tell: Callable[[], None]) -> None:
            if number == self._number:
                self._over()
                tell()

        self._running = self._background.run(
            work,
            lambda result: ended(partial(done, result)) if number == self._number else dropped(result),
            lambda error: ended(partial(failed, error)),
            cancelled=lambda: ended(stopped),
            progressed=progressed,
            title=title,
        )
        self._shown(title, self._running)
        return True

    def stop(self) -> None:
        """Ask what is under way to stop; what becomes of it is still told."""
        if self._running is not None:
            self._running.cancel()

    def drop(self) -> None:
        """Give up what is under way; another work may begin at once."""
        if self._running is not None:
            self._number += 1
            self._running.cancel()
            self._over()

    def _over(self) -> None:
        self._running = None
        self._shown("", None)
