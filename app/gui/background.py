"""What a presenter knows of the background: `app.gui.tasks.Tasks`, seen without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from app.errors import AppError
from app.progress import Progress

Result = TypeVar("Result")


class Running(Protocol):
    """Work on its way."""

    def cancel(self) -> None:
        """Ask it to stop."""


class Background(Protocol):
    """Runs work elsewhere and calls back here."""

    def run(
        self,
        work: Callable[[Progress], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None] | None = None,
        *,
        cancelled: Callable[[], None] | None = None,
        progressed: Callable[[float, str], None] | None = None,
        title: str = "",
    ) -> Running:
        """Start `work`; exactly one of done, failed and cancelled is called later."""
